"""The organizer's lots: the table, and the form of one lot before it opens."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import LotRow, SaleRow, SaleStatus

from ....base.rejected import Rejected
from ....engine.orders import Stale
from ....patents.facts import by_lot
from ....people.parties import parties_of
from ....rules.ladder import NAMED
from ....rules.lot import Status
from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.checks import fingerprint
from ....sales.publication import By
from ....words.amounts import amount_text
from ....words.of_law import STATUS_WORDS
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Amount, Choice, Form, LineField, MoneySchema, read_form
from ...locale import gettext as _
from .gate import gate_page
from .patents import empty_patent
from .sale import change_reasons, in_words, organizers_sale
from .table import STATES, TABLE_COLUMNS, LotQuery, LotTable
from .typed_lots import FIXED, KEEP, NONE, columns_typed, kind_of, read_increment, read_lot, tell_unreadable, typed_lot

blueprint = Blueprint("organizer_lots", __name__)

Page = Response | str | tuple[str, int]

EMPTY_ROWS = 3
LADDERS = [(name, name) for name in NAMED]


class FillForm(MoneySchema):
    """Values for the lots that lack them."""

    start = Amount()
    consignor = LineField(200)
    increment = Choice(NONE, FIXED, *NAMED)
    step = Amount()


@blueprint.get("/organizer/sales/<slug>/lots")
def lots(slug: str) -> str:
    """Every lot with its terms, how it stands, and what it lacks."""
    return _table(organizers_sale(slug))


@blueprint.route("/organizer/sales/<slug>/new-lot", methods=["GET", "POST"])
def add(slug: str) -> Page:
    """Add a lot at the end; to a published sale for a reason that everybody reads."""
    row = organizers_sale(slug)
    if request.method == "GET":
        typed = {"lot": _next_number(row.id), "increment": NONE, "format": "english", "patents": []}
        return _lot_form(row, Form(typed), None)
    form = read_lot(row, None)
    if form.ok:
        lot = LotRow(lot=form.values["lot"], **columns_typed(form, None))
        try:
            by = By(me().user, form.values["reason"] or None) if row.status is not SaleStatus.DRAFT else None
            parts().sales.add_lots(row.id, [(lot, form.values["patents"])], by=by)
        except (Rejected, Stale) as error:
            form.reject(error)
    if not form.ok:
        return _lot_form(row, form, None), 422
    tell_unreadable(form)
    flash(_("Lot %(lot)s is added.", lot=form.values["lot"]))
    return redirect(url_for("organizer_lots.lots", slug=slug))


@blueprint.route("/organizer/sales/<slug>/lots/<lot>", methods=["GET", "POST"])
def edit(slug: str, lot: str) -> Page:
    """Change a lot that has not opened."""
    row, before = organizers_sale(slug), _lot_or_404(slug, lot)
    patents = parts().sales.patents(row.id, lot)
    if request.method == "GET":
        typed = typed_lot(before, patents, row.currency)
        return _lot_form(row, Form({**typed, "seen": fingerprint(before, patents)}), before)
    form = read_lot(row, before)
    if form.ok:
        _save(row, before, form)
    if not form.ok:
        return _lot_form(row, form, before), 422
    tell_unreadable(form)
    flash(_("Saved."))
    return redirect(url_for("organizer_lots.lots", slug=slug))


def _save(row: SaleRow, before: LotRow, form: Form) -> None:
    values, patents = columns_typed(form, before), form.values["patents"]
    seen = request.form.get("seen", "")
    try:
        by = By(me().user, form.values["reason"] or None)
        answer = parts().sales.edit_lot(row.id, before.lot, by, seen=seen, numbers=patents, **values)
    except (Rejected, Stale) as error:
        form.reject(error)
    else:
        form.refuse(answer, row.currency)


@blueprint.post("/organizer/sales/<slug>/fill-lots")
def fill(slug: str) -> Page:
    """Give every lot that has not opened the start price, increment and consignor that it lacks, all or nothing."""
    row = organizers_sale(slug)
    form = read_form(FillForm(row.currency), request.form.to_dict())
    if "increment" not in form.errors:
        read_increment(form, row.currency)
    if form.ok:
        try:
            filled = _fill(row, form)
        except (Rejected, Stale) as error:
            form.reject(error)
        else:
            flash(_("Lots filled in: %(count)s.", count=filled))
            return redirect(url_for("organizer_gate.missing", slug=slug))
    return gate_page(row, fill=form), 422


def _fill(row: SaleRow, form: Form) -> int:
    """Give the lots what they lack of what was typed; the number of lots that lacked some of it."""
    name = form.values["consignor"]
    told = parts().sales.organizations.consignors([parties_of(name)])[0] if name else None
    given = {"start_minor": form.values["start"], "increment": form.values["terms"], "consignors": told}
    changes = {
        lot.lot: {name: value for name, value in given.items() if value and not getattr(lot, name)}
        for lot in parts().sales.contents(row).waiting
    }
    lacking = {lot: values for lot, values in changes.items() if values}
    return parts().sales.edit_lots(row.id, lacking, By(me().user, "COMPLETION"))


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/remove")
def remove(slug: str, lot: str) -> Response:
    """Take a lot out of a draft."""
    parts().sales.remove_lots(organizers_sale(slug).id, [lot])
    flash(_("Lot %(lot)s is removed.", lot=lot))
    return redirect(url_for("organizer_lots.lots", slug=slug))


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/move")
def move(slug: str, lot: str) -> Page:
    """Give a lot of a draft another place."""
    place = request.form.get("place", "").strip()
    row = organizers_sale(slug)
    if not (place.isascii() and place.isdigit() and len(place) <= 6):
        return _table(row, _("A place is a number from 1 up.")), 422
    parts().sales.move_lots(row.id, [lot], int(place), By(me().user))
    return redirect(url_for("organizer_lots.lots", slug=slug, _anchor=f"lot-{lot}"))


def _lot_or_404(slug: str, lot: str) -> LotRow:
    found = parts().sales.lot(organizers_sale(slug).id, lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    return found


class HereForm(MoneySchema):
    """The values of a lot that can be changed in its line of the table."""

    title_zh = LineField(300)
    title_en = LineField(300)
    start = Amount()
    reserve = Amount()
    reason = Choice("", *CHANGE_REASON_WORDS)


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/here")
def here(slug: str, lot: str) -> Page:
    """Change the titles and prices of a lot in its line of the table."""
    row, before = organizers_sale(slug), _lot_or_404(slug, lot)
    form = read_form(HereForm(row.currency), request.form.to_dict())
    if form.ok:
        said = form.values
        values = {"title_zh": said["title_zh"], "title_en": said["title_en"]}
        values |= {"start_minor": said["start"], "reserve_minor": said["reserve"]}
        try:
            by = By(me().user, said["reason"] or None)
            seen = request.form.get("seen")
            form.refuse(parts().sales.edit_lot(row.id, before.lot, by, seen=seen, **values), row.currency)
        except (Rejected, Stale) as error:
            form.reject(error)
    if not form.ok:
        form.typed = {**form.typed, "seen": request.form.get("seen", "")}
        return _table(row, here=form), 422
    query = LotQuery.read(request.args)
    return redirect(query.address("organizer_lots.lots", slug=slug, page=query.page, _anchor=f"lot-{lot}"))


def _typed_here(row: SaleRow, lot: str) -> Form:
    """The form of the lot that is edited in its line, as it stands."""
    found = parts().sales.lot(row.id, lot) if lot else None
    if found is None:
        return Form()
    start, reserve = (amount_text(each, row.currency) for each in (found.start_minor, found.reserve_minor))
    seen = fingerprint(found, parts().sales.patents(row.id, lot))
    return Form(
        {"title_zh": found.title_zh, "title_en": found.title_en, "start": start, "reserve": reserve, "seen": seen}
    )


def _next_number(sale: str) -> str:
    taken = [int(row.lot) for row in parts().sales.lots(sale) if row.lot.isascii() and row.lot.isdigit()]
    return str(max(taken, default=0) + 1)


def _table(row: SaleRow, error: str | None = None, here: Form | None = None) -> str:
    """`here` is the form of the lot that is edited in its line, if it has errors."""
    query = LotQuery.read(request.args)
    table = LotTable(parts().sales.contents(row), parts().engine.book(row.id).sale.lots, query)
    edited = request.values.get("edit", "")
    return render_template(
        "organizer_lots.html",
        tab="lots",
        sale=row,
        table=table,
        query=query,
        gate_count=table.lacking.count,
        columns=TABLE_COLUMNS,
        documents=parts().documents.of_sale(row.id),
        states=STATES,
        error=error,
        edited=edited,
        here=here or _typed_here(row, edited),
        can_change=row.status in (SaleStatus.DRAFT, SaleStatus.PUBLISHED),
        change_reasons=change_reasons(),
        now_ms=parts().clock.now_ms(),
    )


def _lot_form(row: SaleRow, form: Form, before: LotRow | None) -> str:
    state = parts().engine.book(row.id).sale.lots.get(before.lot) if before else None
    has_opened = state is not None and state.status is not Status.PENDING
    spare = [empty_patent() for _each in range(EMPTY_ROWS)]
    return render_template(
        "organizer_lot_form.html",
        tab="lots",
        sale=row,
        form=form,
        lot=before,
        locked=has_opened if before else row.status not in (SaleStatus.DRAFT, SaleStatus.PUBLISHED),
        patents=[*form.typed["patents"], *spare],
        change_reasons=change_reasons(),
        ladder_options=LADDERS,
        keeps=before is not None and kind_of(before.increment) == KEEP,
        found=_found(row, before.lot) if before else None,
        statuses=[(status, _(words)) for status, words in STATUS_WORDS.items()],
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The missing facts of a lot, and its remarkable ones, in words."""

    binds: bool
    missing: list[tuple[str, str]]
    remarks: list[tuple[str, str]]


def _found(row: SaleRow, lot: str) -> Found:
    contents = parts().sales.contents(row)
    law = contents.law()
    missing, remarks = (by_lot(each).get(lot, []) for each in (law.missing, contents.remarks))
    return Found(law.binds, in_words(missing), in_words(remarks))
