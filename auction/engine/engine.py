"""The path of every command, written down once: `Engine.turn` is its six steps, in order.

Each sale has one writer. Commands of the web, the auctioneer, the floor and the clock go through `hand_in` into the
sale's inbox. They are decided in one order. The engine tells only of events that are on disk.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic, perf_counter, sleep

import structlog
from sqlalchemy import Connection

from ..base import metrics
from ..base.clock import Clock
from ..base.loop import Loop
from ..database.store import OutcomeUnknown, Store, Unavailable
from ..record import journal
from ..record.journal import Head, Record
from ..record.sealing import Sealer, Unopened
from ..rules.decide import decide
from ..rules.refusals import Refused
from ..rules.sale import Sale, apply
from . import receipts
from .orders import Answer, Order, Stale, refused
from .promise import Pending, Promise
from .receipts import Told

log = structlog.get_logger()

ASK_THE_JOURNAL_S = 8.0
"""A little less than the callers wait for their answers."""

Waiting = tuple[Order, Pending[Answer]]


@dataclass(frozen=True, slots=True)
class Book:
    """A sale as of its head."""

    head: Head
    sale: Sale

    @classmethod
    def empty(cls, sale: str) -> "Book":
        return cls(Head(sale), Sale(sale))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is decided in one commit, and how much may wait."""

    batch_max: int = 256
    inbox_max: int = 5_000


@dataclass(slots=True)
class _Inbox:
    """The waiting orders of one sale, and the book against which they will be decided."""

    book: Book | None = None
    waiting: deque[Waiting] = field(default_factory=deque)
    turn: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class _Batch:
    """The result of a batch: its book, the records that others had written before, its own, and its answers."""

    book: Book
    missed: list[Record] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    fresh: list[tuple[Order, Told]] = field(default_factory=list)
    writing: list[Order] = field(default_factory=list)


