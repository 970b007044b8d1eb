"""The rights to bid, and the order of priority rights, in the checker's own fold (11, 14, 24, 33)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from .files import Row
from .ground import Ground
from .lot import LIVE, Act, Hold, LotState

CHINA = timezone(timedelta(hours=8))


class Rights(Ground):
    """Holds, conflicts of interest, limits, and what holders of a priority right do."""

    def _may_bid(self, lot: LotState, paddle: str) -> None:
        fault = self._kept_from(lot, paddle)
        if fault is not None:
            self._fault(14, fault)

    def _kept_from(self, lot: LotState, paddle: str) -> str | None:
        known = self.sale.paddles.get(paddle)
        if known is None:
            return f"there is no paddle {paddle}"
        holds = [*known.holds, *(each.reason for each in self._holds(paddle, lot))]
        if holds:
            return f"paddle {paddle} is held: {', '.join(holds)}"
        if {known.org, known.holder, *known.also} & {*lot.consignors, self.sale.house} - {None}:
            return f"paddle {paddle} is the consignor's or the house's"
        return None

    def _holds(self, paddle: str, lot: LotState) -> list[Hold]:
        """The reason that keeps a paddle out of the bidding for a lot."""
        known = self.sale.paddles.get(paddle)
        return [each for each in known.held if each.lot in (None, lot.lot)] if known else []

    def _within(self, lot: LotState, paddle: str, amount: int) -> None:
        """11: with what the other lots hold, not above the limit."""
        known = self.sale.paddles.get(paddle)
        if known is None or known.limit is None:
            return
        others = (each for each in self.sale.lots.values() if each is not lot)
        exposure = amount + sum(each.held(paddle, self.sale.commission) for each in others)
        if exposure > known.limit:
            self._fault(11, f"paddle {paddle} stands for {exposure}, and its limit is {known.limit}")

    def _not_too_high(self, amount: int) -> None:
        """11: no bid is above the highest that the sale takes."""
        if self.sale.highest is not None and amount > self.sale.highest:
            self._fault(11, f"{amount} is above the highest bid of {self.sale.highest}")

    # --- priority rights ---

    def _asked(self, lot: LotState, buyer: str) -> list[str]:
        """The paddles that could take the lot from this buyer by a better right, and have not declined it."""
        mine = self.sale.right(buyer, lot.lot)
        better = [each for each in self.sale.paddles if self.sale.right(each, lot.lot) < mine]
        return [each for each in better if each not in lot.declined and self._kept_from(lot, each) is None]

    def _sold_by_right(self, lot: LotState, body: dict[str, Any]) -> None:
        """33: mode B asks before the hammer; mode C leaves a term after it, if a holder may be asked."""
        asked, until = self._asked(lot, body["paddle"]), body["match_until_ms"]
        if self.sale.mode == "B" and body["ended_by"] == "person" and asked and lot.format == "english":
            self._fault(33, f"lot {lot.lot} is sold, and {', '.join(asked)} was not asked")
        has_term = self.sale.mode == "C" and bool(asked)
        if until != (term_end(body["ended_at_ms"], self.sale.days or 1) if has_term else None):
            self._fault(33, f"lot {lot.lot} may be taken until {until}, by {', '.join(asked) or 'no paddle'}")
        lot.declined, lot.match_until = set(), until

    def decline(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._in_question(row, lot, body["paddle"])
        lot.declined.add(body["paddle"])

    def exercise(self, row: Row, body: dict[str, Any]) -> None:
        lot, paddle = self._lot(body), body["paddle"]
        self._in_question(row, lot, paddle)
        if lot.status != "sold" or lot.lead is None:
            self._fault(33, f"lot {lot.lot} is {lot.status}, and paddle {paddle} takes it over")
            return
        self._within(lot, paddle, lot.lead.price)
        lot.taken_from = lot.taken_from or lot.lead.leader
        lot.even_held = False
        lot.lead.by = Act(paddle, lot.lead.price, plain=True)
        self.sale.back.discard(lot.lot)  # for good

    def _in_question(self, row: Row, lot: LotState, paddle: str) -> None:
        """24, 33: the holder himself or the gavel's holder says it, of a right that is asked about now."""
        known = self.sale.paddles.get(paddle)
        if known is None or known.holder != row.record.actor:
            self._call(row)
            if self.sale.gavel is None:
                self._fault(24, f"{row.record.actor} speaks for paddle {paddle}")
        when = lot.status in LIVE if self.sale.mode == "B" else self.sale.mode == "C" and lot.match_until is not None
        if not when or lot.lead is None or paddle not in self._asked(lot, lot.lead.leader):
            self._fault(33, f"paddle {paddle} is not asked whether it takes lot {lot.lot}")


def term_end(from_ms: int, days: int) -> int:
    """The end of the last of some working days after a moment's day in China."""
    day = datetime.fromtimestamp(from_ms // 1000, UTC).astimezone(CHINA).replace(hour=0, minute=0, second=0)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return int((day + timedelta(days=1)).timestamp()) * 1000
