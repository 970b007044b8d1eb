"""Builds the facts of a sale from its rows, and asks the law's gate.

The law itself is in `law`, its sentences are in `words.of_law`. docs/law.md says where each fact is typed in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.rows import LotRow, PatentRow, SaleRow

from ..base.zones import zone_of
from ..rules import record
from .anew import Changes, gaps
from .findings import Finding, Gap
from .law import (
    Gate,
    LegalStatus,
    LegalStep,
    LotFacts,
    Patent,
    SaleFacts,
    TransferType,
    gate,
    number_doubts,
    warnings,
)
from .numbers import NumberForm, NumberWarning, PatentType, last_day, parse

_NOTICE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Offered:
    """A sale's row, the facts of its lots, and the changes of them after publishing; `begun`: a lot has opened."""

    sale: SaleRow
    lots: Sequence[LotFacts]
    changes: Changes = ()
    begun: bool = False


def before_the_sale(step: LegalStep, offered: Offered, now_ms: int) -> Gate:
    """The law's findings for a step, as of the sale's planned day.

    Without such a day that is a finding of its own, and the rest is judged by the earliest day that is left.
    """
    sale = offered.sale
    if sale.starts_at_ms is not None:
        today = None if offered.begun else _day(sale, now_ms)
        return _judge(step, offered, _day(sale, sale.starts_at_ms), today)
    found = _judge(step, offered, _day(sale, now_ms) + _NOTICE)
    return Gate(found.binds, (Finding(Gap.SALE_DAY_UNKNOWN), *found.missing))


def to_open(offered: Offered, now_ms: int) -> Gate:
    """The law's findings for opening a lot now. Today counts, not the planned day."""
    return _judge(LegalStep.OPEN_LOT, offered, _day(offered.sale, now_ms))


def remarks(sale: SaleRow, lots: Iterable[LotFacts], now_ms: int) -> list[Finding]:
    """Facts that a buyer should know of the patents on the day of the sale. They stop nothing (rulebook 5.3).

    Of a patent of which too little is known only its number is doubted: the gate asks for the rest.
    """
    day = _day(sale, now_ms) + _NOTICE if sale.starts_at_ms is None else _day(sale, sale.starts_at_ms)
    found = [
        Finding(each.code, (("lot", facts.lot), *named, *each.params))
        for facts in lots
        for named, cautions in (
            *(((("patent", patent.name),), warnings(patent, day)) for patent in facts.patents),
            ((), facts.doubts),
        )
        for each in cautions
    ]
    return [each for each in found if each.code is not NumberWarning.KIND_MISSING]  # usual in lists, and of no harm


def refusal(found: Gate) -> dict[str, str]:
    """The values of the code LAW_GATE: the first missing thing, as its code, its article and its own values."""
    first = found.missing[0]
    return {**dict(first.params), "missing": first.code.value, "article": first.article}


_ANEW = {
    record.NOTICE: {
        *("starts_at_ms", "time_zone", "place", "notice_on", "preview_from", "preview_to"),
        *("title_zh", "title_en", "transfer_type", "patents"),
    },
    record.PREVIEW: {"preview_from", "preview_to", "title_zh", "title_en", "transfer_type", "patents"},
}
"""Columns of a sale and a lot that the notice must name (拍卖法 46), and that the preview shows (48)."""


def begins_anew(sale: SaleRow, changed: set[str]) -> tuple[str, ...]:
    """The terms of the law that a change after publishing begins anew; none outside of the law."""
    return tuple(term for term, columns in _ANEW.items() if sale.under_law and columns & changed)


