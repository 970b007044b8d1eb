"""The auctioneer's console."""

from flask import Blueprint, render_template

from ...i18n import mark as _
from ..parts import sale_or_404

REASONS = (
    ("MISHEARD", _("misheard")),
    ("WRONG_PADDLE", _("wrong paddle")),
    ("MISTYPED", _("mistyped")),
    ("DISPUTE", _("a dispute in the room")),
    ("TECHNICAL", _("a technical fault")),
    ("TITLE_EVIDENCE", _("evidence about the title")),
    ("CONSIGNOR", _("the consignor asks for it")),
    ("AUTHORITY", _("an authority asks for it")),
    ("BREAK", _("a break")),
    ("OTHER", _("another reason")),
)

blueprint = Blueprint("auctioneer", __name__)


@blueprint.get("/sales/<slug>/console")
def console(slug: str) -> str:
    """The auctioneer's console; everything live comes over the socket."""
    return render_template("auctioneer.html", sale=sale_or_404(slug), reasons=REASONS)
