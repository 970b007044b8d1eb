"""How a lot is sold, as a catalogue's row says it: formats, their terms, and what contradicts itself."""

import pytest

from auction.catalogue.terms import cells_of
from tests.catalogues import read_catalogue, said

from .test_reading import DUTCH, GOOD, PERIODS, SEALED, SOFT, SOLD_AS, as_csv, lot


@pytest.mark.parametrize(
    ("cells", "form", "own"),
    [
        (PERIODS, "timed", {"free_ms": 300_000, "limit_ms": 120_000, "no_bid_in_free": "continue", "extend": "add",
                            "cap_minor": 100_000_00}),
        (SOFT, "timed", {"ends_ms": 3_600_000, "window_ms": 300_000, "extend_ms": 300_000, "max_extensions": 3,
                         "hard_end_ms": 7_200_000, "group": "第 一 组"}),
        (DUTCH, "dutch", {"floor_minor": 500, "step_minor": 100, "tick_ms": 30_000}),
        (SEALED, "sealed", {"ends_ms": 86_400_000, "price": "second", "offers": "raise"}),
        ({"format": "英式"}, "english", {}),
        ({}, "english", {}),
    ],
)  # fmt: skip
def test_every_format_is_read_with_its_terms(cells, form, own):
    draft = lot(start="10", **cells)

    assert (draft.format, draft.own) == (form, own)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"format": "silent"}, [("format", "BAD_WORD")]),
        ({"format": "timed"}, [("free", "TERM_MISSING"), ("limited", "TERM_MISSING")]),
        ({**PERIODS, "limited": "0"}, [("limited", "TERM_TOO_SMALL")]),
        ({**PERIODS, "limited": "soon"}, [("limited", "BAD_DURATION")]),
        ({**PERIODS, "cap": "9"}, [("cap", "CAP_BELOW_START")]),
        ({**PERIODS, "tick": "5"}, [("tick", "TERM_OF_ANOTHER_FORMAT")]),
        ({**SOFT, "free": "5"}, [("free", "TERM_OF_ANOTHER_KIND")]),
        ({**SOFT, "extensions": "many"}, [("extensions", "BAD_COUNT")]),
        ({**SOFT, "group": "a name of more than sixteen"}, [("group", "TOO_LONG")]),
        ({**DUTCH, "group": "g"}, [("group", "TERM_OF_ANOTHER_FORMAT")]),
        ({**DUTCH, "floor": "11"}, [("floor", "FLOOR_ABOVE_START")]),
        ({**DUTCH, "floor": "0"}, [("floor", "NOT_POSITIVE")]),
        ({**DUTCH, "reserve": "12"}, [("reserve", "RESERVE_IN_DUTCH")]),
        ({**SEALED, "offers": "many"}, [("offers", "BAD_WORD")]),
        ({"duration": "5"}, [("duration", "TERM_OF_ANOTHER_FORMAT")]),
    ],
)
def test_terms_that_do_not_fit_are_refused_where_they_stand(cells, found):
    catalogue = read_catalogue(as_csv([{**GOOD, "start": "10", **cells}]).encode(), "")

    assert [(each.line, each.column, each.code) for each in catalogue.errors] == [(2, *each) for each in found]
    assert catalogue.lots == ()
    assert all(map(said, catalogue.errors))


@pytest.mark.parametrize("cells", SOLD_AS, ids=lambda cells: cells.get("format", "english"))
def test_what_is_exported_is_read_back(cells):
    draft = lot(start="10", **cells)
    cells = cells_of(draft.format, draft.own, lambda minor: f"{minor / 100:.2f}")
    again = lot(start="10", **{name: str(cell) for name, cell in cells.items() if cell})

    assert (again.format, again.own) == (draft.format, draft.own)
