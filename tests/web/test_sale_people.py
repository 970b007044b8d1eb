"""Who works for which sale: what an organizer sees, whose gavel it is, and who never bids in it any more."""

import re

import pytest
from sqlalchemy import select

from auction.base.rejected import Rejected
from auction.people.roles import Role
from models.people import web_sessions
from tests.serving import give_password, lot_row, wait_for

from ..house import House


@pytest.fixture(scope="module")
def elsewhere(_house: House) -> str:
    """Another sale of the house, published, with an organizer and an auctioneer of its own."""
    parts = _house.parts
    users = _house.cast.users
    for name, role in (("organizer2", Role.ORGANIZER), ("auctioneer2", Role.AUCTIONEER)):
        users[name] = parts.accounts.create(f"{name}@test.invalid", name, role)
    sale = parts.sales.create("elsewhere", users["organizer2"], title_zh="别处", title_en="Elsewhere")
    parts.sales.add_lots(sale, [(lot_row("1", start_minor=10_000, increment={"fixed_minor": 500}), [])])
    parts.staff.assign(sale, users["auctioneer2"], users["organizer2"])
    assert parts.sales.publish(sale, users["organizer2"]).ok
    return sale


def person_in(house: House, role: Role) -> str:
    """A new account with a role; its id, which is its name in the cast too."""
    user = house.newcomer()
    house.parts.staff.set_role(user, role, None)
    return user


def test_08_03_an_auctioneer_takes_the_gavel_only_in_a_sale_to_which_he_is_assigned(house: House, elsewhere: str):
    """Issue 8, number 3: taken in mid-lot by an auctioneer of another sale, 4 of 4."""
    house.bidding()
    stranger = house.sign_in("auctioneer2")

    assert stranger.connect("sale", "desk")["code"] == "FORBIDDEN"
    assert "seq" in stranger.ask("join", sale="sale", **{"as": "watcher"})
    assert stranger.call("take_gavel")["code"] == "FORBIDDEN", "neither from another place"
    assert stranger.get("/sales/sale/console").status_code == 403
    assert "seq" in stranger.ask("join", sale="elsewhere", **{"as": "desk"})
    assert "seq" in stranger.call("take_gavel"), "his own"
    assert stranger.get("/sales/elsewhere/console").status_code == 200


def test_08_03_an_organizer_sees_only_his_sales(house: House, elsewhere: str):
    """Issue 8, number 3: lists, pages and exports."""
    organizer, administrator = house.sign_in("organizer"), house.sign_in("administrator")
    token = organizer.csrf("/account")

    assert "Elsewhere" not in organizer.get("/organizer").text
    for path in ("", "/lots", "/bidders", "/people", "/edit", "/export/bidders.csv"):
        assert organizer.get(f"/organizer/sales/elsewhere{path}").status_code == 403, path
        assert administrator.get(f"/organizer/sales/elsewhere{path}").status_code == 200, path
    assert organizer.post("/organizer/sales/elsewhere/close", token).status_code == 403
    assert "别处" in administrator.get("/organizer").text or "Elsewhere" in administrator.get("/organizer").text

    made = organizer.post(
        "/organizer/new", token, slug="mine", title_en="Mine", time_zone="Asia/Shanghai", currency="CNY"
    )
    assert made.url.endswith("/organizer/sales/mine"), "who makes a sale is its organizer"


def test_08_03_somebody_is_assigned_and_his_work_ends_at_once_on_an_open_console(house: House):
    """Issue 8, number 3: the page, and the sockets of a desk whose auctioneer is not of the sale any more."""
    user = person_in(house, Role.AUCTIONEER)
    email = house.parts.accounts.find(user).email
    organizer = house.sign_in("organizer")
    page = "/organizer/sales/sale/people"

    assert organizer.post(page, organizer.csrf("/account"), email="b1@test.invalid").status_code == 422
    assert organizer.post(page, organizer.csrf("/account"), email=email.upper()).status_code == 200
    desk = house.enter(user, "desk")
    assert "seq" in desk.call("take_gavel")
    assert organizer.post(f"{page}/{user}/end", organizer.csrf("/account")).status_code == 200
    assert desk.call("pause_sale", reason="BREAK")["code"] == "FORBIDDEN"
    wait_for(lambda: not desk.socket.connected)
    assert email in organizer.get(page).text, "the row stays"


