"""The law's gates live: what keeps a sale from being published and a lot from opening, and what only would have."""

import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from auction.patents.facts import transfer_of
from auction.patents.findings import Blocker, Caution, Finding, Gap
from auction.patents.law import LegalStatus, TransferType
from auction.patents.numbers import NumberWarning
from auction.words.i18n import LOCALES
from auction.words.of_law import OF_LAW, STATUS_WORDS
from auction.words.sentences import article_words, sentence
from tests.serving import Person, parts_for
from tests.web.test_organizer import a_lot, make

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
PATENT = {"patent_filing_date": "2018-12-20", "patent_legal_status": "in_force", "patent_consents": "1"}
TICKS = {"defects_declared": "1", "defects_stated": "1", "title_proven": "1"}
LAWFUL_LOT = PATENT | TICKS | {"consignor": "示例研究所"}
SESSION = {"auctioneer_licence": "沪拍0123", "rules_announced": f"{TODAY}T00:01"}


def in_days(days: int) -> str:
    return str(TODAY + timedelta(days=days))


def a_lawful_sale(begins_in_days: int) -> dict[str, str]:
    """The fields of a sale under the law that has kept every term."""
    days = {"notice_on": in_days(begins_in_days - 7), "preview_from": in_days(begins_in_days - 3)}
    days |= {"preview_to": in_days(begins_in_days - 1), "starts_at": f"{in_days(begins_in_days)}T14:00"}
    return {"under_law": "law", **days, **SESSION}


def assign(organizer: Person, slug: str) -> None:
    """Let the auctioneer of the cast lead a sale."""
    answer = organizer.post(f"/organizer/sales/{slug}/people", email="a@test.invalid")
    assert answer.status_code == 200, answer.text


def test_six_days_before_with_nothing_there_each_thing_missing_is_named(site, organizer, come):
    slug = make(organizer, a_lot(reserve=""), under_law="law", starts_at=f"{in_days(6)}T14:00")
    base = f"/organizer/sales/{slug}"
    asked = unescape(organizer.get(f"{base}/publish").text)
    for words, article in (
        (f"No notice is given; it had to appear by {in_days(-1)}, and that day has passed.", "Auction Law, article 45"),
        ("The preview before the sale lasts 0 days", "Auction Law, article 48"),
        ("There is no reserve, and it is not said", "Auction Law, article 50"),
        ("The consignor of the lot is not said", "Auction Law, article 30"),
        ("has not declared source and defects", "Auction Law, article 27"),
        ("Defects are not stated to bidders", "Auction Law, article 18"),
        ("has not proven title", "Auction Law, article 41"),
        ("filing date of patent 201811564288.X is not known", "Patent Law, article 42"),
        ("Whether patent 201811564288.X is in force is not known", "Patent Law, article 44"),
    ):
        assert words in asked
        assert article in asked
    assert "before a lot opens" in asked.split("licence is not named")[1][:200], "that stops no publishing"
    assert ">Publish</button>" not in asked
    answer = organizer.post(f"{base}/publish")
    assert answer.status_code == 409
    assert "Auction Law, article 45" in answer.text
    overview = unescape(organizer.get(base).text)
    assert "The auctioneer's licence is not named." in overview
    assert organizer.get(f"/sales/{slug}").status_code == 404, "it is a draft still"
    assert "missing: 7" in organizer.get(f"{base}/lots").text
    assert "《拍卖法》第45条" in come("organizer", "zh").get(base).text


def test_six_days_before_a_notice_of_today_is_too_late(organizer):
    typed = a_lawful_sale(6) | {"notice_on": in_days(0)}
    slug = make(organizer, a_lot(**LAWFUL_LOT), **typed)
    answer = organizer.post(f"/organizer/sales/{slug}/publish")
    assert answer.status_code == 409
    assert f"The notice of {in_days(0)} is too late" in answer.text
    assert "article 48" not in answer.text


@pytest.mark.parametrize("begins_in_days", [7, 30])
def test_with_everything_there_it_is_published(organizer, begins_in_days):
    slug = make(organizer, a_lot(**LAWFUL_LOT), **a_lawful_sale(begins_in_days))
    assert "what the law asks for is there" in organizer.get(f"/organizer/sales/{slug}").text
    assert "The sale is published." in organizer.post(f"/organizer/sales/{slug}/publish").text