def by_lot(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings by lot; those of the sale under ""."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
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
    """The right that a buyer gets, read from the words of the catalogue; an assignment if they name no other."""
    words = text.lower().replace("非独占", "普通").replace("non-exclusive", "ordinary licence")
    return next((each for word, each in _TRANSFERS.items() if word in words), TransferType.ASSIGNMENT)


def _judge(step: LegalStep, offered: Offered, day: date, today: date | None = None) -> Gate:
    sale = replace(_sale_facts(offered.sale, day), today=today)
    found = gate(step, sale, offered.lots)
    anew = gaps(sale, offered.changes, zone_of(offered.sale), [lot.lot for lot in offered.lots])
    return Gate(found.binds, (*found.missing, *anew))


def _sale_facts(sale: SaleRow, day: date) -> SaleFacts:
    announced = sale.rules_announced_ms
    return SaleFacts(
        sale_day=day,
        under_auction_law=sale.under_law,
        house_org=sale.house_org or "",
        notice_on=sale.notice_on,
        preview_from=sale.preview_from,
        preview_to=sale.preview_to,
        auctioneer_licence=sale.auctioneer_licence,
        rules_announced=announced is not None and _day(sale, announced) <= day,
    )


def facts_of(lot: LotRow, patents: Iterable[PatentRow]) -> LotFacts:
    """The facts of a lot with its patents that the law judges."""
    rows = list(patents)
    read = [_patent(each) for each in rows]
    return LotFacts(
        lot=lot.lot,
        transfer=transfer_of(lot.transfer_type),
        patents=tuple(each for each in read if isinstance(each, Patent)),
        consignor_orgs=tuple(each["id"] for each in lot.consignors),
        consignors_unclear=not all(each["sure"] for each in lot.consignors),
        reserve_minor=lot.own.get("floor_minor") if lot.format == "dutch" else lot.reserve_minor,
        no_reserve_announced=lot.no_reserve,
        defects_declared=lot.defects_declared,
        defects_stated=lot.defects_stated or bool(lot.defects.strip()),  # everybody reads the text
        title_proven=lot.title_proven,
        unjudged=tuple(finding for each in read if not isinstance(each, Patent) for finding in each),
        doubts=tuple(_doubts(each for each, known in zip(rows, read, strict=True) if not isinstance(known, Patent))),
    )


def type_of(row: PatentRow) -> PatentType | None:
    """The kind of a patent by its word, else by its number; None: not known."""
    number = parse(row.as_written)
    by_number = None if number is None else number.type
    return next((each for word, each in _KINDS.items() if word in row.kind.lower()), by_number)


def last_day_of(row: PatentRow) -> date | None:
    """The last day of a patent's term, extended or not (专利法 42); None: not known."""
    kind = type_of(row)
    if row.extended_to is not None or kind is None or row.filing_date is None:
        return row.extended_to
    return last_day(kind, row.filing_date)


def _doubts(patents: Iterable[PatentRow]) -> Iterator[Finding]:
    for each in patents:
        number = parse(each.as_written)
        if number is not None:
            yield from number_doubts(number)


def fees_left_minor(row: PatentRow, sale: SaleRow, now_ms: int) -> int | None:
    """The annual fees of the new owner to the end of the term, in fen; None: not known."""
    known = _patent(row)
    day = _day(sale, now_ms if sale.starts_at_ms is None else sale.starts_at_ms)
    return known.fees_left_minor(day) if isinstance(known, Patent) else None


_SAME = (
    *("publication_date", "priority_date", "grant_date", "extended_to", "status_checked_on", "annuity_paid_until"),
    *("claims_total", "claims_independent", "pledged", "open_licence", "litigation_pending", "invalidation_pending"),
    "evaluation_report",
)
"""The facts that a patent's row has under the names of the law."""


def _patent(row: PatentRow) -> Patent | list[Finding]:
    """A patent with what the law has to know of it, or what of that is not known."""
    number, kind = parse(row.as_written), type_of(row)
    named = (("patent", row.number or row.as_written),)
    if kind is None or row.filing_date is None or row.legal_status is None:
        term = [Finding(Gap.PATENT_TERM_UNKNOWN, named)] if kind is None or row.filing_date is None else []
        return term + ([Finding(Gap.PATENT_STATUS_UNKNOWN, named)] if row.legal_status is None else [])
    is_application = number is not None and number.form is NumberForm.APPLICATION
    return Patent(
        type=kind,
        filing_date=row.filing_date,
        status=LegalStatus(row.legal_status),
        application=number if is_application else None,
        publication=None if is_application else number,
        owners_not_consenting=() if row.consents else ("",),  # the form does not ask which owner it is
        pledgee_consents=row.consents,
        as_written=row.as_written,
        **{name: getattr(row, name) for name in _SAME},
    )


def _day(sale: SaleRow, at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, zone_of(sale)).date()
