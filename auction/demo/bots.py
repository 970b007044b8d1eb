"""The demo's robots: bidders and an auctioneer, ordinary clients over the wire.

`python -m auction.demo.bots` is a process of its own, which `serve --demo` starts (auction/demo/sale.py). The
robots' names and links come as one line of JSON on standard input. So no secret stands on a command line or in a log.
When the server ends, standard input ends, and the robots end too.
"""

import argparse
import json
import math
import os
import random
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from typing import Any

import requests
import structlog

from ..base import logs
from ..base.loop import Loop
from ..rules.lot import Status
from ..rules.standing import ROOM
from .client import Client, Lost, LotSeen, Reply, SignedOut

log = structlog.get_logger()

GLANCE_S = 0.25
"""Seconds between a robot's looks at its screen. It acts at most once a look, so it never floods."""
COME_BACK_S = (1.0, 2.0)
"""How long it stays away when it has lost its connection."""
SIGNED_OUT = 3
"""The exit code that asks the server for new links: a session is over."""


@dataclass(frozen=True, slots=True)
class Player:
    """A robot's account: its id, and the token of a one-time sign-in link."""

    user: str
    link: str


@dataclass(frozen=True, slots=True)
class Company:
    """The robots and their sale: the server's own address and its public one, and the sale's slug.
    `floor`: the paddles that the auctioneer may see raised in the hall."""

    url: str
    origin: str
    sale: str
    auctioneer: Player
    bidders: tuple[Player, ...]
    floor: tuple[str, ...]

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "Company":
        raw = json.loads(line)
        bidders = tuple(Player(**each) for each in raw["bidders"])
        return cls(**{**raw, "auctioneer": Player(**raw["auctioneer"]), "bidders": bidders})


class Robot:
    """A robot at a screen. `pace`: how much time everything takes, 1.0 as it would take a person."""

    part = "watcher"

    def __init__(self, company: Company, player: Player, pace: float) -> None:
        self.company, self.player, self.pace = company, player, pace
        self.client = Client(company.url, company.origin, player.link)
        self.chance = random.Random()  # noqa: S311 - nothing hangs on it
        self._waits: dict[str, tuple[tuple[Any, ...], float]] = {}

    def live(self) -> None:
        """Visit the sale, and come back for ever, whatever happens."""
        Loop("robot", self.visit).start()

    def visit(self) -> float:
        """Join, look, act, until the connection is lost; how long to stay away then, in seconds. Ends the process when
        the session is over."""
        try:
            self.client.join(self.company.sale, self.part)
            self.arrive()
            while True:
                self.client.keep_up()
                self.look()
                time.sleep(GLANCE_S)
        except SignedOut:
            os._exit(SIGNED_OUT)
        except (Lost, requests.RequestException):
            pass
        except Exception:  # a robot that stumbles gets up again
            log.exception("a robot stumbled", part=self.part)
        self.client.leave()
        return self.chance.uniform(*COME_BACK_S)

    def arrive(self) -> None:
        """Act once, right after joining the sale."""

    def look(self) -> None:
        """Act on the present state of the sale."""

    def has_waited(self, low_s: float, high_s: float, about: str, *situation: Any) -> bool:
        """Whether a situation has lasted as long as it takes, drawn anew for each; true once, then it counts anew.
        `about`: the lot, or what else it is about; each is waited for by itself."""
        now = time.monotonic()
        waits = self._waits.get(about)
        if waits is None or waits[0] != situation:
            waits = self._waits[about] = situation, now + self.chance.uniform(low_s, high_s) * self.pace
        if now < waits[1]:
            return False
        del self._waits[about]
        return True


@dataclass(frozen=True, slots=True)
class Nature:
    """A bidder's ways: how often a lot interests it, and its worth as a share of the mean estimate.
    Then how long it thinks, how often it leaves a maximum, and whether it waits for the last call."""

    interest: float
    worth: tuple[float, float]
    thinks_s: tuple[float, float]
    maximum: float = 0.0
    late: bool = False


NATURES = (
    Nature(interest=0.9, worth=(0.8, 1.1), thinks_s=(2.0, 6.0)),
    Nature(interest=0.8, worth=(0.6, 0.9), thinks_s=(1.0, 3.0)),
    Nature(interest=0.6, worth=(0.7, 1.0), thinks_s=(1.0, 2.5), late=True),
    Nature(interest=0.7, worth=(0.7, 1.15), thinks_s=(2.0, 5.0), maximum=0.5),
    Nature(interest=0.35, worth=(0.9, 1.3), thinks_s=(2.0, 4.0)),
)
RACES = frozenset({"BELOW_MIN", "ALREADY_LEADING", "NOT_LIVE", "CLOSED", "RATE_LIMITED", "UNAVAILABLE", "UNCONFIRMED"})
"""Refusals after which the next bid may be fine; after any other a bidder leaves the lot alone."""


LAST_SECONDS_MS = 8_000


