"""A client over the wire, as docs/protocol.md describes it: sign in, join, keep up with the stream, ask.

It uses nothing that a client in another language would not have; the demo's robots are made of it.
"""

import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import requests
import socketio
from socketio.exceptions import SocketIOError

from ..rules.lot import Status
from ..rules.visibility import lot_of

Reply = dict[str, Any]
LotSeen = dict[str, Any]

SERVER_WITHIN_S = 10
CLOCK_EVERY_S = 30.0

STATUS_AFTER = {
    "lot_listed": Status.PENDING,
    "lot_opened": Status.OPEN,
    "bid_placed": Status.OPEN,
    "bid_voided": Status.OPEN,
    "calls_lifted": Status.OPEN,
    "fair_warning_given": Status.FAIR_WARNING,
    "lot_paused": Status.PAUSED,
    "lot_resumed": Status.OPEN,
    "lot_reopened": Status.OPEN,
    "lot_sold": Status.SOLD,
    "lot_passed": Status.PASSED,
    "lot_withdrawn": Status.WITHDRAWN,
}
"""The status of a lot after an event; other kinds do not change it."""

NEW_LEADER = frozenset({"paddle_assigned", "priority_exercised"})
"""Kinds of events whose paddle is the leader from there on."""
TOLD = ("lot", "format", "start_minor", "price_minor", "leader", "ask_minor", "deadline_ms", "hammer_minor")
"""Keys that an event and a lot have by the same name."""


class Lost(Exception):
    """The connection is gone, or the sale is not there just now: come back in a while."""


class SignedOut(Exception):
    """The session is over; only a new link helps."""


