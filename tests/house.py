"""A house to attack: one server for a whole module, its people, and strangers who speak to it in raw frames."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

import websocket
from flask import Flask
from websocket import ABNF, WebSocketConnectionClosedException

from auction.api.site import create_site
from auction.parts import Parts
from auction.people.accounts import Purpose, Role
from auction.sockets.bids_here import BidsHere
from auction.sockets.clients import Clients, LiveClient
from auction.sockets.messages import Sockets
from auction.sockets.packets import Message
from auction.sockets.rooms import Fanout
from tests.serving import PATIENCE_S, Cast, Person, Server, parts_for, stage, wait_for

OPEN, CLOSE, PING, PONG, MESSAGE = "01234"


@dataclass
class House:
    """A server with a staged sale; `parts` are those of another process over the same database."""

    server: Server
    cast: Cast
    parts: Parts
    everybody: list[Person] = field(default_factory=list)
    read: int = 0
    """How much of the log has been looked at."""

    def sign_in(self, name: str | None = None) -> Person:
        """A person of the cast with a new session; a stranger without a name."""
        person = Person(self.server.url)
        if name is not None:
            person.enter(self.parts.accounts.make_link(Purpose.SIGN_IN, self.cast.users[name]))
        self.everybody.append(person)
        return person

    def newcomer(self) -> str:
        """A bidder of his own for a test: an account without a paddle; its id, which is its name in the cast too."""
        user = self.parts.accounts.create(f"{uuid.uuid4().hex}@test.invalid", "Newcomer", Role.BIDDER)
        self.cast.users[user] = user
        return user

    def enter(self, name: str | None, part: str = "watcher", **options: Any) -> Person:
        """The same, joined to the sale."""
        person = self.sign_in(name)
        answer = person.connect(self.cast.slug, part, **options)
        assert "seq" in answer, answer
        return person

    def bidding(self, lot: str = "1") -> tuple[Person, Person]:
        """Two bidders at an open lot."""
        desk = self.enter("auctioneer", "desk")
        assert "seq" in desk.call("take_gavel")
        assert desk.call("open_lot", lot=lot).get("code") in (None, "NOT_ALLOWED_NOW"), "not open"
        return self.enter("bidder1", "bidder"), self.enter("bidder2", "bidder")

    def stranger(self, person: Person | None = None, **options: Any) -> "Stranger":
        """A raw socket, with a person's cookie or without one."""
        return Stranger(self.server.url, cookie_of(person) if person else "", **options)

    def clean(self) -> None:
        """After each test: everybody leaves, and nothing that was sent may have broken the server."""
        for person in self.everybody:
            person.leave()
        self.everybody.clear()
        assert self.server.process is not None
        assert self.server.process.poll() is None, self.server.log
        news = self.server.log[self.read :]
        self.read += len(news)
        assert "Traceback" not in news, news


@contextmanager
def a_house(folder: Path, mode: str = "eventlet", lots: list | None = None, **environ: str) -> Iterator[House]:
    """A house that is there for a while."""
    cast = stage(folder, lots)
    server = Server(folder, {"AUCTION_ASYNC_MODE": mode, **environ}).start()
    parts = parts_for(folder)
    parts.engine.start()
    try:
        yield House(server, cast, parts)
    finally:
        parts.engine.stop()
        parts.store.close()
        server.stop()


def site_of(parts: Parts, send: Callable[[str, str, str], None] = lambda *_: None) -> Flask:
    """The pages and the API without a server; `send` hears what desks are told of bids."""
    return create_site(parts, BidsHere(parts, send))


class Wire:
    """What a client is told, in the place of a socket."""

    closed, is_told = False, True

    def __init__(self) -> None:
        self.told: Queue[str] = Queue()

    def write(self, message: Message) -> None:
        self.told.put(message.text)

    def close(self, _code: int) -> None:
        self.closed = True


class Switchboard:
    """The messages of a process without its server: clients that it lets in, and what it answers them."""

    def __init__(self, parts: Parts) -> None:
        self.clients = Clients(parts.limits.packet)
        fanout = Fanout()
        self.sockets = Sockets(fanout, self.clients, parts, BidsHere(parts, fanout.send))

    def connect(self, sid: str, token: str | None = None) -> bool:
        """Let a client with this id and the secret of a session in; whether it is."""
        client = LiveClient(sid, "127.0.0.1", token, "en", Wire(), public_id=sid)
        self.clients.add(client)
        self.clients.take(client, "40")
        return client.greeted

    def ask(self, sid: str, name: str, *data: Any) -> dict[str, Any]:
        """The answer to a message."""
        client = self.clients.get(sid)
        self.clients.take(client, "427" + json.dumps([name, *data]))
        while not (told := client.way.told.get(timeout=15)).startswith("437"):
            pass
        return json.loads(told[3:])[0]


def cookie_of(person: Person) -> str:
    """What a browser would send."""
    return "; ".join(f"{each.name}={each.value}" for each in person.http.cookies)


class Stranger:
    """A client that writes its frames by hand."""

    def __init__(self, url: str, cookie: str = "", **options: Any) -> None:
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        options.setdefault("suppress_origin", "origin" not in options)
        self.ws = websocket.create_connection(address, cookie=cookie or None, timeout=PATIENCE_S, **options)
        self.sid = json.loads(self.hear()[1:])["sid"]

    def say(self, text: str | bytes, opcode: int = ABNF.OPCODE_TEXT) -> None:
        self.ws.send(text, opcode)

    def hear(self) -> str:
        """The next packet that is no ping; pings are answered."""
        while True:
            packet = self.ws.recv()
            if packet != PING:
                return packet
            self.ws.send(PONG)

    def greet(self) -> "Stranger":
        """Say CONNECT, and hear it accepted."""
        self.say("40")
        assert self.hear().startswith("40{"), "not let in"
        return self

    def ask(self, name: str, *arguments: Any, number: int = 7) -> Any:
        """Send an event with a number, and wait for the answer that has it."""
        return self.ask_raw(json.dumps([name, *arguments]), number)

    def ask_raw(self, event: str, number: int = 7) -> Any:
        self.say(f"42{number}{event}")
        while True:
            packet = self.hear()
            if packet.startswith(f"43{number}["):
                return json.loads(packet[2 + len(str(number)) :])[0]

    def is_cut(self, within_s: float = 7) -> bool:
        """Whether the server closes the connection, reading whatever comes before."""
        self.ws.settimeout(within_s)
        try:
            while True:
                opcode, _ = self.ws.recv_data()
                if opcode == ABNF.OPCODE_CLOSE:
                    return True
        except websocket.WebSocketTimeoutException:
            return False
        except (WebSocketConnectionClosedException, ConnectionError):
            return True

    def leave(self) -> None:
        self.ws.shutdown()


def bids_go_on(bidders: tuple[Person, Person], lot: str = "1") -> None:
    """The others' bids are taken, each in turn, and both see them."""
    for bidder in bidders:
        told = bid_when_allowed(bidder, lot, 1)
        if told["code"] != "ALREADY_LEADING":
            last = bid_when_allowed(bidder, lot, told["params"]["minimum_minor"])
            assert "seq" in last, last
    for bidder in bidders:
        wait_for(lambda bidder=bidder: bidder.events and bidder.events[-1]["seq"] >= last["seq"])


def bid_when_allowed(bidder: Person, lot: str, amount_minor: Any) -> dict[str, Any]:
    """A bid's answer, once the bidder has some of his rate left."""
    return wait_for(lambda: (answer := bidder.bid(lot, amount_minor)).get("code") != "RATE_LIMITED" and answer)
