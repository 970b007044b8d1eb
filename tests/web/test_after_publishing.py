"""A sale after publishing: lots are added, moved, corrected and withdrawn, a sale is cancelled, copied, sold again."""

import json
import re
import uuid
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import insert

from auction.audit.verify import public_record, verify_sale
from auction.engine.orders import Order
from auction.rules import commands as cmd
from auction.sales.publication import By
from models.papers import paper_facts
from models.rows import PatentRow, SaleStatus
from tests.large import Large, large_sale
from tests.serving import lot_row

LOTS = 4
PRICED = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    with large_sale(tmp_path_factory.mktemp("after")) as made:
        yield made


class Sold:
    """A published sale of a few lots, and the organizer's browser."""

    def __init__(self, large: Large, slug: str) -> None:
        self.large, self.slug, self.parts = large, slug, large.parts
        self.organizer = large.parts.accounts.by_email("o@test.invalid").id
        self.id = self.parts.sales.create(slug, self.organizer, title_zh="专场", starts_at_ms=1_900_000_000_000)
        lots = [(lot_row(str(n), **PRICED), [PatentRow(as_written=f"CN{n}")]) for n in range(1, LOTS + 1)]
        self.parts.sales.add_lots(self.id, lots)
        assert self.parts.sales.publish(self.id, self.organizer).ok

    def get(self, path: str) -> str:
        answer = self.large.client.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def post(self, path: str, **fields: object) -> str:
        page = self.get("/organizer/new")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        answer = self.large.client.post(
            f"/organizer/sales/{self.slug}{path}",
            data={**fields, "csrf_token": token},
            headers={"Accept-Language": "en"},
            follow_redirects=True,
        )
        self.status = answer.status_code
        return unescape(answer.text)

    def order(self) -> str:
        return "".join(row.lot for row in self.parts.sales.lots(self.id))

    def told(self) -> list[dict]:
        lines = b"".join(public_record(self.parts.store, self.id)).splitlines()
        return [json.loads(line)["event"] for line in lines[:-1]]

    def do(self, command: type[cmd.Command], lot: str) -> None:
        order = Order(self.id, "desk", command(self.parts.clock.now_ms(), lot), uuid.uuid4().hex)
        answer = self.parts.engine.ask(order)
        assert answer.ok, answer

    def check(self) -> None:
        """The rows are what the record says."""
        found = verify_sale(self.parts, self.slug)
        assert found.ok, found.text


def test_10_6_lots_are_added_moved_corrected_and_withdrawn_for_a_reason(large: Large):
    sold = Sold(large, "later")
    lot = {"lot": "9", "title_zh": "后加", "start": "12万", "increment": "fixed", "step": "5000", "format": "english"}
    assert "say why it is changed" in sold.post("/new-lot", **lot)
    assert sold.order() == "1234"
    sold.post("/new-lot", **lot, reason="COMPLETION", patent_as_written="CN110000009A")
    assert sold.status == 200
    assert sold.order() == "12349"
    assert sold.parts.engine.book(sold.id).sale.lots["9"].terms.start_minor == 12_000_000
    assert "后加" in sold.get("/sales/later/lots/9")
    sold.check()

    sold.do(cmd.OpenLot, "1")
    assert "say why it is changed" in sold.post("/chosen-lots/place", lots="9", place="1")
    sold.post("/chosen-lots/place", lots="9 3", place="1", reason="CORRECTION")
    assert sold.order() == "13924", "lot 1 has opened and keeps its place; the others keep their order"
    sold.check()

    assert "Please choose" in sold.post("/chosen-lots", lot="2")
    sold.post("/chosen-lots/withdraw", lots="2 3")
    assert sold.status == 422, "a reason is needed"
    sold.post("/chosen-lots/withdraw", lots="1 2", withdrawn_for="OTHER")
    assert sold.status == 422, "one of them has opened: none is withdrawn"
    sold.post("/chosen-lots/withdraw", lots="2 3", withdrawn_for="TITLE_EVIDENCE")
    states = sold.parts.engine.book(sold.id).sale.lots
    assert [lot.id for lot in states.values() if lot.status == "withdrawn"] == ["2", "3"]
    told = [each for each in sold.told() if each["kind"] == "lot_withdrawn"]
    assert [(each["lot"], each["reason"]) for each in told] == [("2", "TITLE_EVIDENCE"), ("3", "TITLE_EVIDENCE")]
    sold.check()


