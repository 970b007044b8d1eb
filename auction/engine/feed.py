"""Sends the screens numbered frames of public events, missed events, and documents that only some may see.

The engine calls `publish` in the order of the journal. While the feed sends a frame, new events gather. The next frame
has them all, as the journal's own bytes. The feed is given `send(room, name, text)`, where the text is JSON. It knows
nothing of sockets.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import orjson
import structlog

from ..base import metrics
from ..base.clock import Clock
from ..base.loop import Loop
from ..record import journal
from ..record.journal import Record
from ..rules import events as ev
from ..rules.visibility import bidder_document, desk_document, public_sale
from .engine import Book, Engine

log = structlog.get_logger()

Send = Callable[[str, str, str], None]

KEPT_EVENTS = 1_000
"""A client that is at most so many events behind gets exactly these. Another one gets a snapshot."""
HEARTBEAT_MS = 2_000


def sale_room(sale: str) -> str:
    """The room of all screens that watch a sale."""
    return f"sale:{sale}"


def bidder_room(sale: str, bidder: str) -> str:
    """The room of all screens of one bidder, by the account's id."""
    return f"bidder:{sale}:{bidder}"


def desk_room(sale: str) -> str:
    """The room of all consoles of a sale."""
    return f"desk:{sale}"


@dataclass(slots=True)
class _Stream:
    """One sale's stream in this process."""

    kept: deque[tuple[int, bytes, bytes | None]] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    pending: list[bytes] = field(default_factory=list)
    book: Book | None = None
    touched: set[str] = field(default_factory=set)
    sent_ms: int = 0
    sent_s: float = 0.0
    snapshot: tuple[int, dict[str, Any]] | None = None
    desk: dict[str, Any] | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.pending or self.touched)


