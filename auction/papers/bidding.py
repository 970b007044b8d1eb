"""Papers of a bidder before he bids: 竞买协议 the bidding agreement, 电话委托单 the telephone sheets."""

from ..base.rejected import Rejected
from ..rules.rights import BOTH, FLOOR, ONLINE
from . import passages
from .announcing import deposit
from .dossier import Checklist, Dossier, Draft
from .wording import both

CHANNEL_WORDS = {
    ONLINE: both("仅网络", "online only"),
    FLOOR: both("仅现场", "in the hall only"),
    BOTH: both("网络和现场", "online and in the hall"),
}


def agreement(of: Dossier, paddle: str) -> Draft:
    """The rules that a bidder agrees to with his paddle. Raises Rejected for a paddle that there is not."""
    if paddle not in of.bidders:
        raise Rejected("NO_PADDLE")
    wants = Checklist()
    facts = {
        "sale": passages.sale(of, wants),
        "house": passages.house(of, wants),
        "buyer": passages.buyer(of, paddle, wants),
        "deposit": deposit(of),
        "commission": passages.rates(of, of.buyer_tiers),
        "terms": passages.payment_terms(of, wants),
        "disclaimer": of.fact("disclaimer"),
    }
    return wants.done(facts)


def phone(of: Dossier, _subject: str = "") -> Draft:
    """A sheet for each paddle: who is called, when and by whom. A hand fills in the facts that are not known yet."""
    wants = Checklist()
    sheets = [
        {
            "paddle": paddle,
            "name": row["name"],
            "channel": CHANNEL_WORDS[row["channel"]],
            "limit": of.amount(row["limit_minor"]),
            **{
                name: of.fact(name, "paddle", paddle) for name in ("lots", "telephone", "call_at", "language", "caller")
            },
        }
        for paddle, row in of.bidders.items()
    ]
    return wants.done({"sale": passages.sale(of, wants), "sheets": sheets})
