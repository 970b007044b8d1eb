"""A client in another language, written from docs/protocol.md alone, folds a sale in which everything happens.

`tests/second_client` is plain JavaScript for Node and imports nothing of ours. After each step of the sale it asks for
a fresh snapshot, and holds its own state against it.
"""

import json
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import pytest

from auction.engine.orders import Order
from auction.parts import Parts
from auction.people.accounts import Purpose
from auction.rules import commands as cmd
from auction.rules.kinds import KINDS, PUBLIC
from tests.chromium import find_node
from tests.serving import ROOT, Cast, Person, Server, parts_for, stage, wait_for

START, STEP = 10_000_000, 500_000
ENGLISH = {"start_minor": START, "increment": {"fixed_minor": STEP}}
LONG = {"ends_ms": 600_000, "window_ms": 5_000, "extend_ms": 5_000, "group": "g"}
FALL = {"floor_minor": STEP, "step_minor": STEP, "tick_ms": 1_000}
LOTS = [
    ENGLISH,
    ENGLISH,
    {"start_minor": START, "format": "sealed", "own": {"ends_ms": 5_000, "price": "second"}, "reserve_minor": START},
    {"start_minor": START, "format": "dutch", "own": FALL},
    {**ENGLISH, "format": "timed", "own": LONG},
    {**ENGLISH, "format": "timed", "own": {**LONG, "ends_ms": 700_000}},
    {**ENGLISH, "reserve_minor": START + 9 * STEP},
    ENGLISH,
]
RANKS = {2: {"2": 1}, 3: {"2": 2}}
PRIORITY = {"priority_mode": "C", "priority_days": 5}


class SecondClient:
    """The client's process: its comparisons by number, and what it answers to an order."""

    def __init__(self, server: Server, link: str, slug: str) -> None:
        node = find_node()
        if node is None:
            pytest.skip("node is not here")
        command = [node, str(ROOT / "tests" / "second_client" / "main.mjs"), server.url, link, slug]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._replies: Queue[Any] = Queue()
        self.compared: dict[int, dict[str, Any]] = {}
        self.kinds: set[str] = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "reply" in told:
                self._replies.put(told["reply"])
            else:
                self.kinds |= set(told["kinds"])
                self.compared[told["seq"]] = told

    def do(self, order: str, **more: Any) -> Any:
        """Give an order, and wait for its reply."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": order, **more}) + "\n")
        self._process.stdin.flush()
        return self._replies.get(timeout=15)

    def send(self, name: str, **message: Any) -> dict[str, Any]:
        return self.do("send", name=name, message={"key": uuid.uuid4().hex, **message})

    def agrees_at(self, seq: int) -> bool:
        """Wait until the client has compared at a number or above it; whether every comparison so far agreed."""
        wait_for(lambda: self._process.poll() is not None or any(each >= seq for each in list(self.compared)), 20)
        assert self._process.poll() is None, self.end()
        return all(each["agrees"] for each in list(self.compared.values()))

    def end(self) -> str:
        """End the process; what it complained of."""
        self._process.kill()
        return self._process.communicate()[1]


class Staged:
    """The sale as it is played: people over the wire, and orders of the house from another process."""

    def __init__(self, server: Server, cast: Cast, parts: Parts) -> None:
        self.server, self.cast, self.parts = server, cast, parts
        self.desk, self.b1, self.b2, self.b3 = (
            self._enter(name, part)
            for name, part in [("auctioneer", "desk"), *((f"bidder{each}", "bidder") for each in (1, 2, 3))]
        )
        link = parts.accounts.make_link(Purpose.SIGN_IN, cast.users["bidder4"])
        self.client = SecondClient(server, link, cast.slug)

    def _enter(self, name: str, part: str) -> Person:
        person = Person(self.server.url).enter(self.cast.links[name])
        assert "seq" in person.connect(self.cast.slug, part)
        return person

    def happens(self, answer: dict[str, Any]) -> None:
        """A step was accepted, and the client agrees once it has heard of it."""
        assert "seq" in answer, answer
        assert self.client.agrees_at(answer["seq"]), self.disagreement()

    def disagreement(self) -> list[dict[str, Any]]:
        return [each for each in self.client.compared.values() if not each["agrees"]]

    def call(self, do: str, lot: str | None = None, **message: Any) -> None:
        self.happens(self.desk.call(do, **({} if lot is None else {"lot": lot}), **message))

    def order(self, command: Callable[..., cmd.Command], *facts: Any) -> None:
        """The house's own act, committed by another process: this server finds it in the journal."""
        command_now = command(self.parts.clock.now_ms(), *facts)
        answer = self.parts.engine.ask(Order(self.cast.sale, self.cast.users["organizer"], command_now))
        assert answer.ok, answer
        self.happens({"seq": answer.seq})

    def leave(self) -> None:
        for person in (self.desk, self.b1, self.b2, self.b3):
            person.leave()
        self.client.end()


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    folder = tmp_path_factory.mktemp("second")
    cast = stage(folder, LOTS, bidders=4, ranks=RANKS, terms=PRIORITY)
    server = Server(folder).start()
    parts = parts_for(folder)
    parts.engine.start()
    sale = Staged(server, cast, parts)
    yield sale
    sale.leave()
    parts.engine.stop()
    parts.store.close()
    server.stop()


def test_a_client_written_from_the_document_folds_a_whole_sale(staged: Staged):
    """Every kind of public event, each compared with a fresh snapshot of the server's."""
    english(staged)
    priority(staged)
    falling(staged)
    sealed(staged)
    a_group(staged)
    the_end(staged)

    public = {name for name, event_type in KINDS.items() if event_type in PUBLIC}
    assert staged.client.kinds == public
    assert staged.disagreement() == []
    assert len(staged.client.compared) >= len(public), "few steps share a comparison"


