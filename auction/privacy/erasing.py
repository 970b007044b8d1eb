"""Erases personal data by rule: of accounts that ask for it, of sales kept long enough, of old acts.

The journal and the ledger stay as the law asks. They name accounts by their ids. A name goes together with the salt of
its fingerprint, so that no reader can guess it from the record.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from models.applications import bidder_files, bidder_papers
from models.cases import case_steps, later_offers
from models.catalog import sales
from models.interest import followers
from models.mail import letters
from models.papers import paper_facts, paper_files, paper_versions, papers
from models.people import access_tokens, devices, links, registrations, sale_people, users
from models.privacy import erasures, sale_keeping
from models.rows import RegistrationStatus, SaleStatus
from models.trail import trail_entries, trail_values

from ..base.clock import Clock
from ..base.config import Config
from ..base.origin import coming_from, current_origin
from ..base.rejected import Rejected
from ..database.store import Store
from ..files.backup import PAPERS_FOLDER
from ..files.folder import HashedFolder
from ..files.store import FileStore
from ..people.accounts import Accounts
from ..trail.keeping import HOUSE_CHAIN, erase
from .keeping import KEPT_YEARS, KEPT_YEARS_FOR_COURT, Keeping, keepings, today_of, years_later

ERASED_ADDRESS = "erased-{}@erased.invalid"
_RUNS = (SaleStatus.DRAFT, SaleStatus.PUBLISHED)
_CHINA = timezone(timedelta(hours=8))


class DueKind(StrEnum):
    """The kinds of data that are erased."""

    ACCOUNT = "account"
    SALE = "sale"
    TRAIL = "trail"


@dataclass(frozen=True, slots=True)
class DueErasure:
    """Personal data that the law asks for no more. `of` is an account's id or a sale's address; `count` entries of the
    trail."""

    kind: DueKind
    of: str
    id: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Tie:
    """A sale that keeps an account's data: until its day, or None while that is not known."""

    slug: str
    sale: str
    runs: bool
    keeping: Keeping


@dataclass(frozen=True, slots=True)
class Wish:
    """A person's wish to be erased, and what keeps it waiting."""

    asked_ms: int | None
    ties: Sequence[Tie]

    @property
    def due_on(self) -> date | None:
        """The last day on which something is kept. None: it is not known, or nothing keeps the account."""
        days = [each.keeping.kept_until for each in self.ties]
        return None if None in days or not days else max(day for day in days if day is not None)


