"""A published sale with an open lot in this process, and orders to give."""

import uuid
from typing import Any

from auction.engine.orders import Order
from auction.parts import Parts
from auction.rules import commands as cmd
from auction.rules.lot import Terms

START = 10_000_000
STEP = 500_000


def terms(lot: str, **more: Any) -> Terms:
    return Terms(lot, "english", START, {"fixed_minor": STEP}, **more)


def publish(parts: Parts, lots: int = 2, bidders: int = 3, **more: Any) -> str:
    """A sale's id; its lots are "1", "2", …, its paddles "101", "102", …, held by "b1", "b2", …"""
    sale = parts.sales.create(f"s-{uuid.uuid4().hex[:8]}", title_zh="测试")
    admitted = tuple(cmd.AdmitBidder(0, str(101 + i), f"b{i + 1}") for i in range(bidders))
    command = cmd.PublishSale(0, "CNY", None, tuple(terms(str(i + 1), **more) for i in range(lots)), admitted)
    assert parts.engine.ask(Order(sale, "organizer", command)).ok
    return sale


def opened(parts: Parts, **more: Any) -> str:
    """A published sale whose lot 1 is open."""
    sale = publish(parts, **more)
    assert parts.engine.ask(Order(sale, "auctioneer", cmd.OpenLot(now(parts), "1"))).ok
    return sale


def now(parts: Parts) -> int:
    return parts.engine.clock.now_ms()


def bid(parts: Parts, sale: str, bidder: int, amount_minor: Any, key: str | None = None) -> Order:
    command = cmd.PlaceBid(now(parts), "1", str(100 + bidder), amount_minor)
    return Order(sale, f"b{bidder}", command, key or uuid.uuid4().hex)
