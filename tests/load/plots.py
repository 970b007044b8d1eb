"""The pictures of docs/benchmarks.md: cost against the number of watchers, and against the rate of bids."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "bench", "font.size": 10, "axes.spines.top": False, "axes.spines.right": False})

LABELS = {
    "ours": "this server, eventlet",
    "ours-gevent": "this server, gevent",
    "stock": "stock Flask-SocketIO, deflate",
    "node": "Node socket.io 4",
    "floor": "floor: writes only",
}
COLOURS = {"ours": "#0b6e4f", "ours-gevent": "#4aa57f", "stock": "#b3423a", "node": "#c98a1b", "floor": "#7a7f87"}
SIZE = (7.2, 4.0)


def _save(figure: Any, path: Path) -> None:
    """Without a date, so that the same results make the same file."""
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def cost_against_watchers(rows: list[dict[str, Any]], path: Path) -> None:
    """Processor time of a delivered event at ten events a second, each server a line."""
    figure, axes = plt.subplots(figsize=SIZE)
    for server, label in LABELS.items():
        points = sorted(
            (row["watchers"], row["cpu_us_per_delivery"])
            for row in rows
            if row["server"] == server and row["mode"] == "paced"
        )
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", color=COLOURS[server], label=label)
    axes.set(xscale="log", yscale="log", xlabel="watchers", ylabel="µs of CPU per delivered event, 10 events/s")
    ticks = sorted({row["watchers"] for row in rows})
    axes.set_xticks(ticks, [f"{each:,}" for each in ticks])
    axes.xaxis.set_minor_locator(LogLocator(numticks=1))
    axes.yaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(FuncFormatter(lambda *_: ""))
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False)
    _save(figure, path)


def cost_against_rate(rows: list[dict[str, Any]], path: Path) -> None:
    """Share of a core, and time until the last percent of screens has a bid, by the rate of bids."""
    figure, (left, right) = plt.subplots(1, 2, figsize=SIZE)
    rates = [row["offered_per_s"] for row in rows]
    left.plot(rates, [row["server_core"] * 100 for row in rows], marker="o", color=COLOURS["ours"])
    left.set(xlabel="bids per second", ylabel="% of a core", ylim=(0, None))
    right.plot(rates, [row["delivery_p99_ms"] for row in rows], marker="o", color=COLOURS["ours"], label="p99")
    right.plot(rates, [row["delivery_p50_ms"] for row in rows], marker="o", color=COLOURS["floor"], label="p50")
    right.set(xlabel="bids per second", ylabel="ms from a bid to every screen", ylim=(0, None))
    right.legend(frameon=False)
    for axes in (left, right):
        axes.grid(axis="y", alpha=0.25)
    _save(figure, path)
