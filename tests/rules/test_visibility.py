"""Who sees what: the public stream and its documents hold no secret, and the private documents what they promise."""

import json
from dataclasses import asdict, replace

import pytest

from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.events import Event
from auction.rules.kinds import KINDS, PUBLIC, SECRET, field_names, is_public, kind_of
from auction.rules.sale import Sale, apply
from auction.rules.visibility import bidder_document, desk_document, lot_of, public_lot, public_sale
from tests.rules.table import begin, go_on, play

# --- kinds of events ------------------------------------------------------------------------------------------------


def _leaves(event_type):
    below = event_type.__subclasses__()
    return [leaf for each in below for leaf in _leaves(each)] if below else [event_type]


def test_every_kind_of_event_is_either_public_or_secret():
    assert set(KINDS.values()) == PUBLIC | SECRET
    assert frozenset() == PUBLIC & SECRET
    leaves = {leaf.__name__ for leaf in _leaves(Event)} - {"LotEvent"}  # slots leave an empty twin of it
    assert leaves == {each.__name__ for each in PUBLIC | SECRET}


@pytest.mark.parametrize(
    "secret", [ev.LotConsigned, ev.BidderAdmitted, ev.MaximumSet, ev.MaximumVoided, ev.OfferPlaced], ids=kind_of
)
def test_these_kinds_are_secret(secret):
    assert secret in SECRET


SECRET_FIELDS = {"reserve_minor", "consignor_orgs", "bidder", "limit_minor", "org", "priority", "holds", "max_minor"}


@pytest.mark.parametrize("public", sorted(PUBLIC, key=kind_of), ids=kind_of)
def test_no_public_kind_has_a_field_for_a_secret(public):
    """Only the house is named: who runs the sale is no secret."""
    assert SECRET_FIELDS.isdisjoint(field_names(public))
    assert "silent" not in field_names(public)


# --- a sale full of secrets -----------------------------------------------------------------------------------------

HEAD = """
    sale house=org-house
    lot 1 english start=100 by=5 reserve={reserve} consignor=org-consignor
    lot 2 english start=100 by=5
    lot 3 english start=100 by=5 consignor=org-rival
    paddle A limit={limit} org=org-a
    paddle B priority=2:1 org=org-b
    paddle C holds=SUSPENDED,DEPOSIT_MISSING org=org-c
    paddle D org=org-consignor
    paddle E org=org-house
"""
STEPS = """
    0  desk open on 1  | ok
    1  A max {maximum} | A 100
    2  B max 200       | A 205
    3  D bid 300       | CONFLICT_OF_INTEREST
    3  E bid 300       | CONFLICT_OF_INTEREST
    3  C bid 300       | SUSPENDED
    4  A max {again}   | silent
    5  room bid 210    | A 215
    6  desk void       | A 205
    7  desk void       | silent
    8  desk warn       | fair_warning
    9  desk hammer     | RESERVE_NOT_MET
    10 desk pause      | paused
    11 desk resume     | open
    12 desk pass       | passed
    13 desk open on 2  | ok
    14 A bid 100       | A 100
    15 B bid 100       | B 100
    16 desk ask 150    | ok
    17 desk hammer     | sold B 100
    18 desk reopen     | open
    19 desk hammer     | sold B 100
    20 desk open on 3  | ok
    21 room bid 120    | ok
    22 desk assign B   | B 120
    23 desk withdraw TITLE_EVIDENCE | withdrawn
"""
SECRETS = {"reserve": "777777.77", "limit": "666666.66", "maximum": "555555.55", "again": "444444.44"}
OTHER_SECRETS = {"reserve": "77777.07", "limit": "66666.06", "maximum": "55555.05", "again": "65555.15"}


def secret_sale(secrets):
    """The sale played with these secrets; the accounts of the bidders are told apart from their paddles."""
    table = begin(HEAD.format(**secrets))
    for paddle, bidder in table.sale.bidders.items():
        facts = (bidder.limit_minor, bidder.org, bidder.priority, bidder.holds)
        table.do(cmd.AdmitBidder(0, paddle, f"account-{paddle}", *facts))
    return go_on(table, STEPS.format(**secrets))


