"""A page of the organizer reads each table once, however many lots and bidders there are: statements are counted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.large import LOTS, PADDLES, Large, large_sale

TO_KNOW_WHO_ASKS = ["web_sessions", "sales", "sale_people"]
"""The session with its account, the sale in the address, and who works for it."""
READ = {
    "overview": ["lots", "patents", "registrations", "organizations"],
    "lots": ["lots", "patents", "lot_documents"],
    "bidders": ["registrations", "organizations", "lots", "bidder_files", "bidder_papers", "resets", "registrations"],
    "publish": ["lots", "patents", "registrations", "organizations"],
    "gate": ["lots", "patents"],
}
"""What each page reads besides: 7, 6, 10, 7 and 5 statements in all. Earlier sales ask for registrations again."""
SAID = {
    "overview": [f"Lots in the catalogue: {LOTS}", f"Paddles issued: {PADDLES}", "Lots ended: 0 of 178", "CNY"],
    "lots": ['id="lot-50"', f"Lots: {LOTS}"],
    "bidders": ["Paddles", "not arrived", "Bidder 11"],
    "publish": [f"its lots ({LOTS})", f"the paddles issued ({PADDLES})", "Missing: "],
    "gate": [f"in {LOTS} lots", f"Confirm for {LOTS} lots: There is no reserve"],
}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The tables that the process reads meanwhile, one for each statement; joined ones are not named."""
    tables: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement != "BEGIN":
            tables.append(re.findall(r"FROM (\w+)", statement)[0])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield tables
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    with large_sale(tmp_path_factory.mktemp("large")) as made:
        yield made


@pytest.mark.parametrize("page", READ)
def test_09_2_a_page_of_the_organizer_reads_each_table_once(large: Large, page: str):
    large.get(page)  # the journal is read once in a process
    with counted() as tables:
        text = large.get(page)
    assert tables == [*TO_KNOW_WHO_ASKS, *READ[page]]
    assert [each for each in SAID[page] if each not in text] == []
