"""拍卖笔录, the record of the sale (拍卖法 53): what the public chain says, lot by lot, in words.

Maxima and offers that were never opened stand in no public event, and so in no record.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..base.runtime import Slices
from ..rules.lot import Status
from ..rules.standing import ROOM
from ..words.i18n import mark as _
from . import passages
from .dossier import FACTS_PAGE, Checklist, Dossier, Draft
from .wording import Two, both, clock

Body = Mapping[str, Any]

REASONS = {
    "MISHEARD": _("misheard"),
    "WRONG_PADDLE": _("wrong paddle"),
    "MISTYPED": _("mistyped"),
    "DISPUTE": _("a dispute in the room"),
    "TECHNICAL": _("a technical fault"),
    "TITLE_EVIDENCE": _("evidence about the title"),
    "AUTHORITY": _("an authority asks for it"),
    "OTHER": _("another reason"),
    "BREAK": _("a break"),
    "SYSTEM_FAULT": _("a fault of the system"),
    "RECORD_RESTORED": _("an older record was put back"),
    "LEADER_HELD": _("the paddle that leads is held"),
    "CONSIGNOR": _("the consignor asks for it"),
}
WAYS = {"online": both("网络", "online"), "floor": both("现场", "hall"), "maximum": both("委托", "maximum")}
OUTCOMES = {
    Status.SOLD: both("成交", "sold"),
    Status.PASSED: both("流拍", "passed"),
    Status.WITHDRAWN: both("撤拍", "withdrawn"),
}


def record(of: Dossier, _subject: str = "") -> Draft:
    """The record of the sale as far as it has come."""
    wants = Checklist()
    lines = _Lines(of)
    general: list[dict[str, Any]] = []
    by_lot: dict[str, list[dict[str, Any]]] = {lot: [] for lot in of.state.lots}
    slices = Slices()
    for event in of.public_events():
        slices.breathe()
        body = json.loads(event["body"])
        told = lines.of_event(event["kind"], body, event["seq"])
        if told is not None:
            (general if event["lot"] is None else by_lot[event["lot"]]).append(told)
    lots = [_lot(of, number, lines.named(by_lot[number]), wants) for number in of.state.lots if by_lot[number]]
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "auctioneer": passages.auctioneer(of, wants),
        "recorder": wants.need(of.fact("recorder"), _("The recorder"), FACTS_PAGE),
        "others": of.fact("others_present"),
        "rules_announced": of.moment(of.sale.rules_announced_ms),
        "no_reserve": [number for number, row in of.lots.items() if row["no_reserve"]],
        "closed": of.state.closed,
        "general": general,
        "lots": lots,
    }
    return wants.done(facts)


def _lot(of: Dossier, number: str, lines: list[dict[str, Any]], wants: Checklist) -> dict[str, Any]:
    state = of.state.lots[number]
    return {
        **passages.lot(of, number, wants),
        "start": of.amount(state.terms.start_minor),
        "has_reserve": state.has_reserve,
        "outcome": OUTCOMES.get(state.status),
        "hammer": of.amount(state.hammer_minor),
        "buyer": state.leader if state.status is Status.SOLD else "",
        "in_term": of.moment(state.match_until_ms) if of.in_term(state) else None,
        "bids": state.public_bids,
        "lines": lines,
    }


class _Lines:
    """Events in words. A bid in the room gets its paddle once that is assigned."""

    def __init__(self, of: Dossier) -> None:
        self._of = of
        self._assigned: dict[int, str] = {}

    def of_event(self, kind: str, body: Body, seq: int) -> dict[str, Any] | None:
        """An event as a line: time, paddle, amount, source, words; None: the record does not tell it."""
        if kind == "paddle_assigned":
            self._assigned |= dict.fromkeys(body["bids"], body["paddle"])
        tell = _TOLD.get(kind)
        if tell is None:
            return None
        line = {"seq": seq, "time": clock(body.get("arrived_ms") or body["at_ms"], self._of.zone)}
        return {"paddle": "", "amount": None, "way": None, **line, **tell(self, body)}

    def named(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The lines, each bid in the room with the paddle that it was given later."""
        return [
            {**line, "paddle": self._assigned.get(line["seq"], line["paddle"])} if line["paddle"] == ROOM else line
            for line in lines
        ]

    def money(self, minor: int | None) -> str:
        """An amount in figures; a dash for none."""
        amount = self._of.amount(minor)
        return "–" if amount is None else amount["figures"]

    def bid(self, body: Body) -> dict[str, Any]:
        """A bid; a maximum answers it where another paddle leads after it."""
        minor = body["price_minor"] if body["amount_minor"] is None else body["amount_minor"]
        line = {"paddle": body["paddle"], "amount": self._of.amount(minor), "way": WAYS[body["way"]]}
        if body["leader"] == body["paddle"]:
            return {**line, "words": both("应价", "bid")}
        price = self.money(body["price_minor"])
        zh = f"应价；{body['leader']} 号牌的委托随即应价 {price}，领先"
        return {**line, "words": both(zh, f"bid; the maximum of {body['leader']} answers with {price} and leads")}

    def voided(self, body: Body) -> dict[str, Any]:
        """A bid that was taken back, and who leads after it."""
        reason = why(body["reason"])
        now, price = body["leader"] or "–", self.money(body["price_minor"])
        zh = f"撤销误记出价（{reason['zh']}）；领先号牌 {now}，{price}"
        return {"words": both(zh, f"bid taken back ({reason['en']}); leader {now}, {price}")}

    def sold(self, body: Body) -> dict[str, Any]:
        """The hammer, or the end by the clock or a bid."""
        words = both("落槌成交", "sold, hammer")
        if body["ended_by"] != "person":
            words = both("时间届满或应价即成交，成交", "sold by the clock or by a bid")
        if body.get("match_until_ms") is not None:
            end = self._of.moment(body["match_until_ms"]) or {}
            words = both(
                f"{words['zh']}；优先购买权可行使至 {end['zh']}", f"{words['en']}; priority right until {end['en']}"
            )
        return {"paddle": body["paddle"], "amount": self._of.amount(body["hammer_minor"]), "words": words}

    def offers(self, body: Body) -> dict[str, Any]:
        """All sealed offers, the best one first."""
        each = [(paddle, self.money(amount)) for paddle, amount, _at in body["offers"]]
        text = "; ".join(f"{paddle} {amount}" for paddle, amount in each) or "–"
        return {"words": both(f"开启密封报价：{text}", f"offers opened: {text}")}


