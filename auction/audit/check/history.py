"""One walk over one client's file. It compares all its news with the journal (18 to 23, 26, 28)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from .files import UNREADABLE, Entry, Malformed, Noted, read_history
from .findings import Findings
from .ledger import Ledger

OPEN = frozenset(
    {"RATE_LIMITED", "UNAVAILABLE", "LAW_GATE", "MALFORMED", "TOO_LARGE", "UNAUTHENTICATED", "FORBIDDEN", "NOT_JOINED"}
    | {"UNKNOWN_SALE", "UNKNOWN_MESSAGE", "KEY_CONFLICT", "UNCONFIRMED", "BROKEN"}
)
"""Codes without a receipt, or not about the key's own command: the same key may still get another answer."""

KEPT_FRAMES = 200_000
FOR_EVER = 1 << 63


@dataclass(slots=True)
class Sent:
    """A bid, maximum or call of a client: its first sending, and what it was answered for good."""

    at_ns: int
    client: str
    where: str
    name: str
    messages: list[Entry]
    paddle: str | None = None
    seen_end: int = 0
    answer: Entry | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, looked at once for all who got it. `faults`: (invariant, what is wrong)."""

    first: int
    last: int
    seq: int
    faults: tuple[tuple[int, str], ...] = ()
    endings: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class Witnesses:
    """The facts of all files together: the sender of each act, and the first moment of each number."""

    sent: dict[tuple[str, str], Sent] = field(default_factory=dict)
    known_ns: dict[int, int] = field(default_factory=dict)
    paddles: set[str] = field(default_factory=set)
    waited_ns: list[int] = field(default_factory=list)
    unanswered: int = 0
    events: int = 0
    lines: int = 0

    def know(self, seq: int, at_ns: int) -> None:
        """Note that a client knew at this time that the journal had come to a number."""
        if at_ns < self.known_ns.get(seq, FOR_EVER):
            self.known_ns[seq] = at_ns


class Reader:
    """Reads clients' files one after the other. `resync_ns`: how long a client may know that something is missing."""

    def __init__(self, ledger: Ledger, findings: Findings, resync_ns: int) -> None:
        self.ledger = ledger
        self.findings = findings
        self.resync_ns = resync_ns
        self.witnesses = Witnesses()
        self._frames: dict[bytes, Frame] = {}

    def read(self, path: Path) -> None:
        """Check one file. Raises Malformed, OSError."""
        walk = _Walk(self, path)
        for noted in read_history(path):
            walk.take(noted)
        walk.close()

    def frame(self, text: bytes) -> Frame:
        """A frame, judged. Raises ValueError, KeyError and the like where it is none."""
        known = self._frames.get(text)
        if known is None:
            if len(self._frames) >= KEPT_FRAMES:
                self._frames.clear()
            known = self._frames[text] = self._judge(json.loads(text))
        return known

    def _judge(self, frame: Entry) -> Frame:
        events = frame["events"]
        faults = self.compare(events)
        numbers = [event["seq"] for event in events]
        if any(later != number + 1 for number, later in pairwise(numbers)):
            faults.append((21, f"its events are {_few(numbers)}"))
        if numbers and frame["seq"] < numbers[-1]:
            faults.append((20, f"it ends with {numbers[-1]}, and says that it leads to {frame['seq']}"))
        faults += self.compare_head(frame)
        ends = tuple((number, self.ledger.endings[number]) for number in numbers if number in self.ledger.endings)
        first, last = (numbers[0], numbers[-1]) if numbers else (0, 0)
        return Frame(first, last, frame["seq"], tuple(faults), ends)

    def compare(self, events: Iterable[Entry]) -> list[tuple[int, str]]:
        """20: each event is the journal's, word for word."""
        faults = []
        for event in events:
            seq = event["seq"]
            body = self.ledger.body(seq)
            if body is None:
                faults.append((20, f"event {seq} is not in the journal"))
            elif "sha256" in event:
                if event["sha256"] != self.ledger.digest(seq):
                    faults.append((20, f"event {seq} has another hash than in the journal"))
            elif event != body:
                faults.append((20, f"event {seq} is not as in the journal: {_unlike(event, body)}"))
        return faults

    def compare_head(self, told: Entry) -> list[tuple[int, str]]:
        """20: the sale, and the head of the public chain at the number."""
        if told["sale"] != self.ledger.sale:
            return [(20, f"it is of sale {told['sale']}")]
        if not 0 <= told["seq"] <= self.ledger.seq:
            return [(20, f"it leads to {told['seq']}, and the journal ends at {self.ledger.seq}")]
        good = told["head"] == self.ledger.heads[told["seq"]]
        return [] if good else [(20, f"the head at {told['seq']} is another one")]


