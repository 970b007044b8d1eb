"""The organizer's pictures and documents of a lot, and the data room: its terms, and who opened what."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from models.rows import LotRow, SaleRow, SaleStatus

from ....base.rejected import Rejected
from ....rules.lot import Status
from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.documents import MOST_DOCUMENTS, DocumentPlace, Upload
from ....sales.publication import By
from ...attached import file_answer
from ...auth import may_here, me
from ...current import parts
from ...errors import Problem
from ...forms import Choice, Form, FormSchema, Prose, read_form
from ...locale import gettext as _
from ..public.documents import SIZES, shown_picture
from .sale import change_reasons, organizers_sale

blueprint = Blueprint("organizer_documents", __name__)

Page = AnyResponse | str | tuple[str, int]

MOST_OPENINGS = 500
"""Of the log, as many are shown."""


class AddForm(FormSchema):
    """The place of new files, and the reason for adding them late."""

    place = Choice(*DocumentPlace)
    reason = Choice("", *CHANGE_REASON_WORDS)


class ActForm(FormSchema):
    """Why a document is changed."""

    reason = Choice("", *CHANGE_REASON_WORDS)


class RoomForm(FormSchema):
    """The terms of the data room."""

    text_zh = Prose(20_000)
    text_en = Prose(20_000)


@blueprint.get("/organizer/sales/<slug>/lots/<lot>/documents")
def documents(slug: str, lot: str) -> str:
    """The pictures and documents of a lot, with earlier versions and with the openings of those in the data room."""
    return _page(organizers_sale(slug), _lot(slug, lot))


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/documents")
def add(slug: str, lot: str) -> Page:
    """Add files to a lot, all or none."""
    row, found = organizers_sale(slug), _lot(slug, lot)
    form = read_form(AddForm(), {"place": DocumentPlace.PUBLIC, **request.form.to_dict()})
    if form.ok:
        uploads = _uploads()
        try:
            place = DocumentPlace(form.values["place"])
            made = parts().documents.add(row.id, lot, uploads, place, By(me().user, form.values["reason"] or None))
        except Rejected as error:
            form.reject(error)
        else:
            flash(_("Files added: %(count)s.", count=len(made)))
    return _done(row, found, form, "add")


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/documents/<document>/replace")
def replace(slug: str, lot: str, document: str) -> Page:
    """Put a new version in the place of a document."""

    def put(sale: str, by: By) -> str:
        uploads = _uploads()
        if not uploads:
            raise Rejected("UPLOAD_NONE")
        made = parts().documents.replace(sale, document, uploads[0], by)
        return _("%(name)s is there as version %(version)s.", name=made.name, version=made.version)

    return _changed(slug, lot, document, put)


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/documents/<document>/remove")
def remove(slug: str, lot: str, document: str) -> Page:
    """Take a document off a lot."""

    def take_off(sale: str, by: By) -> str:
        parts().documents.remove(sale, document, by)
        return _("The file is removed.")

    return _changed(slug, lot, document, take_off)


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/documents/<document>/move")
def move(slug: str, lot: str, document: str) -> Page:
    """Change a document's place with the one beside it."""

    def swap(sale: str, by: By) -> str:
        parts().documents.move(sale, document, by, earlier=request.form.get("to") == "earlier")
        return ""

    return _changed(slug, lot, document, swap)


@blueprint.get("/organizer/sales/<slug>/documents/<document>")
def file(slug: str, document: str) -> Response:
    """A document of any version, to save. An opening of one in the data room is written down."""
    row = organizers_sale(slug)
    found = parts().documents.one(row.id, document)
    if found.place is DocumentPlace.ROOM:
        found = parts().data_room.open_in_house(row.id, me().user, document)
    return file_answer(parts().files.pieces(found.sha256), found.kind, found.name, size=found.size)


