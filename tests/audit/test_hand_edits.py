"""Edits by hand of a sale's rows (issue 8, number 25): `verify` names each, and an export marks it.

Each edit is made in the database itself, beside the program. What no check of one database can see stands outside of
this list: a journal whose tail was cut off together with all receipts and refusals of it, and one that was written
anew from its first event with rows that fit. Both need a head that was noted outside (`verify --head`, see
audit/test_verify.py); signed heads that are kept outside come later.
"""

import csv
import io
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from shutil import copytree

import pytest
from sqlalchemy import select

from auction.audit.verify import verify_sale
from auction.database.store import sqlite_module
from auction.papers.reports import source
from auction.papers.writers import to_bytes
from auction.record.fingerprints import of_lot
from models.journal import events
from models.rows import LotRow, PatentRow, columns_of

from ..conftest import SetClock
from ..played import play
from ..serving import Server, lot_row, parts_for

EXCHANGE = (
    "UPDATE registrations SET paddle = 'x' WHERE paddle = '101'",
    "UPDATE registrations SET paddle = '101' WHERE paddle = '102'",
    "UPDATE registrations SET paddle = '102' WHERE paddle = 'x'",
)

EDITS = {
    # what was sold
    "title zh": ("lot 1", "UPDATE lots SET title_zh = '另一个' WHERE lot = '1'"),
    "title en": ("lot 1", "UPDATE lots SET title_en = 'Another' WHERE lot = '1'"),
    "abstract": ("lot 3", "UPDATE lots SET abstract_zh = 'x' WHERE lot = '3'"),
    "field": ("lot 3", "UPDATE lots SET field = 'x' WHERE lot = '3'"),
    "transfer type": ("lot 1", "UPDATE lots SET transfer_type = '普通许可' WHERE lot = '1'"),
    "defects": ("lot 1", "UPDATE lots SET defects = 'none' WHERE lot = '1'"),
    "consignor as shown": ("lot 1", "UPDATE lots SET consignor = 'x' WHERE lot = '1'"),
    "consignor": (
        "lot 1",
        'UPDATE lots SET consignors = \'[{"id": "org", "name": "x", "sure": true}]\' WHERE lot = \'1\'',
    ),
    "start": ("lot 1", "UPDATE lots SET start_minor = 1 WHERE lot = '1'"),
    "reserve": ("lot 2", "UPDATE lots SET reserve_minor = 1 WHERE lot = '2'"),
    "increment": ("lot 1", "UPDATE lots SET increment = NULL WHERE lot = '1'"),
    "terms of the format": ("lot 4", "UPDATE lots SET own = '{}' WHERE lot = '4'"),
    "format": ("lot 1", "UPDATE lots SET format = 'dutch' WHERE lot = '1'"),
    "estimate": ("lot 1", "UPDATE lots SET estimate_low_minor = 5 WHERE lot = '1'"),
    "order of lots": ("lot 1", "UPDATE lots SET position = 99 WHERE lot = '1'"),
    "a tick of the law": ("lot 1", "UPDATE lots SET title_proven = NOT title_proven WHERE lot = '1'"),
    "a lot deleted": ("lot 7", "DELETE FROM lots WHERE lot = '7'"),
    "a lot added": ("lot 99", "UPDATE lots SET lot = '99' WHERE lot = '7'"),
    "patent of a sold lot": ("lot 3", "UPDATE patents SET as_written = 'CN1' WHERE lot = '3'"),
    "patent deleted": ("lot 2", "DELETE FROM patents WHERE lot = '2' AND position = 1"),
    "patents exchanged": ("lot 2", "UPDATE patents SET lot = '7' WHERE lot = '2' AND position = 2"),
    "status of a patent": ("lot 3", "UPDATE patents SET legal_status = 'expired' WHERE lot = '3'"),
    "filing date": ("lot 3", "UPDATE patents SET filing_date = '2001-01-01' WHERE lot = '3'"),
    # who bought
    "buyer's name": ("paddle 102", "UPDATE registrations SET name = 'Another' WHERE paddle = '102'"),
    "paddles exchanged": ("paddle 101", *EXCHANGE),
    "holder": ("paddle 103", "UPDATE registrations SET \"user\" = NULL WHERE paddle = '103'"),
    "limit": ("paddle 103", "UPDATE registrations SET limit_minor = NULL WHERE paddle = '103'"),
    "priority right": ("paddle 101", "UPDATE registrations SET priority = '{\"1\": 1}' WHERE paddle = '101'"),
    "hold": ("paddle 101", "UPDATE registrations SET holds = '[\"SUSPENDED\"]' WHERE paddle = '101'"),
    "paddle deleted": ("paddle 104", "DELETE FROM registrations WHERE paddle = '104'"),
    "admission taken back": ("paddle 102", "UPDATE registrations SET status = 'turned_down' WHERE paddle = '102'"),
    "organization": ("paddle 101", "UPDATE users SET organization = 'org' WHERE name = 'Bidder 1'"),
    # the sale
    "currency": ("sale", "UPDATE sales SET currency = 'USD'"),
    "title of the sale": ("sale", "UPDATE sales SET title_zh = 'x'"),
    "text of the sale": ("sale", "UPDATE sales SET about = 'x'"),
    "date": ("sale", "UPDATE sales SET starts_at_ms = 5"),
    "place": ("sale", "UPDATE sales SET place = 'elsewhere'"),
    "zone": ("sale", "UPDATE sales SET time_zone = 'UTC'"),
    "notice": ("sale", "UPDATE sales SET notice_on = '2018-01-01'"),
    "preview": ("sale", "UPDATE sales SET preview_to = '2018-01-01'"),
    "licence": ("sale", "UPDATE sales SET auctioneer_licence = 'x'"),
    "commission": ("sale", "UPDATE sales SET buyer_commission = '[[0, 1]]'"),
    "the seller's commission": ("sale", "UPDATE sales SET seller_commission = '[]'"),
    "deposit": ("sale", "UPDATE sales SET deposit = '{\"fixed_minor\": 1}'"),
    "priority mode": ("sale", "UPDATE sales SET priority_mode = 'B'"),
    "house": ("sale", "UPDATE sales SET house_org = 'org'"),
    "state": ("sale", "UPDATE sales SET status = 'draft'"),
    # who worked for it
    "work ended": ("organizer", "UPDATE sale_people SET until_ms = 5"),
    "work deleted": ("organizer", "DELETE FROM sale_people"),
    "another role": ("auctioneer", "UPDATE sale_people SET role = 'auctioneer'"),
    "staff added": (
        "auctioneer",
        'INSERT INTO sale_people (sale, "user", role, since_ms) '
        "SELECT sale, \"user\", 'auctioneer', 5 FROM registrations WHERE paddle = '101'",
    ),
    # answers
    "receipt of a bid": ("receipts of 101", "DELETE FROM receipts WHERE actor = '101' AND code IS NULL"),
    "receipt of a refusal": ("receipts of", "DELETE FROM receipts WHERE code IS NOT NULL"),
    "evidence": ("refusals of", "DELETE FROM refusals"),
}


