"""After the sale: each lot's steps with day and person, overdue steps, and later offers for passed lots."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....cases.steps import CaseState, CaseStep, LaterOffer, StepTold
from ....papers.after_sale import CASE_WORDS, STEP_WORDS
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Amount, Day, Flag, Form, FormSchema, LineField, MoneySchema, read_form
from ...locale import gettext as _
from .sale import organizers_sale

blueprint = Blueprint("organizer_cases", __name__)

Page = Response | str | tuple[str, int]


class StepForm(FormSchema):
    """A person's word on a step."""

    due_on = Day()
    who = LineField(80)
    note = LineField(300)
    done = Flag()


class OfferForm(MoneySchema):
    """A later offer for a lot that was passed."""

    who = LineField(120, needed=True)
    amount = Amount()
    note = LineField(300)


class KeepingForm(FormSchema):
    """When the last consignment contract ends, and whether a court sells."""

    contracts_end_on = Day()
    for_court = Flag()


@blueprint.get("/organizer/sales/<slug>/cases")
def cases(slug: str) -> str:
    """Every lot that was sold or passed, and what is overdue."""
    return _page(organizers_sale(slug))


@blueprint.post("/organizer/sales/<slug>/cases/<lot>/steps/<step>")
def set_step(slug: str, lot: str, step: str) -> Page:
    """Write what is said of one step."""
    if step not in list(CaseStep):
        raise Problem("NOT_FOUND")
    row, form = organizers_sale(slug), read_form(StepForm(), request.form)
    if form.ok:
        said = form.values
        due_on = said["due_on"].isoformat() if said["due_on"] else ""
        told = StepTold(CaseStep(step), due_on, said["who"], said["note"], said["done"])
        try:
            parts().cases.set_step(row, lot, told, me().user)
        except Rejected as error:
            form.reject(error)
    return _done(row, f"{lot}:{step}", lot, form)


@blueprint.post("/organizer/sales/<slug>/cases/<lot>/offers")
def add_offer(slug: str, lot: str) -> Page:
    """Keep an offer that came after the sale."""
    row = organizers_sale(slug)
    form = read_form(OfferForm(row.currency), request.form)
    if form.ok:
        said = form.values
        try:
            offer = LaterOffer(said["who"], said["amount"], said["note"])
            parts().cases.add_offer(row, lot, offer, me().user)
        except Rejected as error:
            form.reject(error)
    return _done(row, f"{lot}:offer", lot, form)


@blueprint.post("/organizer/sales/<slug>/cases/<lot>/offers/<offer>/remove")
def remove_offer(slug: str, lot: str, offer: str) -> Page:
    """Take an offer off the list."""
    row, form = organizers_sale(slug), Form()
    try:
        parts().cases.remove_offer(row, offer)
    except Rejected as error:
        form.reject(error)
    return _done(row, "", lot, form)


@blueprint.post("/organizer/sales/<slug>/cases/keeping")
def set_keeping(slug: str) -> Page:
    """Say until when the law asks for the papers of the sale."""
    row, form = organizers_sale(slug), read_form(KeepingForm(), request.form)
    if not form.ok:
        return _page(row, "keeping", form), 422
    parts().keeping.set(row.id, form.values["contracts_end_on"], for_court=form.values["for_court"])
    flash(_("Saved."))
    return redirect(url_for("organizer_cases.cases", slug=row.slug, _anchor="keeping"))


def _done(row: SaleRow, where: str, lot: str, form: Form) -> Page:
    if not form.ok:
        return _page(row, where, form), 422
    flash(_("Saved."))
    return redirect(url_for("organizer_cases.cases", slug=row.slug, _anchor=f"lot-{lot}"))


def _page(row: SaleRow, where: str = "", form: Form | None = None) -> str:
    """`where` names the form that has something wrong in it: the lot and the step."""
    found = parts().cases.of_sale(row)
    return render_template(
        "organizer_cases.html",
        tab="cases",
        sale=row,
        cases=found,
        overdue=[(case, view) for case in found for view in case.overdue],
        where=where,
        keeping=parts().keeping.of(row.id),
        form=form or Form(),
        step_words={each: _(STEP_WORDS[each]) for each in CaseStep},
        state_words={each: (_(CASE_WORDS[each]), CASE_COLOURS[each]) for each in CaseState},
    )


CASE_COLOURS = {
    CaseState.RIGHT_OPEN: "waiting",
    CaseState.DEFAULTED: "missing",
    CaseState.OPEN: "waiting",
    CaseState.DONE: "open",
    CaseState.PASSED: "passed",
}
