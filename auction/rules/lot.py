"""A lot: its terms, who leads it, and how each event changes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from . import events as ev
from .ladder import Ladder, parse
from .standing import SILENT, Standing, Step, assigned, on_top, taken_back

LEADER_HELD = "LEADER_HELD"
"""Why a lot pauses instead of being sold to a held paddle: a person decides."""

MAX_AMOUNT = 2**53 - 1
NOBODY: frozenset[str] = frozenset()
T = TypeVar("T")


class Status(StrEnum):
    """The status of a lot."""

    PENDING = "pending"
    OPEN = "open"
    FAIR_WARNING = "fair_warning"
    PAUSED = "paused"
    SOLD = "sold"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({Status.OPEN, Status.FAIR_WARNING})
BEGUN = LIVE | {Status.PAUSED}
ENDED = frozenset({Status.SOLD, Status.PASSED, Status.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a lot; `increment` and `own` (the format's own terms) as in a scenario.

    `consignor_orgs` are the ids of who consigns it: organizations, and persons by their account.

    A lot without a start price may be listed, but not opened.
    """

    lot: str
    format: str
    start_minor: int | None
    increment: Mapping[str, Any] | None = None
    reserve_minor: int | None = None
    consignor_orgs: tuple[str, ...] = ()
    self_raise: bool = False
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A sealed offer as it stands."""

    amount_minor: int
    arrived_ms: int


@dataclass(frozen=True)
class Lot:
    """A lot in a sale. Times are UTC; `origin_ms` is its opening moved by the pauses since.

    `extensions` counts the bids that moved the deadline. `offers` are sealed ones by paddle, in the order in which
    they were made; from `offers_closed` on none is taken, from `offers_opened` on everybody knows them. `declined` are
    the holders of a priority right who do not take it at its price; once it is sold they may until `match_until_ms`.
    `taken_from` is whom the hammer had fallen to before one of them took it.
    `even_held`: the hammer fell to a held paddle, on purpose.
    `left` are the maxima left before it opens, by paddle in the order of their last change; `left_ended` says why one
    is no more. `changed_ms` is its last change after publishing. `was_start_minor` is its start as published, where it
    has another now.
    """

    id: str
    terms: Terms
    ladder: Ladder | None
    has_reserve: bool = False
    on_step: bool = False
    status: Status = Status.PENDING
    standing: Standing | None = None
    called_ask_minor: int | None = None
    origin_ms: int | None = None
    deadline_ms: int | None = None
    extensions: int = 0
    paused_at_ms: int | None = None
    pause_reason: str | None = None
    ended_at_ms: int | None = None
    ended_by: str | None = None
    hammer_minor: int | None = None
    offers: Mapping[str, Offer] = field(default_factory=dict)
    offers_closed: bool = False
    offers_opened: bool = False
    declined: frozenset[str] = NOBODY
    match_until_ms: int | None = None
    taken_from: str | None = None
    even_held: bool = False
    left: Mapping[str, int] = field(default_factory=dict)
    left_ended: Mapping[str, str] = field(default_factory=dict)
    changed_ms: int | None = None
    was_start_minor: int | None = None

    @property
    def next_deadline_ms(self) -> int | None:
        """The deadline that the clock runs towards, if it runs and the deadline is still to be met."""
        return self.deadline_ms if self.status in LIVE and not self.offers_closed else None

    @property
    def in_question(self) -> bool:
        """Whether its time is over, and a held paddle would get it: a person decides."""
        return self.status is Status.PAUSED and self.pause_reason == LEADER_HELD

    @property
    def group(self) -> str | None:
        """The name of the group that the lot ends with."""
        group: str | None = self.terms.own.get("group")
        return group

    @property
    def price_minor(self) -> int | None:
        return self.standing.price_minor if self.standing else None

    @property
    def leader(self) -> str | None:
        return self.standing.leader if self.standing else None

    @property
    def bids(self) -> int:
        """Accepted bid steps, less voided ones; of sealed offers the bidders who made one."""
        return len(self.offers) if self.offers else self.standing.bids if self.standing else 0

    @property
    def public_bids(self) -> int:
        """The bids that the public has seen: no leader's own changes of his maximum, no offer still sealed."""
        if self.offers_opened:
            return len(self.offers)
        return self.standing.bids - self.standing.silent_bids if self.standing else 0

    @property
    def lifted_minor(self) -> int:
        """The leader's price if the lot ends now. It is lifted to the reserve if his maximum reaches it."""
        if self.standing is None:
            return 0
        reserve = self.terms.reserve_minor or 0
        price = self.standing.price_minor
        return reserve if price < reserve <= self.standing.maximum_minor else price

    def late_ms(self, arrived_ms: int) -> int | None:
        """How long after the lot's end something arrived; None where it had not ended, or the end came after it."""
        end = self.ended_at_ms if self.status in ENDED else self.deadline_ms if self.status in LIVE else None
        return None if end is None or arrived_ms < end else arrived_ms - end

    @property
    def reserve_met(self) -> bool:
        """Whether the leader's maximum reaches the reserve, or none is set. After the end the price counts, and of
        opened offers the best."""
        if self.standing is None:
            best = next(iter(self.offers.values())).amount_minor if self.offers and self.offers_opened else 0
            return 0 < best >= (self.terms.reserve_minor or 0)
        reached = self.standing.price_minor if self.status in ENDED else self.standing.maximum_minor
        return reached >= (self.terms.reserve_minor or 0)


