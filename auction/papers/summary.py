"""成交汇总, the summary of a sale: by lot and by patent, totals, 溢价率, by field, way to sell and consignor.

Rates are exact fractions, rounded half-up once, when they are written (rulebook 1.3).
"""

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from ..rules.lot import Lot, Status
from ..rules.money import all_in_minor
from . import passages
from .announcing import WAYS
from .dossier import Checklist, Dossier, Draft
from .wording import Two, both, same

COUNTED = (
    (None, both("上拍", "offered")),
    (Status.SOLD, both("成交", "sold")),
    (Status.PASSED, both("流拍", "passed")),
    (Status.WITHDRAWN, both("撤拍", "withdrawn")),
)


def summary(of: Dossier, _subject: str = "") -> Draft:
    """The figures of a sale as far as it has come."""
    wants = Checklist()
    lots = [of.state.lots[number] for number in of.lots if number in of.state.lots]
    sold = [lot for lot in lots if lot.status is Status.SOLD]
    prices = [lot.hammer_minor or 0 for lot in sold]
    offered, patents = len(lots), _patents(of, lots)
    facts = {
        "sale": passages.sale(of, wants),
        "counts": [_count(of, lots, status, words) for status, words in COUNTED],
        "rate_lots": share(len(sold), offered),
        "rate_patents": share(_patents(of, sold), patents),
        "hammer": of.amount(sum(prices)),
        "all_in": of.amount(sum(all_in_minor(price, of.state.buyer_commission) for price in prices)),
        "mean": of.amount(rounded(Fraction(sum(prices), len(prices)))) if prices else None,
        "median": of.amount(rounded(Fraction(median(map(Fraction, prices))))) if prices else None,
        "top": share(max(prices, default=0), sum(prices)),
        "premium": premium(sold),
        "bidders": len(_bidders(of)),
        "bids": sum(lot.public_bids for lot in lots),
        "in_term": sum(of.in_term(lot) for lot in sold),
        "groups": [
            _group(of, lots, both("按领域", "By field"), lambda row: same(row["field"] or "–")),
            _group(of, lots, both("按方式", "By way to sell"), lambda row: WAYS[row["format"]]),
            _group(of, lots, both("按权利人", "By owner"), lambda row: same(row["consignor"] or "–")),
        ],
    }
    return wants.done(facts)


def share(part: int, whole: int) -> str:
    """A share in percent with two decimals, half-up; a dash of nothing."""
    return _percent(Fraction(part, whole)) if whole else "–"


def premium(sold: list[Lot]) -> str:
    """溢价率: the sum of the hammer prices over that of the starts, less one. Lots without a start do not count."""
    started = [lot for lot in sold if lot.terms.start_minor]
    starts = sum(lot.terms.start_minor or 0 for lot in started)
    return _percent(Fraction(sum(lot.hammer_minor or 0 for lot in started), starts) - 1) if starts else "–"


def rounded(value: Fraction) -> int:
    """The nearest whole number, half-up."""
    return int((value + Fraction(1, 2)).__floor__())


def _percent(value: Fraction) -> str:
    exact = Decimal(value.numerator) * 100 / Decimal(value.denominator)
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP)} %"


def _count(of: Dossier, lots: list[Lot], status: Status | None, words: Two) -> dict[str, Any]:
    these = [lot for lot in lots if status is None or lot.status is status]
    return {"words": words, "lots": len(these), "patents": _patents(of, these)}


def _patents(of: Dossier, lots: list[Lot]) -> int:
    return sum(len(of.patents(lot.id)) for lot in lots)


def _bidders(of: Dossier) -> set[str]:
    """The paddles that bid, as the public record names them."""
    bodies = [json.loads(event["body"]) for event in of.public_events("bid_placed", "offers_opened")]
    return {
        paddle
        for body in bodies
        for paddle in ([body["paddle"]] if "paddle" in body else [o[0] for o in body["offers"]])
    }


def _group(of: Dossier, lots: list[Lot], words: Two, name: Callable[[Any], Two]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for lot in lots:
        named = name(of.lots[lot.id])
        row = found.setdefault(named["zh"], {"name": named, "offered": 0, "sold": 0, "minor": 0})
        row["offered"] += 1
        row["sold"] += lot.status is Status.SOLD
        row["minor"] += lot.hammer_minor or 0
    rows = [{**row, "hammer": of.amount(row.pop("minor"))} for row in found.values()]
    return {"words": words, "rows": rows}
