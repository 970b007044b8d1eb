"""Receipts: the same key gets the first answer again, also after a crash and from another process.

Refusals by the rules have a receipt too, and are kept as evidence with what they were judged against.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from models.journal import receipts as receipts_table
from models.journal import refusals as refusals_table

from .clock import new_id
from .orders import Answer, Order, details
from .rules.refusals import Code
from .rules.sale import Sale
from .sealing import Sealer

EVIDENCE_CHARS = 500
SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer given before, and the fingerprint of the command that it was given to."""

    digest: bytes
    answer: Answer


Known = dict[tuple[str, str], Told]
"""What was answered before, by actor and key."""

_FIND = select(receipts_table).where(
    receipts_table.c.sale == bindparam("of"), receipts_table.c.key.in_(bindparam("keys", expanding=True))
)
_KEEP = insert(receipts_table)
_EVIDENCE = insert(refusals_table)


def find(connection: Connection, sale: str, orders: Iterable[Order], sealer: Sealer) -> Known:
    """What was answered before to these orders' actors and keys."""
    wanted = {(order.actor, order.key) for order in orders if order.key is not None}
    if not wanted:
        return {}
    rows = connection.execute(_FIND, {"of": sale, "keys": sorted({key for _, key in wanted})})
    return {
        (row.actor, row.key): Told(
            row.digest, Answer(row.seq, Code(row.code) if row.code else None, _params(row, sealer))
        )
        for row in rows
        if (row.actor, row.key) in wanted
    }


def _params(row: Any, sealer: Sealer) -> dict[str, Any]:
    params: dict[str, Any] = row.params or {}
    return json.loads(sealer.open(row.sale, "", params[SEALED])) if SEALED in params else params


def again(told: Told, order: Order, sealer: Sealer) -> Answer:
    """The first answer, or KEY_CONFLICT where the key was another command's."""
    same = told.digest == sealer.fingerprint(details(order.command))
    return told.answer if same else Answer(told.answer.seq, Code.KEY_CONFLICT)


def keep(
    connection: Connection, answered: Iterable[tuple[Order, Answer]], sale: Sale, at_ms: int, sealer: Sealer
) -> None:
    """Write the receipts of orders answered now, and the refusals among them as evidence."""
    answered = list(answered)
    kept = [_receipt(order, answer, sale, sealer) for order, answer in answered if order.key is not None]
    evidence = [_refusal(order, answer, sale, at_ms) for order, answer in answered if not answer.ok]
    if kept:
        connection.execute(_KEEP, kept)
    if evidence:
        connection.execute(_EVIDENCE, evidence)


def _is_sealed(order: Order, sale: Sale) -> bool:
    """Whether what the order says is nobody's to read, even where it was refused: an offer on a sealed lot."""
    lot = sale.lots.get(getattr(order.command, "lot", ""))
    return lot is not None and lot.terms.format == "sealed"


def _receipt(order: Order, answer: Answer, sale: Sale, sealer: Sealer) -> dict[str, object]:
    params = dict(answer.params)
    if params and _is_sealed(order, sale):
        params = {SEALED: sealer.seal(order.sale, "", json.dumps(params))}
    return {
        "sale": order.sale,
        "actor": order.actor,
        "key": order.key,
        "digest": sealer.fingerprint(details(order.command)),
        "seq": answer.seq,
        "code": answer.code,
        "params": params,
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
        "code": answer.code,
        "seq": answer.seq,
    }
