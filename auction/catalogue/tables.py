"""The rows of a sheet become a table: a heading that is found or pointed at, and rows of lots.

A sheet of an organizer has title rows above its heading, headings over two rows, totals and notes below. A warning says
each time what is left out.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..base.texts import clean
from .choices import NO_CHOICES, Choices
from .csv_rows import MAX_PREAMBLE, FileProblem, FileRow, Score, Unreadable
from .sheets import read_sheet
from .workbook import MAX_ROWS, Merge, Sheet

LONGEST_SHOWN = 40


def short(text: str) -> str:
    """A text for a message: cleaned, in one line, not longer than a line has room for."""
    return " ".join(clean(text)[0].split())[:LONGEST_SHOWN]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The heading, and the rows below it with exactly as many cells each; `above` are the rows over the heading.

    `has_hidden` says whether rows or columns are hidden, whether they were taken or not.
    """

    heading: FileRow
    rows: tuple[FileRow, ...]
    above: tuple[FileRow, ...]
    errors: tuple[FileProblem, ...]
    warnings: tuple[FileProblem, ...]
    has_hidden: bool = False


def read_table(data: bytes, score: Score, choices: Choices = NO_CHOICES) -> SheetTable | FileProblem:
    """The table of a file of any kind; a problem says why there is none. Never raises, whatever the bytes are."""
    try:
        return make_table(read_sheet(data, score, choices.sheet), score, choices)
    except Unreadable as unreadable:
        return unreadable.problem


def make_table(sheet: Sheet, score: Score, choices: Choices) -> SheetTable:
    """The table of a sheet. Raises Unreadable."""
    warnings: list[FileProblem] = []
    if not choices.sheet and len(sheet.names) > 1:
        others = ", ".join(name for name in sheet.names if name != sheet.name)[:200]
        warnings.append(FileProblem(0, "", "SHEETS_IGNORED", {"sheet": sheet.name[:100], "sheets": others}))
    rows = [row for row in sheet.rows if choices.take_hidden or row.line not in sheet.hidden_lines]
    at = _heading_at(rows, score, choices)
    cells, first, last = _heading(rows, at, sheet.merges, score)
    heading = FileRow(rows[last].line, _without_empty_end(cells))
    above, below = tuple(rows[:first]), rows[last + 1 :]
    if above:
        text = short(" ".join(cell for row in above for cell in row.cells if cell.strip()))
        warnings.append(FileProblem(above[0].line, "", "TITLE_ROWS", {"lines": _lines(above), "text": text}))
    if len(below) > MAX_ROWS:
        raise Unreadable("TOO_MANY_ROWS", below[MAX_ROWS].line, most=MAX_ROWS)
    columns = frozenset() if choices.take_hidden else sheet.hidden_columns
    warnings.extend(_hidden(sheet, heading, columns, choices))
    errors = list(_beside(heading, below, warnings, is_ragged=sheet.is_ragged))
    kept = tuple(_kept(heading, below, warnings))
    rows_of_lots = tuple(_squared(row, len(heading.cells), columns) for row in kept)
    has_hidden = bool(sheet.hidden_lines or any(at < len(heading.cells) for at in sheet.hidden_columns))
    heading = _squared(heading, len(heading.cells), columns)
    return SheetTable(heading, rows_of_lots, above, tuple(errors), tuple(warnings), has_hidden)


# --- the heading -----------------------------------------------------------------------------------------------------


def _heading_at(rows: Sequence[FileRow], score: Score, choices: Choices) -> int:
    """The place of the heading: the row that was pointed at, else the first with most known headings."""
    if choices.header_row is not None:
        at = next((at for at, row in enumerate(rows) if row.line == choices.header_row), None)
        if at is None:
            raise Unreadable("NO_SUCH_ROW", 0, row=choices.header_row)
        return at
    scores = [score(row.cells) for row in rows[:MAX_PREAMBLE]]
    if not any(scores):
        raise Unreadable("NO_HEADINGS" if rows else "FILE_EMPTY")
    return scores.index(max(scores))


def _heading(
    rows: Sequence[FileRow], at: int, merges: Sequence[Merge], score: Score
) -> tuple[tuple[str, ...], int, int]:
    """The headings, and the first and last row that they take: two where groups stand above their columns."""
    best, found = score(rows[at].cells), (rows[at].cells, at, at)
    for upper in (at - 1, at):
        if upper >= 0 and upper + 1 < len(rows):
            both = _two_rows(rows[upper], rows[upper + 1], merges)
            is_joined = any(each.first_line == rows[upper].line < each.last_line for each in merges)
            if score(both) >= best + (not is_joined) and score(rows[upper + 1].cells) > 0:
                best, found = score(both), (both, upper, upper + 1)
    return found


