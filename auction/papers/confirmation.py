"""成交确认书, the confirmation of sale (拍卖法 52): one for each sold lot, once no priority right can take it."""

from ..base.rejected import Rejected
from ..rules.lot import Status
from ..words.i18n import mark as _
from . import passages
from .dossier import FACTS_PAGE, Checklist, Dossier, Draft
from .payments import payment_of


def is_due(of: Dossier, lot: str) -> bool:
    """Whether a lot is sold for good: while a priority right may take it there is no confirmation."""
    state = of.state.lots.get(lot)
    return state is not None and state.status is Status.SOLD and not of.in_term(state)


def confirmation(of: Dossier, lot: str) -> Draft:
    """The facts of a lot's confirmation. Raises Rejected where there is none."""
    state = of.state.lots.get(lot)
    if state is None or state.status is not Status.SOLD or state.leader is None:
        raise Rejected("PAPER_NOT_SOLD", lot=lot)
    if of.in_term(state):
        raise Rejected("PAPER_RIGHT_OPEN", lot=lot)
    wants = Checklist()
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "buyer": passages.buyer(of, state.leader, wants),
        "lot": passages.lot(of, lot, wants),
        "sold_at": of.moment(state.ended_at_ms),
        "money": passages.to_pay(of, state, payment_of(of, state)),
        "terms": passages.payment_terms(of, wants),
        "auctioneer": passages.auctioneer(of, wants, state.ended_at_ms),
        "recorder": wants.need(of.fact("recorder"), _("The recorder"), FACTS_PAGE),
    }
    return wants.done(facts)
