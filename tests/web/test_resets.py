"""A new password for a bidder who forgot his: two of the staff make the link, and his paddles wait for his word."""

import pytest
from sqlalchemy import select

from auction.base.rejected import Rejected
from auction.people.accounts import Role
from models.people import resets
from tests.serving import Person, wait_for

from ..house import House
from .test_people import link_in

PASSWORD = "seventeen green lanterns"


@pytest.fixture
def second(house: House) -> Person:
    """Another organizer of the sale."""
    user = house.newcomer()
    house.parts.staff.set_role(user, Role.ORGANIZER, None)
    house.parts.staff.assign(house.cast.sale, user, None)
    return house.sign_in(user)


def path_of(house: House, user: str) -> str:
    rows = {row.user: row.id for row in house.parts.registration.of_sale(house.cast.sale)}
    return f"/organizer/sales/sale/bidders/{rows[user]}/reset-link"


def holds(house: House, paddle: str) -> list[str]:
    house.parts.engine.refresh(house.cast.sale)
    bidder = house.parts.engine.book(house.cast.sale).sale.bidders[paddle]
    return [*bidder.holds, *(each.reason for each in bidder.held)]


def test_08_02_a_link_takes_two_of_the_staff_and_the_paddle_waits_for_the_bidder(house: House, second: Person):
    """Issue 8, number 2 (a): the organizer was shown the link, signed in as the bidder and bid."""
    first, bidder = house.sign_in("organizer"), house.enter("bidder1", "bidder")
    desk = house.enter("auctioneer", "desk")
    assert "seq" in desk.call("take_gavel")
    assert "seq" in desk.call("open_lot", lot="1")
    assert "seq" in bidder.ask("maximum", lot="1", max_minor=90_000_000, key="m")
    path, tokens = path_of(house, house.cast.users["bidder1"]), {p: p.csrf("/account") for p in (first, second)}

    def act(person: Person, what: str):
        return person.post(path, tokens[person], act=what)

    assert act(first, "take").status_code == 422, "no one has asked"
    assert act(first, "ask").status_code == 200
    assert act(first, "grant").status_code == 422, "not by the same"
    assert act(first, "take").status_code == 422, "not before it is granted"
    assert holds(house, "101") == []
    assert act(second, "grant").status_code == 200
    assert holds(house, "101") == ["SUSPENDED"]
    assert act(second, "take").status_code == 422, "it is shown to who asked"
    link = link_in(act(first, "take").text)
    assert act(first, "take").status_code == 422, "once"

    lot = house.parts.engine.book(house.cast.sale).sale.lots["1"]
    assert (lot.leader, lot.price_minor) == ("101", 10_000_000), "his bids stay"
    registration = path.split("/")[-2]
    with pytest.raises(Rejected, match="RESET_NOT_CONFIRMED"):
        house.parts.holding.release(registration, house.cast.users["organizer"])

    person = house.sign_in()
    page = person.post(link, password=PASSWORD)
    assert page.url.endswith("/account")
    assert "/account/confirm-reset" in page.text
    person.connect("sale", "bidder")
    assert person.bid("1", 95_000_000)["code"] == "SUSPENDED"
    again = house.sign_in().post("/sign-in", email="b1@test.invalid", password=PASSWORD, next="/sales/sale/live")
    assert again.url.endswith("/account"), "every sign-in leads there until he confirms"
    assert person.post("/account/confirm-reset", person.csrf("/account")).status_code == 200
    wait_for(lambda: holds(house, "101") == [])
    assert person.bid("1", 95_000_000)["code"] == "ALREADY_LEADING"

    with house.parts.store.read() as connection:
        row = connection.execute(select(resets)).mappings().one()
    assert (row["asked_by"], row["granted_by"] is not None) == (house.cast.users["organizer"], True)
    assert None not in (row["granted_ms"], row["taken_ms"], row["confirmed_ms"])


def test_08_02_an_administrator_alone_makes_no_link_for_who_may_bid_whatever_his_role(house: House):
    """Issue 8, number 2 (a): neither by another role, nor by a sign-in link for an account without a password."""
    administrator, user = house.sign_in("administrator"), house.cast.users["bidder3"]
    token = administrator.csrf("/account")

    assert administrator.post(f"/people/{user}/link", token).status_code == 400
    administrator.post(f"/people/{user}/role", token, role="organizer")
    assert administrator.post(f"/people/{user}/link", token).status_code == 400
    administrator.post(f"/people/{user}/role", token, role="bidder")
    fresh = house.newcomer()
    assert "/link/" in link_in(administrator.post(f"/people/{fresh}/link", token).text), "a new account's first"


def test_08_02_confirming_does_not_lift_what_the_organizer_suspended_himself(house: House, second: Person):
    """Issue 8, number 2 (a): both are SUSPENDED; the bidder's word ends only what was for his new password."""
    first, user = house.sign_in("organizer"), house.cast.users["bidder2"]
    path, tokens = path_of(house, user), {p: p.csrf("/account") for p in (first, second)}
    registration = path.split("/")[-2]
    assert first.post(path, tokens[first], act="ask").status_code == 200
    wait_for(lambda: second.post(path, tokens[second], act="grant").status_code == 200)  # known within a second
    link = link_in(first.post(path, tokens[first], act="take").text)

    suspended = house.parts.holding.hold(registration, house.cast.users["organizer"], "SUSPENDED")
    assert suspended is not None
    assert suspended.ok
    person = house.sign_in()
    person.post(link, password=PASSWORD)
    assert person.post("/account/confirm-reset", person.csrf("/account")).status_code == 200
    assert not house.parts.resets.is_open(user)
    assert set(holds(house, "102")) == {"SUSPENDED"}, "the organizer's own stays"
    released = house.parts.holding.release(registration, house.cast.users["organizer"])
    assert released is not None
    assert released.ok
    assert holds(house, "102") == []
