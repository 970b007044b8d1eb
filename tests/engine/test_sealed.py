"""Sealed offers: no one reads an amount before the opening, not in the database either; recovery opens them again."""

import json
import uuid

from auction.engine.orders import Order
from auction.rules import commands as cmd
from auction.rules.lot import Terms
from tests.serving import parts_for, wait_for

from .staging import now

FIRST, SECOND = 12_345_678, 23_456_789
MINUTE_MS = 60_000


def sealed_sale(parts, **own) -> str:
    sale = parts.sales.create(f"s-{uuid.uuid4().hex[:8]}", title_zh="测试")
    terms = Terms("1", "sealed", 10_000_000, own={"ends_ms": MINUTE_MS, **own})
    bidders = tuple(cmd.AdmitBidder(0, str(101 + i), f"b{i + 1}", limit_minor=30_000_000) for i in range(3))
    assert parts.engine.ask(Order(sale, "organizer", cmd.PublishSale(0, "CNY", None, (terms,), bidders))).ok
    assert parts.engine.ask(Order(sale, "auctioneer", cmd.OpenLot(now(parts), "1"))).ok
    return sale


def offer(parts, sale: str, bidder: int, amount_minor: int, key: str | None = None):
    command = cmd.PlaceBid(now(parts), "1", str(100 + bidder), amount_minor)
    return parts.engine.ask(Order(sale, f"b{bidder}", command, key or uuid.uuid4().hex))


def everything_on_disk(tmp_path) -> bytes:
    return b"".join(path.read_bytes() for path in tmp_path.glob("auction.sqlite3*"))


def test_no_amount_can_be_read_on_disk_before_the_opening_and_recovery_knows_them_all(parts, clock, tmp_path):
    parts.engine.clock = clock
    sale = sealed_sale(parts, offers="raise")
    assert offer(parts, sale, 1, FIRST).ok
    assert offer(parts, sale, 2, SECOND).ok
    low = offer(parts, sale, 1, FIRST - 1, "low")
    assert (low.code, low.params) == ("BELOW_MIN", {"minimum_minor": FIRST + 1})

    for amount in (FIRST, SECOND, FIRST - 1, FIRST + 1):
        assert str(amount).encode() not in everything_on_disk(tmp_path)
    other = parts_for(tmp_path)
    assert other.engine.book(sale) == parts.engine.book(sale)
    other.store.close()
    assert offer(parts, sale, 1, FIRST - 1, "low") == low


def test_the_public_learns_nothing_before_the_opening_and_everything_at_it(parts, clock):
    parts.engine.clock = clock
    sale = sealed_sale(parts)
    seen = parts.engine.book(sale).head.seq
    offer(parts, sale, 1, FIRST)
    offer(parts, sale, 2, SECOND)
    assert parts.engine.book(sale).head.seq == seen
    assert parts.engine.ask(Order(sale, "auctioneer", cmd.OpenOffers(now(parts), "1"))).code == "NOT_ALLOWED_NOW"

    clock.at_ms += MINUTE_MS
    assert offer(parts, sale, 3, SECOND + 1).code == "CLOSED"
    assert parts.engine.ask(Order(sale, "system", cmd.Tick(now(parts)))).ok
    assert parts.engine.ask(Order(sale, "auctioneer", cmd.OpenOffers(now(parts), "1"))).ok
    answer = parts.feed.since(parts.engine, sale, seen)
    opened = next(event for event in answer["events"] if event["kind"] == "offers_opened")

    assert [row[:2] for row in opened["offers"]] == [["102", SECOND], ["101", FIRST]]
    assert answer["events"][-1]["hammer_minor"] == SECOND
    assert json.dumps(answer["events"]).count(str(FIRST)) == 1


def test_an_offer_counts_towards_the_limit_while_it_is_sealed(parts, clock):
    parts.engine.clock = clock
    sale = sealed_sale(parts)
    assert offer(parts, sale, 1, 30_000_001).code == "OVER_LIMIT"
    assert offer(parts, sale, 1, 30_000_000).ok


def test_nothing_that_is_sent_tells_that_an_offer_was_made(parts, clock):
    """Neither a frame out of its turn nor the desk's document: only the bidder's own screens hear."""
    heard = []
    parts.feed._send = lambda room, name, message: heard.append((room, name, json.loads(message).get("as_of")))
    parts.engine.clock = parts.feed._clock = clock
    sale = sealed_sale(parts, offers="raise")
    seq = parts.engine.book(sale).head.seq
    wait_for(lambda: (f"desk:{sale}", "document", seq) in heard)
    heard.clear()
    offer(parts, sale, 1, FIRST)
    offer(parts, sale, 2, SECOND)

    wait_for(lambda: len(heard) == 2)
    assert sorted(heard) == [(f"bidder:{sale}:b1", "document", seq), (f"bidder:{sale}:b2", "document", seq)]
