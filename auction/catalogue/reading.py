"""A file of lots becomes drafts of lots, all of them or none.

Columns, rules and codes are described in docs/catalogue.md; tests/catalogue/test_documented.py holds that page true.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from ..words.amounts import unit_of
from . import facts, terms
from .cells import CellReport, Cells
from .choices import LEFT_OUT, NO_CHOICES, Choices
from .columns import AMOUNTS, COLUMNS, FoundColumn, find_column, folded, is_passed_over, known_headings
from .csv_rows import MAX_PREAMBLE, FileProblem, FileRow, Unreadable
from .drafts import Catalogue, FileColumn, Layout, LotDraft
from .increments import read_increment
from .origins import origin_of
from .packages import RowsOfLot, check_more, filled_down, own_title, rows_of_lots
from .patent_cells import read_patents, with_title
from .sheets import read_sheet
from .tables import SheetTable, make_table, short
from .workbook import Sheet

MAX_SHOWN = 500  # errors, and as many warnings; a last one says how many more there are
MAX_ALIKE = 20  # remarks of one kind about one column
_EXAMPLES = 3


def read_catalogue(data: bytes, filename: str, currency: str, choices: Choices = NO_CHOICES) -> Catalogue:
    """Read a CSV or XLSX file into lots of a sale in this currency. Pure; never raises, whatever the bytes; the name
    decides nothing."""

    by_hand = _ByHand.of(choices)

    def score(cells: Sequence[str]) -> int:
        return known_headings([_HAND.get(by_hand.column(cell) or "", cell) for cell in cells])

    sheet = Sheet(())
    try:
        sheet = read_sheet(data, score, choices.sheet)
        table = make_table(sheet, score, choices)
    except Unreadable as unreadable:
        return Catalogue(filename, (), (unreadable.problem,), (), layout=_layout(sheet) if sheet.rows else None)
    report = CellReport(currency, choices.day_order, errors=list(table.errors), warnings=list(table.warnings))
    columns = _columns(table, report, by_hand)
    lots = tuple(_drafts(table, columns, report))
    if _is_cut(sheet, report):
        cut = FileProblem(sheet.rows[-1].line, "", "FILE_CUT")
        return Catalogue(filename, (), (cut,), (), layout=_layout(sheet))
    if not lots:
        report.errors.append(FileProblem(table.heading.line, "", "NO_LOTS_BELOW"))
    shown = _layout(sheet, table, columns, asks_day_order=report.asks_day_order)
    good = () if report.errors else lots
    return Catalogue(filename, good, _first(report.errors), _first(_in_short(report.warnings)), lots, shown)


_HAND = {name: headings[0] for name, (_longest, headings) in COLUMNS.items()}
"""A heading that is mapped by hand counts as our own name of the column."""
_WANTED = {name: " / ".join(COLUMNS[name][1][1::-1]) for name in ("title", "patents")}


def _is_cut(sheet: Sheet, report: CellReport) -> bool:
    """Whether a text ends within its last row, before the patents of a lot."""
    last = sheet.rows[-1].line
    few = {each.line for each in report.warnings if each.code == "TOO_FEW_CELLS"}
    none = {each.line for each in report.errors if each.code == "MISSING_VALUE"}
    return sheet.is_cut and last in few & none


def _in_short(warnings: list[FileProblem]) -> list[FileProblem]:
    """The first of many remarks of one kind about one column, and how many more there are. So a rare one is seen."""
    alike: dict[tuple[str, str], list[FileProblem]] = {}
    for each in warnings:
        alike.setdefault((each.code, each.column), []).append(each)
    shown: list[FileProblem] = []
    for (_code, column), rows in alike.items():
        shown += rows[:MAX_ALIKE]
        if len(rows) > MAX_ALIKE:
            more = {"count": len(rows) - MAX_ALIKE}
            shown.append(FileProblem(rows[MAX_ALIKE].line, column, "MORE_PROBLEMS", more))
    return shown


def _first(problems: list[FileProblem]) -> tuple[FileProblem, ...]:
    ordered = sorted(problems, key=lambda problem: problem.line)
    more = len(ordered) - MAX_SHOWN
    return (*ordered[:MAX_SHOWN], *([FileProblem(0, "", "MORE_PROBLEMS", {"count": more})] if more > 0 else []))


def _drafts(table: SheetTable, columns: Mapping[str, Sequence[int]], report: CellReport) -> Iterator[LotDraft]:
    """The lots in the order of the file; those without a number get the lowest free ones."""
    of_lots = list(rows_of_lots(table.rows, columns, report.warnings))
    report.warnings.extend(filled_down([each.first for each in of_lots], columns, table.heading))
    drafts = [_draft(each, table.heading, columns, report) for each in of_lots]
    taken = {draft.lot for draft in drafts}
    free = (str(number) for number in count(1) if str(number) not in taken)
    return (draft if draft.lot else replace(draft, lot=next(free)) for draft in drafts)


def _draft(rows: RowsOfLot, heading: FileRow, columns: Mapping[str, Sequence[int]], report: CellReport) -> LotDraft:
    first = Cells(rows.first, heading, columns, report)
    draft = _lot(first)
    for row in rows.more:
        more = Cells(row, heading, columns, report)
        if consignor := check_more(first, more):
            draft = replace(draft, consignor=f"{draft.consignor}；{consignor}".strip("；"))
        known = {each.number or each.written for each in draft.patents}
        title = own_title(first, more)
        if title and row is rows.more[0]:
            draft = replace(draft, patents=with_title(draft.patents, draft.title_zh or draft.title_en))
        for each in with_title(read_patents(more), title):
            if (each.number or each.written) in known:
                more.warn("patents", "PATENT_TWICE", number=each.written)
            else:
                draft = replace(draft, patents=(*draft.patents, each))
    if rows.more:
        params = {"line": rows.more[-1].line, "count": len(draft.patents)}
        first.warn("patents", "PACKAGE_JOINED", **params)
    return draft


def _lot(cells: Cells) -> LotDraft:
    title_zh, title_en = cells.by_language("title")
    abstract_zh, abstract_en = cells.by_language("abstract")
    start, reserve = cells.amount("start"), cells.amount("reserve")
    low, high = cells.amount("estimate_low"), cells.amount("estimate_high")
    cells.check_currency()
    form, own = terms.read_terms(cells, terms.Prices(start, reserve))
    if start and reserve and reserve < start:
        cells.error("reserve", "RESERVE_BELOW_START")
    if low and high and low > high:
        cells.error("estimate_low", "ESTIMATE_REVERSED")
        low = high = None
    return LotDraft(
        line=cells.row.line, lot=cells.lot(), patents=read_patents(cells),
        title_zh=title_zh, title_en=title_en, abstract_zh=abstract_zh, abstract_en=abstract_en,
        start_minor=start, reserve_minor=reserve, increment=read_increment(cells, start), format=form, own=own,
        deposit_minor=cells.amount("deposit"), estimate_low_minor=low, estimate_high_minor=high,
        field=cells.text("field"), consignor=cells.consignor(), defects=cells.text("defects"),
        transfer_type=cells.text("transfer_type"), facts=facts.read_lot_facts(cells),
    )  # fmt: skip


# --- columns ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ByHand:
    """The columns that a person, or an earlier file, has given to headings and places.

    It is asked for every cell of the first rows, so headings are folded once.
    """

    places: Mapping[str, str]
    headings: Mapping[str, str]

    @classmethod
    def of(cls, choices: Choices) -> "_ByHand":
        headings = {folded(heading): name for heading, name in {**choices.remembered, **choices.columns}.items()}
        return cls(choices.columns, headings)

    def column(self, heading: str, at: int | None = None) -> str | None:
        """None: neither has. Without a place the heading alone counts."""
        by_place = None if at is None else self.places.get(f"#{at + 1}")
        return by_place if by_place is not None else self.headings.get(folded(heading))


def _found(by_hand: _ByHand, heading: str, at: int, of_origin: Mapping[str, str]) -> FoundColumn:
    by_itself = find_column(heading)
    chosen = by_hand.column(heading, at)
    if chosen is None:
        chosen = of_origin.get(folded(heading), by_itself.name)
    if chosen == by_itself.name:
        return by_itself
    if chosen not in COLUMNS:
        return FoundColumn(LEFT_OUT)
    unit = re.search(r"[(\[/]([^()\[\]/]+)[)\]]?$", unicodedata.normalize("NFKC", heading))
    return FoundColumn(chosen, -1 - at, folded(unit[1]) if unit and chosen in AMOUNTS else "")


def _columns(table: SheetTable, report: CellReport, by_hand: _ByHand) -> dict[str, list[int]]:
    """The place of each column. Several headings of one column fill in for each other, the better name first."""
    ranked: dict[str, dict[int, int]] = {}
    units: dict[int, str] = {}
    heading, shown = table.heading, [short(text) for text in table.heading.cells]
    origin = origin_of(heading.cells)
    of_origin = {folded(each): name for each, name in origin.columns.items()} if origin else {}
    if origin:
        report.warnings.append(FileProblem(0, "", "ORIGIN", {"name": origin.name}))
    for at, text in enumerate(heading.cells):
        found = _found(by_hand, text, at, of_origin)
        if found.name == LEFT_OUT:
            continue
        if not found.name and shown[at] and not is_passed_over(text):
            report.warnings.append(FileProblem(heading.line, shown[at], "UNKNOWN_COLUMN"))
        elif found.name and found.rank in ranked.setdefault(found.name, {}):
            report.errors.append(FileProblem(heading.line, shown[at], "DUPLICATE_COLUMN"))
        elif found.name and (unit := _unit(found, shown[at], table, report)) is not None:
            ranked[found.name][found.rank] = at
            units[at] = unit
    report.units = units
    columns = {name: [at for _, at in sorted(places.items())] for name, places in ranked.items() if places}
    for first, *others in columns.values():
        params = {"first": shown[first]}
        report.warnings.extend(FileProblem(heading.line, shown[other], "SECOND_COLUMN", params) for other in others)
    for wanted in (("title", "title_zh", "title_en"), ("patents",)):
        if not columns.keys() & set(wanted):
            report.errors.append(FileProblem(heading.line, wanted[0], "MISSING_COLUMN", {"wanted": _WANTED[wanted[0]]}))
    return columns


_UNIT_ABOVE = re.compile(r"单位\s*[:：]\s*(?:人民币)?\s*([百千万亿]+)元?")


def _unit(found: FoundColumn, heading: str, table: SheetTable, report: CellReport) -> str | None:
    """The unit of a column of amounts (万), from its heading, or from 单位：万元 above the table.

    None: the heading names another currency or unit, and the column is not read.
    """
    if found.name not in AMOUNTS:
        return ""
    if found.unit:
        power = "%" if found.unit in ("%", "percent") else unit_of(found.unit, report.currency)
        if power is None or (power == "%" and found.name != "increment"):
            params = {"unit": found.unit[:20], "currency": report.currency}
            report.errors.append(FileProblem(table.heading.line, heading, "UNIT", params))
            return None
    else:
        above = unicodedata.normalize("NFKC", " ".join(cell for row in table.above for cell in row.cells))
        power = match[1] if (match := _UNIT_ABOVE.search(above)) else ""
    if power and power != "%":
        report.warnings.append(FileProblem(table.heading.line, heading, "UNIT_CONVERTED", {"unit": power}))
    return power


def _layout(
    sheet: Sheet,
    table: SheetTable | None = None,
    columns: Mapping[str, Sequence[int]] | None = None,
    *,
    asks_day_order: bool = False,
) -> Layout:
    """The look of a file, for a person who may choose."""
    top = tuple(
        (row.line, short(" · ".join(cell for cell in row.cells if cell.strip()))) for row in sheet.rows[:MAX_PREAMBLE]
    )
    if table is None:
        return Layout(sheet.names, sheet.name, top=top)
    names = {at: name for name, places in (columns or {}).items() for at in places}
    of_file = tuple(
        FileColumn(text, names.get(at, ""), tuple(short(row.cells[at]) for row in table.rows[:_EXAMPLES]))
        for at, text in enumerate(table.heading.cells)
    )
    return Layout(
        sheet.names, sheet.name, table.heading.line, top, of_file, table.has_hidden, asks_day_order=asks_day_order
    )
