"""A report on its way to a writer: its columns as a reader has them, its rows, its sums."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..catalogue.columns import COLUMNS, COMPUTED, DIFFERS
from ..words.i18n import mark as _
from ..words.i18n import translate
from .cells import CODES, Coded
from .headings import CODE_HEADING, HEADINGS, OWN_HEADINGS, REPORT_NAMES, SUMMED
from .reports import PUBLIC_REPORT, REPORTS
from .results import figures_of, public_results
from .source import ReportRow, Source
from .statistics import figures, percent

_CODED = frozenset({"status", "format", "way", "outcome", "holds", "client", "act", "changed_table", "changed_column"})
_TRANSLATED = frozenset({"field"})
_TIMES = frozenset({"at", "ended_at", "right_until", "changed_at"})
WORDS_SUFFIX = "_words"
TOTAL = _("Total")
YES, NO = _("yes"), _("no")


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report: its title, its columns by name and as a reader has them, its rows, its zone.

    `locale` is that of the sentences, `codes` says that a program reads it. `summed` are the names of columns with a
    sum, `summary` pairs of words and a cell. `separator` divides the cells of a CSV file.
    """

    report: str
    title: str
    names: tuple[str, ...]
    headings: tuple[str, ...]
    rows: Iterator[ReportRow]
    zone: str
    locale: str = "en"
    codes: bool = False
    summed: frozenset[str] = frozenset()
    summary: Sequence[tuple[str, Any]] = ()
    separator: str = ","

    def yes_or_no(self, is_so: bool) -> str:
        """A cell that is true or false, in words."""
        return translate(self.locale, YES if is_so else NO)


def table(of: Source, report: str, language: str, separator: str = ",") -> ReportTable:
    """A report in a reader's language (`zh`, `en`) or with codes alone (`codes`).

    A column with codes has their words beside it, under the same name with `_words`. The catalogue keeps to headings
    and cells that the import knows.
    """
    codes, locale = language == CODES, "en" if language == CODES else language
    rows = public_results(of) if report == PUBLIC_REPORT else REPORTS[report](of)
    names = next(rows)
    if of.differs:
        names, rows = (*names, DIFFERS[0]), _marked(of, names, rows)
    if report == "lots":
        headings = names if codes or locale == "en" else _headings_of_catalogue(names)
    else:
        rows = _spoken(names, rows, locale, codes=codes)
        names = tuple(each for name in names for each in _columns(name, codes=codes))
        headings = names if codes else tuple(_heading(report, name, locale, of.sale.time_zone) for name in names)
    return ReportTable(
        report,
        translate(locale, REPORT_NAMES[report]),
        names,
        headings,
        rows,
        of.sale.time_zone,
        locale,
        codes,
        SUMMED[report],
        () if codes or report == "lots" else _summary(of, report, locale),
        separator,
    )


def _marked(of: Source, names: ReportRow, rows: Iterator[ReportRow]) -> Iterator[ReportRow]:
    """The rows, each with its differences from the record: in its lot, its paddle, or the whole sale."""
    places = [(kind, names.index(kind)) for kind in ("lot", "paddle") if kind in names]
    for row in rows:
        mine = {"sale", *(f"{kind} {row[place]}" for kind, place in places)}
        yield (*row, "; ".join(": ".join(each) for each in of.differs if each[0] in mine))


# --- words ----------------------------------------------------------------------------------------------------------


def _headings_of_catalogue(names: Sequence[str]) -> tuple[str, ...]:
    known = {name: zh for name, (_longest, (_name, zh, *_others)) in COLUMNS.items()}
    known |= {**COMPUTED, **dict([DIFFERS])}
    return tuple(known[name] for name in names)


def _columns(name: str, *, codes: bool) -> tuple[str, ...]:
    """The columns of a name in a file: a coded one has its words before it."""
    return (name + WORDS_SUFFIX, name) if name in _CODED and not codes else (name,)


def _heading(report: str, name: str, locale: str, zone: str) -> str:
    plain = name.removesuffix(WORDS_SUFFIX)
    said = translate(locale, OWN_HEADINGS.get((report, plain), HEADINGS[plain]))
    if name == plain and name in _CODED:
        return translate(locale, CODE_HEADING, heading=said)
    return f"{said} ({zone})" if name in _TIMES else said


def _spoken(names: ReportRow, rows: Iterator[ReportRow], locale: str, *, codes: bool) -> Iterator[ReportRow]:
    """The rows with codes as texts, and for a reader with their words before them."""
    coded = [place for place, name in enumerate(names) if name in _CODED]
    if codes:
        return _each(rows, coded, lambda cell: (None if cell is None else cell.code,))
    said: dict[str, str] = {}

    def two(cell: Coded | None) -> ReportRow:
        if cell is None:
            return (None, None)
        words = "".join(cell.words)
        if words not in said:
            said[words] = cell.said(locale)
        return said[words], cell.code

    translated = [place for place, name in enumerate(names) if name in _TRANSLATED]
    worded = _each(rows, translated, lambda cell: (translate(locale, cell) if cell else cell,))
    return _each(worded, coded, two)


def _each(rows: Iterator[ReportRow], places: Sequence[int], told: Callable[[Any], ReportRow]) -> Iterator[ReportRow]:
    """The rows with other cells at these places; one cell may become several."""
    if not places:
        yield from rows
        return
    for row in rows:
        cells: list[Any] = []
        done = 0
        for place in places:
            cells += row[done:place]
            cells += told(row[place])
            done = place + 1
        yield (*cells, *row[done:])


# --- the sheet beside it --------------------------------------------------------------------------------------------


def _summary(of: Source, report: str, locale: str) -> list[tuple[str, Any]]:
    """The second sheet of a workbook: facts and figures of the whole report."""
    title = (of.sale.title_zh or of.sale.title_en) if locale == "zh" else (of.sale.title_en or of.sale.title_zh)
    told: list[tuple[str, Any]] = [
        (_("Sale"), title),
        (_("Address"), of.sale.slug),
        (_("Report"), translate(locale, REPORT_NAMES[report])),
        (_("Made at"), of.moment(of.now_ms)),
        (_("Time zone"), of.sale.time_zone),
        (_("Currency"), of.sale.currency),
    ]
    if of.differs:
        told.append((_("Rows that are not what the record says"), len(of.differs)))
    if report in ("results", PUBLIC_REPORT):
        told += _figures(of)
    return [(translate(locale, words), cell) for words, cell in told]


def _figures(of: Source) -> list[tuple[str, Any]]:
    total = figures(figures_of(of))
    return [
        (_("Lots offered"), total.offered.lots),
        (_("Lots sold"), total.sold.lots),
        (_("Lots passed"), total.passed.lots),
        (_("Lots withdrawn"), total.withdrawn.lots),
        (_("Patents offered"), total.offered.patents),
        (_("Patents sold"), total.sold.patents),
        (_("Sold by lot"), percent(total.sold_by_lot)),
        (_("Sold by patent"), percent(total.sold_by_patent)),
        (_("Hammer total"), of.major(total.hammer_minor)),
        (_("Mean hammer price"), of.major(total.mean_minor)),
        (_("Median hammer price"), of.major(total.median_minor)),
        (_("Share of the top lot"), percent(total.top_share)),
        (_("Premium over start"), percent(total.premium)),
        (_("Lots that a priority right may still take"), total.in_term.lots),
    ]
