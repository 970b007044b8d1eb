"""New passwords for bidders whose address is not confirmed: one of the staff asks, another one grants.

With such a link a person can sign in as the bidder. So it takes two of the staff. Both stand in the row. The bidder's
paddles are held, and their bids bind. He confirms at his next sign-in that he asked for the link. That ends the hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from models.people import registrations, resets, users
from models.rows import ResetRow, typed

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..people.accounts import Accounts
from ..people.links import HOUR_MS, Purpose
from ..rules.refusals import Code
from .bidders import reset_is_open
from .holding import Holding

ASKED_FOR_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(ResetRow):
    """A link for a new password that is under way, with the names of who asked and who granted."""

    asked_name: str
    granted_name: str | None


class Resets:
    """Links for new passwords that two of the staff make together."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, holding: Holding) -> None:
        self._store = store
        self._clock = clock
        self._accounts = accounts
        self._holding = holding

    def takes_two(self, user: str) -> bool:
        """Whether a link for an account takes two people: it has applied to a sale, so its user may bid."""
        with self._store.read() as connection:
            applied = select(registrations.c.id).where(registrations.c.user == user).limit(1)
            return connection.execute(applied).first() is not None

    def of(self, user: str) -> Reset | None:
        """The reset under way for an account; None: there is none."""
        return self.of_each([user]).get(user)

    def of_each(self, accounts: Iterable[str]) -> dict[str, Reset]:
        """The resets under way for these accounts; an account without one is left out."""
        wanted = list(accounts)
        asked, granted = users.alias("asked"), users.alias("granted")
        query = (
            select(resets, asked.c.name.label("asked_name"), granted.c.name.label("granted_name"))
            .join_from(resets, asked, asked.c.id == resets.c.asked_by)
            .join(granted, granted.c.id == resets.c.granted_by, isouter=True)
            .where(resets.c.user.in_(wanted))
            .order_by(resets.c.asked_ms, resets.c.id.desc())
        )
        with self._store.read() as connection:
            last = {row.user: typed(Reset, row._mapping) for row in connection.execute(query)} if wanted else {}
        return {user: row for user, row in last.items() if row.confirmed_ms is None and not self._is_old(row)}

    def is_open(self, user: str) -> bool:
        """Whether a link was granted, and the bidder has not confirmed it yet."""
        with self._store.read() as connection:
            return reset_is_open(connection, user)

    def ask(self, user: str, by: str) -> None:
        """Ask for a link. An earlier request that was not granted no longer counts."""
        row = {"id": new_id(), "user": user, "asked_by": by, "asked_ms": self._clock.now_ms(), "held": []}
        with self._store.write() as connection:
            connection.execute(insert(resets), row)

    def grant(self, user: str, by: str) -> None:
        """Grant what another of the staff has asked for, and hold the account's paddles. Raises Rejected."""
        row = self.of(user)
        if row is None or row.granted_ms is not None:
            raise Rejected("NOTHING_ASKED")
        if row.asked_by == by:
            raise Rejected("SECOND_PERSON")
        held = self._holding.free_paddles(user)
        granted = {"granted_by": by, "granted_ms": self._clock.now_ms(), "held": held}
        with self._store.write() as connection:
            if connection.execute(update(resets).where(_still_asked(row.id)), granted).rowcount != 1:
                raise Rejected("NOTHING_ASKED")
        self._holding.hold_account(user, by, Code.SUSPENDED, for_reset=True)
        if self._holding.free_paddles(user):  # no link while one of them may bid
            raise Rejected("NOT_ALLOWED_NOW")

    def take(self, user: str, by: str) -> str:
        """The token of the link, once, for who asked for it. Raises Rejected."""
        row = self.of(user)
        if row is None or row.granted_ms is None or row.asked_by != by or self._holding.free_paddles(user):
            raise Rejected("NOTHING_ASKED")
        this = (resets.c.id == row.id) & resets.c.taken_ms.is_(None)
        with self._store.write() as connection:
            if connection.execute(update(resets).where(this), {"taken_ms": self._clock.now_ms()}).rowcount != 1:
                raise Rejected("NOTHING_ASKED")
        return self._accounts.make_link(Purpose.RESET, user)

    def confirm(self, user: str) -> None:
        """The bidder says that he asked for it: paddles that were held for this alone may bid again."""
        mine = (resets.c.user == user) & resets.c.granted_ms.is_not(None) & resets.c.confirmed_ms.is_(None)
        with self._store.read() as connection:
            held = list(connection.scalars(select(resets.c.held).where(mine)))
        for registration in {each for rows in held for each in rows}:
            self._holding.end_reset(registration, user)
        with self._store.write() as connection:
            connection.execute(update(resets).where(mine), {"confirmed_ms": self._clock.now_ms()})

    def _is_old(self, row: ResetRow) -> bool:
        """Whether it was not granted in time."""
        return row.granted_ms is None and row.asked_ms < self._clock.now_ms() - ASKED_FOR_MS


def _still_asked(reset: str) -> Any:
    return (resets.c.id == reset) & resets.c.granted_ms.is_(None)
