"""One generator a report: the headings first, then the rows. Amounts are numbers in the minor unit of the sale."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..rules.lot import Status
from ..rules.sale import Sale

Row = tuple[Any, ...]


def results(sale: Mapping[str, Any], lots: Iterable[Mapping[str, Any]], state: Sale) -> Iterator[Row]:
    """How every lot ended, as everybody may know it."""
    yield ("lot", "title_zh", "title_en", "status", "paddle", "hammer_minor", "currency", "bids", "ended_at_ms")
    for row in lots:
        lot = state.lots.get(row["lot"])
        if lot is None:
            continue
        sold = lot.status is Status.SOLD
        yield (
            lot.id,
            row["title_zh"],
            row["title_en"],
            lot.status.value,
            lot.leader if sold else None,
            lot.hammer_minor,
            sale["currency"],
            lot.public_bids,
            lot.ended_at_ms,
        )
