"""The names of consignors and bidders: a cell becomes names, and names that look alike are one.

Pure. A consignor may not bid on his lot (拍卖法 30). So a doubtful name is said to be unclear.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ..base.runtime import lazily

confusables = lazily("confusable_homoglyphs.confusables")

DITTO = frozenset({"同上", "〃", "″", '"', "''", "ditto", "as above", "same as above", "same"})
"""The texts of a cell that repeats the cell above, in lower case."""


@dataclass(frozen=True, slots=True)
class Party:
    """A consignor of a lot, as written. If not `sure`, it may be a part of a name, or several names."""

    name: str
    sure: bool = True


_BETWEEN = re.compile(r"[;；、\n]")
_AND_OTHERS = re.compile(r"等\s*[\d一二三四五六七八九十]*\s*[人家位方个]*$|\bet al\b\.?|\bothers\b", re.I)
_ENDS_A_COMPANY = frozenset(
    "ab ag as bv co company corp corporation gmbh inc incorporated kg kk limited llc llp lp ltd nv oy plc pte pty "  # noqa: SIM905
    "sa sarl sas spa srl".split(" ")
)
_BODY = "公司|集团|大学|学院|研究院|研究所|设计院|实验室|医院|中心|工厂|学校|合作社|事务所|基金会|厂"
_IS_A_BODY = re.compile(rf".+({_BODY})(\(.*\)|（.*）)?")
_MAYBE = re.compile(
    r"[,，/|&+]|\band\b"
    "|(?<=公司|集团|大学|学院|医院|中心|工厂|学校)[与和及暨]"
    "|(?<=[院所室厂社会])[与和及暨]",
    re.IGNORECASE,
)
_PERSONS = re.compile("[\u3400-\u9fff]{2,4}[与和及暨][\u3400-\u9fff]{2,4}")


def parties_of(text: str) -> tuple[Party, ...]:
    """The names in a cell of consignors, one after the other.

    Names are parted by `;`, `、` and line breaks. At a comma they are parted where each part is a Chinese body
    of its own; before "Ltd." a comma is of the name. Everything else that may part names makes them unclear.
    """
    found: dict[str, Party] = {}
    for part in _BETWEEN.split(text):
        name = " ".join(part.split())
        for party in _told(name) if fold(name) else ():
            found.setdefault(fold(party.name), party)
    return tuple(found.values())


def _told(name: str) -> list[Party]:
    if _AND_OTHERS.search(name):
        return [Party(name, sure=False)]
    pieces = _without_endings([piece.strip() for piece in re.split("[,，]", name)])
    if len(pieces) > 1 and all(_IS_A_BODY.fullmatch(piece) for piece in pieces):
        return [Party(piece) for piece in pieces]
    parts = pieces if len(pieces) > 1 else _MAYBE.split(re.sub("[,，]", "", name))
    if len(parts) == 1 and _PERSONS.fullmatch(name) and not _IS_A_BODY.fullmatch(name):
        parts = re.split("[与和及暨]", name)
    if len(parts) == 1:
        return [Party(name)]
    return [Party(name, sure=False), *(Party(part.strip(), sure=False) for part in parts if fold(part))]


def _without_endings(pieces: list[str]) -> list[str]:
    """Pieces between commas, less those that only end the company's name before them."""
    return [
        piece
        for place, piece in enumerate(pieces)
        if place == 0 or not all(word.strip(".").replace(".", "").lower() in _ENDS_A_COMPANY for word in piece.split())
    ]


def fold(name: str) -> str:
    """The look of a name; equal for names that a reader takes for the same.

    Letters that look alike (Cyrillic о, Greek ο, Latin o) are one, upper case and full width make no difference, and
    spaces and punctuation count for nothing.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    alike = "".join(_prototype(char) for char in plain)
    again = unicodedata.normalize("NFKC", alike).casefold()
    return "".join(char for char in again if char.isalnum())


@cache
def _prototype(char: str) -> str:
    """The character that stands for all which look like this one (Unicode TS 39)."""
    data: Mapping[str, list[dict[str, str]]] = confusables.confusables_data
    alike = [each["c"] for each in data.get(char, ())]
    if len(alike) != 1:
        return char
    other = alike[0]
    return other if len(data.get(other, ())) > 1 or other < char else char


_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def parse_uscc(text: str) -> str | None:
    """A unified social credit code (统一社会信用代码, GB 32100-2015) in upper case without spaces, or None when its
    length, a character or the check character is wrong (rulebook 2.6)."""
    code = _code(text)
    if len(code) != 18 or not set(code) <= set(_USCC_ALPHABET):
        return None
    total = sum(_USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return code if code[17] == _USCC_ALPHABET[-total % 31] else None


_ID_CARD = re.compile(r"\d{17}[\dX]", re.ASCII)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def parse_identity(text: str) -> str | None:
    """The number of a person's or an organization's identity paper, as it is kept.

    None: it has the 18 characters of a 统一社会信用代码 or of an identity card (GB 11643-1999), and the check character
    of neither. Other papers, such as passports, have no check that is known here.
    """
    code = _code(text)
    if len(code) != 18 or not set(code) <= set(_USCC_ALPHABET):
        return " ".join(text.split())
    is_card = (
        _ID_CARD.fullmatch(code)
        and code[17]
        == "10X98765432"[sum(int(digit) * weight for digit, weight in zip(code, _ID_WEIGHTS, strict=False)) % 11]
    )
    return code if is_card else parse_uscc(code)


def _code(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
