"""The statistics of a sale: figures, tables and charts, for everybody and with more for the house."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import partial

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from models.rows import SaleRow, SaleStatus

from ....base import runtime
from ....base.runtime import Slices
from ....base.zones import zone_of
from ....papers.cells import FORMAT_WORDS
from ....papers.sale_statistics import LotCourse, SaleStatistics, curve, from_courses, lot_course
from ....papers.statistics import Figures, LotFigures, hundredths, percent
from ....papers.statistics_files import (
    FILES,
    StatisticsReader,
    curve_chart,
    curve_table,
    outcome_of,
    sale_title,
    statistics_chart,
    statistics_table,
)
from ....papers.tables import ReportTable
from ....papers.writers import FILE_FORMS
from ....rules.sale import Sale
from ...current import earlier_sales, parts, sale_or_404, shown
from ...errors import Problem
from ...locale import current_locale
from ...shown import PartStanding

CURVES, MOST_GROUPS = 6, 20
"""So many price curves, and groups of a table, stand on a sale's page. Each other lot has its curve on its own."""

blueprint = Blueprint("statistics", __name__)


@blueprint.get("/sales/<slug>/statistics")
def sale(slug: str) -> str:
    """A sale's statistics, from what everybody may know."""
    row = sale_or_404(slug)
    return render_template("statistics.html", **_page(row, _told(row)))


@blueprint.get("/organizer/sales/<slug>/statistics")
def house(slug: str) -> str:
    """The same for the house, with the money of both sides and the people."""
    row = sale_or_404(slug, drafts=True)
    told = _told(row)
    applicants = parts().registration.of_sale(row.id)
    of_house = {
        "applied": len(applicants),
        "admitted": sum(each.paddle is not None for each in applicants),
        "defaulted": list(parts().books.follow(row.id).defaulted.values()),
    }
    return render_template("organizer_statistics.html", tab="statistics", **_page(row, told), **of_house)


@blueprint.get("/sales/<slug>/statistics/<name>.<form>")
def file(slug: str, name: str, form: str) -> Response:
    """A table as CSV, or its chart as SVG."""
    row = sale_or_404(slug)
    if name not in FILES or form not in ("csv", "svg"):
        raise Problem("NOT_FOUND")
    told = _told(row)
    if form == "svg":
        return _picture(statistics_chart(told, name), f"{row.slug}-{name}")
    return _csv(statistics_table(told, name), f"{row.slug}-{name}")


@blueprint.get("/sales/<slug>/lots/<lot>/price")
def lot(slug: str, lot: str) -> str:
    """How the price of a lot went."""
    row = sale_or_404(slug)
    told = _told_of(row, lot)
    known = {"sale": row, "told": told, "each": _lot_of(told, lot), "picture": _curve(told, lot)}
    points = curve(parts().store, told.of.state, told.of.state.lots[lot]).points
    return render_template("price.html", **known, points=points, **_words())


@blueprint.get("/sales/<slug>/lots/<lot>/price.<form>")
def lot_file(slug: str, lot: str, form: str) -> Response:
    """The price of a lot as CSV or SVG."""
    row = sale_or_404(slug)
    told = _told_of(row, lot)
    if form == "svg":
        return _picture(_curve(told, lot), f"{row.slug}-lot-{lot}")
    if form != "csv":
        raise Problem("NOT_FOUND")
    points = curve(parts().store, told.of.state, told.of.state.lots[lot])
    return _csv(curve_table(told, lot, points, _moment(row)), f"{row.slug}-lot-{lot}")


# --- what a page is made of -----------------------------------------------------------------------------------------


def _told(row: SaleRow) -> StatisticsReader:
    slices = Slices()
    others = parts().sales.all(SaleStatus.CLOSED, SaleStatus.ARCHIVED)
    earlier = earlier_sales().before(row, others, slices.breathe)
    of = statistics_of(row)
    slices.breathe()
    return StatisticsReader(of, earlier, current_locale())


def _told_of(row: SaleRow, lot: str) -> StatisticsReader:
    """The statistics for a page of one lot. Raises Problem where there is no such lot in the record."""
    told = StatisticsReader(statistics_of(row), (), current_locale())
    if lot not in told.of.titles:
        raise Problem("UNKNOWN_LOT")
    return told


