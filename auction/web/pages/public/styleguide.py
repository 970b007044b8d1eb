"""The page that shows every component of the screens in every state. It holds no data, so it is open to all."""

from flask import Blueprint, render_template

blueprint = Blueprint("styleguide", __name__)

GUIDE_COLOURS = ("ink", "ink-soft", "seal", "good", "warn", "bad", "won", "outbid", "danger", "focus", "edge")
GUIDE_STANDINGS = ("none", "leads", "outbid", "wait", "won")
GUIDE_STATUSES = ("pending", "open", "fair_warning", "paused", "sold", "passed", "withdrawn")


@blueprint.get("/styleguide")
def page() -> str:
    """Colours, type, and each component in its states."""
    return render_template("styleguide.html", colours=GUIDE_COLOURS, standings=GUIDE_STANDINGS, statuses=GUIDE_STATUSES)
