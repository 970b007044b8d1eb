"""Check a sale's record: both chains, and every event decided again by the rules. Nothing but the journal is believed.

A forger with access to the database could also write a whole new journal that keeps to the rules. Against that, and
against an older file put back, only a witness helps: a head that was noted outside. Every frame, every result and every
check shows one. `witness` is such a head; the journal must have passed through it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from models.journal import receipts, refusals
from models.people import registrations
from models.rows import RegistrationStatus, SaleRow, SaleStatus

from ..base.clock import Clock, SteadyClock
from ..base.runtime import nothing_circular
from ..database.store import Store
from ..engine.timekeeper import ACTOR as SYSTEM
from ..parts import Parts
from ..record import journal
from ..record.journal import GENESIS, Broken, Head, Record, canonical
from ..record.sealing import Sealer, Unopened
from ..rules import events as ev
from ..rules.kinds import KINDS, ONLY_WHERE_TRUE, PUBLIC, field_names, is_public, kind_of
from ..rules.lot import Lot, Status
from ..rules.redecide import WAITS, believed, difference, expected, supposed
from ..rules.refusals import Refused
from ..rules.sale import Sale, apply
from ..words.amounts import full_text
from .rows import differences

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""The errors of bytes that are no event of ours."""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a check, in words, and whether the record holds."""

    ok: bool
    text: str


class _Witness:
    """A head that a reader noted, and whether the record came to it; without one nothing is asked."""

    def __init__(self, noted: str | None) -> None:
        self.noted = (noted or "").strip().lower()
        self.met = noted is None

    def see(self, *hashes: bytes | None) -> None:
        self.met = self.met or any(each is not None and each.hex() == self.noted for each in hashes)

    def ask(self, number: int) -> None:
        """Raise Broken, with the number after the last, unless it was met."""
        if not self.met:
            raise Broken(number, f"the record never came to the head {self.noted[:64]}")


_STEPS = (
    *(ev.BidPlaced, ev.OfferPlaced, ev.BidVoided, ev.MaximumVoided, ev.AskSet, ev.FairWarningGiven, ev.PaddleAssigned),
    *(ev.GavelTaken, ev.LotOpened, ev.LotWithdrawn, ev.LotReopened, ev.LotPaused, ev.LotResumed),
    *(ev.PriorityDeclined, ev.PriorityExercised, ev.SalePaused, ev.SaleResumed, ev.SaleClosed),
)
"""Events of which each is one command's, and every command of a person has a receipt."""


class Fold:
    """The sale that the events lead to, each decided again before it is believed. Raises Broken with its number."""

    def __init__(self, sale: str, *, public: bool) -> None:
        self.sale = Sale(sale)
        self.count = 0
        self.steps: Counter[str] = Counter()
        self._public = public
        self._due: list[ev.Event] = []
        self._waiting: ev.Event | None = None

    def see(self, event: ev.Event) -> None:
        self.count += 1
        if self._waiting is not None:
            held, self._waiting = self._waiting, None
            self._decide(held, event, self.count - 1)
        if self._due:
            self._accept(event, self._due.pop(0), self.count)
        elif isinstance(event, WAITS):
            self._waiting = event
        else:
            self._decide(event, None, self.count)

    def end(self) -> None:
        """Nothing follows any more."""
        if self._waiting is not None:
            self._decide(self._waiting, None, self.count)
        if self._due:
            raise Broken(self.count + 1, f"{kind_of(type(self._due[0]))} is missing at the end")

    def _decide(self, event: ev.Event, following: ev.Event | None, number: int) -> None:
        try:
            sale = supposed(self.sale, event, following) if self._public else self.sale
            told = believed(self.sale, event) if self._public else None
            decided = expected(sale, event, following) if told is None else told
        except Exception as error:  # a forged event may hold anything, and the rules stumble over it anywhere
            raise Broken(number, f"it does not fit what came before ({error})") from error
        if isinstance(decided, Refused):
            raise Broken(number, f"the rules refuse it ({decided.code})")
        shown = [each for each in decided if _shows(event, each)] if self._public else decided
        if not shown:
            raise Broken(number, "nothing led to it")
        first, *self._due = shown
        self._accept(event, first, number)

    def _accept(self, event: ev.Event, decided: ev.Event, number: int) -> None:
        fault = difference(event, decided)
        if fault is not None:
            raise Broken(number, fault)
        self.sale = apply(self.sale, event)


