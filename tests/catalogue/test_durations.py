"""Lengths of time as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.catalogue.durations import LONGEST_MS, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90 s", 90_000),
        ("90", 90_000),
        ("0", 0),
        ("1.5 s", 1_500),
        ("5 min", 300_000),
        ("５分钟", 300_000),
        ("2:00", 120_000),
        ("1:02:03", 3_723_000),
        ("1小时30分", 5_400_000),
        ("1 h 30 min", 5_400_000),
        ("2 Days", 172_800_000),
        ("0.5 h", 1_800_000),
    ],
)
def test_a_length_of_time_is_read(text, ms):
    assert parse_duration(text) == ms


@pytest.mark.parametrize(
    "text",
    ["", "s", "-5 s", "5 x", "2:60", "30 min 1 h", "5 min 5 min", "1 h 30", "1e3", "1,5 s", "367 d", "١ s", "5 s!"],
)
def test_what_is_none_is_refused(text):
    assert parse_duration(text) is None


@given(st.integers(0, LONGEST_MS))
def test_what_is_written_is_read_back(ms):
    assert parse_duration(format_duration(ms)) == ms
