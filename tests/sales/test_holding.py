"""Holds on a server (issue 8, numbers 2, 4, 11, 13): who places them, what becomes of the bids, and who is told."""

import pytest

from auction.audit.verify import verify_sale
from auction.base.rejected import Rejected
from auction.engine.orders import Order
from auction.people.accounts import Role
from auction.record import journal
from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.sales.checks import terms_of

from ..serving import lot_row

PLAIN = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}
START = 10_000_000


class Room:
    """A published sale with two bidders, 101 and 102, and others as they come."""

    def __init__(self, parts, slug="s", lots=1, **terms):
        self.parts = parts
        known = parts.accounts.search("o@a.invalid")
        self.organizer = known[0].id if known else parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
        self.sale = parts.sales.create(slug, title_zh="专场", **terms)
        parts.sales.add_lots(self.sale, [(lot_row(str(n + 1), **PLAIN), []) for n in range(lots)])
        assert parts.sales.publish(self.sale, self.organizer).ok
        self.rows = {}

    def comes(self, name):
        known = self.parts.accounts.search(f"{name}@a.invalid")
        user = known[0].id if known else self.parts.accounts.create(f"{name}@a.invalid", name, Role.BIDDER)
        row = self.parts.registration.apply(self.sale, user)
        self.parts.registration.admit(row, self.organizer)
        self.rows[name] = row
        return user

    def do(self, kind, *said, actor="desk", **more):
        command = kind(self.parts.clock.now_ms(), *said, **more)
        return self.parts.engine.ask(Order(self.sale, actor, command))

    def lot(self, lot="1"):
        return self.parts.engine.book(self.sale).sale.lots[lot]

    def bidder(self, paddle="101"):
        return self.parts.engine.book(self.sale).sale.bidders[paddle]

    def events(self, kind):
        with self.parts.store.read() as connection:
            rows = list(journal.read(connection, self.sale, 0, self.parts.sealer))
        return [(row.actor, row.event) for row in rows if isinstance(row.event, kind)]


@pytest.fixture
def room(parts):
    made = Room(parts)
    made.a, made.b = made.comes("a"), made.comes("b")
    assert made.do(cmd.OpenLot, "1").ok
    return made


def test_08_04_an_account_that_is_suspended_is_held_in_every_sale_that_runs(room, parts):
    room.do(cmd.PlaceMaximum, "1", "101", 90_000_000)
    assert parts.holding.hold_account(room.a, room.organizer, "SUSPENDED") == []
    assert [(each.reason, each.standing) for each in room.bidder().held] == [("SUSPENDED", "keep")]
    assert room.do(cmd.PlaceBid, "1", "101", 11_000_000).code == "SUSPENDED"
    assert room.do(cmd.Hammer, "1").code == "LEADER_HELD"
    assert room.do(cmd.PlaceBid, "1", "102", START + 500_000).ok
    assert (room.lot().leader, room.lot().price_minor) == ("102", START + 500_000)


def test_08_04_a_conflict_that_is_found_takes_the_bids_back(room, parts):
    room.do(cmd.PlaceBid, "1", "102", START)
    room.do(cmd.PlaceBid, "1", "101", START + 500_000)
    parts.holding.hold(room.rows["a"], room.organizer, "CONFLICT")
    assert (room.lot().leader, room.lot().price_minor) == ("102", START)
    assert room.do(cmd.PlaceBid, "1", "101", 20_000_000).code == "CONFLICT_OF_INTEREST"


def test_08_04_a_bidder_who_is_found_to_be_of_the_house_does_not_lead(parts):
    house = parts.sales.organizations.id_of("House")
    room = Room(parts, house_org=house)
    user = room.comes("a")
    room.comes("b")
    room.do(cmd.OpenLot, "1")
    room.do(cmd.PlaceBid, "1", "102", START)
    room.do(cmd.PlaceBid, "1", "101", START + 500_000)
    assert parts.registration.set_organization(user, house, room.organizer) is None
    parts.holding.hold_conflicts(user, room.organizer)
    assert room.lot().leader == "102"
    assert [(each.reason, each.lot) for each in room.bidder().held] == [("CONFLICT", "1")]


