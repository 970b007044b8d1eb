"""The journal of a sale: append, read, chains.

Every event has a place `n` in the full chain. A public one also has a place `seq` in the public chain. The stored bytes
are those of the public chain: canonical JSON (RFC 8785) with the sale's id inside.

    public_hash = SHA-256(previous public_hash ‖ body)
    hash        = SHA-256(previous hash ‖ {"actor":…,"n":…,"record":body})

Both chains begin with 32 zero bytes. A secret event carries a salt, so that its hash gives nothing away. An event
that ends a lot carries the full chain's head before it. So the secrets can be proven later. The amount of a
sealed offer stands there encrypted.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import BigInteger, Connection, bindparam, func, insert, select, update

from models.journal import events as events_table
from models.journal import heads as heads_table

from ..database.prepared import ManyRows, Prepared
from ..rules import events as ev
from ..rules.kinds import FACTS, KINDS, ONLY_WHERE_TRUE, field_names, is_public
from .sealing import Sealer

GENESIS = bytes(32)
ENDINGS = (ev.LotSold, ev.LotPassed, ev.LotWithdrawn)
JOURNAL_FACTS = frozenset({"kind", "sale", "seq", "salt", "full_head"})
"""The keys that the journal adds to an event's own facts."""


class Head(NamedTuple):
    """The end of a sale's journal."""

    sale: str
    n: int = 0
    seq: int = 0
    at_ms: int = 0
    hash: bytes = GENESIS
    public_hash: bytes = GENESIS


class Record(NamedTuple):
    """An event in its place. `seq` and `public_hash` are None where it is secret."""

    n: int
    seq: int | None
    at_ms: int
    actor: str
    event: ev.Event
    body: bytes
    hash: bytes
    public_hash: bytes | None


def canonical(value: Any) -> bytes:
    """Canonical JSON as in RFC 8785; the journal holds no floats, for which that form is harder. Takes whatever JSON
    may hold, as a file to be verified may: the journal's own bytes are written by a faster encoder."""
    try:
        return _written(value) if _is_plain(value) else _encode(value).encode()
    except orjson.JSONEncodeError:  # such as a number that is too great for it
        return _encode(value).encode()


def _written(value: Any) -> bytes:
    """The same bytes for what stands in a journal."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_NAMES = {kind: field_names(kind) for kind in KINDS.values()}
_KIND_NAMES = {kind: name for name, kind in KINDS.items()}
_PLAIN = {str, int, bool, type(None)}


def _is_plain(value: Any) -> bool:
    """Whether both encoders write a value alike, and both parsers read it alike, where the faster one takes it."""
    return type(value) is dict and _PLAIN.issuperset(map(type, value.values()))


def read_canonical(raw: bytes) -> tuple[Any, bool]:
    """The content of the bytes, and whether they are canonical. Raises ValueError or RecursionError if it is no JSON.

    Almost every event is plain, and quick to judge. The slower pair judges all others, strange files included.
    """
    try:
        body = orjson.loads(raw)
        if _is_plain(body) and _written(body) == raw:
            return body, True
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass  # the slower parser says what is wrong
    body = json.loads(raw)
    return body, canonical(body) == raw


def facts(event: ev.Event) -> dict[str, Any]:
    """An event's own facts with its kind, as they stand in the journal."""
    kind = type(event)
    body = dict(zip(_NAMES[kind], FACTS[kind](event), strict=True))
    body["kind"] = _KIND_NAMES[kind]
    for name in ONLY_WHERE_TRUE.get(kind, ()):
        if not body[name]:
            del body[name]
    return body


def event_from(body: dict[str, Any], sealer: Sealer | None = None) -> ev.Event:
    """The event in a stored body. Without a sealer the amount of a sealed offer stays as it is stored.

    Raises KeyError or TypeError where the body is none of ours.
    """
    kind = KINDS[body["kind"]]
    if kind is ev.OfferPlaced and sealer is not None:
        body = {**body, "amount_minor": int(sealer.open(body["sale"], body["lot"], body["amount_minor"]))}
    try:
        return kind(*map(body.__getitem__, _NAMES[kind]))
    except KeyError:  # a field with a default may be missing
        return kind(**{name: body[name] for name in _NAMES[kind] if name in body})


def chain(head: Head, event: ev.Event, actor: str, sealer: Sealer) -> tuple[Head, Record]:
    """Give an event its place after the head: the head it leads to, and its record."""
    sale, n, seq, _, full, public = head
    body = facts(event)
    body["sale"] = sale
    if isinstance(event, ev.OfferPlaced):
        body["amount_minor"] = sealer.seal(sale, event.lot, str(event.amount_minor))
    elif isinstance(event, ENDINGS):
        body["full_head"] = full.hex()
    n += 1
    if is_public(event):
        seq += 1
        body["seq"] = seq
        raw = _written(body)
        full, public = full_hash(full, actor, n, raw), sha256(public + raw).digest()
        record = Record(n, seq, event.at_ms, actor, event, raw, full, public)
    else:
        body["salt"] = secrets.token_hex(16)
        raw = _written(body)
        full = full_hash(full, actor, n, raw)
        record = Record(n, None, event.at_ms, actor, event, raw, full, None)
    return Head(sale, n, seq, event.at_ms, full, public), record


