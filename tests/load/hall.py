"""A hall full of people: our server on its core, a sale with an open lot, and everybody joined."""

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
    """A server with a sale in which people bid, and the load client that they are. `kb_each`: memory of a watcher."""

    process: Process
    client: LoadClient
    stage: Stage
    bidders: int
    watchers: int
    kb_each: float
    came_in_s: float

    @property
    def store(self) -> str:
        """Which database the server runs on."""
        return store_of(self.stage.environ)

    def run(
        self,
        seconds: float,
        command: str,
        look: Callable[[], None] = lambda: None,
        over: Callable[[], bool] = lambda: False,
    ) -> Row:
        """Let the bidders bid for so long, and say what came of it. `look` is called twice a second meanwhile, and so
        is `over`, which may end it earlier."""
        self.client.mark()
        cpu_s = self.process.cpu_s()
        self.client.ask(command)
        for _ in range(int(seconds * 2)):
            seen = self.client.wait(EVER, 0.5)
            look()
            if over():
                break
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


def bench_server(stage: Stage, name: str = "server", core: int | None = None, *, pinned: bool = True) -> Process:
    """Our server over a stage, not started yet."""
    command = [sys.executable, "-m", "tests.load.entry"]
    process = Process(command, stage.environ, log=stage.instance / f"{name}.log")
    process.core = (process.core if core is None else core) if pinned else None
    return process


def client_options(stage: Stage) -> dict[str, Any]:
    """How the load client takes part in a stage's sale: offering compression, as a browser does."""
    options = {"sale": stage.cast.slug, "lot": LOT, "cookies": stage.cookies, "bid_stamps": 1, "deflate": 1}
    return {**options, "base": START_MINOR, "step": STEP_MINOR}


@contextmanager
def hall(
    watchers: int,
    bidders: int,
    strangers: int = 0,
    part: str = "watcher",
    client: dict[str, Any] | None = None,
    *,
    pinned: bool = True,
    **staging: Any,
) -> Iterator[Hall]:
    """A server on its core, everybody joined. So many `strangers` of the watchers are signed in, and join as `part`;
    `client` are more options of the load client, `staging` as `staged` takes it. Without `pinned` the server and
    what it starts may use every core."""
    with (
        staged(bidders, strangers, **staging) as stage,
        bench_server(stage, pinned=pinned) as process,
        LoadClient([process.port], {**client_options(stage), "part": part, **(client or {})}) as people,
    ):
        people.open(bidders, "bidder")
        before_kb = process.memory_kb()
        people.mark()
        came = people.open(watchers, "watcher", within_s=120)
        kb_each = (process.memory_kb() - before_kb) / max(watchers, 1)
        came_in_s = round(came["back"].get("most_ms", 0) / 1e3, 2)
        yield Hall(process, people, stage, bidders, watchers, round(kb_each, 1), came_in_s)


def store_of(environ: dict[str, str]) -> str:
    """Which database the settings name."""
    return "postgresql" if "AUCTION_DATABASE_URL" in environ else "sqlite"
