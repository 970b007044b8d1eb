"""The page of the catalogue file says what is true: every column, every code, examples that read without a word."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_file

from auction.catalogue.columns import COLUMNS
from auction.patents import numbers as patent_numbers
from auction.words.of_files import OF_FILES
from auction.words.sentences import SENTENCES
from tests.catalogues import read_catalogue

from .test_reading import warnings

ROOT = Path(__file__).parents[2]


def table_of(heading):
    page = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in section.splitlines() if row.startswith("|")]
    return rows[2:]


def test_the_page_lists_every_column_with_its_headings():
    described = {row[0].strip("`"): [row[1], *filter(None, row[2].split(", "))] for row in table_of("Columns")}

    assert described == {name: list(headings[1:]) for name, (_, headings) in COLUMNS.items()}


ALSO_OF_FORMS = {"RESERVE_BELOW_START", "ESTIMATE_REVERSED"}
"""Codes of a catalogue file whose sentence a form says too."""


def test_the_page_lists_every_code():
    described = [code for row in table_of("Codes") for code in re.findall(r"`([A-Z_]+)`", row[0])]

    assert sorted(described) == sorted({*OF_FILES, *ALSO_OF_FORMS})


def test_the_example_of_the_page_reads_without_a_word():
    page = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    for example in page.split("```csv\n")[1:]:
        catalogue = read_catalogue(example.split("```")[0].encode(), "")

        assert (catalogue.errors, warnings(catalogue)) == ((), [])
        assert len(catalogue.lots) == 3


def test_every_code_that_is_used_has_a_sentence_and_can_be_translated():
    files = [*ROOT.glob("auction/catalogue/*.py"), ROOT / "auction" / "words" / "amounts.py"]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    used = {str(each) for each in patent_numbers.NumberWarning} - {"KIND_MISSING"} | set(
        re.findall(r'"([A-Z]{2,}(?:_[A-Z]+)+|ENCODING|UNIT|PROTECTED|ORIGIN)"', source)
    )
    extracted = {found[1] for found in extract_from_file("python", str(ROOT / "auction" / "words" / "of_files.py"))}

    assert used - ALSO_OF_FORMS == set(OF_FILES)
    assert used <= set(SENTENCES)
    assert set(OF_FILES.values()) <= extracted
