"""The person who acts now, his address and his kind of client. The trail writes it beside each change of a row.

A request, a message and a command say it once. Without a word the server itself acts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class ClientKind(StrEnum):
    """The kinds of client by which an act comes."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class CameFrom:
    """The origin of an act. `actor` is an account's id, empty for none; `address` is of the network."""

    client: ClientKind = ClientKind.SERVER
    actor: str = ""
    address: str = ""
    forgets: bool = False
    """Personal data are being erased: the trail keeps none of the values that went."""


_here: ContextVar[CameFrom] = ContextVar("origin")
_SERVER = CameFrom()


def current_origin() -> CameFrom:
    """The origin of what this thread does now."""
    return _here.get(_SERVER)


def come_from(origin: CameFrom) -> None:
    """Say where all that this thread does from now on comes from."""
    _here.set(origin)


@contextmanager
def coming_from(origin: CameFrom) -> Iterator[None]:
    """Say where what is done within comes from."""
    token = _here.set(origin)
    try:
        yield
    finally:
        _here.reset(token)