@blueprint.get("/organizer/sales/<slug>/pictures/<document>-<size>")
def picture(slug: str, document: str, size: str) -> Response:
    """A picture of a lot, of a draft too. One of the data room is not shown, because each opening is written down."""
    found = parts().documents.one(organizers_sale(slug).id, document)
    if size not in SIZES or found.place is DocumentPlace.ROOM:
        raise Problem("NOT_FOUND")
    answer = shown_picture(found, size)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@blueprint.route("/organizer/sales/<slug>/data-room", methods=["GET", "POST"])
def data_room(slug: str) -> Page:
    """The terms of the data room, who accepted them, and every opening."""
    row = organizers_sale(slug)
    terms = parts().data_room.terms(row.id)
    if request.method == "GET":
        typed = {} if terms is None else {"text_zh": terms.text_zh, "text_en": terms.text_en}
        return _room_page(row, Form(typed))
    form = read_form(RoomForm(), request.form.to_dict())
    if form.ok:
        try:
            parts().data_room.set_terms(row.id, form.values["text_zh"], form.values["text_en"], me().user)
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _room_page(row, form), 422
    flash(_("Saved."))
    return redirect(url_for("organizer_documents.data_room", slug=row.slug))


def _uploads() -> list[Upload]:
    """The files of a form; a browser sends an empty one where none was chosen."""
    given: list[FileStorage] = request.files.getlist("files")
    return [Upload(each.filename or "", each.stream) for each in given if each.filename]  # type: ignore[arg-type]


def _lot(slug: str, lot: str) -> LotRow:
    found = parts().sales.lot(organizers_sale(slug).id, lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    return found


def _changed(slug: str, lot: str, document: str, change: Callable[[str, By], str]) -> Page:
    """Change a document for the reason in the form. `change` returns what the reader is told, empty for nothing."""
    row, found = organizers_sale(slug), _lot(slug, lot)
    form = read_form(ActForm(), request.form.to_dict())
    if form.ok:
        try:
            told = change(row.id, By(me().user, form.values["reason"] or None))
        except Rejected as error:
            form.reject(error)
        else:
            if told:
                flash(told)
    return _done(row, found, form, document)


def _done(row: SaleRow, lot: LotRow, form: Form, where: str) -> Page:
    if not form.ok:
        return _page(row, lot, form, where), 422
    return redirect(url_for("organizer_documents.documents", slug=row.slug, lot=lot.lot))


def _page(row: SaleRow, lot: LotRow, form: Form | None = None, where: str = "") -> str:
    """`where` names the form that has something wrong in it: `add`, or the id of a document."""
    every = parts().documents.of_lot(row.id, lot.lot, removed=True)
    state = parts().engine.book(row.id).sale.lots.get(lot.lot)
    may_see_log = may_here("organizer_documents.data_room")
    return render_template(
        "organizer_documents.html",
        tab="lots",
        sale=row,
        lot=lot,
        form=form or Form({"place": DocumentPlace.PUBLIC}),
        where=where,
        documents=[each for each in every if each.removed_ms is None],
        gone=[each for each in every if each.removed_ms is not None],
        most=MOST_DOCUMENTS,
        can_add=row.status is SaleStatus.DRAFT
        or (row.status is SaleStatus.PUBLISHED and (state is None or state.status is Status.PENDING)),
        change_reasons=change_reasons(),
        why={code: _(words) for code, words in CHANGE_REASON_WORDS.items()},
        has_terms=parts().data_room.terms(row.id) is not None,
        openings=parts().data_room.openings(row.id, lot.lot)[:MOST_OPENINGS] if may_see_log else [],
    )


def _room_page(row: SaleRow, form: Form) -> str:
    return render_template(
        "organizer_data_room.html",
        tab="lots",
        sale=row,
        form=form,
        terms=parts().data_room.terms(row.id),
        can_change=row.status in (SaleStatus.DRAFT, SaleStatus.PUBLISHED),
        acceptances=parts().data_room.acceptances(row.id),
        openings=parts().data_room.openings(row.id)[:MOST_OPENINGS],
    )
