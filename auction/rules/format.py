"""What every format answers. A format is one file that overrides what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from . import commands as cmd
from . import events as ev
from .lot import MAX_AMOUNT, Lot
from .refusals import Code, Refused
from .rights import Bidder

Decision = tuple[ev.Event, ...] | Refused


class BadTerms(ValueError):
    """Terms that contradict themselves; the message begins with the key that is wrong."""


@dataclass(frozen=True, slots=True)
class Bid:
    """A bid as a format sees it: the holder (None: in the room), the amount as sent, and how it came."""

    bidder: Bidder | None
    amount_minor: Any
    way: str
    arrived_ms: int
    at_ms: int
    leader: Bidder | None
    others: Iterable[Lot]

    @property
    def paddle(self) -> str | None:
        return self.bidder.paddle if self.bidder else None


class Format:
    """The questions a sale asks of a lot's format, with the answers that most formats share."""

    name: ClassVar[str]
    steps: ClassVar[frozenset[type[cmd.Command]]]
    """The commands that are of this format, besides opening, pausing, passing time and withdrawing."""
    needs_increment: ClassVar[bool] = True

    def check_terms(self, own: Mapping[str, Any]) -> None:
        """Raise BadTerms where the format's own terms contradict themselves; the base format has none."""
        if own:
            raise BadTerms(f"{min(own)}: not a term of the format {self.name}")

    def cap_minor(self, lot: Lot) -> int | None:  # noqa: ARG002 - asked of every format
        """The price at which the lot ends at once."""
        return None

    def deadline_on_opening(self, lot: Lot, at_ms: int) -> int | None:  # noqa: ARG002
        """When the lot ends if nobody bids; None: a person ends it."""
        return None

    def deadline_after_bid(self, lot: Lot, arrived_ms: int) -> int | None:  # noqa: ARG002
        """When the lot ends after a bid that was not silent."""
        return lot.deadline_ms

    def deadline_on_resuming(self, lot: Lot, at_ms: int) -> int | None:
        """When the lot ends after a pause: its deadline moved by the length of the pause."""
        if lot.deadline_ms is None or lot.paused_at_ms is None:
            return lot.deadline_ms
        return lot.deadline_ms + at_ms - lot.paused_at_ms

    def ask_minor(self, lot: Lot, at_ms: int) -> int | None:
        """The next amount."""
        raise NotImplementedError

    def bid(self, lot: Lot, bid: Bid) -> Decision:
        """What an ordinary bid leads to."""
        raise NotImplementedError

    def maximum(self, lot: Lot, bid: Bid) -> Decision:
        """What a bidder's maximum leads to."""
        raise NotImplementedError

    def tick(self, lot: Lot, at_ms: int) -> tuple[ev.Event, ...]:
        """What happens when the lot's deadline has come."""
        raise NotImplementedError


def malformed(amount_minor: Any) -> Refused | None:
    """Refuse what is not a whole number from 1 to 2^53-1."""
    if type(amount_minor) is not int or not 1 <= amount_minor <= MAX_AMOUNT:
        return Refused(Code.MALFORMED_AMOUNT)
    return None
