"""The command that reads a file of lots, and adds them to a draft sale."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from models.rows import SaleRow, SaleStatus

from ..base.rejected import Rejected
from ..catalogue.choices import LEFT_OUT, Choices, DayOrder
from ..catalogue.columns import COLUMNS, find_column
from ..catalogue.csv_rows import MAX_FILE, FileProblem
from ..catalogue.drafts import Catalogue, Layout
from ..catalogue.house_columns import HouseColumns
from ..catalogue.importing import clashes, deposit_remark, import_lots, lot_row
from ..catalogue.preview import stored
from ..catalogue.reading import read_catalogue
from ..catalogue.told import ToldProblem, tell
from ..parts import Parts
from ..sales.checks import check_lot
from .shared import language, open_parts

FIRST_LOTS = 12


def _mapped(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """The columns by heading, of options like `start=起价`."""
    columns = {}
    for each in given:
        name, between, heading = each.partition("=")
        known = name if name in (*COLUMNS, LEFT_OUT) else find_column(name).name
        if not between or not heading or not known:
            raise click.BadParameter(f"{each}: write COLUMN=HEADING, and name a column of docs/catalogue.md.")
        columns[heading] = known
    return columns


@click.command("import-catalogue")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sale", "slug", metavar="SLUG", help="The draft that the lots are added to; not needed for a dry run.")
@click.option("--sheet", default="", metavar="NAME", help="The sheet to read; else the first one with headings.")
@click.option(
    "--header-row", type=click.IntRange(1), metavar="N", help="The row of the headings, as the file shows it."
)
@click.option(
    "--map", "columns", multiple=True, metavar="COLUMN=HEADING", callback=_mapped, help="-=HEADING: leave out."
)
@click.option("--hidden", type=click.Choice(["leave", "take"]), default="leave", help="Hidden rows and columns.")
@click.option("--dates", type=click.Choice(list(DayOrder)), help="Which number of 05/06/2010 is the day.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON, with every lot as it is stored.")
@language
def import_catalogue(file: Path, slug: str | None, lang: str, **options: Any) -> None:
    """Add the lots of a CSV or XLSX file to a draft sale."""
    dry_run: bool = options["dry_run"]
    if slug is None and not dry_run:
        raise click.UsageError("Name the draft with --sale, or use --dry-run.")
    parts = open_parts() if slug else None
    sale = parts.sales.find(slug) if parts and slug else None
    memory = HouseColumns(parts.store) if parts else None
    house = sale.house_org or "" if sale else ""
    choices = _choices(options, memory.of(house) if memory else {})
    currency = sale.currency if sale else "CNY"
    if sys.stderr.isatty():
        click.echo(f"Reading {file.name} …", err=True)
    with file.open("rb") as opened:
        catalogue = read_catalogue(opened.read(MAX_FILE + 1), file.name, currency, choices)
    errors = list(catalogue.errors)
    if not errors and parts is not None:
        errors = _imported(parts, sale, catalogue, dry_run=dry_run)
    if not errors and memory is not None and not dry_run:
        memory.remember(house, catalogue.layout, choices)
    remark = None if errors else deposit_remark(catalogue, sale)
    warnings = [*([remark] if remark else []), *catalogue.warnings]
    outcome = _Outcome(
        catalogue,
        [tell(each, lang, catalogue.layout) for each in errors],
        [tell(each, lang, catalogue.layout) for each in warnings],
        [stored(draft, currency) for draft in catalogue.read],
    )
    if options["as_json"]:
        click.echo(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
    else:
        outcome.print(dry_run=dry_run)
    sys.exit(1 if errors else 0)


def _choices(options: Mapping[str, Any], remembered: Mapping[str, str]) -> Choices:
    return Choices(
        sheet=options["sheet"],
        header_row=options["header_row"],
        columns=options["columns"],
        remembered=remembered,
        take_hidden=options["hidden"] == "take",
        day_order=DayOrder(options["dates"]) if options["dates"] else None,
    )


def _imported(parts: Parts, sale: SaleRow | None, catalogue: Catalogue, *, dry_run: bool) -> list[FileProblem]:
    """Import the lots unless it is a dry run; the reasons why the sale cannot take them."""
    if sale is None:
        return [FileProblem(0, "", "UNKNOWN_SALE")]
    if sale.status != SaleStatus.DRAFT:
        return [FileProblem(0, "", "PUBLISHED_ALREADY")]
    wrong = [
        FileProblem(each.line, "lot", "LOT_EXISTS", {"lot": each.lot})
        for each in clashes(parts.sales, sale.id, catalogue)
    ]
    for draft in catalogue.lots:
        try:
            check_lot(lot_row(draft))
        except Rejected as error:
            wrong.append(FileProblem(draft.line, error.field, error.code, dict(error.params)))
    if not wrong and not dry_run:
        try:
            import_lots(parts.sales, sale.id, catalogue, take_deposit=True)
        except Rejected as error:
            wrong.append(FileProblem(0, error.field, error.code, dict(error.params)))
    return wrong


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The words of the command: every problem, and every lot as it is stored."""

    catalogue: Catalogue
    errors: Sequence[ToldProblem]
    warnings: Sequence[ToldProblem]
    rows: Sequence[Mapping[str, str]]

    @property
    def lots(self) -> int:
        return 0 if self.errors else len(self.catalogue.lots)

    def print(self, *, dry_run: bool) -> None:
        """For a person: a line for each problem, in a dry run the first lots, and one line for all."""
        for kind, problems in (("error", self.errors), ("warning", self.warnings)):
            for each in problems:
                place = ": ".join(str(part) for part in (self.catalogue.filename, each.line, each.column) if part)
                click.echo(f"{place}: {kind}: {each.message} [{each.code}]")
        for row in self.rows[:FIRST_LOTS] if dry_run else ():
            click.echo(" | ".join(f"{name}: {', '.join(text.splitlines())}" for name, text in row.items() if text))
        done = "Nothing was imported" if self.errors else "Nothing was imported yet" if dry_run else "Imported"
        click.echo(f"{done}. Lots: {self.lots}, errors: {len(self.errors)}, warnings: {len(self.warnings)}.")

    def as_json(self) -> dict[str, object]:
        """For a program: the same, with the columns of the file and all lots."""
        layout = self.catalogue.layout or Layout()
        return {
            "lots": self.lots,
            "errors": [asdict(each) for each in self.errors],
            "warnings": [asdict(each) for each in self.warnings],
            "sheet": layout.sheet,
            "header_row": layout.heading_line,
            "columns": {each.heading: each.name for each in layout.columns},
            "rows": [{name: text for name, text in row.items() if text} for row in self.rows],
        }
