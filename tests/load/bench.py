"""Everything in one run: `make bench`. Writes JSON to BENCH_OUT, prints the goals and what was reached.

QUICK=1 is the same with smaller halls and shorter times, to see whether something broke; its figures are not those of
the goals. A measurement that fails is named in `failures` and makes the run fail at its end; the others are made.
"""

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from . import bidding, crowd, databases, exports, fanout, hammers, organizer, pages, scale, throughput
from .client import HERE, compiled
from .conditions import conditions
from .fanout import Size
from .goals import table
from .hall import hall
from .overload import overload
from .processes import ROOT
from .slow import slow_readers

Results = dict[str, Any]
OUT = HERE / "results.json"
KEYS = (
    "conditions",
    "fanout",
    "bid_path",
    "throughput",
    "storm",
    "slow_readers",
    "overload",
    "scale",
    "chain_events_per_s",
    "verify_events_per_s",
    "replay_events_per_s",
)
"""What the results always have; `calm`, `crowd`, `crowd_gevent`, `framing`, `pages`, `exports`, `hammers`,
`cost_of_rate`, `records` and `failures` stand beside it."""


@dataclass(frozen=True)
class Plan:
    """How large and how long. Times in seconds."""

    fanout_watchers: tuple[int, ...] = (200, 1000, 3000)
    fanout: Size = field(default_factory=Size)
    watchers: int = 3000
    path_s: float = 10
    calm_s: float = 15
    rates: tuple[float, ...] = (1, 5, 20, 50, 100)
    rate_s: float = 4
    throughput_s: float = 5
    crowd: int = 10_000
    crowd_s: float = 12
    storm: int = 3000
    slow: tuple[float, float, float] = (10, 120, 15)
    """Bids a second, how long with the slow readers, how long without."""
    overload_s: float = 30
    pages_s: float = 10
    exports: int = 100_000
    """Rows of the longest report."""
    hammers: tuple[int, float, int] = (100, 2.0, 500)
    """How many, one in so many seconds, before so many watchers."""
    records: int = 20_000
    scale: tuple[int, float] = (3000, 8)
    """Watchers, and how long."""


QUICK = Plan(
    fanout_watchers=(1000,),
    fanout=Size(1, 2, 0.2),
    watchers=1000,
    path_s=1,
    calm_s=1,
    rates=(),
    throughput_s=1.5,
    crowd=1000,
    crowd_s=1,
    storm=300,
    slow=(50, 3, 1),
    overload_s=1,
    pages_s=3,
    exports=10_000,
    hammers=(5, 0.5, 50),
    records=2000,
    scale=(200, 1.5),
)