class Feed:
    """Frames, resync and private documents for every sale of the process.

    `tick_ms`: the least time from one frame to the next, so that a burst of bids becomes a few frames.
    """

    def __init__(self, clock: Clock, send: Send, tick_ms: int = 20) -> None:
        self._clock = clock
        self._tick_s = tick_ms / 1000
        self._send = send
        self._streams: dict[str, _Stream] = {}
        self._wake = threading.Condition(threading.Lock())
        self._sender = Loop("feed", self._send_due, wake=self._wake, left=self._has_due)

    # --- from the engine ---

    def publish(self, book: Book, records: Iterable[Record]) -> None:
        """Take records that are on disk now. They are sent once the frame under way is out."""
        with self._wake:
            stream = self._streams.setdefault(book.sale.id, _Stream())
            before = stream.book
            for record in records:
                if record.seq is not None:
                    stream.kept.append((record.seq, record.body, record.public_hash))
                    stream.pending.append(record.body)
                stream.touched |= _paddles(record, before)
            stream.book = book
            self._wake.notify()

    # --- for those who join ---

    def since(self, engine: Engine, sale: str, seq: int | None, known: str | None = None) -> dict[str, Any]:
        """The answer to a client that has everything up to `seq`: no events, the missing ones, or a snapshot.

        `known` is the head that it was told with that number. If the journal has another one there, or ends before, an
        older database was put back. Then the answer is a snapshot, and says `restored`.
        """
        book = engine.book(sale)
        if seq is not None and seq > book.head.seq:  # another process has told the client more than we know
            engine.refresh(sale)
            book = engine.book(sale)
        self._listen(book)
        head = {"sale": sale, "seq": book.head.seq, "head": book.head.public_hash.hex(), "now_ms": self._clock.now_ms()}
        if seq and (seq > book.head.seq or (known is not None and self._head_at(engine, book, seq) != known)):
            metrics.restored.inc()
            return {**head, "snapshot": self._snapshot(book), "restored": True}
        if seq is not None and 0 < seq <= book.head.seq:
            missing = self._missing(engine, book, seq)
            if missing is not None:
                return {**head, "events": missing}
        return {**head, "snapshot": self._snapshot(book)}

    def _head_at(self, engine: Engine, book: Book, seq: int) -> str | None:
        """The public chain's head at a number that the journal has come to."""
        if seq == book.head.seq:
            return book.head.public_hash.hex()
        with self._wake:
            kept = self._streams[book.sale.id].kept
            found = next((its_hash for number, _, its_hash in kept if number == seq), None)
        if found is None:
            with engine.store.read() as connection:
                found = next((each[2] for each in journal.read_public(connection, book.sale.id, seq - 1, 1)), None)
        return found.hex() if found else None

    def _listen(self, book: Book) -> None:
        """From here on a client waits for the sale's heartbeat, also if the sale had no event since the start."""
        with self._wake:
            stream = self._streams.setdefault(book.sale.id, _Stream())
            if stream.book is None:
                stream.book, stream.sent_ms = book, self._clock.now_ms()

    def _missing(self, engine: Engine, book: Book, seq: int) -> list[dict[str, Any]] | None:
        wanted = book.head.seq - seq
        if wanted > KEPT_EVENTS:
            return None
        with self._wake:
            stream = self._streams.setdefault(book.sale.id, _Stream())
            kept = [body for number, body, _ in stream.kept if seq < number <= book.head.seq]
        if len(kept) == wanted:
            return [orjson.loads(body) for body in kept]
        with engine.store.read() as connection:
            rows = journal.read_public(connection, book.sale.id, seq, wanted)
        return [orjson.loads(body) for _, body, _ in rows]

    def _snapshot(self, book: Book) -> dict[str, Any]:
        """The public's view, made once for all who join at this number."""
        stream = self._streams.setdefault(book.sale.id, _Stream())
        if stream.snapshot is None or stream.snapshot[0] != book.head.seq:
            stream.snapshot = (book.head.seq, public_sale(book.sale))
        return stream.snapshot[1]

    # --- the sender ---

    def start(self) -> None:
        """Begin to send."""
        self._sender.start()

    def stop(self) -> None:
        """Send what is left, and end."""
        self._sender.stop(5)

    def _send_due(self) -> None:
        """Send what is due, or wait a while for it."""
        with self._wake:
            if not self._due() and not self._sender.stopping:
                self._wake.wait(self._patience_s())
            due = self._due()
        for sale in due:
            try:
                self._send_frame(sale)
            except Exception:  # a screen that misses a frame asks for it
                log.exception("sending failed", sale=sale)

    def _has_due(self) -> bool:
        with self._wake:
            return bool(self._due())

    def _due(self) -> list[str]:
        """The sales with news whose tick is over, and the sales that need a heartbeat."""
        now, silent = perf_counter(), self._clock.now_ms() - HEARTBEAT_MS
        return [
            sale
            for sale, stream in self._streams.items()
            if stream.book is not None
            and (
                (stream.has_news and (self._sender.stopping or stream.sent_s + self._tick_s <= now))
                or (stream.sent_ms <= silent and not self._sender.stopping)
            )
        ]

    def _patience_s(self) -> float:
        return self._tick_s if any(stream.has_news for stream in self._streams.values()) else 0.5

    def _send_frame(self, sale: str) -> None:
        with self._wake:
            stream = self._streams[sale]
            events, stream.pending = stream.pending, []
            touched, stream.touched = stream.touched, set()
            book, now = stream.book, self._clock.now_ms()
            speaks = bool(events) or stream.sent_ms <= now - HEARTBEAT_MS  # a secret event moves nothing in public
            stream.sent_s = perf_counter()
            stream.sent_ms = now if speaks else stream.sent_ms
        if book is None:
            return
        if speaks:
            self._send_public(book, events, now)
        if events or touched:
            self._send_documents(stream, book, touched)

    def _send_public(self, book: Book, events: list[bytes], now_ms: int) -> None:
        started = perf_counter()
        head = {"seq": book.head.seq, "head": book.head.public_hash.hex(), "now_ms": now_ms}
        frame = b'{"sale":%s,"events":[%s],%s' % (orjson.dumps(book.sale.id), b",".join(events), orjson.dumps(head)[1:])
        self._send(sale_room(book.sale.id), "frame", frame.decode())
        metrics.fanout_seconds.observe(perf_counter() - started)

    def _send_documents(self, stream: _Stream, book: Book, touched: set[str]) -> None:
        """Send each bidder concerned his document, and the desk its own if it changed."""
        for paddle in touched:
            bidder = book.sale.bidders.get(paddle)
            if bidder is not None and bidder.bidder is not None:
                self._send(bidder_room(book.sale.id, bidder.bidder), "document", _text(self.bidder(book, paddle)))
        desk = self.desk(book)
        if desk != stream.desk:
            stream.desk = desk
            self._send(desk_room(book.sale.id), "document", _text(desk))

    def bidder(self, book: Book, paddle: str) -> dict[str, Any]:
        """A bidder's document; a client holds it back until its fold has come to `as_of`."""
        return {"sale": book.sale.id, "as_of": book.head.seq, "of": "bidder", **bidder_document(book.sale, paddle)}

    def desk(self, book: Book) -> dict[str, Any]:
        """The auctioneer's document."""
        return {"sale": book.sale.id, "as_of": book.head.seq, "of": "desk", **desk_document(book.sale)}


def _text(document: dict[str, Any]) -> str:
    return orjson.dumps(document).decode()


def _paddles(record: Record, before: Book | None) -> set[str]:
    """The paddles whose documents an event may change.

    They are the paddles that it names, the leader before it, and the holders of a priority right.
    """
    event = record.event
    named = {getattr(event, name, None) for name in ("paddle", "leader")}
    if isinstance(event, ev.PaddleHeld):
        lots = [before.sale.lots[each] for each in event.lots] if before is not None else []
        named |= {told["leader"] for told in event.lots.values()} | {lot.leader for lot in lots}
    lot = before.sale.lots.get(getattr(event, "lot", "")) if before is not None else None
    if lot is not None and before is not None:
        named |= {lot.leader, *before.sale.holders.get(lot.id, ())}
    return {each for each in named if each is not None}