def text_of(*values):
    return json.dumps(values, default=str)


def public_events(table):
    return [event for event in table.events if is_public(event)]


def test_no_secret_is_in_a_public_event_or_in_a_public_document():
    table = secret_sale(SECRETS)
    shown = [asdict(event) | {"kind": kind_of(type(event))} for event in public_events(table)]
    opening = {"kind": "sale_published", "at_ms": 0, "currency": "CNY", "house_org": "org-house"}
    terms = {"buyer_commission": (), "priority_mode": "A", "priority_days": None, "highest_minor": None}
    assert shown[0] == opening | terms
    text = text_of(shown[1:], public_sale(table.sale), [public_lot(lot) for lot in table.sale.lots.values()])
    for amount in SECRETS.values():
        assert amount.replace(".", "") not in text
    for word in ("account-", "org-", "SUSPENDED", "DEPOSIT_MISSING"):
        assert word not in text
    assert "account-A" in text_of([asdict(event) for event in table.events])  # it would have been found


def test_other_secrets_do_not_change_what_the_public_sees():
    one, other = secret_sale(SECRETS), secret_sale(OTHER_SECRETS)
    assert public_events(one) == public_events(other)
    assert public_sale(one.sale) == public_sale(other.sale)
    assert one.sale != other.sale


def test_the_public_sees_that_a_reserve_is_set_but_not_where():
    table = secret_sale(SECRETS)
    assert [lot.has_reserve for lot in table.sale.lots.values()] == [True, False, False]
    assert [public_lot(lot)["has_reserve"] for lot in table.public.lots.values()] == [True, False, False]
    assert [lot.terms.reserve_minor for lot in table.public.lots.values()] == [None, None, None]
    assert [lot.terms.consignor_orgs for lot in table.public.lots.values()] == [(), (), ()]
    assert table.public.bidders == {}
    assert table.public.paddles == {}


# --- the public documents -------------------------------------------------------------------------------------------


def test_a_public_lot_while_it_is_open_and_when_it_is_sold():
    table = play("0 desk open | ok\n 1 A max 200 | A 100\n 2 A max 300 | silent\n 3 B bid 110 | A 115")
    standing = {
        "lot": "1",
        "format": "english",
        "status": "open",
        "start_minor": 10_000,
        "has_reserve": False,
        "price_minor": 11_500,
        "leader": "A",
        "ask_minor": 12_000,
        "deadline_ms": None,
        "origin_ms": 0,
        "paused_at_ms": None,
        "bids": 2,
        "hammer_minor": None,
        "ended_at_ms": None,
        "match_until_ms": None,
        "taken_from": None,
        "even_held": False,
    }
    assert public_lot(table.sale.lots["1"]) == standing
    go_on(table, "4 desk hammer | sold A 115")
    ended = {"status": "sold", "ask_minor": None, "origin_ms": None, "hammer_minor": 11_500, "ended_at_ms": 4000}
    assert public_lot(table.sale.lots["1"]) == standing | ended


def test_a_snapshot_gives_each_public_lot_back():
    sale = secret_sale(SECRETS).sale
    for row, lot in zip(public_sale(sale)["lots"], sale.lots.values(), strict=True):
        assert lot_of(row) == public_lot(lot)


def test_a_snapshot_tells_that_the_sale_pauses_or_is_over():
    table = play("0 desk pause_sale BREAK | ok")
    before = public_sale(table.sale)
    assert (before["paused"], before["closed"]) == (True, False)
    after = public_sale(go_on(table, "1 desk resume_sale | ok\n 2 desk close_sale | ok").sale)
    assert (after["paused"], after["closed"]) == (False, True)


def sold_sale(lots):
    """All sold, at prices of some hundred million yuan."""
    sale = Sale("cas-2026-spring")
    for number in range(lots):
        lot, paddle, price, at_ms = str(number + 1), str(1001 + number), 12_345_678_900 + number, 1_790_000_000_000
        bid = ev.BidPlaced(at_ms, lot, at_ms, paddle, "online", price, paddle, price, price + 500_000)
        for event in (
            ev.LotListed(at_ms, lot, "english", 10_000_000_000, {"fixed_minor": 500_000}, True, False, {}),
            ev.LotOpened(at_ms, lot, 10_000_000_000),
            *(replace(bid, paddle=each, leader=each) for each in ("1", "2", paddle)),
            ev.LotSold(at_ms, lot, paddle, price, at_ms + 60_000, "person"),
        ):
            sale = apply(sale, event)
    return sale


