"""The kinds of events: their names, their facts, and which of them the public sees. Only here it says so."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from . import events as ev


def kind_of(event_type: type[ev.Event]) -> str:
    """The name of an event's kind in the journal and on the wire, such as `bid_placed`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", event_type.__name__).lower()


KINDS: Mapping[str, type[ev.Event]] = {
    kind_of(leaf): leaf
    for leaf in vars(ev).values()
    if isinstance(leaf, type) and issubclass(leaf, ev.Event) and leaf not in (ev.Event, ev.LotEvent)
}
"""Every kind of event by its name."""


def field_names(event_type: type[ev.Event]) -> tuple[str, ...]:
    """The names of an event's own facts, in the order in which they are declared."""
    return tuple(each.name for each in fields(event_type))


def _facts_of(event_type: type[ev.Event]) -> Callable[[ev.Event], tuple[Any, ...]]:
    names = field_names(event_type)
    if len(names) == 1:  # of one name alone `attrgetter` gives no tuple
        return lambda event: (event.at_ms,)
    return attrgetter(*names)


FACTS: Mapping[type[ev.Event], Callable[[ev.Event], tuple[Any, ...]]] = {
    kind: _facts_of(kind) for kind in KINDS.values()
}
"""By its kind: an event's own facts, in the order of their names."""

ONLY_WHERE_TRUE: Mapping[type[ev.Event], frozenset[str]] = {ev.LotSold: frozenset({"even_held"})}
"""Facts that stand in the record only where they are true: they came after records that do not have them."""

SECRET: frozenset[type[ev.Event]] = frozenset(
    {
        ev.SellerCommissionAgreed,
        ev.LotConsigned,
        ev.BidderAdmitted,
        ev.PaddlesIdentified,
        ev.ChannelSet,
        ev.HoldPlaced,
        ev.MaximumLeft,
        ev.MaximumSet,
        ev.MaximumVoided,
        ev.OfferPlaced,
        ev.VoidAsked,
        ev.WorkStated,
    }
)
"""Kinds that stay out of the public stream.

They tell the seller's commission, which organizers alone see, reserves and consignors. They tell holders of paddles,
their channels and limits, and why a paddle is held. They tell maxima and offers. Even the number of offers is secret
until the event that opens them.
"""

PUBLIC: frozenset[type[ev.Event]] = frozenset(KINDS.values()) - SECRET


def is_public(event: ev.Event) -> bool:
    """Whether the event has a place in the public stream."""
    return type(event) in PUBLIC
