"""A bank's statement: what came in is read, finds its bidder, and is entered once (issue 10, number 9)."""

import pytest

from auction.money.bank import (
    BankLine,
    MoneyFor,
    NoStatement,
    Payer,
    Sureness,
    heading_score,
    matched,
    payment_reference,
    read_statement,
)

ICBC = ("交易日期", "交易流水号", "借方发生额", "贷方发生额", "余额", "对方户名", "摘要")
BUYER = Payer("a" * 22, ("深圳市甲科技有限公司", "张三"), 0, 5_250_000)
BIDDER = Payer("b" * 22, ("北京乙公司",), 1_000_000, 0)
OTHER = Payer("c" * 22, ("李四", ""), 1_000_000, 0)
PAYERS = (BUYER, BIDDER, OTHER)


def line(minor, payer="", text="", serial="1"):
    return BankLine(2, "2018-11-28", minor, payer, text, serial)


def only(found):
    assert len(found) == 1
    return found[0]


def test_a_statement_of_a_chinese_bank_gives_what_came_in():
    rows = [
        (2, ("2018-11-28", "A1", "", "10,000.00", "10,000.00", "北京乙公司", "保证金")),
        (3, ("2018-11-28", "A2", "30.00", "", "9,970.00", "工商银行", "手续费")),
        (4, ("2018-11-29", "A3", "", "一万x", "9,970.00", "某人", "")),
        (5, ("2018-11-29", "A4", "", "0.00", "9,970.00", "某人", "")),
    ]
    read = read_statement(ICBC, rows, "CNY")
    assert only(read.lines) == BankLine(2, "2018-11-28", 1_000_000, "北京乙公司", "保证金", "A1")
    assert (read.skipped, read.unreadable) == (2, (4,))


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (("Date", "Amount", "Counterparty", "Reference"), ("2018-11-28", "-30.00", "Bank", "fee")),
        (("日期", "交易金额(元)", "借贷标志", "对方户名"), ("2018-11-28", "30.00", "借", "银行")),
        (("日期", "金额", "收支方向"), ("2018-11-28", "\u221230.00", "")),
    ],
)
def test_what_went_out_is_passed_over(headings, cells):
    read = read_statement(headings, [(2, cells)], "CNY")
    assert (read.lines, read.skipped, read.unreadable) == ((), 1, ())


def test_a_file_without_sums_is_none_and_headings_are_known_with_their_units():
    with pytest.raises(NoStatement):
        read_statement(("日期", "对方户名"), [], "CNY")
    assert heading_score(("交易日期", "贷方发生额(元)", "对方户名【付】", "?")) == 3


def test_a_reference_finds_its_bidder_whatever_stands_around_it_and_whoever_paid():
    reference = payment_reference(BIDDER.party)
    assert len(reference) == 8
    assert len({payment_reference(str(each)) for each in range(10_000)}) == 10_000
    for text in (reference, f"保证金{reference.lower()}", f"{reference[:4]} {reference[4:]}竞买"):
        match = only(matched([line(999, "某代付公司", text)], PAYERS, frozenset()))
        assert (match.party, match.purpose, match.sureness) == (BIDDER.party, MoneyFor.DEPOSIT, Sureness.REFERENCE)
    both = f"{reference}{payment_reference(OTHER.party)}"
    assert only(matched([line(999, "", both)], PAYERS, frozenset())).party == "", "two references name no bidder"


@pytest.mark.parametrize(
    ("minor", "payer", "party", "purpose", "sureness"),
    [
        (5_250_000, "深圳市甲科技有限公司", BUYER.party, MoneyFor.PAYMENT, Sureness.NAME_AND_SUM),
        (1_000_000, "李 四", OTHER.party, MoneyFor.DEPOSIT, Sureness.NAME_AND_SUM),
        (2_000_000, "张三", BUYER.party, MoneyFor.PAYMENT, Sureness.NAME),
        (5_250_000, "张三的朋友", BUYER.party, MoneyFor.PAYMENT, Sureness.SUM),
        (1_000_000, "王五", "", MoneyFor.DEPOSIT, Sureness.NONE),  # two bidders lay that down
        (777, "", "", MoneyFor.DEPOSIT, Sureness.NONE),
    ],
)
def test_names_and_sums(minor, payer, party, purpose, sureness):
    match = only(matched([line(minor, payer)], PAYERS, frozenset()))
    assert (match.party, match.purpose, match.sureness) == (party, purpose, sureness)
    assert match.is_sure == (sureness is Sureness.NAME_AND_SUM)


def test_two_of_one_name_are_nobodys_unless_the_sum_tells_them_apart():
    twins = (Payer("1", ("李四",), 1_000_000, 0), Payer("2", ("李四",), 2_000_000, 0))
    assert only(matched([line(1_500_000, "李四")], twins, frozenset())).party == ""
    assert only(matched([line(2_000_000, "李四")], twins, frozenset())).party == "2"


def test_what_one_line_pays_is_not_expected_of_the_next():
    first, second = matched([line(1_000_000, "李四"), line(1_000_000, "李四", serial="2")], PAYERS, frozenset())
    assert first.is_sure
    assert second.sureness is Sureness.NAME, "a person judges what a second deposit is"


def test_a_line_that_is_entered_already_says_so_and_equal_lines_are_told_apart():
    read = read_statement(("日期", "收入"), [(2, ("1", "5")), (3, ("1", "5"))], "CNY")
    first, second = read.lines
    assert first.key != second.key
    again = read_statement(("日期", "收入"), [(7, ("1", "5"))], "CNY")
    assert only(again.lines).key == first.key, "wherever it stands in the file"
    told = matched(read.lines, PAYERS, frozenset({first.key}))
    assert [each.sureness for each in told] == [Sureness.ENTERED, Sureness.NONE]
