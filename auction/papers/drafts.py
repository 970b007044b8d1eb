"""Drafts for lawyers: the consignment, the assignment, the forms of the offices, the notice and share of a deal.

Each page of them says that it is a draft. The parties edit them; what a registry numbers itself stays empty.
"""

from typing import Any

from ..base.rejected import Rejected
from ..patents.law import LegalStatus
from ..rules.lot import Lot
from ..rules.money import commission_minor, inventors_pool_minor, tiers_of
from ..words.i18n import mark as _
from . import passages
from .confirmation import is_due
from .dossier import FACTS_PAGE, Checklist, Dossier, Draft
from .facts import subject
from .payments import payment_of
from .settling import consignor, costs_minor, lots_of_consignor

PENDING = {LegalStatus.PUBLISHED.value, LegalStatus.EXAMINATION.value}
PARTY = {
    "address": _("Legal address of %(name)s"),
    "representative": _("Legal representative of %(name)s"),
    "identity": _("Identity number of %(name)s"),
    "contact": _("Contact of %(name)s"),
}
"""The facts that an assignment needs of a party."""


def consignment(of: Dossier, lot: str) -> Draft:
    """委托拍卖合同 with the nine items of 拍卖法 44, for all lots of a consignor."""
    if lot not in of.lots:
        raise Rejected("UNKNOWN_LOT")
    wants = Checklist()
    lots = [
        {
            **passages.lot(of, each, wants),
            "start": of.amount(of.lots[each]["start_minor"]),
            "reserve": of.amount(of.lots[each]["reserve_minor"]),
        }
        for each in lots_of_consignor(of, lot)
    ]
    facts = {
        "sale": passages.sale(of, wants),
        "house": {
            **passages.house(of, wants),
            "address": wants.need(of.fact("house_address"), _("The address of the house"), FACTS_PAGE),
        },
        "consignor": _consignor_party(of, lot, wants),
        "lots": lots,
        "rates": passages.rates(of, tiers_of(of.sale.seller_commission)),
        "terms": passages.payment_terms(of, wants),
        "hand_over": of.fact("hand_over", "lot", lot),
    }
    return wants.done(facts)


def contract(of: Dossier, lot: str) -> Draft:
    """专利权转让合同 of a sold lot whose patents are granted."""
    return _assignment(of, lot, is_pending=False)


def application_contract(of: Dossier, lot: str) -> Draft:
    """专利申请权转让合同 of a sold lot in which a patent is not granted yet."""
    return _assignment(of, lot, is_pending=True)


def granted(of: Dossier) -> list[str]:
    """The sold lots whose patents are all granted."""
    return [lot for lot in of.state.lots if is_due(of, lot) and not _is_pending(of, lot)]


def not_granted(of: Dossier) -> list[str]:
    """The sold lots in which a patent is not granted yet."""
    return [lot for lot in of.state.lots if is_due(of, lot) and _is_pending(of, lot)]


def change(of: Dossier, number: str) -> Draft:
    """著录项目变更申报书 of one patent of a sold lot: its owner before and after."""
    lot = next((lot for lot in of.state.lots if is_due(of, lot) and number in patents_of(of, lot)), None)
    if lot is None:
        raise Rejected("PAPER_NO_PATENT", patent=number)
    wants = Checklist()
    row = next(each for each in of.patents(lot) if _number(each) == number)
    facts = {
        "sale": passages.sale(of, wants),
        "lot": lot,
        "patent": _titled(of, passages.patent(of, row), lot, wants),
        "before": of.lot(lot)["consignor"],
        "after": _buyer_party(of, of.state.lots[lot], wants),
        "consents": bool(row["consents"]),
    }
    return wants.done(facts)


def sold_patents(of: Dossier) -> list[str]:
    """The patents of the sold lots."""
    return [number for lot in of.state.lots if is_due(of, lot) for number in patents_of(of, lot)]


def patents_of(of: Dossier, lot: str) -> list[str]:
    """The numbers of a lot's patents, as they were written where they could not be read."""
    return [_number(each) for each in of.patents(lot)]


def register(of: Dossier, lot: str) -> Draft:
    """技术合同登记表 of a sold lot; the registry gives the number itself."""
    return _deal(of, lot, Checklist())


def publicity(of: Dossier, lot: str) -> Draft:
    """公示 of a sold lot before the inventors are paid: inventors, way of sale, buyer, price in capitals."""
    return _deal(of, lot, Checklist())


