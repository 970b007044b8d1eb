"""A consignor's face: interest, price advice, agreement to a start price, and never another's lots (10, number 4)."""

import re
from collections.abc import Iterator

import pytest

from auction.base.clock import new_id
from auction.engine.orders import Order
from auction.papers.advice import price_advice
from auction.papers.statistics import LotFigures
from auction.people.accounts import Purpose
from auction.people.parties import parties_of
from auction.people.roles import SaleRole
from auction.rules import commands as cmd
from auction.rules.lot import Status
from auction.sales.publication import By

from ..serving import lot_row
from ..visiting import Browser, VisitedSite, a_site

PASSWORD = "nine purple walruses"
PLAIN = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "field": "health"}


@pytest.fixture
def site(tmp_path) -> Iterator[VisitedSite]:
    """A sale of two consignors; each has a person with an account, who has a password."""
    with a_site(tmp_path) as made:
        parts, users = made.parts, made.cast.users
        sale = parts.sales.create("ours", users["organizer"], title_en="Ours", starts_at_ms=4_000_000_000_000)
        for name in ("甲研究所", "乙大学"):
            made.newcomer(name)
            parts.registration.set_organization(users[name], parts.sales.organizations.id_of(name), users["organizer"])
            parts.accounts.reset_password(parts.accounts.make_link(Purpose.RESET, users[name]), PASSWORD)
            parts.staff.assign(sale, users[name], users["organizer"], SaleRole.CONSIGNOR)
        told = parts.sales.organizations.consignors([parties_of("甲研究所"), parties_of("乙大学")])
        rows = [lot_row(str(n + 1), **PLAIN, consignors=each) for n, each in enumerate([*told, told[0]])]
        parts.sales.add_lots(sale, [(row, []) for row in rows])
        yield made


def lots_in(page: str) -> list[str]:
    return re.findall(r'<tr id="lot-([^"]+)"', page)


def agree(browser: Browser, lot: str, start: int, password: str = PASSWORD) -> str:
    return browser.post(f"/sales/ours/my-lots/{lot}/agree", start_minor=start, password=password)


def test_10_4_a_consignor_agrees_to_the_start_of_own_lots_with_the_password(site: VisitedSite):
    parts, sale = site.parts, site.parts.sales.find("ours").id
    one, other = site.visit("甲研究所"), site.visit("乙大学")
    assert lots_in(one.get("/sales/ours/my-lots")) == ["1", "3"]
    assert lots_in(other.get("/sales/ours/my-lots")) == ["2"]
    agree(one, "2", 10_000_000)
    assert (one.status, dict(parts.agreements.last(sale))) == (404, {}), "another's lot"
    assert "password is wrong" in agree(one, "1", 10_000_000, "a guess")
    assert "has changed this meanwhile" in agree(one, "1", 9_000_000), "another amount than the lot has"
    assert dict(parts.agreements.last(sale)) == {}
    page = agree(one, "1", 10_000_000)
    assert "甲研究所 agreed to ¥100,000 on" in page
    assert page.count("Agree to this start price") == 1, "of lot 3 alone"
    found = parts.agreements.last(sale)["1"]
    assert (found.name, found.start_minor) == ("甲研究所", 10_000_000)
    parts.sales.edit_lot(sale, "1", By(site.cast.users["organizer"]), start_minor=12_000_000)
    assert one.get("/sales/ours/my-lots").count("Agree to this start price") == 2, "a new price is a new question"
    assert parts.sales.publish(sale, site.cast.users["organizer"]).ok
    assert "to ¥100,000" in site.visit("organizer").get("/organizer/sales/ours/interest")
    assert lots_in(site.visit("bidder1").get("/sales/ours/my-lots")) == []
    assert not re.search("乙大学|Bidder 1", one.get("/sales/ours/my-lots"))


def test_10_4_a_claimed_organization_opens_no_lots(site: VisitedSite):
    parts, users = site.parts, site.cast.users
    organization = parts.sales.organizations.id_of("乙大学")
    parts.accounts.sign_up("claims@new.invalid", "Claims", PASSWORD, organization)
    claims = next(each for each in parts.accounts.search("claims@new.invalid"))
    users["claims"] = claims.id
    parts.staff.assign(parts.sales.find("ours").id, claims.id, users["organizer"], SaleRole.CONSIGNOR)
    assert lots_in(site.visit("claims").get("/sales/ours/my-lots")) == []


def test_10_4_similar_lots_of_earlier_sales_advise_on_the_price(site: VisitedSite):
    parts, users = site.parts, site.cast.users
    past = parts.sales.create("past", users["organizer"], title_en="Past", starts_at_ms=1_000_000_000_000)
    starts = (4_000_000, 6_000_000, 9_000_000)
    rows = [lot_row(str(n), **PLAIN | {"start_minor": start}) for n, start in enumerate(starts, 1)]
    parts.sales.add_lots(past, [(row, []) for row in rows])
    parts.staff.assign(past, users["auctioneer"], users["organizer"], SaleRole.AUCTIONEER)
    row = parts.registration.apply(past, users["bidder1"])
    parts.registration.admit(row, users["organizer"])
    assert parts.sales.publish(past, users["organizer"]).ok
    now, led = parts.clock.now_ms, {"auctioneer": users["auctioneer"]}

    def ask(command: cmd.Command, who: str = "auctioneer") -> None:
        assert parts.engine.ask(Order(past, users[who], command, key=new_id())).ok

    ask(cmd.TakeGavel(now(), **led))
    for number, start in enumerate(starts, 1):
        ask(cmd.OpenLot(now(), str(number), **led))
        if number < 3:
            ask(cmd.PlaceBid(now(), str(number), "101", start + 1_000_000), "bidder1")
        ask((cmd.Hammer if number < 3 else cmd.PassLot)(now(), str(number), **led))
    assert parts.sales.close(past, users["organizer"]).ok
    page = site.visit("甲研究所").get("/sales/ours/my-lots")
    said = "Similar lots so far: 3, sold 66.67 %; start in the middle ¥60,000, hammer price ¥60,000, premium 20.00 %."
    assert page.count(said) == 2
    assert page.count("above the middle") == 2
    few = [LotFigures(lot="1", status=Status.SOLD, start_minor=1, hammer_minor=2)] * 2
    assert price_advice(few) is None, "two lots say nothing"
