"""Faults that people met: a conflict that was not said, a deposit asked of one turned down, a link and no password."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from auction.parts import Parts
from auction.people.accounts import Purpose, Role
from auction.web.application import create_app
from tests.large import Large, large_sale
from tests.serving import lot_row

PRICED = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
EN = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    with large_sale(tmp_path_factory.mktemp("faults")) as made:
        yield made


def signed_in(parts: Parts, user: str) -> FlaskClient:
    client = create_app(parts).test_client()
    with client.session_transaction() as session:
        session["token"] = parts.accounts.sign_in_by_link(parts.accounts.make_link(Purpose.SIGN_IN, user))
    return client


def post(client: FlaskClient, path: str, **fields: str) -> str:
    with client.session_transaction() as session:
        session.setdefault("csrf_token", "0" * 40)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account", headers=EN).get_data(as_text=True))[
        1
    ]
    answer = client.post(path, data={**fields, "csrf_token": token}, headers=EN, follow_redirects=True)
    return unescape(answer.get_data(as_text=True))


def test_10_11_a_conflict_of_interest_is_said_before_and_at_the_admission(large: Large):
    parts = large.parts
    organizer = parts.accounts.by_email("o@test.invalid").id
    sale = parts.sales.create("conflict", organizer, title_zh="冲突")
    institute = parts.sales.organizations.id_of("示例研究所")
    owned = {**PRICED, "consignors": [{"id": institute, "name": "示例研究所", "sure": True}]}
    parts.sales.add_lots(sale, [(lot_row("1", **owned), []), (lot_row("2", **PRICED), []), (lot_row("3", **owned), [])])
    assert parts.sales.publish(sale, organizer).ok
    user = parts.accounts.create("of@institute.invalid", "Of the institute", Role.BIDDER)
    parts.registration.set_organization(user, institute, organizer)
    row = parts.registration.apply(sale, user)
    base = "/organizer/sales/conflict/bidders"
    page = unescape(large.client.get(base, headers=EN).get_data(as_text=True))
    assert "may not bid on lots 1, 3" in page, "the organizer knows before he decides"
    said = post(large.client, f"{base}/{row}/admit", limit="")
    assert "Of the institute may not bid on these lots, because of a conflict of interest: 1, 3." in said
    other = parts.registration.apply(sale, parts.accounts.create("free@x.invalid", "Free", Role.BIDDER))
    assert "conflict of interest:" not in post(large.client, f"{base}/{other}/admit", limit="")


def test_10_18_a_bidder_who_was_turned_down_reads_of_no_deposit(large: Large):
    parts = large.parts
    user = parts.accounts.create("down@x.invalid", "Down", Role.BIDDER)
    client = signed_in(parts, user)
    assert "Before you may bid, a deposit of" in client.get("/sales/sale", headers=EN).get_data(as_text=True)
    row = parts.registration.apply(parts.sales.find("sale").id, user)
    assert "Before you may bid, a deposit of" in client.get("/sales/sale", headers=EN).get_data(as_text=True)
    parts.registration.turn_down(row, parts.accounts.by_email("o@test.invalid").id, "No proof")
    page = client.get("/sales/sale", headers=EN).get_data(as_text=True)
    assert "You were not admitted: No proof" in page
    assert "deposit of" not in page.split('class="notice apply"')[1].split("</form>")[0]


def test_10_19_a_first_sign_in_by_link_asks_for_a_password_at_once(large: Large):
    parts = large.parts
    user = parts.accounts.create("first@x.invalid", "First", Role.BIDDER)
    client = create_app(parts).test_client()
    for password in (None, "correct horse battery staple"):
        if password is not None:
            parts.accounts.change_password(user, "", password)
        path = f"/link/{parts.accounts.make_link(Purpose.SIGN_IN, user)}"
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path, headers=EN).get_data(as_text=True))[1]
        answer = client.post(path, data={"csrf_token": token}, headers=EN)
        assert answer.location == ("/account#password" if password is None else "/")
        page = client.get(answer.location, headers=EN).get_data(as_text=True)
        assert ("Choose a password, so that you can sign in again" in page) is (password is None)
