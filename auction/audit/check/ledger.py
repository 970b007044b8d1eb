"""The journal as the checker reads it, once: its own fold, and what clients' files are held against.

Nothing here uses the rules: what must hold of any auction is checked by plain code of the checker's own.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from .files import UNREADABLE, Journal, Receipt, Row
from .findings import Findings
from .steps import Steps

OWN_BIDS = ("bid_placed", "offer_placed", "maximum_set")
OF_RIGHT = ("priority_declined", "priority_exercised")
SECRET = (
    *("seller_commission_agreed", "lot_consigned", "bidder_admitted", "paddles_identified", "work_stated"),
    *("channel_set", "hold_placed", "maximum_left", "maximum_set", "maximum_voided", "offer_placed"),
    "void_asked",
)
"""The kinds that no client is sent (docs/protocol.md, events)."""
KEPT_SNAPSHOTS = 1_000


@dataclass(frozen=True, slots=True)
class Made:
    """The trace of a bidder's own accepted act in the journal: the row, and the amount of a maximum."""

    row: Row
    max_minor: int | None


@dataclass(slots=True)
class Ledger:
    """The facts that clients' files are compared with. `public` and `heads` are by `seq`; 0 is before the first."""

    sale: str
    public: list[Row | None] = field(default_factory=lambda: [None])
    heads: list[str] = field(default_factory=lambda: ["0" * 64])
    endings: dict[int, str] = field(default_factory=dict)
    made: dict[tuple[str, int], list[Made]] = field(default_factory=lambda: defaultdict(list))
    receipts: dict[str, list[Receipt]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[str, str | None] = field(default_factory=dict)
    at_opening: set[int] = field(default_factory=set)
    """The places of events by which the opening takes maxima that were left before: no client sent them just then."""
    _rows: dict[str, tuple[list[int], list[list[Any]]]] = field(default_factory=dict)
    _facts: tuple[list[int], list[dict[str, Any]]] = field(default_factory=lambda: ([], []))
    _snapshots: dict[int, dict[str, Any]] = field(default_factory=dict)
    _digests: dict[int, str] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        return len(self.public) - 1

    def body(self, seq: int) -> dict[str, Any] | None:
        """The public event of a number, None where there is none."""
        row = self.public[seq] if 0 < seq < len(self.public) else None
        return row.body if row else None

    def called(self, seq: int) -> dict[str, Any]:
        """The event that a call was answered with, {} without one: not what it meant for a group or for bidders."""
        row = self.public[seq] if 0 < seq < len(self.public) else None
        if row is None:
            return {}
        meant = row.body["kind"] in ("group_extended", "paddle_held") or row.record.n in self.at_opening
        return self.called(seq - 1) if meant else row.body

    def digest(self, seq: int) -> str:
        """The SHA-256 of a public event's bytes."""
        if seq not in self._digests:
            row = self.public[seq]
            assert row is not None, "asked for a number of the journal"
            self._digests[seq] = sha256(row.record.body).hexdigest()
        return self._digests[seq]

    def snapshot(self, seq: int) -> dict[str, Any]:
        """The snapshot as of a number."""
        if seq not in self._snapshots:
            if len(self._snapshots) >= KEPT_SNAPSHOTS:
                self._snapshots.clear()
            at, facts = self._facts
            known = ((at, rows) for at, rows in self._rows.values() if at[0] <= seq)
            lots = [rows[bisect_right(at, seq) - 1] for at, rows in known]
            self._snapshots[seq] = {"sale": self.sale, **facts[bisect_right(at, seq) - 1], "lots": lots}
        return self._snapshots[seq]

    def note(self, row: Row, steps: Steps) -> None:
        """Keep what a snapshot says from this public event on."""
        body, seq = row.body, self.seq
        named = [body["lot"]] if "lot" in body else [*body.get("lots", ()), *body.get("deadlines_ms", ())]
        for name in named:
            at, rows = self._rows.setdefault(name, ([], []))
            at.append(seq)
            rows.append(steps.sale.lots[name].row())
        if "lot" not in body:
            self._facts[0].append(seq)
            self._facts[1].append(steps.sale.facts())


def follow(journal: Journal, findings: Findings) -> Ledger:
    """Fold the journal once: invariants 1, 3 to 15, 29, 30, 34 to 38, and the facts for clients' files."""
    ledger, steps = Ledger(journal.sale), Steps(findings)
    at_ms = 0
    for place, row in enumerate(journal.rows, 1):
        where = f"{journal.path.name}:{row.line}: event {row.record.n}"
        _check_numbers(ledger, row, place, findings, where)
        if row.record.at_ms < at_ms:
            findings.add(3, where, f"its time of {row.record.at_ms} is before {at_ms}")
        at_ms = max(at_ms, row.record.at_ms)
        try:
            steps.take(row, where)
            if row.record.seq is not None:
                _publish(ledger, row, steps)
        except UNREADABLE as error:
            findings.add(4, where, f"it cannot be followed ({error!r})")
    ledger.at_opening = steps.at_opening
    ledger.holders = {paddle: known.holder for paddle, known in steps.sale.paddles.items()}
    _own_bids(journal, ledger)
    _check_end(journal, ledger, findings)
    _check_names(journal, ledger, findings)
    _check_receipts(journal, ledger, findings)
    return ledger


def _check_numbers(ledger: Ledger, row: Row, place: int, findings: Findings, where: str) -> None:
    secret = row.body["kind"] in SECRET
    if row.record.n != place:
        findings.add(1, where, f"it stands in place {place}")
    if row.record.seq != (None if secret else ledger.seq + 1):
        findings.add(1, where, f"its public number is {row.record.seq}, after {ledger.seq}")
    if secret and row.record.seq is not None:
        findings.add(29, where, f"{row.body['kind']} is public")


def _publish(ledger: Ledger, row: Row, steps: Steps) -> None:
    ledger.public.append(row)
    ledger.heads.append((row.record.public_hash or b"").hex())
    if row.body["kind"] in ("lot_sold", "lot_passed", "lot_withdrawn"):
        ledger.endings[ledger.seq] = row.body["lot"]
    ledger.note(row, steps)


def _own_bids(journal: Journal, ledger: Ledger) -> None:
    """Every accepted act of a bidder with the number of its answer: the last public one that it led to."""
    seq = 0
    for place, row in enumerate(journal.rows):
        seq = row.record.seq or seq
        if _is_own(row, ledger):
            led_to = _led_to(journal.rows, place)
            declared = next((each.body for each in led_to if each.body["kind"] == "maximum_set"), {})
            answered = max([seq, *(each.record.seq or 0 for each in led_to)])
            ledger.made[row.record.actor, answered].append(Made(row, declared.get("max_minor")))


def _is_own(row: Row, ledger: Ledger) -> bool:
    """Whether a bidder did it himself, and it is no part of another act."""
    body = row.body
    if row.record.n in ledger.at_opening:
        return False
    if body["kind"] == "maximum_left":
        return body["reason"] is None
    if body["kind"] in OF_RIGHT:
        return ledger.holders.get(body["paddle"]) == row.record.actor
    return body["kind"] in OWN_BIDS and body.get("way") != "floor" and body.get("silent") is not False


def _led_to(rows: list[Row], place: int) -> list[Row]:
    """An act with its effects: the maximum behind a bid, the lot's end, later ends of its group."""
    own = rows[place].body
    end = place + 1
    while end < len(rows):
        body = rows[end].body
        declared = body["kind"] == "maximum_set" and not body["silent"] and own.get("way") == "maximum"
        ended = body.get("ended_by") == "bid" and body["lot"] == own["lot"]
        if not (declared or ended or body["kind"] == "group_extended"):
            break
        end += 1
    return rows[place:end]


def _check_end(journal: Journal, ledger: Ledger, findings: Findings) -> None:
    end, where = journal.end, f"{journal.path.name}: the last line"
    if (end.n, end.seq) != (len(journal.rows), ledger.seq):
        findings.add(1, where, f"it ends at {end.n} and {end.seq}, the events at {len(journal.rows)} and {ledger.seq}")


def _check_names(journal: Journal, ledger: Ledger, findings: Findings) -> None:
    """30: no public event names whom only the house knows."""
    bodies = [row.body for row in journal.rows]
    ids = {body["bidder"] for body in bodies if body["kind"] == "bidder_admitted"}
    ids |= {each for body in bodies if body["kind"] == "lot_consigned" for each in body["consignor_orgs"]}
    for row in ledger.public:
        if row is not None and any(_names(value, ids) for name, value in row.body.items() if name != "house_org"):
            findings.add(30, f"{journal.path.name}:{row.line}: event {row.record.n}", "it names a bidder or consignor")


def _names(value: Any, ids: set[Any]) -> bool:
    """Whether one of these ids stands anywhere in a value."""
    if isinstance(value, dict):
        return any(_names(each, ids) for pair in value.items() for each in pair)
    if isinstance(value, list | tuple):
        return any(_names(each, ids) for each in value)
    return isinstance(value, str) and value in ids


def _check_receipts(journal: Journal, ledger: Ledger, findings: Findings) -> None:
    """5: a key has one receipt, and each accepted act of a bidder is one key's."""
    accepted: Counter[tuple[str, int]] = Counter()
    bidders = {*ledger.holders.values(), *(actor for actor, _ in ledger.made)}
    for each in journal.receipts:
        where = f"{journal.path.name}:{each.line}: key {each.key}"
        if any(other.actor == each.actor for other in ledger.receipts[each.key]):
            findings.add(5, where, "it has a second receipt")
        ledger.receipts[each.key].append(each)
        if each.seq > ledger.seq:
            findings.add(18, where, f"it was answered with {each.seq}, and the journal ends at {ledger.seq}")
        elif each.code is None and each.actor in bidders:
            accepted[each.actor, each.seq] += 1
            if (each.actor, each.seq) not in ledger.made:
                findings.add(18, where, f"it was accepted with {each.seq}, which is no bid of its sender")
    for (actor, seq), made in ledger.made.items():
        if len(made) > accepted[actor, seq]:
            where = f"{journal.path.name}:{made[-1].row.line}: event {made[-1].row.record.n}"
            findings.add(5, where, "no key, or another bid's, led to it")
