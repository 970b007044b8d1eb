"""The trail of a sale's rows on a page: who changed what, found by person, row and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from marshmallow import ValidationError

from ....base.zones import zone_of
from ....papers.trail_lines import TrailLine, TrailNames, lines_of, names_for
from ....trail.trail import ENTRIES_SHOWN, TrailEntry, TrailWanted
from ....words.of_trail import ACT_WORDS, CLIENT_WORDS, COLUMN_WORDS, TABLE_WORDS
from ...current import parts
from ...forms import parse_day
from ...locale import gettext as _
from .sale import organizers_sale

blueprint = Blueprint("organizer_trail", __name__)

ASKED = ("person", "table", "row", "from", "to")


@dataclass(frozen=True, slots=True)
class TrailPlace:
    """A chain, with the zone and the currency of its sale."""

    chain: str
    time_zone: str
    currency: str


@dataclass(frozen=True, slots=True)
class ShownTrail:
    """A page of a trail: entries with their lines, the search, and the address of older ones."""

    entries: list[tuple[TrailEntry, list[TrailLine]]]
    names: TrailNames
    asked: Mapping[str, str]
    errors: Mapping[str, str]
    older: str | None
    words: Mapping[str, Mapping[str, str]]


@blueprint.get("/organizer/sales/<slug>/trail")
def trail(slug: str) -> str:
    """The trail of a sale, the newest first."""
    row = organizers_sale(slug)
    shown = shown_trail(TrailPlace(row.id, row.time_zone, row.currency))
    return render_template("organizer_trail.html", tab="trail", sale=row, place=row, shown=shown, tables=TABLE_WORDS)


def shown_trail(place: TrailPlace) -> ShownTrail:
    """The entries that the address asks for."""
    asked = {name: request.args.get(name, "").strip()[:254] for name in (*ASKED, "before")}
    errors: dict[str, str] = {}
    zone, days = zone_of(place), {}
    for name in ("from", "to"):
        try:
            days[name] = parse_day(asked[name])
        except ValidationError as error:
            errors[name] = str(error.messages[0])
    first, last = days.get("from"), days.get("to")
    wanted = TrailWanted(
        people=_people(asked["person"]) if asked["person"] else None,
        table=asked["table"] if asked["table"] in TABLE_WORDS else "",
        row=_row(place.chain, asked["table"], asked["row"]),
        from_ms=None if first is None else _midnight_ms(datetime(*first.timetuple()[:3], tzinfo=zone)),
        to_ms=None if last is None else _midnight_ms(datetime(*last.timetuple()[:3], tzinfo=zone) + timedelta(days=1)),
        before_n=int(asked["before"]) if asked["before"].isascii() and asked["before"].isdigit() else 0,
    )
    found = [] if errors else parts().trail.find(place.chain, wanted, ENTRIES_SHOWN + 1)
    entries, names = found[:ENTRIES_SHOWN], names_for(parts(), found, place.chain)
    more = {**{name: asked[name] for name in ASKED if asked[name]}, "before": str(entries[-1].n) if entries else ""}
    return ShownTrail(
        [(each, lines_of(each, names, zone, place.currency)) for each in entries],
        names,
        asked,
        errors,
        f"?{urlencode(more)}" if len(found) > ENTRIES_SHOWN else None,
        {name: {code: _(each) for code, each in words.items()} for name, words in _WORDS.items()},
    )


_WORDS = {"client": CLIENT_WORDS, "act": ACT_WORDS, "table": TABLE_WORDS, "column": COLUMN_WORDS}


def _midnight_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _people(words: str) -> list[str]:
    """The accounts that a person's name, address or id may mean."""
    exact = parts().accounts.find(words)
    return [exact.id] if exact is not None else [each.id for each in parts().accounts.search(words)]


def _row(chain: str, table: str, typed: str) -> str:
    """The key of a row as a person calls it: a lot by its number, a bidder by his paddle."""
    if table == "registrations" and typed:
        return next((row.id for row in parts().registration.of_sale(chain) if row.paddle == typed), typed)
    return typed
