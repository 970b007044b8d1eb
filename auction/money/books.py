"""The ledgers of all sales in the database.

One transaction decides and writes an act, under the sale's lock. Before every act the ledger follows the record. Lots
that were sold, reopened or taken since are entered first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from models.catalog import sales
from models.money import ledger_entries, ledger_lines
from models.people import registrations

from ..base.clock import Clock
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..rules.lot import Lot, Status
from ..rules.money import commission_minor
from ..rules.sale import Sale
from .acts import DepositReleased, DepositsReleased, LedgerAct
from .decide import decide
from .following import at_odds, following
from .ledger import Account, Entry, Kind, Ledger, LedgerLine, Place, Purchase

HOUSE = "house"
"""The actor of entries that follow from the record of the sale."""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it stands in the books: its number, when, by whom, the bank's reference and a note."""

    n: int
    entry: Entry
    at_ms: int
    actor: str
    reference: str
    note: str


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button: by whom, its key, and what was typed beside the amount."""

    actor: str
    key: str
    reference: str = ""
    note: str = ""


class Books:
    """The ledgers of all sales."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine

    def entries(self, sale: str) -> list[Written]:
        """Every entry of a sale, in order."""
        with self._store.snapshot() as connection:
            return list(_read(connection, sale))

    def follow(self, sale: str) -> Ledger:
        """The ledger of a sale, once it agrees with the record. Raises Rejected."""
        with self._store.snapshot() as connection:
            ledger = _ledger(connection, sale)
            is_behind = any(True for _ in following(ledger, self._record(connection, sale)))
        if not is_behind:
            return ledger
        with self._store.write() as connection:
            _lock(connection, sale)
            return self._followed(connection, sale)

    def seen(self, sale: str) -> tuple[list[Written], Ledger]:
        """Every entry of a sale, and the ledger as it is once it agrees with the record: nothing is written."""
        with self._store.snapshot() as connection:
            written = list(_read(connection, sale))
            ledger = Ledger().after(*(each.entry for each in written))
            return written, ledger.after(*following(ledger, self._record(connection, sale)))

    def at_odds(self, sale: str) -> frozenset[str]:
        """The lots whose sale the record took back after their consignors were paid or charged."""
        with self._store.snapshot() as connection:
            return at_odds(_ledger(connection, sale), self._record(connection, sale))

    def in_term(self, sale: str) -> frozenset[str]:
        """The bidders who lead a lot that a priority right may still take."""
        with self._store.read() as connection:
            return self._in_term(_parties(connection, sale), sale)

    def _in_term(self, parties: Mapping[str, str], sale: str) -> frozenset[str]:
        lots, now_ms = self._engine.book(sale).sale.lots.values(), self._clock.now_ms()
        return frozenset(parties[lot.leader] for lot in lots if lot.leader is not None and _in_term(lot, now_ms))

    def act(self, sale: str, press: Press, act: LedgerAct) -> int:
        """Enter an act; the entry's number. A second press with the same key gets the first one's number.

        Raises Rejected, also with KEY_CONFLICT where the key was used for another act.
        """
        return self.act_all(sale, [(press, act)])[0]

    def act_all(self, sale: str, asked: Sequence[tuple[Press, LedgerAct]]) -> list[int]:
        """Enter several acts, all or none of them; their numbers. Raises Rejected with the press that cannot be."""
        try:
            with self._store.write() as connection:
                _lock(connection, sale)
                return self._enter(connection, sale, asked)
        except IntegrityError:  # the same press twice at one moment, where the database locks no row
            with self._store.read() as connection:
                known = [_by_key(connection, sale, press.key, act) for press, act in asked]
            entered = [each for each in known if each is not None]
            if len(entered) < len(known):
                raise
            return entered

    def _enter(self, connection: Connection, sale: str, asked: Sequence[tuple[Press, LedgerAct]]) -> list[int]:
        ledger: Ledger | None = None
        numbers: list[int] = []
        for press, act in asked:
            known = _by_key(connection, sale, press.key, act)
            if known is None:
                ledger = self._followed(connection, sale) if ledger is None else ledger
                self._check_release(connection, sale, act)
                ledger = ledger.after(_decided(ledger, press, act))
                known = self._write(connection, sale, ledger, press, repr(act))
            numbers.append(known)
        return numbers

    def keys(self, sale: str) -> frozenset[str]:
        """The keys of all entries: what was pressed, or uploaded, before."""
        known = select(ledger_entries.c.key).where(ledger_entries.c.sale == sale)
        with self._store.read() as connection:
            return frozenset(connection.execute(known).scalars())

    def _followed(self, connection: Connection, sale: str) -> Ledger:
        """The ledger after the entries that follow from the record, which are written."""
        ledger = _ledger(connection, sale)
        for entry in following(ledger, self._record(connection, sale)):
            ledger = ledger.after(entry)
            self._write(connection, sale, ledger, Press(HOUSE, f"{HOUSE}:{len(ledger.entries)}"))
        return ledger

    def _check_release(self, connection: Connection, sale: str, act: LedgerAct) -> None:
        """Raise Rejected where a deposit is to be given back too early.

        While the sale runs, that is to those who are admitted. After it, to those who lead a lot that a priority right
        may still take.
        """
        if not isinstance(act, DepositReleased | DepositsReleased):
            return
        state = self._engine.book(sale).sale
        parties = _parties(connection, sale)
        in_term = self._in_term(parties, sale)
        if isinstance(act, DepositsReleased):
            if not state.closed:
                raise Rejected("SALE_RUNS")
            if in_term - act.kept:
                raise Rejected("IN_TERM")
        elif act.party in in_term:
            raise Rejected("IN_TERM")
        elif not state.closed and act.party in parties.values():
            raise Rejected("SALE_RUNS")

    def _record(self, connection: Connection, sale: str) -> dict[str, Purchase]:
        return purchases_of(self._engine.book(sale).sale, _parties(connection, sale), self._clock.now_ms())

    def _write(self, connection: Connection, sale: str, ledger: Ledger, press: Press, asked: str = "") -> int:
        """Write the last entry of a ledger; its number."""
        n, entry = len(ledger.entries), ledger.entries[-1]
        head = {"sale": sale, "n": n, "kind": entry.kind.value, "at_ms": self._clock.now_ms()}
        said = {"actor": press.actor, "key": press.key, "reference": press.reference, "note": press.note}
        purchase = None if entry.purchase is None else asdict(entry.purchase)
        more = {"asked": asked, "purchase": purchase, "reverses": entry.reverses}
        connection.execute(insert(ledger_entries), {**head, **said, **more})
        rows = [
            {"sale": sale, "n": n, "position": position, "amount_minor": line.amount_minor, **_columns(line.place)}
            for position, line in enumerate(entry.lines)
        ]
        if rows:
            connection.execute(insert(ledger_lines), rows)
        return n