@pytest.fixture
def sale(parts, clock):
    return play(parts, clock, buyer_commission=[[0, 500]], seller_commission=[[0, 800]])


def edit(parts, *statements):
    """Change the database beside the program, as a person with its file can."""
    with closing(sqlite_module().connect(parts.store.url.database)) as database:
        for statement in statements:
            assert database.execute(statement).rowcount > 0, statement
        database.commit()


def named(report):
    """The rows that a check names."""
    return {line.strip().partition(":")[0] for line in report.text.splitlines()[1:]}


def test_08_25_nothing_is_named_where_nothing_was_edited(sale):
    assert verify_sale(sale.parts, sale.slug).ok
    assert len(EDITS) + 1 >= 35


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The folder of a sale that was played; each edit is made in a copy of it."""
    folder = tmp_path_factory.mktemp("played")
    parts = parts_for(folder)
    parts.engine.start()
    play(parts, SetClock(), buyer_commission=[[0, 500]], seller_commission=[[0, 800]])
    parts.engine.stop()
    parts.store.close()
    return folder


@pytest.fixture
def copied(played, tmp_path):
    copytree(played, tmp_path / "copy")
    parts = parts_for(tmp_path / "copy")
    yield parts
    parts.store.close()


@pytest.mark.parametrize("name", EDITS)
def test_08_25_verify_names_the_row_that_was_edited_by_hand(copied, name):
    row, *statements = EDITS[name]
    edit(copied, *statements)
    report = verify_sale(copied, "sale")

    assert not report.ok
    assert any(each.startswith(row) for each in named(report)), report.text


def test_08_25_an_export_marks_exchanged_paddles_and_is_not_withheld(copied):
    edit(copied, *EDITS["paddles exchanged"][1:])
    of = source(copied, copied.sales.find("sale"), "results")
    rows = list(csv.DictReader(io.StringIO(to_bytes(of, "results", "csv", "en").decode("utf-8-sig"))))

    assert [row["Lot number"] for row in rows] == ["1", "2", "3", "4", "5", "6", "7"]
    marked = {row["Paddle number"] for row in rows if "holder edited" in row["Not what the record says"]}
    assert marked == {"101", "102"}


def test_08_25_the_command_names_what_differs_and_ends_with_1(copied, tmp_path):
    server = Server(tmp_path / "copy")
    assert server.cli("export", "sale", "results", "--out", str(tmp_path / "good.csv")).returncode == 0
    edit(copied, *EDITS["title zh"][1:])
    told = server.cli("export", "sale", "results", "--out", str(tmp_path / "out.csv"), check=False)

    assert told.returncode == 1
    assert "lot 1: its texts or patents edited" in told.stderr
    assert "lot 1: its texts or patents edited" in (tmp_path / "out.csv").read_text()
    assert "Not what the record says" not in (tmp_path / "good.csv").read_text()
    assert server.cli("export", "sale", "lots", "--out", str(tmp_path / "out.xlsx"), check=False).returncode == 1


def test_08_25_a_name_that_was_deleted_with_its_salt_is_deleted_not_edited(copied):
    edit(copied, "UPDATE registrations SET name = '', salt = NULL WHERE paddle = '102'")
    assert "paddle 102: its holder deleted" in verify_sale(copied, "sale").text

    edit(copied, "UPDATE registrations SET name = 'Another' WHERE paddle = '102'")
    assert "paddle 102: its holder edited" in verify_sale(copied, "sale").text


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterRow(LotRow):
    """A lot's row in a later version, with columns that have nothing to say of an old lot."""

    a_later_column: str | None = None
    another: bool = False


