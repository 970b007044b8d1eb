"""What the law knows of patents and lots: typed in the form, said of every lot at once, remarked on, and shown."""

import re

from tests.serving import parts_for
from tests.web.test_law import LAWFUL_LOT, PATENT, TICKS, a_lawful_sale, assign, in_days
from tests.web.test_money import text_of
from tests.web.test_organizer import a_lot, make

EXCLUSIVE = {"transfer_type": "独占许可"}
FACTS = {
    "patent_status_checked_on": in_days(0), "patent_annuity_paid_until": in_days(60), "patent_claims_total": "10",
    "patent_claims_independent": "2", "patent_grant_date": "2020-01-01", "patent_litigation_pending": "0",
}  # fmt: skip


def patents_of(site, slug):
    parts = parts_for(site[0].instance)
    try:
        return parts.sales.patents(parts.sales.find(slug).id)
    finally:
        parts.store.close()


def test_every_fact_of_a_patent_is_typed_and_comes_back(site, organizer):
    slug = make(organizer, a_lot(**LAWFUL_LOT, **FACTS), **a_lawful_sale(9))
    (patent,) = patents_of(site, slug)
    assert (str(patent.annuity_paid_until), patent.claims_total, patent.claims_independent) == (
        in_days(60),
        10,
        2,
    )
    assert (patent.litigation_pending, patent.open_licence, patent.pledged) == (True, False, False)
    page = organizer.get(f"/organizer/sales/{slug}/lots/1").text
    assert f'name="patent_annuity_paid_until" type="date" value="{in_days(60)}"' in page
    assert 'name="patent_litigation_pending" value="0" checked' in page
    assert 'name="patent_open_licence" value="0">' in page


def test_a_tick_belongs_to_the_row_it_stands_in(site, organizer):
    """The first row is left empty; the tick of the third stays with the third."""
    lot = a_lot() | {"patent_as_written": ["", "ZL201510958772.0", "ZL201811564288.X"], "patent_open_licence": ["2"]}
    slug = make(organizer, lot, under_law="no_law")
    marks = {each.number: each.open_licence for each in patents_of(site, slug)}
    assert marks == {"201510958772.0": False, "201811564288.X": True}


def test_what_cannot_be_a_fact_is_refused(organizer):
    slug = make(organizer, under_law="no_law")
    for wrong in ({"patent_claims_total": "ten"}, {"patent_grant_date": "yesterday"}, {"patent_claims_total": "-1"}):
        assert organizer.post(f"/organizer/sales/{slug}/new-lot", **a_lot(**wrong)).status_code == 422, wrong


def test_an_exclusive_licence_beside_an_open_one_stops_the_sale(organizer):
    slug = make(organizer, a_lot(**LAWFUL_LOT, **EXCLUSIVE, patent_open_licence="0"), **a_lawful_sale(9))
    answer = organizer.post(f"/organizer/sales/{slug}/publish")
    assert answer.status_code == 409
    assert "has an open licence; no exclusive one can be sold" in answer.text
    assert "Patent Law, article 51" in answer.text
    seen = re.search('name="seen" value="([^"]*)"', organizer.get(f"/organizer/sales/{slug}/lots/1").text).group(1)
    organizer.post(f"/organizer/sales/{slug}/lots/1", **a_lot(**LAWFUL_LOT, **EXCLUSIVE), seen=seen)
    assert "The sale is published." in organizer.post(f"/organizer/sales/{slug}/publish").text


def test_what_a_buyer_should_know_is_remarked_and_stops_nothing(site, organizer, come):
    slug = make(organizer, a_lot(**LAWFUL_LOT, **FACTS), **a_lawful_sale(9))
    base = f"/organizer/sales/{slug}"
    sentences = (f"The annual fee of patent 201811564288.X is paid until {in_days(60)} only.",
                 "A lawsuit about patent 201811564288.X is pending.")  # fmt: skip
    assert "Worth a look: 2" in text_of(organizer.get(f"{base}/publish"))
    assert "worth a look: 2" in text_of(organizer.get(f"{base}/lots"))
    for path in (f"{base}/missing", f"{base}/lots/1"):
        page = text_of(organizer.get(path))
        assert all(each in page for each in sentences), path
        assert "last looked up" not in page
    assert "专利 201811564288.X 涉诉" in come("organizer", "zh").get(f"{base}/missing").text
    assert "The sale is published." in organizer.post(f"{base}/publish").text
    public = text_of(organizer.get(f"/sales/{slug}/lots/1"))
    assert f"Annual fee paid until {in_days(60)}" in public
    assert "a lawsuit is pending" in public


def test_a_catalogue_of_many_lots_becomes_lawful_with_one_form(site, organizer):
    bare = [a_lot(lot=str(n), patent_filing_date="2018-12-20", reserve="" if n > 2 else "15万") for n in range(1, 7)]
    lapsed = a_lot(lot="7", **PATENT | {"patent_legal_status": "lapsed_unpaid"})
    slug = make(organizer, *bare, lapsed, **a_lawful_sale(9))
    base = f"/organizer/sales/{slug}"
    ticks = {**TICKS, "no_reserve": "1", "consents": "1"}
    answer = organizer.post(f"{base}/facts", **ticks, legal_status="in_force", status_checked_on=in_days(0))
    assert "Set for all lots that have not opened: 7." in answer.text
    parts = parts_for(site[0].instance)
    sale = parts.sales.find(slug).id
    lots, patents = parts.sales.lots(sale), parts.sales.patents(sale)
    parts.store.close()
    assert [lot.no_reserve for lot in lots] == [False, False, True, True, True, True, False]
    assert all(lot.title_proven and lot.defects_declared and lot.defects_stated for lot in lots)
    assert [each.legal_status for each in patents] == ["in_force"] * 6 + ["lapsed_unpaid"]
    assert all(each.consents and str(each.status_checked_on) == in_days(0) for each in patents)
    page = text_of(organizer.get(f"{base}/publish"))
    assert "in 7 lots" in page.split("The consignor of the lot is not said")[1][:100]
    assert "Patent 201811564288.X cannot be sold in this way" in page, "what one lot lacks, its own form says"


def test_a_form_that_says_nothing_sets_nothing(organizer):
    slug = make(organizer, a_lot(), **a_lawful_sale(9))
    for typed in ({}, {"legal_status": ""}, {"legal_status": "<b>"}, {"status_checked_on": "soon"}):
        answer = organizer.post(f"/organizer/sales/{slug}/facts", **typed)
        assert answer.status_code == 422, typed
    assert "has not proven title" in organizer.get(f"/organizer/sales/{slug}").text


def test_a_lot_that_has_opened_is_left_as_it_is(site, organizer, auctioneer):
    slug = make(organizer, a_lot(), a_lot(lot="2"), under_law="no_law")
    organizer.post(f"/organizer/sales/{slug}/publish")
    assign(organizer, slug)
    auctioneer.connect(slug, "desk")
    auctioneer.call("take_gavel")
    assert "seq" in auctioneer.call("open_lot", lot="1")
    head = auctioneer.ask("since", seq=1)["seq"]
    answer = organizer.post(f"/organizer/sales/{slug}/facts", title_proven="1")
    assert "Set for all lots that have not opened: 1." in answer.text
    parts = parts_for(site[0].instance)
    lots = {lot.lot: lot.title_proven for lot in parts.sales.lots(parts.sales.find(slug).id)}
    parts.store.close()
    assert lots == {"1": False, "2": True}
    assert auctioneer.ask("since", seq=1)["seq"] > head, "the change stands in the record"
