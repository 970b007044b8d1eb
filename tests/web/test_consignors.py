"""Who consigns a lot, alone or with others, under whatever name, does not bid on it (8, number 5)."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from models.people import organizations
from tests.serving import Person, parts_for
from tests.web.test_organizer import a_lot, make
from tests.web.test_organizer_import import confirm, key_in, upload

CO_CONSIGNORS = (
    "拍品号,标题,专利号,委托人,起拍价,加价幅度\n"
    "1,一种示例测量方法,CN101000311A,甲研究所,1000,100\n"
    "2,一种示例装置,CN101000312A,甲研究所；乙大学,1000,100\n"
    "3,一种示例材料,CN101000313A,同上,1000,100\n"
    '4,一种示例泵,CN101000314A,"Acme Co., Ltd.",1000,100\n'
    "5,一种示例阀,CN101000315A,Bidder 2,1000,100\n"
    "6,一种示例轮,CN101000316A,丙公司,1000,100\n"
)
"""As in the report 01, and after it the consignor above, a comma in a name, a person, and a stranger."""


@pytest.fixture
def slug(organizer) -> str:
    slug = make(organizer)
    done = confirm(organizer, slug, key_in(upload(organizer, slug, CO_CONSIGNORS.encode())))
    assert "Lots imported: 6." in done.text
    return slug


def admitted(organizer: Person, bidder: Person, slug: str, organization: str = "") -> None:
    bidder.post(f"/sales/{slug}/apply", bidder.csrf("/account"))
    page = organizer.get(f"/organizer/sales/{slug}/bidders").text
    base = f"/organizer/sales/{slug}/bidders/{re.findall(r'/bidders/([0-9a-f]{32})/admit', page)[-1]}"
    if organization:
        organizer.post(f"{base}/organization", org="", org_new=organization)
    organizer.post(f"{base}/admit", limit="")


def conflicts(come, slug: str, who: str) -> list[str]:
    """The lots that a bidder is kept from, as his own document says."""
    bidder = come(who)
    bidder.http.headers.pop("Accept-Language")
    return bidder.connect(slug, "bidder")["document"]["conflicts"]


def test_08_05_each_of_several_consignors_is_kept_from_his_lots_only(come, organizer, slug):
    organizer.post(f"/organizer/sales/{slug}/publish")
    admitted(organizer, come("bidder1"), slug, "乙 大学")
    assert conflicts(come, slug, "bidder1") == ["2", "3"]


def test_08_05_a_letter_that_looks_alike_and_a_comma_make_no_other_company(come, organizer, slug):
    organizer.post(f"/organizer/sales/{slug}/publish")
    admitted(organizer, come("bidder1"), slug, "Acmе Со. Ltd")  # with Cyrillic letters
    assert conflicts(come, slug, "bidder1") == ["4"]


def test_08_05_a_person_who_consigns_is_known_by_his_account_or_name(come, organizer, slug):
    """Bidder 2 has no organization; he is named before he is admitted, and in lot 6 by his address afterwards."""
    organizer.post(f"/organizer/sales/{slug}/publish")
    bidder = come("bidder2")
    admitted(organizer, bidder, slug)
    assert conflicts(come, slug, "bidder2") == ["5"]
    page = organizer.get(f"/organizer/sales/{slug}/lots/6").text
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    email = re.search(r"[\w.+-]+@[\w.-]+", bidder.get("/account").text).group(0)
    lot = a_lot(lot="6", start="1000", reserve="", consignor="丙公司", consignors=email, seen=seen)
    assert organizer.post(f"/organizer/sales/{slug}/lots/6", **lot).status_code == 200
    assert conflicts(come, slug, "bidder2") == ["5", "6"]


def test_08_05_two_rows_of_one_name_are_one_organization(come, organizer, site, slug):
    """As a database has them that was filled before names were folded."""
    organizer.post(f"/organizer/sales/{slug}/publish")
    admitted(organizer, come("bidder1"), slug, "丁公司")
    assert conflicts(come, slug, "bidder1") == []
    parts = parts_for(site[0].instance)
    try:
        with parts.store.write() as connection:
            this = organizations.c.name == "丁公司"
            connection.execute(update(organizations).where(this), {"name": "乙　大学"})
    finally:
        parts.store.close()
    row = re.search(r"/bidders/([0-9a-f]{32})/admit", organizer.get(f"/organizer/sales/{slug}/bidders").text)[1]
    organizer.post(f"/organizer/sales/{slug}/bidders/{row}/admit", limit="")
    assert conflicts(come, slug, "bidder1") == ["2", "3"]


def test_08_05_what_cannot_be_told_stops_the_sale_until_it_is_said(organizer, come):
    slug = make(organizer, a_lot(consignor="张三,李四"), under_law="law")
    asked = unescape(organizer.get(f"/organizer/sales/{slug}/publish").text)
    assert "The consignor of the lot cannot be told." in asked
    page = organizer.get(f"/organizer/sales/{slug}/lots/1").text
    assert "These are the consignors" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    typed = unescape(re.search(r'<textarea name="consignors"[^>]*>\n([^<]*)', page).group(1))
    assert typed == "张三,李四\n张三\n李四", "every reading counts meanwhile"
    lot = a_lot(consignor="张三,李四", consignors=typed, seen=seen)
    organizer.post(f"/organizer/sales/{slug}/lots/1", **lot)
    assert "cannot be told" in organizer.get(f"/organizer/sales/{slug}/publish").text, "it is not said yet"
    seen = re.search(r'name="seen" value="([^"]+)"', organizer.get(f"/organizer/sales/{slug}/lots/1").text).group(1)
    organizer.post(f"/organizer/sales/{slug}/lots/1", **lot | {"consignors": "张三\n李四", "seen": seen})
    asked = unescape(organizer.get(f"/organizer/sales/{slug}/publish").text)
    assert "The consignor of the lot" not in asked


def test_08_05_a_consignor_that_is_only_shown_is_kept_too(come, organizer):
    slug = make(organizer, a_lot(consignor="示例大学"))
    organizer.post(f"/organizer/sales/{slug}/publish")
    admitted(organizer, come("bidder1"), slug, "示例大学")
    assert conflicts(come, slug, "bidder1") == ["1"]


def test_the_preview_says_what_was_made_of_a_cell(organizer):
    slug = make(organizer)
    text = unescape(upload(organizer, slug, CO_CONSIGNORS.replace("丙公司", "丙公司与丁公司").encode()).text)
    assert "甲研究所\n乙大学" in text
    assert "丙公司与丁公司 ?\n丙公司 ?\n丁公司 ?" in text
    assert "The consignors cannot be told from 丙公司与丁公司." in text


def test_who_consigns_is_secret(organizer, slug):
    organizer.post(f"/organizer/sales/{slug}/publish")
    stranger = Person(organizer.url)
    for page in ("lots.json", "", "lots/2", "results.csv"):
        assert "consignors" not in stranger.get(f"/sales/{slug}/{page}".rstrip("/")).text
