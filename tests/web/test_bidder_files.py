"""A bidder's file: what he says of himself, what is asked of him, his papers, and who of the house reads what."""

import io
import re
from collections.abc import Iterator

import pytest

from auction.base.rejected import Rejected
from auction.people.parties import parties_of
from auction.people.roles import Role, SaleRole
from auction.sales.bidder_files import joint_text, read_joint

from ..serving import lot_row
from ..visiting import VisitedSite, a_site

GOOD_CODE = "914403001922038216"
"""Of rulebook 2.6."""
FILE = {
    "kind": "organization",
    "real_name": "甲科技公司",
    "uscc": GOOD_CODE,
    "phone": "+86 21 5555 0100",
    "refund_holder": "甲科技公司",
    "refund_bank": "示例银行",
    "refund_account": "6222 0000 1111 2222",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
PDF += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def site(tmp_path) -> Iterator[VisitedSite]:
    with a_site(tmp_path) as made:
        yield made


def test_10_7_a_file_is_checked_kept_as_typed_and_asked_for_more(site: VisitedSite):
    parts, bidder, organizer = site.parts, site.newcomer("buyer"), site.visit("organizer")
    bidder.get("/sales/sale/application")
    assert bidder.status == 404
    bidder.post("/sales/sale/apply")
    row = parts.registration.of_user(site.cast.sale, site.cast.users["buyer"])
    wrong = bidder.post("/sales/sale/application", **FILE | {"uscc": "914403001922038217", "phone": "abc"})
    assert (bidder.status, "This is not a telephone number" in wrong) == (422, True)
    assert 'value="甲科技公司"' in wrong, "what was typed is kept"
    wrong = bidder.post("/sales/sale/application", **FILE | {"uscc": "914403001922038217"})
    assert "the last one checks the others" in wrong
    assert "An organization has" in bidder.post("/sales/sale/application", **FILE | {"uscc": ""})
    bidder.post("/sales/sale/application", **FILE, joint="甲科技公司 60%\n乙大学：40 ％", rules="1")
    page = bidder.get("/sales/sale/application")
    assert "Still missing: licence or identity paper." in page
    found = parts.bidder_files.find(row.id)
    assert (found.row.joint, found.row.uscc) == ([["甲科技公司", 6000], ["乙大学", 4000]], GOOD_CODE)
    table = organizer.get("/organizer/sales/sale/bidders")
    assert "missing: 1" in table
    base = f"/organizer/sales/sale/bidders/{row.id}"
    assert "Write what the bidder is to send" in organizer.post(f"{base}/ask", question=" ")
    organizer.post(f"{base}/ask", question="请补交营业执照")
    assert "asked for more" in organizer.page
    assert "请补交营业执照" in bidder.get("/sales/sale/application")
    bidder.post("/sales/sale/application/answer", answer="随后上传")
    assert "随后上传" in organizer.get(base)
    organizer.post(f"{base}/admit", limit="")
    assert "what you said of yourself stays" in bidder.post("/sales/sale/application", **FILE | {"phone": "12345678"})
    organizer.post(f"{base}/ask", question="电话变了吗")
    bidder.post("/sales/sale/application", **FILE | {"phone": "12345678"})
    assert parts.bidder_files.find(row.id).row.phone == "12345678"


def test_10_7_papers_are_opened_by_organizers_alone_and_each_opening_is_kept(site: VisitedSite):
    parts, bidder, organizer = site.parts, site.visit("bidder1"), site.visit("organizer")
    row = parts.registration.of_user(site.cast.sale, site.cast.users["bidder1"])

    def upload(raw: bytes) -> str:
        return bidder.post(
            "/sales/sale/application/papers", what="licence", paper=(io.BytesIO(raw), "../licence<b>.pdf")
        )

    assert "Say first who you are" in upload(PDF)
    bidder.post("/sales/sale/application", **FILE)
    assert "licence" in upload(PDF)
    assert "PDF, PNG" in upload(b"MZ executable")
    assert bidder.status == 422
    base = f"/organizer/sales/sale/bidders/{row.id}"
    page = organizer.get(base)
    link = re.search(rf"{base}/papers/[0-9a-f]{{64}}", page)[0]
    answer = organizer.client.get(link)
    assert (answer.data, answer.headers["Content-Type"]) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "opened last by Organizer" in organizer.get(base)
    cashier = site.visit("cashier")
    seen = cashier.get(base)
    assert "6222 0000 1111 2222" in seen
    assert not re.search(rf"5555 0100|{GOOD_CODE}|licence", seen), "the cashier sees the name and the account alone"
    cashier.get(link)
    assert cashier.status == 403
    clerk = parts.accounts.create("clerk@test.invalid", "Clerk", Role.ORGANIZER)
    parts.staff.assign(site.cast.sale, clerk, site.cast.users["organizer"], SaleRole.CLERK)
    site.cast.users["clerk"] = clerk
    for who in ("clerk", "auctioneer", "bidder2", None):
        reader = site.visit(who)
        assert "6222" not in reader.get(base)
    assert "5555 0100" not in site.visit("clerk").get("/organizer/sales/sale/bidders")


def test_10_7_a_joint_bidder_who_consigns_is_known_before_and_after_the_admission(tmp_path):
    plain = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
    with a_site(tmp_path, [plain, plain]) as site:
        parts, bidder, organizer = site.parts, site.newcomer("buyer"), site.visit("organizer")
        sale = parts.sales.create("second", site.cast.users["organizer"], title_en="Second")
        told = parts.sales.organizations.consignors([parties_of("乙大学")])[0]
        parts.sales.add_lots(sale, [(lot_row("1", **plain, consignors=told), []), (lot_row("2", **plain), [])])
        assert parts.sales.publish(sale, site.cast.users["organizer"]).ok
        bidder.post("/sales/second/apply")
        bidder.post("/sales/second/application", **FILE, joint="甲科技公司 60 %\n乙 大学 40 %")
        assert "conflict of interest: 1." in bidder.get("/sales/second/application")
        assert "may not bid on lots 1" in organizer.get("/organizer/sales/second/bidders")
        row = parts.registration.of_user(sale, site.cast.users["buyer"])
        organizer.post(f"/organizer/sales/second/bidders/{row.id}/admit", limit="")
        state = parts.engine.book(sale).sale
        known = state.bidders[state.paddles[site.cast.users["buyer"]]]
        assert [lot.id for lot in state.lots.values() if known.is_party(lot, None)] == ["1"], "the rules know it too"
        site.visit("bidder1").post("/sales/second/apply")
        assert "earlier sales: 1, won 0, paid 0" in organizer.get("/organizer/sales/second/bidders")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("甲 60%", "JOINT_COUNT"),
        ("甲 60%\n乙 30%", "JOINT_SHARES"),
        ("甲 100%\n乙 0%", "JOINT_SHARES"),
        ("甲 60%\n乙", "BAD_JOINT"),
    ],
)
def test_10_7_shares_of_joint_bidders_are_a_hundred_percent(text: str, code: str):
    with pytest.raises(Rejected, match=code):
        read_joint(text)
    assert read_joint(joint_text([["甲", 3333], ["乙, 丙", 6667]])) == [("甲", 3333), ("乙, 丙", 6667)]