def english(sale: Staged) -> None:
    """Lot 1: maxima, a called ask that is lifted, the hall, pauses, a void, a hold whose bids fall, a reopening."""
    sale.call("take_gavel")
    sale.call("open_lot", "1")
    sale.happens(sale.b1.ask("maximum", lot="1", max_minor=START + 6 * STEP, key="m1"))
    sale.happens(sale.b2.bid("1", START + 2 * STEP))
    sale.happens(sale.b1.ask("maximum", lot="1", max_minor=START + 9 * STEP, key="m2"))
    sale.call("set_ask", "1", amount_minor=START + 5 * STEP)
    sale.call("void_last", "1", reason="MISHEARD")
    sale.call("floor_bid", "1", amount_minor=START + 8 * STEP)
    sale.happens(sale.b3.ask("channel", channel="both", key="c"))
    sale.call("assign_paddle", "1", paddle="103")
    sale.call("pause", "1", reason="BREAK")
    sale.call("resume", "1")
    sale.call("fair_warning", "1")
    sale.call("void_last", "1", reason="WRONG_PADDLE")
    sale.happens(sale.b2.bid("1", START + 10 * STEP))
    sale.order(cmd.HoldPaddle, "102", "CONFLICT", "void", "1")
    sale.order(cmd.ReleasePaddle, "102")
    sale.call("hammer", "1")
    sale.call("reopen", "1", reason="DISPUTE")
    sale.call("pause_sale", reason="BREAK")
    sale.call("resume_sale")
    sale.call("hammer", "1")


def priority(sale: Staged) -> None:
    """Lot 2 is taken by a right after the hammer; lot 7 passes below its reserve; lot 8 is withdrawn."""
    sale.call("open_lot", "2")
    sale.happens(sale.client.send("bid", lot="2", amount_minor=START))
    sale.call("hammer", "2", paddle="104", amount_minor=START)
    sale.happens(sale.b2.ask("decline_priority", lot="2", key="d"))
    sale.happens(sale.b3.ask("exercise_priority", lot="2", key="e"))
    sale.call("open_lot", "7")
    sale.happens(sale.b1.bid("7", START))
    sale.call("pass", "7")
    sale.call("withdraw", "8")


def falling(sale: Staged) -> None:
    """Lot 4 falls, stands still, falls on; the client takes it at the ask that it computed by itself, or less."""
    sale.call("open_lot", "4")
    sale.call("pause", "4", reason="BREAK")
    stood = sale.client.do("falling", lot="4")
    time.sleep(FALL["tick_ms"] / 1000)  # the ask must not fall meanwhile
    assert sale.client.do("falling", lot="4") == stood
    sale.call("resume", "4")
    wait_for(lambda: sale.client.do("falling", lot="4") < stood)
    ask = sale.client.do("falling", lot="4")
    sale.happens(sale.client.send("bid", lot="4", amount_minor=ask))
    wait_for(lambda: sale.desk.events[-1]["kind"] == "lot_sold")
    told = {each["kind"]: each for each in sale.desk.events if each.get("lot") == "4"}
    origin_ms = told["lot_opened"]["at_ms"] + told["lot_resumed"]["at_ms"] - told["lot_paused"]["at_ms"]
    ticks = (told["bid_placed"]["arrived_ms"] - origin_ms) // FALL["tick_ms"]
    assert told["bid_placed"]["price_minor"] == max(FALL["floor_minor"], START - ticks * STEP) <= ask < stood


def sealed(sale: Staged) -> None:
    """Lot 3: offers that no client sees, their end by the clock, their opening."""
    sale.call("open_lot", "3")
    sale.happens(sale.b1.bid("3", START + STEP))
    sale.happens(sale.client.send("bid", lot="3", amount_minor=START + 2 * STEP))
    document = wait_for(lambda: sale.client.do("document") if "3" in sale.client.do("document")["offers"] else None)
    assert document["offers"]["3"][0] == START + 2 * STEP
    assert document["maxima"] == {"3": START + 2 * STEP}
    closed = wait_for(lambda: [each for each in sale.desk.events if each["kind"] == "offers_closed"])
    sale.happens({"seq": closed[0]["seq"]})
    sale.call("open_offers", "3")


def a_group(sale: Staged) -> None:
    """Lots 5 and 6 end together. After an absence of the house they end later."""
    sale.call("open_lot", "5")
    sale.call("open_lot", "6")
    sale.order(cmd.MoveDeadlines, sale.parts.clock.now_ms() - 5_000)
    for lot in ("5", "6"):
        sale.call("withdraw", lot, reason="OTHER")


def the_end(sale: Staged) -> None:
    """A gap that is closed, a connection that is lost and resumed, the end of the sale."""
    before = sale.client.do("gaps")
    sale.client.do("lose", frames=1)
    sale.order(cmd.SetHighest, 10 * START)  # a frame without events tells of the gap
    assert sale.client.do("gaps") == before + 1
    sale.client.do("lose", frames=1)
    sale.desk.call("take_gavel")
    sale.call("take_gavel")  # an event that is not the next one tells of it
    assert sale.client.do("gaps") == before + 2

    sale.client.do("drop")
    sale.desk.call("take_gavel")
    last = sale.desk.call("take_gavel")["seq"]
    assert sale.client.do("come_back") == {"events": 2, "snapshot": False, "restored": False}
    sale.happens({"seq": last})
    sale.order(cmd.CloseSale)
