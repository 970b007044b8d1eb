"""A sale without its single bids: terms, paddles, and how each lot ended. It takes a small part of a whole fold's time.

A process of its own that writes the bids of a sale needs no more beside the bids. Neither do the figures of a sale that
is over.
"""

from collections.abc import Collection

import orjson
from sqlalchemy import or_, select

from models.journal import events

from ..database.store import Store
from ..record.journal import event_from
from ..rules.lot import changed
from ..rules.rights import VOID
from ..rules.sale import Sale, apply

_CHANGE_BIDS = ("bid_voided", "maximum_voided", "calls_lifted", "paddle_assigned")
_BIDS = ("bid_placed", "maximum_set", "maximum_left", "ask_set", *_CHANGE_BIDS)
_OFFERS = "offer_placed"


def outline(store: Store, sale: str, whole: Collection[str] = ()) -> Sale:
    """The sale without its bids; of the lots of `whole` with theirs. Offers are known once they are opened."""
    told = or_(events.c.kind.not_in(_BIDS), events.c.lot.in_(list(whole)))
    query = select(events.c.seq, events.c.body).where(events.c.sale == sale, told, events.c.kind != _OFFERS)
    state = Sale(sale)
    with store.read() as connection:
        for row in connection.execute(query.order_by(events.c.n)):
            known = state if row.seq is None else changed(state, seq=row.seq - 1)
            state = apply(known, event_from(orjson.loads(row.body)))
    return state


def changed_lots(store: Store, sale: str) -> frozenset[str] | None:
    """The lots with a bid that was taken back or got its paddle later. On all others each bid stands.

    None: bids fell with a hold, or in the middle. Then the limits of bidders on other lots count, so only the whole
    fold says which bids stand.
    """
    kinds = (*_CHANGE_BIDS, "hold_placed")
    query = select(events.c.kind, events.c.lot, events.c.body).where(events.c.sale == sale, events.c.kind.in_(kinds))
    found = set[str]()
    with store.read() as connection:
        for row in connection.execute(query):
            body = orjson.loads(row.body)
            if body.get("of_seq") is not None or body.get("standing") == VOID:
                return None
            if row.lot is not None:
                found.add(row.lot)
    return frozenset(found)
