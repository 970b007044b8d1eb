"""The patents of a lot from the cells of a row: their numbers, and the facts of each."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import TypeVar

from ..patents import numbers
from ..patents.numbers import NumberForm, NumberWarning, PatentNumber
from . import facts
from .cells import CellReport, Cells
from .drafts import PatentDraft
from .tables import short

Value = TypeVar("Value")

LONGEST_NUMBER = 40
_EMPTY = frozenset({"", "-", "–", "—"})
_MOST_WORDS = 12  # of one number: ZL 2015 1 0958772.0 has four

_HARD = re.compile(r"[;；、\n]")
_SOFT = re.compile(r"[\s,，/|]+")
_CIRCLED = re.compile("[①-⑳⑴-⒇❶-❿]")
_ORDINAL = re.compile(r"(?:^|(?<=[\s;,、]))\(?\d{1,2}[).、]\s*(?=[A-Za-z]{2}|\d{7})|\(\d{1,2}\)(?=\s*[A-Za-z\d])")
_LABEL = re.compile(
    r"^(?:专利号|申请号|公开号|公告号|授权公告号|公开\(公告\)号|patent(?: no\.?| number)?|no\.)\s*:?\s*", re.I
)
_AND_OTHERS = re.compile(r"\s*等\s*(?:共\s*)?(\d{1,3}|[一二三四五六七八九十]{1,3})?\s*[件项个].*$")
_SPOILT = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.I)


def read_patents(cells: Cells) -> tuple[PatentDraft, ...]:
    """The patents of a row, each once, with what its cells say of them. Problems go to the cells."""
    found: dict[str, PatentDraft] = {}
    for written in _numbers(cells, cells.text("patents")):
        draft = PatentDraft(written, _canonical(cells, written))
        if (draft.number or written) in found:
            cells.warn("patents", "PATENT_TWICE", number=written)
        else:
            found[draft.number or written] = draft
            _met(cells, draft)
    if not found:
        cells.missing("patents")
    return _with_facts(cells, list(found.values()))


# --- numbers ---------------------------------------------------------------------------------------------------------


def _numbers(cells: Cells, text: str) -> Iterator[str]:
    for part in _HARD.split(text if _is_one(text) else _without_ordinals(text)):
        number = " ".join(part.split())
        number = _LABEL.sub("", _nfkc(number)) if _LABEL.match(_nfkc(number)) else number
        if others := _AND_OTHERS.search(number):
            number = number[: others.start()]
            cells.error("patents", "PATENTS_MISSING", text=short(part))
        if number:
            yield from split(number, cells.report)


def _without_ordinals(text: str) -> str:
    """(1), ① and 1. before numbers part them. A text without any stays as it was written."""
    plain = _CIRCLED.sub("\n", text)
    folded = _nfkc(plain)
    return _ORDINAL.sub("\n", folded) if _ORDINAL.search(folded) else plain


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def split(text: str, report: CellReport) -> list[str]:
    """The numbers in a text between two certain separators: the fewest readable ones that take up all of it.

    A comma, a slash or a space may part them, or be part of one: US 9,876,543 B2, PCT/CN2018/101234,
    ZL 2015 1 0958772.0.
    """
    if _is_one(text) or not _SOFT.search(text):
        return [text]
    words = [(match.start(), match.end()) for match in re.finditer(r"[^\s,，/|]+", text)]
    report.tries_left -= len(words) * _MOST_WORDS
    if report.tries_left < 0:
        return [text]
    best: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(words) + 1):
        options = []
        for begin in range(max(0, end - _MOST_WORDS), end):
            piece = text[words[begin][0] : words[end - 1][1]]
            cost = 1 if _is_one(piece) else 100 if end - begin == 1 else None
            if cost is not None:
                options.append((best[begin][0] + cost, [*best[begin][1], piece]))
        best.append(min(options, key=lambda option: option[0]))
    pieces = best[-1][1]
    readable = sum(map(_is_one, pieces))
    looks_like_numbers = all(_is_one(each) or sum(map(str.isdigit, each)) >= 6 for each in pieces)
    return pieces if readable and (readable > 1 or looks_like_numbers) else [text]


@lru_cache(maxsize=8192)
def _parsed(text: str) -> PatentNumber | None:
    return numbers.parse(text)


def _is_one(text: str) -> bool:
    return _parsed(text) is not None


def _canonical(cells: Cells, number: str) -> str | None:
    if len(number) > LONGEST_NUMBER:
        cells.error("patents", "TOO_LONG", count=len(number), most=LONGEST_NUMBER)
        return None
    if _SPOILT.fullmatch(_nfkc(number)):
        cells.error("patents", "PATENT_SPOILT", number=number)
        return None
    parsed = _parsed(number)
    for code in parsed.warnings if parsed else ("PATENT_UNREADABLE",):
        if code != NumberWarning.KIND_MISSING:  # usual in lists, and of no harm
            cells.warn("patents", str(code), number=number)
    return parsed.canonical if parsed else None


def _met(cells: Cells, draft: PatentDraft) -> None:
    line = cells.report.patents.setdefault(draft.number or draft.written, cells.row.line)
    if line != cells.row.line:
        cells.warn("patents", "PATENT_REPEATED", number=draft.written, line=line)


# --- what the row says of each ---------------------------------------------------------------------------------------


def _with_facts(cells: Cells, drafts: Sequence[PatentDraft]) -> tuple[PatentDraft, ...]:
    """A cell with as many parts as there are patents says something of each. One value beside several patents holds for
    all of them, but a day or a count can only be of one."""
    count = len(drafts)
    kinds = _each_once(_parts(cells.text("kind"), count), partial(_kind, cells))
    filed = _days(cells, "filing_date", drafts)
    published = _days(cells, "publication_date", drafts)
    said: dict[str, Sequence[object]] = {}
    for name in (*facts.PATENT_TICKS, "legal_status"):
        said[name] = _each_once(_parts(cells.text(name), count), partial(facts.read_word, cells, name))
    for name in facts.PATENT_DAYS:
        said[name] = _days(cells, name, drafts)
    for name in facts.COUNTS:
        said[name] = _each_once(_of_one(cells, name, count), partial(facts.read_count, cells, name))
    for name in facts.PATENT_TEXTS:
        said[name] = _each_once(_lines(cells, name, count), partial(_patent_text, cells, name))
    return tuple(
        replace(
            draft,
            kind=kinds[at],
            filing_date=filed[at],
            publication_date=published[at],
            facts=facts.said({name: values[at] for name, values in said.items()}),
        )
        for at, draft in enumerate(drafts)
    )


def _each_once(texts: Sequence[str], read: Callable[[str], Value]) -> list[Value]:
    """Read each text. A text that several patents share is read once, so that its fault is said once."""
    known = {text: read(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _lines(cells: Cells, name: str, count: int) -> list[str]:
    """The text for each patent: its own line, or the one text for all. A title can only be of one."""
    text = cells.text(name)
    lines = ["" if line.strip() in _EMPTY else " ".join(line.split()) for line in text.split("\n")]
    if len(lines) == count:
        return lines
    if text and count > 1 and name == "patent_title":
        cells.error(name, "ONE_FOR_SEVERAL", text=short(text), count=count)
        return [""] * count
    return ["; ".join(line for line in lines if line)] * count


def _patent_text(cells: Cells, name: str, text: str) -> str:
    if name == "ipc":
        text = facts.read_classes(cells, text)
    if len(text) > (longest := facts.PATENT_TEXTS[name]):
        cells.error(name, "TOO_LONG", count=len(text), most=longest)
        return ""
    return text


def with_title(patents: Sequence[PatentDraft], title: str) -> tuple[PatentDraft, ...]:
    """Patents with a title of their own, where they have none."""
    return tuple(replace(each, facts={"title": title, **each.facts}) if title else each for each in patents)


def _kind(cells: Cells, text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        cells.error("kind", "TOO_LONG", count=len(text), most=LONGEST_NUMBER)
        return ""
    return text


def _parts(text: str, count: int) -> list[str]:
    """The text for each patent: its own part, or the one text for all."""
    parts = [" ".join(part.split()) for part in _HARD.split(text)]
    return parts if len(parts) == count > 1 else [" ".join(text.split())] * count


def _of_one(cells: Cells, name: str, count: int) -> list[str]:
    """The same for what can only be of one patent: one value beside several belongs to none."""
    text = cells.text(name)
    if text and count > 1 and len(_HARD.split(text)) != count:
        cells.error(name, "ONE_FOR_SEVERAL", text=short(text), count=count)
        return [""] * count
    return _parts(text, count)


def _days(cells: Cells, name: str, drafts: Sequence[PatentDraft]) -> list[date | None]:
    """A day for each patent. A day of filing beside several is that of the one whose number has its year."""
    count, text = len(drafts), cells.text(name)
    is_one = bool(text) and count > 1 and len(_HARD.split(text)) != count
    if not is_one or name == "status_checked_on":
        return _each_once(_parts(text, count), partial(cells.day, name))
    day = cells.day(name, text) if name == "filing_date" else None
    years = [_filed_in(draft) for draft in drafts]
    if day is None or years.count(day.year) != 1:
        if day is not None or name != "filing_date":
            cells.error(name, "ONE_FOR_SEVERAL", text=short(text), count=count)
        return [None] * count
    cells.warn(name, "ONE_BY_ITS_YEAR", text=short(text), number=drafts[years.index(day.year)].written)
    return [day if year == day.year else None for year in years]


def _filed_in(draft: PatentDraft) -> int | None:
    parsed = _parsed(draft.written)
    return parsed.year if parsed and parsed.form is NumberForm.APPLICATION else None
