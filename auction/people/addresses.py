"""The address of an account. Its owner confirms it, and comes back by it. The house writes to it in his language."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from models.people import users

from ..base.clock import Clock
from ..base.rejected import Rejected
from ..database.store import Store
from ..outbox.letters import LetterKind, Letters
from . import links
from .claims import fold_email, remove_idle
from .links import Purpose


class Addresses:
    """The addresses of all accounts. Without a mail server the staff hands the links out."""

    def __init__(self, store: Store, clock: Clock, letters: Letters) -> None:
        self._store = store
        self._clock = clock
        self._letters = letters

    @property
    def are_written_to(self) -> bool:
        """Whether the house has a mail server."""
        return self._letters.are_sent

    def ask_to_confirm(self, user: str) -> None:
        """Send the owner of an account a link that confirms its address."""
        with self._store.write() as connection:
            email = connection.scalar(select(users.c.email).where(users.c.id == user))
            if email is not None:
                self._letters.post_to_address(connection, LetterKind.CONFIRM, email, user)

    def confirm(self, token: str) -> str:
        """Use a link that confirms an address; the account. Raises Rejected.

        Other accounts that claimed the address go, unless they took part in a sale.
        """
        now = self._clock.now_ms()
        try:
            with self._store.write() as connection:
                link = links.spend(connection, token, Purpose.CONFIRM, now)
                if link is None or link.user is None:
                    raise Rejected("LINK_OVER")
                settled = {"claimed": False, "confirmed_ms": now}
                connection.execute(update(users).where(users.c.id == link.user), settled)
                remove_idle(connection, self._others(connection, link.user))
        except IntegrityError as error:
            raise Rejected("EMAIL_TAKEN") from error
        return str(link.user)

    def forgot(self, email: str) -> None:
        """Send a link for a new password, if the house knows an account by this address that was confirmed.

        The row that is written is the same whether there is one: the caller learns nothing, not even by the time.
        """
        with self._store.write() as connection:
            self._letters.post_to_address(connection, LetterKind.RESET, fold_email(email))

    def speak(self, user: str, language: str) -> None:
        """Write to a person in a language from now on."""
        other = (users.c.id == user) & users.c.language.is_distinct_from(language)
        with self._store.read() as connection:
            changes = connection.execute(select(users.c.id).where(other)).first() is not None
        if changes:
            with self._store.write() as connection:
                connection.execute(update(users).where(other), {"language": language})

    def set_outbid(self, user: str, *, wanted: bool) -> None:
        """Say whether a person wants a letter when he is outbid."""
        with self._store.write() as connection:
            connection.execute(update(users).where(users.c.id == user), {"mail_outbid": wanted})

    @staticmethod
    def _others(connection: Connection, user: str) -> Sequence[str]:
        email = select(users.c.email).where(users.c.id == user).scalar_subquery()
        claims = select(users.c.id).where(users.c.email == email, users.c.claimed.is_(True), users.c.id != user)
        return list(connection.scalars(claims))
