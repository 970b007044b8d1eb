"""Reads the lots that a program pushes as a catalogue file: the same columns, rules and sentences."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from marshmallow import Schema, fields

from models.rows import SaleRow, SaleStatus

from ..base.rejected import Rejected
from ..catalogue.columns import COLUMNS
from ..catalogue.csv_rows import FileProblem
from ..catalogue.drafts import Catalogue
from ..catalogue.importing import import_lots
from ..catalogue.reading import read_catalogue
from ..web.current import parts
from ..words.amounts import major
from ..words.sentences import sentence
from .fields import MINOR, ShownFields, whole


class ProblemSchema(Schema):
    """Something about a lot that is wrong, or that may be meant otherwise."""

    index = whole("which lot of the list, from 0; -1: the list itself", required=True)
    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class PushedSchema(Schema):
    """The lots are those of the draft now, unless it was a dry run."""

    count = whole("how many lots", required=True)
    dry_run = fields.Boolean(required=True)
    warnings = fields.List(fields.Nested(ProblemSchema), required=True)


@dataclass(frozen=True, slots=True)
class LotProblem:
    """A problem of a lot in a list."""

    index: int
    of: FileProblem

    def told(self, locale: str, currency: str) -> dict[str, object]:
        """The problem for `ProblemSchema`."""
        words = sentence(locale, self.of.code, self.of.params, currency)
        return {"index": self.index, "field": self.of.column, "code": self.of.code, "message": words}


@dataclass(frozen=True, slots=True)
class PushedLots:
    """A list of lots as it was read."""

    catalogue: Catalogue
    problems: Sequence[LotProblem]
    warnings: Sequence[LotProblem]


def catalogue_of(lots: Sequence[Mapping[str, Any]], currency: str) -> PushedLots:
    """Read a list of lots as a catalogue file with their names as headings; pure."""
    names = list(dict.fromkeys(_heading(name) for lot in lots for name in lot))
    rows = [_cells(lot, names, currency) for lot in lots]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([names, *rows])
    catalogue = read_catalogue(out.getvalue().encode("utf-8", "replace"), "api.csv", currency)
    begins = list(accumulate((1 + sum(cell.count("\n") for cell in row) for row in rows), initial=2))
    of_line = {line: index for index, line in enumerate(begins[:-1])}

    def placed(problems: Sequence[FileProblem]) -> list[LotProblem]:
        return [LotProblem(of_line.get(each.line, -1), each) for each in problems]

    return PushedLots(catalogue, placed(catalogue.errors), placed(catalogue.warnings))


def _heading(name: str) -> str:
    """A column of the catalogue; an amount may be named with its unit."""
    plain = name.removesuffix(MINOR)
    return plain if plain in COLUMNS else name[:60]


def _cells(lot: Mapping[str, Any], names: Sequence[str], currency: str) -> list[str]:
    told = {_heading(name): _cell(name, value, currency) for name, value in lot.items()}
    return [told.get(name, "") for name in names]


def _cell(name: str, value: Any, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    if name.endswith(MINOR) and type(value) is int and abs(value) < 2**53:
        return str(major(value, currency))
    return "\n".join(_lines(str(value)))


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.strip())


def pushed(row: SaleRow, read: PushedLots, *, dry_run: bool) -> ShownFields:
    """Put the lots into a draft in the place of its own, unless it is a dry run. Raises Rejected."""
    if row.status is not SaleStatus.DRAFT:
        raise Rejected("PUBLISHED_ALREADY")
    if not dry_run:
        import_lots(parts().sales, row.id, read.catalogue, replace_all=True)
    warnings = [each.told("en", row.currency) for each in read.warnings]
    return {"count": len(read.catalogue.lots), "dry_run": dry_run, "warnings": warnings}
