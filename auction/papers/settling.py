"""Papers of money: 付款通知 for a buyer, 委托人结算单 for a consignor, 保证金收据 for a deposit.

None of them is a 发票. The payments stand in the ledger of the sale; see `payments`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..base.rejected import Rejected
from ..money.ledger import Deposit
from ..rules.lot import ENDED, Lot, Status
from ..rules.money import commission_minor
from ..words.amounts import BadAmount, read_amount
from ..words.i18n import mark as _
from . import passages
from .dossier import FACTS_PAGE, LOT, Checklist, Dossier, Draft
from .facts import subject
from .payments import (
    consignors_paid_minor,
    consignors_paid_ms,
    costs_charged_minor,
    deposit_arrived_ms,
    deposit_of,
    standing_payments,
)
from .record import OUTCOMES
from .wording import Two, both


def payment_notice(of: Dossier, paddle: str) -> Draft:
    """The sum that a buyer has still to pay for all his lots. Raises Rejected where he has bought nothing."""
    found = standing_payments(of, paddle)
    if not found:
        raise Rejected("NOTHING_WON")
    wants = Checklist()
    payments = [payment for _, payment in found]
    rows = [
        {
            "number": lot.id,
            "title": _title(of, lot.id),
            **passages.to_pay(of, lot, payment),
        }
        for lot, payment in found
    ]
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "buyer": passages.buyer(of, paddle, wants),
        "lots": rows,
        "total": of.amount(sum(each.total_minor for each in payments)),
        "set_off": of.amount(sum(each.set_off_minor for each in payments)),
        "paid": of.amount(sum(each.paid_minor for each in payments)) if any(p.paid_minor for p in payments) else None,
        "due": of.amount(sum(max(0, each.balance_minor) for each in payments)),
        "terms": passages.payment_terms(of, wants),
    }
    return wants.done(facts)


def deposit_receipt(of: Dossier, paddle: str) -> Draft:
    """The receipt of a deposit that has arrived. Raises Rejected where none has."""
    deposit = deposit_of(of, paddle)
    if not deposit.paid_minor:
        raise Rejected("PAPER_NO_DEPOSIT", paddle=paddle)
    wants = Checklist()
    used = sum(payment.set_off_minor for _, payment in standing_payments(of, paddle)) or deposit.applied_minor
    gone = used + deposit.released_minor + deposit.forfeited_minor
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "buyer": passages.buyer(of, paddle, wants),
        "account": of.fact("account", "paddle", paddle),
        "arrived": of.moment(deposit_arrived_ms(of, paddle)),
        "amount": of.amount(deposit.paid_minor),
        "set_off": of.amount(used),
        "released": of.amount(deposit.released_minor) if deposit.released_minor else None,
        "forfeited": of.amount(deposit.forfeited_minor) if deposit.forfeited_minor else None,
        "left": of.amount(deposit.paid_minor - gone),
        "standing": _standing(of, used, deposit),
    }
    return wants.done(facts)


def _standing(of: Dossier, used_minor: int, deposit: Deposit) -> Two:
    if deposit.forfeited_minor:
        return both("因违约不予退还", "kept after a default")
    if deposit.released_minor:
        return both("已解冻退还", "released")
    if used_minor:
        return both("已抵扣价款", "set off against the price")
    if of.state.closed:
        return both("拍卖会已结束，应予退还", "the sale is over: to be returned")
    return both("已到账，冻结中", "arrived, held")


# --- the consignor ---------------------------------------------------------------------------------------------------


def consignor_lot(of: Dossier, lot: str) -> str:
    """The first lot of a lot's consignor. It stands for all of his lots in the number of his papers."""
    row = of.lots.get(lot)
    return lot if row is None else next(each for each in of.lots if _consignor(of.lots[each]) == _consignor(row))


def lots_of_consignor(of: Dossier, lot: str) -> list[str]:
    """The lots of this lot's consignor, in their order."""
    return [each for each in of.lots if _consignor(of.lots[each]) == _consignor(of.lots[lot])]


def consignors(of: Dossier) -> list[str]:
    """The first lot of each consignor."""
    return list(dict.fromkeys(consignor_lot(of, lot) for lot in of.lots))


def _consignor(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(each["id"] for each in row["consignors"])) or (row["consignor"],)


