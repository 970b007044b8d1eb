"""The step of a lot in a file: an amount, a percentage, a ladder, or the words of an export."""

import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..rules.ladder import NAMED, parse
from ..words.amounts import money
from .cells import Cells
from .tables import short

_SHARE = r"(\d{1,3}(?:\.\d{1,4})?) ?%"
_OF_PRICE = re.compile(
    rf"(?:按?当前(?:价|叫价|报价|最高价)|现价)的? ?{_SHARE}|{_SHARE} of (?:the )?(?:current |standing )?(?:price|bid)"
)
_OF_START = re.compile(rf"(?:(?:按?起拍价|起始价)的? ?)?{_SHARE}|{_SHARE} of (?:the )?start(?:ing)?(?: price)?")


def read_increment(cells: Cells, start_minor: int | None) -> Mapping[str, Any] | None:
    """The increment of a row, as in a scenario. None: it has none, or it is refused, which is said.

    A percentage is one of the start price and becomes a fixed step, unless the cell says that it is one of the price.
    """
    text = cells.text("increment")
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if plain.startswith("{"):
        return _as_exported(cells, text)
    if plain.upper() in NAMED:
        return {"ladder": plain.upper()}
    if cells.is_percent("increment") and re.fullmatch(r"\d{1,3}(\.\d{1,4})?", plain, re.ASCII):
        plain += "%"
    if match := _OF_PRICE.fullmatch(plain):
        return {"percent": match[1] or match[2]}
    if match := _OF_START.fullmatch(plain):
        return _of_start(cells, Decimal(match[1] or match[2]), start_minor)
    step_minor = cells.amount_in("increment", text, "BAD_INCREMENT", ladders=", ".join(NAMED))
    return None if step_minor is None else {"fixed_minor": step_minor}


def _of_start(cells: Cells, percent: Decimal, start_minor: int | None) -> Mapping[str, Any] | None:
    if start_minor is None or not percent:
        cells.error("increment", "PERCENT_OF_NOTHING", percent=f"{percent:f}")
        return None
    step_minor = int((start_minor * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
    amount = money(step_minor, cells.report.currency)
    cells.warn("increment", "PERCENT_STEP", percent=f"{percent:f}", amount=amount)
    return {"fixed_minor": max(1, step_minor)}


def _as_exported(cells: Cells, text: str) -> Mapping[str, Any] | None:
    try:
        spec = json.loads(text)
        parse(spec, cells.report.currency)
    except (ValueError, RecursionError):  # BadIncrement is a ValueError, too
        cells.error("increment", "BAD_INCREMENT", text=short(text), ladders=", ".join(NAMED))
        return None
    return dict(spec)
