"""The organizer's pages over HTTP: a sale from nothing to the archive, its lots, its bidders, and two at once."""

import html
import re
import uuid

import pytest
import requests

from auction.rules.lot import MAX_AMOUNT
from models.rows import LotRow, SaleRow
from tests.serving import Cast, Person, Server, parts_for, wait_for

HTML = "<script>alert('x')</script>"
PLAIN = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}


def a_sale(**values: str) -> dict[str, str]:
    """What the form of a sale holds."""
    slug = f"s-{uuid.uuid4().hex[:8]}"
    plain = {"title_zh": "秋季专场", "title_en": "Autumn", "place": "上海", "about": "", "slug": slug}
    terms = {"time_zone": "Asia/Shanghai", "starts_at": "2027-03-18T14:00", "currency": "CNY", "under_law": "no_law"}
    return plain | terms | {"house_org": "", "house_org_new": "", "reason": "CORRECTION"} | values


def a_lot(**values: str) -> dict[str, str]:
    """What the form of a lot holds."""
    amounts = {"start": "10万", "reserve": "150,000", "increment": "fixed", "step": "5000"}
    plain = {"lot": "1", "title_zh": "一种方法", "patent_as_written": "ZL201811564288.X", "reason": "CORRECTION"}
    return plain | amounts | values


def make(person: Person, *lots: dict[str, str], **values: str) -> str:
    """A draft with lots; its slug."""
    typed = a_sale(**values)
    token = person.csrf("/organizer")
    assert person.post("/organizer/new", token, **typed).status_code == 200
    for lot in lots:
        answer = person.post(f"/organizer/sales/{typed['slug']}/new-lot", token, **lot)
        assert answer.url.endswith("/lots"), wrongs(answer)
    return typed["slug"]


def wrongs(answer: requests.Response) -> str:
    return " | ".join(re.findall(r'class="(?:wrong|notice bad)"[^>]*>([^<]*)', answer.text))


def row_of(site: tuple[Server, Cast], slug: str) -> SaleRow:
    """A sale as it stands in the database."""
    parts = parts_for(site[0].instance)
    try:
        return parts.sales.find(slug)
    finally:
        parts.store.close()


def lots_of(site: tuple[Server, Cast], slug: str) -> list[LotRow]:
    parts = parts_for(site[0].instance)
    try:
        return parts.sales.lots(parts.sales.find(slug).id)
    finally:
        parts.store.close()


def hidden(page: str, name: str = "seen") -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found.group(1)


# --- a sale ---


def test_a_sale_goes_from_nothing_to_the_archive(organizer, site):
    slug = make(organizer, a_lot(), a_lot(lot="2", start=""), house_org_new="示例拍卖行")
    row = row_of(site, slug)
    assert row.starts_at_ms == 1_805_349_600_000, "14:00 in Shanghai"
    base = f"/organizer/sales/{slug}"

    page = organizer.get(base).text
    assert "Missing: 1" in page
    assert organizer.get(f"/sales/{slug}").status_code == 404, "a draft is no public page"
    asked = organizer.get(f"{base}/publish").text
    assert "nothing takes it out again" in asked
    assert "示例拍卖行" in asked
    token = organizer.csrf("/organizer")
    assert "The sale is published." in organizer.post(f"{base}/publish", token).text
    assert organizer.post(f"{base}/publish", token).status_code == 409
    assert organizer.get(f"/sales/{slug}").status_code == 200

    assert organizer.post(f"{base}/archive", token, slug="").status_code == 422, "it is not closed yet"
    assert "The sale is closed." in organizer.post(f"{base}/close", token).text
    assert organizer.post(f"{base}/close", token).status_code == 409
    assert organizer.post(f"{base}/archive", token, slug="Not Good").status_code == 422
    assert organizer.post(f"{base}/archive", token, slug="sale").status_code == 422
    assert organizer.post(f"{base}/archive", token, slug=f"{slug}-old").status_code == 200
    assert row_of(site, f"{slug}-old").status == "archived"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", ""),
        ("slug", "Upper"),
        ("slug", "-edge"),
        ("slug", "x" * 61),
        ("slug", HTML),
        ("slug", "sale"),
        ("title_zh", "t" * 201),
        ("place", "p" * 201),
        ("about", "a" * 5001),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", HTML),
        ("starts_at", "tomorrow"),
        ("starts_at", "0001-01-01T00:00"),
        ("starts_at", "2027-03-18T14:00+08:00"),
        ("currency", ""),
        ("currency", "XXX"),
        ("house_org_new", "h" * 201),
    ],
)
def test_a_bad_field_of_a_sale_is_said_by_the_field(organizer, field, value):
    answer = organizer.post("/organizer/new", **a_sale(**{field: value}))

    assert answer.status_code == 422
    assert wrongs(answer)
    assert HTML not in answer.text


