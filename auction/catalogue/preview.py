"""A lot that was read, as it will be stored. Every column is in words to compare with the file."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..people.parties import parties_of
from ..words.amounts import amount_text, money
from . import facts, terms
from .columns import COLUMNS
from .drafts import LotDraft, PatentDraft

_TEXTS = ("lot", "title_zh", "title_en", "abstract_zh", "abstract_en", "field", "defects", "transfer_type")
_AMOUNTS = ("start", "reserve", "deposit", "estimate_low", "estimate_high")
_LONGEST = 200


def stored(draft: LotDraft, currency: str) -> dict[str, str]:
    """The cells of a lot by column. Each patent, and what is said of it, has a line of its own."""
    cells: dict[str, object] = {name: getattr(draft, name) for name in _TEXTS}
    cells |= {
        name: money(minor, currency) for name in _AMOUNTS if (minor := getattr(draft, f"{name}_minor")) is not None
    }
    cells["consignor"] = "\n".join(f"{each.name}{'' if each.sure else ' ?'}" for each in parties_of(draft.consignor))
    cells["increment"] = _increment(draft.increment, currency)
    cells |= terms.cells_of(draft.format, draft.own, lambda minor: money(minor, currency))
    cells |= {name: "yes" for name in facts.LOT_TICKS if draft.facts.get(name)}
    cells |= {name: _each(draft.patents, read) for name, read in _OF_PATENTS.items()}
    return {name: _shown(cells.get(name)) for name in COLUMNS if name not in ("title", "abstract", "currency")}


def filled_columns(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The columns that some lot fills, in their order."""
    return [name for name in COLUMNS if any(row.get(name) for row in rows)]


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text


def _fact(name: str) -> Callable[[PatentDraft], object]:
    return lambda patent: "yes" if patent.facts.get(name) is True else patent.facts.get(facts.field_of(name))


_OF_PATENTS: Mapping[str, Callable[[PatentDraft], object]] = {
    "patents": lambda patent: patent.number or f"{patent.written} ?",
    "kind": lambda patent: patent.kind,
    "filing_date": lambda patent: patent.filing_date,
    "publication_date": lambda patent: patent.publication_date,
    **{name: _fact(name) for name in facts.OF_PATENTS},
}


def _each(patents: Sequence[PatentDraft], read: Callable[[PatentDraft], object]) -> str:
    values = [str(read(patent) or "") for patent in patents]
    return "\n".join(value or "–" for value in values) if any(values) else ""


def _increment(increment: Mapping[str, Any] | None, currency: str) -> str:
    if increment is None:
        return ""
    on_step = " · on_step" if increment.get("on_step") else ""
    if "fixed_minor" in increment:
        return money(increment["fixed_minor"], currency) + on_step
    if "percent" in increment:
        return f"{increment['percent']} %{on_step}"
    if "bands" in increment:
        bands = (f"{amount_text(low, currency)}: {amount_text(step, currency)}" for low, step in increment["bands"])
        return "; ".join(bands) + on_step
    return f"{increment['ladder']}{on_step}"
