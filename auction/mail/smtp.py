"""Hands letters to a mail server by SMTP. One line takes several letters.

The standard library makes every header from one line of text. So no name or title can add another header. The
recipient is the envelope's alone: an address that is several, or none, is refused before anything is sent.
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from ..base.config import Config
from ..base.runtime import offload

SMTP_WITHIN_S = 20.0
"""For each step of the exchange."""
TLS_BY_COMMAND, TLS_AT_ONCE = "starttls", "tls"
_FINAL = range(500, 600)


class NotSent(Exception):
    """A letter was not taken; `code` says why. If it `is_final`, another try is of no use."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code, self.is_final = code, is_final


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in words: to one address, in one language."""

    id: str
    to: str
    locale: str
    subject: str
    paragraphs: Sequence[str]


class MailLine:
    """A connection to the house's mail server, made for the first letter."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _where: TracebackType | None) -> None:
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._client.quit()

    def send(self, letter: Letter, now_ms: int) -> None:
        """Hand a letter to the server. Raises NotSent; the line is made anew for the next letter then."""
        message = message_of(letter, self._config, now_ms)
        try:
            client = self._client = self._client or _connected(self._config)
            client.send_message(message, parseaddr(self._config.smtp_from)[1], [letter.to])
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise not_sent(error) from error

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def not_sent(error: Exception) -> NotSent:
    """The fault of an exchange as a code. The words of the server are not kept: they may quote us."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        number = next(iter(error.recipients.values()))[0]
        return NotSent(f"REFUSED_{number}", is_final=number in _FINAL)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent(f"SIGN_IN_{error.smtp_code}")
    if isinstance(error, smtplib.SMTPResponseException):
        is_about_letter = isinstance(error, smtplib.SMTPDataError)
        return NotSent(f"ANSWER_{error.smtp_code}", is_final=is_about_letter and error.smtp_code in _FINAL)
    if isinstance(error, ssl.SSLError):
        return NotSent("TLS_FAILED")
    return NotSent("TIMEOUT" if isinstance(error, TimeoutError) else "NO_CONNECTION")


def message_of(letter: Letter, config: Config, now_ms: int) -> EmailMessage:
    """The letter as it goes over the line. Raises NotSent if no such letter can be written."""
    name, address = parseaddr(config.smtp_from)
    message = EmailMessage()
    try:
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = one_line(letter.subject)
        letter.to.encode("ascii")
    except (MessageError, ValueError, IndexError) as error:
        raise NotSent("BAD_ADDRESS", is_final=True) from error
    message["Date"] = format_datetime(datetime.fromtimestamp(now_ms / 1000, UTC))
    message["Message-ID"] = f"<{letter.id}@{_own_name(config)}>"
    message["Content-Language"] = letter.locale
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(letter.paragraphs) + "\n")
    return message


def one_line(text: str) -> str:
    """A text as one line of printable characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _own_name(config: Config) -> str:
    """The name by which the house greets, and ends its letters' ids."""
    return urlsplit(config.public_url).hostname or "localhost"


def _connected(config: Config) -> smtplib.SMTP:
    """A line that is ready for letters."""
    address = str(offload(_looked_up, config.smtp_host, config.smtp_port))
    context = ssl.create_default_context()
    client: smtplib.SMTP
    if config.smtp_tls == TLS_AT_ONCE:
        client = smtplib.SMTP_SSL(local_hostname=_own_name(config), timeout=SMTP_WITHIN_S, context=context)
    else:
        client = smtplib.SMTP(local_hostname=_own_name(config), timeout=SMTP_WITHIN_S)
    client._host = config.smtp_host  # type: ignore[attr-defined]  # the name that the certificate must have
    client.connect(address, config.smtp_port)
    if config.smtp_tls == TLS_BY_COMMAND:
        client.starttls(context=context)
    if config.smtp_user:
        client.login(config.smtp_user, config.smtp_password)
    return client


def _looked_up(host: str, port: int) -> str:
    return str(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0][4][0])
