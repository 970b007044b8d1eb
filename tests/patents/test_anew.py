"""What a change after publishing begins anew has to pass again before a lot opens (issue 8, number 26)."""

from datetime import UTC, date, datetime

import pytest

from auction.patents.anew import gaps
from auction.patents.law import SaleFacts
from auction.rules import events as ev
from auction.rules.record import NOTICE, PREVIEW

SALE = SaleFacts(
    sale_day=date(2018, 11, 28),
    notice_on=date(2018, 11, 20),
    preview_from=date(2018, 11, 24),
    preview_to=date(2018, 11, 27),
)


def noon(day):
    return int(datetime(2018, 11, day, 12, tzinfo=UTC).timestamp() * 1000)


def terms(day, *anew):
    return ev.TermsStated(noon(day), {"place": "x"}, "VENUE", anew)


def texts(day, row, *anew):
    return ev.TextsStated(noon(day), {row: "0" * 64}, "CORRECTION", anew)


def found(*changes, sale=SALE):
    return [
        (each.code.value, dict(each.params).get("lot"), each.article) for each in gaps(sale, changes, UTC, ["1", "2"])
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(21, []), (22, [("NOTICE_BEGUN_ANEW", None, "拍卖法 45")]), (28, [("NOTICE_BEGUN_ANEW", None, "拍卖法 45")])],
)
def test_08_26_seven_days_count_from_the_change(day, expected):
    assert found(terms(day, NOTICE)) == expected
    assert found(terms(20, NOTICE), terms(day, NOTICE)) == expected, "the last one counts"
    assert found(terms(day)) == [], "not every change begins a term"


@pytest.mark.parametrize(("day", "is_short"), [(23, False), (25, False), (26, True), (28, True)])
def test_08_26_two_whole_days_of_preview_come_after_the_change(day, is_short):
    assert found(texts(day, "sale", PREVIEW)) == ([("PREVIEW_BEGUN_ANEW", None, "拍卖法 48")] if is_short else [])


def test_08_26_a_change_of_one_lot_stops_that_lot_alone():
    assert found(texts(27, "lot 2", NOTICE, PREVIEW)) == [
        ("NOTICE_BEGUN_ANEW", "2", "拍卖法 45"),
        ("PREVIEW_BEGUN_ANEW", "2", "拍卖法 48"),
    ]


def test_08_26_what_was_missing_before_is_said_once_and_elsewhere():
    late = SaleFacts(sale_day=date(2018, 11, 28), notice_on=date(2018, 11, 25))
    assert found(terms(27, NOTICE, PREVIEW), sale=late) == []
