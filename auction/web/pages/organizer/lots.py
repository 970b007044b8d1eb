"""The organizer's lots: the table, and everything about one lot before it opens."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from ....base.rejected import Rejected
from ....catalogue.facts import LOT_TICKS
from ....engine.orders import Stale
from ....patents.facts import by_lot
from ....people.parties import Party, fold, parties_of
from ....rules.ladder import NAMED
from ....rules.lot import Status
from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.checks import DRAFT, PUBLISHED, fingerprint, missing_for
from ....sales.publication import By
from ....words.amounts import amount_text
from ....words.of_law import STATUS_WORDS
from ...auth import me
from ...current import parts
from ...errors import Problem
from ...forms import Amount, Choice, Flag, Form, LineField, MoneySchema, Prose, read_form
from ...locale import gettext as _
from .money import read_in_line
from .patents import empty_patent, read_patents, typed_patent
from .sale import change_reasons, in_words, organizers_sale
from .terms import read_format, typed_format

blueprint = Blueprint("organizer_lots", __name__)

Page = Response | str | tuple[str, int]

NONE, FIXED, BANDS, KEEP = "none", "fixed", "bands", "keep"
MOST_BANDS = 50
EMPTY_ROWS = 3
PRICES = ("start", "reserve", "estimate_low", "estimate_high")
LADDERS = [(name, name) for name in NAMED]


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


class FillForm(MoneySchema):
    """Values for the lots that lack them."""

    start = Amount()
    increment = Choice(NONE, FIXED, *NAMED)
    step = Amount()


@blueprint.get("/organizer/sales/<slug>/lots")
def lots(slug: str) -> str:
    """Every lot with its terms, how it stands, and what it lacks."""
    return _table(organizers_sale(slug))


@blueprint.route("/organizer/sales/<slug>/new-lot", methods=["GET", "POST"])
def add(slug: str) -> Page:
    """Add a lot to a draft, at the end."""
    row = organizers_sale(slug)
    if request.method == "GET":
        typed = {"lot": _next_number(row["id"]), "increment": NONE, "format": "english", "patents": []}
        return _lot_form(row, Form(typed), None)
    form = _read_lot(row, None)
    if form.ok:
        values = {**_columns(form, None), "lot": form.values["lot"]}
        try:
            parts().sales.add_lots(row["id"], [(values, form.values["patents"])])
        except Rejected as error:
            form.reject(error)
    if not form.ok:
        return _lot_form(row, form, None), 422
    _tell_unreadable(form)
    flash(_("Lot %(lot)s is added.", lot=form.values["lot"]))
    return redirect(url_for("organizer_lots.lots", slug=slug))


@blueprint.route("/organizer/sales/<slug>/lots/<lot>", methods=["GET", "POST"])
def edit(slug: str, lot: str) -> Page:
    """Change a lot that has not opened."""
    row, before = organizers_sale(slug), _lot_or_404(slug, lot)
    patents = parts().sales.patents(row["id"], lot)
    if request.method == "GET":
        return _lot_form(
            row, Form({**_typed(before, patents, row["currency"]), "seen": fingerprint(before, patents)}), before
        )
    form = _read_lot(row, before)
    if form.ok:
        _save(row, before, form)
    if not form.ok:
        return _lot_form(row, form, before), 422
    _tell_unreadable(form)
    flash(_("Saved."))
    return redirect(url_for("organizer_lots.lots", slug=slug))


def _save(row: dict[str, Any], before: dict[str, Any], form: Form) -> None:
    values, patents = _columns(form, before), form.values["patents"]
    seen = request.form.get("seen", "")
    try:
        by = By(me().user, form.values["reason"] or None)
        answer = parts().sales.edit_lot(row["id"], before["lot"], by, seen=seen, numbers=patents, **values)
    except (Rejected, Stale) as error:
        form.reject(error)
    else:
        form.refuse(answer, row["currency"])


@blueprint.post("/organizer/sales/<slug>/fill-lots")
def fill(slug: str) -> Page:
    """Give every lot that has not opened the start price and the increment that it lacks."""
    row = organizers_sale(slug)
    form = read_form(FillForm(row["currency"]), request.form.to_dict())
    if "increment" not in form.errors:
        _read_increment(form, row["currency"])
    if not form.ok:
        return _table(row, fill=form), 422
    filled = 0
    for lot in _unready(row):
        filled += _fill_one(row, lot, form)
        if form.errors:
            form.errors[""] = f"{_('Lot %(lot)s', lot=lot['lot'])}: {next(iter(form.errors.values()))}"
            return _table(row, fill=form), 422
    flash(_("Lots filled in: %(count)s.", count=filled))
    return redirect(url_for("organizer_lots.lots", slug=slug))


def _fill_one(row: dict[str, Any], lot: dict[str, Any], form: Form) -> bool:
    """Give one lot what it lacks of what was typed, and say whether there was anything."""
    given = {"start_minor": form.values["start"], "increment": form.values["terms"]}
    values = {name: value for name, value in given.items() if lot[name] is None and value is not None}
    if not values:
        return False
    try:
        answer = parts().sales.edit_lot(row["id"], lot["lot"], By(me().user, "COMPLETION"), **values)
        form.refuse(answer, row["currency"])
    except (Rejected, Stale) as error:
        form.reject(error)
    return True


def _unready(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The lots that lack something and can still get it."""
    state = parts().engine.book(row["id"]).sale.lots
    lots = [lot for lot in parts().sales.lots(row["id"]) if missing_for(lot)]
    return [lot for lot in lots if lot["lot"] not in state or state[lot["lot"]].status is Status.PENDING]


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/remove")
def remove(slug: str, lot: str) -> Response:
    """Take a lot out of a draft."""
    parts().sales.remove_lot(organizers_sale(slug)["id"], lot)
    flash(_("Lot %(lot)s is removed.", lot=lot))
    return redirect(url_for("organizer_lots.lots", slug=slug))