def test_an_hour_that_the_clocks_skip_is_refused_and_one_shown_twice_is_the_first(organizer, site):
    berlin = {"time_zone": "Europe/Berlin"}
    skipped = organizer.post("/organizer/new", **a_sale(**berlin, starts_at="2027-03-28T02:30"))
    assert "skip this hour" in wrongs(skipped)
    slug = make(organizer, **berlin, starts_at="2027-10-31T02:30")
    assert row_of(site, slug).starts_at_ms == 1_824_942_600_000
    assert "2027-10-31T02:30" in organizer.get(f"/organizer/sales/{slug}/edit").text


def test_html_in_every_field_of_a_sale_and_of_a_lot_is_shown_as_text(organizer, site):
    texts = dict.fromkeys(("title_zh", "title_en", "place", "about", "house_org_new"), HTML)
    fields = ("title_zh", "title_en", "abstract_zh", "abstract_en", "field", "consignor", "defects", "transfer_type")
    lot = dict.fromkeys((*fields, "consignors", "patent_as_written", "patent_kind"), HTML)
    slug = make(organizer, a_lot(**lot), **texts)
    assert lots_of(site, slug)[0].title_zh == HTML
    base = f"/organizer/sales/{slug}"
    for path in ("", "/edit", "/lots", "/lots/1", "/bidders", "/import", "/publish"):
        assert HTML not in organizer.get(base + path).text, path
    assert organizer.post(f"{base}/publish").status_code == 200
    for path in ("/organizer", "/", f"/sales/{slug}", f"/sales/{slug}/lots/1", f"/sales/{slug}/live"):
        assert HTML not in organizer.get(path).text, path


def test_invisible_characters_go_and_damaged_text_is_refused(organizer, site):
    slug = make(organizer, title_en="Zero\u200bwidth \u202ebidi\x07")
    assert row_of(site, slug).title_en == "Zerowidth bidi"
    assert organizer.post("/organizer/new", **a_sale(title_en="broken \ufffd")).status_code == 422
    assert organizer.post("/organizer/new", **a_sale(title_en="nul \x00")).status_code == 400
    raw = b"title_zh=%ED%A0%80&slug=sur-rogate&time_zone=UTC&currency=CNY&csrf_token="
    raw += organizer.csrf("/organizer").encode()
    header = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = organizer.http.post(organizer.url + "/organizer/new", data=raw, headers=header, timeout=10)
    assert answer.status_code < 500


def test_what_stands_in_the_record_cannot_be_edited_and_texts_can(organizer, site):
    slug = make(organizer, a_lot())
    organizer.post(f"/organizer/sales/{slug}/publish")
    typed = a_sale(slug="other", currency="USD", house_org_new="Another house", title_en="Later")
    answer = organizer.post(f"/organizer/sales/{slug}/edit", **typed)
    assert answer.status_code == 200
    row = row_of(site, slug)
    assert (row.title_en, row.currency, row.house_org) == ("Later", "CNY", None)


def test_the_second_of_two_organizers_who_edit_a_sale_looks_again(come, site):
    first, second = come("organizer"), come("administrator")
    slug = make(first, a_lot())
    path = f"/organizer/sales/{slug}/edit"
    seen = hidden(first.get(path).text)
    assert seen == hidden(second.get(path).text)
    assert first.post(path, **a_sale(slug=slug, title_en="First", seen=seen)).status_code == 200
    answer = second.post(path, **a_sale(slug=slug, title_en="Second", seen=seen))
    assert answer.status_code == 422
    assert "Another person has changed this" in wrongs(answer)
    assert "Second" in answer.text, "what was typed is still there"
    assert row_of(site, slug).title_en == "First"


