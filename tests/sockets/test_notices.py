"""Notices of the house come to their readers alone, once, from any process."""

import uuid
from typing import Any

import pytest

from auction.rules.visibility import Audience
from auction.sales.spoken import NoticeTold
from tests.serving import Person, wait_for

from ..house import House

OF_DESKS = {"by", "by_name", "named", "named_name"}


def say(person: Person, **message: Any) -> dict[str, Any]:
    return person.ask("notify", **{"key": uuid.uuid4().hex, **message})


def listening(house: House, name: str | None, part: str) -> tuple[Person, list[dict[str, Any]]]:
    """A person at a place of the sale, and the notices that he hears from now on."""
    person, heard = house.enter(name, part), []
    assert person.socket is not None
    person.socket.on("notice", heard.append)
    return person, heard


def test_10_11_a_notice_comes_to_those_whom_it_is_for_and_to_nobody_else(house: House):
    desk, at_desk = listening(house, "auctioneer", "desk")
    office, at_office = listening(house, "organizer", "office")
    _, bidder = listening(house, "bidder1", "bidder")
    _, other = listening(house, "bidder2", "bidder")
    _, watcher = listening(house, None, "watcher")
    said = {
        "all": say(office, to="all", text=" The <b>coffee</b> is served. "),
        "paddle": say(desk, to="paddle", paddle="101", text="Please call us."),
        "desk": say(desk, to="desk", note="GAVEL_ASKED"),
        "ready": say(office, to="all", note="SOON"),
    }

    def told(heard: list[dict[str, Any]]) -> set[str]:
        return {name for name, answer in said.items() if any(each["id"] == answer["notice"] for each in heard)}

    wait_for(lambda: all("ready" in told(heard) for heard in (at_desk, at_office, bidder, other, watcher)))
    assert told(at_desk) == told(at_office) == set(said)
    assert told(bidder) == {"all", "paddle", "ready"}
    assert told(other) == told(watcher) == {"all", "ready"}
    assert not any(OF_DESKS & set(each) for each in [*bidder, *other, *watcher])
    first = next(each for each in at_desk if each["id"] == said["all"]["notice"] and "by" in each)
    assert (first["by_name"], first["text"], first["to"]) == ("Organizer", "The <b>coffee</b> is served.", "all")
    late = house.sign_in("bidder2").connect(house.cast.slug, "bidder")["notices"]
    assert told(late) == {"all", "ready"}, "who comes later reads the recent ones"
    assert not any(OF_DESKS & set(each) for each in late)


def test_10_11_only_a_desk_says_something_and_once(house: House):
    office, heard = listening(house, "organizer", "office")
    first = say(office, to="all", text="once", key="k")

    assert say(office, to="all", text="once", key="k") == first
    wait_for(lambda: heard)
    assert len({each["id"] for each in heard if each["text"] == "once"}) == 1
    assert say(house.enter("bidder1", "bidder"), to="all", text="x")["code"] == "FORBIDDEN"
    assert say(house.enter(None), to="all", text="x")["code"] == "UNAUTHENTICATED"
    assert say(house.enter("organizer"), to="all", text="x")["code"] == "NOT_JOINED", "he only watches"
    assert say(office, to="paddle", paddle="999", text="x")["code"] == "NO_PADDLE"


@pytest.mark.parametrize(
    "message",
    [
        {"to": "all"},
        {"to": "all", "text": "   "},
        {"to": "all", "text": "x" * 201},
        {"to": "all", "text": "x", "note": "SOON"},
        {"to": "all", "note": "GAVEL_GIVEN"},
        {"to": "all", "paddle": "101", "text": "x"},
        {"to": "paddle", "text": "x"},
        {"to": "everybody", "text": "x"},
    ],
    ids=str,
)
def test_what_says_nothing_or_not_to_its_readers_is_refused(house: House, message):
    answer = say(house.enter("auctioneer", "desk"), **message)
    assert answer["code"] == "MALFORMED", answer


def test_what_another_process_says_is_told_here_too(house: House):
    _, heard = listening(house, None, "watcher")
    told = NoticeTold(audience=Audience.ALL, text="from another process")
    made = house.parts.notices.post(house.cast.sale, house.cast.users["organizer"], told, "elsewhere")

    wait_for(lambda: any(each["id"] == made for each in heard), 5)


def test_a_desk_that_says_too_much_waits(house: House):
    desk = house.enter("administrator", "desk")
    codes = [say(desk, to="desk", note="GAVEL_ASKED").get("code") for _ in range(12)]

    assert codes[:10] == [None] * 10
    assert codes[-1] == "RATE_LIMITED"


def test_10_11_the_live_desk_reads_refusals_with_names_and_without_secrets(house: House):
    desk = house.enter("auctioneer", "desk")
    assert "seq" in desk.call("take_gavel")
    assert desk.call("open_lot", lot="1").get("code") in (None, "NOT_ALLOWED_NOW")
    bidder = house.enter("bidder3", "bidder")
    assert bidder.bid("1", 1_234)["code"] in ("BELOW_START", "BELOW_MIN")
    assert bidder.ask("maximum", lot="1", max_minor=4_321, key="m")["code"] in ("BELOW_START", "BELOW_MIN")
    assert bidder.ask("leave_max", lot="2", max_minor=5_432, key="l")["code"]
    news = house.sign_in("organizer").get(f"/organizer/sales/{house.cast.slug}/desk.json")
    told = [each for each in news.json()["refused"] if each["paddle"] == "103"]

    assert news.json()["names"]["103"] == "Bidder 3"
    assert news.json()["alarms"] == []
    assert [(each["is_maximum"], each["amount_minor"]) for each in told] == [(True, None), (False, 1_234)]
    assert not any(secret in news.text for secret in ("4321", "5432"))
    assert house.sign_in("bidder1").get(f"/organizer/sales/{house.cast.slug}/desk.json").status_code == 403