def test_without_a_day_or_a_patent_in_force_it_is_not(organizer):
    lapsed = a_lot(**LAWFUL_LOT | {"patent_legal_status": "lapsed_unpaid", "patent_consents": ""})
    unreadable = a_lot(lot="2", **LAWFUL_LOT | {"patent_as_written": "no number", "patent_kind": "发明"})
    slug = make(organizer, lapsed, unreadable, **a_lawful_sale(8) | {"starts_at": ""})
    answer = organizer.post(f"/organizer/sales/{slug}/publish")
    assert answer.status_code == 409
    assert "The day of the sale is not set" in answer.text
    assert "cannot be sold in this way: lapsed, annuity not paid." in answer.text
    assert "the consent of every co-owner is missing" in answer.text
    assert "lots/2" not in answer.text.split("Worth a look")[0], "a kind that is typed in says what the number does not"


def test_outside_the_law_it_is_published_and_shows_what_would_have_been_asked(organizer, auctioneer):
    slug = make(organizer, a_lot(), under_law="no_law", starts_at=f"{in_days(1)}T14:00")
    asked = organizer.get(f"/organizer/sales/{slug}/publish").text
    assert "The law would have asked: 10" in asked
    assert "Auction Law, article 45" in asked
    assert "The sale is published." in organizer.post(f"/organizer/sales/{slug}/publish").text
    assert "missing: " not in organizer.get(f"/organizer/sales/{slug}/lots").text
    assign(organizer, slug)
    auctioneer.connect(slug, "desk")
    auctioneer.call("take_gavel")
    assert "seq" in auctioneer.call("open_lot", lot="1")


def test_a_sale_is_under_the_law_unless_it_is_said_and_stays_so_once_published(site, organizer):
    slug = make(organizer, a_lot(**LAWFUL_LOT), **a_lawful_sale(8) | {"under_law": ""})
    organizer.post(f"/organizer/sales/{slug}/publish")
    typed = {"slug": slug, "title_zh": "秋季专场", "time_zone": "Asia/Shanghai", "currency": "CNY"}
    answer = organizer.post(f"/organizer/sales/{slug}/edit", **typed, under_law="no_law", reason="CORRECTION")
    assert "Saved." in answer.text
    parts = parts_for(site[0].instance)
    row = parts.sales.find(slug)
    parts.store.close()
    assert row.under_law
    assert row.notice_on is None, "days can be changed"


def test_a_lot_without_stated_defects_cannot_be_opened_before_they_are(organizer, auctioneer):
    silent = a_lot(lot="2", **LAWFUL_LOT)
    slug = make(organizer, a_lot(**LAWFUL_LOT), silent, **a_lawful_sale(0))
    organizer.post(f"/organizer/sales/{slug}/publish")
    without = {name: value for name, value in silent.items() if name != "defects_stated"}
    organizer.post(f"/organizer/sales/{slug}/lots/2", **without, seen=seen(organizer, slug))
    assert "missing: 1" in organizer.get(f"/organizer/sales/{slug}/lots").text

    assign(organizer, slug)
    auctioneer.connect(slug, "desk")
    auctioneer.call("take_gavel")
    refused = auctioneer.call("open_lot", lot="2", key="again")
    assert (refused["code"], refused["status"]) == ("LAW_GATE", 409)
    assert refused["params"]["article"] == "拍卖法 18"
    assert "《拍卖法》第18条 – 未向竞买人说明标的瑕疵" in refused["message"]
    assert auctioneer.call("open_lot", lot="none")["code"] == "UNKNOWN_LOT"
    opened = auctioneer.call("open_lot", lot="1", key="once")
    assert "seq" in opened
    auctioneer.call("pass", lot="1")
    assert auctioneer.call("open_lot", lot="1", key="once") == opened, "sent again, it gets its first answer"

    organizer.post(f"/organizer/sales/{slug}/lots/2", **silent, seen=seen(organizer, slug))
    assert "seq" in auctioneer.call("open_lot", lot="2", key="again")


def seen(organizer: Person, slug: str) -> str:
    page = organizer.get(f"/organizer/sales/{slug}/lots/2").text
    return page.split('name="seen" value="')[1].split('"')[0]


