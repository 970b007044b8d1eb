"""Consignors agree to the start prices of their lots in writing: who, when and to which amount is kept (拍卖法 44)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select

from models.catalog import lots
from models.interest import start_agreements
from models.people import users
from models.rows import typed

from ..base.clock import Clock
from ..base.rejected import Rejected
from ..database.store import Store
from ..rules.refusals import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAgreement:
    """A row of `start_agreements`, with the name of the account. `start_minor` is in the sale's currency."""

    lot: str
    name: str
    agreed_ms: int
    start_minor: int


class StartAgreements:
    """The agreements of all sales."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def agree(self, sale: str, lot: str, user: str, start_minor: int) -> None:
        """Keep that a person of the consignor agrees to a start price. Raises Rejected if the lot has another now."""
        this = (lots.c.sale == sale) & (lots.c.lot == lot)
        with self._store.write() as connection:
            found = connection.execute(select(lots.c.start_minor).where(this).with_for_update()).one_or_none()
            if found is None:
                raise Rejected(Code.UNKNOWN_LOT)
            if found.start_minor is None or found.start_minor != start_minor:
                raise Rejected("CHANGED_MEANWHILE")
            row = {"sale": sale, "lot": lot, "user": user, "start_minor": start_minor}
            connection.execute(insert(start_agreements), {**row, "agreed_ms": self._clock.now_ms()})

    def last(self, sale: str) -> Mapping[str, StartAgreement]:
        """The last agreement for each lot of a sale."""
        query = select(start_agreements, users.c.name).join_from(
            start_agreements, users, users.c.id == start_agreements.c.user
        )
        query = query.where(start_agreements.c.sale == sale).order_by(start_agreements.c.agreed_ms)
        with self._store.read() as connection:
            rows = [typed(StartAgreement, row) for row in connection.execute(query).mappings()]
        return {row.lot: row for row in rows}
