"""Fingerprints of rows, which the record keeps instead of texts and names: SHA-256 of a salt and the row's text.

The salt is 128 random bits and lies in the row. So a fingerprint may be public. Without the row it tells nothing: a
name that was deleted with its salt cannot be guessed. A reader who has the row can prove its text.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

from models.rows import LotRow, PatentRow, RegistrationRow, SaleRow, columns_of

from .journal import canonical

TERM_COLUMNS = (
    *("starts_at_ms", "time_zone", "place", "notice_on", "preview_from", "preview_to"),
    *("rules_announced_ms", "auctioneer_licence", "under_law"),
)
"""The columns of a sale that stand in the record in clear."""
_NOT_OF_SALE = frozenset({"id", "slug", "status", "salt", "created_ms", "highest_minor", *TERM_COLUMNS})
"""Its address and its state change without changing what was announced; `highest_minor` has events of its own."""
_NOT_OF_LOT = frozenset({"sale", "lot", "salt"})
_OF_PADDLE = ("paddle", "user", "name")


def terms_of(sale: SaleRow) -> dict[str, object]:
    """The legal terms of a sale as the record has them."""
    return {name: _plain(getattr(sale, name)) for name in TERM_COLUMNS}


def of_sale(sale: SaleRow) -> str:
    """The fingerprint of what else a sale says: its titles, its texts, its commission and so on."""
    return _digest(sale.salt, _said(sale, _NOT_OF_SALE))


def of_lot(lot: LotRow, patents: Iterable[PatentRow]) -> str:
    """The fingerprint of a lot with its patents in their order."""
    numbers = [_said(each, frozenset({"sale", "lot", "position"})) for each in patents]
    return _digest(lot.salt, {**_said(lot, _NOT_OF_LOT), "patents": numbers})


def of_paddle(registration: RegistrationRow) -> str:
    """The fingerprint of who holds a paddle."""
    return _digest(registration.salt, {name: getattr(registration, name) for name in _OF_PADDLE})


def _said(row: SaleRow | LotRow | PatentRow, without: frozenset[str]) -> dict[str, object]:
    """A row without what is empty, so that a column that comes later changes no fingerprint."""
    said = {name: _plain(value) for name, value in columns_of(row).items() if name not in without}
    return {name: value for name, value in said.items() if value not in (None, "", [], (), {}) and value is not False}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _digest(salt: str | None, said: Mapping[str, object]) -> str:
    assert salt is not None, "a row without its salt has no fingerprint"
    return sha256(bytes.fromhex(salt) + canonical(said)).hexdigest()
