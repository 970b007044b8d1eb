"""Sends the letters that wait: at once, then again after longer pauses. A letter that is not sent in a day is given up.

A crash between the sending and its note sends a letter twice. It has the same `Message-ID` then.
"""

import structlog
from sqlalchemy import delete, select

from models.mail import letters
from models.rows import LetterRow, typed

from ..base.clock import Clock
from ..base.config import Config
from ..base.loop import Loop
from ..base.runtime import spawn
from ..database.store import OutcomeUnknown, Store, Unavailable
from ..engine.engine import Engine
from ..outbox.deliveries import Deliveries
from ..outbox.letters import Letters
from .composing import Composer
from .following import LettersOfJournals
from .smtp import SMTP_WITHIN_S, MailLine, NotSent

log = structlog.get_logger()

LETTERS_LOOK_S = 2.0
LETTER_PAUSES_S = (10, 60, 300, 1800, 7200, 21_600, 43_200)
LETTERS_AT_ONCE = 50
"""Letters that one line takes before the next look."""
LETTERS_KEPT_MS = 30 * 24 * 3_600_000
"""A letter is kept so long after it was written, to say whether it was sent."""
NOT_NEEDED = "NOT_NEEDED"


class Postman:
    """Looks every two seconds for letters, if the house has a mail server."""

    def __init__(self, store: Store, clock: Clock, config: Config, engine: Engine, the_letters: Letters) -> None:
        self._store = store
        self._clock = clock
        self._config = config
        self._is_on = the_letters.are_sent
        self._following = LettersOfJournals(store, clock, the_letters)
        self._composer = Composer(store, clock, config, engine)
        self._deliveries = Deliveries(letters, LETTER_PAUSES_S, int(5 * SMTP_WITHIN_S * 1000))
        self._busy = False
        away = (Unavailable, OutcomeUnknown)
        self._loop = Loop("letters", self.look, LETTERS_LOOK_S, first_after_s=LETTERS_LOOK_S, expected=away)

    def start(self) -> "Postman":
        """Begin to look. A house without a mail server sends nothing."""
        if self._is_on:
            self._loop.start()
        return self

    def stop(self) -> None:
        """Look no more. A letter under way is not waited for."""
        self._loop.stop(1)

    def look(self) -> None:
        """Write the letters that the journals ask for, and begin to send what is due."""
        self._following.look()
        due = [] if self._busy else self._due()
        if due:
            self._busy = True
            spawn(lambda: self._send_all(due))

    def _due(self) -> list[LetterRow]:
        query = select(letters).where(letters.c.next_ms <= self._clock.now_ms())
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(letters.c.next_ms, letters.c.created_ms).limit(LETTERS_AT_ONCE))
            return [typed(LetterRow, row) for row in rows.mappings()]

    def _send_all(self, due: list[LetterRow]) -> None:
        try:
            self.send(due)
        except (Unavailable, OutcomeUnknown) as error:  # it is due again once it is no longer taken
            log.warning("a letter was not noted", reason=str(error))
        except Exception:  # a defect of ours: the log has it, and the letters are due again
            log.exception("letters could not be sent")
        finally:
            self._busy = False

    def send(self, due: list[LetterRow]) -> None:
        """Send letters over one line. If the server is away, the others wait for the next look."""
        with MailLine(self._config) as line:
            for row in due:
                if self._loop.stopping or not self._take(row):
                    continue
                fault, is_over = self._tried(line, row)
                self._note(row, fault, is_over=is_over)
                if fault in ("NO_CONNECTION", "TIMEOUT", "TLS_FAILED"):
                    break
        with self._store.write() as connection:
            old = letters.c.created_ms < self._clock.now_ms() - LETTERS_KEPT_MS
            connection.execute(delete(letters).where(old, letters.c.next_ms.is_(None)))

    def _take(self, row: LetterRow) -> bool:
        with self._store.write() as connection:
            return self._deliveries.take(connection, row, self._clock.now_ms())

    def _tried(self, line: MailLine, row: LetterRow) -> tuple[str | None, bool]:
        """The fault of a try, None for none, and whether it was the last."""
        letter = self._composer.compose(row)
        if letter is None:
            return NOT_NEEDED, True
        try:
            line.send(letter, self._clock.now_ms())
        except NotSent as error:
            log.warning("a letter was not sent", letter=row.id, kind=row.kind, fault=error.code)
            return error.code, error.is_final
        return None, True

    def _note(self, row: LetterRow, fault: str | None, *, is_over: bool) -> None:
        now = self._clock.now_ms()
        with self._store.write() as connection:
            values = {"fault": fault, "delivered_ms": now if fault is None else None}
            self._deliveries.note(connection, row, now, is_over=is_over, **values)
