"""Reports say what the sale was, in every form of file; nothing in them runs, and no one reads what is not his."""

import csv
import io
import json
import random
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest

from auction.audit.verify import verify_sale
from auction.base.rejected import Rejected
from auction.catalogue.importing import import_lots
from auction.papers import apart
from auction.papers.apart import ReportFile
from auction.papers.headings import HEADINGS, OWN_HEADINGS, REPORT_NAMES, SUMMED
from auction.papers.reports import PUBLIC_REPORT, REPORTS, source, source_apart
from auction.papers.tables import table
from auction.papers.texts import FORMULA
from auction.papers.writers import FILE_FORMS, to_bytes
from auction.rules import commands as cmd
from auction.sales.publication import By
from auction.words import i18n
from tests.catalogues import read_catalogue

from ..data import shared
from ..played import START, STEP, play, publish
from ..serving import Person, lot_row

WHOLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def sale(parts, clock):
    return play(parts, clock, buyer_commission=[[0, 500], [15_000_000, 300]], seller_commission=[[0, 800]])


MODE_C = {"right_until", "taken_from", "lots_in_term"}
"""Columns that only a sale with rights after the session has (tests/sales/test_priority_sale.py)."""
HELD = {"even_held"}
"""A column that only a sale has where the hammer fell to a held paddle."""


def written(sale, report, form, locale="en", separator=","):
    row = sale.parts.sales.by_id(sale.id)
    return to_bytes(source(sale.parts, row, report), report, form, locale, separator)


def as_json(sale, report):
    return json.loads(written(sale, report, "json"))


def as_csv(sale, report, locale="en", separator=","):
    text = written(sale, report, "csv", locale, separator).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def as_book(sale, report, locale="en"):
    return openpyxl.load_workbook(io.BytesIO(written(sale, report, "xlsx", locale)), data_only=True)


def as_sheet(sale, report, locale="en"):
    return as_book(sale, report, locale).worksheets[0]


# --- what the reports say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_results_are_those_of_the_sale(sale):
    rows = {each["lot"]: each for each in as_json(sale, "results")}
    state = sale.parts.engine.book(sale.id).sale

    assert list(rows) == list(state.lots)
    for lot, row in rows.items():
        now = state.lots[lot]
        assert row["status"] == now.status
        assert row["hammer"] == (None if now.hammer_minor is None else now.hammer_minor / 100)
        assert row["bids"] == now.public_bids
        ended = row["ended_at"] and datetime.fromisoformat(row["ended_at"])
        assert (ended and ended.timestamp() * 1000) == now.ended_at_ms
    assert rows["1"]["buyer"] == "Bidder 2"
    assert (rows["2"]["patents"], rows["2"]["reserve_met"], rows["2"]["buyer"]) == (3, False, None)
    assert (rows["3"]["hammer"], rows["3"]["reserve_met"]) == (120_000, True)
    assert (rows["4"]["reserve_met"], rows["7"]["status"]) == (None, "open")


def test_what_a_lot_makes_in_commission_stands_beside_its_price(sale):
    rows = {each["lot"]: each for each in as_json(sale, "results")}
    assert (rows["1"]["hammer"], rows["3"]["hammer"]) == (200_000, 120_000)
    assert tuple(rows["1"].values())[-4:] == (9_000, 209_000, 16_000, 184_000)
    assert tuple(rows["3"].values())[-4:] == (6_000, 126_000, 9_600, 110_400)
    assert tuple(rows["2"].values())[-4:] == (None, None, None, None)
    catalogue = as_json(sale, "lots")[0]
    assert (catalogue["start_commission"], catalogue["start_all_in"]) == (5_000, 105_000)
    assert as_csv(sale, "lots", "zh")[0][-2:] == ["起拍价佣金", "起拍价含佣金"]


def test_a_sale_without_commission_has_no_columns_for_it(parts, clock):
    plain = publish(parts, clock)
    assert not [name for report in REPORTS for name in names(plain, report) if "commission" in name or "all_in" in name]


