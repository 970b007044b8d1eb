"""Worlds made wrong on purpose, each in one way, as a broken server or a forger of a journal may leave them.

`FALSEHOODS` has each by its name, with the number of the invariant that must be found broken, whatever else is. Where a
journal is changed both chains are computed anew, unless it says otherwise: the hashes must not be what gives it away.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from random import Random
from typing import Any

from auction.record.journal import canonical

from .world import Entry, World

SECRET = (
    *("seller_commission_agreed", "lot_consigned", "bidder_admitted", "paddles_identified", "work_stated"),
    *("channel_set", "hold_placed", "maximum_left", "maximum_set", "maximum_voided", "offer_placed"),
)
ENGLISH = ("1", "2", "6")


class NoSite(Exception):
    """In this world there is nothing that could be made wrong in this way."""


Falsehood = Callable[[World, Random], None]
FALSEHOODS: dict[str, tuple[int, Falsehood]] = {}


def breaks(invariant: int) -> Callable[[Falsehood], Falsehood]:
    def enter(falsehood: Falsehood) -> Falsehood:
        FALSEHOODS[falsehood.__name__] = (invariant, falsehood)
        return falsehood

    return enter


# --- tools ----------------------------------------------------------------------------------------------------------


def pick(random: Random, sites: Any) -> Any:
    sites = list(sites)
    if not sites:
        raise NoSite
    return random.choice(sites)


def places(world: World, kind: str, **facts: Any) -> list[int]:
    """Where events of a kind with these facts stand."""
    said = {"kind": kind, **facts}
    return [place for place, row in enumerate(world.rows) if said.items() <= _plain(row["event"]).items()]


def _plain(event: Entry) -> Entry:
    return {name: value for name, value in event.items() if isinstance(value, str | int | float | None)}


def online(world: World, *lots: str) -> list[int]:
    """Bids of bidders themselves, who lead by them, on these lots."""
    found = places(world, "bid_placed", way="online")
    events = [(place, world.rows[place]["event"]) for place in found]
    return [place for place, each in events if each["lot"] in lots and each["leader"] == each["paddle"]]


def edit(world: World, place: int, **facts: Any) -> None:
    world.rows[place] = {**world.rows[place], "event": {**world.rows[place]["event"], **facts}}


def insert(world: World, place: int, actor: str, event: Entry, **facts: Any) -> None:
    """Put an event before a place, as late as the one before it."""
    event = {**event, "sale": world.sale, "at_ms": world.rows[place - 1]["event"]["at_ms"], **facts}
    event.pop("seq", None)
    world.rows.insert(place, {"actor": actor, "event": event})


def rebuild(world: World, *, renumber: bool = True) -> None:
    """Number all events, compute both chains and the head anew; receipts and refusals keep to their events."""
    full = public = bytes(32)
    n = seq = old = 0
    moved = {0: 0}
    for place, row in enumerate(world.rows):
        event, shown = dict(row["event"]), row["event"]["kind"] not in SECRET
        n, seq = (n + 1, seq + shown) if renumber else (row["n"], event.get("seq", seq))
        old = event.get("seq", old)
        moved[old] = seq
        event |= {"seq": seq} if shown else {}
        event |= {"full_head": full.hex()} if "full_head" in event else {}
        raw = canonical(event)
        full = sha256(full + b'{"actor":%s,"n":%d,"record":%s}' % (canonical(row["actor"]), n, raw)).digest()
        public = sha256(public + raw).digest() if shown else public
        hashes = {"hash": full.hex(), "public_hash": public.hex() if shown else None}
        world.rows[place] = {**row, "event": event, "n": n, **hashes}
    world.end = {"n": n, "seq": seq, "hash": full.hex(), "public_hash": public.hex()}
    for kept in (world.receipts, world.refusals):
        kept[:] = [{**each, "seq": moved[max(was for was in moved if was <= each["seq"])]} for each in kept]


def entries(world: World, what: str) -> Iterator[tuple[str, int, Entry]]:
    """Every line of this kind in clients' files: whose, where, and the line."""
    for name, lines in world.clients.items():
        yield from ((name, place, each) for place, each in enumerate(lines) if each.get("what") == what)


def frames(world: World, least: int = 1) -> list[tuple[str, int, Entry]]:
    return [each for each in entries(world, "frame") if len(each[2]["frame"]["events"]) >= least]


def reframe(world: World, name: str, place: int, **facts: Any) -> None:
    """Change a frame that one client got."""
    entry = world.clients[name][place]
    world.clients[name][place] = {**entry, "frame": {**entry["frame"], **facts}}


def accepted(world: World, name: str = "bid") -> list[tuple[str, Entry, Entry]]:
    """Whose, what was sent, and the answer that accepted it, of acts that were accepted."""
    found = []
    for client, lines in world.clients.items():
        sent = {each["message"]["key"]: each for each in lines if each.get("what") == "sent" and each["name"] == name}
        answers = {each["key"]: each for each in lines if each.get("what") == "answer" and "seq" in each["answer"]}
        found += [(client, sent[key], answer) for key, answer in answers.items() if key in sent]
    return found


def shown_bids(world: World, *lots: str) -> list[tuple[str, Entry, Entry, int]]:
    """Accepted bids with the place of their row, on these lots."""
    rows = {row["event"].get("seq"): place for place, row in enumerate(world.rows)}
    found = [(*each, rows[each[2]["answer"]["seq"]]) for each in accepted(world)]
    return [each for each in found if each[1]["message"]["lot"] in lots and is_bid(world, each)]


def is_bid(world: World, found: tuple[str, Entry, Entry, int]) -> bool:
    event = world.rows[found[3]]["event"]
    return event["kind"] == "bid_placed" and event["amount_minor"] == found[1]["message"]["amount_minor"]


def stable(world: World) -> Iterator[tuple[str, int]]:
    """Each client, and from where on it got frames and nothing else of the stream."""
    for name, lines in world.clients.items():
        yield name, max(place for place, each in enumerate(lines) if each.get("what") in ("resync", "connected"))


def sold(world: World) -> list[int]:
    """Hammers on English lots that a bid led to."""
    return [place for place in places(world, "lot_sold") if world.rows[place]["event"]["lot"] in ENGLISH]


def last_bid(world: World, lot: str, before: int) -> Entry:
    found = [place for place in places(world, "bid_placed", lot=lot) if place < before]
    return world.rows[pick(Random(0), found[-1:])]["event"]


def holder(world: World, paddle: str) -> int:
    """Where a paddle was given."""
    return places(world, "bidder_admitted", paddle=paddle)[0]
