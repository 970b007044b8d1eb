"""A real SMTP server in a thread, which keeps what it was given and may refuse as it was told to."""

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ..serving import free_port

USER, PASSWORD = b"house", b"a secret that no log holds"


class Mailbox:
    """What came, and what is answered to RCPT before anything is taken."""

    def __init__(self, pem: Path | None = None) -> None:
        self.heard: list[tuple[list[str], EmailMessage]] = []
        self.refusals: list[str] = []
        self.port = free_port()
        tls: dict[str, Any] = {}
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            tls = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": _is_ours}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **tls)

    def start(self) -> "Mailbox":
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.heard.append((list(envelope.rcpt_tos), message))
        return "250 OK"

    @property
    def letters(self) -> list[tuple[str, str, str]]:
        """Recipient, subject and text of each letter."""
        return [(to[0], str(each["Subject"]), each.get_content()) for to, each in self.heard]

    def last(self) -> str:
        """The text of the last letter."""
        return self.letters[-1][2]


def _is_ours(_server: Any, _session: Any, _envelope: Any, _mechanism: str, said: Any) -> AuthResult:
    good = (said.login, said.password) == (USER, PASSWORD)
    return AuthResult(success=good, handled=good)


def certificate(folder: Path, name: str) -> Path:
    """A certificate that is its own authority, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "both.pem"
    file.write_bytes(secret + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file
