"""The auctioneer's console."""

from flask import Blueprint, Response, jsonify, render_template

from ....rules.acts import OF_DESK
from ...current import parts, sale_or_404

blueprint = Blueprint("auctioneer", __name__)

CONSOLE = {
    "keys": {act.name: act.console_key for act in OF_DESK.values() if act.console_key},
    "reasons": {act.name: act.reasons for act in OF_DESK.values() if act.reasons},
}
"""The console's part of the table of acts: keys and reasons, by call."""


@blueprint.get("/sales/<slug>/console")
def console(slug: str) -> str:
    """The auctioneer's console; everything live comes over the socket."""
    return render_template("auctioneer.html", sale=sale_or_404(slug), console=CONSOLE)


@blueprint.get("/sales/<slug>/console/screen")
def screen(slug: str) -> str:
    """The auctioneer's own large screen, without a control, beside the console of a clerk."""
    return render_template("podium.html", sale=sale_or_404(slug))


@blueprint.get("/sales/<slug>/gavel.json")
def gavel(slug: str) -> Response:
    """The holder of the gavel, with his name; both null before the first."""
    user = parts().engine.book(sale_or_404(slug).id).sale.gavel
    found = None if user is None else parts().accounts.find(user)
    return jsonify({"auctioneer": user, "name": None if found is None else found.name})
