"""Paddles that are held and released, and the effects on lots under way (9, 11, 14, 34, 37)."""

from typing import Any

from .bids import Bids
from .files import Row
from .lot import BEGUN, NO_RANK, Hold, Lead, LotState


class Holds(Bids):
    """The held paddles; none may gain while it is held."""

    def place_hold(self, _row: Row, body: dict[str, Any]) -> None:
        """The secret of a hold: why, on which lot, and what becomes of maxima and sealed offers."""
        known = self.sale.paddles.get(body["paddle"])
        if known is None:
            self._fault(34, f"there is no paddle {body['paddle']} to hold")
            return
        known.held.append(Hold(body["reason"], body["standing"], body["lot"]))
        self._placed = body
        self._cancel_offers(body)
        if body["standing"] == "void":
            for lot in self.sale.lots.values():
                if body["lot"] in (None, lot.lot):
                    lot.left.pop(body["paddle"], None)
        else:
            for lot in self._with_bids_of(body):
                self._cut(lot, body["paddle"])
                self._maximum_after(lot, body)

    def ask_void(self, _row: Row, body: dict[str, Any]) -> None:
        """34: only the bids of a paddle that is held are asked to fall."""
        known = self.sale.paddles.get(body["paddle"])
        if known is None or not known.held:
            self._fault(34, f"paddle {body['paddle']} is not held, and its bids are asked to fall")

    def _told_at_once(self, body: dict[str, Any]) -> None:
        """34: a hold is told. The exception is one that a lot meets when it is reopened, if it only cuts a maximum."""
        placed = self._placed
        if placed is not None and body["kind"] != "paddle_held":
            if placed["standing"] == "void" or placed["lot"] is None:
                self._fault(34, f"paddle {placed['paddle']} is held, and nothing is told of it")
            self._placed = None

    def _cancel_offers(self, body: dict[str, Any]) -> None:
        """34: of a paddle held with `void` no sealed offer counts, of any other each one."""
        named = [lot for lot in self._of_hold(body) if body["paddle"] in lot.offers]
        if [lot.lot for lot in named if body["standing"] == "void"] != list(body["offers"]):
            self._fault(34, f"the offers on {[lot.lot for lot in named]} go, and it says {body['offers']}")
        for name in body["offers"]:
            self._lot({"lot": name}).offers.pop(body["paddle"], None)

    def _of_hold(self, body: dict[str, Any]) -> list[LotState]:
        """The lots under way that a hold is about."""
        lots = [lot for lot in self.sale.lots.values() if body["lot"] in (None, lot.lot)]
        return [lot for lot in lots if lot.status in BEGUN]

    def _with_bids_of(self, placed: dict[str, Any]) -> list[LotState]:
        lots = self._of_hold(placed)
        return [lot for lot in lots if any(lead.act.paddle == placed["paddle"] for lead in lot.leads)]

    def hold(self, _row: Row, body: dict[str, Any]) -> None:
        """34: what everybody is told of a hold is what follows from it."""
        paddle = body["paddle"]
        placed, self._placed = self._placed, None
        if placed is None or placed["paddle"] != paddle:
            self._fault(34, f"paddle {paddle} is held, and nothing says why")
            return
        changed = self._with_bids_of(placed) if placed["standing"] == "void" else []
        for lot in changed:
            self._without(lot, paddle, body)
            self._maximum_after(lot, placed)
        names = {lot.lot for lot in changed} | {each for each in placed["offers"] if self.sale.lots[each].opened}
        if names != {*body["lots"]}:
            self._fault(34, f"the hold changes {sorted(names)}, and it tells of {sorted(body['lots'])}")

    def _without(self, lot: LotState, paddle: str, body: dict[str, Any]) -> None:
        told = body["lots"].get(lot.lot)
        if told is None:
            return
        before = lot.lead
        self._anew(lot, [lead.act for lead in lot.leads if lead.act.paddle != paddle], told)
        self._still_stand(34, lot, told["bids"])
        if before is not None and lot.lead is not None and lot.lead.price > self._most_without(lot, before):
            self._fault(34, f"the price of lot {lot.lot} rises from {before.price} to {lot.lead.price} by a hold")
        lot.ask = told["ask_minor"]
        self._ends(lot, told.get("deadline_ms", lot.deadline), body["at_ms"])
        lot.origin = told.get("origin_ms") or lot.origin

    def _most_without(self, lot: LotState, before: Lead) -> int:
        """The highest price once a rival's bids are gone: the price before, or less than a step above it.

        It rises if a right met a lower right's maximum at its own price, and now has to pass an equal right's."""
        has_right = any(self.sale.rank(lead.act.paddle, lot.lot) < NO_RANK for lead in lot.leads)
        return max(before.price, (lot.ask or 0) - 1) if has_right else before.price

    def _cut(self, lot: LotState, paddle: str) -> None:
        """Cut the paddle's maximum to the price in each lead of its own, also in one that may come back."""
        for lead in lot.leads:
            if lead.act.paddle == paddle:
                lead.act.cut = True
            if lead.leader == paddle and lead.sure:
                lead.maximum = lead.price

    def _maximum_after(self, lot: LotState, placed: dict[str, Any]) -> None:
        """34: the leader's maximum is no higher than his own acts make it."""
        told = placed["maxima"].get(lot.lot)
        if lot.lead is None or told is None:
            return
        if told > lot.lead.maximum or told < lot.lead.price:
            self._fault(34, f"the maximum on lot {lot.lot} is {lot.lead.maximum}, and it says {told}")
        lot.lead.maximum = told

    def release(self, _row: Row, body: dict[str, Any]) -> None:
        self.sale.paddles[body["paddle"]].held.clear()

    def set_channel(self, _row: Row, body: dict[str, Any]) -> None:
        known = self.sale.paddles.get(body["paddle"])
        if known is None or body["channel"] not in ("online", "floor", "both"):
            self._fault(14, f"paddle {body['paddle']} bids {body['channel']}")
            return
        known.channel = body["channel"]

    def _asks_about(self, lot: LotState) -> None:
        """34: a lot stands still of itself only because it would be sold to a held leader."""
        leader = self._best_offer(lot) if lot.opened else lot.lead.leader if lot.lead else None
        if leader is None or not self._holds(leader, lot):
            self._fault(34, f"lot {lot.lot} asks about {leader}, who is not held")
        lot.asks = True

    def _best_offer(self, lot: LotState) -> str | None:
        """The highest offer's paddle; of equal ones the better right's, then the earlier's."""
        ranked = [
            (-(amount or 0), self.sale.rank(each, lot.lot), at, each) for each, (amount, at) in lot.offers.items()
        ]
        return min(ranked)[3] if ranked else None

    def _won_though_held(self, lot: LotState, body: dict[str, Any]) -> None:
        """34: a held paddle wins only if its bid was kept and a person said so. The record says it of no other."""
        paddle, ended_by, holds = body["paddle"], body["ended_by"], self._holds(body["paddle"], lot)
        for each in holds:
            if each.standing == "void" or ended_by != "person":
                self._fault(34, f"lot {lot.lot} goes to {paddle}, held for {each.reason}, by the {ended_by}")
        if bool(holds) != body.get("even_held", False):
            self._fault(34, f"lot {lot.lot} goes to {paddle}, held or not, and the record says the opposite")
