"""A catalogue file as an organizer writes it: every column, every rule, every problem and its line."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from auction.base.texts import clean
from auction.catalogue import columns, reading
from auction.catalogue.columns import COLUMNS
from auction.catalogue.drafts import LotDraft, PatentDraft
from auction.patents import numbers as patent_numbers
from auction.people.parties import DITTO
from auction.rules.ladder import NAMED
from auction.rules.lot import MAX_AMOUNT
from auction.words.of_files import OF_FILES
from tests.catalogue.test_facts import FACTS
from tests.catalogues import read_catalogue, said
from tests.data import NO_DATA, SHARED

ROOT = Path(__file__).parents[2]
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason=NO_DATA)

GOOD = {"title_zh": "一种粉体金属电阻率测量方法及装置", "patents": "CN101000319A"}
FULL = {
    "lot": "12a",
    "title_zh": "一种粉体金属电阻率测量方法及装置",
    "title_en": "Measuring the resistivity of metal powder",
    "patents": "ZL 201811564288.X；CN101000319A、no number",
    "abstract_zh": "第一段\n第二段",
    "abstract_en": "An abstract",
    "field": "新材料",
    "consignor": "中国科学院金属研究所",
    "start": "¥10万",
    "reserve": "150,000.50",
    "increment": "1000",
    "estimate_low": "１２００００",
    "estimate_high": "200000元",
    "defects": "年费\n未缴",
    "transfer_type": "专利权转让",
    "filing_date": "2018年11月28日",
    "publication_date": ";2020/1/2 0:00:00;",
    "kind": "发明",
}


PERIODS = {"format": "限时竞价", "free": "5 min", "limited": "2:00", "no_bid": "继续", "extend": "ADD", "cap": "10万"}
SOFT = {
    "format": "timed",
    "duration": "1小时",
    "window": "300",
    "extension": "5 分",
    "extensions": "3",
    "group": "第 一 组",
    "hard_end": "2 h",
}
DUTCH = {"format": "减价", "floor": "5", "fall": "1", "tick": "30 s"}
SEALED = {"format": "sealed", "duration": "1 d", "pays": "次高价", "offers": "raise"}
OF_ONE = {name: re.split("[;；]", text)[0] for name, text in FACTS.items()}
SOLD_AS = (PERIODS, SOFT, DUTCH, SEALED, OF_ONE)


def as_csv(rows, headings=None, delimiter=","):
    out = io.StringIO()
    columns = list(rows[0])
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(headings or columns)
    writer.writerows([[row.get(column, "") for column in columns] for row in rows])
    return out.getvalue()


def as_xlsx(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        columns = list(rows[0])
        for at, texts in enumerate([columns, *([row[column] for column in columns] for row in rows)]):
            for column, text in enumerate(texts):
                sheet.write_string(at, column, text)
    return out.getvalue()


def read(*rows, **cells):
    rows = rows or ({**GOOD, **cells},)
    return read_catalogue(as_csv(rows).encode(), "catalogue.csv")


def lot(**cells):
    catalogue = read(**cells)
    assert catalogue.errors == ()
    return catalogue.lots[0]


def errors(catalogue):
    """Of a refused catalogue: line, column, code; a sentence can be made of each."""
    assert catalogue.lots == ()
    assert all(map(said, catalogue.errors))
    return [(problem.line, problem.column, problem.code) for problem in catalogue.errors]


def warnings(catalogue):
    assert catalogue.errors == ()
    assert all(map(said, catalogue.warnings))
    return [(problem.line, problem.column, problem.code) for problem in catalogue.warnings]


# --- columns ---------------------------------------------------------------------------------------------------------


def test_every_column_arrives_where_it_belongs():
    draft = lot(**FULL)

    assert draft == LotDraft(
        line=2,
        lot="12A",
        title_zh=FULL["title_zh"],
        title_en=FULL["title_en"],
        patents=(
            PatentDraft("ZL 201811564288.X", "201811564288.X", "发明", date(2018, 11, 28)),
            PatentDraft("CN101000319A", "CN101000319A", "发明", publication_date=date(2020, 1, 2)),
            PatentDraft("no number", None, "发明"),
        ),
        abstract_zh="第一段\n第二段",
        abstract_en="An abstract",
        field="新材料",
        consignor="中国科学院金属研究所",
        start_minor=100_000_00,
        reserve_minor=150_000_50,
        increment={"fixed_minor": 1_000_00},
        estimate_low_minor=120_000_00,
        estimate_high_minor=200_000_00,
        defects="年费\n未缴",
        transfer_type="专利权转让",
        format="english",
        own={},
    )


def test_a_title_and_a_patent_are_enough():
    draft = lot()

    assert (draft.lot, draft.start_minor, draft.increment, draft.patents[0].filing_date) == ("1", None, None, None)


@pytest.mark.parametrize("heading", [(name, one) for name, (_, headings) in COLUMNS.items() for one in headings])
def test_a_column_goes_by_each_of_its_headings(heading):
    name, written = heading
    terms = next((each for each in SOLD_AS if name in each), {})
    value = terms.get(name) or {
        "lot": "7",
        "increment": "EBAY",
        "kind": "A",
        "currency": "CNY",
        "ipc": "G06F 17/30",
    }.get(name, "2018-11-28" if name.endswith("date") else "3")
    rows = [{**{key: text for key, text in {**GOOD, **terms}.items() if key != name}, name: value}]
    known = [written if column == name else column for column in rows[0]]
    plain, odd = (
        read_catalogue(as_csv(rows, headings).encode(), "")
        for headings in (known, [f" *{one.upper().replace(' ', '_')}： " for one in known])
    )

    assert not plain.errors
    assert plain.lots == odd.lots
    assert warnings(plain) == ([(2, written, "PATENT_UNREADABLE")] if name == "patents" else [])


def test_no_heading_means_two_columns():
    folded = [columns.folded(heading) for _, headings in COLUMNS.values() for heading in headings]

    assert len(folded) == len(set(folded))


def test_a_title_column_goes_by_the_script_it_is_written_in():
    rows = [{"title": "一种 method", "patents": "1"}, {"title": "A method (方法)", "patents": "2"}]
    rows.append({"title": "A method", "patents": "3"})
    found = read(*rows).lots

    assert [draft.title_zh for draft in found] == ["一种 method", "A method (方法)", ""]
    assert [draft.title_en for draft in found] == ["", "", "A method"]


def test_a_common_title_does_not_replace_an_own_one():
    catalogue = read(title="另一个")

    assert catalogue.lots[0].title_zh == GOOD["title_zh"]
    assert warnings(catalogue) == [(2, "title", "TEXT_IGNORED")]
    assert warnings(read(title=GOOD["title_zh"])) == []


def test_of_several_columns_of_one_kind_the_better_name_is_used_first():
    rows = [
        {
            "title": "方法",
            "application number": "ZL1",
            "publication number": "CN101000319A",
            "applicant": "a",
            "owner": "b",
        }
    ]
    rows.append({**rows[0], "publication number": "", "owner": ""})
    catalogue = read(*rows)

    assert [(draft.patents[0].written, draft.consignor) for draft in catalogue.lots] == [
        ("CN101000319A", "b"),
        ("ZL1", "a"),
    ]
    assert [warning[1:] for warning in warnings(catalogue)] == [
        ("application number", "SECOND_COLUMN"),
        ("applicant", "SECOND_COLUMN"),
        ("application number", "PATENT_UNREADABLE"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foo,专利号\n1,2\n", [(1, "title", "MISSING_COLUMN")]),
        ("标题,foo\n1,2\n", [(1, "patents", "MISSING_COLUMN")]),
        ("标题,专利号,标 题\n1,2,3\n", [(1, "标 题", "DUPLICATE_COLUMN")]),
        ("标题,专利号\n\n,\n", [(1, "", "NO_LOTS_BELOW")]),
        ("标题,专利号\na,b,c\n", [(2, "", "TOO_MANY_CELLS")]),
        ("foo,bar\n1,2\n", [(0, "", "NO_HEADINGS")]),
        ("", [(0, "", "FILE_EMPTY")]),
    ],
)
def test_what_is_wrong_with_the_table(text, expected):
    assert errors(read_catalogue(text.encode(), "")) == expected


def test_what_is_odd_about_the_table():
    text = "标题,专利号,备注,\n方法,CN101000319A\n"

    assert warnings(read_catalogue(text.encode(), "")) == [(1, "备注", "UNKNOWN_COLUMN"), (2, "", "TOO_FEW_CELLS")]


# --- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"title_zh": ""}, "title_zh", "MISSING_VALUE"),
        ({"title_zh": " \u200b "}, "title_zh", "MISSING_VALUE"),
        ({"patents": ""}, "patents", "MISSING_VALUE"),
        ({"patents": " ;；、\n"}, "patents", "MISSING_VALUE"),
        ({"patents": "1" * 41}, "patents", "TOO_LONG"),
        ({"patents": "1;" * 2_501}, "patents", "TOO_LONG"),
        ({"title_zh": "长" * 301}, "title_zh", "TOO_LONG"),
        ({"title_en": "x" * 301}, "title_en", "TOO_LONG"),
        ({"consignor": "x" * 501}, "consignor", "TOO_LONG"),
        ({"defects": "x" * 501}, "defects", "TOO_LONG"),
        ({"start": "1" * 41}, "start", "TOO_LONG"),
        ({"title_zh": "方\ufffd法"}, "title_zh", "DAMAGED_TEXT"),
        ({"consignor": "锟斤拷"}, "consignor", "DAMAGED_TEXT"),
        ({"start": "#REF!"}, "start", "CELL_ERROR"),
        ({"title_zh": "#N/A"}, "title_zh", "CELL_ERROR"),
        ({"start": "#UNSAVED!"}, "start", "FORMULA_UNSAVED"),
        ({"lot": "0"}, "lot", "NOT_A_LOT_NUMBER"),
        ({"lot": "1234567"}, "lot", "NOT_A_LOT_NUMBER"),
        ({"lot": "-1"}, "lot", "NOT_A_LOT_NUMBER"),
        ({"start": "abc"}, "start", "BAD_AMOUNT"),
        ({"start": "-5"}, "start", "BAD_AMOUNT"),
        ({"start": "1.234"}, "start", "AMOUNT_TOO_FINE"),
        ({"start": "1250,50"}, "start", "AMOUNT_COMMA"),
        ({"start": "5%"}, "start", "PERCENT_HERE"),
        ({"increment": "5%"}, "increment", "PERCENT_OF_NOTHING"),
        ({"increment": '{"bands": [[1, 1]]}'}, "increment", "BAD_INCREMENT"),
        ({"title_zh": "鍙︿竴绉嶆祴璇曠殑鏂规硶"}, "title_zh", "MISREAD_TEXT"),
        ({"consignor": "ä¸­å›½ç§‘å­¦é™¢"}, "consignor", "MISREAD_TEXT"),
        ({"patents": "2.01812E+11"}, "patents", "PATENT_SPOILT"),
        ({"patents": "CN101000319A等3件"}, "patents", "PATENTS_MISSING"),
        ({"start": str(MAX_AMOUNT)}, "start", "AMOUNT_TOO_LARGE"),
        ({"start": "0"}, "start", "NOT_POSITIVE"),
        ({"reserve": "0.00"}, "reserve", "NOT_POSITIVE"),
        ({"increment": "0"}, "increment", "NOT_POSITIVE"),
        ({"start": "100", "reserve": "99.99"}, "reserve", "RESERVE_BELOW_START"),
        ({"increment": "CN258"}, "increment", "BAD_INCREMENT"),
        ({"increment": "-1"}, "increment", "BAD_INCREMENT"),
    ],
)  # fmt: skip
def test_a_bad_cell_refuses_the_catalogue(cells, column, code):
    good, bad = {**dict.fromkeys(cells, ""), **GOOD}, {**GOOD, **cells}
    catalogue = read({name: good.get(name, "") for name in bad}, bad)

    assert errors(catalogue) == [(3, column, code)]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"abstract_zh": "长" * 5_001}, "abstract_zh", "TOO_LONG"),
        ({"field": "x" * 101}, "field", "TOO_LONG"),
        ({"transfer_type": "x" * 41}, "transfer_type", "TOO_LONG"),
        ({"estimate_low": "a lot"}, "estimate_low", "BAD_AMOUNT"),
        ({"estimate_low": "2", "estimate_high": "1"}, "estimate_low", "ESTIMATE_REVERSED"),
        ({"filing_date": "######"}, "filing_date", "CELL_ERROR"),
        *(
            ({"filing_date": text}, "filing_date", "BAD_DATE")
            for text in ("2018-02-30", "2018-11/28", "0000-01-01", "2018-11-28T10:30:00", "2010-06", "99999", "soon")
        ),
        ({"filing_date": "05/06/2010"}, "filing_date", "DAY_ORDER"),
    ],
)  # fmt: skip
def test_a_field_that_a_lot_can_be_without_is_left_empty(cells, column, code):
    catalogue = read(**cells)

    assert warnings(catalogue) == [(2, column, code)]
    assert catalogue.warnings[0].emptied
    assert catalogue.lots == read().lots


def test_several_errors_come_in_the_order_of_the_lines():
    bad = {**GOOD, "start": "x", "reserve": "y"}

    assert [error[:2] for error in errors(read(bad, bad))] == [
        (2, "start"),
        (2, "reserve"),
        (3, "start"),
        (3, "reserve"),
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-11-28", date(2018, 11, 28)),
        ("2018/1/2", date(2018, 1, 2)),
        ("2018.01.02", date(2018, 1, 2)),
        ("20180102", date(2018, 1, 2)),
        ("２０１８年 １月 ２日", date(2018, 1, 2)),
        ("2018年1月2", date(2018, 1, 2)),
        ("2018-01-02T00:00:00", date(2018, 1, 2)),
        ("2024-02-29 00:00", date(2024, 2, 29)),
        ("2018-11-28T00:00:00Z", date(2018, 11, 28)),
        ("28/11/2018", date(2018, 11, 28)),
        ("11/28/2018", date(2018, 11, 28)),
        ("5/5/2018", date(2018, 5, 5)),
        ("01.02.2018", date(2018, 2, 1)),
        ("November 28, 2018", date(2018, 11, 28)),
        ("28-Nov-2018", date(2018, 11, 28)),
    ],
)
def test_dates_as_people_write_them(text, day):
    assert lot(filing_date=text).patents[0].filing_date == day


@pytest.mark.parametrize("name", NAMED)
def test_a_named_ladder(name):
    assert lot(increment=f" {name.lower()} ").increment == lot(increment=name).increment == {"ladder": name}


def test_a_reserve_may_equal_the_start_or_stand_alone():
    assert lot(start="100", reserve="100").reserve_minor == 100_00
    assert lot(reserve="100").reserve_minor == 100_00


def test_the_longest_texts_are_read():
    draft = lot(title_zh="长" * 300, abstract_zh="长" * 5_000, consignor="x" * 500, patents="1" * 40)

    assert (len(draft.title_zh), len(draft.abstract_zh), len(draft.consignor)) == (300, 5_000, 500)


def test_what_nobody_sees_is_removed_and_said():
    catalogue = read(
        title_zh="\ufeff一\u200b种\u202e\x07方\u00ad法", title_en=" a\u00a0 b\tc\u3000d\ne ", defects="x\r\ny\u2028z"
    )
    draft = catalogue.lots[0]

    assert (draft.title_zh, draft.title_en, draft.defects) == ("一种方法", "a b c d e", "x\ny\nz")
    assert warnings(catalogue) == [(2, "title_zh", "INVISIBLE_REMOVED")]


def test_texts_are_composed_but_not_otherwise_changed():
    assert lot(title_en="cafe\u0301 ② Ａ").title_en == "café ② Ａ"


# --- lot numbers and patents -----------------------------------------------------------------------------------------


def test_lots_without_a_number_get_the_lowest_free_ones():
    rows = [{**GOOD, "lot": number} for number in ("", "2", "1A", "", "003b", "", "12")]

    assert [draft.lot for draft in read(*rows).lots] == ["1", "2", "1A", "3", "3B", "4", "12"]


def test_a_lot_number_twice():
    rows = [{**GOOD, "lot": number} for number in ("12A", "", "012a")]
    catalogue = read(*rows)

    assert errors(catalogue) == [(4, "lot", "DUPLICATE_LOT")]
    assert catalogue.errors[0].params == {"lot": "12A", "line": 2}


def test_the_line_is_the_one_an_editor_shows():
    rows = [{**GOOD, "defects": "a\nb\nc"}, {**GOOD, "defects": ""}]
    catalogue = read(*rows)
    bad = read(*rows, {**GOOD, "title_zh": "", "defects": "d\ne"})

    assert [draft.line for draft in catalogue.lots] == [2, 5]
    assert errors(bad) == [(6, "title_zh", "MISSING_VALUE")]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("ZL101610203352.6", "YEAR_IMPLAUSIBLE"),
        ("ZL201811564288.1", "CHECK_DIGIT_WRONG"),
        ("ZL201811564288", "CHECK_DIGIT_MISSING"),
        ("US12345B9", "SHAPE_UNUSUAL"),
        ("number 5", "PATENT_UNREADABLE"),
    ],
)
def test_a_doubtful_patent_number_is_kept_as_written(number, code):
    catalogue = read(patents=number)

    assert catalogue.lots[0].patents[0].written == number
    assert (2, "patents", code) in warnings(catalogue)
    assert (catalogue.lots[0].patents[0].number is None) == (code == "PATENT_UNREADABLE")


def test_every_warning_of_a_number_has_a_sentence():
    assert set(patent_numbers.NumberWarning) - set(OF_FILES) == {"KIND_MISSING"}


def test_the_same_patent_in_two_lots_is_only_odd():
    rows = [{**GOOD, "patents": number} for number in ("CN101000319A", "ZL1", "CN 101000319 A", "ZL1")]
    found = [(p.line, p.code, p.params) for p in read(*rows).warnings if p.code == "PATENT_REPEATED"]

    assert found == [
        (4, "PATENT_REPEATED", {"number": "CN 101000319 A", "line": 2}),
        (5, "PATENT_REPEATED", {"number": "ZL1", "line": 3}),
    ]


def test_not_every_one_of_many_problems_is_named():
    catalogue = read(*[{**GOOD, "start": "x"}] * (reading.MAX_SHOWN + 3))

    assert len(catalogue.errors) == reading.MAX_SHOWN + 1
    assert (catalogue.errors[-1].code, catalogue.errors[-1].params) == ("MORE_PROBLEMS", {"count": 3})


# --- real files ------------------------------------------------------------------------------------------------------


@needs_data
def test_the_same_178_patents_in_two_encodings():
    utf8, gb18030 = (
        read_catalogue((SHARED / "patents" / f"institutes_178{end}.csv").read_bytes(), "same")
        for end in ("", ".gb18030")
    )

    assert utf8 == gb18030
    assert len(utf8.lots) == 178
    assert warnings(utf8) == [(1, "kind_zh", "UNKNOWN_COLUMN")]
    assert utf8.lots[0].title_zh == "一种粉体金属电阻率测量方法及装置"
    assert utf8.lots[0].consignor == "深圳大学;深圳市中金岭南有色金属股份有限公司"


@needs_data
@pytest.mark.parametrize("encoding", ["big5", "euc_kr", "shift_jis", "utf-8"])
def test_the_178_patents_misread_or_cut_are_refused(encoding):
    text = (SHARED / "patents" / "institutes_178.csv").read_text(encoding="utf-8")

    assert [error[2] for error in errors(read_catalogue(text.encode(encoding, "ignore")[:-40] + b"\xe4\n", ""))] == [
        "ENCODING"
    ]


MALFORMED = {
    "cnki_scrape_with_page_counters.txt": (0, "NO_HEADINGS"),
    "lens_drones_tac_1606_families.csv": (5, "ENCODING"),
    "messytables_characters.csv": (1, "ENCODING"),
    "messytables_excel_pasting.csv": (0, "NO_HEADINGS"),
    "messytables_null.csv": (0, "NO_HEADINGS"),
    "messytables_span_rich.xls": (0, "WRONG_KIND"),
    "messytables_utf-16le_encoded.csv": (0, "NO_HEADINGS"),
    "messytables_utf8bom.csv": (0, "NO_HEADINGS"),
    "messytables_weird_head_padding.csv": (13, "BROKEN_QUOTES"),
}


@needs_data
def test_every_malformed_file_has_its_message():
    found = {path.name: read_catalogue(path.read_bytes(), path.name) for path in (SHARED / "malformed").iterdir()}
    espacenet = found.pop("espacenet_pizza_small_fromexcel.csv")

    assert (len(espacenet.lots), espacenet.lots[0].title_en) == (25, "A packing box for pizza")
    assert {name: errors(catalogue)[0][::2] for name, catalogue in found.items()} == MALFORMED


# --- round trips and any bytes ---------------------------------------------------------------------------------------

PLAIN = st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="\ufffd#")
line = st.text(PLAIN, max_size=20).map(lambda text: " ".join(clean(text)[0].split()))
amount = st.integers(1, 10**9)
drafts = st.builds(
    lambda base, title, consignor, field, minor, day: replace(
        base,
        title_en=title or "x",
        consignor=consignor,
        field=field,
        start_minor=minor,
        patents=(replace(base.patents[0], filing_date=day), *base.patents[1:]),
    ),
    st.just(lot(**{name: text for name, text in FULL.items() if name not in ("lot", "reserve")})),
    line,
    line.filter(lambda text: text.casefold() not in DITTO),
    line,
    st.none() | amount,
    st.none() | st.dates(),
)


def written(draft):
    yuan = lambda minor: "" if minor is None else f"{minor // 100}.{minor % 100:02d}"  # noqa: E731
    of_each = lambda name: "; ".join(str(getattr(patent, name) or "") for patent in draft.patents)  # noqa: E731
    texts = ("title_zh", "title_en", "consignor", "field", "defects", "lot", "abstract_zh", "abstract_en")
    return {
        **{name: str(getattr(draft, name)) for name in (*texts, "transfer_type")},
        **{name: of_each(name) for name in ("filing_date", "publication_date", "kind")},
        **{name: yuan(getattr(draft, f"{name}_minor")) for name in ("start", "reserve")},
        **{name: yuan(getattr(draft, f"{name}_minor")) for name in ("estimate_low", "estimate_high")},
        "increment": yuan(draft.increment["fixed_minor"]),
        "patents": of_each("written"),
    }


@settings(max_examples=100, deadline=None)
@given(
    st.lists(drafts, min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]),
    st.sampled_from(",;\t"),
)
def test_lots_written_as_csv_are_read_back(lots, encoding, delimiter):
    lots = [replace(draft, lot=str(number)) for number, draft in enumerate(lots, 1)]
    text = as_csv([written(draft) for draft in lots], [COLUMNS[name][1][1] for name in written(lots[0])], delimiter)

    assert read_catalogue(text.encode(encoding), "").lots == tuple(lots)


@settings(max_examples=40, deadline=None)
@given(st.lists(drafts, min_size=1, max_size=5))
def test_lots_written_as_xlsx_are_read_back(lots):
    lots = [replace(draft, lot=str(number)) for number, draft in enumerate(lots, 1)]

    assert read_catalogue(as_xlsx([written(draft) for draft in lots]), "").lots == tuple(lots)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(FULL)), st.text(max_size=30), min_size=1), min_size=1, max_size=3)
)
def test_no_cells_raise(rows):
    rows = [{name: row.get(name, "") for name in FULL} for row in rows]
    catalogue = read_catalogue(as_csv(rows).encode("utf-8", "surrogatepass"), "")

    assert all(map(said, (*catalogue.errors, *catalogue.warnings)))
    assert not (catalogue.lots and catalogue.errors)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([b"", b"title,patents\n", "标题,专利号\n方法,".encode("gb18030")]), st.binary(max_size=200))
def test_no_bytes_raise(start, rest):
    catalogue = read_catalogue(start + rest, "\x00")

    assert all(map(said, (*catalogue.errors, *catalogue.warnings)))
    assert not (catalogue.lots and catalogue.errors)
