"""Passages that several papers share: the sale, the house, lots with patents, a buyer, the sum to pay."""

from collections.abc import Mapping
from typing import Any

from ..patents.numbers import PatentType, last_day, parse
from ..rules.lot import Lot
from ..rules.money import Tier, commission_minor
from ..words.i18n import mark as _
from ..words.of_law import STATUS_WORDS
from .dossier import BIDDERS, EDIT, FACTS_PAGE, LOT, STAFF, Checklist, Dossier, Row
from .facts import subject
from .payments import Payment
from .wording import Two, amount, both, day_of, iso, percent, said, same

PATENT_KINDS = {
    PatentType.INVENTION: _("invention patent"),
    PatentType.UTILITY_MODEL: _("utility model patent"),
    PatentType.DESIGN: _("design patent"),
}


def sale(of: Dossier, wants: Checklist) -> dict[str, Any]:
    """Title, place and time of the sale."""
    wants.need(of.sale.place, _("The place of the sale"), EDIT)
    wants.need(of.sale.starts_at_ms, _("The time of the sale"), EDIT)
    return {
        "title": both(of.sale.title_zh, of.sale.title_en),
        "place": of.sale.place,
        "time": of.moment(of.sale.starts_at_ms),
        "day": day_of(of.sale.starts_at_ms, of.zone),
        "zone": of.sale.time_zone,
        "currency": of.currency,
        "invented": bool(of.sale.invented),
        "under_law": bool(of.sale.under_law),
    }


def house(of: Dossier, wants: Checklist) -> dict[str, Any]:
    """The house that runs the sale."""
    named = of.house or {}
    return {
        "name": wants.need(named.get("name", ""), _("The house that runs the sale"), EDIT),
        "uscc": named.get("uscc") or "",
        "address": of.fact("house_address"),
        "contact": of.fact("house_contact"),
    }


def auctioneer(of: Dossier, wants: Checklist, at_ms: int | None = None) -> dict[str, str]:
    """The auctioneer who held the gavel at a moment, or last, with his licence (拍卖法 14)."""
    row = of.account(of.gavel_at(at_ms)) or {}
    licence = row.get("licence") or of.sale.auctioneer_licence
    if of.sale.under_law:
        wants.need(licence, _("The auctioneer's licence"), EDIT)
    return {
        "name": wants.need(row.get("name", ""), _("An auctioneer who has taken the gavel"), STAFF),
        "licence": licence,
    }


def lot(of: Dossier, number: str, wants: Checklist) -> dict[str, Any]:
    """A lot with its patents."""
    row = of.lot(number)
    rows = of.patents(number)
    wants.need(rows, _("The patents of lot %(name)s"), LOT, lot=number, named=number)
    return {
        "number": number,
        "title": both(row.get("title_zh", ""), row.get("title_en", "")),
        "owner": wants.need(row.get("consignor", ""), _("The owner of lot %(name)s"), LOT, lot=number, named=number),
        "field": row.get("field", ""),
        "defects": row.get("defects", ""),
        "offered": row.get("transfer_type", ""),
        "quantity": len(rows),
        "patents": [patent(of, each) for each in rows],
    }


def patent(of: Dossier, row: Row) -> dict[str, Any]:
    """A patent as papers name it. An unknown fact is None or empty."""
    read = parse(row["as_written"])
    kind = read.type if read is not None else None
    number = row["number"] or row["as_written"]
    status = row["legal_status"]
    filed, end = row["filing_date"], row["extended_to"]
    if end is None and filed is not None and kind is not None:
        end = last_day(kind, filed)
    return {
        "number": number,
        "kind": said(PATENT_KINDS[kind]) if kind is not None else same(row["kind"]),
        "title": of.fact("title", "patent", number) or row["title"],
        "inventors": of.fact("inventors", "patent", number) or row["inventors"],
        "status": said(STATUS_WORDS[status]) if status else None,
        "status_on": iso(row["status_checked_on"]),
        "filed_on": iso(filed),
        "granted_on": iso(row["grant_date"]),
        "term_end": iso(end),
        "annuity_until": iso(row["annuity_paid_until"]),
        "pledged": bool(row["pledged"]),
        "licensed": bool(row["open_licence"]),
    }


def buyer(of: Dossier, paddle: str, wants: Checklist) -> dict[str, Any]:
    """The holder of a paddle; on his request only the paddle (拍卖法 21)."""
    row = of.bidder(paddle)
    about = subject("paddle", paddle)
    is_secret = bool(of.fact("secrecy", "paddle", paddle))
    name = wants.need(row.get("name", ""), _("The holder of paddle %(name)s"), BIDDERS, about=about, named=paddle)
    return {
        "paddle": paddle,
        "secret": is_secret,
        "name": "" if is_secret else name,
        "organization": "" if is_secret else row.get("organization") or "",
        "uscc": "" if is_secret else row.get("uscc") or "",
    }


def to_pay(of: Dossier, state: Lot, payment: Payment) -> dict[str, Any]:
    """Hammer price, commission slice by slice, total, the deposit that is set off, and what is left to pay."""
    hammer = state.hammer_minor or 0
    return {
        "hammer": of.amount(hammer),
        "rates": rates(of, of.state.buyer_commission),
        "commission": of.amount(commission_minor(hammer, of.state.buyer_commission)),
        "total": of.amount(payment.total_minor),
        "set_off": of.amount(payment.set_off_minor),
        "balance": of.amount(payment.balance_minor),
    }


def rates(of: Dossier, tiers: tuple[Tier, ...]) -> Two:
    """The slices of a commission: 5 % up to ¥2,000,000.00, above it 3 %."""
    if not tiers:
        return both("无", "none")
    zh, en = [], []
    for index, tier in enumerate(tiers):
        above = amount(tier.from_minor, of.currency) or {}
        zh.append(percent(tier.rate_bp) if index == 0 else f"超过{above['figures']}的部分{percent(tier.rate_bp)}")
        en.append(percent(tier.rate_bp) if index == 0 else f"{percent(tier.rate_bp)} above {above['figures']}")
    return {"zh": "，".join(zh), "en": ", ".join(en)}


def payment_terms(of: Dossier, wants: Checklist) -> dict[str, Any]:
    """Within what term, and into what account, the buyer pays."""
    return {
        "days": wants.need(of.fact("payment_days"), _("The term of payment"), FACTS_PAGE),
        "account": wants.need(of.fact("account"), _("The account for payments"), FACTS_PAGE),
        "default_clause": of.fact("default_clause"),
        "agreed": of.fact("agreed"),
    }


def words_of(table: Mapping[Any, str], key: Any) -> Two:
    """The words of a code in both languages; the code itself where it has none."""
    return said(table[key]) if key in table else same(str(key))
