"""People who bid without end, until they are told to stop or the server is gone; what they were answered is kept."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from socketio.exceptions import SocketIOError

from tests.recorder import Recorded, Recorder
from tests.serving import Cast, Person, Server

START, STEP = 10_000_000, 500_000


@dataclass
class Sent:
    """A bid on its way, and the answer that came, if one came."""

    bidder: str
    lot: str
    amount: int
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    answer: dict[str, Any] | None = None

    @property
    def is_accepted(self) -> bool:
        return self.answer is not None and "seq" in self.answer


class House:
    """A server with a staged sale whose people keep their sessions over restarts, and where there is a folder for
    histories, each a file of all that he was told."""

    def __init__(self, server: Server, cast: Cast, histories: Path | None = None) -> None:
        self.server, self.cast = server, cast
        self.sent: list[Sent] = []
        self.lot, self.price = "1", START - STEP
        names = ["auctioneer", *self.bidders]
        self.recorders = {name: Recorder(histories / f"{name}.jsonl", name) for name in names} if histories else {}
        self._cookies = {name: Person(server.url).enter(cast.links[name]).http.cookies for name in names}

    def enter(self, name: str, part: str = "bidder", url: str = "", **options: Any) -> Person:
        """A person of the cast, connected and joined with the session from the beginning."""
        address, keeps = url or self.server.url, self.recorders.get(name)
        person = Person(address) if keeps is None else Recorded(address, keeps)
        person.http.cookies.update(self._cookies[name])
        answer = person.connect(self.cast.slug, part, **options)
        assert "seq" in answer, answer
        return person

    def cookie(self, name: str) -> str:
        """The cookies that a person's browser would send."""
        return "; ".join(f"{each.name}={each.value}" for each in self._cookies[name])

    def desk(self, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """The auctioneer makes calls, and goes."""
        auctioneer = self.enter("auctioneer", "desk")
        answers = [auctioneer.call(do, **message) for do, message in calls]
        auctioneer.leave()
        return answers

    def open(self, lot: str) -> None:
        """The auctioneer takes the gavel and opens a lot."""
        _, opened = self.desk(("take_gavel", {}), ("open_lot", {"lot": lot}))
        assert "seq" in opened, opened
        self.lot, self.price = lot, START - STEP

    @property
    def bidders(self) -> list[str]:
        return [name for name in self.cast.links if name.startswith("bidder")]

    @property
    def accepted(self) -> list[Sent]:
        return [each for each in self.sent if each.is_accepted]

    def bid_on(self, person: Person, name: str, goes_on: threading.Event) -> None:
        """Bid above the last price known, again and again, until told to stop or the line is dead.

        An answer that does not come is asked for with the same key, as every client does.
        """
        while goes_on.is_set():
            mine = Sent(name, self.lot, self.price + STEP)
            self.sent.append(mine)
            while mine.answer is None:
                try:
                    mine.answer = person.bid(mine.lot, mine.amount, mine.key)
                except (SocketIOError, OSError):  # the line is dead, which is the point, or the machine is busy
                    if not person.socket.connected:
                        return
            if "seq" in mine.answer:
                self.price = max(self.price, mine.amount)
            elif mine.answer["code"] in ("BELOW_MIN", "BELOW_START"):
                self.price = max(self.price, mine.answer["params"]["minimum_minor"] - STEP)
            else:
                time.sleep(0.02)


class Crowd:
    """With it, everybody bids; at its end they stop, whether the server still lives or not."""

    def __init__(self, house: House) -> None:
        self.people = {name: house.enter(name) for name in house.bidders}
        self._goes_on = threading.Event()
        self._goes_on.set()
        for person in self.people.values():
            person.patience_s = 0.5
        self._threads = [
            threading.Thread(target=house.bid_on, args=(person, name, self._goes_on), daemon=True)
            for name, person in self.people.items()
        ]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._goes_on.clear()
        for person in self.people.values():
            person.leave()
        for thread in self._threads:
            thread.join(20)