def _two_rows(upper: FileRow, lower: FileRow, merges: Sequence[Merge]) -> tuple[str, ...]:
    """One heading a column of two rows; the unit of a group (价格（万元）) goes to its columns without one."""
    width = max(len(upper.cells), len(lower.cells))
    above, below = ([*row.cells, *[""] * (width - len(row.cells))] for row in (upper, lower))
    for each in merges:
        if each.first_line <= upper.line <= each.last_line and each.last > each.first:
            above[each.first : each.last + 1] = [above[each.first]] * (min(each.last + 1, width) - each.first)
    return tuple(_under(group, text) for group, text in zip(above, below, strict=True))


def _under(group: str, text: str) -> str:
    if not text.strip() or text == group:
        return group
    unit = re.search(r"[(（\[]([^()（）\[\]]+)[)）\]]\s*$", group)
    return f"{text}({unit[1]})" if unit and not re.search(r"[(（\[]", text) else text


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells[: max((at for at, cell in enumerate(cells, 1) if cell.strip()), default=0)]


# --- the rows --------------------------------------------------------------------------------------------------------


def _lines(rows: Sequence[FileRow]) -> str:
    """The lines of rows in short: `3, 7–9`."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row.line == parts[-1][1] + 1:
            parts[-1][1] = row.line
        else:
            parts.append([row.line, row.line])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in parts[:20]]
    return ", ".join(shown) + (" …" if len(parts) > 20 else "")


def _hidden(sheet: Sheet, heading: FileRow, columns: frozenset[int], choices: Choices) -> Iterator[FileProblem]:
    lines = [row for row in sheet.rows if row.line in sheet.hidden_lines]
    names = [short(heading.cells[at]) for at in sorted(sheet.hidden_columns) if at < len(heading.cells)]
    if lines:
        code = "HIDDEN_ROWS_TAKEN" if choices.take_hidden else "HIDDEN_ROWS"
        yield FileProblem(lines[0].line, "", code, {"lines": _lines(lines)})
    if any(names):
        code = "HIDDEN_COLUMNS" if columns else "HIDDEN_COLUMNS_TAKEN"
        yield FileProblem(heading.line, "", code, {"columns": ", ".join(filter(None, names))[:200]})


def _squared(row: FileRow, width: int, hidden: frozenset[int]) -> FileRow:
    cells = (row.cells + ("",) * width)[:width]
    if hidden:
        cells = tuple("" if at in hidden else cell for at, cell in enumerate(cells))
    return FileRow(row.line, cells, row.merged - hidden)


def _beside(
    heading: FileRow, rows: Sequence[FileRow], warnings: list[FileProblem], *, is_ragged: bool
) -> Iterator[FileProblem]:
    """More cells than headings are an error in a CSV: a delimiter stands in a text. In a sheet they are a remark."""
    width = len(heading.cells)
    for row in rows:
        count = len(_without_empty_end(row.cells))
        if count > width and is_ragged:
            text = short(" ".join(row.cells[width:]))
            warnings.append(FileProblem(row.line, "", "CELLS_BESIDE", {"text": text}))
        elif count > width:
            yield FileProblem(row.line, "", "TOO_MANY_CELLS", {"count": count, "most": width})
        elif len(row.cells) < width and not is_ragged:
            params = {"count": len(row.cells), "most": width}
            warnings.append(FileProblem(row.line, "", "TOO_FEW_CELLS", params))


_TOTAL = re.compile(r"(合计|总计|小计|共计|总和|汇总|累计|total|sub-?total|grand total|sum)([(:].*|\d.*)?")
_NOTE = re.compile(r"(注|备注|说明|附注|注意|note|notes|remark|remarks)\d?[:.、].*|[*※].*", re.DOTALL)


def _kept(heading: FileRow, rows: Sequence[FileRow], warnings: list[FileProblem]) -> Iterator[FileRow]:
    """The rows that may be lots: no totals, no notes, no heading once more."""
    again = [cell.strip() for cell in heading.cells]
    for row in rows:
        filled = [cell for at, cell in enumerate(row.cells) if cell.strip() and at not in row.merged]
        first = unicodedata.normalize("NFKC", clean(filled[0])[0]).casefold() if filled else ""
        code = ""
        if _TOTAL.fullmatch(re.sub(r"\s", "", first)):
            code = "TOTAL_ROW"
        elif len(filled) == 1 and _NOTE.fullmatch(first):
            code = "NOTE_ROW"
        elif [cell.strip() for cell in row.cells[: len(again)]] == again:
            code = "HEADING_AGAIN"
        if code:
            warnings.append(FileProblem(row.line, "", code, {"text": short(filled[0])}))
        else:
            yield row
