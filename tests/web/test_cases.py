"""The page of what follows a sale: steps and offers by its forms, what is typed wrongly, both languages."""

import pytest

from auction.engine.orders import Order
from auction.rules import commands as cmd
from tests.serving import parts_for
from tests.web.test_money import text_of

PAGE = "/organizer/sales/sale/cases"


@pytest.fixture(scope="module", autouse=True)
def ended(site):
    server, cast = site
    parts = parts_for(server.instance)
    parts.engine.start()
    now = parts.clock.now_ms
    for command in (
        cmd.TakeGavel(now()),
        cmd.OpenLot(now(), "1"),
        cmd.PlaceBid(now(), "1", "101", 10_000_000),
        cmd.Hammer(now(), "1"),
        cmd.OpenLot(now(), "2"),
        cmd.PassLot(now(), "2"),
    ):
        assert parts.engine.ask(Order(cast.sale, "desk", command)).ok
    parts.engine.stop()
    parts.store.close()


def test_a_case_is_followed_by_its_forms(organizer):
    page = organizer.get(PAGE)
    assert "confirmation of sale signed" in page.text
    csrf = organizer.csrf(PAGE)
    late = organizer.post(f"{PAGE}/1/steps/contract", csrf, due_on="2001-02-03", who="Wang", note="both seals")
    assert "Overdue: 1" in text_of(late)
    assert "until 2001-02-03" in text_of(late)
    assert "Overdue" not in organizer.post(f"{PAGE}/1/steps/contract", csrf, who="Wang", done="1").text
    kept = organizer.post(f"{PAGE}/2/offers", csrf, who="<b>Firm</b>", amount="5万")
    assert "&lt;b&gt;Firm&lt;/b&gt;" in kept.text
    assert "¥50,000" in kept.text


def test_what_is_typed_wrongly_is_said_and_kept(organizer):
    csrf = organizer.csrf(PAGE)
    for path, said, words in (
        ("1/steps/contract", {"due_on": "soon", "who": "Li"}, "This is not a day."),
        ("1/steps/paid", {"done": "1"}, "Enter the payment on the money page"),
        ("2/offers", {"who": "", "amount": "5"}, "This is needed."),
        ("2/offers", {"who": "Li", "amount": "12;50"}, "is no amount"),
        ("1/offers", {"who": "Li"}, "was not passed"),
    ):
        answer = organizer.post(f"{PAGE}/{path}", csrf, **said)
        assert (answer.status_code, words in text_of(answer)) == (422, True), (path, said)
    assert 'value="Li"' in organizer.post(f"{PAGE}/1/steps/contract", csrf, due_on="soon", who="Li").text
    assert organizer.post(f"{PAGE}/1/steps/nonsense", csrf).status_code == 404
    assert organizer.post(f"{PAGE}/2/offers/none/remove", csrf).status_code == 422


def test_the_page_is_whole_in_chinese_and_for_those_who_record(come):
    assert "签署成交确认书" in come("organizer", "zh").get(PAGE).text
    assert come("auctioneer").get(PAGE).status_code == 403
    assert come("bidder1").get(PAGE).status_code == 403
