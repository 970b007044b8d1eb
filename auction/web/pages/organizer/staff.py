"""The staff of a sale: its organizers and auctioneers, with the former ones."""

from collections.abc import Iterable

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....people.claims import fold_email
from ....people.roles import Work
from ....rules.rights import CONFLICT
from ...auth import me
from ...current import parts
from ...forms import Form, FormSchema, LineField, read_form
from ...locale import gettext as _
from .sale import organizers_sale

blueprint = Blueprint("organizer_people", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]


class Assignment(FormSchema):
    """The account that shall work for the sale, in its own role."""

    email = LineField(254, needed=True)


@blueprint.get("/organizer/sales/<slug>/people")
def people(slug: str) -> str:
    """The staff of the sale, and its former staff."""
    return _page(organizers_sale(slug), Form())


@blueprint.post("/organizer/sales/<slug>/people")
def assign(slug: str) -> Page:
    """Let an organizer or an auctioneer work for the sale."""
    row, form = organizers_sale(slug), read_form(Assignment(), request.form)
    if form.ok:
        try:
            _assign(row, form.values["email"])
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(row, form), 422
    flash(_("Saved."))
    return redirect(url_for("organizer_people.people", slug=slug))


def _assign(row: SaleRow, email: str) -> None:
    found = parts().accounts.by_email(fold_email(email))
    if found is None:
        raise Rejected("NOT_STAFF", "email")
    parts().staff.assign(row.id, found.id, me().user)
    parts().holding.hold_account(found.id, me().user, CONFLICT)
    log.info("assigned to a sale", sale=row.id, account=found.id, by=me().user)


@blueprint.post("/organizer/sales/<slug>/people/<user>/end")
def end(slug: str, user: str) -> Page:
    """End somebody's work for the sale, at once; the row stays."""
    row = organizers_sale(slug)
    parts().staff.end(row.id, user, me().user)
    log.info("work for a sale ended", sale=row.id, account=user, by=me().user)
    flash(_("Saved."))
    return redirect(url_for("organizer_people.people", slug=slug))


def _page(row: SaleRow, form: Form) -> str:
    everybody = parts().people.of_sale(row.id)
    names = parts().accounts.names(_who_acted(everybody))
    return render_template(
        "organizer_people.html",
        tab="people",
        sale=row,
        working=[each for each in everybody if each.until_ms is None],
        before=[each for each in everybody if each.until_ms is not None],
        names=names,
        form=form,
    )


def _who_acted(rows: Iterable[Work]) -> set[str]:
    """The accounts that have assigned somebody, or ended it."""
    return {account for each in rows for account in (each.by, each.ended_by) if account}
