"""Sign up, sign in and out, one-time links, and one's own account."""

import time

import structlog
from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from ....base import metrics
from ....base.rejected import Rejected
from ....people.claims import fold_email
from ....people.consents import NOTICE_VERSION, check_version
from ....people.devices import DEVICE_KNOWN_MS
from ....people.links import Purpose
from ....people.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD
from ...auth import begin, me, safe_next
from ...current import parts
from ...forms import Form, FormSchema, LineField, Secret, read_form
from ...locale import current_locale, said
from ...locale import gettext as _

blueprint = Blueprint("people", __name__)
log = structlog.get_logger()

DEVICE = "device"
"""The cookie that says from which devices an account has been signed in to; it opens nothing by itself."""

Page = Response | str | tuple[str, int]


class SignUp(FormSchema):
    """A new account; the organization is what the newcomer says it is."""

    email = LineField(254, needed=True)
    name = LineField(100, needed=True)
    organization = LineField(200)
    password = Secret()
    agreed = LineField(10)


class NewAdministrator(FormSchema):
    """The first account of all."""

    email = LineField(254, needed=True)
    name = LineField(100, needed=True)
    password = Secret()


class NameForm(FormSchema):
    """Another name."""

    name = LineField(100, needed=True)


class NewPassword(FormSchema):
    """Another password; the current one only where it is changed by its owner."""

    current = Secret()
    password = Secret()


@blueprint.app_template_global()
def password_lengths() -> tuple[int, int]:
    """The shortest and the longest password."""
    return SHORTEST_PASSWORD, LONGEST_PASSWORD


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Page:
    """The form, and what it leads to. A wrong name and a wrong password look the same."""
    target = safe_next(request.values.get("next"))
    if request.method == "GET":
        return render_template("sign_in.html", next=target, email="", error=None)
    email = fold_email(request.form.get("email", ""))
    limits, address, device = parts().limits, request.remote_addr or "", known_device(email)
    if not limits.begin_sign_in(email, address, device):
        metrics.sign_ins.labels("refused").inc()
        error = _("Too many attempts. Wait a while, or use a device from which you have signed in before.")
        return render_template("sign_in.html", next=target, email=email, error=error), 429
    time.sleep(0 if device else limits.sign_in_wait_s(email))
    token = parts().accounts.sign_in(email, request.form.get("password", ""))
    metrics.sign_ins.labels("failed" if token is None else "good").inc()
    if token is None:
        error = _("Name or password is wrong.")
        return render_template("sign_in.html", next=target, email=email, error=error), 422
    limits.forgive_sign_in(email, address, device)
    begin(token)
    return _welcome(token, target)


def known_device(email: str) -> str | None:
    """The secret of the caller's device where the account has been signed in to from it."""
    device = request.cookies.get(DEVICE, "")
    return device if device and parts().devices.knows(email, device) else None


