"""A catalogue that was read becomes rows of a draft sale, all or nothing."""

from typing import Any

from .catalog import Catalogue, LotDraft
from .sales import Sales


def import_lots(sales: Sales, sale: str, catalogue: Catalogue) -> None:
    """Add the lots of a catalogue without errors to a draft sale. Raises sales.Rejected; then nothing was added."""
    sales.add_lots(sale, [(lot_row(draft), patent_rows(draft)) for draft in catalogue.lots])


def lot_row(draft: LotDraft) -> dict[str, Any]:
    """The columns of a lot that a catalogue's row gives."""
    same = ("lot", "start_minor", "reserve_minor", "title_zh", "title_en", "abstract_zh", "abstract_en", "field")
    more = ("consignor", "defects", "transfer_type", "estimate_low_minor", "estimate_high_minor")
    row = {name: getattr(draft, name) for name in (*same, *more)}
    return {**row, "format": "english", "increment": _increment(draft), "own": {}, "consignor_org": None}


def patent_rows(draft: LotDraft) -> list[dict[str, Any]]:
    """The patents of a lot; dates and kind are those of its row."""
    shared = {"kind": draft.kind, "filing_date": draft.filing_date, "publication_date": draft.publication_date}
    return [{"as_written": written, "number": number, **shared} for written, number in draft.patents]


def _increment(draft: LotDraft) -> dict[str, Any] | None:
    if draft.ladder is not None:
        return {"ladder": draft.ladder}
    return None if draft.increment_minor is None else {"fixed_minor": draft.increment_minor}
