"""Organizations of bidders and consignors. A bidder of the house's or a lot's own may not bid on it (art. 22).

An organization is known by the look of its name (`parties.fold`). Full width, upper case, spaces, punctuation and
letters that look alike make no other one.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, insert, select

from models.people import organizations, users
from models.rows import Consignor, OrganizationRow, typed

from ..base.clock import Clock, new_id
from ..database.store import Store
from .accounts import clean_name
from .claims import fold_email
from .parties import Party, fold

LONGEST_NAME = 200


class Organizations:
    """The organizations that people and lots may belong to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self) -> list[OrganizationRow]:
        """Every organization by its name."""
        with self._store.read() as connection:
            rows = connection.execute(select(organizations).order_by(organizations.c.name))
            return [typed(OrganizationRow, row) for row in rows.mappings()]

    def ids(self, names: Iterable[str]) -> dict[str, str]:
        """The id of each name, made where there is none; what is no name is left out."""
        wanted = {name: shown for name in names if fold(shown := _shown(name))}
        if not wanted:
            return {}
        with self._store.write() as connection:
            known = {folded: ids[0] for folded, ids in _by_name(connection).items()}
            for shown in wanted.values():
                if fold(shown) not in known:
                    known[fold(shown)] = new_id()
                    row = {"id": known[fold(shown)], "name": shown, "created_ms": self._clock.now_ms()}
                    connection.execute(insert(organizations), row)
        return {name: known[fold(shown)] for name, shown in wanted.items()}

    def id_of(self, name: str) -> str | None:
        """The id of one name, made where there is none; None where the text is no name."""
        return self.ids([name]).get(name)

    def consignors(self, lots: Sequence[Sequence[Party]]) -> list[list[Consignor]]:
        """The consignors of each lot, from its row: ids of organizations, and of every account of that name.

        An e-mail address stands for the account that has it, and for no other of the same name.
        """
        with self._store.read() as connection:
            accounts = connection.execute(select(users.c.id, users.c.email, users.c.name)).all()
        by_email = {fold_email(row.email): str(row.id) for row in accounts}
        by_name: dict[str, list[str]] = defaultdict(list)
        for row in accounts:
            by_name[fold(row.name)].append(str(row.id))
        names = {party.name for parties in lots for party in parties if fold_email(party.name) not in by_email}
        known = self.ids(names)

        def told(party: Party) -> list[str]:
            account = by_email.get(fold_email(party.name))
            return [account] if account else [known[party.name], *by_name[fold(party.name)]]

        return [
            [Consignor(id=each, name=party.name, sure=party.sure) for party in parties for each in told(party)]
            for parties in lots
        ]


def also_known_as(
    connection: Connection, name: str, organization: str | None, others: Iterable[str] = ()
) -> tuple[str, ...]:
    """The ids of the organizations that bear a bidder's own name, or that of his organization, or one of `others`."""
    ids = _by_name(connection)
    same = next((group for group in ids.values() if organization in group), [])
    alike = [each for other in (name, *others) for each in ids.get(fold(other), ())]
    return tuple(each for each in dict.fromkeys((*alike, *same)) if each != organization)


def _by_name(connection: Connection) -> dict[str, list[str]]:
    """The ids of the organizations by the look of their names, the oldest first."""
    rows = connection.execute(select(organizations).order_by(organizations.c.created_ms, organizations.c.id))
    known: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        known[fold(row.name)].append(str(row.id))
    return known


def _shown(name: str) -> str:
    return clean_name(unicodedata.normalize("NFKC", name), LONGEST_NAME)
