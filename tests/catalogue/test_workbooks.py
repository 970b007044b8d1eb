"""Cells of a workbook as a person sees them: formats, merges, hidden cells, headings over two rows, totals, notes."""

import io
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from auction.catalogue.choices import LEFT_OUT, NO_CHOICES, Choices, DayOrder
from auction.catalogue.drafts import Catalogue
from auction.catalogue.reading import read_catalogue

Made = Callable[[Any, Any], None]
HEAD = ("拍品编号", "专利名称", "专利号", "专利权人", "起拍价")
ROWS = (
    ("1", "甲", "CN101030344A", "某所", 100),
    ("2", "乙", "CN101030345A", "", ""),
    ("3", "丙", "CN101030346A", "", ""),
)


def workbook(*rows: Sequence[Any], make: Made = lambda _book, _sheet: None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("清单")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        make(book, sheet)
    return out.getvalue()


def read(*rows: Sequence[Any], choices: Choices = NO_CHOICES, make: Made = lambda _book, _sheet: None) -> Catalogue:
    return read_catalogue(workbook(*rows, make=make), "lots.xlsx", "CNY", choices)


def codes(found: Catalogue) -> list[tuple[int, str]]:
    assert found.errors == ()
    return [(each.line, each.code) for each in found.warnings]


# --- how a cell looks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "value", "day"),
    [
        ("yyyy-mm-dd", 40344, date(2010, 6, 15)),
        ('yyyy"年"m"月"d"日"', 40344, date(2010, 6, 15)),
        ("[$-804]yyyy年m月d日;@", 40344, date(2010, 6, 15)),
        (31, 40344, date(2010, 6, 15)),
        (30, 40344, date(2010, 6, 15)),
        ("e/m/d", 40344, date(2010, 6, 15)),
        ('yyyy"年"m"月"', 40344, None),
        (57, 40344, None),
        ("mmm-yy", 40344, None),
        ('m"月"d"日"', 40344, None),
        (58, 40344, None),
        ("#,##0", 20100615, date(2010, 6, 15)),
    ],
)
def test_a_day_is_one_that_the_sheet_shows(look: str | int, value: int, day: date | None) -> None:
    def shown(book: Any, sheet: Any) -> None:
        sheet.write_number(1, 2, value, book.add_format({"num_format": look}))

    found = read(("专利名称", "专利号", "申请日"), ("甲", "CN101030344A"), make=shown)
    assert found.lots[0].patents[0].filing_date == day
    assert codes(found) == ([] if day else [(2, "BAD_DATE")])


@pytest.mark.parametrize(
    ("heading", "value", "look", "increment", "code"),
    [
        ("加价幅度", 0.05, "0%", {"fixed_minor": 750_000}, "PERCENT_STEP"),
        ("加价幅度", 0.075, "0.0%", {"fixed_minor": 1_125_000}, "PERCENT_STEP"),
        ("加价幅度（%）", 5, "General", {"fixed_minor": 750_000}, "PERCENT_STEP"),
        ("加价幅度", "起拍价的5%", "@", {"fixed_minor": 750_000}, "PERCENT_STEP"),
        ("加价幅度", "当前价的 5%", "@", {"percent": "5"}, ""),
        ("step", "5% of the current price", "@", {"percent": "5"}, ""),
        ("加价幅度", '{"bands": [[0, 100]], "on_step": true}', "@", {"bands": [[0, 100]], "on_step": True}, ""),
        ("加价幅度（万元）", 0.5, "General", {"fixed_minor": 500_000}, "UNIT_CONVERTED"),
    ],
)
def test_a_percentage_is_never_a_few_cents(heading: str, value: Any, look: str, increment: object, code: str) -> None:
    def shown(book: Any, sheet: Any) -> None:
        sheet.write(1, 3, value, book.add_format({"num_format": look}))

    found = read(("专利名称", "专利号", "起拍价", heading), ("甲", "CN101030344A", "15万"), make=shown)
    assert found.lots[0].increment == increment
    assert [each for _line, each in codes(found)] == ([code] if code else [])


def test_a_percentage_anywhere_else_is_an_error():
    def shown(book: Any, sheet: Any) -> None:
        sheet.write_number(1, 2, 0.05, book.add_format({"num_format": "0.00%"}))

    for heading in ("起拍价", "保留价", "保证金"):
        found = read(("专利名称", "专利号", heading), ("甲", "CN101030344A"), make=shown)
        assert [(each.line, each.code) for each in found.errors] == [(2, "PERCENT_HERE")]


