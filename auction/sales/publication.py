"""Puts a sale's rows into its record: all of them at publishing, and each later change with its reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, update

from models.catalog import lots, patents
from models.rows import LotRow, PatentRow, SaleRow, SaleStatus

from ..base.rejected import Rejected
from ..database.store import Store
from ..patents.facts import begins_anew, refusal
from ..patents.law import LegalStep
from ..people.organizations import also_known_as
from ..people.roles import work_of
from ..record import fingerprints
from ..rules import commands as cmd
from ..rules import record
from ..rules.money import tiers_of
from .applicants import admitted
from .bidder_files import names_in_file
from .checks import admission_of, first_highest_minor, terms_of
from .contents import read_locked
from .rows import by_lot, lot_rows, patent_rows


def publication(connection: Connection, sale: str, now_ms: int) -> cmd.Together:
    """The command that puts a draft as it stands into its journal. Raises Rejected where it cannot be published."""
    contents = read_locked(connection, sale, now_ms)
    row = contents.sale
    if row.status is not SaleStatus.DRAFT:
        raise Rejected("PUBLISHED_ALREADY")
    if not contents.lots:
        raise Rejected("NO_LOTS")
    found = contents.law(LegalStep.PUBLISH_SALE)
    if not found.is_open:
        raise Rejected("LAW_GATE", **refusal(found))
    holders = admitted(connection, sale)
    bidders = tuple(
        admission_of(
            each,
            also_known_as(connection, each.name, each.organization, names_in_file(connection, each.id)),
            now_ms,
        )
        for each in holders
    )
    buyer, seller = tiers_of(row.buyer_commission), tiers_of(row.seller_commission)
    listed = tuple(terms_of(lot) for lot in contents.lots)
    rest = (row.priority_mode, row.priority_days, first_highest_minor(listed, row.currency))
    digests = {record.SALE: fingerprints.of_sale(row), **digests_of(contents.lots, contents.patents)}
    steps: list[cmd.Command] = [
        cmd.PublishSale(now_ms, row.currency, row.house_org, listed, bidders, buyer, seller, *rest),
        cmd.StateTerms(now_ms, fingerprints.terms_of(row)),
        cmd.StateTexts(now_ms, digests),
        cmd.IdentifyPaddles(now_ms, {each.paddle: fingerprints.of_paddle(each) for each in holders if each.paddle}),
        *(cmd.StateWork(now_ms, *who, works) for who, works in work_of(connection, sale).items()),
    ]
    return cmd.Together(now_ms, tuple(steps))


def digests_of(catalogue: Iterable[LotRow], numbers: Mapping[str, Sequence[PatentRow]]) -> dict[str, str]:
    """The fingerprints of lots with their patents, as the record names them."""
    return {record.of_lot(lot.lot): fingerprints.of_lot(lot, numbers.get(lot.lot, ())) for lot in catalogue}


def change_of_sale(before: SaleRow, after: SaleRow, now_ms: int, reason: str | None) -> cmd.Together | None:
    """The command that a change of a published sale is; None where it changes nothing. Raises Rejected."""
    terms, digest = fingerprints.terms_of(after), fingerprints.of_sale(after)
    news = {name for name, value in fingerprints.terms_of(before).items() if terms[name] != value}
    steps: list[cmd.Command] = []
    if news:
        anew = begins_anew(after, news)
        steps.append(cmd.StateTerms(now_ms, {name: terms[name] for name in sorted(news)}, reason, anew))
    if digest != fingerprints.of_sale(before):
        steps.append(cmd.StateTexts(now_ms, {record.SALE: digest}, reason))
    if steps and reason not in record.CHANGE_REASONS:
        raise Rejected("NO_CHANGE_REASON", "reason")
    return cmd.Together(now_ms, tuple(steps)) if steps else None


@dataclass(frozen=True, slots=True)
class By:
    """The author of a change, and its reason: once a sale is published, a code of `record.REASONS`."""

    actor: str
    reason: str | None = None


SYSTEM = By("system")


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that the law asks for, set for many lots: columns of lots and of patents.

    A legal status is set if none is known, and the absence of a reserve if there is none.
    """

    of_lot: Mapping[str, object]
    of_patent: Mapping[str, object]
    legal_status: str | None = None
    no_reserve: bool = False

    def write(self, connection: Connection, sale: str, wanted: Sequence[str]) -> None:
        """Write them into the rows of these lots."""
        these_lots, these_patents = ((each.c.sale == sale) & each.c.lot.in_(wanted) for each in (lots, patents))
        changes = [
            (update(lots).where(these_lots), self.of_lot),
            (update(patents).where(these_patents), self.of_patent),
        ]
        if self.no_reserve:
            without = these_lots, lots.c.reserve_minor.is_(None), lots.c.format != "dutch"  # its floor is one
            changes.append((update(lots).where(*without), {"no_reserve": True}))
        if self.legal_status is not None:
            unknown = update(patents).where(these_patents, patents.c.legal_status.is_(None))
            changes.append((unknown, {"legal_status": self.legal_status}))
        for change, values in changes:
            if values:
                connection.execute(change, dict(values))


@dataclass(frozen=True, slots=True)
class Change:
    """A change of lots: how it is written, which columns it changes, and what it is to the bidding."""

    write: Callable[[Connection], None]
    news: set[str]
    steps: Sequence[cmd.Command] = ()


class _Foreseen(Exception):
    """Takes a transaction back, and the fingerprints that it would have led to along."""

    def __init__(self, digests: dict[str, str]) -> None:
        super().__init__()
        self.digests = digests


def foreseen(store: Store, sale: str, wanted: Sequence[str], change: Change) -> dict[str, str]:
    """The fingerprints that lots would have after a change: it is made, looked at, and taken back."""
    try:
        with store.write() as connection:
            change.write(connection)
            rows = [row for row in lot_rows(connection, sale) if row.lot in wanted]
            numbers = patent_rows(connection, sale, wanted[0] if len(wanted) == 1 else None)
            raise _Foreseen(digests_of(rows, by_lot(numbers)))
    except _Foreseen as seen:
        return seen.digests


def change_of_lots(
    sale: SaleRow, before: Mapping[str, str], after: Mapping[str, str], reason: str | None, change: Change
) -> cmd.Together | None:
    """The command that a change of lots in a published sale is; None where it changes nothing. Raises Rejected."""
    changed = {row: digest for row, digest in after.items() if before.get(row) != digest}
    if not changed and not change.steps:
        return None
    if reason not in record.CHANGE_REASONS:
        raise Rejected("NO_CHANGE_REASON", "reason")
    texts = cmd.StateTexts(0, changed, reason, begins_anew(sale, change.news))
    return cmd.Together(0, (*change.steps, texts))
