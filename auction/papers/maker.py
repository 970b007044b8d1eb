"""Makes the confirmation of every sold lot by itself, seconds after the hammer, while bids go on.

It looks at the sales in memory four times a second. Only a lot that has just ended costs more. Then it makes a few
short reads, one commit, and runs the typesetter in an operating-system thread.
"""

import time

import structlog

from ..base.loop import Loop
from ..base.rejected import Rejected
from ..base.runtime import Slices
from ..database.store import OutcomeUnknown, Unavailable
from ..parts import Parts
from ..rules.lot import Lot, Status
from ..rules.sale import Sale
from .cabinet import Cabinet, Incomplete

log = structlog.get_logger()

PAPERS_EVERY_S = 0.25
AGAIN_EVERY_S = 3.0
"""How often one confirmation that lacked something is tried again."""
KIND = "confirmation"
LANGUAGE = "zh"
"""The language that is set at once; the others are set when they are asked for."""

Seen = tuple[str | None, int | None, int | None, int]


class Maker:
    """Looks after the confirmations of the sales that this process knows."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._cabinet = Cabinet(parts)
        self._seen: dict[tuple[str, str], Seen] = {}
        self._heads: dict[str, int] = {}
        self._in_term: set[str] = set()
        self._lacking: dict[tuple[str, str], None] = {}
        self._again_at_s = 0.0
        away = (Unavailable, OutcomeUnknown)
        self._loop = Loop("papers", self._turn, PAPERS_EVERY_S, first_after_s=PAPERS_EVERY_S, expected=away)

    def start(self) -> "Maker":
        """Begin to look. The engine loads a sale when a client first asks for it, and its lots are looked at then."""
        self._loop.start()
        return self

    def stop(self) -> None:
        """Finish the paper under way, and end."""
        self._loop.stop(5)

    def look(self) -> None:
        """Make what is new, and one of those that lacked something."""
        for book in self._parts.engine.books:
            sale = book.sale
            if self._heads.get(sale.id) != book.head.n or sale.id in self._in_term:
                self._heads[sale.id] = book.head.n
                self._look_at(sale)
        self._try_again()

    def _look_at(self, sale: Sale) -> None:
        slices, now_ms = Slices(), self._parts.engine.clock.now_ms()
        self._in_term.discard(sale.id)
        for lot in sale.lots.values():
            if lot.status is not Status.SOLD:
                continue
            if (lot.match_until_ms or 0) > now_ms:
                self._in_term.add(sale.id)
            elif self._seen.get((sale.id, lot.id)) != (seen := _end_of(sale, lot)):
                self._seen[sale.id, lot.id] = seen
                self._lacking.pop((sale.id, lot.id), None)
                self._make(sale.id, lot.id)
                slices.breathe()

    def _try_again(self) -> None:
        """Try the lot that has waited longest; the organizer may have mended what its confirmation lacked."""
        if not self._lacking or time.monotonic() < self._again_at_s:
            return
        self._again_at_s = time.monotonic() + AGAIN_EVERY_S
        sale, lot = next(iter(self._lacking))
        del self._lacking[sale, lot]
        if self._make(sale, lot):
            self._again_at_s = 0.0

    def _make(self, sale: str, lot: str) -> bool:
        """Whether the confirmation of a lot is there now. One that lacks something waits behind the others."""
        row = self._parts.sales.by_id(sale)
        if row is None:
            return False
        try:
            cabinet = self._cabinet
            cabinet.file(cabinet.make(cabinet.dossier(row), KIND, lot), LANGUAGE)
            return True
        except Incomplete:
            self._lacking[sale, lot] = None
        except Rejected as error:  # such as a template that does not compile, or a hammer that was taken back
            log.warning("no confirmation", sale=sale, code=error.code, **{**error.params, "lot": lot})
        return False

    def _turn(self) -> None:
        """Look once. If the database was away, look at every sale again: its papers may not have been kept."""
        try:
            self.look()
        except (Unavailable, OutcomeUnknown):
            self._heads.clear()
            self._seen.clear()
            raise


def _end_of(sale: Sale, lot: Lot) -> Seen:
    """The end of a lot, and the number of the sale's changes. If one differs, a new version may be due."""
    return lot.leader, lot.hammer_minor, lot.ended_at_ms, len(sale.changes)
