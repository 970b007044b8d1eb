"""The statistics of a sale as tables and charts to take away, each by its name in addresses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from models.rows import SaleRow

from ..rules.lot import Status
from ..words.amounts import major, money
from ..words.i18n import mark as _
from ..words.i18n import translate
from .cells import FORMAT_WORDS, LOT_WORDS
from .charts import Bar, BarChart, LineChart, bars, line
from .sale_statistics import Curve, EarlierSale, SaleStatistics
from .source import ReportRow
from .statistics import Figures, LotFigures, hundredths, percent
from .tables import ReportTable

MOST_BARS = 20


@dataclass(frozen=True, slots=True)
class StatisticsFile:
    """Something to take away: its title, the names of its columns with their headings, its rows, its chart."""

    title: str
    columns: Mapping[str, str]
    rows: Callable[["StatisticsReader"], Iterator[ReportRow]]
    chart: Callable[["StatisticsReader", str], BarChart]


@dataclass(frozen=True, slots=True)
class StatisticsReader:
    """The statistics of a sale and of the sales before it, for a reader of a language."""

    of: SaleStatistics
    earlier: Sequence[EarlierSale]
    locale: str

    @property
    def currency(self) -> str:
        return self.of.sale.currency

    @property
    def sales(self) -> list[tuple[SaleRow, Figures]]:
        """This sale and those before it, each with its figures."""
        return [(self.of.sale, self.of.total), *((each.sale, each.total) for each in self.earlier)]

    def money(self, minor: int | None) -> str:
        """An amount with its sign."""
        return money(minor, self.currency)

    def major(self, minor: int | None) -> Any:
        """An amount in the major unit, exact."""
        return major(minor, self.currency)

    def words(self, message: str, **params: Any) -> str:
        """A sentence in the reader's language."""
        return translate(self.locale, message, **params)

    def title_of(self, lot: str) -> str:
        """A lot's title in the reader's language, if it has one."""
        zh, en = self.of.titles[lot]
        return zh if self.locale == "zh" else en

    def named(self, group: str, words: Mapping[str, str]) -> str:
        """The name of a group: a word of ours, else as the catalogue has it; a dash for none."""
        return self.words(words.get(group, group)) if group else "–"


# --- tables ---------------------------------------------------------------------------------------------------------

_OF_FIGURES = {
    "lots_offered": _("Lots offered"),
    "lots_sold": _("Lots sold"),
    "patents_offered": _("Patents offered"),
    "patents_sold": _("Patents sold"),
    "sold_by_lot": _("Sold by lot (%)"),
    "sold_by_patent": _("Sold by patent (%)"),
    "hammer_total": _("Hammer total"),
    "mean": _("Mean hammer price"),
    "median": _("Median hammer price"),
    "top_share": _("Share of the top lot (%)"),
    "premium": _("Premium over start (%)"),
}


def _figures(told: StatisticsReader, each: Figures) -> ReportRow:
    return (
        *(each.offered.lots, each.sold.lots, each.offered.patents, each.sold.patents),
        *(_percent(each.sold_by_lot), _percent(each.sold_by_patent), told.major(each.hammer_minor)),
        *(told.major(each.mean_minor), told.major(each.median_minor)),
        *(_percent(each.top_share), _percent(each.premium)),
    )


def _percent(rate: Fraction | None) -> Any:
    return None if rate is None else hundredths(rate * 100)


