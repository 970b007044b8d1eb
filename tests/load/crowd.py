"""Very many: ten thousand watchers, and three thousand who are cut off at once and all come back."""

from pathlib import Path
from typing import Any

from .bidding import Hall, hall
from .client import LoadClient
from .servers import ours

Row = dict[str, Any]


def watchers(count: int, events: int) -> Row:
    """One event a second through the feed to so many: what is lost, how long it takes, what each of them keeps."""
    with ours() as (process, options), LoadClient([process.port], {"deflate": 1, **options}) as client:
        before_kb = process.memory_kb()
        came = client.open(count, within_s=120)
        each_kb = (process.memory_kb() - before_kb) / count
        client.mark()
        cpu_s = process.cpu_s()
        process.publish(events, 1)
        seen = client.wait(count * events, events + 20)
        used_s = process.cpu_s() - cpu_s
    return {
        "watchers": count,
        "events_per_s": 1,
        "came_in_s": round(came["back"]["most_ms"] / 1e3, 2),
        "kb_each": round(each_kb, 1),
        "lost": count * events - seen["events"],
        "gaps": seen["gaps"],
        "duplicates": seen["duplicates"],
        "cut": seen["cut"],
        "p50_ms": seen["delivery"].get("p50_ms"),
        "p99_ms": seen["delivery"].get("p99_ms"),
        "server_core": round(used_s / seen["seconds"], 3),
        "client_core": round(seen["cpu_s"] / seen["seconds"], 3),
    }


def storm(count: int, window_ms: int, bidders: int = 200) -> Row:
    """Everybody is cut off at one moment, without a farewell, and comes back within the window, at random.

    All are signed in; the bidders among them have paddles. Somebody is back when his join was answered with a snapshot,
    as a bidder, which nobody gets whose session was not found.
    """
    bidders = min(bidders, count)
    strangers = count - bidders
    with hall(strangers, bidders, strangers=strangers, part="bidder") as each:
        overflows = _overflows()
        cpu_s = each.process.cpu_s()
        back = each.client.ask(f"storm {window_ms} 60", 70)
        used_s = each.process.cpu_s() - cpu_s
        refused = _overflows() - overflows
        after = each.run(1, "offered 20 20")
    here = sum(back["joined"].values())
    return {
        "clients": count,
        "window_ms": window_ms,
        "back": here,
        "p50_s": round(back["back"].get("p50_ms", 0) / 1e3, 2),
        "p99_s": round(back["back"].get("p99_ms", 0) / 1e3, 2),
        "all_back_s": round(back["back"]["most_ms"] / 1e3, 2) if here == count else None,
        "failures": back["failures"],
        "listen_overflows": refused,
        "cpu_ms_each": round(used_s / count * 1e3, 3),
        "gaps": after["gaps"],
        "ack_p99_ms_after": after["ack_p99_ms"],
    }


def _overflows() -> int:
    """How many connections the kernel has dropped because a listener's queue was full."""
    names, values = [
        row.split()[1:] for row in Path("/proc/net/netstat").read_text().splitlines() if row.startswith("TcpExt:")
    ]
    return int(dict(zip(names, values, strict=True))["ListenOverflows"])


def slow_readers(count: int, everybody: int, seconds: float, per_s: float, calm_s: float) -> Row:
    """So many who never read, and as many who never read but keep saying PONG, beside a hall that does.

    Memory is that of the server's process, sampled twice a second: from when the attackers are in (their sockets are
    counted by themselves) to its highest.
    """
    with hall(everybody, 20) as each:
        each.run(1, f"offered {per_s} 20")  # warm
        before = each.run(calm_s, f"offered {per_s} 20")
        plain_kb = each.process.memory_kb()
        each.client.open(count, "stalled")
        each.client.open(count, "forger")
        start_kb = each.process.memory_kb()
        during, highest_kb = _watched(each, seconds, f"offered {per_s} 20")
        still = each.client.read()["joined"]
    return {
        "stalled": count,
        "forging": count,
        "watchers": everybody,
        "bids_per_s": per_s,
        "seconds": seconds,
        "memory_growth_mb": round((highest_kb - start_kb) / 1024, 1),
        "their_sockets_mb": round((start_kb - plain_kb) / 1024, 1),
        "p99_ms_before": before["delivery_p99_ms"],
        "p99_ms_during": during["delivery_p99_ms"],
        "p99_growth": round(during["delivery_p99_ms"] / before["delivery_p99_ms"] - 1, 3),
        "stalled_cut": count - still["stalled"],
        "forging_cut": count - still["forger"],
        "gaps": during["gaps"],
    }


def _watched(each: Hall, seconds: float, command: str) -> tuple[Row, int]:
    highest_kb = 0

    def look() -> None:
        nonlocal highest_kb
        highest_kb = max(highest_kb, each.process.memory_kb())

    row = each.run(seconds, command, look)
    return row, highest_kb
