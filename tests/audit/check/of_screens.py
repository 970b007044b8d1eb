"""Falsehoods in what clients sent, were answered and were shown (invariants 18 to 28, 31)."""

from hashlib import sha256
from random import Random

from auction.record.journal import canonical

from .falsehoods import (
    ENGLISH,
    NoSite,
    accepted,
    breaks,
    entries,
    frames,
    pick,
    places,
    rebuild,
    reframe,
    shown_bids,
    stable,
)
from .world import Entry, World

# --- what was lost, and what was answered ---------------------------------------------------------------------------


@breaks(18)
def an_accepted_bid_is_lost(world: World, random: Random) -> None:
    _, sent, _, place = pick(random, shown_bids(world, *ENGLISH, "3"))
    del world.rows[place]
    world.receipts = [each for each in world.receipts if each["key"] != sent["message"]["key"]]
    rebuild(world)


@breaks(18)
def the_end_of_the_journal_is_cut_off(world: World, random: Random) -> None:
    *_, place = pick(random, shown_bids(world, *ENGLISH, "3"))
    del world.rows[place:]
    last = max(row["event"].get("seq", 0) for row in world.rows)
    world.receipts = [each for each in world.receipts if each["seq"] <= last]
    world.refusals = [each for each in world.refusals if each["seq"] <= last]
    rebuild(world)


@breaks(18)
def a_receipt_is_lost(world: World, random: Random) -> None:
    key = pick(random, accepted(world))[1]["message"]["key"]
    world.receipts = [each for each in world.receipts if each["key"] != key]


@breaks(18)
def another_amount_is_recorded_than_was_sent(world: World, random: Random) -> None:
    name, sent, *_ = pick(random, shown_bids(world, *ENGLISH, "3"))
    message = {**sent["message"], "amount_minor": sent["message"]["amount_minor"] + 1}
    for place, each in enumerate(world.clients[name]):
        if each.get("message") == sent["message"]:
            world.clients[name][place] = {**each, "message": message}


@breaks(19)
def refused_to_the_bidder_and_accepted_in_the_journal(world: World, random: Random) -> None:
    name, _, answer = pick(random, accepted(world))
    for place, each in enumerate(world.clients[name]):
        if each.get("what") == "answer" and each["key"] == answer["key"]:
            world.clients[name][place] = {**each, "answer": {"code": "BELOW_MIN", "params": {}}}


def again(world: World, name: str, sent: Entry, answer: Entry) -> None:
    """A retry at the end of a client's file, and its answer."""
    lines, end = world.clients[name], world.clients[name][-1]
    at_ns, key = end["at_ns"], sent["message"]["key"]
    lines[-1:] = [{**sent, "at_ns": at_ns}, {"at_ns": at_ns, "what": "answer", "key": key, "answer": answer}, end]


@breaks(19)
def accepted_first_and_refused_when_sent_again(world: World, random: Random) -> None:
    name, sent, _ = pick(random, accepted(world))
    again(world, name, sent, {"code": "NOT_LIVE", "message": "…", "params": {}, "status": 409})


@breaks(28)
def another_number_when_sent_again(world: World, random: Random) -> None:
    name, sent, answer = pick(random, accepted(world))
    again(world, name, sent, {"seq": answer["answer"]["seq"] + 1})


@breaks(28)
def another_reason_when_sent_again(world: World, random: Random) -> None:
    found = [each for each in entries(world, "answer") if each[2]["answer"].get("code") == "BELOW_MIN"]
    name, _, answer = pick(random, found)
    sent = next(each for each in world.clients[name] if each.get("message", {}).get("key") == answer["key"])
    again(world, name, sent, {"code": "OVER_LIMIT", "message": "…", "params": {}, "status": 409})


@breaks(28)
def a_refusal_nobody_kept(world: World, random: Random) -> None:
    found = [each[2]["key"] for each in entries(world, "answer") if "code" in each[2]["answer"]]
    key = pick(random, found)
    world.receipts = [each for each in world.receipts if each["key"] != key]


@breaks(31)
def an_answer_never_comes(world: World, random: Random) -> None:
    found = []
    for name, _, answer in (*accepted(world), *accepted(world, "call")):
        rest = world.clients[name][world.clients[name].index(answer) :]
        found += [] if any(each["what"] == "disconnected" for each in rest) else [(name, answer["key"])]
    name, key = pick(random, found)
    world.clients[name] = [each for each in world.clients[name] if each.get("key") != key]


