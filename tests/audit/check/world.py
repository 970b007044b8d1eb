"""The server of a simulated auction, in virtual time: receipts, decisions by the pure rules, commits and frames.

It leaves a `World`: a journal and what every client saw, to be written as files, or to be falsified first.
"""

import heapq
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from auction.engine.orders import details
from auction.record import journal
from auction.record.journal import Head, Record, canonical
from auction.record.sealing import Sealer
from auction.rules import commands as cmd
from auction.rules.decide import decide
from auction.rules.refusals import Refused
from auction.rules.sale import Sale, apply
from auction.rules.visibility import public_sale

Entry = dict[str, Any]

MS = 1_000_000
BASE_MS = 1_543_363_200_000
KEPT = 12
"""How many events back a client may be and still get exactly what it missed."""


@dataclass
class World:
    """A journal and clients' histories, as the entries of their files."""

    sale: str
    rows: list[Entry]
    receipts: list[Entry]
    refusals: list[Entry]
    end: Entry
    clients: dict[str, list[Entry]]
    texts: dict[int, str] = field(default_factory=dict)

    def copy(self) -> "World":
        """A world whose lists may be changed; what stands in them must be replaced, never changed."""
        clients = {name: list(entries) for name, entries in self.clients.items()}
        lists = (list(self.rows), list(self.receipts), list(self.refusals))
        return World(self.sale, *lists, self.end, clients, self.texts)

    def write(self, folder: Path) -> tuple[Path, list[Path]]:
        """The files of it all."""
        folder.mkdir(exist_ok=True)
        lines = [{"journal": 1, "sale": self.sale}, *self.rows, *({"receipt": each} for each in self.receipts)]
        lines += [*({"refusal": each} for each in self.refusals), {"end": self.end}]
        path = folder / "journal.jsonl"
        path.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))
        paths = []
        for name, entries in self.clients.items():
            paths.append(folder / f"{name}.jsonl")
            paths[-1].write_text("".join(map(self._line, entries)))
        return path, paths

    def _line(self, entry: Entry) -> str:
        if entry.get("what") != "frame":
            return json.dumps(entry) + "\n"
        text = self.texts.get(id(entry["frame"])) or json.dumps(entry["frame"])
        return f'{{"at_ns":{entry["at_ns"]},"what":"frame","frame":{text}}}\n'


class Time:
    """What happens, in its order."""

    def __init__(self) -> None:
        self.ns = 0
        self._coming: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._number = itertools.count()

    @property
    def ms(self) -> int:
        return BASE_MS + self.ns // MS

    def later(self, delay_ns: int, do: Callable[..., None], *facts: Any) -> None:
        heapq.heappush(self._coming, (self.ns + delay_ns, next(self._number), do, facts))

    def run(self, until_ns: int) -> None:
        while self._coming and self._coming[0][0] <= until_ns:
            self.ns, _, do, facts = heapq.heappop(self._coming)
            do(*facts)
        self.ns = until_ns


