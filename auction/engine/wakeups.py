"""Reads what other processes have written to a journal, so that the screens of this one show it too.

A process looks at once when it gets a hint, and once a second anyway. A hint is only a reason to look into the journal
now. It is never shown.
"""

import threading
import time
from collections.abc import Callable, Mapping

from ..base.loop import Loop
from ..database.store import Unavailable
from ..record import journal
from .engine import Engine

JOURNAL_EVERY_S = 1.0
GATHER_S = 0.005
"""How long hints gather: one look for all of them."""
MEASURE_EVERY_S = 5.0


class Wakeups:
    """Looks for one engine. `measure` compares the clocks, every five seconds."""

    def __init__(self, engine: Engine, measure: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._measure = measure
        self._hinted: dict[str, int] = {}
        self._look_at_s = self._measure_at_s = 0.0
        self._wake = threading.Condition()
        self._loop = Loop("wakeups", self._turn, GATHER_S, wake=self._wake, expected=Unavailable)

    def hear(self, heads: Mapping[str, int]) -> None:
        """Take a hint that these sales' journals have come to these numbers. Sales that are not at hand are ignored."""
        known = self._known()
        news = {sale: n for sale, n in heads.items() if n > known.get(sale, n)}
        if news:
            with self._wake:
                self._hinted |= news
                self._wake.notify()

    def look_now(self) -> None:
        """Hints may have been missed: do not wait for the second to be over."""
        with self._wake:
            self._look_at_s = 0.0
            self._wake.notify()

    def look(self) -> None:
        """Show what the command line, or another process, has written to the journal of a sale at hand."""
        known = self._known()
        with self._engine.store.read() as connection:
            kept = journal.heads(connection, known)
        for sale, n in kept.items():
            if n > known[sale]:
                self._engine.refresh(sale, n)

    def start(self) -> None:
        """Compare the clocks, then begin to look."""
        self._measure()
        self._loop.start()

    def stop(self) -> None:
        """Look no more."""
        self._loop.stop(5)

    def _known(self) -> dict[str, int]:
        return {book.sale.id: book.head.n for book in self._engine.books}

    def _turn(self) -> None:
        with self._wake:
            if not self._hinted and not self._loop.stopping:
                self._wake.wait(max(self._look_at_s - time.monotonic(), 0.0))
            hinted, self._hinted = self._hinted, {}
        for sale, n in hinted.items():
            self._engine.refresh(sale, n)
        self._look_when_due()

    def _look_when_due(self) -> None:
        now_s = time.monotonic()
        if now_s >= self._look_at_s:
            self._look_at_s = now_s + JOURNAL_EVERY_S
            self.look()
        if now_s >= self._measure_at_s:
            self._measure_at_s = now_s + MEASURE_EVERY_S
            self._measure()
