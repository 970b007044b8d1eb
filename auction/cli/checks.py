"""The commands that check: a journal, a public record, what clients saw, a scenario."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..audit.check import checking
from ..audit.check.export import journal_lines
from ..audit.check.files import Malformed as MalformedFile
from ..audit.check.together import Terms
from ..audit.replay import explain, replay
from ..audit.scenario import BadScenario
from ..audit.trail import verify_trail
from ..audit.verify import verify_record, verify_sale
from ..words import i18n
from .shared import STDIN, fail, language, open_parts, sale_named


@click.command()
@click.argument("slug", required=False)
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE", help="A public record instead of a sale.")
@click.option("--head", metavar="HASH", help="A head that was noted earlier; the record must have come to it.")
@click.option("--house", is_flag=True, help="The trail of the house: rows that belong to no sale.")
def verify(slug: str | None, record: Path | None, head: str | None, *, house: bool) -> None:
    """Check a sale's journal and trail, or a public record.

    Chains, every event and every result are recomputed by the rules. Exit status 1 names the first bad number.
    """
    if [slug is not None, record is not None, house].count(True) != 1:
        raise click.UsageError("Name a sale, or a public record with --record, or --house.")
    if record is not None:
        reports = [verify_record(record, head)]
    else:
        parts = open_parts()
        reports = [] if slug is None else [verify_sale(parts, slug, head)]
        reports += [verify_trail(parts, slug)] if all(each.ok for each in reports) else []
    click.echo("\n".join(each.text for each in reports))
    sys.exit(0 if all(each.ok for each in reports) else 1)


@click.command("export-journal")
@click.argument("slug")
@click.option("--out", default=STDIN, metavar="FILE", help="Where to write; - is standard output.")
def export_journal(slug: str, out: str) -> None:
    """Write a sale's whole journal for `check`.

    Its secrets are in it: reserves, limits, maxima, holders of paddles. Keep the file where only the house reads it.
    """
    parts = open_parts()
    lines = journal_lines(parts.store, sale_named(parts, slug).id, parts.sealer)
    if out == STDIN:
        sys.stdout.buffer.writelines(lines)
        sys.stdout.flush()
    else:
        with Path(out).open("wb") as file:
            file.writelines(lines)


@click.command()
@click.option("--journal", type=click.Path(path_type=Path), required=True, metavar="FILE", help="From export-journal.")
@click.option("--clients", type=click.Path(path_type=Path), multiple=True, metavar="FILE…", help="What clients saw.")
@click.argument("more", type=click.Path(path_type=Path), nargs=-1, metavar="")
@click.option("--complete", is_flag=True, help="Every client kept a file: a bid in none of them was invented.")
@click.option("--clock-error-ms", type=int, default=0, help="How far apart the clocks of the clients may be.")
@click.option("--answer-ms", type=int, help="99.9 % of what was sent must have been answered within this time.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def check(
    journal: Path,
    clients: tuple[Path, ...],
    more: tuple[Path, ...],
    as_json: bool,
    **terms: Any,
) -> None:
    """Hold what clients saw against a sale's journal.

    docs/checker.md describes the files. Exit status 1: one line for each violation. Exit status 2: a file is malformed.
    """
    try:
        checked = checking.check(journal, (*clients, *more), Terms(**terms))
    except MalformedFile as error:
        fail(str(error), 2)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", 2)
    if as_json:
        click.echo(_pretty(checked.as_json()))
    else:
        click.echo("\n".join(checked.findings.lines() or [_held(checked.figures)]))
    sys.exit(0 if checked.ok else 1)


def _held(figures: dict[str, int]) -> str:
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in figures.items())
    return f"Everything holds: {told}."


@click.command("replay")
@click.argument("file", metavar="FILE")
@click.option("--explain", "in_words", is_flag=True, help="Tell the story of every lot instead of printing JSON.")
@language
def play(file: str, in_words: bool, lang: str) -> None:
    """Play a scenario through the rules, without a server.

    FILE is a scenario in JSON; - reads standard input. Exit status 2: the file is none, one line says where.
    """
    try:
        scenario = _scenario(file)
        lines = explain(scenario, partial(i18n.translate, lang)) if in_words else [_pretty(replay(scenario))]
    except BadScenario as error:
        fail(f"{file}: {error}", 2)
    click.echo("\n".join(lines))


def _scenario(file: str) -> Any:
    try:
        if file == STDIN:
            return json.load(sys.stdin.buffer)
        with Path(file).open("rb") as opened:
            return json.load(opened)
    except OSError as error:
        raise BadScenario(str(error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise BadScenario(f"it is no JSON ({error})") from error


def _pretty(outcome: Any) -> str:
    return json.dumps(outcome, ensure_ascii=False, indent=2)


COMMANDS = (verify, export_journal, check, play)
