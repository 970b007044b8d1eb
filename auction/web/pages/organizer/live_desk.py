"""The organizer's live desk: one page of a running sale."""

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.rows import SaleStatus

from ....rules.visibility import ROOM_NOTES
from ....words.of_refusals import as_refused
from ...auth import me
from ...current import parts
from ...locale import said
from .sale import organizers_sale

blueprint = Blueprint("organizer_live", __name__)


@blueprint.get("/organizer/sales/<slug>/desk")
def desk(slug: str) -> AnyResponse | str:
    """Everything that happens, with names; what moves comes over the socket. A draft has no desk yet."""
    row = organizers_sale(slug)
    if row.status is SaleStatus.DRAFT:
        return redirect(url_for("organizer.sale", slug=slug))
    return render_template("organizer_desk.html", sale=row, me_id=me().user, notes=ROOM_NOTES)


@blueprint.get("/organizer/sales/<slug>/desk.json")
def news(slug: str) -> Response:
    """Names by paddle, the last refused acts, and what stops the sale from working."""
    row = organizers_sale(slug)
    sale, live = parts().engine.book(row.id).sale, parts().live_desk
    people = parts().registration.of_sale(row.id)
    refused = [
        {
            "at_ms": each.at_ms,
            "lot": each.lot,
            "paddle": each.paddle,
            "is_maximum": each.command == "PlaceMaximum",
            "amount_minor": each.amount_minor,
            "says": said(as_refused(each.code)),
        }
        for each in live.refused(sale)
    ]
    return jsonify(
        {
            "names": {each.paddle: each.name for each in people if each.paddle is not None},
            "refused": refused,
            "alarms": [said(each.code, {"count": each.count}) for each in live.alarms(row, sale)],
        }
    )
