"""The catalogue of a sale: searched, filtered, sorted, a page at a time; all by its address, on both databases."""

import json
import re
import time
from datetime import date
from html import unescape

import pytest

from auction.papers.facts import subject, write_facts
from auction.rules import commands as cmd
from auction.web.application import create_app
from auction.web.pages.public.finding import CARDS_SHOWN, spelled
from models.rows import PatentRow
from tests.api.conftest import Site
from tests.postgres import database
from tests.serving import parts_for, stage

ENGLISH = {"Accept-Language": "en"}
LOTS = [
    {
        "title_zh": "石墨烯锂电池隔膜",
        "title_en": "Graphene separators for batteries",
        "field": "new energy",
        "consignor": "甲大学",
    },
    {"title_zh": "玉米收割机", "title_en": "A maize harvester", "field": "modern agriculture", "consignor": "乙研究所"},
    {
        "title_zh": "水稻育秧盘",
        "title_en": "Glass tray",
        "field": "modern agriculture",
        "consignor": "甲大学",
        "transfer_type": "普通许可",
    },
]
EXAMINED = {"kind": "发明", "filing_date": date(2015, 3, 1), "ipc": "H01M 10/05; C01B 32/18"}
REGISTERED = {"kind": "实用新型", "filing_date": date(2024, 6, 1), "ipc": "A01D 41/12", "legal_status": "in_force"}
PATENTS = [
    [PatentRow(as_written="ZL201510123456.8", number="CN201510123456.8", **EXAMINED)],
    [PatentRow(as_written="CN209876543U", number="CN209876543U", inventors="欧阳倩", **REGISTERED)],
    [PatentRow(as_written="ZL202230000001.5", kind="外观设计", title="育秧盘")],
]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def site(request, tmp_path_factory):
    """Three lots: 1 sold, 2 under way, 3 to come."""
    folder = tmp_path_factory.mktemp("catalogue")
    environ = {}
    if request.param == "postgres":
        environ["AUCTION_DATABASE_URL"] = database(request.getfixturevalue("postgres_server"))
    plain = {"increment": {"fixed_minor": 500_000}}
    lots = [
        {**plain, **lot, "start_minor": 10_000_000 * (place + 1), "patents": patents}
        for place, (lot, patents) in enumerate(zip(LOTS, PATENTS, strict=True))
    ]
    cast = stage(folder, lots, **environ)
    parts = parts_for(folder, **environ)
    parts.engine.start()
    made = Site(create_app(parts), parts, cast)
    made.sell("1", "101", 15_000_000)
    made.ask("auctioneer", cmd.OpenLot(parts.clock.now_ms(), "2", auctioneer=cast.users["auctioneer"]))
    yield made
    parts.engine.stop()
    parts.store.close()


def page(site: Site, rest: str = "") -> str:
    answer = site.client.get(f"/sales/sale{rest}", headers=ENGLISH)
    assert answer.status_code == 200
    return unescape(answer.text)


def lots_of(page: str) -> list[str]:
    return re.findall(r'<li class="card lot-card"[^>]* data-lot="([^"]+)"', page)


@pytest.mark.parametrize(
    ("words", "lots"),
    [
        ("电池", ["1"]),  # two characters, in the middle of a title
        ("稻", ["3"]),
        ("石墨烯 隔膜", ["1"]),
        ("石墨烯 水稻", []),
        ("battery", ["1"]),
        ("BATTERIES", ["1"]),
        ("separator for", ["1"]),
        ("harvest", ["2"]),
        ("ass", []),  # a word is found at its beginning: neither grass nor glass
        ("glass", ["3"]),
        ("欧阳倩", ["2"]),
        ("甲大学", ["1", "3"]),
        ("２", ["2"]),  # a lot's number, in full width
        ("ZL201510123456.8", ["1"]),
        ("201510123456", ["1"]),
        ("987654", ["2"]),
        ("98765 %", ["2"]),
        ("H01M", ["1"]),
        ("%", ["1", "2", "3"]),
        ("'; DROP", []),
    ],
)
def test_11_6_a_word_is_found_in_chinese_and_in_english(site, words, lots):
    answer = site.client.get("/sales/sale", query_string={"q": words}, headers=ENGLISH)
    assert lots_of(answer.text) == lots