def test_times_are_in_the_zone_of_the_sale_and_say_so(sale):
    sale.parts.sales.edit(sale.id, by=By("o", "VENUE"), time_zone="America/New_York")
    ended = as_json(sale, "results")[0]["ended_at"]
    sheet = as_sheet(sale, "results")
    column = [each.value for each in sheet[1]].index("Ended at (America/New_York)") + 1

    assert ended.endswith("-05:00")
    assert sheet.cell(2, column).value == datetime.fromisoformat(ended).replace(tzinfo=None)


def test_the_public_reads_neither_names_nor_reserves(sale):
    told = written(sale, PUBLIC_REPORT, "json") + written(sale, PUBLIC_REPORT, "csv")

    assert b"Bidder" not in told
    assert b"reserve" not in told.lower()
    assert json.loads(written(sale, PUBLIC_REPORT, "json"))[0].keys() == {
        *("lot", "title_zh", "title_en", "patents", "patent_numbers", "field", "consignor", "format_words", "format"),
        *("status_words", "status", "start", "hammer", "premium", "currency", "paddle", "bids", "bidders", "ended_at"),
    }


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
def test_every_bid_stands_in_its_order_with_what_became_of_it(sale):
    rows = as_json(sale, "bids")
    first = [(each["paddle"], each["way"], each["amount"], each["price"], each["outcome"]) for each in rows[:9]]
    sealed = [(each["paddle"], each["amount"], each["outcome"]) for each in rows if each["lot"] == "5"]

    assert [each["seq"] for each in rows] == sorted(each["seq"] for each in rows)
    assert first == [
        ("101", "online", 100_000, 100_000, "accepted"),
        ("102", "online", 100_000, None, "BELOW_MIN"),
        ("102", "online", "１００", None, "MALFORMED_AMOUNT"),
        ("104", "floor", 105_000, 105_000, "accepted"),
        ("102", "online", 110_000, 110_000, "voided"),
        ("103", "maximum", None, 110_000, "accepted"),
        ("101", "online", 120_000, 125_000, "accepted"),
        ("101", "maximum", None, None, "MALFORMED_AMOUNT"),
        ("102", "online", 135_000, 140_000, "accepted"),
    ]
    assert sealed == [
        (None, None, "ALREADY_OFFERED"),
        ("102", 110_000, "accepted"),
        ("101", 100_000.01, "accepted"),
    ]


def test_a_maximum_and_a_sealed_offer_stay_secret(parts, clock):
    sale = publish(parts, clock)
    sale.do(cmd.OpenLot, "1")
    sale.maximum("1", "101", START + 7 * STEP + 77)
    sale.maximum("1", "102", START + 5 * STEP + 55)
    sale.do(cmd.OpenLot, "5")
    sale.bid("5", "101", START + 99)
    sale.bid("5", "102", START - 88)
    told = written(sale, "bids", "json").decode()

    assert [each["lot"] for each in json.loads(told)] == ["1", "1"]
    assert all(str(secret) not in told for secret in (135_000.77, 100_000.99, 99_999.12))


def test_bidders_with_what_they_won_lots_and_patents_apart(sale):
    rows = {each["paddle"]: each for each in as_json(sale, "bidders")}

    assert list(rows) == ["101", "102", "103", "104"]
    assert tuple(rows["102"].values())[:4] == ("102", "Bidder 2", "b2@sale.invalid", None)
    assert tuple(rows["102"].values())[4:9] == ("admitted", "admitted", None, "CNY", None)
    won = (rows["102"]["lots_won"], rows["102"]["patents_won"], rows["102"]["total"])
    assert won == (3, 3, 200_000 + 120_000 + 100_000.01)
    assert (rows["103"]["limit"], rows["103"]["lots_won"]) == (1_000_000, 1)
    assert (rows["104"]["name"], rows["104"]["email"], rows["104"]["total"]) == ("Seat 1", None, 0)


