"""A client that a generator makes of the OpenAPI file runs the ten recipes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auction.papers.cabinet import Cabinet
from auction.people.accounts import Role
from auction.people.tokens import Scope

from .test_recipes import PAGE, recipe_house, token

GENERATOR = "openapi-python-client==0.29.1"
"""It brings a formatter and a dozen more packages along, so it has an environment of its own."""
SCRIPT = Path(__file__).with_name("generated_client.py")


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Path:
    """The folder of the programs of an environment with the generator."""
    folder = tmp_path_factory.mktemp("generator")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [folder / "bin" / "pip", "install", "--quiet", GENERATOR]
    if subprocess.run(install, check=False).returncode != 0:
        pytest.skip("The generator cannot be installed: there is no package registry.")
    return folder / "bin"


@pytest.mark.long
def test_a_generated_client_runs_the_ten_recipes(programs, tmp_path):
    with recipe_house(tmp_path / "house") as house:
        parts, users = house.parts, house.cast.users
        parts.registration.apply(house.cast.sale, parts.accounts.create("n@test.invalid", "Newcomer", Role.BIDDER))
        cabinet = Cabinet(parts)
        cabinet.make(cabinet.dossier(parts.sales.find("sale")), "summary", "", users["organizer"])
        config = tmp_path / "client.yml"
        (overrides,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        config.write_text(overrides)
        made = [programs / "openapi-python-client", "generate", "--url", f"{house.server.url}/api/v1/openapi.json"]
        made += ["--meta", "none", "--config", config, "--output-path", tmp_path / "auction_client"]
        told = subprocess.run(made, check=False, capture_output=True, text=True)
        assert told.returncode == 0, told.stderr + told.stdout
        assert "Cannot parse" not in told.stderr + told.stdout

        tokens = {
            "TOKEN_ORGANIZER": token(house, "organizer", *Scope),
            "TOKEN_BIDDER": token(house, "bidder2", Scope.BID),
            "TOKEN_CASHIER": token(house, "cashier", Scope.MONEY),
        }
        environ = {
            **os.environ,
            **tokens,
            "HOUSE": house.server.url,
            "SALE": house.cast.slug,
            "PYTHONPATH": str(tmp_path),
        }
        done = subprocess.run([programs / "python", SCRIPT], check=False, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
