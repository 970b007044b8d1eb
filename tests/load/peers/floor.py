"""A hand-made server: the handshake, pings and the join, and then nothing but writing prepared frames.

It keeps no queue, decides nothing and checks nothing. What it costs is what the kernel asks for a write to a socket.
"""

import json
import os
import select
import socket
import time
from base64 import b64encode
from hashlib import sha1
from typing import Any

from .event import frame

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PING_EVERY_S = 25


def packed(text: str) -> bytes:
    """The bytes of a websocket text frame."""
    payload = text.encode()
    size = len(payload)
    head = bytes([0x81, size]) if size < 126 else bytes([0x81, 126]) + size.to_bytes(2, "big")
    return head + payload


def unpacked(data: bytes) -> list[bytes]:
    """The payloads of masked frames shorter than 64 KB; what is not whole is left out."""
    found = []
    while len(data) >= 6:
        size, at = data[1] & 127, 2
        if size == 126:
            size, at = int.from_bytes(data[2:4], "big"), 4
        mask, body = data[at : at + 4], data[at + 4 : at + 4 + size]
        found.append(bytes(each ^ mask[i & 3] for i, each in enumerate(body)))
        data = data[at + 4 + size :]
    return found


class Floor:
    """All of it. A test gives `write` and `send` whatever it wants to be sent."""

    def __init__(self, port: int, control: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", port), backlog=4096)
        self.listener.setblocking(False)
        self.control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.control.bind(("127.0.0.1", control))
        self.lines: dict[int, socket.socket] = {}
        self.joined: set[int] = set()
        self.poll = select.epoll()
        for each in (self.listener, self.control):
            self.poll.register(each, select.EPOLLIN)
        self.seq = 1
        self.left, self.every_s, self.due = 0, 0.0, 0.0
        self.stopping = False

    def stop(self) -> None:
        """End the run, from another thread."""
        self.stopping = True
        self.control.sendto(b"0 0", self.control.getsockname())

    def run(self) -> None:
        pinged = time.monotonic()
        while not self.stopping:
            wait = max(self.due - time.monotonic(), 0) if self.left else 1
            for fd, _ in self.poll.poll(wait):
                self.take(fd)
            if self.left and self.due <= time.monotonic():
                self.seq += 1
                self.left -= 1
                self.due += self.every_s
                self.write(frame(self.seq))
            if time.monotonic() - pinged > PING_EVERY_S:
                pinged = time.monotonic()
                for fd in self.joined:
                    os.write(fd, packed("2"))

    def write(self, message: dict[str, Any]) -> None:
        """One message to everybody."""
        self.send("42" + json.dumps(["frame", message], separators=(",", ":")))

    def send(self, text: str) -> None:
        """A packet to everybody; who cannot take it now does not get it, which the load client will see."""
        wire = packed(text)
        for fd in self.joined:
            try:
                os.write(fd, wire)
            except BlockingIOError:
                continue

    def take(self, fd: int) -> None:
        if fd == self.listener.fileno():
            line, _ = self.listener.accept()
            line.setblocking(False)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.lines[line.fileno()] = line
            self.poll.register(line, select.EPOLLIN)
        elif fd == self.control.fileno():
            count, every_us = map(int, self.control.recv(64).split())
            self.left, self.every_s, self.due = count, every_us / 1e6, time.monotonic()
        else:
            self.read(fd)

    def read(self, fd: int) -> None:
        try:
            data = os.read(fd, 65_536)
        except ConnectionError:
            data = b""
        if not data:
            self.joined.discard(fd)
            self.poll.unregister(fd)
            self.lines.pop(fd).close()
        elif data.startswith(b"GET "):
            self.open(fd, data)
        else:
            for message in unpacked(data):
                self.answer(fd, message)

    def open(self, fd: int, request: bytes) -> None:
        head = {name.lower(): value for name, _, value in (row.partition(b": ") for row in request.split(b"\r\n"))}
        if b"sec-websocket-key" not in head:
            os.write(fd, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        accept = b64encode(sha1(head[b"sec-websocket-key"] + MAGIC, usedforsecurity=False).digest())
        os.write(fd, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        os.write(fd, b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        os.write(fd, packed('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}'))

    def answer(self, fd: int, message: bytes) -> None:
        if message == b"40":
            os.write(fd, packed('40{"sid":"x"}'))
        elif message.startswith(b"420"):
            self.joined.add(fd)
            os.write(fd, packed(f'430[{{"seq":{self.seq},"snapshot":{{}}}}]'))


if __name__ == "__main__":
    Floor(int(os.environ["PORT"]), int(os.environ["BENCH_CONTROL"])).run()
