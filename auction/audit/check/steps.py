"""Folds each event for the checker, and checks it: 4, 6 to 15, 29, 34 to 38."""

from collections.abc import Callable
from typing import Any

from .files import Row
from .holds import Holds
from .lot import BEGUN, LIVE, ROOM, Act, Lead, LotState, Paddle

ENDED = ("sold", "passed")
WITHDRAWN_FOR = ("TITLE_EVIDENCE", "AUTHORITY", "TECHNICAL", "OTHER")


class Steps(Holds):
    """The fold over a journal, event by event."""

    def take(self, row: Row, where: str) -> None:
        """Follow one event."""
        self._where = where
        self._told_at_once(row.body)
        self._take_left(row)
        if self._amounts(row.body):
            _STEPS[row.body["kind"]](self, row, row.body)
        self._decided_ms = row.record.at_ms

    # --- the sale ---

    def publish(self, _row: Row, body: dict[str, Any]) -> None:
        if self.sale.published:
            self._fault(7, "the sale is published again, with another currency perhaps")
        self.sale.published, self.sale.currency, self.sale.house = True, body["currency"], body["house_org"]
        self.sale.mode, self.sale.days = body["priority_mode"], body["priority_days"]
        self.sale.commission, self.sale.highest = body["buyer_commission"], body["highest_minor"]
        self._slices(self.sale.commission)

    def change_highest(self, _row: Row, body: dict[str, Any]) -> None:
        self.sale.highest = body["highest_minor"]

    def agree(self, _row: Row, body: dict[str, Any]) -> None:
        self._slices(body["seller_commission"])

    def _slices(self, slices: list[list[int]]) -> None:
        """7: a commission's rates and the amounts that they begin at are whole numbers."""
        if any(type(each) is not int or each < 0 for pair in slices for each in pair):
            self._fault(7, f"the commission is {slices}")

    def list_lot(self, _row: Row, body: dict[str, Any]) -> None:
        known = self.sale.lots.get(body["lot"])
        if known is not None and known.status != "pending":
            self._fault(4, f"lot {known.lot} is {known.status}, and is listed anew")
        facts = (body["format"], body["start_minor"], body["has_reserve"], body["self_raise"], body["own"])
        self.sale.lots[body["lot"]] = LotState(body["lot"], *facts)
        if known is not None and not body["anew"]:
            self.sale.lots[body["lot"]].left = known.left

    def consign(self, _row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        lot.reserve, lot.consignors = body["reserve_minor"] or 0, tuple(body["consignor_orgs"])

    def admit(self, _row: Row, body: dict[str, Any]) -> None:
        facts = [body[each] for each in ("bidder", "limit_minor", "org", "priority", "holds", "also", "channel")]
        known = self.sale.paddles.get(body["paddle"])
        if known is not None and known.holder not in (None, body["bidder"]):
            self._fault(14, f"paddle {body['paddle']} is given to another")
        self.sale.paddles[body["paddle"]] = Paddle(*facts, *([known.held] if known else []))

    def state(self, _row: Row, body: dict[str, Any]) -> None:
        """4: terms and texts are said of a sale that goes on. Holders are said only of paddles that exist."""
        if not self.sale.published or self.sale.closed:
            self._fault(4, f"{body['kind']} stands outside of the sale")
        unknown = set(body["digests"]) - set(self.sale.paddles) if body["kind"] == "paddles_identified" else ()
        for paddle in sorted(unknown):
            self._fault(14, f"who holds paddle {paddle} is said, and there is none")

    def state_work(self, _row: Row, body: dict[str, Any]) -> None:
        """4: only of a published sale, and only what is news."""
        known = self.sale.work.get((body["account"], body["role"]))
        if not self.sale.published or known is body["works"]:
            self._fault(
                4, f"{body['account']} as {body['role']} works for the sale: {body['works']}, and that is no news"
            )
        self.sale.work[body["account"], body["role"]] = body["works"]

    def take_gavel(self, row: Row, body: dict[str, Any]) -> None:
        if row.record.actor != body["auctioneer"]:
            self._fault(15, f"{row.record.actor} took the gavel for {body['auctioneer']}")
        self.sale.gavel = body["auctioneer"]

    def pause_sale(self, _row: Row, body: dict[str, Any]) -> None:
        self._was_away(body["since_ms"])
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
            self._go_on(lot, body["at_ms"], deadline)
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
        lot.ask, lot.origin = body["ask_minor"], body["at_ms"]
        lot.ends(body["deadline_ms"], body["at_ms"])
        self.sale.back, self._taking = set(), lot

    def reopen(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        if lot.lot not in self.sale.back or not body["reason"]:
            self._fault(4, f"lot {lot.lot} is reopened too late, or without a reason")
        self._move(lot, ENDED, "open")
        self.sale.back.discard(lot.lot)
        lot.ask, lot.origin = body["ask_minor"], body["at_ms"]
        lot.ended_at = lot.ended_by = lot.match_until = None
        lot.even_held = False

    def pause(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        if body["reason"] == "LEADER_HELD":
            self._asks_about(lot)
        else:
            self._call(row)
        self._move(lot, LIVE, "paused")
        lot.paused_at = body["at_ms"] if body["since_ms"] is None else body["since_ms"]

    def resume(self, row: Row, body: dict[str, Any]) -> None:
        self._call(row)
        self._go_on(self._lot(body), body["at_ms"], body["deadline_ms"])

    def _go_on(self, lot: LotState, at_ms: int, deadline: int | None) -> None:
        self._move(lot, ("paused",), "open")
        before = lot.deadline
        lot.resume(at_ms, deadline)
        self._not_earlier(lot, before)

    def warn(self, row: Row, body: dict[str, Any]) -> None:
        self._call(row)
        self._move(self._lot(body), LIVE, "fair_warning")

    def set_ask(self, row: Row, body: dict[str, Any]) -> None:
        lot = self._lot(body)
        self._call(row)
        self._move(lot, LIVE, lot.status)
        lot.ask = body["ask_minor"]

    # --- ends ---

    def sell(self, row: Row, body: dict[str, Any]) -> None:
        lot, hammer = self._lot(body), body["hammer_minor"]
        self._end(lot, row, "sold")
        if lot.opened:
            self._sealed_result(lot, body)
            act = Act(body["paddle"], hammer, plain=True)
            lot.leads = [Lead(act, act, hammer, hammer, 0)]
        else:
            self._result(lot, body)
            if lot.lead is not None:
                lot.lead.price = hammer
        self._won_though_held(lot, body)
        if any(lead.act.paddle == ROOM for lead in lot.leads):
            self._fault(35, f"lot {lot.lot} is sold, and a bid in the room has no paddle")
        self._sold_by_right(lot, body)
        lot.even_held = body.get("even_held", False)

    def _end(self, lot: LotState, row: Row, to: str) -> None:
        """4, 12, 15: once, from the block, by who may."""
        body = row.body
        if lot.status in ENDED:
            self._fault(12, f"lot {lot.lot} is {lot.status} already, and becomes {to}")
        elif lot.status not in LIVE and not (lot.status == "paused" and (lot.asks or to == "passed")):
            self._fault(4, f"lot {lot.lot} is {lot.status}, and becomes {to}")
        if body["ended_by"] == "person":
            self._call(row)
            if lot.format != "english" and not lot.asks:
                self._fault(4, f"a person ends the {lot.format} lot {lot.lot}")
        elif body["ended_by"] == "clock":
            self._by_clock(lot, body)
        lot.status, lot.ended_at, lot.ended_by = to, body["ended_at_ms"], body["ended_by"]
        lot.asks, lot.paused_at = False, None
        self.sale.back.add(lot.lot)

    def _by_clock(self, lot: LotState, body: dict[str, Any]) -> None:
        """4: at its deadline, and not before lots of its group that were told to end later."""
        end = lot.deadline or 0
        if body["at_ms"] < end or (lot.format != "sealed" and body["ended_at_ms"] != end):
            self._fault(4, f"the clock ends lot {lot.lot} at {body['ended_at_ms']}, and not at {end}")
        later = (each for each in self._group(lot) if (each.deadline or 0) > end > each.moved_at)
        if end < lot.hard_end() and any(later):
            self._fault(4, f"the clock ends lot {lot.lot} before its group")

    def _group(self, lot: LotState) -> list[LotState]:
        """The lots that run, and end together with this one."""
        lots = self.sale.lots.values()
        return [each for each in lots if lot.group is not None and each.group == lot.group and each.status in LIVE]

    def extend(self, _row: Row, body: dict[str, Any]) -> None:
        """4: later, and at the latest end of the group that is not beyond the lot's own hard end."""
        named = [(self._lot({"lot": name}), deadline) for name, deadline in body["deadlines_ms"].items()]
        for lot, deadline in named:
            latest = min(lot.hard_end(), max((each.deadline or 0 for each in self._group(lot)), default=0))
            if lot.status not in LIVE or deadline != latest or deadline <= (lot.deadline or 0):
                self._fault(4, f"{lot.lot} ends at {deadline} instead of {lot.deadline}, its group at {latest}")
        for lot, deadline in named:
            lot.ends(deadline, body["at_ms"])

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
        """4: once it has begun, only for a reason of the law's; the consignor's is none."""
        lot = self._lot(body)
        if lot.status != "pending" and body["reason"] not in WITHDRAWN_FOR:
            self._fault(4, f"lot {lot.lot} is {lot.status}, and is withdrawn for {body['reason']}")
        self._move(lot, ("pending", *BEGUN), "withdrawn")
        lot.ended_at, lot.ended_by, lot.paused_at = body["ended_at_ms"], "person", None
        self.sale.back.discard(lot.lot)

    def move(self, _row: Row, body: dict[str, Any]) -> None:
        """4, 37: after an absence every running lot ends later by it, with a period left to bid in."""
        self._was_away(body["since_ms"])
        gap = body["at_ms"] - body["since_ms"]
        running = {lot.lot for lot in self.sale.lots.values() if lot.runs}
        if gap <= 0 or running != {*body["deadlines_ms"]} or running != {*body["origins_ms"]}:
            self._fault(4, f"the ends of {sorted(body['deadlines_ms'])} move by {gap} ms, and {sorted(running)} run")
        for name, deadline in body["deadlines_ms"].items():
            lot, origin = self._lot({"lot": name}), body["origins_ms"].get(name, 0)
            least = max((lot.deadline or 0) + gap, body["at_ms"] + lot.period())
            if deadline < least:
                self._fault(37, f"lot {name} ends at {deadline} after an absence of {gap} ms, and not at {least}")
            if origin < (lot.origin or 0) + gap or (lot.format == "dutch" and origin != (lot.origin or 0) + gap):
                self._fault(4, f"the times of lot {name} count from {origin}, and counted from {lot.origin}")
            lot.origin = origin
            self._ends(lot, deadline, body["at_ms"])


_STEPS: dict[str, Callable[[Steps, Row, dict[str, Any]], None]] = {
    "sale_published": Steps.publish,
    "seller_commission_agreed": Steps.agree,
    "lot_listed": Steps.list_lot,
    "lot_consigned": Steps.consign,
    "bidder_admitted": Steps.admit,
    "highest_changed": Steps.change_highest,
    "channel_set": Steps.set_channel,
    "hold_placed": Steps.place_hold,
    "void_asked": Steps.ask_void,
    "paddle_held": Steps.hold,
    "paddle_released": Steps.release,
    "terms_stated": Steps.state,
    "texts_stated": Steps.state,
    "paddles_identified": Steps.state,
    "work_stated": Steps.state_work,
    "gavel_taken": Steps.take_gavel,
    "lot_opened": Steps.open,
    "bid_placed": Steps.bid,
    "maximum_set": Steps.maximum,
    "paddle_assigned": Steps.assign,
    "ask_set": Steps.set_ask,
    "fair_warning_given": Steps.warn,
    "bid_voided": Steps.void,
    "maximum_left": Steps.leave,
    "maximum_voided": Steps.void_maximum,
    "calls_lifted": Steps.lift,
    "offer_placed": Steps.offer,
    "offers_closed": Steps.close_offers,
    "offers_opened": Steps.open_offers,
    "lot_sold": Steps.sell,
    "priority_declined": Steps.decline,
    "priority_exercised": Steps.exercise,
    "lot_passed": Steps.pass_lot,
    "lot_withdrawn": Steps.withdraw,
    "lot_reopened": Steps.reopen,
    "lot_paused": Steps.pause,
    "lot_resumed": Steps.resume,
    "group_extended": Steps.extend,
    "deadline_moved": Steps.move,
    "sale_paused": Steps.pause_sale,
    "sale_resumed": Steps.resume_sale,
    "sale_closed": Steps.close,
}
