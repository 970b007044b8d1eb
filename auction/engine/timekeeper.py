"""Meets the deadlines of the sales, and gives bidders back the time in which the house was away.

While a lot is open, the processes of the house keep its `alive_ms` fresh. Every process looks after all sales that run.
So one may die, and the others keep time. The first to find `alive_ms` stale writes it; each commit renews it too. A gap
of more than a second means that no process could commit. The commit that ends the gap first moves the deadlines. A
restart, or a machine that slept, makes the process itself absent. After more than five seconds of that, the commit
pauses the sale with `SYSTEM_FAULT`. That stops English lots too. Their clocks stand still from the
last `alive_ms` on.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from time import sleep

import structlog

from ..base.clock import STEP_MS, ticks_ms
from ..base.loop import Loop
from ..database.store import Unavailable
from ..record import journal
from ..rules import commands as cmd
from ..rules.lot import LIVE
from ..rules.timed import SYSTEM_FAULT
from .engine import Book, Engine
from .orders import Order

log = structlog.get_logger()

BEAT_S, CALM_BEAT_S = 0.05, 0.2
"""Seconds between two looks at the clock: with a deadline set, and without one. A new deadline may be seen so late."""
PULSE_S = 0.5
LOOK_MS, TAKE_ON_MS = 100, 1_000
ALIVE_MS, CALM_ALIVE_MS = 250, 900
"""How old `alive_ms` may become before a process writes it again: with a running deadline, and without one."""
AWAY_MS = 1_000
OUTAGE_MS = 5_000
ACTOR = "system"


class Timekeeper:
    """Keeps time for one engine. It meets a deadline `settle_ms` after it, so that bids stamped before go first."""

    def __init__(self, engine: Engine, settle_ms: int) -> None:
        self.engine = engine
        self._settle_ms = settle_ms
        self._looked_ms = self._took_on_ms = 0
        self._seen_ms = self._here_since_ms = 0
        self._began_ms = 0
        self._ahead: set[str] = set()
        self._pulsing = Loop("pulse", self._pulse, PULSE_S, first_after_s=PULSE_S)
        self._looking = Loop("timekeeper", self._turn, BEAT_S, expected=Unavailable)
        self.agree: Callable[[int], None] = lambda _house_ms: None
        """Told what time the other processes of the house go by, before this one keeps time."""

    def start(self) -> None:
        """Recover the sales that were open when their process ended, then keep time."""
        self.take_charge()
        self._pulsing.start()
        self._looking.start()

    def take_charge(self) -> None:
        """From here on this process counts as the house. Its commits renew `alive_ms`, and end an absence."""
        self._pulse()
        self._began_ms = self._here_since_ms
        self._take_on()
        if not self.engine.store.is_sqlite:  # its one process is alone
            self._join_others()
        for book, alive_ms in self._begun():
            if max(book.head.at_ms, alive_ms or 0) - self._began_ms > STEP_MS:
                self._ahead.add(book.sale.id)
        self.engine.keeps_time, self.engine.after_absence = True, self.after_absence

    def _join_others(self) -> None:
        """If other processes look after a sale, their time is that of the house, and the house was not away.

        Their last word may seem too old, because they were slow to write it. It may seem hours old, or ahead: they do
        not follow a database's clock that jumps under an open lot, and this process has just taken its time from there.
        """
        doubtful = {
            book.sale.id: (alive_ms, _lasts_ms(book))
            for book, alive_ms in self._begun()
            if alive_ms is not None and not -STEP_MS <= self._began_ms - alive_ms <= 3 * ALIVE_MS
        }
        house_ms = self._said_anew(doubtful) if doubtful else None
        if house_ms is None:
            return
        if abs(self.engine.clock.now_ms() - house_ms) > STEP_MS:
            self.agree(house_ms)
        self._seen_ms = self._here_since_ms = self._began_ms = self.engine.clock.now_ms()

    def _said_anew(self, doubtful: Mapping[str, tuple[int, int]]) -> int | None:
        """The time of another process, which says it within its beat if it runs. None: no other process runs."""
        give_up_ms = ticks_ms() + max(lasts_ms for _, lasts_ms in doubtful.values()) + ALIVE_MS
        while ticks_ms() < give_up_ms:
            sleep(BEAT_S)
            with self.engine.store.read() as connection:
                words = {sale: journal.standing_of(connection, sale)[1] for sale in doubtful}
            news = [word for sale, word in words.items() if word is not None and word != doubtful[sale][0]]
            if news:
                return max(news)
        return None

    def may_follow(self, to_ms: int) -> bool:
        """Whether the clock may jump: no lot's clock runs, and no sale's journal would be ahead of it."""
        return not any(
            _is_live(book) or (book.head.at_ms > to_ms and not book.sale.closed) for book in self.engine.books
        )

    def stop(self) -> None:
        """Keep time no more."""
        self._pulsing.stop(5)
        self._looking.stop(5)

    def _turn(self) -> float:
        self.look()
        has_deadlines = any(book.sale.next_deadline_ms is not None for book in self.engine.books)
        return BEAT_S if has_deadlines else CALM_BEAT_S

    def _pulse(self) -> None:
        """Note that this process is there, whatever the database does. After an absence note since when it is there."""
        now = self.engine.clock.now_ms()
        if now - self._seen_ms > OUTAGE_MS:
            self._here_since_ms = now
        self._here_since_ms = min(self._here_since_ms, now)  # the clock may have been put back
        self._began_ms = min(self._began_ms, now)
        self._seen_ms = now

    def look(self) -> None:
        """Renew `alive_ms` of the open sales, then meet the deadlines that have settled.

        The order matters. A deadline that fell into an absence is moved, not met.
        """
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
        """Renew each stale `alive_ms`. If the house was away from a sale, commit, which ends the absence."""
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
        """The sales with a lot under way, each with its `alive_ms`."""
        begun = [book for book in self.engine.books if book.sale.begun]
        with self.engine.store.read() as connection:
            return [(book, journal.standing_of(connection, book.sale.id)[1]) for book in begun]

    def after_absence(self, book: Book, alive_ms: int | None) -> Order | None:
        """The order that comes before all others if no process could commit since `alive_ms`; else None."""
        self._pulse()
        command = self._after_absence(book, alive_ms)
        if command is None:
            return None
        log.error("no bid was possible", sale=book.sale.id, since_ms=command.since_ms, then=type(command).__name__)
        return Order(book.sale.id, ACTOR, command)

    def _after_absence(self, book: Book, alive_ms: int | None) -> cmd.PauseSale | cmd.MoveDeadlines | None:
        """Pause the sale if this process was absent too, or began before the journal's own time.

        If only the database was away, move the deadlines.
        """
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
        """Clear `alive_ms` of sales without an open lot: no process looks after them."""
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
