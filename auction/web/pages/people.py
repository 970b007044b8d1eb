"""Sign in and out."""

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from ...accounts import Purpose, fold_email
from ..auth import begin, safe_next
from ..locale import gettext as _
from ..parts import parts

blueprint = Blueprint("people", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """The form, and what it leads to. A wrong name and a wrong password look the same."""
    target = safe_next(request.values.get("next"))
    if request.method == "GET":
        return render_template("sign_in.html", next=target, email="", error=None)
    email = fold_email(request.form.get("email", ""))
    limits, address = parts().limits, request.remote_addr or ""
    spent = limits.is_spent(limits.sign_in_account, "sign-in", email)
    if spent or limits.is_spent(limits.sign_in_address, "sign-in-from", address):
        error = _("Too many attempts. Please wait a minute.")
        return render_template("sign_in.html", next=target, email=email, error=error), 429
    token = parts().accounts.sign_in(email, request.form.get("password", ""))
    if token is None:
        limits.allows(limits.sign_in_account, "sign-in", email)
        limits.allows(limits.sign_in_address, "sign-in-from", address)
        error = _("Name or password is wrong.")
        return render_template("sign_in.html", next=target, email=email, error=error), 422
    begin(token)
    return redirect(target)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session here and on every open socket."""
    parts().accounts.sign_out(session["token"])
    session.clear()
    return redirect("/")


@blueprint.route("/link/<token>", methods=["GET", "POST"])
def by_link(token: str) -> Response | str | tuple[str, int]:
    """Sign in by a one-time link. It takes a press of a button, so that no preview of the address uses it up."""
    good, _user = parts().accounts.link_user(token, Purpose.SIGN_IN)
    if request.method == "POST" and good:
        session_token = parts().accounts.sign_in_by_link(token)
        if session_token is not None:
            begin(session_token)
            return redirect(safe_next(request.form.get("next")))
        good = False
    page = render_template("link.html", good=good, next=safe_next(request.args.get("next")))
    return page if good else (page, 410)