def changed(value: T, **changes: Any) -> T:
    """`dataclasses.replace` at a tenth of its cost, for what changes with every event; not for slots."""
    after = object.__new__(type(value))
    object.__setattr__(after, "__dict__", value.__dict__ | changes)  # as frozen as the one that it came from
    return after


def from_listing(event: ev.LotListed, currency: str) -> Lot:
    """A new lot, as the public knows it. The named ladders count in the currency's major unit."""
    terms = Terms(
        event.lot, event.format, event.start_minor, event.increment, None, (), event.self_raise, dict(event.own)
    )
    ladder = parse(event.increment, currency) if event.increment is not None else None
    on_step = bool(event.increment and event.increment.get("on_step"))
    return Lot(event.lot, terms, ladder, has_reserve=event.has_reserve, on_step=on_step)


def _consigned(lot: Lot, event: ev.LotConsigned) -> Lot:
    terms = replace(lot.terms, reserve_minor=event.reserve_minor, consignor_orgs=tuple(event.consignor_orgs))
    return changed(lot, terms=terms)


def _maximum_left(lot: Lot, event: ev.MaximumLeft) -> Lot:
    """The same amount left again keeps its place."""
    if event.max_minor is not None and lot.left.get(event.paddle) == event.max_minor:
        return lot
    left = {paddle: most for paddle, most in lot.left.items() if paddle != event.paddle}
    ended = {paddle: reason for paddle, reason in lot.left_ended.items() if paddle != event.paddle}
    if event.max_minor is not None:
        left[event.paddle] = event.max_minor
    elif event.reason is not None:
        ended[event.paddle] = event.reason
    return changed(lot, left=left, left_ended=ended)


def _opened(lot: Lot, event: ev.LotOpened) -> Lot:
    return changed(lot, status=Status.OPEN, origin_ms=event.at_ms, deadline_ms=event.deadline_ms, left={})


def _bid_placed(lot: Lot, event: ev.BidPlaced, seq: int) -> Lot:
    before = lot.standing
    maximum = before.maximum_minor if before is not None and before.leader == event.leader else 0
    amount = event.price_minor if event.amount_minor is None else event.amount_minor  # a maximum follows as a secret
    step = Step(event.paddle, event.way, amount, seq)
    return changed(
        lot,
        status=Status.OPEN,
        standing=on_top(before, step, event.leader, event.price_minor, max(maximum, event.price_minor)),
        called_ask_minor=None,
        declined=NOBODY,
        deadline_ms=event.deadline_ms,
        extensions=lot.extensions + (event.deadline_ms != lot.deadline_ms),
    )


