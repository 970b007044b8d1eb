"""The page on which a buyer, or the staff, sign a paper by drawing. It asks for the password again."""

import structlog
from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from models.rows import SaleRow

from ...base.rejected import Rejected
from ...papers.cabinet import Cabinet, Paper
from ...papers.signing import HEIGHT, WIDTH, read_strokes, sign, signatures
from ...people.confirming import confirm_password
from ..auth import me
from ..current import parts
from ..errors import Problem
from ..forms import Form
from ..locale import gettext as _

log = structlog.get_logger()

Page = Response | str | tuple[str, int]


def signing(sale: SaleRow, paper: Paper, back: str) -> Page:
    """Show the field to draw in; or take a drawing and a password, and lead back. Raises Problem."""
    form = Form({"strokes": ""})
    if request.method == "POST":
        try:
            return _signed(sale, paper, back)
        except Rejected as error:
            if error.code == "NOT_FOUND":
                raise Problem(error.code) from error
            form.reject(error)
    known = {"sale": sale, "paper": paper, "form": form, "back": back, "signatures": signatures(paper)}
    page = render_template("sign.html", **known, width=WIDTH, height=HEIGHT)
    return (page, 422) if form.errors else page


def _signed(sale: SaleRow, paper: Paper, back: str) -> Response:
    strokes = read_strokes(request.form.get("strokes", ""))
    ask_password()
    cabinet = Cabinet(parts())
    made = sign(cabinet, cabinet.dossier(sale), paper, me().user, strokes)
    log.info("paper signed", paper=made.number, version=made.version, by=me().user)
    flash(_("Signed. The paper with your signature is version %(version)s.", version=made.version))
    return redirect(back)


def ask_password() -> None:
    """Ask for the caller's password with the limits of signing in. Raises Rejected."""
    limits, user, address = parts().limits, me().user, request.remote_addr or ""
    if not limits.begin_sign_in(user, address):
        raise Rejected("RATE_LIMITED")
    confirm_password(parts().store, parts().accounts.passwords, user, request.form.get("password", ""))
    limits.forgive_sign_in(user, address)
