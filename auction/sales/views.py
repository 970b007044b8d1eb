"""Counts how often the page of a lot is opened. No row has a name, an address or a cookie.

A browser counts once a day for a lot. The process keeps a short hash of its address and name, so that it knows it
again. The salt is drawn anew each day. Neither leaves memory. The counts are written together every few seconds.
"""

import re
import threading
from collections import Counter
from hashlib import blake2b
from secrets import token_bytes

from sqlalchemy import Connection, insert, select, update

from models.catalog import lots
from models.interest import lot_views

from ..base.clock import Clock
from ..base.loop import Loop
from ..database.store import OutcomeUnknown, Store, Unavailable

WRITE_EVERY_S = 5.0
MOST_KNOWN = 200_000
"""Openings that a process remembers of a day; after that it begins anew, and counts some twice."""
MOST_OF_ADDRESS = 50
"""Openings of one lot that count from one address in a day. A hall may be behind it, and so may one machine."""
_PROGRAM = re.compile(r"bot|crawl|spider|slurp|preview|curl|wget", re.IGNORECASE)


class Views:
    """The openings of all lots' pages in this process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._turn = threading.Lock()
        self._day = -1
        self._salt = b""
        self._known: set[bytes] = set()
        self._of_address: Counter[bytes] = Counter()
        self._counts: Counter[tuple[str, str]] = Counter()
        away = (Unavailable, OutcomeUnknown)
        self._loop = Loop("views", self.write, WRITE_EVERY_S, first_after_s=WRITE_EVERY_S, expected=away)

    def start(self) -> "Views":
        """Begin to write."""
        self._loop.start()
        return self

    def stop(self) -> None:
        """Write what is left, and no more."""
        self._loop.stop(1)
        self.write()

    def count(self, sale: str, lot: str, address: str, browser: str) -> None:
        """Count an opening, unless this browser has opened the page today, or calls itself a program."""
        if not browser or _PROGRAM.search(browser):
            return
        with self._turn:
            self._begin_day()
            who, whence = (self._hash(sale, lot, address, each) for each in (browser, ""))
            if who in self._known or self._of_address[whence] >= MOST_OF_ADDRESS:
                return
            self._known.add(who)
            self._of_address[whence] += 1
            self._counts[sale, lot] += 1

    def write(self) -> None:
        """Write what was counted since; what cannot be written just now waits."""
        with self._turn:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            with self._store.write() as connection:
                for (sale, lot), count in counts.items():
                    _add(connection, sale, lot, count)
        except BaseException:
            with self._turn:
                self._counts += counts
            raise

    def _begin_day(self) -> None:
        day = self._clock.now_ms() // 86_400_000
        if day != self._day or len(self._known) >= MOST_KNOWN:
            self._day, self._salt = day, token_bytes(16)
            self._known.clear()
            self._of_address.clear()

    def _hash(self, *said: str) -> bytes:
        return blake2b("\0".join(said).encode(errors="replace"), digest_size=8, key=self._salt).digest()


def _add(connection: Connection, sale: str, lot: str, count: int) -> None:
    """Add to a lot's views; a lot that is not there any more has none."""
    this = (lot_views.c.sale == sale) & (lot_views.c.lot == lot)
    added = update(lot_views).where(this).values(views=lot_views.c.views + count)
    if connection.execute(added).rowcount:
        return
    there = select(lots.c.lot).where(lots.c.sale == sale, lots.c.lot == lot).with_for_update()
    if connection.execute(there).one_or_none() is None or connection.execute(added).rowcount:
        return
    connection.execute(insert(lot_views), {"sale": sale, "lot": lot, "views": count})