def statistics_of(row: SaleRow) -> SaleStatistics:
    """The statistics of a sale. How a lot went is computed again only when it has changed."""
    state, now_ms = parts().engine.book(row.id).sale, parts().clock.now_ms()
    made = shown(row).parts(("course",), state.lots, now_ms, partial(_course, state, now_ms))
    return from_courses(row, state, [course for _, course in made if course is not None])


def _course(state: Sale, now_ms: int, standing: PartStanding) -> LotCourse | None:
    if standing.state is None:
        return None
    return lot_course(state, standing.state, standing.row, len(standing.patents), now_ms)


def _page(row: SaleRow, told: StatisticsReader) -> dict[str, object]:
    """The values of the page. Each step is short, and the others have their turn after it."""
    slices = Slices()
    contested = sorted((each for each in told.of.lots if each.bids > 1), key=lambda each: -each.bids)[:CURVES]
    curves = []
    for each in contested:
        slices.breathe()
        curves.append((each.lot, _curve(told, each.lot)))
    slices.breathe()
    prices = Markup(statistics_chart(told, "lots")) if told.of.total.sold.lots else ""  # noqa: S704 - ours, escaped
    groups: list[tuple[str, Mapping[str, Figures], Mapping[str, str]]] = []
    for name, of_lot, words in (
        ("fields", "by_field", {}),
        ("formats", "by_format", FORMAT_WORDS),
        ("consignors", "by_consignor", {}),
    ):
        slices.breathe()
        groups.append((name, getattr(told.of, of_lot), words))
    rows = _rows(row, told)
    slices.breathe()
    shown = {"told": told, "curves": curves, "prices": prices, "groups": groups, "rows": rows}
    return {"sale": row, "files": FILES, "MOST_GROUPS": MOST_GROUPS, **shown, **_words()}


def _rows(row: SaleRow, told: StatisticsReader) -> Markup:
    """The table of lots; a lot's row is made again only when the lot has changed."""
    of_lot = {each.lot: each for each in told.of.lots}
    closed, locale = told.of.state.closed, current_locale()
    template = current_app.jinja_env.get_template("_statistics_row.html")

    def make(standing: PartStanding) -> Markup:
        each = of_lot.get(standing.row.lot)
        if each is None:
            return Markup()
        outcome, title = told.words(outcome_of(each, closed)), told.title_of(each.lot)
        known = {"each": each, "slug": row.slug, "currency": row.currency, "outcome": outcome, "title": title}
        return Markup(template.render(**known, **_words()))  # noqa: S704 - ours

    kind = ("statistics", locale, row.slug, row.currency, str(closed))
    made = shown(row).parts(kind, told.of.state.lots, parts().clock.now_ms(), make)
    return Markup().join(part for _, part in made)


def _words() -> dict[str, object]:
    return {
        "percent": percent,
        "outcome_of": outcome_of,
        "sale_title": sale_title,
        "stretch": stretch,
        "decimal": _decimal,
    }


def stretch(ms: int | None) -> str:
    """A length of time as minutes and seconds: 1:20; with hours 1:02:03."""
    if ms is None:
        return "–"
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _decimal(value: Fraction | None) -> str:
    return "–" if value is None else f"{hundredths(value)}"


def _lot_of(told: StatisticsReader, lot: str) -> LotFigures:
    return next(each for each in told.of.lots if each.lot == lot)


def _curve(told: StatisticsReader, lot: str) -> Markup:
    of = curve(parts().store, told.of.state, told.of.state.lots[lot])
    zone = zone_of(told.of.sale)
    drawn = curve_chart(told, lot, of, lambda at_ms: f"{datetime.fromtimestamp(at_ms / 1000, zone):%H:%M:%S}")
    return Markup(drawn)  # noqa: S704 - ours, every text in it escaped


def _moment(row: SaleRow) -> Callable[[int], datetime]:
    zone = zone_of(row)
    return lambda at_ms: datetime.fromtimestamp(at_ms / 1000, zone)


def _picture(drawn: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.svg"'}
    return Response(drawn, content_type="image/svg+xml", headers=headers)


def _csv(table: ReportTable, name: str) -> Response:
    out = io.BytesIO()
    runtime.offload(FILE_FORMS["csv"].write, table, out)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), content_type=FILE_FORMS["csv"].content_type, headers=headers)
