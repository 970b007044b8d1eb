"""The ground that the checker's fold stands on: the sale as it follows it, and how a fault is told."""

from typing import Any

from .files import Row
from .findings import Findings
from .lot import LotState, SaleState

MAX_AMOUNT = 2**53 - 1


class Ground:
    """A sale, and the event that is followed just now."""

    def __init__(self, findings: Findings) -> None:
        self.sale = SaleState()
        self._findings = findings
        self._where = ""
        self._decided_ms = 0  # when the event before this one was decided
        self._placed: dict[str, Any] | None = None  # the secret of the hold that is about to be told

    def _fault(self, invariant: int, what: str) -> None:
        self._findings.add(invariant, self._where, what)

    def _amounts(self, body: dict[str, Any]) -> bool:
        """7: what is a number is a whole one, an amount from 1 up. Whether it can be followed at all."""
        good = True
        for name, value in body.items():
            if not name.endswith(("_minor", "_ms")) or isinstance(value, dict | None):
                continue
            if type(value) is not int and not (name == "amount_minor" and body["kind"] == "offer_placed"):
                self._fault(7, f"{name} is {value!r}")
                good = good and isinstance(value, float)
            elif name.endswith("_minor") and type(value) is int and not 0 <= value <= MAX_AMOUNT:
                self._fault(7, f"{name} is {value}")
        return good

    def _lot(self, body: dict[str, Any]) -> LotState:
        lot = self.sale.lots.get(body["lot"])
        if lot is None:
            self._fault(4, f"there is no lot {body['lot']}")
            lot = self.sale.lots[body["lot"]] = LotState(body["lot"], "english", None, False, False, {})
        return lot

    def _move(self, lot: LotState, of: tuple[str, ...], to: str) -> None:
        """4: the lot goes from one of these statuses to another."""
        if lot.status not in of:
            self._fault(4, f"lot {lot.lot} is {lot.status}, and becomes {to}")
        lot.status = to

    def _call(self, row: Row) -> None:
        """15: once an auctioneer has the gavel, the journal has only the holder's calls."""
        if self.sale.gavel not in (None, row.record.actor):
            self._fault(15, f"{row.body['kind']} is {row.record.actor}'s, and {self.sale.gavel} holds the gavel")

    def _ends(self, lot: LotState, deadline: int | None, at_ms: int) -> None:
        """Take a deadline that was told at a moment."""
        before = lot.deadline
        lot.ends(deadline, at_ms)
        self._not_earlier(lot, before)

    def _not_earlier(self, lot: LotState, before: int | None) -> None:
        """37: a deadline becomes another one, and never an earlier one."""
        if before is not None and (lot.deadline is None or lot.deadline < before):
            self._fault(37, f"lot {lot.lot} ends at {lot.deadline}, and was to end at {before}")

    def _was_away(self, since_ms: int | None) -> None:
        """38: an absence begins after the last thing that was decided."""
        if since_ms is not None and since_ms < self._decided_ms:
            self._fault(38, f"the house was away since {since_ms}, and something was decided at {self._decided_ms}")
