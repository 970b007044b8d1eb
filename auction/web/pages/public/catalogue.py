"""The public pages: the sales, a sale's catalogue, a lot, results and the record."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, jsonify, render_template, request
from markupsafe import Markup

from models.rows import LotRow, PatentRow, SaleRow, SaleStatus, columns_of

from ....audit.verify import public_events_of, public_head_at, public_record
from ....base import runtime
from ....base.runtime import Slices
from ....base.zones import zone_of
from ....papers.reports import PUBLIC_REPORT, source
from ....papers.writers import FILE_FORMS, to_bytes
from ....patents.facts import fees_left_minor
from ....rules.formats import ask_minor
from ....rules.lot import BEGUN, ENDED, Lot, Status
from ....rules.money import all_in_minor, tiers_of
from ....rules.visibility import public_detail, public_lot
from ....sales.changes import ToldChange, concerns, told
from ....sales.sales import never_opened
from ....words.i18n import mark as _
from ....words.of_law import STATUS_WORDS
from ...auth import is_for_everybody
from ...current import parts, sale_or_404, shelf, shown
from ...errors import Problem
from ...locale import current_locale, gettext
from ...shown import PartStanding
from .choices import asked_words, choices_of
from .finding import CatalogueQuery, Found, sought
from .lot_facts import opened_offers, worth_knowing
from .stars import followed_here, starred

FIELD_WORDS = (
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
"""Fields and kinds of transfer in the reader's language. Any other is shown as the catalogue has it."""

LINES_AT_ONCE = 100
_DAY_MS = 86_400_000

blueprint = Blueprint("catalogue", __name__)


@blueprint.app_template_filter()
def all_in(minor: int | None, sale: SaleRow) -> int | None:
    """The price that a buyer pays for a hammer price, commission included."""
    return None if minor is None else all_in_minor(minor, tiers_of(sale.buyer_commission))


@blueprint.app_template_global()
def status_words(status: str) -> str:
    """The legal status of a patent in the reader's language."""
    return gettext(STATUS_WORDS[status])


@blueprint.app_template_global()
def fees_to_come(patent: PatentRow, sale: SaleRow) -> int | None:
    """The annual fees that a buyer takes over with a patent, in fen; None: not known, or none."""
    return fees_left_minor(patent, sale, parts().clock.now_ms()) or None


@blueprint.app_template_global()
def changes_of(sale: SaleRow, lot: str | None = None) -> list[ToldChange]:
    """Changes of a sale after publishing; of one lot, its own and those of the sale."""
    state = parts().engine.book(sale.id).sale
    return [told(current_locale(), each, sale) for each in state.changes if concerns(each, lot)]


@blueprint.app_template_global()
def is_cancelled(sale: SaleRow) -> bool:
    """Whether a sale was closed before any of its lots opened."""
    return sale.status in (SaleStatus.CLOSED, SaleStatus.ARCHIVED) and never_opened(parts().engine.book(sale.id).sale)


@blueprint.get("/")
def home() -> str:
    """The sales that are open to the public."""
    return render_template(
        "home.html",
        current=parts().sales.all(SaleStatus.PUBLISHED),
        past=parts().sales.all(SaleStatus.CLOSED, SaleStatus.ARCHIVED),
    )


@blueprint.get("/sales/<slug>")
def sale(slug: str) -> str:
    """A page of a sale's catalogue, each lot with how it stands. The address says which lots, in which order."""
    row, slices = sale_or_404(slug), Slices()
    now_ms = parts().clock.now_ms()
    query = CatalogueQuery.read(request.args)
    today = datetime.fromtimestamp(now_ms / 1000, zone_of(row)).date()
    found = Found(_made(row, ("sought",), sought), query, row.currency, today)
    slices.breathe()
    wanted = found.on_page
    slices.breathe()
    kind = (current_locale(), slug, row.currency, row.status)
    plain, followed = shown(row).parts_of(kind, wanted, partial(_card, row, now_ms)), followed_here(row)
    slices.breathe()
    stars = [starred(card, each.row.lot, followed) for each, card in zip(wanted, plain, strict=True)]
    slices.breathe()
    choices = choices_of(found, row.status in (SaleStatus.CLOSED, SaleStatus.ARCHIVED))
    slices.breathe()
    known = {"sale": row, "found": found, "query": query, "totals": _totals(row, now_ms), "choices": choices}
    slices.breathe()
    asked, cards = asked_words(query, choices), Markup("").join(stars)
    page = render_template("sale.html", **known, asked=asked, cards=cards)
    slices.breathe()
    return page


