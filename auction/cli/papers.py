"""The command for papers: makes one, keeps it, and writes its file."""

from pathlib import Path

import click

from ..papers.cabinet import Cabinet, Incomplete
from ..papers.kinds import LANGUAGES, PAPER_KINDS, SALE
from ..words.i18n import translate
from .shared import fail, open_parts, sale_named


@click.command()
@click.argument("slug")
@click.argument("kind", type=click.Choice(list(PAPER_KINDS)))
@click.option("--lot", "--paddle", "--patent", "about", default="", metavar="N", help="What it is about.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True, help="Language of the paper.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The PDF; *.docx for a draft.",
)
def paper(slug: str, kind: str, about: str, lang: str, out: Path) -> None:
    """Make a paper of a sale, keep it, write its PDF.

    Exit status 1: the data lack something, which is named.
    """
    of = PAPER_KINDS[kind].of
    if bool(about) == (of == SALE):
        raise click.UsageError(f"A {kind} is about the whole sale." if about else f"A {kind} needs --{of} N.")
    parts = open_parts()
    cabinet = Cabinet(parts)
    try:
        made = cabinet.make(cabinet.dossier(sale_named(parts, slug)), kind, about)
        raw = cabinet.word_file(made, lang) if out.suffix == ".docx" else cabinet.file(made, lang)
    except Incomplete as error:
        for each in error.draft.lacks:
            click.echo(translate("en", each.what, name=each.named), err=True)
        fail(f"Not made. Missing: {len(error.draft.lacks)}.")
    out.write_bytes(raw)
    click.echo(f"{made.number}, version {made.version}")
