"""The base of every event, and the events beside the bidding: legal terms, and fingerprints of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """The fact that every event has."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class LotEvent(Event):
    """An event of one lot."""

    lot: str


@dataclass(frozen=True, slots=True)
class TermsStated(Event):
    """New legal terms of the sale, by name: its day, its place, the day of the notice and so on.

    `reason` None: at publishing. A later change has a code of `record.REASONS`, and `anew` the terms of the law that
    it begins anew. A moment is UTC (`…_ms`), a day is ISO 8601.
    """

    terms: Mapping[str, Any]
    reason: str | None = None
    anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextsStated(Event):
    """Fingerprints of rows that are shown, by row ("sale", "lot 7"): SHA-256 of a salt and the row, in hexadecimal.

    `reason` and `anew` as in TermsStated.
    """

    digests: Mapping[str, str]
    reason: str | None = None
    anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaddlesIdentified(Event):
    """Fingerprints of who holds a paddle, by paddle, as in TextsStated; how many paddles there are is no news."""

    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WorkStated(Event):
    """An account, by its id, works for the sale in a role from now on; or does no more."""

    account: str
    role: str
    works: bool
