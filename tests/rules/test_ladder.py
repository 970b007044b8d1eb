"""Increments, against every vector of rulebook 4.1 and of the contract's paragraph on lots; amounts in yuan."""

from bisect import bisect_right
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.audit.replay import replay
from auction.rules.faults import BadIncrement
from auction.rules.ladder import NAMED, parse
from tests.rules import naive_english
from tests.rules.table import play

MAX_AMOUNT = 2**53 - 1


def fen(yuan):
    return int(Decimal(str(yuan).replace(",", "")) * 100)


def steps(spec, first, count):
    """The amounts after the first, in yuan."""
    ladder, amounts = parse(spec), [fen(first)]
    for _ in range(count):
        amounts.append(ladder.next_minor(amounts[-1]))
    return [Decimal(amount) / 100 for amount in amounts]


def chain(text):
    return [Decimal(amount.replace(",", "")) for amount in text.split()]


# --- the vectors ----------------------------------------------------------------------------------------------------

CHAINS = [
    # "T [D]: …1,900, 2,000, 2,200, …, 3,000, 3,200, 3,500, 3,800, 4,000, …, 4,800, 5,000, 5,500"
    ("CHRISTIES", "1,900 2,000 2,200 2,400 2,600 2,800 3,000 3,200 3,500 3,800 4,000 4,200 4,500 4,800 5,000 5,500"),
    # "28,000→30,000→32,000→35,000→38,000→40,000"
    ("CHRISTIES", "28,000 30,000 32,000 35,000 38,000 40,000"),
    # "30,000–50,000 by 2,000, 5,000, 8,000; 50,000–100,000 by 5,000; 100,000–200,000 by 10,000"
    ("CHRISTIES", "40,000 42,000 45,000 48,000 50,000 55,000 60,000"),
    ("CHRISTIES", "95,000 100,000 110,000"),
    # The contract: "CHRISTIES steps by 50 below 1,000 also under 50, and by 10,000 from 100,000 up without end"
    ("CHRISTIES", "0 50 100 150"),
    ("CHRISTIES", "1 50"),
    ("CHRISTIES", "950 1,000 1,100"),
    ("CHRISTIES", "190,000 200,000 210,000"),
    ("CHRISTIES", "9,990,000 10,000,000 10,010,000"),
    # "CN258_FULL: 10,000, 12,000, 15,000, 18,000, 20,000, 22,000, 25,000, 28,000, 30,000 …"
    ("CN258_FULL", "10,000 12,000 15,000 18,000 20,000 22,000 25,000 28,000 30,000 32,000"),
    # "CN258_TIER: 10–20k by 1k; 20–50k by 2/5/8k; 50–100k by 5k; 100–200k by 10k; 200–500k by 20/50/80k"
    ("CN258_TIER", "10,000 11,000 12,000"),
    ("CN258_TIER", "19,000 20,000 22,000 25,000 28,000 30,000 32,000 35,000 38,000 40,000"),
    ("CN258_TIER", "48,000 50,000 55,000"),
    ("CN258_TIER", "95,000 100,000 110,000"),
    ("CN258_TIER", "190,000 200,000 220,000 250,000 280,000 300,000"),
    ("CN258_TIER", "480,000 500,000 550,000"),
    ("CN258_TIER", "950,000 1,000,000 1,100,000"),
    # The contract: "a table's steps restart at each band's lower edge and never jump over the next edge"
    ("HERITAGE", "30 33 36 39 42 45 48 50 55"),
    ("HERITAGE", "9 10 12"),
    ("HERITAGE", "28 30"),
    ("HERITAGE", "4,750 5,000 5,500"),
    ("HERITAGE", "900,000 950,000 1,000,000 1,100,000"),
    ("HERITAGE", "9,750,000 10,000,000 10,500,000"),
    ("EBAY", "0.95 1 1.25"),
    ("EBAY", "4.75 5 5.50"),
    ("EBAY", "24.50 25 26"),
    ("EBAY", "99 100 102.50"),
    ("EBAY", "247.50 250 255"),
    ("EBAY", "495 500 510"),
    ("EBAY", "990 1,000 1,025"),
    ("EBAY", "2,475 2,500 2,550"),
    ("EBAY", "4,950 5,000 5,100 5,200"),
]


