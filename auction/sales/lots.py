"""The lots of sales as rows: added, changed, removed and put in order.

Each change of several lots is all or nothing. In a published sale it goes through the engine, with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, update

from models.catalog import lots, patents
from models.rows import LotRow, PatentRow, SaleRow, SaleStatus, columns_of

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..engine.orders import Answer, Order, Stale
from ..rules import commands as cmd
from ..rules.decide import WITHDRAWN_FOR
from ..rules.lot import Status
from ..rules.refusals import Code
from .checks import check_lot, fingerprint, terms_of
from .publication import By, Change, Facts, change_of_lots, foreseen
from .rows import (
    delete_lots,
    lot_row,
    lot_rows,
    patent_rows,
    sale_row,
    same_numbers,
    write_lot,
    write_patents,
)

NewLots = Sequence[tuple[LotRow, Sequence[PatentRow]]]
"""Lots with their patents; each gets its sale and place when it is added."""


class Lots:
    """The lots of every sale."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine

    def lots(self, sale: str) -> list[LotRow]:
        """The lots of a sale in the order in which they are sold."""
        with self._store.read() as connection:
            return lot_rows(connection, sale)

    def lot(self, sale: str, lot: str) -> LotRow | None:
        """One lot."""
        with self._store.read() as connection:
            return lot_row(connection, sale, lot)

    def patents(self, sale: str, lot: str | None = None) -> list[PatentRow]:
        """The patents of one lot, or of all lots of a sale, in their order."""
        with self._store.read() as connection:
            return patent_rows(connection, sale, lot)

    def add_lots(self, sale: str, drafts: NewLots, *, replace_all: bool = False, by: By | None = None) -> None:
        """Add lots with their patents at the end, all or nothing. `replace_all` removes the lots that are there.

        To a published sale lots are added for a reason: `by` has it. Raises Rejected.
        """
        for row, _ in drafts:
            check_lot(row)
        with self._store.write() as connection:
            is_draft = sale_row(connection, sale, lock=True).status is SaleStatus.DRAFT
            if is_draft and replace_all:
                delete_lots(connection, sale, [row.lot for row in lot_rows(connection, sale)])
            new = placed(connection, sale, drafts)
            if is_draft:
                write_new(connection, new)
        if not is_draft:
            if by is None:
                raise Rejected("PUBLISHED_ALREADY")
            self._add_later(sale, new, by)

    def _add_later(self, sale: str, new: NewLots, by: By) -> None:
        def write_rows(connection: Connection) -> None:
            if [row.position for row, _ in placed(connection, sale, new)] != [row.position for row, _ in new]:
                raise Stale
            write_new(connection, new)

        at_ms = self._clock.now_ms()
        steps = [cmd.ListLot(at_ms, terms_of(row)) for row, _ in new]
        change = Change(write_rows, {"patents"}, steps)  # the notice named none of them
        _accepted(self._change_lots(sale, [row.lot for row, _ in new], by, change, are_new=True))

    def withdraw_lots(self, sale: str, wanted: Sequence[str], by: By) -> None:
        """Take lots that have not opened out of a published sale, all or none. Raises Rejected.

        The reason is one of `rules.decide.WITHDRAWN_FOR`; everybody reads it.
        """
        if by.reason not in WITHDRAWN_FOR:
            raise Rejected("NO_CHANGE_REASON", "withdrawn_for")
        state, now_ms = self._engine.book(sale).sale, self._clock.now_ms()
        if any(lot not in state.lots or state.lots[lot].status is not Status.PENDING for lot in wanted):
            raise Rejected(Code.NOT_ALLOWED_NOW)
        steps = tuple(cmd.WithdrawLot(now_ms, lot, reason=by.reason) for lot in wanted)
        _accepted(self._engine.ask(Order(sale, by.actor, cmd.Together(now_ms, steps), key=new_id())))

    def edit_lot(
        self,
        sale: str,
        lot: str,
        by: By,
        *,
        seen: str | None = None,
        numbers: Sequence[PatentRow] | None = None,
        **values: Any,
    ) -> Answer | None:
        """Change a lot that has not opened; a published one also in the journal, with its reason. Raises Rejected.

        `numbers` are its patents, None leaves them; `seen` is the fingerprint of the lot and its patents that the
        change was made from: Stale where they are others by now.
        """
        before, written = self.lot(sale, lot), self.patents(sale, lot)
        if before is None:
            raise Rejected(Code.UNKNOWN_LOT)
        after = replace(before, **values)
        check_lot(after)
        if seen is not None and seen != fingerprint(before, written):
            raise Stale

        def write_row(connection: Connection) -> None:
            if lot_row(connection, sale, lot) != before or patent_rows(connection, sale, lot) != written:
                raise Stale
            connection.execute(update(lots).where(lots.c.sale == sale, lots.c.lot == lot), values)
            if numbers is not None:
                connection.execute(delete(patents).where(patents.c.sale == sale, patents.c.lot == lot))
                write_patents(connection, sale, lot, numbers)

        anew = numbers is not None and not same_numbers(numbers, written)
        news = changed_columns(before, after) | ({"patents"} if anew else set())
        is_listed = not anew and terms_of(after) == terms_of(before)
        steps = [] if is_listed else [cmd.ListLot(self._clock.now_ms(), terms_of(after), anew)]
        return self._change_lots(sale, [lot], by, Change(write_row, news, steps))

    def edit_lots(
        self, sale: str, changes: Mapping[str, Mapping[str, Any]], by: By, *, leave: Mapping[str, str] | None = None
    ) -> int:
        """Change columns of several lots that have not opened, all or nothing.

        Lots of a published sale that `leave` are withdrawn in the same act, each for a reason of
        `rules.decide.WITHDRAWN_FOR`. Returns the number of lots that were changed or withdrawn. Raises Rejected, whose
        `params` name the lot, and Stale.
        """
        leave = leave or {}
        before = {row.lot: row for row in self.lots(sale)}
        after: dict[str, LotRow] = {}
        for lot, values in changes.items():
            if lot not in before:
                raise Rejected(Code.UNKNOWN_LOT, in_lot=lot)
            row = replace(before[lot], **values)
            try:
                check_lot(row)
            except Rejected as error:
                raise Rejected(error.code, error.field, in_lot=lot, **error.params) from error
            after |= {lot: row} if row != before[lot] else {}

        def write_rows(connection: Connection) -> None:
            now = {row.lot: row for row in lot_rows(connection, sale)}
            if any(now.get(lot) != before[lot] for lot in after):
                raise Stale
            for lot in after:
                connection.execute(update(lots).where(lots.c.sale == sale, lots.c.lot == lot), dict(changes[lot]))

        at_ms = self._clock.now_ms()
        listed = [row for lot, row in after.items() if terms_of(before[lot]) != terms_of(row)]
        steps: list[cmd.Command] = [cmd.ListLot(at_ms, terms_of(row)) for row in listed]
        steps += [cmd.WithdrawLot(at_ms, lot, reason=why) for lot, why in leave.items()]
        columns = set().union(*(changed_columns(before[lot], row) for lot, row in after.items()))
        if after or leave:
            _accepted(self._change_lots(sale, [*after, *leave], by, Change(write_rows, columns, steps)))
        return len(after) + len(leave)

    def set_facts(self, sale: str, actor: str, facts: Facts) -> int:
        """Set facts that the law asks for in every lot that has not opened, all or nothing.

        Returns the number of these lots. Raises Rejected.
        """
        state = self._engine.book(sale).sale.lots
        rows = [row.lot for row in self.lots(sale)]
        wanted = [lot for lot in rows if lot not in state or state[lot].status is Status.PENDING]
        change = Change(lambda connection: facts.write(connection, sale, wanted), set())
        _accepted(self._change_lots(sale, wanted, By(actor, "COMPLETION"), change))
        return len(wanted)

    def _change_lots(
        self, sale: str, wanted: Sequence[str], by: By, change: Change, *, are_new: bool = False
    ) -> Answer | None:
        """Write a change of lots; in a published sale with its events, in their transaction. Raises Rejected."""
        with self._store.write() as connection:
            row = sale_row(connection, sale, lock=True)
            if row.status is SaleStatus.DRAFT:
                change.write(connection)
                return None
        if row.status is not SaleStatus.PUBLISHED:
            raise Rejected("SALE_OVER")
        state = self._engine.book(sale).sale
        open_to = (lot in state.lots and state.lots[lot].status is Status.PENDING for lot in wanted)
        if not are_new and not all(open_to):
            raise Rejected(Code.NOT_ALLOWED_NOW)
        command = change_of_lots(row, state.digests, foreseen(self._store, sale, wanted, change), by.reason, change)
        if command is None:
            return None
        return self._engine.ask(Order(sale, by.actor, command, key=new_id(), rows=change.write))

    def remove_lots(self, sale: str, wanted: Sequence[str]) -> None:
        """Take lots out of a draft, all or none. Raises Rejected."""
        with self._store.write() as connection:
            _locked_draft(connection, sale)
            if set(wanted) - {row.lot for row in lot_rows(connection, sale)}:
                raise Rejected(Code.UNKNOWN_LOT)
            delete_lots(connection, sale, wanted)

    def move_lots(self, sale: str, wanted: Sequence[str], place: int, by: By) -> None:
        """Give lots that have not opened another place in the order of the sale, counted from 1. Raises Rejected.

        In a published sale the order changes for a reason. Lots that have opened keep their places.
        """
        before = [row.lot for row in self.lots(sale)]
        if set(wanted) - set(before):
            raise Rejected(Code.UNKNOWN_LOT)
        order = [each for each in before if each not in set(wanted)]
        order[max(0, place - 1) : max(0, place - 1)] = [each for each in before if each in set(wanted)]
        self.order_lots(sale, order, by)

    def order_lots(self, sale: str, order: Sequence[str], by: By) -> None:
        """Put all lots in an order; those that have opened keep their places. Raises Rejected."""
        state = self._engine.book(sale).sale.lots
        before = {row.lot: row.position for row in self.lots(sale)}
        if set(order) != set(before):
            raise Rejected("CHANGED_MEANWHILE")
        free = [lot for lot in order if lot not in state or state[lot].status is Status.PENDING]
        places = dict(zip(free, sorted(before[lot] for lot in free), strict=True))
        moved = {lot: place for lot, place in places.items() if before[lot] != place}

        def write_rows(connection: Connection) -> None:
            if {row.lot: row.position for row in lot_rows(connection, sale)} != before:
                raise Rejected("CHANGED_MEANWHILE")
            for lot, place in moved.items():
                connection.execute(update(lots).where(lots.c.sale == sale, lots.c.lot == lot), {"position": place})

        if moved:
            _accepted(self._change_lots(sale, list(moved), by, Change(write_rows, {"position"})))


