"""The organizer's bidders: who applied, who has which paddle, limits, holds, and paddles for the floor."""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...accounts import Purpose
from ...amounts import amount_text
from ...listing import ADMITTED
from ...orders import Answer
from ...registration import APPLIED, LONGEST_REASON, TURNED_DOWN
from ...rejected import Rejected
from ...roles import Role
from ...rules.refusals import Code
from ...rules.rights import HOLDS
from ...rules.visibility import bound_minor
from ..auth import me
from ..errors import Problem
from ..forms import Amount, Flag, Form, FormSchema, Line, MoneySchema, Ranks, read_form
from ..locale import gettext as _
from ..parts import parts
from .organizer import chosen_organization, organization_names, organizers_sale

blueprint = Blueprint("organizer_bidders", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]
Row = dict[str, Any]


class Admission(MoneySchema):
    """How far a bidder may go; empty: as far as he likes."""

    limit = Amount()


class TurnDown(FormSchema):
    """Why not; the bidder reads it."""

    reason = Line(LONGEST_REASON)


class FloorPaddle(FormSchema):
    """Who holds a paddle of the floor."""

    name = Line(100)


class Deposit(FormSchema):
    """Whether a deposit has arrived."""

    arrived = Flag()


class Organization(FormSchema):
    """Which organization a bidder belongs to."""

    org = Line(32)
    org_new = Line(200)


class Priority(FormSchema):
    """On which lots a paddle has a priority right."""

    priority = Ranks()


@blueprint.get("/organizer/sales/<slug>/bidders")
def bidders(slug: str) -> str:
    """Applications that wait, paddles, and who was turned down."""
    return _page(organizers_sale(slug))


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/admit")
def admit(slug: str, registration: str) -> Page:
    """Issue a paddle, or change the limit of one."""
    return _change(slug, registration, Admission(organizers_sale(slug)["currency"]), _admit)


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/turn-down")
def turn_down(slug: str, registration: str) -> Page:
    """Turn an application down with a reason."""
    return _change(slug, registration, TurnDown(), _turn_down)


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/hold")
def hold(slug: str, registration: str) -> Page:
    """Keep a paddle from bidding, or let it bid again."""
    return _change(slug, registration, FormSchema(), _hold)


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/deposit")
def deposit(slug: str, registration: str) -> Page:
    """Say that a deposit has arrived, or that after all it has not."""
    return _change(slug, registration, Deposit(), _set_deposit)


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/organization")
def organization(slug: str, registration: str) -> Page:
    """Say which organization a bidder belongs to: he may not bid on what it consigns."""
    return _change(slug, registration, Organization(), _set_organization)


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/priority")
def priority(slug: str, registration: str) -> Page:
    """Say on which lots a paddle has a priority right, and of which rank."""
    return _change(slug, registration, Priority(), _set_priority)


@blueprint.post("/organizer/sales/<slug>/bidders/floor")
def floor(slug: str) -> Page:
    """A paddle for somebody in the hall, without an account."""
    row, form = organizers_sale(slug), read_form(FloorPaddle(), request.form)
    if form.ok:
        try:
            paddle = parts().registration.floor_paddle(row["id"], form.values["name"], me().user)
        except Rejected as error:
            form.reject(error)
        else:
            flash(_("Paddle %(paddle)s is issued.", paddle=paddle))
            return redirect(url_for("organizer_bidders.bidders", slug=slug))
    return _page(row, floor=form), 422


@blueprint.post("/organizer/sales/<slug>/bidders/<registration>/reset-link")
def reset_link(slug: str, registration: str) -> Page:
    """A one-time link for a bidder who forgot the password; staff get theirs from an administrator."""
    found = _registration_or_404(organizers_sale(slug), registration)
    account = parts().accounts.find(found["user"] or "")
    if account is None or account["role"] != Role.BIDDER:
        raise Problem("FORBIDDEN")
    back = url_for("organizer_bidders.bidders", slug=slug)
    return link_page(account, Purpose.RESET, "people.reset", back)


def link_page(account: Row, purpose: Purpose, endpoint: str, back: str) -> str:
    """Make a one-time link and show it, this once."""
    token = parts().accounts.make_link(purpose, account["id"])
    log.info("one-time link made", purpose=str(purpose), account=account["id"], by=me().user)
    address = parts().config.public_url + url_for(endpoint, token=token)
    return render_template("organizer_link.html", account=account, address=address, purpose=str(purpose), back=back)


Change = Callable[[Row, Form], Answer | None]


def _change(slug: str, registration: str, schema: FormSchema, change: Change) -> Page:
    """Do what a form by one application or paddle asks for; what is wrong is said by that form."""
    row = organizers_sale(slug)
    found = _registration_or_404(row, registration)
    form = read_form(schema, request.form)
    if form.ok:
        try:
            form.refuse(change(found, form), row["currency"])
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _page(row, changed=registration, form=form), 422
    flash(_("Saved."))
    return redirect(url_for("organizer_bidders.bidders", slug=slug, _anchor=f"r-{registration}"))


def _admit(found: Row, form: Form) -> Answer | None:
    return parts().registration.admit(found["id"], me().user, form.values["limit"])


def _turn_down(found: Row, form: Form) -> None:
    parts().registration.turn_down(found["id"], me().user, form.values["reason"])


def _hold(found: Row, _form: Form) -> Answer | None:
    wanted = request.form.getlist("holds")
    return parts().registration.hold(found["id"], me().user, [str(each) for each in HOLDS if each in wanted])


def _set_deposit(found: Row, form: Form) -> Answer | None:
    return parts().registration.deposit(found["id"], me().user, arrived=form.values["arrived"])


def _set_organization(found: Row, form: Form) -> Answer | None:
    if found["user"] is None:
        raise Rejected("UNKNOWN_ACCOUNT")
    return parts().registration.set_organization(found["user"], chosen_organization(form, "org"), me().user)


def _set_priority(found: Row, form: Form) -> Answer | None:
    ranks = form.values["priority"]
    if ranks.keys() - {lot["lot"] for lot in parts().sales.lots(found["sale"])}:
        raise Rejected(Code.UNKNOWN_LOT, "priority")
    return parts().registration.set_priority(found["id"], me().user, ranks)


def _registration_or_404(row: Row, registration: str) -> Row:
    for each in parts().registration.of_sale(row["id"]):
        if each["id"] == registration:
            return each
    raise Rejected("UNKNOWN_REGISTRATION")


def _page(row: Row, changed: str = "", form: Form | None = None, floor: Form | None = None) -> str:
    """`changed` is the application whose form has something wrong in it."""
    rows = parts().registration.of_sale(row["id"])
    sale = parts().engine.book(row["id"]).sale
    admitted = [each for each in rows if each["status"] == ADMITTED]
    return render_template(
        "organizer_bidders.html",
        tab="bidders",
        sale=row,
        waiting=[each for each in rows if each["status"] == APPLIED],
        admitted=sorted(admitted, key=lambda each: int(each["paddle"])),
        turned_down=[each for each in rows if each["status"] == TURNED_DOWN],
        changed=changed,
        form=form or Form(),
        floor=floor or Form(),
        bound={paddle: bound_minor(sale, paddle) for paddle in sale.bidders},
        holds=[str(each) for each in HOLDS if row["deposit"] is None or each != Code.DEPOSIT_MISSING],
        typed_amount=lambda minor: amount_text(minor, row["currency"]),
        names=organization_names(),
        organizations=parts().sales.organizations.all(),
    )
