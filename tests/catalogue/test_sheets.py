"""Bytes to a table: kinds of files, encodings, delimiters, lines as an editor counts them, what an XLSX may cost."""

import csv
import io
import os
import re
import zipfile
from datetime import date, datetime
from itertools import count, pairwise

import openpyxl
import pytest
import xlsxwriter
from defusedxml.common import EntitiesForbidden
from hypothesis import given, settings
from hypothesis import strategies as st

from auction.catalogue import csv_rows, unpacking, workbook
from auction.catalogue.choices import Choices
from auction.catalogue.csv_rows import FileProblem, Unreadable
from auction.catalogue.tables import SheetTable, read_table

from .. import forks

HEADINGS = ("title_zh", "patents", "defects")
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CHINESE = "标题,专利号\n一种数字家居集成开发系统及平台,CN101035115\n"


def score(cells):
    known = {*HEADINGS, "标题", "专利号"}
    return len(known & {cell.strip() for cell in cells})


def read(data, **choices):
    table = read_table(data, score, Choices(**choices))
    assert isinstance(table, SheetTable), table
    return table


def refusal(data):
    problem = read_table(data, score)
    assert isinstance(problem, FileProblem), problem
    return problem


def cells(table):
    return [row.cells for row in table.rows]


def as_csv(rows, delimiter=",", end="\r\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()


def as_xlsx(*sheets, hidden=()):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(at, column, value, *([day] if isinstance(value, date) else []))
        for at in hidden:
            book.worksheets()[at + 1].activate()
            book.worksheets()[at].hide()
    return out.getvalue()


def rebuilt(parts):
    """A good workbook with some of its parts replaced or added."""
    source = zipfile.ZipFile(io.BytesIO(as_xlsx([HEADINGS, ("a", "CN101000319", "")])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name in source.namelist():
            if name not in parts:
                book.writestr(name, source.read(name))
        for name, data in parts.items():
            book.writestr(name, data)
    return out.getvalue()


def sheet_xml(rows):
    return f'<?xml version="1.0"?><worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>'


def inline(*texts):
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


# --- kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code", "kind"),
    [
        (b"", "FILE_EMPTY", None),
        (b"\xef\xbb\xbf \r\n\t\n", "FILE_EMPTY", None),
        (b"\xff\xfe\x20\x00\x0a\x00", "FILE_EMPTY", None),
        (b",,\n;;\n,,,", "NO_HEADINGS", None),
        (b" , ,\n , \n", "FILE_EMPTY", None),
        (b"%PDF-1.7 title_zh,patents", "WRONG_KIND", "PDF"),
        (b"{\\rtf1 title_zh", "WRONG_KIND", "RTF"),
        (b"\x1f\x8b\x08title_zh", "WRONG_KIND", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "WRONG_KIND", "7z or RAR"),
        (b"\x89PNG\r\n", "WRONG_KIND", "picture"),
        (b"\x09\x08\x10\x00\x00\x06", "WRONG_KIND", "XLS (Excel 2 to 95)"),
        (b"\xef\xbb\xbf\n <HTML><table><td>title_zh", "WRONG_KIND", "HTML or XML"),
        (b"<?xml version='1.0'?><Workbook/>", "WRONG_KIND", "HTML or XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "WRONG_KIND", "XLS (Excel 97-2003)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "PROTECTED", None),
        (b"a" * (csv_rows.MAX_FILE + 1), "FILE_TOO_LARGE", None),
        (b"PK\x03\x04 title_zh,patents", "XLSX_BROKEN", None),
        (b"\x00\x01\x02\x03", "NUL_CHARACTER", None),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_by_its_bytes(data, code, kind):
    problem = refusal(data)

    assert (code, kind) == (problem.code, problem.params.get("kind"))


@pytest.mark.parametrize(
    ("member", "kind"),
    [("content.xml", "ODS (OpenDocument)"), ("word/document.xml", "DOCX"), ("xl/workbook.bin", "XLSB"), ("a", "ZIP")],
)
def test_other_zip_files_are_named(member, kind):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "x")
        archive.writestr(member, "x")

    assert ("WRONG_KIND", {"kind": kind}) == (refusal(out.getvalue()).code, refusal(out.getvalue()).params)


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_a_csv_reads_the_same_in_every_encoding(encoding, delimiter, end):
    rows = [("标题", "专利号"), ("一种“数字”家居,系统;\t平台", "CN101035115;ZL2"), ("第二\n行", "")]
    table = read(as_csv(rows, delimiter, end).encode(encoding))

    assert rows == [table.heading.cells, *cells(table)]


def test_utf_16_big_endian_with_bom():
    assert len(read(b"\xfe\xff" + CHINESE.encode("utf-16-be")).rows) == 1


@pytest.mark.parametrize(
    "encoding", ["big5", "euc_kr", "euc_jp", "shift_jis", "cp1252", "cp1251", "koi8-r", "mac_roman"]
)
def test_what_only_happens_to_decode_as_gb18030_is_refused(encoding):
    texts = {
        "big5": "一種用於設施農業地下供水系統的滴灌帶沖洗裝置及方法",
        "euc_kr": "인공지능 기반의 데이터 처리 방법 및 장치에 관한 특허",
        "euc_jp": "画像処理装置及び方法に関する発明の名称は次の通りである",
        "shift_jis": "画像処理装置及び方法に関する発明の名称は次の通りである",
        "cp1251": "Способ изготовления устройства",
        "koi8-r": "Способ изготовления устройства",
    }
    text = texts.get(encoding, "Procédé à élément né, naïve, Gerät für Bäume")
    problem = refusal(f"title_zh,patents\nplain,1\n{text},CN101000319\n".encode(encoding))

    assert (problem.code, problem.line) == ("ENCODING", 3)


def test_gb18030_is_believed_by_its_headings_or_by_its_text():
    assert len(read(CHINESE.encode("gb18030")).rows) == 1
    assert len(read("标题,专利号\n鑫淼,1\n".encode("gb18030")).rows) == 1
    assert len(read("title_zh,patents\n一种数字家居集成开发系统及平台,1\n".encode("gb18030")).rows) == 1
    assert refusal("title_zh,patents\n鑫淼,1\n".encode("gb18030")).code == "ENCODING"


def test_private_characters_are_not_believed():
    assert refusal((CHINESE + "\ue000\ue001,1\n").encode("gb18030")).code == "ENCODING"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (CHINESE.encode() + b"a,b\n\xe4\xb8,c\n", "ENCODING", 4),
        (b"title_zh,patents\na,b\n\xed\xa0\x80,c\n", "ENCODING", 3),
        (b"\xff\xfe" + CHINESE.encode("utf-16-le") + b"\x00\xd8a\x00", "ENCODING", 3),
        (b"\xff\xfe" + CHINESE.encode("utf-16-le") + b"\x00", "ENCODING", 3),
        (b"title_zh,patents\r\na,\x00b\n", "NUL_CHARACTER", 2),
        (b"\xff\xfe\x00\x00" + CHINESE.encode("utf-32-le"), "NUL_CHARACTER", 1),
    ],
)
def test_bytes_that_are_no_text_are_named_with_their_line(data, code, line):
    problem = refusal(data)

    assert (code, line) == (problem.code, problem.line)


# --- rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_is_what_an_editor_shows(end):
    text = end.join(["", "title_zh,patents", '"a', "b", '",1', "", ",", "c,2", '"d', '",3', "e,4"])

    assert [
        (row.line, row.cells[1]) for row in read(text.encode()).rows
    ] == [(3, "1"), (8, "2"), (9, "3"), (11, "4")]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('title_zh,patents\na,1\n"b,2\nc,3\n', 3),
        ('title_zh,patents\na,1\n\n"b"x,2\n', 4),
        (f"title_zh\n{'a' * 200_000}\n", 2),
    ],
)
def test_broken_quotes_are_named_with_the_line_they_begin_in(text, line):
    problem = refusal(text.encode())

    assert ("BROKEN_QUOTES", line) == (problem.code, problem.line)


