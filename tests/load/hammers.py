"""A hall in which lots are sold one after the other: how soon each confirmation is ready, and what that costs bids.

Lot 1 is timed, and people bid on it all the time. Beside it an auctioneer's program opens lots 2, 3 and so on, a bid is
placed, and the hammer falls, each over the API. A confirmation is ready once its file is kept: the time begins before
the hammer is sent. The server sets papers on the one core that it has, beside everything else.
"""

import threading
import time
import uuid
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import requests
from sqlalchemy import select, update

from auction.papers.facts import write_facts
from auction.parts import Parts
from auction.people.tokens import Scope
from models.catalog import sales
from models.papers import paper_files, papers
from models.rows import PatentRow

from ..papered import FACTS, PATENT
from ..serving import Cast, parts_for
from .hall import Hall, Row, hall
from .staging import START_MINOR, STEP_MINOR

BIDS_PER_S = 20
LOOK_EVERY_S = 0.02
HOURS_MS = 3_600_000
TIMED = {"format": "timed", "own": {"ends_ms": 4 * HOURS_MS, "window_ms": 0, "extend_ms": 1_000}}
PLAIN: dict[str, Any] = {"start_minor": START_MINOR, "increment": {"fixed_minor": STEP_MINOR}}


@dataclass
class Confirmations:
    """When the file of each lot's confirmation was seen first, in seconds of the monotonic clock, by a thread."""

    parts: Parts
    sale: str
    ready_s: dict[str, float] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def look_for_ever(self) -> None:
        """Look at the database again and again."""
        kept = select(papers.c.subject).join_from(papers, paper_files, papers.c.id == paper_files.c.paper)
        kept = kept.where(papers.c.sale == self.sale, papers.c.kind == "confirmation")
        while not self.over.wait(LOOK_EVERY_S):
            with self.parts.store.read() as connection:
                there = set(connection.scalars(kept))
            now_s = time.monotonic()
            for lot in there - set(self.ready_s):
                self.ready_s[lot] = now_s


@dataclass
class Desk:
    """The auctioneer's program and a bidder's, in a thread of this process."""

    url: str
    auctioneer: str
    bidder: str
    every_s: float
    count: int
    fell_s: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def sell_all(self) -> None:
        """Sell one lot after the other at the pace."""
        due_s = time.monotonic() + self.every_s
        for number in range(2, self.count + 2):
            lot = str(number)
            self._send(self.auctioneer, "calls", {"do": "open_lot", "lot": lot})
            self._send(self.bidder, f"lots/{lot}/bids", {"amount_minor": START_MINOR + number * STEP_MINOR})
            time.sleep(max(0.0, due_s - time.monotonic()))
            due_s += self.every_s
            self.fell_s[lot] = time.monotonic()
            self._send(self.auctioneer, "calls", {"do": "hammer", "lot": lot})

    def _send(self, token: str, path: str, body: dict[str, Any]) -> None:
        named = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        answer = requests.post(f"{self.url}/{path}", json=body, headers=named, timeout=30)
        if answer.status_code != 201:
            self.failed.append(answer.text)


def hammers(count: int = 100, every_s: float = 2.0, watchers: int = 500, before_s: float = 15) -> Row:
    """So many hammers, one in so many seconds, before so many watchers. First bids alone, for `before_s`."""
    tokens: dict[str, str] = {}

    def prepare(parts: Parts, cast: Cast) -> None:
        """What a confirmation must say, and the tokens of the two programs."""
        house = parts.sales.organizations.id_of("示例拍卖有限公司")
        with parts.store.write() as connection:
            connection.execute(update(sales).where(sales.c.id == cast.sale), {"house_org": house})
            for about in ("", "paddle:101"):
                write_facts(connection, cast.sale, about, FACTS[about])
        for who in ("auctioneer", "bidder1"):
            tokens[who] = parts.tokens.make(cast.users[who], "bench", list(Scope), 1).secret

    lots = [{**PLAIN, **TIMED}] + [
        {**PLAIN, "title_en": f"Alloy {n}", "consignor": "示例金属研究所", "patents": [PatentRow(**PATENT)]}
        for n in range(2, count + 2)
    ]
    terms = {
        "place": "上海汽车会展中心",
        "starts_at_ms": 1_900_000_000_000,
        "auctioneer_licence": "3101234",
        "buyer_commission": [[0, 500]],
    }
    with hall(watchers, 20, lots=lots, terms=terms, prepare=prepare) as full:
        before = full.run(before_s, f"offered {BIDS_PER_S} 20")
        return {"hammers": count, "every_s": every_s, **_beside(full, before, tokens, count, every_s)}


def _beside(full: Hall, before: Row, tokens: dict[str, str], count: int, every_s: float) -> Row:
    sale = full.stage.cast.sale
    url = f"http://127.0.0.1:{full.process.port}/api/v1/sales/{full.stage.cast.slug}"
    desk = Desk(url, tokens["auctioneer"], tokens["bidder1"], every_s, count)
    parts = parts_for(full.stage.instance, **full.stage.environ)
    looking = Confirmations(parts, sale)
    threads = [threading.Thread(target=each, daemon=True) for each in (desk.sell_all, looking.look_for_ever)]
    for each in threads:
        each.start()
    selling = threads[0]
    run = full.run(
        count * every_s + 60,
        f"offered {BIDS_PER_S} 20",
        over=lambda: not selling.is_alive() and len(looking.ready_s) >= count,
    )
    looking.over.set()
    threads[1].join(10)
    parts.store.close()
    took_s = [looking.ready_s[lot] - fell_s for lot, fell_s in desk.fell_s.items() if lot in looking.ready_s]
    shares = quantiles(took_s, n=100, method="inclusive") if len(took_s) > 1 else took_s * 99
    return {
        "watchers": full.watchers,
        "bids_per_s": run["bids_per_s"],
        "confirmations": len(took_s),
        "failed": len(desk.failed),
        "ready_p50_s": round(shares[49], 2),
        "ready_p99_s": round(shares[98], 2),
        "ready_most_s": round(max(took_s), 2),
        "ack_p50_ms_before": before["ack_p50_ms"],
        "ack_p99_ms_before": before["ack_p99_ms"],
        "ack_p50_ms": run["ack_p50_ms"],
        "ack_p99_ms": run["ack_p99_ms"],
        "server_core_before": before["server_core"],
        "server_core": run["server_core"],
        "client_core": run["client_core"],
        "unanswered": run["unanswered"],
        "gaps": run["gaps"],
    }
