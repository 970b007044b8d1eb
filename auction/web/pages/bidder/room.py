"""The bidder's screen, on a phone."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, render_template, request

from ....audit.losing import read_losses
from ....rules.budget import highest_bid_minor
from ....rules.lot import MAX_AMOUNT
from ....rules.money import all_in_minor
from ....words.sentences import SENTENCES
from ...auth import me
from ...current import parts, sale_or_404
from ...errors import Problem
from ...locale import said

blueprint = Blueprint("bidder", __name__)


@blueprint.get("/sales/<slug>/live")
def room(slug: str) -> str:
    """The bidder's screen, on a phone; everything live comes over the socket."""
    return render_template("bidder.html", sale=sale_or_404(slug))


@blueprint.get("/sales/<slug>/lots/<lot>/within.json")
def within(slug: str, lot: str) -> Response:
    """The highest amount on a lot's ladder whose all-in price `?budget_minor=` pays, null where the next amount is
    above it already."""
    sale = parts().engine.book(sale_or_404(slug).id).sale
    if lot not in sale.lots:
        raise Problem("UNKNOWN_LOT")
    budget = request.args.get("budget_minor", "")
    if not (budget.isascii() and budget.isdigit() and len(budget) <= 16 and int(budget) <= MAX_AMOUNT):
        raise Problem("MALFORMED_AMOUNT")
    highest = highest_bid_minor(sale, sale.lots[lot], int(budget), parts().clock.now_ms())
    paid = None if highest is None else all_in_minor(highest, sale.buyer_commission)
    return jsonify({"lot": lot, "highest_minor": highest, "all_in_minor": paid})


@blueprint.get("/sales/<slug>/lots/<lot>/why.json")
def why(slug: str, lot: str) -> Response:
    """Why the caller did not get an ended lot, with the rows that prove it. `[]` if he did, or did not bid."""
    row = sale_or_404(slug)
    sale, user = parts().engine.book(row.id).sale, me().user
    if lot not in sale.lots:
        raise Problem("UNKNOWN_LOT")
    paddle = sale.paddles.get(user)
    if paddle is None:
        return jsonify([])
    with parts().store.read() as connection:
        found = read_losses(connection, row.id, sale.lots[lot], paddle, user)
    return jsonify([{**asdict(each), "says": _says(each.code)} for each in found])


def _says(code: str | None) -> str | None:
    """The sentence of a refusal that names no amount. The record keeps none of the amounts that others name."""
    return None if code is None or "%(" in SENTENCES.get(code, "") else said(code)
