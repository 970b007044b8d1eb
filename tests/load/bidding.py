"""The path of a bid under load: closed loop beside watchers, a calm rate seen by everybody, and bidders alone.

The bids go through everything: socket, session, rate limit, inbox, rules, one commit with fsync, answer, feed, fan-out.
One sale, one lot, all amounts from one counter. Bids of several sockets overtake each other; a lower one that comes
after a higher is refused by the rules, answered and kept as evidence just as durably: `refused_share` says how many.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .client import LoadClient
from .processes import Process
from .staging import LOT, START_MINOR, STEP_MINOR, Stage, staged

Row = dict[str, Any]
EVER = 2**60
"""More events than come."""


@dataclass
class Hall:
    """A server with a sale in which people bid, and the load client that they are."""

    process: Process
    client: LoadClient
    stage: Stage
    bidders: int
    watchers: int

    def run(self, seconds: float, command: str, look: Callable[[], None] = lambda: None) -> Row:
        """Let the bidders bid for so long, and say what came of it. `look` is called twice a second meanwhile."""
        self.client.mark()
        cpu_s = self.process.cpu_s()
        self.client.ask(command)
        for _ in range(int(seconds * 2)):
            seen = self.client.wait(EVER, 0.5)
            look()
        used_s = self.process.cpu_s() - cpu_s
        last = self.client.settle()
        self.client.wait(EVER, 0.2)  # the events of the last bids
        return {**self._row(seen, used_s), "unanswered": last["unanswered"]}

    def _row(self, seen: Row, used_s: float) -> Row:
        answered = seen["accepted"] + seen["refused"]
        everybody = self.bidders + self.watchers
        return {
            "bids_per_s": round(seen["accepted"] / seen["seconds"], 1),
            "answered_per_s": round(answered / seen["seconds"], 1),
            "refused_share": round(seen["refused"] / max(answered, 1), 3),
            "codes": seen["codes"],
            "ack_p50_ms": seen["ack"].get("p50_ms"),
            "ack_p99_ms": seen["ack"].get("p99_ms"),
            "delivery_p50_ms": seen["delivery"].get("p50_ms"),
            "delivery_p99_ms": seen["delivery"].get("p99_ms"),
            "delivered_per_s": round(seen["events"] / seen["seconds"]),
            "events_per_frame": round(seen["events"] / max(seen["frames"], 1), 2),
            "frames_per_s": round(seen["frames"] / seen["seconds"] / everybody, 1),
            "cpu_ms_per_bid": round(used_s / max(answered, 1) * 1e3, 3),
            "server_core": round(used_s / seen["seconds"], 3),
            "client_core": round(seen["cpu_s"] / seen["seconds"], 3),
            "gaps": seen["gaps"],
            "duplicates": seen["duplicates"],
            "cut": seen["cut"],
            "failures": seen["failures"],
        }


@contextmanager
def hall(watchers: int, bidders: int, strangers: int = 0, part: str = "watcher", **environ: str) -> Iterator[Hall]:
    """A server on its core, everybody joined. So many `strangers` of the watchers are signed in, and join as `part`."""
    with staged(bidders, strangers, **environ) as stage:
        command = [sys.executable, "-m", "tests.load.entry"]
        options = {"sale": stage.cast.slug, "lot": LOT, "cookies": stage.cookies, "bid_stamps": 1, "deflate": 1}
        options |= {"base": START_MINOR, "step": STEP_MINOR, "part": part}
        with (
            Process(command, stage.environ, log=stage.instance / "server.log") as process,
            LoadClient([process.port], options) as client,
        ):
            client.open(bidders, "bidder")
            client.open(watchers, "watcher")
            yield Hall(process, client, stage, bidders, watchers)


def path(watchers: int, bidders: int, seconds: float, **environ: str) -> Row:
    """Bidders who bid again as soon as they are answered, before so many watchers."""
    with hall(watchers, bidders, **environ) as each:
        each.run(1, f"closed {bidders}")  # warm
        row = each.run(seconds, f"closed {bidders}")
    return {"store": store_of(environ), "watchers": watchers, "bidders": bidders, **row}


def calm(watchers: int, per_s: float, seconds: float, **environ: str) -> Row:
    """A steady rate of bids: how long until every screen has one, and which share of a core that takes."""
    bidders = 20
    with hall(watchers, bidders, **environ) as each:
        each.run(1, f"offered {per_s} {bidders}")  # warm
        row = each.run(seconds, f"offered {per_s} {bidders}")
    return {"store": store_of(environ), "watchers": watchers, "offered_per_s": per_s, **row}


def store_of(environ: dict[str, str]) -> str:
    """Which database the settings name."""
    return "postgresql" if "AUCTION_DATABASE_URL" in environ else "sqlite"