@dataclass(slots=True)
class Screen:
    """The public stream, folded as far as a robot needs it: each lot's status, leader, price and ask."""

    seq: int = 0
    lots: dict[str, LotSeen] = field(default_factory=dict)
    paused: bool = False
    closed: bool = False
    gavel: str | None = None
    behind: bool = False
    head: str | None = None

    def load(self, answer: Reply) -> None:
        """Take what a join or a `since` was answered."""
        snapshot = answer.get("snapshot")
        if snapshot is not None:
            self.lots = {lot["lot"]: lot for lot in map(lot_of, snapshot["lots"])}
            self.paused, self.closed, self.seq = snapshot["paused"], snapshot["closed"], answer["seq"]
        self.fold(answer.get("events", []), answer["seq"], answer.get("head"))
        self.gavel = answer.get("document", {}).get("gavel", self.gavel)

    def fold(self, events: list[dict[str, Any]], seq: int, head: str | None = None) -> None:
        """Take a frame's events; `seq` is the number that they lead to. A gap leaves the screen `behind`."""
        for event in events:
            if event["seq"] == self.seq + 1:
                self.seq = event["seq"]
                self._apply(event)
        self.behind = self.seq < seq
        self.head = head if self.seq == seq else self.head

    def _apply(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind == "sale_paused":
            self.paused = True
            self._all(event["lots"], Status.PAUSED)
        elif kind == "sale_resumed":
            self.paused = False
            self._all(event["deadlines_ms"], Status.OPEN)
            self._ends(event["deadlines_ms"])
        elif kind in ("group_extended", "deadline_moved"):
            self._ends(event["deadlines_ms"])
        elif kind == "sale_closed":
            self.closed = True
        elif kind == "gavel_taken":
            self.gavel = event["auctioneer"]
        elif "lot" in event:
            lot = self.lots.setdefault(event["lot"], {})
            lot |= {name: event[name] for name in TOLD if name in event}
            lot["leader"] = event["paddle"] if kind in NEW_LEADER else lot.get("leader")
            lot["status"] = STATUS_AFTER.get(kind, lot.get("status"))

    def _ends(self, deadlines_ms: dict[str, int | None]) -> None:
        for lot, deadline_ms in deadlines_ms.items():
            self.lots[lot]["deadline_ms"] = deadline_ms

    def _all(self, lots: Any, status: Status) -> None:
        for lot in lots:
            self.lots[lot]["status"] = status

    def all(self, *statuses: Status) -> list[LotSeen]:
        """The lots that stand so."""
        return [lot for lot in list(self.lots.values()) if lot["status"] in statuses]

    def first(self, *statuses: Status) -> LotSeen | None:
        """The first lot that stands so."""
        return next(iter(self.all(*statuses)), None)


class Client:
    """A session that is kept, and a socket that is opened again and again. `url` is where the server listens; `origin`
    is its public address."""

    def __init__(self, url: str, origin: str, link: str) -> None:
        self.url, self.origin, self._link = url, origin, link
        self._http = requests.Session()
        self._socket = self._new_socket()
        self._frames = threading.Lock()
        self._signed_in = False
        self._clock_at = 0.0
        self._ahead_ms = time.time() * 1000 - _ticks_ms()
        self.screen = Screen()
        self.document: dict[str, Any] = {}
        self.present: dict[str, int] | None = None
        """How many watch in each part, where the sale was joined as `desk`; None until that has been told."""

    def join(self, sale: str, part: str) -> None:
        """Sign in by the link where that has not been done, connect, and join. Raises Lost, SignedOut."""
        try:
            if not self._signed_in:
                self._sign_in()
            self._socket = self._new_socket()
            self._socket.on("frame", self._on_frame)
            self._socket.on("presence", self._on_presence)
            self._socket.connect(self.url, headers=self._headers(), transports=["websocket"])
        except (SocketIOError, requests.RequestException) as error:
            raise Lost from error
        with self._frames:
            answer = self.ask("join", sale=sale, **{"as": part})
            if "code" in answer or answer["snapshot"]["closed"]:
                raise Lost
            self.screen, self.present, self.document = Screen(), None, answer.get("document", {})
            self.screen.load(answer)

    def _new_socket(self) -> Any:
        options = {"origin": self.origin}
        return socketio.Client(reconnection=False, handle_sigint=False, websocket_extra_options=options)

    def _sign_in(self) -> None:
        path = f"/link/{self._link}"
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get(path).text)
        form = {"csrf_token": token.group(1) if token else "", "next": "/"}
        answer = self._http.post(
            self.url + path, form, headers=self._headers(), timeout=SERVER_WITHIN_S, allow_redirects=False
        )
        if answer.status_code == requests.codes.gone:
            raise SignedOut
        if answer.status_code != requests.codes.found:
            raise Lost
        self._signed_in = True

    def _headers(self) -> dict[str, str]:
        """The cookies by hand: behind a proxy with TLS they are for https only, and this way in is not."""
        cookies = "; ".join(f"{each.name}={each.value}" for each in self._http.cookies)
        return {"Cookie": cookies} if cookies else {}

    def get(self, path: str) -> requests.Response:
        """A page. Raises requests.RequestException."""
        return self._http.get(self.url + path, headers=self._headers(), timeout=SERVER_WITHIN_S)

    def _on_frame(self, frame: dict[str, Any]) -> None:
        with self._frames:
            self.screen.fold(frame["events"], frame["seq"], frame["head"])

    def _on_presence(self, message: dict[str, Any]) -> None:
        self.present = message["count"]

    def keep_up(self) -> None:
        """Ask for what was missed, and tell now and then how late the connection is. Raises Lost, SignedOut."""
        if not self._socket.connected or self.screen.closed:
            raise Lost
        if self.screen.behind:
            with self._frames:
                self.screen.load(self.ask("since", seq=self.screen.seq, head=self.screen.head))
        if time.monotonic() >= self._clock_at:
            started = time.monotonic()
            self._clock_at = started + CLOCK_EVERY_S
            self.ask("clock")
            way_ms = (time.monotonic() - started) * 1000
            answer = self.ask("clock", rtt_ms=round(way_ms))
            self._ahead_ms = answer.get("now_ms", self.now_ms()) - _ticks_ms()

    def now_ms(self) -> float:
        """The server's time, as well as it is known."""
        return _ticks_ms() + self._ahead_ms

    def ask(self, name: str, **message: Any) -> Reply:
        """Send a message and wait for its answer. Raises Lost, SignedOut."""
        try:
            answer: Reply = self._socket.call(name, message, timeout=SERVER_WITHIN_S)
        except SocketIOError as error:
            raise Lost from error
        if answer.get("code") == "UNAUTHENTICATED":
            raise SignedOut
        return answer

    def leave(self) -> None:
        """Close the socket."""
        if self._socket.connected:
            self._socket.disconnect()


def _ticks_ms() -> float:
    return time.monotonic() * 1000