# --- the catalogue, there and back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("file", ["demo", "institutes"])
def test_an_exported_catalogue_is_imported_as_the_same_lots(parts, file, form, locale):
    if file == "demo":
        path = i18n.FOLDER.parents[1] / "demo" / "data" / "demo_catalogue.csv"
    else:
        path = shared("patents", "institutes_178.csv")
    before = read_catalogue(path.read_bytes(), path.name)
    sale = parts.sales.create("there", title_en="There")
    import_lots(parts.sales, sale, before)
    exported = to_bytes(source(parts, parts.sales.by_id(sale), "lots"), "lots", form, locale)
    after = read_catalogue(exported, f"lots.{form}")

    assert after.errors == ()
    assert before.lots
    assert after.lots == before.lots


def test_a_step_that_no_catalogue_can_write_is_shown_as_it_stands(parts):
    sale = parts.sales.create("steps", title_en="Steps")
    bands = {"bands": [[0, 100], [1_000, 500]]}
    parts.sales.add_lots(sale, [(lot_row("1", increment=bands), []), (lot_row("2"), [])])
    rows = json.loads(to_bytes(source(parts, parts.sales.by_id(sale), "lots"), "lots", "json", "en"))

    assert json.loads(rows[0]["increment"]) == bands
    assert (rows[1]["increment"], rows[1]["start"], rows[1]["patents"]) == (None, None, "")


# --- what strangers write -------------------------------------------------------------------------------------------