def after(head: Head, record: Record) -> Head:
    """The head once the record stands in the journal."""
    return Head(
        head.sale,
        record.n,
        head.seq if record.seq is None else record.seq,
        record.at_ms,
        record.hash,
        record.public_hash or head.public_hash,
    )


def full_hash(previous: bytes, actor: str, n: int, body: bytes) -> bytes:
    """The link of the full chain."""
    return sha256(previous + b'{"actor":%s,"n":%d,"record":%s}' % (_written(actor), n, body)).digest()


# --- reading and writing --------------------------------------------------------------------------------------------

_INSERT = ManyRows(events_table)
_OF_SALE = select(heads_table).where(heads_table.c.sale == bindparam("of"))
_HEAD = Prepared(_OF_SALE)
_LOCKED_HEAD = Prepared(_OF_SALE.with_for_update())
_HEADS = select(heads_table.c.sale, heads_table.c.n).where(heads_table.c.sale.in_(bindparam("these", expanding=True)))
_MOVE_HEAD = update(heads_table).where(heads_table.c.sale == bindparam("of"))
_STILL_ALIVE = {heads_table.c.alive_ms: func.coalesce(bindparam("alive", type_=BigInteger), heads_table.c.alive_ms)}
_APPEND_HEAD = Prepared(_MOVE_HEAD.values(_STILL_ALIVE), "n", "seq", "at_ms", "hash", "public_hash", "next_deadline_ms")
_ALIVE = select(heads_table.c.sale).where(heads_table.c.alive_ms.is_not(None))
_RUNNING = select(heads_table.c.sale).where(
    heads_table.c.alive_ms.is_not(None) | heads_table.c.next_deadline_ms.is_not(None)
)
_STAY_ALIVE = _MOVE_HEAD.where(heads_table.c.alive_ms.is_not_distinct_from(bindparam("seen", type_=BigInteger)))
_READ = Prepared(
    select(*(column for column in events_table.c if column.name != "sale"))
    .where(events_table.c.sale == bindparam("of"), events_table.c.n > bindparam("beyond"))
    .order_by(events_table.c.n)
)
_PUBLIC = (
    select(events_table.c.seq, events_table.c.body, events_table.c.public_hash)
    .where(events_table.c.sale == bindparam("of"), events_table.c.seq > bindparam("beyond"))
    .order_by(events_table.c.seq)
    .limit(bindparam("most"))
)
_OF_LOT = (
    select(events_table.c.lot, events_table.c.body)
    .where(events_table.c.sale == bindparam("of"), events_table.c.seq.is_not(None))
    .where((events_table.c.lot == bindparam("which")) | (events_table.c.kind == bindparam("held")))
    .order_by(events_table.c.seq)
)


def begin(connection: Connection, sale: str) -> None:
    """Make the head of a sale whose journal is empty."""
    start = Head(sale)
    connection.execute(
        insert(heads_table),
        {"sale": sale, "n": 0, "seq": 0, "at_ms": 0, "hash": start.hash, "public_hash": start.public_hash},
    )


def head_of(connection: Connection, sale: str, *, lock: bool = False) -> Head | None:
    """The head of a sale, None where it has no journal yet."""
    return standing_of(connection, sale, lock=lock)[0]


def standing_of(connection: Connection, sale: str, *, lock: bool = False) -> tuple[Head | None, int | None]:
    """The head of a sale as above, and its `alive_ms`; None while no lot is open."""
    row = (_LOCKED_HEAD if lock else _HEAD)(connection, {"of": sale}).one_or_none()
    if row is None:
        return None, None
    return Head(row.sale, row.n, row.seq, row.at_ms, row.hash, row.public_hash), row.alive_ms


def heads(connection: Connection, sales: Iterable[str]) -> dict[str, int]:
    """The last number of each of these sales that has a journal."""
    return {row.sale: row.n for row in connection.execute(_HEADS, {"these": list(sales)})}


def append(
    connection: Connection,
    head: Head,
    records: Sequence[Record],
    next_deadline_ms: int | None,
    alive_ms: int | None = None,
) -> None:
    """Write the records and the head that they lead to. A process that looks after the sale gives `alive_ms` too."""
    _INSERT.write(connection, [_row(head.sale, record) for record in records])
    moved = {"n": head.n, "seq": head.seq, "at_ms": head.at_ms, "hash": head.hash, "public_hash": head.public_hash}
    _APPEND_HEAD(connection, {"of": head.sale, "next_deadline_ms": next_deadline_ms, "alive": alive_ms, **moved})


def alive_sales(connection: Connection) -> list[str]:
    """The sales that had a lot open when a process last looked after them."""
    return list(connection.scalars(_ALIVE))


def running_sales(connection: Connection) -> list[str]:
    """The sales that need a process to look after them: those, and each with a deadline to meet."""
    return list(connection.scalars(_RUNNING))


