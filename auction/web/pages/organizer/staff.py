"""The staff of a sale with their roles, the former ones, and the table of rights."""

from collections.abc import Iterable

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....people.claims import fold_email
from ....people.roles import SaleRole, Work
from ....rules.rights import CONFLICT
from ...auth import me
from ...current import parts
from ...forms import Choice, Form, FormSchema, LineField, read_form
from ...locale import gettext as _
from ...rights import ROLES
from ...rights import rights as all_rights
from .sale import organizers_sale

blueprint = Blueprint("organizer_people", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]


class AssignForm(FormSchema):
    """The account that shall work for the sale, and its role there; none: the role of the account."""

    email = LineField(254, needed=True)
    role = Choice("", *ROLES)


class EndForm(FormSchema):
    """The role that ends; none: all of them."""

    role = Choice("", *ROLES)


@blueprint.get("/organizer/sales/<slug>/people")
def people(slug: str) -> str:
    """The staff of the sale, and its former staff."""
    return _page(organizers_sale(slug), Form())


@blueprint.post("/organizer/sales/<slug>/people")
def assign(slug: str) -> Page:
    """Give an account a role in the sale."""
    row, form = organizers_sale(slug), read_form(AssignForm(), request.form)
    if form.ok:
        try:
            _assign(row, form.values["email"], form.values["role"])
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(row, form), 422
    flash(_("Saved."))
    return redirect(url_for("organizer_people.people", slug=slug))


def _assign(row: SaleRow, email: str, role: str) -> None:
    found = parts().accounts.by_email(fold_email(email))
    if found is None:
        raise Rejected("NOT_STAFF", "email")
    parts().staff.assign(row.id, found.id, me().user, SaleRole(role) if role else None)
    parts().holding.hold_account(found.id, me().user, CONFLICT)
    log.info("assigned to a sale", sale=row.id, account=found.id, by=me().user)


@blueprint.post("/organizer/sales/<slug>/people/<user>/end")
def end(slug: str, user: str) -> Page:
    """End an account's work for the sale at once, in one role or in all; the row stays."""
    row, form = organizers_sale(slug), read_form(EndForm(), request.form)
    if not form.ok:
        return _page(row, form), 422
    role = form.values["role"]
    parts().staff.end(row.id, user, me().user, SaleRole(role) if role else None)
    log.info("work for a sale ended", sale=row.id, account=user, by=me().user)
    flash(_("Saved."))
    return redirect(url_for("organizer_people.people", slug=slug))


@blueprint.post("/organizer/sales/<slug>/people/alone")
def alone(slug: str) -> Page:
    """The preset for a house of one person: the caller does everything in the sale."""
    row, form = organizers_sale(slug), Form()
    try:
        parts().staff.run_alone(row.id, me().user)
    except Rejected as error:
        form.reject(error)
        return _page(row, form), 422
    log.info("runs a sale alone", sale=row.id, account=me().user)
    flash(_("You run this sale alone, its money too."))
    return redirect(url_for("organizer_people.people", slug=slug))


@blueprint.get("/organizer/sales/<slug>/rights")
def rights(slug: str) -> str:
    """The whole table of rights in a sale, made from the code."""
    row = organizers_sale(slug)
    return render_template("organizer_rights.html", tab="people", sale=row, roles=ROLES, rights=all_rights())


def _page(row: SaleRow, form: Form) -> str:
    everybody = parts().people.of_sale(row.id)
    names = parts().accounts.names(_who_acted(everybody))
    working = [each for each in everybody if each.until_ms is None]
    return render_template(
        "organizer_people.html",
        tab="people",
        sale=row,
        working=working,
        is_alone={each.user for each in working} <= {me().user},
        roles=ROLES,
        before=[each for each in everybody if each.until_ms is not None],
        names=names,
        form=form,
    )


def _who_acted(rows: Iterable[Work]) -> set[str]:
    """The accounts that have assigned another, or ended its work."""
    return {account for each in rows for account in (each.by, each.ended_by) if account}
