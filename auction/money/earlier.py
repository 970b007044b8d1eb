"""The record of bidders in earlier sales of the house: taken part, won, paid, and not paid."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from models.catalog import sales
from models.people import registrations
from models.rows import RegistrationStatus, SaleStatus

from ..database.store import Store
from .books import Books


@dataclass(frozen=True, slots=True)
class EarlierRecord:
    """In how many sales a bidder had a paddle; how many lots he won, paid, and did not pay (拍卖法 39)."""

    sales: int = 0
    won: int = 0
    paid: int = 0
    defaults: int = 0


class EarlierRecords:
    """The records of all bidders."""

    def __init__(self, store: Store, books: Books) -> None:
        self._store = store
        self._books = books

    def of_users(self, users: Iterable[str], but_sale: str) -> dict[str, EarlierRecord]:
        """The records of accounts in the published sales of the house but one, by account."""
        had = registrations.c.status == RegistrationStatus.ADMITTED
        begun = sales.c.status != SaleStatus.DRAFT
        query = select(registrations.c.id, registrations.c.user, registrations.c.sale, registrations.c.defaulted_ms)
        query = query.join_from(registrations, sales, sales.c.id == registrations.c.sale).where(had, begun)
        theirs = registrations.c.user.in_(list(users)), registrations.c.sale != but_sale
        with self._store.read() as connection:
            rows = connection.execute(query.where(*theirs)).all()
        ledgers = {sale: self._books.seen(sale)[1] for sale in {row.sale for row in rows}}
        found: dict[str, EarlierRecord] = {}
        for row in rows:
            ledger, known = ledgers[row.sale], found.get(row.user, EarlierRecord())
            bought = [each.lot for each in ledger.sold.values() if each.party == row.id]
            unpaid = [each.lot for each in ledger.defaulted.values() if each.party == row.id]
            open_debts = ledger.owed(row.id)
            found[row.user] = replace(
                known,
                sales=known.sales + 1,
                won=known.won + len(bought) + len(unpaid),
                paid=known.paid + sum(lot not in open_debts for lot in bought),
                defaults=known.defaults + max(len(unpaid), row.defaulted_ms is not None),
            )
        return found
