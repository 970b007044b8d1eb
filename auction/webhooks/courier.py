"""Delivers the messages of the outbox: at once, then again after longer pauses. No webhook waits for another.

A process takes a message for a while before it calls. So two processes do not send the same one at once. After a crash
between call and note a receiver gets a message twice. It has the same `webhook-id` then.
"""

import time
from dataclasses import dataclass

import structlog
from sqlalchemy import insert, select, update

from models.rows import WebhookMessageRow, typed
from models.webhooks import webhook_messages, webhook_tries, webhooks

from ..base.clock import Clock
from ..base.config import Config
from ..base.loop import Loop
from ..base.rejected import Rejected
from ..base.runtime import spawn
from ..database.store import OutcomeUnknown, Store, Unavailable
from ..outbox.deliveries import Deliveries
from .calling import WITHIN_S, CallFailed, call, checked, receiver_of
from .outbox import Outbox
from .registry import GONE
from .signing import secret_of, signature_headers

log = structlog.get_logger()

LOOK_AFTER_S = 0.5
PAUSES_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Before the second try, the third and so on; together three days. After that a message is given up."""
TAKEN_FOR_MS = int(3 * WITHIN_S * 1000)
CALLS_AT_ONCE = 50
"""How many webhooks are called beside each other."""
HTTP_GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a try: a status, or a code of the fault."""

    status: int | None
    fault: str | None
    took_ms: int

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Courier:
    """Looks twice a second for what is due."""

    def __init__(self, store: Store, clock: Clock, config: Config) -> None:
        self._store = store
        self._clock = clock
        self._config = config
        self._outbox = Outbox(store, clock)
        self._deliveries = Deliveries(webhook_messages, PAUSES_S, TAKEN_FOR_MS)
        self._busy: set[str] = set()
        away = (Unavailable, OutcomeUnknown)
        self._loop = Loop("webhooks", self.look, LOOK_AFTER_S, first_after_s=LOOK_AFTER_S, expected=away)

    def start(self) -> "Courier":
        """Begin to look."""
        self._loop.start()
        return self

    def stop(self) -> None:
        """Look no more. A call under way is not waited for: its message is sent again."""
        self._loop.stop(1)

    def look(self) -> None:
        """Fill the outbox, and begin to deliver what is due."""
        self._outbox.fill()
        for message in self._due():
            if message.webhook not in self._busy and len(self._busy) < CALLS_AT_ONCE and self._take(message):
                self._busy.add(message.webhook)
                spawn(lambda message=message: self._deliver(message))  # type: ignore[misc]

    def _due(self, webhook: str | None = None) -> list[WebhookMessageRow]:
        """The next message of each webhook that holds and has one due, or of one webhook, the oldest first."""
        due = select(webhook_messages).join(webhooks, webhooks.c.id == webhook_messages.c.webhook)
        due = due.where(webhook_messages.c.next_ms <= self._clock.now_ms(), webhooks.c.ended_ms.is_(None))
        due = due.order_by(webhook_messages.c.next_ms, webhook_messages.c.created_ms).limit(1000)
        if webhook is not None:
            due = due.where(webhooks.c.id == webhook)
        with self._store.read() as connection:
            rows = [typed(WebhookMessageRow, row) for row in connection.execute(due).mappings()]
        return list({row.webhook: row for row in reversed(rows)}.values())

    def _take(self, message: WebhookMessageRow) -> bool:
        """Keep other processes from the message for as long as a call can take; whether none was quicker."""
        with self._store.write() as connection:
            return self._deliveries.take(connection, message, self._clock.now_ms())

    def _deliver(self, message: WebhookMessageRow) -> None:
        """Send a message, and as long as all goes well those behind it."""
        try:
            waiting = [message]
            while waiting and not self._loop.stopping:
                began_ms = self._clock.now_ms()
                outcome = self._tried(waiting[0])
                self._note(waiting[0], began_ms, outcome)
                behind = self._due(message.webhook) if outcome.is_good else []
                waiting = [each for each in behind[:1] if self._take(each)]
        except (Unavailable, OutcomeUnknown) as error:  # it is due again once it is no longer taken
            log.warning("a try was not noted", message=message.id, reason=str(error))
        except Exception:  # a defect of ours: the log has it, and the message is due again
            log.exception("a message could not be sent", message=message.id)
        finally:
            self._busy.discard(message.webhook)

    def _tried(self, message: WebhookMessageRow) -> Outcome:
        """Call the receiver once."""
        with self._store.read() as connection:
            url = connection.scalar(select(webhooks.c.url).where(webhooks.c.id == message.webhook))
        body, began_s = message.body.encode(), time.monotonic()
        secret = secret_of(self._config.secret_key, message.webhook)
        headers = signature_headers(secret, message.id, self._clock.now_ms() // 1000, body)
        status, fault = None, None
        try:
            receiver = receiver_of(str(url), self._config.webhook_networks)
            status = call(receiver, checked(receiver, self._config.webhook_networks), headers, body)
        except CallFailed as error:
            fault = str(error)
        except Rejected as error:  # the setting allowed it when it was made
            fault = error.code
        return Outcome(status, fault, int((time.monotonic() - began_s) * 1000))

    def _note(self, message: WebhookMessageRow, began_ms: int, outcome: Outcome) -> None:
        """Keep the try, and say when the next one comes."""
        n, now = message.tries + 1, self._clock.now_ms()
        tried = {"message": message.id, "n": n, "at_ms": began_ms, "took_ms": outcome.took_ms}
        with self._store.write() as connection:
            connection.execute(insert(webhook_tries), {**tried, "status": outcome.status, "fault": outcome.fault})
            good = outcome.is_good
            self._deliveries.note(connection, message, now, is_over=good, delivered_ms=now if good else None)
            if outcome.status == HTTP_GONE:
                this = (webhooks.c.id == message.webhook) & webhooks.c.ended_ms.is_(None)
                connection.execute(update(webhooks).where(this), {"ended_ms": now, "ended_because": GONE})
        if not outcome.is_good:
            log.warning("a webhook was not delivered", message=message.id, status=outcome.status, fault=outcome.fault)