def reward(of: Dossier, lot: str) -> Draft:
    """奖酬分配表 of a sold lot: hammer, what is taken off, net, the pool of at least half (促进科技成果转化法 45)."""
    state, wants = _sold(of, lot), Checklist()
    hammer = state.hammer_minor or 0
    commission = commission_minor(hammer, of.state.seller_commission)
    costs = costs_minor(of, lot, wants)
    facts = {
        "sale": passages.sale(of, wants),
        "lot": _titled_lot(of, lot, wants),
        "hammer": of.amount(hammer),
        "commission": of.amount(commission),
        "costs": of.amount(costs),
        "net": of.amount(max(0, hammer - commission - costs)),
        "pool": of.amount(inventors_pool_minor(hammer, commission + costs)),
    }
    return wants.done(facts)


# --- what they share -------------------------------------------------------------------------------------------------


def _assignment(of: Dossier, lot: str, *, is_pending: bool) -> Draft:
    state, wants = _sold(of, lot), Checklist()
    if _is_pending(of, lot) != is_pending:
        raise Rejected("PAPER_OTHER_CONTRACT", lot=lot)
    facts = {
        "sale": passages.sale(of, wants),
        "pending": is_pending,
        "seller": _consignor_party(of, lot, wants),
        "buyer": _buyer_party(of, state, wants),
        "lot": _titled_lot(of, lot, wants),
        "money": passages.to_pay(of, state, payment_of(of, state)),
        "terms": passages.payment_terms(of, wants),
        "sold_at": of.moment(state.ended_at_ms),
        "licences": of.fact("licences", "lot", lot),
        "hand_over": wants.need(
            of.fact("hand_over", "lot", lot),
            _("What is handed over with lot %(name)s, and when"),
            FACTS_PAGE,
            about=subject("lot", lot),
            named=lot,
        ),
    }
    return wants.done(facts)


def _deal(of: Dossier, lot: str, wants: Checklist) -> Draft:
    state = _sold(of, lot)
    facts = {
        "sale": passages.sale(of, wants),
        "seller": _consignor_party(of, lot, wants),
        "buyer": _buyer_party(of, state, wants),
        "lot": _titled_lot(of, lot, wants),
        "hammer": of.amount(state.hammer_minor),
        "sold_at": of.moment(state.ended_at_ms),
    }
    return wants.done(facts)


def _sold(of: Dossier, lot: str) -> Lot:
    if not is_due(of, lot):
        raise Rejected("PAPER_NOT_SOLD", lot=lot)
    return of.state.lots[lot]


def _is_pending(of: Dossier, lot: str) -> bool:
    return any(each["legal_status"] in PENDING for each in of.patents(lot))


def _number(row: Any) -> str:
    return str(row["number"] or row["as_written"])


def _titled_lot(of: Dossier, lot: str, wants: Checklist) -> dict[str, Any]:
    facts = passages.lot(of, lot, wants)
    return {**facts, "patents": [_titled(of, each, lot, wants) for each in facts["patents"]]}


def _titled(of: Dossier, patent: dict[str, Any], lot: str, wants: Checklist) -> dict[str, Any]:
    """A patent with its title and inventors, which a contract must name. Alone in its lot it has the lot's title."""
    number = patent["number"]
    alone = of.lot(lot).get("title_zh", "") if len(of.patents(lot)) == 1 else ""
    about = {"about": subject("patent", number), "named": number}
    return {
        **patent,
        "title": wants.need(patent["title"] or alone, _("The title of patent %(name)s"), FACTS_PAGE, **about),
        "inventors": wants.need(patent["inventors"], _("The inventors of patent %(name)s"), FACTS_PAGE, **about),
    }


def _consignor_party(of: Dossier, lot: str, wants: Checklist) -> dict[str, Any]:
    party = consignor(of, lot, wants)
    for name, what in PARTY.items():
        wants.need(party[name], what, FACTS_PAGE, about=party["about"], named=party["name"])
    return {name: value for name, value in party.items() if name != "about"}


def _buyer_party(of: Dossier, state: Lot, wants: Checklist) -> dict[str, Any]:
    """The buyer with all that a contract names. Contracts and registers name him although the hall does not."""
    paddle = state.leader or ""
    row, about = of.bidder(paddle), subject("paddle", paddle)
    name = row.get("organization") or row.get("name") or ""
    party = {each: of.fact(each, "paddle", paddle) for each in (*PARTY, "agent", "account")}
    party["identity"] = party["identity"] or row.get("uscc") or ""
    for each, what in PARTY.items():
        wants.need(party[each], what, FACTS_PAGE, about=about, named=name)
    return {"name": name, "paddle": paddle, **party}
