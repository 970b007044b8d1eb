"""What is missing before a sale's lots can open: one list by kind, the same count on every page, mended at once."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape

import pytest

from auction.base.zones import find_zone
from auction.patents.findings import Caution, Gap
from auction.sales.publication import By
from models.rows import PatentRow, SaleStatus
from tests.large import LOTS, Large, large_sale
from tests.serving import lot_row

BASE = "/organizer/sales/draft"
KINDS = 11
"""Of the sale: notice, preview, day, licence, rules. Of a lot: consignor, reserve, defects twice, title, filing."""
DUTCH = {
    "format": "dutch",
    "start_minor": 100_000,
    "own": {"floor_minor": 50_000, "step_minor": 1_000, "tick_ms": 1_000},
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    with large_sale(tmp_path_factory.mktemp("gate")) as made:
        yield made


class Desk:
    """The organizer's browser at one draft."""

    def __init__(self, large: Large) -> None:
        self.large = large
        self.sales, self.id = large.parts.sales, large.parts.sales.find("draft").id

    def get(self, path: str) -> str:
        answer = self.large.client.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def post(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(f"{BASE}/missing"))[1]
        fields["csrf_token"] = token
        answer = self.large.client.post(
            f"{BASE}{path}", data=fields, headers={"Accept-Language": "en"}, follow_redirects=True
        )
        self.status = answer.status_code
        return unescape(answer.text)

    def count(self) -> int:
        return int(re.search(r"Missing: (\d+)", self.get(f"{BASE}/missing"))[1])


def test_10_5_many_lines_are_few_kinds_and_each_is_mended_for_all_lots_at_once(large: Large):
    desk = Desk(large)
    page = desk.get(f"{BASE}/missing")
    assert len(re.findall(r'<li class="lack"', page.split('id="mend"')[0])) == KINDS
    assert desk.count() == 5 + 6 * LOTS
    for path in ("/organizer", BASE, f"{BASE}/publish"):
        assert f"Missing: {desk.count()}" in desk.get(path), "the same count on every page"
    assert len(page) < 200_000
    assert f'href="{BASE}/edit#f-notice_on"' in page
    assert f'href="{BASE}/lots/1#f-consignors"' in page
    assert "Auction Law, article 45" in page

    for tick in ("no_reserve", "defects_declared", "defects_stated", "title_proven"):
        desk.post("/facts", **{tick: "1"})
    assert desk.count() == 5 + 2 * LOTS
    said = desk.post("/fill-lots", consignor="示例研究所", increment="none")
    assert f"Lots filled in: {LOTS}." in said
    assert desk.count() == 5 + LOTS, "the filing dates are left, and the days of the sale"
    assert {each["name"] for each in desk.sales.lots(desk.id)[0].consignors} == {"示例研究所"}


def test_10_5_bulk_mending_is_all_or_nothing(large: Large):
    desk = Desk(large)
    before = desk.sales.lots(desk.id)
    changes = {"1": {"start_minor": 7}, "2": {"estimate_low_minor": 9, "estimate_high_minor": 1}}
    with pytest.raises(Exception, match="ESTIMATE_REVERSED") as refused:
        desk.sales.edit_lots(desk.id, changes, By("o"))
    assert refused.value.params["in_lot"] == "2"
    assert desk.sales.lots(desk.id) == before
    page = desk.post("/fill-lots", start="ten", increment="none")
    assert desk.status == 422
    assert "Something is not right yet" in page


def test_10_3_a_dutch_floor_counts_as_the_reserve(large: Large):
    parts = large.parts
    sale = parts.sales.create("dutch", None, title_zh="降价", under_law=True)
    parts.sales.add_lots(sale, [(lot_row("1", **DUTCH), [])])
    codes = {each.code for each in parts.sales.contents(parts.sales.by_id(sale)).law().missing}
    assert Gap.CONSIGNOR_UNKNOWN in codes
    assert Gap.RESERVE_UNDECIDED not in codes


def test_10_16_days_that_have_passed_are_said_and_stop_publishing(large: Large):
    desk = Desk(large)
    today = datetime.now().astimezone()
    values = {"starts_at_ms": round((today - timedelta(days=3)).timestamp() * 1000)}
    desk.sales.edit(desk.id, by=By("o"), **values)
    page = desk.get(f"{BASE}/publish")
    assert "has passed. Choose another one." in page
    assert "and that day has passed. Choose a later day of the sale." in page
    assert ">Publish</button>" not in page
    desk.post("/publish")
    assert desk.status == 409
    assert desk.sales.find("draft").status is SaleStatus.DRAFT


def test_10_16_a_patent_that_is_over_does_not_also_end_soon(large: Large):
    parts = large.parts
    facts = {"kind": "发明", "legal_status": "in_force", "consents": True}
    written = {"over": "1999-01-01", "soon": "2008-06-01"}
    sale = parts.sales.create("terms", None, title_zh="期限", starts_at_ms=1_800_000_000_000)
    rows = [
        PatentRow(as_written="x", filing_date=datetime.fromisoformat(day).date(), **facts) for day in written.values()
    ]
    parts.sales.add_lots(sale, [(lot_row(name), [row]) for name, row in zip(written, rows, strict=True)])
    contents = parts.sales.contents(parts.sales.by_id(sale))
    soon = [dict(each.params)["lot"] for each in contents.remarks if each.code == Caution.TERM_ENDS_SOON]
    assert soon == ["soon"]
    assert "EXPIRED" in {each.code for each in contents.law().missing}


def test_10_15_a_wrong_check_digit_is_said_in_the_lot_form_whatever_else_is_not_known(large: Large):
    desk = Desk(large)
    page = desk.post("/new-lot", lot="500", title_zh="泵", increment="none", format="english",
                     patent_as_written="ZL202310123456.7")  # fmt: skip
    assert desk.status == 200
    assert "202310123456.7" in page, page
    assert "6" in re.search(r"202310123456\.7[^<]*", page)[0]
    form = desk.get(f"{BASE}/lots/500")
    assert "Worth a look" in form.split('id="found"')[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Asia/shanghai", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        (" Hong Kong ", "Asia/Hong_Kong"),
        ("berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        ("Mars/Olympus", None),
        ("", None),
        ("../../etc/passwd", None),
    ],
)
def test_10_20_a_zone_is_found_as_people_write_it(written: str, zone: str | None):
    assert find_zone(written) == zone


def test_10_20_lists_show_the_zone_of_a_time(large: Large):
    assert "GMT+08:00" in Desk(large).get("/organizer")
