"""The lots that a person follows: a star that works without a script, and the list. Openings of pages are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import SaleRow, SaleStatus

from ....base.rejected import Rejected
from ....people.roles import STAFF
from ...auth import current_identity, me, safe_next
from ...current import parts, sale_or_404, shown
from ...errors import Problem
from ..public.catalogue import merged

blueprint = Blueprint("watchlist", __name__)


@dataclass(frozen=True, slots=True)
class FollowedLots:
    """The lots of a sale that a person follows, as its pages show them."""

    sale: SaleRow
    lots: Sequence[Any]


@blueprint.get("/followed")
def mine() -> str:
    """The lots that the caller follows, in all sales."""
    now_ms, groups = parts().clock.now_ms(), []
    for sale, lots in parts().interest.followed(me().user).items():
        row = parts().sales.by_id(sale)
        if row is not None:
            rows, states = shown(row).rows, parts().engine.book(sale).sale.lots
            groups.append(
                FollowedLots(row, [merged(rows[lot], states.get(lot), now_ms) for lot in lots if lot in rows])
            )
    groups.sort(key=lambda each: (each.sale.status is not SaleStatus.PUBLISHED, -(each.sale.starts_at_ms or 0)))
    return render_template("followed.html", groups=groups, now_ms=now_ms)


@blueprint.post("/sales/<slug>/follow")
def change(slug: str) -> Response:
    """Follow a lot, or follow it no longer; done twice it changes nothing."""
    row, interest = sale_or_404(slug), parts().interest
    try:
        if request.form.get("leave"):
            interest.leave(row.id, request.form["leave"], me().user)
        else:
            interest.follow(row.id, request.form.get("follow", ""), me().user)
    except Rejected as error:
        raise Problem(error.code, **error.params) from error
    return redirect(safe_next(request.form.get("next")) if "next" in request.form else url_for("watchlist.mine"))


@blueprint.post("/sales/<slug>/lots/<lot>/seen")
def seen(slug: str, lot: str) -> Response:
    """Count that the page of a lot was opened. Its own script says so; the staff's openings do not count."""
    row, who = sale_or_404(slug), current_identity()
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Problem("FORBIDDEN")
    if lot in shown(row).rows and (who is None or who.role not in STAFF):
        parts().views.count(row.id, lot, request.remote_addr or "", request.headers.get("User-Agent", ""))
    return Response(status=204)
