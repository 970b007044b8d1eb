"""The law's questions before a patent may be sold: about the patent, the lot and the sale.

Pure: facts in, findings out; no clock, no I/O. Days are `datetime.date` in the sale's own time zone. Nothing here
raises for bad input of people. Each missing fact is a `Finding` with a code and its article.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from .fees import fees_left_minor, late_surcharge_minor, next_fee
from .findings import Blocker, Caution, Finding, Gap
from .numbers import NumberForm, PatentNumber, PatentType, last_day, later


class LegalStatus(StrEnum):
    """The status of a patent in the register (rulebook 5.3)."""

    PUBLISHED = "published"
    EXAMINATION = "examination"
    IN_FORCE = "in_force"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED_UNPAID = "lapsed_unpaid"
    EXPIRED = "expired"
    ABANDONED = "abandoned"
    INVALIDATED = "invalidated"
    PLEDGED = "pledged"
    LICENSED = "licensed"
    TRANSFERRED = "transferred"


class TransferType(StrEnum):
    """The right that the buyer of a lot gets (rulebook 5.1)."""

    ASSIGNMENT = "assignment"
    APPLICATION_ASSIGNMENT = "application_assignment"
    EXCLUSIVE_LICENCE = "exclusive_licence"
    SOLE_LICENCE = "sole_licence"
    ORDINARY_LICENCE = "ordinary_licence"
    OPEN_LICENCE = "open_licence"
    EQUITY = "equity"


# --- a patent (5.3) --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Patent:
    """The facts of a patent that its sale needs; None means not known. `extended_to` is the last day of an extended
    or foreign term and replaces the one counted from filing."""

    type: PatentType
    filing_date: date
    status: LegalStatus
    application: PatentNumber | None = None
    publication: PatentNumber | None = None
    priority_date: date | None = None
    publication_date: date | None = None
    grant_date: date | None = None
    extended_to: date | None = None
    status_checked_on: date | None = None
    annuity_paid_until: date | None = None
    claims_total: int | None = None
    claims_independent: int | None = None
    owners_not_consenting: tuple[str, ...] = ()
    pledged: bool = False
    pledgee_consents: bool = False
    open_licence: bool = False
    litigation_pending: bool = False
    invalidation_pending: bool = False
    evaluation_report: bool = False
    as_written: str = ""

    @property
    def last_day(self) -> date:
        """The last day of the term, extended or not (专利法 42)."""
        return self.extended_to or last_day(self.type, self.filing_date)

    @property
    def pays_by_schedule(self) -> bool:
        """Whether its annual fees are those of the Chinese office for the whole term."""
        number = self.application or self.publication
        return self.extended_to is None and (number is None or number.country == "CN")

    def fees_left_minor(self, day: date) -> int | None:
        """The annual fees after the running year, which a new owner has to pay, in fen; None: not known."""
        is_known = self.status in _ALIVE and self.pays_by_schedule
        return fees_left_minor(self.type, self.filing_date, day) if is_known else None

    @property
    def name(self) -> str:
        """Its number as a sentence names it, as it was written where it could not be read."""
        number = self.application or self.publication
        return number.canonical if number else self.as_written


_PENDING = frozenset({LegalStatus.PUBLISHED, LegalStatus.EXAMINATION})
# A pledge, a recorded licence and a past transfer are marks on a patent that is in force.
_ALIVE = frozenset({LegalStatus.IN_FORCE, LegalStatus.PLEDGED, LegalStatus.LICENSED, LegalStatus.TRANSFERRED})
_STATUS_FOR = {
    TransferType.APPLICATION_ASSIGNMENT: _PENDING,
    TransferType.EXCLUSIVE_LICENCE: _ALIVE | _PENDING,
    TransferType.SOLE_LICENCE: _ALIVE | _PENDING,
    TransferType.ORDINARY_LICENCE: _ALIVE | _PENDING,
}
_PUBLISHED_WITHIN_MONTHS = 19  # 18 and a little: the gazette appears once a week


def blockers(patent: Patent, sale_day: date, transfer: TransferType) -> tuple[Finding, ...]:
    """Why this patent cannot be sold that way on that day; empty if it can. Rulebook 5.3, 专利法 14, 42, 44, 51.

    An assignment takes effect on registration (专利法 10), so a term ending on the sale day itself is too short.
    """
    return (*_rights_against(patent, sale_day, transfer), *_contradictions(patent, sale_day))


def warnings(patent: Patent, sale_day: date) -> tuple[Finding, ...]:
    """Facts that a buyer should know, and that stop nothing (rulebook 5.2, 5.3, 专利法 29, 34)."""
    return (*_number_cautions(patent), *_state_cautions(patent, sale_day))


def _rights_against(patent: Patent, sale_day: date, transfer: TransferType) -> Iterator[Finding]:
    if patent.status not in _STATUS_FOR.get(transfer, _ALIVE):
        yield Finding(Blocker.NOT_IN_FORCE, (("status", patent.status.value),))
    if patent.last_day <= sale_day:
        yield Finding(Blocker.EXPIRED, (("last_day", str(patent.last_day)),))
    if patent.owners_not_consenting and transfer is not TransferType.ORDINARY_LICENCE:
        yield Finding(Blocker.CO_OWNER_CONSENT_MISSING, (("owners", "、".join(patent.owners_not_consenting)),))
    if (patent.pledged or patent.status is LegalStatus.PLEDGED) and not patent.pledgee_consents:
        yield Finding(Blocker.PLEDGEE_CONSENT_MISSING)
    if patent.open_licence and transfer in (TransferType.EXCLUSIVE_LICENCE, TransferType.SOLE_LICENCE):
        yield Finding(Blocker.OPEN_LICENCE_IN_FORCE)


def _contradictions(patent: Patent, sale_day: date) -> Iterator[Finding]:
    """Claims: 1 ≤ independent ≤ total. Days: priority ≤ filing ≤ publication ≤ sale day, filing ≤ grant."""
    independent, total = patent.claims_independent, patent.claims_total
    known = [1, *(count for count in (independent, total) if count is not None)]
    if known != sorted(known):
        yield Finding(Blocker.CLAIMS_WRONG, (("independent", str(independent)), ("total", str(total))))
    days = [(name, getattr(patent, name)) for name in ("priority_date", "filing_date", "publication_date")]
    chain = [(name, day) for name, day in [*days, ("sale_day", sale_day)] if day is not None]
    granted = ("grant_date", patent.grant_date or patent.filing_date)
    for (first, early), (second, late) in [*pairwise(chain), (("filing_date", patent.filing_date), granted)]:
        if early > late:
            yield Finding(Blocker.DATES_OUT_OF_ORDER, (("earlier", first), ("later", second)))


def number_doubts(number: PatentNumber) -> Iterator[Finding]:
    """The doubts about a number that need nothing but the number: its check digit above all (rulebook 5.2)."""
    for warning in number.warnings:
        yield Finding(warning, (("number", number.canonical), ("expected_check", number.expected_check or "")))


def _number_cautions(patent: Patent) -> Iterator[Finding]:
    for number in filter(None, (patent.application, patent.publication)):
        params = (("number", number.canonical),)
        yield from number_doubts(number)
        if number.type not in (None, patent.type):
            yield Finding(Caution.TYPE_DISAGREES, params)
        if number.form is NumberForm.APPLICATION and number.year not in (None, patent.filing_date.year):
            yield Finding(Caution.FILING_YEAR_DISAGREES, params)


def _state_cautions(patent: Patent, sale_day: date) -> Iterator[Finding]:
    annuity, checked, published = patent.annuity_paid_until, patent.status_checked_on, patent.publication_date
    invention = patent.type is PatentType.INVENTION
    earliest = patent.priority_date or patent.filing_date
    if sale_day < patent.last_day < later(sale_day, 24):  # one that is over by then stops the sale
        yield Finding(Caution.TERM_ENDS_SOON, (("last_day", str(patent.last_day)),))
    if annuity is not None and annuity - sale_day <= timedelta(days=90):
        yield from _fee_cautions(patent, annuity, sale_day)
    if checked is None or sale_day - checked > timedelta(days=30):
        yield Finding(Caution.STATUS_OUTDATED, (("checked_on", str(checked or "")),))
    if patent.litigation_pending:
        yield Finding(Caution.LITIGATION_PENDING)
    if patent.invalidation_pending:
        yield Finding(Caution.INVALIDATION_PENDING)
    if not invention and not patent.evaluation_report:
        yield Finding(Caution.EVALUATION_REPORT_MISSING)
    if patent.filing_date > later(earliest, 6 if patent.type is PatentType.DESIGN else 12):
        yield Finding(Caution.PRIORITY_TOO_OLD)
    # Only the first publication of an invention has its date; a grant is published years later.
    first = patent.publication is None or patent.publication.kind in (None, "A")
    if published and invention and first and published > later(earliest, _PUBLISHED_WITHIN_MONTHS):
        yield Finding(Caution.PUBLISHED_LATE)


_NEAR_ANNIVERSARY = timedelta(days=31)


def _fee_cautions(patent: Patent, paid_until: date, sale_day: date) -> Iterator[Finding]:
    """The annual fee that is due by the day of the sale, or soon after it. That of a foreign patent is not known, nor
    which one is meant by a day that is no anniversary of filing."""
    fee = next_fee(patent.type, patent.filing_date, paid_until) if patent.pays_by_schedule else None
    if not patent.pays_by_schedule or (fee and fee.due_on - paid_until > _NEAR_ANNIVERSARY):
        yield Finding(Caution.ANNUITY_DUE, (("due_on", str(paid_until)),))
        return
    if fee is None:
        return
    due = (("due_on", str(fee.due_on)),)
    late_minor = late_surcharge_minor(fee.fee_minor, fee.due_on, sale_day)
    if sale_day <= fee.due_on:
        yield Finding(Caution.FEE_DUE, (*due, ("year", str(fee.year)), ("fee", _yuan(fee.fee_minor))))
    elif late_minor is None:
        yield Finding(Caution.FEE_GRACE_OVER, due)
    else:
        yield Finding(Caution.FEE_LATE, (*due, ("fee", _yuan(fee.fee_minor)), ("surcharge", _yuan(late_minor))))


def _yuan(minor: int) -> str:
    return f"{minor // 100:,}"


# --- a sale and its lots (拍卖法) ------------------------------------------------------------------------------------

_NOTICE_DAYS = 7
PREVIEW_DAYS = 2


class LegalStep(StrEnum):
    """The step about which the law is asked."""

    PUBLISH_SALE = "publish_sale"
    OPEN_LOT = "open_lot"


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """`under_auction_law` False: the gate still says what it would have asked, and does not bind.

    `today` is given while the day of the sale can still be chosen: then a day that has passed is a finding.
    """

    sale_day: date
    today: date | None = None
    under_auction_law: bool = True
    house_org: str = ""
    notice_on: date | None = None
    preview_from: date | None = None
    preview_to: date | None = None
    auctioneer_licence: str = ""
    rules_announced: bool = False


@dataclass(frozen=True, slots=True)
class LotFacts:
    """The consignor declares defects to the house, and the house states them to bidders, also if none is known.

    `reserve_minor` is in fen, of a Dutch lot its floor; None with `no_reserve_announced` is a lot publicly without one.
    `unjudged`: missing facts of patents that therefore cannot be judged, `doubts` those about their numbers.
    `consignors_unclear`: the written words do not tell who consigns the lot.
    """

    lot: str
    transfer: TransferType
    patents: tuple[Patent, ...]
    consignor_orgs: tuple[str, ...] = ()
    consignors_unclear: bool = False
    reserve_minor: int | None = None
    no_reserve_announced: bool = False
    defects_declared: bool = False
    defects_stated: bool = False
    title_proven: bool = False
    unjudged: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """The missing facts, and whether they stop the step."""

    binds: bool
    missing: tuple[Finding, ...]

    @property
    def is_open(self) -> bool:
        """The step may be taken."""
        return not (self.binds and self.missing)


def latest_notice(sale_day: date) -> date:
    """The last day on which the notice is early enough (拍卖法 45)."""
    return sale_day - timedelta(days=_NOTICE_DAYS)


def preview_days(sale: SaleFacts) -> int:
    """Whole days of preview before the sale day (拍卖法 48)."""
    if sale.preview_from is None or sale.preview_to is None:
        return 0
    end = min(sale.preview_to, sale.sale_day - timedelta(days=1))
    return max(0, (end - sale.preview_from).days + 1)


def gate(step: LegalStep, sale: SaleFacts, lots: Iterable[LotFacts]) -> Gate:
    """May this sale be published with these lots, or this lot be opened; with everything that is missing.

    Notice and preview (拍卖法 45, 48) and each lot's own conditions (18, 23, 27, 41, 50, and those of its patents) are
    asked at both steps; the licensed auctioneer and the announced rules (14, 49) only when a lot opens.
    """
    missing = list(_publicity_gaps(sale))
    if step is LegalStep.OPEN_LOT:
        missing += _session_gaps(sale)
    for lot in lots:
        missing += _lot_gaps(sale, lot)
    return Gate(sale.under_auction_law, tuple(missing))


def _publicity_gaps(sale: SaleFacts) -> Iterator[Finding]:
    latest, today = latest_notice(sale.sale_day), sale.today
    if today is not None and sale.sale_day < today:
        yield Finding(Gap.SALE_DAY_PASSED, (("sale_day", str(sale.sale_day)),))
    if sale.notice_on is None and today is not None and latest < today:
        yield Finding(Gap.NOTICE_DAY_PASSED, (("latest", str(latest)),))
    elif sale.notice_on is None:
        yield Finding(Gap.NOTICE_MISSING, (("latest", str(latest)),))
    elif sale.notice_on > latest:
        yield Finding(Gap.NOTICE_TOO_LATE, (("notice_on", str(sale.notice_on)), ("latest", str(latest))))
    if preview_days(sale) < PREVIEW_DAYS:
        yield Finding(Gap.PREVIEW_TOO_SHORT, (("days", str(preview_days(sale))), ("minimum", str(PREVIEW_DAYS))))


AT_OPENING_ONLY = frozenset({Gap.AUCTIONEER_NOT_LICENSED, Gap.RULES_NOT_ANNOUNCED})
"""Facts of the session. They stop a lot from opening, not a sale from being published."""


def _session_gaps(sale: SaleFacts) -> Iterator[Finding]:
    if not sale.auctioneer_licence.strip():
        yield Finding(Gap.AUCTIONEER_NOT_LICENSED)
    if not sale.rules_announced:
        yield Finding(Gap.RULES_NOT_ANNOUNCED)


def _lot_gaps(sale: SaleFacts, lot: LotFacts) -> Iterator[Finding]:
    named = (("lot", lot.lot),)
    lacking = {
        Gap.HOUSE_IS_CONSIGNOR: sale.house_org in lot.consignor_orgs,
        Gap.CONSIGNOR_UNKNOWN: not lot.consignor_orgs,
        Gap.CONSIGNOR_UNCLEAR: lot.consignors_unclear,
        Gap.RESERVE_UNDECIDED: lot.reserve_minor is None and not lot.no_reserve_announced,
        Gap.DEFECTS_NOT_DECLARED: not lot.defects_declared,
        Gap.DEFECTS_NOT_STATED: not lot.defects_stated,
        Gap.TITLE_NOT_PROVEN: not lot.title_proven,
        Gap.NO_PATENT: not (lot.patents or lot.unjudged),
    }
    for gap, applies in lacking.items():
        if applies:
            yield Finding(gap, named)
    yield from (Finding(each.code, (*named, *each.params)) for each in lot.unjudged)
    for patent in lot.patents:
        for blocker in blockers(patent, sale.sale_day, lot.transfer):
            yield Finding(blocker.code, (*named, ("patent", patent.name), *blocker.params))
