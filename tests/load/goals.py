"""The goals, each with what was reached: read from the results of a run, in the order of the table in the docs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """What is measured, what is asked of it, what came out, and whether that is enough; None: it was not measured."""

    figure: str
    asked: str
    reached: str
    good: bool | None


@dataclass(frozen=True)
class _Line:
    """How a goal is read from the results; a key that is missing leaves it unmeasured."""

    figure: str
    asked: str
    read: Callable[[Results], tuple[str, bool]]


def _fanout(results: Results, server: str, mode: str, watchers: int = 1000) -> Results:
    for row in results["fanout"]:
        if (row["server"], row["mode"], row["watchers"]) == (server, mode, watchers):
            return row
    raise KeyError(server)


def _cost(server: str) -> Callable[[Results], tuple[str, bool]]:
    def read(results: Results) -> tuple[str, bool]:
        row = _fanout(results, server, "paced")
        return f"{row['cpu_us_per_delivery']:.1f} µs", row["cpu_us_per_delivery"] <= 10

    return read


def _ratio(peer: str, least: float) -> Callable[[Results], tuple[str, bool]]:
    def read(results: Results) -> tuple[str, bool]:
        own, other = (_fanout(results, each, "paced")["cpu_us_per_delivery"] for each in ("ours", peer))
        return f"{other / own:.1f} × less ({own:.1f} against {other:.1f} µs)", other >= least * own

    return read


def _burst(results: Results) -> tuple[str, bool]:
    row = _fanout(results, "ours", "burst")
    return f"{row['delivered_per_s']:,.0f}/s, {row['events_per_frame']:.0f} events a frame", (
        row["delivered_per_s"] >= 800_000
    )


def _path(results: Results) -> tuple[str, bool]:
    row = results["bid_path"][0]
    said = f"{row['bids_per_s']:,.0f}/s, {row['ack_p99_ms']:.0f} ms, {row['refused_share']:.0%} refused"
    return f"{said}, {row['watchers']:,} watchers", row["bids_per_s"] >= 600 and row["ack_p99_ms"] <= 75


def _calm(results: Results) -> tuple[str, bool]:
    row = results["calm"]
    said = f"{row['delivery_p99_ms']:.0f} ms, {row['server_core']:.0%} of a core, {row['watchers']:,} watchers"
    return said, row["delivery_p99_ms"] <= 100 and row["server_core"] <= 0.35


def _throughput(store: str, least: int) -> Callable[[Results], tuple[str, bool]]:
    def read(results: Results) -> tuple[str, bool]:
        row = next(each for each in results["throughput"] if (each["store"], each["through"]) == (store, "engine"))
        return f"{row['bids_per_s']:,.0f}/s, ack p99 {row['ack_p99_ms']:.0f} ms", row["bids_per_s"] >= least

    return read


def _sockets(through: str) -> Callable[[Results], tuple[str, bool]]:
    def read(results: Results) -> tuple[str, bool]:
        row = next(each for each in results["throughput"] if each["through"] == through)
        said = f"{row['bids_per_s']:,.0f}/s accepted, {row['answered_per_s']:,.0f}/s answered"
        return f"{said}, ack p99 {row['ack_p99_ms']:.0f} ms", row["bids_per_s"] >= 5_000

    return read


def _crowd(key: str) -> Callable[[Results], tuple[str, bool]]:
    def read(results: Results) -> tuple[str, bool]:
        row = results[key]
        said = f"{row['watchers']:,}: {row['lost']} lost, {row['p99_ms']:.0f} ms, {row['kb_each']:.0f} KB each"
        return said, row["lost"] == 0 and row["p99_ms"] <= 300 and row["kb_each"] <= 65

    return read


def _storm(results: Results) -> tuple[str, bool]:
    row = results["storm"]
    back = row["all_back_s"]
    return f"{row['back']:,} of {row['clients']:,} in {back} s", back is not None and back <= 5


def _slow(results: Results) -> tuple[str, bool]:
    row = results["slow_readers"]
    growth = row["p99_growth"]
    delay = "nothing delivered" if growth is None else f"p99 {growth:+.0%}"
    said = f"+{row['memory_growth_mb']:.1f} MB, {delay} in {row['seconds']:.0f} s"
    good = row["memory_growth_mb"] <= 20 and growth is not None and growth <= 0.1
    return f"{said}, {row['stalled_cut'] + row['forging_cut']} cut", good


def _overload(results: Results) -> tuple[str, bool]:
    row = results["overload"]
    refused, normal = row["refusal_most_ms"] or 0, row["normal_after_s"]
    said = f"{row['share_of_peak']:.0%} of the peak, refused in {refused:,.0f} ms at most, normal after {normal} s"
    good = row["share_of_peak"] >= 0.9 and refused <= 200 and normal is not None and normal <= 2
    return f"{said}, {row['unanswered']:,} never answered", good and row["unanswered"] == 0


def _organizer(results: Results) -> tuple[str, bool]:
    page, slowest_ms = max(results["organizer"].items(), key=lambda each: each[1])
    return f"{slowest_ms:.0f} ms ({page.removesuffix('_ms')})", slowest_ms <= 150


def _exports(results: Results) -> tuple[str, bool]:
    row = results["exports"]
    bids_ms = max(row[f"{form}_ack_p99_ms"] for form in ("csv", "json", "xlsx"))
    said = f"{row['csv_s']:.1f} s, {row['json_s']:.1f} s, {row['xlsx_s']:.1f} s, {row['rows']:,} rows, bid p99"
    good = row["csv_s"] <= 5 and row["json_s"] <= 5 and row["xlsx_s"] <= 15
    return f"{said} {bids_ms:.0f} ms", good and bids_ms <= 50


def _hammers(results: Results) -> tuple[str, bool]:
    row = results["hammers"]
    bids = f"bid p99 {row['ack_p99_ms_before']:.0f} ms before, {row['ack_p99_ms']:.0f} ms during"
    good = row["ready_p99_s"] <= 5 and row["confirmations"] == row["hammers"]
    unchanged = row["ack_p99_ms"] <= max(1.2 * row["ack_p99_ms_before"], 20)
    return f"p99 {row['ready_p99_s']:.1f} s; {bids}", good and unchanged


def _pages(results: Results) -> tuple[str, bool]:
    row = results["pages"]
    enough = row["pages_per_s"] >= 190 and row["bids_per_s"] >= 95 and row["pages_failed"] == 0
    said = (
        f"{row['pages_per_s']:,.0f} pages/s beside {row['bids_per_s']:,.0f} bids/s, bid p99 {row['ack_p99_ms']:.0f} ms"
    )
    return f"{said}, {row['server_core']:.0%} of a core", enough and row["ack_p99_ms"] <= 50


def _rate(key: str, least: int) -> Callable[[Results], tuple[str, bool]]:
    return lambda results: (f"{results[key]:,.0f}/s", results[key] >= least)


def _scale(results: Results) -> tuple[str, bool]:
    row = results["scale"]
    if row["cores"] >= 4:
        return f"{row['delivered_ratio']:.2f} × delivered", row["delivered_ratio"] >= 1.8
    return f"{row['cpu_ratio']:.2f} × the CPU per delivered event ({row['cores']} cores)", row["cpu_ratio"] <= 1.1


LINES = (
    _Line("CPU per delivered event, 1,000 watchers, 10 events/s", "≤ 10 µs", _cost("ours")),
    _Line("… in gevent", "≤ 10 µs", _cost("ours-gevent")),
    _Line("… against stock Flask-SocketIO, a browser's handshake", "≥ 7 × less", _ratio("stock", 7)),
    _Line("… against Node socket.io 4", "≥ 1.8 × less", _ratio("node", 1.8)),
    _Line("events delivered in a burst, one core, 1,000 clients", "≥ 800,000/s", _burst),
    _Line("accepted durable bids, 3,000 watchers, 20 closed-loop bidders, SQLite", "≥ 600/s, ≤ 75 ms", _path),
    _Line("bid sent → every screen, 5 bids/s, 3,000 watchers", "p99 ≤ 100 ms, ≤ 35 % of a core", _calm),
    _Line("accepted durable bids, 200 bidders, engine on SQLite", "≥ 10,000/s", _throughput("sqlite", 10_000)),
    _Line("… engine on PostgreSQL", "≥ 8,000/s", _throughput("postgresql", 8_000)),
    _Line("… over sockets, eventlet", "≥ 5,000/s", _sockets("sockets")),
    _Line("… over sockets, gevent", "≥ 5,000/s", _sockets("sockets, gevent")),
    _Line("10,000 watchers, 1 event/s, eventlet", "0 lost, p99 ≤ 300 ms, ≤ 65 KB each", _crowd("crowd")),
    _Line("… in gevent", "0 lost, p99 ≤ 300 ms, ≤ 65 KB each", _crowd("crowd_gevent")),
    _Line("3,000 clients cut off at once, all back with identity and snapshot", "≤ 5 s", _storm),
    _Line("100 stalled and 100 PONG-forging readers", "+≤ 20 MB, everybody else's p99 +≤ 10 %", _slow),
    _Line("10 × the sustainable bid rate", "≥ 90 % of the peak, refused ≤ 200 ms, normal ≤ 2 s", _overload),
    _Line("200 public pages a second of 932 lots beside 100 bids a second", "bid p99 ≤ 50 ms", _pages),
    _Line("100,000 bids as CSV, JSON, XLSX beside 100 bids a second", "≤ 5, 5, 15 s, bid p99 ≤ 50 ms", _exports),
    _Line("100 hammers, 500 watchers: confirmations ready", "p99 ≤ 5 s, bid p99 unchanged", _hammers),
    _Line("the organizer's pages of a sale of 178 lots, the slowest", "≤ 150 ms", _organizer),
    _Line("chain", "≥ 200,000 events/s", _rate("chain_events_per_s", 200_000)),
    _Line("verify", "≥ 50,000 events/s", _rate("verify_events_per_s", 50_000)),
    _Line("replay", "≥ 50,000 events/s", _rate("replay_events_per_s", 50_000)),
    _Line("two processes against one", "≥ 1.8 × delivered on 4 cores, else ≤ 1.1 × CPU", _scale),
)


def judged(results: Results) -> Iterator[Goal]:
    """Every goal with what was reached."""
    for line in LINES:
        try:
            reached, good = line.read(results)
        except (KeyError, StopIteration, IndexError):
            yield Goal(line.figure, line.asked, "not measured", None)
        else:
            yield Goal(line.figure, line.asked, reached, good)


def table(results: Results) -> str:
    """The goals for a terminal."""
    marks = {True: "yes", False: "NO", None: "-"}
    rows = [(each.figure, each.asked, each.reached, marks[each.good]) for each in judged(results)]
    rows.insert(0, ("figure", "goal", "reached", "met"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