def consignor(of: Dossier, lot: str, wants: Checklist) -> dict[str, Any]:
    """The consignor of a lot, with the facts that papers say of him."""
    row = of.lot(lot)
    names = "、".join(each["name"] for each in row.get("consignors", ())) or row.get("consignor", "")
    about = subject("lot", lot)
    more = {name: of.fact(name, "lot", lot) for name in ("address", "representative", "agent", "identity", "contact")}
    name = wants.need(names, _("The consignor of lot %(name)s"), LOT, lot=lot, named=lot)
    return {"name": name, "account": of.fact("account", "lot", lot), "about": about, **more}


def statement(of: Dossier, lot: str) -> Draft:
    """The outcome of each lot of a consignor, and the sum that he gets. Raises Rejected before any has ended."""
    mine = lots_of_consignor(of, lot) if lot in of.lots else []
    ended = [each for each in mine if each in of.state.lots and of.state.lots[each].status in ENDED]
    if not ended:
        raise Rejected("PAPER_NOT_ENDED", lot=lot)
    wants = Checklist()
    counts = _bidders_by_lot(of)
    rows = [_result(of, of.state.lots[each], counts.get(each, 0), wants) for each in ended]
    net = sum(each.pop("net_minor") for each in rows)
    paid = sum(consignors_paid_minor(of, each) for each in ended)
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "consignor": _payee(of, lot, wants),
        "rates": passages.rates(of, of.state.seller_commission),
        "lots": rows,
        "net": of.amount(net),
        "paid": of.amount(paid) if paid else None,
        "due": of.amount(net - paid),
        "open_lots": len(mine) - len(ended),
    }
    return wants.done(facts)


def _payee(of: Dossier, lot: str, wants: Checklist) -> dict[str, Any]:
    """A consignor who is to be paid, so with an account."""
    who = consignor(of, lot, wants)
    wants.need(who["account"], _("The account of the consignor"), FACTS_PAGE, about=who["about"])
    return who


def _result(of: Dossier, state: Lot, bidders: int, wants: Checklist) -> dict[str, Any]:
    is_sold = state.status is Status.SOLD and not of.in_term(state) and state.id not in of.ledger.defaulted
    hammer = state.hammer_minor or 0 if is_sold else 0
    commission = commission_minor(hammer, of.state.seller_commission) if is_sold else 0
    costs = costs_minor(of, state.id, wants)
    return {
        "number": state.id,
        "title": _title(of, state.id),
        "start": of.amount(state.terms.start_minor),
        "reserve": of.amount(state.terms.reserve_minor),
        "outcome": _outcome(of, state),
        "hammer": of.amount(hammer) if is_sold else None,
        "bidders": bidders,
        "bids": state.public_bids,
        "commission": of.amount(commission) if is_sold else None,
        "costs": of.amount(costs),
        "net": of.amount(hammer - commission - costs),
        "net_minor": hammer - commission - costs,
        "paid_on": _paid_on(of, state.id),
    }


def _outcome(of: Dossier, state: Lot) -> Two:
    if of.in_term(state):
        return both("优先购买权行使期内", "priority right open")
    if state.id in of.ledger.defaulted:
        return both("买受人违约未付款", "not paid by the buyer")
    return OUTCOMES[state.status]


def _paid_on(of: Dossier, lot: str) -> str:
    """The day on which the consignors were paid, as the ledger or a typed fact says it."""
    at_ms = consignors_paid_ms(of, lot)
    if at_ms is None:
        return of.fact("paid_on", "lot", lot)
    return datetime.fromtimestamp(at_ms / 1000, of.zone).date().isoformat()


def costs_minor(of: Dossier, lot: str, wants: Checklist) -> int:
    """The costs that a consignor bears besides the commission, in the minor unit: those charged in the ledger, else as
    typed. Another text is a lack."""
    if charged_minor := costs_charged_minor(of, lot):
        return charged_minor
    text = of.fact("costs", "lot", lot)
    try:
        return read_amount(text, of.currency) if text else 0
    except BadAmount:
        what = _("The costs of lot %(name)s as an amount")
        wants.need(None, what, FACTS_PAGE, about=subject("lot", lot), named=lot)
        return 0


def _bidders_by_lot(of: Dossier) -> dict[str, int]:
    """How many paddles have bid on each lot, as the public record says it."""
    seen: dict[str, set[str]] = {}
    for event in of.public_events("bid_placed", "offers_opened"):
        body = json.loads(event["body"])
        paddles = [body["paddle"]] if event["kind"] == "bid_placed" else [each[0] for each in body["offers"]]
        seen.setdefault(event["lot"], set()).update(paddles)
    return {lot: len(paddles) for lot, paddles in seen.items()}


def _title(of: Dossier, lot: str) -> Two:
    row = of.lot(lot)
    return both(row.get("title_zh", ""), row.get("title_en", ""))
