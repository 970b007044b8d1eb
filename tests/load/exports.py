"""A long report, downloaded in every form while people bid: how long it takes, and what it costs the bids.

The server is not kept on one core here: the process that writes the report takes the other, if it is free.
"""

import threading
import time
from dataclasses import dataclass, field

import requests

from auction.parts import Parts
from auction.people.accounts import Purpose

from ..serving import Cast, Person
from .hall import Hall, Row, hall
from .records import bid_up, chain
from .staging import START_MINOR, STEP_MINOR

BIDS_PER_S = 100
FORMS = ("csv", "json", "xlsx")
PATIENCE_S = 120.0


@dataclass
class Download:
    """A report in a form, fetched by a thread of this process."""

    person: Person
    path: str
    seconds: float = 0.0
    size: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def fetch(self) -> None:
        """Read the file to its end, in pieces as a browser does."""
        began_s = time.monotonic()
        try:
            with self.person.http.get(self.person.url + self.path, stream=True, timeout=PATIENCE_S) as answer:
                answer.raise_for_status()
                for piece in answer.iter_content(65_536):
                    self.size += len(piece)
        except requests.RequestException:
            self.size = 0
        self.seconds = time.monotonic() - began_s
        self.over.set()


def exports(rows: int = 100_000, before_s: float = 10) -> Row:
    """The report of so many bids in every form, each beside bids. First bids alone, for `before_s`."""
    links: list[str] = []

    def prepare(parts: Parts, cast: Cast) -> None:
        """So many bids stand in the record."""
        chain(parts, cast.sale, bid_up(parts, cast.sale, rows))
        links.append(parts.accounts.make_link(Purpose.SIGN_IN, cast.users["organizer"]))

    base = START_MINOR + rows * STEP_MINOR
    with hall(0, 20, pinned=False, client={"base": base}, prepare=prepare) as full:
        person = Person(f"http://127.0.0.1:{full.process.port}").enter(links[0])
        before = full.run(before_s, f"offered {BIDS_PER_S} 20")
        told = {form: _beside(full, person, form) for form in FORMS}
    return {
        "rows": rows,
        "ack_p99_ms_before": before["ack_p99_ms"],
        "server_core_before": before["server_core"],
        **{f"{form}_{name}": value for form, row in told.items() for name, value in row.items()},
    }


def _beside(full: Hall, person: Person, form: str) -> Row:
    download = Download(person, f"/organizer/sales/{full.stage.cast.slug}/export/bids.{form}?lang=zh")
    threading.Thread(target=download.fetch, daemon=True).start()
    cpu_s = full.process.cpu_s()
    run = full.run(PATIENCE_S, f"offered {BIDS_PER_S} 20", over=download.over.is_set)
    assert download.size, f"no {form}"
    return {
        "s": round(download.seconds, 2),
        "cpu_s": round(full.process.cpu_s() - cpu_s, 2),
        "mb": round(download.size / 1e6, 1),
        "ack_p50_ms": run["ack_p50_ms"],
        "ack_p99_ms": run["ack_p99_ms"],
        "bids_per_s": run["bids_per_s"],
        "unanswered": run["unanswered"],
    }