def _decided(ledger: Ledger, press: Press, act: LedgerAct) -> Entry:
    """The entry of an act; a refusal names the press that led to it."""
    try:
        return decide(ledger, act)
    except Rejected as error:
        raise Rejected(error.code, error.field, press=press.key, **error.params) from error


def purchases_of(sale: Sale, parties: Mapping[str, str], now_ms: int) -> dict[str, Purchase]:
    """The lots that are sold for good, by lot: what a priority right may still take is left out. `parties` are the
    registrations by paddle."""
    found = {}
    for lot in sale.lots.values():
        if lot.status is not Status.SOLD or lot.leader is None or _in_term(lot, now_ms):
            continue
        hammer_minor = lot.hammer_minor or 0
        commissions = (commission_minor(hammer_minor, side) for side in (sale.buyer_commission, sale.seller_commission))
        found[lot.id] = Purchase(lot.id, parties[lot.leader], hammer_minor, *commissions)
    return found


def _in_term(lot: Lot, now_ms: int) -> bool:
    return lot.status is Status.SOLD and (lot.match_until_ms or 0) > now_ms


def _parties(connection: Connection, sale: str) -> dict[str, str]:
    known = select(registrations.c.paddle, registrations.c.id)
    known = known.where(registrations.c.sale == sale, registrations.c.paddle.is_not(None))
    return {row.paddle: row.id for row in connection.execute(known)}


def _lock(connection: Connection, sale: str) -> None:
    """One act of a sale after the other, also where several processes write."""
    connection.execute(select(sales.c.id).where(sales.c.id == sale).with_for_update())


def _by_key(connection: Connection, sale: str, key: str, act: LedgerAct) -> int | None:
    query = select(ledger_entries.c.n, ledger_entries.c.asked)
    row = connection.execute(query.where(ledger_entries.c.sale == sale, ledger_entries.c.key == key)).one_or_none()
    if row is not None and row.asked != repr(act):
        raise Rejected("KEY_CONFLICT")
    return None if row is None else int(row.n)


def _ledger(connection: Connection, sale: str) -> Ledger:
    return Ledger().after(*(written.entry for written in _read(connection, sale)))


def _read(connection: Connection, sale: str) -> Iterator[Written]:
    lines: dict[int, list[LedgerLine]] = {}
    query = select(ledger_lines).where(ledger_lines.c.sale == sale).order_by(ledger_lines.c.n, ledger_lines.c.position)
    for row in connection.execute(query):
        place = Place(Account(row.account), row.party, row.lot)
        lines.setdefault(row.n, []).append(LedgerLine(place, row.amount_minor))
    heads = select(ledger_entries).where(ledger_entries.c.sale == sale).order_by(ledger_entries.c.n)
    for row in connection.execute(heads):
        purchase = None if row.purchase is None else Purchase(**row.purchase)
        entry = Entry(Kind(row.kind), tuple(lines.get(row.n, ())), purchase, row.reverses)
        yield Written(row.n, entry, row.at_ms, row.actor, row.reference, row.note)


def _columns(place: Place) -> dict[str, str]:
    return {"account": place.account.value, "party": place.party, "lot": place.lot}
