"""Pictures and documents of lots on the pages: added, shown, handed out harmlessly; the data room and its log."""

import io
import re
from html import unescape
from http.client import HTTPConnection

import pytest
from pypdf import PdfReader

from auction.engine.orders import Order
from auction.files.store import LARGEST_BYTES
from auction.rules import commands as cmd
from auction.sales.documents import DocumentPlace, Upload
from auction.sales.publication import By
from auction.web.uploads import LARGEST_FORM
from tests.files import samples
from tests.house import cookie_of
from tests.serving import lot_row, parts_for, wait_for

DRAFT = "/organizer/sales/draft/lots/1/documents"
PAGE = "/organizer/sales/sale/lots/{}/documents"


@pytest.fixture(scope="module", autouse=True)
def draft(site):
    """A draft beside the published sale, with the same organizer."""
    server, cast = site
    parts = parts_for(server.instance)
    sale = parts.sales.create("draft", cast.users["organizer"], title_zh="草稿", title_en="Draft")
    parts.sales.add_lots(sale, [(lot_row(number), []) for number in "12"])
    parts.store.close()
    return sale


@pytest.fixture
def parts(site):
    made = parts_for(site[0].instance)
    made.engine.start()
    yield made
    made.engine.stop()
    made.store.close()


def send(person, path, *files, **values):
    """Send a form with files, each (name, bytes); the page that comes back."""
    given = [("files", (name, io.BytesIO(raw))) for name, raw in files]
    data = {"csrf_token": person.csrf(), **values}
    return person.http.post(person.url + path, data=data, files=given or [("files", ("", b""))], timeout=60)


def ids(page):
    """The documents of an organizer's page, in their order."""
    return re.findall(r'id="d-(\w+)"', page.text)


def kept(server):
    return sorted(path.name for path in (server.instance / "files").rglob("*") if path.is_file())


def test_10_2_a_draft_gets_files_in_an_order_and_loses_them_for_good(site, organizer, come):
    before = kept(site[0])
    page = send(organizer, DRAFT, ("b.pdf", samples.pdf(2)), ("图.JPEG", samples.photo()), ("c.png", samples.picture()))
    assert page.status_code == 200
    first, second, third = ids(page)
    assert "2 pages" in page.text
    page = send(organizer, f"{DRAFT}/{third}/move", to="earlier")
    assert ids(page) == [first, third, second]
    assert "files: 3" in organizer.get("/organizer/sales/draft/lots").text

    picture = organizer.get(f"/organizer/sales/draft/pictures/{second}-small")
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    for path in (f"/sales/draft/documents/{first}", f"/sales/draft/pictures/{second}-small"):
        assert come("bidder1").get(path).status_code == 404, "a draft is for its house only"

    page = send(organizer, f"{DRAFT}/{first}/replace", ("b2.pdf", samples.pdf(3)))
    again = ids(page)[0]
    assert (again == first, "version 2" in page.text, "Removed and replaced: 1" in page.text) == (False, True, True)
    for each in (again, second, third):
        assert send(organizer, f"{DRAFT}/{each}/remove").status_code == 200
    assert kept(site[0]) == before


REFUSED = (
    (("page.pdf", b"<script>alert(1)</script>"), "page.pdf: by its content this is none of PDF, PNG, JPG."),
    (("large.pdf", b"%PDF-1.7" + bytes(LARGEST_BYTES)), "large.pdf: the file has more than 20 MB"),
    (("../../a\u202efdp.png", samples.bomb()), "afdp.png: the picture has more than 50 million pixels"),
)


def test_10_2_one_bad_file_is_named_and_no_good_one_is_kept(site, organizer):
    before = kept(site[0])
    for (name, raw), words in REFUSED:
        page = send(organizer, DRAFT, ("good.png", samples.picture()), (name, raw), place="room")
        assert (page.status_code, words in unescape(page.text)) == (422, True), name
        assert ids(page) == []
        assert 'value="room" checked' in page.text, "what was chosen stays"
    assert "Choose a file." in send(organizer, DRAFT).text
    assert kept(site[0]) == before


