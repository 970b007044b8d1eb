"""One order for everybody: simultaneous bids, receipts, batches, and what is left when a batch fails."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from auction.database.store import Unavailable
from auction.engine import receipts as kept
from auction.engine.orders import Order
from auction.record import journal
from auction.rules import commands as cmd
from auction.rules.refusals import Code
from models.journal import events, receipts, refusals

from .staging import START, STEP, bid, now, opened, publish

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def count(parts, table) -> int:
    with parts.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def at_once(work: list) -> list:
    """Run every piece of work in its own thread, all let go at the same moment; their results in order."""
    gate = threading.Barrier(len(work))
    results = [None] * len(work)

    def run(place: int) -> None:
        gate.wait()
        results[place] = work[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_24_equal_bids_at_once_exactly_one_is_accepted_in_each_of_100_rounds(parts):
    sale = opened(parts, bidders=24)
    for round_ in range(100):
        amount = START + round_ * STEP
        orders = [bid(parts, sale, bidder, amount) for bidder in range(1, 25)]
        answers = at_once([lambda order=order: parts.engine.ask(order) for order in orders])

        outcomes = Counter(answer.code for answer in answers)
        leader_again = outcomes.pop(Code.ALREADY_LEADING, 0)
        assert outcomes == {None: 1, Code.BELOW_MIN: 23 - leader_again}


def test_500_bids_of_20_bidders_at_once_give_rising_prices_and_no_missing_number(parts):
    sale = opened(parts, bidders=20)

    def keep_bidding(bidder: int) -> list:
        answers = []
        for _ in range(25):
            lot = parts.engine.book(sale).sale.lots["1"]
            answers.append(parts.engine.ask(bid(parts, sale, bidder, (lot.price_minor or START - STEP) + STEP)))
        return answers

    answers = [each for some in at_once([lambda b=b: keep_bidding(b) for b in range(1, 21)]) for each in some]
    with parts.store.read() as connection:
        records = list(journal.read(connection, sale))
    public = [record for record in records if record.seq is not None]
    prices = [record.event.price_minor for record in public if hasattr(record.event, "price_minor")]

    assert [record.n for record in records] == list(range(1, len(records) + 1))
    assert [record.seq for record in public] == list(range(1, len(public) + 1))
    assert prices == sorted(set(prices))
    assert len(prices) == sum(answer.ok for answer in answers)
    assert sorted(answer.seq for answer in answers if answer.ok) == [
        r.seq for r in public if hasattr(r.event, "price_minor")
    ]


def test_a_key_gets_its_first_answer_again_accepted_or_refused(parts):
    sale = opened(parts)
    first = bid(parts, sale, 1, START, "k")
    low = bid(parts, sale, 2, START, "k")
    answers = [parts.engine.ask(first), parts.engine.ask(low)]
    before = count(parts, events), count(parts, refusals)

    assert [parts.engine.ask(first), parts.engine.ask(low)] == answers
    assert answers[1].code is Code.BELOW_MIN
    assert (count(parts, events), count(parts, refusals)) == before


def test_a_key_used_for_another_command_is_a_conflict_and_changes_nothing(parts):
    sale = opened(parts)
    parts.engine.ask(bid(parts, sale, 1, START, "k"))
    before = count(parts, events), count(parts, receipts)

    assert parts.engine.ask(bid(parts, sale, 1, START + STEP, "k")).code is Code.KEY_CONFLICT
    assert (count(parts, events), count(parts, receipts)) == before


def test_the_auctioneers_key_is_no_bidders_key(parts):
    sale = publish(parts)
    call = Order(sale, "auctioneer", cmd.OpenLot(now(parts), "1"), "k")

    assert parts.engine.ask(call).ok
    assert parts.engine.ask(bid(parts, sale, 1, START, "k")).ok


def test_the_same_key_twice_in_one_batch_counts_once(parts):
    sale = opened(parts)
    order = bid(parts, sale, 1, START, "twice")
    answers = at_once([lambda: parts.engine.ask(order)] * 8)

    assert len({answer.seq for answer in answers}) == 1
    assert parts.engine.book(sale).sale.lots["1"].bids == 1


def test_refusals_by_the_rules_are_kept_as_evidence_with_what_they_were_judged_against(parts):
    sale = opened(parts)
    seq = parts.engine.book(sale).head.seq
    parts.engine.ask(bid(parts, sale, 1, "１００"))
    with parts.store.read() as connection:
        kept = connection.execute(select(refusals)).one()

    assert (kept.code, kept.seq, kept.actor, kept.lot) == ("MALFORMED_AMOUNT", seq, "b1", "1")
    assert "１００" in kept.details or "\\uff11" in kept.details


def test_rows_that_fail_take_only_their_own_order_down(parts):
    sale = opened(parts)

    def fail(_connection) -> None:
        raise RuntimeError("these rows cannot be written")

    bad = Order(sale, "b1", cmd.PlaceBid(now(parts), "1", "101", START), "bad", rows=fail)
    good = bid(parts, sale, 2, START)
    with parts.store._turn:  # keeps the writer waiting, so that both come in one batch
        futures = [parts.engine.submit(bad), parts.engine.submit(good)]

    with pytest.raises(RuntimeError):
        futures[0].result(10)
    assert futures[1].result(10).ok
    assert parts.engine.book(sale).sale.lots["1"].leader == "102"


def test_a_failed_commit_leaves_the_old_state_and_uses_up_no_number(parts, monkeypatch):
    sale = opened(parts)
    before = parts.engine.book(sale)

    def full(*_anything) -> None:
        raise Unavailable("disk full")

    monkeypatch.setattr(journal, "append", full)
    with pytest.raises(Unavailable):
        parts.engine.ask(bid(parts, sale, 1, START))
    monkeypatch.undo()

    assert parts.engine.book(sale) == before
    answer = parts.engine.ask(bid(parts, sale, 1, START))
    assert answer.ok
    assert answer.seq == before.head.seq + 1


def test_a_key_is_looked_up_in_the_index_however_many_receipts_there_are(parts):
    """PostgreSQL would rather join all receipts of the sale to the keys; then each bid makes the next one slower."""
    order = bid(parts, opened(parts), 1, START)
    said = []
    with parts.store.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: said.append(call[2:4]))
        kept.find(connection, order.sale, [order], parts.sealer)
        statement, values = said[0]
        explain = "EXPLAIN QUERY PLAN" if parts.store.is_sqlite else "EXPLAIN"
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values))

    assert any("key" in line for line in plan.splitlines() if "SEARCH" in line or "Index Cond" in line), plan
    assert "Join" not in plan


def test_a_strange_key_or_name_is_written_as_it_came(parts):
    """Rows travel to PostgreSQL as JSON, with bytes in hexadecimal: a text that looks like either stays a text."""
    order = replace(bid(parts, opened(parts), 1, START, '\\x41 "{}", \\"\\u0041\\n\u2028 拍 😀'), actor="\\x62 'null'")
    answer = parts.engine.ask(order)
    with parts.store.read() as connection:
        row = connection.execute(select(receipts.c.key, receipts.c.actor, receipts.c.code, receipts.c.digest)).one()
        record = list(journal.read(connection, order.sale))[-1]

    assert (row.key, row.actor, row.code) == (order.key, order.actor, None)
    assert row.digest == kept.fingerprint(order, parts.sealer)
    assert record.actor == order.actor
    assert parts.engine.ask(order) == answer
