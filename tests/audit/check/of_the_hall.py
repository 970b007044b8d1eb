"""Falsehoods in a journal about who is held, bids in the room, and deadlines (4, 9, 11, 14, 34, 35, 37, 38)."""

from random import Random

from .falsehoods import ENGLISH, NoSite, breaks, edit, holder, insert, online, pick, places, rebuild, sold
from .simulated import STEP
from .world import Entry, World


def hold(world: World, place: int, paddle: str, standing: str) -> None:
    """Put a hold before a place; it tells of no lot."""
    event: Entry = {"kind": "paddle_held", "paddle": paddle, "lots": {}, "reason": "HELD"}
    insert(world, place, "organizer", event)
    secret = {"kind": "hold_placed", "paddle": paddle, "reason": "SUSPENDED", "standing": standing, "lot": None}
    insert(world, place, "organizer", {**secret, "maxima": {}, "offers": []})


def holds(world: World, standing: str) -> list[tuple[int, int]]:
    """Where holds with this standing stand that changed a lot: the secret and what everybody was told."""
    found = [(place, place + 1) for place in places(world, "hold_placed", standing=standing)]
    return [each for each in found if world.rows[each[1]]["event"].get("lots")]


# --- who is held ----------------------------------------------------------------------------------------------------


@breaks(34)
def the_clock_sells_to_a_held_paddle(world: World, random: Random) -> None:
    place = pick(random, places(world, "lot_sold", ended_by="clock", lot="3"))
    hold(world, place, world.rows[place]["event"]["paddle"], "keep")
    rebuild(world)


@breaks(34)
def the_hammer_falls_for_a_paddle_whose_bids_are_void(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    hold(world, place, world.rows[place]["event"]["paddle"], "void")
    rebuild(world)


@breaks(34)
def the_record_hides_that_the_buyer_was_held(world: World, random: Random) -> None:
    place = pick(random, places(world, "lot_sold", even_held=True))
    del world.rows[place]["event"]["even_held"]
    rebuild(world)


@breaks(34)
def the_record_says_of_a_buyer_that_he_was_held(world: World, random: Random) -> None:
    sales = [each for each in sold(world) if "even_held" not in world.rows[each]["event"]]
    edit(world, pick(random, sales), even_held=True)
    rebuild(world)


@breaks(34)
def a_hold_is_told_to_nobody(world: World, random: Random) -> None:
    place = pick(random, [secret for secret, _ in holds(world, "void")])
    del world.rows[place + 1]
    rebuild(world)


@breaks(34)
def a_hold_that_nothing_explains(world: World, random: Random) -> None:
    del world.rows[pick(random, places(world, "hold_placed"))]
    rebuild(world)


@breaks(34)
def a_hold_raises_a_price(world: World, random: Random) -> None:
    _tell_anew(world, random, "price_minor", 40 * STEP)


@breaks(9)
def a_hold_leaves_a_price_above_what_was_said(world: World, random: Random) -> None:
    _tell_anew(world, random, "price_minor", 100 * STEP)


@breaks(34)
def a_hold_forgets_a_bid_of_another(world: World, random: Random) -> None:
    if places(world, "hold_placed", standing="keep", paddle="101"):
        raise NoSite  # he alone has a limit: how many of his bids it takes only the ladder tells
    _tell_anew(world, random, "bids", -1)


def _tell_anew(world: World, random: Random, name: str, more: int) -> None:
    told = [(place, lot) for _, place in holds(world, "void") for lot in _led(world, place)]
    place, lot = pick(random, told)
    lots = world.rows[place]["event"]["lots"]
    edit(world, place, lots={**lots, lot: {**lots[lot], name: lots[lot][name] + more}})
    rebuild(world)


def _led(world: World, place: int) -> list[str]:
    """The lots of a hold that another paddle leads now."""
    return [lot for lot, told in world.rows[place]["event"]["lots"].items() if told["leader"] is not None]


@breaks(9)
def a_held_paddle_stays_leader(world: World, random: Random) -> None:
    told = [(place, lot) for _, place in holds(world, "void") for lot in _led(world, place)]
    place, lot = pick(random, told)
    event = world.rows[place]["event"]
    edit(world, place, lots={**event["lots"], lot: {**event["lots"][lot], "leader": event["paddle"]}})
    rebuild(world)


@breaks(9)
def somebody_who_never_bid_leads_after_a_hold(world: World, random: Random) -> None:
    told = [(place, lot) for _, place in holds(world, "void") for lot in _led(world, place)]
    place, lot = pick(random, told)
    bids = [each for kind in ("bid_placed", "paddle_assigned") for each in places(world, kind, lot=lot)]
    bidders = {world.rows[each]["event"]["paddle"] for each in bids}
    others = {"101", "102", "103", "104", "105"} - bidders
    lots = world.rows[place]["event"]["lots"]
    edit(world, place, lots={**lots, lot: {**lots[lot], "leader": pick(random, sorted(others))}})
    rebuild(world)


@breaks(34)
def a_maximum_is_higher_than_what_its_bidder_said(world: World, random: Random) -> None:
    found = [place for place in places(world, "hold_placed") if world.rows[place]["event"]["maxima"]]
    place = pick(random, found)
    maxima = {lot: most + 100 * STEP for lot, most in world.rows[place]["event"]["maxima"].items()}
    edit(world, place, maxima=maxima)
    rebuild(world)


@breaks(14)
def a_held_paddle_bids(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH, "3"))
    hold(world, place, world.rows[place]["event"]["paddle"], "keep")
    rebuild(world)


