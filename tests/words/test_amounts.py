"""One reading of amounts: the server's half of tests/js/amounts.json, and what people see of amounts."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.rules.currency import exponent
from auction.rules.lot import MAX_AMOUNT
from auction.rules.money import rmb_capitals
from auction.words.amounts import CURRENCIES, BadAmount, amount_text, full_text, major, money, read_amount, read_price

VECTORS = json.loads((Path(__file__).parents[1] / "js" / "amounts.json").read_text())


@pytest.mark.parametrize(("text", "currency", "minor"), VECTORS["read"])
def test_08_15_an_amount_as_people_write_it_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert read_amount(text, currency) == minor


@pytest.mark.parametrize(("text", "currency", "code"), VECTORS["refused"])
def test_08_15_what_is_no_amount_is_refused_with_advice(text: str, currency: str, code: str) -> None:
    with pytest.raises(BadAmount) as refused:
        read_amount(text, currency)
    assert refused.value.code == code


@pytest.mark.parametrize(("minor", "currency", "text"), VECTORS["shown"])
def test_08_12_an_amount_has_the_decimals_of_its_currency(minor: int | None, currency: str, text: str) -> None:
    assert money(minor, currency) == text


@given(st.integers(0, MAX_AMOUNT), st.sampled_from(sorted(CURRENCIES)))
def test_what_is_shown_can_be_typed_again(minor: int, currency: str) -> None:
    shown: tuple[Any, ...] = (money(minor, currency), amount_text(minor, currency), full_text(minor, currency))
    for text in (*shown, str(major(minor, currency)), f"{full_text(minor, currency)} {currency}"):
        assert read_amount(text, currency) == minor


@given(st.integers(0, MAX_AMOUNT))
def test_the_capitals_of_a_contract_are_read_back(minor: int) -> None:
    assert read_amount(rmb_capitals(minor), "CNY") == minor


@given(st.text(alphabet="0123456789.,十百千万亿零一五元角分整￥$ E壹拾", max_size=12))
def test_whatever_is_typed_is_an_amount_or_refused(text: str) -> None:
    for currency in CURRENCIES:
        with suppress(BadAmount):
            assert 0 <= read_amount(text, currency) <= MAX_AMOUNT


def test_a_price_is_above_zero_and_may_be_left_out() -> None:
    assert read_price("  ", "CNY") is None
    with pytest.raises(BadAmount) as refused:
        read_price("0", "CNY")
    assert (refused.value.code, refused.value.params["text"]) == ("NOT_POSITIVE", "0")


def test_08_12_yen_have_no_hundredths() -> None:
    assert [exponent(each) for each in ("CNY", "JPY", "KWD")] == [2, 0, 3]
    assert full_text(1_051, "JPY") == "1,051"