SIGNS = (*FORMULA, "\x01", "\x0b", "\x1f", "\ufffe", "\ud800", "_x0041_", "'", '"', ";", ",", "\u202e", "\ufeff")
ATTACKS = ("=1+1", '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "http://x.example/", "12", "TRUE")


def hostile_titles(count=1000):
    dice = random.Random(7)
    for number in range(count):
        attack = ATTACKS[number % len(ATTACKS)]
        yield "".join(dice.choices(SIGNS, k=number % 3)) + attack + "".join(dice.choices(SIGNS, k=number % 2))


@pytest.fixture
def hostile(parts):
    """A sale of a thousand lots, whose titles a test gives to the rows themselves: no page would let them in."""
    row = parts.sales.by_id(parts.sales.create("hostile", title_en="Hostile"))
    rows = source(parts, row, "lots")
    for number, title in enumerate(hostile_titles()):
        rows.lots.append(lot_row(str(number), title_en=title, start_minor=100 + number, position=number))
    return rows


def test_no_title_becomes_a_formula_a_link_or_a_number_in_a_workbook(hostile):
    sheet = openpyxl.load_workbook(io.BytesIO(to_bytes(hostile, "lots", "xlsx", "en"))).worksheets[0]
    titles = [row[2] for row in sheet.iter_rows(min_row=2, max_row=1001)]

    assert len(titles) == 1000
    assert {cell.data_type for cell in titles} == {"s"}
    assert all(cell.hyperlink is None for cell in titles)
    assert {row[8].data_type for row in sheet.iter_rows(min_row=2, max_row=1001)} == {"n"}
    for title, cell in zip(hostile_titles(), titles, strict=True):
        told = cell.value.replace("_x005F_", "_")  # how a workbook writes an underline that looks like its own escape
        assert told == re.sub("[\x01\x0b\x1f\0\ufffe\ud800]", "\ufffd", title.replace("\r\n", "\n").replace("\r", "\n"))


def test_no_title_begins_like_a_formula_in_csv_and_numbers_stay_numbers(hostile):
    raw = to_bytes(hostile, "lots", "csv", "en")
    text = raw.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert len(rows) == 1001
    assert not any(cell.startswith(FORMULA) for row in rows for cell in row)
    assert [row[8] for row in rows[1:4]] == ["1", "1.01", "1.02"]
    assert "\r\n" in text


def test_json_holds_every_title_as_it_is_but_what_utf_8_cannot(hostile):
    rows = json.loads(to_bytes(hostile, "lots", "json", "en").decode())

    wanted = [each.replace("\ud800", "\ufffd") for each in hostile_titles()]
    assert [each["title_en"] for each in rows] == wanted


def test_letters_have_one_form_in_every_file(parts):
    row = parts.sales.by_id(parts.sales.create("letters", title_en="Letters"))
    rows = source(parts, row, "lots")
    rows.lots.append(lot_row("1", title_en="Cafe\u0301"))

    assert json.loads(to_bytes(rows, "lots", "json", "en"))[0]["title_en"] == "Caf\u00e9"
    assert "Caf\u00e9" in to_bytes(rows, "lots", "csv", "en").decode("utf-8-sig")


@pytest.mark.parametrize("amount", [10**400, -(10**30), 2**60, True, 1.5, "=1", None, [1], "9" * 4000])
def test_a_strange_amount_that_was_refused_breaks_no_file(parts, clock, amount):
    sale = publish(parts, clock)
    sale.do(cmd.OpenLot, "1")
    assert not sale.bid("1", "101", amount).ok
    sale.do(cmd.PassLot, "1")

    assert as_json(sale, "bids")[0]["outcome"] == "MALFORMED_AMOUNT"
    assert len(as_csv(sale, "bids")) == 2
    assert as_sheet(sale, "bids").max_row == 2


def test_12_2_a_long_report_is_written_by_a_process_of_its_own(sale, monkeypatch):
    """The same bytes; and a process that fails leaves no file, and says that it cannot be done now."""
    row, file = sale.parts.sales.by_id(sale.id), ReportFile("bids", "csv", "zh", "tab")
    assert not apart.is_long(sale.parts, row, "bids")
    monkeypatch.setattr(apart, "LONG", 1)
    assert b"".join(apart.report_bytes(sale.parts, row, file)) == written(sale, "bids", "csv", "zh", "\t")
    assert not list(sale.parts.config.instance.glob("export-*"))
    monkeypatch.setattr(apart, "_MODULE", "auction.cli.nothing")
    with pytest.raises(Rejected, match="UNAVAILABLE"):
        apart.report_bytes(sale.parts, row, file)


# --- forms of file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", [*REPORTS, PUBLIC_REPORT])
def test_every_form_holds_the_same_rows(sale, report):
    rows, lines = as_json(sale, report), as_csv(sale, report)
    sheet = list(as_sheet(sale, report).iter_rows(values_only=True))

    assert len(rows) + 1 == len(lines) == len(sheet) - bool(SUMMED[report])
    assert {len(line) for line in lines} == {len(sheet[0])} == {len(rows[0])}
    for row, line, cells in zip(rows, lines[1:], sheet[1 : len(lines)], strict=True):
        for told, text, cell in zip(row.values(), line, cells, strict=True):
            if isinstance(told, int | float) and not isinstance(told, bool):
                assert Decimal(text) == Decimal(str(told)) == Decimal(str(cell))
            elif told in (None, ""):
                assert (text, cell) == ("", None)


def test_a_workbook_has_frozen_headings_real_numbers_and_real_dates(sale):
    sheet = as_sheet(sale, "results")
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}

    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["B"].width > 40
    assert (cells["Hammer price"].value, cells["Hammer price"].data_type) == (200_000, "n")
    assert cells["Hammer price"].number_format == "#,##0.00"
    assert isinstance(cells["Ended at (Asia/Shanghai)"].value, datetime)


def test_12_2_a_workbook_has_filters_sums_and_a_sheet_about_the_whole(sale):
    book = as_book(sale, "results", "zh")
    sheet, about = book.worksheets
    heads = [cell.value for cell in sheet[1]]
    last = {head: cell.value for head, cell in zip(heads, sheet[sheet.max_row], strict=True)}
    rows = as_json(sale, "results")
    formulas = openpyxl.load_workbook(io.BytesIO(written(sale, "results", "xlsx"))).worksheets[0]
    told = {row[0].value: row[1].value for row in about}

    assert (sheet.title, about.title) == ("成交结果", "汇总")
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{len(rows) + 1}"
    assert last["标的号"] == "合计"
    assert last["落槌价"] == sum(row["hammer"] or 0 for row in rows)
    assert last["扣除委托人佣金后净额"] == sum(row["net"] or 0 for row in rows)
    place = heads.index("落槌价") + 1
    letter = sheet.cell(1, place).column_letter
    assert formulas.cell(sheet.max_row, place).value == f"=SUBTOTAL(109,{letter}2:{letter}{len(rows) + 1})"
    assert (told["专场"], told["上拍标的"], told["成交标的"]) == ("测试专场", 7, 5)
    assert told["成交总额"] == last["落槌价"]
    assert told["时区"] == "Asia/Shanghai"


