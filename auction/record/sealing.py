"""Encrypts sealed offers with a key of their lot, so that neither the database nor a backup tells an amount.

A lot's key is derived from a key of the server (HKDF-SHA256) when it is needed. Only the operator of the server could
read an offer before the opening. A sealed text names the version of the key that opens it.
"""

import base64
import hmac
from collections.abc import Callable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..base.keys import Versions

PADDED_TO = 64
"""A text is brought to this length before it is sealed, so that the sealed length says nothing."""
FIRST = 1
"""The version of what names none: it was sealed before there were versions."""


class Unopened(InvalidToken):
    """A sealed text does not open: the key of its version is not here, or another one has its number."""


class Sealer:
    """Seals with the first of the server's keys, opens with that of the version. `reread` gives them once more, where
    one has come since the start."""

    def __init__(self, keys: Versions, reread: Callable[[], Versions] | None = None) -> None:
        self._current = keys[0][0]
        self._keys = dict(keys)
        self._reread = reread
        self._of_lot = lru_cache(maxsize=1_000)(self._derive)

    def seal(self, sale: str, lot: str, text: str) -> str:
        """A text that only this server can read."""
        token = self._of_lot(self._current, sale, lot).encrypt(text.rjust(PADDED_TO).encode())
        return f"{self._current}:{token.decode()}"

    def open(self, sale: str, lot: str, sealed: str) -> str:
        """The text again. Raises Unopened."""
        version, _, token = sealed.rpartition(":")
        try:
            return self._of_lot(_number(version), sale, lot).decrypt(token.encode()).decode().lstrip()
        except InvalidToken as error:
            raise Unopened(f"it was sealed with a key of version {version or FIRST} that is not here") from error

    def fingerprint(self, text: str) -> bytes:
        """A keyed digest: equal for equal texts, and of no use to who wants to try all amounts. It names its key."""
        return b"%d:%s" % (self._current, signature(self._key(self._current), text))

    def is_of(self, text: str, fingerprint: bytes) -> bool:
        """Whether this is a text's fingerprint, also one by an older key. Raises Unopened."""
        named = len(fingerprint) > SHA256.digest_size
        version, mac = fingerprint.split(b":", 1) if named else (b"", fingerprint)
        return hmac.compare_digest(mac, signature(self._key(_number(version.decode())), text))

    def _key(self, version: int) -> str:
        if version not in self._keys and self._reread is not None:
            self._keys |= dict(self._reread())
        if version not in self._keys:
            raise Unopened(f"the key of version {version} is not here")
        return self._keys[version]

    def _derive(self, version: int, sale: str, lot: str) -> Fernet:
        info = f"sealed offer|{sale}|{lot}".encode()
        key = HKDF(SHA256(), 32, None, info).derive(self._key(version).encode())
        return Fernet(base64.urlsafe_b64encode(key))


def signature(secret: str, text: str) -> bytes:
    """The fingerprint of a text that only an owner of the secret can make."""
    return hmac.digest(secret.encode(), text.encode(), "sha256")


def _number(version: str) -> int:
    return int(version) if version else FIRST
