"""What `deploy/` holds is what nginx, systemd and compose understand."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from auction.base.config import ENV_PREFIX, SETTINGS
from tests.serving import ROOT

from .machines import NGINX, SITE, free_ports, nginx_conf

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
NAMES = {ENV_PREFIX + each.name for each in SETTINGS}


def certificate(folder: Path) -> None:
    """A certificate of its own, for nginx to read."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "auction.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))


def test_nginx_takes_its_configuration(tmp_path):
    certificate(tmp_path)
    port = free_ports(2)
    site = SITE().replace("/etc/ssl/auction", str(tmp_path)).replace("listen 80;", f"listen 127.0.0.1:{port};")
    site = site.replace("listen 443", f"listen 127.0.0.1:{port + 1}")
    site = re.sub(r"^ *listen \[::\].*$", "", site, flags=re.MULTILINE)
    command = [NGINX, "-t", "-p", tmp_path, "-c", nginx_conf(tmp_path, site)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr, told.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")
@pytest.mark.parametrize("unit", ["auction@.service", "auction.target"])
def test_systemd_takes_its_units(tmp_path, unit):
    text = (DEPLOY / unit).read_text().replace("/opt/auction/.venv/bin/python", shutil.which("true"))
    (tmp_path / unit.replace("@.", "@5000.")).write_text(
        text.replace("User=auction", "User=root").replace("Group=auction", "Group=root")
    )
    (tmp_path / "auction.target").write_text((DEPLOY / "auction.target").read_text())
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.replace("@.", "@5000."))]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    about_ours = [line for line in told.stderr.splitlines() if "auction" in line]

    assert about_ours == []


def test_compose_starts_what_there_is_with_settings_that_there_are():
    services = COMPOSE["services"]
    assert set(services) == {"postgres", "valkey", "auction", "nginx"}
    ours = services["auction"]
    assert set(ours["environment"]) <= NAMES
    for service in services.values():
        for needed, terms in service.get("depends_on", {}).items():
            assert terms["condition"] == "service_healthy"
            assert "healthcheck" in services[needed] or needed == "auction", "the image of ours has one of its own"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or source == "./tls" or (DEPLOY / source).exists(), volume
    assert (DEPLOY / ours["build"]["context"] / ours["build"]["dockerfile"]).exists()


def test_the_processes_of_compose_are_those_that_nginx_knows():
    workers = int(COMPOSE["services"]["auction"]["command"][-1])
    ports = [str(5000 + number) for number in range(workers)]
    for upstream in re.findall(r"upstream \w+ \{(.*?)\}", SITE(), re.DOTALL):
        assert re.findall(r"server 127\.0\.0\.1:(\d+)", upstream) == ports


def test_the_image_has_everything_that_the_program_consists_of():
    copied = re.findall(r"^COPY (?!--from)(\S+) ", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert {"app.py", "auction", "models", "templates", "static", "requirements.lock"} == set(copied)
    assert all((ROOT / each).exists() and f"!{each}" in allowed for each in copied)


@pytest.mark.parametrize("file", ["auction@.service", "compose.yaml", "Dockerfile", "nginx.conf"])
def test_every_setting_that_is_named_exists(file):
    assert set(re.findall(r"\bAUCTION_[A-Z_]+\b", (DEPLOY / file).read_text())) <= NAMES