def test_12_2_cells_are_in_the_readers_words_beside_the_code(sale):
    heads, *lines = as_csv(sale, "results", "zh")
    first, second = (dict(zip(heads, line, strict=True)) for line in lines[:2])
    bids = [dict(zip(as_csv(sale, "bids", "zh")[0], line, strict=True)) for line in as_csv(sale, "bids", "zh")[1:]]

    assert (first["标的结果"], first["标的结果（代码）"]) == ("成交", "sold")
    assert (second["标的结果"], second["是否达到保留价"], first["竞价方式"]) == ("流拍", "否", "增价拍卖")
    assert (first["起拍价"], first["溢价率（%）"], second["专利号"].count(";")) == ("100000", "100", 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", first["结束时间 (Asia/Shanghai)"])
    assert {each["处理结果"] for each in bids} >= {"有效", "已撤销", "未受理：低于当前叫价", "未受理：不是金额"}
    assert "竞买人资格" in as_csv(sale, "bidders", "zh")[0], "the state of a bidder is not that of a lot"
    assert "标的结果" not in as_csv(sale, "bidders", "zh")[0]


def test_12_2_a_program_reads_stable_names_and_codes(sale):
    heads, first, *_others = as_csv(sale, "results", "codes", "\t")
    row = dict(zip(heads, first, strict=True))

    assert row["status"] == "sold"
    assert not [head for head in heads if not re.fullmatch("[a-z_]+", head) or head.endswith("_words")]
    assert datetime.fromisoformat(row["ended_at"]).utcoffset() == timedelta(hours=8)
    assert set(as_json(sale, "results")[0]) - set(heads) == {"status_words", "format_words"}
    assert len(openpyxl.load_workbook(io.BytesIO(written(sale, "results", "xlsx", "codes"))).worksheets) == 1
    assert as_csv(sale, "results", "en", ";")[0][0] == "Lot number"


def test_12_2_bids_read_apart_are_those_that_the_server_reads(sale, clock):
    """Only the lots on which a bid was taken back are folded; all of them where bids fell with a hold."""
    row = sale.parts.sales.by_id(sale.id)

    def read_apart():
        apart_from = source_apart(sale.parts, row, "bids")
        assert to_bytes(apart_from, "bids", "json", "zh") == written(sale, "bids", "json", "zh")
        return apart_from.whole

    assert read_apart() == {"1"}
    holder = next(each for each in sale.parts.registration.of_sale(sale.id) if each.paddle == "101")
    assert sale.parts.holding.hold(holder.id, "o", "DEFAULTER_BARRED").ok
    assert [each["outcome"] for each in as_json(sale, "bids") if each["lot"] == "7"] == ["voided"]
    assert read_apart() is None


def test_headings_are_in_the_readers_language_and_every_one_has_its_chinese(sale):
    assert set(HEADINGS) <= {name for name, text in HEADINGS.items() if text in i18n.catalogue("zh")}
    assert {*OWN_HEADINGS.values(), *REPORT_NAMES.values()} <= set(i18n.catalogue("zh"))
    assert as_csv(sale, "results", "zh")[0][0] == "标的号"
    assert as_csv(sale, "results")[0][0] == "Lot number"
    plain = {name.removesuffix("_words") for report in REPORTS if report != "lots" for name in names(sale, report)}
    assert plain == set(HEADINGS) - MODE_C - HELD - {"differs"}


def names(sale, report):
    return table(source(sale.parts, sale.parts.sales.by_id(sale.id), report), report, "en").names


def test_a_report_without_rows_is_a_file_without_rows(parts):
    row = parts.sales.by_id(parts.sales.create("empty", title_en="Empty"))
    for report in REPORTS:
        rows = json.loads(to_bytes(source(parts, row, report), report, "json", "en"))
        assert bool(rows) == (report == "trail"), "that the sale was made is told"
        for form in FILE_FORMS:
            assert to_bytes(source(parts, row, report), report, form, "zh")


# --- the page -------------------------------------------------------------------------------------------------------


def test_an_organizer_downloads_every_report_and_nobody_else_any(running):
    server, cast = running
    organizer = Person(server.url).enter(cast.links["organizer"])
    for report in REPORTS:
        for form, kind in (("csv", "text/csv"), ("xlsx", WHOLE), ("json", "application/json")):
            answer = organizer.get(f"/organizer/sales/{cast.slug}/export/{report}.{form}")
            assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, kind)
            assert f"{cast.slug}-{report}.{form}" in answer.headers["Content-Disposition"]
    assert "results.xlsx?lang=codes" in organizer.get(f"/organizer/sales/{cast.slug}/export?lang=codes").text
    chosen = organizer.get(f"/organizer/sales/{cast.slug}/export/results.csv?lang=codes&separator=semicolon")
    assert chosen.content.decode("utf-8-sig").startswith('"lot";"title_zh"')
    assert organizer.get(f"/organizer/sales/{cast.slug}/export/results.csv?separator=x").status_code == 400
    sheet = openpyxl.load_workbook(io.BytesIO(organizer.get(f"/organizer/sales/{cast.slug}/export/lots.xlsx").content))
    assert sheet.worksheets[0].max_row == 5

    address = f"/organizer/sales/{cast.slug}/export/bidders.csv"
    json_only = {"headers": {"Accept": "application/json"}}
    assert Person(server.url).enter(cast.links["bidder1"]).get(address).status_code == 403
    assert Person(server.url).enter(cast.links["auctioneer"]).get(address).status_code == 403
    assert Person(server.url).get(address, **json_only).status_code == 401
    assert organizer.get(address.replace("bidders.csv", "nothing.csv")).status_code == 404
    assert organizer.get(address.replace(".csv", ".pdf")).status_code == 404
    assert organizer.get(address.replace(cast.slug, "nowhere")).status_code == 404
    assert Person(server.url).get(f"/sales/{cast.slug}/results.csv").text.count("\r\n") == 4


