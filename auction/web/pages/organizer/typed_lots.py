"""A lot as it is typed in its form: read into columns and patents, and written back to be typed."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, request
from marshmallow import ValidationError

from models.rows import Consignor, LotRow, PatentRow, SaleRow, columns_of

from ....catalogue.facts import LOT_TICKS
from ....patents.law import number_doubts
from ....patents.numbers import NumberWarning, parse
from ....people.parties import Party, fold, parties_of
from ....rules.ladder import NAMED
from ....sales.changes import CHANGE_REASON_WORDS
from ....words.amounts import amount_text
from ...current import parts
from ...forms import Amount, Choice, Flag, Form, LineField, MoneySchema, Prose, read_form
from ...locale import gettext as _
from ...locale import said
from .money import read_in_line
from .patents import read_patents, typed_patent
from .terms import read_format, typed_format

NONE, FIXED, BANDS, KEEP = "none", "fixed", "bands", "keep"
MOST_BANDS = 50
PRICES = ("start", "reserve", "estimate_low", "estimate_high")


class LotForm(MoneySchema):
    """Everything about a lot but its patents, which are rows of their own."""

    lot = LineField(16)
    title_zh = LineField(300)
    title_en = LineField(300)
    abstract_zh = Prose(5000)
    abstract_en = Prose(5000)
    field = LineField(100)
    consignor = LineField(500)
    consignors = Prose(2000)
    consignors_told = Flag()
    transfer_type = LineField(40)
    defects = Prose(500)
    start = Amount()
    reserve = Amount()
    increment = Choice(NONE, FIXED, BANDS, KEEP, *NAMED)
    step = Amount()
    bands = Prose(2000)
    on_step = Flag()
    estimate_low = Amount()
    estimate_high = Amount()
    no_reserve = Flag()
    defects_declared = Flag()
    defects_stated = Flag()
    title_proven = Flag()
    reason = Choice("", *CHANGE_REASON_WORDS)


def read_lot(row: SaleRow, before: LotRow | None) -> Form:
    """The typed values of a lot, with its increment and patents as columns."""
    form = read_form(LotForm(row.currency), request.form.to_dict())
    if before is not None:
        form.values["lot"] = before.lot
    form.typed = {**form.typed, "seen": request.form.get("seen", "")}
    read_patents(form)
    if "increment" not in form.errors:
        read_increment(form, row.currency)
    read_format(form, request.form, row.currency)
    return form


def read_increment(form: Form, currency: str) -> None:
    """Read the increment that was typed into `terms`; one that a form cannot show is kept as it is."""
    kind = form.values["increment"]
    on_step = {"on_step": True} if form.values.get("on_step") else {}
    if kind == FIXED and form.values.get("step") is None:
        form.errors.setdefault("step", _("Say how large the step is."))
    elif kind == FIXED:
        form.values["terms"] = {"fixed_minor": form.values["step"], **on_step}
    elif kind == BANDS:
        try:
            form.values["terms"] = {"bands": parse_bands(form.values.get("bands", ""), currency), **on_step}
        except ValidationError as error:
            form.errors["bands"] = str(error.messages[0])
    elif kind != KEEP:
        form.values["terms"] = None if kind == NONE else {"ladder": kind, **on_step}


def parse_bands(text: str, currency: str) -> list[list[int]]:
    """Bands typed one a line, `from step` in the major unit, as an increment has them.

    Raises ValidationError with the line.
    """
    bands: list[list[int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        amounts = [read_in_line(number, part, currency) for part in line.split()]
        if len(amounts) != 2 or amounts[1] == 0:
            raise ValidationError(_("Line %(line)s: write from and step, such as 100000 5000.", line=number))
        low, step = amounts
        if low != 0 if not bands else low <= bands[-1][0]:
            raise ValidationError(
                _("Line %(line)s: the first band begins at 0, each other above the one before.", line=number)
            )
        bands.append([low, step])
    if not 1 <= len(bands) <= MOST_BANDS:
        raise ValidationError(_("Write from 1 to %(most)s bands, one a line.", most=MOST_BANDS))
    return bands


def tell_unreadable(form: Form) -> None:
    """Say which patent numbers are kept as they were written, and whose check digit is doubtful."""
    unreadable = [patent.as_written for patent in form.values["patents"] if patent.number is None]
    if unreadable:
        flash(_("Kept as written, because it cannot be read as a patent number: %(numbers)s",
                numbers=", ".join(unreadable)[:500]))  # fmt: skip
    for patent in form.values["patents"]:
        number = parse(patent.as_written)
        for doubt in number_doubts(number) if number is not None else ():
            if doubt.code is not NumberWarning.KIND_MISSING:
                flash(said(doubt.code, dict(doubt.params)))


def columns_typed(form: Form, before: LotRow | None) -> Mapping[str, Any]:
    """The columns of a lot as they were typed; `before` is the lot that is changed."""
    values = form.values
    same = ("title_zh", "title_en", "abstract_zh", "abstract_en", "field", "consignor", "transfer_type", "defects")
    return {
        **{name: values[name] for name in (*same, *LOT_TICKS)},
        **{f"{name}_minor": values[name] for name in PRICES},
        "increment": values.get("terms", before and before.increment),
        "format": values["format"],
        "own": values["own"],
        "consignors": _consignors(form, before),
    }


def _consignors(form: Form, before: LotRow | None) -> list[Consignor]:
    """The consignors, one a line. Without lines, the names that can be read from the owner as shown.

    An unclear name stays unclear until the organizer changes the lines or says that they are right.
    """
    typed = form.values["consignors"]
    doubted = before is not None and _unclear(before) and typed == _names(before)
    if typed and doubted and not form.values["consignors_told"]:
        assert before is not None, "only a lot that is there was doubted"
        return list(before.consignors)
    lines = [Party(" ".join(line.split())) for line in typed.splitlines() if fold(line)]
    return parts().sales.organizations.consignors([lines or parties_of(form.values["consignor"])])[0]


def _unclear(lot: LotRow) -> bool:
    return not all(each["sure"] for each in lot.consignors)


def _names(lot: LotRow) -> str:
    return "\n".join(dict.fromkeys(each["name"] for each in lot.consignors))


def kind_of(increment: Mapping[str, Any] | None) -> str:
    """Which kind of increment the form shows; one that it cannot show is kept as it is."""
    if increment is None:
        return NONE
    if "ladder" in increment:
        return str(increment["ladder"])
    return FIXED if "fixed_minor" in increment else BANDS if "bands" in increment else KEEP


def typed_lot(row: LotRow, patents: Sequence[PatentRow], currency: str) -> Mapping[str, Any]:
    """A lot with its patents as they can be typed."""
    increment, columns = row.increment or {}, columns_of(row)
    bands = [f"{amount_text(low, currency)} {amount_text(step, currency)}" for low, step in increment.get("bands", ())]
    return {
        **{name: columns[name] or "" for name in LotForm(currency).fields if name in columns and name != "increment"},
        **{name: amount_text(getattr(row, f"{name}_minor"), currency) for name in PRICES},
        **typed_format(row.format, row.own, currency),
        "consignors": _names(row),
        "unclear": _unclear(row),
        "increment": kind_of(row.increment),
        "step": amount_text(increment.get("fixed_minor"), currency),
        "bands": "\n".join(bands),
        "on_step": "1" if increment.get("on_step") else "",
        "patents": [typed_patent(patent) for patent in patents],
    }
