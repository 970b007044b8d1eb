"""Patent numbers, terms and fees (rulebook 5.1 to 5.3)."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.patents.numbers import (
    NumberForm,
    NumberWarning,
    PatentNumber,
    PatentType,
    check_digit,
    expired_on,
    last_day,
    later,
    normalise_cpc,
    normalise_ipc,
    normalise_locarno,
    parse,
)
from tests.data import NO_DATA, SHARED

REAL_NUMBERS = SHARED / "patents"
needs_real_numbers = pytest.mark.skipif(not REAL_NUMBERS.is_dir(), reason=NO_DATA)

INVENTION, UTILITY_MODEL, DESIGN = PatentType.INVENTION, PatentType.UTILITY_MODEL, PatentType.DESIGN


def canonical(text: str) -> str | None:
    number = parse(text)
    return number.canonical if number else None


def warned(text: str) -> tuple[NumberWarning, ...]:
    number = parse(text)
    assert number is not None, text
    return number.warnings


# --- Chinese application numbers, 5.2 ---


@pytest.mark.parametrize(
    "text",
    [
        "202010566088.9", "201510958772.0", "202411064734.6", "202510942578.7", "200510096239.4",
        "202322865413.3", "201811564288.X", "201910603565.1", "202110049384.6", "200310102344.5",
    ],
)  # fmt: skip
def test_the_check_digit_of_a_published_number_is_right(text: str) -> None:
    assert check_digit(text[:12]) == text[-1]
    assert warned(text) == ()


@pytest.mark.parametrize(("text", "right"), [("202310123456.7", "6"), ("202410123456.7", "0")])
def test_a_wrong_check_digit_is_a_warning_that_knows_the_right_one(text: str, right: str) -> None:
    number = parse(text)
    assert number is not None
    assert (number.canonical, number.expected_check) == (text, right)
    assert number.warnings == (NumberWarning.CHECK_DIGIT_WRONG,)


def test_a_missing_check_digit_is_filled_in_and_warned_about() -> None:
    assert canonical("CN201811564288") == "201811564288.X"
    assert warned("CN201811564288") == (NumberWarning.CHECK_DIGIT_MISSING,)


def test_numbers_before_1989_had_no_check_digit_and_need_none() -> None:
    assert warned("85100979") == ()
    assert warned("CN 90100979") == (NumberWarning.CHECK_DIGIT_MISSING,)


@pytest.mark.parametrize(
    "text",
    [
        "201811564288.X", "ZL 2018 1 1564288.x", "zl201811564288X", "CN201811564288.X", "CN ZL2018 11564288.X",
        "２０１８１１５６４２８８．Ｘ", "\u200bZL201811564288.X\ufeff", "  ZL 201811564288 . X\n",
    ],
)  # fmt: skip
def test_every_way_to_write_a_number_reads_as_the_same_number(text: str) -> None:
    assert canonical(text) == "201811564288.X"
    assert warned(text) == ()


@pytest.mark.parametrize(
    ("text", "patent_type", "year"),
    [
        ("201811564288.X", INVENTION, 2018),
        ("202322865413.3", UTILITY_MODEL, 2023),
        ("202330176115.6", DESIGN, 2023),
        ("201580045311.2", INVENTION, 2015),
        ("ZL95115608.X", INVENTION, 1995),
        ("03212345", UTILITY_MODEL, 2003),
        ("201190000123", UTILITY_MODEL, 2011),
    ],
)
def test_an_application_number_tells_its_type_and_year(text: str, patent_type: PatentType, year: int) -> None:
    number = parse(text)
    assert number is not None
    assert (number.country, number.form, number.type, number.year) == ("CN", NumberForm.APPLICATION, patent_type, year)


def test_a_short_application_number_keeps_its_check_digit() -> None:
    assert canonical("ZL 95115608.X") == "95115608.X"
    assert warned("ZL 95115608.X") == ()


def test_an_application_number_with_a_kind_letter_lacks_its_check_digit() -> None:
    assert canonical("CN 201310108800 A") == f"201310108800.{check_digit('201310108800')}"


@pytest.mark.parametrize(
    "text",
    [
        "", "专利", "ZL2001620406833.2", "201841564288.X", "84115608.X", "04115608", "6901234567892", "13912345678",
        "20181128", "2018-11-28", "CN", "ZL", "X", "201811564288.Y", "CN12345678901234567890", "٢٠١٨١١٥٦٤٢٨٨",
    ],
)  # fmt: skip
def test_what_is_no_number_is_unreadable(text: str) -> None:
    assert parse(text) is None


def test_an_impossible_year_is_read_with_a_warning_when_marked_as_a_patent() -> None:
    number = parse("ZL101610203352.6")
    assert number is not None
    assert number.year is None
    assert number.warnings == (NumberWarning.YEAR_IMPLAUSIBLE, NumberWarning.CHECK_DIGIT_WRONG)
    assert parse("101610203352.6") is None


# --- Chinese publication numbers, 5.2 ---


@pytest.mark.parametrize(
    ("text", "expected", "patent_type", "kind"),
    [
        ("CN 119044590 A", "CN119044590A", INVENTION, "A"),
        ("cn222312350u", "CN222312350U", UTILITY_MODEL, "U"),
        ("CN301234567S", "CN301234567S", DESIGN, "S"),
        ("CN301234567D", "CN301234567D", DESIGN, "D"),
        ("CN100500001C", "CN100500001C", INVENTION, "C"),
        ("CN101000319B8", "CN101000319B8", INVENTION, "B8"),
        ("CN200950001Y", "CN200950001Y", UTILITY_MODEL, "Y"),
        ("CN1165866A", "CN1165866A", INVENTION, "A"),
        ("CN2345678Y", "CN2345678Y", UTILITY_MODEL, "Y"),
        ("119044590A", "CN119044590A", INVENTION, "A"),
    ],
)
def test_a_publication_number_is_read_with_its_kind(
    text: str, expected: str, patent_type: PatentType, kind: str
) -> None:
    number = parse(text)
    assert number == PatentNumber(expected, "CN", NumberForm.PUBLICATION, patent_type, kind=kind)
    assert warned(text) == ()


def test_a_publication_number_without_kind_is_read_with_a_warning() -> None:
    number = parse("CN101000319")
    assert number == PatentNumber("CN101000319", "CN", NumberForm.PUBLICATION, INVENTION)
    assert warned("CN101000319") == (NumberWarning.KIND_MISSING,)


@pytest.mark.parametrize("text", ["CN101000319U", "CN222312350A", "CN301234567B", "CN401234567A", "CN1165866S"])
def test_a_kind_that_contradicts_the_type_digit_is_unreadable(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["101000319", "1165866", "1165866A"])
def test_without_cn_a_few_digits_are_not_taken_for_a_publication(text: str) -> None:
    assert parse(text) is None


# --- other offices, 5.2 ---


@pytest.mark.parametrize(
    ("text", "expected", "country", "year"),
    [
        ("US 7,654,321 B2", "US7654321B2", "US", None),
        ("US10123456B1", "US10123456B1", "US", None),
        ("US 2012/0221291 A1", "US20120221291A1", "US", 2012),
        ("EP 1234567 A1", "EP1234567A1", "EP", None),
        ("EP1234567B9", "EP1234567B9", "EP", None),
        ("WO 2012/123456 A1", "WO2012123456A1", "WO", 2012),
        ("JP 1234567 B2", "JP1234567B2", "JP", None),
        ("JP2012123456A", "JP2012123456A", "JP", None),
        ("KR101234567B1", "KR101234567B1", "KR", None),
        ("KR10201234567A", "KR10201234567A", "KR", None),
    ],
)
def test_a_foreign_publication_is_read(text: str, expected: str, country: str, year: int | None) -> None:
    number = parse(text)
    assert number is not None
    assert (number.canonical, number.country, number.form, number.year, number.warnings) == (
        expected,
        country,
        NumberForm.PUBLICATION,
        year,
        (),
    )


@pytest.mark.parametrize(
    ("text", "expected", "country"),
    [("13/157286", "13/157286", "US"), ("US 13/157,286", "13/157286", "US")]
    + [(text, "PCT/CN2012/071234", "WO") for text in ("PCT/CN2012/071234", "pct cn2012 071234")],
)
def test_a_foreign_application_is_read(text: str, expected: str, country: str) -> None:
    number = parse(text)
    assert number is not None
    assert (number.canonical, number.country, number.form) == (expected, country, NumberForm.APPLICATION)


@pytest.mark.parametrize("text", ["AT 301543 B", "DE102012345678A1", "JP12345678A", "US20080019901A5"])
def test_an_unusual_foreign_shape_is_accepted_with_a_warning(text: str) -> None:
    assert warned(text) == (NumberWarning.SHAPE_UNUSUAL,)


@pytest.mark.parametrize("text", ["XX1234567A1", "QQ1234567B2", "US", "USELESS", "No. 123456", "PCT/QQ2012/071234"])
def test_an_office_that_does_not_exist_makes_no_number(text: str) -> None:
    assert parse(text) is None


# --- real lists ---


@needs_real_numbers
def test_161_of_the_166_real_application_numbers_pass_the_check_digit() -> None:
    with (REAL_NUMBERS / "numbers_as_written.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [row["number_as_written"] for row in csv.DictReader(lines)]
    numbers = {text: parse(text) for text in rows}
    applications = [number for text in rows if (number := numbers[text]) and number.form is NumberForm.APPLICATION]
    right = [number for number in applications if NumberWarning.CHECK_DIGIT_WRONG not in number.warnings]
    assert (len(rows), len(applications), len(right)) == (171, 166, 161)
    assert [text for text in rows if numbers[text] is None] == ["ZL2001620406833.2"]


@needs_real_numbers
@pytest.mark.parametrize(("name", "rows"), [("institutes_178.csv", 178), ("cas_patents.csv", 42)])
def test_every_real_publication_number_is_readable(name: str, rows: int) -> None:
    with (REAL_NUMBERS / name).open(encoding="utf-8-sig", newline="") as lines:
        texts = [row["publication_number"] for row in csv.DictReader(lines)]
    assert len(texts) == rows
    assert [text for text in texts if (n := parse(text)) is None or n.form is not NumberForm.PUBLICATION] == []


# --- properties ---

chinese_digits = st.one_of(
    st.tuples(st.integers(2003, 2099), st.sampled_from("12389"), st.integers(0, 9_999_999)).map(
        lambda parts: f"{parts[0]}{parts[1]}{parts[2]:07d}"
    ),
    st.tuples(st.sampled_from(["85", "93", "99", "00", "03"]), st.sampled_from("12389"), st.integers(0, 99_999)).map(
        lambda parts: f"{parts[0]}{parts[1]}{parts[2]:05d}"
    ),
)


@given(chinese_digits)
def test_a_number_with_its_check_digit_reads_as_itself(digits: str) -> None:
    number = parse(f"ZL {digits}.{check_digit(digits)}")
    assert number is not None
    assert (number.canonical, number.warnings) == (f"{digits}.{check_digit(digits)}", ())


@given(chinese_digits, st.data())
def test_one_wrong_digit_of_the_serial_number_is_always_noticed(digits: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(len(digits) - {8: 5, 12: 7}[len(digits)], len(digits) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != digits[place]))
    mistyped = digits[:place] + wrong + digits[place + 1 :]
    assert warned(f"{mistyped}.{check_digit(digits)}") == (NumberWarning.CHECK_DIGIT_WRONG,)


@given(st.one_of(st.text(), st.from_regex(r"(CN|ZL|US|EP|WO|PCT/|JP|KR|DE)? ?[0-9./ ]{6,16}[ABCUYSX]?[12]?")))
def test_reading_the_canonical_form_gives_the_same_number(text: str) -> None:
    number = parse(text)
    if number is not None:
        assert parse(number.canonical) == number


# --- classifications, 5.2 ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("G06F17/30", "G06F 17/30"),
        ("G06F 17/30", "G06F 17/30"),
        ("g06f17/30(2006.01)I", "G06F 17/30"),
        ("C07H-0001/00", "C07H 1/00"),
        ("Ｇ０１Ｌ５/22", "G01L 5/22"),
        ("Y02E60/10", None),
        ("G06F17", None),
        ("I06F17/30", None),
        ("", None),
    ],
)
def test_an_ipc_symbol_is_stored_in_one_form(text: str, expected: str | None) -> None:
    assert normalise_ipc(text) == expected


def test_section_y_is_for_the_cpc_only() -> None:
    assert normalise_cpc("Y02E60/10") == "Y02E 60/10"


@pytest.mark.parametrize(
    ("text", "expected"), [("14-02", "14-02"), (" 14－02", "14-02"), ("1402", None), ("4-2", None)]
)
def test_a_locarno_class_has_two_and_two_digits(text: str, expected: str | None) -> None:
    assert normalise_locarno(text) == expected


# --- term, 5.3 ---


def test_the_utility_model_of_the_guidelines_runs_ten_years_less_a_day() -> None:
    assert last_day(UTILITY_MODEL, date(1999, 9, 6)) == date(2009, 9, 5)
    assert expired_on(UTILITY_MODEL, date(1999, 9, 6)) == date(2009, 9, 6)


@pytest.mark.parametrize(
    ("patent_type", "filed", "expected"),
    [
        (INVENTION, date(2010, 6, 15), date(2030, 6, 14)),
        (INVENTION, date(2008, 2, 29), date(2028, 2, 28)),
        (UTILITY_MODEL, date(2008, 2, 29), date(2018, 2, 27)),
        (DESIGN, date(2021, 5, 31), date(2031, 5, 30)),
        (DESIGN, date(2021, 6, 1), date(2036, 5, 31)),
        (INVENTION, date(2001, 1, 1), date(2020, 12, 31)),
    ],
)
def test_the_last_day_is_counted_from_filing(patent_type: PatentType, filed: date, expected: date) -> None:
    assert last_day(patent_type, filed) == expected


def test_a_date_at_the_end_of_the_calendar_does_not_break_the_count() -> None:
    assert last_day(INVENTION, date(9990, 1, 1)) == date(9998, 12, 31)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2018, 1, 31), 1, date(2018, 2, 28)),
        (date(2018, 11, 30), 3, date(2019, 2, 28)),
        (date(2018, 12, 15), 0, date(2018, 12, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    assert later(day, months) == expected


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("CN-109522960-A", "CN109522960A"),
        ("CN109522960(A)", "CN109522960A"),
        ("CN 109522960 （A）", "CN109522960A"),
        ("US-9876543-B2", "US9876543B2"),
        ("ZL-201811564288.X", "201811564288.X"),
        ("WO/2019/123456", "WO2019123456"),
        ("021-5888-1234", None),
        ("2018-1156-4288", None),
    ],
)
def test_hyphens_and_brackets_as_databases_write_them(text, canonical):
    parsed = parse(text)
    assert (parsed and parsed.canonical) == canonical
