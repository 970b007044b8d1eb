"""What the law has to know, in a catalogue: typed once for a row, imported, exported, and read again."""

from datetime import date

import pytest

from auction.catalogue.columns import COLUMNS
from auction.catalogue.facts import FACT_WORDS, LOT_TICKS, OF_PATENTS, PATENT_DAYS, PATENT_TICKS, TABLE
from auction.catalogue.importing import import_lots
from auction.papers.reports import source
from auction.papers.writers import to_bytes
from auction.patents.law import LegalStatus
from auction.people.accounts import Role
from tests.catalogues import read_catalogue

FACTS = {
    **dict.fromkeys(LOT_TICKS, "是"), **dict.fromkeys(PATENT_TICKS, "YES"),
    **dict.fromkeys(PATENT_DAYS, "2026年5月7日；2026-05-07"),
    "legal_status": "有效", "claims_total": "10;10", "claims_independent": "2;2.0",
    "patent_title": "甲\n甲", "ipc": "G06F17/30\nG06F 17/30(2006.01)I", "inventors": "甲；乙",
    "patent_owner": "示例大学",
}  # fmt: skip
GOOD = {"title_zh": "一种装置", "patents": "CN101000319A；CN101030344A", "start": "10万"}
SAID = {
    **dict.fromkeys(PATENT_TICKS, True), **dict.fromkeys(PATENT_DAYS, date(2026, 5, 7)),
    "legal_status": "in_force", "claims_total": 10, "claims_independent": 2,
    "title": "甲", "ipc": "G06F 17/30", "inventors": "甲；乙", "owner": "示例大学",
}  # fmt: skip


def read(locale="en", **cells):
    row = {**GOOD, **cells}
    headings = [COLUMNS[name][1][1] if locale == "zh" else name for name in row]
    quoted = "\t".join(f'"{text}"' for text in row.values())
    return read_catalogue("\n".join(["\t".join(headings), quoted]).encode(), "")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_fact_is_read_under_its_heading(locale):
    found = read(locale, **FACTS)
    assert (found.errors, found.warnings) == ((), ())
    assert found.lots[0].facts == dict.fromkeys(LOT_TICKS, True)
    assert [each.facts for each in found.lots[0].patents] == [SAID, SAID]


def test_what_is_not_said_or_no_is_left_out():
    found = read(**dict.fromkeys((*LOT_TICKS, *PATENT_TICKS), "否"), legal_status="")
    assert (found.lots[0].facts, [each.facts for each in found.lots[0].patents]) == ({}, [{}, {}])


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("title_proven", "也许", "BAD_WORD"),
        ("legal_status", "fine", "BAD_WORD"),
        ("grant_date", "2026-02-30;", "BAD_DATE"),
        ("claims_total", "ten;", "BAD_COUNT"),
        ("claims_independent", ";-1", "BAD_COUNT"),
        ("claims_total", "10", "ONE_FOR_SEVERAL"),
        ("grant_date", "2026-02-03", "ONE_FOR_SEVERAL"),
    ],
)
def test_a_fact_that_cannot_be_read_is_left_empty_and_said(column, text, code):
    found = read(**{column: text})
    assert [(each.line, each.column, each.code, each.emptied) for each in found.warnings] == [(2, column, code, True)]
    assert (found.lots[0].facts, found.lots[0].patents[0].facts) == ({}, {})


def test_every_status_of_the_law_can_be_said_and_no_word_says_two():
    assert set(FACT_WORDS["legal_status"]) == set(LegalStatus)
    for words in (FACT_WORDS["legal_status"], FACT_WORDS["consents"]):
        every = [each for word, others in words.items() for each in (word, *others)]
        assert len(every) == len(set(every))
    known = {*LOT_TICKS, *OF_PATENTS}
    assert known == {line.split()[0] for line in TABLE.splitlines() if line}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_an_export_is_imported_with_every_fact(parts, form, locale):
    """With a commission the export has columns that the import passes over without a word."""
    parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
    sale = parts.sales.create("s", title_zh="专场", buyer_commission=[[0, 500]])
    import_lots(parts.sales, sale, read(**FACTS))
    raw = to_bytes(source(parts, parts.sales.by_id(sale), "lots"), "lots", form, locale)
    again = read_catalogue(raw, "")
    assert again.errors == ()
    assert {each.code for each in again.warnings} <= {"TOTAL_ROW"}
    import_lots(parts.sales, sale, again, replace_all=True)
    lot = parts.sales.lots(sale)[0]
    assert {name: getattr(lot, name) for name in LOT_TICKS} == dict.fromkeys(LOT_TICKS, True)
    for patent in parts.sales.patents(sale):
        assert {name: getattr(patent, name) for name in SAID} == SAID
    assert len(parts.sales.patents(sale)) == 2
