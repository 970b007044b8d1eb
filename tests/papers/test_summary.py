"""The figures of a summary against the rulebook's fixtures (1.3). Single prices that sum right are invented."""

from fractions import Fraction

import pytest

from auction.papers.summary import premium, rounded, share
from auction.rules.lot import Lot, Status, Terms


def sold(start_minor, hammer_minor, lot="1"):
    return Lot(lot, Terms(lot, "english", start_minor), None, status=Status.SOLD, hammer_minor=hammer_minor)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (28, 36, "77.78 %"),  # JINAN-2018, by lot
        (28, 70, "40.00 %"),  # ICT-2010, by lot
        (28, 90, "31.11 %"),  # ICT-2010, by patent
        (1_200_000, 2_568_000, "46.73 %"),  # ICT-2010, top share
        (20_040_000, 90_400_000, "22.17 %"),  # G60-2019, top share
        (6, 81, "7.41 %"),  # OT-2009
        (34, 67, "50.75 %"),  # OT-2007
        (0, 5, "0.00 %"),
        (0, 0, "–"),
    ],
)
def test_12_3_shares_are_rounded_half_up_once(part, whole, said):
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("total_minor", "count", "mean_minor"),
    [
        (503_000_000, 28, 17_964_286),
        (136_800_000, 27, 5_066_667),
        (7_036_000_000, 17, 413_882_353),
        (13_900_000_000, 30, 463_333_333),
    ],
)
def test_12_3_means_are_rounded_half_up(total_minor, count, mean_minor):
    assert rounded(Fraction(total_minor, count)) == mean_minor
    assert rounded(Fraction(1, 2)) == 1


@pytest.mark.parametrize(
    ("start", "hammer", "said"), [(790, 1_014, "28.35 %"), (210, 537, "155.71 %"), (895, 1_230, "37.43 %")]
)
def test_12_3_the_premium_is_that_of_the_sums(start, hammer, said):
    """Zhejiang's sales, in 万元, each total in two lots."""
    lots = [sold(start - 100, hammer - 120), sold(100, 120), sold(None, 5)]
    assert premium(lots) == said
    assert premium([]) == "–"
