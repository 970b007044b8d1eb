"""The figures of a sale as fields. `papers.statistics` computes them; rates are rounded half-up once, here."""

from collections.abc import Mapping
from fractions import Fraction

from marshmallow import Schema, fields

from ..papers.sale_statistics import SaleStatistics
from ..papers.statistics import Figures, Tally, hundredths
from .fields import ShownFields, both_names, minor, text, whole
from .schemas import CURRENCY

_TALLIES = ("listed", "offered", "sold", "passed", "withdrawn", "in_term", "taken")
_AMOUNTS = ("hammer_minor", "all_in_minor", "mean_minor", "median_minor", "top_minor", "others_mean_minor")


class TallySchema(Schema):
    """How many lots, and how many patents in them."""

    lots = whole("lots", required=True)
    patents = whole("patents", required=True)


def _rate(about: str) -> fields.String:
    return text(f"{about}, in percent with two decimals, such as 84.62", allow_none=True, required=True)


@both_names
class FiguresSchema(Schema):
    """The figures of some lots together; amounts are hammer prices unless their name says otherwise."""

    listed = fields.Nested(TallySchema, required=True)
    offered = fields.Nested(TallySchema, required=True)
    sold = fields.Nested(TallySchema, required=True)
    passed = fields.Nested(TallySchema, required=True)
    withdrawn = fields.Nested(TallySchema, required=True)
    in_term = fields.Nested(TallySchema, required=True)
    taken = fields.Nested(TallySchema, required=True)
    currency = text(CURRENCY, required=True)
    hammer_minor = minor("the sum")
    all_in_minor = minor("the sum with the buyers' commission")
    mean_minor = minor("the mean")
    median_minor = minor("the median")
    top_minor = minor("the dearest lot")
    others_mean_minor = minor("the mean without the dearest lot")
    sold_by_lot = _rate("成交率 by lot")
    sold_by_patent = _rate("成交率 by patent")
    premium = _rate("溢价率")
    top_share = _rate("the share of the dearest lot in the sum")
    bids = whole("how many bids were placed", required=True)


def _groups() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Nested(FiguresSchema), required=True)


class StatisticsSchema(Schema):
    """The figures of a sale, of all lots and by group."""

    seq = whole("the number of the public event as of which this is", required=True)
    bidders = whole("how many paddles bid", required=True)
    total = fields.Nested(FiguresSchema, required=True)
    by_field = _groups()
    by_format = _groups()
    by_consignor = _groups()


def shown_statistics(of: SaleStatistics, seq: int) -> ShownFields:
    """A sale's figures for `StatisticsSchema`."""
    currency = of.sale.currency

    def grouped(groups: Mapping[str, Figures]) -> dict[str, ShownFields]:
        return {name: _shown(each, currency) for name, each in groups.items()}

    return {
        "seq": seq,
        "bidders": len(of.paddles),
        "total": _shown(of.total, currency),
        "by_field": grouped(of.by_field),
        "by_format": grouped(of.by_format),
        "by_consignor": grouped(of.by_consignor),
    }


def _shown(each: Figures, currency: str) -> ShownFields:
    rates: dict[str, Fraction | None] = {
        "sold_by_lot": each.sold_by_lot,
        "sold_by_patent": each.sold_by_patent,
        "premium": each.premium,
        "top_share": each.top_share,
    }
    return {
        **{name: _tally(getattr(each, name)) for name in _TALLIES},
        **{name: getattr(each, name) for name in _AMOUNTS},
        **{name: None if rate is None else str(hundredths(rate * 100)) for name, rate in rates.items()},
        "currency": currency,
        "bids": each.bids,
    }


def _tally(of: Tally) -> ShownFields:
    return {"lots": of.lots, "patents": of.patents}