def _maximum_set(lot: Lot, event: ev.MaximumSet) -> Lot:
    now, most = lot.standing, event.max_minor
    if now is None or now.step is None:
        return lot
    if event.silent:
        silent = Step(event.paddle, SILENT, most)
        return changed(lot, standing=on_top(now, silent, now.leader, now.price_minor, most))
    maximum = most if now.leader == event.paddle else now.maximum_minor
    return changed(lot, standing=replace(now, maximum_minor=maximum, step=now.step._replace(amount_minor=most)))


def _paddle_assigned(lot: Lot, event: ev.PaddleAssigned) -> Lot:
    assert lot.standing is not None, "only a bid in the room is given a paddle"
    return changed(lot, standing=replace(assigned(lot.standing, event.paddle, event.bids), leader=event.leader))


def _ask_set(lot: Lot, event: ev.AskSet) -> Lot:
    return changed(lot, called_ask_minor=event.ask_minor)


def _warned(lot: Lot, _event: ev.FairWarningGiven) -> Lot:
    return changed(lot, status=Status.FAIR_WARNING)


def _voided(lot: Lot, event: ev.BidVoided) -> Lot:
    assert lot.standing is not None, "only a bid is voided"
    back = taken_again(lot, taken_back(lot.standing))
    return changed(back, standing=as_told(back, event.leader, event.price_minor, event.bids))


def taken_again(lot: Lot, standing: Standing | None) -> Lot:
    """The lot with another standing. It forgets the called ask, and the paddles that declined the price."""
    status = Status.OPEN if lot.status is Status.FAIR_WARNING else lot.status
    return changed(lot, status=status, standing=standing, called_ask_minor=None, declined=NOBODY)


def as_told(lot: Lot, leader: str | None, price_minor: int | None, bids: int) -> Standing | None:
    """The lot's standing where it says what the public was told; else all that the public was told."""
    now = lot.standing
    if (lot.leader, lot.price_minor, lot.public_bids) == (leader, price_minor, bids):
        return now
    return None if leader is None or price_minor is None else Standing(leader, price_minor, price_minor, bids)


def held(lot: Lot, told: Mapping[str, Any]) -> Lot:
    """The lot with what the event of a hold says of it (`events.PaddleHeld`)."""
    after = taken_again(lot, as_told(lot, told["leader"], told["price_minor"], told["bids"]))
    return changed(after, deadline_ms=told["deadline_ms"], origin_ms=told["origin_ms"])


def _maximum_voided(lot: Lot, _event: ev.MaximumVoided) -> Lot:
    assert lot.standing is not None, "only a maximum is voided"
    return changed(lot, standing=taken_back(lot.standing))


def _calls_lifted(lot: Lot, event: ev.CallsLifted) -> Lot:
    standing = lot.standing and replace(lot.standing, price_minor=event.price_minor)
    declined = lot.declined if lot.price_minor == event.price_minor else NOBODY
    return changed(taken_again(lot, standing), declined=declined)


def _offer_placed(lot: Lot, event: ev.OfferPlaced) -> Lot:
    others = {paddle: offer for paddle, offer in lot.offers.items() if paddle != event.paddle}
    return changed(lot, offers={**others, event.paddle: Offer(event.amount_minor, event.arrived_ms)})


def _offers_closed(lot: Lot, _event: ev.OffersClosed) -> Lot:
    return changed(lot, offers_closed=True)


def _offers_opened(lot: Lot, event: ev.OffersOpened) -> Lot:
    offers = {paddle: Offer(amount_minor, arrived_ms) for paddle, amount_minor, arrived_ms in event.offers}
    return changed(lot, offers=offers, offers_closed=True, offers_opened=True)


def _sold(lot: Lot, event: ev.LotSold) -> Lot:
    hammer = event.hammer_minor
    standing = replace(lot.standing, price_minor=hammer) if lot.standing else Standing(event.paddle, hammer, hammer, 0)
    sold = changed(_ended(lot, event, Status.SOLD), standing=standing, hammer_minor=hammer)
    return changed(sold, declined=NOBODY, match_until_ms=event.match_until_ms, even_held=event.even_held)


def _priority_declined(lot: Lot, event: ev.PriorityDeclined) -> Lot:
    return changed(lot, declined=lot.declined | {event.paddle})


