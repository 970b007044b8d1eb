"""Time passes for the sales: deadlines are met, and who could not bid because the house was away loses no time.

While a lot is open, `alive_ms` is written again and again, by whichever of many processes comes first: each looks after
all sales that run, so that one may die and the others keep time; and what a process commits says so too. A gap of more
than a second means that no process of the house could commit: the commit that ends it first moves the deadlines. After
an absence of more than five seconds, a restart or a machine that slept, it pauses the sale with the reason
SYSTEM_FAULT, English lots too; their clocks have stood still since somebody was last there.
"""

import threading
from contextlib import suppress

import structlog

from ..base.clock import STEP_MS
from ..database.store import Unavailable
from ..record import journal
from ..rules import commands as cmd
from ..rules.lot import LIVE
from ..rules.timed import SYSTEM_FAULT
from .engine import Book, Engine
from .orders import Order

log = structlog.get_logger()

BEAT_S, CALM_BEAT_S = 0.05, 0.2
"""How often the clock is looked at, and how often where no deadline is set: one that is set then may be so late."""
PULSE_S = 0.5
LOOK_MS, TAKE_ON_MS = 100, 1_000
ALIVE_MS, CALM_ALIVE_MS = 250, 900
"""How old the word that somebody looks after a sale becomes before it is written anew: where a deadline runs, else."""
AWAY_MS = 1_000
OUTAGE_MS = 5_000
ACTOR = "system"


