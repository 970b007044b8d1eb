"""The bidder's screen, on a phone."""

from flask import Blueprint, render_template

from ..parts import sale_or_404

blueprint = Blueprint("bidder", __name__)


@blueprint.get("/sales/<slug>/live")
def room(slug: str) -> str:
    """The bidder's screen, on a phone; everything live comes over the socket."""
    return render_template("bidder.html", sale=sale_or_404(slug))
