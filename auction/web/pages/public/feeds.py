"""Feeds for other programs: calendars, results as Atom, and the maps of the site that search engines read."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as Tree

from flask import Blueprint, Response
from icalendar import Calendar, Event

from models.rows import LotRow, SaleRow, SaleStatus

from ....base.zones import utc_text, zone_of
from ....people.sessions import Identity
from ....people.tokens import Scope
from ....rules.lot import ENDED, Lot, Status
from ....words.amounts import major, money
from ...current import parts, sale_or_404, shown
from ...errors import Problem
from ...locale import current_locale
from ...locale import gettext as _
from .catalogue import is_cancelled

blueprint = Blueprint("feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
KEPT_OUT = ("/organizer", "/administrator", "/account", "/api/", "/calendar/", "/link/", "/reset/", "/sign-")
OPEN_SALES = (SaleStatus.PUBLISHED, SaleStatus.CLOSED, SaleStatus.ARCHIVED)
MOST_ADDRESSES = 50_000
"""Of one map, as the standard says."""


# --- calendars ---


@blueprint.get("/sales/<slug>/calendar.ics")
def calendar(slug: str) -> Response:
    """A sale as a calendar: its beginning, and the days on which the lots are shown."""
    return _calendar([sale_or_404(slug)])


@blueprint.get("/calendar/<token>.ics")
def own_calendar(token: str) -> Response:
    """The sales in which a person takes part, or for which he works. Drafts are for their staff only.

    The address is secret. Its token opens nothing else: one that does is not for an address.
    """
    who = parts().tokens.identify(token)
    if who is None or who.scopes != frozenset({Scope.CALENDAR.value}):
        raise Problem("NOT_FOUND")
    answer = _calendar(_sales_of(who))
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _sales_of(who: Identity) -> list[SaleRow]:
    wanted = {row.sale for row in parts().registration.all_of_user(who.user)}
    working = parts().people.sales_of(who.user)
    return [
        row
        for row in parts().sales.all(*SaleStatus)
        if row.id in working or (row.id in wanted and row.status is not SaleStatus.DRAFT)
    ]


def _calendar(sales: Iterable[SaleRow]) -> Response:
    made = Calendar()
    made.add("prodid", "-//patent auction//EN")
    made.add("version", "2.0")
    for row in sales:
        for event in _events(row):
            made.add_component(event)
    return Response(made.to_ical(), content_type="text/calendar; charset=utf-8")


def _events(row: SaleRow) -> Iterable[Event]:
    """The beginning of a sale, in its own zone, and the days of its preview."""
    if row.starts_at_ms is not None:
        event = _event(row, "sale", _title(row))
        event.add("dtstart", datetime.fromtimestamp(row.starts_at_ms / 1000, zone_of(row)))
        yield event
    if row.preview_from is not None:
        event = _event(row, "preview", _("Preview: %(title)s", title=_title(row)))
        event.add("dtstart", row.preview_from)
        event.add("dtend", _day_after(row.preview_to or row.preview_from))
        yield event


def _event(row: SaleRow, what: str, summary: str) -> Event:
    event = Event()
    event.add("uid", f"{what}-{row.id}@{urlsplit(parts().config.public_url).hostname}")
    event.add("dtstamp", datetime.fromtimestamp(row.created_ms / 1000, UTC))
    event.add("summary", summary)
    event.add("url", f"{parts().config.public_url}/sales/{row.slug}")
    if row.place:
        event.add("location", row.place)
    if is_cancelled(row):
        event.add("status", "CANCELLED")
    return event


def _day_after(day: date) -> date:
    return day + timedelta(days=1)


def _title(row: SaleRow | LotRow) -> str:
    first, second = (row.title_zh, row.title_en) if current_locale() == "zh" else (row.title_en, row.title_zh)
    return first or second


# --- results ---


@blueprint.get("/sales/<slug>/results.atom")
def results(slug: str) -> Response:
    """How lots ended, the last one first."""
    row = sale_or_404(slug)
    address = f"{parts().config.public_url}/sales/{row.slug}"
    lots, rows = parts().engine.book(row.id).sale.lots, shown(row).rows
    ended = [lot for lot in lots.values() if lot.status in ENDED and lot.ended_at_ms is not None and lot.id in rows]
    ended.sort(key=lambda lot: lot.ended_at_ms or 0, reverse=True)
    last_ms = (ended[0].ended_at_ms if ended else None) or row.created_ms
    feed = Tree.Element("feed", xmlns=ATOM)
    _add(feed, "id", f"urn:uuid:{_uuid(row.id)}")
    _add(feed, "title", _title(row))
    _add(feed, "updated", utc_text(last_ms))
    _add(feed, "link", href=address, rel="alternate")
    _add(feed, "link", href=f"{address}/results.atom", rel="self")
    _add(_add(feed, "author"), "name", _("Patent auction"))
    for lot in ended:
        _entry(feed, row, rows[lot.id], lot)
    return _xml(feed, "application/atom+xml")


def _entry(feed: Tree.Element, sale: SaleRow, row: LotRow, lot: Lot) -> None:
    address = f"{parts().config.public_url}/sales/{sale.slug}/lots/{lot.id}"
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:uuid:{_uuid(sale.id)}:{lot.id}")
    _add(entry, "title", f"{_('Lot %(lot)s', lot=lot.id)} · {_title(row)}")
    _add(entry, "updated", utc_text(lot.ended_at_ms or 0))
    _add(entry, "link", href=address, rel="alternate")
    _add(entry, "summary", _outcome(sale, lot))


def _outcome(sale: SaleRow, lot: Lot) -> str:
    if lot.status is not Status.SOLD:
        return _("Passed.") if lot.status is Status.PASSED else _("Withdrawn.")
    price = money(lot.hammer_minor, sale.currency)
    if lot.match_until_ms is not None and lot.match_until_ms > parts().clock.now_ms():
        return _("Sold for %(price)s; a priority right may still take it.", price=price)
    return _("Sold for %(price)s.", price=price)


def _uuid(text: str) -> str:
    """A random id of ours in the form of a UUID."""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


# --- what search engines read ---


@blueprint.get("/robots.txt")
def robots() -> Response:
    """The rules for search engines: they may read the public pages."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT)]
    lines += ["", f"Sitemap: {parts().config.public_url}/sitemap.xml", ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The maps of all sales."""
    root = Tree.Element("sitemapindex", xmlns=SITEMAP)
    for row in parts().sales.all(*OPEN_SALES)[:MOST_ADDRESSES]:
        _add(_add(root, "sitemap"), "loc", f"{parts().config.public_url}/sales/{row.slug}/sitemap.xml")
    return _xml(root, "application/xml")


@blueprint.get("/sales/<slug>/sitemap.xml")
def sitemap_of_sale(slug: str) -> Response:
    """The public pages of a sale."""
    row = sale_or_404(slug)
    root = Tree.Element("urlset", xmlns=SITEMAP)
    address = f"{parts().config.public_url}/sales/{row.slug}"
    for path in ("", "/statistics", *(f"/lots/{lot}" for lot in shown(row).rows))[:MOST_ADDRESSES]:
        _add(_add(root, "url"), "loc", address + path)
    return _xml(root, "application/xml")


def _add(parent: Tree.Element, name: str, words: str | None = None, **attributes: str) -> Tree.Element:
    child = Tree.SubElement(parent, name, attributes)
    child.text = None if words is None else "".join(char for char in words if char.isprintable() or char in "\n\t")
    return child


def _xml(root: Tree.Element, content_type: str) -> Response:
    raw = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(raw, content_type=f"{content_type}; charset=utf-8")


# --- what a lot is, for programs that read its page ---


@blueprint.app_template_global()
def linked_data(sale: SaleRow, lot: Mapping[str, object], count: int) -> Mapping[str, object]:
    """A lot as schema.org has it: a product with an offer, of public facts alone."""
    address = f"{parts().config.public_url}/sales/{sale.slug}"
    status, price = lot["status"], lot.get("price_minor") or lot.get("start_minor")
    offer: dict[str, object] = {
        "@type": "Offer",
        "url": f"{address}/lots/{lot['lot']}",
        "priceCurrency": sale.currency,
        "availability": f"https://schema.org/{_AVAILABLE.get(str(status), 'InStock')}",
        "seller": {"@type": "Organization", "name": lot["consignor"]} if lot["consignor"] else None,
    }
    if isinstance(price, int):
        offer["price"] = str(major(price, sale.currency))
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": lot["title_zh"] or lot["title_en"],
        "alternateName": lot["title_en"] or None,
        "sku": f"{sale.slug}/{lot['lot']}",
        "category": lot["field"] or None,
        "description": lot["abstract_zh"] or lot["abstract_en"] or None,
        "additionalProperty": {"@type": "PropertyValue", "name": "patents", "value": count},
        "offers": offer,
    }


_AVAILABLE = {"pending": "PreOrder", "sold": "SoldOut", "passed": "OutOfStock", "withdrawn": "Discontinued"}
