"""Held paddles and bids in the room, as the checker's own fold follows them (9, 14).

The checker knows no ladder. Of a lot that was taken again it believes the price that was told, and forgets what came
before.
"""

from typing import Any

from .bids import Bids
from .files import Row
from .lot import BEGUN, LIVE, ROOM, Lead, LotState

HALTS = "LEADER_HELD"


class Held(Bids):
    """What holds, releases, channels and assignments do."""

    def channel(self, _row: Row, body: dict[str, Any]) -> None:
        self.sale.paddles[body["paddle"]].channel = body["channel"]

    def hold(self, _row: Row, body: dict[str, Any]) -> None:
        """Why a paddle is held. Its maxima are cut now; where its bids fall, the public event says what holds."""
        paddle, where = body["paddle"], body["lot"]
        self.sale.paddles[paddle].held.append((body["reason"], where))
        for lot in self.sale.lots.values():
            if lot.status not in BEGUN or where not in (None, lot.lot):
                continue
            if body["standing"] == "keep":
                for lead in lot.leads:
                    lead.maximum = lead.price if lead.leader == paddle else lead.maximum
            else:
                lot.offers.pop(paddle, None)
                lot.after_hold = body["maxima"].get(lot.lot)

    def held(self, _row: Row, body: dict[str, Any]) -> None:
        for name, told in body["lots"].items():
            lot = self._lot({"lot": name})
            self._fallen(lot, told["leader"], told["price_minor"], told["bids"])
            if told["leader"] == body["paddle"]:
                self._fault(14, f"paddle {body['paddle']} is held, and leads lot {name}")
            if lot.opened:
                lot.offers.pop(body["paddle"], None)
            if (told["deadline_ms"] or 0) < (lot.deadline or 0):
                self._fault(4, f"lot {name} ends earlier for a hold")
            lot.ask, lot.origin = told["ask_minor"], told["origin_ms"]
            lot.ends(told["deadline_ms"], body["at_ms"])

    def _fallen(self, lot: LotState, leader: str | None, price: int | None, shown: int) -> None:
        """9: steps were taken out: no price rises by it, and nobody leads who did not bid."""
        before, most = lot.lead, lot.after_hold
        known = {lead.by for lead in lot.leads if lead.by}
        all_known = all(lead.known for lead in lot.leads)
        if lot.status not in BEGUN or (price or 0) > (before.price if before else 0):
            self._fault(9, f"lot {lot.lot} is {lot.status}, and comes to {price} as steps are taken out")
        if leader is not None and all_known and leader not in known:
            self._fault(9, f"{leader} leads lot {lot.lot} without a bid")
        lot.leads = []
        if leader is not None and price is not None:
            lot.leads = [Lead(leader, price, price if most is None else most, shown, known=False)]
        lot.status, lot.declined, lot.after_hold = "open" if lot.status in LIVE else lot.status, set(), None

    def release(self, _row: Row, body: dict[str, Any]) -> None:
        self.sale.paddles[body["paddle"]].held.clear()

    def assign(self, row: Row, body: dict[str, Any]) -> None:
        lot, named = self._lot(body), set(body["bids"])
        self._call(row)
        self._may_bid(lot, body["paddle"])
        self._move(lot, LIVE, lot.status)
        if all(lead.known for lead in lot.leads) and not named <= lot.rooms():
            self._fault(9, f"the bids {sorted(named)} of lot {lot.lot} are nobody's to assign")
        leads = False
        for lead in lot.leads:
            if lead.by == ROOM:
                leads = lead.seq in named
                lead.by = body["paddle"] if leads else ROOM
            if lead.leader == ROOM and (leads or not lead.known):
                lead.leader = body["leader"]
        if lot.lead is None or lot.lead.leader != body["leader"]:
            self._fault(9, f"{body['leader']} is said to lead lot {lot.lot}, and {lot.lead and lot.lead.leader} does")
        elif leads and lot.lead.leader == body["paddle"]:
            self._within(lot, body["paddle"], lot.lead.maximum)

    def void_in_the_room(self, lot: LotState, body: dict[str, Any]) -> None:
        """A bid in the room that was overtaken is taken out, and the others are taken again."""
        if all(lead.known for lead in lot.leads) and body["of_seq"] not in lot.rooms():
            self._fault(9, f"bid {body['of_seq']} of lot {lot.lot} is no bid in the room")
        mine = [lead.maximum for lead in lot.leads if lead.leader == body["leader"]]
        lot.after_hold = max([body["price_minor"] or 0, *mine])
        self._fallen(lot, body["leader"], body["price_minor"], (lot.lead.shown if lot.lead else 1) - 1)
        lot.ask = body["ask_minor"]
