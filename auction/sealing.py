"""Sealed offers at rest: encrypted with a key of their lot, so that neither the database nor a backup tells an amount.

A lot's key is derived from the server's secret key (HKDF-SHA256) when it is needed: whoever runs the server could
read an offer before the opening, nobody else can. A changed secret key makes unopened offers unreadable.
"""

import base64
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PADDED_TO = 64
"""What is sealed is brought to this length first, so that its length says nothing."""


class Sealer:
    """Seals and opens by a server's secret key."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._of_lot = lru_cache(maxsize=1_000)(self._derive)

    def seal(self, sale: str, lot: str, text: str) -> str:
        """A text that only this server can read."""
        return self._of_lot(sale, lot).encrypt(text.rjust(PADDED_TO).encode()).decode()

    def open(self, sale: str, lot: str, sealed: str) -> str:
        """The text again. Raises cryptography.fernet.InvalidToken where it was sealed under another secret key."""
        return self._of_lot(sale, lot).decrypt(sealed.encode()).decode().lstrip()

    def fingerprint(self, text: str) -> bytes:
        """A keyed digest: equal for equal texts, and of no use to who wants to try all amounts."""
        return hmac.digest(self._secret, text.encode(), "sha256")

    def _derive(self, sale: str, lot: str) -> Fernet:
        key = HKDF(SHA256(), 32, None, f"sealed offer|{sale}|{lot}".encode()).derive(self._secret)
        return Fernet(base64.urlsafe_b64encode(key))
