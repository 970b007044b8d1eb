"""Feeds: calendars, results as Atom, maps of the site, and a lot's page for programs that read it."""

import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree as Tree

import pytest
from icalendar import Calendar

from auction.people.tokens import Scope
from auction.rules import commands as cmd
from auction.web.application import create_app
from models.rows import PatentRow
from tests.api.conftest import Site
from tests.serving import lot_row, parts_for, stage

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
STARTS_MS = 1_805_436_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feeds")
    terms = {"starts_at_ms": STARTS_MS, "place": "Jinan; hall 3", "preview_from": date(2027, 3, 10)}
    cast = stage(folder, terms=terms)
    parts = parts_for(folder)
    parts.engine.start()
    draft = parts.sales.create("draft", title_zh="草稿", title_en="Draft", starts_at_ms=STARTS_MS)
    parts.sales.add_lots(draft, [(lot_row("7", title_en="</script><b>"), [PatentRow(as_written="CN1")])])
    made = Site(create_app(parts), parts, cast)
    made.sell("2", "101", 10_500_000)
    user, now = cast.users["auctioneer"], parts.clock.now_ms
    made.ask("auctioneer", cmd.OpenLot(now(), "1", auctioneer=user))
    made.ask("auctioneer", cmd.PassLot(now(), "1", auctioneer=user))
    yield made
    parts.engine.stop()
    parts.store.close()


def get(site: Site, path: str) -> str:
    answer = site.client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_sale_is_a_calendar_with_its_beginning_and_its_preview(site):
    sale, preview = Calendar.from_ical(get(site, "/sales/sale/calendar.ics")).walk("VEVENT")

    assert sale["dtstart"].dt == datetime.fromtimestamp(STARTS_MS / 1000, UTC)
    assert (str(sale["summary"]), str(sale["location"])) == ("A test sale", "Jinan; hall 3")
    assert (preview["dtstart"].dt, preview["dtend"].dt) == (date(2027, 3, 10), date(2027, 3, 11))
    assert sale["uid"] != preview["uid"]
    assert site.client.get("/sales/draft/calendar.ics").status_code == 404


def test_ones_own_calendar_has_a_secret_address_that_opens_nothing_else(site):
    def path_of(who: str, *scopes: Scope) -> str:
        return f"/calendar/{site.parts.tokens.make(site.cast.users[who], 'calendar', scopes, 10).secret}.ics"

    mine = path_of("bidder1", Scope.CALENDAR)
    assert "A test sale" in get(site, mine)
    assert "Draft" not in get(site, mine)
    site.parts.staff.assign(site.parts.sales.find("draft").id, site.cast.users["organizer"], None)
    assert "SUMMARY:Draft" in get(site, path_of("organizer", Scope.CALENDAR))
    more = (Scope.CALENDAR, Scope.READ), (Scope.BID,)
    for path in ("/calendar/pat_none.ics", *(path_of("bidder1", *scopes) for scopes in more)):
        assert site.client.get(path).status_code == 404, path


def test_results_as_atom_have_the_last_end_first(site):
    feed = Tree.fromstring(get(site, "/sales/sale/results.atom"))
    entries = [(e.find(f"{ATOM}title").text, e.find(f"{ATOM}summary").text) for e in feed.findall(f"{ATOM}entry")]

    assert entries == [("Lot 1 · 标的1", "Passed."), ("Lot 2 · 标的2", "Sold for ¥105,000.")]
    assert feed.find(f"{ATOM}updated").text.endswith("Z")
    assert len({e.text for e in feed.iter(f"{ATOM}id")}) == 3


def test_search_engines_find_the_public_pages_and_no_others(site):
    robots = get(site, "/robots.txt")
    maps = [each.text for each in Tree.fromstring(get(site, "/sitemap.xml")).iter(f"{MAP}loc")]
    found = [each.text for each in Tree.fromstring(get(site, "/sales/sale/sitemap.xml")).iter(f"{MAP}loc")]

    assert f"Sitemap: {site.parts.config.public_url}/sitemap.xml" in robots
    assert "Disallow: /organizer" in robots
    assert [re.sub(r"^http://[^/]+", "", each) for each in maps] == ["/sales/sale/sitemap.xml"]
    for address in found:
        assert get(site, re.sub(r"^http://[^/]+", "", address))
    assert len(found) == 5


def test_a_lots_page_tells_programs_what_is_offered(site):
    page = get(site, "/sales/sale/lots/2")
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])

    assert (told["@type"], told["sku"], told["name"]) == ("Product", "sale/2", "标的2")
    offer = told["offers"]
    assert (offer["price"], offer["priceCurrency"], offer["availability"][-7:]) == ("105000.00", "CNY", "SoldOut")
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all(" src=" in each or "json" in each for each in scripts), "what runs is a file of ours"
