"""The kinds of messages, and what each says. Nothing in one is secret from the organizer, and none names a person.

A receiver that wants more, such as a name, asks the API with a token of its own.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from models.rows import RegistrationRow, SaleRow

from ..base.zones import utc_text
from ..words.amounts import major

OF_EVENTS: Mapping[str, str] = {
    "lot_opened": "lot.opened",
    "lot_sold": "lot.sold",
    "lot_passed": "lot.passed",
    "lot_withdrawn": "lot.withdrawn",
    "lot_reopened": "lot.reopened",
    "priority_exercised": "lot.taken",
    "sale_closed": "sale.closed",
}
"""By the kind of a public event: the kind of its message."""
OF_ENTRIES: Mapping[str, str] = {"payment_arrived": "payment.arrived", "deposit_arrived": "deposit.arrived"}
"""By the kind of an entry of the ledger: the kind of its message."""
APPLIED, DECIDED = "registration.applied", "registration.decided"
MESSAGE_KINDS = (*OF_EVENTS.values(), APPLIED, DECIDED, *OF_ENTRIES.values())
_SAID = ("lot", "seq", "at_ms", "paddle", "hammer_minor", "ask_minor", "ended_at_ms", "match_until_ms", "deadline_ms")
"""The facts of an event that its message says."""


def of_event(sale: SaleRow, body: Mapping[str, Any]) -> bytes:
    """The message of a public event, by the event's body."""
    told = {name: body[name] for name in _SAID if name in body}
    return _message(OF_EVENTS[body["kind"]], sale, told)


def of_entry(sale: SaleRow, kind: str, n: int, told: Mapping[str, Any]) -> bytes:
    """The message of the n-th entry of the ledger; `told` has its moment, registration, lot and amount."""
    return _message(OF_ENTRIES[kind], sale, {"n": n, **told})


def of_registration(sale: SaleRow, row: RegistrationRow, *, decided: bool) -> bytes:
    """The message of an application that came, or of the decision about one."""
    at_ms = row.decided_ms if decided else row.applied_ms
    told = {"at_ms": at_ms, "registration": row.id, "status": row.status.value, "paddle": row.paddle}
    return _message(DECIDED if decided else APPLIED, sale, told)


def _message(kind: str, sale: SaleRow, told: Mapping[str, Any]) -> bytes:
    data: dict[str, Any] = {"sale": sale.slug, "sale_id": sale.id, "currency": sale.currency, **told}
    for name, value in told.items():
        if name.endswith("_minor"):
            amount = major(value, sale.currency)
            data[name.removesuffix("_minor")] = None if amount is None else str(amount)
        elif name.endswith("_ms"):
            data[name.removesuffix("_ms")] = None if value is None else utc_text(value)
    return orjson.dumps({"type": kind, "timestamp": utc_text(told["at_ms"]), "data": data})