def test_too_many_cells_are_an_error_too_few_a_warning_empty_ones_nothing():
    table = read(b"title_zh,patents,,\na,1,,\nb,2,x\nc\nd,3,,,,\n")

    assert [(p.line, p.code, p.params) for p in table.errors] == [(3, "TOO_MANY_CELLS", {"count": 3, "most": 2})]
    assert [(p.line, p.code, p.params) for p in table.warnings] == [(4, "TOO_FEW_CELLS", {"count": 1, "most": 2})]
    assert cells(table) == [("a", "1"), ("b", "2"), ("c", ""), ("d", "3")]


def test_rows_above_the_headings_are_left_out_and_said():
    table = read("\n拍卖会目录,,\n\n2018,title_zh,\ntitle_zh,patents,x\na,1,\n".encode())

    assert table.errors == ()
    assert [(p.line, p.code, p.params) for p in table.warnings][:1] == [
        (2, "TITLE_ROWS", {"lines": "2, 4", "text": "拍卖会目录 2018 title_zh"})
    ]
    assert table.heading.line == 5


def test_headings_too_far_down_are_not_found():
    assert refusal(b"x\n" * csv_rows.MAX_PREAMBLE + b"title_zh,patents\na,1\n").code == "NO_HEADINGS"


def test_the_delimiter_is_the_one_that_makes_headings():
    assert cells(read(b"title_zh\tpatents\na,b;c\t1\n")) == [("a,b;c", "1")]
    assert cells(read(b"title_zh;patents\na,b;1\n")) == [("a,b", "1")]


