"""New passwords for bidders who forgot theirs, while no mail is sent: one of the staff asks, another one grants.

With such a link a person can sign in as the bidder. So it takes two of the staff. Both stand in the row. The bidder's
paddles are held, and their bids bind. He confirms at his next sign-in that he asked for the link. That ends the hold.
"""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from models.people import registrations, resets, users

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..people.accounts import Accounts
from ..people.links import HOUR_MS, Purpose
from ..rules.refusals import Code
from .bidders import reset_is_open
from .holding import Holding

Row = dict[str, Any]
ASKED_FOR_MS = 24 * HOUR_MS


class Resets:
    """Links for new passwords that two of the staff make together."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, holding: Holding) -> None:
        self._store = store
        self._clock = clock
        self._accounts = accounts
        self._holding = holding

    def takes_two(self, user: str) -> bool:
        """Whether a link for an account takes two: it has applied to a sale, so whoever enters it may bid."""
        with self._store.read() as connection:
            applied = select(registrations.c.id).where(registrations.c.user == user).limit(1)
            return connection.execute(applied).first() is not None

    def of(self, user: str) -> Row | None:
        """The reset under way for an account, with the names of those who asked and granted; None: there is none."""
        with self._store.read() as connection:
            row = _last(connection, user)
            if row is None or row["confirmed_ms"] is not None or self._is_old(row):
                return None
            names = select(users.c.id, users.c.name).where(users.c.id.in_((row["asked_by"], row["granted_by"])))
            known = {each.id: each.name for each in connection.execute(names)}
        return {**row, "asked_name": known.get(row["asked_by"]), "granted_name": known.get(row["granted_by"])}

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
        if row is None or row["granted_ms"] is not None:
            raise Rejected("NOTHING_ASKED")
        if row["asked_by"] == by:
            raise Rejected("SECOND_PERSON")
        held = self._holding.free_paddles(user)
        granted = {"granted_by": by, "granted_ms": self._clock.now_ms(), "held": held}
        with self._store.write() as connection:
            if connection.execute(update(resets).where(_still_asked(row["id"])), granted).rowcount != 1:
                raise Rejected("NOTHING_ASKED")
        self._holding.hold_account(user, by, Code.SUSPENDED, for_reset=True)
        if self._holding.free_paddles(user):  # no link while one of them may bid
            raise Rejected("NOT_ALLOWED_NOW")

    def take(self, user: str, by: str) -> str:
        """The token of the link, once, for who asked for it. Raises Rejected."""
        row = self.of(user)
        if row is None or row["granted_ms"] is None or row["asked_by"] != by or self._holding.free_paddles(user):
            raise Rejected("NOTHING_ASKED")
        this = (resets.c.id == row["id"]) & resets.c.taken_ms.is_(None)
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

    def _is_old(self, row: Row) -> bool:
        """Whether it was not granted in time."""
        return row["granted_ms"] is None and row["asked_ms"] < self._clock.now_ms() - ASKED_FOR_MS


def _last(connection: Connection, user: str) -> Row | None:
    query = select(resets).where(resets.c.user == user).order_by(resets.c.asked_ms.desc(), resets.c.id).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _still_asked(reset: str) -> Any:
    return (resets.c.id == reset) & resets.c.granted_ms.is_(None)
