"""One change for many lots: those that were ticked, or all that a search has found. All of them change, or none."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....engine.orders import Stale
from ....rules.decide import WITHDRAWN_FOR
from ....rules.ladder import NAMED
from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.publication import By
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Amount, Choice, Count, Form, MoneySchema, read_form
from ...locale import gettext as _
from .sale import change_reasons, organizers_sale
from .table import LotQuery, LotTable, natural
from .terms import read_format
from .typed_lots import FIXED, NONE, read_increment

blueprint = Blueprint("organizer_bulk", __name__)

Page = Response | str | tuple[str, int]
BulkAct = Callable[[SaleRow, Sequence[str], Form], int]


class ManyLots(MoneySchema):
    """The values that many lots get; each act takes those that it needs."""

    start = Amount()
    increment = Choice("", NONE, FIXED, *NAMED)
    step = Amount()
    reason = Choice("", *CHANGE_REASON_WORDS)
    withdrawn_for = Choice("", *WITHDRAWN_FOR)
    place = Count()


@blueprint.post("/organizer/sales/<slug>/chosen-lots")
def choose(slug: str) -> Page:
    """Show what can be done with the lots that were chosen; nothing is changed yet."""
    row = organizers_sale(slug)
    chosen = _chosen(row)
    if not chosen:
        flash(_("Tick the lots first, or choose all that were found."))
        return redirect(url_for("organizer_lots.lots", slug=slug))
    return _page(row, chosen)


@blueprint.post("/organizer/sales/<slug>/chosen-lots/<act>")
def change(slug: str, act: str) -> Page:
    """Do one thing with the chosen lots, all or nothing."""
    if act not in ACTS:
        raise Problem("NOT_FOUND")
    return _do(slug, act, ACTS[act])


@blueprint.post("/organizer/sales/<slug>/chosen-lots/withdraw")
def withdraw(slug: str) -> Page:
    """Take the chosen lots out of a published sale, all or none."""
    return _do(slug, "withdraw", _withdraw)


def _do(slug: str, name: str, act: BulkAct) -> Page:
    row, chosen = organizers_sale(slug), request.form.get("lots", "").split()
    form = read_form(ManyLots(row.currency), request.form.to_dict())
    if form.ok:
        try:
            count = act(row, chosen, form)
        except (Rejected, Stale) as error:
            form.reject(error)
    if not form.ok:
        form.typed = {**request.form.to_dict(), **form.typed}
        return _page(row, chosen, form, name), 422
    flash(_("Lots changed: %(count)s.", count=count))
    back = "organizer_gate.missing" if request.form.get("back") == "gate" else "organizer_lots.lots"
    return redirect(url_for(back, slug=slug))


@blueprint.post("/organizer/sales/<slug>/lots-by-number")
def by_number(slug: str) -> Response:
    """Put the lots in the order of their numbers."""
    row = organizers_sale(slug)
    order = sorted((lot.lot for lot in parts().sales.lots(row.id)), key=natural)
    parts().sales.order_lots(row.id, order, By(me().user))
    flash(_("The lots are in the order of their numbers."))
    return redirect(url_for("organizer_lots.lots", slug=slug))


def _start(row: SaleRow, chosen: Sequence[str], form: Form) -> int:
    """Give all of them one start price."""
    if form.values["start"] is None:
        raise Rejected("MALFORMED_AMOUNT", "start")
    return _edit(row, chosen, {"start_minor": form.values["start"]}, form)


def _step(row: SaleRow, chosen: Sequence[str], form: Form) -> int:
    """Give all of them one increment."""
    read_increment(form, row.currency)
    return _edit(row, chosen, {"increment": form.values.get("terms")}, form)


def _format(row: SaleRow, chosen: Sequence[str], form: Form) -> int:
    """Sell all of them in one way; the floor of a Dutch lot is its reserve."""
    read_format(form, request.form, row.currency)
    values = {"format": form.values["format"], "own": form.values["own"]}
    dutch = {"reserve_minor": None} if values["format"] == "dutch" else {}
    return _edit(row, chosen, values | dutch, form)


def _remove(row: SaleRow, chosen: Sequence[str], _form: Form) -> int:
    """Take them out of a draft."""
    parts().sales.remove_lots(row.id, chosen)
    return len(chosen)


def _hold_back(row: SaleRow, chosen: Sequence[str], _form: Form) -> int:
    """Put them into a draft of their own, beside this one."""
    kept = parts().copies.hold_back(row, chosen, me().user)
    flash(_("They are kept in the draft %(slug)s.", slug=kept))
    return len(chosen)


def _place(row: SaleRow, chosen: Sequence[str], form: Form) -> int:
    """Put them at a place in the order of the sale, one after the other."""
    if not form.values["place"]:
        form.errors["place"] = _("A place is a number from 1 up.")
        return 0
    by = By(me().user, form.values["reason"] or None)
    parts().sales.move_lots(row.id, chosen, form.values["place"], by)
    return len(chosen)


def _withdraw(row: SaleRow, chosen: Sequence[str], form: Form) -> int:
    """Take them out of a published sale; everybody reads why."""
    parts().sales.withdraw_lots(row.id, chosen, By(me().user, form.values["withdrawn_for"] or None))
    return len(chosen)


ACTS: Mapping[str, BulkAct] = {
    "start": _start,
    "step": _step,
    "format": _format,
    "place": _place,
    "remove": _remove,
    "hold-back": _hold_back,
}
"""By the name in the address."""


def _edit(row: SaleRow, chosen: Sequence[str], values: Mapping[str, object], form: Form) -> int:
    if not form.ok:
        return 0
    return parts().sales.edit_lots(row.id, dict.fromkeys(chosen, values), By(me().user, form.values["reason"] or None))


def _chosen(row: SaleRow) -> list[str]:
    """The ticked lots, or all that the search in the form has found."""
    contents = parts().sales.contents(row)
    if not request.form.get("all"):
        ticked = set(request.form.getlist("lot"))
        return [lot.lot for lot in contents.lots if lot.lot in ticked]
    query = LotQuery.read(MultiDict(request.form))
    return [lot.lot for lot in LotTable(contents, parts().engine.book(row.id).sale.lots, query).found]


def _page(row: SaleRow, chosen: Sequence[str], form: Form | None = None, failed: str = "") -> str:
    """`failed` is the act in whose fields something is wrong."""
    return render_template(
        "organizer_bulk.html",
        tab="lots",
        sale=row,
        chosen=chosen,
        form=form or Form({"increment": NONE, "format": "english"}),
        failed=failed,
        change_reasons=change_reasons(),
        ladder_options=[(name, name) for name in NAMED],
    )
