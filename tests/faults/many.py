"""Thousands of cheap clients in one thread: raw websockets that join a sale and check the number of every event."""

import json
import resource
import selectors
import socket
import struct
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
SMALL_BUFFER = 2_048


def room_for(sockets: int) -> None:
    """Let this process have so many sockets open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < sockets + 500:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, sockets + 500), hard))


def masked(text: str) -> bytes:
    """A client's text frame; a mask of zeros changes nothing."""
    payload = text.encode()
    size = struct.pack("!B", 0x80 | len(payload)) if len(payload) < 126 else struct.pack("!BH", 0xFE, len(payload))
    return b"\x81" + size + bytes(4) + payload


@dataclass(eq=False)
class Line:
    """One client: `first` is its first packet, nothing where empty; `reads`: whether it reads after it has joined.

    What it was told is in `joined`, then in `seq`.
    """

    sock: socket.socket
    request: bytes
    join: str
    first: str = "40"
    reads: bool = True
    buffer: bytearray = field(default_factory=bytearray)
    is_upgraded: bool = False
    joined: dict[str, Any] | None = None
    seq: int = 0
    is_cut: bool = False
    missed: int = 0
    late_ms: list[float] = field(default_factory=list)

    def say(self, text: str) -> None:
        with suppress(OSError):
            self.sock.send(masked(text) if text else b"")

    def take(self, payload: bytes) -> None:
        if payload == b"2":
            self.say("3")
        elif payload.startswith(b"0{"):
            self.say(self.first)
        elif payload.startswith(b"40"):
            self.say(self.join)
        elif payload.startswith(b"431["):
            self.joined = json.loads(payload[3:])[0]
            self.seq = self.joined.get("seq", 0)
        elif payload.startswith(b'42["frame"'):
            self.follow(json.loads(payload[2:])[1])

    def follow(self, frame: dict[str, Any]) -> None:
        for event in frame["events"]:
            if event["seq"] > self.seq + 1:
                self.missed += 1
            self.seq = max(self.seq, event["seq"])
        if frame["events"]:
            self.late_ms.append(time.time() * 1000 - frame["now_ms"])


class Many:
    """All of them. `run` lets time pass for them."""

    def __init__(self, port: int, slug: str) -> None:
        self.port, self.slug = port, slug
        self.lines: list[Line] = []
        self._selector = selectors.DefaultSelector()

    def add(self, count: int, cookies: Iterable[str] = ("",), part: str = "watcher", **how: Any) -> list[Line]:
        """So many begin to connect at this moment, the cookies dealt out in turn; `how`: what else a Line is."""
        cookies = list(cookies)
        new = [self._connect(cookies[number % len(cookies)], part, **how) for number in range(count)]
        self.lines += new
        return new

    def _connect(self, cookie: str, part: str, **how: Any) -> Line:
        sock = socket.socket()
        if not how.get("reads", True):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        sock.setblocking(False)
        sock.connect_ex(("127.0.0.1", self.port))
        head = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {KEY}",
            *([f"Cookie: {cookie}"] if cookie else []),
        ]
        join = "421" + json.dumps(["join", {"sale": self.slug, "as": part}])
        line = Line(sock, ("\r\n".join([*head, "", ""])).encode(), join, **how)
        self._selector.register(sock, selectors.EVENT_WRITE, line)
        return line

    def run(self, until: Callable[[], bool], within_s: float) -> bool:
        """Let them go on until something is so; False where that did not come in time."""
        give_up = time.monotonic() + within_s
        while not until():
            if time.monotonic() > give_up:
                return False
            for key, mask in self._selector.select(0.05):
                self._serve(key.data, mask)
        return True

    def _serve(self, line: Line, mask: int) -> None:
        try:
            if mask & selectors.EVENT_WRITE:
                line.sock.send(line.request)
                self._selector.modify(line.sock, selectors.EVENT_READ, line)
                return
            data = line.sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            line.is_cut = True
            self._selector.unregister(line.sock)
            line.sock.close()
            return
        line.buffer += data
        self._read(line)
        if line.joined is not None and not line.reads:
            self._selector.unregister(line.sock)

    @staticmethod
    def _read(line: Line) -> None:
        if not line.is_upgraded:
            end = line.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            line.is_upgraded = line.buffer.startswith(b"HTTP/1.1 101")
            del line.buffer[: end + 4]
        while (size := frame_size(line.buffer)) is not None and len(line.buffer) >= sum(size):
            start, length = size
            if line.buffer[0] & 0x0F == 1:
                line.take(bytes(line.buffer[start : start + length]))
            del line.buffer[: start + length]

    def close(self) -> None:
        """Everybody goes at once."""
        for line in self.lines:
            line.sock.close()
        self._selector.close()


def frame_size(buffer: bytearray) -> tuple[int, int] | None:
    """How long a frame's header and its payload are; None until that has come."""
    if len(buffer) < 2:
        return None
    short = buffer[1] & 0x7F
    if short < 126:
        return 2, short
    start, form = (4, "!H") if short == 126 else (10, "!Q")
    return (start, struct.unpack_from(form, buffer, 2)[0]) if len(buffer) >= start else None