def test_the_day_on_which_a_lot_opens_counts_not_the_planned_one(organizer, auctioneer):
    slug = make(organizer, a_lot(**LAWFUL_LOT), **a_lawful_sale(9))
    organizer.post(f"/organizer/sales/{slug}/publish")
    assign(organizer, slug)
    auctioneer.connect(slug, "desk")
    auctioneer.call("take_gavel")
    refused = auctioneer.call("open_lot", lot="1")
    assert (refused["code"], refused["params"]["missing"]) == ("LAW_GATE", "NOTICE_TOO_LATE")


def test_what_is_typed_comes_back_and_what_is_no_day_or_status_is_refused(organizer):
    slug = make(organizer, a_lot(**LAWFUL_LOT), **a_lawful_sale(8))
    page = organizer.get(f"/organizer/sales/{slug}/edit").text
    for value in (in_days(1), in_days(5), in_days(7), "沪拍0123", f"{TODAY}T00:01"):
        assert f'value="{value}"' in page
    lot = organizer.get(f"/organizer/sales/{slug}/lots/1").text
    assert 'name="title_proven" value="1" checked' in lot
    assert '<option value="in_force" selected>' in lot
    path = f"/organizer/sales/{slug}/edit"
    typed = {"slug": slug, "title_zh": "秋", "time_zone": "Asia/Shanghai", "currency": "CNY"}
    for name in ("notice_on", "preview_from", "preview_to", "rules_announced", "under_law"):
        assert organizer.post(path, **typed, **{name: "soon"}).status_code == 422, name
    wrong = a_lot(lot="2", **LAWFUL_LOT | {"patent_legal_status": "<b>"})
    assert organizer.post(f"/organizer/sales/{slug}/new-lot", **wrong).status_code == 422


def test_everything_that_the_gate_may_find_has_its_sentence_and_its_article():
    assert set(OF_LAW) == {*Gap, *Blocker, *Caution}
    assert set(STATUS_WORDS) == set(LegalStatus)
    names = (
        "latest",
        "notice_on",
        "days",
        "minimum",
        "patent",
        "last_day",
        "due_on",
        "checked_on",
        "changed_on",
        "sale_day",
        "number",
        "year",
        "fee",
        "surcharge",
    )
    params = (*((name, "7") for name in names), ("status", "in_force"))
    for locale in LOCALES:
        for code in (*Gap, *Blocker, *Caution, *(each for each in NumberWarning if each != "KIND_MISSING")):
            words = sentence(locale, code, dict(params)) + article_words(locale, Finding(code).article)
            assert not re.search(r"%\(|{", words)
            assert code not in words


@pytest.mark.parametrize(
    ("words", "transfer"),
    [
        ("", TransferType.ASSIGNMENT),
        ("转让", TransferType.ASSIGNMENT),
        ("专利申请权转让", TransferType.APPLICATION_ASSIGNMENT),
        ("独占许可", TransferType.EXCLUSIVE_LICENCE),
        ("Non-exclusive licence", TransferType.ORDINARY_LICENCE),
        ("普通许可", TransferType.ORDINARY_LICENCE),
        ("开放许可", TransferType.OPEN_LICENCE),
        ("作价入股", TransferType.EQUITY),
    ],
)
def test_what_a_buyer_gets_is_read_from_the_words_of_the_catalogue(words, transfer):
    assert transfer_of(words) is transfer


def test_08_26_a_change_after_publishing_stops_the_hammer_until_its_term_has_passed_again(organizer, auctioneer):
    slug = make(organizer, a_lot(**LAWFUL_LOT), a_lot(lot="2", **LAWFUL_LOT), **a_lawful_sale(0))
    organizer.post(f"/organizer/sales/{slug}/publish")
    assign(organizer, slug)
    auctioneer.connect(slug, "desk")
    auctioneer.call("take_gavel")
    assert "seq" in auctioneer.call("open_lot", lot="1"), "as it was published it may begin"
    auctioneer.call("pass", lot="1")
    changed = organizer.post(
        f"/organizer/sales/{slug}/lots/2",
        **a_lot(lot="2", **LAWFUL_LOT, title_zh="另一种方法"),
        seen=seen(organizer, slug),
    )
    assert changed.status_code == 200
    refused = auctioneer.call("open_lot", lot="2")
    assert (refused["code"], refused["params"]["missing"]) == ("LAW_GATE", "NOTICE_BEGUN_ANEW")
    assert "began the 7 days of the notice anew" in unescape(organizer.get(f"/organizer/sales/{slug}").text)