def test_more_rows_than_a_catalogue_may_have():
    rows = [HEADINGS, *(("a", str(number), "") for number in range(workbook.MAX_ROWS))]
    assert workbook.MAX_ROWS == len(read(as_csv(rows).encode()).rows) == len(read(as_xlsx(rows)).rows)

    rows.append(("one", "too many", ""))
    for data in (as_csv(rows).encode(), as_xlsx(rows)):
        assert (refusal(data).code, refusal(data).line) == ("TOO_MANY_ROWS", workbook.MAX_ROWS + 2)


# --- XLSX ------------------------------------------------------------------------------------------------------------


def test_values_of_a_sheet_are_what_a_person_would_type():
    row = ("a", 12, 12.0, 0.1 + 0.2, 201811564288.5, date(2018, 11, 28), datetime(2018, 11, 28, 10, 30), True)
    table = read(as_xlsx([(*HEADINGS, *"abcde"), row]))

    expected = ("a", "12", "12", "0.3", "201811564288.5", "2018-11-28", "2018-11-28T10:30:00", "TRUE")
    assert [expected] == cells(table)


def test_rows_of_a_sheet_have_the_numbers_the_sheet_shows():
    table = read(as_xlsx([(), (" ",), HEADINGS, (), ("a", "1"), ("", "2", "x", "beyond")]))

    assert (table.heading.line, [row.line for row in table.rows]) == (3, [5, 6])
    assert table.errors == ()
    assert [(p.line, p.code) for p in table.warnings] == [(6, "CELLS_BESIDE")]


def test_the_first_visible_sheet_is_read_whatever_extent_the_file_claims():
    data = as_xlsx([("hidden",)], [HEADINGS, ("a", "1", "b")], [("notes",)], hidden=[0])
    table = read(data)

    assert cells(table) == [("a", "1", "b")]
    assert [(p.code, p.params) for p in table.warnings] == [("SHEETS_IGNORED", {"sheet": "Sheet2", "sheets": "Sheet3"})]
    lying = sheet_xml(f'<row r="1">{inline(*HEADINGS)}</row><row r="2">{inline("a", "1", "b")}</row>')
    lying = lying.replace("<sheetData>", '<dimension ref="A1"/><sheetData>')
    assert cells(read(rebuilt({SHEET: lying}))) == [("a", "1", "b")]


def test_a_formula_without_its_result_is_not_an_empty_cell():
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append(["=A1", "1", '=""'])
    out = io.BytesIO()
    book.save(out)

    assert cells(read(out.getvalue()))[0] == (workbook.UNSAVED, "1", workbook.UNSAVED)


def test_numbers_are_not_longer_than_the_sheet_shows_them_and_carriage_returns_are_not_spelled_out():
    row = "<c><v>0.30000000000000004</v></c><c><v>2.01811564288E+11</v></c>" + inline("a_x000D_\nb")

    assert cells(read(with_sheet(f"{HEAD_ROW}<row>{row}</row>"))) == [("0.3", "201811564288", "a\nb")]


def test_what_openpyxl_remarks_is_no_fault():
    """Warnings are errors here; this stylesheet is one that openpyxl warns of."""
    assert len(read(rebuilt({STYLES: f"<styleSheet {MAIN}/>"})).rows) == 1


def test_a_formula_that_gives_an_empty_text_is_one():
    row = '<c t="str"><f>""</f><v></v></c><c><f>1+1</f><v>2</v></c><c t="e"><f>A0</f><v>#REF!</v></c>'
    data = rebuilt({SHEET: sheet_xml(f"<row>{inline(*HEADINGS)}</row><row>{row}</row>")})

    assert cells(read(data)) == [("", "2", "#REF!")]


def relationships(kind, mode="External"):
    schema = "http://schemas.openxmlformats.org/"
    return (
        f'<Relationships xmlns="{schema}package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{schema}officeDocument/2006/relationships/{kind}" Target="http://example.org/" TargetMode="{mode}"/>'
        "</Relationships>"
    )


def test_what_refers_outside_is_refused_but_for_links_in_cells():
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    problem = refusal(rebuilt({rels: relationships("image")}))

    assert ("XLSX_EXTERNAL", {"part": rels}) == (problem.code, problem.params)
    assert len(read(rebuilt({rels: relationships("hyperlink")})).rows) == 1


