"""Cells of reports that have words beside their code: 成交 and `sold`.

A reader's file has both, in two columns. A program's file, in the language `codes`, has the code alone.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..rules.lot import Lot, Status
from ..words.i18n import mark as _
from ..words.i18n import translate

CODES = "codes"
"""The language of programs: stable names above the columns, codes in the cells, times with their offset."""
EXPORT_LANGUAGES = ("zh", "en", CODES)


class Coded(NamedTuple):
    """A code with its words, which are translated where the file is written. Several words are joined."""

    code: str
    words: Sequence[str]

    def said(self, locale: str) -> str:
        """The words in a language."""
        return _JOINED[locale].join(translate(locale, each) for each in self.words)


_JOINED = {"zh": "、", "en": ", "}

LOT_WORDS: Mapping[str, str] = {
    "pending": _("to come"),
    "open": _("open"),
    "fair_warning": _("fair warning"),
    "paused": _("paused"),
    "sold": _("sold"),
    "passed": _("passed"),
    "withdrawn": _("withdrawn"),
}
ADMISSION_WORDS: Mapping[str, str] = {
    "applied": _("waits for the organizer"),
    "admitted": _("admitted"),
    "turned_down": _("turned down"),
}
FORMAT_WORDS: Mapping[str, str] = {
    "english": _("English auction"),
    "timed": _("timed auction"),
    "dutch": _("Dutch auction"),
    "sealed": _("sealed offers"),
}
WAY_WORDS: Mapping[str, str] = {
    "online": _("online"),
    "floor": _("in the hall"),
    "maximum": _("by a maximum"),
    "offer": _("sealed offer"),
    "priority_right": _("priority right"),
}
HOLD_WORDS: Mapping[str, str] = {
    "SUSPENDED": _("paddle suspended"),
    "DEFAULTER_BARRED": _("defaulter"),
    "DEPOSIT_MISSING": _("deposit missing"),
    "CONFLICT": _("conflict of interest"),
}
OUTCOME_WORDS: Mapping[str, str] = {
    "accepted": _("accepted"),
    "voided": _("taken back"),
    "UNKNOWN_LOT": _("refused: no such lot"),
    "FORBIDDEN": _("refused: not allowed"),
    "NO_PADDLE": _("refused: no such paddle"),
    "SUSPENDED": _("refused: paddle suspended"),
    "DEFAULTER_BARRED": _("refused: defaulter"),
    "DEPOSIT_MISSING": _("refused: deposit missing"),
    "CONFLICT_OF_INTEREST": _("refused: conflict of interest"),
    "NOT_LIVE": _("refused: lot not open"),
    "CLOSED": _("refused: too late"),
    "NOT_ALLOWED_NOW": _("refused: not possible then"),
    "MALFORMED_AMOUNT": _("refused: not an amount"),
    "ALREADY_LEADING": _("refused: led already"),
    "ALREADY_OFFERED": _("refused: had made an offer"),
    "BELOW_START": _("refused: below the start"),
    "BELOW_MIN": _("refused: too low"),
    "NOT_ON_STEP": _("refused: not on the ladder"),
    "ABOVE_CAP": _("refused: above the cap"),
    "OVER_LIMIT": _("refused: above the limit"),
    "FAR_FROM_ASK": _("refused: far above the next amount"),
    "NOT_WHOLE": _("refused: not a whole amount"),
    "LEAD_CHANGED": _("refused: another bid led by then"),
}
_REFUSED = _("refused")


def coded(words: Mapping[str, str], code: str) -> Coded:
    """A code with its words; a code without words says itself."""
    return Coded(code, (words.get(code, code),))


def outcome(code: str) -> Coded:
    """A bid was accepted, taken back, or refused for a reason."""
    return Coded(code, (OUTCOME_WORDS.get(code, _REFUSED),))


def holds(codes: Sequence[str]) -> Coded:
    """Why a paddle may not bid."""
    return Coded(", ".join(codes), [HOLD_WORDS.get(each, each) for each in codes])


def standing(lot: Lot, *, closed: bool, now_ms: int) -> Coded:
    """How a lot stands. A sold one says if a priority right may still take it, or has; a closed sale offers no more."""
    words = LOT_WORDS[lot.status]
    if lot.status is Status.SOLD and (lot.match_until_ms or 0) > now_ms:
        words = _("hammer, right open")
    elif lot.status is Status.SOLD and lot.taken_from:
        words = _("taken by right")
    elif lot.status is Status.PENDING and closed:
        words = _("not offered")
    return Coded(lot.status.value, (words,))
