"""The outcome of reading a file: lots as drafts, the look of the file, and every problem in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from .csv_rows import FileProblem

_nothing_said = partial(field, default_factory=dict)


@dataclass(frozen=True, slots=True)
class PatentDraft:
    """A patent of a lot, with what the file says of it. `number` is canonical, None where it could not be read.

    `facts` are columns of its table, as far as the row says any.
    """

    written: str
    number: str | None = None
    kind: str = ""
    filing_date: date | None = None
    publication_date: date | None = None
    facts: Mapping[str, Any] = _nothing_said()


@dataclass(frozen=True, slots=True)
class LotDraft:
    """A lot as the file gives it: texts empty, amounts None where the file has none. `increment` is as in a scenario.

    `deposit_minor` is what the file asks for this lot; a sale has one deposit for all of them.
    """

    line: int = field(compare=False)
    lot: str
    title_zh: str
    title_en: str
    patents: tuple[PatentDraft, ...]
    abstract_zh: str = ""
    abstract_en: str = ""
    field: str = ""
    consignor: str = ""
    start_minor: int | None = None
    reserve_minor: int | None = None
    increment: Mapping[str, Any] | None = None
    deposit_minor: int | None = None
    format: str = "english"
    own: Mapping[str, Any] = _nothing_said()
    estimate_low_minor: int | None = None
    estimate_high_minor: int | None = None
    defects: str = ""
    transfer_type: str = ""
    facts: Mapping[str, Any] = _nothing_said()


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file: its heading, our column's name ("": not known or left out), and its first cells."""

    heading: str
    name: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The look of a file: its visible sheets and the one that was read, the heading's row, the columns.

    `top` are the first rows, so that a person can point at one. `has_hidden`, `asks_day_order`: such a choice matters.
    """

    sheets: tuple[str, ...] = ()
    sheet: str = ""
    heading_line: int = 0
    top: tuple[tuple[int, str], ...] = ()
    columns: tuple[FileColumn, ...] = ()
    has_hidden: bool = False
    asks_day_order: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The content of a file. Any error leaves no `lots`, so that nothing is ever imported by halves; `read` has what
    could be read nevertheless, to look at."""

    filename: str
    lots: tuple[LotDraft, ...]
    errors: tuple[FileProblem, ...]
    warnings: tuple[FileProblem, ...]
    read: tuple[LotDraft, ...] = field(default=(), compare=False)
    layout: Layout | None = field(default=None, compare=False)