def test_a_protected_zip_and_a_damaged_one():
    data = bytearray(as_xlsx([HEADINGS, ("a", "1")]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(bytes(data)).code == "PROTECTED"
    for at in range(40, len(data) - 40, 997):
        broken = bytes(data[:at]) + b"\x55" + bytes(data[at + 1 :])
        read_table(broken, score)  # never raises


def test_two_parts_of_one_name_are_refused():
    out = io.BytesIO(as_xlsx([HEADINGS, ("a", "1")]))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, sheet_xml(HEAD_ROW))

    assert refusal(out.getvalue()).code == "XLSX_BROKEN"


# --- bombs (F28): refused within a second and 100 MB ------------------------------------------------------------------


def million_rows():
    return "".join(f'<row r="{at}"><c r="A{at}"><v>{at % 97}</v></c></row>' for at in range(1, 1_000_001))


def entities():
    names = "abcdefghijklm"
    more = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    return f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{more}]>'


def nested_zip():
    inner = b"\0" * 10_000_000
    for level in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(16 if level else 1):
                archive.writestr(f"{copy}", inner)
        inner = out.getvalue()
    return inner


def overlapping_directory():
    """Many entries of the directory for one part."""
    data = rebuilt({"x": b"0" * 60_000})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    return data[:start] + data[start:end] * 3_000 + data[end:]


LONGER = ("strings", "cells", "row attributes")
"""Up to its limit this might be a real catalogue, so it is read up to there."""


def numbered(pattern, most=1_000_000):
    """The pattern again and again, each time with another number, so that it does not pack too well."""
    before, after = pattern.split("#")
    return before + (after + before).join(str(each * 7919 % 1_000_003) for each in range(most)) + after


def with_sheet(rows, before=""):
    return rebuilt({SHEET: before + sheet_xml(rows)})


HEAD_ROW = f"<row>{inline(*HEADINGS)}</row>"
ENTITY_ROW = f"<row>{inline('&m;')}</row>"
BOMBS = {
    "ratio": ("XLSX_TOO_LARGE", lambda: rebuilt({"xl/media/a.bin": b"\0" * 90_000_000})),
    "total": (
        "XLSX_TOO_LARGE",
        lambda: rebuilt({f"xl/media/{n}": os.urandom(30_000) + b"a" * 2_800_000 for n in range(40)}),
    ),
    "entries": ("XLSX_TOO_LARGE", lambda: rebuilt({f"x{n}": b"" for n in range(501)})),
    "directory": ("XLSX_TOO_LARGE", overlapping_directory),
    "nested": ("WRONG_KIND", nested_zip),
    "rows": ("TOO_MANY_ROWS", lambda: with_sheet(HEAD_ROW + million_rows())),
    "empty rows": ("TOO_MANY_ROWS", lambda: with_sheet(HEAD_ROW + numbered('<row ht="#"/>'))),
    "wide row": ("XLSX_TOO_LARGE", lambda: with_sheet(f"<row>{numbered('<c><v>#</v></c>')}</row>")),
    "far column": ("TOO_MANY_CELLS", lambda: with_sheet(f"<row>{inline(*HEADINGS, *range(300))}</row>")),
    "cells": ("XLSX_TOO_LARGE", lambda: with_sheet(numbered("<row ht='#'>" + "<c s='0'/>" * 40 + "</row>", 20_000))),
    "row attributes": (
        "XLSX_TOO_LARGE",
        lambda: with_sheet(numbered("<row ht='#' " + "".join(f"a{n}='{n}' " for n in range(40)) + "/>", 45_000)),
    ),
    "attributes": ("XLSX_TOO_LARGE", lambda: with_sheet("<row " + numbered("b#='' ") + "/>")),
    "strings": ("XLSX_TOO_LARGE", lambda: rebuilt({STRINGS: f"<sst {MAIN}>{numbered('<si><t>#</t></si>')}</sst>"})),
    "styles": (
        "XLSX_TOO_LARGE",
        lambda: rebuilt({STYLES: f"<styleSheet {MAIN}>" + numbered('<xf x="#"/>', 60_000) + "</styleSheet>"}),
    ),
    "large styles": (
        "XLSX_TOO_LARGE",
        lambda: rebuilt({STYLES: f"<styleSheet {MAIN}><!--" + numbered("#", 400_000) + "--></styleSheet>"}),
    ),
    "entities": ("XLSX_BROKEN", lambda: with_sheet(ENTITY_ROW, before=entities())),
    "entities of a string": ("XLSX_BROKEN", lambda: rebuilt({STRINGS: f"{entities()}<sst>&m;</sst>"})),
    "external entity": (
        "XLSX_BROKEN",
        lambda: with_sheet(ENTITY_ROW, before='<!DOCTYPE x [<!ENTITY m SYSTEM "file:///etc/passwd">]>'),
    ),
}


