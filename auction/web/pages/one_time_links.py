"""One-time links as staff make them: one alone for a new account, two together for one that may bid."""

import structlog
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ...people.links import Purpose
from ...people.rows import AccountRow
from ..auth import me
from ..current import parts
from ..errors import Problem
from ..locale import gettext as _

log = structlog.get_logger()

Page = Response | str | tuple[str, int]
ENDPOINTS = {Purpose.RESET: "people.reset", Purpose.SIGN_IN: "people.by_link", Purpose.CONFIRM: "addresses.confirm"}


def alone(account: AccountRow, purpose: Purpose, back: str) -> str:
    """Make a one-time link and show it, this once."""
    return _shown(account, purpose, parts().accounts.make_link(purpose, account.id), back)


def together(account: AccountRow, back: str) -> Page:
    """Ask for a link for a new password, grant it, or show it once, as the form says. Raises Rejected."""
    resets, user, act = parts().resets, account.id, request.form.get("act")
    if act == "take":
        return _shown(account, Purpose.RESET, resets.take(user, me().user), back)
    if act not in ("ask", "grant"):
        raise Problem("MALFORMED", field="act")
    (resets.ask if act == "ask" else resets.grant)(user, me().user)
    log.info("one-time link " + ("asked for" if act == "ask" else "granted"), account=user, by=me().user)
    flash(_("Asked. Another of the staff must grant it.") if act == "ask" else _("Granted. The paddles are held."))
    return redirect(back)


def _shown(account: AccountRow, purpose: Purpose, token: str, back: str) -> str:
    log.info("one-time link made", purpose=str(purpose), account=account.id, by=me().user)
    address = parts().config.public_url + url_for(ENDPOINTS[purpose], token=token)
    return render_template("organizer_link.html", account=account, address=address, purpose=str(purpose), back=back)
