"""Fan-out: what a delivered event costs, ours beside its peers, in turns.

`paced`: ten events a second. `burst`: events back to back, as fast as the server's own loop gives them out. Every
server gets the same event (an accepted bid, some 330 bytes with its frame), publishes it itself when asked, and the
client offers permessage-deflate as a browser does. In ours the events go through the real feed and fan-out
(`entry.py` says how); what a decided and written bid costs on top is measured by `bids.py`.
"""

from dataclasses import dataclass
from statistics import median
from typing import Any

from .client import LoadClient
from .processes import Process
from .servers import SERVERS, Missing

Row = dict[str, Any]
PER_S = 10
BURST_DELIVERIES = {"ours": 600_000, "ours-gevent": 600_000, "floor": 300_000, "node": 120_000, "stock": 60_000}
"""A server that is quicker gets more, so that its burst lasts long enough to be measured."""


@dataclass(frozen=True)
class Size:
    """How long each measurement lasts."""

    paced_s: float = 5.0
    """Our server pings every five seconds: one round of pings is in it. The peers ping every twenty-five."""
    rounds: int = 3
    burst: float = 1.0
    """How much of a whole burst."""


def measure(server: str, watchers: int, size: Size) -> list[Row]:
    """One server with so many watchers: a paced row and a burst row. Raises Missing."""
    with SERVERS[server]() as (process, options), LoadClient([process.port], {"deflate": 1, **options}) as client:
        before_kb = process.memory_kb()
        client.open(watchers)
        kb_each = (process.memory_kb() - before_kb) / watchers
        _run(process, client, watchers, 3, 0.1)  # warm
        paced = _run(process, client, watchers, int(PER_S * size.paced_s), 1 / PER_S)
        burst = _run(process, client, watchers, max(int(size.burst * BURST_DELIVERIES[server] / watchers), 5), 0)
    common = {"server": server, "watchers": watchers, "kb_each": round(kb_each, 1)}
    return [{**common, "mode": "paced", **paced}, {**common, "mode": "burst", **burst}]


def _run(process: Process, client: LoadClient, watchers: int, events: int, every_s: float) -> Row:
    client.mark()
    cpu_s = process.cpu_s()
    process.publish(events, every_s)
    seen = client.wait(events * watchers, events * every_s + 30)
    used_s = process.cpu_s() - cpu_s
    delivered = seen["events"]
    return {
        "cpu_us_per_delivery": round(used_s / max(delivered, 1) * 1e6, 2),
        "delivered_per_s": round(delivered / seen["seconds"]),
        "p50_ms": seen["delivery"].get("p50_ms"),
        "p99_ms": seen["delivery"].get("p99_ms"),
        "server_core": round(used_s / seen["seconds"], 3),
        "client_core": round(seen["cpu_s"] / seen["seconds"], 3),
        "events_per_frame": round(delivered / max(seen["frames"], 1), 2),
        "lost": events * watchers - delivered,
        "gaps": seen["gaps"],
        "duplicates": seen["duplicates"],
        "cut": seen["cut"],
    }


def compare(watchers: list[int], servers: list[str], size: Size) -> tuple[list[Row], list[str]]:
    """Every server with each number of watchers: the median of the rounds, and what could not be measured and why.

    Servers take turns, in the reverse order every other round, so that a machine that slows down slows all of them.
    """
    rows: dict[tuple[str, int, str], list[Row]] = {}
    missing: dict[str, str] = {}
    for count in watchers:
        for number in range(size.rounds):
            for server in servers if number % 2 == 0 else servers[::-1]:
                if server in missing:
                    continue
                try:
                    for row in measure(server, count, size):
                        rows.setdefault((server, count, row["mode"]), []).append(row)
                except Missing as error:
                    missing[server] = f"{server}: {error}"
    return [middle(each) for each in rows.values()], list(missing.values())


def middle(rows: list[Row]) -> Row:
    """One row of the medians of several: what is a number, and no name."""
    whole = {name: median(row[name] for row in rows) for name in rows[0] if isinstance(rows[0][name], int | float)}
    return {**rows[0], **whole, "rounds": len(rows)}
