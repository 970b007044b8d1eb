"""What is changed after publishing stands in the record with its reason, and on the pages (issue 8, number 26)."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from auction.audit.verify import public_record, verify_record, verify_sale
from auction.base.rejected import Rejected
from auction.people.accounts import Role
from auction.rules import commands as cmd
from auction.rules.refusals import Code
from auction.sales.publication import By, Facts, change_of_sale
from models.rows import PatentRow, SaleStatus
from tests.played import publish
from tests.serving import Person

from .test_organizer import a_lot, a_sale, hidden, make

LAW = {"under_law": True, "starts_at_ms": 1_548_000_000_000, "place": "上海", "notice_on": date(2019, 1, 1)}


def record_of(person, slug):
    return Person(person.url).record(slug)


def published(organizer, **values):
    slug = make(organizer, a_lot(), a_lot(lot="2"), **values)
    assert "The sale is published." in organizer.post(f"/organizer/sales/{slug}/publish").text
    return slug


def test_08_26_legal_facts_enter_the_record_at_publishing(organizer):
    slug = published(organizer, notice_on="2027-03-01", auctioneer_licence="沪拍0123")
    terms = next(event for event in record_of(organizer, slug) if event["kind"] == "terms_stated")

    assert (terms["reason"], terms["anew"]) == (None, [])
    moment = datetime(2027, 3, 18, 6, tzinfo=UTC).timestamp() * 1000
    assert terms["terms"] == {
        "starts_at_ms": int(moment),
        "time_zone": "Asia/Shanghai",
        "place": "上海",
        "notice_on": "2027-03-01",
        "preview_from": None,
        "preview_to": None,
        "rules_announced_ms": None,
        "auctioneer_licence": "沪拍0123",
        "under_law": False,
    }


def test_08_26_a_change_needs_a_reason_and_stands_on_the_pages_with_what_begins_anew(organizer):
    slug = published(organizer)
    path = f"/organizer/sales/{slug}/edit"
    typed = a_sale(slug=slug, place="北京", starts_at="2027-04-18T14:00", seen=hidden(organizer.get(path).text))
    without = organizer.post(path, **typed | {"reason": ""})
    assert without.status_code == 422
    assert "say why it is changed" in without.text

    assert organizer.post(path, **typed | {"reason": "POSTPONED"}).status_code == 200
    change = record_of(organizer, slug)[-1]
    assert (change["kind"], change["reason"], change["terms"]["place"]) == ("terms_stated", "POSTPONED", "北京")
    assert set(change["terms"]) == {"place", "starts_at_ms"}
    for page in (f"/sales/{slug}", f"/sales/{slug}/lots/1"):
        seen = Person(organizer.url).get(page, headers={"Accept-Language": "en"}).text
        assert "Changed since it was published" in seen
        assert "Begins: 2027-04-18 14:00; Place: 北京" in seen
        assert "another time" in seen
    assert "变更" in Person(organizer.url).get(f"/sales/{slug}", headers={"Accept-Language": "zh"}).text
    assert "Begins: 2027-04-18 14:00" in organizer.get(f"/organizer/sales/{slug}").text


def test_08_26_the_text_of_a_published_lot_changes_with_an_event(organizer):
    slug = published(organizer)
    path = f"/organizer/sales/{slug}/lots/1"
    typed = a_lot(title_zh="另一种方法", seen=hidden(organizer.get(path).text))
    assert organizer.post(path, **typed | {"reason": ""}).status_code == 422
    assert organizer.post(path, **typed).status_code == 200

    change = record_of(organizer, slug)[-1]
    assert (change["kind"], list(change["digests"]), change["reason"]) == ("texts_stated", ["lot 1"], "CORRECTION")
    assert "另一种方法" not in json.dumps(record_of(organizer, slug), ensure_ascii=False)
    stranger = Person(organizer.url)
    stranger.http.headers["Accept-Language"] = "en"
    assert "Texts or patents of lots: 1" in stranger.get(f"/sales/{slug}/lots/1").text
    assert "Changed since" not in stranger.get(f"/sales/{slug}/lots/2").text
    assert organizer.post(f"/organizer/sales/{slug}/facts", title_proven="1").status_code == 200
    assert list(record_of(organizer, slug)[-1]["digests"]) == ["lot 1", "lot 2"]


def test_08_26_a_closed_and_an_archived_sale_refuse_every_change(organizer):
    slug = published(organizer)
    assert organizer.post(f"/organizer/sales/{slug}/close").status_code == 200
    told = len(record_of(organizer, slug))
    for status in (SaleStatus.CLOSED, SaleStatus.ARCHIVED):
        if status == SaleStatus.ARCHIVED:
            assert organizer.post(f"/organizer/sales/{slug}/archive", slug=slug).status_code == 200
        seen = hidden(organizer.get(f"/organizer/sales/{slug}/edit").text)
        for change in ({"place": "北京"}, {"starts_at": "2027-05-01T10:00"}, {"notice_on": "2027-01-01"}):
            answer = organizer.post(f"/organizer/sales/{slug}/edit", **a_sale(slug=slug, seen=seen, **change))
            assert answer.status_code == 422
            assert "This sale is over." in answer.text
        seen = hidden(organizer.get(f"/organizer/sales/{slug}/lots/1").text)
        assert organizer.post(f"/organizer/sales/{slug}/lots/1", **a_lot(title_zh="x", seen=seen)).status_code == 422
        assert organizer.post(f"/organizer/sales/{slug}/facts", title_proven="1").status_code == 422
    assert "上海" in organizer.get(f"/sales/{slug}").text
    assert len(record_of(organizer, slug)) == told


@pytest.mark.parametrize(
    ("values", "anew"),
    [
        ({"place": "北京"}, ["NOTICE_7_DAYS"]),
        ({"starts_at_ms": 1_549_000_000_000}, ["NOTICE_7_DAYS"]),
        ({"preview_from": date(2019, 1, 10)}, ["NOTICE_7_DAYS", "PREVIEW_2_DAYS"]),
        ({"auctioneer_licence": "沪拍9"}, []),
    ],
)
def test_08_26_an_event_says_which_terms_of_the_law_begin_anew(parts, clock, values, anew):
    sale = parts.sales.create("lawful", title_zh="专场", **LAW)
    row = parts.sales.by_id(sale)
    command = change_of_sale(row, replace(row, **values), clock.at_ms, "VENUE")
    assert list(command.steps[0].anew) == anew


def test_08_26_what_was_changed_by_the_rules_is_good_for_verify(parts, clock, tmp_path):
    sale = publish(parts, clock)
    parts.sales.edit(sale.id, by=By("o", "VENUE"), place="北京", title_en="Later", about="x")
    numbers = [PatentRow(as_written="CN1")]
    parts.sales.edit_lot(sale.id, "1", By("o", "CORRECTION"), numbers=numbers, title_en="Pumps", start_minor=5)
    parts.sales.set_facts(sale.id, "o", Facts({"title_proven": True}, {"consents": True}, "in_force", no_reserve=True))
    parts.registration.floor_paddle(sale.id, "Seat 2", parts.accounts.create("o2@a.invalid", "O", Role.ORGANIZER))
    sale.do(cmd.OpenLot, "2")
    with pytest.raises(Rejected) as refused:
        parts.sales.edit_lot(sale.id, "2", By("o", "CORRECTION"), title_en="Late")
    assert refused.value.code == Code.NOT_ALLOWED_NOW
    assert verify_sale(parts, sale.slug).ok, verify_sale(parts, sale.slug).text

    path = tmp_path / "record"
    path.write_bytes(b"".join(public_record(parts.store, sale.id)))
    assert verify_record(path).ok, verify_record(path).text


def test_08_26_the_rules_refuse_a_change_without_a_reason_and_after_the_end(parts, clock):
    sale = publish(parts, clock)
    for reason in (None, "WHIM"):
        assert sale.do(cmd.StateTerms, {"place": "x"}, reason).code == Code.NOT_ALLOWED_NOW
        assert sale.do(cmd.StateTexts, {"lot 1": "0" * 64}, reason).code == Code.NOT_ALLOWED_NOW
    assert sale.do(cmd.IdentifyPaddles, {"101": "0" * 64}).code == Code.NOT_ALLOWED_NOW
    assert parts.sales.close(sale.id, "o").ok
    assert sale.do(cmd.StateTerms, {"place": "x"}, "VENUE").code == Code.NOT_ALLOWED_NOW
