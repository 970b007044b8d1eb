"""Changes of a sale after publishing, in words."""

from dataclasses import dataclass
from datetime import datetime

from models.rows import SaleRow

from ..base.zones import zone_of
from ..rules import events as ev
from ..rules.record import NOTICE, PREVIEW, SALE
from ..words.i18n import mark as _
from ..words.i18n import translate

CHANGE_REASON_WORDS: dict[str, str] = {
    "CORRECTION": _("a mistake was corrected"),
    "COMPLETION": _("something was missing"),
    "POSTPONED": _("another time"),
    "VENUE": _("another place"),
    "AUTHORITY": _("an authority asks for it"),
    "OTHER": _("another reason"),
}
"""Why something is changed, by the codes of `record.REASONS`."""
ANEW: dict[str, str] = {
    NOTICE: _("The 7 days of the notice begin anew (Auction Law, art. 45)."),
    PREVIEW: _("The 2 days of the preview begin anew (Auction Law, art. 48)."),
}
TERMS: dict[str, str] = {
    "starts_at_ms": _("Begins"),
    "time_zone": _("Time zone"),
    "place": _("Place"),
    "notice_on": _("Notice published on"),
    "preview_from": _("Preview from"),
    "preview_to": _("Preview until"),
    "rules_announced_ms": _("Rules and notices announced at"),
    "auctioneer_licence": _("Auctioneer's licence number"),
}
MOST_LOTS = 8

Changed = ev.TermsStated | ev.TextsStated


def concerns(change: Changed, lot: str | None) -> bool:
    """Whether a change is one of the sale, or of this lot; without a lot, whatever it is of."""
    return lot is None or isinstance(change, ev.TermsStated) or bool({SALE, f"lot {lot}"} & set(change.digests))


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change in words: when, what and why, and which terms of the law begin anew."""

    at_ms: int
    what: str
    why: str
    anew: list[str]


def told(locale: str, change: Changed, sale: SaleRow) -> ToldChange:
    """A change in words."""
    what = _terms(locale, change, sale) if isinstance(change, ev.TermsStated) else _texts(locale, change)
    why = translate(locale, CHANGE_REASON_WORDS[change.reason or "OTHER"])
    return ToldChange(change.at_ms, what, why, [translate(locale, ANEW[term]) for term in change.anew])


def _terms(locale: str, change: ev.TermsStated, sale: SaleRow) -> str:
    """Each term with what it is now; a moment in the zone of the sale."""
    shown = {words: _value(name, change.terms[name], sale) for name, words in TERMS.items() if name in change.terms}
    return "; ".join(f"{translate(locale, words)}: {value}" for words, value in shown.items())


def _value(name: str, value: object, sale: SaleRow) -> str:
    if value in (None, ""):
        return "–"
    if name.endswith("_ms") and isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, zone_of(sale)).strftime("%Y-%m-%d %H:%M")
    return str(value)


def _texts(locale: str, change: ev.TextsStated) -> str:
    lots = [row.removeprefix("lot ") for row in change.digests if row != SALE]
    said = [translate(locale, _("The texts of the sale"))] if SALE in change.digests else []
    if len(lots) > MOST_LOTS:
        said.append(translate(locale, _("Texts or patents of %(count)s lots"), count=len(lots)))
    elif lots:
        said.append(translate(locale, _("Texts or patents of lots: %(lots)s"), lots=", ".join(lots)))
    return "; ".join(said)
