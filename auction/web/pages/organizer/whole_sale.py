"""Acts on a sale as a whole: cancel it, copy it, sell again what was not sold, delete a draft."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.publication import By
from ...auth import me
from ...current import parts
from ...forms import Choice, Count, Form, FormSchema, LineField, read_form
from ...locale import gettext as _
from .sale import organizers_sale, overview

blueprint = Blueprint("organizer_whole", __name__)

Page = Response | str | tuple[str, int]


class CopyForm(FormSchema):
    """The address of a new draft; for a second sale also how much lower it begins, in percent."""

    new_slug = LineField(60)
    cut = Count()


class CancelForm(FormSchema):
    """The reason why a sale does not take place."""

    cancel_reason = Choice("", *CHANGE_REASON_WORDS)


@blueprint.post("/organizer/sales/<slug>/cancel")
def cancel(slug: str) -> Page:
    """Call a published sale off, of which no lot has opened; everybody reads why."""
    row, form = organizers_sale(slug), read_form(CancelForm(), request.form)
    if form.ok:
        try:
            by = By(me().user, form.values["cancel_reason"] or None)
            form.refuse(parts().sales.cancel(row.id, by), row.currency)
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return overview(row, form), 422
    flash(_("The sale is cancelled. Everybody reads it on its pages."))
    return redirect(url_for("organizer.sale", slug=slug))


@blueprint.post("/organizer/sales/<slug>/clone")
def clone(slug: str) -> Page:
    """A new draft with the texts, terms and lots of this sale."""
    return _copied(slug, lambda row, form: parts().copies.clone(row, form.values["new_slug"], me().user))


@blueprint.post("/organizer/sales/<slug>/relist")
def relist(slug: str) -> Page:
    """A new draft of the unsold lots, with prices cut."""

    def made(row: SaleRow, form: Form) -> str:
        return parts().copies.relist(row, form.values["new_slug"], form.values["cut"] or 0, me().user)

    return _copied(slug, made)


def _copied(slug: str, make: Callable[[SaleRow, Form], str]) -> Page:
    row, form = organizers_sale(slug), read_form(CopyForm(), request.form)
    if form.ok:
        try:
            make(row, form)
        except Rejected as error:
            field = {"slug": "new_slug"}.get(error.field, error.field)
            form.reject(Rejected(error.code, field, **error.params))
    if not form.ok:
        return overview(row, form), 422
    flash(_("The draft is made. Set its day, and look at its lots."))
    return redirect(url_for("organizer.sale", slug=form.values["new_slug"]))


@blueprint.post("/organizer/sales/<slug>/delete")
def delete(slug: str) -> Page:
    """Delete a draft with its lots."""
    row = organizers_sale(slug)
    try:
        parts().copies.delete_draft(row.id)
    except Rejected as error:
        form = Form()
        form.reject(error)
        return overview(row, form), 409
    flash(_("The draft is deleted."))
    return redirect(url_for("organizer.sales"))
