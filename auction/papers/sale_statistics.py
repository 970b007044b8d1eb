"""The statistics of one sale, and of the sales before it, read from their records. `statistics` computes them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from models.journal import events
from models.rows import LotRow, SaleRow, SaleStatus

from ..audit.outline import outline
from ..database.store import Store
from ..parts import Parts
from ..rules.lot import Lot, Status
from ..rules.sale import Sale
from ..rules.standing import chain
from ..sales.rows import by_lot, lot_rows, patent_rows
from .courses import bidders_of, lot_figures
from .statistics import Figures, LotFigures, figures, groups

MOST_EARLIER = 12
_AT_ONCE = 500


@dataclass(frozen=True)
class SaleStatistics:
    """A sale as its statistics see it at a moment. `lots` are the figures of its lots, in their order.

    `titles` have a lot's titles in Chinese and English, `paddles` are those that bid. Nothing here is secret but the
    net amounts in the figures.
    """

    sale: SaleRow
    state: Sale
    lots: tuple[LotFigures, ...]
    titles: Mapping[str, tuple[str, str]]
    paddles: frozenset[str]

    @cached_property
    def total(self) -> Figures:
        """The figures of the whole sale."""
        return figures(self.lots)

    @cached_property
    def by_field(self) -> dict[str, Figures]:
        return groups(self.lots, lambda lot: lot.field)

    @cached_property
    def by_format(self) -> dict[str, Figures]:
        return groups(self.lots, lambda lot: lot.format)

    @cached_property
    def by_consignor(self) -> dict[str, Figures]:
        return groups(self.lots, lambda lot: lot.consignor)


@dataclass(frozen=True, slots=True)
class LotCourse:
    """A lot with its row, its figures, and the paddles that bid on it."""

    row: LotRow
    figures: LotFigures
    paddles: frozenset[str]


def lot_course(sale: Sale, lot: Lot, row: LotRow, patents: int, now_ms: int) -> LotCourse:
    """How one lot of a sale went, as of a moment."""
    return LotCourse(row, lot_figures(sale, lot, (row.field, row.consignor), patents, now_ms), bidders_of(lot))


def sale_statistics(parts: Parts, sale: SaleRow) -> SaleStatistics:
    """The statistics of a sale as of now."""
    return _of(parts.store, sale, parts.engine.book(sale.id).sale, parts.clock.now_ms())


def from_courses(sale: SaleRow, state: Sale, courses: Iterable[LotCourse]) -> SaleStatistics:
    """The statistics of a sale from those of its lots."""
    told = list(courses)
    titles = {
        each.row.lot: (each.row.title_zh or each.row.title_en, each.row.title_en or each.row.title_zh) for each in told
    }
    paddles = frozenset[str]().union(*(each.paddles for each in told))
    return SaleStatistics(sale, state, tuple(each.figures for each in told), titles, paddles)


def _of(store: Store, sale: SaleRow, state: Sale, now_ms: int) -> SaleStatistics:
    with store.read() as connection:
        rows, patents = lot_rows(connection, sale.id), by_lot(patent_rows(connection, sale.id))
    listed = [(row, state.lots[row.lot]) for row in rows if row.lot in state.lots]
    courses = [lot_course(state, lot, row, len(patents.get(lot.id, ())), now_ms) for row, lot in listed]
    return from_courses(sale, state, courses)


@dataclass(frozen=True, slots=True)
class EarlierSale:
    """A sale before this one, with its figures."""

    sale: SaleRow
    total: Figures


class EarlierSales:
    """The sales that are over. A closed one changes no more, so its figures are computed once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[LotFigures, ...]] = {}

    def before(self, sale: SaleRow, others: Iterable[SaleRow], breathe: Callable[[], None]) -> list[EarlierSale]:
        """The last sales in the same currency that began before this one, the latest first."""
        began_ms = sale.starts_at_ms or sale.created_ms
        past = [each for each in others if _is_before(each, sale, began_ms)]
        past.sort(key=lambda each: -(each.starts_at_ms or each.created_ms))
        found = []
        for each in past[:MOST_EARLIER]:
            breathe()
            found.append(EarlierSale(each, self._figures(each)))
        return found

    def similar(
        self, sale: SaleRow, others: Iterable[SaleRow], breathe: Callable[[], None]
    ) -> dict[str, list[LotFigures]]:
        """The lots that came up in the last sales before this one, in its currency, by their field."""
        found: dict[str, list[LotFigures]] = {}
        for each in self.before(sale, others, breathe):
            for lot in self._lots(each.sale):
                if lot.field and lot.status in (Status.SOLD, Status.PASSED):
                    found.setdefault(lot.field, []).append(lot)
        return found

    def _figures(self, sale: SaleRow) -> Figures:
        return figures(self._lots(sale))

    def _lots(self, sale: SaleRow) -> tuple[LotFigures, ...]:
        if sale.id not in self._known:
            self._known[sale.id] = _of(self._store, sale, outline(self._store, sale.id), sale.created_ms).lots
        return self._known[sale.id]


