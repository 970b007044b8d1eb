"""A real server in its own process, and people who use it over the wire."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import engineio
import requests
import socketio
from sqlalchemy.engine import make_url

from auction.base import config as settings
from auction.parts import Parts, build
from auction.people.accounts import Purpose, Role
from auction.people.roles import SaleRole
from models.rows import LotRow

from . import forks, templates

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 45.0
"""How long a test waits for what comes to pass at once where the machine has nothing else to do."""


PORTS_OF_A_WORKER = 1_000
_FIRST_PORT = 20_000 + PORTS_OF_A_WORKER * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 12)
"""Below 32768, where no outgoing connection can sit. Each worker has its own: else two find one port free at once."""


def free_ports(count: int) -> int:
    """The first of so many free ports in a row; drawn, because several runs may ask at once."""
    draw = random.SystemRandom()  # Hypothesis sets the seed of the common one
    while True:
        port = draw.randrange(_FIRST_PORT, _FIRST_PORT + PORTS_OF_A_WORKER - count)
        if not any(is_open(each) for each in range(port, port + count)):
            return port


def free_port() -> int:
    """A free port."""
    return free_ports(1)


def is_open(port: int) -> bool:
    """Whether a server listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def parts_for(instance: Path, **environ: str) -> Parts:
    """The parts over an instance folder, in this process: to prepare what a server will find, or to look afterwards."""
    config = settings.read({"AUCTION_INSTANCE": str(instance), **environ})
    if config.database_url.startswith("sqlite:"):
        templates.sqlite(Path(make_url(config.database_url).database or ""))
    parts = build(config, lambda *_: None)
    parts.store.migrate()
    return parts


@dataclass
class Server:
    """`python app.py` in a folder of its own; forked, so that a start takes a third of a second (tests/forks.py)."""

    instance: Path
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    entry: str = "app.py"
    process: forks.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.instance / "server.log").read_text()

    def start(self, *arguments: str) -> "Server":
        environ = {**os.environ, "AUCTION_INSTANCE": str(self.instance), "PORT": str(self.port), **self.environ}
        with (self.instance / "server.log").open("a") as log:
            self.process = forks.launch([self.entry, "serve", *arguments], environ, log, log)
        self.wait_until_ready()
        return self

    def wait_until_ready(self, within_s: float = 60) -> None:
        give_up = time.monotonic() + within_s
        while time.monotonic() < give_up:
            assert self.process is not None
            assert self.process.poll() is None, self.log
            try:
                if requests.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except (requests.ConnectionError, requests.Timeout):
                pass
            time.sleep(0.05)
        raise AssertionError(f"the server is not ready: {self.log}")

    def stop(self, how: int = signal.SIGTERM) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE_S)
        self.process = None
        return code

    def cli(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        environ = {**os.environ, "AUCTION_INSTANCE": str(self.instance), "PORT": str(self.port), **self.environ}
        return forks.run(["app.py", *arguments], environ, check=check)


def session_of(parts: Parts, user: str) -> str:
    """The secret of a new session of an account, which comes in by a one-time link."""
    token = parts.accounts.sign_in_by_link(parts.accounts.make_link(Purpose.SIGN_IN, user))
    assert token is not None
    return token


def give_password(parts: Parts, user: str, password: str) -> None:
    """Give an account a password by a one-time link, as its owner does; every session of his ends."""
    token = parts.accounts.reset_password(parts.accounts.make_link(Purpose.RESET, user), password)
    assert token is not None
    parts.accounts.sign_out(token)


FAREWELL = "1"
"""What a packet of Socket.IO begins with that ends a connection."""


class _ReadsInOrder(engineio.Client):
    """Handles messages one by one. The library's own starts a thread for each, and on a busy machine they overtake
    each other: what came as 1, 2, 3 is kept as 1, 3, 2.

    Only the library's farewell needs a thread: it waits for the one that reads.
    """

    def _trigger_event(self, event: str, *arguments: Any, **options: Any) -> Any:
        if event == "message" and not str(arguments[0]).startswith(FAREWELL):
            options["run_async"] = False
        return super()._trigger_event(event, *arguments, **options)


class InOrder(socketio.Client):
    """A socket whose messages are handled in the order in which they came. As a program it says no origin, so it may
    come by any address."""

    def __init__(self) -> None:
        super().__init__(reconnection=False, websocket_extra_options={"suppress_origin": True})

    def _engineio_client_class(self) -> type[engineio.Client]:
        return _ReadsInOrder


class Person:
    """A person with a browser's session but no screen: pages by HTTP, messages by socket."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.patience_s = PATIENCE_S
        self.http = requests.Session()
        self.http.headers["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"  # as a browser that goes to a page
        self.socket: InOrder | None = None
        self.frames: list[dict[str, Any]] = []
        self.documents: list[dict[str, Any]] = []
        self.goodbyes: list[str] = []

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.http.get(self.url + path, timeout=PATIENCE_S, **options)

    def csrf(self, path: str = "/sign-in") -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(path).text)
        assert found, "the page has no token"
        return found.group(1)

    def post(self, path: str, csrf: str | None = None, **values: Any) -> requests.Response:
        data = {"csrf_token": csrf or self.csrf(), **values}
        return self.http.post(self.url + path, data=data, timeout=PATIENCE_S)

    def record(self, slug: str) -> list[dict[str, Any]]:
        """Every public event of a sale; waits where this address has asked for more pages than it may."""
        page = wait_for(lambda: (page := self.get(f"/sales/{slug}/record.jsonl")).status_code != 429 and page)
        assert page.status_code == 200, page.text
        return [json.loads(line)["event"] for line in page.text.splitlines()[:-1]]

    def enter(self, token: str) -> "Person":
        """Sign in by a one-time link."""
        answer = self.post(f"/link/{token}", self.csrf(f"/link/{token}"))
        assert answer.status_code == 200, answer.text
        return self

    def new_socket(self) -> InOrder:
        """A socket that is not connected yet."""
        return InOrder()

    def connect(self, sale: str | None = None, part: str = "watcher", **options: Any) -> dict[str, Any]:
        """Open a socket with this session, and join a sale; the answer to the join."""
        self.socket = self.new_socket()
        if options.get("transports") == ["polling"]:
            self.socket.eio.http = self.http  # it sends the cookie with every request, as a browser does
        self.socket.on("frame", self.frames.append)
        self.socket.on("document", self.documents.append)
        self.socket.on("bye", lambda message: self.goodbyes.append(message["reason"]))
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.http.cookies)
        headers = {"Cookie": cookies, **options.pop("headers", {})}
        self.socket.connect(self.url, headers=headers, transports=options.pop("transports", ["websocket"]))
        return self.ask("join", sale=sale, **{"as": part}, **options) if sale else {}

    def ask(self, name: str, **message: Any) -> dict[str, Any]:
        """Send a message and wait for its answer."""
        assert self.socket is not None
        return self.socket.call(name, message, timeout=self.patience_s)

    def call(self, do: str, **message: Any) -> dict[str, Any]:
        """One of the auctioneer's calls."""
        return self.ask("call", do=do, key=message.pop("key", uuid.uuid4().hex), **message)

    def bid(self, lot: str, amount_minor: Any, key: str | None = None) -> dict[str, Any]:
        return self.ask("bid", lot=lot, amount_minor=amount_minor, key=key or uuid.uuid4().hex)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for frame in list(self.frames) for event in frame["events"]]

    def leave(self) -> None:
        if self.socket is not None and self.socket.connected:
            self.socket.eio.ws.shutdown()  # at once, as a phone goes: without waiting for the other side's farewell