def stay_alive(connection: Connection, sale: str, now_ms: int, seen_ms: int | None) -> None:
    """Note that a process looks after the sale, unless another has done so since this one saw `seen_ms` there."""
    connection.execute(_STAY_ALIVE, {"of": sale, "alive_ms": now_ms, "seen": seen_ms})


def rest(connection: Connection, sale: str) -> None:
    """Note that no lot is open, so that no process needs to look after the sale."""
    connection.execute(_MOVE_HEAD, {"of": sale, "alive_ms": None})


def read(connection: Connection, sale: str, beyond_n: int = 0, sealer: Sealer | None = None) -> Iterator[Record]:
    """The records of a sale after the n-th, in order, secret ones included; sealed offers opened by the sealer."""
    for n, seq, at_ms, _kind, _lot, actor, body, full, public in read_rows(connection, sale, beyond_n):
        yield Record(n, seq, at_ms, actor, event_from(orjson.loads(body), sealer), body, full, public)


def read_rows(connection: Connection, sale: str, beyond_n: int = 0) -> Iterator[Any]:
    """Their rows as they are stored: n, seq, at_ms, kind and lot (for searching alone), actor, body and both hashes."""
    for some in _READ(connection, {"of": sale, "beyond": beyond_n}).yield_per(1000).partitions():
        yield from some


def read_public(connection: Connection, sale: str, beyond_seq: int, most: int) -> list[tuple[int, bytes, bytes]]:
    """The public events of a sale after a number: (seq, body, public hash), at most `most` of them."""
    rows = connection.execute(_PUBLIC, {"of": sale, "beyond": beyond_seq, "most": most})
    return [(row.seq, row.body, row.public_hash) for row in rows]


def read_public_of(connection: Connection, sale: str, lot: str) -> list[tuple[str | None, bytes]]:
    """The public events of a lot in order, as its number and the body. Holds of paddles are among them."""
    rows = connection.execute(_OF_LOT, {"of": sale, "which": lot, "held": _KIND_NAMES[ev.PaddleHeld]})
    return [(row.lot, row.body) for row in rows]


def _row(sale: str, record: Record) -> dict[str, Any]:
    return {
        "sale": sale,
        "n": record.n,
        "seq": record.seq,
        "at_ms": record.at_ms,
        "kind": _KIND_NAMES[type(record.event)],
        "lot": getattr(record.event, "lot", None),
        "actor": record.actor,
        "body": record.body,
        "hash": record.hash,
        "public_hash": record.public_hash,
    }


# --- verifying ------------------------------------------------------------------------------------------------------


class Broken(Exception):
    """A chain does not hold: the number of the first bad event, and what is wrong with it."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"{number}: {reason}")
        self.number, self.reason = number, reason


def verify_full(records: Iterable[Record], sale: str) -> Head:
    """Recompute both chains over all records. Raises Broken at the first that does not hold."""
    head = Head(sale)
    for record in records:
        head = linked(head, record, *read_canonical(record.body))
    return head


def linked(head: Head, record: Record, body: dict[str, Any], is_canonical: bool) -> Head:
    """The head after a record, with what `read_canonical` says of its bytes. Raises Broken where it does not follow."""
    sale, last_n, seq, last_ms, full, public = head
    n, its_seq, at_ms, actor, event, raw, its_hash, its_public_hash = record
    number = last_n + 1
    if n != number:
        raise Broken(number, f"the journal goes on with {n}")
    shown = is_public(event)
    expected_seq = seq + 1 if shown else None
    if its_seq != expected_seq or body.get("seq") != expected_seq:
        raise Broken(number, f"its public number is {its_seq}, not {expected_seq}")
    if body.get("sale") != sale:
        raise Broken(number, "it belongs to another sale")
    if at_ms != event.at_ms or at_ms < last_ms:
        raise Broken(number, "its time goes back")
    if its_hash != full_hash(full, actor, number, raw):
        raise Broken(number, "its hash is not that of its bytes")
    if its_public_hash != (sha256(public + raw).digest() if shown else None):
        raise Broken(number, "its public hash is not that of its bytes")
    if "full_head" in body and body["full_head"] != full.hex():
        raise Broken(number, "it names another head of the full chain")
    if not is_canonical:
        raise Broken(number, "its bytes are not canonical")
    return Head(sale, n, seq + shown, at_ms, its_hash, its_public_hash or public)


def linked_public(head: Head, raw: bytes) -> tuple[Head, ev.Event, dict[str, Any]]:
    """The head after the bytes of a public event, the event, and what its bytes say. Raises Broken where it does not
    follow."""
    number = head.seq + 1
    try:
        body, is_canonical = read_canonical(raw)
        event, sale = event_from(body), body["sale"]
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(number, "it is no event of a sale") from error
    if body.get("seq") != number or not is_public(event) or (sale != head.sale and head.seq):
        raise Broken(number, f"event {body.get('seq')} of sale {sale} stands in its place")
    if not is_canonical or event.at_ms < head.at_ms:
        raise Broken(number, "its bytes are not canonical, or its time goes back")
    return Head(sale, 0, number, event.at_ms, GENESIS, sha256(head.public_hash + raw).digest()), event, body