class Erasing:
    """Wishes of people to be erased, and what is due by rule."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, files: FileStore, config: Config) -> None:
        self._store = store
        self._clock = clock
        self._accounts = accounts
        self._files = files
        self._papers = HashedFolder(config.instance / PAPERS_FOLDER, ".pdf")

    def wish(self, user: str) -> Wish:
        """An account's wish, and the sales that keep its data."""
        with self._store.read() as connection:
            asked = connection.scalar(select(erasures.c.asked_ms).where(erasures.c.user == user))
            return Wish(asked, _ties(connection, user))

    def ask(self, user: str) -> bool:
        """A person wants the account erased: it is shut at once. Whether all of it could go at once.

        Raises Rejected where the account still takes part in a sale, or is the last administrator.
        """
        if any(each.runs for each in self.wish(user).ties):
            raise Rejected("STILL_IN_SALE")
        self._accounts.suspend(user, suspended=True)
        with self._forgetting() as connection:
            if connection.execute(select(erasures).where(erasures.c.user == user)).first() is None:
                connection.execute(insert(erasures), {"user": user, "asked_ms": self._clock.now_ms()})
            connection.execute(update(users).where(users.c.id == user), {"password": None})
            for table in (devices, links):
                connection.execute(delete(table).where(table.c.user == user))
            at_once = self._is_due(connection, user)
            files = self._erase_account(connection, user) if at_once else set()
        self._remove_files(files)
        return at_once

    def due(self) -> list[DueErasure]:
        """Everything that may go now."""
        with self._store.read() as connection:
            return list(self._due(connection))

    def erase_due(self) -> list[DueErasure]:
        """Erase everything that may go now, each in a transaction of its own."""
        due, files = self.due(), set[str]()
        for each in due:
            with self._forgetting() as connection:
                if each.kind is DueKind.ACCOUNT:
                    files |= self._erase_account(connection, each.id)
                elif each.kind is DueKind.SALE:
                    files |= self._erase_sale(connection, each.id)
                else:
                    erase(connection, HOUSE_CHAIN, self._old_entries(connection), self._clock.now_ms())
        self._remove_files(files)
        return due

    @contextmanager
    def _forgetting(self) -> Iterator[Connection]:
        """A transaction of which the trail keeps no personal value."""
        with coming_from(replace(current_origin(), forgets=True)), self._store.write() as connection:
            yield connection

    def _remove_files(self, digests: set[str]) -> None:
        """Remove papers and uploaded files that no row names any more."""
        with self._store.read() as connection:
            named = set(connection.scalars(select(paper_files.c.sha256).where(paper_files.c.sha256.in_(digests))))
        for digest in digests - named:
            self._papers.place(digest).unlink(missing_ok=True)
            self._files.erase(digest)

    # --- what is due ---

    def _due(self, connection: Connection) -> Iterator[DueErasure]:
        for sale, keeping in keepings(connection).items():
            if keeping.is_over(today_of(self._clock)) and keeping.erased_ms is None:
                slug = connection.scalar(select(sales.c.slug).where(sales.c.id == sale))
                yield DueErasure(DueKind.SALE, str(slug), sale, len(_kept_values(connection, sale)))
        for user in connection.scalars(select(erasures.c.user).where(erasures.c.done_ms.is_(None))).all():
            if self._is_due(connection, user):
                yield DueErasure(DueKind.ACCOUNT, user, user)
        old = self._old_entries(connection)
        if old:
            yield DueErasure(DueKind.TRAIL, "", HOUSE_CHAIN, len(old))

    def _is_due(self, connection: Connection, user: str) -> bool:
        today = today_of(self._clock)
        return all(each.keeping.is_over(today) and not each.runs for each in _ties(connection, user))

    def _old_entries(self, connection: Connection) -> list[int]:
        """Entries of the house's trail whose personal values are older than any sale's papers are kept."""
        for_court = any(each.for_court for each in keepings(connection).values())
        years = KEPT_YEARS_FOR_COURT if for_court else KEPT_YEARS
        first = years_later(today_of(self._clock), -years)
        before_ms = datetime.combine(first, time(), _CHINA).timestamp() * 1000
        return _kept_values(connection, HOUSE_CHAIN, trail_entries.c.at_ms < before_ms)

    # --- erasing ---

    def _erase_account(self, connection: Connection, user: str) -> set[str]:
        """Take the name, the address and all that belongs to a person from an account. Its id stays.

        Returns the hashes of its uploaded files.
        """
        now = self._clock.now_ms()
        nothing: dict[str, Any] = {"name": "", "licence": None, "password": None, "claimed": True}
        gone = {**nothing, "email": ERASED_ADDRESS.format(user), "suspended_ms": now}
        connection.execute(update(users).where(users.c.id == user), gone)
        connection.execute(delete(access_tokens).where(access_tokens.c.user == user))
        for table in (followers, letters):
            connection.execute(delete(table).where(table.c.user == user))
        files = _forget_names(connection, registrations.c.user == user)
        connection.execute(update(erasures).where(erasures.c.user == user), {"done_ms": now})
        mine = (trail_entries.c.actor == user) | trail_entries.c.of_row.startswith(user)
        erase(connection, HOUSE_CHAIN, _kept_values(connection, HOUSE_CHAIN, mine), now)
        return files

    def _erase_sale(self, connection: Connection, sale: str) -> set[str]:
        """Take the names of its people from a sale: from rows, papers, steps and the trail. Its record stays.

        Returns the hashes of its papers, and of what bidders uploaded.
        """
        now = self._clock.now_ms()
        files = _forget_names(connection, registrations.c.sale == sale)
        connection.execute(update(case_steps).where(case_steps.c.sale == sale), {"who": "", "note": ""})
        connection.execute(update(later_offers).where(later_offers.c.sale == sale), {"who": "", "note": ""})
        connection.execute(delete(paper_facts).where(paper_facts.c.sale == sale))
        of_sale = select(papers.c.id).where(papers.c.sale == sale)
        files |= set(connection.scalars(select(paper_files.c.sha256).where(paper_files.c.paper.in_(of_sale))))
        for table in (paper_files, paper_versions):
            connection.execute(delete(table).where(table.c.paper.in_(of_sale)))
        connection.execute(update(sale_keeping).where(sale_keeping.c.sale == sale), {"erased_ms": now})
        erase(connection, sale, _kept_values(connection, sale), now)
        return files


def _forget_names(connection: Connection, which: Any) -> set[str]:
    """A name goes with its salt, as a fingerprint without a salt cannot be guessed. The bidder's file goes too.

    Returns the hashes of the papers that were in it.
    """
    these = select(registrations.c.id).where(which)
    connection.execute(update(registrations).where(which), {"name": "", "reason": None, "salt": None})
    of_these = bidder_papers.c.registration.in_(these)
    files = set(connection.scalars(select(bidder_papers.c.sha256).where(of_these)))
    connection.execute(delete(bidder_papers).where(of_these))
    connection.execute(delete(bidder_files).where(bidder_files.c.registration.in_(these)))
    return files


def _ties(connection: Connection, user: str) -> list[Tie]:
    """The sales in which an account took part, or for which it worked."""
    known = keepings(connection)
    took = select(registrations.c.sale).where(
        registrations.c.user == user, registrations.c.status != RegistrationStatus.TURNED_DOWN
    )
    worked = select(sale_people.c.sale).where(sale_people.c.user == user)
    query = select(sales.c.id, sales.c.slug, sales.c.status).where(sales.c.id.in_(took) | sales.c.id.in_(worked))
    return [
        Tie(row.slug, row.id, row.status in _RUNS, known.get(row.id, Keeping()))
        for row in connection.execute(query.order_by(sales.c.slug))
    ]


def _kept_values(connection: Connection, chain: str, *which: Any) -> list[int]:
    """The numbers of a chain's entries that still have personal values."""
    query = (
        select(trail_values.c.n)
        .join(trail_entries, (trail_entries.c.sale == trail_values.c.sale) & (trail_entries.c.n == trail_values.c.n))
        .where(trail_values.c.sale == chain, *which)
    )
    return list(connection.scalars(query.order_by(trail_values.c.n)))