class Timekeeper:
    """Looks at the clock for one engine. `settle_ms`: how long after a deadline its turn comes."""

    def __init__(self, engine: Engine, settle_ms: int) -> None:
        self.engine = engine
        self._settle_ms = settle_ms
        self._looked_ms = self._took_on_ms = 0
        self._seen_ms = self._here_since_ms = 0
        self._began_ms = 0
        self._ahead: set[str] = set()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Recover the sales that were open when their process ended, then keep time."""
        self.take_charge()
        for name, work in (("pulse", self._pulse_for_ever), ("timekeeper", self._run)):
            self._threads.append(threading.Thread(target=work, name=name, daemon=True))
            self._threads[-1].start()

    def take_charge(self) -> None:
        """From here on this process is of the house: what it commits says so, and ends an absence."""
        self._pulse()
        self._began_ms = self._here_since_ms
        self._take_on()
        for book, alive_ms in self._begun():
            if max(book.head.at_ms, alive_ms or 0) - self._began_ms > STEP_MS:
                self._ahead.add(book.sale.id)
        self.engine.keeps_time, self.engine.after_absence = True, self.after_absence

    def may_follow(self, to_ms: int) -> bool:
        """Whether the clock may jump: no lot's clock runs, and no sale's journal would have to wait for the time."""
        return not any(
            _is_live(book) or (book.head.at_ms > to_ms and not book.sale.closed) for book in self.engine.books
        )

    def stop(self) -> None:
        """Keep time no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join(5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Unavailable as error:
                log.warning("time could not be kept", reason=str(error))
            except Exception:  # whatever it was, the next deadline must be met
                log.exception("keeping time failed")
            has_deadlines = any(book.sale.next_deadline_ms is not None for book in self.engine.books)
            self._stop.wait(BEAT_S if has_deadlines else CALM_BEAT_S)

    def _pulse_for_ever(self) -> None:
        while not self._stop.wait(PULSE_S):
            self._pulse()

    def _pulse(self) -> None:
        """Note that this process is there, whatever the database does; after an absence, since when it is again."""
        now = self.engine.clock.now_ms()
        if now - self._seen_ms > OUTAGE_MS:
            self._here_since_ms = now
        self._here_since_ms = min(self._here_since_ms, now)  # the clock may have been put back
        self._began_ms = min(self._began_ms, now)
        self._seen_ms = now

    def look(self) -> None:
        """Again and again say that the open sales are looked after; then meet the deadlines that have settled. In this
        order: a deadline that came in an absence is not met but moved."""
        self._pulse()
        now = self.engine.clock.now_ms()
        if not 0 <= now - self._looked_ms < LOOK_MS:
            self._looked_ms = now
            if not 0 <= now - self._took_on_ms < TAKE_ON_MS:
                self._took_on_ms = now
                self._take_on()
            self._beat(now)
        for book in self.engine.books:
            deadline = book.sale.next_deadline_ms
            if deadline is not None and deadline + self._settle_ms <= now:
                self._tick(book.sale.id, now)

    def _tick(self, sale: str, now: int) -> None:
        self.engine.ask(Order(sale, ACTOR, cmd.Tick(now - self._settle_ms)))

    def _take_on(self) -> None:
        """Look after every sale that runs, also where another process began it."""
        with self.engine.store.read() as connection:
            running = journal.running_sales(connection)
        for sale in running:
            with suppress(Unavailable):  # its log line says why; the others go on
                self.engine.book(sale)

    def _beat(self, now: int) -> None:
        """Say that the sales are looked after where that was said too long ago; where nobody was there, commit."""
        stale: dict[str, int | None] = {}
        for book, alive_ms in self._begun():
            if self._after_absence(book, alive_ms) is not None:
                self._tick(book.sale.id, now)
            elif alive_ms is None or now - alive_ms >= _lasts_ms(book):
                stale[book.sale.id] = alive_ms
        if stale:
            with self.engine.store.write() as connection:
                for sale, alive_ms in stale.items():
                    journal.stay_alive(connection, sale, now, alive_ms)
        self._rest([book.sale.id for book in self.engine.books if not book.sale.begun and book.head.n])

    def _begun(self) -> list[tuple[Book, int | None]]:
        """The sales with a lot under way, each with when somebody last looked after it."""
        begun = [book for book in self.engine.books if book.sale.begun]
        with self.engine.store.read() as connection:
            return [(book, journal.standing_of(connection, book.sale.id)[1]) for book in begun]

    def after_absence(self, book: Book, alive_ms: int | None) -> Order | None:
        """What must be decided before anything else, where no process of the house could commit since `alive_ms`."""
        self._pulse()
        command = self._after_absence(book, alive_ms)
        if command is None:
            return None
        log.error("nobody could bid", sale=book.sale.id, since_ms=command.since_ms, then=type(command).__name__)
        return Order(book.sale.id, ACTOR, command)

    def _after_absence(self, book: Book, alive_ms: int | None) -> cmd.PauseSale | cmd.MoveDeadlines | None:
        """A sale is paused where this process was not there either, and where it began before the journal's own time;
        a database that was away only moves deadlines."""
        now, there = self.engine.clock.now_ms(), alive_ms or book.head.at_ms
        since_ms = max(there, book.head.at_ms)
        if self._here_since_ms - there > OUTAGE_MS or book.sale.id in self._ahead:
            if _is_live(book):
                return cmd.PauseSale(now, SYSTEM_FAULT, since_ms)
            self._ahead.discard(book.sale.id)
        away = now - there > AWAY_MS or self._began_ms - there > 3 * ALIVE_MS
        if away and now > since_ms and book.sale.next_deadline_ms is not None:
            return cmd.MoveDeadlines(now, since_ms)
        return None

    def _rest(self, idle: list[str]) -> None:
        """A sale without an open lot needs nobody to look after it."""
        with self.engine.store.read() as connection:
            awake = set(journal.alive_sales(connection)) & set(idle)
        if awake:
            with self.engine.store.write() as connection:
                for sale in awake:
                    journal.rest(connection, sale)


def _lasts_ms(book: Book) -> int:
    return CALM_ALIVE_MS if book.sale.next_deadline_ms is None else ALIVE_MS


def _is_live(book: Book) -> bool:
    return book.sale.halted is None and any(lot.status in LIVE for lot in book.sale.lots.values())