@pytest.mark.parametrize(
    ("query", "lots"),
    [
        ("?field=modern+agriculture", ["2", "3"]),
        ("?section=C", ["1"]),
        ("?section=A&field=new+energy", []),
        ("?kind=utility_model", ["2"]),
        ("?kind=design", ["3"]),
        ("?transfer=ordinary_licence", ["3"]),
        ("?format=english&consignor=乙研究所", ["2"]),
        ("?status=sold", ["1"]),
        ("?status=open", ["2"]),
        ("?status=pending", ["3"]),
        ("?years=5", ["1", "2"]),
        ("?low=18万", ["2", "3"]),
        ("?low=150,000&high=200000", ["1", "2"]),
        ("?sort=-price", ["3", "2", "1"]),
        ("?sort=price", ["1", "2", "3"]),
        ("?sort=-years", ["1", "2", "3"]),
        ("?kind=nonsense&sort=nonsense&page=-1&years=x", ["1", "2", "3"]),
        ("?page=99999", ["1", "2", "3"]),
    ],
)
def test_11_6_a_filter_leaves_what_fits(site, query, lots):
    assert lots_of(page(site, query)) == lots


def test_11_6_the_form_says_what_there_is_and_keeps_what_was_typed(site):
    text = page(site, "?q=甲大学&low=1.2.3&status=sold")
    assert "This is not an amount" in text or 'id="wrong-low"' in text
    assert 'value="1.2.3"' in text
    assert '<option value="sold" selected>sold (1)</option>' in text
    assert '<option value="甲大学">甲大学 (2)</option>' in text
    assert 'href="/sales/sale?q=甲大学&low=1.2.3"' in text.replace("%E7%94%B2%E5%A4%A7%E5%AD%A6", "甲大学"), (
        "without the filter"
    )
    assert "lots: 1" in text, "the results so far"
    assert "¥150,000" in text
    assert 'name="format"' not in text, "all lots are sold in one way"
    empty = page(site, "?q=nothing")
    assert "No lot fits this search." in empty
    assert "Show all lots" in empty


def test_11_6_a_lots_page_tells_its_term_its_remarks_and_what_a_shared_link_shows(site):
    text = page(site, "/lots/1")
    assert '<meta property="og:title" content="Lot 1 · Graphene separators for batteries">' in text
    assert f'<meta property="og:url" content="{site.parts.config.public_url}/sales/sale/lots/1">' in text
    assert "2035-02-28" in text
    assert "Worth knowing before you bid" in page(site, "/lots/2")
    assert 'data-live="replay"' in text
    events = json.loads(page(site, "/lots/1/events.json"))["events"]
    assert [each["kind"] for each in events] == ["lot_listed", "lot_opened", "bid_placed", "lot_sold"]
    assert {each["lot"] for each in events} == {"1"}
    assert site.client.get("/sales/sale/lots/9/events.json").status_code == 404


def test_11_6_notice_rules_and_contact_say_what_the_papers_say(site):
    with site.parts.store.write() as connection:
        write_facts(connection, site.cast.sale, subject("sale"), {"house_contact": "王某 010-1", "agreed": "a secret"})
    text = page(site, "/about")
    assert "王某 010-1" in text
    assert "The house has not written this yet." in text
    assert "The highest bid wins when the hammer falls." in text
    assert "Then all are opened at once" not in text, "no lot is sold so"
    assert "a secret" not in text, "the parties' own"


def test_11_6_words_are_spelled_alike_in_texts_and_questions():
    assert spelled("（LED灯）") == " led 灯"
    assert spelled("Lithium-ion Batteries; glass") == " lithium ion batter glass "


def test_11_6_a_long_catalogue_comes_in_pages_and_quickly(tmp_path):
    texts = {"abstract_zh": "一种石墨烯复合材料的制备方法。" * 40, "title_en": "A method", "field": "new energy"}
    stage(tmp_path, [{"start_minor": 10_000, "increment": {"fixed_minor": 5000}, **texts}] * 1000)
    parts = parts_for(tmp_path)
    site = Site(create_app(parts), parts, None)
    first, last = page(site), page(site, "?page=17&q=石墨")
    assert lots_of(first) == [str(number) for number in range(1, CARDS_SHOWN + 1)]
    assert lots_of(last) == [str(number) for number in range(961, 1001)]
    assert "page 17 of 17" in last
    assert 'rel="next" href="/sales/sale?page=2"' in first
    assert 'rel="next"' not in last
    began = time.thread_time()
    page(site, "?q=复合材料&sort=-price&page=5")
    assert time.thread_time() - began < 0.3
    parts.store.close()
