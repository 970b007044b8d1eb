"""Engine.IO 4 and Socket.IO 5 packets as text: those that our clients send, and those that we send.

https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/. We refuse a packet with
a binary attachment, an answer without a question, and an event with a reserved name.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .frames import frame

OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP = "0123456"
"""The kinds of Engine.IO packets, the first character of each."""
CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR = "01234"
"""The kinds of Socket.IO packets, the first character after MESSAGE."""
PROBE, PROBED = f"{PING}probe", f"{PONG}probe"
"""The question of a polling client over its new websocket, and the answer."""
SEPARATOR = "\x1e"
"""Stands between the packets of one polling request."""
MOST_IN_A_REQUEST = 16
LARGEST_PACKET = 16_384
"""Bytes of one packet on the wire, and of one polling request."""
MOST_DIGITS = 20
RESERVED = frozenset({"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "*"})
"""Names that an event may not have: the first six by the protocol, the last by the usage of libraries."""
LEFT = f"{MESSAGE}{DISCONNECT}"
"""Tells a client that the server has ended its session."""

_ASKING_EVENT = re.compile(r'42([0-9]{1,20})\["([a-z]+)",')
_HEAD = re.compile(r"([0-2])(?:(/[^,?]*)(?:\?[^,]*)?(?:,|\Z))?([0-9]{1,20})?")
_PLAIN = json.JSONEncoder(separators=(",", ":")).encode


class Malformed(ValueError):
    """A packet that no client of ours sends."""


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


read_json = json.JSONDecoder(parse_int=_whole, parse_constant=str).decode
"""The value of a JSON text. A number beyond all that we use stays a text. Raises ValueError or RecursionError."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A Socket.IO packet. `number`: under which its answer is expected, None if no answer is. `size`: characters of its
    data on the wire."""

    kind: str
    namespace: str
    number: int | None
    data: Any
    size: int = 0

    @property
    def name(self) -> str:
        """The name of an event."""
        return str(self.data[0])


def asking_event(text: str) -> tuple[int, str] | None:
    """Number and name of an event that waits for an answer, with nothing else read. None also where it is written in
    another way than clients do: `read` knows them all."""
    head = _ASKING_EVENT.match(text)
    return None if head is None else (int(head[1]), head[2])


def read(text: str) -> Packet:
    """The Socket.IO packet that an Engine.IO message holds. Raises Malformed."""
    head = _HEAD.match(text)
    if head is None:
        raise Malformed("kind")
    kind, namespace, number = head.groups()
    rest = text[head.end() :]
    try:
        data = read_json(rest) if rest else None
    except (ValueError, RecursionError) as error:
        raise Malformed("json") from error
    if kind == EVENT and not _is_event(data):
        raise Malformed("event")
    if kind == CONNECT and not (data is None or isinstance(data, dict)):
        raise Malformed("connect")
    if kind != EVENT and number is not None:
        raise Malformed("number")
    return Packet(kind, namespace or "/", None if number is None else int(number), data, len(rest))


def _is_event(data: Any) -> bool:
    return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in RESERVED


def payload(body: bytes) -> list[str]:
    """The packets of a polling request. Raises Malformed."""
    try:
        packets = body.decode().split(SEPARATOR)
    except UnicodeDecodeError as error:
        raise Malformed("encoding") from error
    if len(packets) > MOST_IN_A_REQUEST or not all(each[:1] in (CLOSE, PONG, MESSAGE) and each for each in packets):
        raise Malformed("packets")
    return packets


class Message:
    """A packet made once for many clients: as text for a polling client, as a frame for a websocket."""

    __slots__ = ("_wire", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._wire = b""

    @property
    def wire(self) -> bytes:
        """The packet as one websocket frame."""
        if not self._wire:
            self._wire = frame(self.text.encode())
        return self._wire


def opened(sid: str, every_s: float, patience_s: float) -> Message:
    """The first packet over a websocket: its session, how often the server pings, how long it waits for the pong."""
    told = {"sid": sid, "upgrades": [], **terms(every_s, patience_s)}
    return Message(OPEN + _PLAIN(told))


def terms(every_s: float, patience_s: float) -> dict[str, int]:
    """The values of the opening packet beside the session, in ms and bytes."""
    return {
        "pingInterval": round(every_s * 1000),
        "pingTimeout": round(patience_s * 1000),
        "maxPayload": LARGEST_PACKET,
    }


def connected(public_id: str) -> Message:
    """A client is let into the namespace."""
    return Message(f'{MESSAGE}{CONNECT}{{"sid":"{public_id}"}}')


def refused(namespace: str, why: str) -> Message:
    """A client is not let into a namespace."""
    where = "" if namespace == "/" else f"{namespace},"
    return Message(f"{MESSAGE}{CONNECT_ERROR}{where}{_PLAIN({'message': why})}")


def event(name: str, json_text: str) -> Message:
    """A message of ours; its content is JSON text."""
    return Message(f'{MESSAGE}{EVENT}["{name}",{json_text}]')


def answer(number: int, content: Mapping[str, Any]) -> Message:
    """The answer to the event that asked for one under this number."""
    return answer_of(number, _PLAIN(content))


def answer_of(number: int, json_text: str) -> Message:
    """The same, where the content is JSON text already."""
    return Message(f"{MESSAGE}{ACK}{number}[{json_text}]")