def test_an_empty_sale_cannot_be_published(organizer):
    slug = make(organizer)
    assert organizer.post(f"/organizer/sales/{slug}/publish").status_code == 409


def test_only_organizers_and_administrators_enter(come):
    for name in ("bidder1", "auctioneer"):
        person = come(name)
        for path in ("/organizer", "/organizer/new", "/organizer/sales/sale", "/organizer/sales/sale/bidders"):
            assert person.get(path).status_code == 403
        assert person.post("/organizer/sales/sale/close", person.csrf("/account")).status_code == 403
    assert come("administrator").get("/organizer/sales/sale").status_code == 200
    assert come("organizer").get("/organizer/sales/none").status_code == 404


def test_a_form_without_a_token_is_refused(organizer):
    answer = organizer.http.post(organizer.url + "/organizer/sales/sale/close", data={}, timeout=10)
    assert answer.status_code == 400


# --- lots ---


@pytest.mark.parametrize(
    ("typed", "increment"),
    [
        ({"increment": "none"}, None),
        ({"increment": "fixed", "step": "5,000.50"}, {"fixed_minor": 500_050}),
        ({"increment": "CN258_FULL", "on_step": "1"}, {"ladder": "CN258_FULL", "on_step": True}),
        ({"increment": "bands", "bands": "0 1000\n10万 5000\n\n"}, {"bands": [[0, 100_000], [10_000_000, 500_000]]}),
    ],
)
def test_increments_of_every_kind_are_kept_and_shown_again(organizer, site, typed, increment):
    slug = make(organizer, a_lot(**typed))
    assert lots_of(site, slug)[0].increment == increment
    page = organizer.get(f"/organizer/sales/{slug}/lots/1").text
    back = {"seen": hidden(page), "bands": "\n".join(re.findall(r"(?m)^[\d,]+ [\d,]+", page))}
    answer = organizer.post(f"/organizer/sales/{slug}/lots/1", **a_lot(**{**typed, **back}))
    assert answer.status_code == 200, wrongs(answer)
    assert lots_of(site, slug)[0].increment == increment


@pytest.mark.parametrize(
    "typed",
    [
        {"lot": ""},
        {"lot": HTML},
        {"lot": "1" * 17},
        {"title_zh": ""},
        {"title_zh": "t" * 301},
        {"abstract_zh": "a" * 5001},
        {"defects": "d" * 501},
        {"start": "0"},
        {"start": "-1"},
        {"start": "NaN"},
        {"start": "1_000"},
        {"start": "12.345"},
        {"start": str(MAX_AMOUNT)},
        {"start": "9" * 4000},
        {"start": HTML},
        {"reserve": "1"},
        {"estimate_low": "2", "estimate_high": "1"},
        {"increment": "percent"},
        {"increment": "fixed", "step": ""},
        {"increment": "fixed", "step": "0"},
        {"increment": "bands", "bands": ""},
        {"increment": "bands", "bands": "1 1000"},
        {"increment": "bands", "bands": "0 1000\n0 2000"},
        {"increment": "bands", "bands": "0 0"},
        {"increment": "bands", "bands": "0 1 2"},
        {"increment": "bands", "bands": "\n".join(f"{n} 1" for n in range(51))},
        {"patent_as_written": "p" * 41},
        {"patent_filing_date": "yesterday"},
    ],
)
def test_a_bad_field_of_a_lot_is_refused_with_a_sentence(organizer, site, typed):
    slug = make(organizer)
    answer = organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot(**typed))
    assert answer.status_code == 422
    assert wrongs(answer)
    assert HTML not in answer.text
    assert lots_of(site, slug) == []


def test_full_width_amounts_are_understood(organizer, site):
    slug = make(organizer, a_lot(start="１００，０００"))
    assert lots_of(site, slug)[0].start_minor == 10_000_000


def test_a_lot_number_twice_is_refused(organizer):
    slug = make(organizer, a_lot())
    answer = organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot())
    assert "Lot 1 is in the sale already." in wrongs(answer)


