"""The record of a sale beside its bidding: its legal terms, and fingerprints of the texts that people read.

Terms are facts of the law: the day, the place, the notice. They stand in the record in clear. Texts and names stand in
rows that can be deleted; the record has their salted fingerprints only. `auction.record.fingerprints` makes both.
"""

from collections.abc import Mapping
from typing import Any

from . import commands as cmd
from . import events as ev
from .format import Decision
from .lot import Status
from .refusals import Code, Refused
from .sale import Sale

CHANGE_REASONS = ("CORRECTION", "COMPLETION", "POSTPONED", "VENUE", "AUTHORITY", "OTHER")
"""Why something is changed after publishing."""
NOTICE, PREVIEW = "NOTICE_7_DAYS", "PREVIEW_2_DAYS"
"""The terms of the law that a change begins anew: 拍卖法 45 and 48."""
WORKS = ("organizer", "clerk", "auctioneer", "cashier", "recorder", "observer", "consignor", "administrator")
"""The roles of an account in a sale. The record says that an administrator worked for it when he is one no more."""
SALE = "sale"
_LOT = "lot "


def of_lot(lot: str) -> str:
    """The name of a lot among the rows that have a fingerprint."""
    return _LOT + lot


def state_terms(sale: Sale, command: cmd.StateTerms, at_ms: int) -> Decision:
    """Terms are stated once without a reason, at publishing; each later change has one."""
    changed = _news(sale.terms, command.terms)
    if not _may_change(sale, bool(sale.terms), command.reason):
        return Refused(Code.NOT_ALLOWED_NOW)
    return (ev.TermsStated(at_ms, changed, command.reason, command.anew),) if changed else ()


def state_texts(sale: Sale, command: cmd.StateTexts, at_ms: int) -> Decision:
    """The same for texts. Those of a lot stay as they are from its opening on."""
    changed = _news(sale.digests, command.digests)
    begun = [row for row in changed if row != SALE and not _is_pending(sale, row.removeprefix(_LOT))]
    if begun or not _may_change(sale, any(row in sale.digests for row in changed), command.reason):
        return Refused(Code.NOT_ALLOWED_NOW)
    return (ev.TextsStated(at_ms, changed, command.reason, command.anew),) if changed else ()


def identify(sale: Sale, command: cmd.IdentifyPaddles, at_ms: int) -> Decision:
    """The holder of a paddle is identified at its admission, and never changes."""
    changed = _news(sale.identities, command.digests)
    if sale.closed or any(paddle not in sale.bidders or paddle in sale.identities for paddle in changed):
        return Refused(Code.NOT_ALLOWED_NOW)
    return (ev.PaddlesIdentified(at_ms, changed),) if changed else ()


def state_work(sale: Sale, command: cmd.StateWork, at_ms: int) -> Decision:
    """The record says who works for the sale: at publishing, and at each change, also of a closed sale."""
    if not sale.published or command.role not in WORKS:
        return Refused(Code.NOT_ALLOWED_NOW)
    known = sale.work.get((command.account, command.role))
    is_news = known is not command.works
    return (ev.WorkStated(at_ms, command.account, command.role, command.works),) if is_news else ()


def _news(known: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in known or known[name] != value}


def _may_change(sale: Sale, is_known: bool, reason: str | None) -> bool:
    return sale.published and not sale.closed and (reason in CHANGE_REASONS or (reason is None and not is_known))


def _is_pending(sale: Sale, lot: str) -> bool:
    return lot in sale.lots and sale.lots[lot].status is Status.PENDING