def test_10_2_a_form_beyond_the_limit_and_files_of_a_stranger_are_not_read(site, organizer, come):
    for person, size, code in ((organizer, LARGEST_FORM + 1, 413), (come("bidder1"), LARGEST_FORM, 403)):
        connection = HTTPConnection("127.0.0.1", site[0].port, timeout=20)
        connection.putrequest("POST", DRAFT)
        for name, value in {
            "Content-Length": str(size),
            "Content-Type": "multipart/form-data; boundary=x",
            "Cookie": cookie_of(person),
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == code, "before a byte of it was sent"
        connection.close()


def test_10_2_published_pictures_and_documents_are_shown_and_handed_out_harmlessly(site, organizer, come, parts):
    page = PAGE.format(1)
    refused = send(organizer, page, ("a.png", samples.told_picture()))
    assert (refused.status_code, "alert" in refused.text) == (422, True)
    files = ("泵站图.png", samples.told_picture()), ("说明书.pdf", samples.pdf(1, "public"))
    picture, document = ids(send(organizer, page, *files, reason="COMPLETION"))

    visitor = come("visitor")
    lot = visitor.get("/sales/sale/lots/1")
    assert f"/sales/sale/pictures/{picture}-large" in lot.text
    assert re.search(rf'<meta property="og:image" content="http[^"]+/sales/sale/pictures/{picture}-large">', lot.text)
    assert "something was missing" in lot.text
    assert f"/sales/sale/pictures/{picture}-small" in visitor.get("/sales/sale").text
    shown = visitor.get(f"/sales/sale/pictures/{picture}-large")
    handed = visitor.get(f"/sales/sale/documents/{document}")
    drawn = visitor.get(f"/sales/sale/documents/{picture}")
    for answer, kind, how in ((shown, "image/png", "inline"), (handed, "application/pdf", "attachment")):
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert answer.headers["Content-Disposition"].startswith(how)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
    assert handed.content == files[1][1]
    assert "%E8%AF%B4%E6%98%8E%E4%B9%A6.pdf" in handed.headers["Content-Disposition"]
    assert drawn.headers["Content-Disposition"].startswith("attachment")
    assert b"SECRET" not in shown.content
    unchanged = visitor.get(f"/sales/sale/documents/{document}", headers={"If-None-Match": handed.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    newer = ids(send(organizer, f"{page}/{document}/replace", ("v2.pdf", samples.pdf(2)), reason="CORRECTION"))[1]
    assert visitor.get(f"/sales/sale/documents/{document}").status_code == 404
    assert organizer.get(f"/organizer/sales/sale/documents/{document}").content == handed.content
    assert "v2.pdf" in organizer.get("/sales/sale/lots/1").text
    assert send(organizer, f"{page}/{newer}/remove").status_code == 422
    assert send(organizer, f"{page}/{newer}/remove", reason="AUTHORITY").status_code == 200
    assert visitor.get(f"/sales/sale/documents/{newer}").status_code == 404
    for path in (f"pictures/{newer}-large", f"pictures/{picture}-x", "documents/none"):
        assert visitor.get(f"/sales/sale/{path}").status_code == 404


def test_10_2_a_lot_that_has_opened_gets_nothing_new_and_may_lose_what_must_go(site, organizer, parts):
    page = PAGE.format(3)
    (picture,) = ids(send(organizer, page, ("a.png", samples.picture()), reason="COMPLETION"))
    now = parts.clock.now_ms
    for command in (cmd.TakeGavel(now()), cmd.OpenLot(now(), "3")):
        assert parts.engine.ask(Order(site[1].sale, "desk", command)).ok
    wait_for(lambda: organizer.get("/sales/sale/lots/3/detail.json").json()["status"] == "open")
    late = send(organizer, page, ("b.png", samples.picture()), reason="COMPLETION")
    assert (late.status_code, "This cannot be done now." in late.text) == (422, True)
    assert ids(send(organizer, f"{page}/{picture}/remove", reason="AUTHORITY")) == []


def test_10_2_a_copy_of_a_sale_has_the_documents_too(draft, site, parts):
    by, stream = By(site[1].users["organizer"]), io.BytesIO(samples.pdf())
    (made,) = parts.documents.add(draft, "2", [Upload("a.pdf", stream)], DocumentPlace.PUBLIC, by)
    copy = parts.copies.clone(parts.sales.by_id(draft), "copy")
    (copied,) = parts.documents.of_lot(copy, "2")
    assert (copied.sha256, copied.name, copied.id == made.id) == (made.sha256, "a.pdf", False)
    parts.documents.remove(draft, made.id, by)
    assert b"".join(parts.files.pieces(copied.sha256)) == stream.getvalue()
    parts.copies.delete_draft(copy)


def test_10_3_the_data_room_opens_to_admitted_bidders_who_accepted_and_writes_each_opening_down(
    site, organizer, come, parts
):
    cast, page, room = site[1], PAGE.format(2), "/sales/sale/lots/2/data-room"
    files = ("合同.pdf", samples.pdf(2, "secret")), ("车间.png", samples.picture())
    told = send(organizer, page, *files, place="room", reason="COMPLETION")
    contract, photo = ids(told)
    assert "The data room has no terms yet" in told.text
    file = f"/sales/sale/data-room/{contract}"
    admitted, stranger, second = come("bidder1"), come("newcomer"), come("bidder2")

    lot = admitted.get("/sales/sale/lots/2").text
    assert ("2 documents for admitted bidders" in lot, "合同" in lot) == (True, False)
    assert "has not written the terms" in admitted.get(room).text
    assert admitted.get(file).status_code == 409

    for text in ("不得外传。", "不得外传，也不得复制。"):
        organizer.post("/organizer/sales/sale/data-room", text_zh=text, text_en="Keep it to yourself.")
        version = re.search(r'name="version" value="(\d+)"', admitted.get(room).text)[1]
        assert admitted.get(file).status_code == 409
        assert "合同" not in admitted.get(room).text
        assert admitted.post(room, version=str(int(version) + 1)).status_code == 409
        assert "合同.pdf" in admitted.post(room, version=version).text
    assert "for admitted bidders" in stranger.get(room).text
    assert stranger.get(file).status_code == 409
    assert second.get(file).status_code == 409, "admitted, but the terms are not accepted"

    for document, pages in ((contract, 2), (photo, 1)):
        opened = admitted.get(f"/sales/sale/data-room/{document}")
        assert opened.headers["Content-Type"] == "application/pdf"
        assert "no-store" in opened.headers["Cache-Control"]
        read = [each.extract_text() for each in PdfReader(io.BytesIO(opened.content)).pages]
        assert len(read) == pages
        for text in read:
            assert "101 号牌" in text.replace("\n", " ")
            assert "Asia/Shanghai" in text
        assert (document == contract) == ("secret" in read[0]), "what stood there can still be read"
    for path in (f"/sales/sale/documents/{contract}", f"/sales/sale/pictures/{photo}-small"):
        assert admitted.get(path).status_code == 404, "the data room has no other door"
    assert organizer.get(f"/organizer/sales/sale/pictures/{photo}-small").status_code == 404
    assert organizer.get(f"/organizer/sales/sale/documents/{contract}").headers["Content-Type"] == "application/pdf"

    log = [(each.who, each.paddle, each.terms, each.name, each.version) for each in parts.data_room.openings(cast.sale)]
    assert log[0] == ("Organizer", None, None, "合同.pdf", 1)
    assert set(log[1:]) == {("Bidder 1", "101", 2, "合同.pdf", 1), ("Bidder 1", "101", 2, "车间.png", 1)}
    seen = organizer.get(page).text
    assert (seen.count("Bidder 1"), seen.count("the house itself</td>")) == (2, 1)
    assert "Accepted: 2" in organizer.get("/organizer/sales/sale/data-room").text

    mine = parts.registration.of_user(cast.sale, cast.users["bidder1"])
    assert parts.holding.hold(mine.id, cast.users["organizer"], "SUSPENDED").ok
    wait_for(lambda: admitted.get(file).status_code == 409)
    assert "Your paddle is held" in admitted.get(room).text