def falling_minor(lot: LotSeen, own: dict[str, int], now_ms: float) -> int:
    """The ask of a Dutch lot. Its deadline, which a pause moves, is one tick after it has come to the floor."""
    start, floor, step, tick = int(lot["start_minor"]), own["floor_minor"], own["step_minor"], own["tick_ms"]
    left_ms: float = lot["deadline_ms"] - now_ms
    ticks = -((floor - start) // step) + 1 - math.ceil(left_ms / tick)
    return max(floor, start - max(0, ticks) * step)


class RobotBidder(Robot):
    """Bids up to the value of a lot. It takes its time, and more of it against a person. `robots`: the paddles
    of all robots."""

    part = "bidder"

    def __init__(self, company: Company, player: Player, pace: float, robots: set[str]) -> None:
        super().__init__(company, player, pace)
        self._place = company.bidders.index(player)
        self.nature = NATURES[self._place % len(NATURES)]
        self._robots = robots
        self._paddle: str | None = None
        self._texts: dict[str, Any] = {}
        self._done: set[str] = set()
        self._maxima: set[str] = set()

    def arrive(self) -> None:
        self._paddle = self.client.document.get("paddle")
        if self._paddle is None:
            raise Lost
        self._robots.add(self._paddle)
        self._texts = self.client.get(f"/sales/{self.company.sale}/texts.json").json()["lots"]
        self._done, self._maxima = set(), set()

    def look(self) -> None:
        """Do one thing, about any of the lots that are open to it."""
        ways = {"dutch": self._take, "sealed": self._offer}
        for lot in self.client.screen.all(Status.OPEN, Status.FAIR_WARNING):
            wanted = lot["lot"] not in self._done and lot.get("leader") != self._paddle and self.worth_minor(lot)
            if wanted and ways.get(lot["format"], self._outbid)(lot):
                return

    def _take(self, lot: LotSeen) -> bool:
        """Take a falling ask once it has come down to what the lot is worth."""
        own = self._texts.get(lot["lot"], {}).get("own")
        ask_minor = falling_minor(lot, own, self.client.now_ms()) if own else None
        if ask_minor is None or ask_minor > self.worth_minor(lot):
            return False
        if not self.has_waited(*self.nature.thinks_s, lot["lot"]):
            return False
        self._send("bid", lot["lot"], amount_minor=ask_minor)
        return True

    def _offer(self, lot: LotSeen) -> bool:
        """Seal what the lot is worth, once."""
        worth_minor = self.worth_minor(lot)
        if worth_minor < lot["start_minor"] or not self.has_waited(*self.nature.thinks_s, lot["lot"]):
            return False
        self._send("bid", lot["lot"], amount_minor=worth_minor)
        self._done.add(lot["lot"])
        return True

    def _outbid(self, lot: LotSeen) -> bool:
        number, leader, ask_minor = lot["lot"], lot.get("leader"), lot["ask_minor"]
        too_early = self.nature.late and leader is not None and not self._is_late(lot)
        if too_early or ask_minor > self.worth_minor(lot):
            return False
        slower = 1.0 if leader is None or leader in self._robots else 1.6
        low_s, high_s = self.nature.thinks_s
        if not self.has_waited(low_s * slower, high_s * slower, number, ask_minor, leader):
            return False
        self._bid(number, ask_minor, self.worth_minor(lot))
        return True

    def _is_late(self, lot: LotSeen) -> bool:
        """Whether it is the last call, or the last seconds of a lot that the clock ends."""
        deadline_ms: int | None = lot.get("deadline_ms")
        soon = deadline_ms is not None and deadline_ms - self.client.now_ms() < LAST_SECONDS_MS
        return soon or bool(lot["status"] == Status.FAIR_WARNING)

    def _bid(self, lot: str, ask_minor: int, worth_minor: int) -> None:
        if lot not in self._maxima and self.chance.random() < self.nature.maximum:
            self._maxima.add(lot)
            self._send("maximum", lot, max_minor=worth_minor)
        else:
            self._send("bid", lot, amount_minor=ask_minor)

    def _send(self, name: str, lot: str, **amount: int) -> None:
        answer = self.client.ask(name, lot=lot, key=uuid.uuid4().hex, **amount)
        if name == "bid" and answer.get("code", "BELOW_MIN") not in RACES:
            self._done.add(lot)

    def worth_minor(self, lot: LotSeen) -> int:
        """The value of a lot to this bidder, the same in every demo sale; 0 without interest."""
        chance = random.Random(f"{self._place} {lot['lot']}")  # noqa: S311 - nothing hangs on it
        if chance.random() > self.nature.interest:
            return 0
        text, start = self._texts.get(lot["lot"], {}), lot.get("start_minor") or lot["ask_minor"]
        low, high = text.get("estimate_low_minor") or start, text.get("estimate_high_minor") or 2 * start
        worth = int((low + high) / 2 * chance.uniform(*self.nature.worth))
        return round(worth, 2 - len(str(worth)))  # two digits and noughts, as people think of amounts


class RobotAuctioneer(Robot):
    """Leads the sale while no person does: opens, waits, warns, hammers or passes."""

    part = "desk"
    OPEN_S = (5.0, 8.0)
    WARNED_S = (3.5, 5.5)
    BETWEEN_S = (5.0, 8.0)
    PAUSED_S = (8.0, 10.0)
    OPENS_S = (2.0, 3.0)
    GONE_S = 60.0
    """How long no other console must have been there before a person's gavel is taken."""
    FLOOR_BIDS = 0.3
    """The share of lots on which the hall bids once, when no robot bids any more."""

    def __init__(self, company: Company, player: Player, pace: float) -> None:
        super().__init__(company, player, pace)
        self._seen_at = 0.0
        self._floor_asked = ""

    def arrive(self) -> None:
        self._seen_at = time.monotonic()

    def look(self) -> None:
        if not self._leads():
            return
        screen = self.client.screen
        lot = screen.first(Status.OPEN, Status.FAIR_WARNING, Status.PAUSED)
        if screen.paused:
            if self.has_waited(*self.PAUSED_S, "sale"):
                self._call("resume_sale")
        elif lot is None:
            self._open_next()
        elif lot["status"] == Status.PAUSED:
            if self.has_waited(*self.PAUSED_S, lot["lot"]):
                self._call("resume", lot=lot["lot"])
        elif lot["format"] == "english":
            self._lead(lot)
        elif lot["format"] == "sealed":
            self._open_offers(lot)

    def _leads(self) -> bool:
        """Whether the gavel is the robot's; it takes one without a holder, or one left for a minute."""
        now, gavel, present = time.monotonic(), self.client.screen.gavel, self.client.present
        if gavel == self.player.user or present is None or present.get("desk", 0) > 1:
            self._seen_at = now
        if gavel is None or now - self._seen_at > self.GONE_S * self.pace:
            self._seen_at = now
            self._call("take_gavel")
        return gavel == self.player.user

    def _open_next(self) -> None:
        lot = self.client.screen.first(Status.PENDING)
        if lot is None or not self.has_waited(*self.BETWEEN_S, lot["lot"], "next"):
            return
        if self._call("open_lot", lot=lot["lot"]).get("code") == "NOT_ALLOWED_NOW":
            self._call("withdraw", lot=lot["lot"], reason="OTHER")

    def _lead(self, lot: LotSeen) -> None:
        number, leader, warned = lot["lot"], lot.get("leader"), lot["status"] == Status.FAIR_WARNING
        waits_s = self.WARNED_S if warned else self.OPEN_S
        if not self.has_waited(*waits_s, number, warned, leader, lot["ask_minor"]):
            return
        if not warned:
            if not self._floor_bid(lot):
                self._call("fair_warning", lot=number)
        elif leader is None:
            self._call("pass", lot=number)
        elif leader == ROOM:
            self._call("assign_paddle", lot=number, paddle=self.company.floor[0])
        else:
            sold = self._call("hammer", lot=number, paddle=leader, amount_minor=lot["price_minor"])
            if sold.get("code") == "RESERVE_NOT_MET":
                self._call("pass", lot=number)

    def _open_offers(self, lot: LotSeen) -> None:
        """Once the time for offers is over; all other lots the clock ends by itself."""
        if self.client.now_ms() > lot["deadline_ms"] and self.has_waited(*self.OPENS_S, lot["lot"], "offers"):
            self._call("open_offers", lot=lot["lot"])

    def _floor_bid(self, lot: LotSeen) -> bool:
        """Now and then a person in the hall bids, once a lot at the most."""
        if lot["lot"] == self._floor_asked or not self.company.floor:
            return False
        self._floor_asked = lot["lot"]
        if self.chance.random() > self.FLOOR_BIDS:
            return False
        paddle = self.chance.choice(self.company.floor)
        return "seq" in self._call("floor_bid", lot=lot["lot"], paddle=paddle, amount_minor=lot["ask_minor"])

    def _call(self, do: str, **message: Any) -> Reply:
        """Make a call. If it is forbidden, another auctioneer has the gavel."""
        answer = self.client.ask("call", do=do, key=uuid.uuid4().hex, **message)
        if answer.get("code") == "FORBIDDEN":
            self.client.screen.gavel = ""
        return answer


def main() -> None:
    """Let the robots live until standard input ends."""
    options = argparse.ArgumentParser(prog="python -m auction.demo.bots", description=__doc__)
    options.add_argument("--pace", type=float, default=1.0, help="how much time everything takes; 1.0: as people do")
    options.add_argument("--log", choices=("text", "json"), default="text", help="how the log is written")
    given = options.parse_args()
    logs.configure(given.log)
    company, paddles = Company.from_json(sys.stdin.readline()), set[str]()
    robots: list[Robot] = [RobotAuctioneer(company, company.auctioneer, given.pace)]
    robots += [RobotBidder(company, player, given.pace, paddles) for player in company.bidders]
    for robot in robots:
        robot.live()
    sys.stdin.read()
    os._exit(0)  # sockets' threads may be anywhere, and nothing of a robot is worth waiting for


if __name__ == "__main__":
    main()