@pytest.mark.parametrize("change", ["raised", "restored", "suspended and let in again"])
def test_08_03_a_changed_role_and_the_end_of_a_suspension_end_old_sessions(house: House, change: str):
    """Issue 8, number 3: an old cookie is worth nothing after it, in any browser."""
    accounts, user = house.parts.accounts, house.newcomer()
    person = house.sign_in(user)
    if change == "suspended and let in again":
        accounts.suspend(user, suspended=True)
        accounts.suspend(user, suspended=False)
    else:
        accounts.set_role(user, Role.ORGANIZER)
    if change == "restored":
        accounts.set_role(user, Role.BIDDER)
    with house.parts.store.read() as connection:
        left = connection.execute(select(web_sessions).where(web_sessions.c.user == user)).all()

    assert left == []
    wait_for(lambda: person.get("/account", allow_redirects=False).status_code == 302)


@pytest.mark.parametrize("role", [Role.AUCTIONEER, Role.ORGANIZER, Role.ADMINISTRATOR])
def test_08_02_who_once_worked_for_a_sale_never_bids_in_it(house: House, elsewhere: str, role: Role):
    """Issue 8, number 2 (d): a former auctioneer of a sale was admitted to it and bid."""
    parts, user = house.parts, house.newcomer()
    give_password(parts, house.cast.users["administrator"], "seventeen green lanterns")
    parts.staff.set_role(user, role, None)
    if role is not Role.ADMINISTRATOR:
        parts.staff.assign(house.cast.sale, user, None)
    parts.staff.set_role(user, Role.BIDDER, None)

    with pytest.raises(Rejected, match="STAFF_OF_SALE"):
        parts.registration.apply(house.cast.sale, user)
    bidder = house.enter(user, "bidder")
    wait_for(lambda: bidder.bid("1", 10_000_000)["code"] == "FORBIDDEN")
    assert bidder.ask("maximum", lot="1", max_minor=10_000_000, key="m")["code"] == "FORBIDDEN"
    if role is Role.AUCTIONEER:
        assert parts.registration.apply(elsewhere, user), "in another sale he may"


def test_08_02_a_paddle_from_before_is_suspended_and_stays_so(house: House):
    """Issue 8, number 2 (d): a bidder with a paddle who works for the sale meanwhile."""
    parts, sale, organizer = house.parts, house.cast.sale, house.cast.users["organizer"]
    waiting, admitted = house.newcomer(), house.newcomer()
    applied, row = parts.registration.apply(sale, waiting), parts.registration.apply(sale, admitted)
    assert parts.registration.admit(row, organizer).ok
    for user in (waiting, admitted):
        parts.staff.set_role(user, Role.AUCTIONEER, None)
        parts.staff.assign(sale, user, organizer)
        parts.holding.hold_account(user, organizer, "SUSPENDED")
        parts.staff.end(sale, user, organizer)
        parts.staff.set_role(user, Role.BIDDER, None)

    with pytest.raises(Rejected, match="STAFF_OF_SALE"):
        parts.registration.admit(applied, organizer)
    with pytest.raises(Rejected, match="STAFF_OF_SALE"):
        parts.holding.release(row, organizer)
    paddle = parts.engine.book(sale).sale.paddles[admitted]
    held = parts.engine.book(sale).sale.bidders[paddle].held
    assert [each.reason for each in held] == ["SUSPENDED"], "no organizer lifts it"


def test_08_03_create_user_names_the_sale_on_the_command_line(house: House):
    """Issue 8, number 3: who is made on the command line works for the sale that is named."""
    made = house.server.cli("create-user", "cli@test.invalid", "--name", "C", "--role", "auctioneer", "--sale", "sale")
    token = re.search(r"/link/(\S+)", made.stdout)[1]
    person = house.sign_in()
    person.enter(token)

    wait_for(lambda: "code" not in person.connect("sale", "desk"))  # a server looks again within a second
    refused = house.server.cli("create-user", "x@test.invalid", "--name", "X", "--sale", "sale", check=False)
    assert (refused.returncode, house.parts.accounts.by_email("x@test.invalid")) == (2, None)
