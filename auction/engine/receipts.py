"""Receipts: the same key gets the first answer again, also after a crash and from another process.

Refusals by the rules have a receipt too, and are kept as evidence with what they were judged against.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, bindparam, select

from models.journal import receipts as receipts_table
from models.journal import refusals as refusals_table

from ..base.clock import new_id
from ..database.prepared import ManyRows, Prepared, among
from ..record.sealing import Sealer
from ..rules.refusals import Code
from ..rules.sale import Sale
from .orders import Answer, Order, details

EVIDENCE_CHARS = 500
SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer given before, and the fingerprint of the command that it was given to."""

    digest: bytes
    answer: Answer


Known = dict[tuple[str, str], Told]
"""Earlier answers, by actor and key."""

_FIND = Prepared(
    select(receipts_table).where(
        receipts_table.c.sale == bindparam("of"), among(receipts_table.c.key, bindparam("keys", type_=Text))
    )
)
_KEEP = ManyRows(receipts_table)
_EVIDENCE = ManyRows(refusals_table)


def find(connection: Connection, sale: str, orders: Iterable[Order], sealer: Sealer) -> Known:
    """The earlier answers to these orders' actors and keys."""
    wanted = {(order.actor, order.key) for order in orders if order.key is not None}
    if not wanted:
        return {}
    rows = _FIND(connection, {"of": sale, "keys": json.dumps([key for _, key in wanted])})
    return {
        (row.actor, row.key): Told(
            row.digest, Answer(row.seq, Code(row.code) if row.code else None, _params(row, sealer))
        )
        for row in rows
        if (row.actor, row.key) in wanted
    }


def _params(row: Any, sealer: Sealer) -> dict[str, Any]:
    params: dict[str, Any] = json.loads(row.params) if row.params else {}
    return json.loads(sealer.open(row.sale, "", params[SEALED])) if SEALED in params else params


def fingerprint(order: Order, sealer: Sealer) -> bytes:
    """A fingerprint that tells a retry from another command under the same key."""
    return sealer.fingerprint(details(order.command))


def again(told: Told, order: Order, sealer: Sealer) -> Answer:
    """The first answer, or KEY_CONFLICT where the key was another command's."""
    is_same = sealer.is_of(details(order.command), told.digest)
    return told.answer if is_same else Answer(told.answer.seq, Code.KEY_CONFLICT)


def keep(
    connection: Connection, answered: Sequence[tuple[Order, Told]], sale: Sale, at_ms: int, sealer: Sealer
) -> None:
    """Write the receipts of orders answered now, and the refusals among them as evidence."""
    kept = [_receipt(order, told, sale, sealer) for order, told in answered if order.key is not None]
    evidence = [_refusal(order, told.answer, sale, at_ms) for order, told in answered if not told.answer.ok]
    if kept:
        _KEEP.write(connection, kept)
    if evidence:
        _EVIDENCE.write(connection, evidence)


def _is_sealed(order: Order, sale: Sale) -> bool:
    """Whether no one may read what the order says, also if it was refused: an offer on a sealed lot."""
    lot = sale.lots.get(getattr(order.command, "lot", ""))
    return lot is not None and lot.terms.format == "sealed"


def _receipt(order: Order, told: Told, sale: Sale, sealer: Sealer) -> dict[str, object]:
    answer = told.answer
    params = dict(answer.params)
    if params and _is_sealed(order, sale):
        params = {SEALED: sealer.seal(order.sale, "", json.dumps(params))}
    return {
        "sale": order.sale,
        "actor": order.actor,
        "key": order.key,
        "digest": told.digest,
        "seq": answer.seq,
        "code": answer.code and answer.code.value,
        "params": json.dumps(params) if params else None,
    }


def _refusal(order: Order, answer: Answer, sale: Sale, at_ms: int) -> dict[str, object]:
    return {
        "id": new_id(),
        "sale": order.sale,
        "at_ms": at_ms,
        "arrived_ms": order.command.arrived_ms,
        "actor": order.actor,
        "command": type(order.command).__name__,
        "lot": getattr(order.command, "lot", None),
        "details": SEALED if _is_sealed(order, sale) else details(order.command)[:EVIDENCE_CHARS],
        "code": answer.code and answer.code.value,
        "seq": answer.seq,
    }