@pytest.mark.parametrize(("name", "amounts"), CHAINS)
def test_a_named_ladder_climbs_as_the_rulebook_says(name, amounts):
    expected = chain(amounts)
    assert steps({"ladder": name}, expected[0], len(expected) - 1) == expected


@pytest.mark.parametrize(
    ("price", "full", "tier"),
    [
        # "next(p) = smallest ladder value > p, also for off-ladder p. T [D] FULL/TIER"
        ("23,000", "25,000", "25,000"),
        ("10,500", "12,000", "11,000"),
        ("49,999", "50,000", "50,000"),
        ("99,999", "100,000", "100,000"),
        ("200,000", "220,000", "220,000"),
        ("98,000", "100,000", "100,000"),
    ],
)
def test_next_of_the_chinese_ladders_also_off_the_ladder(price, full, tier):
    assert parse({"ladder": "CN258_FULL"}).next_minor(fen(price)) == fen(full)
    assert parse({"ladder": "CN258_TIER"}).next_minor(fen(price)) == fen(tier)


@pytest.mark.parametrize(("name", "count"), [("CN258_FULL", 36), ("CN258_TIER", 32)])
@pytest.mark.parametrize("decade", [1, 10, 10_000, 1_000_000_000])
def test_each_decade_has_as_many_steps(name, count, decade):
    """ "32 steps per decade", and four for each leading digit of the full one."""
    assert steps({"ladder": name}, decade, count)[-1] == decade * 10


# "Found tables", as bands: (rows of [from, step] in yuan, a price, the amount after it).
BEIRUTMONEY = [(0, 5), (100, 10), (250, 25), (500, 50), (1000, 100), (2500, 250), (5000, 500), (10000, 1000)]
BANDS = [
    # "price exactly on a band's lower edge uses that band (found: 2,499 in its band +100 = 2,599; 350+10 = 360)"
    ([(0, 10), (500, 50), (1000, 100), (2500, 250)], "2,499", "2,599"),
    ([(0, 5), (100, 10), (500, 50)], "350", "360"),
    ([(0, 10), (500, 50), (1000, 100), (2500, 250)], "2,500", "2,750"),
    (BEIRUTMONEY, "99", "104"),  # "price + step of the band holding the price, also across an edge"
    (BEIRUTMONEY, "100", "110"),
    (BEIRUTMONEY, "249.99", "259.99"),
    (BEIRUTMONEY, "250", "275"),
    (BEIRUTMONEY, "9,999", "10,499"),
    (BEIRUTMONEY, "10,000", "11,000"),
    ([(0, 1), (100, 5), (500, 10)], "99.50", "100.50"),
    ([(0, 1), (11, 5), (101, 10), (201, 20)], "10", "11"),
    ([(0, 1), (11, 5), (101, 10), (201, 20)], "11", "16"),
    ([(0, 7)], "0", "7"),
]


@pytest.mark.parametrize(("rows", "price", "after"), BANDS)
def test_bands(rows, price, after):
    spec = {"bands": [[fen(edge), fen(step)] for edge, step in rows]}
    assert parse(spec).next_minor(fen(price)) == fen(after)


