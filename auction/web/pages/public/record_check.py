"""The page on which a reader's own browser checks a sale's public record."""

from flask import Blueprint, render_template

from ...current import sale_or_404

blueprint = Blueprint("record_check", __name__)


@blueprint.get("/sales/<slug>/check")
def page(slug: str) -> str:
    """The check of the record; static/js/pages/record.js does it."""
    return render_template("record.html", sale=sale_or_404(slug))
