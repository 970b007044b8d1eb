"""Sealed: one offer each, hidden from everybody until the opening (一次报价; rulebook 2.4, 4.5)."""

from collections.abc import Collection, Mapping
from math import inf
from typing import Any, ClassVar, NamedTuple

from . import commands as cmd
from . import events as ev
from .english import unlike
from .format import Bid, Decision, Format, OneOf, OwnTerms, Whole, malformed
from .lot import Lot, changed
from .refusals import Code, Refused


class Sealed(Format):
    """The highest offer wins and pays itself, or what was needed to beat the second (`price`)."""

    name: ClassVar[str] = "sealed"
    steps: ClassVar[frozenset[type[cmd.Command]]] = frozenset({cmd.PlaceBid, cmd.OpenOffers})
    needs_increment: ClassVar[bool] = False

    def own_terms(self, own: Mapping[str, Any]) -> OwnTerms:  # noqa: ARG002 - one set for every sealed lot
        return {
            "ends_ms": Whole(),
            "price": OneOf(("first", "second")),
            "tie": OneOf(("earliest",)),
            "offers": OneOf(("one", "raise")),
        }

    def ask_minor(self, lot: Lot, at_ms: int) -> None:  # noqa: ARG002 - what is sealed has no next amount
        return None

    def deadline_on_opening(self, lot: Lot, at_ms: int) -> int:
        return at_ms + int(lot.terms.own["ends_ms"])

    def bid(self, lot: Lot, bid: Bid) -> Decision:
        refused = malformed(bid.amount_minor)
        if refused or bid.bidder is None:
            return refused or Refused(Code.NO_PADDLE)
        paddle, amount, start = bid.bidder.paddle, bid.amount_minor, lot.terms.start_minor or 1
        mine = lot.offers.get(paddle)
        if mine and lot.terms.own.get("offers", "one") == "one":
            return Refused(Code.ALREADY_OFFERED)
        minimum = mine.amount_minor + 1 if mine else start
        if amount < minimum:
            code = Code.BELOW_START if amount < start else Code.BELOW_MIN
            return Refused(code, {"minimum_minor": minimum})
        return bid.over_limit(lot, amount) or (ev.OfferPlaced(bid.at_ms, lot.id, bid.arrived_ms, paddle, amount),)

    def tick(self, lot: Lot, at_ms: int) -> tuple[ev.Event, ...]:
        return (ev.OffersClosed(at_ms, lot.id),)

    def open_offers(self, lot: Lot, ranks: Mapping[str, float], at_ms: int) -> tuple[ev.Event, ...]:
        """The higher first, then the better priority rank, then the earlier; at one moment, in the order of offers."""
        ranked = sorted(
            lot.offers.items(),
            key=lambda each: (-each[1].amount_minor, ranks.get(each[0], inf), each[1].arrived_ms),
        )
        rows = tuple((paddle, offer.amount_minor, offer.arrived_ms) for paddle, offer in ranked)
        opened = ev.OffersOpened(at_ms, lot.id, rows)
        best = best_offer(changed(lot, offers=dict(ranked)))
        if best is None or not best.reaches:
            return opened, ev.LotPassed(at_ms, lot.id, at_ms, "clock")
        return opened, ev.LotSold(at_ms, lot.id, best.paddle, best.price_minor, at_ms, "clock")


class Best(NamedTuple):
    """The winner, his price in the minor unit, and whether his offer reaches the reserve."""

    paddle: str
    price_minor: int
    reaches: bool


def best_offer(lot: Lot) -> Best | None:
    """The first of a lot's ranked offers, and what the second asks of it."""
    ranked = [*lot.offers.items()]
    if not ranked:
        return None
    (winner, offer), others = ranked[0], ranked[1:]
    reserve, price = lot.terms.reserve_minor or 0, offer.amount_minor
    if lot.terms.own.get("price", "first") == "second":
        price = max(lot.terms.start_minor or 1, reserve, others[0][1].amount_minor if others else 0)
    return Best(winner, price, offer.amount_minor >= reserve)


def hammer_best(lot: Lot, command: cmd.Hammer, held: Collection[str], at_ms: int) -> Decision:
    """A person decides about opened offers, because the best is a held paddle's: sell to who is best now."""
    best = best_offer(lot)
    refused = unlike(command, best and best.paddle, best and best.price_minor)
    if refused or best is None:
        return refused or Refused(Code.NO_BID)
    if best.paddle in held and not command.even_held:
        return Refused(Code.LEADER_HELD)
    if not best.reaches:
        return Refused(Code.RESERVE_NOT_MET)
    is_held = best.paddle in held
    return (ev.LotSold(at_ms, lot.id, best.paddle, best.price_minor, at_ms, "person", even_held=is_held),)
