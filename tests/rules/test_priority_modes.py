"""Priority rights: mode B (asked at each high), mode C (after the session); mode A is in test_priority (2.3, 2.4)."""

from datetime import UTC, datetime

import pytest

from auction.audit.replay import replay
from auction.audit.scenario import BadScenario
from auction.rules import commands as cmd
from auction.rules.priority import is_mode, term_end_ms
from auction.rules.refusals import Refused
from tests.rules.table import Table, begin, go_on

HOLDERS = """
    paddle A,B
    paddle P1 priority=1:1,2:1
    paddle P2 priority=1:2,2:2
"""
EACH_HIGH = "sale mode=B\n lot 1,2 english start=500 by=10 {more}" + HOLDERS
AFTERWARDS = "sale mode=C days=5\n lot 1,2 english start=500 by=10 {more}" + HOLDERS


def room(head, steps, more=""):
    return go_on(begin(head.format(more=more)), "0 desk open | ok\n" + steps)


# --- B: at each high the holder is asked ----------------------------------------------------------------------------


def test_b_the_hammer_waits_until_every_holder_has_answered():
    room(
        EACH_HIGH,
        """
        1 A    bid 500    | A 500, asked P1 P2
        2 desk hammer     | NOT_ALLOWED_NOW
        3 P1   decline    | A 500, asked P2
        4 P1   decline    | NOT_ALLOWED_NOW
        5 desk hammer     | NOT_ALLOWED_NOW
        6 P2   decline    | asked nobody
        7 desk hammer     | sold A 500
        """,
    )


def test_b_a_holder_takes_the_price_and_a_better_one_is_still_asked():
    room(
        EACH_HIGH,
        """
        1 A    bid 500    | A 500
        2 P2   bid 500    | P2 500, asked P1
        3 desk hammer     | NOT_ALLOWED_NOW
        4 P1   decline    | asked nobody
        5 desk hammer     | sold P2 500
        """,
    )


def test_b_a_new_high_is_a_new_question():
    room(
        EACH_HIGH,
        """
        1 A    bid 500    | A 500
        2 P1   decline    | ok
        2 P2   decline    | asked nobody
        3 B    bid 510    | B 510, asked P1 P2
        4 P1   bid 510    | P1 510, asked nobody
        5 A    bid 520    | A 520, asked P1 P2
        6 P1   decline    | ok
        6 P2   decline    | ok
        7 desk hammer     | sold A 520
        """,
    )


def test_b_who_declined_may_think_better_of_it_until_the_hammer():
    room(
        EACH_HIGH,
        """
        1 A bid 500 | A 500
        2 P1 decline | asked P2
        3 P1 bid 500 | P1 500, asked nobody
        4 desk hammer | sold P1 500
        """,
    )


def test_b_a_void_asks_again_and_a_silent_maximum_does_not():
    room(
        EACH_HIGH,
        """
        1 A    bid 500    | A 500
        2 B    max 600    | B 510
        3 P1   decline    | ok
        3 P2   decline    | asked nobody
        4 B    max 700    | silent, asked nobody
        5 desk void       | silent, asked nobody
        6 desk void       | A 500, asked P1 P2
        """,
    )


def test_b_nothing_but_the_hammer_waits():
    room(EACH_HIGH, "1 A bid 500 | A 500\n2 desk warn | fair_warning\n3 B bid 510 | B 510\n4 desk pass | passed")


def test_b_only_who_is_asked_may_decline_and_only_who_may_bid_is_asked():
    room(
        EACH_HIGH + "\npaddle S priority=1:1 org=seller\npaddle H priority=1:1 holds=SUSPENDED",
        """
        1 P1 decline  | NOT_ALLOWED_NOW
        2 A  bid 500  | A 500, asked P1 P2
        3 B  decline  | NOT_ALLOWED_NOW
        3 X  decline  | NO_PADDLE
        3 S  decline  | CONFLICT_OF_INTEREST
        3 H  decline  | SUSPENDED
        4 P1 exercise | NOT_ALLOWED_NOW
        5 desk pause  | paused
        6 P1 decline  | NOT_LIVE
        7 desk resume | open, asked P1 P2
        """,
        "consignor=seller",
    )


def test_b_a_timed_lot_waits_for_nobody_its_deadline_ends_it():
    table = begin("sale mode=B\n lot 1 timed start=500 by=10 free=100s limit=60s" + HOLDERS)
    go_on(
        table, "0 desk open | ok\n1 A bid 500 | A 500, asked P1 P2\n2 P2 bid 500 | P2 500\n160 desk tick | sold P2 500"
    )


def test_in_mode_a_nobody_is_asked_and_nothing_can_be_declined():
    room(
        EACH_HIGH.replace("mode=B", "mode=A"),
        "1 A bid 500 | A 500, asked P1 P2\n2 P1 decline | NOT_ALLOWED_NOW\n3 desk hammer | sold A 500",
    )


# --- C: after the session the holder may match the final price ------------------------------------------------------

DAY = 24 * 3600
TERM = 8 * DAY - 8 * 3600  # from Thursday 08:00 in Shanghai: Friday, and Monday to Thursday, until midnight


def test_c_while_the_lot_is_under_way_the_right_counts_for_nothing():
    room(
        AFTERWARDS,
        """
        1 A bid 500 | A 500, asked nobody
        2 P1 bid 500 | BELOW_MIN 510
        3 P1 decline | NOT_ALLOWED_NOW
        4 desk hammer | sold A 500
        """,
    )


