"""After a backup was put back: the record of every open sale says so, to everybody who follows it."""

from models.rows import SaleStatus

from ..engine.engine import Engine
from ..engine.orders import Order
from ..rules import commands as cmd
from ..rules.timed import RECORD_RESTORED
from .sales import Sales

ACTOR_OF_RESTORE = "system"


def say_restored(sales: Sales, engine: Engine, now_ms: int) -> list[str]:
    """Pause every sale that is published and not closed, from its last event on. The slugs of those that are paused."""
    told = []
    for row in sales.all(SaleStatus.PUBLISHED):
        if engine.book(row.id).sale.halted is not None:
            engine.ask(Order(row.id, ACTOR_OF_RESTORE, cmd.ResumeSale(now_ms)))
        pause = cmd.PauseSale(now_ms, RECORD_RESTORED, engine.book(row.id).head.at_ms)
        if engine.ask(Order(row.id, ACTOR_OF_RESTORE, pause)).ok:
            told.append(row.slug)
    return told
