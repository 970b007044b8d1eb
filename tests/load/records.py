"""How many events a second are chained, verified and replayed: one core, no server.

`python -m tests.load.records EVENTS` prints JSON. A sale is bid up by the rules, so that every event is a good one:

- chain: a bid's event gets its canonical bytes and its place in both chains;
- verify: `verify_sale`, as the command does it: read, both chains recomputed, every event decided again;
- record: the same for the public record, as a stranger does it;
- replay: a scenario of so many bids through `auction.audit.replay`, answers and the chain of its own included;
- recovery: the engine's own state from the journal, as at every start.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from auction.audit.replay import replay
from auction.audit.verify import public_record, verify_record, verify_sale
from auction.base.runtime import spare_what_stays
from auction.engine.engine import Engine
from auction.parts import Parts
from auction.record import journal
from auction.rules import commands as cmd
from auction.rules.decide import decide
from auction.rules.events import Event
from auction.rules.refusals import Refused
from auction.rules.sale import apply

from ..serving import parts_for
from .staging import LOT, START_MINOR, STEP_MINOR, Stage, staged

BATCH = 256


def per_s(count: int, work: Callable[[], Any]) -> tuple[int, Any]:
    """How many a second, and what came of it. Processor time: who else runs on the machine does not count."""
    began = time.process_time()
    came = work()
    return round(count / (time.process_time() - began)), came


def bid_up(parts: Parts, sale: str, count: int) -> list[Event]:
    """The events of so many bids, by two bidders in turn, as the rules decide them."""
    state, events = parts.engine.book(sale).sale, []
    for number in range(count):
        paddle, amount = str(101 + number % 2), START_MINOR + number * STEP_MINOR
        decided = decide(state, cmd.PlaceBid(number, LOT, paddle, amount), 1_900_000_000_000 + number)
        assert not isinstance(decided, Refused)
        for event in decided:
            state = apply(state, event)
            events.append(event)
    return events


def chain(parts: Parts, sale: str, events: list[Event]) -> tuple[int, journal.Head]:
    """Chain the events and write them, a batch at a time as the engine does: how many a second without the writing,
    and the head that they lead to."""
    head, spent = parts.engine.book(sale).head, 0.0
    for start in range(0, len(events), BATCH):
        began = time.process_time()
        records = []
        for event in events[start : start + BATCH]:
            head, record = journal.chain(head, event, "system", parts.sealer)
            records.append(record)
        spent += time.process_time() - began
        with parts.store.write() as connection:
            journal.append(connection, head, records, None)
    return round(len(events) / spent), head


def scenario(count: int) -> dict[str, Any]:
    """A sale from a file: so many bids, by two bidders in turn."""
    bid = {"do": "bid", "lot": LOT}
    steps = [
        {**bid, "at_ms": number, "paddle": str(101 + number % 2), "amount_minor": START_MINOR + number * STEP_MINOR}
        for number in range(count)
    ]
    terms = {"lot": LOT, "format": "english", "start_minor": START_MINOR, "increment": {"fixed_minor": STEP_MINOR}}
    people = [{"paddle": "101"}, {"paddle": "102"}]
    return {
        "sale": {},
        "bidders": people,
        "lots": [terms],
        "steps": [{"at_ms": 0, "do": "open_lot", "lot": LOT}, *steps],
    }


def measure(stage: Stage, count: int) -> dict[str, Any]:
    """All five, over one sale."""
    parts = parts_for(stage.instance, **stage.environ)
    spare_what_stays()  # as the server does
    sale = stage.cast.sale
    events = bid_up(parts, sale, count)
    chained_per_s, head = chain(parts, sale, events)
    verified_per_s, report = per_s(count, lambda: verify_sale(parts, stage.cast.slug))
    assert report.ok, report.text
    file = stage.instance / "record.jsonl"
    file.write_bytes(b"".join(public_record(parts.store, sale)))
    record_per_s, report = per_s(count, lambda: verify_record(file))
    assert report.ok, report.text
    replayed_per_s, outcome = per_s(count, lambda: replay(scenario(count)))
    assert outcome["lots"][0]["bids"] == count
    engine = Engine(parts.store, parts.clock, lambda *_: None, parts.sealer)
    recovered_per_s, book = per_s(count, lambda: engine.book(sale))
    assert book.head == head
    parts.store.close()
    return {
        "events": count,
        "chain_events_per_s": chained_per_s,
        "verify_events_per_s": verified_per_s,
        "verify_record_events_per_s": record_per_s,
        "replay_events_per_s": replayed_per_s,
        "recovery_events_per_s": recovered_per_s,
    }


def main(count: int) -> None:
    """Measure and print."""
    with staged() as stage:
        print(json.dumps(measure(stage, count)))  # noqa: T201 - what the bench reads


if __name__ == "__main__":
    main(int(sys.argv[1]))
