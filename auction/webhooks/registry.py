"""The webhooks of all sales: made, seen with their messages and tries, ended, and a message sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, insert, select, update

from models.money import ledger_entries
from models.rows import WebhookMessageRow, WebhookRow, WebhookTryRow, typed
from models.webhooks import webhook_messages, webhook_tries, webhooks

from ..base.clock import Clock, new_id
from ..base.config import Config
from ..base.rejected import Rejected
from ..database.store import Store
from ..record import journal
from .calling import receiver_of
from .kinds import MESSAGE_KINDS
from .signing import secret_of, told_secret

MOST_WEBHOOKS = 10
"""Of one sale that hold at the same time."""
SHOWN_MESSAGES = 100
PERSON, GONE = "person", "gone"


@dataclass(frozen=True, slots=True)
class TriedMessage:
    """A message with every try to deliver it."""

    row: WebhookMessageRow
    tries: Sequence[WebhookTryRow]


class Webhooks:
    """The webhooks of all sales."""

    def __init__(self, store: Store, clock: Clock, config: Config) -> None:
        self._store = store
        self._clock = clock
        self._config = config

    def secret(self, webhook: str) -> str:
        """The secret with which a webhook's messages are signed, as its receiver keeps it."""
        return told_secret(secret_of(self._config.secret_key, webhook))

    def make(self, sale: str, url: str, kinds: Sequence[str], by: str, key: str | None = None) -> WebhookRow:
        """A new webhook of a sale. It tells what happens from now on. Raises Rejected.

        The same person with the same key, if there is one, gets the same webhook again.
        """
        receiver_of(url, self._config.webhook_networks)
        if not kinds or set(kinds) - set(MESSAGE_KINDS):
            raise Rejected("NO_WEBHOOK_KIND", "kinds")
        wanted = [each for each in MESSAGE_KINDS if each in kinds]
        webhook = new_id() if key is None else _id_of_key(sale, by, key)
        entries = select(func.max(ledger_entries.c.n)).where(ledger_entries.c.sale == sale)
        with self._store.write() as connection:
            made = connection.execute(select(webhooks).where(webhooks.c.id == webhook)).mappings().one_or_none()
            if made is not None:
                if (made["url"], list(made["kinds"])) != (url, wanted):
                    raise Rejected("KEY_CONFLICT")
                return typed(WebhookRow, made)
            held = select(func.count()).select_from(webhooks)
            held = held.where(webhooks.c.sale == sale, webhooks.c.ended_ms.is_(None))
            if (connection.scalar(held) or 0) >= MOST_WEBHOOKS:
                raise Rejected("TOO_MANY_WEBHOOKS", most=MOST_WEBHOOKS)
            head = journal.head_of(connection, sale)
            row = {"id": webhook, "sale": sale, "url": url, "kinds": wanted, "created_by": by}
            begins = {"event_n": head.n if head is not None else 0, "entry_n": connection.scalar(entries) or 0}
            connection.execute(insert(webhooks), {**row, **begins, "created_ms": self._clock.now_ms()})
        return self.find(sale, webhook)

    def find(self, sale: str, webhook: str) -> WebhookRow:
        """One webhook of a sale. Raises Rejected."""
        this = select(webhooks).where(webhooks.c.sale == sale, webhooks.c.id == webhook)
        with self._store.read() as connection:
            row = connection.execute(this).mappings().one_or_none()
        if row is None:
            raise Rejected("UNKNOWN_WEBHOOK")
        return typed(WebhookRow, row)

    def of_sale(self, sale: str) -> list[WebhookRow]:
        """All webhooks of a sale, the newest first; those that have ended too."""
        query = select(webhooks).where(webhooks.c.sale == sale).order_by(webhooks.c.created_ms.desc(), webhooks.c.id)
        with self._store.read() as connection:
            return [typed(WebhookRow, row) for row in connection.execute(query).mappings()]

    def messages(self, webhook: str) -> list[TriedMessage]:
        """The newest messages of a webhook, each with its tries; `SHOWN_MESSAGES` at the most."""
        query = select(webhook_messages).where(webhook_messages.c.webhook == webhook)
        query = query.order_by(webhook_messages.c.created_ms.desc(), webhook_messages.c.id).limit(SHOWN_MESSAGES)
        with self._store.read() as connection:
            rows = [typed(WebhookMessageRow, row) for row in connection.execute(query).mappings()]
            tries = select(webhook_tries).where(webhook_tries.c.message.in_([row.id for row in rows]))
            found = connection.execute(tries.order_by(webhook_tries.c.n)).mappings()
            of_message: dict[str, list[WebhookTryRow]] = {}
            for each in found:
                of_message.setdefault(str(each["message"]), []).append(typed(WebhookTryRow, each))
        return [TriedMessage(row, of_message.get(row.id, [])) for row in rows]

    def end(self, sale: str, webhook: str) -> None:
        """End a webhook: nothing more is sent, not even what waits. Raises Rejected."""
        self.find(sale, webhook)
        with self._store.write() as connection:
            this = (webhooks.c.id == webhook) & webhooks.c.ended_ms.is_(None)
            now = self._clock.now_ms()
            connection.execute(update(webhooks).where(this), {"ended_ms": now, "ended_because": PERSON})

    def send_again(self, sale: str, webhook: str, message: str) -> None:
        """Put a message in the first place again, whether it was delivered or given up. Raises Rejected."""
        row = self.find(sale, webhook)
        if row.ended_ms is not None:
            raise Rejected("WEBHOOK_ENDED")
        this = (webhook_messages.c.webhook == webhook) & (webhook_messages.c.id == message)
        with self._store.write() as connection:
            again = {"next_ms": self._clock.now_ms(), "delivered_ms": None}
            if connection.execute(update(webhook_messages).where(this), again).rowcount != 1:
                raise Rejected("UNKNOWN_WEBHOOK")


def _id_of_key(sale: str, by: str, key: str) -> str:
    """The id of the webhook that a person makes of a sale with a key."""
    return sha256("\0".join((sale, by, key)).encode()).hexdigest()[:32]
