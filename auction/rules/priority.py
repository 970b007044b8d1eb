"""The priority right (优先购买权) and its three modes, one for the whole sale (rulebook 2.3, 2.4).

A, at equal price (法释〔2016〕18号, 21): a holder may bid exactly the price, and the better rank leads.
B, asked at each high (the rule of 2004 for on-site auctions): the same. The hammer waits until every holder of a better
right than the leader's has taken the price or declined it.
C, after the session (事后行权): while the lot is under way the right counts for nothing. Then a better right than the
buyer's may take the lot at its price, for some working days.
"""

from dataclasses import replace
from math import inf

from . import events as ev
from .lot import LIVE, Lot, Status
from .rights import may_bid
from .sale import AFTERWARDS, Sale

AT_EQUAL_PRICE, AT_EACH_HIGH = "A", "B"
MODES = (AT_EQUAL_PRICE, AT_EACH_HIGH, AFTERWARDS)
MOST_DAYS = 250
"""Working days: more than a year is no term."""

_DAY_MS = 86_400_000
_CHINA_MS = 8 * 3_600_000
_THURSDAY = 3
"""The day of the week of 1970-01-01, counted from Monday."""


def is_mode(mode: str, days: int | None) -> bool:
    """Whether a mode can be, with its days: they are of mode C alone."""
    if mode == AFTERWARDS:
        return type(days) is int and 1 <= days <= MOST_DAYS
    return mode in MODES and days is None


def entitled(sale: Sale, lot: Lot) -> tuple[str, ...]:
    """The paddles that may take the lot at its price and have not declined it, the best right first."""
    if sale.priority_mode == AFTERWARDS:
        in_question = lot.status is Status.SOLD and lot.match_until_ms is not None
    else:
        in_question = lot.status in LIVE
    return _with_a_better_right(sale, lot, lot.leader) if in_question else ()


def asked(sale: Sale, lot: Lot) -> tuple[str, ...]:
    """The paddles for whose answer the hammer waits."""
    return entitled(sale, lot) if sale.priority_mode == AT_EACH_HIGH else ()


def with_term(sale: Sale, event: ev.Event) -> ev.Event:
    """In mode C, if another paddle has a better right, the lot is sold with a term for that paddle."""
    if sale.priority_mode != AFTERWARDS or not isinstance(event, ev.LotSold):
        return event
    if not _with_a_better_right(sale, sale.lots[event.lot], event.paddle):
        return event
    return replace(event, match_until_ms=term_end_ms(event.ended_at_ms, sale.priority_days or 1))


def term_end_ms(from_ms: int, days: int) -> int:
    """The end (24:00) of the last of some working days after a moment's day. They are Monday to Friday, China Standard
    Time."""
    day = (from_ms + _CHINA_MS) // _DAY_MS
    while days:
        day += 1
        days -= (day + _THURSDAY) % 7 < 5
    return (day + 1) * _DAY_MS - _CHINA_MS


def _with_a_better_right(sale: Sale, lot: Lot, leader: str | None) -> tuple[str, ...]:
    holders = [sale.bidders[each] for each in sale.holders.get(lot.id, ()) if each not in lot.declined]
    if not holders or leader is None:
        return ()
    buyer = sale.bidders.get(leader)
    worse = buyer.rank(lot.id) if buyer else inf
    better = [each for each in holders if each.rank(lot.id) < worse and may_bid(each, lot, sale.house_org) is None]
    return tuple(each.paddle for each in sorted(better, key=lambda each: each.rank(lot.id)))
