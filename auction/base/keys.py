"""The server's keys, each for one thing: the cookies' key and the keys of sealed offers.

Both are files in the instance folder with mode 0600, unless they are given in the environment. A new cookies' key only
signs everybody out. Offers' keys have versions: the first one seals, all of them open.
"""

import math
import os
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from . import private

COOKIES, OFFERS, MAIL = "secret_key", "offer_keys", "smtp_password"
"""The files."""
LEAST_KEY = 32
LEAST_KEY_BITS = 80
"""A random key of 32 hexadecimal digits has 100 bits or more as `_looks_random` counts them."""
SAMPLES = ("changeme", "change-me", "change_me", "password", "your-secret", "secret-key", "secret_key", "example")
"""Words of instructions: a key that holds one has been copied, not made."""

Versions = tuple[tuple[int, str], ...]
"""Keys by version, the one that seals first."""


class BadKey(ValueError):
    """A key cannot be used; the message begins with the setting that gives it."""


def of_cookies(given: str, instance: Path) -> str:
    """The key given, or the one kept in the instance folder; made where there is none. Raises BadKey, OSError."""
    key = given or _kept(instance / COOKIES, new())
    _check("SECRET_KEY", key)
    return key


def of_offers(given: str, instance: Path, first: str) -> Versions:
    """The keys given, as `VERSION:KEY VERSION:KEY`, or those kept in the instance folder; made where there are none.

    `first` is their first version: before they had files of their own, offers were sealed with the cookies' key.
    Raises BadKey, OSError.
    """
    return _versions(given or _kept(instance / OFFERS, f"1:{first}"))


def of_metrics(given: str) -> str:
    """The token for reading the metrics from another machine; empty for none. Raises BadKey."""
    if given:
        _check("METRICS_TOKEN", given)
    return given


def of_mail(given: str, instance: Path) -> str:
    """The password for the mail server, as given or from the file. Empty: there is none. Raises OSError."""
    path = instance / MAIL
    if given or not path.exists():
        return given
    private.tighten(path)
    return path.read_text().strip()


def reread(instance: Path) -> Versions:
    """The keys of offers as the file has them now. Raises BadKey, OSError."""
    return _versions((instance / OFFERS).read_text())


def rotate_cookies(instance: Path) -> None:
    """A new key of cookies: from the next start on everybody has to sign in again. Raises OSError."""
    _put(instance / COOKIES, new())


def rotate_offers(instance: Path) -> int:
    """A new key of offers before the others, which still open what they have sealed; its version. Raises OSError."""
    known = reread(instance)
    version = 1 + max(number for number, _ in known)
    _put(instance / OFFERS, " ".join(f"{number}:{key}" for number, key in ((version, new()), *known)))
    return version


def new() -> str:
    """A random key."""
    return secrets.token_urlsafe(48)


def _versions(text: str) -> Versions:
    found = []
    for each in text.split():
        number, _, key = each.partition(":")
        if not (number.isascii() and number.isdigit()):
            raise BadKey("OFFER_KEYS are written as VERSION:KEY, with a space between them")
        _check("OFFER_KEYS", key)
        found.append((int(number), key))
    if not found or len(dict(found)) != len(found):
        raise BadKey("OFFER_KEYS name no key, or one version twice")
    return tuple(found)


def _check(setting: str, key: str) -> None:
    if len(key) < LEAST_KEY:
        raise BadKey(f"{setting} must have {LEAST_KEY} characters or more")
    if key.split() != [key]:
        raise BadKey(f"{setting} must have no space in it")
    if not _looks_random(key):
        raise BadKey(f"{setting} can be guessed: take a random one, or leave it out and one is made")


def _looks_random(key: str) -> bool:
    """Whether a key is hard to guess: no repeated character or text, no sequence, and not out of instructions."""
    steps = [ord(later) - ord(earlier) for earlier, later in pairwise(key)]
    repeats = key in (key + key)[1:-1]
    copied = any(sample in key.lower() for sample in SAMPLES)
    return not repeats and not copied and len(key) * min(_bits(key), _bits(steps)) >= LEAST_KEY_BITS


def _bits(symbols: Sequence[object]) -> float:
    """How many bits each symbol tells, by how often the symbols occur (Shannon)."""
    shares = [count / len(symbols) for count in Counter(symbols).values()]
    return -sum(share * math.log2(share) for share in shares)


def _kept(path: Path, first: str) -> str:
    """The text of a file. It is made if it is missing, at once or not at all: of many processes that start together all
    have the first one's."""
    if not path.exists():
        made = _written(path, first)
        with suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    private.tighten(path)
    return path.read_text().strip()


def _put(path: Path, text: str) -> None:
    _written(path, text).replace(path)


def _written(path: Path, text: str) -> Path:
    """A file beside it with the text, on disk."""
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return made