class Bench:
    """One run."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.results: Results = {}
        self.failures: dict[str, str] = {}

    def run(self) -> Results:
        """Measure everything, and return the results."""
        began = time.monotonic()
        compiled()
        self.results["conditions"] = conditions()
        self._step("records", self.measure_records)
        self._step("framing", self._framing)
        self._step("fanout", self._fanout)
        self._step("bid_path, calm, slow_readers", self._before_a_hall)
        self._step("overload", self._without_watchers)
        self._step("pages", self._pages)
        self._step("exports, hammers", self._papers)
        self._step("throughput on sqlite", self._throughput)
        self._step("throughput on postgresql, scale", self._on_postgresql)
        self._step("storm", self._storm)
        self._step("crowd", self._crowd)
        self.results["conditions"]["quick"] = self.plan is QUICK
        self.results["conditions"]["lasted_s"] = round(time.monotonic() - began)
        self.results["failures"] = self.failures
        return self.results

    def _step(self, name: str, work: Callable[[], None]) -> None:
        began = time.monotonic()
        try:
            work()
        except Exception as error:  # named in the results, and the run fails at its end
            traceback.print_exc()
            self.failures[name] = f"{type(error).__name__}: {error}"
        _tell(f"{name}: {time.monotonic() - began:.0f} s")

    def measure_records(self) -> None:
        """Chain, verify, replay, each round in a process of its own: the medians."""
        command = [sys.executable, "-m", "tests.load.records", str(self.plan.records)]
        rounds = []
        for _ in range(self.plan.fanout.rounds):
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
            rounds.append(json.loads(done.stdout))
        rates = {key: round(median(each[key] for each in rounds)) for key in rounds[0]}
        self.results["records"] = rates
        self.results |= {key: rates[key] for key in KEYS if key in rates}

    def _framing(self) -> None:
        command = [sys.executable, "-m", "tests.load.framing", str(self.plan.records)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        self.results["framing"] = json.loads(done.stdout)

    def _fanout(self) -> None:
        rows, missing = fanout.compare(list(self.plan.fanout_watchers), list(fanout.SERVERS), self.plan.fanout)
        self.results["fanout"] = rows
        self.results["conditions"]["missing_peers"] = missing

    def _before_a_hall(self) -> None:
        with hall(self.plan.watchers, 20) as full:
            self.results["bid_path"] = [bidding.path(full, self.plan.path_s)]
            self.results["calm"] = bidding.calm(full, 5, self.plan.calm_s)
            self.results["cost_of_rate"] = [bidding.calm(full, rate, self.plan.rate_s) for rate in self.plan.rates]
            self.results["slow_readers"] = slow_readers(full, 100, *self.plan.slow)

    def _without_watchers(self) -> None:
        with hall(0, throughput.BIDDERS) as empty:
            peak = bidding.path(empty, self.plan.throughput_s)
            self.results["throughput"] = [{**peak, "through": "sockets"}]
            self.results["overload"] = overload(empty, peak, self.plan.overload_s)
        with hall(0, throughput.BIDDERS, AUCTION_ASYNC_MODE="gevent") as empty:
            row = bidding.path(empty, self.plan.throughput_s)
            self.results["throughput"].append({**row, "through": "sockets, gevent"})

    def _pages(self) -> None:
        with hall(0, 20, lots=pages.LOTS) as full:
            self.results["pages"] = pages.pages(full, self.plan.pages_s)
        self.results["organizer"] = organizer.organizer()

    def _papers(self) -> None:
        self.results["exports"] = exports.exports(self.plan.exports)
        self.results["hammers"] = hammers.hammers(*self.plan.hammers)

    def _throughput(self) -> None:
        row = throughput.through_the_engine(self.plan.throughput_s)
        self.results.setdefault("throughput", []).append(row)

    def _on_postgresql(self) -> None:
        rows = self.results.setdefault("throughput", [])
        with databases.postgresql() as new, databases.broker() as broker:
            rows.append(throughput.through_the_engine(self.plan.throughput_s, **new()))
            self.results["scale"] = scale.compare(*self.plan.scale, lambda: new() | broker)

    def _storm(self) -> None:
        bidders = min(self.plan.storm // 3, 200)
        strangers = self.plan.storm - bidders
        with hall(strangers, bidders, strangers, "bidder") as full:
            self.results["storm"] = crowd.storm(full, 2000)

    def _crowd(self) -> None:
        with hall(self.plan.crowd, 5) as full:
            self.results["crowd"] = crowd.watchers(full, self.plan.crowd_s)
        with hall(self.plan.crowd, 5, AUCTION_ASYNC_MODE="gevent") as full:
            self.results["crowd_gevent"] = crowd.watchers(full, self.plan.crowd_s)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """Run, write, print. Exit status 1 where something could not be measured."""
    results = Bench(QUICK if os.environ.get("QUICK") == "1" else Plan()).run()
    out = Path(os.environ.get("BENCH_OUT", OUT))
    out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write(f"\n{table(results)}\n\nWritten to {out}\n")
    if results["conditions"]["quick"]:
        _tell("A short run with smaller halls: whether a goal is met is for the whole run to say.")
    for name, why in results["failures"].items():
        _tell(f"Not measured: {name}: {why}")
    for why in results["conditions"].get("missing_peers", []):
        _tell(f"A peer is missing: {why}")
    return 1 if results["failures"] else 0
