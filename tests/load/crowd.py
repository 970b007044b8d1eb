"""Very many: ten thousand watchers, and three thousand who are cut off at once and all come back."""

from pathlib import Path

from .hall import Hall, Row


def watchers(hall: Hall, seconds: float) -> Row:
    """A bid a second before so many: what is lost, how long it takes, what each of them keeps in memory."""
    row = hall.run(seconds, f"offered 1 {hall.bidders}")
    hall.client.wait(2**60, 1)
    seen = hall.client.read()
    return {
        "watchers": hall.watchers,
        "events_per_s": 1,
        "came_in_s": hall.came_in_s,
        "kb_each": hall.kb_each,
        "lost": seen["accepted"] * (hall.watchers + hall.bidders) - seen["events"],
        "gaps": seen["gaps"],
        "duplicates": seen["duplicates"],
        "cut": seen["cut"],
        "p50_ms": seen["delivery"].get("p50_ms"),
        "p99_ms": seen["delivery"].get("p99_ms"),
        "server_core": row["server_core"],
        "client_core": row["client_core"],
    }


def storm(hall: Hall, window_ms: int) -> Row:
    """Everybody is cut off at one moment, without a farewell, and comes back within the window, at random.

    All are signed in; the bidders among them have paddles. A bidder is back when his join was answered with a snapshot
    for bidders. A client without a good session gets none.
    """
    count = hall.watchers + hall.bidders
    overflows = _overflows()
    cpu_s = hall.process.cpu_s()
    back = hall.client.ask(f"storm {window_ms} 60", 70)
    used_s = hall.process.cpu_s() - cpu_s
    refused = _overflows() - overflows
    after = hall.run(1, "offered 20 20")
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
        "client_core": round(back["cpu_s"] / back["seconds"], 3),
        "gaps": after["gaps"],
        "ack_p99_ms_after": after["ack_p99_ms"],
    }


def _overflows() -> int:
    """How many connections the kernel has dropped because a listener's queue was full."""
    names, values = [
        row.split()[1:] for row in Path("/proc/net/netstat").read_text().splitlines() if row.startswith("TcpExt:")
    ]
    return int(dict(zip(names, values, strict=True))["ListenOverflows"])