def test_c_a_holder_takes_the_lot_at_the_price_it_was_sold_for():
    room(
        AFTERWARDS,
        f"""
        1       A    max 900   | A 500
        2       desk hammer    | sold A 800, asked P1 P2, until {TERM}
        3       B    exercise  | NOT_ALLOWED_NOW
        {DAY}   P2   exercise  | sold P2 800, asked P1
        {DAY}   A    exercise  | NOT_ALLOWED_NOW
        {DAY}   P1   exercise  | sold P1 800, asked nobody
        {DAY}   P2   exercise  | NOT_ALLOWED_NOW
        """,
        "reserve=800",
    )


def test_c_a_declined_right_is_gone_and_the_end_of_the_term_is_a_deadline():
    room(
        AFTERWARDS,
        f"""
        1              A    bid 500   | A 500
        2              desk hammer    | sold A 500
        3              P1   decline   | sold A 500, asked P2
        4              P1   exercise  | NOT_ALLOWED_NOW
        {TERM}         P2   exercise  | CLOSED
        {TERM}         P2   decline   | CLOSED
        """,
    )


def test_c_the_last_moment_of_the_term_is_in_time():
    room(AFTERWARDS, f"1 A bid 500 | A 500\n2 desk hammer | sold A 500\n{TERM - 0.001} P2 exercise | sold P2 500")


def test_c_there_is_no_term_where_nobody_has_a_better_right_than_the_buyer():
    room(AFTERWARDS, "1 P1 bid 500 | P1 500\n2 desk hammer | sold P1 500, until never\n3 P2 exercise | NOT_LIVE")


def test_c_the_price_is_committed_and_the_first_buyer_is_free_again():
    table = room(
        AFTERWARDS.replace("paddle A,B", "paddle A,B limit=1000").replace("2:1", "2:1 limit=600"),
        """
        1     P1   max 100 on 2 | NOT_LIVE
        1     A    bid 500 on 1 | A 500, free A 500
        2     desk hammer       | sold A 500, free A 500
        3     desk open on 2    | ok
        4     P1   bid 510 on 2 | P1 510, free P1 90
        5     P1   exercise on 1 | OVER_LIMIT 90
        6     A    bid 520 on 2 | OVER_LIMIT 500
        7     B    bid 520 on 2 | B 520, free P1 600
        8     P1   exercise on 1 | sold P1 500, free P1 100, free A 1000
        """,
    )
    assert table.sale.lots["1"].standing.leader == "P1"


def test_c_the_hammer_can_be_taken_back_until_a_right_is_exercised():
    room(
        AFTERWARDS,
        """
        1 A bid 500 | A 500
        2 desk hammer | sold A 500
        3 desk reopen | open, until never
        4 desk hammer | sold A 500
        5 P1 exercise | sold P1 500
        6 desk reopen | NOT_ALLOWED_NOW
        """,
    )


@pytest.mark.parametrize(
    ("terms", "steps"),
    [
        ("timed start=500 by=10 free=100s limit=60s", "1 A bid 500 | A 500\n160 desk tick | sold A 500"),
        ("timed start=500 by=10 free=100s limit=60s cap=500", "1 A bid 500 | sold A 500"),
        ("dutch start=500 floor=100 step=50 tick=10s", "1 A bid 500 | sold A 500"),
        ("sealed start=500 ends=10s", "1 A bid 500 | ok\n2 P2 bid 500 | ok\n10 desk open_offers | sold A 500"),
    ],
)
def test_c_every_format_is_sold_with_a_term(terms, steps):
    table = begin(f"sale mode=C days=5\n lot 1 {terms}" + HOLDERS)
    go_on(table, f"0 desk open | ok\n{steps}\n200 P2 exercise | sold P2 500, asked P1, until {TERM}")


def test_c_a_right_can_be_exercised_after_the_sale_is_closed():
    room(
        AFTERWARDS,
        "1 A bid 500 | A 500\n2 desk hammer | sold A 500\n3 desk close_sale | ok\n4 P1 exercise | sold P1 500",
    )


@pytest.mark.parametrize(
    ("sold", "days", "end"),
    [
        ("2018-11-28 15:00", 1, "2018-11-30 00:00"),  # a Wednesday
        ("2018-11-28 15:00", 5, "2018-12-06 00:00"),
        ("2018-11-30 23:59", 1, "2018-12-04 00:00"),  # a Friday: the next is Monday
        ("2018-12-01 10:00", 1, "2018-12-04 00:00"),  # a Saturday
        ("2018-12-02 10:00", 5, "2018-12-08 00:00"),  # a Sunday
    ],
)
def test_working_days_are_monday_to_friday_in_china(sold, days, end):
    def shanghai(text):
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000) - 8 * 3_600_000

    assert term_end_ms(shanghai(sold), days) == shanghai(end)


# --- what a sale may say of it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "days", "good"),
    [("A", None, True), ("B", None, True), ("C", 5, True), ("C", None, False), ("C", 0, False), ("C", 251, False),
     ("C", True, False), ("A", 5, False), ("D", None, False)],
)  # fmt: skip
def test_days_are_of_mode_c_alone(mode, days, good):
    assert is_mode(mode, days) is good
    decision = Table().do(cmd.PublishSale(0, "CNY", None, priority_mode=mode, priority_days=days))
    assert isinstance(decision, Refused) is not good


@pytest.mark.parametrize(
    ("sale", "message"),
    [
        ({"priority_mode": "D"}, "sale.priority_mode: one of A, B, C"),
        ({"priority_mode": "C"}, "sale.priority_days: missing"),
        ({"priority_mode": "B", "priority_days": 5}, "sale.priority_days: only for priority_mode C"),
        ({"priority_mode": "C", "priority_days": 0}, "sale.priority_days: a whole number from 1 to 250, or null"),
    ],
)
def test_a_scenario_says_what_is_wrong(sale, message):
    with pytest.raises(BadScenario) as error:
        replay({"sale": sale, "bidders": [], "lots": [], "steps": []})
    assert str(error.value) == message
