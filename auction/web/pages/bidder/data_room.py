"""The data room of a lot, for admitted bidders."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....papers.watermark import watermarked
from ....sales.documents import DocumentPlace
from ...attached import file_answer
from ...auth import me
from ...current import parts, sale_or_404
from ...errors import Problem
from ...locale import gettext as _
from ...locale import said

blueprint = Blueprint("data_room", __name__)

Page = AnyResponse | str | tuple[str, int]


@blueprint.get("/sales/<slug>/lots/<lot>/data-room")
def room(slug: str, lot: str) -> str:
    """The documents of a lot in the data room, and what is asked before they can be read."""
    return _page(sale_or_404(slug), lot)


@blueprint.post("/sales/<slug>/lots/<lot>/data-room")
def accept(slug: str, lot: str) -> Page:
    """Accept the terms of the data room, in the version that was read."""
    row, version = sale_or_404(slug), request.form.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 6):
        raise Problem("MALFORMED", field="version")
    try:
        parts().data_room.accept(row, me().user, int(version))
    except Rejected as error:
        return _page(row, lot, said(error.code, error.params)), 409
    flash(_("You have accepted the terms."))
    return redirect(url_for("data_room.room", slug=slug, lot=lot))


@blueprint.get("/sales/<slug>/data-room/<document>")
def file(slug: str, document: str) -> Response:
    """A document of the data room as PDF, with the paddle and the time on every page."""
    row = sale_or_404(slug)
    found, entry = parts().data_room.open(row, me().user, document)
    assert entry.registration is not None, "it was opened"
    return file_answer(*watermarked(parts(), row, found, entry.registration.paddle or ""))


def _page(row: SaleRow, lot: str, error: str | None = None) -> str:
    found = parts().sales.lot(row.id, lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    entry = parts().data_room.entry(row, me().user)
    documents = [each for each in parts().documents.of_lot(row.id, lot) if each.place is DocumentPlace.ROOM]
    return render_template("data_room.html", sale=row, lot=found, entry=entry, documents=documents, error=error)
