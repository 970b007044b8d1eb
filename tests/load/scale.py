"""Two processes against one, on one PostgreSQL database: what a delivered event costs, or how many there are a second.

On four cores or more every process has its own and the bidders bid as quickly as they are answered: events delivered a
second are compared. On fewer, both processes share the servers' core and get the same calm rate of bids: what is
compared is the processor time of a delivered event. Watchers and bidders take turns between the processes; any process
takes any bid. With a broker (AUCTION_REDIS_URL) the processes wake each other; without one each looks once a second.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack

from .client import CLIENT_CORE, LoadClient
from .hall import EVER, Row, bench_server, client_options
from .processes import SERVER_CORE
from .staging import Stage, staged

BIDDERS = 20
ENOUGH_CORES = 4


def cores_for(processes: int) -> list[int]:
    """A core for each process where there are enough, the servers' core for all where there are not."""
    free = [core for core in sorted(os.sched_getaffinity(0)) if core != CLIENT_CORE]
    return free[:processes] if (os.cpu_count() or 1) >= ENOUGH_CORES else [SERVER_CORE] * processes


def side(stage: Stage, processes: int, watchers: int, seconds: float, command: str) -> Row:
    """So many processes over the stage's database, the load spread over them."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(bench_server(stage, f"server{number}", core))
            for number, core in enumerate(cores_for(processes))
        ]
        client = stack.enter_context(LoadClient([each.port for each in servers], client_options(stage)))
        client.open(BIDDERS, "bidder")
        client.open(watchers, "watcher")
        client.ask(command)
        client.wait(EVER, 1)  # warm
        client.mark()
        cpu_s = sum(each.cpu_s() for each in servers)
        seen = client.wait(EVER, seconds)
        used_s = sum(each.cpu_s() for each in servers) - cpu_s
        client.settle()
        client.wait(EVER, 1.5)
        gaps = client.read()["gaps"]
    return {
        "processes": processes,
        "watchers": watchers,
        "bids_per_s": round(seen["accepted"] / seen["seconds"], 1),
        "refused_share": round(seen["refused"] / max(seen["accepted"] + seen["refused"], 1), 3),
        "codes": seen["codes"],
        "delivered_per_s": round(seen["events"] / seen["seconds"]),
        "cpu_us_per_delivery": round(used_s / max(seen["events"], 1) * 1e6, 2),
        "frames_per_event": round(seen["frames"] / max(seen["events"], 1), 3),
        "ack_p99_ms": seen["ack"].get("p99_ms"),
        "delivery_p50_ms": seen["delivery"].get("p50_ms"),
        "delivery_p99_ms": seen["delivery"].get("p99_ms"),
        "servers_cores": round(used_s / seen["seconds"], 3),
        "client_core": round(seen["cpu_s"] / seen["seconds"], 3),
        "gaps": gaps,
    }


def compare(watchers: int, seconds: float, new_database: Callable[[], dict[str, str]]) -> Row:
    """One process, then two, each time over a new database; `new_database` gives its settings."""
    enough = (os.cpu_count() or 1) >= ENOUGH_CORES
    command = f"closed {BIDDERS}" if enough else f"offered 10 {BIDDERS}"
    rows = []
    for processes in (1, 2):
        environ = new_database()
        with staged(BIDDERS, **environ) as stage:
            rows.append(side(stage, processes, watchers, seconds, command))
    one, two = rows
    if not (one["delivered_per_s"] and two["delivered_per_s"]):
        raise RuntimeError(f"nothing was delivered: {one['codes']} with one process, {two['codes']} with two")
    return {
        "cores": os.cpu_count(),
        "load": command,
        "broker": "AUCTION_REDIS_URL" in environ,
        "one": one,
        "two": two,
        "delivered_ratio": round(two["delivered_per_s"] / max(one["delivered_per_s"], 1), 3),
        "cpu_ratio": round(two["cpu_us_per_delivery"] / max(one["cpu_us_per_delivery"], 0.01), 3),
    }