@pytest.mark.parametrize(
    ("percent", "round_minor", "price_minor", "after_minor"),
    [
        ("10", 100, 10_000, 11_000),
        ("10", 100, 10_499, 11_499),  # 1,049.9 rounds to 1,000
        ("10", 100, 10_500, 11_600),  # 1,050 rounds half up to 1,100
        ("10", 100, 1, 101),  # at least one of it
        ("5", 1, 10, 11),  # half a fen rounds up
        ("5", 1, 9, 10),  # at least one
        ("2.5", 1, 100, 103),  # 2.5 rounds half up, not to even
        ("10", None, 10_004, 11_004),  # round_minor is 1 by default
        ("0.001", 1, 1_000_000_000, 1_000_010_000),
    ],
)
def test_percent(percent, round_minor, price_minor, after_minor):
    spec = {"percent": percent} | ({"round_minor": round_minor} if round_minor else {})
    assert parse(spec).next_minor(price_minor) == after_minor


def test_fixed():
    assert steps({"fixed_minor": 500}, 100, 2) == [100, 105, 110]


# --- on step --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "price", "good", "bad"),
    [
        ({"fixed_minor": 500}, 100, [105, 110, 600], [100, 95, 103, "105.01"]),
        ({"bands": [[0, 500], [20_000, 1_000]]}, 195, [200, 205, 210], [202, 195]),  # the step is the one at the price
        ({"bands": [[0, 500], [20_000, 1_000]]}, 200, [210, 220], [205, 200]),
        ({"percent": "10", "round_minor": 100}, 100, [110, 120], [115, 100]),
        ({"ladder": "CN258_TIER"}, 10_500, [11_000, 12_000, 20_000, 22_000], [11_500, 10_700, 21_000]),
        ({"ladder": "HERITAGE"}, 30, [33, 48, 50, 55], [34, 49, 51]),
        ({"ladder": "EBAY"}, "4.75", [5, "5.50"], ["5.25"]),
    ],
)
def test_what_is_on_step_seen_from_a_price(spec, price, good, bad):
    ladder = parse(spec)
    assert [amount for amount in good if not ladder.is_on_step(fen(price), fen(amount))] == []
    assert [amount for amount in bad if ladder.is_on_step(fen(price), fen(amount))] == []


def test_without_a_price_any_amount_is_on_step_but_on_a_named_ladder():
    for spec in ({"fixed_minor": 500}, {"bands": [[0, 500]]}, {"percent": "10"}):
        assert parse(spec).is_on_step(None, 12_345)
    assert not parse({"ladder": "CN258_TIER"}).is_on_step(None, 12_345)
    assert parse({"ladder": "CN258_TIER"}).is_on_step(None, 12_000)


ON_STEP = {
    "on step: fixed steps from the price": """
        lot 1 english start=100 by=10 on_step
        paddle A,B
        ---
        0  desk open    | ok
        1  A bid 103    | A 103, ask 113     # without a price any amount from the start up
        2  B bid 120    | NOT_ON_STEP 113
        3  B bid 123    | B 123              # two steps
        4  room bid 135 | NOT_ON_STEP 133
        4  A floor 135  | NOT_ON_STEP 133
        5  A max 137    | A 133, max 137     # a maximum is never checked
        6  B bid 143    | B 143
    """,
    "on step: a named ladder's values, and the start": """
        lot 1 english start=101 ladder=CN258_TIER on_step
        paddle A,B
        ---
        0  desk open  | ok
        1  A bid 105  | NOT_ON_STEP 101      # also without a price
        2  A bid 101  | A 101, ask 110       # the start is on step
        3  B bid 115  | NOT_ON_STEP 110
        4  B bid 220  | B 220, ask 250
    """,
    "on step: bands and percent, the step is the one at the price": """
        lot 1 english start=95 bands=0:5/100:10 on_step
        lot 2 english start=100 percent=10 round=1 on_step
        paddle A,B
        ---
        0  desk open on 1 | ok
        1  A bid 98       | A 98, ask 103    # across an edge
        2  B bid 108      | B 108, ask 118
        3  A bid 123      | NOT_ON_STEP 118
        4  A bid 128      | A 128
        5  desk pass      | ok
        6  desk open on 2 | ok
        7  A bid 105      | A 105, ask 116   # 10.50 rounds half up
        8  B bid 126      | NOT_ON_STEP 116
        9  B bid 127      | B 127
    """,
}


