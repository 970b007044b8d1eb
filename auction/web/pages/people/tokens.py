"""A person's access tokens: made, shown once, seen with their last use, and ended."""

from datetime import UTC, datetime

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ....base.rejected import Rejected
from ....people.confirming import confirm_password
from ....people.tokens import NewToken, Scope
from ....words.i18n import mark as N_
from ...access import scopes_of
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Count, Form, FormSchema, LineField, Secret, read_form
from ...locale import gettext as _

blueprint = Blueprint("tokens", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]
USUAL_DAYS = 90
SCOPE_WORDS = {
    Scope.READ: N_("Read what I may read"),
    Scope.REGISTER: N_("Apply to sales"),
    Scope.BID: N_("Bid in my name"),
    Scope.CATALOGUE: N_("Make drafts of sales, and put lots into them"),
    Scope.DECIDE: N_("Admit bidders, and turn them down"),
    Scope.CALL: N_("Call as auctioneer"),
    Scope.MONEY: N_("Read the ledger"),
    Scope.WEBHOOKS: N_("Make webhooks of a sale, see what they are sent, and end them"),
    Scope.CALENDAR: N_("Show my sales in a calendar program (choose nothing else)"),
}


class TokenForm(FormSchema):
    """A new token."""

    name = LineField(100)
    days = Count()
    password = Secret()


@blueprint.route("/account/tokens", methods=["GET", "POST"])
def mine() -> Page:
    """One's tokens; and a new one, which is shown this once."""
    if request.method == "GET":
        return _page(Form({"days": str(USUAL_DAYS)}))
    form = read_form(TokenForm(), request.form)
    chosen = [scope for scope in scopes_of(me().role) if scope.value in request.form.getlist("scopes")]
    if form.ok:
        try:
            return _page(Form({"days": str(USUAL_DAYS)}), chosen, _made(form, chosen))
        except Rejected as error:
            form.reject(error)
    return _page(form, chosen), 422


def _made(form: Form, chosen: list[Scope]) -> NewToken:
    """A new token, once the password was said again with the limits of signing in. Raises Rejected."""
    who, limits, address = me(), parts().limits, request.remote_addr or ""
    if not limits.begin_sign_in(who.user, address):
        raise Rejected("RATE_LIMITED")
    confirm_password(parts().store, parts().accounts.passwords, who.user, form.values["password"])
    limits.forgive_sign_in(who.user, address)
    made = parts().tokens.make(who.user, form.values["name"], chosen, form.values["days"] or 0)
    log.info("an access token is made", account=who.user, token=made.id, scopes=[str(each) for each in chosen])
    return made


@blueprint.post("/account/tokens/<token>/end")
def end(token: str) -> Response:
    """End one of one's tokens."""
    try:
        parts().tokens.end(me().user, token)
    except Rejected as error:
        raise Problem(error.code) from error
    log.info("an access token is ended", account=me().user, token=token)
    flash(_("The token has ended. Programs that use it are turned away from now on."))
    return redirect(url_for("tokens.mine"))


def _calendar(made: NewToken | None, chosen: list[Scope] | None) -> str | None:
    """The address for a calendar program, if the new token is for that alone."""
    return None if made is None or chosen != [Scope.CALENDAR] else f"/calendar/{made.secret}.ics"


def _when(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _page(form: Form, chosen: list[Scope] | None = None, made: NewToken | None = None) -> str:
    held = parts().tokens.of_user(me().user)
    return render_template(
        "tokens.html",
        form=form,
        chosen=[Scope.READ] if chosen is None else chosen,
        offered=[(scope, SCOPE_WORDS[scope]) for scope in scopes_of(me().role)],
        words=SCOPE_WORDS,
        tokens=held,
        made=made,
        calendar=_calendar(made, chosen),
        public_url=parts().config.public_url,
        when=_when,
        now_ms=parts().clock.now_ms(),
        account=parts().accounts.find(me().user),
    )
