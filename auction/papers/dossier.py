"""The dossier of a sale: its rows, the standing of its lots, and the facts that only papers need."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from models.catalog import lots, patents
from models.journal import events
from models.people import organizations, registrations, users
from models.rows import SaleRow

from ..base.zones import zone_of
from ..money.books import Written
from ..money.ledger import Ledger
from ..parts import Parts
from ..rules.lot import Lot
from ..rules.money import Tier, tiers_of
from .facts import PaperFacts, read_facts, subject
from .wording import Two, amount, moment

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a paper must hold and the data lack. `where`: the endpoint of the page where it is mended, `lot`
    or `about` what it is asked for there."""

    what: str
    where: str
    lot: str = ""
    about: str = ""
    named: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The facts of a paper, and its lacks. A paper with a lack is not made."""

    facts: dict[str, Any]
    lacks: tuple[Lack, ...] = ()


@dataclass(slots=True)
class Checklist:
    """Gathers what a paper lacks while its facts are put together."""

    lacks: list[Lack] = field(default_factory=list)

    def need(self, value: Any, what: str, where: str, **more: str) -> Any:
        """The value; where there is none, `what` is noted as lacking."""
        if value in (None, "", []):
            self.lacks.append(Lack(what, where, **more))
        return value

    def done(self, facts: dict[str, Any]) -> Draft:
        """The paper so far, with its lacks, each once."""
        return Draft(facts, tuple(dict.fromkeys(self.lacks)))


EDIT, FACTS_PAGE, LOT, BIDDERS, STAFF = (
    "organizer.edit",
    "organizer_papers.facts",
    "organizer_lots.edit",
    "organizer_bidders.bidders",
    "organizer_people.people",
)


class Dossier:
    """One sale at one moment. Each row is read once. `address` is that of the house's pages."""

    def __init__(self, parts: Parts, sale: SaleRow) -> None:
        self._store = parts.store
        self._books = parts.books
        self.address = parts.config.public_url
        self.sale = sale
        self.state = parts.engine.book(sale.id).sale
        self.now_ms = parts.engine.clock.now_ms()
        self._patents: dict[str, list[Row]] = {}

    @property
    def id(self) -> str:
        return self.sale.id

    @property
    def currency(self) -> str:
        return self.sale.currency

    @property
    def buyer_tiers(self) -> tuple[Tier, ...]:
        """The buyer's commission, also of a draft that has no record yet."""
        return tiers_of(self.sale.buyer_commission)

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.sale)

    def amount(self, minor: int | None) -> dict[str, str] | None:
        """An amount in figures, and in capitals where it is yuan."""
        return amount(minor, self.currency)

    def moment(self, at_ms: int | None) -> Two | None:
        """A moment in the sale's zone."""
        return moment(at_ms, self.zone)

    def in_term(self, lot: Lot) -> bool:
        """Whether a priority right may still take the lot (mode C)."""
        return (lot.match_until_ms or 0) > self.now_ms

    # --- rows ---

    @cached_property
    def facts(self) -> PaperFacts:
        with self._store.read() as connection:
            return read_facts(connection, self.id)

    def fact(self, name: str, of: str = "sale", which: str = "") -> str:
        """A fact that only papers need; empty where it is not known."""
        return self.facts.get(subject(of, which), {}).get(name, "")

    @cached_property
    def house(self) -> Row | None:
        """The organization that runs the sale."""
        return self._one(select(organizations).where(organizations.c.id == self.sale.house_org))

    @cached_property
    def lots(self) -> dict[str, Row]:
        """The lots in their order."""
        rows = self._all(select(lots).where(lots.c.sale == self.id).order_by(lots.c.position))
        return {row["lot"]: row for row in rows}

    def lot(self, number: str) -> Row:
        """One lot as a row; empty where there is none. For a paper of one lot the others are not read."""
        if "lots" not in self.__dict__:
            return self._one(select(lots).where(lots.c.sale == self.id, lots.c.lot == number)) or {}
        return self.lots.get(number, {})

    def patents(self, lot: str) -> list[Row]:
        """The patents of a lot as rows, in their order. Once all lots are read, so are the patents of all."""
        if lot not in self._patents:
            is_whole = "lots" in self.__dict__
            these = patents.c.sale == self.id if is_whole else (patents.c.sale == self.id) & (patents.c.lot == lot)
            found: dict[str, list[Row]] = {number: [] for number in (self.lots if is_whole else ())}
            for row in self._all(select(patents).where(these).order_by(patents.c.lot, patents.c.position)):
                found.setdefault(row["lot"], []).append(row)
            self._patents |= {lot: []} | found
        return self._patents[lot]

    @cached_property
    def bidders(self) -> dict[str, Row]:
        """Everybody with a paddle, by the paddle, with the account's organization."""
        return {row["paddle"]: row for row in self._all(self._holders())}

    def bidder(self, paddle: str) -> Row:
        """The holder of a paddle; empty where there is none."""
        if "bidders" not in self.__dict__:
            return self._one(self._holders().where(registrations.c.paddle == paddle)) or {}
        return self.bidders.get(paddle, {})

    def _holders(self) -> Select[Any]:
        return (
            select(registrations, users.c.email, organizations.c.name.label("organization"), organizations.c.uscc)
            .join_from(registrations, users, users.c.id == registrations.c.user, isouter=True)
            .join(organizations, organizations.c.id == users.c.organization, isouter=True)
            .where(registrations.c.sale == self.id, registrations.c.paddle.is_not(None))
            .order_by(registrations.c.applied_ms, registrations.c.id)
        )

    def account(self, user: str | None) -> Row | None:
        """An account by its id."""
        return self._one(select(users.c.name, users.c.licence).where(users.c.id == user))

    @cached_property
    def _gavels(self) -> list[tuple[int, str]]:
        kind = (events.c.sale == self.id) & (events.c.kind == "gavel_taken")
        rows = self._all(select(events.c.at_ms, events.c.body).where(kind).order_by(events.c.n))
        return [(row["at_ms"], json.loads(row["body"])["auctioneer"]) for row in rows]

    def gavel_at(self, at_ms: int | None) -> str | None:
        """The account that held the gavel at a moment; None: the last one that took it."""
        held = [who for since_ms, who in self._gavels if at_ms is None or since_ms <= at_ms]
        return held[-1] if held else None

    def public_events(self, *kinds: str) -> list[Row]:
        """The public events of the sale in their order, all or of some kinds, with their bytes."""
        columns = (events.c.seq, events.c.kind, events.c.lot, events.c.body)
        public = (events.c.sale == self.id) & events.c.seq.is_not(None)
        public = public & events.c.kind.in_(kinds) if kinds else public
        return self._all(select(*columns).where(public).order_by(events.c.n))

    # --- money ---

    @cached_property
    def _money(self) -> tuple[list[Written], Ledger]:
        return self._books.seen(self.id)

    @property
    def ledger(self) -> Ledger:
        """The ledger of the sale, as it follows from the record of this moment."""
        return self._money[1]

    @property
    def entries(self) -> list[Written]:
        """The entries of the ledger that are written, in their order."""
        return self._money[0]

    def _one(self, query: Any) -> Row | None:
        rows = self._all(query)
        return rows[0] if rows else None

    def _all(self, query: Any) -> list[Row]:
        with self._store.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
