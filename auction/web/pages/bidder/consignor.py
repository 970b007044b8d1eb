"""A consignor's own lots in a sale: interest without names, price advice, agreement to the start, result, statement."""

from collections.abc import Sequence

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models.rows import LotRow, SaleRow, SaleStatus

from ....base.rejected import Rejected
from ....base.runtime import Slices
from ....papers.advice import price_advice
from ....papers.cabinet import Cabinet, Paper
from ....papers.kinds import LANGUAGES
from ....papers.statistics import percent
from ....sales.interest import NO_INTEREST
from ...auth import me
from ...current import earlier_sales, parts, sale_or_404
from ...errors import Problem
from ...forms import Form
from ...locale import gettext as _
from ..organizer.papers import pdf
from ..public.catalogue import merged
from ..signing import ask_password

blueprint = Blueprint("consignor", __name__)
log = structlog.get_logger()

Page = Response | str | tuple[str, int]
STATEMENT = "statement"


@blueprint.get("/sales/<slug>/my-lots")
def lots(slug: str) -> str:
    """The lots that the caller or his organization consigns."""
    return _page(sale_or_404(slug, drafts=True))


@blueprint.post("/sales/<slug>/my-lots/<lot>/agree")
def agree(slug: str, lot: str) -> Page:
    """Agree to the start price of an own lot, with the password: who, when and the amount are kept."""
    row, form = sale_or_404(slug, drafts=True), Form({"lot": lot})
    if lot not in {each.lot for each in _own(row)}:
        raise Problem("UNKNOWN_LOT")
    start = request.form.get("start_minor", "")
    try:
        if not (start.isascii() and start.isdigit() and len(start) <= 16):
            raise Rejected("MALFORMED_AMOUNT")
        ask_password()
        parts().agreements.agree(row.id, lot, me().user, int(start))
    except Rejected as error:
        form.reject(error)
        return _page(row, form), 422
    log.info("a start price is agreed to", sale=row.id, lot=lot, by=me().user)
    flash(_("Your agreement is kept."))
    return redirect(url_for("consignor.lots", slug=slug, _anchor=f"lot-{lot}"))


@blueprint.get("/sales/<slug>/my-lots/<paper>/<int:version>/<lang>.pdf")
def statement(slug: str, paper: str, version: int, lang: str) -> Response:
    """A statement of the caller's own lots as PDF; of all others it is not told that they are there."""
    row = sale_or_404(slug)
    found = next((each for each in _statements(row, _own(row)) if (each.id, each.version) == (paper, version)), None)
    if found is None:
        raise Problem("NOT_FOUND")
    return pdf(found, lang)


def _own(row: SaleRow) -> list[LotRow]:
    """The lots that the caller or his organization consigns."""
    account = parts().accounts.find(me().user)
    mine = {me().user, account.organization if account is not None and not account.organization_claimed else None}
    return [lot for lot in parts().sales.lots(row.id) if mine & {each["id"] for each in lot.consignors}]


def _statements(row: SaleRow, own: Sequence[LotRow]) -> list[Paper]:
    """The statements of own lots, the newest first."""
    mine = {lot.lot for lot in own}
    found = [each for each in Cabinet(parts()).of_sale(row.id) if each.kind == STATEMENT and each.subject in mine]
    return sorted(found, key=lambda each: (-each.made_ms, each.number))


def _page(row: SaleRow, form: Form | None = None) -> str:
    own, now_ms = _own(row), parts().clock.now_ms()
    states, slices = parts().engine.book(row.id).sale.lots, Slices()
    others = parts().sales.all(SaleStatus.CLOSED, SaleStatus.ARCHIVED)
    similar = earlier_sales().similar(row, others, slices.breathe)
    return render_template(
        "consignor_lots.html",
        sale=row,
        lots=[merged(lot, states.get(lot.lot), now_ms) for lot in own],
        wanted=parts().interest.of_sale(row.id),
        no_interest=NO_INTEREST,
        advice={lot.lot: price_advice(similar.get(lot.field, ())) for lot in own},
        agreed=parts().agreements.last(row.id),
        statements=_statements(row, own),
        languages=LANGUAGES,
        percent=percent,
        form=form or Form(),
        now_ms=now_ms,
    )
