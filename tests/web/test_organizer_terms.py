"""The organizer chooses how a lot is sold: the form knows the columns, rules and sentences of a catalogue file."""

import html

import pytest

from .test_organizer import a_lot, lots_of, make, wrongs

DUTCH = {"format": "dutch", "reserve": "", "floor": "5万", "fall": "5000", "tick": "30 s"}
TIMED = {"format": "timed", "free": "10 min", "limited": "2:00", "no_bid": "continue", "extend": "reset", "cap": "90万"}


def test_a_lot_of_each_format_is_made_and_shown_again_as_it_was_typed(organizer, site):
    sealed = {"format": "sealed", "duration": "1 h", "pays": "second", "offers": "raise"}
    slug = make(organizer, a_lot(**TIMED), a_lot(lot="2", **DUTCH), a_lot(lot="3", **sealed), a_lot(lot="4"))

    assert [(row.format, row.own) for row in lots_of(site, slug)] == [
        ("timed", {"free_ms": 600_000, "limit_ms": 120_000, "no_bid_in_free": "continue", "extend": "reset",
                   "cap_minor": 90_000_000}),
        ("dutch", {"floor_minor": 5_000_000, "step_minor": 500_000, "tick_ms": 30_000}),
        ("sealed", {"ends_ms": 3_600_000, "price": "second", "offers": "raise"}),
        ("english", {}),
    ]  # fmt: skip
    page = organizer.get(f"/organizer/sales/{slug}/lots/2").text
    for name, text in (("floor", "50,000"), ("fall", "5,000"), ("tick", "30 s")):
        assert f'name="{name}" type="text" value="{text}"' in page
    assert '<option value="dutch" selected>' in page
    assert "falls by ¥5,000 every 30 s" in html.unescape(organizer.get(f"/organizer/sales/{slug}/lots").text)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({**DUTCH, "floor": "20万"}, "The floor is above the start price."),
        ({**DUTCH, "reserve": "15万"}, "its floor is the reserve"),
        ({**DUTCH, "tick": "soon"}, "soon is no length of time"),
        ({**TIMED, "limited": ""}, "needs this"),
        ({**TIMED, "duration": "1 h"}, "not both"),
        ({**TIMED, "cap": "1"}, "The cap is below the start price."),
        ({**TIMED, "group": "a name of more than sixteen"}, "at most 16 are allowed"),
        ({"format": "silent"}, "silent is none of"),
    ],
)
def test_terms_that_contradict_themselves_are_refused_where_they_stand(organizer, typed, sentence):
    slug = make(organizer)
    answer = organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot(**typed))

    assert answer.status_code == 422
    assert sentence in html.unescape(wrongs(answer))


def test_a_soft_close_is_made_from_the_form_as_a_browser_sends_it(organizer, site):
    """The browser sends every field of the form, empty ones too."""
    soft = {"format": "timed", "duration": "1 h", "window": "5 min", "extension": "5 min", "extend": "add"}
    empty = dict.fromkeys(("free", "limited", "no_bid", "extensions", "cap", "hard_end", "floor", "fall", "tick"), "")
    slug = make(organizer, a_lot(**empty, **soft, pays="first", offers="one"))

    own = {"ends_ms": 3_600_000, "window_ms": 300_000, "extend_ms": 300_000, "extend": "add"}
    assert lots_of(site, slug)[0].own == own


def test_a_group_is_typed_shown_again_and_said_on_the_public_page(organizer, site):
    slug = make(organizer, a_lot(**TIMED, group=" evening  A "))

    assert lots_of(site, slug)[0].own["group"] == "evening A"
    assert 'name="group" type="text" value="evening A"' in organizer.get(f"/organizer/sales/{slug}/lots/1").text
    page = html.unescape(organizer.get(f"/organizer/sales/{slug}/lots").text)
    assert "Ends together with the other lots of group evening A." in page


def test_what_stands_hidden_for_another_format_is_no_term(organizer, site):
    slug = make(organizer, a_lot(**{**TIMED, **DUTCH}))

    assert lots_of(site, slug)[0].own == {"floor_minor": 5_000_000, "step_minor": 500_000, "tick_ms": 30_000}
