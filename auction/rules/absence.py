"""Gives bidders back the time in which the house was away: ends move, and so do times from the opening.

Away means that no process of the house could commit. The server measures it; how far the ends move is decided here.
"""

from collections.abc import Mapping
from dataclasses import replace

from . import commands as cmd
from . import events as ev
from . import group
from .format import Decision, Format
from .refusals import Code, Refused
from .sale import Sale, apply
from .timed import SYSTEM_FAULT


def moved(sale: Sale, command: cmd.MoveDeadlines, formats: Mapping[str, Format], at_ms: int) -> Decision:
    """One event for every lot whose clock runs: its end moves by the absence, and leaves at least one period.

    A hard end moves as the end does, because both count from the origin. A falling ask goes on from where it stood.
    """
    gap_ms = at_ms - command.since_ms
    running = [(lot, end) for lot in sale.lots.values() if (end := lot.next_deadline_ms) is not None]
    if not running or gap_ms <= 0:
        return Refused(Code.NOT_LIVE)
    ends, origins = {}, {}
    for lot, end_ms in running:
        form = formats[lot.terms.format]
        ends[lot.id] = max(end_ms + gap_ms, at_ms + form.period_ms(lot))
        origins[lot.id] = (lot.origin_ms or 0) + (gap_ms if form.name == "dutch" else ends[lot.id] - end_ms)
    event = ev.DeadlineMoved(at_ms, SYSTEM_FAULT, command.since_ms, ends, origins)
    for later in group.extended(apply(sale, event), event, ends):
        event = replace(event, deadlines_ms={**ends, **later.deadlines_ms})
    return (event,)
