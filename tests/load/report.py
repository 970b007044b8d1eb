"""docs/benchmarks.md, written from the results of a run: `python -m tests.load report`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import plots
from .bench import OUT
from .goals import judged
from .processes import ROOT

Results = dict[str, Any]
PAGE = ROOT / "docs" / "benchmarks.md"
PICTURES = ROOT / "docs" / "pictures"
MARKS = {True: "yes", False: "**no**", None: "–"}

INTRODUCTION = """\
# Benchmarks

Written by `python -m tests.load report` from the results of `make bench`; nothing here is typed by hand. Trust a
ratio within one run more than an absolute time. The machine is shared, and another one is faster or slower. Why a goal
was missed: [where the time goes](profiles.md).
"""

METHOD = """\
## How it was measured

- **The server** runs alone on one core, the load client on another. Processor time is that of the process with all
  its threads and children, from `/proc`. A PostgreSQL beside it is neither counted nor pinned.
- **The load client** (`tests/load/client/`, C, one epoll loop) opens real websockets with a browser's handshake,
  compression offered, and answers pings. It reads every frame to its last byte. (Bytes that are equal to the last
  client's are compared, not read again.) It compares the number of every event with the one before, and counts gaps,
  duplicates and late events. Its own share of a core stands in every row: it must be less than the server's.
- **Times** begin before the sending: at a bid's offered moment, or at a monotonic stamp inside the
  event. A bidder at an offered rate does not wait for answers.
- **Fan-out**: each server publishes the same event itself when asked, ten a second (paced) or back to back (burst).
  Servers take turns, in reverse order every other round. The table shows the medians. In ours the events go through
  the real feed and fan-out. They are chained and folded, but neither decided nor written. Every other measurement uses
  real bids, decided, committed with fsync, and answered after that. Pings are included: ours every four and a half
  seconds, the peers' every twenty-five.
- **Bids**: one sale, one lot, all amounts from one counter. If two bids overtake each other, the rules
  refuse the lower one. Such a refusal is answered and kept as evidence just as durably. `refused` is their share.
- **A long report** is downloaded as the organizer does. The process that writes it may use every core, with the lowest
  priority. So the server is not kept on one core there.
- **Hammers** fall at a pace: `every s` says how fast. A confirmation is ready once its file is kept. Its time begins
  before the hammer is sent.
- **Limits** of bids, sockets and messages were lifted (see the conditions), so that no bid is refused for being
  quick.
"""


def _rows(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    heads = list(heads)
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(_shown(each) for each in row)} |"
    yield ""


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _goals(results: Results) -> Iterator[str]:
    yield "## Goals, and what was reached\n"
    if results["conditions"].get("quick"):
        yield "This was a short run (QUICK=1) with smaller halls: it shows that all is well, not what the goals ask.\n"
    rows = [(each.figure, each.asked, each.reached, MARKS[each.good]) for each in judged(results)]
    yield from _rows(("figure", "goal", "reached", "met"), rows)


def _conditions(results: Results) -> Iterator[str]:
    told = results["conditions"]
    yield "## Conditions\n"
    rows = [
        ("when, commit", f"{told['at']}, {told['commit']}"),
        *([("measured by itself", told["by_itself"])] if "by_itself" in told else []),
        ("processor", f"{told['cpu']}, {told['cores']} cores, {told['memory_gb']} GB"),
        ("kernel, Python, SQLite", f"{told['kernel']}, {told['python']}, {told['sqlite']}"),
        ("Node", told["node"] or "none"),
        ("fsync of 4 KB, p50", f"{told['fsync_p50_ms']} ms"),
        ("libraries", ", ".join(f"{name} {version}" for name, version in told["versions"].items())),
        ("load client", f"{told['cc']}, {told['client_flags']}"),
        ("limits", ", ".join(f"`{name}` {value}" for name, value in told["limits"].items())),
        ("load average before", told["load_average_at_start"]),
        ("the run took", f"{told['lasted_s']} s"),
    ]
    yield from _rows(("", ""), rows)
    yield from (f"Not measured: {each}.\n" for each in told.get("missing_peers", []))


def _fanout(results: Results) -> Iterator[str]:
    yield "## Fan-out\n"
    yield "![CPU per delivered event against watchers](pictures/cost-against-watchers.svg)\n"
    names = ("cpu_us_per_delivery", "delivered_per_s", "p50_ms", "p99_ms", "events_per_frame", "kb_each")
    names += ("server_core", "client_core", "lost", "gaps")
    heads = ("server", "watchers", "mode", "µs per delivery", "delivered/s", "p50 ms", "p99 ms", "events a frame")
    rows = [
        (plots.LABELS[row["server"]], row["watchers"], row["mode"], *(row.get(name) for name in names))
        for row in sorted(results["fanout"], key=lambda row: (row["mode"] != "paced", row["watchers"]))
    ]
    yield from _rows((*heads, "KB each", "server core", "client core", "lost", "gaps"), rows)


def _bids(results: Results) -> Iterator[str]:
    yield "## Bids\n"
    names = ("bids_per_s", "answered_per_s", "refused_share", "ack_p50_ms", "ack_p99_ms", "delivery_p99_ms")
    names += ("cpu_ms_per_bid", "server_core", "client_core", "gaps")
    heads = ("what", "store", "accepted/s", "answered/s", "refused", "ack p50 ms", "ack p99 ms", "screens p99 ms")
    heads += ("CPU ms a bid", "server core", "client core", "gaps")
    rows = [(f"20 in a closed loop, {row['watchers']:,} watchers", row) for row in results.get("bid_path", [])]
    rows += [(f"200 in a closed loop, {row['through']}", row) for row in results.get("throughput", [])]
    steady = ([results["calm"]] if "calm" in results else []) + results.get("cost_of_rate", [])
    rows += [(f"{row['offered_per_s']:g}/s offered, {row['watchers']:,} watchers", row) for row in steady]
    yield from _rows(heads, ((said, row["store"], *(row.get(name) for name in names)) for said, row in rows))
    if results.get("cost_of_rate"):
        yield "![Cost and delay against the rate of bids](pictures/cost-against-rate.svg)\n"


def _framing(results: Results) -> Iterator[str]:
    if "framing" in results:
        yield "## Websocket framing\n"
        yield "A bid of 120 bytes read, an event of 330 written: ours, and two kept libraries that do the same.\n"
        rows = [(row["framing"], row["read_us"], row["write_us"]) for row in results["framing"]]
        yield from _rows(("framing", "µs a message read", "µs a message written"), rows)


def _others(results: Results) -> Iterator[str]:
    titles = {
        "crowd": "Very many watchers",
        "crowd_gevent": "Very many watchers, in gevent",
        "storm": "Everybody cut off at once",
        "slow_readers": "Slow readers",
        "overload": "Ten times as many bids as can be decided",
        "pages": "Public pages beside bids",
        "exports": "A long report beside bids",
        "hammers": "A hall in which one lot after the other is sold",
        "records": "Records",
    }
    for key, title in titles.items():
        if key in results:
            yield f"## {title}\n"
            yield from _rows(("", ""), ((name.replace("_", " "), value) for name, value in results[key].items()))
    if "scale" in results:
        yield "## Two processes against one\n"
        one, two = results["scale"]["one"], results["scale"]["two"]
        yield from _rows(("", "one", "two"), ((name.replace("_", " "), one[name], two[name]) for name in one))


def page(results: Results) -> str:
    """The whole page."""
    parts = (_goals, _conditions, lambda _: [METHOD], _fanout, _framing, _bids, _others)
    lines = [INTRODUCTION, *(line for part in parts for line in part(results))]
    return "\n".join(lines).rstrip() + "\n"


def write(source: Path = OUT, to: Path = PAGE, pictures: Path = PICTURES) -> None:
    """The page and its pictures."""
    results = json.loads(source.read_text())
    to.write_text(page(results))
    plots.cost_against_watchers(results["fanout"], pictures / "cost-against-watchers.svg")
    if results.get("cost_of_rate"):
        plots.cost_against_rate(results["cost_of_rate"], pictures / "cost-against-rate.svg")
