"""What is wrong with the terms of a lot, as programs get it and as people read it in both languages."""

import pytest

from auction.base.rejected import Rejected
from auction.rules.faults import TermFault
from auction.sales.checks import check_lot
from auction.words.of_terms import TERM_FAULT_WORDS
from auction.words.sentences import sentence
from tests.serving import lot_row

DUTCH = {"floor_minor": 900, "step_minor": 5, "tick_ms": 1000}


@pytest.mark.parametrize(
    ("terms", "field", "params", "chinese", "english"),
    [
        (
            {"format": "dutch", "own": DUTCH},
            "floor_minor",
            {"term": "floor_minor", "fault": "FLOOR_ABOVE_START"},
            "竞价条件自相矛盾：最低价 (floor_minor)：不得高于起拍价",
            "These terms contradict themselves: Floor (floor_minor): not above the start",
        ),
        (
            {"increment": {"percent": "ten"}},
            "increment",
            {"term": "percent", "fault": "NOT_A_PERCENTAGE"},
            '竞价条件自相矛盾：(percent)：须为文字形式的数字，例如 "10"',
            'These terms contradict themselves: (percent): a number as text, such as "10"',
        ),
        (
            {"format": "timed", "own": {"free_ms": -1, "limit_ms": 1}},
            "free_ms",
            {"term": "free_ms", "fault": "NOT_WHOLE", "least": 0},
            "竞价条件自相矛盾：自由竞价期 (free_ms)：须为不小于 0 的整数",
            "These terms contradict themselves: Free period (free_ms): a whole number from 0 up",
        ),
    ],
)
def test_terms_that_contradict_themselves_have_a_code_and_a_sentence(terms, field, params, chinese, english):
    row = lot_row("1", title_en="One", start_minor=100, **terms)
    with pytest.raises(Rejected) as refused:
        check_lot(row)
    error = refused.value

    assert (error.code, error.field, error.params) == ("BAD_TERMS", field, params)
    assert sentence("zh", error.code, error.params) == chinese
    assert sentence("en", error.code, error.params) == english


def test_every_fault_of_terms_has_its_words():
    assert set(TERM_FAULT_WORDS) == set(TermFault)
