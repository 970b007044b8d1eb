"""The report of what follows each lot after its sale."""

from collections.abc import Iterator

from ..cases.steps import CaseState, CaseStep
from ..words.i18n import mark as _
from .cells import coded
from .source import ReportRow, Source

STEP_WORDS: dict[str, str] = {
    CaseStep.CONFIRMED: _("confirmation of sale signed"),
    CaseStep.PAID: _("paid in full"),
    CaseStep.CONTRACT: _("contract signed"),
    CaseStep.REGISTERED: _("change of owner registered"),
    CaseStep.NOTICED: _("change published by the office"),
    CaseStep.INVENTORS_PAID: _("inventors paid"),
    CaseStep.IN_USE: _("in use"),
}
CASE_WORDS: dict[str, str] = {
    CaseState.RIGHT_OPEN: _("a priority right is open"),
    CaseState.DEFAULTED: _("buyer did not pay"),
    CaseState.OPEN: _("under way"),
    CaseState.DONE: _("finished"),
    CaseState.PASSED: _("passed"),
}


def cases(of: Source) -> Iterator[ReportRow]:
    """Each lot that was sold or passed: its buyer, how many steps are done, the next one, and later offers."""
    yield (
        *("lot", "title_zh", "title_en", "consignor", "case_state", "paddle", "buyer", "hammer", "currency"),
        *("steps_done", "next_step", "next_until", "next_who", "later_offers"),
    )
    for case in of.cases:
        following = case.next_step
        yield (
            *(case.lot, case.title_zh, case.title_en, case.consignor, coded(CASE_WORDS, case.state)),
            *(case.paddle, case.buyer or None, of.major(case.hammer_minor), of.sale.currency),
            sum(each.is_done for each in case.steps),
            coded(STEP_WORDS, following.step) if following else None,
            (following.entry.due_on or None) if following else None,
            (following.entry.who or None) if following else None,
            len(case.offers),
        )
