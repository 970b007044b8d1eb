"""Places and releases holds of paddles on a server, and says whether their bids fall (scenario, *Holds*).

A paddle of a published sale is held by a command of the engine, because that changes who leads. A draft has no
bids. There the reason stands in the row, and the paddle is admitted with it.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, select, update

from models.catalog import sales
from models.people import registrations, resets
from models.rows import RegistrationStatus, SaleStatus

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..engine.orders import Answer, Order, Stale
from ..people.roles import has_served
from ..rules import commands as cmd
from ..rules.holds import has_bids
from ..rules.lot import Status
from ..rules.refusals import Code
from ..rules.rights import BOTH_AGREE, CHANNELS, CONFLICT, KEEP, VOID
from .applicants import Applicant, applicant, applicants
from .bidders import OPEN_TO_BIDDERS, Registration, reset_is_open

WHYS = ("DISPUTE", "TECHNICAL", "TITLE_EVIDENCE", "AUTHORITY", "OTHER")
"""Why an organizer asks that the bids of a held paddle fall."""


class Holding:
    """Holds, releases and channels of all sales."""

    def __init__(self, store: Store, clock: Clock, engine: Engine, registration: Registration) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine
        self._registration = registration

    # --- one paddle ---

    def hold(
        self, registration: str, actor: str, reason: str, lot: str | None = None, *, for_reset: bool = False
    ) -> Answer | None:
        """Hold a paddle. Its bids fall where the law forbids them (`CONFLICT`, `DEFAULTER_BARRED`), else they bind.

        `for_reset`: only until the bidder has confirmed a new password. None in a draft. Raises Rejected.
        """
        row = self._row(registration)
        if row.status is not RegistrationStatus.ADMITTED or row.paddle is None:
            raise Rejected("UNKNOWN_REGISTRATION")
        rows = _not_for_a_reset(row) if reason == Code.SUSPENDED and not for_reset else None
        if row.sale_status is SaleStatus.DRAFT:
            self._in_draft(row, reason, rows)
            return None
        standing = KEEP if reason in BOTH_AGREE else VOID
        return self._order(row, actor, cmd.HoldPaddle(self._clock.now_ms(), row.paddle, reason, standing, lot), rows)

    def ask_void(self, registration: str, actor: str, why: str) -> Answer | None:
        """Ask the auctioneer to let the bids of a held paddle fall: both must want it. Raises Rejected."""
        row = self._row(registration)
        if why not in WHYS:
            raise Rejected("NO_REASON", "why")
        if row.paddle is None:
            raise Rejected("UNKNOWN_REGISTRATION")
        return self._order(row, actor, cmd.AskVoid(self._clock.now_ms(), row.paddle, why))

    def release(self, registration: str, actor: str) -> Answer | None:
        """End every hold of a paddle, also those with which it was admitted; nothing comes back. Raises Rejected."""
        row = self._row(registration)
        with self._store.read() as connection:
            if reset_is_open(connection, row.user):
                raise Rejected("RESET_NOT_CONFIRMED")
            if has_served(connection, row.sale, row.user):
                raise Rejected("STAFF_OF_SALE")
        return self._release(row, actor)

    def _release(self, row: Applicant, actor: str, rows: Callable[[Connection], None] | None = None) -> Answer | None:
        answer = self._registration.admit_with(row.id, actor, ()) if row.holds else None
        bidder = self._engine.book(row.sale).sale.bidders.get(row.paddle or "")
        if bidder is None or not bidder.held or (answer is not None and not answer.ok):
            return answer
        return self._order(row, actor, cmd.ReleasePaddle(self._clock.now_ms(), bidder.paddle), rows)

    def deposit(self, registration: str, actor: str, *, arrived: bool) -> Answer | None:
        """Say that the deposit has arrived, or after all has not: then the paddle is held, and its bids bind. Raises
        Rejected."""
        row = self._row(registration)
        is_out = row.status is RegistrationStatus.ADMITTED and row.sale_status is SaleStatus.PUBLISHED
        answer = self.hold(registration, actor, Code.DEPOSIT_MISSING) if is_out and not arrived else None
        if answer is None or answer.ok:
            answer = self._registration.deposit(registration, actor, arrived=arrived)
        bidder = self._engine.book(row.sale).sale.bidders.get(row.paddle or "")
        if arrived and bidder is not None and {each.reason for each in bidder.held} == {Code.DEPOSIT_MISSING.value}:
            return self._order(row, actor, cmd.ReleasePaddle(self._clock.now_ms(), bidder.paddle))
        return answer

    def set_channel(self, registration: str, actor: str, channel: str) -> Answer | None:
        """Say where a paddle bids, as its holder has signed at check-in. None in a draft. Raises Rejected."""
        row = self._row(registration)
        if channel not in CHANNELS or row.paddle is None:
            raise Rejected("NOT_ALLOWED_NOW", "channel")
        write = _channel_of(registrations.c.id == registration, channel)
        if row.sale_status is SaleStatus.DRAFT:
            with self._store.write() as connection:
                write(connection)
            return None
        return self._order(row, actor, cmd.SetChannel(self._clock.now_ms(), row.paddle, channel), write)

    def own_channel(self, sale: str, user: str, command: cmd.SetChannel, key: str) -> Order:
        """The order by which a bidder himself says where he bids."""
        mine = (registrations.c.sale == sale) & (registrations.c.user == user)
        return Order(sale, user, command, key, rows=_channel_of(mine, command.channel))

    def end_reset(self, registration: str, user: str) -> None:
        """The bidder has confirmed: end the hold of his paddle, unless it is held for any other reason."""
        row = self._row(registration)
        with self._store.read() as connection:
            served = has_served(connection, row.sale, row.user)
        if served or self._reasons(row) != {str(Code.SUSPENDED)}:
            return
        with suppress(Stale):  # the organizer suspends it himself in this moment
            self._release(row, user, _only_for_a_reset(row))

    def _reasons(self, row: Applicant) -> set[str]:
        """Why a paddle may not bid on all lots: as it was admitted, and held since."""
        bidder = self._engine.book(row.sale).sale.bidders.get(row.paddle or "")
        since = {each.reason for each in bidder.held if each.lot is None} if bidder else set()
        return {str(each) for each in (*row.holds, *(bidder.holds if bidder else ()), *since)}

    # --- all paddles of an account ---

    def free_paddles(self, user: str) -> list[str]:
        """The registrations of an account whose paddles nothing keeps from bidding."""
        return [row.id for row in self._of_account(user) if not self._reasons(row)]

    def hold_account(self, user: str, actor: str, reason: str, *, for_reset: bool = False) -> list[str]:
        """Hold every paddle of an account, wherever a sale is to come or runs; the sales whose journal refused it."""
        held = [(row.sale, self.hold(row.id, actor, reason, for_reset=for_reset)) for row in self._of_account(user)]
        return [sale for sale, answer in held if answer is not None and not answer.ok]

    def hold_conflicts(self, user: str, actor: str) -> None:
        """A conflict of interest was found: the bids of the account fall on the lots that are its own."""
        for row in self._of_account(user):
            sale = self._engine.book(row.sale).sale
            bidder = sale.bidders.get(row.paddle or "")
            if row.sale_status is not SaleStatus.PUBLISHED or bidder is None or not has_bids(sale, bidder.paddle):
                continue
            for lot in sale.lots.values():
                if lot.status not in (Status.PENDING, Status.WITHDRAWN) and bidder.is_party(lot, sale.house_org):
                    self.hold(row.id, actor, CONFLICT, lot.id)

    # --- defaults ---

    def default(self, registration: str, actor: str, *, defaulted: bool) -> None:
        """Say that a buyer did not pay, or after all did, also when the sale is closed (拍卖法 39).

        The closed record stays as it is. The buyer is barred from sales to come and from those that run. Raises
        Rejected.
        """
        row = self._row(registration)
        won = [lot for lot in self._engine.book(row.sale).sale.lots.values() if lot.status is Status.SOLD]
        if row.paddle is None or row.paddle not in {lot.leader for lot in won}:
            raise Rejected("NOTHING_WON")
        at_ms = self._clock.now_ms() if defaulted else None
        with self._store.write() as connection:
            connection.execute(_update(registrations.c.id == registration), {"defaulted_ms": at_ms})
        if defaulted and row.user is not None:
            self.hold_account(row.user, actor, Code.DEFAULTER_BARRED)
        elif defaulted and row.sale_status is SaleStatus.PUBLISHED:
            self.hold(registration, actor, Code.DEFAULTER_BARRED)

    # --- rows ---

    def _row(self, registration: str) -> Applicant:
        with self._store.read() as connection:
            return applicant(connection, registration)

    def _of_account(self, user: str) -> list[Applicant]:
        """The paddles of an account in sales that are to come or run."""
        mine = (registrations.c.user == user) & (registrations.c.status == RegistrationStatus.ADMITTED)
        with self._store.read() as connection:
            return applicants(connection, mine & sales.c.status.in_(OPEN_TO_BIDDERS))

    def _in_draft(self, row: Applicant, reason: str, rows: Callable[[Connection], None] | None) -> None:
        reason = str(Code.SUSPENDED) if reason == CONFLICT else reason
        with self._store.write() as connection:
            if rows is not None:
                rows(connection)
            connection.execute(_update(registrations.c.id == row.id), {"holds": sorted({*row.holds, reason})})

    def _order(
        self, row: Applicant, actor: str, command: cmd.Command, rows: Callable[[Connection], None] | None = None
    ) -> Answer:
        return self._engine.ask(Order(row.sale, actor, command, key=new_id(), rows=rows))


def _update(which: Any) -> Any:
    return update(registrations).where(which)


def _waits(connection: Connection, row: Applicant) -> dict[str, list[str]]:
    """By reset that its bidder has not confirmed: the registrations whose paddles are held for it alone."""
    mine = (resets.c.user == row.user) & resets.c.confirmed_ms.is_(None)
    found = connection.execute(select(resets.c.id, resets.c.held).where(mine).with_for_update())
    return {each.id: each.held for each in found if row.id in each.held}


def _not_for_a_reset(row: Applicant) -> Callable[[Connection], None]:
    """A person suspends the paddle for its own sake: no bidder's word ends that."""

    def write(connection: Connection) -> None:
        for reset, held in _waits(connection, row).items():
            rest = [each for each in held if each != row.id]
            connection.execute(update(resets).where(resets.c.id == reset), {"held": rest})

    return write


def _only_for_a_reset(row: Applicant) -> Callable[[Connection], None]:
    """Raise Stale unless the paddle is held for a reset alone."""

    def write(connection: Connection) -> None:
        if not _waits(connection, row):
            raise Stale

    return write


def _channel_of(which: Any, channel: str) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        connection.execute(_update(which), {"channel": channel})

    return write
