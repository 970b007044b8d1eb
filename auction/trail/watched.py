"""The tables and columns of which the trail tells, by hand.

A column that is in no list here is in no entry. So no token, salt, maximum or offer gets there: the trail never reads
them. Of a hidden column it says that it changed, and no value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table

from models.applications import bidder_files, bidder_papers
from models.cases import case_steps, later_offers
from models.catalog import house_columns, lots, patents, sales
from models.documents import lot_documents, room_terms
from models.papers import paper_facts, papers
from models.people import access_tokens, organizations, registrations, resets, sale_people, users
from models.privacy import consents, erasures, sale_keeping
from models.webhooks import webhooks

from ..database.watching import Watched


@dataclass(frozen=True, slots=True)
class TrailColumns:
    """The columns of a table: told in the entry itself, or as personal values beside it, or as changed alone."""

    plain: tuple[str, ...]
    personal: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All that are read."""
        return (*self.plain, *self.personal, *self.hidden)


def _but(table: Table, *others: str) -> tuple[str, ...]:
    """The columns of a table but these, its sale and its salt."""
    return tuple(str(each.name) for each in table.c if each.name not in ("sale", "salt", *others))


_PATENT_PERSONAL = ("inventors", "owner")
_LOT_PERSONAL = ("consignor", "consignors")
_FILE = ("kind", "rules_version", "rules_ms", "changed_ms", "asked_ms", "asked_by", "answered_ms")
TRAILED: Mapping[Table, TrailColumns] = {
    sales: TrailColumns(_but(sales, "id", "created_ms", "auctioneer_licence"), ("auctioneer_licence",)),
    lots: TrailColumns(_but(lots, "lot", *_LOT_PERSONAL), _LOT_PERSONAL),
    patents: TrailColumns(_but(patents, "lot", "position", *_PATENT_PERSONAL), _PATENT_PERSONAL),
    registrations: TrailColumns(_but(registrations, "id", "name", "reason", "applied_ms"), ("name", "reason")),
    sale_people: TrailColumns(("until_ms", "by", "ended_by")),
    bidder_files: TrailColumns(_FILE, _but(bidder_files, "registration", *_FILE)),
    bidder_papers: TrailColumns(("what", "read_by", "read_ms"), ("name",)),
    case_steps: TrailColumns(("due_on", "done_ms"), ("who", "note")),
    later_offers: TrailColumns(("lot", "amount_minor"), ("who", "note")),
    lot_documents: TrailColumns(
        ("document", "version", "lot", "place", "sha256", "added_because", "removed_ms", "removed_because"), ("name",)
    ),
    room_terms: TrailColumns(("text_zh", "text_en")),
    papers: TrailColumns(("kind", "subject", "number")),
    paper_facts: TrailColumns((), ("value",)),
    webhooks: TrailColumns(("url", "kinds", "ended_ms", "ended_because")),
    sale_keeping: TrailColumns(_but(sale_keeping)),
    users: TrailColumns(
        (
            "role",
            "claimed",
            "confirmed_ms",
            "organization",
            "organization_claimed",
            "suspended_ms",
            "language",
            "mail_outbid",
        ),
        ("email", "name", "licence"),
        ("password",),
    ),
    organizations: TrailColumns((), ("name", "uscc")),
    resets: TrailColumns(_but(resets, "id")),
    access_tokens: TrailColumns(("user", "scopes", "expires_ms", "ended_ms"), ("name",)),
    consents: TrailColumns(("at_ms", "language")),
    erasures: TrailColumns(("asked_ms", "done_ms")),
    house_columns: TrailColumns(("name",)),
}
"""Each table of the trail. Others have a record of their own (the journal, the ledger), or no person changes them."""


def _read(table: Table) -> tuple[str, ...]:
    return (*TRAILED[table].columns, *(("sale",) if "sale" in table.c else ()))


WATCHED: Watched = {table: _read(table) for table in TRAILED}
"""The same with all columns that are read."""
