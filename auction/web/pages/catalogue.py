"""What everybody may read: the sales, a sale's catalogue, a lot, results and the record."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from ... import runtime
from ...exports.rows import PUBLIC, source
from ...exports.writers import FORMS, to_bytes
from ...i18n import mark as _
from ...law_words import STATUS_WORDS
from ...rules.formats import ask_minor
from ...rules.law import LegalStatus
from ...rules.lot import BEGUN, Lot
from ...rules.money import all_in_minor, tiers_of
from ...rules.visibility import public_detail, public_lot
from ...verify import public_record
from ..errors import Problem
from ..locale import current_locale, gettext
from ..parts import parts, sale_or_404

WORDS = (
    _("new materials"),
    _("information technology"),
    _("high-end manufacturing"),
    _("health"),
    _("new energy"),
    _("modern agriculture"),
    _("assignment"),
    _("licence"),
    _("exclusive_licence"),
    _("sole_licence"),
)
"""Fields and kinds of transfer that are shown in the reader's language; any other is shown as the catalogue has it."""

LONGEST_SEARCH = 100
SEARCHED = ("title_zh", "title_en", "abstract_zh", "abstract_en", "consignor", "field")

blueprint = Blueprint("catalogue", __name__)


@blueprint.app_template_filter()
def all_in(minor: int | None, sale: Mapping[str, Any]) -> int | None:
    """What a buyer pays for a hammer price, commission included."""
    return None if minor is None else all_in_minor(minor, tiers_of(sale["buyer_commission"]))


@blueprint.app_template_global()
def status_words(status: str) -> str:
    """The legal status of a patent in the reader's language."""
    return gettext(STATUS_WORDS[LegalStatus(status)])


@blueprint.get("/")
def home() -> str:
    """The sales that are open to the public."""
    return render_template(
        "home.html", current=parts().sales.all("published"), past=parts().sales.all("closed", "archived")
    )


@blueprint.get("/sales/<slug>")
def sale(slug: str) -> str:
    """A sale's catalogue, each lot with how it stands; `?q=` and `?field=` leave only what fits."""
    row = sale_or_404(slug)
    state = parts().engine.book(row["id"]).sale
    now_ms = parts().clock.now_ms()
    everything = [merged(lot, state.lots.get(lot["lot"]), now_ms) for lot in parts().sales.lots(row["id"])]
    patents = parts().sales.patents(row["id"])
    q, field = request.args.get("q", "")[:LONGEST_SEARCH], request.args.get("field", "")
    return render_template(
        "sale.html",
        sale=row,
        lots=[lot for lot in fitting(everything, patents, q) if field in ("", lot["field"])],
        count=len(everything),
        numbers=Counter(each["lot"] for each in patents),
        fields=list(dict.fromkeys(lot["field"] for lot in everything if lot["field"])),
        q=q,
        field=field,
        now_ms=now_ms,
    )


@blueprint.get("/sales/<slug>/lots/<lot>")
def lot(slug: str, lot: str) -> str:
    """A lot with its patents, and the way to the lots beside it."""
    row = sale_or_404(slug)
    found = parts().sales.lot(row["id"], lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    state = parts().engine.book(row["id"]).sale.lots.get(lot)
    order = [None, *(each["lot"] for each in parts().sales.lots(row["id"])), None]
    place = order.index(lot)
    now_ms = parts().clock.now_ms()
    return render_template(
        "lot.html",
        sale=row,
        lot=merged(found, state, now_ms),
        now_ms=now_ms,
        patents=parts().sales.patents(row["id"], lot),
        before=order[place - 1],
        after=order[place + 1],
    )


@blueprint.get("/sales/<slug>/lots/<lot>/detail.json")
def detail(slug: str, lot: str) -> Response:
    """How a lot stands, with its opened offers: what a screen that came later asks for."""
    found = parts().engine.book(sale_or_404(slug)["id"]).sale.lots.get(lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    return jsonify(public_detail(found))


@blueprint.get("/sales/<slug>/texts.json")
def texts(slug: str) -> Response:
    """Titles, numbers and public terms of every lot: what a screen needs beside the live stream."""
    row = sale_or_404(slug)
    numbers: dict[str, list[str]] = {}
    for patent in parts().sales.patents(row["id"]):
        numbers.setdefault(patent["lot"], []).append(patent["number"] or patent["as_written"])
    lots = {
        each["lot"]: {
            "zh": each["title_zh"] or each["title_en"],
            "en": each["title_en"] or each["title_zh"],
            "field": each["field"],
            "patents": numbers.get(each["lot"], []),
            "estimate_low_minor": each["estimate_low_minor"],
            "estimate_high_minor": each["estimate_high_minor"],
            "format": each["format"],
            "increment": each["increment"],
            "own": each["own"],
        }
        for each in parts().sales.lots(row["id"])
    }
    return jsonify({"sale": row["slug"], "currency": row["currency"], "lots": lots})


@blueprint.get("/sales/<slug>/record.jsonl")
def record(slug: str) -> Response:
    """The public chain, an event with its hash a line: what `python app.py verify --record` checks."""
    row = sale_or_404(slug)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-record.jsonl"'}
    lines = public_record(parts().store, row["id"])
    return Response(lines, content_type="application/jsonl", headers=headers)


@blueprint.get("/sales/<slug>/results.csv")
def results(slug: str) -> Response:
    """Hammer prices as everybody may have them."""
    row = sale_or_404(slug)
    raw = runtime.offload(to_bytes, source(parts(), row, PUBLIC), PUBLIC, "csv", current_locale())
    headers = {"Content-Disposition": f'attachment; filename="{slug}-results.csv"'}
    return Response(raw, content_type=FORMS["csv"].content_type, headers=headers)


def fitting(
    lots: Iterable[dict[str, Any]], patents: Iterable[Mapping[str, Any]], wanted: str
) -> Iterable[dict[str, Any]]:
    """The lots in whose number, texts or patents every word stands; wide and narrow letters are the same."""
    words = folded(wanted).split()
    numbers: dict[str, list[str]] = {}
    for patent in patents:
        numbers.setdefault(patent["lot"], []).extend((patent["as_written"], patent["number"] or ""))
    for lot in lots:
        text = folded(" ".join([*(lot[name] for name in SEARCHED), *numbers.get(lot["lot"], [])]))
        if all(word in text or word == folded(lot["lot"]) for word in words):
            yield lot


def folded(text: str) -> str:
    """A text in which case and width make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def merged(row: dict[str, Any], state: Lot | None, now_ms: int) -> dict[str, Any]:
    """A lot's texts with how it stands at a moment; a reserve stays out, whatever is shown."""
    shown = {name: value for name, value in row.items() if name not in ("reserve_minor", "consignors")}
    if state is None:
        return {**shown, "status": "pending", "leader": None}
    ask = ask_minor(state, now_ms) if state.status in BEGUN else None
    return {**shown, **public_lot(state), "ask_minor": ask}
