"""Reports for the organizer, as files."""

from flask import Blueprint, Response

from ....base import runtime
from ....papers.reports import REPORTS, source
from ....papers.writers import FILE_FORMS, to_bytes
from ...current import parts, sale_or_404
from ...errors import Problem
from ...locale import current_locale

blueprint = Blueprint("exports", __name__)


@blueprint.get("/organizer/sales/<slug>/export/<report>.<form>")
def download(slug: str, report: str, form: str) -> Response:
    """A report of a sale in a form of file, with headings in the reader's language."""
    sale = sale_or_404(slug, drafts=True)
    if report not in REPORTS or form not in FILE_FORMS:
        raise Problem("NOT_FOUND")
    raw = runtime.offload(to_bytes, source(parts(), sale, report), report, form, current_locale())
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{report}.{form}"'}
    return Response(raw, content_type=FILE_FORMS[form].content_type, headers=headers)