def test_patents_are_rows_and_one_that_cannot_be_read_is_kept_as_written(organizer, site):
    rows = {
        "patent_as_written": ["ZL201811564288.X", "", "not a number"],
        "patent_kind": ["发明", "", ""],
        "patent_filing_date": ["2018-12-20", "", ""],
        "patent_publication_date": ["", "", ""],
    }
    slug = make(organizer, {**a_lot(), **rows})
    page = organizer.get(f"/organizer/sales/{slug}/lots/1").text
    assert "2018-12-20" in page
    parts = parts_for(site[0].instance)
    patents = parts.sales.patents(parts.sales.find(slug).id, "1")
    parts.store.close()
    assert [(p.as_written, p.number is None) for p in patents] == [
        ("ZL201811564288.X", False),
        ("not a number", True),
    ]
    assert "number as written" in organizer.get(f"/organizer/sales/{slug}/lots").text


def test_lots_of_a_draft_move_and_go(organizer, site):
    slug = make(organizer, *(a_lot(lot=str(n)) for n in range(1, 5)))
    base = f"/organizer/sales/{slug}/lots"

    def order() -> str:
        return "".join(lot.lot for lot in lots_of(site, slug))

    organizer.post(f"{base}/4/move", place="1")
    assert order() == "4123"
    organizer.post(f"{base}/4/move", place="99")
    assert order() == "1234"
    organizer.post(f"{base}/2/remove")
    organizer.post(f"{base}/1/move", place="2")
    assert order() == "314"
    organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot(lot="9"))
    assert order() == "3149"
    for place in ("", "x", "-1", "１", "9" * 30):
        assert organizer.post(f"{base}/1/move", place=place).status_code == 422, place
    assert organizer.post(f"{base}/none/move", place="1").status_code == 404
    assert organizer.post(f"{base}/none/remove").status_code == 404
    assert organizer.get(f"{base}/none").status_code == 404

    organizer.post(f"/organizer/sales/{slug}/publish")
    for path, typed in ((f"{base}/1/remove", {}), (f"{base}/1/move", {"place": "1"})):
        assert organizer.post(path, **typed).status_code == 409
    assert organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot(lot="10", reason="")).status_code == 422
    assert order() == "3149", "without a reason nothing changes"


@pytest.mark.parametrize("published", [False, True])
def test_what_lots_lack_is_filled_in_at_once_and_what_they_have_stays(organizer, site, published):
    lacking = {"start": "", "reserve": "", "increment": "none"}
    slug = make(organizer, a_lot(lot="1"), a_lot(lot="2", **lacking), a_lot(lot="3", **lacking | {"start": "7"}))
    base = f"/organizer/sales/{slug}"
    if published:
        organizer.post(f"{base}/publish")
    answer = organizer.post(f"{base}/fill-lots", start="20万", increment="CN258_TIER")
    assert "Lots filled in: 2." in answer.text, wrongs(answer)
    assert [(lot.start_minor, lot.increment) for lot in lots_of(site, slug)] == [
        (10_000_000, {"fixed_minor": 500_000}),
        (20_000_000, {"ladder": "CN258_TIER"}),
        (700, {"ladder": "CN258_TIER"}),
    ]
    for typed in ({"start": "x", "increment": "none"}, {"increment": "fixed"}, {"increment": "bands"}):
        assert organizer.post(f"{base}/fill-lots", **typed).status_code == 422


def test_filling_in_stops_at_a_lot_that_it_would_contradict(organizer):
    slug = make(organizer, a_lot(lot="1", start="", reserve="5"))
    answer = organizer.post(f"/organizer/sales/{slug}/fill-lots", start="10", increment="none")
    assert answer.status_code == 422
    assert "Lot 1: The reserve is below the start price." in wrongs(answer)


def test_a_published_lot_is_edited_in_its_journal_until_it_opens(come, site):
    _, cast = site
    organizer, auctioneer, watcher = come("organizer"), come("auctioneer"), come("bidder1")
    watcher.connect(cast.slug, "bidder")
    path = "/organizer/sales/sale/lots/3"
    seen = hidden(organizer.get(path).text)
    answer = organizer.post(path, **a_lot(lot="3", start="20万", reserve="30万", seen=seen))
    assert answer.status_code == 200, wrongs(answer)
    listed = wait_for(lambda: next((e for e in watcher.events if e["kind"] == "lot_listed"), None))
    assert listed["start_minor"] == 20_000_000
    assert "30000000" not in str(watcher.frames), "a reserve is secret"
    again = organizer.post(path, **a_lot(lot="3", seen=seen))
    assert "Another person has changed this" in wrongs(again)

    page = organizer.get("/organizer/sales/sale/lots/2").text
    auctioneer.connect(cast.slug, "desk")
    auctioneer.call("take_gavel")
    assert "seq" in auctioneer.call("open_lot", lot="2")
    answer = organizer.post("/organizer/sales/sale/lots/2", **a_lot(lot="2", seen=hidden(page)))
    assert answer.status_code == 422
    assert "cannot be changed any more" in organizer.get("/organizer/sales/sale/lots/2").text
    assert organizer.post("/organizer/sales/sale/close").status_code == 409, "a lot is under way"
    auctioneer.call("pass", lot="2")


