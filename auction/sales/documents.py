"""Pictures and documents of lots, the public ones and those of the data room.

They are no events: what is sold stands in the texts of the lot. Once the sale is published each change of them has a
reason that everybody reads. A new version does not erase the old. A lot that has opened gets nothing new.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from models.documents import lot_documents
from models.files import files as kept_files
from models.rows import SaleRow, SaleStatus, typed

from ..base.clock import Clock, new_id
from ..base.rejected import Rejected
from ..database.store import Store
from ..engine.engine import Engine
from ..files.kinds import FileKind
from ..files.store import FileStore, NewFile
from ..rules.lot import Status
from ..rules.record import CHANGE_REASONS
from ..rules.refusals import Code
from .publication import By
from .rows import lot_row, sale_row

MOST_DOCUMENTS = 40
"""Of one lot."""


class DocumentPlace(StrEnum):
    """The readers of a document: everybody, or the bidders whom the data room lets in."""

    PUBLIC = "public"
    ROOM = "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDocument:
    """A version of a document, with what is known of its file. `document` is the same for all its versions."""

    id: str
    document: str
    version: int
    sale: str
    lot: str
    position: int
    place: DocumentPlace
    name: str
    sha256: str
    added_ms: int
    added_by: str
    added_because: str | None
    removed_ms: int | None
    removed_by: str | None
    removed_because: str | None
    kind: FileKind
    size: int
    width: int | None
    height: int | None
    pages: int | None
    small: str | None

    @property
    def small_sha256(self) -> str:
        """The file of its small version."""
        return self.small or self.sha256

    @property
    def is_shown(self) -> bool:
        """Whether a public page shows it as a picture."""
        return self.kind.is_picture and self.place is DocumentPlace.PUBLIC


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes: what it was called, and its bytes."""

    name: str
    stream: BinaryIO


def documents_where(connection: Connection, *these: ColumnElement[bool]) -> list[LotDocument]:
    """The documents for which conditions hold, in the order of their lots."""
    return [typed(LotDocument, row) for row in connection.execute(_documents().where(*these)).mappings()]


def _documents() -> Select[tuple[object, ...]]:
    file = (getattr(kept_files.c, name) for name in ("kind", "size", "width", "height", "pages", "small"))
    order = (lot_documents.c.lot, lot_documents.c.position, lot_documents.c.version)
    return select(lot_documents, *file).join_from(lot_documents, kept_files).order_by(*order)


def documents_of_sale(connection: Connection, sale: str) -> dict[str, tuple[LotDocument, ...]]:
    """The documents of a sale as they are now, by lot; those of the data room too."""
    found: dict[str, tuple[LotDocument, ...]] = {}
    for each in documents_where(connection, lot_documents.c.sale == sale, _is_there()):
        found[each.lot] = (*found.get(each.lot, ()), each)
    return found


def _is_there() -> ColumnElement[bool]:
    return lot_documents.c.removed_ms.is_(None)


