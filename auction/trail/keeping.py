"""Writes an entry for each row that a transaction changed, in that transaction, into the chain of its sale.

    fingerprint = SHA-256(salt ‖ personal)          the personal values and the network's address, erased by rule
    hash        = SHA-256(previous hash ‖ body)     the fact, with the fingerprint; it stays

The head's lock is taken last in a transaction, and for several chains in their order. So no two wait for each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from secrets import token_hex
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, text, update

from models.trail import trail_entries, trail_heads, trail_values

from ..base.origin import CameFrom, current_origin
from ..database.watching import READ_AT_ONCE, ChangedRow
from .watched import TRAILED, TrailColumns

BEFORE_ALL = bytes(32)
"""The hash before the first entry of a chain."""
LONGEST_KEPT = 1_000
"""Characters of a text that an entry keeps."""
HOUSE_CHAIN = ""
"""The chain of rows that belong to no sale."""
ERASED = "trail_values"
"""The table that an entry names by which personal values of earlier entries went."""
_BEGIN = text("INSERT INTO trail_heads (sale, n, hash) VALUES (:sale, 0, :hash) ON CONFLICT (sale) DO NOTHING")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """An entry before it has its place."""

    act: str
    table: str
    row: str
    values: Mapping[str, Any]
    also: Sequence[str] = ()
    personal: Mapping[str, Any]
    origin: CameFrom


def keep(now_ms: Callable[[], int], connection: Connection, changes: Sequence[ChangedRow]) -> None:
    """Write an entry for each change that the trail tells of."""
    chains: dict[str, list[_Fact]] = {}
    for each in changes:
        chains.setdefault(_chain(each), []).append(_fact(each))
    for sale in sorted(chains):
        _append(connection, sale, chains[sale], now_ms())


def erase(connection: Connection, sale: str, numbers: Sequence[int], now_ms: int) -> int:
    """Take the personal values from entries of a chain, and say so in a new entry. Returns how many had some."""
    gone: list[int] = []
    for first in range(0, len(numbers), READ_AT_ONCE):
        these = (trail_values.c.sale == sale) & trail_values.c.n.in_(numbers[first : first + READ_AT_ONCE])
        gone += connection.scalars(delete(trail_values).where(these).returning(trail_values.c.n))
    if gone:
        said = {"n": [None, _ranges(sorted(gone))]}
        origin = current_origin()
        fact = _Fact(act="removed", table=ERASED, row="", values=said, personal={}, origin=replace(origin, address=""))
        _append(connection, sale, [fact], now_ms)
    return len(gone)


def _ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers in their order as pairs of the first and the last of each run."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return runs


def _append(connection: Connection, sale: str, facts: Sequence[_Fact], at_ms: int) -> None:
    connection.execute(_BEGIN, {"sale": sale, "hash": BEFORE_ALL})
    this = trail_heads.c.sale == sale
    n, head = connection.execute(select(trail_heads.c.n, trail_heads.c.hash).where(this).with_for_update()).one()
    entries, values = [], []
    for number, fact in enumerate(facts, n + 1):
        salt, personal = token_hex(16), written(fact.personal)
        who = {"sale": sale, "n": number, "at_ms": at_ms, "actor": fact.origin.actor}
        what = {"act": fact.act, "table": fact.table, "row": fact.row, "values": fact.values, "also": fact.also}
        more = {"client": fact.origin.client.value, "personal": fingerprint(salt, personal)}
        body = written({**who, **what, **more})
        head = sha256(head + body).digest()
        entries.append({**who, "of_table": fact.table, "of_row": fact.row, "body": body, "hash": head})
        values.append({"sale": sale, "n": number, "salt": salt, "personal": personal.decode()})
    connection.execute(insert(trail_entries), entries)
    connection.execute(insert(trail_values), values)
    connection.execute(update(trail_heads).where(this), {"n": n + len(entries), "hash": head})


def written(value: Mapping[str, Any]) -> bytes:
    """JSON with its names in order: the bytes that are hashed."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def fingerprint(salt: str, personal: bytes) -> str:
    """The fingerprint of personal values, which their entry has."""
    return sha256(bytes.fromhex(salt) + personal).hexdigest()


def _chain(change: ChangedRow) -> str:
    """The sale that a row belongs to."""
    names = [column.name for column in change.table.primary_key]
    if change.table.name == "sales":
        return change.key[0]
    if "sale" in names:
        return change.key[names.index("sale")]
    if "sale" in change.table.c:
        return str((change.after or change.before or {}).get("sale") or HOUSE_CHAIN)
    return HOUSE_CHAIN


def _fact(change: ChangedRow) -> _Fact:
    told = TRAILED[change.table]
    return _Fact(
        act=_act(change),
        table=change.table.name,
        row=_row(change),
        values=_differences(change, told.plain),
        also=sorted(name for name in (*told.personal, *told.hidden) if _differ(change, name)),
        personal={} if change.origin.forgets else _personal(change, told),
        origin=change.origin,
    )


def _personal(change: ChangedRow, told: TrailColumns) -> dict[str, Any]:
    return {"address": change.origin.address, "values": _differences(change, told.personal)}


def _row(change: ChangedRow) -> str:
    names = [column.name for column in change.table.primary_key]
    return "/".join(part for name, part in zip(names, change.key, strict=True) if name != "sale")[:200]


def _act(change: ChangedRow) -> str:
    if change.before is None:
        return "added"
    return "removed" if change.after is None else "changed"


def _differ(change: ChangedRow, name: str) -> bool:
    return bool(_of(change.before, name) != _of(change.after, name))


def _differences(change: ChangedRow, names: Sequence[str]) -> dict[str, list[Any]]:
    """Before and after, of the columns that differ. Of a new row it is what is not empty."""
    return {
        name: [_plain(_of(change.before, name)), _plain(_of(change.after, name))]
        for name in names
        if _differ(change, name)
    }


def _of(row: Mapping[str, Any] | None, name: str) -> Any:
    """A value, None for an empty one."""
    value = None if row is None else row[name]
    return value if value or (value == 0 and value is not False) else None


def _plain(value: Any) -> Any:
    """A value as JSON holds it; a long text is cut, and says how long it was."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST_KEPT:
        return f"{value[:LONGEST_KEPT]}… ({len(value)})"
    return value
