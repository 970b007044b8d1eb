"""What the law asks of a sale as it stands in rows: builds the facts, asks the gate, and says what it finds.

The law itself is in `rules.law`; docs/law.md says where each fact is typed in.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from .i18n import mark as _
from .i18n import translate
from .listing import zone_of
from .rules.law import (
    Blocker,
    Finding,
    Gap,
    Gate,
    LegalStatus,
    LotFacts,
    Patent,
    SaleFacts,
    Step,
    TransferType,
    gate,
)
from .rules.patents import NumberForm, PatentType, parse

Row = Mapping[str, Any]
Rows = Iterable[Row]

_NOTICE = timedelta(days=7)


def before_the_sale(step: Step, sale: Row, lots: Rows, patents: Rows, now_ms: int) -> Gate:
    """What the law asks for a step, as of the day for which the sale is planned.

    Without such a day that is a finding of its own, and the rest is judged by the earliest day that is left.
    """
    if sale["starts_at_ms"] is not None:
        return _judge(step, sale, lots, patents, _day(sale, sale["starts_at_ms"]))
    found = _judge(step, sale, lots, patents, _day(sale, now_ms) + _NOTICE)
    return Gate(found.binds, (Finding(Gap.SALE_DAY_UNKNOWN), *found.missing))


def to_open(sale: Row, lot: Row, patents: Rows, now_ms: int) -> Gate:
    """What the law asks for opening a lot now: it is today that counts, whatever was planned."""
    return _judge(Step.OPEN_LOT, sale, [lot], patents, _day(sale, now_ms))


def by_lot(found: Gate) -> dict[str, list[Finding]]:
    """What is missing by lot; under "" what concerns the sale."""
    groups: dict[str, list[Finding]] = {}
    for finding in found.missing:
        groups.setdefault(dict(finding.params).get("lot", ""), []).append(finding)
    return groups


# --- facts from rows ---

_KINDS = {
    "发明": PatentType.INVENTION,
    "invention": PatentType.INVENTION,
    "实用新型": PatentType.UTILITY_MODEL,
    "utility": PatentType.UTILITY_MODEL,
    "外观": PatentType.DESIGN,
    "design": PatentType.DESIGN,
}
_TRANSFERS = {
    "独占": TransferType.EXCLUSIVE_LICENCE,
    "exclusive": TransferType.EXCLUSIVE_LICENCE,
    "排他": TransferType.SOLE_LICENCE,
    "sole": TransferType.SOLE_LICENCE,
    "开放许可": TransferType.OPEN_LICENCE,
    "open licence": TransferType.OPEN_LICENCE,
    "普通": TransferType.ORDINARY_LICENCE,
    "许可": TransferType.ORDINARY_LICENCE,
    "licence": TransferType.ORDINARY_LICENCE,
    "license": TransferType.ORDINARY_LICENCE,
    "申请权": TransferType.APPLICATION_ASSIGNMENT,
    "application": TransferType.APPLICATION_ASSIGNMENT,
    "入股": TransferType.EQUITY,
    "equity": TransferType.EQUITY,
}
"""Words in the free text "offered as", from the special to the general: non-exclusive is none of the exclusive."""


def transfer_of(text: str) -> TransferType:
    """What a buyer gets, read from the words of the catalogue; an assignment where they name nothing else."""
    words = text.lower().replace("非独占", "普通").replace("non-exclusive", "ordinary licence")
    return next((each for word, each in _TRANSFERS.items() if word in words), TransferType.ASSIGNMENT)


def _judge(step: Step, sale: Row, lots: Rows, patents: Rows, day: date) -> Gate:
    of_lot: dict[str, list[Row]] = {}
    for patent in patents:
        of_lot.setdefault(patent["lot"], []).append(patent)
    facts = [_lot_facts(lot, of_lot.get(lot["lot"], [])) for lot in lots]
    return gate(step, _sale_facts(sale, day), facts)


def _sale_facts(sale: Row, day: date) -> SaleFacts:
    announced = sale["rules_announced_ms"]
    return SaleFacts(
        sale_day=day,
        under_auction_law=sale["under_law"],
        house_org=sale["house_org"] or "",
        notice_on=sale["notice_on"],
        preview_from=sale["preview_from"],
        preview_to=sale["preview_to"],
        auctioneer_licence=sale["auctioneer_licence"],
        rules_announced=announced is not None and _day(sale, announced) <= day,
    )


def _lot_facts(lot: Row, patents: Rows) -> LotFacts:
    read = [_patent(each) for each in patents]
    return LotFacts(
        lot=lot["lot"],
        transfer=transfer_of(lot["transfer_type"]),
        patents=tuple(each for each in read if isinstance(each, Patent)),
        consignor_org=lot["consignor_org"] or "",
        reserve_minor=lot["reserve_minor"],
        no_reserve_announced=lot["no_reserve"],
        defects_declared=lot["defects_declared"],
        defects_stated=lot["defects_stated"] or bool(lot["defects"].strip()),  # everybody reads the text
        title_proven=lot["title_proven"],
        unjudged=tuple(finding for each in read if not isinstance(each, Patent) for finding in each),
    )


def _patent(row: Row) -> Patent | list[Finding]:
    """A patent with what the law has to know of it, or what of that is not known."""
    number = parse(row["as_written"])
    by_number = None if number is None else number.type
    kind = next((each for word, each in _KINDS.items() if word in row["kind"].lower()), by_number)
    named = (("patent", row["number"] or row["as_written"]),)
    if kind is None or row["filing_date"] is None or row["legal_status"] is None:
        term = [Finding(Gap.PATENT_TERM_UNKNOWN, named)] if kind is None or row["filing_date"] is None else []
        return term + ([Finding(Gap.PATENT_STATUS_UNKNOWN, named)] if row["legal_status"] is None else [])
    is_application = number is not None and number.form is NumberForm.APPLICATION
    return Patent(
        type=kind,
        filing_date=row["filing_date"],
        status=LegalStatus(row["legal_status"]),
        application=number if is_application else None,
        publication=None if is_application else number,
        publication_date=row["publication_date"],
        owners_not_consenting=() if row["consents"] else ("",),  # who it is nobody types in
        pledgee_consents=row["consents"],
    )


def _day(sale: Row, at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, zone_of(sale)).date()


# --- in words ---

STATUS_WORDS: dict[LegalStatus, str] = {
    LegalStatus.IN_FORCE: _("in force"),
    LegalStatus.PUBLISHED: _("application published"),
    LegalStatus.EXAMINATION: _("under examination"),
    LegalStatus.REJECTED: _("application rejected"),
    LegalStatus.WITHDRAWN: _("application withdrawn"),
    LegalStatus.LAPSED_UNPAID: _("lapsed, annuity not paid"),
    LegalStatus.EXPIRED: _("term over"),
    LegalStatus.ABANDONED: _("abandoned"),
    LegalStatus.INVALIDATED: _("declared invalid"),
    LegalStatus.PLEDGED: _("in force, pledged"),
    LegalStatus.LICENSED: _("in force, licensed"),
    LegalStatus.TRANSFERRED: _("in force, transferred"),
}
SENTENCES: dict[str, str] = {
    Gap.SALE_DAY_UNKNOWN: _("The day of the sale is not set; the notice has to name it."),
    Gap.NOTICE_MISSING: _("No notice is given; it must appear 7 days before the sale, by %(latest)s."),
    Gap.NOTICE_TOO_LATE: _("The notice of %(notice_on)s is too late; it must appear 7 days before, by %(latest)s."),
    Gap.PREVIEW_TOO_SHORT: _("The preview before the sale lasts %(days)s days; it must last at least %(minimum)s."),
    Gap.AUCTIONEER_NOT_LICENSED: _("The auctioneer's licence is not named."),
    Gap.RULES_NOT_ANNOUNCED: _("The rules of the sale and its notices are not announced."),
    Gap.HOUSE_IS_CONSIGNOR: _("The house itself is the consignor; it may not sell its own in its own sale."),
    Gap.RESERVE_UNDECIDED: _("There is no reserve, and it is not said that there is none."),
    Gap.DEFECTS_NOT_DECLARED: _("The consignor has not declared source and defects to the house."),
    Gap.DEFECTS_NOT_STATED: _("Defects are not stated to bidders, nor that none is known."),
    Gap.TITLE_NOT_PROVEN: _("The consignor has not proven title or the right to dispose of it."),
    Gap.NO_PATENT: _("There is no patent in the lot."),
    Gap.PATENT_TERM_UNKNOWN: _("Kind or filing date of patent %(patent)s is not known, so its term is not either."),
    Gap.PATENT_STATUS_UNKNOWN: _("Whether patent %(patent)s is in force is not known."),
    Blocker.NOT_IN_FORCE: _("Patent %(patent)s cannot be sold in this way: %(status)s."),
    Blocker.EXPIRED: _("The term of patent %(patent)s ends on %(last_day)s, not after the sale."),
    Blocker.CO_OWNER_CONSENT_MISSING: _("For patent %(patent)s the consent of every co-owner is missing."),
    Blocker.PLEDGEE_CONSENT_MISSING: _("Patent %(patent)s is pledged, and the pledgee's consent is missing."),
    Blocker.OPEN_LICENCE_IN_FORCE: _("Patent %(patent)s has an open licence; no exclusive one can be sold."),
    Blocker.CLAIMS_WRONG: _("The claims of patent %(patent)s are counted wrongly."),
    Blocker.DATES_OUT_OF_ORDER: _("The dates of patent %(patent)s contradict each other or the day of the sale."),
}
"""Each thing that may be missing, with its sentence; whose lot it is stands beside it."""

_LAWS = {
    "拍卖法": _("Auction Law, article %(number)s"),
    "专利法": _("Patent Law, article %(number)s"),
    "民法典": _("Civil Code, article %(number)s"),
    "rulebook": _("rule of the house %(number)s"),
}


def said(locale: str, finding: Finding) -> tuple[str, str]:
    """A finding as a sentence, and the article that it comes from."""
    params = {"patent": "", **dict(finding.params)}
    if "status" in params:
        params["status"] = translate(locale, STATUS_WORDS[LegalStatus(params["status"])])
    params["patent"] = params["patent"] or "–"
    law, number = finding.article.split(" ")
    return translate(locale, SENTENCES[finding.code], **params), translate(locale, _LAWS[law], number=number)


def refusal(locale: str, found: Gate) -> dict[str, str]:
    """The values of the code LAW_GATE: the first thing that is missing, as its code, in words, and its article."""
    first = found.missing[0]
    sentence, article = said(locale, first)
    return {"missing": first.code.value, "article": first.article, "what": f"{article} – {sentence}"}