class House:
    """The server: receipts, decisions, commits, frames."""

    def __init__(self, time: Time, random: Random, sale: str) -> None:
        self.time, self.random = time, random
        self.head, self.sale = Head(sale), Sale(sale)
        self.sealer = Sealer(((1, "a secret for the simulation only"),))
        self.records: list[Record] = []
        self.told: dict[tuple[str, str], tuple[str, Entry, int]] = {}
        self.refusals: list[Entry] = []
        self.room: list[Any] = []
        self._public: list[Entry] = []
        self._pending: list[Entry] = []
        self._out = self._shown = 0
        self._busy_ns = 0
        self._flush_at = -1
        self._spoke_ns = 0
        self.calm = False

    def order(self, actor: str, command: cmd.Command, key: str | None, answer: Callable[[Entry], None]) -> None:
        """Decide at once; what came of it is on disk, and told, a commit later."""
        said = details(command)
        known = self.told.get((actor, key or ""))
        if known is not None:
            told = known[1] if known[0] == said else {"code": "KEY_CONFLICT", "params": {}}
        else:
            told = self._decide(actor, command)
            if key is not None:
                self.told[actor, key] = (said, told, self.head.seq)
        self._busy_ns = max(self._busy_ns, self.time.ns) + self.random.randrange(MS // 2, 8 * MS)
        self.time.later(self._busy_ns - self.time.ns, self._committed, len(self._public), told, answer)

    def _decide(self, actor: str, command: cmd.Command) -> Entry:
        at_ms = max(self.head.at_ms, self.time.ms)
        decision = decide(self.sale, command, at_ms)
        if isinstance(decision, Refused):
            facts = {"actor": actor, "at_ms": at_ms, "arrived_ms": command.arrived_ms, "code": str(decision.code)}
            sealed = self.sale.lots.get(getattr(command, "lot", ""))
            said = "sealed" if sealed and sealed.terms.format == "sealed" else details(command)[:500]
            facts |= {"command": type(command).__name__, "lot": getattr(command, "lot", None), "details": said}
            self.refusals.append({**facts, "seq": self.head.seq})
            return {"code": str(decision.code), "message": "…", "params": dict(decision.params), "status": 409}
        for event in decision:
            self.sale = apply(self.sale, event)
            self.head, record = journal.chain(self.head, event, actor, self.sealer)
            self.records.append(record)
            if record.seq is not None:
                self._public.append({"body": json.loads(record.body), "head": self.head.public_hash.hex()})
        return {"seq": self.head.seq}

    def _committed(self, public: int, told: Entry, answer: Callable[[Entry], None]) -> None:
        self._out = max(self._out, public)
        answer(told)
        if self._out > self._shown and self._flush_at < self.time.ns:
            self._flush_at = max(self.time.ns, self._spoke_ns + 20 * MS)
            self.time.later(self._flush_at - self.time.ns, self.speak)

    def speak(self) -> None:
        """A frame with all that is new, or a heartbeat."""
        events = self._public[self._shown : self._out]
        self._shown, self._spoke_ns = self._out, self.time.ns
        frame = {**self._stand(), "events": [each["body"] for each in events]}
        for line in list(self.room):
            if self.calm or self.random.random() >= 0.01:  # who is skipped will find out by the next
                line.down("frame", frame)

    def in_the_room(self, lot: str) -> list[int]:
        """The numbers of the bids in the room that wait for a paddle."""
        waiting: dict[int, Entry] = {}
        for body in (each["body"] for each in self._public):
            if body.get("lot") == lot:
                waiting |= {body["seq"]: body} if body.get("paddle") == "room" else {}
                given = body["bids"] if body["kind"] == "paddle_assigned" else ()
                gone = [*given, body.get("of_seq")]
                waiting = {seq: each for seq, each in waiting.items() if seq not in gone}
        return list(waiting)

    def _stand(self) -> Entry:
        head = self._public[self._out - 1]["head"] if self._out else "0" * 64
        return {"sale": self.sale.id, "seq": self._out, "head": head, "now_ms": self.time.ms}

    def since(self, seq: int | None) -> Entry:
        """What a join or a `since` is answered; of the snapshot only what is on disk."""
        if seq is not None and 0 < seq <= self._out and self._out - seq <= KEPT:
            return {**self._stand(), "events": [each["body"] for each in self._public[seq : self._out]]}
        sale, last = Sale(self.sale.id), 0
        for record in self.records:
            if last == self._out:  # a secret after it is part of what comes next, such as the secret of a hold
                break
            sale, last = apply(sale, record.event), record.seq or last
        return {**self._stand(), "snapshot": json.loads(json.dumps(public_sale(sale)))}

    def beat(self) -> None:
        if self.time.ns - self._spoke_ns >= 2_000 * MS:
            self.speak()
        self.time.later(500 * MS, self.beat)

    def tick(self) -> None:
        """Deadlines take effect a little after they have passed, so that bids stamped before go first."""
        deadline = self.sale.next_deadline_ms
        if deadline is not None and deadline + 50 <= self.time.ms:
            self.order("clock", cmd.Tick(self.time.ms - 50), None, lambda _told: None)
        self.time.later(100 * MS, self.tick)
