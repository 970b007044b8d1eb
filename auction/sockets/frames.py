"""Websocket frames (RFC 6455) as a server reads and writes them: no extensions, text only, every size bounded.

The reader is fed what the kernel gives and returns whole messages. It owns no socket and never waits. `wsproto` and
`simple-websocket` do the same at a multiple of the cost: docs/benchmarks.md has the figures.
"""

import base64
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
CONTROL = 0x8
"""This bit of an opcode marks frames that may stand between a message's fragments (RFC 6455, 5.5)."""
FINAL, MASKED = 0x80, 0x80
WHOLE_TEXT = FINAL | TEXT
"""The first byte of nearly every frame: a text in one piece."""
NORMAL, BAD_PROTOCOL, UNSUPPORTED, BAD_TEXT, TOO_BIG = 1000, 1002, 1003, 1007, 1009
"""Why a websocket is closed (RFC 6455, 7.4.1)."""
SENDABLE_CODES = frozenset({*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)})
"""The close codes that a peer may send; the others are reserved (RFC 6455, 7.4)."""
FRAGMENTS = 64
"""The most fragments of one message: an attacker could send empty ones without end."""
LONGEST_CONTROL = 125
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Violation(Exception):
    """The peer broke the protocol. `code` is the close code that it is told."""

    def __init__(self, code: int, what: str) -> None:
        super().__init__(what)
        self.code = code


def accept_key(key: str) -> str:
    """The answer to a client's `Sec-WebSocket-Key` (RFC 6455, 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode() + _MAGIC, usedforsecurity=False).digest()).decode()


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole message in one unmasked frame (RFC 6455, 5.2)."""
    length = len(payload)
    if length < 126:
        return struct.pack("!BB", FINAL | opcode, length) + payload
    if length < 65_536:
        return struct.pack("!BBH", FINAL | opcode, 126, length) + payload
    return struct.pack("!BBQ", FINAL | opcode, 127, length) + payload


def close_frame(code: int) -> bytes:
    """A frame that ends the connection, with its code and no words."""
    return frame(code.to_bytes(2, "big"), CLOSE)


def unmask(data: bytes, mask: bytes) -> bytes:
    """A client's own bytes, from those on the wire and the frame's four bytes of mask (RFC 6455, 5.3)."""
    length = len(data)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


@dataclass(slots=True)
class FrameReader:
    """Takes bytes as they come, and returns whole messages. `largest`: the most bytes of one message."""

    largest: int
    _here: bytes = b""
    _parts: list[bytes] = field(default_factory=list)

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The messages that these bytes complete, in order: (TEXT, PING, PONG or CLOSE, payload). Take all of them.

        Raises Violation in the place of the message that breaks the protocol; feed it no more then.
        """
        here, begin = self._here + data if self._here else data, 0
        while (found := self._frame(here, begin)) is not None:
            head, payload, begin = found
            whole = self._message(head, payload)
            if whole is not None:
                yield whole
        self._here = here[begin:]

    def _frame(self, here: bytes, begin: int) -> tuple[int, bytes, int] | None:
        """The frame that begins there: its first byte, its payload, and where it ends; None if more must come."""
        if len(here) - begin < 2:
            return None
        head, length = here[begin], here[begin + 1]
        if head != WHOLE_TEXT or length < MASKED:
            self._check(head, length)
        length, body = length & 0x7F, begin + 6
        if length > LONGEST_CONTROL:
            size = 2 if length == 126 else 8
            if len(here) - begin < 2 + size:
                return None
            length, body = int.from_bytes(here[begin + 2 : begin + 2 + size], "big"), body + size
        if length > self.largest:
            raise Violation(TOO_BIG, "a frame is too long")
        end = body + length
        if len(here) < end:
            return None
        return head, unmask(here[body:end], here[body - 4 : body]), end

    def _check(self, head: int, second: int) -> None:
        """Raise Violation for two first bytes that no frame of a client may have."""
        opcode = head & 0x0F
        if head & 0x70:
            raise Violation(BAD_PROTOCOL, "an extension was not agreed on")
        if not second & MASKED:
            raise Violation(BAD_PROTOCOL, "a client's frame is masked")
        if opcode & CONTROL and (not head & FINAL or second & 0x7F > LONGEST_CONTROL):
            raise Violation(BAD_PROTOCOL, "a control frame is short and whole")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Violation(BAD_PROTOCOL, "an unknown opcode")
        if opcode == BINARY:
            raise Violation(UNSUPPORTED, "a binary message")

    def _message(self, head: int, payload: bytes) -> tuple[int, bytes] | None:
        """The message that a frame completes; None while fragments are to come."""
        opcode = head & 0x0F
        if opcode & CONTROL:
            if opcode == CLOSE:
                _check_close(payload)
            return opcode, payload
        if (opcode == CONTINUATION) != bool(self._parts):
            raise Violation(BAD_PROTOCOL, "a fragment is out of place")
        if head & FINAL and not self._parts:
            return TEXT, payload
        self._parts.append(payload)
        if len(self._parts) > FRAGMENTS or sum(map(len, self._parts)) > self.largest:
            raise Violation(TOO_BIG, "too much in fragments")
        if not head & FINAL:
            return None
        whole, self._parts = b"".join(self._parts), []
        return TEXT, whole


def text_of(payload: bytes) -> str:
    """A text message as text. Raises Violation if it is no UTF-8 (RFC 6455, 8.1)."""
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise Violation(BAD_TEXT, "a text is no UTF-8") from error


def _check_close(payload: bytes) -> None:
    """Raise Violation unless a close frame has a body that one may have (RFC 6455, 5.5.1)."""
    if not payload:
        return
    if len(payload) == 1 or int.from_bytes(payload[:2], "big") not in SENDABLE_CODES:
        raise Violation(BAD_PROTOCOL, "a close code that may not be sent")
    text_of(payload[2:])
