"""A sale without its single bids: terms, paddles, and how each lot ended. It takes a small part of a whole fold's time.

A process of its own that writes the bids of a sale needs no more beside the bids. Neither do the figures of a sale that
is over.
"""

import orjson
from sqlalchemy import select

from models.journal import events

from ..database.store import Store
from ..record.journal import event_from
from ..rules.sale import Sale, apply

_BIDS = ("bid_placed", "maximum_set", "maximum_left", "ask_set", "offer_placed")
_CHANGE_BIDS = ("bid_voided", "maximum_voided", "calls_lifted", "paddle_assigned", "hold_placed", "paddle_held")


def outline(store: Store, sale: str) -> Sale:
    """The sale without its bids, and without holds on them."""
    others = select(events.c.body).where(events.c.sale == sale, events.c.kind.not_in(_BIDS + _CHANGE_BIDS))
    state = Sale(sale)
    with store.read() as connection:
        for row in connection.execute(others.order_by(events.c.n)):
            state = apply(state, event_from(orjson.loads(row.body)))
    return state


def all_bids_stand(store: Store, sale: str) -> bool:
    """Whether no bid was taken back, and none got its paddle later. Else only the whole fold says which bids stand."""
    changed = select(events.c.n).where(events.c.sale == sale, events.c.kind.in_(_CHANGE_BIDS)).limit(1)
    with store.read() as connection:
        return connection.execute(changed).first() is None
