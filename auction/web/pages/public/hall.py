"""The big screen in the hall."""

from flask import Blueprint, render_template

from ...current import sale_or_404

blueprint = Blueprint("hall", __name__)


@blueprint.get("/sales/<slug>/hall")
def screen(slug: str) -> str:
    """The big screen in the hall; everything live comes over the socket."""
    return render_template("hall.html", sale=sale_or_404(slug))
