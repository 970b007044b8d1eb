"""Rows that are one lot: a package of patents over several rows, by merged cells or by cells left empty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..base.texts import clean
from . import facts
from .cells import Cells, lot_number
from .columns import AMOUNTS
from .csv_rows import FileProblem, FileRow
from .tables import short

OF_PATENTS = frozenset({"patents", "filing_date", "publication_date", "kind", *facts.OF_PATENTS})
"""The columns that say something of a patent; all others are of the lot."""
TITLES = ("title", "title_zh", "title_en")
_OF_LOTS_ONLY = AMOUNTS | {"format", "currency"}


@dataclass(frozen=True, slots=True)
class RowsOfLot:
    """The rows of one lot: the first says everything about the lot, the others have more patents of it."""

    first: FileRow
    more: tuple[FileRow, ...] = ()


def rows_of_lots(
    rows: Sequence[FileRow], columns: Mapping[str, Sequence[int]], warnings: list[FileProblem]
) -> Iterator[RowsOfLot]:
    """The rows lot by lot. Notes among them are left out with a warning."""
    waiting: list[FileRow] = []
    for row in rows:
        if _is_note(row, columns):
            text = next(cell for cell in row.cells if cell.strip())
            warnings.append(FileProblem(row.line, "", "NOTE_ROW", {"text": short(text)}))
        elif waiting and _goes_on(waiting[0], row, columns):
            waiting.append(row)
        else:
            if waiting:
                yield RowsOfLot(waiting[0], tuple(waiting[1:]))
            waiting = [row]
    if waiting:
        yield RowsOfLot(waiting[0], tuple(waiting[1:]))


def _is_note(row: FileRow, columns: Mapping[str, Sequence[int]]) -> bool:
    filled = [at for at, cell in enumerate(row.cells) if cell.strip()]
    return len(filled) == 1 and filled[0] in columns.get("lot", ()) and not lot_number(row.cells[filled[0]])


def _goes_on(first: FileRow, row: FileRow, columns: Mapping[str, Sequence[int]]) -> bool:
    """Whether a row has more patents of the lot that `first` begins."""
    lot = list(columns.get("lot", ()))
    titles = [at for name in TITLES for at in columns.get(name, ())]
    own = {at for name, places in columns.items() if name in OF_PATENTS for at in places}
    if any(at in row.merged for at in lot):
        return True
    if any(row.cells[at].strip() for at in lot):
        return False
    if any(at in row.merged for at in titles):
        return True
    others = [at for places in columns.values() for at in places if at not in own]
    is_numbered = any(first.cells[at].strip() for at in lot)
    return (
        is_numbered and not any(clean(row.cells[at])[0] for at in others) and any(row.cells[at].strip() for at in own)
    )


def check_more(first: Cells, more: Cells) -> str:
    """Report what a further row says of the lot itself, and return the consignors that it names."""
    consignor = ""
    for name in more.columns:
        at = more.place(name)
        if name in OF_PATENTS or name in TITLES or name == "lot" or at is None or at in more.row.merged:
            continue
        text, before = (clean(cells.row.cells[at])[0] for cells in (more, first))
        if not text or text == before:
            continue
        if name == "consignor":
            consignor = more.text(name)
        elif name in _OF_LOTS_ONLY:
            more.error(name, "PACKAGE_DIFFERS", line=first.row.line)
        else:
            more.warn(name, "PACKAGE_TEXT", line=first.row.line, text=short(text))
    return consignor


def own_title(first: Cells, more: Cells) -> str:
    """The title of a further row, if it is another than the lot's: it is that of the row's patent."""
    for name in TITLES:
        at = more.place(name)
        if at is not None and at not in more.row.merged and more.filled(name):
            title = more.text(name)
            return "" if title == " ".join(clean(first.row.cells[at])[0].split()) else title
    return ""


def filled_down(
    rows: Sequence[FileRow], columns: Mapping[str, Sequence[int]], heading: FileRow
) -> Iterator[FileProblem]:
    """One remark a column whose merged cells were filled in for the lots below; those of a package are expected."""
    for name, places in columns.items():
        for at in places:
            lines = [row.line for row in rows if at in row.merged and name not in OF_PATENTS]
            if lines:
                params = {"line": lines[0], "last": lines[-1]}
                yield FileProblem(lines[0], short(heading.cells[at]), "MERGED_FILLED", params)
