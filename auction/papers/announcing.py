"""Papers before the sale: 拍卖公告 notice (拍卖法 46), 拍卖目录 catalogue, 竞买号牌 sheets of paddles to print."""

from typing import Any

from ..rules.formats import FORMATS
from ..sales.deposits import due_minor
from ..words.i18n import mark as _
from . import passages
from .dossier import EDIT, FACTS_PAGE, Checklist, Dossier, Draft
from .wording import both, day, percent

WAYS = {
    "english": both("增价拍卖", "English, ascending"),
    "timed": both("限时竞价", "timed"),
    "dutch": both("减价拍卖", "Dutch, falling"),
    "sealed": both("密封报价", "sealed offers"),
}
assert set(WAYS) == set(FORMATS), "every way to sell has its words"


def notice(of: Dossier, _subject: str = "") -> Draft:
    """The notice: time and place, lots, preview, what a bidder must do, and what else must be told."""
    wants = Checklist()
    row = of.sale
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "notice_on": wants.need(day(row.notice_on), _("The day of the notice"), EDIT),
        "preview_from": wants.need(day(row.preview_from), _("The days of the preview"), EDIT),
        "preview_to": wants.need(day(row.preview_to), _("The days of the preview"), EDIT),
        "preview_place": wants.need(of.fact("preview_place"), _("Place and hours of the preview"), FACTS_PAGE),
        "to_do": wants.need(of.fact("to_do"), _("What a bidder must do to take part"), FACTS_PAGE),
        "disclaimer": of.fact("disclaimer"),
        "account": of.fact("account"),
        "deposit": deposit(of),
        "commission": passages.rates(of, of.buyer_tiers),
        "lots": [_line(of, number) for number in of.lots],
    }
    return wants.done(facts)


def catalogue(of: Dossier, _subject: str = "") -> Draft:
    """Every lot in order with its patents, its start and the terms of the sale."""
    wants = Checklist()
    lots = [{**passages.lot(of, number, wants), **_line(of, number)} for number in of.lots]
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "about": of.sale.about,
        "deposit": deposit(of),
        "commission": passages.rates(of, of.buyer_tiers),
        "disclaimer": of.fact("disclaimer"),
        "lots": lots,
    }
    return wants.done(facts)


def paddles(of: Dossier, _subject: str = "") -> Draft:
    """A sheet for each paddle: its number in digits, and a code by which the desk finds its holder."""
    wants = Checklist()
    sheets = [{"paddle": paddle, "code": f"paddle-{row['id']}"} for paddle, row in of.bidders.items()]
    wants.need(sheets, _("A paddle"), "organizer_bidders.bidders")
    codes = {
        f"paddle-{row['id']}": f"{of.address}/organizer/sales/{of.id}/bidders#r-{row['id']}"
        for row in of.bidders.values()
    }
    return wants.done({"sale": passages.sale(of, wants), "sheets": sheets, "codes": codes})


def labels(of: Dossier, _subject: str = "") -> Draft:
    """A label for the folder of each lot, with a code that leads to its page."""
    wants = Checklist()
    cards = [{**_line(of, number), "code": f"lot-{number}"} for number in of.lots]
    wants.need(cards, _("A lot"), "organizer_lots.lots")
    codes = {f"lot-{number}": f"{of.address}/sales/{of.id}/lots/{number}" for number in of.lots}
    return wants.done({"sale": passages.sale(of, wants), "cards": cards, "codes": codes})


def deposit(of: Dossier) -> dict[str, Any] | None:
    """The deposit that the sale asks for; None: none."""
    asked = of.sale.deposit
    if asked is None:
        return None
    share = percent(asked["share_bp"]) if "share_bp" in asked else ""
    return {"share": share, "amount": of.amount(due_minor(asked, [lot["start_minor"] for lot in of.lots.values()]))}


def _line(of: Dossier, number: str) -> dict[str, Any]:
    row = of.lots[number]
    return {
        "number": number,
        "title": both(row["title_zh"], row["title_en"]),
        "patents_count": len(of.patents(number)),
        "start": of.amount(row["start_minor"]),
        "way": WAYS[row["format"]],
        "no_reserve": bool(row["no_reserve"]),
    }
