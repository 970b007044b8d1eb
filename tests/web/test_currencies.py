"""Sales in dollars and yen: what is typed, refused, shown and exported (8, number 12)."""

import csv
import io
from html import unescape

import pytest

from tests.serving import Person
from tests.web.test_money import text_of
from tests.web.test_organizer import a_lot, make, wrongs

FIVE = {"buyer_commission_kind": "slices", "buyer_commission": "5"}


def test_08_12_a_sale_in_yen_has_no_hundredths_anywhere(organizer):
    slug = make(organizer, a_lot(start="1001", reserve="", step="100"), currency="JPY", **FIVE)
    answer = organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot(lot="2", start="1001", reserve="", step="0.01"))
    assert answer.status_code == 422
    assert "0.01 has more decimals than JPY has." in wrongs(answer)
    organizer.post(f"/organizer/sales/{slug}/publish")
    seen = text_of(Person(organizer.url).get(f"/sales/{slug}/lots/1", headers={"Accept-Language": "en"}))
    assert "JP¥1,001" in seen
    assert "JP¥1,051 with commission" in seen, "a whole yen"
    assert ".05" not in seen
    exported = organizer.get(f"/organizer/sales/{slug}/export/lots.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(exported)))
    by_name = dict(zip(rows[0], rows[1], strict=True))
    assert "1001" in rows[1], by_name
    assert "JPY" in rows[1], by_name


@pytest.mark.parametrize("typed", ["10万元", "¥100000", "RMB 100000"])
def test_08_12_yuan_are_not_typed_into_a_dollar_sale(organizer, typed):
    slug = make(organizer, currency="USD")
    answer = organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot(start=typed, reserve=""))
    assert answer.status_code == 422
    assert "This sale is in USD" in wrongs(answer)
    page = organizer.get(f"/organizer/sales/{slug}/new-lot").text
    assert "in US dollars" in page
    assert "in yuan" not in page


def test_08_12_the_courts_slices_are_yuan(organizer):
    sale = {"slug": "dollars", "title_en": "x", "time_zone": "Asia/Shanghai", "currency": "USD"}
    answer = organizer.post("/organizer/new", **sale, buyer_commission_kind="court")
    assert answer.status_code == 422
    assert "The court's schedule is in yuan." in unescape(wrongs(answer))