def test_08_04_a_suspended_paddles_bids_fall_only_if_organizer_and_auctioneer_both_want_it(room, parts):
    room.do(cmd.PlaceBid, "1", "102", START)
    room.do(cmd.PlaceMaximum, "1", "101", 50_000_000)
    row = room.rows["a"]
    assert room.do(cmd.VoidHeld, "101", auctioneer="gavel", actor="gavel").code == "NOT_ALLOWED_NOW"
    parts.holding.hold(row, room.organizer, "SUSPENDED")
    assert room.do(cmd.VoidHeld, "101", auctioneer="gavel", actor="gavel").code == "NOT_ALLOWED_NOW"
    assert room.lot().leader == "101"
    with pytest.raises(Rejected, match="NO_REASON"):
        parts.holding.ask_void(row, room.organizer, "because")
    assert parts.holding.ask_void(row, room.organizer, "DISPUTE").ok
    assert room.lot().leader == "101", "one of them alone takes nothing back"
    assert room.do(cmd.VoidHeld, "101", auctioneer="gavel", actor="gavel").ok
    assert (room.lot().leader, room.lot().price_minor) == ("102", START)
    assert [(actor, event.why) for actor, event in room.events(ev.VoidAsked)] == [(room.organizer, "DISPUTE")]
    placed = [(actor, event.standing) for actor, event in room.events(ev.HoldPlaced)]
    assert placed == [(room.organizer, "keep"), ("gavel", "void")], "both acts stand in the record"


def test_08_04_a_release_lets_him_bid_again_and_brings_nothing_back(room, parts):
    room.do(cmd.PlaceMaximum, "1", "101", 50_000_000)
    parts.holding.hold(room.rows["a"], room.organizer, "SUSPENDED")
    assert parts.holding.release(room.rows["a"], room.organizer).ok
    assert room.bidder().held == ()
    assert room.do(cmd.PlaceBid, "1", "102", START + 500_000).ok
    assert room.lot().leader == "102"
    assert room.do(cmd.PlaceBid, "1", "101", START + 1_000_000).ok


def test_08_04_a_deposit_that_goes_back_holds_the_paddle_until_it_is_there_again(parts):
    room = Room(parts, deposit={"fixed_minor": 100})
    room.comes("a")
    row = room.rows["a"]
    assert room.bidder().holds == ("DEPOSIT_MISSING",)
    assert parts.holding.deposit(row, room.organizer, arrived=True).ok
    room.do(cmd.OpenLot, "1")
    room.do(cmd.PlaceMaximum, "1", "101", 50_000_000)
    assert parts.holding.deposit(row, room.organizer, arrived=False).ok
    assert "paddle" not in verify_sale(parts, "s").text, "row and record agree"
    assert room.do(cmd.Hammer, "1").code == "LEADER_HELD"
    assert parts.holding.deposit(row, room.organizer, arrived=True).ok
    assert (room.bidder().holds, room.bidder().held) == ((), ())
    assert room.do(cmd.Hammer, "1").ok


def test_08_25_a_paddle_that_is_held_is_no_row_that_was_edited(room, parts):
    for reason in ("SUSPENDED", "DEFAULTER_BARRED", "CONFLICT"):
        parts.holding.hold(room.rows["a"], room.organizer, reason)
        assert "paddle" not in verify_sale(parts, "s").text, reason
    parts.holding.release(room.rows["a"], room.organizer)
    assert "paddle" not in verify_sale(parts, "s").text


def test_08_04_who_has_bids_is_not_held_in_silence(room, parts):
    room.do(cmd.PlaceBid, "1", "101", START)
    assert parts.registration.admit_with(room.rows["a"], room.organizer, ["SUSPENDED"]).code == "NOT_ALLOWED_NOW"
    assert parts.registration.admit_with(room.rows["b"], room.organizer, ["SUSPENDED"]).ok


