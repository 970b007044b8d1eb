"""The command for reports: writes one of a sale to a file. The server starts it too, for long ones."""

import sys
from pathlib import Path

import click

from ..papers.cells import EXPORT_LANGUAGES
from ..papers.reports import REPORTS, source_apart
from ..papers.tables import table
from ..papers.writers import FILE_FORMS, SEPARATORS
from .shared import STDIN, open_parts, sale_named


@click.command()
@click.argument("slug")
@click.argument("report", type=click.Choice(list(REPORTS)))
@click.option("--format", "form", type=click.Choice(list(FILE_FORMS)), default="csv", show_default=True)
@click.option(
    "--lang",
    type=click.Choice(EXPORT_LANGUAGES),
    default="en",
    show_default=True,
    help="Language of headings and words; codes: stable names and codes alone, for a program.",
)
@click.option("--separator", type=click.Choice(list(SEPARATORS)), default="comma", help="What divides cells in CSV.")
@click.option("--out", default="-", metavar="FILE", help="Where to write; - is standard output.")
def export(slug: str, report: str, form: str, out: str, **how: str) -> None:
    """Write a report of a sale to a file.

    Exit status 1: rows are not what the record says. They are named, and marked in the file.
    """
    parts = open_parts()
    of = source_apart(parts, sale_named(parts, slug), report)
    rows = table(of, report, how["lang"], SEPARATORS[how["separator"]])
    if out == STDIN:
        if form == "xlsx" and sys.stdout.isatty():
            raise click.UsageError("A workbook is nothing for a screen: name a file with --out.")
        FILE_FORMS[form].write(rows, sys.stdout.buffer)
        sys.stdout.flush()
    else:
        target = Path(out).resolve()
        is_device = target.exists() and not target.is_file()  # a pipe, say: it is written to, never replaced
        draft = target if is_device else target.with_name(f"{target.name}.part")
        with draft.open("wb") as file:
            FILE_FORMS[form].write(rows, file)
        if not is_device:
            draft.replace(target)
    for each in of.differs:
        click.echo(f"Not what the record says: {': '.join(each)}", err=True)
    sys.exit(1 if of.differs else 0)


if __name__ == "__main__":
    export()