def placed(connection: Connection, sale: str, drafts: NewLots) -> NewLots:
    """New lots behind those that are there, each with its place and salt. Raises Rejected if one is there."""
    before = lot_rows(connection, sale)
    known = {row.lot for row in before}
    for row, _ in drafts:
        if row.lot in known:
            raise Rejected("LOT_EXISTS", "lot", lot=row.lot)
        known.add(row.lot)
    first = max((row.position for row in before), default=-1) + 1
    return [
        (replace(row, sale=sale, position=place, salt=row.salt or new_id()), numbers)
        for place, (row, numbers) in enumerate(drafts, first)
    ]


def write_new(connection: Connection, new: NewLots) -> None:
    """Write new lots with their patents."""
    for row, numbers in new:
        write_lot(connection, row)
        write_patents(connection, row.sale, row.lot, numbers)


def _accepted(answer: Answer | None) -> None:
    if answer is not None and not answer.ok:
        raise Rejected(answer.code or Code.NOT_ALLOWED_NOW, **dict(answer.params))


def changed_columns(before: SaleRow | LotRow, after: SaleRow | LotRow) -> set[str]:
    """The columns in which two rows differ."""
    said = columns_of(after)
    return {name for name, value in columns_of(before).items() if value != said[name]}


def _locked_draft(connection: Connection, sale: str) -> None:
    if sale_row(connection, sale, lock=True).status is not SaleStatus.DRAFT:
        raise Rejected("PUBLISHED_ALREADY")
