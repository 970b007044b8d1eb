"""Maxima left before a lot opens, and what is done with them at the opening (36)."""

from typing import Any

from .files import Row
from .findings import Findings
from .lot import LotState
from .rights import Rights


class Left(Rights):
    """Maxima that bidders leave for lots to come. `at_opening`: the places of the events that an opening led to."""

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self.at_opening: set[int] = set()
        self._taking: LotState | None = None  # the lot that was opened just now
        self._owed: int | None = None  # how far the maximum goes that is being taken

    def leave(self, row: Row, body: dict[str, Any]) -> None:
        """4: only for a lot to come. The same amount keeps its place, another one goes to the end."""
        lot, paddle, most = self._lot(body), body["paddle"], body["max_minor"]
        if body["reason"] is not None:  # the rules end it, at a change or at the opening
            lot.left.pop(paddle, None)
            return
        if lot.status != "pending":
            self._fault(4, f"lot {lot.lot} is {lot.status}, and {paddle} leaves a maximum for it")
        self._own_bid(row, paddle)
        self._may_bid(lot, paddle)
        self._not_too_high(most or 0)
        if lot.left.get(paddle) != most:
            lot.left.pop(paddle, None)
            lot.left |= {} if most is None else {paddle: most}

    def _own_bid(self, row: Row, paddle: str) -> None:
        """24: a bidder's own act is its holder's. A maximum that was left before is taken by the opener of the lot."""
        known = self.sale.paddles.get(paddle)
        if row.record.n in self.at_opening:
            self._call(row)
        elif known is not None and known.holder != row.record.actor:
            self._fault(24, f"{row.record.actor} bids with paddle {paddle}, which is {known.holder}'s")

    def _take_left(self, row: Row) -> None:
        """36: right after the opening comes each maximum that was left, in the order of its last change."""
        lot, body = self._taking, row.body
        if lot is None:
            return
        if body["kind"] == "group_extended" or (body.get("lot") == lot.lot and self._is_taken(lot, body)):
            self.at_opening.add(row.record.n)
            return
        if lot.left:
            self._fault(36, f"lot {lot.lot} is open, and the maxima of {', '.join(lot.left)} were not taken")
        lot.left, self._taking, self._owed = {}, None, None

    def _is_taken(self, lot: LotState, body: dict[str, Any]) -> bool:
        """Whether an event is what became of a left maximum."""
        kind = body["kind"]
        if kind == "maximum_set" and self._owed is not None:
            if body["max_minor"] != self._owed:
                self._fault(36, f"{body['paddle']} left a maximum of {self._owed}, and it says {body['max_minor']}")
            self._owed = None
            return True
        if kind == "lot_sold":
            return bool(body["ended_by"] == "bid")
        refused = kind == "maximum_left" and body["reason"] is not None
        if not lot.left or not (refused or (kind == "bid_placed" and body["way"] == "maximum")):
            return False
        first = next(iter(lot.left))
        if first != body["paddle"]:
            self._fault(36, f"{first} left a maximum before {body['paddle']}, and comes after")
        self._owed = lot.left.pop(body["paddle"], None)
        self._owed = None if refused else self._owed
        return True
