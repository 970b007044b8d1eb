"""Screens that come back by themselves, as browsers do: raw websockets, one thread each.

What a screen took in is `stream`, in its order; `history` has everything that happened to it.
"""

import itertools
import json
import random
import threading
import time
import uuid
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from typing import Any

import websocket

from tests.serving import Person

GONE = (websocket.WebSocketException, OSError, ValueError)
OPEN = ("UNAVAILABLE", "UNCONFIRMED", "NOT_JOINED", "RATE_LIMITED", "BROKEN")
KEYED = ("bid", "maximum", "call", "decline_priority", "exercise_priority")
FRAME = '42["frame",'


class Silent:
    """Keeps no history. What stands in its place is told everything that happens to a screen, when it happens."""

    def note(self, what: str, **more: Any) -> None:
        """`connected`, `disconnected`, `bye` with its reason, `end`."""

    def sent(self, name: str, message: dict[str, Any]) -> None:
        """A bid, a maximum or a call, before it goes out."""

    def answered(self, key: str, answer: dict[str, Any]) -> None:
        """What it was answered."""

    def resynced(self, since: int | None, answer: dict[str, Any]) -> None:
        """What a join or a `since` was answered."""

    def frame(self, text: str) -> None:
        """A frame, as the very text that came."""


class Screen:
    """A person who watches a sale through one of several addresses, and folds what he is told."""

    def __init__(
        self,
        urls: list[str],
        sale: str,
        part: str = "watcher",
        cookie: str = "",
        *,
        seed: int = 0,
        recorder: Any = None,
    ) -> None:
        self.urls, self.sale, self.part, self.cookie = urls, sale, part, cookie
        self.stream: list[tuple[int, str]] = []
        self.history: list[tuple[str, Any]] = []
        self.documents: list[dict[str, Any]] = []
        self.presence: list[dict[str, Any]] = []
        self.seq: int | None = None
        self.problems: list[str] = []
        self.longest_gap_s = 0.0
        self._chance = random.Random(seed)
        self._turn = itertools.count(seed)
        self._numbers = itertools.count(1)
        self._asked: dict[int, tuple[Future, str | None]] = {}
        self._recorder = recorder or Silent()
        self._since: int | None = None
        self._ws: websocket.WebSocket | None = None
        self._stay_away_s = 0.0
        self._over = threading.Event()
        self.joined = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self) -> "Screen":
        self._thread.start()
        assert self.joined.wait(20), f"it cannot join: {self.problems}"
        return self

    def cut(self, for_s: float) -> None:
        """Lose the connection, and come back after a while."""
        self._stay_away_s = for_s
        self.joined.clear()
        self._drop()

    def leave(self) -> None:
        self._over.set()
        self._drop()
        self._thread.join(5)

    def settled(self) -> None:
        """Claim that this screen is connected and has been told everything."""
        self._recorder.note("end")

    def ask(self, name: str, within_s: float = 10, **message: Any) -> dict[str, Any] | None:
        """The answer to a message; None where the connection is gone, or no answer comes."""
        future: Future = Future()
        number = next(self._numbers)
        key = message["key"] if name in KEYED else None
        self._asked[number] = future, key
        try:
            if key is not None:
                self._recorder.sent(name, message)
            self._say(f"42{number}{json.dumps([name, message])}")
            return future.result(within_s)
        except (*GONE, AttributeError, TookTooLong):
            return None
        finally:
            self._asked.pop(number, None)

    def bid(self, lot: str, amount_minor: int, key: str | None = None, within_s: float = 30) -> dict[str, Any]:
        """Bid until there is an answer that lasts, always with the same key, as a browser does."""
        key = key or uuid.uuid4().hex
        give_up = time.monotonic() + within_s
        while True:
            answer = self.ask("bid", lot=lot, amount_minor=amount_minor, key=key)
            if answer is not None and answer.get("code") not in OPEN:
                return answer
            assert time.monotonic() < give_up, f"no answer to a bid: {answer}"
            self.joined.wait(1)
            time.sleep(0.05)

    # --- the connection ---

    def _live(self) -> None:
        lost_s = None
        while not self._over.is_set():
            try:
                self._connect(self.urls[next(self._turn) % len(self.urls)])
                if lost_s is not None:
                    self.longest_gap_s = max(self.longest_gap_s, time.monotonic() - lost_s)
                while not self._over.is_set():
                    self._take(self._ws.recv())
            except GONE as error:
                self.history.append(("lost", repr(error)))
            self._recorder.note("disconnected")
            lost_s = time.monotonic() if self._stay_away_s == 0 and self.joined.is_set() else lost_s
            self.joined.clear()
            self._drop()
            for future, _ in list(self._asked.values()):
                if not future.done():
                    future.set_result(None)
            self._over.wait(self._stay_away_s or self._chance.uniform(0, 0.3))
            self._stay_away_s = 0.0

    def _connect(self, url: str) -> None:
        address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self._recorder.note("connected")
        self._ws = websocket.create_connection(address, cookie=self.cookie or None, timeout=15, suppress_origin=True)
        self._ws.recv()
        self._ws.send("40")
        while not self._take(self._ws.recv()):
            pass
        self._since = self.seq
        seq = {} if self.seq is None else {"seq": self.seq}
        self._say(f"420{json.dumps(['join', {'sale': self.sale, 'as': self.part, **seq}])}")

    def _drop(self) -> None:
        if self._ws is not None:
            self._ws.shutdown()

    def _say(self, text: str) -> None:
        self._ws.send(text)

    def _take(self, packet: str) -> bool:
        """Take in a packet; whether it was the greeting."""
        if packet == "":
            raise websocket.WebSocketConnectionClosedException
        if packet == "2":
            self._say("3")
        elif packet.startswith("42"):
            name, message = json.loads(packet[2:])
            if name == "frame":
                self._recorder.frame(packet[len(FRAME) : -1])
            getattr(self, f"_on_{name}")(message)
        elif packet.startswith("43"):
            digits = packet[2 : packet.index("[")]
            answer = json.loads(packet[2 + len(digits) :])[0]
            self._on_join(answer) if digits == "0" else self._on_answer(int(digits), answer)
        return packet.startswith("40")

    # --- what it is told ---

    def _on_answer(self, number: int, answer: dict[str, Any]) -> None:
        future, key = self._asked.get(number, (None, None))
        if key is not None:
            self._recorder.answered(key, answer)
        if future is not None and not future.done():
            future.set_result(answer)

    def _on_join(self, answer: dict[str, Any]) -> None:
        if "code" in answer:
            self.history.append(("refused", answer["code"]))
            raise ValueError(answer["code"])
        self._recorder.resynced(self._since, answer)
        if "snapshot" in answer:
            if self.seq is not None and answer["seq"] < self.seq:
                self.problems.append(f"a snapshot of {answer['seq']} to who knows {self.seq}")
            self.history.append(("snapshot", answer["seq"]))
            self.seq = answer["seq"]
        self._fold(answer.get("events", []))
        self.joined.set()

    def _on_frame(self, frame: dict[str, Any]) -> None:
        if self.seq is not None:  # what comes before the answer to the first join is in its snapshot
            self._fold(frame["events"])

    def _fold(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            number = event["seq"]
            if number <= self.seq:
                continue
            if number > self.seq + 1:
                self.history.append(("gap", (self.seq, number)))
                self._since = self.seq
                self._say(f"420{json.dumps(['since', {'seq': self.seq}])}")
                return
            self.seq = number
            self.stream.append((number, json.dumps(event, sort_keys=True)))

    def _on_document(self, document: dict[str, Any]) -> None:
        self.documents.append(document)

    def _on_presence(self, presence: dict[str, Any]) -> None:
        self.presence.append(presence)

    def _on_bye(self, message: dict[str, Any]) -> None:
        self.history.append(("bye", message["reason"]))
        self._recorder.note("bye", reason=message["reason"])


COOKIES: dict[str, str] = {}
"""What came of a one-time link, for the same person's next tab."""


def somebody(
    urls: list[str], sale: str, link: str, part: str = "bidder", *, seed: int = 0, recorder: Any = None
) -> Screen:
    """The screen of who signs in by a one-time link."""
    if link not in COOKIES:
        person = Person(urls[0]).enter(link)
        COOKIES[link] = "; ".join(f"{each.name}={each.value}" for each in person.http.cookies)
    return Screen(urls, sale, part, COOKIES[link], seed=seed, recorder=recorder).start()
