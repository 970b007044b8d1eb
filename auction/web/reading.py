"""Eventlet's websocket, reading what came with one call and unmasking it in one step.

The stock one asks the kernel for the two bytes of a header, then for the mask, then for the rest, and unmasks byte by
byte: most of what a bid costs on its way in. And a pong, of which a hall sends hundreds a second, is taken here.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

READ_BYTES = 4_096
PONG_BYTES = 7
"""The whole frame of engine.io's pong: a masked text of one character, "3"."""


class ReadAhead:
    """A green socket whose `recv` is served from what has come already; everything else is the socket's own.

    `takes_pong` is asked by the loop itself, before anybody is woken: it must not wait.
    """

    def __init__(self, socket: Any, hubs: ModuleType, takes_pong: Callable[[], bool]) -> None:
        self._socket = socket
        self._hubs = hubs
        self._takes_pong = takes_pong
        self._here = b""
        self._over = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def settimeout(self, _seconds: float | None) -> None:
        """Nothing: the pulse knows who is gone; a timer for every read costs as much as reading."""

    def recv(self, most: int) -> bytes:
        """At most so many bytes; none at the end."""
        while not self._here and not self._over:
            self._wait()
        taken, self._here = self._here[:most], self._here[most:]
        return taken

    def _wait(self) -> None:
        """Let the others go on until something has come that is not a pong."""
        reader, hub = self._hubs.greenlet.getcurrent(), self._hubs.get_hub()

        def ready(_descriptor: int) -> None:
            if self._take():
                reader.switch()

        listener = hub.add(hub.READ, self._socket.fileno(), ready, reader.throw, self._socket._mark_as_closed)
        try:
            hub.switch()
        finally:
            hub.remove(listener)

    def _take(self) -> bool:
        """Take what has come; whether the reader must see it."""
        try:
            came = self._socket.fd.recv(READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            came = b""
        if len(came) == PONG_BYTES and is_pong(came) and self._takes_pong():
            return False
        self._here, self._over = came, not came
        return True


def is_pong(frame: bytes) -> bool:
    """Whether seven bytes are a pong."""
    return frame[0] == 0x81 and frame[1] == 0x81 and frame[6] ^ frame[2] == 0x33


def unmask(data: bytes, mask: tuple[int, ...], length: int, offset: int = 0) -> bytes:
    """What a client said (RFC 6455, 5.3): its bytes against the mask, again and again, from the offset on."""
    shift = offset % 4
    key = bytes(mask[shift:] + mask[:shift])
    key = (key * (length // 4 + 1))[:length]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


def read_ahead(ws: Any, takes_pong: Callable[[], bool]) -> None:
    """Let an eventlet websocket read like that. `takes_pong`: whether a pong was waited for, and is dealt with."""
    from eventlet import hubs  # noqa: PLC0415 - only in this runtime

    ws.socket = ReadAhead(ws.socket, hubs, takes_pong)
    ws._apply_mask = unmask
