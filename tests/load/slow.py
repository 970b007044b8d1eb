"""Readers who do not read: what they cost the server in memory, and everybody else in time."""

from .hall import Hall, Row


def slow_readers(hall: Hall, count: int, per_s: float, seconds: float, calm_s: float) -> Row:
    """So many who never read, and as many who never read but keep saying PONG, beside a hall that does.

    Memory is that of the server's process, sampled twice a second: from when the attackers are in (their sockets are
    counted by themselves) to its highest. `calm_s`: how long everybody else is measured alone before.
    """
    steady = f"offered {per_s} {hall.bidders}"
    hall.run(1, steady)  # warm
    before = hall.run(calm_s, steady)
    plain_kb = hall.process.memory_kb()
    hall.client.open(count, "stalled")
    hall.client.open(count, "forger")
    start_kb = highest_kb = hall.process.memory_kb()

    def look() -> None:
        nonlocal highest_kb
        highest_kb = max(highest_kb, hall.process.memory_kb())

    during = hall.run(seconds, steady, look)
    still = hall.client.read()["joined"]
    both = before["delivery_p99_ms"], during["delivery_p99_ms"]
    return {
        "stalled": count,
        "forging": count,
        "watchers": hall.watchers,
        "bids_per_s": per_s,
        "seconds": seconds,
        "memory_growth_mb": round((highest_kb - start_kb) / 1024, 1),
        "their_sockets_mb": round((start_kb - plain_kb) / 1024, 1),
        "p99_ms_before": both[0],
        "p99_ms_during": both[1],
        "p99_growth": round(both[1] / both[0] - 1, 3) if all(both) else None,
        "others_cut": during["cut"],
        "stalled_cut": count - still["stalled"],
        "forging_cut": count - still["forger"],
        "gaps": during["gaps"],
    }