@blueprint.post("/organizer/sales/<slug>/lots/<lot>/move")
def move(slug: str, lot: str) -> Page:
    """Give a lot of a draft another place."""
    place = request.form.get("place", "").strip()
    row = organizers_sale(slug)
    if not (place.isascii() and place.isdigit() and len(place) <= 6):
        return _table(row, _("A place is a number from 1 up.")), 422
    parts().sales.move_lot(row["id"], lot, int(place))
    return redirect(url_for("organizer_lots.lots", slug=slug, _anchor=f"lot-{lot}"))


def _lot_or_404(slug: str, lot: str) -> dict[str, Any]:
    found = parts().sales.lot(organizers_sale(slug)["id"], lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    return found


def _next_number(sale: str) -> str:
    taken = [int(row["lot"]) for row in parts().sales.lots(sale) if row["lot"].isascii() and row["lot"].isdigit()]
    return str(max(taken, default=0) + 1)


def _table(row: dict[str, Any], error: str | None = None, fill: Form | None = None) -> str:
    state = parts().engine.book(row["id"]).sale
    law = parts().sales.law(row["id"])
    stopped = by_lot(law.missing) if law.binds else {}
    remarks = by_lot(parts().sales.remarks(row["id"]))
    unreadable = {each["lot"] for each in parts().sales.patents(row["id"]) if each["number"] is None}
    rows = [
        {
            **lot,
            "status": state.lots[lot["lot"]].status.value if lot["lot"] in state.lots else "pending",
            "missing": [each.code for each in missing_for(lot)],
            "unreadable": lot["lot"] in unreadable,
            "law": in_words(stopped.get(lot["lot"], [])),
            "remarks": in_words(remarks.get(lot["lot"], [])),
        }
        for lot in parts().sales.lots(row["id"])
    ]
    return render_template(
        "organizer_lots.html",
        tab="lots",
        sale=row,
        lots=rows,
        error=error,
        fill=fill or Form(),
        unready=len(_unready(row)) if row["status"] in (DRAFT, PUBLISHED) else 0,
        ladder_options=LADDERS,
    )


def _lot_form(row: dict[str, Any], form: Form, before: Mapping[str, Any] | None) -> str:
    state = parts().engine.book(row["id"]).sale.lots.get(before["lot"]) if before else None
    spare = [empty_patent() for _each in range(EMPTY_ROWS)]
    return render_template(
        "organizer_lot_form.html",
        tab="lots",
        sale=row,
        form=form,
        lot=before,
        locked=row["status"] != DRAFT if before is None else state is not None and state.status is not Status.PENDING,
        patents=[*form.typed["patents"], *spare],
        change_reasons=change_reasons(),
        ladder_options=LADDERS,
        keeps=before is not None and _kind(before["increment"]) == KEEP,
        found=_found(row, before["lot"]) if before else {},
        statuses=[(status, _(words)) for status, words in STATUS_WORDS.items()],
    )


def _found(row: dict[str, Any], lot: str) -> dict[str, Any]:
    """The missing facts of a lot, and its remarkable ones, in words."""
    law = parts().sales.law(row["id"])
    missing, remarks = (by_lot(each).get(lot, []) for each in (law.missing, parts().sales.remarks(row["id"])))
    return {"binds": law.binds, "missing": in_words(missing), "remarks": in_words(remarks)}


# --- from what was typed to columns, and back ---


def _read_lot(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> Form:
    """The typed values of a lot, with its increment and patents as columns."""
    form = read_form(LotForm(row["currency"]), request.form.to_dict())
    if before is not None:
        form.values["lot"] = before["lot"]
    form.typed = {**form.typed, "seen": request.form.get("seen", "")}
    read_patents(form)
    if "increment" not in form.errors:
        _read_increment(form, row["currency"])
    read_format(form, request.form, row["currency"])
    return form


def _read_increment(form: Form, currency: str) -> None:
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


def _tell_unreadable(form: Form) -> None:
    unreadable = [patent["as_written"] for patent in form.values["patents"] if patent["number"] is None]
    if unreadable:
        flash(_("Kept as written, because it cannot be read as a patent number: %(numbers)s",
                numbers=", ".join(unreadable)[:500]))  # fmt: skip


def _columns(form: Form, before: Mapping[str, Any] | None) -> dict[str, Any]:
    said = form.values
    same = ("title_zh", "title_en", "abstract_zh", "abstract_en", "field", "consignor", "transfer_type", "defects")
    return {
        **{name: said[name] for name in (*same, *LOT_TICKS)},
        **{f"{name}_minor": said[name] for name in PRICES},
        "increment": said["terms"] if "terms" in said else before and before["increment"],
        "format": said["format"],
        "own": said["own"],
        "consignors": _consignors(form, before),
    }


def _consignors(form: Form, before: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The consignors, one a line. Without lines, the names that can be read from the owner as shown.

    An unclear name stays unclear until the organizer changes the lines or says that they are right.
    """
    typed = form.values["consignors"]
    doubted = before is not None and _unclear(before) and typed == _names(before)
    if typed and doubted and not form.values["consignors_told"]:
        assert before is not None, "only a lot that is there was doubted"
        return list(before["consignors"])
    lines = [Party(" ".join(line.split())) for line in typed.splitlines() if fold(line)]
    return parts().sales.organizations.consignors([lines or parties_of(form.values["consignor"])])[0]


def _unclear(lot: Mapping[str, Any]) -> bool:
    return not all(each["sure"] for each in lot["consignors"])


def _names(lot: Mapping[str, Any]) -> str:
    return "\n".join(dict.fromkeys(each["name"] for each in lot["consignors"]))


def _kind(increment: Mapping[str, Any] | None) -> str:
    """Which kind of increment the form shows; one that it cannot show is kept as it is."""
    if increment is None:
        return NONE
    if "ladder" in increment:
        return str(increment["ladder"])
    return FIXED if "fixed_minor" in increment else BANDS if "bands" in increment else KEEP


def _typed(row: Mapping[str, Any], patents: list[dict[str, Any]], currency: str) -> dict[str, Any]:
    increment = row["increment"] or {}
    bands = [f"{amount_text(low, currency)} {amount_text(step, currency)}" for low, step in increment.get("bands", ())]
    return {
        **{name: row[name] or "" for name in LotForm(currency).fields if name in row and name != "increment"},
        **{name: amount_text(row[f"{name}_minor"], currency) for name in PRICES},
        **typed_format(row["format"], row["own"], currency),
        "consignors": _names(row),
        "unclear": _unclear(row),
        "increment": _kind(row["increment"]),
        "step": amount_text(increment.get("fixed_minor"), currency),
        "bands": "\n".join(bands),
        "on_step": "1" if increment.get("on_step") else "",
        "patents": [typed_patent(patent) for patent in patents],
    }
