"""Time passes for the sales: deadlines are met, and an outage that nobody noticed pauses what was open.

While a lot is open, `alive_ms` is written every second, by whichever of many processes comes first: each looks after
all sales that run, so that one may die and the others keep time; and what a process commits says so too. Who finds a
gap of more than five seconds, at a start or after the machine slept, pauses the sale with the reason SYSTEM_FAULT,
English lots too; their clocks have stood still since somebody was last there.
"""

import threading

import structlog

from . import journal
from .engine import Book, Engine
from .orders import Order
from .rules import commands as cmd
from .rules.lot import LIVE
from .store import Unavailable

log = structlog.get_logger()

BEAT_S, CALM_BEAT_S = 0.05, 0.2
"""How often the clock is looked at, and how often where no deadline is set: one that is set then may be so late."""
PULSE_S = 0.5
ALIVE_MS = 1_000
SLACK_MS = 100
"""Another process's word is as good as one's own as long as it is not older than that short of a second."""
OUTAGE_MS = 5_000
SYSTEM_FAULT = "SYSTEM_FAULT"
ACTOR = "system"


class Timekeeper:
    """Looks at the clock for one engine. `settle_ms`: how long after a deadline its turn comes."""

    def __init__(self, engine: Engine, settle_ms: int) -> None:
        self.engine = engine
        self._settle_ms = settle_ms
        self._tried_ms = 0
        self._seen_ms = self._here_since_ms = 0
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Recover the sales that were open when their process ended, then keep time."""
        self._take_on()
        self.engine.keeps_time = True
        for name, work in (("pulse", self._pulse_for_ever), ("timekeeper", self._run)):
            self._threads.append(threading.Thread(target=work, name=name, daemon=True))
            self._threads[-1].start()

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
        self._seen_ms = now

    def look(self) -> None:
        """Once a second, say that the open sales are looked after; then meet the deadlines that have settled. In this
        order: a deadline that came in an outage is not met but moved."""
        self._pulse()
        now = self.engine.clock.now_ms()
        if now - self._tried_ms >= ALIVE_MS:
            self._tried_ms = now
            self._take_on()
            self._beat(now)
        for book in self.engine.books:
            deadline = book.sale.next_deadline_ms
            if deadline is not None and deadline + self._settle_ms <= now:
                self.engine.ask(Order(book.sale.id, ACTOR, cmd.Tick(now - self._settle_ms)))

    def _take_on(self) -> None:
        """Look after every sale that runs, also where another process began it."""
        with self.engine.store.read() as connection:
            running = journal.running_sales(connection)
        for sale in running:
            self.engine.book(sale)

    def _beat(self, now: int) -> None:
        unattended = []
        for book in self.engine.books:
            if not book.sale.begun:
                continue
            with self.engine.store.read() as connection:
                alive = journal.alive_ms(connection, book.sale.id)
            there = alive or book.head.at_ms
            if self._here_since_ms - there > OUTAGE_MS and _is_live(book):
                self._pause(book, now, max(there, book.head.at_ms))
            if alive is None or now - alive >= ALIVE_MS - SLACK_MS:
                unattended.append(book.sale.id)
        idle = [book.sale.id for book in self.engine.books if not book.sale.begun and book.head.n]
        if unattended:
            with self.engine.store.write() as connection:
                for sale in unattended:
                    journal.stay_alive(connection, sale, now)
        self._rest(idle)

    def _pause(self, book: Book, now: int, since_ms: int) -> None:
        log.error("nobody looked after the sale: it is paused", sale=book.sale.id, since_ms=since_ms)
        self.engine.ask(Order(book.sale.id, ACTOR, cmd.PauseSale(now, SYSTEM_FAULT, since_ms)))

    def _rest(self, idle: list[str]) -> None:
        """A sale without an open lot needs nobody to look after it."""
        with self.engine.store.read() as connection:
            awake = set(journal.alive_sales(connection)) & set(idle)
        if awake:
            with self.engine.store.write() as connection:
                for sale in awake:
                    journal.stay_alive(connection, sale, None)


def _is_live(book: Book) -> bool:
    return any(lot.status in LIVE for lot in book.sale.lots.values())
