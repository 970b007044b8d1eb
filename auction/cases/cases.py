"""The cases of a sale in the database, beside what the record and the ledger say of its lots."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from models.cases import case_steps, later_offers
from models.people import registrations
from models.rows import LotRow, SaleRow

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..base.zones import zone_of
from ..database.store import Store
from ..engine.engine import Engine
from ..money.books import Books
from ..money.ledger import Account, Ledger
from ..rules.lot import Lot, Status
from ..sales.applicants import applicants
from ..sales.rows import lot_rows
from .steps import Case, CaseState, CaseStep, LaterOffer, StepEntry, StepTold, state_of, steps_of

MOST_OFFERS = 50
"""Of one lot."""
HAVE_CASES = (Status.SOLD, Status.PASSED)


class Cases:
    """The steps that follow each lot of a sale."""

    def __init__(self, store: Store, clock: Clock, engine: Engine, books: Books) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine
        self._books = books

    def of_sale(self, sale: SaleRow) -> list[Case]:
        """The cases of all lots that were sold or passed, in the order of the lots. Raises Rejected."""
        now_ms = self._clock.now_ms()
        with self._store.read() as connection:
            ground = _Ground(
                self._books.follow(sale.id),
                _entries(connection, sale.id),
                _offers(connection, sale.id),
                {each.paddle: each.name for each in applicants(connection, registrations.c.sale == sale.id)},
                now_ms,
                datetime.fromtimestamp(now_ms / 1000, zone_of(sale)).date().isoformat(),
            )
            rows = lot_rows(connection, sale.id)
        lots = self._engine.book(sale.id).sale.lots
        known = ((row, lots.get(row.lot)) for row in rows)
        return [ground.case(row, lot) for row, lot in known if lot is not None and lot.status in HAVE_CASES]

    def set_step(self, sale: SaleRow, lot: str, told: StepTold, by: str) -> None:
        """Write what a person says of a step.

        Raises Rejected where the lot has no such step now, or where only the ledger can say that it is done.
        """
        case = self._case(sale, lot)
        if case.state is CaseState.PASSED:
            raise Rejected("CASE_NOT_SOLD", lot=lot)
        if told.is_done and case.state is CaseState.RIGHT_OPEN:
            raise Rejected("IN_TERM")
        if told.is_done and told.step is CaseStep.PAID:
            raise Rejected("CASE_PAID_BY_LEDGER")
        now_ms = self._clock.now_ms()
        before_ms = next(each.entry.done_ms for each in case.steps if each.step is told.step)
        said: dict[str, str | int | None] = {"due_on": told.due_on, "who": told.who, "note": told.note}
        said |= {"done_ms": (before_ms or now_ms) if told.is_done else None, "set_by": by, "set_ms": now_ms}
        place = (case_steps.c.sale == sale.id, case_steps.c.lot == lot, case_steps.c.step == told.step.value)
        with self._store.write() as connection:
            if not connection.execute(update(case_steps).where(*place).values(**said)).rowcount:
                connection.execute(insert(case_steps).values(sale=sale.id, lot=lot, step=told.step.value, **said))

    def add_offer(self, sale: SaleRow, lot: str, offer: LaterOffer, by: str) -> None:
        """Keep an offer for a lot that was passed. Raises Rejected for any other lot, and where there are too many."""
        case = self._case(sale, lot)
        if case.state is not CaseState.PASSED:
            raise Rejected("CASE_NOT_PASSED", lot=lot)
        if len(case.offers) >= MOST_OFFERS:
            raise Rejected("CASE_TOO_MANY_OFFERS", most=MOST_OFFERS)
        said = {"who": offer.who, "amount_minor": offer.amount_minor, "note": offer.note, "made_by": by}
        with self._store.write() as connection:
            connection.execute(
                insert(later_offers).values(id=new_id(), sale=sale.id, lot=lot, made_ms=self._clock.now_ms(), **said)
            )

    def remove_offer(self, sale: SaleRow, offer: str) -> None:
        """Take an offer off the list: it was withdrawn, or written wrongly. Raises Rejected where there is none."""
        wanted = delete(later_offers).where(later_offers.c.sale == sale.id, later_offers.c.id == offer)
        with self._store.write() as connection:
            if not connection.execute(wanted).rowcount:
                raise Rejected("NOT_FOUND")

    def _case(self, sale: SaleRow, lot: str) -> Case:
        case = next((each for each in self.of_sale(sale) if each.lot == lot), None)
        if case is None:
            raise Rejected("CASE_NOT_ENDED", lot=lot)
        return case


@dataclass(frozen=True, slots=True)
class _Ground:
    """The sources of a case: the ledger, the written steps, and the buyers' names by paddle."""

    ledger: Ledger
    entries: Mapping[str, Mapping[CaseStep, StepEntry]]
    offers: Mapping[str, list[LaterOffer]]
    buyers: Mapping[str | None, str]
    now_ms: int
    today: str

    def case(self, row: LotRow, lot: Lot) -> Case:
        if lot.status is Status.PASSED:
            return Case(*_texts(row), CaseState.PASSED, offers=tuple(self.offers.get(row.lot, ())))
        purchase = self.ledger.sold.get(row.lot)
        owed_minor = self.ledger.balance(Account.BUYER, purchase.party, row.lot) if purchase else 0
        is_paid = purchase is not None and owed_minor <= 0
        steps = steps_of(self.entries.get(row.lot, {}), is_paid=is_paid, today=self.today)
        is_in_term = (lot.match_until_ms or 0) > self.now_ms
        state = state_of(steps, is_in_term=is_in_term, is_defaulted=row.lot in self.ledger.defaulted)
        return Case(*_texts(row), state, lot.leader, self.buyers.get(lot.leader, ""), lot.hammer_minor, steps)


def _texts(row: LotRow) -> tuple[str, str, str, str]:
    return row.lot, row.title_zh, row.title_en, row.consignor


def _entries(connection: Connection, sale: str) -> Mapping[str, Mapping[CaseStep, StepEntry]]:
    found: dict[str, dict[CaseStep, StepEntry]] = defaultdict(dict)
    for row in connection.execute(select(case_steps).where(case_steps.c.sale == sale)):
        found[row.lot][CaseStep(row.step)] = StepEntry(row.due_on, row.who, row.note, row.done_ms)
    return found


def _offers(connection: Connection, sale: str) -> Mapping[str, list[LaterOffer]]:
    """The offers by lot, the newest first."""
    found: dict[str, list[LaterOffer]] = defaultdict(list)
    query = select(later_offers).where(later_offers.c.sale == sale)
    for row in connection.execute(query.order_by(later_offers.c.made_ms.desc())):
        found[row.lot].append(LaterOffer(row.who, row.amount_minor, row.note, row.id, row.made_ms))
    return found