@breaks(34)
def a_sealed_offer_counts_though_its_bidder_is_held(world: World, random: Random) -> None:
    found = [place for place in places(world, "hold_placed") if world.rows[place]["event"]["offers"]]
    edit(world, pick(random, found), offers=[])
    rebuild(world)


@breaks(34)
def a_lot_asks_about_somebody_who_is_not_held(world: World, random: Random) -> None:
    place = pick(random, places(world, "lot_sold", ended_by="clock", lot="3"))
    event = world.rows[place]["event"]
    pause = {"kind": "lot_paused", "lot": "3", "reason": "LEADER_HELD", "since_ms": event["ended_at_ms"]}
    insert(world, place, "clock", pause)
    rebuild(world)


# --- what was left before ------------------------------------------------------------------------------------------


def _taken(world: World) -> list[tuple[int, int]]:
    """The openings that took a left maximum, each with the place of the first one."""
    found = []
    for place in places(world, "lot_opened"):
        lot, following = world.rows[place]["event"]["lot"], world.rows[place + 1 : place + 2]
        left = [each for each in places(world, "maximum_left", lot=lot) if each < place]
        bids = [row["event"] for row in following if row["event"].get("way") == "maximum"]
        found += [(place, place + 1)] if left and bids and bids[0]["lot"] == lot else []
    return found


@breaks(36)
def a_left_maximum_is_forgotten(world: World, random: Random) -> None:
    _, bid = pick(random, _taken(world))
    if world.rows[bid + 2]["event"].get("way") == "maximum":
        raise NoSite
    del world.rows[bid : bid + 2]
    rebuild(world)


@breaks(36)
def a_left_maximum_is_taken_as_another(world: World, random: Random) -> None:
    _, bid = pick(random, _taken(world))
    edit(world, bid + 1, max_minor=world.rows[bid + 1]["event"]["max_minor"] + STEP)
    rebuild(world)


@breaks(36)
def left_maxima_are_taken_in_the_wrong_order(world: World, random: Random) -> None:
    found = []
    for place, _ in _taken(world):
        lot = world.rows[place]["event"]["lot"]
        left = [each for each in places(world, "maximum_left", lot=lot) if each < place]
        first, second = world.rows[place + 1]["event"]["paddle"], world.rows[place + 3]
        others = [each for each in left if world.rows[each]["event"]["paddle"] == first]
        by_opening = second["actor"] == "auctioneer" and second["event"].get("way") == "maximum"
        if by_opening and len(others) == 1:
            found.append((place, others[-1]))
    place, last = pick(random, found)
    row = world.rows.pop(last)  # who left his first is said to have left it last
    world.rows.insert(place - 1, row)
    edit(world, place - 1, at_ms=world.rows[place - 2]["event"]["at_ms"])
    rebuild(world)


# --- the room, and the rest -----------------------------------------------------------------------------------------


@breaks(35)
def a_bid_in_the_room_is_sold_without_a_paddle(world: World, random: Random) -> None:
    sales = {world.rows[place]["event"]["lot"] for place in sold(world)}
    given = [place for place in places(world, "paddle_assigned") if world.rows[place]["event"]["lot"] in sales]
    given = [place for place in given if _ends_sold(world, place)]
    del world.rows[pick(random, given)]
    rebuild(world)


def _ends_sold(world: World, place: int) -> bool:
    """Whether nothing takes a bid back between a place and the hammer of its lot."""
    lot = world.rows[place]["event"]["lot"]
    for row in world.rows[place + 1 :]:
        event = row["event"]
        if event["kind"] == "lot_sold" and event["lot"] == lot:
            return True
        if event["kind"] in ("bid_voided", "paddle_held", "paddle_assigned") and event.get("lot", lot) == lot:
            return False
    return False