def _shows(event: ev.Event, decided: ev.Event) -> bool:
    """Whether the public record alone suffices to decide again. Of other lots it does not know the secrets."""
    lot = getattr(event, "lot", None)
    return is_public(decided) and getattr(decided, "lot", lot) == lot


# --- a sale ---------------------------------------------------------------------------------------------------------


@nothing_circular()
def verify_sale(parts: Parts, slug: str, witness: str | None = None) -> Report:
    """Check the whole journal of a sale, secrets included. It must lead to the kept head."""
    try:
        row = parts.sales.find(slug)
    except ValueError as error:
        return Report(False, f"{slug}: the row of the sale cannot be read: {error}.")
    if row is None:
        return Report(False, f"There is no sale {slug}.")
    fold, noted = Fold(row.id, public=False), _Witness(witness)
    with parts.store.snapshot() as connection:
        try:
            head = _check(connection, row.id, fold, noted, parts.sealer)
            _check_rows(connection, row, fold.sale, head)
            noted.ask(head.n + 1)
            found = differences(connection, row.id, fold.sale, fold.steps)
        except Broken as broken:
            return _bad(slug, broken)
    if found:
        summary = f"{slug}: {len(found)} differences between the rows and the record. {head.n} events are good."
        return Report(False, "\n  ".join([summary, *map(": ".join, found)]))
    heads = (f"head {head.hash.hex()}", f"public head {head.public_hash.hex()}")
    good = f"{slug}: good. {head.n} events."
    return Report(True, _summary(good, fold.sale, parts.engine.clock.now_ms(), *heads))


def _check(connection: Connection, sale: str, fold: Fold, witness: _Witness, sealer: Sealer) -> Head:
    """Both chains, every event, and the head that is kept."""
    head = Head(sale)
    try:
        for row in journal.read_rows(connection, sale):
            head = _check_row(head, row, fold, witness, sealer)
    except Unopened as error:
        raise Broken(fold.count + 1, f"its sealed offer does not open: {error}") from error
    except UNREADABLE as error:
        raise Broken(fold.count + 1, f"it cannot be read ({error})") from error
    fold.end()
    kept = journal.head_of(connection, sale)
    if (kept or Head(sale)) != head:
        raise Broken(head.n + 1, f"the journal ends at {head.n}, and its head is kept as that of {kept and kept.n}")
    return head


def _check_row(head: Head, row: Any, fold: Fold, witness: _Witness, sealer: Sealer) -> Head:
    """The head after a row; those columns that are only there to be searched must say what the bytes say."""
    n, seq, at_ms, kind, lot, actor, raw, full, public = row
    body, is_canonical = journal.read_canonical(raw)
    event = journal.event_from(body, sealer)
    if KINDS.get(kind) is not type(event) or lot != getattr(event, "lot", None):
        raise Broken(n, "its columns do not say what its bytes say")
    head = journal.linked(head, Record(n, seq, at_ms, actor, event, raw, full, public), body, is_canonical)
    _check_keys(body, type(event), n)
    witness.see(full, public)
    fold.see(event)
    if actor != SYSTEM and isinstance(event, _STEPS):
        fold.steps[actor] += 1
    return head