def test_08_25_a_fingerprint_tells_nothing_without_its_salt(copied):
    """Two sales with the same texts and the same people have no fingerprint in common."""
    state = copied.engine.book(copied.sales.find("sale").id).sale
    row, numbers = copied.sales.lot(state.id, "1"), copied.sales.patents(state.id, "1")
    assert state.digests["lot 1"] == of_lot(row, numbers)
    assert state.digests["lot 1"] != of_lot(replace(row, salt="00" * 16), numbers)
    assert state.digests["lot 1"] == of_lot(LaterRow(**columns_of(row)), numbers)


def test_08_25_publishing_a_thousand_lots_stays_quick(parts, clock):
    sale = parts.sales.create("large", title_en="Large")
    patent = PatentRow(as_written="CN110000002A")
    parts.sales.add_lots(sale, [(lot_row(str(i), title_zh="泵" * 50), [patent]) for i in range(1000)])
    began = time.process_time()
    assert parts.sales.publish(sale, "organizer").ok

    assert time.process_time() - began < 5
    kinds = Counter(row.kind for row in _rows(parts, sale))
    assert (kinds["texts_stated"], kinds["lot_listed"]) == (1, 1000)


def _rows(parts, sale):
    with parts.store.read() as connection:
        return connection.execute(select(events.c.kind).where(events.c.sale == sale)).all()
