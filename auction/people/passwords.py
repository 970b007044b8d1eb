"""Passwords: which are good enough, and their hashes: argon2id, off the hub, never more than two at once.

A password gets one Unicode form (NFKC, as NIST SP 800-63B asks) before it is judged, hashed or checked. A Mac,
a phone and an input method in full-width mode type other code points for the same letters.
"""

import re
import threading
import unicodedata
from functools import cache
from itertools import takewhile
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..base.runtime import offload

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LEAST_WEIGHT = 6
"""How many independent pieces a password has at the least; `password123` has two."""
COMMON_WORDS = Path(__file__).parent / "data" / "common_words.txt"
ROWS: tuple[str, ...] = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
)
ROWS += ("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "!@#$%^&*()", "147258369", "159753")
RUNS = (*ROWS, *(row[::-1] for row in ROWS))
LEET = str.maketrans("@4031!5$7", "aaoeiisst")
BETWEEN = re.compile(r"[\W_]+")
SHORTEST_RUN, LONGEST_RUN = 3, 40


def fault(password: str, *own: str) -> str | None:
    """The code of a password's fault, None if it is good. `own` are the public facts of its owner."""
    text = normal(password[: LONGEST_PASSWORD + 1])
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD or any("\ud800" <= c <= "\udfff" for c in text):
        return "PASSWORD_LENGTH"
    forms = (text.casefold(), BETWEEN.sub("", text.casefold()))
    if text.isdecimal() or any(weight(form, _words()) < LEAST_WEIGHT for form in forms):
        return "PASSWORD_COMMON"
    parts = (part for each in own for part in BETWEEN.split(normal(each).casefold()))
    theirs = _words() | {part for part in parts if len(part) >= SHORTEST_RUN}
    return "PASSWORD_OWN" if any(weight(form, theirs) < LEAST_WEIGHT for form in forms) else None


def normal(password: str) -> str:
    """A password in its one form."""
    return unicodedata.normalize("NFKC", password)


def weight(text: str, words: frozenset[str] | set[str]) -> int:
    """The number of pieces of a text. A word, a year, a run of the keyboard, a repeated letter and each other letter
    count as one. A piece that stands twice counts once, and one more."""
    unit = next((size for size in range(1, len(text) // 2 + 1) if _repeats(text, size)), None)
    if unit is not None:
        return weight(text[:unit], words) + 1
    plain, place, pieces = text.translate(LEET), 0, 0
    while place < len(text):
        place += max(1, *_known_here(text, plain, place, words))
        pieces += 1
    return pieces


def _repeats(text: str, size: int) -> bool:
    return (text[:size] * (len(text) // size + 1)).startswith(text)


def _known_here(text: str, plain: str, place: int, words: frozenset[str] | set[str]) -> tuple[int, int, int, int]:
    """The lengths of the known pieces at a place: word, run, repeated letter, and year or date."""
    rest = text[place:]
    ends = range(min(len(text), place + LONGEST_RUN), place + SHORTEST_RUN - 1, -1)
    word = next((end - place for end in ends if text[place:end] in words or plain[place:end] in words), 0)
    run = next((end - place for end in ends if any(text[place:end] in row for row in RUNS)), 0)
    again = sum(1 for _ in takewhile(lambda letter: letter == rest[0], rest))
    date = re.match(r"(19|20)\d\d([01]\d[0-3]\d)?", rest)
    return word, run, again, len(date[0]) if date else 0


@cache
def _words() -> frozenset[str]:
    lines = COMMON_WORDS.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


class Passwords:
    """Makes and checks the hashes of passwords."""

    def __init__(self) -> None:
        # 19 MiB, two passes: the OWASP floor. Two slots keep a flood of sign-ins from taking all memory.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._slots = threading.Semaphore(2)

    def hash(self, password: str) -> str:
        """The argon2id hash of a password."""
        with self._slots:
            return offload(self._hasher.hash, normal(password))

    def matches(self, hashed: str, password: str) -> bool:
        """Whether the hash is that of the password."""
        if len(password) > LONGEST_PASSWORD:
            return False
        try:
            with self._slots:
                return offload(self._hasher.verify, hashed, normal(password))
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