class LotDocuments:
    """The documents of all lots."""

    def __init__(self, store: Store, clock: Clock, engine: Engine, files: FileStore) -> None:
        self._store = store
        self._clock = clock
        self._engine = engine
        self._files = files

    def of_lot(self, sale: str, lot: str, *, removed: bool = False) -> list[LotDocument]:
        """The documents of a lot in their order; if asked, with those that were removed or replaced."""
        these = [lot_documents.c.sale == sale, lot_documents.c.lot == lot]
        with self._store.read() as connection:
            return documents_where(connection, *these, *(() if removed else (_is_there(),)))

    def one(self, sale: str, document: str) -> LotDocument:
        """One version of a document, by its id. Raises Rejected."""
        with self._store.read() as connection:
            found = documents_where(connection, lot_documents.c.sale == sale, lot_documents.c.id == document)
        if not found:
            raise Rejected("NOT_FOUND")
        return found[0]

    def of_sale(self, sale: str) -> Mapping[str, tuple[LotDocument, ...]]:
        """The documents of a sale as they are now, by lot."""
        with self._store.read() as connection:
            return documents_of_sale(connection, sale)

    # --- changes ---

    def add(self, sale: str, lot: str, uploads: Sequence[Upload], place: DocumentPlace, by: By) -> list[LotDocument]:
        """Add files to a lot, all or none. Raises Rejected, whose `name` is that of the file at fault."""
        self._check(sale, lot, by)
        if not uploads:
            raise Rejected("UPLOAD_NONE", "files")
        with ExitStack() as stack:
            new = [stack.enter_context(self._files.received(each.stream, each.name)) for each in uploads]
            with self._store.write() as connection:
                row = _open_to_change(connection, sale, lot, by)
                there = documents_where(connection, _in_lot(sale, lot), _is_there())
                if len(there) + len(new) > MOST_DOCUMENTS:
                    raise Rejected("TOO_MANY_DOCUMENTS", "files", most=MOST_DOCUMENTS)
                first = max((each.position for each in there), default=-1) + 1
                ids = [
                    self._insert(connection, row, lot, each, by, position=position, place=place)
                    for position, each in enumerate(new, first)
                ]
                return documents_where(connection, lot_documents.c.id.in_(ids))

    def replace(self, sale: str, document: str, upload: Upload, by: By) -> LotDocument:
        """Put a new version in the place of a document. Raises Rejected."""
        old = self.one(sale, document)
        self._check(sale, old.lot, by)
        with self._files.received(upload.stream, upload.name) as new, self._store.write() as connection:
            row = _open_to_change(connection, sale, old.lot, by)
            self._end(connection, row, old, by)
            at = {"position": old.position, "place": old.place, "document": old.document, "version": old.version + 1}
            made = self._insert(connection, row, old.lot, new, by, **at)
            return documents_where(connection, lot_documents.c.id == made)[0]

    def remove(self, sale: str, document: str, by: By) -> None:
        """Take a document off a lot: out of a draft for good, later for a reason and with its row. Raises Rejected."""
        old = self.one(sale, document)
        with self._store.write() as connection:
            row = sale_row(connection, sale, lock=True)
            if row.status is not SaleStatus.DRAFT:
                _check_reason(by)
                self._end(connection, row, old, by)
                return
            this = lot_documents.c.document == old.document
            versions = documents_where(connection, this)
            connection.execute(delete(lot_documents).where(this))
        for each in versions:
            self._files.erase(each.sha256)

    def move(self, sale: str, document: str, by: By, *, earlier: bool) -> None:
        """Change a document's place with the one before it, or after it. Raises Rejected."""
        one = self.one(sale, document)
        with self._store.write() as connection:
            _open_to_change(connection, sale, one.lot, by)
            order = documents_where(connection, _in_lot(sale, one.lot), _is_there())
            ids = [each.id for each in order]
            at = ids.index(one.id) if one.id in ids else -1
            beside = at + (-1 if earlier else 1)
            if at < 0 or not 0 <= beside < len(ids):
                return
            ids[at], ids[beside] = ids[beside], ids[at]
            for position, each in enumerate(ids):
                connection.execute(update(lot_documents).where(lot_documents.c.id == each), {"position": position})

    def _check(self, sale: str, lot: str, by: By) -> None:
        """Refuse before a file is read what would be refused after it; and what the engine knows."""
        with self._store.read() as connection:
            row = _open_to_change(connection, sale, lot, by, lock=False)
        if row.status is SaleStatus.DRAFT:
            return
        state = self._engine.book(sale).sale.lots.get(lot)
        if state is not None and state.status is not Status.PENDING:
            raise Rejected(Code.NOT_ALLOWED_NOW)

    def _insert(self, connection: Connection, sale: SaleRow, lot: str, new: NewFile, by: By, **at: object) -> str:
        self._files.keep(connection, new)
        made = new_id()
        row = {"id": made, "document": made, "version": 1, "sale": sale.id, "lot": lot, "name": new.name}
        row |= {"sha256": new.sha256, "added_ms": self._clock.now_ms(), "added_by": by.actor}
        row |= {"added_because": None if sale.status is SaleStatus.DRAFT else by.reason}
        connection.execute(insert(lot_documents), {**row, **at})
        return made

    def _end(self, connection: Connection, sale: SaleRow, old: LotDocument, by: By) -> None:
        """Write that a version is not shown any more. Raises Rejected if another hand was faster."""
        values = {"removed_ms": self._clock.now_ms(), "removed_by": by.actor}
        values |= {"removed_because": None if sale.status is SaleStatus.DRAFT else by.reason}
        this = update(lot_documents).where(lot_documents.c.id == old.id, _is_there())
        if connection.execute(this, values).rowcount != 1:
            raise Rejected("CHANGED_MEANWHILE")


def _in_lot(sale: str, lot: str) -> ColumnElement[bool]:
    return (lot_documents.c.sale == sale) & (lot_documents.c.lot == lot)


def _open_to_change(connection: Connection, sale: str, lot: str, by: By, *, lock: bool = True) -> SaleRow:
    """The sale of a lot, if its documents may be changed by its status. Raises Rejected."""
    row = sale_row(connection, sale, lock=lock)
    if lot_row(connection, sale, lot) is None:
        raise Rejected(Code.UNKNOWN_LOT)
    if row.status not in (SaleStatus.DRAFT, SaleStatus.PUBLISHED):
        raise Rejected("SALE_OVER")
    if row.status is SaleStatus.PUBLISHED:
        _check_reason(by)
    return row


def _check_reason(by: By) -> None:
    if by.reason not in CHANGE_REASONS:
        raise Rejected("NO_CHANGE_REASON", "reason")


def copy_documents(connection: Connection, old: str, lots: Iterable[str], new: str) -> None:
    """Give the lots of a new draft the documents that they have in another sale. The files stay the same."""
    wanted = set(lots)
    for each in documents_where(connection, lot_documents.c.sale == old, _is_there()):
        if each.lot in wanted:
            made = new_id()
            row = {name: getattr(each, name) for name in ("lot", "position", "place", "name", "sha256")}
            row |= {"id": made, "document": made, "version": 1, "sale": new}
            connection.execute(insert(lot_documents), {**row, "added_ms": each.added_ms, "added_by": each.added_by})
