"""A lot and a sale as the checker follows them: a second, plain fold that shares nothing with the rules.

It is written from docs/protocol and docs/rules alone. So a mistake in the rules does not excuse itself.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Any

FORMATS = ("english", "timed", "dutch", "sealed")
STATUSES = ("pending", "open", "fair_warning", "paused", "sold", "passed", "withdrawn")
LIVE = ("open", "fair_warning")
BEGUN = ("open", "fair_warning", "paused")
ROOM = "room"
NO_RANK = 10**9


@dataclass(slots=True)
class Act:
    """An accepted bid step: its paddle, how far it goes, and its bid's public number (a silent one has none).

    `plain`: a bid, whose amount is its price; a maximum is not. `cut`: a hold kept the bid and cut its maximum.
    """

    paddle: str
    most: int
    plain: bool
    seq: int | None = None
    cut: bool = False

    @property
    def silent(self) -> bool:
        return self.seq is None


@dataclass(slots=True)
class Lead:
    """A lot's lead after an act: the leading act, the price and the maximum.

    `shown`: how many bids the public has seen up to here. Not `sure`: the lot was taken anew and this is not its last
    act. Only the rules' ladder tells the price then; what stands here is the least that it can be.
    """

    act: Act
    by: Act
    price: int
    maximum: int
    shown: int
    sure: bool = True

    @property
    def leader(self) -> str:
        return self.by.paddle


@dataclass(slots=True)
class Hold:
    """Why a paddle takes no part, what becomes of its bids (`void` or `keep`), and on which lot (None: on all)."""

    reason: str
    standing: str
    lot: str | None


@dataclass(slots=True)
class Paddle:
    """A paddle's holder, as the journal has him."""

    holder: str | None
    limit: int | None
    org: str | None
    priority: dict[str, int]
    holds: list[str]
    also: list[str]
    channel: str = "both"
    held: list[Hold] = field(default_factory=list)


@dataclass(slots=True)
class LotState:
    """A lot as of an event. `leads` has the lead after each bid step that still stands, the last on top."""

    lot: str
    format: str
    start: int | None
    has_reserve: bool
    self_raise: bool
    own: dict[str, Any]
    reserve: int = 0
    consignors: tuple[str, ...] = ()
    status: str = "pending"
    leads: list[Lead] = field(default_factory=list)
    ask: int | None = None
    deadline: int | None = None
    origin: int | None = None
    paused_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    offers: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    offers_closed: bool = False
    opened: bool = False
    declined: set[str] = field(default_factory=set)
    match_until: int | None = None
    taken_from: str | None = None
    even_held: bool = False
    moved_at: int = 0
    """When the deadline last became another one."""
    asks: bool = False
    """It stands still because its leader is held: a person says whether it is sold."""

    @property
    def lead(self) -> Lead | None:
        return self.leads[-1] if self.leads else None

    @property
    def group(self) -> str | None:
        return self.own.get("group")

    def ends(self, deadline: int | None, at_ms: int) -> None:
        """Take a deadline that was told at a moment."""
        if deadline != self.deadline:
            self.deadline, self.moved_at = deadline, at_ms

    def hard_end(self) -> float:
        """The moment beyond which no other lot of its group moves its end."""
        own = self.own.get("hard_end_ms")
        return inf if own is None else (self.origin or 0) + own

    def period(self) -> int:
        """The time (ms) that an extension gives; a lot without extensions has a minute."""
        return int(self.own.get("extend_ms") or self.own.get("limit_ms") or 60_000)

    @property
    def runs(self) -> bool:
        """Whether the lot's clock runs towards an end."""
        return self.status in LIVE and self.deadline is not None and not self.offers_closed

    def resume(self, at_ms: int, deadline: int | None) -> None:
        """Go on: all times from the opening move by the pause, or as far as an end that had come."""
        moved = at_ms - (at_ms if self.paused_at is None else self.paused_at)
        if self.asks and deadline is not None and self.deadline is not None:
            moved = deadline - self.deadline
        self.origin = (self.origin or 0) + moved
        self.status, self.paused_at, self.asks = "open", None, False
        self.deadline, self.moved_at = deadline, at_ms

    def held(self, paddle: str, commission: list[list[int]]) -> int:
        """The part of a paddle's limit that the lot holds. Once won it is the all-in price, while leading the maximum,
        else a sealed offer."""
        if self.format == "sealed" and not self.opened:
            return self.offers.get(paddle, (0, 0))[0] or 0 if self.status in BEGUN else 0
        lead = self.lead
        if lead is None or lead.leader != paddle:
            return 0
        if self.status == "sold":
            return all_in(lead.price, commission)
        return lead.maximum if self.status in BEGUN else 0

    def falling_ask(self, at_ms: int) -> int:
        """The ask of a Dutch lot at a moment while it runs."""
        ticks = max(0, at_ms - (self.origin or 0)) // int(self.own["tick_ms"])
        return int(max(self.own["floor_minor"], (self.start or 0) - ticks * self.own["step_minor"]))

    def row(self) -> list[Any]:
        """The row of a snapshot that says this (docs/protocol.md, join)."""
        code = 16 * FORMATS.index(self.format) + 2 * STATUSES.index(self.status) + self.has_reserve
        lead = self.lead
        price, leader, bids = (lead.price, lead.leader, lead.shown) if lead else (None, None, 0)
        bids = len(self.offers) if self.opened else bids
        row = [self.lot, code, self.start, price, leader, bids]
        if self.status in BEGUN:
            row += [self.ask, self.deadline, self.origin, self.paused_at]
        elif self.status != "pending":
            row += [self.ended_at, self.match_until, self.taken_from, self.even_held]
        while len(row) > 2 and not row[-1]:
            row.pop()
        return row


@dataclass(slots=True)
class SaleState:
    """A sale as of an event."""

    currency: str = "CNY"
    house: str | None = None
    commission: list[list[int]] = field(default_factory=list)
    mode: str = "A"
    days: int | None = None
    highest: int | None = None
    published: bool = False
    closed: bool = False
    gavel: str | None = None
    halted: bool = False
    pause_reason: str | None = None
    lots: dict[str, LotState] = field(default_factory=dict)
    paddles: dict[str, Paddle] = field(default_factory=dict)
    work: dict[tuple[str, str], bool] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    """The lots that ended since one last opened: these may be reopened."""

    def rank(self, paddle: str, lot: str) -> int:
        """The rank of a right while the lot is under way; in mode C none."""
        return NO_RANK if self.mode == "C" else self.right(paddle, lot)

    def right(self, paddle: str, lot: str) -> int:
        """The rank of a paddle's priority right on a lot, 1 being the highest."""
        known = self.paddles.get(paddle)
        return known.priority.get(lot, NO_RANK) if known else NO_RANK

    def facts(self) -> dict[str, Any]:
        """The keys of a snapshot beside the lots."""
        return {
            "currency": self.currency,
            "buyer_commission": self.commission,
            "published": self.published,
            "closed": self.closed,
            "priority_mode": self.mode,
            "paused": self.halted,
            "pause_reason": self.pause_reason,
        }


def all_in(price: int, commission: list[list[int]]) -> int:
    """A price with the commission on it, slice by slice from the top, rounded half up once."""
    rest, scaled = price, 0
    for begins, rate_bp in reversed(commission):
        scaled += max(0, rest - begins) * rate_bp
        rest = min(rest, begins)
    return price + (scaled + 5_000) // 10_000