# --- what was shown -------------------------------------------------------------------------------------------------


@breaks(20)
def a_screen_shows_another_price(world: World, random: Random) -> None:
    name, place, entry = pick(random, frames(world))
    first, *others = entry["frame"]["events"]
    reframe(world, name, place, events=[{**first, "at_ms": first["at_ms"] + 1}, *others])


@breaks(20)
def a_screen_shows_an_event_that_never_was(world: World, random: Random) -> None:
    name, _, entry = pick(random, frames(world))
    last = entry["frame"]["events"][-1]
    lines = world.clients[name]
    phantom = {**last, "seq": world.end["seq"] + 1}
    told = {**entry["frame"], "events": [phantom], "seq": phantom["seq"]}
    lines.insert(len(lines) - 1, {"at_ns": lines[-1]["at_ns"], "what": "frame", "frame": told})


@breaks(20)
def another_hash_in_an_events_place(world: World, random: Random) -> None:
    name, place, entry = pick(random, frames(world))
    first, *others = entry["frame"]["events"]
    digest = sha256(canonical({**first, "at_ms": 1})).hexdigest()
    reframe(world, name, place, events=[{"seq": first["seq"], "sha256": digest}, *others])


@breaks(20)
def a_secret_is_shown(world: World, random: Random) -> None:
    name, place, entry = pick(random, frames(world))
    secret = world.rows[pick(random, places(world, "maximum_set"))]["event"]
    first, *others = entry["frame"]["events"]
    reframe(world, name, place, events=[{**secret, "seq": first["seq"]}, *others])


@breaks(20)
def another_head_is_shown(world: World, random: Random) -> None:
    name, place, entry = pick(random, frames(world))
    reframe(world, name, place, head=sha256(entry["frame"]["head"].encode()).hexdigest())


@breaks(20)
def another_sale_is_shown(world: World, random: Random) -> None:
    name, place, _ = pick(random, frames(world, 0))
    reframe(world, name, place, sale="another")


@breaks(20)
def a_snapshot_with_another_price(world: World, random: Random) -> None:
    found = [each for each in entries(world, "resync") if "snapshot" in each[2]["answer"]]
    found = [each for each in found if any(len(row) > 5 for row in each[2]["answer"]["snapshot"]["lots"])]
    name, place, entry = pick(random, found)
    snapshot = entry["answer"]["snapshot"]
    lots = [[*row[:3], row[3] + 1, *row[4:]] if len(row) > 5 and row[3] else row for row in snapshot["lots"]]
    if lots == snapshot["lots"]:
        raise NoSite
    world.clients[name][place] = {**entry, "answer": {**entry["answer"], "snapshot": {**snapshot, "lots": lots}}}


@breaks(21)
def two_frames_change_places(world: World, random: Random) -> None:
    found = [each for each in frames(world) if _is_frame(world, each[0], each[1] + 1)]
    name, place, entry = pick(random, found)
    lines = world.clients[name]
    lines[place], lines[place + 1] = (
        {**entry, "frame": lines[place + 1]["frame"]},
        {**lines[place + 1], "frame": entry["frame"]},
    )


def _is_frame(world: World, name: str, place: int) -> bool:
    entry = world.clients[name][place]
    return entry.get("what") == "frame" and bool(entry["frame"]["events"])


@breaks(21)
def two_events_change_places(world: World, random: Random) -> None:
    name, place, entry = pick(random, frames(world, 2))
    first, second, *others = entry["frame"]["events"]
    reframe(world, name, place, events=[second, first, *others])


@breaks(21)
def a_frame_comes_twice(world: World, random: Random) -> None:
    name, place, entry = pick(random, frames(world))
    world.clients[name].insert(place + 1, entry)


@breaks(21)
def an_older_frame_after_the_farewell(world: World, random: Random) -> None:
    found = []
    for name, place, entry in entries(world, "bye"):
        lines = world.clients[name]
        begun = max(each for each in range(place) if lines[each].get("what") == "connected")
        found += [(name, place, entry, each) for each in range(begun, place) if _is_frame(world, name, each)]
    name, place, entry, older = pick(random, found)
    world.clients[name].insert(place + 1, {**world.clients[name][older], "at_ns": entry["at_ns"]})