def why(reason: str | None) -> Two:
    """A reason in words."""
    return both("未注明", "not stated") if reason is None else passages.words_of(REASONS, reason)


def _plain(zh: str, en: str) -> Callable[[_Lines, Body], dict[str, Any]]:
    return lambda _lines, _body: {"words": both(zh, en)}


def _with_reason(zh: str, en: str) -> Callable[[_Lines, Body], dict[str, Any]]:
    def tell(_lines: _Lines, body: Body) -> dict[str, Any]:
        reason = why(body.get("reason"))
        return {"words": both(f"{zh}（{reason['zh']}）", f"{en} ({reason['en']})")}

    return tell


def _of_paddle(zh: str, en: str) -> Callable[[_Lines, Body], dict[str, Any]]:
    return lambda _lines, body: {"paddle": body["paddle"], "words": both(zh, en)}


def _asked(zh: str, en: str) -> Callable[[_Lines, Body], dict[str, Any]]:
    return lambda lines, body: {"amount": lines._of.amount(body["ask_minor"]), "words": both(zh, en)}


_TOLD: Mapping[str, Callable[[_Lines, Body], dict[str, Any]]] = {
    "lot_opened": _asked("开始竞价，叫价", "opened, the ask"),
    "bid_placed": _Lines.bid,
    "ask_set": _asked("拍卖师叫价", "the auctioneer asks"),
    "fair_warning_given": _plain("即将落槌，最后一次提示", "fair warning, last call"),
    "bid_voided": _Lines.voided,
    "paddle_assigned": _of_paddle("确认场内应价的号牌", "the bid in the room is this paddle's"),
    "offers_closed": _plain("密封报价截止", "no more offers are taken"),
    "offers_opened": _Lines.offers,
    "lot_sold": _Lines.sold,
    "lot_passed": _plain("流拍", "passed"),
    "lot_withdrawn": _with_reason("撤拍", "withdrawn"),
    "lot_reopened": _with_reason("恢复竞价", "reopened"),
    "lot_paused": _with_reason("暂停", "paused"),
    "lot_resumed": _plain("恢复", "resumed"),
    "priority_declined": _of_paddle("放弃优先购买权", "declines the priority right"),
    "priority_exercised": _of_paddle("行使优先购买权，以成交价买受", "takes the lot by priority right"),
    "sale_published": _plain("公开记录开始", "the public record begins"),
    "gavel_taken": _plain("拍卖师取得主槌权", "an auctioneer takes the gavel"),
    "sale_paused": _with_reason("全场暂停", "the sale is paused"),
    "sale_resumed": _plain("全场恢复", "the sale goes on"),
    "sale_closed": _plain("拍卖会结束", "the sale is closed"),
}
