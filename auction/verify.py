"""Check a sale's record: chains, the state after every event, every result. Nothing but the journal is believed."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import journal
from .journal import Broken, Record
from .parts import Parts
from .rules import events as ev
from .rules.audit import objection
from .rules.lot import Status
from .rules.sale import Sale, apply


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in words, and whether the record holds."""

    ok: bool
    text: str


class _Fold:
    """The sale that the events lead to, each looked at before it is believed."""

    def __init__(self, sale: str) -> None:
        self.sale = Sale(sale)
        self.count = 0

    def see(self, event: ev.Event) -> None:
        self.count += 1
        reason = objection(self.sale, event)
        if reason is not None:
            raise Broken(self.count, reason)
        try:
            self.sale = apply(self.sale, event)
        except (KeyError, AssertionError, ValueError) as error:
            raise Broken(self.count, f"it does not fit what came before ({error})") from error

    def see_record(self, record: Record) -> None:
        self.see(record.event)


def verify_sale(parts: Parts, slug: str) -> Report:
    """Check the whole journal of a sale, secrets included, and that the head it leads to is the one that is kept."""
    row = parts.sales.find(slug)
    if row is None:
        return Report(False, f"There is no sale {slug}.")
    fold = _Fold(row["id"])
    with parts.store.read() as connection:
        kept = journal.head_of(connection, row["id"])
        try:
            head = journal.verify_full(journal.read(connection, row["id"]), row["id"], fold.see_record)
        except Broken as broken:
            return Report(False, f"{slug}: event {broken.number} is bad: {broken.reason}.")
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            return Report(False, f"{slug}: event {fold.count + 1} is bad: it cannot be read ({error}).")
    if kept is None or kept != head:
        return Report(
            False, f"{slug}: event {head.n + 1} is bad: the journal ends at {head.n}, its head says {kept and kept.n}."
        )
    return Report(True, _summary(slug, fold.sale, f"{head.n} events, head {head.hash.hex()}"))


def verify_record(path: Path) -> Report:
    """Check a public record alone, as a stranger does: one event a line, as the sale's page gives it."""
    fold = _Fold("")
    lines = path.read_bytes().splitlines()
    try:
        head = journal.verify_public(lines, fold.see)
    except Broken as broken:
        return Report(False, f"{path.name}: event {broken.number} is bad: {broken.reason}.")
    return Report(True, _summary(path.name, fold.sale, f"{head.seq} public events, head {head.public_hash.hex()}"))


def _summary(name: str, sale: Sale, counted: str) -> str:
    status = Counter(lot.status for lot in sale.lots.values())
    total: Any = sum(lot.hammer_minor or 0 for lot in sale.lots.values())
    results = [
        f"  lot {lot.id}: sold to {lot.leader} for {lot.hammer_minor}"
        for lot in sale.lots.values()
        if lot.status is Status.SOLD
    ]
    counts = ", ".join(f"{count} {each.value}" for each, count in status.items())
    return "\n".join([f"{name}: good. {counted}.", f"  lots: {counts or 'none'}; hammer total {total}", *results])
