"""The missing things of a sale, by kind, and where each is mended: one by one or for all lots."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from models.rows import SaleRow, SaleStatus

from ....patents.findings import Blocker, Caution, Gap
from ....rules.ladder import NAMED
from ....sales.lacking import Lacking, LackKind, MissingFact, count_of, lacking
from ....words.of_law import OF_MANY, PATENT_TICK_WORDS, STATUS_WORDS, TICK_WORDS
from ....words.sentences import article_words
from ...current import parts, sale_or_404
from ...forms import Form
from ...locale import current_locale, said
from ...locale import gettext as _

blueprint = Blueprint("organizer_gate", __name__)

SHOWN = 30
"""As many lots of a kind are named; the table of lots shows all of them."""

_SALE_FIELDS: Mapping[str, str] = {
    Gap.NOTICE_MISSING: "notice_on",
    Gap.NOTICE_TOO_LATE: "notice_on",
    Gap.NOTICE_DAY_PASSED: "starts_at",
    Gap.NOTICE_BEGUN_ANEW: "starts_at",
    Gap.PREVIEW_TOO_SHORT: "preview_from",
    Gap.PREVIEW_BEGUN_ANEW: "preview_from",
    Gap.AUCTIONEER_NOT_LICENSED: "auctioneer_licence",
    Gap.RULES_NOT_ANNOUNCED: "rules_announced",
    Gap.SALE_DAY_UNKNOWN: "starts_at",
    Gap.SALE_DAY_PASSED: "starts_at",
}
"""The field of the sale's form in which a fact of the sale is mended."""
_LOT_FIELDS: Mapping[str, str] = {
    "NO_START": "f-start",
    "NO_INCREMENT": "f-increment",
    Gap.HOUSE_IS_CONSIGNOR: "f-consignors",
    Gap.CONSIGNOR_UNKNOWN: "f-consignors",
    Gap.CONSIGNOR_UNCLEAR: "f-consignors",
    Gap.RESERVE_UNDECIDED: "f-reserve",
    Gap.DEFECTS_NOT_DECLARED: "law",
    Gap.DEFECTS_NOT_STATED: "f-defects",
    Gap.TITLE_NOT_PROVEN: "law",
}
"""The place in a lot's form; what is not named here is a fact of its patents."""
TICKED: Mapping[str, str] = {
    Gap.RESERVE_UNDECIDED: "no_reserve",
    Gap.DEFECTS_NOT_DECLARED: "defects_declared",
    Gap.DEFECTS_NOT_STATED: "defects_stated",
    Gap.TITLE_NOT_PROVEN: "title_proven",
    Blocker.CO_OWNER_CONSENT_MISSING: "consents",
    Blocker.PLEDGEE_CONSENT_MISSING: "consents",
    Caution.EVALUATION_REPORT_MISSING: "evaluation_report",
}
"""Kinds that one tick mends for all lots, with its name in the form of facts."""


UNSALEABLE = frozenset({Blocker.EXPIRED, Blocker.NOT_IN_FORCE})
"""Kinds that no form mends: their lots are held back, all at once."""


@dataclass(frozen=True, slots=True)
class LackLine:
    """One thing that is missing, in words, with where it is mended."""

    lot: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class LackGroup:
    """A kind of things that are missing, in words: the first of them, and how many more there are."""

    code: str
    words: str
    article: str
    count: int
    lots: int
    of_lots: list[str]
    lines: list[LackLine]
    more: int
    stops_publishing: bool


@dataclass(frozen=True, slots=True)
class GateView:
    """A sale's list of what is missing, as its pages show it."""

    missing: list[LackGroup]
    asked: list[LackGroup]
    remarks: list[LackGroup]
    count: int
    asked_count: int
    remarks_count: int
    stops_publishing: bool


@blueprint.get("/organizer/sales/<slug>/missing")
def missing(slug: str) -> str:
    """The missing things, by kind, and the forms that mend a kind for all lots at once."""
    return gate_page(sale_or_404(slug, drafts=True))


def gate_view(row: SaleRow, found: Lacking) -> GateView:
    """A sale's list of what is missing, in words."""
    missing, asked, remarks = (
        [_group(row, each) for each in kinds] for kinds in (found.missing, found.asked, found.remarks)
    )
    counts = (found.count, count_of(found.asked), count_of(found.remarks))
    return GateView(missing, asked, remarks, *counts, found.stops_publishing)


def gate_page(row: SaleRow, facts: Form | None = None, fill: Form | None = None) -> str:
    """The page; `facts` and `fill` are its forms, if they have errors."""
    contents = parts().sales.contents(row)
    return render_template(
        "organizer_gate.html",
        tab="gate",
        sale=row,
        gate=gate_view(row, lacking(contents)),
        lots=contents.lots,
        can_change=row.status in (SaleStatus.DRAFT, SaleStatus.PUBLISHED) and bool(contents.waiting),
        waiting=len(contents.waiting),
        facts=facts or Form(),
        fill=fill or Form(),
        ticked=TICKED,
        unsaleable=UNSALEABLE,
        ticks={name: _(words) for name, words in {**TICK_WORDS, **PATENT_TICK_WORDS}.items()},
        statuses=[(status, _(words)) for status, words in STATUS_WORDS.items()],
        ladder_options=[(name, name) for name in NAMED],
    )


def _group(row: SaleRow, kind: LackKind) -> LackGroup:
    named = [_line(row, kind.code, each) for each in kind.lacks[:SHOWN]]
    of_many = kind.lots and kind.code in OF_MANY
    words = _(OF_MANY[kind.code]) if of_many else named[0].words
    article = article_words(current_locale(), kind.article) if kind.article else ""
    count = len(kind.lacks)
    return LackGroup(
        kind.code, words, article, count, len(kind.lots), kind.lots, named, count - len(named), kind.stops_publishing
    )


def _line(row: SaleRow, code: str, fact: MissingFact) -> LackLine:
    return LackLine(fact.lot, said(code, dict(fact.params)), _mended_at(row, code, fact.lot))


def _mended_at(row: SaleRow, code: str, lot: str) -> str:
    if code == "NO_LOTS":
        return url_for("organizer_import.upload", slug=row.slug)
    if code in _SALE_FIELDS:
        return url_for("organizer.edit", slug=row.slug, _anchor=f"f-{_SALE_FIELDS[code]}")
    return url_for("organizer_lots.edit", slug=row.slug, lot=lot, _anchor=_LOT_FIELDS.get(code, "patents"))
