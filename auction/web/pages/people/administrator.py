"""The administrator's accounts: search, make one, give a role, shut out and let in again, one-time links."""

from typing import Any

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ....base.rejected import Rejected
from ....people.links import Purpose
from ....people.roles import STAFF, Role
from ....people.rows import AccountRow
from ....rules.refusals import Code
from ....rules.rights import CONFLICT
from ...auth import me
from ...current import parts
from ...forms import Choice, Form, FormSchema, LineField, read_form
from ...locale import gettext as _
from ..one_time_links import alone, together
from ..organizer.bidders import Organization
from ..organizer.sale import chosen_organization, organization_names

blueprint = Blueprint("administrator", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]
SHOWN = 100


class NewAccount(FormSchema):
    """An account for another person, who comes in by a one-time link."""

    email = LineField(254, needed=True)
    name = LineField(100, needed=True)
    role = Choice(*Role)


class RoleForm(FormSchema):
    """Another role."""

    role = Choice(*Role)


@blueprint.get("/people")
def people() -> str:
    """Accounts, the newest first, or those with the words in their address or name."""
    words = request.args.get("q", "")[:254]
    found = parts().accounts.search(words, SHOWN + 1)
    return render_template(
        "people.html", q=words, accounts=found[:SHOWN], more=len(found) > SHOWN, names=organization_names()
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
def create() -> Page:
    """Make an account; its one-time sign-in link is shown once."""
    if request.method == "GET":
        return render_template("people_new.html", form=Form({"role": str(Role.BIDDER)}), roles=list(Role))
    form = read_form(NewAccount(), request.form)
    if form.ok:
        said = form.values
        try:
            user = parts().accounts.create(said["email"], said["name"], Role(said["role"]))
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return render_template("people_new.html", form=form, roles=list(Role)), 422
    log.info("account made", account=user, role=said["role"], by=me().user)
    back = url_for("administrator.person", user=user)
    return alone(_account(user), Purpose.SIGN_IN, back)


@blueprint.get("/people/<user>")
def person(user: str) -> str:
    """One account."""
    return _page(_account(user))


@blueprint.post("/people/<user>/role")
def role(user: str) -> Page:
    """Give another role, at once; who becomes one of the staff may not bid any more."""
    account, form = _account(user), read_form(RoleForm(), request.form)
    if form.ok:
        wanted = Role(form.values["role"])
        try:
            parts().staff.set_role(user, wanted, me().user)
            if wanted in STAFF:
                parts().holding.hold_account(user, me().user, CONFLICT)
        except Rejected as error:
            form.reject(error)
    return _done(account, form, "role given", role=form.values.get("role"))


@blueprint.post("/people/<user>/suspend")
def suspend(user: str) -> Page:
    """Shut an account out at once, or let it in again."""
    account, form = _account(user), Form()
    suspended = request.form.get("suspended") == "1"
    try:
        parts().accounts.suspend(user, suspended=suspended)
        if suspended:
            parts().holding.hold_account(user, me().user, Code.SUSPENDED)
    except Rejected as error:
        form.reject(error)
    return _done(account, form, "account suspended" if suspended else "account let in again")


@blueprint.post("/people/<user>/organization")
def organization(user: str) -> Page:
    """Say which organization an account belongs to."""
    account, form = _account(user), read_form(Organization(), request.form)
    if form.ok:
        answer = parts().registration.set_organization(user, chosen_organization(form, "org"), me().user)
        parts().holding.hold_conflicts(user, me().user)
        form.refuse(answer, "CNY")
    return _done(account, form, "organization given")


@blueprint.post("/people/<user>/link")
def link(user: str) -> Page:
    """A one-time link, for a new password, to sign in without one, or to confirm an address.

    For an account that has applied to a sale it takes two of the staff, whatever its role is now.
    """
    account, back = _account(user), url_for("administrator.person", user=user)
    if request.form.get("purpose") == Purpose.CONFIRM and account.confirmed_ms is None:
        return alone(account, Purpose.CONFIRM, back)
    if parts().resets.takes_two(user):
        try:
            return together(account, back)
        except Rejected as error:
            form = Form()
            form.reject(error)
            return _page(account, form), 422
    return alone(account, Purpose.RESET if account.has_password else Purpose.SIGN_IN, back)


def _account(user: str) -> AccountRow:
    account = parts().accounts.find(user)
    if account is None:
        raise Rejected("UNKNOWN_ACCOUNT")
    return account


def _done(account: AccountRow, form: Form, what: str, **more: Any) -> Page:
    if not form.ok:
        return _page(account, form), 422
    log.info(what, account=account.id, by=me().user, **more)
    flash(_("Saved."))
    if account.id == me().user and what == "role given":
        return redirect("/")
    return redirect(url_for("administrator.person", user=account.id))


def _page(account: AccountRow, form: Form | None = None) -> str:
    return render_template(
        "person.html",
        account=account,
        form=form or Form(),
        roles=list(Role),
        takes_two=parts().resets.takes_two(account.id),
        reset=parts().resets.of(account.id),
        organizations=parts().sales.organizations.all(),
        applications=parts().registration.all_of_user(account.id),
    )