def _is_before(each: SaleRow, sale: SaleRow, began_ms: int) -> bool:
    is_over = each.status in (SaleStatus.CLOSED, SaleStatus.ARCHIVED)
    return (
        each.id != sale.id
        and is_over
        and each.currency == sale.currency
        and each.invented == sale.invented
        and (each.starts_at_ms or each.created_ms) <= began_ms
    )


# --- the price of one lot -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A price of a lot from a moment on, and the paddle that led; the opening has none."""

    at_ms: int
    price_minor: int
    paddle: str | None


@dataclass(frozen=True, slots=True)
class Curve:
    """How the price of a lot went: the start, each bid that stands, the end. Of sealed offers each one, opened.

    `is_steps`: a price holds until the next one. Of a falling ask it goes straight from the start to the bid.
    """

    points: tuple[CurvePoint, ...]
    is_steps: bool


def curve(store: Store, sale: Sale, lot: Lot) -> Curve:
    """The price curve of a lot, from what the public record says. Offers are shown once they are opened."""
    if lot.terms.format == "sealed":
        offers = lot.offers.items() if lot.offers_opened else ()
        opened = sorted(
            (CurvePoint(each.arrived_ms, each.amount_minor, paddle) for paddle, each in offers),
            key=lambda point: point.at_ms,
        )
        return Curve(tuple(opened), is_steps=False)
    points = _bids(store, sale.id, lot)
    if lot.origin_ms is not None and lot.terms.start_minor is not None:
        began_ms = min([lot.origin_ms, *(point.at_ms for point in points[:1])])
        points.insert(0, CurvePoint(began_ms, lot.terms.start_minor, None))
    if lot.status is Status.SOLD and lot.ended_at_ms is not None and lot.hammer_minor is not None:
        points.append(CurvePoint(lot.ended_at_ms, lot.hammer_minor, lot.taken_from or lot.leader))
    return Curve(tuple(points), is_steps=lot.terms.format != "dutch")


def _bids(store: Store, sale: str, lot: Lot) -> list[CurvePoint]:
    """Each bid that stands, by the public number of its event."""
    stand = [each for each in chain(lot.standing) if each.step is not None and each.step.seq is not None][::-1]
    moments: dict[int, int] = {}
    with store.read() as connection:
        for first in range(0, len(stand), _AT_ONCE):
            numbers = [each.step.seq for each in stand[first : first + _AT_ONCE] if each.step is not None]
            these = (events.c.sale == sale) & events.c.seq.in_(numbers)
            moments |= {
                row.seq: row.at_ms for row in connection.execute(select(events.c.seq, events.c.at_ms).where(these))
            }
    return [
        CurvePoint(moments[each.step.seq], each.price_minor, each.leader)
        for each in stand
        if each.step is not None and each.step.seq in moments
    ]
