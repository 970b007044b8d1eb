"""Whether this process can decide a bid and keep it. `/healthz` says it, load balancers hear it.

Two witnesses: a probe that writes as a bid does, and the answers that bids got. The probe runs once a second at the
most, however many ask, so that a stranger who asks costs nothing.
"""

import threading
import time
from collections.abc import Callable

import structlog

from ..database.store import OtherVersion
from ..record import journal
from .engine import Engine

log = structlog.get_logger()

PROBE_EVERY_S = 1.0
STUCK_S = 5.0
"""Longer than any turn of the writer that goes well: two seconds of waiting for the database and its answer."""


class Health:
    """The reasons why the next bid cannot be taken. `also` asks others for theirs, such as the sockets' door."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._looking = threading.Lock()
        self._looked_s = -PROBE_EVERY_S
        self._reason: str | None = "not looked yet"
        self.also: list[Callable[[], str | None]] = []

    def reason(self) -> str | None:
        """Why the next bid would not be taken; None where nothing is known against it. It never raises."""
        known = next(filter(None, (self._of_the_writer(), *(each() for each in self.also))), None)
        return known or self._of_the_database()

    def _of_the_writer(self) -> str | None:
        if not self._engine.decides:
            return "nothing is decided"
        if self._engine.is_full:
            return "too much is waiting"
        return "a turn of the writer takes too long" if self._engine.turn_lasts_s > STUCK_S else None

    def _of_the_database(self) -> str | None:
        """As it was found within the last second; while one caller looks the others get what was known before."""
        if time.monotonic() - self._looked_s >= PROBE_EVERY_S and self._looking.acquire(blocking=False):
            try:
                self._reason = self._look()
                self._looked_s = time.monotonic()
            finally:
                self._looking.release()
        return self._reason

    def _look(self) -> str | None:
        """Write; and where bids were refused, lock what they could not lock."""
        troubled = self._engine.troubled
        try:
            with self._engine.store.write() as connection:
                self._engine.store.touch(connection)
                for sale in troubled:
                    journal.head_of(connection, sale, lock=self._engine.store.locks_rows)
        except OtherVersion as error:
            return str(error)
        except Exception as error:  # a bid would meet the failure too; its text is not for everybody
            log.warning("the database cannot be written", reason=str(error))
            return "the database cannot be written"
        self._engine.calm(troubled)
        return None
