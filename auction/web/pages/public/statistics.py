"""The statistics of a sale: figures, tables and charts, for everybody and with more for the house."""

import io
from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, render_template
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

CURVES = 6
"""So many price curves stand on a sale's page; each other lot has one on its own."""

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
    return StatisticsReader(statistics_of(row), earlier, current_locale())


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
    contested = sorted((each for each in told.of.lots if each.bids > 1), key=lambda each: -each.bids)[:CURVES]
    shown_lots = [each for each in told.of.lots if each in contested]
    curves = [(each.lot, _curve(told, each.lot)) for each in shown_lots]
    prices = Markup(statistics_chart(told, "lots")) if told.of.total.sold.lots else ""  # noqa: S704 - ours, escaped
    groups = [
        ("fields", told.of.by_field, {}),
        ("formats", told.of.by_format, FORMAT_WORDS),
        ("consignors", told.of.by_consignor, {}),
    ]
    return {"sale": row, "told": told, "curves": curves, "prices": prices, "groups": groups, "files": FILES, **_words()}


def _words() -> dict[str, object]:
    return {
        "percent": percent,
        "outcome_of": outcome_of,
        "sale_title": sale_title,
        "stretch": stretch,
        "pace": _pace,
        "width": _width,
    }


def stretch(ms: int | None) -> str:
    """A length of time as minutes and seconds: 1:20; with hours 1:02:03."""
    if ms is None:
        return "–"
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _pace(total: Figures) -> str:
    return "–" if total.lots_per_hour is None else f"{hundredths(total.lots_per_hour)}"


def _width(part: int, groups: list[Figures]) -> float:
    """The length of a bar in hundredths of the longest of its table."""
    most = max((each.hammer_minor for each in groups), default=0)
    return round(100 * part / most, 1) if most else 0


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
