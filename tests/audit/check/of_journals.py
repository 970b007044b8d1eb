"""Falsehoods in a sale's journal: what must be found in it even without a client (invariants 1 to 15, 24 to 30)."""

from random import Random

from .falsehoods import ENGLISH, NoSite, breaks, edit, holder, insert, last_bid, online, pick, places, rebuild, sold
from .simulated import STEP
from .world import Entry, World


@breaks(1)
def a_number_is_left_out(world: World, random: Random) -> None:
    del world.rows[random.randrange(len(world.rows) // 2, len(world.rows) - 1)]
    rebuild(world, renumber=False)


@breaks(2)
def a_row_is_edited(world: World, random: Random) -> None:
    place = pick(random, places(world, "bid_placed"))
    edit(world, place, price_minor=world.rows[place]["event"]["price_minor"] + STEP)


@breaks(20)
def a_row_is_edited_and_the_chain_rebuilt(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH))
    edit(world, place, arrived_ms=world.rows[place]["event"]["arrived_ms"] - 1)
    rebuild(world)


@breaks(3)
def the_clock_goes_back(world: World, random: Random) -> None:
    place = random.randrange(len(world.rows) // 2, len(world.rows))
    edit(world, place, at_ms=world.rows[place]["event"]["at_ms"] - 60_000)
    rebuild(world)


@breaks(4)
def a_lot_is_reopened_after_the_next_opened(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    later = [each for each in places(world, "lot_opened") if each > place]
    if not later:
        raise NoSite
    lot = world.rows[place]["event"]["lot"]
    insert(world, later[0] + 1, "auctioneer", {"kind": "lot_reopened", "lot": lot, "reason": "DISPUTE", "ask_minor": 1})
    rebuild(world)


@breaks(4)
def a_last_call_on_a_lot_to_come(world: World, random: Random) -> None:
    place = places(world, "gavel_taken")[0] + 1
    insert(world, place, "auctioneer", {"kind": "fair_warning_given", "lot": random.choice(ENGLISH)})
    rebuild(world)


@breaks(4)
def the_clock_ends_a_lot_early(world: World, random: Random) -> None:
    ends = [each for kind in ("lot_sold", "lot_passed") for each in places(world, kind, lot="3", ended_by="clock")]
    place = pick(random, ends)
    others = (*places(world, "paddle_held"), *places(world, "deadline_moved"))
    if any(_moves(world.rows[each]["event"], "3") for each in others):
        raise NoSite
    deadlines = [*places(world, "lot_opened", lot="3"), *places(world, "bid_placed", lot="3")]
    for each in deadlines:
        edit(world, each, deadline_ms=world.rows[place]["event"]["at_ms"] + 10_000)
    for each in (*places(world, "lot_resumed", lot="3"), *places(world, "sale_resumed")):
        if "deadline_ms" in world.rows[each]["event"]:
            edit(world, each, deadline_ms=world.rows[place]["event"]["at_ms"] + 10_000)
        else:
            raise NoSite
    rebuild(world)


@breaks(5)
def a_retry_is_applied_twice(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH))
    event, actor = world.rows[place]["event"], world.rows[place]["actor"]
    more = {name: event[name] + STEP for name in ("amount_minor", "price_minor", "ask_minor")}
    insert(world, place + 1, actor, event, **more)
    rebuild(world)


@breaks(5)
def a_key_has_two_receipts(world: World, random: Random) -> None:
    receipt = pick(random, world.receipts)
    world.receipts.append({**receipt, "code": None if receipt["code"] else "BELOW_MIN"})


@breaks(6)
def a_bid_after_the_hammer(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    event = last_bid(world, world.rows[place]["event"]["lot"], place)
    insert(world, place + 1, "b4", event, paddle="104", leader="104", price_minor=event["price_minor"] + 20 * STEP)
    rebuild(world)


@breaks(6)
def a_paused_lot_takes_a_bid(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH, "3"))
    lot = world.rows[place]["event"]["lot"]
    insert(world, place, "auctioneer", {"kind": "lot_paused", "lot": lot, "reason": None, "since_ms": None})
    rebuild(world)


@breaks(6)
def a_paused_sale_takes_a_bid(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH, "3"))
    lot = world.rows[place]["event"]["lot"]
    insert(world, place, "clock", {"kind": "sale_paused", "lots": [lot], "reason": "SYSTEM_FAULT", "since_ms": None})
    rebuild(world)


@breaks(6)
def a_bid_after_the_deadline(world: World, random: Random) -> None:
    place = pick(random, online(world, "3"))
    late = world.rows[place]["event"]["arrived_ms"] + 60_000
    edit(world, place, arrived_ms=late)
    rebuild(world)


@breaks(7)
def an_amount_with_a_point(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH))
    edit(world, place, amount_minor=float(world.rows[place]["event"]["amount_minor"]))
    rebuild(world)


