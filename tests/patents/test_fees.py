"""Annual fees, and the surcharge of a late one (rulebook 5.3)."""

from datetime import date

import pytest

from auction.patents.fees import annual_fees, fees_left_minor, late_surcharge_minor, patent_year
from auction.patents.numbers import PatentType, term_years

INVENTION, UTILITY_MODEL, DESIGN = PatentType.INVENTION, PatentType.UTILITY_MODEL, PatentType.DESIGN


def test_what_is_left_to_pay_for_an_invention_of_2010_in_its_ninth_year() -> None:
    filed, day = date(2010, 6, 15), date(2018, 11, 28)
    assert patent_year(filed, day) == 9
    assert fees_left_minor(INVENTION, filed, day) == 70_000_00


@pytest.mark.parametrize(
    ("day", "year"), [(date(2010, 6, 15), 1), (date(2011, 6, 14), 1), (date(2011, 6, 15), 2), (date(2012, 1, 1), 2)]
)
def test_a_year_of_the_patent_begins_on_the_anniversary(day: date, year: int) -> None:
    assert patent_year(date(2010, 6, 15), day) == year


@pytest.mark.parametrize(
    ("patent_type", "yuan"),
    [
        (INVENTION, [900] * 3 + [1200] * 3 + [2000] * 3 + [4000] * 3 + [6000] * 3 + [8000] * 5),
        (UTILITY_MODEL, [600] * 3 + [900] * 2 + [1200] * 3 + [2000] * 2),
        (DESIGN, [600] * 3 + [900] * 2 + [1200] * 3 + [2000] * 2 + [3000] * 5),
    ],
)
def test_the_fees_of_a_whole_term(patent_type: PatentType, yuan: list[int]) -> None:
    fees = annual_fees(patent_type, date(2022, 3, 1))
    assert [fee.fee_minor for fee in fees] == [amount * 100 for amount in yuan]
    assert [(fee.year, fee.due_on) for fee in fees][:2] == [(1, date(2022, 3, 1)), (2, date(2023, 3, 1))]


def test_an_old_design_pays_for_ten_years() -> None:
    assert term_years(DESIGN, date(2020, 1, 1)) == len(annual_fees(DESIGN, date(2020, 1, 1))) == 10


@pytest.mark.parametrize(
    ("paid_on", "expected"),
    [
        (date(2018, 6, 1), 0),
        (date(2018, 6, 15), 0),
        (date(2018, 7, 14), 0),
        (date(2018, 7, 15), 100_00),
        (date(2018, 8, 18), 200_00),
        (date(2018, 9, 15), 300_00),
        (date(2018, 10, 15), 400_00),
        (date(2018, 11, 15), 500_00),
        (date(2018, 12, 15), 500_00),
        (date(2018, 12, 16), None),
    ],
)
def test_a_late_fee_costs_five_percent_for_every_full_month(paid_on: date, expected: int | None) -> None:
    assert late_surcharge_minor(2_000_00, date(2018, 6, 15), paid_on) == expected
