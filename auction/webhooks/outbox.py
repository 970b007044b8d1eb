"""Fills the outbox of webhooks from the journal, the ledger and the registrations, which are on disk already.

An event stands in the journal in the transaction in which it happens, before any client hears of it. A message is made
from it later, in one transaction with the cursor of its webhook. So no message is lost or made twice by a crash, and a
bid pays nothing for it. Registrations have no running number. A message's id is made of what happened, and one that is
there already is left alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import orjson
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from models.catalog import sales
from models.money import ledger_entries, ledger_lines
from models.people import registrations
from models.rows import RegistrationRow, SaleRow, WebhookRow, typed
from models.webhooks import webhook_messages, webhooks

from ..base.clock import Clock
from ..database.store import Store
from ..record import journal
from . import kinds


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message on its way into the outbox; `source` names what happened, once and for all."""

    kind: str
    source: str
    body: bytes


HowFar = tuple[int, int, tuple[int, int]]
"""How far a sale has come: its journal, its ledger, its registrations."""


class Outbox:
    """The messages of all webhooks that hold."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._looked: dict[str, HowFar] = {}

    def fill(self) -> None:
        """Make the messages of what has happened since. Costs a few reads where nothing has."""
        with self._store.read() as connection:
            query = select(webhooks).where(webhooks.c.ended_ms.is_(None))
            held = [typed(WebhookRow, row) for row in connection.execute(query).mappings()]
            standing = {sale: _standing(connection, sale) for sale in {row.sale for row in held}}
        for row in held:
            if self._looked.get(row.id) != standing[row.sale]:
                self._fill(row)
                self._looked[row.id] = standing[row.sale]

    def _fill(self, row: WebhookRow) -> None:
        """Make what a webhook lacks, with its cursor; another process may be quicker."""
        with self._store.write() as connection:
            query = select(webhooks).where(webhooks.c.id == row.id).with_for_update()
            row = typed(WebhookRow, connection.execute(query).mappings().one())
            sale = typed(SaleRow, connection.execute(select(sales).where(sales.c.id == row.sale)).mappings().one())
            event_n, entry_n = row.event_n, row.entry_n
            made: list[NewMessage] = []
            for each in journal.read_rows(connection, row.sale, event_n):
                event_n = each.n
                if each.kind in kinds.OF_EVENTS:
                    body = kinds.of_event(sale, orjson.loads(each.body))
                    made.append(NewMessage(kinds.OF_EVENTS[each.kind], f"event:{each.n}", body))
            for entry in _entries(connection, row.sale, entry_n):
                entry_n = entry["n"]
                if entry["kind"] in kinds.OF_ENTRIES:
                    made.append(_of_entry(connection, sale, entry))
            made += _of_registrations(connection, sale, row.created_ms)
            self._keep(connection, row, made)
            this = update(webhooks).where(webhooks.c.id == row.id)
            connection.execute(this, {"event_n": event_n, "entry_n": entry_n})

    def _keep(self, connection: Connection, row: WebhookRow, made: Iterable[NewMessage]) -> None:
        wanted = {_id(row.id, each.source): each for each in made if each.kind in row.kinds}
        known = select(webhook_messages.c.id).where(webhook_messages.c.webhook == row.id)
        there = set(connection.scalars(known.where(webhook_messages.c.id.in_(list(wanted)))))
        now = self._clock.now_ms()
        new = [
            {"id": key, "webhook": row.id, "kind": each.kind, "body": each.body.decode()}
            | {"created_ms": now, "next_ms": now, "tries": 0}
            for key, each in wanted.items()
            if key not in there
        ]
        if new:
            connection.execute(insert(webhook_messages), new)


def _id(webhook: str, source: str) -> str:
    """The id of a message: the same webhook says the same thing under one id alone."""
    return f"msg_{sha256(f'{webhook}:{source}'.encode()).hexdigest()[:32]}"


def _standing(connection: Connection, sale: str) -> HowFar:
    entries = select(func.max(ledger_entries.c.n)).where(ledger_entries.c.sale == sale)
    moved = func.max(func.coalesce(registrations.c.decided_ms, registrations.c.applied_ms))
    people = connection.execute(select(func.count(), moved).where(registrations.c.sale == sale)).one()
    head = journal.heads(connection, [sale]).get(sale, 0)
    return head, connection.scalar(entries) or 0, (people[0], people[1] or 0)


def _entries(connection: Connection, sale: str, beyond: int) -> Iterator[RowMapping]:
    query = select(ledger_entries).where(ledger_entries.c.sale == sale, ledger_entries.c.n > beyond)
    yield from connection.execute(query.order_by(ledger_entries.c.n)).mappings().all()


def _of_entry(connection: Connection, sale: SaleRow, entry: RowMapping) -> NewMessage:
    """The message of an entry: how much came into the bank, from whom, and for which lots."""
    these = (ledger_lines.c.sale == sale.id) & (ledger_lines.c.n == entry["n"])
    lines = connection.execute(select(ledger_lines).where(these).order_by(ledger_lines.c.position)).all()
    told = {
        "at_ms": entry["at_ms"],
        "registration": next((line.party for line in lines if line.party), None),
        "lots": list(dict.fromkeys(line.lot for line in lines if line.lot)),
        "amount_minor": sum(line.amount_minor for line in lines if line.amount_minor > 0),
    }
    body = kinds.of_entry(sale, entry["kind"], entry["n"], told)
    return NewMessage(kinds.OF_ENTRIES[entry["kind"]], f"entry:{entry['n']}", body)


def _of_registrations(connection: Connection, sale: SaleRow, since_ms: int) -> Iterator[NewMessage]:
    """The messages of all applications that came or were decided since a moment."""
    query = select(registrations).where(registrations.c.sale == sale.id, registrations.c.user.is_not(None))
    for found in connection.execute(query.order_by(registrations.c.applied_ms)).mappings():
        row = typed(RegistrationRow, found)
        if row.applied_ms >= since_ms:
            body = kinds.of_registration(sale, row, decided=False)
            yield NewMessage(kinds.APPLIED, f"applied:{row.id}:{row.applied_ms}", body)
        if (row.decided_ms or 0) >= since_ms:
            body = kinds.of_registration(sale, row, decided=True)
            yield NewMessage(kinds.DECIDED, f"decided:{row.id}:{row.applied_ms}:{row.status}", body)
