"""The figures of past sales to the last digit (rulebook 1.3). Single prices that sum right are invented."""

from fractions import Fraction

import pytest

from auction.papers.statistics import LotFigures, Tally, figures, groups, hundredths, percent, premium, rounded
from auction.rules.lot import Status

YUAN = 100


def lots_of(status, *prices, first=1, **more):
    """Lots of one standing, with hammer prices in yuan."""
    for number, price in enumerate(prices, first):
        hammer_minor = None if price is None else price * YUAN
        yield LotFigures(lot=str(number), status=status, hammer_minor=hammer_minor, **more)


def sold(*prices, **more):
    return list(lots_of(Status.SOLD, *prices, **more))


def passed(count, **more):
    return list(lots_of(Status.PASSED, *[None] * count, first=100, **more))


def test_12_3_jinan_2018():
    """36 put up, 28 sold for 5,030,000 in three hours. The prices are synthetic: 27 × 180,000 + 170,000."""
    lots = [*sold(*[180_000] * 27, 170_000), *passed(8)]
    minutes = [
        LotFigures(lot=each.lot, status=each.status, opened_ms=n * 300_000, ended_ms=(n + 1) * 300_000)
        for n, each in enumerate(lots)
    ]
    told = figures(lots)

    assert (told.offered.lots, told.sold.lots, told.passed.lots) == (36, 28, 8)
    assert told.hammer_minor == 503_000_000
    assert percent(told.sold_by_lot) == "77.78 %"
    assert told.mean_minor == 17_964_286
    assert told.median_minor == 18_000_000
    assert figures(minutes).lots_per_hour == 12
    assert figures(minutes).took_per_lot_ms == 300_000


def test_12_3_ict_2010_by_lot_and_by_patent():
    """8 packages of 28 patents, 38 lots with a reserve, 24 without; 28 sold, the dearest for 1,200,000."""
    others = [50_667] * 18 + [50_666] * 9  # together 1,368,000
    lots = [*sold(1_200_000, *others), *passed(70 - 28 - 8), *passed(4, patents=3), *passed(4, patents=4)]
    told = figures(lots)

    assert (told.offered, told.sold) == (Tally(70, 90), Tally(28, 28))
    assert percent(told.sold_by_lot) == "40.00 %"
    assert percent(told.sold_by_patent) == "31.11 %"
    assert told.hammer_minor == 2_568_000 * YUAN
    assert percent(told.top_share) == "46.73 %"
    assert told.others_mean_minor == 5_066_667
    later = [*sold(*[1] * 28), *passed(41)]
    assert rounded(100 * (figures(later).sold_by_lot or 0)) == 41, "a later source: 28 of 69 lots"


def test_12_3_g60_2019_by_way_to_sell():
    """14 sold by one-time quote and 4 by paddle for 90.4 million, the dearest for 20,040,000."""
    others = 4_138_823
    paddle = sold(20_040_000, others, others, 70_360_000 - 16 * others)
    lots = [*sold(*[others] * 14, format="sealed"), *paddle]
    told, by_way = figures(lots), groups(lots, lambda lot: lot.format)

    assert {name: each.sold.lots for name, each in by_way.items()} == {"sealed": 14, "english": 4}
    assert (told.sold.lots, told.hammer_minor) == (18, 9_040_000_000)
    assert percent(told.top_share) == "22.17 %"
    assert told.others_mean_minor == 413_882_353
    assert sum(each.hammer_minor for each in by_way.values()) == told.hammer_minor
    assert figures(sold(*[4_633_333] * 29, 139_000_000 - 29 * 4_633_333)).mean_minor == 463_333_333, "G60-2020"


@pytest.mark.parametrize(
    ("start", "hammer", "count", "said"),
    [(790, 1_014, 10, "28.35 %"), (210, 537, 12, "155.71 %"), (895, 1_230, 11, "37.43 %")],
)
def test_12_3_zhejiang_premiums_are_those_of_the_sums(start, hammer, count, said):
    """Start and hammer in 万元; the last lot takes what the others leave."""
    pairs = [(start // count, hammer // count)] * (count - 1)
    pairs.append((start - sum(a for a, _ in pairs), hammer - sum(b for _, b in pairs)))
    lots = [each for a, b in pairs for each in sold(b, start_minor=a * YUAN)]

    assert percent(figures(lots).premium) == said
    assert percent(premium([*lots, *sold(5), *passed(1, start_minor=1)])) == said, "only sold lots with a start count"


def test_12_3_ocean_tomo():
    assert percent(figures([*sold(*[1] * 6), *passed(75)]).sold_by_lot) == "7.41 %"
    assert figures(sold(*[458_333] * 5, 2_750_000 - 5 * 458_333)).mean_minor == 45_833_333
    assert percent(figures([*sold(*[1] * 34), *passed(33)]).sold_by_lot) == "50.75 %"


def test_12_3_a_lot_that_never_came_up_was_not_offered():
    waiting = list(lots_of(Status.PENDING, None, None, patents=2))
    gone = list(lots_of(Status.WITHDRAWN, None, patents=3))
    lots = [*sold(10, in_term=True), *sold(20, taken=True), *passed(1), *waiting, *gone]
    told = figures(lots)

    assert (told.listed, told.offered, told.not_offered) == (Tally(6, 10), Tally(3, 3), Tally(2, 4))
    assert (told.withdrawn, told.in_term, told.taken) == (Tally(1, 3), Tally(1, 1), Tally(1, 1))
    assert told.sold_by_lot == Fraction(2, 3)


def test_12_3_nothing_sold_has_no_rates():
    told = figures([])
    assert (told.mean_minor, told.median_minor, told.top_minor, told.lots_per_hour) == (None,) * 4
    assert {percent(each) for each in (told.sold_by_lot, told.sold_by_patent, told.top_share, told.premium)} == {"–"}


@pytest.mark.parametrize(("value", "said"), [("1/3", "0.33"), ("1/200", "0.01"), ("-1/3", "-0.33"), ("0", "0.00")])
def test_12_3_a_rate_is_rounded_half_up_once(value, said):
    assert str(hundredths(Fraction(value))) == said
