"""A sale's whole journal as a file: events, secret ones included, receipts and refusals (docs/checker.md).

For the house's own checks. The public has its record instead: bidders' ids, limits and reserves stand in this file.
"""

import json
from collections.abc import Container, Iterator
from typing import Any

from sqlalchemy import Connection, select

from models.journal import events, receipts, refusals

from ...database.store import Store
from ...record import journal
from ...record.journal import Head, Record, canonical
from ...record.sealing import Sealer
from ...rules import events as ev
from ...rules.kinds import kind_of

_RECEIPT = ("actor", "key", "seq", "code")
_REFUSAL = ("actor", "at_ms", "arrived_ms", "command", "lot", "details", "code", "seq")


def journal_lines(store: Store, sale: str, sealer: Sealer) -> Iterator[bytes]:
    """The lines of the file, all as of one moment. Amounts of sealed offers are told once they have been opened."""
    with store.snapshot() as connection:
        opened = _opened(connection, sale)
        yield _line({"journal": 1, "sale": sale})
        for record in journal.read(connection, sale, 0, sealer):
            yield _line(event_entry(record, opened))
        for name, table, columns in (("receipt", receipts, _RECEIPT), ("refusal", refusals, _REFUSAL)):
            rows = select(*(table.c[each] for each in columns)).where(table.c.sale == sale)
            for row in connection.execute(rows.order_by(table.c.seq)).yield_per(1000):
                yield _line({name: dict(row._mapping)})
        head = journal.head_of(connection, sale) or Head(sale)
        end = {"n": head.n, "seq": head.seq, "hash": head.hash.hex(), "public_hash": head.public_hash.hex()}
        yield _line({"end": end})


def _opened(connection: Connection, sale: str) -> set[str]:
    """The lots whose offers everybody knows."""
    columns = select(events.c.lot).where(events.c.sale == sale, events.c.kind == kind_of(ev.OffersOpened))
    return set(connection.scalars(columns))


def event_entry(record: Record, opened: Container[str]) -> dict[str, Any]:
    """An event's line; `opened` are the lots whose offers everybody knows."""
    event = record.event
    told = isinstance(event, ev.OfferPlaced) and event.lot in opened
    return {
        "actor": record.actor,
        "event": json.loads(record.body),
        "hash": record.hash.hex(),
        "n": record.n,
        "public_hash": None if record.public_hash is None else record.public_hash.hex(),
        **({"opened_minor": event.amount_minor} if told and isinstance(event, ev.OfferPlaced) else {}),
    }


def _line(entry: dict[str, Any]) -> bytes:
    return canonical(entry) + b"\n"
