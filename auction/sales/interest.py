"""Interest in lots: who follows which, and how wanted each lot of a sale is, in numbers without names.

One table is the watchlist of a person and the interest that the house sees. Staff may follow lots too, and so may
consignors. They do not count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from models.catalog import lots, sales
from models.interest import followers, lot_views
from models.people import sale_people, users
from models.rows import SaleStatus

from ..base.clock import Clock
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..people.roles import STAFF
from ..rules.refusals import Code
from ..rules.rights import may_bid

MOST_FOLLOWED = 2_000
"""Lots that one person follows at the same time, in all sales."""


class Measure(StrEnum):
    """A measure of interest: openings of a lot's page, its followers, or those of them who may bid on it."""

    VIEWS = "views"
    FOLLOWERS = "followers"
    QUALIFIED = "qualified"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How wanted a lot is. `qualified` are its followers who have a paddle and may bid on it now."""

    views: int = 0
    followers: int = 0
    qualified: int = 0

    def by(self, measure: Measure) -> int:
        """One of the three numbers."""
        return int(getattr(self, measure.value))


NO_INTEREST = Wanted()


class Interest:
    """The followers of all lots."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine

    def follow(self, sale: str, lot: str, user: str) -> None:
        """Follow a lot of a sale that is not a draft; again it changes nothing. Raises Rejected."""
        row = {"sale": sale, "lot": lot, "user": user, "since_ms": self._clock.now_ms()}
        try:
            with self._store.write() as connection:
                if connection.scalar(select(sales.c.status).where(sales.c.id == sale)) in (None, SaleStatus.DRAFT):
                    raise Rejected("UNKNOWN_SALE")
                count = select(func.count()).where(followers.c.user == user)
                if (connection.scalar(count) or 0) >= MOST_FOLLOWED:
                    raise Rejected("TOO_MANY_FOLLOWED", most=MOST_FOLLOWED)
                connection.execute(insert(followers), row)
        except IntegrityError as error:  # followed already, or no such lot
            if lot not in self.followed_in(sale, user):
                raise Rejected(Code.UNKNOWN_LOT) from error

    def leave(self, sale: str, lot: str, user: str) -> None:
        """Follow a lot no longer."""
        this = (followers.c.sale == sale) & (followers.c.lot == lot) & (followers.c.user == user)
        with self._store.write() as connection:
            connection.execute(delete(followers).where(this))

    def followed_in(self, sale: str, user: str) -> frozenset[str]:
        """The lots of a sale that a person follows."""
        query = select(followers.c.lot).where(followers.c.sale == sale, followers.c.user == user)
        with self._store.read() as connection:
            return frozenset(connection.scalars(query))

    def followed(self, user: str) -> Mapping[str, Sequence[str]]:
        """The lots that a person follows, by sale, in the order of the sale."""
        query = select(followers.c.sale, followers.c.lot).join_from(
            followers, lots, (lots.c.sale == followers.c.sale) & (lots.c.lot == followers.c.lot)
        )
        found: dict[str, list[str]] = {}
        with self._store.read() as connection:
            for row in connection.execute(query.where(followers.c.user == user).order_by(lots.c.position)):
                found.setdefault(row.sale, []).append(row.lot)
        return found

    def of_sale(self, sale: str) -> Mapping[str, Wanted]:
        """How wanted each lot of a sale is; a lot in which there is no interest is left out."""
        serves = select(sale_people.c.user).where(sale_people.c.sale == sale)
        query = select(followers.c.lot, followers.c.user).join_from(followers, users, users.c.id == followers.c.user)
        query = query.where(followers.c.sale == sale, users.c.role.not_in(list(STAFF)), users.c.suspended_ms.is_(None))
        with self._store.read() as connection:
            pairs = [(row.lot, row.user) for row in connection.execute(query.where(users.c.id.not_in(serves)))]
            seen = select(lot_views.c.lot, lot_views.c.views).where(lot_views.c.sale == sale)
            views = {row.lot: int(row.views) for row in connection.execute(seen)}
        count = Counter(lot for lot, _ in pairs)
        qualified = Counter(lot for lot, user in pairs if self._may_bid(sale, lot, user))
        return {lot: Wanted(views.get(lot, 0), count[lot], qualified[lot]) for lot in views.keys() | count.keys()}

    def _may_bid(self, sale: str, lot: str, user: str) -> bool:
        """Whether a person has a paddle that may bid on a lot now."""
        state = self._engine.book(sale).sale
        bidder = state.bidders.get(state.paddles.get(user, ""))
        return lot in state.lots and may_bid(bidder, state.lots[lot], state.house_org) is None


def most_wanted(order: Iterable[str], wanted: Mapping[str, Wanted], measure: Measure, count: int) -> list[str]:
    """The most wanted lots by a measure, so many of them, the most wanted first.

    Lots that are equally wanted by it go by the other numbers, and then in the order of the sale.
    """

    def key(lot: str) -> tuple[int, int, int, int]:
        one = wanted.get(lot, NO_INTEREST)
        return -one.by(measure), -one.qualified, -one.followers, -one.views

    return sorted(order, key=key)[:count]