@breaks(21)
def a_client_is_taken_back_in_time(world: World, random: Random) -> None:
    found = []
    for name, place, entry in entries(world, "resync"):
        older = [each for who, at, each in entries(world, "resync") if who == name and at < place]
        older = [each for each in older if "snapshot" in each["answer"]]
        found += [(name, place, entry, each) for each in older if each["answer"]["seq"] < (entry["from"] or 0)]
    name, place, entry, older = pick(random, found)
    world.clients[name][place] = {**entry, "answer": older["answer"]}


@breaks(22)
def a_frame_in_the_middle_is_missed(world: World, random: Random) -> None:
    found = []
    for name, start in stable(world):
        seen = [place for place in range(start, len(world.clients[name])) if _is_frame(world, name, place)]
        found += [(name, place) for place in seen[:-1]]
    name, place = pick(random, found)
    del world.clients[name][place]


@breaks(22)
def a_client_knows_of_more_and_never_asks(world: World, random: Random) -> None:
    found = [(name, start) for name, start in stable(world) if _comes_later(world, name, start)]
    name, start = pick(random, found)
    lines = world.clients[name]
    lines[start:] = [each for place, each in enumerate(lines[start:], start) if not _is_frame(world, name, place)]


def _comes_later(world: World, name: str, start: int) -> bool:
    """Whether frames with events come after a place, and a heartbeat after those."""
    lines = world.clients[name]
    seen = [place for place in range(start, len(lines)) if _is_frame(world, name, place)]
    return bool(seen) and any(each.get("what") == "frame" for each in lines[seen[-1] + 1 :])


@breaks(22)
def a_resync_leaves_something_out(world: World, random: Random) -> None:
    found = [each for each in entries(world, "resync") if each[2]["answer"].get("events")]
    name, place, entry = pick(random, found)
    events = list(entry["answer"]["events"])
    del events[random.randrange(len(events))]
    world.clients[name][place] = {**entry, "answer": {**entry["answer"], "events": events}}


@breaks(23)
def the_last_frames_are_missed(world: World, random: Random) -> None:
    found = []
    for name, start in stable(world):
        told = world.clients[name][start].get("answer", {}).get("seq", 0)
        if told < world.end["seq"] and _comes_later(world, name, start):
            found.append((name, start))
    name, start = pick(random, found)
    lines, last = world.clients[name], world.end["seq"]
    lines[start:] = [each for each in lines[start:] if each.get("frame", {}).get("seq") != last]


# --- real time ------------------------------------------------------------------------------------------------------


@breaks(25)
def a_bid_comes_before_what_was_known_when_it_was_sent(world: World, random: Random) -> None:
    name, sent, answer, _ = pick(random, shown_bids(world, *ENGLISH, "3"))
    others = [entry for who, _, entry in entries(world, "frame") if who != name]  # his own file is what is moved
    seen = min((each["at_ns"] for each in others if each["frame"]["seq"] >= answer["answer"]["seq"]), default=None)
    if seen is None:
        raise NoSite
    lines = world.clients[name]
    place = next(place for place, each in enumerate(lines) if each.get("message") == sent["message"])
    later = max(0, seen + 1 - lines[place]["at_ns"])
    lines[place:] = [{**each, "at_ns": each["at_ns"] + later} for each in lines[place:]]


@breaks(26)
def a_bid_comes_before_the_hammer_that_its_sender_saw(world: World, random: Random) -> None:
    found = []
    for name, sent, answer, _ in shown_bids(world, *ENGLISH, "3"):
        lot, seq = sent["message"]["lot"], answer["answer"]["seq"]
        for place, entry in enumerate(world.clients[name]):
            for event in entry.get("frame", {}).get("events", ()):
                ends = event["kind"] in ("lot_sold", "lot_passed") and event["lot"] == lot
                found += [(name, sent, answer, place)] if ends and event["seq"] > seq else []
    name, sent, answer, place = pick(random, found)
    lines = world.clients[name]
    at_ns, message = lines[place]["at_ns"], sent["message"]
    moved = [{**sent, "at_ns": at_ns}, {**answer, "at_ns": at_ns}]
    rest = [each for each in lines[place + 1 :] if not _is_about(each, message)]
    lines[:] = [*(each for each in lines[: place + 1] if not _is_about(each, message)), *moved, *rest]


def _is_about(entry: Entry, message: Entry) -> bool:
    return entry.get("message") == message or entry.get("key") == message["key"]
