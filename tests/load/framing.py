"""What one message costs before anything is done with it: our websocket framing beside that of two kept libraries.

`wsproto` is framing alone, as our `FrameReader` is. `simple-websocket` brings its own thread and socket, so a `Line`
over a socket is what stands beside it. Run in plain threads, on one core, without a server.
"""

import json
import os
import socket
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import simple_websocket
from wsproto import ConnectionType, WSConnection
from wsproto.connection import Connection
from wsproto.events import Request, TextMessage

from auction.sockets.frames import FrameReader, frame, text_of, unmask
from auction.sockets.line import Line
from auction.sockets.packets import Message

from .client import pin
from .processes import SERVER_CORE

BID = '421["bid",{"lot":"1","amount_minor":10500000,"seen_ask_minor":10500000,"key":"0b8e7c52f6a94d3f8a51c0de1f2a3b4"}]'
FRAME = "x" * 330
MASK = b"mask"
TOGETHER = 50
"""Messages that come in one piece, as from a busy client."""


def sent(text: str) -> bytes:
    """A text as a client sends it."""
    payload = text.encode()
    return bytes([0x81, 0x80 | len(payload)]) + MASK + unmask(payload, MASK)


def each_us(work: Callable[[], None], count: int) -> float:
    """Processor time of one of so many, in µs."""
    began = process_time()
    work()
    return round((process_time() - began) / count * 1e6, 2)


def ours(count: int) -> dict[str, Any]:
    """Our framing alone."""
    piece = sent(BID) * TOGETHER

    def read() -> None:
        reader = FrameReader(16_384)
        for _ in range(count // TOGETHER):
            for _opcode, payload in reader.feed(piece):
                text_of(payload)

    def write() -> None:
        for _ in range(count):
            frame(FRAME.encode())

    return {"framing": "ours", "read_us": each_us(read, count), "write_us": each_us(write, count)}


def wsproto(count: int) -> dict[str, Any]:
    """The same by `wsproto`."""
    piece = sent(BID) * TOGETHER
    connection = Connection(ConnectionType.SERVER)

    def read() -> None:
        for _ in range(count // TOGETHER):
            connection.receive_data(piece)
            for _event in connection.events():
                pass

    def write() -> None:
        for _ in range(count):
            connection.send(TextMessage(data=FRAME))

    return {"framing": "wsproto", "read_us": each_us(read, count), "write_us": each_us(write, count)}


def over_a_socket(name: str, count: int) -> dict[str, Any]:
    """Our `Line`, or `simple-websocket`, over a pair of sockets whose other end reads and writes raw bytes."""
    near, far = socket.socketpair()
    read_one, write_one = (_line if name == "ours" else _simple)(near, far)
    piece = sent(BID) * TOGETHER

    def read() -> None:
        for _ in range(count // TOGETHER):
            far.sendall(piece)
            for _ in range(TOGETHER):
                read_one()

    def write() -> None:
        for _ in range(count):
            write_one()
            far.recv(1024)

    write_us = each_us(write, count)  # first: while a piece is being read, what is written is held
    return {"framing": f"{name}, over a socket", "read_us": each_us(read, count), "write_us": write_us}


def _line(near: socket.socket, _far: socket.socket) -> tuple[Callable[[], Any], Callable[[], Any]]:
    line = Line(near, b"", "bench")
    messages = line.messages()
    message = Message(FRAME)
    return lambda: next(messages), lambda: line.write(message)


def _simple(near: socket.socket, far: socket.socket) -> tuple[Callable[[], Any], Callable[[], Any]]:
    client = WSConnection(ConnectionType.CLIENT)
    asked = client.send(Request(host="x", target="/"))
    fields = [line.split(": ", 1) for line in asked.decode().split("\r\n")[1:] if line]
    environ = {f"HTTP_{key.upper().replace('-', '_')}": value for key, value in fields}
    made = simple_websocket.Server({"werkzeug.socket": near, **environ})
    far.recv(4096)
    return made.receive, lambda: made.send(FRAME)


def main(count: int) -> None:
    """Measure all of them, as JSON."""
    pin(SERVER_CORE)
    rows = [ours(count), wsproto(count), *(over_a_socket(each, count) for each in ("ours", "simple-websocket"))]
    sys.stdout.write(json.dumps(rows))
    sys.stdout.flush()
    os._exit(0)  # simple-websocket's thread may still wait


if __name__ == "__main__":
    main(int(sys.argv[1]))
