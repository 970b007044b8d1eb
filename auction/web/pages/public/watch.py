"""The live sale for those who only watch, without an account."""

from flask import Blueprint, render_template

from ...current import sale_or_404

blueprint = Blueprint("watch", __name__)


@blueprint.get("/sales/<slug>/watch")
def screen(slug: str) -> str:
    """The lot on the block, its price as a picture, and the progress of the sale."""
    return render_template("watch.html", sale=sale_or_404(slug))
