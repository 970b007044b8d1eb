"""Checks the rows of a sale and of its lots. Makes their terms for the journal. Says which facts are missing."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from models.rows import LotRow, PatentRow, SaleRow, columns_of

from ..base.rejected import Rejected
from ..base.zones import time_zones
from ..rules import commands as cmd
from ..rules.currency import exponent
from ..rules.faults import BadIncrement, BadTerms
from ..rules.formats import FORMATS, check_terms
from ..rules.lot import MAX_AMOUNT, Terms
from ..rules.money import DEPOSIT_SHARES_BP, Tier, tier_fault
from ..rules.priority import MOST_DAYS, is_mode
from ..rules.refusals import Code
from ..words.amounts import CURRENCIES
from . import deposits
from .applicants import Applicant

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
LOT_NUMBER = re.compile(r"[0-9A-Za-z-]{1,16}")
COMMISSIONS = ("buyer_commission", "seller_commission")


@dataclass(frozen=True, slots=True)
class Missing:
    """The reasons why a lot cannot be opened."""

    lot: str
    code: str


def terms_of(row: LotRow) -> Terms:
    """The terms that a lot's row gives to the journal."""
    return Terms(
        row.lot,
        row.format,
        row.start_minor,
        row.increment,
        row.reserve_minor,
        tuple(each["id"] for each in row.consignors),
        own=row.own,
    )


def missing_for(row: LotRow) -> list[Missing]:
    """The reasons why a lot cannot be opened."""
    no_increment = row.increment is None and FORMATS[row.format].needs_increment
    missing = [("NO_START", row.start_minor is None), ("NO_INCREMENT", no_increment)]
    return [Missing(row.lot, code) for code, is_missing in missing if is_missing]


def check_slug(slug: str) -> None:
    """Raise Rejected unless the slug can stand in an address."""
    if not SLUG.fullmatch(slug):
        raise Rejected("BAD_SLUG", "slug")


def check_sale(row: SaleRow) -> None:
    """Raise Rejected where a sale's texts or times cannot be."""
    if not (row.title_zh or row.title_en):
        raise Rejected("NO_TITLE", "title_zh")
    if row.time_zone not in time_zones():
        raise Rejected("BAD_TIME_ZONE", "time_zone")
    if row.currency not in CURRENCIES:
        raise Rejected("BAD_CURRENCY", "currency")
    for side, slices in zip(COMMISSIONS, (row.buyer_commission, row.seller_commission), strict=True):
        fault = tier_fault([Tier(*each) for each in slices]) if slices else None
        if fault is not None:
            raise Rejected(f"COMMISSION_{fault}", side)
    if not deposits.is_possible(row.deposit):
        least_bp, most_bp = DEPOSIT_SHARES_BP
        raise Rejected("DEPOSIT_SHARE", "deposit_share", least=least_bp // 100, most=most_bp // 100)
    if not is_mode(row.priority_mode, row.priority_days):
        raise Rejected("BAD_PRIORITY_DAYS", "priority_days", most=MOST_DAYS)


def first_highest_minor(terms: Iterable[Terms], currency: str) -> int:
    """The highest bid of a sale at its publishing, in the minor unit. It keeps mistyped amounts out.

    It is 100 times the highest start, at least 10,000,000 in the major unit. An organizer may change it.
    """
    highest = max((lot.start_minor or 0 for lot in terms), default=0)
    least: int = 10_000_000 * 10 ** exponent(currency)
    return min(MAX_AMOUNT, max(100 * highest, least))


def admission_of(known: Applicant, also: Iterable[str], now_ms: int) -> cmd.AdmitBidder:
    """The command that makes an admitted registration known to the rules, with its holder's organization, and `also`
    with the other organizations that bear his name or its."""
    assert known.paddle is not None, "an admitted bidder has a paddle"
    return cmd.AdmitBidder(
        now_ms,
        known.paddle,
        known.user,
        known.limit_minor,
        known.organization,
        known.priority,
        tuple(known.all_holds),
        also=tuple(also),
        channel=known.channel,
    )


def check_lot(row: LotRow) -> None:
    """Raise Rejected where a lot's terms contradict themselves, with the field and the reason."""
    start, reserve = row.start_minor, row.reserve_minor
    low, high = row.estimate_low_minor, row.estimate_high_minor
    if not LOT_NUMBER.fullmatch(row.lot):
        raise Rejected("BAD_LOT_NUMBER", "lot")
    if not (row.title_zh or row.title_en):
        raise Rejected("NO_TITLE", "title_zh")
    if start is not None and not 1 <= start <= MAX_AMOUNT:
        raise Rejected(Code.MALFORMED_AMOUNT, "start_minor")
    if reserve is not None and not (start or 1) <= reserve <= MAX_AMOUNT:
        raise Rejected("RESERVE_BELOW_START", "reserve_minor")
    if low is not None and high is not None and low > high:
        raise Rejected("ESTIMATE_REVERSED", "estimate_low_minor")
    try:
        check_terms(terms_of(row))
    except BadTerms as error:
        where = "increment" if isinstance(error, BadIncrement) else error.term
        raise Rejected("BAD_TERMS", where, term=error.term, fault=error.flaw.fault, **error.flaw.params) from error


def fingerprint(row: SaleRow | LotRow, patents: Sequence[PatentRow] = ()) -> str:
    """A fingerprint that shows whether a row has changed since it was shown; 16 hexadecimal digits."""
    said = json.dumps([columns_of(row), [columns_of(each) for each in patents]], sort_keys=True, default=str)
    return sha256(said.encode()).hexdigest()[:16]
