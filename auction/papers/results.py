"""The report `results`: how every lot ended, for the public and with more columns for the organizer."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.rows import LotRow

from ..rules.lot import ENDED, Lot, Status
from ..rules.money import Tier, all_in_minor, commission_minor
from ..rules.sale import AFTERWARDS
from .cells import FORMAT_WORDS, coded, standing
from .courses import lot_figures
from .source import ReportRow, Source
from .statistics import LotFigures, hundredths

_PUBLIC = (
    *("lot", "title_zh", "title_en", "patents", "patent_numbers", "field", "consignor", "format", "status", "start"),
    *("hammer", "premium", "currency", "paddle", "bids", "bidders", "ended_at"),
)
_RIGHTS = ("right_until", "taken_from")
"""In mode C: until when a sold lot may be taken, and from whom it was. The paddle is then its present buyer."""
_OF_BUYER, _OF_SELLER = ("buyer_commission", "all_in"), ("seller_commission", "net")


def public_results(of: Source) -> Iterator[ReportRow]:
    """How every lot ended, as everybody may know it."""
    also = _also(of)
    yield (*_PUBLIC, *also)
    yield from (_result(of, row, lot, also) for row, lot in _listed(of))


def results(of: Source) -> Iterator[ReportRow]:
    """How every lot ended, with the buyer, whether its reserve was met (empty: none, or no bid), and its commission.

    `net` is the hammer price less the seller's commission, whether or not the buyer has paid.
    """
    holders = {each.paddle: each for each in of.bidders}
    buyers, sellers = of.state.buyer_commission, of.state.seller_commission
    also, more = _also(of), (*(_OF_BUYER if buyers else ()), *(_OF_SELLER if sellers else ()))
    yield (*_PUBLIC, *also, "buyer", "buyer_organization", "reserve_met", *more)
    for row, lot in _listed(of):
        holder = holders.get(lot.leader) if lot.status is Status.SOLD else None
        asked = lot.terms.reserve_minor is not None and lot.standing is not None and lot.status in ENDED
        yield (
            *_result(of, row, lot, also),
            holder and holder.name,
            holder and of.organizations.get(holder.organization or ""),
            lot.reserve_met if asked else None,
            *with_commission(of, lot.hammer_minor, buyers),
            *_less_commission(of, lot.hammer_minor, sellers),
        )


def with_commission(of: Source, price_minor: int | None, tiers: Sequence[Tier]) -> ReportRow:
    """The commission on a price and both together; nothing where there is no commission."""
    if not tiers or price_minor is None:
        return (None, None) if tiers else ()
    return of.major(commission_minor(price_minor, tiers)), of.major(all_in_minor(price_minor, tiers))


def _less_commission(of: Source, price_minor: int | None, tiers: Sequence[Tier]) -> ReportRow:
    """The commission on a price, and what is left of the price."""
    if not tiers or price_minor is None:
        return (None, None) if tiers else ()
    part_minor = commission_minor(price_minor, tiers)
    return of.major(part_minor), of.major(price_minor - part_minor)


def has_rights(of: Source) -> bool:
    """Whether a priority right may take a lot after the hammer (mode C)."""
    return of.state.priority_mode == AFTERWARDS


def _also(of: Source) -> tuple[str, ...]:
    is_held = any(lot.even_held for lot in of.state.lots.values())
    return (*(_RIGHTS if has_rights(of) else ()), *(("even_held",) if is_held else ()))


def _listed(of: Source) -> Iterator[tuple[LotRow, Lot]]:
    """The lots that are in the journal, in the order of the sale."""
    return ((row, of.state.lots[row.lot]) for row in of.lots if row.lot in of.state.lots)


def figures_of(of: Source) -> list[LotFigures]:
    """The figures of each lot that is in the journal."""
    return [_figures(of, row, lot) for row, lot in _listed(of)]


def _figures(of: Source, row: LotRow, lot: Lot) -> LotFigures:
    patents = len(of.patents.get(lot.id, ()))
    return lot_figures(of.state, lot, (row.field, row.consignor), patents, of.now_ms)


def _result(of: Source, row: LotRow, lot: Lot, also: tuple[str, ...]) -> ReportRow:
    told = _figures(of, row, lot)
    return (
        lot.id,
        row.title_zh,
        row.title_en,
        told.patents,
        of.numbers(lot.id),
        row.field,
        row.consignor,
        coded(FORMAT_WORDS, told.format),
        standing(lot, closed=of.state.closed, now_ms=of.now_ms),
        of.major(told.start_minor),
        of.major(told.hammer_minor),
        _percent(told),
        of.sale.currency,
        lot.leader if told.is_sold else None,
        told.bids,
        told.bidders,
        of.moment(told.ended_ms),
        *((of.moment(lot.match_until_ms), lot.taken_from) if has_rights(of) else ()),
        *((lot.even_held,) if "even_held" in also else ()),
    )


def _percent(told: LotFigures) -> Decimal | None:
    return None if told.premium is None else hundredths(told.premium * 100)
