"""Stars, the list of followed lots, counted openings, and the one act that takes the most wanted lots live (10, 4)."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from auction.people.roles import SaleRole
from auction.sales.interest import Measure, Wanted, most_wanted

from ..visiting import Browser, VisitedSite, a_site

SEALED = {"format": "sealed", "start_minor": 10_000_000, "own": {"ends_ms": 60_000}, "increment": {"fixed_minor": 1}}
DUTCH = {
    "format": "dutch",
    "start_minor": 10_000_000,
    "increment": {"fixed_minor": 500_000},
    "own": {"floor_minor": 5_000_000, "step_minor": 100_000, "tick_ms": 1000},
}


@pytest.fixture
def site(tmp_path) -> Iterator[VisitedSite]:
    with a_site(tmp_path, [SEALED, DUTCH, SEALED, SEALED, SEALED]) as made:
        yield made


def star(browser: Browser, lot: str, how: str = "follow") -> str:
    return browser.post("/sales/sale/follow", **{how: lot, "next": f"/sales/sale/lots/{lot}"})


def pressed(page: str) -> list[str]:
    """The lots whose star is pressed, as a page's buttons say."""
    return re.findall(r'name="leave" value="([^"]+)" aria-pressed="true"', page)


def test_10_4_a_star_needs_no_script_and_the_list_shows_what_is_followed(site: VisitedSite):
    bidder = site.visit("bidder1")
    assert pressed(star(bidder, "2")) == ["2"]
    star(bidder, "2")
    star(bidder, "4")
    assert pressed(bidder.get("/sales/sale")) == ["2", "4"]
    assert pressed(bidder.get("/followed")) == ["2", "4"], "pressed twice it is there once"
    assert pressed(site.visit("bidder2").get("/sales/sale")) == [], "a card that is made for all belongs to no user"
    assert pressed(star(bidder, "2", "leave")) == []
    assert pressed(bidder.get("/followed")) == ["4"]
    stranger = site.visit()
    assert 'id="star" method="get" action="/sign-in"' in stranger.get("/sales/sale/lots/1")
    star(bidder, "99")
    assert bidder.status == 404


def test_10_4_the_house_sees_numbers_and_no_names(site: VisitedSite):
    parts, sale, users = site.parts, site.cast.sale, site.cast.users
    consignor = site.newcomer("consignor")
    parts.staff.assign(sale, users["consignor"], users["organizer"], SaleRole.CONSIGNOR)
    for browser in (site.visit("bidder1"), site.newcomer("watcher"), site.visit("organizer"), consignor):
        star(browser, "3")
    for agent in ("Mozilla/5.0 A", "Mozilla/5.0 A", "Mozilla/5.0 B", "Googlebot/2.1", ""):
        site.app.test_client().post("/sales/sale/lots/3/seen", headers={"User-Agent": agent})
    site.visit("organizer").client.post("/sales/sale/lots/3/seen", headers={"User-Agent": "Mozilla/5.0 C"})
    foreign = {"User-Agent": "Mozilla/5.0 D", "Sec-Fetch-Site": "cross-site", "Accept": "application/json"}
    assert site.app.test_client().post("/sales/sale/lots/3/seen", headers=foreign).status_code == 403
    parts.views.write()
    parts.views.write()
    assert dict(parts.interest.of_sale(sale)) == {"3": Wanted(views=2, followers=2, qualified=1)}
    page = site.visit("organizer").get("/organizer/sales/sale/interest")
    row = page.split('<tr><td class="lot-number"><strong class="figure">3</strong>')[1].split("</tr>")[0]
    assert re.findall(r'figure">(\d+)</td>', row) == ["2", "2", "1"]
    assert not re.search("watcher|Bidder 1|@new.invalid", page)
    with parts.store.read() as connection:
        kept = connection.execute(text("SELECT * FROM lot_views")).all()
    assert [tuple(row) for row in kept] == [(sale, "3", 2)], "no row tells who"


def test_10_4_one_address_does_not_flood_the_count(site: VisitedSite):
    for number in range(80):
        site.parts.views.count(site.cast.sale, "1", "192.0.2.1", f"Mozilla {number}")
    site.parts.views.count(site.cast.sale, "1", "192.0.2.2", "Mozilla")
    site.parts.views.write()
    assert site.parts.interest.of_sale(site.cast.sale)["1"].views == 51


def test_10_4_the_most_wanted_go_live_in_one_act(site: VisitedSite):
    one, two, organizer = site.visit("bidder1"), site.visit("bidder2"), site.visit("organizer")
    for browser, lot in ((one, "4"), (two, "4"), (one, "2"), (site.newcomer("watcher"), "5")):
        star(browser, lot)
    address = "/organizer/sales/sale/interest"
    shown = organizer.get(f"{address}?count=3&measure=followers&qualified=1&others=withdraw")
    assert shown.count("would be led") == 2, "the lot that only a stranger follows has no qualified bidder"
    said = {"count": "3", "measure": "followers", "qualified": "1", "others": "withdraw"}
    refused = organizer.post(address, **said)
    assert "say why it is changed" in refused
    assert 'name="count" type="text" value="3"' in refused
    assert {lot.format for lot in site.parts.sales.lots(site.cast.sale)} == {"sealed", "dutch"}, "nothing half done"
    organizer.post(address, **said, reason="CORRECTION")
    rows = {lot.lot: lot for lot in site.parts.sales.lots(site.cast.sale)}
    states = site.parts.engine.book(site.cast.sale).sale.lots
    assert {lot: (rows[lot].format, states[lot].terms.format, states[lot].status) for lot in rows} == {
        "1": ("sealed", "sealed", "withdrawn"),
        "2": ("english", "english", "pending"),
        "3": ("sealed", "sealed", "withdrawn"),
        "4": ("english", "english", "pending"),
        "5": ("sealed", "sealed", "withdrawn"),
    }
    assert (rows["2"].start_minor, rows["2"].reserve_minor) == (5_000_000, 5_000_000), "the floor of a falling price"
    assert "Say how many lots" in organizer.post(address, count="", measure="views", others="keep")


def test_10_4_lots_that_are_equally_wanted_go_by_the_other_numbers():
    wanted = {"1": Wanted(views=5), "2": Wanted(views=5, followers=1), "3": Wanted(views=9), "4": Wanted()}
    assert most_wanted("1234", wanted, Measure.VIEWS, 4) == ["3", "2", "1", "4"]
    assert most_wanted("1234", wanted, Measure.FOLLOWERS, 1) == ["2"]
