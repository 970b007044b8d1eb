"""The case of one lot after its sale. Pure.

A sold lot goes through seven steps. Not all follow from entries by hand: the ledger says whether it is paid. No step is
done while a priority right may still take the lot. A lot that was passed keeps the offers that came later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class CaseStep(StrEnum):
    """The steps of a sold lot, in their order. REGISTERED: the office has entered the buyer as the owner (专利法 10).
    INVENTORS_PAID: the owner has paid its inventors their share (促进科技成果转化法 44, 45)."""

    CONFIRMED = "confirmed"
    PAID = "paid"
    CONTRACT = "contract"
    REGISTERED = "registered"
    NOTICED = "noticed"
    INVENTORS_PAID = "inventors_paid"
    IN_USE = "in_use"


class CaseState(StrEnum):
    """How far a case has come."""

    RIGHT_OPEN = "right_open"
    DEFAULTED = "defaulted"
    OPEN = "open"
    DONE = "done"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A person's words on a step: its last day, who does it, a note, and when it was done. A day is such as 2018-12-28,
    or empty."""

    due_on: str = ""
    who: str = ""
    note: str = ""
    done_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StepTold:
    """A person's word on a step, with its day, or empty."""

    step: CaseStep
    due_on: str = ""
    who: str = ""
    note: str = ""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it stands on a day."""

    step: CaseStep
    entry: StepEntry
    is_done: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class LaterOffer:
    """An offer for a lot that was passed, made after the sale. It binds no one until a contract is signed."""

    who: str
    amount_minor: int | None = None
    note: str = ""
    id: str = ""
    made_ms: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One lot after its sale. `paddle` is its buyer's; amounts in the minor unit."""

    lot: str
    title_zh: str
    title_en: str
    consignor: str
    state: CaseState
    paddle: str | None = None
    buyer: str = ""
    hammer_minor: int | None = None
    steps: tuple[StepView, ...] = ()
    offers: tuple[LaterOffer, ...] = ()

    @property
    def next_step(self) -> StepView | None:
        """The first step that is not done."""
        return next((each for each in self.steps if not each.is_done), None)

    @property
    def overdue(self) -> tuple[StepView, ...]:
        """The steps whose day has passed."""
        return tuple(each for each in self.steps if each.is_overdue)


def steps_of(entries: Mapping[CaseStep, StepEntry], *, is_paid: bool, today: str) -> tuple[StepView, ...]:
    """Every step in its order. `today` is a day such as 2018-12-28, in the sale's own zone."""
    views = []
    for step in CaseStep:
        entry = entries.get(step, StepEntry())
        is_done = is_paid if step is CaseStep.PAID else entry.done_ms is not None
        views.append(StepView(step, entry, is_done, bool(entry.due_on) and not is_done and entry.due_on < today))
    return tuple(views)


def state_of(steps: Sequence[StepView], *, is_in_term: bool, is_defaulted: bool) -> CaseState:
    """How far the case of a sold lot has come."""
    if is_in_term:
        return CaseState.RIGHT_OPEN
    if is_defaulted:
        return CaseState.DEFAULTED
    return CaseState.DONE if all(each.is_done for each in steps) else CaseState.OPEN
