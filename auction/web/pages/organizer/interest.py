"""Shows how wanted the lots of a sale are, without names. One act takes the most wanted into the live sale."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import LotRow, SaleRow

from ....base.rejected import Rejected
from ....engine.orders import Stale
from ....rules.lot import Lot, Status
from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.interest import NO_INTEREST, Measure, Wanted, most_wanted
from ....sales.publication import By
from ...auth import me
from ...current import parts
from ...forms import Choice, Count, Flag, Form, FormSchema, read_form
from ...locale import gettext as _
from .sale import change_reasons, organizers_sale
from .table import LINES_SHOWN

blueprint = Blueprint("organizer_interest", __name__)

Page = Response | str | tuple[str, int]

LED_LIVE: Mapping[str, object] = {"format": "english", "own": {}}
"""The columns of a lot that an auctioneer leads."""
KEEP, WITHDRAW = "keep", "withdraw"
WITHDRAWN_FOR_THIS = "OTHER"
FIRST_COUNT = 36
"""As many as stood in the hall in Ji'nan, of 932 that were listed (rulebook 1.1)."""


class TakeLive(FormSchema):
    """How many of the most wanted lots go live, by which measure, and what becomes of the others."""

    count = Count()
    measure = Choice(*Measure)
    qualified = Flag()
    others = Choice(KEEP, WITHDRAW)
    reason = Choice("", *CHANGE_REASON_WORDS)


@blueprint.get("/organizer/sales/<slug>/interest")
def interest(slug: str) -> str:
    """The lots by how wanted they are; `?count=&measure=&qualified=` mark those that an act would take."""
    typed = {"count": str(FIRST_COUNT), "measure": Measure.VIEWS.value, "others": KEEP, **request.args.to_dict()}
    return _page(organizers_sale(slug), read_form(TakeLive(), typed))


@blueprint.post("/organizer/sales/<slug>/interest")
def take_live(slug: str) -> Page:
    """Let an auctioneer lead the most wanted lots; the others keep their way, or leave the sale. All, or nothing."""
    row, form = organizers_sale(slug), read_form(TakeLive(), request.form)
    if form.ok:
        try:
            count = _take(row, form)
        except (Rejected, Stale) as error:
            form.reject(error)
        else:
            flash(_("Lots changed: %(count)s.", count=count))
            return redirect(url_for("organizer_interest.interest", slug=slug))
    return _page(row, form), 422


def _take(row: SaleRow, form: Form) -> int:
    if not form.values["count"]:
        raise Rejected("NO_COUNT", "count")
    lots, wanted = _waiting(row), parts().interest.of_sale(row.id)
    chosen = _chosen(lots, wanted, form)
    if not chosen:
        raise Rejected("NOT_WANTED", "count")
    others = [lot.lot for lot in lots if lot.lot not in set(chosen)] if form.values["others"] == WITHDRAW else []
    changes = {lot.lot: LED_LIVE for lot in lots if lot.lot in set(chosen) and lot.format != LED_LIVE["format"]}
    changes = {lot: {**values, **_reserve(lots, lot)} for lot, values in changes.items()}
    by = By(me().user, form.values["reason"] or None)
    return parts().sales.edit_lots(row.id, changes, by, leave=dict.fromkeys(others, WITHDRAWN_FOR_THIS))


def _reserve(lots: Sequence[LotRow], lot: str) -> Mapping[str, object]:
    """A lot whose price would have fallen begins at its floor, which stays its reserve."""
    floor = next(each.own.get("floor_minor") for each in lots if each.lot == lot)
    return {} if floor is None else {"start_minor": floor, "reserve_minor": floor}


def _waiting(row: SaleRow) -> list[LotRow]:
    """The lots that have not opened, in the order of the sale."""
    states = parts().engine.book(row.id).sale.lots
    return [lot for lot in parts().sales.lots(row.id) if _status(states, lot.lot) is Status.PENDING]


def _status(states: Mapping[str, Lot], lot: str) -> Status:
    return states[lot].status if lot in states else Status.PENDING


def _chosen(lots: Sequence[LotRow], wanted: Mapping[str, Wanted], form: Form) -> list[str]:
    """The lots that go live: only wanted ones, and if so asked only those with a qualified bidder."""
    measure = Measure.QUALIFIED if form.values["qualified"] else Measure(form.values["measure"])
    able = [lot.lot for lot in lots if wanted.get(lot.lot, NO_INTEREST).by(measure)]
    return most_wanted(able, wanted, Measure(form.values["measure"]), form.values["count"])


def _page(row: SaleRow, form: Form) -> str:
    wanted, lots = parts().interest.of_sale(row.id), _waiting(row)
    measure = Measure(form.values.get("measure") or Measure.VIEWS)
    ranked = most_wanted((lot.lot for lot in lots), wanted, measure, len(lots))
    chosen = _chosen(lots, wanted, form) if form.values.get("count") and form.values.get("measure") else []
    by_lot = {lot.lot: lot for lot in lots}
    return render_template(
        "organizer_interest.html",
        tab="interest",
        sale=row,
        form=form,
        lots=[by_lot[lot] for lot in ranked[: max(LINES_SHOWN, len(chosen))]],
        count=len(lots),
        wanted=wanted,
        unwanted=NO_INTEREST,
        chosen=frozenset(chosen),
        agreed=parts().agreements.last(row.id),
        change_reasons=change_reasons(),
    )