def _check_rows(connection: Connection, row: SaleRow, state: Sale, head: Head) -> None:
    """Find a journal whose end was cut off, even if the head was mended. Rows written with its events betray it."""
    told = [
        connection.scalar(select(func.max(table.c.seq)).where(table.c.sale == row.id)) or 0
        for table in (receipts, refusals)
    ]
    of_sale = (registrations.c.sale == row.id) & (registrations.c.status == RegistrationStatus.ADMITTED)
    issued = select(registrations.c.paddle).where(of_sale)
    paddles = {paddle for paddle in connection.scalars(issued) if paddle is not None}
    missing = None
    if max(told) > head.seq:
        missing = f"public event {max(told)} was answered for, and the journal ends at {head.seq}"
    elif row.status is not SaleStatus.DRAFT and not state.published:
        missing = f"the sale is {row.status}, and its journal is empty"
    elif row.status in (SaleStatus.CLOSED, SaleStatus.ARCHIVED) and not state.closed:
        missing = f"the sale is {row.status}, and its journal does not say so"
    elif state.published and paddles - set(state.bidders):
        missing = f"paddle {min(paddles - set(state.bidders))} was issued, and the journal does not know it"
    if missing is not None:
        raise Broken(head.n + 1, missing)


# --- a public record ------------------------------------------------------------------------------------------------


def public_record(store: Store, sale: str, since: Head | None = None) -> Iterator[bytes]:
    """The public chain as a file that can be checked alone. A line is an event and its hash; the last one is the head.

    `since` is a head of that chain: only what came after it.
    """
    seq, head = (since.seq, since.public_hash) if since is not None else (0, GENESIS)
    while True:
        with store.read() as connection:
            batch = journal.read_public(connection, sale, seq, 1000)
        if not batch:
            break
        for _, body, public_hash in batch:
            yield _line(body, public_hash)
        seq, _, head = batch[-1]
    yield _last_line(sale, seq, head)


def public_events_of(store: Store, sale: str, lot: str) -> list[bytes]:
    """The bodies of a lot's public events, and of the holds of paddles that changed its price or leader."""
    with store.read() as connection:
        found = journal.read_public_of(connection, sale, lot)
    named = b'"%s":{' % lot.encode()
    return [body for of_lot, body in found if of_lot == lot or named in body]


def public_head_at(store: Store, sale: str, seq: int) -> Head | None:
    """The public chain's head at a number; None where the chain has not come so far."""
    if seq == 0:
        return Head(sale)
    with store.read() as connection:
        found = journal.read_public(connection, sale, seq - 1, 1)
    return Head(sale, 0, seq, 0, GENESIS, found[0][2]) if found else None


_BEFORE, _BETWEEN, _BEHIND = b'{"event":', b',"hash":"', b'"}\n'
_HASH_DIGITS = 2 * len(GENESIS)


def _line(body: bytes, public_hash: bytes) -> bytes:
    return _BEFORE + body + _BETWEEN + public_hash.hex().encode() + _BEHIND


def _body_in(line: bytes) -> bytes:
    """The body where `_line` has put it; anything where the line is another."""
    return line[len(_BEFORE) : -len(_BETWEEN) - _HASH_DIGITS - len(_BEHIND)]


def _last_line(sale: str, seq: int, head: bytes) -> bytes:
    return canonical({"head": head.hex(), "sale": sale, "seq": seq}) + b"\n"


@nothing_circular()
def verify_record(path: Path, witness: str | None = None, clock: Clock | None = None) -> Report:
    """Check a public record alone, as a stranger does. Raises OSError where the file cannot be read.

    `clock` tells which terms of priority rights are still open; None: the machine's.
    """
    fold, noted = Fold("", public=True), _Witness(witness)
    with path.open("rb") as lines:
        try:
            head = _check_lines(lines, fold, noted)
            noted.ask(head.seq + 1)
        except Broken as broken:
            return _bad(path.name, broken)
        except UNREADABLE as error:
            return _bad(path.name, Broken(fold.count + 1, f"it cannot be read ({error})"))
    good = f"{path.name}: good. {head.seq} public events."
    return Report(
        True, _summary(good, fold.sale, (clock or SteadyClock()).now_ms(), f"public head {head.public_hash.hex()}")
    )


