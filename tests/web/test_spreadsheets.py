"""Spreadsheets as organizers have them: what each gives, on the page and by command, in both languages.

The files and what each must give are those of `imports` and `malformed` of the real data (tests/data.py).
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from auction.catalogue.choices import NO_CHOICES, Choices
from auction.catalogue.drafts import Catalogue, LotDraft
from auction.catalogue.reading import read_catalogue
from auction.catalogue.told import value_words
from auction.cli.main import cli
from auction.parts import Parts
from auction.people.accounts import Purpose, Role
from auction.web.application import create_app
from tests.data import shared
from tests.serving import parts_for

YUAN = 100
FIVE = tuple(f"{number}" for number in range(1, 6))


@dataclass(frozen=True)
class Gives:
    """What a file must give: lots by their numbers, prices of the start in yuan, and codes by line."""

    lots: tuple[str, ...] = ()
    starts: tuple[int | None, ...] | None = None
    errors: tuple[tuple[int, str], ...] = ()
    warnings: tuple[tuple[int, str], ...] | None = ()
    """None: other tests say which."""
    more: dict[str, Any] = field(default_factory=dict)


RISING = (150_000, 160_000, 170_000, 180_000, 190_000)
SAME = (150_000,) * 5
MET = "PATENT_REPEATED"

IMPORTS = {
    "x01_title_rows_wan.xlsx": Gives(
        FIVE, RISING, (), ((1, "TITLE_ROWS"), (3, "UNIT_CONVERTED"), (9, "TOTAL_ROW")), {"deposit": 30_000}
    ),
    "x02_wan_header.xlsx": Gives(FIVE, RISING, (), ((1, "UNIT_CONVERTED"),), {"deposit": 30_000}),
    "x03_title_row_yuan.xlsx": Gives(FIVE, RISING, (), ((1, "TITLE_ROWS"),), {"deposit": 30_000}),
    "x04_amounts.xlsx": Gives(
        tuple(f"{number}" for number in range(1, 17)),
        (*[150_000] * 9, None, *[150_000] * 3, 155_000, None, None),
        ((17, "BAD_AMOUNT"),),
        ((11, "NO_AMOUNT"), (16, "NO_AMOUNT")),
        {"step": 5_000},
    ),
    "x04b_amounts_ok.xlsx": Gives((*FIVE, "6", "7", "8"), (*[150_000] * 7, 155_000), more={"step": 5_000}),
    "x05_dates.xlsx": Gives(
        tuple(f"{number}" for number in range(1, 13)), None, (), ((6, "BAD_DATE"), (9, "DAY_FROM_NUMBER"))
    ),
    "x06_percent.xlsx": Gives(
        ("1", "2", "3"),
        SAME[:3],
        (),
        ((1, "UNKNOWN_COLUMN"), (1, "UNKNOWN_COLUMN"), *((line, "PERCENT_STEP") for line in (2, 3, 4))),
        {"step": 7_500},
    ),
    "x07_multi.xlsx": Gives((*FIVE, "6", "7", "8", "9", "10"), None, ((9, "PATENTS_MISSING"),), None),
    "x08_merged_packages.xlsx": Gives(("1", "2"), (300_000, 150_000), (), ((2, "PACKAGE_JOINED"),)),
    "x09_cover_sheet.xlsx": Gives(FIVE, SAME, (), ((0, "SHEETS_IGNORED"),)),
    "x10_total_row.xlsx": Gives(FIVE, SAME, (), ((1, "UNKNOWN_COLUMN"), (7, "TOTAL_ROW"), (8, "NOTE_ROW"))),
    "x11_numbers.xlsx": Gives(
        ("1", "2", "A-03", "4", "5", "6", "SH-007"),
        (150_000,) * 7,
        ((4, "PATENT_SPOILT"),),
        ((2, "CHECK_DIGIT_MISSING"), (3, MET), (5, MET), (7, MET)),
    ),
    "x12_two_header_rows.xlsx": Gives(FIVE, SAME, more={"reserve": 200_000}),
    "x13_good.xlsx": Gives(
        FIVE,
        (150_000, 200_000, 250_000, 300_000, 350_000),
        (),
        ((1, "UNKNOWN_COLUMN"), (2, "ONE_FOR_SEVERAL"), (3, MET)),
        {"deposit": 30_000, "step": 5_000},
    ),
    "x14_formula_hidden_row.xlsx": Gives(
        ("1", "3", "4", "5"), (150_000, None, 150_000, 150_000), ((4, "FORMULA_UNSAVED"),), ((3, "HIDDEN_ROWS"),)
    ),
    "b1_truncated.xlsx": Gives(errors=((0, "XLSX_BROKEN"),)),
    "b2_html_as_xls.xlsx": Gives(errors=((0, "WRONG_KIND"),)),
    "b3_unclosed_quote.csv": Gives(errors=((2, "BROKEN_QUOTES"),)),
    "b4_dup_lot_wan.csv": Gives(
        ("1", "1", "3", "4", "5", "6"),
        (150_000, None, None, 150_000, 150_000, 150_000),
        (
            *((3, "BAD_AMOUNT"), (3, "DUPLICATE_LOT"), (4, "MISSING_VALUE"), (4, "NOT_POSITIVE")),
            *((5, "MISSING_VALUE"), (6, "CELL_ERROR"), (7, "DAMAGED_TEXT")),
        ),
        ((3, MET), (6, MET), (7, MET)),
    ),
    "b5_zero.csv": Gives(errors=((0, "FILE_EMPTY"),)),
    "b7_gbk_cut.csv": Gives(errors=((2, "FILE_CUT"),)),
    "b8_mixed_enc.csv": Gives(errors=((3, "ENCODING_MIXED"),)),
    "b9_semicolon_tab.txt": Gives(("1",)),
    "b10_6000.csv": Gives(errors=((5_002, "TOO_MANY_ROWS"),)),
    "b11_injection.csv": Gives(("1", "2", "3"), (150_000,) * 3),
}
MALFORMED = {
    "cnki_scrape_with_page_counters.txt": Gives(errors=((0, "NO_HEADINGS"),)),
    "espacenet_pizza_small_fromexcel.csv": Gives(tuple(f"{number}" for number in range(1, 26)), warnings=None),
    "lens_drones_tac_1606_families.csv": Gives(errors=((5, "ENCODING"),)),
    "messytables_characters.csv": Gives(errors=((1, "ENCODING"),)),
    "messytables_excel_pasting.csv": Gives(errors=((0, "NO_HEADINGS"),)),
    "messytables_null.csv": Gives(errors=((0, "NO_HEADINGS"),)),
    "messytables_span_rich.xls": Gives(errors=((0, "WRONG_KIND"),)),
    "messytables_utf-16le_encoded.csv": Gives(errors=((0, "NO_HEADINGS"),)),
    "messytables_utf8bom.csv": Gives(errors=((0, "NO_HEADINGS"),)),
    "messytables_weird_head_padding.csv": Gives(errors=((13, "BROKEN_QUOTES"),)),
}
FILES = [*(("imports", name) for name in IMPORTS), *(("malformed", name) for name in MALFORMED)]


def given(folder: str, name: str) -> Gives:
    return {"imports": IMPORTS, "malformed": MALFORMED}[folder][name]


def read(name: str, choices: Choices = NO_CHOICES, folder: str = "imports") -> Catalogue:
    return read_catalogue(shared(folder, name).read_bytes(), name, "CNY", choices)


def patents(draft: LotDraft) -> list[str | None]:
    return [each.number for each in draft.patents]


def test_no_file_is_forgotten():
    for folder, table in (("imports", IMPORTS), ("malformed", MALFORMED)):
        assert {path.name for path in shared(folder).iterdir()} - {"README.md"} == set(table)


# --- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_a_file_gives_what_its_table_says(folder: str, name: str) -> None:
    found, wanted = read(name, folder=folder), given(folder, name)

    assert tuple(draft.lot for draft in found.read) == wanted.lots
    assert len(found.lots) == (0 if wanted.errors else len(wanted.lots))
    assert tuple((each.line, each.code) for each in found.errors) == wanted.errors
    if wanted.warnings is not None:
        assert tuple((each.line, each.code) for each in found.warnings) == wanted.warnings
    if wanted.starts is not None:
        starts = tuple(draft.start_minor and draft.start_minor // YUAN for draft in found.read)
        assert starts == wanted.starts
    for draft in found.read:
        if "deposit" in wanted.more:
            assert draft.deposit_minor == wanted.more["deposit"] * YUAN
        if "reserve" in wanted.more:
            assert draft.reserve_minor == wanted.more["reserve"] * YUAN
        if "step" in wanted.more:
            assert draft.increment == {"fixed_minor": wanted.more["step"] * YUAN}


def test_every_way_to_write_several_patents_and_a_day():
    two = ["201510958772.0", "202010566088.9"]
    assert [patents(draft) for draft in read("x07_multi.xlsx").read] == [*[two] * 7, two[:1], two, two[:1]]
    assert [patents(draft) for draft in read("x08_merged_packages.xlsx").lots] == [
        [*two, "CN101030344A"],
        ["200510096239.4"],
    ]
    days = [str(draft.patents[0].filing_date) for draft in read("x05_dates.xlsx").lots]
    assert days == [*["2010-06-15"] * 4, "None", *["2010-06-15"] * 7]
    good = read("x13_good.xlsx").lots
    assert [str(each.filing_date) for each in (*good[0].patents, *good[1].patents)] == ["None", "None", "2010-01-02"]


def test_what_a_person_chooses_is_done():
    taken = read("x14_formula_hidden_row.xlsx", Choices(take_hidden=True))
    assert [draft.lot for draft in taken.read] == list(FIVE)
    assert (3, "HIDDEN_ROWS_TAKEN") in [(each.line, each.code) for each in taken.warnings]
    assert [each.code for each in read("x09_cover_sheet.xlsx", Choices(sheet="封面")).errors] == ["NO_HEADINGS"]
    assert [each.code for each in read("x09_cover_sheet.xlsx", Choices(sheet="?")).errors] == ["NO_SUCH_SHEET"]
    assert [each.code for each in read("x01_title_rows_wan.xlsx", Choices(header_row=99)).errors] == ["NO_SUCH_ROW"]
    by_hand = read("x01_title_rows_wan.xlsx", Choices(header_row=3, columns={"起拍价(万元)": "reserve"}))
    assert [draft.reserve_minor for draft in by_hand.lots][:2] == [15_000_000, 16_000_000]


# --- on the page and by command --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Parts, FlaskClient]]:
    """The pages of a house with a draft, for its organizer."""
    parts = parts_for(tmp_path_factory.mktemp("house"))
    parts.engine.start()
    organizer = parts.accounts.create("o@test.invalid", "Organizer", Role.ORGANIZER)
    parts.sales.create("draft", organizer, title_zh="专场", title_en="Sale")
    client = create_app(parts).test_client()
    with client.session_transaction() as session:
        session["token"] = parts.accounts.sign_in_by_link(parts.accounts.make_link(Purpose.SIGN_IN, organizer))
    yield parts, client
    parts.engine.stop()
    parts.store.close()


IMPORT = "/organizer/sales/draft/import"


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(IMPORT).text)
    assert found
    return found[1]


def upload(client: FlaskClient, path: Path, locale: str = "zh", **choices: str) -> str:
    form = {"csrf_token": token(client), "file": (io.BytesIO(path.read_bytes()), path.name), **choices}
    answer = client.post(IMPORT, data=form, headers={"Accept-Language": locale})
    assert answer.status_code in (200, 422)
    return answer.text


def hidden_fields(page: str) -> dict[str, str]:
    """What the button of the import sends."""
    form = page.split(f'action="{IMPORT}/confirm"')[1].split("</form>", maxsplit=1)[0]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


def by_command(path: Path, *options: str) -> dict[str, Any]:
    told = CliRunner().invoke(cli, ["import-catalogue", str(path), "--dry-run", "--json", *options])
    outcome: dict[str, Any] = json.loads(told.stdout)
    assert told.exit_code == (1 if outcome["errors"] else 0)
    return outcome


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_the_page_and_the_command_say_the_same(house: tuple[Parts, FlaskClient], folder: str, name: str) -> None:
    path, wanted, locale = shared(folder, name), given(folder, name), "zh" if name < "n" else "en"
    outcome = by_command(path, "--lang", locale)
    page = upload(house[1], path, locale)
    rows = re.findall(r'<tr><td class="number figure">(\d+|–)</td><td>([^<]*)</td><td>([^<]*)</td></tr>', page)
    shown = [(0 if line == "–" else int(line), unescape(message)) for line, _column, message in rows]

    assert tuple((each["line"], each["code"]) for each in outcome["errors"]) == wanted.errors
    assert shown == [(each["line"], each["message"]) for each in (*outcome["errors"], *outcome["warnings"])]
    assert [row["lot"] for row in outcome["rows"]] == list(wanted.lots)
    assert ("/confirm" in page) == (not wanted.errors)
    assert "<script>alert" not in page
    assert "鍙" not in page
    for row in outcome["rows"][:25]:
        for column, text in row.items():
            assert all(line in unescape(page) for line in value_words(column, text, locale).splitlines())


def test_a_file_is_looked_at_again_and_imported_as_it_was_seen(house: tuple[Parts, FlaskClient]) -> None:
    parts, client = house
    page = upload(client, shared("imports", "x01_title_rows_wan.xlsx"))
    again = {**hidden_fields(page), "map.5": "reserve", "map.7": "-", "header_row": "3"}
    page = client.post(IMPORT, data=again).text
    assert "¥150,000" in page
    chosen = {**hidden_fields(page), "replace": "1", "deposit": "1"}
    assert (chosen["map.5"], chosen["map.7"], chosen["header_row"]) == ("reserve", "-", "3")
    assert client.post(f"{IMPORT}/confirm", data=chosen).status_code == 302
    sale = parts.sales.find("draft")
    assert sale is not None
    lots = parts.sales.lots(sale.id)
    assert [(lot.start_minor, lot.reserve_minor) for lot in lots][:2] == [(None, 15_000_000), (None, 16_000_000)]
    assert sale.deposit == {"fixed_minor": 3_000_000}
    assert [each.filing_date for each in parts.sales.patents(sale.id)] == [None] * 5

    remembered = upload(client, shared("imports", "x02_wan_header.xlsx"))
    assert "map.5" not in hidden_fields(remembered), "the house has chosen once; now its choice is the heading's"
    assert client.post(f"{IMPORT}/confirm", data={**hidden_fields(remembered), "replace": "1"}).status_code == 302
    assert [lot.reserve_minor for lot in parts.sales.lots(sale.id)][:2] == [15_000_000, 16_000_000]


def test_choices_of_another_sheet_are_dropped_and_the_template_is_read(
    house: tuple[Parts, FlaskClient], tmp_path: Path
) -> None:
    client = house[1]
    page = upload(client, shared("imports", "x12_two_header_rows.xlsx"))
    elsewhere = {**hidden_fields(page), "map.4": "reserve", "of": "another sheet/1"}
    assert "map.4" not in hidden_fields(client.post(IMPORT, data=elsewhere).text)

    for lang in ("zh", "en"):
        answer = client.get(f"{IMPORT}/template.{lang}.xlsx")
        path = tmp_path / f"{lang}.xlsx"
        path.write_bytes(answer.data)
        assert [each["code"] for each in by_command(path)["errors"]] == ["NO_LOTS_BELOW"]
        examples = by_command(path, "--sheet", {"zh": "示例", "en": "examples"}[lang])
        assert (examples["errors"], [row["lot"] for row in examples["rows"]]) == ([], ["1", "2", "A-03"])
        assert [each["code"] for each in examples["warnings"]] == ["DEPOSIT_TAKEN", "PERCENT_STEP"]
        assert all(examples["columns"].values())
    assert client.get(f"{IMPORT}/template.fr.xlsx").status_code == 404
