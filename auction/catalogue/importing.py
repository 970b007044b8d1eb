"""A catalogue that was read becomes rows of a draft sale, all or nothing. Files wait between dry run and import."""

import os
import re
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from models.rows import LotRow, PatentRow, SaleRow

from ..base.clock import Clock, new_id
from ..people.parties import parties_of
from ..sales.sales import Sales
from ..words.amounts import money
from .csv_rows import FileProblem
from .drafts import Catalogue, LotDraft

UPLOADS_KEPT = 12
UPLOAD_LASTS_MS = 60 * 60 * 1000


def import_lots(
    sales: Sales, sale: str, catalogue: Catalogue, *, replace_all: bool = False, take_deposit: bool = False
) -> None:
    """Add the lots of a catalogue without errors to a draft sale. `replace_all` removes those that are there.

    `take_deposit` makes the deposit that the file asks for the sale's, as `deposit_remark` says.
    Raises Rejected; then nothing was added. Each consignor becomes an organization, so that its people are known not to
    bid on its lots.
    """
    found = sales.organizations.consignors([parties_of(draft.consignor) for draft in catalogue.lots])
    rows = [
        (replace(lot_row(draft), consignors=consignors), patent_rows(draft))
        for draft, consignors in zip(catalogue.lots, found, strict=True)
    ]
    sales.add_lots(sale, rows, replace_all=replace_all)
    row, deposit_minor = sales.by_id(sale), deposit_of(catalogue)
    if take_deposit and deposit_minor is not None and row is not None and row.deposit is None:
        sales.edit(sale, deposit={"fixed_minor": deposit_minor})


def deposit_of(catalogue: Catalogue) -> int | None:
    """The deposit that every lot of a file asks alike, in the minor unit; None: none does, or they differ."""
    asked = {draft.deposit_minor for draft in catalogue.lots}
    return next(iter(asked)) if len(asked) == 1 else None


def deposit_remark(catalogue: Catalogue, sale: SaleRow | None) -> FileProblem | None:
    """Say what becomes of the deposits of a file. A sale asks each bidder for one deposit, whatever he bids on.

    So one that all lots ask alike can become the sale's, if it has none; others are left out.
    """
    common = deposit_of(catalogue)
    if all(draft.deposit_minor is None for draft in catalogue.lots):
        return None
    if common is None or (sale is not None and sale.deposit not in (None, {"fixed_minor": common})):
        return FileProblem(0, "", "DEPOSIT_LEFT")
    currency = "CNY" if sale is None else sale.currency
    return FileProblem(0, "", "DEPOSIT_TAKEN", {"amount": money(common, currency)})


def clashes(sales: Sales, sale: str, catalogue: Catalogue) -> list[LotDraft]:
    """The lots of a catalogue whose numbers the sale has already."""
    known = {row.lot for row in sales.lots(sale)}
    return [draft for draft in catalogue.lots if draft.lot in known]


def lot_row(draft: LotDraft) -> LotRow:
    """The lot that a catalogue's row gives."""
    same = ("lot", "start_minor", "reserve_minor", "title_zh", "title_en", "abstract_zh", "abstract_en", "field")
    more = ("consignor", "defects", "transfer_type", "estimate_low_minor", "estimate_high_minor", "format", "increment")
    row = {name: getattr(draft, name) for name in (*same, *more)}
    return LotRow(**row, own=dict(draft.own), **draft.facts)


def patent_rows(draft: LotDraft) -> list[PatentRow]:
    """The patents of a lot, each with what the file says of it."""
    same = ("number", "kind", "filing_date", "publication_date")
    return [
        PatentRow(as_written=each.written, **{name: getattr(each, name) for name in same}, **each.facts)
        for each in draft.patents
    ]


class Uploads:
    """Files that wait between their dry run and their import: in a folder, under their own fingerprint.

    What is imported is byte for byte what was looked at. A few at the most, for an hour; one that has gone, also
    because another machine keeps it, is simply uploaded again.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def keep(self, data: bytes) -> str:
        """Keep a file, and return the key to find it by."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        key = sha256(data).hexdigest()
        new = self._folder / f"{key}.{new_id()}"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
        now_s = self._clock.now_ms() / 1000
        os.utime(new, (now_s, now_s))
        new.rename(self._folder / key)
        self._tidy()
        return key

    def find(self, key: str) -> bytes | None:
        """The file under a key; None where it has gone."""
        if not re.fullmatch("[0-9a-f]{64}", key):
            return None
        self._tidy()
        try:
            return (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None

    def _tidy(self) -> None:
        """Remove what is too old, and the oldest of what is too many."""
        with suppress(FileNotFoundError):  # another request tidies at the same moment
            newest_first = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
            oldest_s = (self._clock.now_ms() - UPLOAD_LASTS_MS) / 1000
            for place, path in enumerate(newest_first):
                if place >= UPLOADS_KEPT or path.stat().st_mtime < oldest_s:
                    path.unlink()