@pytest.mark.parametrize("name", ON_STEP)
def test_bids_keep_to_the_step(name):
    play(ON_STEP[name])


# --- properties -----------------------------------------------------------------------------------------------------

# The rulebook's lines, "by" = step at prices from … on; "by 2,000, 5,000, 8,000" is 258. As far as the last edge.
HERITAGE = """0:1 10:2 30:3 50:5 100:10 200:20 300:25 500:50 1000:100 2000:200 3000:250 5000:500 10000:1000 20000:2000
    30000:2500 50000:5000 100000:10000 200000:20000 300000:25000 500000:50000 1000000:100000 5000000:250000
    10000000:500000 20000000:"""
EBAY = "0:0.05 1:0.25 5:0.50 25:1 100:2.50 250:5 500:10 1000:25 2500:50 5000:100 500000:"
CHRISTIES = """0:50 1000:100 2000:200 3000:258 4000:258 5000:500 10000:1000 20000:2000 30000:258 40000:258 50000:5000
    100000:10000 5000000:"""


def _values(line):
    """Every value of a table above nothing, written out."""
    rows = [row.split(":") for row in line.split()]
    values = set()
    for (low, step), (high, _) in pairwise(rows):
        if step == "258":
            unit = (fen(high) - fen(low)) // 10
            values |= {fen(low) + part * unit for part in (0, 2, 5, 8)}
        else:
            values |= set(range(fen(low), fen(high), fen(step)))
    return sorted(values - {0})


VALUES = {"HERITAGE": _values(HERITAGE), "EBAY": _values(EBAY), "CHRISTIES": _values(CHRISTIES)}
VALUES |= {name: [each for each in values if each >= 100] for name, values in naive_english.VALUES.items()}


@pytest.mark.parametrize("name", NAMED)
@given(data=st.data())
def test_a_named_ladder_is_its_values_and_nothing_between(name, data):
    """The next value, and whether an amount is one, against the ladder written out."""
    values, ladder = VALUES[name], parse({"ladder": name})
    at = data.draw(st.integers(0, len(values) - 2))
    price = data.draw(st.integers(values[at], values[at + 1] - 1))
    assert ladder.next_minor(price) == values[at + 1] == values[bisect_right(values, price)]
    assert ladder.is_on_step(None, price) == (price == values[at])


SPECS = st.one_of(
    st.builds(lambda step: {"fixed_minor": step}, st.integers(1, 10**9)),
    st.sampled_from(sorted(NAMED)).map(lambda name: {"ladder": name}),
    st.builds(
        lambda first, rows: {"bands": [[0, first], *([edge, step] for edge, step in sorted(rows.items()))]},
        st.integers(1, 10**6),
        st.dictionaries(st.integers(1, 10**9), st.integers(1, 10**6), max_size=5),
    ),
    st.builds(
        lambda percent, unit: {"percent": str(percent), "round_minor": unit},
        st.decimals(Decimal("0.01"), 1000, places=2),
        st.sampled_from([1, 100, 10_000]),
    ),
)


@given(SPECS, st.integers(1, MAX_AMOUNT))
def test_the_next_amount_is_above_the_price_and_on_step(spec, price):
    ladder = parse(spec)
    after = ladder.next_minor(price)
    assert after > price
    assert type(after) is int
    assert ladder.is_on_step(price, after)


@given(SPECS, st.integers(1, 10**12), st.data())
def test_nothing_between_a_price_and_the_next_amount_is_on_step(spec, price, data):
    ladder = parse(spec)
    after = ladder.next_minor(price)
    between = data.draw(st.integers(price, after - 1))
    on_ladder = "ladder" in spec and between == price
    assert on_ladder or not ladder.is_on_step(price, between)


# --- malformed specifications ---------------------------------------------------------------------------------------

