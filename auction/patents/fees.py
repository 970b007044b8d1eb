"""The cost of keeping a Chinese patent: annual fees, and the surcharge of a late one (rulebook 5.3).

Pure: no clock, no I/O. Money is in fen, by the office's schedule without any reduction.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .numbers import PatentType, later, term_years

# Annual fees: (up to this year of the term, yuan a year).
_FEES_YUAN = {
    PatentType.INVENTION: ((3, 900), (6, 1200), (9, 2000), (12, 4000), (15, 6000), (20, 8000)),
    PatentType.UTILITY_MODEL: ((3, 600), (5, 900), (8, 1200), (10, 2000)),
    PatentType.DESIGN: ((3, 600), (5, 900), (8, 1200), (10, 2000), (15, 3000)),
}
_GRACE_MONTHS = 6


@dataclass(frozen=True, slots=True)
class AnnualFee:
    """The fee of one year of the term (the first is 1), due on the day that year begins."""

    year: int
    due_on: date
    fee_minor: int


def patent_year(filing_date: date, day: date) -> int:
    """The year of a patent's life on a day. The year that begins with filing is 1 (rulebook 5.3)."""
    years = day.year - filing_date.year
    return years + (later(filing_date, 12 * years) <= day)


def annual_fees(patent_type: PatentType, filing_date: date) -> tuple[AnnualFee, ...]:
    """Every annual fee of the whole term, in fen, without any reduction (rulebook 5.3)."""
    return tuple(
        AnnualFee(year, later(filing_date, 12 * (year - 1)), _fee_yuan(patent_type, year) * 100)
        for year in range(1, term_years(patent_type, filing_date) + 1)
    )


def fees_left_minor(patent_type: PatentType, filing_date: date, day: date) -> int:
    """The fees of the years after the running one, in fen (rulebook 5.3). A new owner pays them."""
    running = patent_year(filing_date, day)
    return sum(fee.fee_minor for fee in annual_fees(patent_type, filing_date) if fee.year > running)


def late_surcharge_minor(fee_minor: int, due_on: date, paid_on: date) -> int | None:
    """The surcharge of a late payment, in fen: 5 % a full month (rulebook 5.3). None after six months of grace."""
    if paid_on > later(due_on, _GRACE_MONTHS):
        return None
    months = sum(later(due_on, month) <= paid_on for month in range(1, _GRACE_MONTHS))
    return (fee_minor * 5 * months + 50) // 100


def next_fee(patent_type: PatentType, filing_date: date, paid_until: date) -> AnnualFee | None:
    """The first fee that is not paid, if the fees are paid until a day; None: all are paid.

    Registers name the anniversary of filing, or the day before it.
    """
    unpaid_from = paid_until - timedelta(days=1)
    return next((fee for fee in annual_fees(patent_type, filing_date) if fee.due_on >= unpaid_from), None)


def _fee_yuan(patent_type: PatentType, year: int) -> int:
    return next(yuan for last_year, yuan in _FEES_YUAN[patent_type] if year <= last_year)