def wait_for(what: Any, within_s: float = PATIENCE_S) -> Any:
    """Wait until `what()` is true, and return it. Only a test that is marked `clock` may ask for a short time."""
    give_up = time.monotonic() + within_s
    while time.monotonic() < give_up:
        value = what()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("it did not come to pass")


@dataclass
class Cast:
    """A published sale with its people, made before the server starts. Links are one-time tokens by name."""

    sale: str
    slug: str
    links: dict[str, str]
    users: dict[str, str]


def stage(
    instance: Path,
    lots: list[dict[str, Any]] | None = None,
    bidders: int = 3,
    slug: str = "sale",
    *,
    terms: dict[str, Any] | None = None,
    ranks: dict[int, dict[str, int]] | None = None,
    **environ: str,
) -> Cast:
    """Make a sale with lots, an organizer, an auctioneer and admitted bidders (paddles from 101).

    A lot may have its `patents`. `terms` are columns of the sale, `ranks` the priority rights of a bidder by his
    number.
    """
    parts = parts_for(instance, **environ)
    parts.engine.start()
    sale = parts.sales.create(slug, title_zh="测试专场", title_en="A test sale", **(terms or {}))
    plain = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
    given = [dict(each or plain) for each in lots or [plain] * 3]
    rows = [(each, each.pop("patents", [])) for each in given]
    numbered = [(lot_row(str(i + 1), **each), patents) for i, (each, patents) in enumerate(rows)]
    parts.sales.add_lots(sale, numbered)
    users = {"organizer": parts.accounts.create("o@test.invalid", "Organizer", Role.ORGANIZER)}
    users["auctioneer"] = parts.accounts.create("a@test.invalid", "Auctioneer", Role.AUCTIONEER)
    users["cashier"] = parts.accounts.create("k@test.invalid", "Cashier", Role.ORGANIZER)
    for name in ("organizer", "auctioneer", "cashier"):
        parts.staff.assign(sale, users[name], None, SaleRole.CASHIER if name == "cashier" else None)
    users["administrator"] = parts.accounts.create("root@test.invalid", "Administrator", Role.ADMINISTRATOR)
    for number in range(1, bidders + 1):
        user = parts.accounts.create(f"b{number}@test.invalid", f"Bidder {number}", Role.BIDDER)
        users[f"bidder{number}"] = user
        row = parts.registration.apply(sale, user)
        parts.registration.admit(row, users["organizer"])
        parts.registration.set_priority(row, users["organizer"], (ranks or {}).get(number, {}))
    assert parts.sales.publish(sale, users["organizer"]).ok
    links = {name: parts.accounts.make_link(Purpose.SIGN_IN, user) for name, user in users.items()}
    parts.engine.stop()
    parts.store.close()
    return Cast(sale, slug, links, users)


def lot_row(lot: str, **values: Any) -> LotRow:
    """A lot, with everything that a test does not care for."""
    return LotRow(**{"lot": lot, "title_zh": f"标的{lot}", **values})