@breaks(7)
def a_second_currency(world: World, random: Random) -> None:
    place = pick(random, places(world, "lot_opened"))
    insert(world, place, "organizer", {**world.rows[0]["event"], "currency": "EUR"})
    rebuild(world)


@breaks(8)
def a_bid_below_the_start(world: World, random: Random) -> None:
    event = world.rows[pick(random, online(world, *ENGLISH, "3"))]["event"]
    place = places(world, "lot_listed", lot=event["lot"])[0]
    edit(world, place, start_minor=event["amount_minor"] + 1)
    rebuild(world)


@breaks(9)
def a_tie_is_accepted(world: World, random: Random) -> None:
    bids = {each: world.rows[each]["event"] for each in online(world, "2", "6")}
    pairs = [(one, next(iter(_next(world, one)), None)) for one in bids]
    one, two = pick(random, [(one, two) for one, two in pairs if two in bids])
    edit(world, two, amount_minor=bids[one]["price_minor"], price_minor=bids[one]["price_minor"])
    rebuild(world)


def _next(world: World, place: int) -> list[int]:
    """The events of the same lot after a place, and the holds that change it."""
    lot, events = world.rows[place]["event"]["lot"], [row["event"] for row in world.rows]
    held = [event["lots"] if event["kind"] == "paddle_held" else () for event in events]
    later = range(place + 1, len(events))
    return [each for each in later if events[each].get("lot") == lot or lot in held[each]]


@breaks(9)
def a_falling_ask_is_taken_too_low(world: World, random: Random) -> None:
    place = pick(random, places(world, "bid_placed", lot="4"))
    lower = world.rows[place]["event"]["price_minor"] - STEP
    edit(world, place, amount_minor=lower, price_minor=lower, ask_minor=lower)
    rebuild(world)


@breaks(10)
def a_leader_outbids_himself(world: World, random: Random) -> None:
    place = pick(random, online(world, "1", "2"))
    event, actor = world.rows[place]["event"], world.rows[place]["actor"]
    more = {name: event[name] + STEP for name in ("amount_minor", "price_minor", "ask_minor")}
    insert(world, place + 1, actor, event, **more)
    rebuild(world)


@breaks(11)
def a_bid_over_the_limit(world: World, random: Random) -> None:
    event = world.rows[pick(random, online(world, *ENGLISH, "3"))]["event"]
    edit(world, holder(world, event["paddle"]), limit_minor=event["amount_minor"] - 1)
    rebuild(world)


