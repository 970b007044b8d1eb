"""Passwords: argon2id, off the hub, never more than two at once."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from .runtime import offload

SHORTEST = 10
LONGEST = 200


class Passwords:
    """Makes and checks the hashes of passwords."""

    def __init__(self) -> None:
        # 19 MiB, two passes: the OWASP floor. Two slots keep a flood of sign-ins from taking all memory.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._slots = threading.Semaphore(2)

    @staticmethod
    def good(password: str) -> bool:
        """Whether a password is long enough, not too long, and text that can be written down."""
        return SHORTEST <= len(password) <= LONGEST and not any("\ud800" <= c <= "\udfff" for c in password)

    def hash(self, password: str) -> str:
        """The argon2id hash of a password."""
        with self._slots:
            return offload(self._hasher.hash, password)

    def matches(self, hashed: str, password: str) -> bool:
        """Whether the hash is that of the password."""
        if len(password) > LONGEST:
            return False
        try:
            with self._slots:
                return offload(self._hasher.verify, hashed, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
