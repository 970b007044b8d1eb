"""Patents as a sale needs them: reading their numbers, and how long they live.

Pure: no clock, no I/O. Days are `datetime.date`. Section numbers are those of the rulebook. `fees` has the cost of
keeping a patent; `law` says whether it may be sold.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from functools import lru_cache


class PatentType(StrEnum):
    """The three kinds of Chinese patents (专利法 2)."""

    INVENTION = "invention"
    UTILITY_MODEL = "utility_model"
    DESIGN = "design"


class NumberForm(StrEnum):
    """The thing that a number names: the application, or its publication."""

    APPLICATION = "application"
    PUBLICATION = "publication"


class NumberWarning(StrEnum):
    """The oddities of a number that can still be read. Real lists hold typos, so none of these refuses it."""

    CHECK_DIGIT_WRONG = "CHECK_DIGIT_WRONG"
    CHECK_DIGIT_MISSING = "CHECK_DIGIT_MISSING"
    YEAR_IMPLAUSIBLE = "YEAR_IMPLAUSIBLE"
    KIND_MISSING = "KIND_MISSING"
    SHAPE_UNUSUAL = "SHAPE_UNUSUAL"


@dataclass(frozen=True, slots=True)
class PatentNumber:
    """A number that could be read. Equal numbers are equal however they were written: warnings do not count.

    `expected_check` is the right check digit of a Chinese application number. A missing one is filled in `canonical`;
    a wrong one stays, because the typo may as well be in another digit.
    """

    canonical: str
    country: str
    form: NumberForm
    type: PatentType | None = None
    year: int | None = None
    kind: str | None = None
    expected_check: str | None = None
    warnings: tuple[NumberWarning, ...] = field(default=(), compare=False)


# --- numbers (5.2) ---------------------------------------------------------------------------------------------------

_TYPE_OF_DIGIT = {
    "1": PatentType.INVENTION,
    "2": PatentType.UTILITY_MODEL,
    "3": PatentType.DESIGN,
    "8": PatentType.INVENTION,  # entered through the PCT
    "9": PatentType.UTILITY_MODEL,
}
_KINDS = {
    PatentType.INVENTION: ("A", "A8", "A9", "B", "B8", "B9", "C"),
    PatentType.UTILITY_MODEL: ("U", "U8", "U9", "Y"),
    PatentType.DESIGN: ("S", "S8", "S9", "D"),
}
_OLD_KINDS = "ABCDUY"  # of the seven-digit publication numbers
_CHECK_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_FIRST_LONG_YEAR, _LAST_YEAR = 2003, 2099
_CHECKED_SINCE = 1989  # older application numbers had no check digit

# WIPO ST.3: ISO 3166 and the regional offices. Two letters are one of them when the text contains them.
_OFFICES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EP WO EA AP OA EM GC XN"
)
_PCT = re.compile(r"PCT/?([A-Z]{2})(\d{4})/?(\d{6})", re.ASCII)
_US_APPLICATION = re.compile(r"(?:US)?(\d{2}/\d{6})", re.ASCII)
_FOREIGN = re.compile(r"([A-Z]{2})[A-Z]{0,2}\d{4,14}([A-Z]\d?)", re.ASCII)
_FOREIGN_USUAL = re.compile(
    r"US\d{7,8}B[12]|US(?:19|20)\d{9}A[129]|EP\d{7}(?:A[1-489]|B[1-389])|WO\d{10}A[1-489]"
    r"|JP\d{7}B[12]|JP\d{10}A|KR\d{9}B1|KR\d{11}A",
    re.ASCII,
)
_WO = re.compile(r"WO((?:19|20)\d{2})\d{6}", re.ASCII)
_FOREIGN_YEAR = re.compile(r"(?:US|WO)((?:19|20)\d{2})\d{6,7}A\d", re.ASCII)


@lru_cache(maxsize=8192)
def parse(text: str) -> PatentNumber | None:
    """Read an application or publication number as people write it; None when it is none (rulebook 5.2).

    Spaces, dots, `ZL`, `CN`, full-width and lower-case letters do not matter, nor do the hyphens of
    `CN-109522960-A` and the brackets of `CN109522960(A)`. A Chinese number whose type digit or
    kind contradicts itself is unreadable; a foreign number of an unusual shape is only warned about.
    """
    squeezed = re.sub(r"[\s.,\u200b\ufeff]", "", unicodedata.normalize("NFKC", text).upper())
    squeezed = re.sub(r"\(([A-Z]\d?)\)$", r"\1", squeezed)
    if re.match("[A-Z]{2}", squeezed):
        squeezed = re.sub("[-‐‑–]", "", squeezed)  # a bare number with hyphens is a telephone's
    return _parse_pct(squeezed) or _parse_chinese(squeezed) or _parse_foreign(squeezed)


def check_digit(digits: str) -> str:
    """The check digit of the 8 or 12 digits of a Chinese application number, `X` for ten (rulebook 5.2)."""
    value = sum(int(digit) * weight for digit, weight in zip(digits, _CHECK_WEIGHTS, strict=False)) % 11
    return "X" if value == 10 else str(value)


def _parse_pct(squeezed: str) -> PatentNumber | None:
    match = _PCT.fullmatch(squeezed)
    if match is None or match[1] not in _OFFICES:
        return None
    return PatentNumber("PCT/{}{}/{}".format(*match.groups()), "WO", NumberForm.APPLICATION, year=int(match[2]))


def _parse_chinese(squeezed: str) -> PatentNumber | None:
    rest = re.sub(r"^(?:CN|ZL)+", "", squeezed)
    marked = rest != squeezed
    return _parse_chinese_application(rest, marked) or _parse_chinese_publication(rest, marked)


def _parse_chinese_application(rest: str, marked: bool) -> PatentNumber | None:
    """Nine digits are never ambiguous: publications begin with 1 to 3, years of that time with 8, 9 or 0."""
    match = re.fullmatch(r"(\d{8}|\d{12})([\dX])?", rest, re.ASCII) or re.fullmatch(
        r"(\d{12})()[ABDSU]", rest, re.ASCII
    )
    if match is None:
        return None
    digits, written = match[1], match[2]
    year = int(digits[:4]) if len(digits) == 12 else _short_year(digits)
    patent_type = _TYPE_OF_DIGIT.get(digits[-8 if len(digits) == 12 else 2])
    if year is None or patent_type is None:
        return None
    plausible = len(digits) == 8 or _FIRST_LONG_YEAR <= year <= _LAST_YEAR
    if not (plausible or marked):
        return None  # a telephone number, an article number: nothing says that it is a patent
    expected = check_digit(digits)
    warned = {
        NumberWarning.YEAR_IMPLAUSIBLE: not plausible,
        NumberWarning.CHECK_DIGIT_MISSING: not written and year >= _CHECKED_SINCE,
        NumberWarning.CHECK_DIGIT_WRONG: bool(written) and written != expected,
    }
    return PatentNumber(
        canonical=f"{digits}.{written or expected}" if plausible else f"ZL{digits}.{written or expected}",
        country="CN",
        form=NumberForm.APPLICATION,
        type=patent_type,
        year=year if plausible else None,
        expected_check=expected,
        warnings=tuple(warning for warning, applies in warned.items() if applies),
    )


def _short_year(digits: str) -> int | None:
    """The year of an eight-digit number, 1985 to 2003."""
    short = int(digits[:2])
    if short >= 85:
        return 1900 + short
    return 2000 + short if short <= 3 else None


def _parse_chinese_publication(rest: str, marked: bool) -> PatentNumber | None:
    match = re.fullmatch(r"(\d{9}|\d{7})([A-Z][89]?)?", rest, re.ASCII)
    if match is None or not (marked or (len(match[1]) == 9 and match[2])):
        return None
    digits, kind = match[1], match[2]
    if kind and len(digits) == 7:
        patent_type = next((t for t, kinds in _KINDS.items() if kind in _OLD_KINDS and kind in kinds), None)
    else:
        patent_type = _TYPE_OF_DIGIT.get(digits[0]) if digits[0] in "123" else None
    if patent_type is None or (kind and kind not in _KINDS[patent_type]):
        return None
    return PatentNumber(
        canonical=f"CN{digits}{kind or ''}",
        country="CN",
        form=NumberForm.PUBLICATION,
        type=patent_type,
        kind=kind,
        warnings=() if kind else (NumberWarning.KIND_MISSING,),
    )


def _parse_foreign(squeezed: str) -> PatentNumber | None:
    if application := _US_APPLICATION.fullmatch(squeezed):
        return PatentNumber(application[1], "US", NumberForm.APPLICATION)
    number = squeezed.replace("/", "")
    if plain := _WO.fullmatch(number):
        year = int(plain[1])
        return PatentNumber(number, "WO", NumberForm.PUBLICATION, year=year, warnings=(NumberWarning.KIND_MISSING,))
    match = _FOREIGN.fullmatch(number)
    if match is None or match[1] == "CN" or match[1] not in _OFFICES:
        return None
    dated = _FOREIGN_YEAR.fullmatch(number)
    return PatentNumber(
        canonical=number,
        country=match[1],
        form=NumberForm.PUBLICATION,
        year=int(dated[1]) if dated else None,
        kind=match[2],
        warnings=() if _FOREIGN_USUAL.fullmatch(number) else (NumberWarning.SHAPE_UNUSUAL,),
    )


# --- classifications (5.2) -------------------------------------------------------------------------------------------

_CLASS = re.compile(r"([A-HY]\d{2}[A-Z])[\s-]*0*(\d{1,4})/(\d{2,6})(?:\s*\(\d{4}\.\d{2}\)\s*[A-Z]?)?", re.ASCII)


def normalise_cpc(text: str) -> str | None:
    """`g06f17/30` as `G06F 17/30`, sections A to H and Y, without the edition; None when it is no symbol (5.2)."""
    match = _CLASS.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    return f"{match[1]} {match[2]}/{match[3]}" if match else None


def normalise_ipc(text: str) -> str | None:
    """The same for the IPC, which has no section Y (5.2)."""
    symbol = normalise_cpc(text)
    return None if symbol is None or symbol.startswith("Y") else symbol


def normalise_locarno(text: str) -> str | None:
    """A class of designs such as `14-02`, or None (5.2)."""
    stripped = unicodedata.normalize("NFKC", text).strip()
    return stripped if re.fullmatch(r"\d{2}-\d{2}", stripped, re.ASCII) else None


# --- term (5.3) ------------------------------------------------------------------------------------------------------

_LONGER_DESIGNS_FROM = date(2021, 6, 1)


def term_years(patent_type: PatentType, filing_date: date) -> int:
    """Years of protection counted from filing (专利法 42; designs filed before 2021-06-01 have ten)."""
    if patent_type is PatentType.INVENTION:
        return 20
    return 15 if patent_type is PatentType.DESIGN and filing_date >= _LONGER_DESIGNS_FROM else 10


def expired_on(patent_type: PatentType, filing_date: date) -> date:
    """The first day without protection: the anniversary of filing, no shift for holidays (rulebook 5.3)."""
    return later(filing_date, 12 * term_years(patent_type, filing_date))


def last_day(patent_type: PatentType, filing_date: date) -> date:
    """The last day of the term when nothing extends or ends it early (rulebook 5.3)."""
    return expired_on(patent_type, filing_date) - timedelta(days=1)


def later(day: date, months: int) -> date:
    """The same day of the month some months on. If it is absent, the month's last day (rulebook 5.3)."""
    years, month0 = divmod(day.month - 1 + months, 12)
    year = min(day.year + years, MAXYEAR)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))