@dataclass(frozen=True, slots=True)
class SoFar:
    """The results so far: lots by status, and the hammer total without lots that a priority right may take."""

    counts: Mapping[str, int]
    hammer_minor: int
    in_term: int

    @property
    def has_begun(self) -> bool:
        """Whether any lot has ended."""
        return any(self.counts.get(each, 0) for each in ENDED)


def _totals(row: SaleRow, now_ms: int) -> SoFar:
    lots = parts().engine.book(row.id).sale.lots.values()
    sold = [each for each in lots if each.status is Status.SOLD]
    for_good = [each for each in sold if (each.match_until_ms or 0) <= now_ms]
    counts = Counter(str(each.status.value) for each in lots)
    return SoFar(counts, sum(each.hammer_minor or 0 for each in for_good), len(sold) - len(for_good))


def _made(row: SaleRow, kind: tuple[str, ...], make: Callable[[PartStanding], Any]) -> list[tuple[PartStanding, Any]]:
    """Every lot of a sale with its part of a kind."""
    states = parts().engine.book(row.id).sale.lots
    return shown(row).parts(kind, states, parts().clock.now_ms(), make)


def _card(sale: SaleRow, now_ms: int, standing: PartStanding) -> Markup:
    template = current_app.jinja_env.get_template("_lot_card.html")
    lot, count = merged(standing.row, standing.state, now_ms), len(standing.patents)
    known = {"sale": sale, "lot": lot, "patents": count, "documents": standing.documents}
    known |= {"now_ms": now_ms, "locale": current_locale()}
    return Markup(template.render(known))  # noqa: S704 - ours


@blueprint.get("/sales/<slug>/lots/<lot>")
def lot(slug: str, lot: str) -> str:
    """A lot with its patents, and the way to the lots beside it."""
    row, now_ms = sale_or_404(slug), parts().clock.now_ms()
    rows = shown(row)
    if lot not in rows.rows:
        raise Problem("UNKNOWN_LOT")
    standing = rows.standing(lot, parts().engine.book(row.id).sale.lots.get(lot), now_ms)
    order = [None, *rows.rows, None]
    place = order.index(lot)
    beside = order[place - 1], order[place + 1]

    def page() -> str:
        known = {"sale": row, "lot": merged(standing.row, standing.state, now_ms), "now_ms": now_ms}
        known |= {"patents": standing.patents, "documents": standing.documents, "offers": opened_offers(standing.state)}
        findings = worth_knowing(row, standing.row, standing.patents, now_ms)
        return render_template("lot.html", **known, findings=findings, before=beside[0], after=beside[1])

    if not is_for_everybody():
        return page()
    changes = parts().engine.book(row.id).sale.changes
    today = now_ms // _DAY_MS  # the rest of a term depends on it
    return shelf().page((row.id, lot, current_locale()), (standing, (row, beside, changes, today)), page)


@blueprint.get("/sales/<slug>/lots/<lot>/detail.json")
def detail(slug: str, lot: str) -> Response:
    """How a lot stands, with its opened offers: what a screen that came later asks for."""
    found = parts().engine.book(sale_or_404(slug).id).sale.lots.get(lot)
    if found is None:
        raise Problem("UNKNOWN_LOT")
    return jsonify(public_detail(found))


