"""The clients of this process: for presence on the auctioneer's desk, and to cut off those who may not stay."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..base import metrics
from ..people.sessions import Identity
from .clients import LiveClient

MOST_TOLD = 5_000
"""How many people of a sale another process is told of."""

DESKS = frozenset({"desk", "office"})
"""The places inside a sale: the auctioneer's console and the organizer's live desk."""

Here = dict[str, Any]
"""The watchers of a sale in one process. `count`: by part. `bidders`: those signed in, as (account, round trip in ms).
`late`: the bids that came too late a moment ago."""


@dataclass(slots=True)
class Connection:
    """A client that has been let in. The secret of its session is looked up at every message; `who` it was at first."""

    client: LiveClient
    who: Identity | None = None
    sale: str | None = None
    part: str = "watcher"
    rtt_ms: int | None = None
    bids: int = 0
    """How many of its bids are being decided."""

    @property
    def sid(self) -> str:
        """The id that others may know."""
        return self.client.public_id

    @property
    def is_inside(self) -> bool:
        """Whether it sits at a desk of its sale: the auctioneer's or the organizer's."""
        return self.part in DESKS

    @property
    def token(self) -> str | None:
        """The secret of its session."""
        return self.client.token

    @property
    def locale(self) -> str:
        """The language that it is answered in."""
        return self.client.locale

    @property
    def user(self) -> str | None:
        """The account that the socket was opened by."""
        return None if self.who is None else self.who.user

    def is_still(self, who: Identity | None) -> bool:
        """Whether the session has the same user in the same role. A stranger's socket stays a stranger's."""
        return self.who is None or (who is not None and (who.user, who.role) == (self.who.user, self.who.role))


class Connections:
    """The sockets of this process by their id."""

    def __init__(self, cut: Callable[[Iterable[LiveClient], str], None]) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._cut = cut

    def add(self, connection: Connection) -> None:
        """A socket has connected."""
        self._by_sid[connection.sid] = connection

    def remove(self, sid: str) -> Connection | None:
        """A socket has gone."""
        gone = self._by_sid.pop(sid, None)
        if gone is not None and gone.sale is not None:
            metrics.connections.labels(gone.part).dec()
        return gone

    def _all(self) -> list[Connection]:
        """Every socket at this moment. With threads others come and go while the caller looks through them."""
        return list(self._by_sid.copy().values())

    def get(self, sid: str) -> Connection | None:
        """The socket with this id."""
        return self._by_sid.get(sid)

    def joined(self, connection: Connection, sale: str, part: str) -> None:
        """A socket watches a sale from here on."""
        if connection.sale is not None:
            metrics.connections.labels(connection.part).dec()
        connection.sale, connection.part = sale, part
        metrics.connections.labels(part).inc()

    def cut_user(self, user: str) -> None:
        """End every socket of a user at once: signed out, suspended, or with another role."""
        self._cut([each.client for each in self._all() if each.user == user], "signed_out")

    def cut_ended(self, alive: Callable[[], Mapping[bytes, str]]) -> None:
        """End every socket whose session is over, or had another role; `alive` tells the sessions that hold."""
        known = [(each.client, each.who) for each in self._all() if each.who is not None]
        holding = alive() if known else {}
        self._cut([client for client, who in known if holding.get(who.session) != who.role], "signed_out")

    def cut_desks(self, may_stay: Callable[[Identity, str, str], bool]) -> None:
        """End the desks of those who do not work for their sale any more; `may_stay` knows who does."""
        desks = [(each, each.who, each.sale) for each in self._all() if each.is_inside]
        over = [each for each, who, sale in desks if who and sale and not may_stay(who, sale, each.part)]
        self._cut([each.client for each in over], "signed_out")

    def desks(self) -> set[str]:
        """The sales with a desk open."""
        return {each.sale for each in self._all() if each.is_inside and each.sale}

    def here(self, late_of: Callable[[str], list[Any]] = lambda _sale: []) -> dict[str, Here]:
        """The watchers of each sale in this process, and the late bids (`late_of`), as other processes are told."""
        sales: dict[str, Here] = {}
        for each in self._all():
            if each.sale is not None:
                here = sales.setdefault(each.sale, {"count": Counter(), "bidders": [], "late": late_of(each.sale)})
                here["count"][each.part] += 1
                if each.user and len(here["bidders"]) < MOST_TOLD:
                    here["bidders"].append((each.user, each.rtt_ms))
        return sales


def presence(sale: str, everywhere: Iterable[Here], paddles: Mapping[str, str]) -> dict[str, Any]:
    """The watchers of a sale in all processes, and for each connected paddle its delay; `paddles` by account."""
    count: Counter[str] = Counter()
    bidders, late = [], []
    for here in everywhere:
        count.update(here["count"])
        bidders += [{"paddle": paddles[user], "rtt_ms": rtt_ms} for user, rtt_ms in here["bidders"] if user in paddles]
        late += here.get("late", [])
    return {"sale": sale, "count": dict(count), "bidders": bidders, "late": late}
