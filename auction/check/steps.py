"""What each event does to the checker's own fold, and what it must not have done (invariants 4, 6 to 15, 29, 30)."""

from collections.abc import Callable
from typing import Any

from .files import Row
from .findings import Findings
from .lot import BEGUN, LIVE, NO_RANK, ROOM, Lead, LotState, Paddle, SaleState

MAX_AMOUNT = 2**53 - 1
ENDED = ("sold", "passed")


class Steps:
    """The fold over a journal, event by event."""

    def __init__(self, findings: Findings) -> None:
        self.sale = SaleState()
        self._findings = findings
        self._where = ""

    def take(self, row: Row, where: str) -> None:
        """Follow one event."""
        self._where = where
        if self._amounts(row.body):
            _STEPS[row.body["kind"]](self, row, row.body)

    def _fault(self, invariant: int, what: str) -> None:
        self._findings.add(invariant, self._where, what)

    def _amounts(self, body: dict[str, Any]) -> bool:
        """7: what is a number is a whole one, an amount from 1 up. Whether it can be followed at all."""
        good = True
        for name, value in body.items():
            if not name.endswith(("_minor", "_ms")) or name == "deadlines_ms" or value is None:
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
        """15: once an auctioneer has the gavel, nobody else's call is in the journal."""
        if self.sale.gavel not in (None, row.record.actor):
            self._fault(15, f"{row.body['kind']} is {row.record.actor}'s, and {self.sale.gavel} holds the gavel")

    # --- the sale ---

    def publish(self, _row: Row, body: dict[str, Any]) -> None:
        if self.sale.published:
            self._fault(7, "the sale is published again, with another currency perhaps")
        self.sale.published, self.sale.currency, self.sale.house = True, body["currency"], body["house_org"]

    def list_lot(self, _row: Row, body: dict[str, Any]) -> None:
        known = self.sale.lots.get(body["lot"])
        if known is not None and known.status != "pending":
            self._fault(4, f"lot {known.lot} is {known.status}, and is listed anew")
        facts = (body["format"], body["start_minor"], body["has_reserve"], body["self_raise"], body["own"])
        self.sale.lots[body["lot"]] = LotState(body["lot"], *facts)

    def consign(self, _row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        lot.reserve, lot.consignor = body["reserve_minor"] or 0, body["consignor_org"]

    def admit(self, _row: Row, body: dict[str, Any]) -> None:
        facts = [body[each] for each in ("bidder", "limit_minor", "org", "priority", "holds")]
        known = self.sale.paddles.get(body["paddle"])
        if known is not None and known.holder not in (None, body["bidder"]):
            self._fault(14, f"paddle {body['paddle']} is given to another")
        self.sale.paddles[body["paddle"]] = Paddle(*facts)

    def take_gavel(self, row: Row, body: dict[str, Any]) -> None:
        if row.record.actor != body["auctioneer"]:
            self._fault(15, f"{row.record.actor} took the gavel for {body['auctioneer']}")
        self.sale.gavel = body["auctioneer"]

    def pause_sale(self, _row: Row, body: dict[str, Any]) -> None:
        for name in body["lots"]:
            lot = self._lot({"lot": name})
            self._move(lot, LIVE, "paused")
            lot.paused_at = body["at_ms"] if body["since_ms"] is None else body["since_ms"]
        self.sale.halted, self.sale.pause_reason = True, body["reason"]

    def resume_sale(self, _row: Row, body: dict[str, Any]) -> None:
        if not self.sale.halted:
            self._fault(4, "the sale goes on, and was not paused")
        for name, deadline in body["deadlines_ms"].items():
            lot = self._lot({"lot": name})
            self._move(lot, ("paused",), "open")
            lot.resume(body["at_ms"], deadline)
        self.sale.halted, self.sale.pause_reason = False, None

    def close(self, _row: Row, _body: dict[str, Any]) -> None:
        if any(lot.status in BEGUN for lot in self.sale.lots.values()):
            self._fault(4, "the sale closes, and a lot is under way")
        self.sale.closed = True

    # --- a lot's course ---

    def open(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, ("pending",), "open")
        if self.sale.halted or self.sale.closed:
            self._fault(4, f"lot {lot.lot} opens while the sale stands still")
        lot.ask, lot.deadline, lot.origin = body["ask_minor"], body["deadline_ms"], body["at_ms"]
        self.sale.back = set()

    def reopen(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        if lot.lot not in self.sale.back or not body["reason"]:
            self._fault(4, f"lot {lot.lot} is reopened too late, or without a reason")
        self._move(lot, ENDED, "open")
        self.sale.back.discard(lot.lot)
        lot.ask, lot.origin, lot.ended_at, lot.ended_by = body["ask_minor"], body["at_ms"], None, None

    def pause(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, LIVE, "paused")
        lot.paused_at = body["at_ms"]

    def resume(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, ("paused",), "open")
        lot.resume(body["at_ms"], body["deadline_ms"])

    def warn(self, row: Row, body: dict[str, Any]) -> None:
        self._call(row)
        self._move(self._lot(body), LIVE, "fair_warning")

    def set_ask(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, LIVE, lot.status)
        lot.ask = body["ask_minor"]

    # --- bids ---

    def bid(self, row: Row, body: dict[str, Any]) -> None:
        lot, paddle = self._lot(body), body["paddle"]
        self._takes_bids(lot, body)
        if body["way"] == "floor":
            self._call(row)
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
        self._lead(lot, body)

    def _takes_bids(self, lot: LotState, body: dict[str, Any]) -> None:
        if lot.status not in LIVE:
            self._fault(6, f"lot {lot.lot} is {lot.status}, and takes a bid")
        elif lot.deadline is not None and body["arrived_ms"] >= lot.deadline:
            self._fault(6, f"lot {lot.lot} closed at {lot.deadline}, and takes a bid of {body['arrived_ms']}")
        elif body["arrived_ms"] > body["at_ms"]:
            self._fault(3, "it was decided before it arrived")

    def _own_bid(self, row: Row, paddle: str) -> None:
        known = self.sale.paddles.get(paddle)
        if known is not None and known.holder != row.record.actor:
            self._fault(24, f"{row.record.actor} bids with paddle {paddle}, which is {known.holder}'s")

    def _may_bid(self, lot: LotState, paddle: str) -> None:
        known = self.sale.paddles.get(paddle)
        if known is None:
            self._fault(14, f"there is no paddle {paddle}")
        elif known.holds:
            self._fault(14, f"paddle {paddle} is held: {', '.join(known.holds)}")
        elif known.org is not None and known.org in (lot.consignor, self.sale.house):
            self._fault(14, f"paddle {paddle} is the consignor's or the house's")

    def _rising(self, lot: LotState, body: dict[str, Any]) -> None:
        """8, 9: from the start; at the ask that was told or above; only a better priority right may equal a price."""
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

    def _lead(self, lot: LotState, body: dict[str, Any]) -> None:
        before, leader, price = lot.lead, body["leader"], body["price_minor"]
        maximum = max(price, before.maximum if before and before.leader == leader else 0)
        lot.leads.append(Lead(leader, price, maximum, (before.shown if before else 0) + 1))
        lot.status, lot.deadline = "open", body["deadline_ms"]
        lot.ask = lot.ask if lot.format == "dutch" else body["ask_minor"]  # a falling ask is shown as it began
        if body["paddle"] == leader or body["amount_minor"] is not None:
            self._within(lot, body["paddle"], price if body["amount_minor"] is None else body["amount_minor"])

    def _within(self, lot: LotState, paddle: str, amount: int) -> None:
        """11: with what the other lots hold, not above the limit."""
        known = self.sale.paddles.get(paddle)
        if known is None or known.limit is None:
            return
        exposure = amount + sum(each.held(paddle) for each in self.sale.lots.values() if each is not lot)
        if exposure > known.limit:
            self._fault(11, f"paddle {paddle} stands for {exposure}, and its limit is {known.limit}")

    def maximum(self, row: Row, body: dict[str, Any]) -> None:
        lot, paddle, most = self._lot(body), body["paddle"], body["max_minor"]
        self._own_bid(row, paddle)
        lead = lot.lead
        if body["silent"]:
            self._takes_bids(lot, {**body, "arrived_ms": 0})
            self._may_bid(lot, paddle)
            if lead is None or lead.leader != paddle:
                self._fault(9, f"paddle {paddle} does not lead, and changes his maximum")
                return
            lot.leads.append(Lead(paddle, lead.price, most, lead.shown, silent=True))
        elif lead is not None and lead.leader == paddle:
            if most < lead.price:
                self._fault(9, f"paddle {paddle} leads at {lead.price} with a maximum of {most}")
            lead.maximum = most
        self._within(lot, paddle, most)

    def assign(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._may_bid(lot, body["paddle"])
        self._move(lot, LIVE, lot.status)
        if lot.lead is None or lot.lead.leader != ROOM:
            self._fault(9, f"the lead of lot {lot.lot} is nobody's to assign")
            return
        lot.lead.leader = body["paddle"]
        self._within(lot, body["paddle"], lot.lead.maximum)

    def void(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, LIVE, "open")
        if lot.lead is None or lot.lead.silent:
            self._fault(9, f"lot {lot.lot} has no bid to void")
            return
        lot.leads.pop()
        now = (lot.lead.leader, lot.lead.price) if lot.lead else (None, None)
        if now != (body["leader"], body["price_minor"]):
            self._fault(9, f"after the void {now} leads, and it says ({body['leader']}, {body['price_minor']})")
        lot.ask = body["ask_minor"]

    def void_maximum(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, LIVE, lot.status)
        if lot.lead is None or not lot.lead.silent:
            self._fault(9, f"lot {lot.lot} has no silent maximum to void")
            return
        lot.leads.pop()

    def lift(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, LIVE, "open")
        if lot.lead is not None:
            lot.lead.price = body["price_minor"]
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
            self._within(lot, paddle, row.opened_minor)

    def close_offers(self, _row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._move(lot, LIVE, lot.status)
        if body["at_ms"] < (lot.deadline or 0):
            self._fault(4, f"the offers of lot {lot.lot} are closed before {lot.deadline}")

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

    # --- ends ---

    def sell(self, row: Row, body: dict[str, Any]) -> None:
        lot, hammer = self._lot(body), body["hammer_minor"]
        self._end(lot, row, "sold")
        if lot.opened:
            self._sealed_result(lot, body)
            lot.leads = [Lead(body["paddle"], hammer, hammer, 0)]
        else:
            self._result(lot, body)
            if lot.lead is not None:
                lot.lead.price = hammer

    def _end(self, lot: LotState, row: Row, to: str) -> None:
        """4, 12, 15: once, from the block, by who may."""
        body = row.body
        if lot.status in ENDED:
            self._fault(12, f"lot {lot.lot} is {lot.status} already, and becomes {to}")
        elif lot.status not in LIVE:
            self._fault(4, f"lot {lot.lot} is {lot.status}, and becomes {to}")
        if body["ended_by"] == "person":
            self._call(row)
            if lot.format != "english":
                self._fault(4, f"a person ends the {lot.format} lot {lot.lot}")
        elif body["ended_by"] == "clock" and body["at_ms"] < (lot.deadline or 0):
            self._fault(4, f"the clock ends lot {lot.lot} before {lot.deadline}")
        lot.status, lot.ended_at, lot.ended_by = to, body["ended_at_ms"], body["ended_by"]
        self.sale.back.add(lot.lot)

    def _result(self, lot: LotState, body: dict[str, Any]) -> None:
        lead = lot.lead
        if lead is None or (body["paddle"], lead.leader == ROOM) != (lead.leader, False):
            self._fault(13, f"lot {lot.lot} goes to {body['paddle']}, and {lead and lead.leader} leads")
            return
        lifted = lot.reserve if lead.price < lot.reserve <= lead.maximum else lead.price
        if body["hammer_minor"] != lifted:
            self._fault(13, f"lot {lot.lot} is sold for {body['hammer_minor']}, and the lead is {lifted}")
        if lifted < lot.reserve:
            self._fault(13, f"lot {lot.lot} is sold for {lifted}, below its reserve")

    def _sealed_result(self, lot: LotState, body: dict[str, Any]) -> None:
        amounts = {paddle: amount or 0 for paddle, (amount, _) in lot.offers.items()}
        mine, highest = amounts.get(body["paddle"], 0), max(amounts.values(), default=0)
        others = max((each for paddle, each in amounts.items() if paddle != body["paddle"]), default=0)
        second = lot.own.get("price", "first") == "second"
        pays = max(lot.start or 1, lot.reserve, others) if second else highest
        if mine != highest or body["hammer_minor"] != pays or pays < lot.reserve:
            what = f"lot {lot.lot} goes to {body['paddle']}, who offered {mine}, for {body['hammer_minor']}"
            self._fault(13, f"{what}; the highest offer is {highest}, the price {pays}")

    def pass_lot(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._end(lot, row, "passed")
        best = max((amount or 0 for amount, _ in lot.offers.values()), default=0)
        best = max(best, lot.lead.maximum if lot.lead else 0)
        if body["ended_by"] != "person" and 0 < best >= lot.reserve:
            self._fault(13, f"lot {lot.lot} is passed, and {best} was bid")

    def withdraw(self, _row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._move(lot, ("pending", *LIVE), "withdrawn")
        lot.ended_at, lot.ended_by, lot.paused_at = body["ended_at_ms"], "person", None
        self.sale.back.discard(lot.lot)


_STEPS: dict[str, Callable[[Steps, Row, dict[str, Any]], None]] = {
    "sale_published": Steps.publish,
    "lot_listed": Steps.list_lot,
    "lot_consigned": Steps.consign,
    "bidder_admitted": Steps.admit,
    "gavel_taken": Steps.take_gavel,
    "lot_opened": Steps.open,
    "bid_placed": Steps.bid,
    "maximum_set": Steps.maximum,
    "paddle_assigned": Steps.assign,
    "ask_set": Steps.set_ask,
    "fair_warning_given": Steps.warn,
    "bid_voided": Steps.void,
    "maximum_voided": Steps.void_maximum,
    "calls_lifted": Steps.lift,
    "offer_placed": Steps.offer,
    "offers_closed": Steps.close_offers,
    "offers_opened": Steps.open_offers,
    "lot_sold": Steps.sell,
    "lot_passed": Steps.pass_lot,
    "lot_withdrawn": Steps.withdraw,
    "lot_reopened": Steps.reopen,
    "lot_paused": Steps.pause,
    "lot_resumed": Steps.resume,
    "sale_paused": Steps.pause_sale,
    "sale_resumed": Steps.resume_sale,
    "sale_closed": Steps.close,
}