@blueprint.get("/sales/<slug>/lots/<lot>/events.json")
def events(slug: str, lot: str) -> Response:
    """The public events of a lot, and the holds of paddles that touched it, for a picture of its price."""
    row = sale_or_404(slug)
    if lot not in parts().engine.book(row.id).sale.lots:
        raise Problem("UNKNOWN_LOT")
    lines = b",".join(public_events_of(parts().store, row.id, lot))
    return Response(b'{"events":[' + lines + b"]}\n", content_type="application/json")


@blueprint.get("/sales/<slug>/texts.json")
def texts(slug: str) -> Response:
    """Titles, numbers and public terms of every lot: what a screen needs beside the live stream."""
    row = sale_or_404(slug)
    made = _made(row, ("texts",), _texts)
    lots = b",".join(orjson.dumps(standing.row.lot) + b":" + text for standing, text in made)
    head = orjson.dumps({"sale": row.slug, "currency": row.currency})[:-1]
    return Response(head + b',"lots":{' + lots + b"}}\n", content_type="application/json")


def _texts(standing: PartStanding) -> bytes:
    row = standing.row
    texts = {
        "zh": row.title_zh or row.title_en,
        "en": row.title_en or row.title_zh,
        "field": row.field,
        "patents": [each.number or each.as_written for each in standing.patents],
    }
    picture = next((each.id for each in standing.documents if each.is_shown), None)
    texts |= {"picture": picture} if picture else {}
    terms = ("estimate_low_minor", "estimate_high_minor", "format", "increment", "own")
    return orjson.dumps(texts | {name: getattr(row, name) for name in terms})


@blueprint.get("/sales/<slug>/record.jsonl")
def record(slug: str) -> Response:
    """The public chain, an event with its hash a line: what `python app.py verify --record` checks.

    `?since=` leaves out the events up to a number.
    """
    since = request.args.get("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) < 16):
        raise Problem("MALFORMED", field="since")
    return record_file(sale_or_404(slug), int(since))


def record_file(row: SaleRow, since: int) -> Response:
    """A sale's public record after a number, with the chain's head as its `ETag`. Raises Problem where the record has
    not come to that number."""
    start = public_head_at(parts().store, row.id, since)
    if start is None:
        raise Problem("MALFORMED", field="since")
    head = parts().engine.book(row.id).head
    headers = {
        "Content-Disposition": f'attachment; filename="{row.slug}-record.jsonl"',
        "Cache-Control": "no-cache",
        "ETag": f'W/"{head.seq}-{since}-{head.public_hash.hex()[:32]}"',
    }
    lines = _in_blocks(public_record(parts().store, row.id, start))
    answer = Response(lines, content_type="application/jsonl", headers=headers)
    answer.make_conditional(request)
    return answer


@blueprint.get("/sales/<slug>/results.csv")
def results(slug: str) -> Response:
    """Hammer prices as everybody may have them."""
    row = sale_or_404(slug)
    raw = runtime.offload(to_bytes, source(parts(), row, PUBLIC_REPORT), PUBLIC_REPORT, "csv", current_locale())
    headers = {"Content-Disposition": f'attachment; filename="{slug}-results.csv"'}
    return Response(raw, content_type=FILE_FORMS["csv"].content_type, headers=headers)


def _in_blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines joined to blocks, with a turn for the others in between."""
    slices, rest = Slices(), iter(lines)
    while block := b"".join(islice(rest, LINES_AT_ONCE)):
        yield block
        slices.breathe()


def merged(row: LotRow, state: Lot | None, now_ms: int) -> Mapping[str, object]:
    """A lot's texts with how it stands at a moment; a reserve stays out, whatever is shown."""
    shown = {name: value for name, value in columns_of(row).items() if name not in ("reserve_minor", "consignors")}
    if state is None:
        return {**shown, "status": "pending", "leader": None}
    ask = ask_minor(state, now_ms) if state.status in BEGUN else None
    marks = {"changed_ms": state.changed_ms, "was_start_minor": state.was_start_minor}
    return {**shown, **public_lot(state), **marks, "ask_minor": ask}