class Liar:
    """An archive whose directory says one size and whose part has another."""

    def __init__(self, said, size):
        self.said, self.size = said, size

    def infolist(self):
        info = zipfile.ZipInfo("[Content_Types].xml")
        info.file_size = info.compress_size = self.said
        return [info]

    def namelist(self):
        return [info.filename for info in self.infolist()]

    def open(self, _):
        assert self.size, "nothing is unpacked that the directory says is too large"
        return io.BytesIO(b"\0" * self.size)


@pytest.mark.parametrize(("said", "size"), [(unpacking.MAX_UNPACKED + 1, 0), (1, unpacking.MAX_UNPACKED + 1)])
def test_the_size_is_looked_up_before_and_counted_while_unpacking(said, size):
    with pytest.raises(Unreadable) as caught:
        unpacking.inspect(Liar(said, size))

    assert caught.value.problem.code == "XLSX_TOO_LARGE"


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(name, tmp_path):
    """In a process of its own: here the memory that it takes might be what an earlier test gave back."""
    expected, make = BOMBS[name]
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(make())
    assert path.stat().st_size <= csv_rows.MAX_FILE
    answer = forks.run(["tests/catalogue/measured.py", str(path)], {**os.environ}).stdout.split()

    assert answer[0] == expected
    assert float(answer[1]) < (10 if name in LONGER else 3), "a second of its own, more where others use the cores too"
    assert float(answer[2]) < 100


@pytest.mark.parametrize("name", [SHEET, STRINGS, STYLES, "xl/workbook.xml", "xl/worksheets/_rels/sheet1.xml.rels"])
def test_not_even_a_harmless_entity_is_allowed(name):
    with zipfile.ZipFile(io.BytesIO(rebuilt({}))) as book:
        part = book.read(name).decode() if name in book.namelist() else relationships("hyperlink")
    body = re.sub(r"^<\?xml.*?\?>", "", part)

    assert len(read(rebuilt({name: body})).rows) == 1
    assert refusal(rebuilt({name: '<!DOCTYPE x [<!ENTITY a "b">]>' + body})).code == "XLSX_BROKEN"


def test_openpyxl_parses_with_defusedxml():
    assert openpyxl.DEFUSEDXML
    data = rebuilt({SHEET: entities() + sheet_xml(f"<row>{inline('&m;')}</row>")})
    with pytest.raises(EntitiesForbidden):
        workbook._chosen_sheet(data, score, "")


# --- any bytes -------------------------------------------------------------------------------------------------------

MARKS = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"PK\x05\x06"]
starts = st.sampled_from([*MARKS, b"title_zh,patents\n", CHINESE.encode(), CHINESE.encode("gb18030")])


@settings(max_examples=400, deadline=None)
@given(starts, st.binary(max_size=300))
def test_no_bytes_raise(start, rest):
    assert isinstance(read_table(start + rest, score), SheetTable | FileProblem)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([SHEET, STRINGS, STYLES, "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]),
    st.data(),
)
def test_no_damage_to_a_part_raises(name, draw):
    with zipfile.ZipFile(io.BytesIO(as_xlsx([HEADINGS, ("a", 1.5, date(2018, 1, 1))]))) as book:
        part = bytearray(book.read(name))
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(part) - 1))
        part[at : at + draw.draw(st.integers(0, 30))] = draw.draw(
            st.sampled_from([b"", b"9", b"999999999999", b"<", b'"', b"-1", b"x"])
        )

    assert isinstance(read_table(rebuilt({name: bytes(part)}), score), SheetTable | FileProblem)


texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="'*※"), max_size=12).map(
    str.strip
)
rows_of_text = st.lists(st.tuples(texts, texts, texts).filter(any), max_size=8)


@settings(max_examples=120, deadline=None)
@given(rows_of_text, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(",;\t"))
def test_what_is_written_as_csv_is_read(rows, encoding, delimiter):
    table = read(as_csv([HEADINGS, *rows], delimiter).encode(encoding))

    assert rows == cells(table)


@settings(max_examples=60, deadline=None)
@given(rows_of_text)
def test_what_is_written_as_xlsx_is_read(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in zip(count(), [HEADINGS, *rows], strict=False):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)

    assert rows == cells(read(out.getvalue()))
