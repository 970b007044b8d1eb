"""The currency of a catalogue file: what its headings and cells say is held against the sale's."""

import pytest

from auction.catalogue.reading import read_catalogue
from tests.catalogues import said
from tests.data import shared


def codes(text: str | bytes, currency: str) -> list[tuple[int, str, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    catalogue = read_catalogue(data, "", currency)
    assert not (catalogue.lots and catalogue.errors)
    assert all(map(said, catalogue.errors))
    return [(each.line, each.column, each.code) for each in catalogue.errors]


def report(name: str, file: str) -> bytes:
    return shared("reports", name, file).read_bytes()


def test_08_12_yuan_headings_are_refused_in_a_dollar_sale():
    said = codes(report("03-yuan-into-dollars", "input-yuan.csv"), "USD")
    assert said == [(1, "起拍价（元）", "UNIT"), (1, "加价幅度（元）", "UNIT")]
    usd = read_catalogue(report("03-yuan-into-dollars", "input-usd.csv"), "", "USD")
    assert [draft.start_minor for draft in usd.lots] == [100_000_00]


def test_08_12_yen_have_no_hundredths_in_a_catalogue():
    assert codes(report("15-yen", "input.csv"), "JPY") == [(2, "加价幅度", "AMOUNT_TOO_FINE")]
    draft = read_catalogue("标题,专利号,起拍价,加价幅度\n甲,1,1001,1".encode(), "", "JPY").lots[0]
    assert (draft.start_minor, draft.increment) == (1001, {"fixed_minor": 1})


@pytest.mark.parametrize(
    ("heading", "currency"),
    [
        *(("起拍价（元）", each) for each in ("USD", "EUR", "GBP", "JPY")),
        *((each, "USD") for each in ("start (¥)", "start (CNY)", "起拍价/人民币", "起拍价（欧元）", "start [GBP]")),
        *((each, "CNY") for each in ("start,kEUR", "起拍价（美元）", "起拍价（%）")),
        *((each, "JPY") for each in ("start (元)", "start ($)")),
    ],
)
def test_a_heading_of_another_unit_is_named(heading, currency):
    assert codes(f'标题,专利号,"{heading}"\n甲,1,1\n', currency) == [(1, heading, "UNIT")]


@pytest.mark.parametrize(
    ("heading", "currency", "minor"),
    [
        *((each, "CNY", 100) for each in ("起拍价（元）", "Start (CNY)", "start[RMB]", "起拍价（￥）")),
        *((each, "USD", 100) for each in ("起拍价（美元）", "start (USD)", "start ($)", "start [us$]")),
        *((each, "JPY", 1) for each in ("起拍价（日元）", "start (JPY)", "start (円)")),
        *((each, "CNY", 1_000_000) for each in ("起拍价(万元)", "起拍价（万）", "起拍价/人民币万元")),
        ("起拍价/万円", "JPY", 10_000),
    ],
)
def test_a_heading_may_name_the_currency_of_the_sale(heading, currency, minor):
    text = f'标题,ＰＡＴＥＮＴＳ,"{heading}"\n甲,1,1\n'
    assert read_catalogue(text.encode(), "", currency).lots[0].start_minor == minor


@pytest.mark.parametrize(
    ("cell", "currency"), [("10万元", "USD"), ("￥5", "EUR"), ("5 USD", "CNY"), ("100日元", "CNY")]
)
def test_a_cell_of_another_currency_is_named(cell, currency):
    assert codes(f"标题,专利号,起拍价\n甲,1,{cell}\n", currency) == [(2, "起拍价", "UNIT")]


def test_a_column_may_say_the_currency():
    text = "标题,专利号,起拍价,币种\n甲,1,1,CNY\n乙,2,1,\n"
    assert codes(text, "CNY") == []
    assert codes(text, "USD") == [(2, "币种", "UNIT")]
