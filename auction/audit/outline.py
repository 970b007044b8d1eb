"""A sale without its single bids: terms, paddles, and how each lot ended, in a small part of the time of a whole fold.

A process of its own that writes the bids of a sale needs no more than that beside the bids themselves.
"""

import orjson
from sqlalchemy import select

from models.journal import events

from ..database.store import Store
from ..record.journal import event_from
from ..rules.sale import Sale, apply

_BIDS = ("bid_placed", "maximum_set", "maximum_left", "ask_set", "offer_placed")
_CHANGE_BIDS = ("bid_voided", "maximum_voided", "calls_lifted", "paddle_assigned", "hold_placed", "paddle_held")


def outline(store: Store, sale: str) -> Sale | None:
    """The sale without its bids. None: a bid was taken back or got its paddle later, so the whole fold is needed."""
    of_sale = events.c.sale == sale
    others = select(events.c.body).where(of_sale, events.c.kind.not_in(_BIDS)).order_by(events.c.n)
    with store.read() as connection:
        if connection.execute(select(events.c.n).where(of_sale, events.c.kind.in_(_CHANGE_BIDS)).limit(1)).first():
            return None
        state = Sale(sale)
        for row in connection.execute(others):
            state = apply(state, event_from(orjson.loads(row.body)))
    return state
