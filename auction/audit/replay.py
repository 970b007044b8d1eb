"""One sale from a file through the rules: no server, no database, no clock but the one in the file.

`replay(scenario)` gives the outcome, `explain(scenario, translate)` its story in words. The scenario and the outcome
are those of the scenario contract; `docs/rules` has examples.
"""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from ..base.runtime import nothing_circular
from ..record.journal import canonical, facts
from ..rules import commands as cmd
from ..rules import events as ev
from ..rules.decide import decide
from ..rules.formats import ask_minor
from ..rules.kinds import is_public
from ..rules.lot import BEGUN, Lot, Status
from ..rules.refusals import Code, Refused
from ..rules.sale import Sale, apply
from .scenario import ScenarioStep, parse
from .story import Story, Translate


@dataclass(slots=True)
class Play:
    """A scenario being played: the sale so far, and the chain of everything that happened in it."""

    sale: Sale = field(default_factory=lambda: Sale("replay"))
    seq: int = 0
    head: bytes = bytes(32)
    answers: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[tuple[str | None, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    bids: dict[int, int] = field(default_factory=dict)
    """The public number of each step's bid, by the step's place."""

    def take(self, command: cmd.Command, at_ms: int) -> tuple[ev.Event, ...] | Refused:
        """Decide a command; what happens is applied and chained."""
        decision = decide(self.sale, command, at_ms)
        if not isinstance(decision, Refused):
            for event in decision:
                self.sale = apply(self.sale, event)
                self.head = sha256(self.head + canonical(facts(event))).digest()
                self.seq += 1
        return decision

    def clock(self, at_ms: int) -> tuple[ev.Event, ...]:
        """Let every deadline up to a moment take effect."""
        deadline = self.sale.next_deadline_ms
        if deadline is None or deadline > at_ms:
            return ()
        happened = self.take(cmd.Tick(at_ms), at_ms)
        return () if isinstance(happened, Refused) else happened

    def _command(self, step: ScenarioStep) -> cmd.Command:
        """The step's command. A bid that it names by its place gets its number; 0 if no bid was accepted there."""
        if step.of_step is None or not isinstance(step.command, cmd.AssignPaddle | cmd.VoidLastBid):
            return step.command
        return replace(step.command, of_seq=self.bids.get(step.of_step, 0))

    def step(self, step: ScenarioStep) -> tuple[ev.Event, ...] | Refused:
        """Play one step; its answer is the last of the answers."""
        number = len(self.answers)
        known = self.keys.get((step.paddle, step.key)) if step.key is not None else None
        if known is not None:
            said, first = known
            again = said == step.said
            conflict = Refused(Code.KEY_CONFLICT)
            self.answers.append({**first, "step": number} if again else _answer(number, conflict, self.seq))
            return () if again else conflict
        decision = self.take(self._command(step), step.at_ms)
        if not isinstance(decision, Refused) and decision and isinstance(decision[0], ev.BidPlaced):
            self.bids[number] = self.sale.seq - sum(map(is_public, decision[1:]))
        answer = _answer(number, decision, self.seq)
        self.answers.append(answer)
        if step.key is not None:
            self.keys[(step.paddle, step.key)] = (step.said, answer)
        return decision


def _answer(number: int, decision: tuple[ev.Event, ...] | Refused, seq: int) -> dict[str, Any]:
    if isinstance(decision, Refused):
        return {"step": number, "ok": False, "code": decision.code.value, "params": dict(decision.params)}
    return {"step": number, "ok": True, "seq": seq}


@nothing_circular()
def replay(scenario: Any) -> dict[str, Any]:
    """The outcome of a scenario: an answer to every step, and where every lot stands. Raises Malformed."""
    plan = parse(scenario)
    play = Play()
    play.take(plan.sale, 0)
    now = 0
    for step in plan.steps:
        now = step.at_ms
        play.clock(now)
        play.step(step)
    lots = [outcome(lot, now) for lot in play.sale.lots.values()]
    return {"answers": play.answers, "lots": lots, "seq": play.seq, "head": play.head.hex()}


def outcome(lot: Lot, now_ms: int) -> dict[str, Any]:
    """The status of a lot."""
    sold = lot.status is Status.SOLD
    answer = {
        "lot": lot.id,
        "status": lot.status.value,
        "paddle": lot.leader if sold else None,
        "hammer_minor": lot.hammer_minor,
        "reserve_met": lot.reserve_met,
        "ended_at_ms": lot.ended_at_ms,
        "bids": lot.bids,
    }
    if lot.match_until_ms is not None:
        answer["match_until_ms"] = lot.match_until_ms
    if lot.status in BEGUN:
        answer["price_minor"] = lot.price_minor
        answer["leader"] = lot.leader
        answer["ask_minor"] = ask_minor(lot, now_ms)
        answer["deadline_ms"] = lot.deadline_ms
    return answer


def explain(scenario: Any, translate: Translate) -> list[str]:
    """The story of every lot in words: who led when, and why each refused step was refused. Raises Malformed."""
    plan = parse(scenario)
    play = Play()
    story = Story(translate, plan.sale.currency)
    play.take(plan.sale, 0)
    for step in plan.steps:
        story.happened(play.clock(step.at_ms), play.sale, step.at_ms)
        before = play.sale
        decision = play.step(step)
        if isinstance(decision, Refused):
            story.refused(step.command, decision, before)
        else:
            story.happened(decision, before, step.at_ms)
    return story.of(play.sale)
