"""Bidders without sockets: a process in which only the engine, the journal, the receipts and the feed work.

`python -m tests.load.engine_loop SALE BIDDERS SECONDS`, with the settings in the environment. Every bidder has one bid
under way; its answer, which comes after the commit, sends the next. Published events go through the real feed, without
a reader. Prints JSON.
"""

from auction.base import runtime

runtime.patch()

import json  # noqa: E402 - after the runtime is patched, as in app.py
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter, deque  # noqa: E402
from itertools import count  # noqa: E402

from auction.base import config, logs  # noqa: E402
from auction.database.store import Unavailable  # noqa: E402
from auction.engine.orders import Answer, Order  # noqa: E402
from auction.engine.promise import Promise  # noqa: E402
from auction.parts import Parts, build  # noqa: E402
from auction.rules import commands as cmd  # noqa: E402

from .staging import LOT, START_MINOR, STEP_MINOR, go_on  # noqa: E402

WARM_S = 0.5


UnderWay = tuple[float, tuple[str, str], Promise[Answer]]
"""When it was sent, whose it is, and the answer to come."""


class Loop:
    """So many bidders of a sale, all amounts from one counter."""

    def __init__(self, parts: Parts, sale: str, bidders: int) -> None:
        self._parts = parts
        self._sale = sale
        paddles = parts.engine.book(sale).sale.paddles
        self._people = list(paddles.items())[:bidders]
        self._numbers = count(1)
        self.took_s: list[float] = []
        self.codes: Counter[str] = Counter()

    def run(self, seconds: float) -> float:
        """Bid for so long; how long it was until the last was answered."""
        self.took_s, self.codes = [], Counter()
        began = time.perf_counter()
        under_way = deque(self._bid(*person) for person in self._people)
        while under_way:
            sent, person, promise = under_way.popleft()  # the one who has waited longest is answered first
            self.codes[self._outcome(promise)] += 1
            self.took_s.append(time.perf_counter() - sent)
            if time.perf_counter() < began + seconds:
                under_way.append(self._bid(*person))
        return time.perf_counter() - began

    def _bid(self, user: str, paddle: str) -> UnderWay:
        number, sent = next(self._numbers), time.perf_counter()
        amount = START_MINOR + number * STEP_MINOR
        order = Order(self._sale, user, cmd.PlaceBid(self._parts.clock.now_ms(), LOT, paddle, amount), f"k{number}")
        return sent, (user, paddle), self._parts.engine.submit(order)

    @staticmethod
    def _outcome(promise: Promise[Answer]) -> str:
        try:
            return str(promise.result(30).code or "accepted")
        except (Unavailable, TimeoutError) as error:
            return type(error).__name__


def main(sale: str, bidders: int, seconds: float) -> None:
    """Warm up, measure, print."""
    settings = config.read()
    logs.configure(settings.log)
    parts = build(settings, lambda *_: None)
    parts.start()
    go_on(parts, sale)
    loop = Loop(parts, sale, bidders)
    loop.run(WARM_S)
    runtime.spare_what_stays()  # as the server does
    time.sleep(0.1)
    cpu_s = time.process_time()
    lasted_s = loop.run(seconds)
    used_s = time.process_time() - cpu_s
    took, answered = sorted(loop.took_s), sum(loop.codes.values())
    row = {
        "bids_per_s": round(loop.codes["accepted"] / lasted_s),
        "refused_share": round(1 - loop.codes["accepted"] / max(answered, 1), 3),
        "codes": {code: number for code, number in loop.codes.items() if code != "accepted"},
        "ack_p50_ms": round(took[len(took) // 2] * 1e3, 2),
        "ack_p99_ms": round(took[int(len(took) * 0.99)] * 1e3, 2),
        "cpu_us_per_bid": round(used_s / max(answered, 1) * 1e6, 1),
        "server_core": round(used_s / lasted_s, 3),
    }
    print(json.dumps(row))  # noqa: T201 - what the bench reads
    parts.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
