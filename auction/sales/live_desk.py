"""Reads for the organizer's live desk what the stream leaves out: refused bids, and why a sale cannot work."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from models.journal import refusals
from models.rows import SaleRow

from ..base.clock import Clock
from ..database.store import Store
from ..people.roles import SalePeople, SaleRole
from ..rules.lot import Status
from ..rules.sale import Sale
from ..rules.visibility import told_refusal

MOST_DECLINED = 100


@dataclass(frozen=True, slots=True)
class DeclinedBid:
    """A refused act of a bidder. `amount_minor` is null where it is secret."""

    at_ms: int
    lot: str | None
    paddle: str
    command: str
    code: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why the sale cannot work: a code, and how many lots it concerns (0: the whole sale)."""

    code: str
    count: int = 0


class LiveDesk:
    """Reads what the desk shows."""

    def __init__(self, store: Store, clock: Clock, people: SalePeople) -> None:
        self._store = store
        self._clock = clock
        self._people = people

    def refused(self, sale: Sale) -> list[DeclinedBid]:
        """The last refused acts of bidders, the newest first, without what the house must not know."""
        query = select(refusals).where(refusals.c.sale == sale.id)
        query = query.order_by(refusals.c.at_ms.desc()).limit(MOST_DECLINED)
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        found = []
        for row in rows:
            said = _said(row.details)
            paddle = said.get("paddle")
            told = told_refusal(sale.lots.get(row.lot), row.command, row.code, said.get("amount_minor"))
            if told is not None and isinstance(paddle, str) and paddle:
                found.append(DeclinedBid(row.at_ms, row.lot, paddle, row.command, row.code, told["amount_minor"]))
        return found

    def alarms(self, row: SaleRow, sale: Sale) -> list[Alarm]:
        """Why a running sale cannot work. A closed one has none."""
        return [] if sale.closed else list(self._alarms(row, sale))

    def _alarms(self, row: SaleRow, sale: Sale) -> Iterator[Alarm]:
        working = [each for each in self._people.of_sale(row.id) if each.until_ms is None]
        if not sale.bidders:
            yield Alarm("DESK_NO_BIDDER")
        if not any(each.role is SaleRole.AUCTIONEER for each in working):
            yield Alarm("DESK_NO_AUCTIONEER")
        if row.under_law and not row.auctioneer_licence.strip():
            yield Alarm("DESK_NO_LICENCE")
        without = sum(1 for lot in sale.lots.values() if lot.status is Status.PENDING and lot.terms.start_minor is None)
        if without:
            yield Alarm("DESK_NO_START", without)


def _said(details: str) -> dict[str, object]:
    """The facts of a refused command as it was kept (`orders.details`). A sealed one, or a part of one, has none."""
    try:
        said = json.loads(details[details.index("{") :])
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
