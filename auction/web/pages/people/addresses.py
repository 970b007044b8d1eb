"""The address of an account: its owner confirms it, comes back by it, and says which letters he wants."""

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ....base.rejected import Rejected
from ....people.links import Purpose
from ...auth import me
from ...current import parts
from ...forms import Flag, Form, FormSchema, LineField, read_form
from ...locale import gettext as _
from ...locale import said

blueprint = Blueprint("addresses", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]


class AddressForm(FormSchema):
    """The address of an account."""

    email = LineField(254, needed=True)


class LettersForm(FormSchema):
    """Which letters a person wants."""

    outbid = Flag()


@blueprint.app_template_global()
def sends_letters() -> bool:
    """Whether the house has a mail server."""
    return parts().addresses.are_written_to


@blueprint.route("/forgot", methods=["GET", "POST"])
def forgot() -> Page:
    """Ask for a link for a new password. The answer is the same whether the house knows the address."""
    if request.method == "GET" or not sends_letters():
        return render_template("forgot.html", form=Form(), asked=False)
    form = read_form(AddressForm(), request.form)
    if form.ok and not parts().limits.allows(parts().limits.letter_address, request.remote_addr or ""):
        form.errors[""] = said("RATE_LIMITED")
        return render_template("forgot.html", form=form, asked=False), 429
    if not form.ok:
        return render_template("forgot.html", form=form, asked=False), 422
    parts().addresses.forgot(form.values["email"])
    return render_template("forgot.html", form=form, asked=True)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Page:
    """Confirm an address. It takes a press of a button, so that no preview of the link uses it up."""
    if not parts().accounts.link_user(token, Purpose.CONFIRM)[0]:
        return render_template("link.html", good=False, next="/"), 410
    if request.method == "GET":
        return render_template("confirm.html", error=None)
    try:
        user = parts().addresses.confirm(token)
    except Rejected as error:
        return render_template("confirm.html", error=said(error.code, error.params)), 409
    log.info("an address is confirmed", account=user)
    flash(_("Your address is confirmed."))
    return redirect(url_for("people.account"))


@blueprint.post("/account/address")
def ask() -> Response:
    """Send the caller a link that confirms his address."""
    if sends_letters():
        parts().addresses.ask_to_confirm(me().user)
        flash(
            _("If it does not come within some minutes, look among the unwanted mail. At most three an hour are sent.")
        )
    return redirect(url_for("people.account"))


@blueprint.post("/account/letters")
def choose() -> Response:
    """Say whether the caller wants a letter when he is outbid."""
    parts().addresses.set_outbid(me().user, wanted=read_form(LettersForm(), request.form).values["outbid"])
    flash(_("Saved."))
    return redirect(url_for("people.account"))
