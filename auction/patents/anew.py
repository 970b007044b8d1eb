"""Terms that a change after publishing begins anew: until they have passed again no lot opens (拍卖法 45, 48).

The notice and the preview before the change showed other terms. So the 7 days count from the day of the change. The
whole days of the preview count from the day after it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

from ..rules import events as ev
from ..rules import record
from .findings import Finding, Gap
from .law import PREVIEW_DAYS, SaleFacts, latest_notice, preview_days

Changes = Iterable[ev.TermsStated | ev.TextsStated]


def gaps(sale: SaleFacts, changes: Changes, zone: tzinfo, lots: Iterable[str]) -> Iterator[Finding]:
    """The terms that have not passed again by the day of the sale, for it and for each changed lot.

    A term that had not passed before either is no matter of the changes, and is said elsewhere.
    """
    known = [each for each in changes if each.anew]
    for lot in (None, *lots):
        named = () if lot is None else (("lot", lot),)
        concerned = [each for each in known if _concerns(each, lot)]
        yield from _of_notice(sale, _last(concerned, record.NOTICE, zone), named)
        yield from _of_preview(sale, _last(concerned, record.PREVIEW, zone), named)


def _concerns(change: ev.TermsStated | ev.TextsStated, lot: str | None) -> bool:
    if isinstance(change, ev.TermsStated):
        return lot is None
    return (record.SALE if lot is None else record.of_lot(lot)) in change.digests


def _last(changes: Changes, term: str, zone: tzinfo) -> date | None:
    """The day of the last change that began a term anew."""
    days = [datetime.fromtimestamp(each.at_ms / 1000, zone).date() for each in changes if term in each.anew]
    return max(days, default=None)


def _of_notice(sale: SaleFacts, changed_on: date | None, named: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    latest = latest_notice(sale.sale_day)
    if changed_on is not None and sale.notice_on is not None and sale.notice_on <= latest < changed_on:
        yield Finding(Gap.NOTICE_BEGUN_ANEW, (*named, ("changed_on", str(changed_on)), ("latest", str(latest))))


def _of_preview(sale: SaleFacts, changed_on: date | None, named: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    if changed_on is None or sale.preview_from is None or preview_days(sale) < PREVIEW_DAYS:
        return
    days = preview_days(replace(sale, preview_from=max(sale.preview_from, changed_on + timedelta(days=1))))
    if days < PREVIEW_DAYS:
        params = (("changed_on", str(changed_on)), ("days", str(days)), ("minimum", str(PREVIEW_DAYS)))
        yield Finding(Gap.PREVIEW_BEGUN_ANEW, (*named, *params))
