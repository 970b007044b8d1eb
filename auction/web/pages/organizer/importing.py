"""The import of a catalogue in three steps: a file, what was read in it, the lots. All are imported, or none."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.rows import SaleRow, SaleStatus

from ....base.rejected import Rejected
from ....base.runtime import offload
from ....catalogue.choices import LEFT_OUT, Choices, DayOrder
from ....catalogue.columns import COLUMNS
from ....catalogue.csv_rows import MAX_COLUMNS
from ....catalogue.drafts import Catalogue
from ....catalogue.house_columns import HouseColumns
from ....catalogue.importing import Uploads, clashes, deposit_of, deposit_remark, import_lots
from ....catalogue.preview import filled_columns, stored
from ....catalogue.reading import read_catalogue
from ....catalogue.template import make_template
from ....catalogue.told import column_words, tell, value_words
from ....words.i18n import LOCALES
from ...current import parts
from ...errors import Problem
from ...locale import current_locale, said
from ...locale import gettext as _
from .sale import organizers_sale

blueprint = Blueprint("organizer_import", __name__)

Page = AnyResponse | str | tuple[str, int]
PREVIEW = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as a person sees it: its content, the key under which it waits, the choices for its reading."""

    catalogue: Catalogue
    key: str
    choices: Choices


@blueprint.route("/organizer/sales/<slug>/import", methods=["GET", "POST"])
def upload(slug: str) -> Page:
    """Choose a file, then see what was read in it; look again with other choices. Nothing is imported yet."""
    row = _draft(slug)
    if request.method == "GET":
        return _page(row)
    file, key = request.files.get("file"), request.form.get("key", "")
    data = file.read() if file else _uploads().find(key) if key else b""
    if data is None:
        return _page(row, error=_gone()), 410
    if not data and not (file and file.filename):
        return _page(row, error=_("Choose a file that is not empty.")), 422
    filename = file.filename if file else request.form.get("filename")
    seen = _look(row, data, filename or "")
    return (_page(row, seen), 422) if seen.catalogue.errors else _page(row, seen)


@blueprint.post("/organizer/sales/<slug>/import/confirm")
def confirm(slug: str) -> Page:
    """Import the file that was looked at, with the choices it was looked at with, all or nothing."""
    row = _draft(slug)
    data = _uploads().find(request.form.get("key", ""))
    if data is None:
        return _page(row, error=_gone()), 410
    seen = _look(row, data, request.form.get("filename", ""))
    catalogue = seen.catalogue
    if catalogue.errors or not catalogue.lots:
        return _page(row, seen), 422
    more = {name: bool(request.form.get(name)) for name in ("replace", "deposit")}
    try:
        import_lots(parts().sales, row.id, catalogue, replace_all=more["replace"], take_deposit=more["deposit"])
    except Rejected as error:
        return _page(row, seen, error=said(error.code, error.params)), 422
    _memory().remember(row.house_org or "", catalogue.layout, seen.choices)
    flash(_("Lots imported: %(count)s.", count=len(catalogue.lots)))
    return redirect(url_for("organizer_lots.lots", slug=slug))


@blueprint.get("/organizer/sales/<slug>/import/template.<lang>.xlsx")
def template(slug: str, lang: str) -> AnyResponse:
    """An empty file to fill in, with what each column takes."""
    _draft(slug)
    if lang not in LOCALES:
        raise Problem("NOT_FOUND")
    headers = {"Content-Disposition": f'attachment; filename="lots.{lang}.xlsx"'}
    return Response(offload(make_template, lang), content_type=XLSX, headers=headers)


def _look(row: SaleRow, data: bytes, filename: str) -> _Seen:
    choices = _choices(_memory().of(row.house_org or ""))
    catalogue = offload(read_catalogue, data, filename[:200], row.currency, choices)
    layout, of = catalogue.layout, request.form.get("of", "")
    if choices.columns and layout and of and of != f"{layout.sheet}/{layout.heading_line}":
        choices = replace(choices, columns={})  # they were those of another sheet or heading
        catalogue = offload(read_catalogue, data, filename[:200], row.currency, choices)
    return _Seen(catalogue, _uploads().keep(data) if catalogue.layout else "", choices)


def _choices(remembered: dict[str, str]) -> Choices:
    """The choices of a form; what is no choice counts as none."""
    form = request.form
    header_row, order = form.get("header_row", ""), form.get("day_order", "")
    columns = {f"#{at}": form.get(f"map.{at}", "") for at in range(1, MAX_COLUMNS + 1)}
    return Choices(
        sheet=form.get("sheet", "")[:200],
        header_row=int(header_row) if header_row.isascii() and header_row.isdigit() and len(header_row) < 8 else None,
        columns={place: name for place, name in columns.items() if name in (*COLUMNS, LEFT_OUT)},
        remembered=remembered,
        take_hidden=bool(form.get("hidden")),
        day_order=DayOrder(order) if order in list(DayOrder) else None,
    )


def _draft(slug: str) -> SaleRow:
    row = organizers_sale(slug)
    if row.status is not SaleStatus.DRAFT:
        raise Rejected("PUBLISHED_ALREADY")
    return row


def _gone() -> str:
    return _("The file was kept for an hour and has gone. Please choose it again.")


def _uploads() -> Uploads:
    return Uploads(parts().config.instance / "uploads", parts().clock)


def _memory() -> HouseColumns:
    return HouseColumns(parts().store)


def _in_words(stored_cells: dict[str, str]) -> dict[str, str]:
    return {name: value_words(name, text, current_locale()) for name, text in stored_cells.items()}


def _page(row: SaleRow, seen: _Seen | None = None, error: str | None = None) -> str:
    locale = current_locale()
    catalogue = seen.catalogue if seen else None
    layout = catalogue.layout if catalogue else None
    drafts = catalogue.read[:PREVIEW] if catalogue else ()
    rows = [_in_words(stored(draft, row.currency)) for draft in drafts]
    wrong = {each.line for each in catalogue.errors} if catalogue else set[int]()
    remark = deposit_remark(catalogue, row) if catalogue else None
    warnings = [*([remark] if remark else []), *(catalogue.warnings if catalogue else ())]
    return render_template(
        "organizer_import.html",
        tab="import",
        sale=row,
        seen=seen,
        catalogue=catalogue,
        layout=layout,
        error=error,
        errors=[tell(each, locale, layout) for each in catalogue.errors] if catalogue else [],
        warnings=[tell(each, locale, layout) for each in warnings],
        clashes=clashes(parts().sales, row.id, catalogue) if catalogue else [],
        there=len(parts().sales.lots(row.id)),
        deposit=deposit_of(catalogue) if catalogue and remark and remark.code == "DEPOSIT_TAKEN" else None,
        rows=rows,
        wrong=[draft.line in wrong for draft in drafts],
        shown=[(name, column_words(name, locale)) for name in filled_columns(rows)],
        orders=[(DayOrder.DAY_FIRST, _("the day")), (DayOrder.MONTH_FIRST, _("the month"))],
        left_out=LEFT_OUT,
        columns=[(name, column_words(name, locale)) for name in COLUMNS],
        locales=LOCALES,
    )
