"""A small sale that has seen everything: bids, maxima, the floor, a void, a reopening, a pause, refusals, a hammer."""

import uuid
from dataclasses import dataclass
from typing import Any

from auction.engine.orders import Answer, Order
from auction.parts import Parts
from auction.people.accounts import Role
from auction.rules import commands as cmd
from models.rows import PatentRow

from .serving import lot_row

START, STEP = 10_000_000, 500_000
ENGLISH = {"start_minor": START, "increment": {"fixed_minor": STEP}}
LOTS = (
    {**ENGLISH, "title_en": "A pump"},
    {**ENGLISH, "reserve_minor": START + 10 * STEP},
    {**ENGLISH, "reserve_minor": START + 4 * STEP},
    {**ENGLISH, "format": "timed", "own": {"ends_ms": 60_000, "window_ms": 5_000, "extend_ms": 5_000}},
    {"start_minor": START, "format": "sealed", "own": {"ends_ms": 60_000, "price": "second"}},
    {"start_minor": START, "format": "dutch", "own": {"floor_minor": STEP, "step_minor": STEP, "tick_ms": 1_000}},
    {**ENGLISH},
)
NUMBERS = ("ZL201810000001.7", "CN110000002A", "US10000003B2")


@dataclass(frozen=True)
class Played:
    """The sale that was played, and who gives orders in it."""

    parts: Parts
    clock: Any
    id: str
    slug: str

    def do(self, command: type[cmd.Command], *facts: Any, by: str = "desk", **more: Any) -> Answer:
        """Give an order one second after the last."""
        self.clock.at_ms += 1_000
        order = Order(self.id, by, command(self.clock.at_ms, *facts, **more), uuid.uuid4().hex)
        return self.parts.engine.ask(order)

    def bid(self, lot: str, paddle: str, amount_minor: Any) -> Answer:
        return self.do(cmd.PlaceBid, lot, paddle, amount_minor, by=paddle)

    def maximum(self, lot: str, paddle: str, amount_minor: Any) -> Answer:
        return self.do(cmd.PlaceMaximum, lot, paddle, amount_minor, by=paddle)


def publish(parts: Parts, clock: Any, slug: str = "sale", **more: Any) -> Played:
    """The sale, published, with `more` of its columns. Paddles 101 to 103 have accounts, 104 is the floor's; lot 2
    holds three patents."""
    parts.engine.clock = clock
    sale = parts.sales.create(slug, title_zh="测试专场", title_en="A test sale", **more)
    written = [[PatentRow(as_written=each) for each in NUMBERS[: 3 if i == 1 else 1]] for i in range(7)]
    parts.sales.add_lots(sale, [(lot_row(str(i + 1), **each), written[i]) for i, each in enumerate(LOTS)])
    organizer = parts.accounts.create(f"o@{slug}.invalid", "Organizer", Role.ORGANIZER)
    parts.staff.assign(sale, organizer, None)
    for number in (1, 2, 3):
        user = parts.accounts.create(f"b{number}@{slug}.invalid", f"Bidder {number}", Role.BIDDER)
        parts.registration.admit(parts.registration.apply(sale, user), organizer, 100_000_000 if number == 3 else None)
    parts.registration.floor_paddle(sale, "Seat 1", organizer)
    assert parts.sales.publish(sale, organizer).ok
    return Played(parts, clock, sale, slug)


def play(parts: Parts, clock: Any, slug: str = "sale", **more: Any) -> Played:
    """Play it all; the last lot is still open."""
    sale = publish(parts, clock, slug, **more)
    sale.do(cmd.TakeGavel, auctioneer="desk")
    english(sale)
    others(sale)
    sale.do(cmd.OpenLot, "7")
    sale.bid("7", "101", START)
    return sale


def english(sale: Played) -> None:
    """Lot 1 is sold after much ado, lot 2 stays below its reserve, lot 3 is lifted to it."""
    sale.do(cmd.OpenLot, "1")
    sale.bid("1", "101", START)
    assert not sale.bid("1", "102", START).ok
    assert not sale.bid("1", "102", "１００").ok
    sale.do(cmd.PlaceFloorBid, "1", None, START + STEP)
    sale.do(cmd.AssignPaddle, "1", "104")
    sale.bid("1", "102", START + 2 * STEP)
    sale.do(cmd.VoidLastBid, "1", "MISHEARD")
    sale.maximum("1", "103", START + 8 * STEP)
    sale.bid("1", "101", START + 4 * STEP)
    sale.maximum("1", "103", START + 9 * STEP)
    assert not sale.maximum("1", "101", 90_000_000_000_000_000).ok
    sale.do(cmd.PauseSale, "BREAK")
    sale.do(cmd.ResumeSale)
    sale.do(cmd.GiveFairWarning, "1")
    sale.do(cmd.Hammer, "1")
    sale.do(cmd.ReopenLot, "1", "DISPUTE")
    sale.do(cmd.SetAsk, "1", START + 7 * STEP)
    sale.bid("1", "102", START + 7 * STEP)
    sale.bid("1", "102", START + 20 * STEP)
    sale.do(cmd.Hammer, "1")
    sale.do(cmd.OpenLot, "2")
    sale.bid("2", "101", START)
    assert not sale.do(cmd.Hammer, "2").ok
    sale.do(cmd.PassLot, "2")
    sale.do(cmd.OpenLot, "3")
    sale.maximum("3", "102", START + 6 * STEP)
    assert sale.do(cmd.Hammer, "3").ok


def others(sale: Played) -> None:
    """A clock ends lot 4, offers are opened on lot 5, lot 6 is taken at a falling ask."""
    sale.do(cmd.OpenLot, "4")
    sale.bid("4", "101", START)
    sale.do(cmd.OpenLot, "5")
    sale.bid("5", "101", START + 1)
    sale.bid("5", "102", START + 2 * STEP)
    assert not sale.bid("5", "102", START).ok
    sale.do(cmd.OpenLot, "6")
    sale.clock.at_ms += 2_500
    assert sale.bid("6", "103", None).ok
    sale.clock.at_ms += 60_000
    sale.do(cmd.Tick)
    assert sale.do(cmd.OpenOffers, "5").ok