@breaks(35)
def a_bid_that_has_a_paddle_is_voided_as_one_in_the_room(world: World, random: Random) -> None:
    place = pick(random, [each for each in places(world, "bid_voided") if world.rows[each]["event"]["of_seq"]])
    lot = world.rows[place]["event"]["lot"]
    mine = [world.rows[each]["event"] for each in places(world, "bid_placed", lot=lot) if each < place]
    others = [each["seq"] for each in mine if each["paddle"] != "room"]
    edit(world, place, of_seq=pick(random, others))
    rebuild(world)


@breaks(9)
def a_void_forgets_another_bid(world: World, random: Random) -> None:
    place = pick(random, [each for each in places(world, "bid_voided") if world.rows[each]["event"]["bids"]])
    edit(world, place, bids=world.rows[place]["event"]["bids"] - 1)
    rebuild(world)


@breaks(9)
def a_bid_that_is_not_in_the_room_gets_a_paddle(world: World, random: Random) -> None:
    place = pick(random, places(world, "paddle_assigned"))
    lot = world.rows[place]["event"]["lot"]
    mine = [world.rows[each]["event"] for each in places(world, "bid_placed", lot=lot) if each < place]
    others = [each["seq"] for each in mine if each["paddle"] != "room"]
    edit(world, place, bids=[pick(random, others)])
    rebuild(world)


@breaks(14)
def a_bid_in_the_hall_for_a_paddle_that_bids_online(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH))
    edit(world, place, way="floor")
    world.rows[place] = {**world.rows[place], "actor": "auctioneer"}
    edit(world, holder(world, world.rows[place]["event"]["paddle"]), channel="online")
    if places(world, "channel_set"):
        raise NoSite
    rebuild(world)


@breaks(11)
def a_bid_above_the_highest(world: World, random: Random) -> None:
    amounts = [world.rows[place]["event"]["amount_minor"] for place in online(world, *ENGLISH, "3")]
    edit(world, places(world, "sale_published")[0], highest_minor=pick(random, amounts) - 1)
    rebuild(world)


@breaks(4)
def a_consignor_withdraws_a_lot_that_has_begun(world: World, random: Random) -> None:
    place = pick(random, places(world, "lot_opened"))
    lot, at_ms = world.rows[place]["event"]["lot"], world.rows[place]["event"]["at_ms"]
    event = {"kind": "lot_withdrawn", "lot": lot, "ended_at_ms": at_ms, "reason": "CONSIGNOR"}
    insert(world, place + 1, "auctioneer", event)
    rebuild(world)


@breaks(37)
def a_bid_shortens_the_time(world: World, random: Random) -> None:
    place = pick(random, online(world, "3"))
    edit(world, place, deadline_ms=world.rows[place]["event"]["arrived_ms"] + 1)
    rebuild(world)


@breaks(37)
def a_pause_takes_time_away(world: World, random: Random) -> None:
    found = places(world, "sale_resumed")
    ends = [(place, *each) for place in found for each in world.rows[place]["event"]["deadlines_ms"].items()]
    place, lot, _ = pick(random, [each for each in ends if each[2] is not None])
    deadlines = world.rows[place]["event"]["deadlines_ms"]
    edit(world, place, deadlines_ms={**deadlines, lot: world.rows[0]["event"]["at_ms"]})
    rebuild(world)


@breaks(37)
def an_absence_gives_too_little_time_back(world: World, random: Random) -> None:
    place = pick(random, places(world, "deadline_moved"))
    event = world.rows[place]["event"]
    lot = pick(random, sorted(event["deadlines_ms"]))
    edit(world, place, deadlines_ms={**event["deadlines_ms"], lot: event["since_ms"] + 1})
    rebuild(world)


@breaks(4)
def an_absence_forgets_a_lot(world: World, random: Random) -> None:
    found = [each for each in places(world, "deadline_moved") if len(world.rows[each]["event"]["deadlines_ms"]) > 1]
    place = pick(random, found)
    event = world.rows[place]["event"]
    lot = pick(random, sorted(event["deadlines_ms"]))
    kept = {name: {n: ms for n, ms in event[name].items() if n != lot} for name in ("deadlines_ms", "origins_ms")}
    edit(world, place, **kept)
    rebuild(world)


@breaks(38)
def the_house_was_away_while_it_decided(world: World, random: Random) -> None:
    place = pick(random, places(world, "deadline_moved"))
    edit(world, place, since_ms=world.rows[place - 1]["event"]["at_ms"] - 1)
    rebuild(world)
