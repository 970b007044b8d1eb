"""成交汇总, the summary of a sale: by lot and by patent, totals, 溢价率, by field, way to sell and consignor."""

from collections.abc import Callable
from typing import Any

from . import passages
from .announcing import WAYS
from .courses import bidders_of_sale, lot_figures
from .dossier import Checklist, Dossier, Draft
from .statistics import Figures, LotFigures, figures, groups, percent
from .wording import Two, both, same


def summary(of: Dossier, _subject: str = "") -> Draft:
    """The figures of a sale as far as it has come."""
    wants = Checklist()
    lots = lots_of(of)
    told = figures(lots)
    facts = {
        "sale": passages.sale(of, wants),
        "counts": _counts(told),
        "rate_lots": percent(told.sold_by_lot),
        "rate_patents": percent(told.sold_by_patent),
        "hammer": of.amount(told.hammer_minor),
        "all_in": of.amount(told.all_in_minor),
        "mean": of.amount(told.mean_minor),
        "median": of.amount(told.median_minor),
        "top": percent(told.top_share),
        "premium": percent(told.premium),
        "bidders": len(bidders_of_sale(of.state)),
        "bids": told.bids,
        "in_term": told.in_term.lots,
        "groups": [
            _group(of, lots, both("按领域", "By field"), lambda lot: lot.field, same),
            _group(of, lots, both("按方式", "By way to sell"), lambda lot: lot.format, WAYS.__getitem__),
            _group(of, lots, both("按权利人", "By owner"), lambda lot: lot.consignor, same),
        ],
    }
    return wants.done(facts)


def lots_of(of: Dossier) -> list[LotFigures]:
    """The figures of each lot in the record, in the order of the sale."""
    rows = [(of.state.lots[number], row) for number, row in of.lots.items() if number in of.state.lots]
    return [
        lot_figures(of.state, lot, (row["field"], row["consignor"]), len(of.patents(lot.id)), of.now_ms)
        for lot, row in rows
    ]


def _counts(told: Figures) -> list[dict[str, Any]]:
    counted = (
        (told.listed, both("列入目录", "in the catalogue")),
        (told.offered, both("上拍", "offered")),
        (told.sold, both("成交", "sold")),
        (told.passed, both("流拍", "passed")),
        (told.withdrawn, both("撤拍", "withdrawn")),
    )
    return [{"words": words, "lots": each.lots, "patents": each.patents} for each, words in counted]


def _group(
    of: Dossier, lots: list[LotFigures], words: Two, key: Callable[[LotFigures], str], name: Callable[[str], Two]
) -> dict[str, Any]:
    rows = [
        {
            "name": name(each) if each else same("–"),
            "offered": told.offered.lots,
            "sold": told.sold.lots,
            "hammer": of.amount(told.hammer_minor),
        }
        for each, told in groups(lots, key).items()
    ]
    return {"words": words, "rows": rows}
