"""The server as it is, with two things that only a bench wants.

`python -m tests.load.entry` serves like `app.py serve`, but

- the limits of messages and packets per socket, which are no settings, are out of reach (bids per bidder are one:
  AUCTION_BIDS_PER_SECOND);
- a datagram to BENCH_CONTROL, `COUNT EVERY_US`, publishes so many events through the real feed and fan-out, as if bids
  had been accepted: they are chained and folded, not decided and not written, so that the sale takes no bid after it.
  `amount_minor` is the moment in microseconds of the monotonic clock: the load client on the same machine sees how long
  the way was.
"""

from auction.base import runtime

runtime.patch()

import os  # noqa: E402 - after the runtime is patched, as in app.py
import socket  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from dataclasses import replace  # noqa: E402

from auction.base import config, logs  # noqa: E402
from auction.engine.engine import Book  # noqa: E402
from auction.parts import Parts  # noqa: E402
from auction.record import journal  # noqa: E402
from auction.rules import events as ev  # noqa: E402
from auction.rules.sale import apply  # noqa: E402
from auction.server.process import serve_for_ever  # noqa: E402

from .staging import go_on  # noqa: E402

OUT_OF_REACH = 1_000_000
LOT = "1"


def publish(parts: Parts, sale: str, count: int, every_s: float) -> None:
    """So many events at their times; where one is late the next are not held back."""
    book = parts.engine.book(sale)
    due = time.monotonic()
    for number in range(count):
        now_ms, stamp = parts.clock.now_ms(), time.monotonic_ns() // 1000
        paddle = str(101 + number % 2)
        event = ev.BidPlaced(now_ms, LOT, now_ms, paddle, "online", stamp, paddle, stamp, stamp + 1)
        head, record = journal.chain(book.head, event, "bench", parts.sealer)
        book = Book(head, apply(book.sale, event))
        parts.feed.publish(book, [record])
        due += every_s
        time.sleep(max(due - time.monotonic(), 0))
    parts.engine._inboxes[sale].book = book  # clients that join later are told the same


def obey(parts: Parts) -> None:
    """Publish as often as one is asked to."""
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    control.bind(("127.0.0.1", int(os.environ["BENCH_CONTROL"])))
    while True:
        count, every_us = map(int, control.recv(64).split())
        publish(parts, os.environ["BENCH_SALE"], count, every_us / 1e6)


def before(parts: Parts) -> None:
    """Once the parts are there and nothing is served yet."""
    go_on(parts, os.environ["BENCH_SALE"])
    parts.limits.message = replace(parts.limits.message, count=OUT_OF_REACH)
    parts.limits.packet = replace(parts.limits.packet, count=OUT_OF_REACH)
    threading.Thread(target=obey, args=(parts,), daemon=True).start()


if __name__ == "__main__":
    settings = config.read()
    logs.configure(settings.log)
    serve_for_ever(settings, before, lambda: False)