def test_who_belongs_to_the_consignor_cannot_bid_on_its_lot(come, site):
    organizer, administrator = come("organizer"), come("administrator")
    slug = make(organizer, a_lot(lot="1", consignors="ＣＯＮＳＩＧＮＯＲ inc"), a_lot(lot="2"))
    bidder = come("bidder2")
    bidder.http.headers.pop("Accept-Language")
    organizer.post(f"/organizer/sales/{slug}/publish")
    bidder.post(f"/sales/{slug}/apply", bidder.csrf("/account"))
    page = organizer.get(f"/organizer/sales/{slug}/bidders").text
    row = re.search(r"/bidders/([0-9a-f]{32})/admit", page).group(1)
    organizer.post(f"/organizer/sales/{slug}/bidders/{row}/admit", limit="")
    typed = {"org": "", "org_new": "Consignor  Inc"}
    assert organizer.post(f"/organizer/sales/{slug}/bidders/{row}/organization", **typed).status_code == 200

    administrator.connect(slug, "desk")
    administrator.call("take_gavel")
    administrator.call("open_lot", lot="1")
    answer = bidder.connect(slug, "bidder")
    assert "snapshot" in answer
    assert bidder.bid("1", 10_000_000)["code"] == "CONFLICT_OF_INTEREST"
    assert organizer.post(f"/organizer/sales/{slug}/bidders/{row}/organization", org="x" * 32).status_code == 400


# --- bidders ---


def registration_ids(organizer: Person, slug: str = "sale") -> list[str]:
    page = organizer.get(f"/organizer/sales/{slug}/bidders").text
    return list(dict.fromkeys(re.findall(r'id="r-([0-9a-f]{32})"', page)))


def test_limits_and_holds_reach_the_bidders_open_socket(come, site):
    _, cast = site
    organizer, bidder = come("organizer"), come("bidder1")
    bidder.connect(cast.slug, "bidder")
    row = registration_ids(organizer)[0]
    base = f"/organizer/sales/sale/bidders/{row}"

    def latest(**expected) -> bool:
        return bool(bidder.documents) and expected.items() <= bidder.documents[-1].items()

    organizer.post(f"{base}/admit", limit="5万")
    wait_for(lambda: latest(limit_minor=5_000_000, holds=[]))
    for reason in ("SUSPENDED", "DEPOSIT_MISSING"):
        organizer.post(f"{base}/hold", reason=reason)
    assert organizer.post(f"{base}/hold", reason="NONSENSE").status_code == 422
    wait_for(lambda: latest(limit_minor=5_000_000, holds=["SUSPENDED", "DEPOSIT_MISSING"]))
    organizer.post(f"{base}/release")
    wait_for(lambda: latest(holds=[]))
    organizer.post(f"{base}/admit", limit="")
    wait_for(lambda: latest(limit_minor=None))
    for limit in ("0", "-5", "abc", "9" * 50, HTML):
        answer = organizer.post(f"{base}/admit", limit=limit)
        assert answer.status_code == 422
        assert HTML not in answer.text
    assert organizer.post(f"{base}/turn-down", reason="too late").status_code == 422
    assert organizer.post("/organizer/sales/sale/bidders/nobody/admit").status_code == 404