def test_08_02_a_paddle_bids_where_its_holder_says(room, parts):
    assert room.bidder().channel == "online"
    assert room.do(cmd.PlaceFloorBid, "1", "101", START).code == "NOT_ALLOWED_NOW"
    assert parts.holding.set_channel(room.rows["a"], room.organizer, "both").ok
    parts.registration.admit(room.rows["a"], room.organizer, 90_000_000)
    assert room.bidder().channel == "both", "another limit does not change it"
    assert room.do(cmd.PlaceFloorBid, "1", "101", START).ok
    own = cmd.SetChannel(parts.clock.now_ms(), "101", "online")
    assert parts.engine.ask(parts.holding.own_channel(room.sale, room.a, own, "k")).ok
    assert [row.channel for row in parts.registration.of_sale(room.sale)] == ["online", "online"]
    paddle = parts.registration.floor_paddle(room.sale, "A person", room.organizer)
    assert room.bidder(paddle).channel == "floor"


def test_08_11_a_default_is_marked_after_closing_and_bars_from_other_sales(room, parts):
    other, later = Room(parts, "running"), None
    other.comes("a")
    room.do(cmd.PlaceBid, "1", "101", START)
    room.do(cmd.Hammer, "1")
    assert parts.sales.close(room.sale, room.organizer).ok
    before = parts.engine.book(room.sale).head
    parts.holding.default(room.rows["a"], room.organizer, defaulted=True)
    assert parts.engine.book(room.sale).head == before, "the closed record stays as it is"
    assert [each.reason for each in other.bidder().held] == ["DEFAULTER_BARRED"]
    later = Room(parts, "later")
    later.comes("a")
    later.do(cmd.OpenLot, "1")
    assert later.do(cmd.PlaceBid, "1", "101", START).code == "DEFAULTER_BARRED"
    with pytest.raises(Rejected, match="NOTHING_WON"):
        parts.holding.default(room.rows["b"], room.organizer, defaulted=True)
    parts.holding.default(room.rows["a"], room.organizer, defaulted=False)
    assert parts.registration.of_sale(room.sale)[0].defaulted_ms is None


def test_08_13_a_sale_has_a_highest_bid_from_its_publishing_on(room, parts):
    assert parts.engine.book(room.sale).sale.highest_minor == 1_000_000_000, "10,000,000 yuan, or 100 times the start"
    answer = room.do(cmd.PlaceBid, "1", "101", 9_007_199_254_740_991)
    assert (answer.code, answer.params) == ("OVER_LIMIT", {"available_minor": 1_000_000_000})
    assert parts.registration.set_highest(room.sale, room.organizer, 2_000_000_000).ok
    assert room.do(cmd.PlaceBid, "1", "101", 2_000_000_000).ok
    dear = Room(parts, "yen", currency="JPY")
    assert parts.engine.book(dear.sale).sale.highest_minor == 1_000_000_000


def test_08_13_a_dearer_lot_that_comes_later_can_be_bid_on(parts):
    room = Room(parts)
    row = lot_row("1", **{**PLAIN, "start_minor": 5_000_000_000})
    room.do(cmd.ListLot, terms_of(row))
    assert parts.engine.book(room.sale).sale.highest_minor == 500_000_000_000


def test_08_04_documents_name_who_is_held_and_what_waits_in_the_room(room, parts):
    parts.holding.set_channel(room.rows["b"], room.organizer, "floor")
    room.do(cmd.PlaceFloorBid, "1", None, START)
    room.do(cmd.PlaceBid, "1", "101", START + 500_000)
    parts.holding.hold(room.rows["a"], room.organizer, "SUSPENDED")
    book = parts.engine.book(room.sale)
    desk = parts.feed.desk(book)
    (seq, amount), *_ = desk["rooms"]["1"]
    assert amount == START
    assert desk["held"] == [
        {"paddle": "101", "reasons": ["SUSPENDED"], "standing": "keep", "lots": None, "void_asked": None}
    ]
    assert parts.feed.bidder(book, "101")["holds"] == ["SUSPENDED"]
    assert room.do(cmd.Hammer, "1", even_held=True).code == "NO_PADDLE"
    assert room.do(cmd.AssignPaddle, "1", "102", seq).ok
    assert room.do(cmd.Hammer, "1", even_held=True).ok
