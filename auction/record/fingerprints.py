"""Fingerprints of rows, which the record keeps instead of texts and names: SHA-256 of a salt and the row's text.

The salt is 128 random bits and lies in the row. So a fingerprint may be public. Without the row it tells nothing: a
name that was deleted with its salt cannot be guessed. With the row anybody can prove its text.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from .journal import canonical

Row = Mapping[str, Any]

TERM_COLUMNS = (
    *("starts_at_ms", "time_zone", "place", "notice_on", "preview_from", "preview_to"),
    *("rules_announced_ms", "auctioneer_licence", "under_law"),
)
"""The columns of a sale that stand in the record in clear."""
_NOT_OF_SALE = frozenset({"id", "slug", "status", "salt", "created_ms", "highest_minor", *TERM_COLUMNS})
"""Its address and its state change without changing what was announced; `highest_minor` has events of its own."""
_NOT_OF_LOT = frozenset({"sale", "lot", "salt"})
_OF_PADDLE = ("paddle", "user", "name")


def terms_of(sale: Row) -> dict[str, Any]:
    """The legal terms of a sale as the record has them."""
    return {name: _plain(sale[name]) for name in TERM_COLUMNS}


def of_sale(sale: Row) -> str:
    """The fingerprint of what else a sale says: its titles, its texts, its commission and so on."""
    return _digest(sale["salt"], _said(sale, _NOT_OF_SALE))


def of_lot(lot: Row, patents: Iterable[Row]) -> str:
    """The fingerprint of a lot with its patents in their order."""
    numbers = [_said(each, frozenset({"sale", "lot", "position"})) for each in patents]
    return _digest(lot["salt"], {**_said(lot, _NOT_OF_LOT), "patents": numbers})


def of_paddle(registration: Row) -> str:
    """The fingerprint of who holds a paddle."""
    return _digest(registration["salt"], {name: registration[name] for name in _OF_PADDLE})


def _said(row: Row, without: frozenset[str]) -> dict[str, Any]:
    """A row without what is empty, so that a column that comes later changes no fingerprint."""
    said = {name: _plain(value) for name, value in row.items() if name not in without}
    return {name: value for name, value in said.items() if value not in (None, "", [], {}) and value is not False}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _digest(salt: str, said: Mapping[str, Any]) -> str:
    return sha256(bytes.fromhex(salt) + canonical(said)).hexdigest()
