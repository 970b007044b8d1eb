"""A sale's own export of lots is imported unchanged: facts of each patent, bands, percent, on_step, texts, formulas."""

from dataclasses import replace
from datetime import date

import pytest

from auction.catalogue.importing import import_lots
from auction.catalogue.reading import read_catalogue
from auction.papers.cells import EXPORT_LANGUAGES
from auction.papers.reports import source
from auction.papers.writers import to_bytes
from models.rows import LotRow, PatentRow

FIRST = PatentRow(
    as_written="ZL201510958772.0",
    number="201510958772.0",
    kind="发明",
    filing_date=date(2015, 12, 18),
    publication_date=date(2016, 5, 4),
    legal_status="in_force",
    consents=True,
    priority_date=date(2014, 12, 19),
    grant_date=date(2018, 3, 6),
    extended_to=date(2036, 1, 1),
    status_checked_on=date(2026, 11, 1),
    annuity_paid_until=date(2027, 12, 18),
    claims_total=12,
    claims_independent=2,
    pledged=True,
    litigation_pending=True,
    title="一种石墨烯复合材料",
    ipc="C01B 32/184; H01M 4/62",
    inventors="甲; 乙",
    owner="示例研究所（虚构）",
)
SECOND = PatentRow(
    as_written="ZL 2020 1 0566088.9",
    number="202010566088.9",
    filing_date=date(2020, 6, 19),
    legal_status="licensed",
    claims_total=5,
    open_licence=True,
    invalidation_pending=True,
    evaluation_report=True,
    inventors="丙",
)
PLAIN = PatentRow(as_written="US 9,876,543 B2", number="US9876543B2")
INCREMENTS = (
    {"bands": [[0, 500_000], [100_000_000, 1_000_000]], "on_step": True},
    {"percent": "7.5", "round_minor": 10_000},
    {"fixed_minor": 500_000, "on_step": True},
    {"ladder": "CN258_FULL", "on_step": True},
    {"ladder": "CN258_TIER"},
    {"fixed_minor": 123_456},
)
TITLES = ("=1+1", "+甲", "-乙", "@丙", "＝丁", "plain; with, marks\"'")


def lots() -> list[tuple[LotRow, list[PatentRow]]]:
    terms = [
        (LotRow(lot=f"A-{number}", title_en=title, start_minor=15_000_000, increment=increment), [FIRST, SECOND, PLAIN])
        for number, (title, increment) in enumerate(zip(TITLES, INCREMENTS, strict=True), 1)
    ]
    full = LotRow(
        lot="7",
        title_zh="一种装置",
        title_en="A device",
        abstract_zh="第一段\n第二段",
        field="新材料",
        consignor="示例研究所（虚构）",
        transfer_type="assignment",
        defects="年费未缴\n已告知",
        start_minor=100,
        reserve_minor=20_000_050,
        estimate_low_minor=100,
        estimate_high_minor=300,
        title_proven=True,
        defects_declared=True,
        defects_stated=True,
        no_reserve=True,
        own={},
    )
    dutch = LotRow(
        lot="8", title_zh="减价", format="dutch", start_minor=9_00, own={"floor_minor": 500, "step_minor": 100}
    )
    dutch = replace(dutch, own={**dutch.own, "tick_ms": 30_000})
    return [*terms, (full, [SECOND]), (dutch, [PLAIN, SECOND])]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", EXPORT_LANGUAGES)
def test_an_export_of_lots_is_imported_unchanged(parts, form, language):
    sale = parts.sales.create("s", title_zh="专场", buyer_commission=[[0, 500]])
    parts.sales.add_lots(sale, lots())
    before = [replace(lot, salt=None, consignors=()) for lot in parts.sales.lots(sale)], parts.sales.patents(sale)
    raw = to_bytes(source(parts, parts.sales.by_id(sale), "lots"), "lots", form, language)
    read = read_catalogue(raw, f"lots.{form}", "CNY")
    assert [(each.line, each.column, each.code) for each in read.errors] == []
    assert {each.code for each in read.warnings} <= {"PATENT_REPEATED", "TOTAL_ROW"}
    import_lots(parts.sales, sale, read, replace_all=True)
    after = [replace(lot, salt=None, consignors=()) for lot in parts.sales.lots(sale)], parts.sales.patents(sale)

    assert after == before
