"""Timed lots that end together: a group takes the latest end of its lots (rulebook 4.4).

A group is a term of each of its lots (`group`, a short name). A bid, an opening or a
resumption may give one of them a later end. Then the others that run move with it. A paused lot does not move, and
no lot goes beyond its own hard end.
"""

from collections.abc import Collection

from . import events as ev
from .lot import LIVE, Lot
from .sale import Sale
from .timed import latest_end_ms


def extended(sale: Sale, cause: ev.Event, lots: Collection[str]) -> tuple[ev.GroupExtended, ...]:
    """The effect of an event of some lots on their groups, once it is applied. Empty if all end together already.

    Another lot whose end had come by then, and only waits for the clock's turn, is not brought back.
    """
    moment_ms = cause.arrived_ms if isinstance(cause, ev.BidPlaced) else cause.at_ms
    later: dict[str, int] = {}
    for group in sorted({group for lot in lots if (group := sale.lots[lot].group) is not None}):
        of_group = [lot for lot in sale.lots.values() if lot.group == group and lot.status in LIVE]
        later |= _later([lot for lot in of_group if lot.id in lots or (lot.deadline_ms or 0) > moment_ms])
    return (ev.GroupExtended(cause.at_ms, later),) if later else ()


def _later(running: list[Lot]) -> dict[str, int]:
    latest_ms = max((lot.deadline_ms or 0 for lot in running), default=0)
    ends = {lot.id: latest_end_ms(lot, latest_ms) for lot in running}
    return {lot.id: ends[lot.id] for lot in running if ends[lot.id] > (lot.deadline_ms or 0)}
