"""Every way the rules say no, in the one order in which they are checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """Refusal codes; the first that applies, from top to bottom, is the answer (scenario contract, "Codes")."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    KEY_CONFLICT = "KEY_CONFLICT"
    UNKNOWN_LOT = "UNKNOWN_LOT"
    NO_PADDLE = "NO_PADDLE"
    SUSPENDED = "SUSPENDED"
    DEFAULTER_BARRED = "DEFAULTER_BARRED"
    DEPOSIT_MISSING = "DEPOSIT_MISSING"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    NOT_LIVE = "NOT_LIVE"
    CLOSED = "CLOSED"
    NOT_ALLOWED_NOW = "NOT_ALLOWED_NOW"
    MALFORMED_AMOUNT = "MALFORMED_AMOUNT"
    ALREADY_LEADING = "ALREADY_LEADING"
    ALREADY_OFFERED = "ALREADY_OFFERED"
    BELOW_START = "BELOW_START"
    BELOW_MIN = "BELOW_MIN"
    NOT_ON_STEP = "NOT_ON_STEP"
    ABOVE_CAP = "ABOVE_CAP"
    OVER_LIMIT = "OVER_LIMIT"
    FAR_FROM_ASK = "FAR_FROM_ASK"
    NOT_WHOLE = "NOT_WHOLE"
    LEAD_CHANGED = "LEAD_CHANGED"
    NO_BID = "NO_BID"
    LEADER_HELD = "LEADER_HELD"
    RESERVE_NOT_MET = "RESERVE_NOT_MET"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal: its code, and what would have been accepted (amounts in the minor unit)."""

    code: Code
    params: Mapping[str, int | str] = field(default_factory=dict)