def test_10_12_a_start_price_that_was_changed_is_marked_with_what_it_was(large: Large):
    sold = Sold(large, "marked")
    mark = 'data-part="changed">'
    assert mark not in sold.get("/sales/marked"), "the marks are there, and hidden"
    sold.post("/chosen-lots/start", lots="2", start="20万", reason="CORRECTION")
    card = sold.get("/sales/marked").split('data-lot="2"')[1].split("</li>")[0]
    assert mark in card
    assert "¥200,000" in card
    page = sold.get("/sales/marked/lots/2")
    assert "changed; it was ¥100,000" in page
    assert 'data-live="changed">' in page
    assert "a mistake was corrected" in page
    assert "changed; it was" not in sold.get("/sales/marked/lots/1")
    assert "changed" in sold.get("/organizer/sales/marked/lots").split('id="lot-2"')[1].split("</tr>")[0]
    sold.post("/chosen-lots/start", lots="2", start="10万", reason="CORRECTION")
    assert "changed; it was" not in sold.get("/sales/marked/lots/2"), "it is again what it was"
    kinds = [each["kind"] for each in sold.told()]
    assert kinds.count("lot_listed") == LOTS + 2, "screens hear of each change at once"


def test_10_13_unopened_lots_of_a_closed_sale_were_not_offered_and_10_14_passed_ones_have_no_price(large: Large):
    sold = Sold(large, "closing")
    sold.do(cmd.OpenLot, "1")
    floor = sold.parts.registration.floor_paddle(sold.id, "Seat 1", sold.organizer)
    bid = cmd.PlaceFloorBid(sold.parts.clock.now_ms(), "1", floor, 10_000_000)
    assert sold.parts.engine.ask(Order(sold.id, "desk", bid, uuid.uuid4().hex)).ok
    sold.do(cmd.PassLot, "1")
    card = sold.get("/sales/closing").split('data-lot="1"')[1].split("</li>")[0]
    assert ">Start<" in card
    assert ">Price<" not in card
    assert "Price</dt>" not in re.sub(r"<dt[^>]* hidden>[^<]*", "", sold.get("/sales/closing/lots/1"))
    assert "Close it instead" in sold.post("/cancel", cancel_reason="OTHER")
    assert "to come" in sold.get("/sales/closing")
    sold.post("/close")
    page = sold.get("/sales/closing")
    assert page.count(">not offered</span>") == LOTS - 1
    assert "to come" not in page
    assert "This sale was cancelled." not in page
    assert "not offered" in sold.get("/sales/closing/lots/2")


def test_10_6_a_sale_is_cancelled_for_a_reason_that_everybody_reads(large: Large):
    sold = Sold(large, "cancelled")
    assert "say why it is changed" in sold.post("/cancel")
    assert "The sale is cancelled." in sold.post("/cancel", cancel_reason="AUTHORITY")
    page = sold.get("/sales/cancelled")
    assert "This sale was cancelled." in page
    assert "an authority asks for it" in page
    assert page.count("not offered") == LOTS
    assert [each["kind"] for each in sold.told()][-2:] == ["terms_stated", "sale_closed"]
    assert sold.post("/cancel", cancel_reason="OTHER")
    assert sold.status == 422
    sold.check()


def test_10_6_a_sale_is_copied_sold_again_and_a_draft_deleted(large: Large):
    sold = Sold(large, "first")
    for lot in ("1", "2"):
        sold.do(cmd.OpenLot, lot)
        sold.do(cmd.PassLot, lot)
    assert "closed sale" in sold.post("/relist", new_slug="second", cut="20")
    sold.parts.sales.withdraw_lots(sold.id, ["3"], By(sold.organizer, "OTHER"))
    sold.post("/close")
    assert "at most 20 percent lower" in sold.post("/relist", new_slug="second", cut="21")
    assert "small letters" in sold.post("/relist", new_slug="Not Good", cut="1")
    assert sold.post("/relist", new_slug="second", cut="20")
    second = sold.parts.sales.find("second")
    assert (second.status, second.starts_at_ms, second.title_zh) == (SaleStatus.DRAFT, None, "专场")
    lots = sold.parts.sales.lots(second.id)
    assert [(row.lot, row.start_minor) for row in lots] == [("1", 8_000_000), ("2", 8_000_000), ("4", 8_000_000)]
    assert [each.as_written for each in sold.parts.sales.patents(second.id)] == ["CN1", "CN2", "CN4"]
    assert not {row.salt for row in lots} & {row.salt for row in sold.parts.sales.lots(sold.id)}
    assert "Another sale has this address" in sold.post("/clone", new_slug="second")
    sold.post("/clone", new_slug="third")
    assert len(sold.parts.sales.lots(sold.parts.sales.find("third").id)) == LOTS
    assert sold.post("/delete")
    assert sold.status == 409, "a closed sale stays"
    sold.slug = "third"
    facts = {"sale": sold.parts.sales.find("third").id, "subject": "", "name": "recorder", "value": "R"}
    with sold.parts.store.write() as connection:
        connection.execute(insert(paper_facts), facts)
    assert "The draft is deleted." in sold.post("/delete"), "with the facts of its papers"
    assert sold.parts.sales.find("third") is None
