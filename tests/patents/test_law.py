"""What the law asks of a patent, a lot and a sale (rulebook 1.4, 2.1, 2.5, 2.6, 5.3)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from auction.patents.findings import Blocker, Caution, Finding, Gap
from auction.patents.law import (
    Gate,
    LegalStatus,
    LegalStep,
    LotFacts,
    Patent,
    SaleFacts,
    TransferType,
    blockers,
    gate,
    latest_notice,
    preview_days,
    warnings,
)
from auction.patents.numbers import NumberWarning, PatentNumber, PatentType, parse

SALE_DAY = date(2018, 11, 28)

PATENT = Patent(
    type=PatentType.INVENTION,
    filing_date=date(2010, 6, 15),
    status=LegalStatus.IN_FORCE,
    publication_date=date(2011, 12, 20),
    grant_date=date(2013, 1, 9),
    status_checked_on=date(2018, 11, 1),
    annuity_paid_until=date(2019, 6, 15),
    claims_total=10,
    claims_independent=2,
)
LOT = LotFacts(
    lot="7",
    transfer=TransferType.ASSIGNMENT,
    patents=(PATENT,),
    consignor_orgs=("institute",),
    reserve_minor=100_000_00,
    defects_declared=True,
    defects_stated=True,
    title_proven=True,
)
SALE = SaleFacts(
    sale_day=SALE_DAY,
    house_org="house",
    notice_on=date(2018, 11, 14),
    preview_from=date(2018, 11, 26),
    preview_to=date(2018, 11, 27),
    auctioneer_licence="A-1",
    rules_announced=True,
)


def number(text: str) -> PatentNumber:
    read = parse(text)
    assert read is not None
    return read


def blocking(transfer: TransferType = TransferType.ASSIGNMENT, **changes: Any) -> list[tuple[str, str]]:
    found = blockers(replace(PATENT, **changes), SALE_DAY, transfer)
    return [(finding.code, finding.article) for finding in found]


def cautions(**changes: Any) -> list[str]:
    return [finding.code for finding in warnings(replace(PATENT, **changes), SALE_DAY)]


def gaps(step: LegalStep, sale: SaleFacts = SALE, lot: LotFacts = LOT) -> list[tuple[str, str]]:
    return [(finding.code, finding.article) for finding in gate(step, sale, [lot]).missing]


# --- a patent, 5.3 ---


def test_a_patent_in_force_with_everything_known_can_be_sold_without_a_word() -> None:
    assert (blocking(), cautions()) == ([], [])


@pytest.mark.parametrize(
    ("transfer", "status", "allowed"),
    [
        (TransferType.ASSIGNMENT, LegalStatus.IN_FORCE, True),
        (TransferType.ASSIGNMENT, LegalStatus.LICENSED, True),
        (TransferType.ASSIGNMENT, LegalStatus.TRANSFERRED, True),
        (TransferType.ASSIGNMENT, LegalStatus.PUBLISHED, False),
        (TransferType.ASSIGNMENT, LegalStatus.LAPSED_UNPAID, False),
        (TransferType.EQUITY, LegalStatus.EXAMINATION, False),
        (TransferType.OPEN_LICENCE, LegalStatus.EXAMINATION, False),
        (TransferType.APPLICATION_ASSIGNMENT, LegalStatus.EXAMINATION, True),
        (TransferType.APPLICATION_ASSIGNMENT, LegalStatus.IN_FORCE, False),
        (TransferType.APPLICATION_ASSIGNMENT, LegalStatus.WITHDRAWN, False),
        (TransferType.ORDINARY_LICENCE, LegalStatus.PUBLISHED, True),
        (TransferType.ORDINARY_LICENCE, LegalStatus.INVALIDATED, False),
    ],
)
def test_the_status_must_fit_what_is_sold(transfer: TransferType, status: LegalStatus, allowed: bool) -> None:
    assert blocking(transfer, status=status) == ([] if allowed else [("NOT_IN_FORCE", "专利法 44")])


@pytest.mark.parametrize(("last", "blocked"), [(-1, True), (0, True), (1, False)])
def test_a_term_that_ends_by_the_sale_day_blocks(last: int, blocked: bool) -> None:
    found = blocking(extended_to=SALE_DAY + timedelta(days=last))
    assert found == ([("EXPIRED", "专利法 42")] if blocked else [])


def test_an_extended_term_replaces_the_one_counted_from_filing() -> None:
    assert blocking(type=PatentType.UTILITY_MODEL, filing_date=date(2008, 1, 1)) == [("EXPIRED", "专利法 42")]
    extended = {"filing_date": date(1998, 1, 1), "extended_to": date(2023, 1, 1)}
    assert blocking(**extended) == []


@pytest.mark.parametrize("transfer", list(TransferType))
def test_only_an_ordinary_licence_needs_no_consent_of_the_co_owners(transfer: TransferType) -> None:
    """专利法 14."""
    status = LegalStatus.EXAMINATION if transfer is TransferType.APPLICATION_ASSIGNMENT else LegalStatus.IN_FORCE
    found = blockers(replace(PATENT, status=status, owners_not_consenting=("甲", "乙")), SALE_DAY, transfer)
    if transfer is TransferType.ORDINARY_LICENCE:
        assert found == ()
    else:
        assert [(f.code, f.article, f.params) for f in found] == [
            (Blocker.CO_OWNER_CONSENT_MISSING, "专利法 14", (("owners", "甲、乙"),))
        ]


@pytest.mark.parametrize("pledge", [{"pledged": True}, {"status": LegalStatus.PLEDGED}])
def test_a_pledge_blocks_unless_the_creditor_consents(pledge: dict[str, Any]) -> None:
    assert blocking(**pledge) == [("PLEDGEE_CONSENT_MISSING", "民法典 444")]
    assert blocking(**pledge, pledgee_consents=True) == []


@pytest.mark.parametrize("transfer", [TransferType.EXCLUSIVE_LICENCE, TransferType.SOLE_LICENCE])
def test_an_open_licence_excludes_an_exclusive_one(transfer: TransferType) -> None:
    assert blocking(transfer, open_licence=True) == [("OPEN_LICENCE_IN_FORCE", "专利法 51")]
    assert blocking(TransferType.ORDINARY_LICENCE, open_licence=True) == []
    assert blocking(open_licence=True) == []


@pytest.mark.parametrize(
    ("independent", "total", "wrong"),
    [
        (1, 1, False),
        (2, 1, True),
        (0, 5, True),
        (None, 0, True),
        (None, 5, False),
        (3, None, False),
        (None, None, False),
    ],
)
def test_there_is_at_least_one_independent_claim_and_not_more_than_claims(
    independent: int | None, total: int | None, wrong: bool
) -> None:
    found = blocking(claims_independent=independent, claims_total=total)
    assert found == ([("CLAIMS_WRONG", "rulebook 5.3")] if wrong else [])


@pytest.mark.parametrize(
    ("changes", "earlier", "later"),
    [
        ({"priority_date": date(2010, 6, 16)}, "priority_date", "filing_date"),
        ({"publication_date": date(2010, 6, 14)}, "filing_date", "publication_date"),
        ({"publication_date": date(2018, 11, 29)}, "publication_date", "sale_day"),
        ({"grant_date": date(2010, 6, 14)}, "filing_date", "grant_date"),
        ({"filing_date": date(2018, 11, 29), "publication_date": None, "grant_date": None}, "filing_date", "sale_day"),
    ],
)
def test_the_days_of_a_patent_are_in_order(changes: dict[str, Any], earlier: str, later: str) -> None:
    found = blockers(replace(PATENT, **changes), SALE_DAY, TransferType.ASSIGNMENT)
    assert [(f.code, f.params) for f in found] == [
        (Blocker.DATES_OUT_OF_ORDER, (("earlier", earlier), ("later", later)))
    ]


def test_days_that_coincide_are_in_order() -> None:
    filed = PATENT.filing_date
    assert blocking(priority_date=filed, publication_date=filed, grant_date=filed) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"extended_to": date(2020, 11, 27)}, [Caution.TERM_ENDS_SOON]),
        ({"extended_to": date(2020, 11, 28)}, []),
        ({"filing_date": date(2011, 2, 20), "annuity_paid_until": date(2019, 2, 19)}, [Caution.FEE_DUE]),
        ({"annuity_paid_until": date(2019, 2, 26)}, [Caution.ANNUITY_DUE]),
        ({"annuity_paid_until": date(2019, 2, 27)}, []),
        ({"annuity_paid_until": date(2018, 6, 15)}, [Caution.FEE_LATE]),
        ({"annuity_paid_until": date(2017, 6, 15)}, [Caution.FEE_GRACE_OVER]),
        ({"annuity_paid_until": date(2018, 6, 15), "extended_to": date(2031, 1, 1)}, [Caution.ANNUITY_DUE]),
        ({"annuity_paid_until": None}, []),
        ({"status_checked_on": date(2018, 10, 29)}, []),
        ({"status_checked_on": date(2018, 10, 28)}, [Caution.STATUS_OUTDATED]),
        ({"status_checked_on": None}, [Caution.STATUS_OUTDATED]),
        ({"litigation_pending": True}, [Caution.LITIGATION_PENDING]),
        ({"invalidation_pending": True}, [Caution.INVALIDATION_PENDING]),
        ({"priority_date": date(2009, 6, 15), "publication_date": date(2010, 12, 22)}, []),
        ({"priority_date": date(2009, 6, 14), "publication_date": date(2010, 12, 22)}, [Caution.PRIORITY_TOO_OLD]),
        ({"publication_date": date(2012, 1, 15)}, []),
        ({"publication_date": date(2012, 1, 16)}, [Caution.PUBLISHED_LATE]),
        ({"publication_date": date(2013, 1, 9), "publication": number("CN101000319B")}, []),
    ],
)
def test_a_buyer_is_warned(changes: dict[str, Any], expected: list[Caution]) -> None:
    assert cautions(**changes) == expected


def test_a_late_fee_is_told_with_its_surcharge_on_the_day_of_the_sale() -> None:
    """Due on 15 June, five full months before the sale: 25 % of 2,000 yuan (5.3)."""
    late = replace(PATENT, annuity_paid_until=date(2018, 6, 14))
    assert [dict(each.params) for each in warnings(late, SALE_DAY)] == [
        {"due_on": "2018-06-15", "fee": "2,000", "surcharge": "500"}
    ]
    nearly = replace(PATENT, annuity_paid_until=date(2019, 1, 5), filing_date=date(2010, 1, 5))
    assert {"due_on": "2019-01-05", "fee": "4,000", "year": "10"} in [
        dict(each.params) for each in warnings(nearly, SALE_DAY)
    ]
    paid = replace(PATENT, filing_date=date(1999, 1, 5), annuity_paid_until=date(2019, 1, 4))
    assert [each.code for each in warnings(paid, SALE_DAY) if "due_on" in dict(each.params)] == []


def test_a_buyer_takes_over_the_fees_to_the_end_of_the_term() -> None:
    assert PATENT.fees_left_minor(SALE_DAY) == 70_000_00
    for unknown in ({"status": LegalStatus.EXAMINATION}, {"application": number("US9876543B2")}):
        assert replace(PATENT, **unknown).fees_left_minor(SALE_DAY) is None


@pytest.mark.parametrize("patent_type", [PatentType.UTILITY_MODEL, PatentType.DESIGN])
def test_a_patent_that_was_not_examined_should_have_an_evaluation_report(patent_type: PatentType) -> None:
    young = {"type": patent_type, "filing_date": date(2017, 1, 5), "publication_date": None, "grant_date": None}
    assert cautions(**young) == [Caution.EVALUATION_REPORT_MISSING]
    assert cautions(**young, evaluation_report=True) == []


def test_a_designs_priority_is_six_months() -> None:
    design = replace(PATENT, type=PatentType.DESIGN, filing_date=date(2017, 1, 5), evaluation_report=True)
    codes = [f.code for f in warnings(replace(design, priority_date=date(2016, 7, 4)), SALE_DAY)]
    assert codes == [Caution.PRIORITY_TOO_OLD]
    assert warnings(replace(design, priority_date=date(2016, 7, 5)), SALE_DAY) == ()


def test_a_warning_about_a_number_tells_the_right_check_digit() -> None:
    found = warnings(replace(PATENT, application=number("201010123456.7")), SALE_DAY)
    assert [(f.code, f.article, dict(f.params)) for f in found] == [
        (
            NumberWarning.CHECK_DIGIT_WRONG,
            "rulebook 5.2",
            {"number": "201010123456.7", "expected_check": number("201010123456.7").expected_check},
        )
    ]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"application": "202322865413.3"}, [Caution.TYPE_DISAGREES, Caution.FILING_YEAR_DISAGREES]),
        ({"publication": "CN222312350U"}, [Caution.TYPE_DISAGREES]),
        ({"application": "201080045311", "publication": "CN102000319A"}, [NumberWarning.CHECK_DIGIT_MISSING]),
        ({"publication": "US20120221291A1"}, []),
    ],
)
def test_numbers_should_agree_with_the_type_and_the_filing_year(
    numbers: dict[str, str], expected: list[Caution | NumberWarning]
) -> None:
    assert cautions(**{name: number(text) for name, text in numbers.items()}) == expected


# --- notice and preview, 1.4 ---


def test_the_latest_notice_for_28_november_is_21_november() -> None:
    """拍卖法 45."""
    assert latest_notice(SALE_DAY) == date(2018, 11, 21)


@pytest.mark.parametrize(
    ("notice_on", "expected"),
    [
        (date(2018, 11, 21), []),
        (date(2018, 11, 22), [("NOTICE_TOO_LATE", "拍卖法 45")]),
        (None, [("NOTICE_MISSING", "拍卖法 45")]),
    ],
)
@pytest.mark.parametrize("step", list(LegalStep))
def test_the_notice_is_published_seven_days_before(
    step: LegalStep, notice_on: date | None, expected: list[tuple[str, str]]
) -> None:
    assert gaps(step, replace(SALE, notice_on=notice_on)) == expected


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(26, 27, 2), (27, 27, 1), (27, 28, 1), (20, 28, 8), (28, 29, 0), (27, 26, 0)],
)
def test_a_preview_counts_whole_days_before_the_sale_day(first: int, last: int, days: int) -> None:
    """拍卖法 48."""
    sale = replace(SALE, preview_from=date(2018, 11, first), preview_to=date(2018, 11, last))
    assert preview_days(sale) == days
    assert gaps(LegalStep.PUBLISH_SALE, sale) == ([] if days >= 2 else [("PREVIEW_TOO_SHORT", "拍卖法 48")])


def test_a_sale_without_preview_is_refused() -> None:
    sale = replace(SALE, preview_from=None)
    assert gaps(LegalStep.PUBLISH_SALE, sale) == [("PREVIEW_TOO_SHORT", "拍卖法 48")]


# --- the rest of the gate, 2.1 ---


@pytest.mark.parametrize("step", list(LegalStep))
def test_a_sale_with_everything_in_order_passes(step: LegalStep) -> None:
    assert gate(step, SALE, [LOT]) == Gate(binds=True, missing=())
    assert gate(step, SALE, [LOT]).is_open


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"auctioneer_licence": " "}, ("AUCTIONEER_NOT_LICENSED", "拍卖法 14")),
        ({"rules_announced": False}, ("RULES_NOT_ANNOUNCED", "拍卖法 49")),
    ],
)
def test_auctioneer_and_rules_are_asked_when_a_lot_opens_and_not_before(
    changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    sale = replace(SALE, **changes)
    assert gaps(LegalStep.OPEN_LOT, sale) == [expected]
    assert gaps(LegalStep.PUBLISH_SALE, sale) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"consignor_orgs": ("institute", "house")}, ("HOUSE_IS_CONSIGNOR", "拍卖法 23")),
        ({"consignor_orgs": ()}, ("CONSIGNOR_UNKNOWN", "拍卖法 30")),
        ({"consignors_unclear": True}, ("CONSIGNOR_UNCLEAR", "拍卖法 30")),
        ({"reserve_minor": None}, ("RESERVE_UNDECIDED", "拍卖法 50")),
        ({"defects_declared": False}, ("DEFECTS_NOT_DECLARED", "拍卖法 27")),
        ({"defects_stated": False}, ("DEFECTS_NOT_STATED", "拍卖法 18")),
        ({"title_proven": False}, ("TITLE_NOT_PROVEN", "拍卖法 41")),
        ({"patents": ()}, ("NO_PATENT", "rulebook 5.1")),
        ({"patents": (replace(PATENT, owners_not_consenting=("甲",)),)}, ("CO_OWNER_CONSENT_MISSING", "专利法 14")),
        ({"patents": (replace(PATENT, status=LegalStatus.LAPSED_UNPAID),)}, ("NOT_IN_FORCE", "专利法 44")),
    ],
)
@pytest.mark.parametrize("step", list(LegalStep))
def test_what_a_lot_lacks_is_named_with_its_article(
    step: LegalStep, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    lot = replace(LOT, **changes)
    assert gaps(step, lot=lot) == [expected]
    assert not gate(step, SALE, [lot]).is_open


def test_an_announced_lack_of_a_reserve_is_enough() -> None:
    assert gaps(LegalStep.OPEN_LOT, lot=replace(LOT, reserve_minor=None, no_reserve_announced=True)) == []


def test_unknown_parties_are_not_taken_for_the_same() -> None:
    sale, lot = replace(SALE, house_org=""), LOT
    assert gaps(LegalStep.OPEN_LOT, sale, lot) == []


def test_everything_missing_is_said_at_once_and_names_lot_and_patent() -> None:
    dead = replace(PATENT, status=LegalStatus.EXPIRED, application=number("201010566088"))
    found = gate(LegalStep.OPEN_LOT, SaleFacts(SALE_DAY), [LOT, LotFacts("8", TransferType.ASSIGNMENT, (dead,))])
    assert [finding.code for finding in found.missing] == [
        Gap.NOTICE_MISSING,
        Gap.PREVIEW_TOO_SHORT,
        Gap.AUCTIONEER_NOT_LICENSED,
        Gap.RULES_NOT_ANNOUNCED,
        Gap.CONSIGNOR_UNKNOWN,
        Gap.RESERVE_UNDECIDED,
        Gap.DEFECTS_NOT_DECLARED,
        Gap.DEFECTS_NOT_STATED,
        Gap.TITLE_NOT_PROVEN,
        Blocker.NOT_IN_FORCE,
    ]
    assert dict(found.missing[-1].params) == {"lot": "8", "patent": dead.name, "status": "expired"}
    assert dict(found.missing[0].params) == {"latest": "2018-11-21"}


def test_a_patent_of_which_too_little_is_known_is_missing_and_still_a_patent() -> None:
    unknown = replace(LOT, patents=(), unjudged=(Finding(Gap.PATENT_STATUS_UNKNOWN, (("patent", "x"),)),))
    assert gate(LegalStep.OPEN_LOT, SALE, [unknown]).missing == (
        Finding(Gap.PATENT_STATUS_UNKNOWN, (("lot", unknown.lot), ("patent", "x"))),
    )
    assert gaps(LegalStep.OPEN_LOT, lot=unknown) == [("PATENT_STATUS_UNKNOWN", "专利法 44")]


def test_outside_the_auction_law_the_gate_says_the_same_and_does_not_bind() -> None:
    sale = replace(SALE, notice_on=None)
    free = gate(LegalStep.PUBLISH_SALE, replace(sale, under_auction_law=False), [LOT])
    bound = gate(LegalStep.PUBLISH_SALE, sale, [LOT])
    assert free.missing == bound.missing != ()
    assert (free.is_open, bound.is_open) == (True, False)


# --- the parties, 2.6 ---
