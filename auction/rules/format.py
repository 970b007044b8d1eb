"""The questions that every format answers. A format is one file that overrides some answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from . import commands as cmd
from . import events as ev
from .faults import BadTerms, Flaw, TermFault
from .lot import MAX_AMOUNT, Lot, Terms
from .money import Tier
from .refusals import Code, Refused
from .rights import Bidder, within_limit

Decision = tuple[ev.Event, ...] | Refused


@dataclass(frozen=True, slots=True)
class Whole:
    """A term that is a whole number, amounts in the minor unit, times in milliseconds."""

    least: int = 1
    needed: bool = True

    def fault(self, value: object) -> Flaw | None:
        """The fault of a value, or None. A term that is not needed may also be null."""
        if (value is None and not self.needed) or (type(value) is int and self.least <= value <= MAX_AMOUNT):
            return None
        return Flaw(TermFault.NOT_WHOLE if self.needed else TermFault.NOT_WHOLE_OR_NULL, {"least": self.least})


@dataclass(frozen=True, slots=True)
class OneOf:
    """A term that is one of a few words."""

    words: tuple[str, ...]
    needed: bool = False

    def fault(self, value: object) -> Flaw | None:
        """The fault of a value, or None."""
        good = isinstance(value, str) and value in self.words
        return None if good else Flaw(TermFault.NOT_ONE_OF, {"words": ", ".join(self.words)})


@dataclass(frozen=True, slots=True)
class Name:
    """A term that is a short name, or null."""

    longest: ClassVar[int] = 16
    needed: ClassVar[bool] = False

    def fault(self, value: object) -> Flaw | None:
        """The fault of a value, or None."""
        written = isinstance(value, str) and value.isprintable() and value == value.strip()
        good = value is None or (written and 1 <= len(str(value)) <= self.longest)
        return None if good else Flaw(TermFault.NOT_A_NAME, {"longest": self.longest})


OwnTerms = Mapping[str, Whole | OneOf | Name]


class Bid(NamedTuple):
    """A bid as a format sees it: holder and paddle (None: in the room), the sent amount, and its way.

    `rank` and `leader_rank` are those of the holder's and of the leader's priority right on the lot. `lots` are all of
    the sale; `highest_minor` is its highest bid.
    """

    bidder: Bidder | None
    paddle: str | None
    amount_minor: Any
    way: str
    arrived_ms: int
    at_ms: int
    rank: float
    leader_rank: float
    lots: Mapping[str, Lot]
    buyer_commission: tuple[Tier, ...] = ()
    highest_minor: int | None = None

    def over_limit(self, lot: Lot, amount_minor: int, pays_minor: int | None = None) -> Refused | None:
        """Refuse an amount above the sale's highest bid. Refuse one that, or whose all-in price, is above the limit."""
        if self.highest_minor is not None and amount_minor > self.highest_minor:
            return Refused(Code.OVER_LIMIT, {"available_minor": self.highest_minor})
        if self.bidder is None:
            return None
        pays = amount_minor if pays_minor is None else pays_minor
        return within_limit(self.bidder, pays, lot, self.lots, self.buyer_commission)


class Format:
    """The questions a sale asks of a lot's format, with the answers that most formats share."""

    name: ClassVar[str]
    steps: ClassVar[frozenset[type[cmd.Command]]]
    """The commands that are of this format, besides opening, pausing, passing time and withdrawing."""
    needs_increment: ClassVar[bool] = True

    def own_terms(self, own: Mapping[str, Any]) -> OwnTerms:  # noqa: ARG002 - a format may have more than one set
        """The format's own terms; the base format has none."""
        return {}

    def check_terms(self, terms: Terms) -> None:
        """Raise BadTerms where the format's own terms are unknown, missing, wrong, or contradict themselves."""
        known = self.own_terms(terms.own)
        for key in terms.own:
            if key not in known:
                raise BadTerms(key, TermFault.UNKNOWN, format=self.name)
        for key, term in known.items():
            if key not in terms.own:
                if term.needed:
                    raise BadTerms(key, TermFault.MISSING)
            elif flaw := term.fault(terms.own[key]):
                raise BadTerms(key, flaw.fault, **flaw.params)
        self.check_together(terms)

    def check_together(self, terms: Terms) -> None:
        """Raise BadTerms where terms that are good one by one contradict each other."""

    def cap_minor(self, lot: Lot) -> int | None:  # noqa: ARG002 - asked of every format
        """The price at which the lot ends at once."""
        return None

    def deadline_on_opening(self, lot: Lot, at_ms: int) -> int | None:  # noqa: ARG002
        """When the lot ends if it gets no bid; None: a person ends it."""
        return None

    def deadline_after_bid(self, lot: Lot, arrived_ms: int) -> int | None:  # noqa: ARG002
        """When the lot ends after a bid that was not silent."""
        return lot.deadline_ms

    def deadline_on_resuming(self, lot: Lot, at_ms: int) -> int | None:
        """When the lot ends after a pause: its deadline moved by the length of the pause."""
        if lot.deadline_ms is None or lot.paused_at_ms is None:
            return lot.deadline_ms
        return lot.deadline_ms + at_ms - lot.paused_at_ms

    def period_ms(self, lot: Lot) -> int:  # noqa: ARG002
        """How long bidders have at least after an absence of the house: one extension, where a lot has such."""
        return 60_000

    def ask_minor(self, lot: Lot, at_ms: int) -> int | None:
        """The next amount."""
        raise NotImplementedError

    def bid(self, lot: Lot, bid: Bid) -> Decision:
        """The events of an ordinary bid, or its refusal."""
        raise NotImplementedError

    def maximum(self, lot: Lot, bid: Bid) -> Decision:
        """The events of a bidder's maximum, or its refusal."""
        raise NotImplementedError

    def tick(self, lot: Lot, at_ms: int) -> tuple[ev.Event, ...]:
        """The events of the lot's deadline."""
        raise NotImplementedError

    def open_offers(self, lot: Lot, ranks: Mapping[str, float], at_ms: int) -> tuple[ev.Event, ...]:
        """The events of the opening of sealed offers. `ranks` are those of the bidders' priority rights."""
        raise NotImplementedError


def ending(lot: Lot, at_ms: int, ended_at_ms: int, ended_by: str) -> ev.LotSold | ev.LotPassed:
    """The end of a lot by a rule. The leader gets it, his maximum lifted to the reserve; below that it passes."""
    if lot.standing is None or not lot.reserve_met:
        return ev.LotPassed(at_ms, lot.id, ended_at_ms, ended_by)
    return ev.LotSold(at_ms, lot.id, lot.standing.leader, lot.lifted_minor, ended_at_ms, ended_by)


def malformed(amount_minor: Any) -> Refused | None:
    """Refuse what is not a whole number from 1 to 2^53-1."""
    if type(amount_minor) is not int or not 1 <= amount_minor <= MAX_AMOUNT:
        return Refused(Code.MALFORMED_AMOUNT)
    return None