class _Walk:
    """One client's way through its file."""

    def __init__(self, reader: Reader, path: Path) -> None:
        self._reader, self._path = reader, path
        self._ledger, self._witnesses = reader.ledger, reader.witnesses
        self._client, self._paddle = path.stem, None
        self._line = 1
        self._mine: int | None = None  # everything up to here has come, without a gap
        self._had = 0  # what it had when this connection began
        self._told = 0  # the last number in this connection's frames
        self._stated = 0  # the highest number that anything said the stream had come to
        self._ahead: list[tuple[int, int]] = []  # frames that came before what is missing
        self._gap_ns: int | None = None
        self._up = False
        self._at_ns = self._events = 0
        self._ends: dict[str, int] = {}  # by lot, the last end that was shown
        self._sent: dict[str, Sent] = {}
        self._waiting: dict[str, int] = {}

    def take(self, noted: Noted) -> None:
        self._line, self._at_ns = noted.line, noted.at_ns
        try:
            if noted.frame is not None:
                self._on_frame(self._reader.frame(noted.frame), noted.at_ns)
            else:
                _HANDLERS[noted.what](self, noted.entry)
        except UNREADABLE as error:
            raise Malformed(self._path, noted.line, f"it is no line of a history ({error!r})") from error

    def _fault(self, invariant: int, what: str) -> None:
        self._reader.findings.add(invariant, f"{self._path.name}:{self._line}", what)

    # --- the stream ---

    def _on_frame(self, frame: Frame, at_ns: int) -> None:
        for invariant, what in frame.faults:
            self._fault(invariant, what)
        self._witnesses.know(frame.seq, at_ns)
        if frame.last:
            self._events += frame.last - frame.first + 1
            if frame.first <= self._told:
                self._fault(21, f"event {frame.first} comes after {self._told} in the same connection")
            elif frame.last > self._told:
                self._told = frame.last
            self._fold(frame.first, frame.last)
            for seq, lot in frame.endings:
                self._ends[lot] = max(seq, self._ends.get(lot, 0))
        elif frame.seq < self._told:
            self._fault(21, f"the stream goes back from {self._told} to {frame.seq}")
        self._stated = max(self._stated, frame.seq)
        if self._mine != self._stated or self._gap_ns is not None:
            self._look_for_gap(at_ns)

    def _fold(self, first: int, last: int) -> None:
        if self._mine is not None and first <= self._mine + 1:
            self._mine = max(self._mine, last)
        else:
            self._ahead.append((first, last))

    def _look_for_gap(self, at_ns: int) -> None:
        if self._mine is None or self._mine >= self._stated:
            self._gap_ns = None
        elif self._gap_ns is None:
            self._gap_ns = at_ns
        elif at_ns - self._gap_ns > self._reader.resync_ns:
            self._fault(22, f"it lacks {self._mine + 1} of {self._stated}, and did not get it")
            self._gap_ns = FOR_EVER  # once is enough

    def _on_resync(self, entry: Entry) -> None:
        answer, since = entry["answer"], entry["from"]
        if "code" in answer:
            return
        for invariant, what in self._reader.compare_head(answer):
            self._fault(invariant, what)
        self._learn_paddle(answer.get("document"))
        seq = answer["seq"]
        if since is not None and self._mine is not None and since > self._mine:
            self._fault(22, f"it asked from {since}, and lacks {self._mine + 1}")
        if seq < max(since or 0, self._had):
            self._fault(21, f"it had come to {max(since or 0, self._had)}, and is taken back to {seq}")
        if "events" in answer:
            self._missed(answer["events"], since, seq)
        elif 0 < seq <= self._ledger.seq and answer["snapshot"] != self._ledger.snapshot(seq):
            self._fault(20, f"the snapshot of {seq}: {_unlike(answer['snapshot'], self._ledger.snapshot(seq))}")
        self._caught_up(seq)

    def _missed(self, events: list[Entry], since: int | None, seq: int) -> None:
        for invariant, what in self._reader.compare(events):
            self._fault(invariant, what)
        numbers = [event["seq"] for event in events]
        if since is None or numbers != list(range(since + 1, seq + 1)):
            self._fault(22, f"it asked from {since} up to {seq}, and got {_few(numbers)}")
        for number in numbers:
            if number in self._ledger.endings:
                self._ends[self._ledger.endings[number]] = number
        self._events += len(numbers)

    def _caught_up(self, seq: int) -> None:
        self._witnesses.know(seq, self._at_ns)
        self._mine = max(self._mine or 0, seq)
        self._stated = max(self._stated, seq)
        ahead, self._ahead = sorted(self._ahead), []
        for first, last in ahead:
            self._fold(first, last)
        self._gap_ns = None
        self._look_for_gap(self._at_ns)

    def _learn_paddle(self, document: Entry | None) -> None:
        if document is not None and document.get("of") == "bidder":
            self._header({"client": self._client, "paddle": document["paddle"]})

    # --- coming and going ---

    def _header(self, entry: Entry) -> None:
        self._client = entry["client"]
        self._paddle = entry.get("paddle") or self._paddle
        if self._paddle is not None:
            self._witnesses.paddles.add(self._paddle)

    def _on_connected(self, _entry: Entry) -> None:
        self._up, self._told, self._ahead, self._gap_ns = True, 0, [], None
        self._stated = self._had = self._mine or 0

    def _on_disconnected(self, _entry: Entry) -> None:
        self._up, self._gap_ns = False, None
        self._waiting.clear()

    def _on_bye(self, entry: Entry) -> None:
        if not isinstance(entry.get("reason"), str):
            raise TypeError("reason: text")

    def _on_end(self, _entry: Entry) -> None:
        """22, 23: it is connected and has been told everything."""
        if not self._up:
            self._fault(23, "it is not connected at the end")
        elif self._mine is not None and self._mine < self._stated:
            self._fault(22, f"it lacks {self._mine + 1} of {self._stated}")
        elif self._mine is None or self._mine < self._ledger.seq:
            self._fault(23, f"it ends at {self._mine}, and the journal at {self._ledger.seq}")

    def close(self) -> None:
        """Nothing follows in the file."""
        self._witnesses.unanswered += len(self._waiting)
        self._witnesses.events += self._events
        self._witnesses.lines += self._line
        for sent in self._sent.values():
            sent.paddle = self._paddle

    # --- what it sent ---

    def _on_sent(self, entry: Entry) -> None:
        message = entry["message"]
        key = message["key"]
        sent = self._sent.get(key)
        if sent is None:
            where = f"{self._path.name}:{self._line}"
            seen_end = self._ends.get(message.get("lot") or "", 0)
            sent = Sent(self._at_ns, self._client, where, entry["name"], [message], seen_end=seen_end)
            self._sent[key] = self._witnesses.sent[str(self._path), key] = sent
        elif message not in sent.messages:
            sent.messages.append(message)
        self._waiting[key] = self._at_ns

    def _on_answer(self, entry: Entry) -> None:
        key, answer = entry["key"], entry["answer"]
        sent = self._sent.get(key)
        if sent is None:
            raise ValueError("it answers a key that was never sent")
        since = self._waiting.pop(key, None)
        if since is not None:
            self._witnesses.waited_ns.append(self._at_ns - since)
        if answer.get("code") in OPEN:
            return
        told = {name: answer.get(name) for name in ("seq", "code", "params")}
        if "code" not in answer:
            self._witnesses.know(answer["seq"], self._at_ns)
        if sent.answer is None:
            sent.answer, sent.where = told, f"{self._path.name}:{self._line}"
        elif (sent.answer["code"] is None) != (told["code"] is None):
            self._fault(19, f"key {key} was {_said(sent.answer)}, and is now {_said(told)}")
        elif sent.answer != told:
            self._fault(28, f"key {key} was {_said(sent.answer)}, and is now {_said(told)}")


_HANDLERS: dict[str, Any] = {
    "header": _Walk._header,
    "connected": _Walk._on_connected,
    "disconnected": _Walk._on_disconnected,
    "bye": _Walk._on_bye,
    "sent": _Walk._on_sent,
    "answer": _Walk._on_answer,
    "resync": _Walk._on_resync,
    "end": _Walk._on_end,
}


def _said(answer: Entry) -> str:
    return f"accepted as {answer['seq']}" if answer["code"] is None else f"refused as {answer['code']}"


def _few(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:8]))
    return f"{shown}, … {numbers[-1]}" if len(numbers) > 8 else shown or "none"


def _unlike(told: Entry, kept: Entry) -> str:
    """The first thing in which two objects differ."""
    for name in sorted({*told, *kept}):
        if told.get(name) != kept.get(name):
            return f"{name} is {str(told.get(name))[:120]}, not {str(kept.get(name))[:120]}"
    return "nothing"
