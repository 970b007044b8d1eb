"""Reports for the organizer, as files: the page that offers them, and each file."""

from flask import Blueprint, Response, render_template, request

from models.rows import SaleRow

from ....papers.apart import ReportFile, report_bytes
from ....papers.cells import EXPORT_LANGUAGES
from ....papers.headings import REPORT_NAMES
from ....papers.reports import OF_ORGANIZERS, REPORTS
from ....papers.writers import FILE_FORMS, SEPARATORS
from ...auth import may_here
from ...current import parts, sale_or_404
from ...errors import Problem
from ...locale import current_locale

blueprint = Blueprint("exports", __name__)


@blueprint.get("/organizer/sales/<slug>/export")
def page(slug: str) -> str:
    """Every report in every form, in the language and with the separator that were chosen."""
    language, separator = _choice("lang", EXPORT_LANGUAGES, current_locale()), _choice("separator", SEPARATORS, "comma")
    names = {report: REPORT_NAMES[report] for report in REPORTS if _may_have(report)}
    known = {"sale": sale_or_404(slug, drafts=True), "names": names, "forms": list(FILE_FORMS), "tab": "exports"}
    return render_template("organizer_exports.html", **known, language=language, separator=separator)


@blueprint.get("/organizer/sales/<slug>/export/<report>.<form>")
def download(slug: str, report: str, form: str) -> Response:
    """A report of a sale in a form of file; without a choice with headings in the reader's language."""
    sale = sale_or_404(slug, drafts=True)
    if report not in REPORTS or form not in FILE_FORMS:
        raise Problem("NOT_FOUND")
    if not _may_have(report):
        raise Problem("FORBIDDEN")
    language, separator = _choice("lang", EXPORT_LANGUAGES, current_locale()), _choice("separator", SEPARATORS, "comma")
    return report_file(sale, report, form, language=language, separator=separator)


def report_file(sale: SaleRow, report: str, form: str, *, language: str, separator: str) -> Response:
    """A report as an answer. A long one is sent in pieces."""
    pieces = report_bytes(parts(), sale, ReportFile(report, form, language, separator))
    headers = {"Content-Disposition": f'attachment; filename="{sale.slug}-{report}.{form}"'}
    return Response(pieces, content_type=FILE_FORMS[form].content_type, headers=headers)


def _may_have(report: str) -> bool:
    """Whether the caller may have a report: some are for the organizer alone."""
    return report not in OF_ORGANIZERS or may_here("organizer_trail.trail")


def _choice(name: str, allowed: "tuple[str, ...] | dict[str, str]", otherwise: str) -> str:
    """A value of the address that is one of a list. Raises Problem for another."""
    value = request.args.get(name, otherwise)
    if value not in allowed:
        raise Problem("MALFORMED", field=name)
    return value
