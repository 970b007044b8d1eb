"""Calls a receiver. The address that was checked is the one that is called, and no redirect is followed.

A name is looked up once. Every address that it has must be public, or lie in a network that the house has named
(`AUCTION_WEBHOOK_NETWORKS`). The connection goes to such an address itself. So a name that changes its address in
between (DNS rebinding) leads nowhere. A redirect is a failure. Of an answer only the first line is read.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..base.rejected import Rejected
from ..base.runtime import offload

WITHIN_S = 10.0
"""For all of it: the look-up, the connection, the handshake, the answer."""
LONGEST_URL = 500
_MOST_OF_ANSWER = 4096
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])[ \r]")

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
LookUp = Callable[[str, int], Sequence[str]]


class CallFailed(Exception):
    """No answer came; the message is a code."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address in the web, taken apart. `is_tls` is false for `http:`."""

    host: str
    port: int
    target: str
    is_tls: bool

    @property
    def named(self) -> str:
        """The value of `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def receiver_of(url: str, networks: Sequence[Network]) -> Receiver:
    """Take an address apart. Raises Rejected for one that is never called, whatever its name leads to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Rejected("BAD_WEBHOOK_URL", "url") from error
    good = parts.hostname and not parts.username and not parts.fragment and _is_plain(url)
    if not good or parts.scheme not in ("http", "https") or len(url) > LONGEST_URL or port == 0:
        raise Rejected("BAD_WEBHOOK_URL", "url")
    if parts.scheme == "http" and not networks:
        raise Rejected("WEBHOOK_NOT_HTTPS", "url")
    is_tls = parts.scheme == "https"
    return Receiver(str(parts.hostname), port or (443 if is_tls else 80), _target(parts), is_tls)


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def looked_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name. Raises CallFailed."""
    try:
        found: Sequence[Any] = offload(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed("NO_ADDRESS") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def checked(receiver: Receiver, networks: Sequence[Network], look_up: LookUp = looked_up) -> str:
    """The address to call. Raises CallFailed where one of the name's addresses may not be called."""
    addresses = look_up(receiver.host, receiver.port)
    if not addresses:
        raise CallFailed("NO_ADDRESS")
    for each in addresses:
        address = ip_address(each.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        named = any(mapped in network for network in networks if network.version == mapped.version)
        if not named and not (_is_public(mapped) and receiver.is_tls):
            raise CallFailed("ADDRESS_NOT_ALLOWED")
    return addresses[0]


def _is_public(address: Address) -> bool:
    """Whether an address is one of the public internet. One that leads on to an IPv4 address inside is none."""
    wraps = isinstance(address, IPv6Address) and (address.sixtofour or address.teredo or address in _TRANSLATED)
    return address.is_global and not address.is_multicast and not wraps


_TRANSLATED = IPv6Network("64:ff9b::/96")


def call(receiver: Receiver, address: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post a body to a receiver at a checked address; the status of the answer. Raises CallFailed."""
    until_s = time.monotonic() + WITHIN_S
    try:
        with socket.create_connection((address, receiver.port), WITHIN_S) as plain:
            connection = _within_tls(plain, receiver, until_s)
            connection.settimeout(_left_s(until_s))
            connection.sendall(_request(receiver, headers, body))
            return _status(connection, until_s)
    except TimeoutError as error:
        raise CallFailed("TIMEOUT") from error
    except ssl.SSLError as error:
        raise CallFailed("TLS_FAILED") from error
    except OSError as error:
        raise CallFailed("NO_CONNECTION") from error


def _within_tls(plain: socket.socket, receiver: Receiver, until_s: float) -> socket.socket:
    if not receiver.is_tls:
        return plain
    plain.settimeout(_left_s(until_s))
    return ssl.create_default_context().wrap_socket(plain, server_hostname=receiver.host)


def _request(receiver: Receiver, headers: Mapping[str, str], body: bytes) -> bytes:
    said = {
        "Host": receiver.named,
        "User-Agent": "patent-auction-webhooks/1",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    lines = [f"POST {receiver.target} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _status(connection: socket.socket, until_s: float) -> int:
    """The status in the first line of an answer. A receiver that sends it byte by byte has no more time than others."""
    answer = b""
    while b"\n" not in answer and len(answer) < _MOST_OF_ANSWER:
        connection.settimeout(_left_s(until_s))
        some = connection.recv(_MOST_OF_ANSWER)
        if not some:
            break
        answer += some
    found = _STATUS.match(answer)
    if found is None:
        raise CallFailed("NO_ANSWER")
    return int(found[1])


def _left_s(until_s: float) -> float:
    left_s = until_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s