def test_priority_rights_are_typed_shown_again_and_reach_the_rules(come, site):
    organizer, desk, holder = come("organizer"), come("auctioneer"), come("bidder2")
    slug = make(organizer, a_lot(lot="1"), a_lot(lot="12A"), priority_mode="B")
    holder.http.headers.pop("Accept-Language")
    assert organizer.post(f"/organizer/sales/{slug}/publish").status_code == 200
    holder.post(f"/sales/{slug}/apply", holder.csrf("/account"))
    base = f"/organizer/sales/{slug}/bidders/{registration_ids(organizer, slug)[0]}"
    organizer.post(f"{base}/admit", limit="")
    assert organizer.post(f"{base}/priority", priority="1: 2、 12A:1").status_code == 200
    page = html.unescape(organizer.get(f"/organizer/sales/{slug}/bidders").text)
    assert 'value="1: 2, 12A: 1"' in page
    assert "lot 1, rank 2" in page
    for wrong in ("1", "1:0", "1:100", "1:1, 1:2", "7:1", ":1", HTML):
        assert organizer.post(f"{base}/priority", priority=wrong).status_code == 422, wrong

    assert organizer.post(f"/organizer/sales/{slug}/people", email="a@test.invalid").status_code == 200
    desk.connect(slug, "desk")
    desk.call("take_gavel")
    desk.call("open_lot", lot="1")
    assert "seq" in holder.connect(slug, "bidder")
    assert "seq" in desk.call("floor_bid", lot="1", paddle=None, amount_minor=10_000_000)
    wait_for(lambda: holder.documents and holder.documents[-1]["may_match"] == ["1"])
    wait_for(lambda: desk.documents and desk.documents[-1]["asked"] == {"1": ["101"]})
    assert desk.call("hammer", lot="1")["code"] == "NOT_ALLOWED_NOW"
    assert holder.ask("exercise_priority", lot="1", key="e")["code"] == "NOT_ALLOWED_NOW"
    assert "seq" in holder.ask("decline_priority", lot="1", key="d")
    wait_for(lambda: holder.documents[-1]["may_match"] == [] and desk.documents[-1]["asked"] == {})
    assert desk.call("pass", lot="1").get("code") is None


def test_the_mode_of_priority_rights_is_chosen_for_a_draft_and_stands_in_the_record(organizer, site):
    slug = make(organizer, a_lot(), priority_mode="C", priority_days="5")
    assert [getattr(row_of(site, slug), name) for name in ("priority_mode", "priority_days")] == ["C", 5]
    for days in ("", "0", "251", "five", "-1"):
        answer = organizer.post("/organizer/new", **a_sale(slug="c", priority_mode="C", priority_days=days))
        assert answer.status_code == 422, days
    plain = make(organizer, a_lot(), priority_mode="B", priority_days="5")
    assert row_of(site, plain).priority_days is None, "the days are of mode C alone"

    organizer.post(f"/organizer/sales/{slug}/publish")
    seen = hidden(organizer.get(f"/organizer/sales/{slug}/edit").text)
    organizer.post(f"/organizer/sales/{slug}/edit", **a_sale(slug=slug, priority_mode="A", seen=seen))
    assert row_of(site, slug).priority_mode == "C"
    record = organizer.get(f"/sales/{slug}/record.jsonl").text.splitlines()[0]
    assert '"priority_days":5,"priority_mode":"C"' in record


def test_floor_paddles_need_a_name_and_no_account(organizer):
    answer = organizer.post("/organizer/sales/sale/bidders/floor", name=HTML)
    assert "is issued" in answer.text
    assert HTML not in answer.text
    assert organizer.post("/organizer/sales/sale/bidders/floor", name=" ").status_code == 422
    assert organizer.post("/organizer/sales/sale/bidders/floor", name="n" * 101).status_code == 422


def test_a_registration_of_another_sale_is_not_found(organizer):
    slug = make(organizer, a_lot())
    row = registration_ids(organizer)[0]
    assert organizer.post(f"/organizer/sales/{slug}/bidders/{row}/admit", limit="").status_code == 404


def test_after_the_end_no_paddle_changes(organizer, site):
    slug = make(organizer, a_lot())
    base = f"/organizer/sales/{slug}"
    organizer.post(f"{base}/publish")
    organizer.post(f"{base}/bidders/floor", name="Hall")
    row = registration_ids(organizer, slug)[0]
    organizer.post(f"{base}/close")
    assert organizer.post(f"{base}/bidders/{row}/admit", limit="5").status_code == 422
    assert organizer.post(f"{base}/bidders/floor", name="Late").status_code == 422
    assert registration_ids(organizer, slug) == [row]
