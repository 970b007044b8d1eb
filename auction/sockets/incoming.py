"""The receiving half of eventlet's websocket: one call to the kernel for all that has come, whole messages out of it.

The stock one asks the kernel for the two bytes of a header, then for the mask, then for the rest, unmasks byte by byte,
and reads nothing while a message is being answered. Here a socket is read all the time. So a pong, of which a hall
sends hundreds a second, wakes nobody; and what a crowd sends faster than it can be decided is turned away at once
instead of growing old unread. Whatever is not a plain text in one frame is left to the library's own parser.
"""

from collections import deque
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, Protocol

READ_BYTES = 16_384
MOST_AHEAD = 16
"""Messages that may wait behind the one that is being answered; with more the client's own machine must hold them."""
TEXT = 0x81
"""The first byte of a text in one frame."""
MASKED, HUGE = 0x80, 0xFF
PONG = "3"


class Listening(Protocol):
    """What is asked about a message by the loop itself, before anybody is woken: it must not wait."""

    def take_pong(self) -> bool:
        """Whether a pong was waited for, and is dealt with."""

    def turn_away(self, messages: list[str]) -> list[str]:
        """Those of the messages that may wait; the others have been answered instead."""


class NotPlain(Exception):
    """What begins here is something else than a masked, unfragmented text of bearable length."""


def plain_text(data: bytes, begin: int, largest: int) -> tuple[str, int] | None:
    """The text in the frame that begins there (RFC 6455, 5.2), of at most so many bytes, and where the frame ends.

    None where more of it must come first. Raises NotPlain.
    """
    head = data[begin : begin + 4]
    if len(head) < 2:
        return None
    if head[0] != TEXT or head[1] < MASKED or head[1] == HUGE:
        raise NotPlain
    length, body = head[1] - MASKED, begin + 6
    if length == 126:
        if len(head) < 4:
            return None
        length, body = int.from_bytes(head[2:], "big"), begin + 8
    if length > largest:
        raise NotPlain
    end = body + length
    if len(data) < end:
        return None
    try:
        return unmask(data[body:end], data[body - 4 : body], length).decode(), end
    except UnicodeDecodeError as error:
        raise NotPlain from error


def unmask(data: bytes, mask: Iterable[int], length: int, offset: int = 0) -> bytes:
    """What a client said (RFC 6455, 5.3): its bytes against the mask, again and again, from the offset on."""
    shift = offset % 4
    key = bytes(mask) * (length // 4 + 2)
    key = key[shift : shift + length]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


class Incoming:
    """What one client sends. Stands in the websocket's place as its `wait`, and in its socket's place as its `recv`."""

    def __init__(self, ws: Any, hubs: ModuleType, listening: Listening, largest: int) -> None:
        self._socket = ws.socket
        self._stock_wait: Callable[[], Any] = ws.wait
        self._hubs = hubs
        self._listening = listening
        self._largest = largest
        self._here = b""
        self._said: deque[str] = deque()
        self._over = False
        self._reader: Any = None  # the greenlet that waits for something to come, while it does
        self._listener: Any = None
        self._plain = True  # else what is here is for the library's parser

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def settimeout(self, _seconds: float | None) -> None:
        """Nothing: the pulse knows who is gone; a timer for every read costs as much as reading."""

    def wait(self) -> Any:
        """The next message, a text or bytes; None at the end."""
        while not self._said:
            if not self._plain:
                return self._by_the_library()
            if self._over:
                return None
            self._sleep()
        message = self._said.popleft()
        if self._said:
            self._said = deque(self._listening.turn_away(list(self._said)))
        return message

    def recv(self, most: int) -> bytes:
        """At most so many bytes for the library's parser; none at the end."""
        while not self._here and not self._over:
            self._sleep()
        taken, self._here = self._here[:most], self._here[most:]
        return taken

    def stop(self) -> None:
        """Read no more."""
        self._over = True
        self._ignore()
        del self._stock_wait

    def _by_the_library(self) -> Any:
        try:
            return self._stock_wait()
        finally:
            self._plain = True
            self._read_messages()

    def _sleep(self) -> None:
        """Let the others go on until something has come."""
        self._listen()
        self._reader = self._hubs.greenlet.getcurrent()
        try:
            self._hubs.get_hub().switch()
        finally:
            self._reader = None

    def _listen(self) -> None:
        if self._listener is None and not self._over:
            hub = self._hubs.get_hub()
            called = (self._on_ready, self._on_lost, self._socket._mark_as_closed)
            self._listener = hub.add(hub.READ, self._socket.fileno(), *called)

    def _ignore(self) -> None:
        if self._listener is not None:
            self._hubs.get_hub().remove(self._listener)
            self._listener = None

    def _on_ready(self, _descriptor: int) -> None:
        try:
            came = self._socket.fd.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        self._here += came
        self._over = not came
        if self._plain:
            self._read_messages()
        if self._over or len(self._said) >= MOST_AHEAD or len(self._here) > self._largest + READ_BYTES:
            self._ignore()
        if self._reader is not None and (self._said or self._over or not self._plain):
            self._reader.switch()

    def _on_lost(self, _error: BaseException) -> None:
        """The descriptor was closed, and has been given to somebody else."""
        self._listener, self._over = None, True
        if self._reader is not None:
            self._reader.switch()

    def _read_messages(self) -> None:
        """Take the whole messages out of what is here; of those that would have to wait some are turned away."""
        begin, said = 0, []
        try:
            while (found := plain_text(self._here, begin, self._largest)) is not None:
                text, begin = found
                if text != PONG or not self._listening.take_pong():
                    said.append(text)
        except NotPlain:
            self._plain = False
        self._here = self._here[begin:]
        if said and self._reader is not None and not self._said:
            self._said.append(said.pop(0))
        if said:
            self._said += self._listening.turn_away(said)


def read_ahead(ws: Any, listening: Listening, largest: int) -> Incoming:
    """Let an eventlet websocket be read like that; a plain text is of at most so many bytes."""
    from eventlet import hubs  # noqa: PLC0415 - only in this runtime

    incoming = Incoming(ws, hubs, listening, largest)
    ws.socket = incoming
    ws.wait = incoming.wait
    ws._apply_mask = unmask
    return incoming
