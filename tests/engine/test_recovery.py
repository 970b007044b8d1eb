"""Recovery: what another process wrote, what the disk holds after a death, and the outage rule."""

import pytest

from auction.engine.orders import Order
from auction.engine.timekeeper import Timekeeper
from auction.record import journal
from auction.record.journal import Broken, Head
from auction.rules import commands as cmd
from auction.rules.lot import Status
from auction.rules.timed import SYSTEM_FAULT
from auction.rules.visibility import public_sale
from tests.serving import parts_for

from .staging import START, STEP, bid, now, opened

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def keeping_time(parts):
    """A process that has just begun to keep time."""
    keeper = Timekeeper(parts.engine, 0)
    keeper.take_charge()
    keeper.look()
    return keeper


def test_a_second_process_sees_the_same_sale_and_both_may_write(parts, tmp_path, database):
    sale = opened(parts)
    parts.engine.ask(bid(parts, sale, 1, START))
    other = parts_for(tmp_path, **database)
    other.engine.start()

    assert other.engine.book(sale) == parts.engine.book(sale)
    assert other.engine.ask(bid(other, sale, 2, START + STEP)).ok
    assert not parts.engine.ask(bid(parts, sale, 3, START + STEP)).ok  # it has seen the other's bid
    assert parts.engine.ask(bid(parts, sale, 3, START + 2 * STEP)).ok
    other.engine.stop()
    other.store.close()


def test_refresh_publishes_what_another_process_wrote(parts, tmp_path, database):
    sale = opened(parts)
    heard = []
    parts.engine._publish = lambda book, records: heard.extend(records)
    other = parts_for(tmp_path, **database)
    other.engine.start()
    other.engine.ask(bid(other, sale, 1, START))
    parts.engine.refresh(sale)

    assert [type(record.event).__name__ for record in heard] == ["BidPlaced"]
    assert parts.engine.book(sale).sale.lots["1"].leader == "101"
    other.engine.stop()
    other.store.close()


def test_a_batch_publishes_what_another_process_wrote_before_it(parts, tmp_path, database):
    sale = opened(parts)
    heard = []
    parts.engine._publish = lambda book, records: heard.extend(record.seq for record in records)
    other = parts_for(tmp_path, **database)
    other.engine.start()
    theirs = other.engine.ask(bid(other, sale, 1, START))
    ours = parts.engine.ask(bid(parts, sale, 2, START + STEP))

    assert heard == [theirs.seq, ours.seq]
    other.engine.stop()
    other.store.close()


def test_an_outage_of_more_than_five_seconds_pauses_the_sale(parts, clock):
    parts.engine.clock = clock
    sale = opened(parts)
    keeping_time(parts)
    clock.at_ms += 4_000
    keeping_time(parts)
    assert parts.engine.book(sale).sale.halted is None

    clock.at_ms += 5_001
    keeping_time(parts)
    state = parts.engine.book(sale).sale
    assert (state.pause_reason, state.lots["1"].status) == (SYSTEM_FAULT, Status.PAUSED)
    assert parts.engine.ask(bid(parts, sale, 1, START)).code == "NOT_LIVE"

    assert parts.engine.ask(Order(sale, "auctioneer", cmd.ResumeSale(now(parts)))).ok
    assert parts.engine.ask(bid(parts, sale, 1, START)).ok


def test_a_keeper_that_looks_all_the_time_finds_no_outage_while_the_database_cannot_be_written(
    parts, clock, monkeypatch
):
    parts.engine.clock = clock
    sale = opened(parts)
    keeper = keeping_time(parts)
    monkeypatch.setattr(journal, "stay_alive", lambda *_: None)
    for _ in range(10):
        clock.at_ms += 1_000
        keeper.look()

    assert parts.engine.book(sale).sale.halted is None


def test_a_look_that_the_database_holds_up_is_no_outage_and_a_machine_that_slept_is_one(parts, clock):
    parts.engine.clock = clock
    sale = opened(parts)
    keeper = keeping_time(parts)
    for _ in range(10):  # the look hangs in the database, the process lives
        clock.at_ms += 1_000
        keeper._pulse()
    keeper.look()
    assert parts.engine.book(sale).sale.halted is None

    clock.at_ms += 5_001
    keeper.look()
    assert parts.engine.book(sale).sale.halted is not None


def test_what_a_process_commits_says_that_it_is_there(parts, clock):
    parts.engine.clock = clock
    sale = opened(parts)
    keeper = keeping_time(parts)
    for _ in range(60):
        clock.at_ms += 1_000
        keeper._pulse()
    assert parts.engine.ask(bid(parts, sale, 1, START)).ok
    keeping_time(parts)
    assert parts.engine.book(sale).sale.halted is None


def test_a_sale_whose_lots_have_ended_needs_nobody_to_look_after_it(parts, clock):
    parts.engine.clock = clock
    sale = opened(parts)
    keeper = keeping_time(parts)
    parts.engine.ask(Order(sale, "auctioneer", cmd.PassLot(now(parts), "1")))
    clock.at_ms += 1_000
    keeper.look()
    with parts.store.read() as connection:
        assert journal.alive_sales(connection) == []

    clock.at_ms += 60_000
    keeping_time(parts)
    assert parts.engine.book(sale).sale.halted is None


def followed(lines):
    """Where the bodies of public events lead, and the events."""
    head, told = Head(""), []
    for line in lines:
        head, event, _said = journal.linked_public(head, line)
        told.append(event)
    return head, told


def test_both_chains_hold_and_the_public_one_alone_tells_the_publics_view(parts):
    sale = opened(parts, reserve_minor=START + STEP)
    parts.engine.ask(bid(parts, sale, 1, START))
    parts.engine.ask(Order(sale, "b2", cmd.PlaceMaximum(now(parts), "1", "102", START + 4 * STEP), "m"))
    parts.engine.ask(Order(sale, "auctioneer", cmd.Hammer(now(parts), "1")))
    book = parts.engine.book(sale)
    with parts.store.read() as connection:
        head = journal.verify_full(journal.read(connection, sale), sale)
        lines = [body for _, body, _ in journal.read_public(connection, sale, 0, 1000)]
    from auction.rules.sale import Sale, apply  # noqa: PLC0415 - the stranger's own fold

    public_head, told = followed(lines)
    stranger = Sale(sale)
    for event in told:
        stranger = apply(stranger, event)

    assert head == book.head
    assert public_head.public_hash == book.head.public_hash
    assert public_sale(stranger) == public_sale(book.sale)
    assert b"reserve_minor" not in b"".join(lines)
    assert b"max_minor" not in b"".join(lines)


@pytest.mark.parametrize("place", [0, 3, -1])
def test_a_public_line_that_was_changed_is_found_at_its_number(parts, place):
    sale = opened(parts)
    for step in range(6):
        parts.engine.ask(bid(parts, sale, 1 + step % 2, START + step * STEP))
    with parts.store.read() as connection:
        lines = [body for _, body, _ in journal.read_public(connection, sale, 0, 1000)]
    number = range(len(lines))[place] + 1
    lines[place] = lines[place].replace(b'"at_ms":1', b'"at_ms": 1')

    with pytest.raises(Broken) as found:
        followed(lines)
    assert found.value.number == number
