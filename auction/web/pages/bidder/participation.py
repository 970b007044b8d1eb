"""A bidder applies to a sale, and reads what became of it."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from models.rows import RegistrationRow, SaleRow

from ....money.bank import payment_reference
from ....people.roles import Role
from ....sales import deposits
from ...auth import current_identity, me, safe_next
from ...current import parts, sale_or_404, shown

blueprint = Blueprint("participation", __name__)


@blueprint.app_template_global()
def application_to(sale: SaleRow) -> RegistrationRow | None:
    """The caller's application to a sale; None without one."""
    who = current_identity()
    return None if who is None or who.role is not Role.BIDDER else parts().registration.of_user(sale.id, who.user)


@blueprint.app_template_global()
def deposit_due(sale: SaleRow) -> int | None:
    """The deposit that a sale asks of every bidder; None: none, or it is not known yet."""
    return (
        None
        if sale.deposit is None
        else deposits.due_minor(sale.deposit, [lot.start_minor for lot in shown(sale).rows.values()])
    )


@blueprint.app_template_global()
def transfer_reference(application: RegistrationRow) -> str:
    """The words that the bidder writes into a transfer, so that the cashier finds whose it is."""
    return payment_reference(application.id)


@blueprint.post("/sales/<slug>/apply")
def apply(slug: str) -> Response:
    """Ask to take part in a sale; asking twice changes nothing."""
    sale = sale_or_404(slug)
    parts().registration.apply(sale.id, me().user)
    target = request.form.get("next")
    return redirect(safe_next(target) if target else url_for("catalogue.sale", slug=slug))
