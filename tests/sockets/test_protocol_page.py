"""The tables of docs/protocol say what the code says: codes in order, limits, fields of events, documents and terms."""

import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from auction.cluster.limits import Limit, RateLimits
from auction.engine.feed import KEPT_EVENTS
from auction.rules.dutch import Dutch
from auction.rules.events import LotListed
from auction.rules.kinds import KINDS, PUBLIC, field_names
from auction.rules.ladder import NAMED
from auction.rules.lot import MAX_AMOUNT, Status, from_listing
from auction.rules.refusals import Code
from auction.rules.rights import Bidder
from auction.rules.sale import Sale
from auction.rules.sealed import Sealed
from auction.rules.timed import PERIODS, SOFT_CLOSE
from auction.rules.visibility import FORMAT_ORDER, bidder_document, desk_document, public_detail, public_sale
from auction.server.process import PING_EVERY_S
from auction.sockets.admission import BIDS_AT_ONCE, CROWDED
from auction.sockets.frames import FRAGMENTS
from auction.sockets.line import MOST_WAITING, MOST_WAITING_BYTES
from auction.sockets.messages import LARGEST_MESSAGE
from auction.sockets.packets import LARGEST_PACKET
from auction.web.access import CALLS, MESSAGES
from auction.words.sentences import STATUS

ROOT = Path(__file__).resolve().parents[2]


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text()