def test_a_snapshot_of_a_thousand_sold_lots_is_small():
    snapshot = json.dumps(public_sale(sold_sale(1000)), separators=(",", ":"))
    assert len(snapshot.encode()) <= 64 * 1024


# --- the private documents ------------------------------------------------------------------------------------------

BIDDERS = """
    sale house=org-house
    lot 1,2 english start=100 by=5
    lot 3 english start=100 by=5 consignor=org-a
    paddle A limit=1000 org=org-a
    paddle B
    paddle C holds=SUSPENDED org=org-house
    ---
    0 desk open on 1 | ok
    1 A max 300      | A 100
    2 B bid 150      | A 155
    3 desk hammer    | sold A 155
    4 desk open on 2 | ok
    5 A max 400      | A 100
"""


def test_a_bidder_sees_limit_exposure_and_his_own_maxima():
    table = play(BIDDERS)
    assert bidder_document(table.sale, "A") == {
        "paddle": "A",
        "limit_minor": 100_000,
        "exposure_minor": 55_500,  # won at 155, leading up to 400
        "available_minor": 44_500,
        "holds": [],
        "channel": "both",
        "maxima": {"2": 40_000},
        "bid_on": ["2"],
        "offers": {},
        "left": {},
        "left_ended": {},
        "may_match": [],
        "conflicts": ["3"],
    }
    assert bidder_document(table.sale, "B") == {
        "paddle": "B",
        "limit_minor": None,
        "exposure_minor": 0,
        "available_minor": None,
        "holds": [],
        "channel": "both",
        "maxima": {},
        "bid_on": [],
        "offers": {},
        "left": {},
        "left_ended": {},
        "may_match": [],
        "conflicts": [],
    }


def test_a_bidder_sees_his_holds_and_the_house_its_conflicts():
    document = bidder_document(play(BIDDERS).sale, "C")
    assert document["holds"] == ["SUSPENDED"]
    assert document["conflicts"] == ["1", "2", "3"]


def test_nobody_sees_the_maximum_of_another():
    """Not even that one who was outbid once had one."""
    table = go_on(play(BIDDERS), "6 B max 500 | B 405, max 500")
    assert bidder_document(table.sale, "A")["maxima"] == {}
    assert bidder_document(table.sale, "A")["exposure_minor"] == 15_500
    assert "50000" not in text_of(bidder_document(table.sale, "A"), desk_document(table.sale))


def test_what_is_left_of_a_limit_is_never_less_than_nothing():
    table = play(BIDDERS)
    table.do(cmd.AdmitBidder(6000, "A", limit_minor=10_000))
    document = bidder_document(table.sale, "A")
    assert (document["exposure_minor"], document["available_minor"]) == (55_500, 0)


def test_the_desk_sees_the_reserve_as_a_lamp():
    table = play("""
        lot 1 english start=100 by=5 reserve=777
        lot 2 english start=100 by=5
        paddle B,A
        ---
        0 desk open on 1 | ok
        1 A max 776      | A 100
    """)
    table.do(cmd.TakeGavel(1000, auctioneer="auctioneer-1"))
    before = desk_document(table.sale)
    seen = {"gavel": "auctioneer-1", "lamps": {"1": False}, "paddles": ["A", "B"], "asked": {}, "reopenable": []}
    seen |= {"held": [], "rooms": {}, "in_question": [], "at_limit": [], "left_on": 0}
    assert before == seen
    go_on(table, "2 A max 777 | silent")
    assert desk_document(table.sale)["lamps"] == {"1": True}
    assert "77700" not in text_of(desk_document(table.sale))
    go_on(table, "3 desk pass | passed")
    assert desk_document(table.sale) == before | {"lamps": {}, "reopenable": ["1"]}
    go_on(table, "4 desk open on 2 | ok")
    assert desk_document(table.sale) == before | {"lamps": {}}  # a lot without a reserve has no lamp