def _check_lines(lines: Iterable[bytes], fold: Fold, witness: _Witness) -> Head:
    """The chain, every event, and the last line, which must name the head that they lead to."""
    head, last = Head(""), b""
    for line in lines:
        if last:
            raise Broken(head.seq + 1, "the record goes on after its end")
        if line.startswith(b'{"head":'):
            last = line
        else:
            head = _check_line(head, line, fold, witness)
    fold.end()
    if not last:
        raise Broken(head.seq + 1, "the record is cut off: its last line is missing")
    sale = head.sale if head.seq else json.loads(last)["sale"]  # without events nothing else names it
    if last.removesuffix(b"\n") + b"\n" != _last_line(sale, head.seq, head.public_hash):
        raise Broken(head.seq + 1, f"the record ends at {head.seq}, and its last line is that of another end")
    return head


def _check_line(head: Head, line: bytes, fold: Fold, witness: _Witness) -> Head:
    """The head after a line, which must be the very one that is written for its event."""
    body = _body_in(line)
    head, event, said = journal.linked_public(head, body)
    if line != _line(body, head.public_hash):
        raise Broken(head.seq, "its hash is not that of its bytes, or its line says something else")
    _check_keys(said, type(event), head.seq)
    witness.see(head.public_hash)
    fold.see(event)
    return head


# --- both -----------------------------------------------------------------------------------------------------------


def _check_keys(body: dict[str, Any], kind: type[ev.Event], number: int) -> None:
    """An event says what its kind says, and nothing else. Raises Broken."""
    keys = _KEYS[kind] | {name for name in ONLY_WHERE_TRUE.get(kind, ()) if body.get(name) is True}
    if body.keys() != keys:
        raise Broken(number, f"it says too much or too little: {', '.join(sorted(body.keys() ^ keys))}")


def _keys_of(kind: type[ev.Event]) -> set[str]:
    keys = {*field_names(kind), "kind", "sale", "seq" if kind in PUBLIC else "salt"}
    keys -= ONLY_WHERE_TRUE.get(kind, frozenset())
    return keys | {"full_head"} if kind in journal.ENDINGS else keys


_KEYS = {kind: _keys_of(kind) for kind in KINDS.values()}


def _bad(name: str, broken: Broken) -> Report:
    reason = " ".join(broken.reason.split())[:500]
    return Report(False, f"{name}: event {broken.number} is bad: {reason}.")


def _summary(good: str, sale: Sale, now_ms: int, *heads: str) -> str:
    """The good findings, and how the lots stand now. While a priority right may take a lot, it is not sold for good."""
    open_until = {lot.id: _open_until(lot, now_ms) for lot in sale.lots.values()}
    status = Counter(_PROVISIONALLY if open_until[lot.id] else lot.status.value for lot in sale.lots.values())
    counts = ", ".join(f"{count} {each}" for each, count in status.items()) or "none"
    sold = [lot for lot in sale.lots.values() if lot.status is Status.SOLD]
    total = _amount(sum(lot.hammer_minor or 0 for lot in sold if not open_until[lot.id]), sale.currency)
    results = [_result(lot, sale.currency, open_until[lot.id]) for lot in sold]
    return "\n  ".join([good, *heads, f"lots: {counts}; hammer total {total}", *results])


_PROVISIONALLY = "provisionally sold"


def _open_until(lot: Lot, now_ms: int) -> str | None:
    """Until when a priority right may take a lot from its buyer; None if no right may now."""
    if lot.status is not Status.SOLD or lot.match_until_ms is None or now_ms >= lot.match_until_ms:
        return None
    return datetime.fromtimestamp(lot.match_until_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _result(lot: Lot, currency: str, open_until: str | None) -> str:
    price = _amount(lot.hammer_minor, currency)
    if open_until is not None:
        return (
            f"lot {lot.id}: {_PROVISIONALLY} to {lot.leader} for {price}, until {open_until}: a priority right is open"
        )
    return f"lot {lot.id}: sold to {lot.leader} for {price}" + (
        ", although the paddle is held" if lot.even_held else ""
    )


def _amount(minor: int | None, currency: str) -> str:
    return f"{full_text(minor or 0, currency)} {currency}"
