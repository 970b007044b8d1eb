"""Finds entries of the trail by person, row and day, and checks a chain.

A chain is good if each entry follows from the one before it. Each personal value has the fingerprint in its entry, or a
later entry says that it was erased.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, and_, false, or_, select

from models.catalog import sales
from models.people import registrations
from models.trail import trail_entries, trail_heads, trail_values

from ..database.store import Store
from .keeping import BEFORE_ALL, ERASED, HOUSE_CHAIN, fingerprint

ENTRIES_SHOWN = 100
"""Entries of a page."""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One change of one row. `values` and `personal` are before and after by column.

    `personal` None: the personal values have been erased, the network's `address` with them. `also` are the columns
    that changed and whose values are personal or never kept.
    """

    sale: str
    n: int
    at_ms: int
    actor: str
    client: str
    act: str
    table: str
    row: str
    values: Mapping[str, Sequence[Any]]
    also: Sequence[str]
    personal: Mapping[str, Sequence[Any]] | None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailWanted:
    """A search. `people` are accounts who did it or whom it is about; `row` begins a row's key.

    `before_n` 0: from the newest.
    """

    people: Collection[str] | None = None
    table: str = ""
    row: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    before_n: int = 0


class Trail:
    """The trail as it is read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, sale: str, wanted: TrailWanted, most: int = ENTRIES_SHOWN) -> list[TrailEntry]:
        """Entries of a chain, the newest first."""
        entry, asked = trail_entries.c, []
        if wanted.before_n:
            asked.append(entry.n < wanted.before_n)
        if wanted.table:
            asked.append(entry.of_table == wanted.table)
        if wanted.row:
            begins = entry.of_row.startswith(f"{wanted.row}/", autoescape=True)
            asked.append(or_(entry.of_row == wanted.row, begins))
        if wanted.from_ms is not None:
            asked.append(entry.at_ms >= wanted.from_ms)
        if wanted.to_ms is not None:
            asked.append(entry.at_ms < wanted.to_ms)
        if wanted.people is not None:
            asked.append(_about(sale, wanted.people))
        query = _ENTRIES.where(entry.sale == sale, *asked).order_by(entry.n.desc()).limit(most)
        with self._store.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def all(self, sale: str, after_n: int = 0, most: int | None = None) -> list[TrailEntry]:
        """The entries of a chain, the oldest first, from the one behind a number."""
        query = _of_chain(sale).where(trail_entries.c.n > after_n).limit(most)
        with self._store.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def chains_of_deleted(self) -> list[str]:
        """The drafts that were deleted, whose chains stay."""
        gone = trail_heads.c.sale.not_in(select(sales.c.id)) & (trail_heads.c.sale != HOUSE_CHAIN)
        query = select(trail_heads.c.sale).where(gone).order_by(trail_heads.c.sale)
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def faults(self, sale: str) -> tuple[int, list[str]]:
        """How many entries a chain has, and what is wrong with it; nothing where all is good."""
        with self._store.snapshot() as connection:
            return check_chain(connection, sale)


_SAME_PLACE = and_(trail_values.c.sale == trail_entries.c.sale, trail_values.c.n == trail_entries.c.n)
_ENTRIES: Select[Any] = select(trail_entries, trail_values.c.salt, trail_values.c.personal).outerjoin_from(
    trail_entries, trail_values, _SAME_PLACE
)


def _of_chain(sale: str) -> Select[Any]:
    return _ENTRIES.where(trail_entries.c.sale == sale).order_by(trail_entries.c.n)


def _about(sale: str, people: Collection[str]) -> Any:
    """Entries by these accounts, or about a row of theirs."""
    entry = trail_entries.c
    theirs = select(registrations.c.id).where(registrations.c.sale == sale, registrations.c.user.in_(people))
    accounts = and_(entry.of_table == "users", entry.of_row.in_(people))
    begins = [entry.of_row.startswith(f"{each}/") for each in people]
    staff = and_(entry.of_table == "sale_people", or_(false(), *begins))
    bidders = and_(entry.of_table == "registrations", entry.of_row.in_(theirs))
    return or_(entry.actor.in_(people), accounts, staff, bidders)


def _entry(row: Row[Any]) -> TrailEntry:
    said = orjson.loads(row.body)
    kept = None if row.personal is None else orjson.loads(row.personal)
    return TrailEntry(
        **{name: said[name] for name in ("sale", "n", "at_ms", "actor", "client", "act", "table", "row")},
        values=said["values"],
        also=said["also"],
        personal=None if kept is None else kept.get("values", {}),
        address="" if kept is None else kept.get("address", ""),
    )


def check_chain(connection: Connection, sale: str) -> tuple[int, list[str]]:
    """How many entries a chain has, and what is wrong with it."""
    faults: list[str] = []
    before, n, missing, erased = BEFORE_ALL, 0, list[int](), list[Sequence[int]]()
    for row in connection.execute(_of_chain(sale)):
        n += 1
        faults += _faults_of(row, sale, n, before)
        before = row.hash
        if row.personal is None:
            missing.append(row.n)
        elif _claim(row.body, "personal") != fingerprint(row.salt, row.personal.encode()):
            faults.append(f"entry {row.n}: its personal values were edited")
        if row.of_table == ERASED:
            erased += orjson.loads(row.body)["values"]["n"][1]
    faults += [f"entry {each}: its personal values are gone, and no entry says so" for each in _untold(missing, erased)]
    head = connection.execute(select(trail_heads).where(trail_heads.c.sale == sale)).one_or_none()
    if (n, before) != ((head.n, head.hash) if head is not None else (0, BEFORE_ALL)):
        faults.append(f"the chain ends at entry {n}, and its head says {head.n if head is not None else 0}")
    return n, faults


def _faults_of(row: Row[Any], sale: str, n: int, before: bytes) -> Iterator[str]:
    if row.n != n:
        yield f"entry {n}: it is missing"
    if sha256(before + row.body).digest() != row.hash:
        yield f"entry {row.n}: it does not follow from the one before"
    said = {"sale": sale, "n": row.n, "at_ms": row.at_ms, "actor": row.actor, "table": row.of_table, "row": row.of_row}
    for name, value in said.items():
        if _claim(row.body, name) != value:
            yield f"entry {row.n}: the column of its {name} was edited"


def _claim(body: bytes, name: str) -> Any:
    """The value of a name in the hashed bytes. None if they are no entry."""
    try:
        return orjson.loads(body).get(name)
    except (ValueError, AttributeError):
        return None


def _untold(missing: Sequence[int], erased: Sequence[Sequence[int]]) -> list[int]:
    told = {n for first, last in erased for n in range(first, last + 1)}
    return [n for n in missing if n not in told]
