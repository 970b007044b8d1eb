"""The data room of a sale: documents for admitted bidders who have accepted its terms. Each opening is written down.

The terms have versions. A bidder who accepted an earlier version accepts the newest before he opens anything more. The
room closes with the sale.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from models.documents import lot_documents, room_acceptances, room_openings, room_terms
from models.people import registrations, users
from models.rows import RegistrationRow, RegistrationStatus, SaleRow, SaleStatus, typed

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..rules.refusals import Code
from .applicants import of_user
from .documents import DocumentPlace, LotDocument, documents_where
from .rows import sale_row

BARRED = {Code.SUSPENDED.value, Code.DEFAULTER_BARRED.value}
"""A paddle with one of these holds opens nothing."""


@dataclass(frozen=True, slots=True)
class RoomTerms:
    """A version of the terms of a data room."""

    sale: str
    version: int
    text_zh: str
    text_en: str
    made_ms: int
    made_by: str


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """How a bidder stands to a data room. `refused` is the code of why it is closed to him; empty: he may read."""

    terms: RoomTerms | None
    registration: RegistrationRow | None
    accepted_ms: int | None
    refused: str


@dataclass(frozen=True, slots=True)
class RoomOpening:
    """A document of the room was opened. Without a paddle it was one of the house."""

    at_ms: int
    who: str
    paddle: str | None
    terms: int | None
    lot: str
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class RoomAcceptance:
    """A bidder accepted a version of the terms."""

    accepted_ms: int
    who: str
    paddle: str | None
    version: int


class DataRoom:
    """The data rooms of all sales."""

    def __init__(self, store: Store, clock: Clock, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine

    def terms(self, sale: str) -> RoomTerms | None:
        """The newest version of the terms; None while none were written."""
        with self._store.read() as connection:
            return _terms(connection, sale)

    def set_terms(self, sale: str, text_zh: str, text_en: str, by: str) -> RoomTerms:
        """Write the terms. A new text is a new version, which every bidder has to accept anew. Raises Rejected."""
        if not (text_zh or text_en):
            raise Rejected("ROOM_TERMS_EMPTY", "text_zh")
        with self._store.write() as connection:
            if sale_row(connection, sale, lock=True).status not in (SaleStatus.DRAFT, SaleStatus.PUBLISHED):
                raise Rejected("SALE_OVER")
            last = _terms(connection, sale)
            if last is not None and (last.text_zh, last.text_en) == (text_zh, text_en):
                return last
            version = 1 if last is None else last.version + 1
            row = {"sale": sale, "version": version, "text_zh": text_zh, "text_en": text_en}
            connection.execute(insert(room_terms), {**row, "made_ms": self._clock.now_ms(), "made_by": by})
            made = _terms(connection, sale)
        assert made is not None, "just written"
        return made

    # --- bidders ---

    def entry(self, sale: SaleRow, user: str) -> RoomEntry:
        """How a bidder stands to the room of a sale."""
        with self._store.read() as connection:
            return self._entry(connection, sale, user)

    def accept(self, sale: SaleRow, user: str, version: int) -> None:
        """Accept the version of the terms that was read. Raises Rejected, also if there is a newer one by now."""
        with self._store.write() as connection:
            now = self._entry(connection, sale_row(connection, sale.id), user)
            if not now.refused:
                return
            if now.refused != "ROOM_TERMS_NEW":
                raise Rejected(now.refused)
            if now.terms is None or now.registration is None or now.terms.version != version:
                raise Rejected("CHANGED_MEANWHILE")
            row = {"registration": now.registration.id, "sale": sale.id, "version": version}
            connection.execute(insert(room_acceptances), {**row, "accepted_ms": self._clock.now_ms()})

    def open(self, sale: SaleRow, user: str, document: str) -> tuple[LotDocument, RoomEntry]:
        """Let a bidder open a document, and write it down before he has a byte. Raises Rejected."""
        with self._store.write() as connection:
            now = self._entry(connection, sale_row(connection, sale.id), user)
            if now.refused:
                raise Rejected(now.refused)
            found = _one(connection, sale.id, document)
            if found.removed_ms is not None:
                raise Rejected("NOT_FOUND")
            assert now.registration is not None, "else it would be refused"
            assert now.terms is not None, "else it would be refused"
            self._log(connection, document, user, now.registration.paddle, now.terms.version)
        return found, now

    # --- the house ---

    def open_in_house(self, sale: str, user: str, document: str) -> LotDocument:
        """Let one of the staff open a document, an earlier version too. That is written down as well."""
        with self._store.write() as connection:
            found = _one(connection, sale, document)
            self._log(connection, document, user, None, None)
        return found

    def openings(self, sale: str, lot: str | None = None) -> Sequence[RoomOpening]:
        """Each opening of a lot's documents, or of all lots', the newest first."""
        query = (
            select(room_openings.c.at_ms, users.c.name, room_openings.c.paddle, room_openings.c.terms)
            .add_columns(lot_documents.c.lot, lot_documents.c.name.label("document"), lot_documents.c.version)
            .join_from(room_openings, lot_documents)
            .join(users, users.c.id == room_openings.c.user)
            .where(lot_documents.c.sale == sale)
            .order_by(room_openings.c.at_ms.desc(), room_openings.c.id)
        )
        these = query if lot is None else query.where(lot_documents.c.lot == lot)
        with self._store.read() as connection:
            return [RoomOpening(*row) for row in connection.execute(these)]

    def acceptances(self, sale: str) -> Sequence[RoomAcceptance]:
        """The acceptances of all versions of the terms, the newest first."""
        query = (
            select(room_acceptances.c.accepted_ms, registrations.c.name, registrations.c.paddle)
            .add_columns(room_acceptances.c.version)
            .join_from(room_acceptances, registrations, registrations.c.id == room_acceptances.c.registration)
            .where(room_acceptances.c.sale == sale)
            .order_by(room_acceptances.c.accepted_ms.desc())
        )
        with self._store.read() as connection:
            return [RoomAcceptance(*row) for row in connection.execute(query)]

    def _entry(self, connection: Connection, sale: SaleRow, user: str) -> RoomEntry:
        terms = _terms(connection, sale.id)
        row = connection.execute(of_user(sale.id, user)).mappings().one_or_none()
        mine = None if row is None else typed(RegistrationRow, row)
        accepted_ms = None
        if terms is not None and mine is not None:
            these = room_acceptances.c.registration == mine.id, room_acceptances.c.version == terms.version
            accepted_ms = connection.scalar(select(func.min(room_acceptances.c.accepted_ms)).where(*these))
        refused = _refusal(sale, terms, mine, accepted_ms)
        if mine is not None and BARRED & {*mine.holds, *self._held(sale.id, mine.paddle)}:
            refused = refused if refused in ("ROOM_CLOSED", "ROOM_NOT_ADMITTED") else "ROOM_BARRED"
        return RoomEntry(terms, mine, accepted_ms, refused)

    def _held(self, sale: str, paddle: str | None) -> set[str]:
        """The holds of a paddle since the sale was published; they stand in the journal."""
        bidder = self._engine.book(sale).sale.bidders.get(paddle or "")
        return set() if bidder is None else {str(each.reason) for each in bidder.held}

    def _log(self, connection: Connection, document: str, user: str, paddle: str | None, terms: int | None) -> None:
        row = {"id": new_id(), "document": document, "user": user, "paddle": paddle, "terms": terms}
        connection.execute(insert(room_openings), {**row, "at_ms": self._clock.now_ms()})


def _terms(connection: Connection, sale: str) -> RoomTerms | None:
    newest = select(room_terms).where(room_terms.c.sale == sale).order_by(room_terms.c.version.desc()).limit(1)
    row = connection.execute(newest).mappings().one_or_none()
    return None if row is None else typed(RoomTerms, row)


def _one(connection: Connection, sale: str, document: str) -> LotDocument:
    """A document of the room, by the id of its version. Raises Rejected."""
    in_room = lot_documents.c.place == DocumentPlace.ROOM
    found = documents_where(connection, lot_documents.c.sale == sale, lot_documents.c.id == document, in_room)
    if not found:
        raise Rejected("NOT_FOUND")
    return found[0]


def _refusal(sale: SaleRow, terms: RoomTerms | None, mine: RegistrationRow | None, accepted_ms: int | None) -> str:
    """Why a bidder may read nothing; empty if he may."""
    if sale.status is not SaleStatus.PUBLISHED:
        return "ROOM_CLOSED"
    if mine is None or mine.status is not RegistrationStatus.ADMITTED or mine.paddle is None:
        return "ROOM_NOT_ADMITTED"
    if terms is None:
        return "ROOM_NO_TERMS"
    return "" if accepted_ms is not None else "ROOM_TERMS_NEW"