class Engine:
    """Decides the commands of all sales. `publish(book, records)` is told what is on disk, in order."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        publish: Callable[[Book, list[Record]], None],
        sealer: Sealer,
        limits: Limits | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self._publish = publish
        self.on_commit: Callable[[Head], None] = lambda _head: None
        """Told of every head that this process itself has put on disk; it must not wait for anything."""
        self.keeps_time = False
        """Whether this process looks after the sales that run: then its commits say so too."""
        self.after_absence: Callable[[Book, int | None], Order | None] = lambda _book, _alive_ms: None
        """Asked before anything is decided, with when a process last looked after the sale: what must come first."""
        self._sealer = sealer
        self._limits = limits or Limits()
        self._inboxes: dict[str, _Inbox] = {}
        self._ready: deque[str] = deque()
        self._wake = threading.Condition(threading.Lock())
        self._writer = Loop("writer", self._write, wake=self._wake, left=lambda: bool(self._ready), failed=_raised)
        self._turn_began_s: float | None = None
        self._troubled: set[str] = set()

    def hand_in(self, order: Order, pending: Pending[Answer]) -> None:
        """Put an order into its sale's inbox.

        `pending` is kept with the answer, or fails with Unavailable (nothing was written), OutcomeUnknown (it may have
        been, and the same order gets its first answer once the database is back) or the exception of a defect.
        """
        with self._wake:
            inbox = self._inboxes.setdefault(order.sale, _Inbox())
            full = len(inbox.waiting) >= self._limits.inbox_max
            if not full and not self._writer.stopping:
                inbox.waiting.append((order, pending))
                if len(inbox.waiting) == 1:
                    self._ready.append(order.sale)
                    self._wake.notify()
                return
        pending.fail(Unavailable("the server stops" if self._writer.stopping else "too much is waiting"))

    def submit(self, order: Order) -> Promise[Answer]:
        """The same; the promise holds the answer, or raises what went wrong."""
        promise: Promise[Answer] = Promise()
        self.hand_in(order, promise)
        return promise

    def ask(self, order: Order, timeout_s: float = 10.0) -> Answer:
        """Submit an order and wait for its answer. Raises as its promise does, and OutcomeUnknown where none came."""
        try:
            return self.submit(order).result(timeout_s)
        except TimeoutError as error:
            raise OutcomeUnknown("no answer in time") from error

    def book(self, sale: str) -> Book:
        """The sale as of the last event that this process knows to be on disk."""
        inbox = self._inboxes.setdefault(sale, _Inbox())
        if inbox.book is None:
            with inbox.turn:
                if inbox.book is None:
                    inbox.book = self._load(sale)
        return inbox.book

    def refresh(self, sale: str, to_n: int | None = None) -> None:
        """Apply and publish what another process, or the command line, has written to the sale's journal; nothing
        where it is known up to the `to_n`-th event already."""
        inbox = self._inboxes.setdefault(sale, _Inbox())
        with inbox.turn:
            before = inbox.book or Book.empty(sale)
            if to_n is not None and before.head.n >= to_n:
                return
            with self.store.read() as connection:
                records = list(journal.read(connection, sale, before.head.n, self._sealer))
            if records:
                inbox.book = fold(before, records)
                self._tell(inbox.book, records)

    @property
    def books(self) -> list[Book]:
        """Every sale that this process has at hand."""
        return [inbox.book for inbox in list(self._inboxes.values()) if inbox.book is not None]

    def start(self) -> None:
        """Begin to decide what is submitted."""
        self._writer.start()

    def stop(self) -> None:
        """Take nothing more, answer what was taken, and end."""
        self._writer.stop(10)

    @property
    def decides(self) -> bool:
        """Whether what is submitted will be decided."""
        return self._writer.goes_on

    @property
    def is_full(self) -> bool:
        """Whether a sale's inbox takes nothing more."""
        return any(len(each.waiting) >= self._limits.inbox_max for each in list(self._inboxes.copy().values()))

    @property
    def turn_lasts_s(self) -> float:
        """How long the turn under way has lasted; 0 where none is."""
        began_s = self._turn_began_s
        return 0.0 if began_s is None else monotonic() - began_s

    @property
    def troubled(self) -> tuple[str, ...]:
        """The sales whose last command could not be written."""
        return tuple(self._troubled.copy())

    def calm(self, sales: Iterable[str]) -> None:
        """The sales can be written again."""
        self._troubled.difference_update(sales)

    def turn(self, sale: str) -> None:
        """One batch of one sale, from the inbox to the screens."""
        inbox = self._inboxes[sale]
        with inbox.turn:
            waiting = self._take(sale, inbox)  # 1 take
            orders = [order for order, _ in waiting]
            try:
                batch = self._commit(inbox, sale, orders)  # 2 lock, 3 decide, 4 record
            except Exception as error:  # every caller must hear of any failure
                self._rescue(inbox, sale, waiting, error)
                return
            inbox.book = batch.book
            self._troubled.discard(sale)
            for (_, promise), answer in zip(waiting, batch.answers, strict=True):  # 5 answer
                promise.keep(answer)
            self._tell(batch.book, batch.missed + batch.records)  # 6 publish

    def _write(self) -> None:
        """The next turn of the sale that has waited longest."""
        with self._wake:
            while not self._ready and not self._writer.stopping:
                self._wake.wait()
            if not self._ready:
                return
            sale = self._ready.popleft()
        self._turn_began_s = monotonic()
        self.turn(sale)
        self._turn_began_s = None
        sleep(0)  # callers with an answer go on before the next batch

    def _take(self, sale: str, inbox: _Inbox) -> list[Waiting]:
        with self._wake:
            taken = [inbox.waiting.popleft() for _ in range(min(len(inbox.waiting), self._limits.batch_max))]
            if inbox.waiting:
                self._ready.append(sale)
        metrics.batch_size.observe(len(taken))
        return taken

    def _commit(self, inbox: _Inbox, sale: str, orders: list[Order]) -> _Batch:
        started = perf_counter()
        with self.store.write() as connection:
            before, missed, first = self._locked(connection, inbox.book, sale)
            batch = self._decide(before, first + orders, receipts.find(connection, sale, orders, self._sealer))
            batch.missed, batch.answers = missed, batch.answers[len(first) :]
            if batch.records:
                after = batch.book
                alive_ms = after.head.at_ms if self.keeps_time and after.sale.begun else None
                journal.append(connection, after.head, batch.records, after.sale.next_deadline_ms, alive_ms)
            receipts.keep(connection, batch.fresh, batch.book.sale, self.clock.now_ms(), self._sealer)
            for order in batch.writing:
                order.write_rows(connection)
        metrics.commit_seconds.observe(perf_counter() - started)
        if batch.records:
            self.on_commit(batch.book.head)
        return batch

    def _locked(self, connection: Connection, known: Book | None, sale: str) -> tuple[Book, list[Record], list[Order]]:
        """The book as of the locked head, what others wrote since this process last looked, and what comes first
        after an absence of the house: the commit that ends an absence says what it means."""
        head, alive_ms = journal.standing_of(connection, sale, lock=self.store.locks_rows)
        book, missed = known or Book.empty(sale), []
        if head is None:
            journal.begin(connection, sale)
            return Book.empty(sale), [], []
        if book.head.n != head.n:
            missed = list(journal.read(connection, sale, book.head.n, self._sealer))
            book = fold(book, missed)
        first = self.after_absence(book, alive_ms)
        return book, missed if known else [], [first] if first else []

    def _decide(self, book: Book, orders: list[Order], known: receipts.Known) -> _Batch:
        head, sale = book.head, book.sale
        batch = _Batch(book)
        for order in orders:
            digest = receipts.fingerprint(order, self._sealer) if order.key else b""
            told = known.get((order.actor, order.key)) if order.key else None
            if told is not None:
                batch.answers.append(receipts.again(told, order, self._sealer))
                continue
            at_ms = max(head.at_ms, self.clock.now_ms())
            decision = decide(sale, order.command, at_ms)
            if isinstance(decision, Refused):
                answer = refused(decision, head.seq, sale, order.command)
            else:
                for event in decision:
                    sale = apply(sale, event)
                    head, record = journal.chain(head, event, order.actor, self._sealer)
                    batch.records.append(record)
                answer = Answer(head.seq)
                batch.writing += [order] if order.rows else []
            told = Told(digest, answer)
            batch.answers.append(answer)
            batch.fresh.append((order, told))
            if order.key:
                known[(order.actor, order.key)] = told
        batch.book = Book(head, sale)
        return batch

    def _rescue(self, inbox: _Inbox, sale: str, waiting: list[Waiting], error: Exception) -> None:
        """The batch may not be on disk. The old book stands, and every caller gets the true answer."""
        if isinstance(error, OutcomeUnknown | Unavailable):
            self._troubled.add(sale)
        if isinstance(error, OutcomeUnknown):
            self._ask_the_journal(sale, waiting)
        elif isinstance(error, Unavailable) or len(waiting) == 1:
            if not isinstance(error, Unavailable | Stale):
                log.exception("an order failed", sale=sale, command=type(waiting[0][0].command).__name__)
            behind = self._drain() if isinstance(error, Unavailable) else []
            for _, promise in waiting + behind:
                promise.fail(error)
        else:
            for order, promise in waiting:
                self._one_by_one(inbox, sale, (order, promise))

    def _drain(self) -> list[Waiting]:
        """Everything that waits, of every sale: while the database cannot be written it would wait as long again."""
        with self._wake:
            inboxes = list(self._inboxes.copy().values())
            waiting = [each for inbox in inboxes for each in inbox.waiting]
            for inbox in inboxes:
                inbox.waiting.clear()
            self._ready.clear()
        return waiting

    def _one_by_one(self, inbox: _Inbox, sale: str, waiting: Waiting) -> None:
        """Decide an order of a failed batch alone, so that it fails for itself only."""
        try:
            batch = self._commit(inbox, sale, [waiting[0]])
        except Exception as error:  # the caller must hear of it
            self._rescue(inbox, sale, [waiting], error)
            return
        inbox.book = batch.book
        waiting[1].keep(batch.answers[0])
        self._tell(batch.book, batch.missed + batch.records)

    def _ask_the_journal(self, sale: str, waiting: list[Waiting]) -> None:
        """A commit got no answer: who has a receipt was heard, who has none was not.

        Asked under the head's lock, which the lost commit holds until it has ended one way or the other; and asked
        until the database is back, as long as the callers wait.
        """
        give_up_s = monotonic() + ASK_THE_JOURNAL_S
        while True:
            try:
                with self.store.write() as connection:
                    journal.head_of(connection, sale, lock=self.store.locks_rows)
                    known = receipts.find(connection, sale, [order for order, _ in waiting], self._sealer)
                break
            except (Unavailable, OutcomeUnknown) as error:
                if monotonic() > give_up_s:
                    for _, promise in waiting:  # not with that error, which knows only of this attempt
                        promise.fail(OutcomeUnknown(str(error)))
                    return
                sleep(0.1)
        for order, promise in waiting:
            told = known.get((order.actor, order.key or ""))
            if told is not None:
                promise.keep(receipts.again(told, order, self._sealer))
            else:
                promise.fail(Unavailable("the database went away while committing"))

    def _tell(self, book: Book, records: list[Record]) -> None:
        if not records:
            return
        metrics.journal_head.labels(book.sale.id).set(book.head.seq)
        try:
            self._publish(book, records)
        except Exception:  # a failed push never fails a bid: screens ask for what they miss
            log.exception("publishing failed", sale=book.sale.id)

    def _load(self, sale: str) -> Book:
        """Raises Unavailable where a sealed offer does not open: then that sale stands still, the others go on."""
        try:
            with self.store.read() as connection:
                return fold(Book.empty(sale), journal.read(connection, sale, 0, self._sealer))
        except Unopened as error:
            log.critical("a sealed offer does not open", sale=sale, reason=str(error))
            raise Unavailable(f"a sealed offer of sale {sale}: {error}") from error


def _raised(error: Exception) -> None:
    """An error that a turn leaves unheard ends the writer. Then the engine decides nothing, and `/healthz` says so."""
    raise error


def fold(book: Book, records: Iterable[Record]) -> Book:
    """The book once the records have happened."""
    head, sale = book.head, book.sale
    for record in records:
        sale = apply(sale, record.event)
        head = journal.after(head, record)
    return Book(head, sale)