MALFORMED = [
    ({}, "increment"),
    ({"on_step": True}, "increment"),
    ({"fixed_minor": 5, "ladder": "EBAY"}, "increment"),
    ({"fixed_minor": 5, "colour": "red"}, "increment"),
    ({"fixed_minor": 5, "round_minor": 5}, "increment"),
    ({"fixed_minor": 0}, "fixed_minor"),
    ({"fixed_minor": -5}, "fixed_minor"),
    ({"fixed_minor": 5.0}, "fixed_minor"),
    ({"fixed_minor": True}, "fixed_minor"),
    ({"fixed_minor": "5"}, "fixed_minor"),
    ({"fixed_minor": None}, "fixed_minor"),
    ({"ladder": "SOTHEBYS"}, "ladder"),  # "no table found … Do not hard-code"
    ({"ladder": "ebay"}, "ladder"),
    ({"ladder": None}, "ladder"),
    ({"ladder": ["EBAY"]}, "ladder"),
    # "bands sorted, contiguous, first starts at 0, steps>0"
    ({"bands": []}, "bands"),
    ({"bands": 5}, "bands"),
    ({"bands": [[1, 5]]}, "bands"),
    ({"bands": [[0, 5], [0, 6]]}, "bands"),
    ({"bands": [[0, 5], [10, 6], [5, 7]]}, "bands"),
    ({"bands": [[0, 0]]}, "bands"),
    ({"bands": [[0, -1]]}, "bands"),
    ({"bands": [[0, 5, 6]]}, "bands"),
    ({"bands": [[0, "5"]]}, "bands"),
    ({"bands": [[0, 5], [10.5, 6]]}, "bands"),
    ({"bands": [[False, 5]]}, "bands"),
    ({"percent": 10}, "percent"),
    ({"percent": "ten"}, "percent"),
    ({"percent": "0"}, "percent"),
    ({"percent": "-1"}, "percent"),
    ({"percent": "NaN"}, "percent"),
    ({"percent": "Infinity"}, "percent"),
    ({"percent": ""}, "percent"),
    ({"percent": None}, "percent"),
    ({"percent": "10", "round_minor": 0}, "round_minor"),
    ({"percent": "10", "round_minor": "1"}, "round_minor"),
]


@pytest.mark.parametrize(("spec", "key"), MALFORMED, ids=repr)
def test_a_malformed_specification_names_its_key(spec, key):
    with pytest.raises(BadIncrement, match=rf"^{key}\b"):
        parse(spec)


@pytest.mark.parametrize(
    ("name", "currency", "amounts"),
    [
        ("CHRISTIES", "JPY", (950, 1_000, 1_100, 1_200)),
        ("HERITAGE", "JPY", (45, 48, 50, 55)),
        ("EBAY", "JPY", (0, 1, 2, 3, 4, 5, 6)),
        ("CN258_FULL", "JPY", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 20)),
        ("CN258_TIER", "JPY", (1_000, 1_100, 1_200)),
        ("EBAY", "KWD", (950, 1_000, 1_250)),
        ("CHRISTIES", "USD", (950_00, 1_000_00, 1_100_00)),
    ],
)
def test_08_12_a_named_ladder_counts_in_the_major_unit_of_its_currency(name, currency, amounts):
    ladder = parse({"ladder": name}, currency)
    assert [ladder.next_minor(amount) for amount in amounts[:-1]] == list(amounts[1:])
    assert all(ladder.is_on_step(None, amount) for amount in amounts[1:])


def test_08_12_replay_plays_yen():
    scenario = {
        "sale": {"currency": "JPY"},
        "bidders": [{"paddle": "A"}],
        "lots": [{"lot": "1", "format": "english", "start_minor": 1_000, "increment": {"ladder": "CHRISTIES"}}],
        "steps": [
            {"at_ms": 0, "do": "open_lot", "lot": "1"},
            {"at_ms": 1, "do": "bid", "lot": "1", "paddle": "A", "amount_minor": 1_000},
        ],
    }
    assert replay(scenario)["lots"][0]["ask_minor"] == 1_100
