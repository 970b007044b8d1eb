"""Strangers who read the public pages while others bid: 200 pages a second beside 100 bids a second."""

import socket
import threading
import time
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles

from .hall import Hall, Row

LOTS = 932
"""As many as a real sale had."""
PAGES_PER_S = 200
BIDS_PER_S = 100


@dataclass
class Readers:
    """Strangers on new connections, as phones come, in a thread of this process."""

    port: int
    paths: list[str]
    per_s: float
    took_ms: list[float] = field(default_factory=list)
    failed: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def read_for_ever(self) -> None:
        """Ask for one page after the other, at the rate, until it is over."""
        due_s = time.monotonic()
        for path in cycle(self.paths):
            if self.over.wait(max(0.0, due_s - time.monotonic())):
                return
            due_s += 1 / self.per_s
            began_s = time.monotonic()
            if not self.read(path):
                self.failed += 1
            self.took_ms.append((time.monotonic() - began_s) * 1e3)

    def read(self, path: str) -> bool:
        """Read a page to its end; whether it was one."""
        asked = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
                line.sendall(asked.encode())
                answer = line.recv(65_536)
                while line.recv(65_536):
                    pass
        except OSError:
            return False
        return answer.startswith(b"HTTP/1.1 200")


def pages(hall: Hall, seconds: float) -> Row:
    """Bids alone, then beside readers of the catalogue, of lots, of the texts and of the first page."""
    slug = hall.stage.cast.slug
    of_lots = [f"/sales/{slug}/lots/{number}" for number in range(1, 40)]
    paths = [path for lot in of_lots for path in (f"/sales/{slug}", lot, f"/sales/{slug}/texts.json", "/")]
    first = Readers(hall.process.port, paths, PAGES_PER_S)
    assert all(map(first.read, paths)), "a page is not served"
    calm = hall.run(seconds, f"offered {BIDS_PER_S} {hall.bidders}")
    threads_of = 4
    readers = [Readers(hall.process.port, paths[n:], PAGES_PER_S / threads_of) for n in range(threads_of)]
    threads = [threading.Thread(target=each.read_for_ever, daemon=True) for each in readers]
    for each in threads:
        each.start()
    began_s = time.monotonic()
    busy = hall.run(seconds, f"offered {BIDS_PER_S} {hall.bidders}")
    read_s = time.monotonic() - began_s
    for each in readers:
        each.over.set()
    for thread in threads:
        thread.join(15)
    took_ms = [ms for each in readers for ms in each.took_ms]
    return {
        "lots": LOTS,
        "bids_per_s": busy["bids_per_s"],
        "pages_per_s": round(len(took_ms) / read_s, 1),
        "pages_failed": sum(each.failed for each in readers),
        "page_p50_ms": round(quantiles(took_ms, n=100)[49], 1),
        "page_p99_ms": round(quantiles(took_ms, n=100)[98], 1),
        "ack_p50_ms_before": calm["ack_p50_ms"],
        "ack_p99_ms_before": calm["ack_p99_ms"],
        "ack_p50_ms": busy["ack_p50_ms"],
        "ack_p99_ms": busy["ack_p99_ms"],
        "server_core": busy["server_core"],
        "client_core": busy["client_core"],
        "unanswered": busy["unanswered"],
    }