def _priority_exercised(lot: Lot, event: ev.PriorityExercised) -> Lot:
    assert lot.standing is not None, "only a lot that is sold is taken over"
    taken_from = lot.taken_from or lot.standing.leader
    standing = replace(lot.standing, leader=event.paddle)
    return changed(lot, standing=standing, taken_from=taken_from, even_held=False)


def _passed(lot: Lot, event: ev.LotPassed) -> Lot:
    return _ended(lot, event, Status.PASSED)


def _withdrawn(lot: Lot, event: ev.LotWithdrawn) -> Lot:
    withdrawn = changed(lot, status=Status.WITHDRAWN, ended_at_ms=event.ended_at_ms, ended_by="person")
    return changed(withdrawn, paused_at_ms=None, pause_reason=None)


def _ended(lot: Lot, event: ev.LotSold | ev.LotPassed, status: Status) -> Lot:
    ended = changed(lot, status=status, ended_at_ms=event.ended_at_ms, ended_by=event.ended_by)
    return changed(ended, paused_at_ms=None, pause_reason=None) if lot.paused_at_ms is not None else ended


def _reopened(lot: Lot, event: ev.LotReopened) -> Lot:
    back = changed(lot, ended_at_ms=None, ended_by=None, hammer_minor=None, match_until_ms=None, even_held=False)
    return changed(back, status=Status.OPEN, origin_ms=event.at_ms)


def pause(lot: Lot, at_ms: int, reason: str | None) -> Lot:
    """The lot with its clock standing still."""
    return changed(lot, status=Status.PAUSED, paused_at_ms=at_ms, pause_reason=reason)


def resume(lot: Lot, at_ms: int, deadline_ms: int | None) -> Lot:
    """The lot going on. Every time counted from its opening moves by the length of the pause, or as far as the deadline
    of a lot whose time was over."""
    assert lot.paused_at_ms is not None, "only a paused lot is resumed"
    was_over = lot.deadline_ms is not None and lot.deadline_ms <= lot.paused_at_ms
    moved_ms = (deadline_ms or 0) - (lot.deadline_ms or 0) if was_over else at_ms - lot.paused_at_ms
    origin = (lot.origin_ms or 0) + moved_ms
    going = changed(lot, status=Status.OPEN, paused_at_ms=None, pause_reason=None)
    return changed(going, origin_ms=origin, deadline_ms=deadline_ms)


def _paused(lot: Lot, event: ev.LotPaused) -> Lot:
    return pause(lot, event.at_ms if event.since_ms is None else event.since_ms, event.reason)


def _resumed(lot: Lot, event: ev.LotResumed) -> Lot:
    return resume(lot, event.at_ms, event.deadline_ms)


_APPLY: dict[type[ev.Event], Callable[[Lot, Any], Lot]] = {
    ev.LotConsigned: _consigned,
    ev.MaximumLeft: _maximum_left,
    ev.LotOpened: _opened,
    ev.MaximumSet: _maximum_set,
    ev.PaddleAssigned: _paddle_assigned,
    ev.AskSet: _ask_set,
    ev.FairWarningGiven: _warned,
    ev.BidVoided: _voided,
    ev.MaximumVoided: _maximum_voided,
    ev.CallsLifted: _calls_lifted,
    ev.OfferPlaced: _offer_placed,
    ev.OffersClosed: _offers_closed,
    ev.OffersOpened: _offers_opened,
    ev.LotSold: _sold,
    ev.PriorityDeclined: _priority_declined,
    ev.PriorityExercised: _priority_exercised,
    ev.LotPassed: _passed,
    ev.LotWithdrawn: _withdrawn,
    ev.LotReopened: _reopened,
    ev.LotPaused: _paused,
    ev.LotResumed: _resumed,
}


def apply(lot: Lot, event: ev.LotEvent, seq: int = 0) -> Lot:
    """The lot after one of its events; `seq` is the event's public number."""
    return _bid_placed(lot, event, seq) if isinstance(event, ev.BidPlaced) else _APPLY[type(event)](lot, event)
