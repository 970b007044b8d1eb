"""Checks the rows of a sale and of its lots. Makes their terms for the journal. Says which facts are missing."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ..base.rejected import Rejected
from ..base.zones import time_zones
from ..rules import commands as cmd
from ..rules.currency import exponent
from ..rules.format import BadTerms
from ..rules.formats import FORMATS, check_terms
from ..rules.ladder import BadIncrement
from ..rules.lot import MAX_AMOUNT, Terms
from ..rules.money import DEPOSIT_SHARES_BP, Tier, deposit_minor, tier_fault
from ..rules.priority import MOST_DAYS, is_mode
from ..rules.refusals import Code
from ..words.amounts import CURRENCIES

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
LOT_NUMBER = re.compile(r"[0-9A-Za-z-]{1,16}")
DRAFT, PUBLISHED, CLOSED, ARCHIVED = "draft", "published", "closed", "archived"
ADMITTED = "admitted"
COMMISSIONS = ("buyer_commission", "seller_commission")


@dataclass(frozen=True, slots=True)
class Missing:
    """The reasons why a lot cannot be opened."""

    lot: str
    code: str


def terms_of(row: Mapping[str, Any]) -> Terms:
    """The terms that a lot's row gives to the journal."""
    return Terms(
        row["lot"],
        row["format"],
        row["start_minor"],
        row["increment"],
        row["reserve_minor"],
        tuple(each["id"] for each in row["consignors"]),
        own=row["own"],
    )


def missing_for(row: Mapping[str, Any]) -> list[Missing]:
    """The reasons why a lot cannot be opened."""
    no_increment = row["increment"] is None and FORMATS[row["format"]].needs_increment
    missing = [("NO_START", row["start_minor"] is None), ("NO_INCREMENT", no_increment)]
    return [Missing(row["lot"], code) for code, is_missing in missing if is_missing]


def check_slug(slug: str) -> None:
    """Raise Rejected unless the slug can stand in an address."""
    if not SLUG.fullmatch(slug):
        raise Rejected("BAD_SLUG", "slug")


def check_sale(row: Mapping[str, Any]) -> None:
    """Raise Rejected where a sale's texts or times cannot be."""
    if not (row["title_zh"] or row["title_en"]):
        raise Rejected("NO_TITLE", "title_zh")
    if row["time_zone"] not in time_zones():
        raise Rejected("BAD_TIME_ZONE", "time_zone")
    if row["currency"] not in CURRENCIES:
        raise Rejected("BAD_CURRENCY", "currency")
    for side in COMMISSIONS:
        fault = tier_fault([Tier(*slice_) for slice_ in row[side]]) if row[side] else None
        if fault is not None:
            raise Rejected(f"COMMISSION_{fault}", side)
    share_bp = (row["deposit"] or {}).get("share_bp")
    least_bp, most_bp = DEPOSIT_SHARES_BP
    if share_bp is not None and not least_bp <= share_bp <= most_bp:
        raise Rejected("DEPOSIT_SHARE", "deposit_share", least=least_bp // 100, most=most_bp // 100)
    if not is_mode(row["priority_mode"], row["priority_days"]):
        raise Rejected("BAD_PRIORITY_DAYS", "priority_days", most=MOST_DAYS)


def deposit_due_minor(sale: Mapping[str, Any], lots: Iterable[Mapping[str, Any]]) -> int | None:
    """The deposit that a sale asks of every bidder, in the minor unit. None: no deposit, or not known yet.

    A share is one of the highest start price, so that a bidder who has paid it may bid on every lot.
    """
    if sale["deposit"] is None:
        return None
    if "fixed_minor" in sale["deposit"]:
        return int(sale["deposit"]["fixed_minor"])
    highest = max((lot["start_minor"] for lot in lots if lot["start_minor"] is not None), default=None)
    return None if highest is None else deposit_minor(highest, sale["deposit"]["share_bp"])


def first_highest_minor(terms: Iterable[Terms], currency: str) -> int:
    """The highest bid of a sale at its publishing, in the minor unit. It keeps mistyped amounts out.

    It is 100 times the highest start, at least 10,000,000 in the major unit. An organizer may change it.
    """
    highest = max((lot.start_minor or 0 for lot in terms), default=0)
    least: int = 10_000_000 * 10 ** exponent(currency)
    return min(MAX_AMOUNT, max(100 * highest, least))


def holds_of(registration: Mapping[str, Any], deposit: object) -> list[str]:
    """What keeps a paddle from bidding: where the sale asks for a deposit (`deposit`, its setting), that alone says
    whether DEPOSIT_MISSING is among it."""
    if deposit is None:
        return list(registration["holds"])
    others = [hold for hold in registration["holds"] if hold != Code.DEPOSIT_MISSING]
    return others if registration["deposit_ms"] is not None else [*others, Code.DEPOSIT_MISSING.value]


def admission_of(registration: Mapping[str, Any], deposit: object, also: Iterable[str], now_ms: int) -> cmd.AdmitBidder:
    """The command that makes an admitted registration known to the rules, with its holder's organization, and `also`
    with the other organizations that bear his name or its."""
    known = registration
    return cmd.AdmitBidder(
        now_ms,
        known["paddle"],
        known["user"],
        known["limit_minor"],
        known["organization"],
        known["priority"],
        tuple(holds_of(known, deposit)),
        also=tuple(also),
        channel=known["channel"],
    )


def check_lot(row: Mapping[str, Any]) -> None:
    """Raise Rejected where a lot's terms contradict themselves, with the field and the reason."""
    start, reserve = row.get("start_minor"), row.get("reserve_minor")
    low, high = row.get("estimate_low_minor"), row.get("estimate_high_minor")
    if not LOT_NUMBER.fullmatch(row["lot"]):
        raise Rejected("BAD_LOT_NUMBER", "lot")
    if not (row["title_zh"] or row["title_en"]):
        raise Rejected("NO_TITLE", "title_zh")
    if start is not None and not 1 <= start <= MAX_AMOUNT:
        raise Rejected(Code.MALFORMED_AMOUNT, "start_minor")
    if reserve is not None and not (start or 1) <= reserve <= MAX_AMOUNT:
        raise Rejected("RESERVE_BELOW_START", "reserve_minor")
    if low is not None and high is not None and low > high:
        raise Rejected("ESTIMATE_REVERSED", "estimate_low_minor")
    try:
        check_terms(terms_of(row))
    except (BadTerms, BadIncrement) as error:
        raise Rejected("BAD_TERMS", "increment", reason=str(error)) from error


def fingerprint(row: Mapping[str, Any], patents: Sequence[Mapping[str, Any]] = ()) -> str:
    """A fingerprint that shows whether a row has changed since it was shown; 16 hexadecimal digits."""
    said = json.dumps([dict(row), [dict(each) for each in patents]], sort_keys=True, default=str)
    return sha256(said.encode()).hexdigest()[:16]
