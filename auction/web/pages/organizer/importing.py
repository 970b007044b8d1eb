"""The import of a catalogue: a dry run that shows every problem, then the very same file, all or nothing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow, SaleStatus

from ....base.rejected import Rejected
from ....base.runtime import offload
from ....catalogue.columns import COLUMNS
from ....catalogue.importing import Uploads, clashes, import_lots
from ....catalogue.reading import Catalogue, read_catalogue
from ....people.parties import parties_of
from ...current import parts
from ...locale import current_locale, said
from ...locale import gettext as _
from .sale import organizers_sale

blueprint = Blueprint("organizer_import", __name__)

Page = Response | str | tuple[str, int]
PREVIEW = 12


@blueprint.route("/organizer/sales/<slug>/import", methods=["GET", "POST"])
def upload(slug: str) -> Page:
    """Choose a file, and see what it holds and every problem in it; nothing is imported yet."""
    row = _draft(slug)
    if request.method == "GET":
        return _page(row)
    file = request.files.get("file")
    data = file.read() if file else b""
    if file is None or not data:
        return _page(row, error=_("Choose a file that is not empty.")), 422
    catalogue = offload(read_catalogue, data, file.filename or "", row.currency)
    page = _page(row, catalogue=catalogue, key="" if catalogue.errors else _uploads().keep(data))
    return (page, 422) if catalogue.errors else page


@blueprint.post("/organizer/sales/<slug>/import/confirm")
def confirm(slug: str) -> Page:
    """Import the file that was looked at, all or nothing."""
    row = _draft(slug)
    data = _uploads().find(request.form.get("key", ""))
    if data is None:
        return _page(row, error=_("The file was kept for an hour and has gone. Please choose it again.")), 410
    key, replace = request.form.get("key", ""), bool(request.form.get("replace"))
    filename = request.form.get("filename", "")[:200]
    catalogue = offload(read_catalogue, data, filename, row.currency)
    if catalogue.errors or not catalogue.lots:
        return _page(row, catalogue=catalogue), 422
    try:
        import_lots(parts().sales, row.id, catalogue, replace_all=replace)
    except Rejected as error:
        return _page(row, catalogue=catalogue, key=key, error=said(error.code, error.params)), 422
    flash(_("Lots imported: %(count)s.", count=len(catalogue.lots)))
    return redirect(url_for("organizer_lots.lots", slug=slug))


def _draft(slug: str) -> SaleRow:
    row = organizers_sale(slug)
    if row.status is not SaleStatus.DRAFT:
        raise Rejected("PUBLISHED_ALREADY")
    return row


def _uploads() -> Uploads:
    return Uploads(parts().config.instance / "uploads", parts().clock)


def _page(row: SaleRow, catalogue: Catalogue | None = None, key: str = "", error: str | None = None) -> str:
    zh = current_locale() == "zh"
    return render_template(
        "organizer_import.html",
        tab="import",
        sale=row,
        catalogue=catalogue,
        key=key,
        error=error,
        describe=lambda problem: said(problem.code, problem.params),
        clashes=clashes(parts().sales, row.id, catalogue) if catalogue else [],
        there=len(parts().sales.lots(row.id)),
        preview=PREVIEW,
        parties_of=parties_of,
        columns=[(name, headings[1] if zh else headings[0]) for name, (_longest, headings) in COLUMNS.items()],
    )
