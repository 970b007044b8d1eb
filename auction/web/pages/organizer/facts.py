"""Sets facts that the law asks for, once for all lots that have not opened."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ....base.rejected import Rejected
from ....patents.law import LegalStatus
from ....sales.publication import Facts
from ...auth import me
from ...current import parts
from ...forms import Choice, Day, Flag, FormSchema, read_form
from ...locale import gettext as _
from .gate import gate_page
from .sale import organizers_sale

blueprint = Blueprint("organizer_facts", __name__)


class FactsForm(FormSchema):
    """A tick or a choice sets a fact; an empty field leaves it."""

    title_proven = Flag()
    defects_declared = Flag()
    defects_stated = Flag()
    no_reserve = Flag()
    consents = Flag()
    evaluation_report = Flag()
    status_checked_on = Day()
    legal_status = Choice("", *LegalStatus)


OF_LOT = ("title_proven", "defects_declared", "defects_stated")
OF_PATENT = ("consents", "evaluation_report", "status_checked_on")


@blueprint.post("/organizer/sales/<slug>/facts")
def set_all(slug: str) -> Response | tuple[str, int]:
    """Set facts of every lot that has not opened, and of its patents."""
    row = organizers_sale(slug)
    form = read_form(FactsForm(), request.form.to_dict())
    said = {name: value for name, value in form.values.items() if value}
    if form.ok and not said:
        form.errors[""] = _("Nothing is ticked or chosen.")
    if form.ok:
        of_lot, of_patent = ({name: said[name] for name in names if name in said} for names in (OF_LOT, OF_PATENT))
        missing = {name: said[name] for name in ("legal_status", "no_reserve") if name in said}
        try:
            count = parts().sales.set_facts(row.id, me().user, Facts(of_lot, of_patent, **missing))
        except Rejected as error:
            form.reject(error)
        else:
            flash(_("Set for all lots that have not opened: %(count)s.", count=count))
            return redirect(url_for("organizer_gate.missing", slug=slug))
    return gate_page(row, facts=form), 422