# --- merged, hidden, headings ----------------------------------------------------------------------------------------


def test_merged_cells_are_filled_in_and_said():
    def merged(_book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 3, 3, 3, "某所")
        sheet.merge_range(1, 4, 3, 4, 100)

    found = read(HEAD, *ROWS, make=merged)
    assert [(draft.consignor, draft.start_minor) for draft in found.lots] == [("某所", 10_000)] * 3
    assert codes(found) == [(3, "MERGED_FILLED")] * 2


def test_a_package_is_one_lot_with_what_each_row_says_of_its_patent():
    head = (*HEAD, "申请日", "法律状态")
    rows = [
        ("1", "甲", "ZL201510958772.0", "某所", 300, "2015-12-18", "有效"),
        ("", "乙", "ZL202010566088.9", "某校", "", "2020-06-19", "质押"),
        ("", "", "CN101030344A", "", "", "", ""),
        ("2", "丙", "CN101030345A", "", 5, "", ""),
    ]

    def merged(_book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 0, 3, 0, "1")

    found = read(head, *rows, make=merged)
    package = found.lots[0]
    assert (package.lot, package.title_zh, package.start_minor, package.consignor) == ("1", "甲", 30_000, "某所；某校")
    told = [(each.facts.get("title"), each.filing_date, each.facts.get("legal_status")) for each in package.patents]
    assert told == [
        ("甲", date(2015, 12, 18), "in_force"),
        ("乙", date(2020, 6, 19), "pledged"),
        (None, None, None),
    ]
    assert codes(found) == [(2, "PACKAGE_JOINED")]
    differs = read(head, rows[0], ("", "乙", "CN101030344A", "", 400), rows[3], make=merged_over(1, 2))
    assert [(each.line, each.code) for each in differs.errors] == [(3, "PACKAGE_DIFFERS")]


def merged_over(first: int, last: int) -> Made:
    return lambda _book, sheet: sheet.merge_range(first, 0, last, 0, "1")


def test_a_row_without_a_number_goes_on_with_the_lot_above_only_if_it_says_no_more_than_a_patent():
    csv = "拍品号,标题,专利号,起拍价\n1,甲,CN101030344A,5\n,,CN101030345A,\n2,乙,CN101030346A,6\n,,CN101030347A,7\n"
    found = read_catalogue(csv.encode(), "", "CNY")
    assert [len(draft.patents) for draft in found.read] == [2, 1, 1]
    assert [(each.line, each.code) for each in found.errors] == [(5, "MISSING_VALUE")]
    bare = read_catalogue("标题,专利号\n甲,CN101030344A\n,CN101030345A\n".encode(), "", "CNY")
    assert [(each.line, each.code) for each in bare.errors] == [(3, "MISSING_VALUE")]