def section(name: str, heading: str) -> str:
    """The text below a heading, down to the next of its rank or above."""
    text = page(name)
    rank = heading.split(" ", maxsplit=1)[0]
    assert f"\n{heading}\n" in text, heading
    rest = text.split(f"\n{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{len(rank)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The rows of the tables in a text, without their heads."""
    written = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    lines = [[cell.strip() for cell in line] for line in written]
    rules = [place for place, line in enumerate(lines) if set("".join(line)) <= set("-|")]
    return [line for place, line in enumerate(lines) if place not in rules and place + 1 not in rules]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def keys(text: str) -> list[str]:
    """What stands in the first column."""
    return [name for row in rows(text) for name in named(row[0])]


def test_the_codes_of_the_rules_stand_in_their_order_with_their_status():
    told = [
        (named(row[0])[0], int(row[1])) for row in rows(section("protocol/answers", "## By the record and the rules"))
    ]
    before = ["UNAVAILABLE", "UNCONFIRMED", "KEY_CONFLICT", "FORBIDDEN"]
    order = [*before, *list(Code)[list(Code).index(Code.UNKNOWN_LOT) :]]

    assert told == [(code, STATUS.get(code, 409)) for code in order]


def test_the_codes_of_the_channel_have_their_status():
    told = {named(row[0])[0]: int(row[1]) for row in rows(section("protocol/answers", "## By the channel"))}

    assert told == {code: STATUS.get(code, 409) for code in told}


def test_every_public_event_has_its_row_with_all_its_facts():
    text = section("protocol/events", "## Of the sale") + section("protocol/events", "## Of a lot")
    told = {named(row[0])[0]: tuple(named(row[1])) for row in rows(text)}
    facts = {name: field_names(event_type)[1:] for name, event_type in KINDS.items() if event_type in PUBLIC}

    assert told == facts


def test_every_secret_event_is_named_as_one():
    secret = {name for name, event_type in KINDS.items() if event_type not in PUBLIC}

    assert secret <= set(named(section("protocol/events", "## Secret events")))


def figures(limits: RateLimits) -> dict[str, tuple[int, ...]]:
    """What the code says, by how the row of a limit begins."""
    return {
        "bytes of a message": (LARGEST_MESSAGE,),
        "bytes of a packet": (LARGEST_PACKET,),
        "fragments of a packet": (FRAGMENTS,),
        "bids and maxima of one account": in_a_second(limits.bid),
        "messages of one socket": in_a_second(limits.message),
        "packets of one socket": in_a_second(limits.packet),
        "bids that are being decided in one process": (BIDS_AT_ONCE,),
        "bids that are being decided, from which on": (CROWDED,),
        "packets that wait": (MOST_WAITING, MOST_WAITING_BYTES),
        "events that a resuming client": (KEPT_EVENTS,),
        "the greatest amount": (MAX_AMOUNT,),
    }


def in_a_second(limit: Limit) -> tuple[int, int]:
    return int(limit.count / limit.period_s), limit.count


def test_the_limits_have_the_figures_of_the_code(limits: RateLimits):
    told = rows(section("protocol", "## Limits"))
    for limit, expected in figures(limits).items():
        row = next(row for row in told if row[0].startswith(limit))
        assert tuple(int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", row[1])) == expected, limit


def test_the_pings_have_the_pace_of_the_code():
    assert f"every {PING_EVERY_S} seconds" in section("protocol/connecting", "## Who is there")


def test_every_message_and_call_has_its_row():
    assert keys(page("protocol/messages").split("## Keys")[0]) == list(MESSAGES)
    assert sorted(keys(section("protocol/messages", "## `call`"))) == sorted(CALLS)


def documents() -> dict[str, dict[str, Any]]:
    sale = Sale("s", bidders={"101": Bidder("101", "b")})
    return {"## Of a bidder": bidder_document(sale, "101"), "## Of the desk": desk_document(sale)}


@pytest.mark.parametrize("of", ["## Of a bidder", "## Of the desk"])
def test_a_document_has_the_keys_that_it_is_said_to_have(of):
    assert keys(section("protocol/documents", of)) == list(documents()[of])


def test_a_snapshot_and_its_codes():
    text = section("protocol/stream", "## A snapshot").split("### ")[0]
    places = {row[0]: named(" ".join(row[1:])) for row in rows(section("protocol/stream", "### A row of lots"))}

    assert sorted(keys(text)) == sorted(public_sale(Sale("s")))
    assert (places["format"], places["status"]) == (list(FORMAT_ORDER), list(Status))


def test_one_lot_by_names():
    text = section("protocol/lots", "## One lot")
    lot = from_listing(LotListed(0, "1", "english", 1, {"fixed_minor": 1}, False, False, {}), "CNY")

    assert set(public_detail(lot)) <= set(named(text))


def test_the_terms_of_each_format():
    told: dict[str, list[str]] = {}
    form = ""
    for first, key, *_ in rows(section("protocol/lots", "### `own`")):
        form = named(first)[0] if named(first) else form
        told.setdefault(form, []).extend(named(key))

    assert {form: sorted(names) for form, names in told.items()} == {
        "timed": sorted({*PERIODS, *SOFT_CLOSE}),
        "dutch": sorted(Dutch().own_terms({})),
        "sealed": sorted(Sealed().own_terms({})),
    }


def steps_of(cell: str) -> list[tuple[Decimal, Decimal]]:
    pairs = [each.split(": ") for each in cell.split("; ")]
    return [(Decimal(edge), Decimal(step)) for edge, step in pairs]


def next_value(steps: list[tuple[Decimal, Decimal]], price: Decimal) -> Decimal:
    """The smallest value above a price, as the page says it."""
    place = max(place for place, (edge, _) in enumerate(steps) if edge <= price)
    edge, step = steps[place]
    value = edge + ((price - edge) // step + 1) * step
    return min(value, steps[place + 1][0]) if place + 1 < len(steps) else value


def test_the_ladders_have_the_steps_that_the_page_says():
    told = {
        named(row[0])[0]: row[1]
        for row in rows(section("protocol/lots", "### `increment`"))
        if "_" in row[0] or ":" in row[1]
    }
    assert set(NAMED) == set(told) - {"fixed_minor"}
    chance = random.Random(9)
    for name in ("CHRISTIES", "HERITAGE", "EBAY"):
        for minor in [*range(2_000), *(chance.randrange(2_000_000_000) for _ in range(2_000))]:
            expected = next_value(steps_of(told[name]), Decimal(minor) / 100) * 100
            assert NAMED[name].next_minor(minor) == expected, (name, minor)


def by_2_5_8(*digits: int) -> list[str]:
    return [f"{digit}{tail}" for digit in digits for tail in ("", ".2", ".5", ".8")]


DECADES = {
    "CN258_FULL": by_2_5_8(*range(1, 10)),
    "CN258_TIER": [*(f"1.{tenth}" for tenth in range(10)), *by_2_5_8(2, 3, 4), *(f"{n / 2}" for n in range(10, 20))],
}


@pytest.mark.parametrize(("name", "decade"), DECADES.items())
def test_the_ladders_of_2_5_8(name, decade):
    values = [Decimal(value) * 10**power for power in range(6) for value in decade]
    prices = [Decimal(0), *values]
    walked = [Decimal(NAMED[name].next_minor(int(price * 100))) / 100 for price in prices[: len(values)]]

    assert walked == values
