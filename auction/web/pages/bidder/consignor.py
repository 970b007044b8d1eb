"""A consignor's own lots in a sale: how each stands and what became of it, without any name."""

from flask import Blueprint, render_template

from ...auth import me
from ...current import parts, sale_or_404
from ..public.catalogue import merged

blueprint = Blueprint("consignor", __name__)


@blueprint.get("/sales/<slug>/my-lots")
def lots(slug: str) -> str:
    """The lots that the caller or his organization consigns."""
    row = sale_or_404(slug, drafts=True)
    account = parts().accounts.find(me().user)
    mine = {me().user, account.organization if account is not None else None}
    states, now_ms = parts().engine.book(row.id).sale.lots, parts().clock.now_ms()
    own = [lot for lot in parts().sales.lots(row.id) if mine & {each["id"] for each in lot.consignors}]
    return render_template(
        "consignor_lots.html",
        sale=row,
        lots=[merged(lot, states.get(lot.lot), now_ms) for lot in own],
        now_ms=now_ms,
    )
