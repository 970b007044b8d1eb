"""How a lot went, out of the fold of the journal: what the figures need of it, and who bid.

It counts only what the public record names: no maximum, no unopened offer, no bid that was taken back.
"""

from ..rules.lot import ENDED, Lot, Status
from ..rules.money import all_in_minor, commission_minor
from ..rules.sale import Sale
from ..rules.standing import ROOM, steps_of
from .statistics import LotFigures


def lot_figures(sale: Sale, lot: Lot, row: tuple[str, str], patents: int, now_ms: int) -> LotFigures:
    """The figures of a lot at a moment; `row` has its field and its consignor as the catalogue writes them.

    The time of a lot runs from its last opening, pauses left out.
    """
    hammer_minor = lot.hammer_minor if lot.status is Status.SOLD else None
    net_minor = None if hammer_minor is None else hammer_minor - commission_minor(hammer_minor, sale.seller_commission)
    return LotFigures(
        lot=lot.id,
        status=lot.status,
        patents=patents,
        start_minor=lot.terms.start_minor,
        hammer_minor=hammer_minor,
        all_in_minor=None if hammer_minor is None else all_in_minor(hammer_minor, sale.buyer_commission),
        net_minor=net_minor,
        field=row[0],
        format=lot.terms.format,
        consignor=row[1],
        bids=lot.public_bids,
        bidders=len(bidders_of(lot)),
        opened_ms=lot.origin_ms,
        ended_ms=lot.ended_at_ms if lot.status in ENDED else None,
        in_term=hammer_minor is not None and (lot.match_until_ms or 0) > now_ms,
        taken=hammer_minor is not None and lot.taken_from is not None,
    )


def bidders_of(lot: Lot) -> frozenset[str]:
    """The paddles whose bids stand on a lot, as the public record names them."""
    if lot.offers_opened:
        return frozenset(lot.offers)
    seen = (step for step in steps_of(lot.standing) if step.seq is not None)
    return frozenset(step.paddle for step in seen if step.paddle != ROOM)


def bidders_of_sale(sale: Sale) -> frozenset[str]:
    """The paddles whose bids stand on any lot of a sale."""
    return frozenset().union(*map(bidders_of, sale.lots.values()))