def test_hidden_rows_and_columns_are_left_out_unless_they_are_taken():
    def hidden(_book: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(4, 4, None, None, {"hidden": True})

    found = read(HEAD, *ROWS, make=hidden)
    assert [(draft.lot, draft.start_minor) for draft in found.lots] == [("1", None), ("3", None)]
    assert codes(found) == [(1, "HIDDEN_COLUMNS"), (3, "HIDDEN_ROWS")]
    assert found.warnings[0].params == {"columns": "起拍价"}
    taken = read(HEAD, *ROWS, make=hidden, choices=Choices(take_hidden=True))
    assert [(draft.lot, draft.start_minor) for draft in taken.lots] == [("1", 10_000), ("2", None), ("3", None)]
    assert codes(taken) == [(1, "HIDDEN_COLUMNS_TAKEN"), (3, "HIDDEN_ROWS_TAKEN")]


def test_a_heading_over_two_rows_with_units_and_a_title_above():
    rows = [("目录",), ("拍品编号", "专利名称", "专利号", "价格（万元）", ""), ("", "", "", "起拍价", "保留价")]

    def grouped(_book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 3, 1, 4, "价格（万元）")
        for column in range(3):
            sheet.merge_range(1, column, 2, column, rows[1][column])

    found = read(*rows, ("1", "甲", "CN101030344A", 15, 20), ("合计", "", "", 15, 20), make=grouped)
    assert [(draft.start_minor, draft.reserve_minor) for draft in found.lots] == [(15_000_000, 20_000_000)]
    assert codes(found) == [(1, "TITLE_ROWS"), (3, "UNIT_CONVERTED"), (3, "UNIT_CONVERTED"), (5, "TOTAL_ROW")]


def test_a_unit_above_the_table_totals_notes_and_headings_again():
    rows = [("清单", "", "", "单位：万元"), ("标题", "专利号", "起拍价"), ("甲", "CN101030344A", "15")]
    rows += [("标题", "专利号", "起拍价"), ("乙", "CN101030345A", "3万元"), ("小计：2件", "", "18"), ("※ 价格不含税",)]
    found = read(*rows)
    assert [draft.start_minor for draft in found.lots] == [15_000_000, 3_000_000]
    kinds = [(1, "TITLE_ROWS"), (2, "UNIT_CONVERTED"), (4, "HEADING_AGAIN"), (6, "TOTAL_ROW"), (7, "NOTE_ROW")]
    assert codes(found) == kinds


def test_columns_by_hand_from_an_earlier_file_and_left_out():
    rows = (("品名", "号码", "价", "底"), ("甲", "CN101030344A", 5, 9))
    by_hand = Choices(columns={"品名": "title", "号码": "patents", "#3": "start", "底": LEFT_OUT})
    found = read(*rows, choices=by_hand)
    assert (found.lots[0].title_zh, found.lots[0].start_minor, codes(found)) == ("甲", 500, [])
    earlier = Choices(remembered={"品名": "title", "号码": "patents", "价": "reserve"}, columns={"价": "start"})
    assert read(*rows, choices=earlier).lots[0].start_minor == 500
    assert [each.code for each in read(*rows).errors] == ["NO_HEADINGS"]


def test_the_order_of_a_day_is_asked_for_and_taken():
    rows = (("专利名称", "专利号", "申请日"), ("甲", "CN101030344A", "05/06/2010"))
    asked = read(*rows)
    assert (codes(asked), asked.layout and asked.layout.asks_day_order) == ([(2, "DAY_ORDER")], True)
    days = [read(*rows, choices=Choices(day_order=order)).lots[0].patents[0].filing_date for order in DayOrder]
    assert days == [date(2010, 6, 5), date(2010, 5, 6)]


def test_a_strict_workbook_gets_advice_that_helps():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(HEAD, *ROWS))) as good, zipfile.ZipFile(out, "w") as strict:
        for name in good.namelist():
            old, new = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/main"
            strict.writestr(name, good.read(name).replace(old, new))
    assert [each.code for each in read_catalogue(out.getvalue(), "", "CNY").errors] == ["XLSX_STRICT"]


def test_merges_cost_no_more_than_their_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auction.catalogue.workbook.MAX_MERGED", 5)

    def merged(_book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 3, 3, 3, "某所")
        sheet.merge_range(1, 4, 3, 4, 100)

    assert [each.code for each in read(HEAD, *ROWS, make=merged).errors] == ["XLSX_TOO_LARGE"]


# --- how long it takes -----------------------------------------------------------------------------------------------


@pytest.mark.clock
def test_a_thousand_lots_take_three_seconds_at_the_most():
    head = (*HEAD, "保留价（万元）", "加价幅度", "申请日", "法律状态", "权属已证明", "中文摘要", "英文摘要")
    more = ("20", "5%", "2015年6月15日", "有效", "是", "本发明公开了一种方法，" * 30, "The invention discloses " * 30)
    rows = [
        (str(at), f"方法{at}", f"CN1{at:08}A、CN1{at + 5000:08}A", "某大学；某所", "15万", *more)
        for at in range(1, 1001)
    ]
    data, started_s = workbook(head, *rows), time.process_time()
    found = read_catalogue(data, "lots.xlsx", "CNY")

    assert (len(found.lots), found.errors) == (1000, ())
    assert time.process_time() - started_s < 3


@pytest.mark.clock
def test_a_file_of_loose_digits_takes_no_minutes():
    numbers = " ".join(str(at % 10) for at in range(1200))
    csv = "标题,专利号\n" + f"甲,{numbers}\n" * 300
    started_s = time.process_time()

    assert {each.code for each in read_catalogue(csv.encode(), "", "CNY").errors} == {"TOO_LONG"}
    assert time.process_time() - started_s < 5
