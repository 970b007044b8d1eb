"""A typed row has the columns of its table: the same names, and None exactly where the column may be null."""

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
from sqlalchemy import Table, select

from auction.people.roles import Work
from auction.people.rows import AccountRow
from auction.sales.applicants import Applicant, Application
from auction.sales.documents import LotDocument
from models import applications, catalog, documents, files, mail, people, webhooks
from models.rows import (
    AccessTokenRow,
    BidderFileRow,
    BidderPaperRow,
    KeptFile,
    LetterRow,
    LotRow,
    OrganizationRow,
    PatentRow,
    RegistrationRow,
    ResetRow,
    SaleRow,
    SaleStatus,
    WebhookMessageRow,
    WebhookRow,
    WebhookTryRow,
    columns_of,
    typed,
)

ROWS = [
    (SaleRow, catalog.sales),
    (LotRow, catalog.lots),
    (PatentRow, catalog.patents),
    (RegistrationRow, people.registrations),
    (OrganizationRow, people.organizations),
    (ResetRow, people.resets),
    (KeptFile, files.files),
    (WebhookRow, webhooks.webhooks),
    (LetterRow, mail.letters),
    (BidderFileRow, applications.bidder_files),
    (BidderPaperRow, applications.bidder_papers),
    (WebhookMessageRow, webhooks.webhook_messages),
    (WebhookTryRow, webhooks.webhook_tries),
]
WITHIN = [
    (AccessTokenRow, people.access_tokens, set()),
    (AccountRow, people.users, {"has_password"}),
    (Work, people.sale_people, {"name", "email"}),
    (Applicant, people.registrations, {f.name for f in fields(Applicant)} - {f.name for f in fields(RegistrationRow)}),
    (LotDocument, documents.lot_documents, {"kind", "size", "width", "height", "pages", "small"}),
    (Application, people.registrations, {"slug", "title_zh", "title_en", "sale_status", "deposit"}),
]
"""Rows that leave out columns of their table, or have some of others."""


def may_be_none(kind: type[Any], name: str) -> bool:
    return type(None) in get_args(get_type_hints(kind)[name])


@pytest.mark.parametrize(("kind", "table"), ROWS)
def test_a_row_has_the_columns_of_its_table(kind: type[Any], table: Table):
    assert [each.name for each in fields(kind)] == [column.name for column in table.c]
    nullable = {column.name for column in table.c if column.nullable}
    assert {each.name for each in fields(kind) if may_be_none(kind, each.name)} == nullable


@pytest.mark.parametrize(("kind", "table", "more"), WITHIN)
def test_a_row_with_columns_of_others_names_no_column_that_is_none(kind: type[Any], table: Table, more: set[str]):
    names = {each.name for each in fields(kind)} - more
    assert names <= {column.name for column in table.c}
    assert {each for each in names if may_be_none(kind, each)} == {each for each in names if table.c[each].nullable}


def test_a_row_that_was_read_has_words_of_its_lists_and_cannot_be_changed(parts):
    sale = parts.sales.create("s", title_en="Sale", under_law=True)
    row = parts.sales.by_id(sale)
    assert (row.status, type(row.status)) == (SaleStatus.DRAFT, SaleStatus)
    with pytest.raises(AttributeError):
        row.status = SaleStatus.CLOSED
    with parts.store.read() as connection:
        read = connection.execute(select(catalog.sales)).mappings().one()
    assert columns_of(row) == dict(read)


def test_a_word_that_is_in_no_list_is_refused(parts):
    parts.sales.create("s", title_en="Sale")
    with parts.store.write() as connection:
        connection.execute(catalog.sales.update(), {"status": "over"})
    with parts.store.read() as connection:
        read = connection.execute(select(catalog.sales)).mappings().one()
    with pytest.raises(ValueError, match="over"):
        typed(SaleRow, read)
