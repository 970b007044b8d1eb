"""Ten times as many bids as can be decided, for half a minute: what is still accepted, and what the others are told."""

import time

from .hall import EVER, Hall, Row

PROBE = "offered 20 20"
PROBE_S = 0.25
PATIENCE_S = 15.0


def overload(hall: Hall, peak: Row, seconds: float, times: float = 10) -> Row:
    """Bids are offered at ten times the rate of `peak`, which is what all bidders got answered in a closed loop."""
    calm = hall.run(1, PROBE)
    offered_per_s = round(times * peak["answered_per_s"])
    hall.client.mark()
    cpu_s = hall.process.cpu_s()
    hall.client.ask(f"offered {offered_per_s} {hall.bidders}")
    seen = hall.client.wait(EVER, seconds)
    used_s = hall.process.cpu_s() - cpu_s
    normal_s = _until_normal(hall, calm["ack_p99_ms"] or 0)
    last = hall.client.settle(PATIENCE_S)
    answered = seen["accepted"] + seen["refused"]
    return {
        "watchers": hall.watchers,
        "bidders": hall.bidders,
        "seconds": seconds,
        "offered_per_s": offered_per_s,
        "sent_per_s": round(seen["bids"] / seen["seconds"]),
        "peak_accepted_per_s": peak["bids_per_s"],
        "peak_answered_per_s": peak["answered_per_s"],
        "accepted_per_s": round(seen["accepted"] / seen["seconds"], 1),
        "answered_per_s": round(answered / seen["seconds"], 1),
        "share_of_peak": round(seen["accepted"] / seen["seconds"] / max(peak["bids_per_s"], 1), 3),
        "codes": seen["codes"],
        "refusal_p50_ms": seen["refusal"].get("p50_ms"),
        "refusal_p99_ms": seen["refusal"].get("p99_ms"),
        "refusal_most_ms": seen["refusal"].get("most_ms"),
        "ack_p99_ms": seen["ack"].get("p99_ms"),
        "normal_after_s": normal_s,
        "unanswered": last["unanswered"],
        "cut": seen["cut"],
        "server_core": round(used_s / seen["seconds"], 3),
        "client_core": round(seen["cpu_s"] / seen["seconds"], 3),
    }


def _until_normal(hall: Hall, calm_p99_ms: float, within_s: float = PATIENCE_S) -> float | None:
    """How long until all that is answered in a quarter of a second took at most twice as long as before, and 20 ms."""
    began = time.monotonic()
    hall.client.ask(PROBE)
    while time.monotonic() - began < within_s:
        at_s = time.monotonic() - began
        hall.client.mark()
        seen = hall.client.wait(EVER, PROBE_S)
        slowest = max(seen["ack"].get("most_ms", 0), seen["refusal"].get("most_ms", 0))
        if seen["ack"]["count"] + seen["refusal"]["count"] >= 3 and slowest <= 2 * calm_p99_ms + 20:
            return round(at_s, 2)
    return None