def test_ended_times_are_told_to_the_second(sale):
    ended = datetime.fromisoformat(as_json(sale, "results")[0]["ended_at"])
    assert ended.astimezone(UTC).year == 2018


def test_08_04_the_results_say_that_the_hammer_fell_to_a_held_paddle(parts, clock):
    sale = publish(parts, clock)
    sale.do(cmd.TakeGavel, auctioneer="desk")
    sale.do(cmd.OpenLot, "1")
    sale.bid("1", "101", START)
    row = next(each for each in parts.registration.of_sale(sale.id) if each.paddle == "101")
    assert parts.holding.hold(row.id, "o", "SUSPENDED").ok
    assert sale.do(cmd.Hammer, "1").code == "LEADER_HELD"
    assert "even_held" not in as_json(sale, PUBLIC_REPORT)[0]
    assert sale.do(cmd.Hammer, "1", even_held=True).ok
    for report in (PUBLIC_REPORT, "results"):
        assert [row["even_held"] for row in as_json(sale, report)][:2] == [True, False], report
    assert "lot 1: sold to 101 for 100,000.00 CNY, although the paddle is held" in verify_sale(parts, "sale").text


def test_12_2_the_page_of_exports_names_every_report_and_column():
    page = (i18n.FOLDER.parents[2] / "docs" / "exports.md").read_text()
    missing = {f"`{name}`" for name in (*REPORTS, *HEADINGS)} - set(re.findall(r"`[a-z_]+`", page))
    assert missing == set()
