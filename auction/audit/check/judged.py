"""The checks that `verify` makes too, over the journal's file: both chains, and every event decided again.

Beside that, each refusal: judged again where it was, it must get the same code.
"""

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any

from ...record.journal import Broken, Head, verify_full
from ...rules import commands as cmd
from ...rules import events as ev
from ...rules.decide import decide
from ...rules.refusals import Code, Refused
from ...rules.sale import Sale, apply
from ..verify import Fold
from .files import UNREADABLE, Journal, Refusal, Row
from .findings import Findings

JUDGED: dict[str, type[cmd.Command]] = {
    each.__name__: each
    for each in (
        *(cmd.PlaceBid, cmd.PlaceMaximum, cmd.PlaceFloorBid, cmd.AssignPaddle, cmd.SetAsk, cmd.GiveFairWarning),
        *(cmd.Hammer, cmd.PassLot, cmd.VoidLastBid, cmd.OpenLot, cmd.OpenOffers, cmd.WithdrawLot, cmd.ReopenLot),
        *(cmd.PauseLot, cmd.ResumeLot, cmd.TakeGavel, cmd.PauseSale, cmd.ResumeSale),
        *(cmd.DeclinePriority, cmd.ExercisePriority, cmd.LeaveMaximum, cmd.HoldPaddle, cmd.ReleasePaddle),
        cmd.SetChannel,
    )
}
"""The commands whose evidence says all that they said."""


def check_chains(journal: Journal, findings: Findings) -> None:
    """2: the bytes lead to the hashes, and to the head that the file ends with."""
    try:
        head = verify_full((row.record for row in journal.rows), journal.sale)
    except Broken as broken:
        findings.add(2, f"{journal.path.name}: event {broken.number}", broken.reason)
        return
    end = journal.end
    if head != Head(journal.sale, end.n, end.seq, head.at_ms, end.hash, end.public_hash):
        findings.add(2, f"{journal.path.name}: the last line", f"it is not the head that {head.n} events lead to")


def check_by_rules(journal: Journal, findings: Findings) -> None:
    """16: the rules lead to every event. After the first to which they do not, nothing that follows says anything.

    Nor does anything after an event that may rest on a limit which an offer that is still sealed had used up.
    """
    fold = Fold(journal.sale, public=False)
    sealed = any(_is_sealed(row) for row in journal.rows)
    row = None
    try:
        for row in journal.rows:
            _see(fold, row)
        fold.end()
    except Broken as broken:
        if sealed and row is not None and _rests_on_limit(row.record.event):
            return
        findings.add(16, f"{journal.path.name}: event {broken.number}", broken.reason)
    except UNREADABLE as error:
        findings.add(16, f"{journal.path.name}: event {fold.count}", f"it cannot be decided ({error!r})")


def _is_sealed(row: Row) -> bool:
    return isinstance(row.record.event, ev.OfferPlaced) and row.opened_minor is None


def _rests_on_limit(event: ev.Event) -> bool:
    """Whether an event may have come out as it did because a bidder had used up his limit."""
    if isinstance(event, ev.MaximumLeft):
        return event.reason == Code.OVER_LIMIT
    return isinstance(event, ev.HoldPlaced | ev.PaddleHeld) or (isinstance(event, ev.BidVoided) and bool(event.of_seq))


def _see(fold: Fold, row: Row) -> None:
    event = _told(row)
    if _is_sealed(row):  # it is believed
        fold.count += 1
        fold.sale = apply(fold.sale, event)
    else:
        fold.see(event)


def _told(row: Row) -> ev.Event:
    """The event, a sealed offer with its amount, or with the least where that may not be told yet."""
    event = row.record.event
    return replace(event, amount_minor=row.opened_minor or 1) if isinstance(event, ev.OfferPlaced) else event


def check_refusals(journal: Journal, findings: Findings) -> int:
    """27: a refusal, judged again where it was, gets the same code; how many were judged.

    Its number is public, and secret events may stand between two of these: one of the states must give the code.
    """
    court = _Court(journal, findings)
    if not court.judged:
        return 0
    sale = Sale(journal.sale)
    try:
        court.hear(sale, 0)
        seq = 0
        for row in journal.rows:
            sale, seq = apply(sale, _told(row)), row.record.seq or seq
            court.hear(sale, seq)
    except (*UNREADABLE, AssertionError):  # an event that cannot be applied is told of by other checks
        return court.judged
    court.rise()
    return court.judged


class _Court:
    """The refusals that wait to be judged, by their number."""

    def __init__(self, journal: Journal, findings: Findings) -> None:
        self.judged = 0
        self._journal = journal
        self._findings = findings
        self._sealed = any(isinstance(row.record.event, ev.OfferPlaced) for row in journal.rows)
        self._waiting: dict[int, list[tuple[Refusal, cmd.Command]]] = defaultdict(list)
        self._seq = 0
        for each in journal.refusals:
            command = self._command(each)
            if command is not None:
                self._waiting[each.seq].append((each, command))
                self.judged += 1

    def _command(self, refusal: Refusal) -> cmd.Command | None:
        """The command as it came; None where its evidence was cut, sealed, or is of another kind."""
        kind = JUDGED.get(refusal.command)
        if kind is None or not refusal.details.startswith(refusal.command):
            return None
        if self._sealed and refusal.code == "OVER_LIMIT":
            return None  # an offer that is still sealed may be what the limit was used up by
        try:
            facts: dict[str, Any] = json.loads(refusal.details.removeprefix(refusal.command))
            return kind(arrived_ms=refusal.arrived_ms, **facts)
        except (ValueError, TypeError):
            return None

    def hear(self, sale: Sale, seq: int) -> None:
        """Judge again what was refused at this number, as the sale stands now."""
        if seq != self._seq:
            self._pass(self._waiting.pop(self._seq, []))
            self._seq = seq
        waiting = self._waiting.get(seq)
        if waiting:
            self._waiting[seq] = [each for each in waiting if not _is_just(sale, *each)]

    def rise(self) -> None:
        """Nothing follows any more."""
        for waiting in self._waiting.values():
            self._pass(waiting)

    def _pass(self, unjust: list[tuple[Refusal, cmd.Command]]) -> None:
        for refusal, _ in unjust:
            where = f"{self._journal.path.name}:{refusal.line}: refusal at {refusal.seq}"
            self._findings.add(27, where, f"the rules do not refuse {refusal.details[:200]} as {refusal.code}")


def _is_just(sale: Sale, refusal: Refusal, command: cmd.Command) -> bool:
    decision = decide(sale, command, refusal.at_ms)
    return isinstance(decision, Refused) and decision.code == refusal.code