def _welcome(token: str, target: str) -> Response:
    """Remember the device of a good sign-in, and tell the owner of failed ones before it.

    Lead him to the page that he wanted, but first to a new password that he has not confirmed.
    """
    who = parts().accounts.identify(token)
    if who is None:
        return redirect(target)
    parts().addresses.speak(who.user, current_locale())
    answer = redirect(url_for("people.account") if parts().resets.is_open(who.user) else target)
    failures = parts().devices.take_failures(who.user)
    if failures:
        flash(_("Failed attempts to sign in to your account since the last good one: %(count)s.", count=failures))
    device = parts().devices.remember(who.user, request.cookies.get(DEVICE))
    tls = current_app.config["SESSION_COOKIE_SECURE"]
    lasts_s = DEVICE_KNOWN_MS // 1000
    answer.set_cookie(DEVICE, device, max_age=lasts_s, secure=tls, httponly=True, samesite="Lax")
    return answer


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session here and on every open socket."""
    parts().accounts.sign_out(session["token"])
    session.clear()
    return redirect("/")


@blueprint.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Page:
    """Make a bidder's account, and lead to the sign-in.

    The answer is the same whether the address was free or taken, in words and in time: a stranger learns which only by
    making an account and signing in with it, a few times an hour.
    """
    target = safe_next(request.values.get("next"))
    if request.method == "GET":
        return render_template("sign_up.html", form=Form(), next=target, notice=NOTICE_VERSION)
    form = read_form(SignUp(), request.form)
    if form.ok and not parts().limits.allows(parts().limits.sign_up_address, request.remote_addr or ""):
        form.errors[""] = said("RATE_LIMITED")
        return render_template("sign_up.html", form=form, next=target, notice=NOTICE_VERSION), 429
    if form.ok:
        _sign_up(form)
    if not form.ok:
        return render_template("sign_up.html", form=form, next=target, notice=NOTICE_VERSION), 422
    return render_template("sign_in.html", next=target, email=form.values["email"], error=None, newcomer=True)


def _sign_up(form: Form) -> None:
    said = form.values
    try:
        check_version(said["agreed"])
        organization = parts().sales.organizations.id_of(said["organization"])
        account = (said["email"], said["name"], said["password"], organization, current_locale())
        parts().accounts.sign_up(*account)
    except Rejected as error:
        form.reject(error)


@blueprint.route("/link/<token>", methods=["GET", "POST"])
def by_link(token: str) -> Page:
    """Sign in by a one-time link. It takes a press of a button, so that no preview of the address uses it up."""
    good, user = parts().accounts.link_user(token, Purpose.SIGN_IN)
    if request.method == "POST" and good:
        session_token = parts().accounts.sign_in_by_link(token)
        if session_token is not None:
            begin(session_token)
            return redirect(_after_link(user))
        good = False
    page = render_template("link.html", good=good, next=safe_next(request.args.get("next")))
    return page if good else (page, 410)


def _after_link(user: str | None) -> str:
    """The page after a one-time link. It asks for a password where there is none, unless the link leads elsewhere."""
    target, account = safe_next(request.form.get("next")), parts().accounts.find(user or "")
    if account is None or account.has_password:
        return target
    flash(_("You came in by a link, which works once. Choose a password, so that you can sign in again."))
    return target if target != "/" else url_for("people.account", _anchor="password")


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> Page:
    """A new password by a one-time link. It ends all sessions of the account."""
    good, _user = parts().accounts.link_user(token, Purpose.RESET)
    if not good:
        return render_template("link.html", good=False, next="/"), 410
    if request.method == "GET":
        return render_template("reset.html", form=Form())
    form = read_form(NewPassword(), request.form)
    try:
        session_token = parts().accounts.reset_password(token, form.values["password"])
    except Rejected as error:
        form.reject(error)
        return render_template("reset.html", form=form), 422
    if session_token is None:
        return render_template("link.html", good=False, next="/"), 410
    begin(session_token)
    flash(_("The new password holds. You are signed in."))
    return redirect(url_for("people.account"))


@blueprint.route("/first-administrator/<token>", methods=["GET", "POST"])
def first_administrator(token: str) -> Page:
    """Become the first administrator, by the link that the first start prints."""
    accounts = parts().accounts
    good, _user = accounts.link_user(token, Purpose.FIRST_ADMIN)
    if not good or accounts.has_administrator():
        return render_template("link.html", good=False, next="/"), 410
    if request.method == "GET":
        return render_template("first_administrator.html", form=Form())
    form = read_form(NewAdministrator(), request.form)
    session_token = None
    if form.ok:
        said = form.values
        try:
            session_token = accounts.first_administrator(token, said["email"], said["name"], said["password"])
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return render_template("first_administrator.html", form=form), 422
    if session_token is None:
        return render_template("link.html", good=False, next="/"), 410
    begin(session_token)
    return redirect(url_for("administrator.people"))


# --- one's own account ---


def _account(name: Form, password: Form) -> str:
    row = parts().accounts.find(me().user)
    organizations = {each.id: each.name for each in parts().sales.organizations.all()}
    return render_template(
        "account.html",
        account=row,
        organization=organizations.get(row.organization or "") if row else None,
        applications=parts().registration.all_of_user(me().user),
        reset=parts().resets.of(me().user),
        name=name,
        password=password,
    )


@blueprint.get("/account")
def account() -> str:
    """One's name, password and applications."""
    return _account(Form({"name": me().name}), Form())


@blueprint.post("/account/confirm-reset")
def confirm_reset() -> Response:
    """The bidder says that he asked for the new password: his paddles may bid again."""
    parts().resets.confirm(me().user)
    log.info("a new password is confirmed", account=me().user)
    flash(_("Confirmed. Your paddles may bid again."))
    return redirect(url_for("people.account"))


@blueprint.post("/account/name")
def rename() -> Page:
    """Change the name that is shown."""
    form = read_form(NameForm(), request.form)
    if form.ok:
        try:
            parts().accounts.rename(me().user, form.values["name"])
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _account(form, Form()), 422
    flash(_("Saved."))
    return redirect(url_for("people.account"))


@blueprint.post("/account/password")
def change_password() -> Page:
    """Change the password; every other session ends."""
    form, limits, who = read_form(NewPassword(), request.form), parts().limits, me()
    address = request.remote_addr or ""
    if not limits.begin_sign_in(who.user, address):
        form.errors["current"] = _("Too many attempts. Please wait a minute.")
        return _account(Form({"name": who.name}), form), 429
    try:
        token = parts().accounts.change_password(who.user, form.values["current"], form.values["password"])
    except Rejected as error:
        form.reject(error)
        return _account(Form({"name": who.name}), form), 422
    limits.forgive_sign_in(who.user, address)
    begin(token)
    flash(_("The new password holds. Every other session has ended."))
    return redirect(url_for("people.account"))
