"""The report `bids`: every bid in the order of the record, each with what became of it."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from heapq import merge
from typing import Any

import orjson

from ..rules.lot import MAX_AMOUNT
from ..rules.standing import ROOM, steps_of
from ..rules.visibility import refusals_are_shown
from .cells import WAY_WORDS, Coded, coded, outcome
from .source import ReportRow, Source

TOLD_KINDS = ("bid_placed", "priority_exercised", "offers_opened")
"""The kinds of events that the report reads."""


def bids(of: Source) -> Iterator[ReportRow]:
    """Every bid in the order of the record: accepted, taken back, or why it was refused.

    A refused bid stands after the number that it was judged by.
    """
    yield ("seq", "at", "lot", "paddle", "way", "amount", "currency", "leader", "price", "outcome")
    yield from (row for _place, row in merge(_accepted(of), _refused(of), key=lambda each: each[0]))


Placed = tuple[tuple[int, int], ReportRow]
"""A row with its place: the public number, and within it the accepted before the refused."""
_WAYS = {code: coded(WAY_WORDS, code) for code in WAY_WORDS}
_ACCEPTED, _VOIDED = outcome("accepted"), outcome("voided")


def _accepted(of: Source) -> Iterator[Placed]:
    stand = _standing(of)
    for row in of.steps:
        body = orjson.loads(row)
        seq, lot, currency = body["seq"], body["lot"], of.sale.currency
        if body["kind"] == "bid_placed":
            paddle = stand.get(seq, body["paddle"])
            leader = paddle if body["leader"] == ROOM else body["leader"]
            start = (seq, of.moment(body["at_ms"]), lot, paddle, _WAYS[body["way"]], of.major(body["amount_minor"]))
            became = _ACCEPTED if seq in stand or (of.whole is not None and lot not in of.whole) else _VOIDED
            yield (seq, 0), (*start, currency, leader, of.major(body["price_minor"]), became)
        elif body["kind"] == "priority_exercised":
            price = of.major(of.state.lots[lot].hammer_minor)
            start = (seq, of.moment(body["at_ms"]), lot, body["paddle"], _WAYS["priority_right"], price)
            yield (seq, 0), (*start, currency, body["paddle"], price, _ACCEPTED)
        else:
            for paddle, amount_minor, arrived_ms in body["offers"]:
                start = (seq, of.moment(arrived_ms), lot, paddle, _WAYS["offer"], of.major(amount_minor))
                yield (seq, 0), (*start, currency, None, None, _ACCEPTED)


def _standing(of: Source) -> dict[int, str]:
    """The bids that stand by their public number, each with its paddle. One of the room got it later."""
    steps = (step for lot in of.state.lots.values() for step in steps_of(lot.standing))
    return {step.seq: step.paddle for step in steps if step.seq is not None}


_COMMANDS = {"PlaceBid": "online", "PlaceMaximum": "maximum", "PlaceFloorBid": "floor"}


def _refused(of: Source) -> Iterator[Placed]:
    for row in of.refusals:
        lot = of.state.lots.get(row["lot"] or "")
        if row["command"] in _COMMANDS and (lot is None or refusals_are_shown(lot)):
            said = _said(row)
            way: Coded = _WAYS[_COMMANDS[row["command"]]]
            bid = (way, _told_amount(of, said.get("amount_minor")), of.sale.currency, None, None, outcome(row["code"]))
            yield (row["seq"], 1), (row["seq"], of.moment(row["at_ms"]), row["lot"], said.get("paddle"), *bid)


def _said(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a refused command; none if it was too long to be kept whole."""
    try:
        said = json.loads(row["details"].removeprefix(row["command"]))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _told_amount(of: Source, amount: Any) -> Decimal | str | None:
    """An amount as it was sent, where it was one at all."""
    is_amount = amount is None or (type(amount) is int and abs(amount) <= MAX_AMOUNT)
    return of.major(amount) if is_amount else str(amount)