def _lots(told: StatisticsReader) -> Iterator[ReportRow]:
    for each in told.of.lots:
        yield (
            *(each.lot, told.title_of(each.lot), told.words(outcome_of(each, told.of.state.closed)), each.patents),
            *(told.major(each.start_minor), told.major(each.hammer_minor), _percent(each.premium)),
            *(each.bids, each.bidders, None if each.took_ms is None else each.took_ms // 1000),
        )


def outcome_of(lot: LotFigures, closed: bool) -> str:
    """How a lot ended, in words to be translated, with its priority right if one is open or was taken.

    `closed`: the sale is over, so a lot that has not opened was not offered.
    """
    if closed and lot.status is Status.PENDING:
        return _("not offered")
    if lot.is_sold and lot.in_term:
        return _("hammer, right open")
    return _("taken by right") if lot.is_sold and lot.taken else LOT_WORDS[lot.status]


def _groups(which: str, words: Mapping[str, str]) -> Callable[[StatisticsReader], Iterator[ReportRow]]:
    def rows(told: StatisticsReader) -> Iterator[ReportRow]:
        for name, each in getattr(told.of, which).items():
            yield (told.named(name, words), *_figures(told, each))

    return rows


def _sales(told: StatisticsReader) -> Iterator[ReportRow]:
    for sale, each in told.sales:
        yield (sale_title(sale, told.locale), *_figures(told, each))


def sale_title(sale: SaleRow, locale: str) -> str:
    """A sale's title in a language, if it has one."""
    return (sale.title_zh or sale.title_en) if locale == "zh" else (sale.title_en or sale.title_zh)


# --- charts ---------------------------------------------------------------------------------------------------------


def _price_chart(told: StatisticsReader, title: str) -> BarChart:
    sold = sorted((each for each in told.of.lots if each.is_sold), key=lambda each: -(each.hammer_minor or 0))
    rows = [
        (
            told.words(_("Lot %(lot)s"), lot=each.lot),
            [
                Bar(each.hammer_minor or 0, _with_premium(told, each)),
                Bar(each.start_minor or 0, told.money(each.start_minor), is_hatched=True),
            ],
        )
        for each in sold[:MOST_BARS]
    ]
    return BarChart(title, rows, (told.words(_("Hammer price")), told.words(_("Start price"))))


def _with_premium(told: StatisticsReader, lot: LotFigures) -> str:
    price = told.money(lot.hammer_minor)
    return price if lot.premium is None else f"{price} ({'+' if lot.premium > 0 else ''}{percent(lot.premium)})"


def _group_chart(which: str, words: Mapping[str, str]) -> Callable[[StatisticsReader, str], BarChart]:
    def chart(told: StatisticsReader, title: str) -> BarChart:
        found = list(getattr(told.of, which).items())[:MOST_BARS]
        return BarChart(title, [(told.named(name, words), [_total(told, each)]) for name, each in found])

    return chart


def _total(told: StatisticsReader, each: Figures) -> Bar:
    counted = told.words(_("%(sold)s of %(offered)s"), sold=each.sold.lots, offered=each.offered.lots)
    return Bar(each.hammer_minor, f"{told.money(each.hammer_minor)} · {counted}")


def _sale_chart(told: StatisticsReader, title: str) -> BarChart:
    return BarChart(title, [(sale_title(sale, told.locale), [_total(told, each)]) for sale, each in told.sales])


FILES: Mapping[str, StatisticsFile] = {
    "lots": StatisticsFile(
        _("Start and hammer prices"),
        {
            "lot": _("Lot number"),
            "title": _("Title"),
            "outcome": _("Outcome of the lot"),
            "patents": _("Number of patents"),
            "start": _("Start price"),
            "hammer": _("Hammer price"),
            "premium": _("Premium over start (%)"),
            "bids": _("Number of bids"),
            "bidders": _("Number of bidders"),
            "seconds": _("Seconds from opening to end"),
        },
        _lots,
        _price_chart,
    ),
    "fields": StatisticsFile(
        _("By field"), {"field": _("Field"), **_OF_FIGURES}, _groups("by_field", {}), _group_chart("by_field", {})
    ),
    "formats": StatisticsFile(
        _("By way to sell"),
        {"format": _("Way to sell"), **_OF_FIGURES},
        _groups("by_format", FORMAT_WORDS),
        _group_chart("by_format", FORMAT_WORDS),
    ),
    "consignors": StatisticsFile(
        _("By owner"),
        {"consignor": _("Owner"), **_OF_FIGURES},
        _groups("by_consignor", {}),
        _group_chart("by_consignor", {}),
    ),
    "sales": StatisticsFile(_("Against earlier sales"), {"sale": _("Sale"), **_OF_FIGURES}, _sales, _sale_chart),
}
"""By name."""


def statistics_table(told: StatisticsReader, name: str) -> ReportTable:
    """A table to take away."""
    file = FILES[name]
    headings = tuple(told.words(each) for each in file.columns.values())
    names, zone = tuple(file.columns), told.of.sale.time_zone
    return ReportTable(name, told.words(file.title), names, headings, file.rows(told), zone, told.locale)


def statistics_chart(told: StatisticsReader, name: str) -> str:
    """A chart to take away, as SVG."""
    return bars(FILES[name].chart(told, told.words(FILES[name].title)))


# --- the price of one lot -------------------------------------------------------------------------------------------


def curve_chart(told: StatisticsReader, lot: str, of: Curve, clock: Callable[[int], str]) -> str:
    """The price curve of a lot as SVG; `clock` writes a moment."""
    prices = [point.price_minor for point in of.points]
    moments = [point.at_ms for point in of.points]
    is_offers = told.of.state.lots[lot].terms.format == "sealed"
    title = told.words(_("Offers for lot %(lot)s") if is_offers else _("Price of lot %(lot)s"), lot=lot)
    ends = (clock(min(moments)), clock(max(moments))) if moments else ("", "")
    return line(
        LineChart(
            title,
            list(zip(moments, prices, strict=True)),
            told.money(min(prices)) if prices else "",
            told.money(max(prices)) if prices else "",
            *ends,
            is_steps=of.is_steps,
            is_joined=not is_offers,
        )
    )


def curve_table(told: StatisticsReader, lot: str, of: Curve, moment: Callable[[int], Any]) -> ReportTable:
    """The points of a price curve to take away."""
    zone = told.of.sale.time_zone
    headings = (f"{told.words(_('Time'))} ({zone})", told.words(_("Price")), told.words(_("Paddle number")))
    rows = ((moment(each.at_ms), told.major(each.price_minor), each.paddle) for each in of.points)
    return ReportTable(f"lot-{lot}", lot, ("at", "price", "paddle"), headings, rows, zone, told.locale)
