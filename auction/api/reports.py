"""Reports of a sale as files, in every form that the organizer's page offers."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import fields, validate

from ..papers.cells import CODES, EXPORT_LANGUAGES
from ..papers.reports import REPORTS
from ..papers.writers import FILE_FORMS, SEPARATORS
from ..web.errors import Problem
from ..web.pages.organizer.exports import report_file
from .asking import sale_of_caller
from .fields import FieldsAsked
from .routes import CSV, JSON, WORKBOOK, Resource

report_routes = Resource("reports", "Reports of a sale as files, for its organizer and its cashier (docs/exports.md).")


class ReportAsked(FieldsAsked):
    """How a report is wanted."""

    format = fields.String(load_default="csv", validate=validate.OneOf(list(FILE_FORMS)))
    lang = fields.String(
        load_default=CODES,
        validate=validate.OneOf(EXPORT_LANGUAGES),
        metadata={"description": "codes: stable names and codes alone, for a program"},
    )
    separator = fields.String(
        load_default="comma",
        validate=validate.OneOf(list(SEPARATORS)),
        metadata={"description": "what divides the cells of a CSV file"},
    )


@report_routes.get("/sales/<slug>/reports/<report>", None, query=ReportAsked, files=(CSV, WORKBOOK, JSON))
def read_report(query: Mapping[str, Any], slug: str, report: str) -> Response:
    """A report as a file: results, lots, bids, bidders, deposits, settlement or cases."""
    row = sale_of_caller(slug)
    if report not in REPORTS:
        raise Problem("NOT_FOUND")
    return report_file(row, report, query["format"], language=query["lang"], separator=query["separator"])
