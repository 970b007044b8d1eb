"""Folds bids, maxima and offers for the checker, and checks them (6, 8 to 11, 14, 24, 29)."""

from typing import Any

from .anew import Anew
from .files import Row
from .lot import BEGUN, LIVE, NO_RANK, ROOM, Act, Lead, LotState


class Bids(Anew):
    """Folds bids: the leader, his price and his maximum."""

    def bid(self, row: Row, body: dict[str, Any]) -> None:
        lot, paddle = self._lot(body), body["paddle"]
        self._takes_bids(lot, body, left=row.record.n in self.at_opening)
        if body["way"] == "floor":
            self._call(row)
            if paddle in self.sale.paddles and self.sale.paddles[paddle].channel == "online":
                self._fault(14, f"paddle {paddle} bids online, and a bid is made for it on the floor")
        else:
            self._own_bid(row, paddle)
        if paddle != ROOM or body["way"] != "floor":
            self._may_bid(lot, paddle)
        lead = lot.lead
        if lead is not None and paddle == lead.leader and paddle != ROOM and not lot.self_raise:
            self._fault(10, f"paddle {paddle} leads lot {lot.lot}, and bids against himself")
        if lot.format == "dutch":
            self._falling(lot, body)
        else:
            self._rising(lot, body)
        self._lead(lot, row, body)

    def _takes_bids(self, lot: LotState, body: dict[str, Any], *, left: bool = False) -> None:
        """3, 6: while the lot is open, and before its end. A maximum left before it opened is always in time."""
        arrived_ms = body.get("arrived_ms", 0)
        if lot.status not in LIVE:
            self._fault(6, f"lot {lot.lot} is {lot.status}, and takes a bid")
        elif lot.deadline is not None and arrived_ms >= lot.deadline and not left:
            self._fault(6, f"lot {lot.lot} closed at {lot.deadline}, and takes a bid of {arrived_ms}")
        elif arrived_ms > body["at_ms"]:
            self._fault(3, "it was decided before it arrived")

    def _rising(self, lot: LotState, body: dict[str, Any]) -> None:
        """8, 9: from the start; at the told ask or above. Only a better priority right may equal a price."""
        price = body["price_minor"]
        amount = price if body["amount_minor"] is None else body["amount_minor"]
        if amount < (lot.start or 1):
            self._fault(8, f"{amount} is below the start of {lot.start}")
        lead = lot.lead
        if lead is None:
            if amount < (lot.ask or 1):
                self._fault(9, f"{amount} is below the ask of {lot.ask}")
        else:
            self._over(lot, lead, body, amount)
        if body["ask_minor"] <= price and body["ask_minor"] != lot.own.get("cap_minor"):
            self._fault(9, f"the ask of {body['ask_minor']} is not above the price of {price}")
        if body["leader"] not in (body["paddle"], lead and lead.leader):
            self._fault(9, f"{body['leader']} leads without a bid")
        elif body["leader"] == body["paddle"] and amount > price:
            self._fault(9, f"a bid of {amount} leads at {price}")

    def _over(self, lot: LotState, lead: Lead, body: dict[str, Any], amount: int) -> None:
        by_right = self.sale.rank(body["paddle"], lot.lot) < self.sale.rank(lead.leader, lot.lot)
        least = lead.price if by_right else max(lot.ask or 1, lead.price + 1)
        if amount < least:
            self._fault(9, f"{amount} follows a price of {lead.price} and an ask of {lot.ask}")
        equal = self.sale.rank(body["paddle"], lot.lot) != NO_RANK or self.sale.rank(lead.leader, lot.lot) != NO_RANK
        if body["price_minor"] < lead.price + (not equal):
            self._fault(9, f"a price of {body['price_minor']} follows one of {lead.price}")
        stays = body["leader"] == lead.leader != body["paddle"]
        if stays and not amount <= body["price_minor"] <= lead.maximum:
            self._fault(9, f"{lead.leader} keeps the lead at {body['price_minor']}, and went up to {lead.maximum}")
        if not stays and body["leader"] == body["paddle"] != lead.leader:
            most = lead.maximum if by_right else lead.maximum + 1
            if body["way"] != "maximum" and amount < most:
                self._fault(9, f"{amount} takes the lead from a maximum of {lead.maximum}")

    def _falling(self, lot: LotState, body: dict[str, Any]) -> None:
        ask = lot.falling_ask(body["arrived_ms"])
        if body["price_minor"] != ask:
            self._fault(9, f"the ask was {ask} when the bid arrived, and it pays {body['price_minor']}")

    def _lead(self, lot: LotState, row: Row, body: dict[str, Any]) -> None:
        before, leader, price = lot.lead, body["leader"], body["price_minor"]
        act = Act(body["paddle"], body["amount_minor"] or price, body["way"] != "maximum", row.record.seq or 0)
        by = before.by if before is not None and before.leader == leader != act.paddle else act
        maximum = max(price, before.maximum if before and before.leader == leader else 0)
        lot.leads.append(Lead(act, by, price, maximum, (before.shown if before else 0) + 1))
        lot.status, lot.declined = "open", set()
        self._ends(lot, body["deadline_ms"], body["arrived_ms"])
        lot.ask = lot.ask if lot.format == "dutch" else body["ask_minor"]  # a falling ask is shown as it began
        self._not_too_high(body["amount_minor"] or 0)
        if body["paddle"] == leader or body["amount_minor"] is not None:
            self._within(lot, body["paddle"], price if body["amount_minor"] is None else body["amount_minor"])

    def maximum(self, row: Row, body: dict[str, Any]) -> None:
        lot, paddle, most = self._lot(body), body["paddle"], body["max_minor"]
        self._own_bid(row, paddle)
        self._not_too_high(most)
        lead = lot.lead
        if body["silent"]:
            self._takes_bids(lot, body)
            self._may_bid(lot, paddle)
            if lead is None or lead.leader != paddle:
                self._fault(9, f"paddle {paddle} does not lead, and changes his maximum")
                return
            act = Act(paddle, most, plain=False)
            lot.leads.append(Lead(act, act, lead.price, most, lead.shown))
        elif lead is not None:
            lead.act.most = most
            if lead.leader == paddle:
                if most < lead.price:
                    self._fault(9, f"paddle {paddle} leads at {lead.price} with a maximum of {most}")
                lead.maximum = most
        self._within(lot, paddle, most)

    def assign(self, row: Row, body: dict[str, Any]) -> None:
        """9: only bids in the room are given to a paddle; the lead's has to be within its limit."""
        lot = self._lot(body)
        self._call(row)
        self._may_bid(lot, body["paddle"])
        self._move(lot, LIVE, lot.status)
        acts = {lead.act.seq: lead.act for lead in lot.leads if lead.act.paddle == ROOM}
        if not body["bids"] or not acts.keys() >= {*body["bids"]}:
            self._fault(9, f"of the bids {body['bids']} of lot {lot.lot} one is not in the room")
        led_from_room = lot.lead is not None and lot.lead.leader == ROOM
        for seq in body["bids"]:
            if seq in acts:
                acts[seq].paddle = body["paddle"]
        leader = lot.lead.leader if lot.lead else None
        if leader != body["leader"]:
            self._fault(9, f"{leader} leads lot {lot.lot}, and it says {body['leader']}")
        if led_from_room and lot.lead is not None and leader == body["paddle"]:
            self._within(lot, body["paddle"], lot.lead.maximum)

    def void(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._stays_paused(lot)
        if body["of_seq"] is not None:
            self._void_in_the_room(lot, body)
        elif lot.lead is None or lot.lead.act.silent:
            self._fault(9, f"lot {lot.lot} has no bid to void")
            return
        else:
            lot.leads.pop()
            self._now_leads(lot, body)
        self._still_stand(9, lot, body["bids"])
        lot.ask, lot.declined = body["ask_minor"], set()

    def _void_in_the_room(self, lot: LotState, body: dict[str, Any]) -> None:
        gone = [lead.act for lead in lot.leads if lead.act.seq == body["of_seq"]]
        if not gone or gone[0].paddle != ROOM:
            self._fault(35, f"bid {body['of_seq']} of lot {lot.lot} is not one in the room")
        self._anew(lot, [lead.act for lead in lot.leads if lead.act not in gone], body)

    def _stays_paused(self, lot: LotState) -> None:
        self._move(lot, BEGUN, "paused" if lot.status == "paused" else "open")

    def void_maximum(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, BEGUN, lot.status)
        if lot.lead is None or not lot.lead.act.silent:
            self._fault(9, f"lot {lot.lot} has no silent maximum to void")
            return
        lot.leads.pop()

    def lift(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._stays_paused(lot)
        if lot.lead is not None and lot.lead.price != body["price_minor"]:
            lot.lead.price, lot.declined = body["price_minor"], set()
        lot.ask = body["ask_minor"]

    # --- sealed offers ---

    def offer(self, row: Row, body: dict[str, Any]) -> None:
        lot, paddle = self._lot(body), body["paddle"]
        self._takes_bids(lot, body)
        self._own_bid(row, paddle)
        self._may_bid(lot, paddle)
        lot.offers.pop(paddle, None)
        lot.offers[paddle] = (row.opened_minor, body["arrived_ms"])
        if row.opened_minor is not None:
            if row.opened_minor < (lot.start or 1):
                self._fault(8, f"{row.opened_minor} is below the start of {lot.start}")
            self._not_too_high(row.opened_minor)
            self._within(lot, paddle, row.opened_minor)

    def close_offers(self, _row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._move(lot, LIVE, lot.status)
        if body["at_ms"] < (lot.deadline or 0):
            self._fault(4, f"the offers of lot {lot.lot} are closed before {lot.deadline}")
        lot.offers_closed = True

    def open_offers(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, LIVE, lot.status)
        if body["at_ms"] < (lot.deadline or 0):
            self._fault(29, f"the offers of lot {lot.lot} are opened before {lot.deadline}")
        told = {paddle: (amount, arrived) for paddle, amount, arrived in body["offers"]}
        kept = {paddle: (told.get(paddle, (0, 0))[0] if a is None else a, at) for paddle, (a, at) in lot.offers.items()}
        if told != kept:
            self._fault(29, f"the opened offers of lot {lot.lot} are not those that were made")
        lot.offers, lot.opened = dict(told), True
