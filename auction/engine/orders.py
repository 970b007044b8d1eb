"""A command on its way through the engine, and the answer it gets."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection

from ..base.origin import CameFrom, coming_from, current_origin
from ..rules import commands as cmd
from ..rules.refusals import Code, Refused
from ..rules.sale import Sale


class Stale(Exception):
    """The rows are not what an order was made from, because another change came first. Nothing of it was written."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command: for which sale, whose, with which key, and the rows to write in its event's own transaction.

    `key` is made by the client and names the command for good: sent again, it gets the first answer again. Without
    one (the clock's and the system's own commands) there is no receipt. `origin` is where the rows come from.
    """

    sale: str
    actor: str
    command: cmd.Command
    key: str | None = None
    rows: Callable[[Connection], None] | None = None
    origin: CameFrom = field(default_factory=current_origin)

    def write_rows(self, connection: Connection) -> None:
        """Write its rows, as who gave the order."""
        if self.rows is not None:
            with coming_from(self.origin):
                self.rows(connection)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an order. `code` None: accepted. `seq`: the last public event it led to or was judged by."""

    seq: int
    code: Code | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.code is None


BIDS = (cmd.PlaceBid, cmd.PlaceMaximum, cmd.PlaceFloorBid)
LATE = (Code.CLOSED, Code.NOT_LIVE)


def refused(refusal: Refused, seq: int, sale: Sale, command: cmd.Command) -> Answer:
    """The answer to a refusal of the rules. A bid that came too late is told its lot, and by how much it was late."""
    lot = sale.lots.get(getattr(command, "lot", ""))
    is_late = lot is not None and refusal.code in LATE and isinstance(command, BIDS)
    late_ms = lot.late_ms(command.arrived_ms) if lot is not None and is_late else None
    late = {} if lot is None or late_ms is None else {"lot": lot.id, "late_ms": late_ms}
    return Answer(seq, refusal.code, {**refusal.params, **late})


def details(command: cmd.Command) -> str:
    """A command's facts without its moment of arrival. A retry has the same, another command has others."""
    kind = type(command)
    return kind.__name__ + _encode({name: getattr(command, name) for name in _SAID[kind]})


_encode = json.JSONEncoder(sort_keys=True, default=repr).encode


_KINDS = (each for each in vars(cmd).values() if isinstance(each, type) and issubclass(each, cmd.Command))
_SAID = {kind: tuple(each.name for each in fields(kind) if each.name != "arrived_ms") for kind in _KINDS}
