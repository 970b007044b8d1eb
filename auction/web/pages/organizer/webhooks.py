"""The webhooks of a sale. The secret of a new one is shown once. Each message is shown with every try."""

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow, WebhookRow

from ....base.rejected import Rejected
from ....webhooks.calling import LONGEST_URL
from ....webhooks.kinds import MESSAGE_KINDS
from ....words.i18n import mark as N_
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Form, FormSchema, LineField, read_form
from ...locale import gettext as _
from .sale import organizers_sale

blueprint = Blueprint("organizer_webhooks", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]
KIND_WORDS = {
    "lot.opened": N_("a lot opens"),
    "lot.sold": N_("a lot is sold"),
    "lot.passed": N_("a lot is passed"),
    "lot.withdrawn": N_("a lot is withdrawn"),
    "lot.reopened": N_("a hammer or a pass is taken back"),
    "lot.taken": N_("a priority right takes a lot"),
    "sale.closed": N_("the sale is closed"),
    "registration.applied": N_("a person applies"),
    "registration.decided": N_("an application is decided"),
    "payment.arrived": N_("a payment arrives"),
    "deposit.arrived": N_("a deposit arrives"),
}
FAULT_WORDS = {
    "NO_ADDRESS": N_("the name has no address"),
    "ADDRESS_NOT_ALLOWED": N_("the address is private, and no setting names its network"),
    "NO_CONNECTION": N_("no connection"),
    "TLS_FAILED": N_("the certificate is not good, or there is no TLS"),
    "TIMEOUT": N_("no answer within 10 seconds"),
    "NO_ANSWER": N_("no answer of HTTP"),
    "BAD_WEBHOOK_URL": N_("not an address of the web"),
    "WEBHOOK_NOT_HTTPS": N_("the address is not https"),
}


class WebhookForm(FormSchema):
    """A new webhook."""

    url = LineField(LONGEST_URL, needed=True)


@blueprint.route("/organizer/sales/<slug>/webhooks", methods=["GET", "POST"])
def webhooks(slug: str) -> Page:
    """The webhooks of the sale; and a new one, whose secret is shown this once."""
    row = organizers_sale(slug)
    if request.method == "GET":
        return _page(row, Form())
    form = read_form(WebhookForm(), request.form)
    chosen = request.form.getlist("kinds")
    if form.ok:
        try:
            made = parts().webhooks.make(row.id, form.values["url"], chosen, me().user)
        except Rejected as error:
            form.reject(error)
        else:
            log.info("a webhook is made", sale=row.id, webhook=made.id, by=me().user)
            return _page(row, Form(), made=made)
    return _page(row, form, chosen), 422


@blueprint.get("/organizer/sales/<slug>/webhooks/<webhook>")
def one(slug: str, webhook: str) -> str:
    """A webhook with its messages and each try."""
    row = organizers_sale(slug)
    found = _found(row, webhook)
    known = {"sale": row, "tab": "webhooks", "webhook": found, "messages": parts().webhooks.messages(found.id)}
    return render_template("organizer_webhook.html", **known, kinds=KIND_WORDS, faults=FAULT_WORDS)


@blueprint.post("/organizer/sales/<slug>/webhooks/<webhook>/end")
def end(slug: str, webhook: str) -> Response:
    """End a webhook."""
    row = organizers_sale(slug)
    parts().webhooks.end(row.id, _found(row, webhook).id)
    log.info("a webhook is ended", sale=row.id, webhook=webhook, by=me().user)
    flash(_("The webhook has ended. Nothing more is sent to it."))
    return redirect(url_for("organizer_webhooks.webhooks", slug=slug))


@blueprint.post("/organizer/sales/<slug>/webhooks/<webhook>/messages/<message>")
def again(slug: str, webhook: str, message: str) -> Response:
    """Send a message again."""
    row = organizers_sale(slug)
    try:
        parts().webhooks.send_again(row.id, _found(row, webhook).id, message)
    except Rejected as error:
        raise Problem(error.code) from error
    flash(_("The message is sent again now."))
    return redirect(url_for("organizer_webhooks.one", slug=slug, webhook=webhook))


def _found(row: SaleRow, webhook: str) -> WebhookRow:
    try:
        return parts().webhooks.find(row.id, webhook)
    except Rejected as error:
        raise Problem(error.code) from error


def _page(row: SaleRow, form: Form, chosen: list[str] | None = None, made: WebhookRow | None = None) -> str:
    return render_template(
        "organizer_webhooks.html",
        tab="webhooks",
        sale=row,
        webhooks=parts().webhooks.of_sale(row.id),
        form=form,
        chosen=list(MESSAGE_KINDS) if chosen is None else chosen,
        kinds=KIND_WORDS,
        made=made,
        secret=None if made is None else parts().webhooks.secret(made.id),
    )