@breaks(12)
def two_winners(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    event = world.rows[place]["event"]
    insert(world, place + 1, "auctioneer", event, paddle="104" if event["paddle"] != "104" else "105")
    rebuild(world)


@breaks(13)
def the_wrong_winner(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    edit(world, place, paddle="104" if world.rows[place]["event"]["paddle"] != "104" else "105")
    rebuild(world)


@breaks(13)
def another_hammer_price(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    edit(world, place, hammer_minor=world.rows[place]["event"]["hammer_minor"] - 1)
    rebuild(world)


@breaks(13)
def sold_below_the_reserve(world: World, random: Random) -> None:
    event = world.rows[pick(random, sold(world))]["event"]
    edit(world, places(world, "lot_consigned", lot=event["lot"])[0], reserve_minor=event["hammer_minor"] + 1)
    rebuild(world)


@breaks(14)
def a_suspended_paddle_bids(world: World, random: Random) -> None:
    event = world.rows[pick(random, online(world, *ENGLISH, "3"))]["event"]
    edit(world, holder(world, event["paddle"]), holds=["SUSPENDED"])
    rebuild(world)


@breaks(14)
def the_consignor_bids(world: World, random: Random) -> None:
    event = world.rows[pick(random, online(world, *ENGLISH, "3"))]["event"]
    edit(world, holder(world, event["paddle"]), org="the maker's aunt")
    edit(world, places(world, "lot_consigned", lot=event["lot"])[0], consignor_orgs=["the maker's aunt"])
    rebuild(world)


@breaks(15)
def somebody_without_the_gavel_opens(world: World, random: Random) -> None:
    place = pick(random, places(world, "lot_opened"))
    world.rows[place] = {**world.rows[place], "actor": "somebody"}
    rebuild(world)


@breaks(15)
def a_hammer_after_the_gavel_was_lost(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    insert(world, place, "deputy", {"kind": "gavel_taken", "auctioneer": "deputy"})
    rebuild(world)


@breaks(24)
def a_bid_by_another_bidders_session(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH, "3"))
    world.rows[place] = {**world.rows[place], "actor": "b4" if world.rows[place]["actor"] != "b4" else "b5"}
    rebuild(world)


@breaks(24)
def an_invented_bid(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH))
    event = world.rows[place]["event"]
    who = "4" if event["paddle"] != "104" else "5"
    more = {name: event[name] + STEP for name in ("amount_minor", "price_minor", "ask_minor")}
    insert(world, place + 1, f"b{who}", event, paddle=f"10{who}", leader=f"10{who}", **more)
    rebuild(world)
    seq = world.rows[place + 1]["event"]["seq"]
    world.receipts.append({"actor": f"b{who}", "key": "nobody's", "seq": seq, "code": None})


@breaks(27)
def a_refusal_without_reason(world: World, random: Random) -> None:
    known = [place for place, each in enumerate(world.refusals) if each["details"] != "sealed"]
    known = [place for place in known if world.refusals[place]["code"] not in ("OVER_LIMIT", "UNKNOWN_LOT")]
    place = pick(random, known)
    world.refusals[place] = {**world.refusals[place], "code": "UNKNOWN_LOT"}


@breaks(29)
def an_offer_is_opened_as_another(world: World, random: Random) -> None:
    place = pick(random, [each for each in places(world, "offers_opened") if world.rows[each]["event"]["offers"]])
    (paddle, amount, at), *others = world.rows[place]["event"]["offers"]
    edit(world, place, offers=[[paddle, amount + 1, at], *others])
    rebuild(world)


@breaks(29)
def offers_are_opened_early(world: World, random: Random) -> None:
    place = pick(random, places(world, "offers_opened"))
    opening = places(world, "lot_opened", lot=world.rows[place]["event"]["lot"])[0]
    edit(world, opening, deadline_ms=world.rows[place]["event"]["at_ms"] + 10_000)
    for each in (*places(world, "lot_resumed", lot="5"), *places(world, "sale_resumed")):
        if "5" in world.rows[each]["event"].get("deadlines_ms", "5"):
            raise NoSite  # a pause gave it another deadline
    rebuild(world)


@breaks(30)
def a_name_in_public(world: World, random: Random) -> None:
    place = pick(random, online(world, *ENGLISH))
    edit(world, place, paddle=world.rows[place]["actor"])
    rebuild(world)


@breaks(11)
def what_was_won_is_counted_without_its_commission(world: World, random: Random) -> None:
    found = []
    for place in _won_for_good(world) if world.rows[0]["event"]["buyer_commission"] else []:
        paddle, hammer = (world.rows[place]["event"][name] for name in ("paddle", "hammer_minor"))
        later = [world.rows[each]["event"] for each in online(world, *ENGLISH, "3") if each > place]
        found += [(paddle, hammer + each["amount_minor"]) for each in later if each["paddle"] == paddle]
    paddle, exposure = pick(random, found)
    edit(world, holder(world, paddle), limit_minor=exposure)
    rebuild(world)


def _won_for_good(world: World) -> list[int]:
    """The sales that nothing takes back: no priority right, and no reopening of the lot."""
    reopened = {world.rows[place]["event"]["lot"] for place in places(world, "lot_reopened")}
    sold_once = [each for each in places(world, "lot_sold") if world.rows[each]["event"]["lot"] not in reopened]
    return [place for place in sold_once if world.rows[place]["event"]["match_until_ms"] is None]


@breaks(29)
def the_sellers_commission_is_public(world: World, random: Random) -> None:
    place = pick(random, places(world, "seller_commission_agreed"))
    edit(world, place, seq=2)


@breaks(4)
def a_group_leaves_one_of_its_lots_behind(world: World, random: Random) -> None:
    ends = [each for kind in ("lot_sold", "lot_passed") for each in places(world, kind, ended_by="clock")]
    last = {world.rows[each]["event"]["lot"]: each for each in ends}
    found = [each for each in places(world, "group_extended") if _is_last_word(world, each, last)]
    del world.rows[pick(random, found)]
    rebuild(world)


def _is_last_word(world: World, place: int, ends: dict[str, int]) -> bool:
    """Whether no later event gives one of the lots that it names another end, before the clock ends it."""
    for lot in world.rows[place]["event"]["deadlines_ms"]:
        events = [row["event"] for row in world.rows[place + 1 : ends.get(lot, place)]]
        if events and not any(_moves(each, lot) for each in events):
            return True
    return False


def _moves(event: Entry, lot: str) -> bool:
    named = event["lots"] if event["kind"] == "paddle_held" else event.get("deadlines_ms", ())
    return lot in named or (event.get("lot") == lot and "deadline_ms" in event)


@breaks(33)
def a_hammer_before_the_holder_of_a_right_was_asked(world: World, random: Random) -> None:
    found = []
    for place in places(world, "priority_declined"):
        calls = ("fair_warning_given", "priority_declined")
        end = next((each for each in _next(world, place) if world.rows[each]["event"]["kind"] not in calls), place)
        sale = world.rows[end]["event"]
        by_hammer = sale["kind"] == "lot_sold" and sale["ended_by"] == "person"  # a clock asks no holder
        found += [place] if by_hammer and not _is_held(world, place, end) else []
    del world.rows[pick(random, found)]
    rebuild(world)


def _is_held(world: World, place: int, end: int) -> bool:
    """Whether who declined is held by the end, and so is not asked any more."""
    mine = world.rows[place]["event"]["paddle"]
    return any(
        row["event"]["kind"] == "hold_placed" and row["event"]["paddle"] == mine for row in world.rows[place:end]
    )


@breaks(33)
def a_term_is_cut_short(world: World, random: Random) -> None:
    sales = places(world, "lot_sold")
    place = pick(random, [each for each in sales if world.rows[each]["event"]["match_until_ms"] is not None])
    edit(world, place, match_until_ms=world.rows[place]["event"]["match_until_ms"] - 86_400_000)
    rebuild(world)


@breaks(33)
def a_term_is_not_given(world: World, random: Random) -> None:
    sales = places(world, "lot_sold")
    place = pick(random, [each for each in sales if world.rows[each]["event"]["match_until_ms"] is not None])
    edit(world, place, match_until_ms=None)
    rebuild(world)


@breaks(33)
def a_lot_is_taken_over_without_a_right(world: World, random: Random) -> None:
    place = pick(random, sold(world))
    insert(
        world, place + 1, "b5", {"kind": "priority_exercised", "lot": world.rows[place]["event"]["lot"]}, paddle="105"
    )
    rebuild(world)
