"""Compares the rows that people read with the record, and names each row that was changed beside it.

The record has the fingerprint of each row that it vouches for. Terms that bear on bidding it has in clear. A row with
another text is *edited*. A row that is gone, or whose salt is gone with its text, is *deleted*. It is no difference
that a name was erased by rule.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection, Table, func, select

from models.catalog import sales
from models.journal import receipts, refusals
from models.privacy import erasures, sale_keeping
from models.rows import LotRow, PatentRow, RegistrationRow, SaleRow, SaleStatus, columns_of, typed

from ..people.roles import work_of
from ..record import fingerprints
from ..rules import record
from ..rules.lot import Lot
from ..rules.money import rows_of
from ..rules.sale import Sale
from ..sales.applicants import Applicant, admitted
from ..sales.checks import COMMISSIONS, terms_of
from ..sales.rows import by_lot, lot_rows, patent_rows

Difference = tuple[str, str]
"""The name of a row ("sale", "lot 7", "paddle 101", "receipts of …"), and what is wrong with it."""
NO_STEPS: Mapping[str, int] = {}
EDITED, DELETED, ADDED = "edited", "deleted", "added"


def differences(
    connection: Connection, sale: str, state: Sale, steps: Mapping[str, int] = NO_STEPS
) -> list[Difference]:
    """Each row of a sale that is not what its record says, in words; none where all are.

    `steps`: how many commands of each actor the journal is sure to have taken.
    """
    found = connection.execute(select(sales).where(sales.c.id == sale)).mappings().one_or_none()
    if found is None:
        return [("sale", DELETED)]
    try:
        row = typed(SaleRow, found)
    except ValueError:  # a status that no sale has
        return [("sale", f"status {EDITED}: it is {found['status']}")]
    if not state.published:
        return [] if row.status is SaleStatus.DRAFT else [("sale", f"status {EDITED}: its journal is empty")]
    return [
        *_of_sale(row, state),
        *_of_lots(lot_rows(connection, sale), by_lot(patent_rows(connection, sale)), state),
        *_of_paddles(admitted(connection, sale), state, erased_by_rule(connection, sale)),
        *_of_staff(work_of(connection, sale), state),
        *_of_answers(connection, sale, steps),
    ]


def _of_sale(row: SaleRow, state: Sale) -> Iterator[Difference]:
    commission = [rows_of(state.buyer_commission), rows_of(state.seller_commission)]
    said = {
        "currency": state.currency,
        "house_org": state.house_org,
        "priority_mode": state.priority_mode,
        "priority_days": state.priority_days,
        **{side: [list(each) for each in slices] for side, slices in zip(COMMISSIONS, commission, strict=True)},
        **state.terms,
    }
    yield from _edited("sale", {**columns_of(row), **fingerprints.terms_of(row)}, said)
    if row.status not in ((SaleStatus.CLOSED, SaleStatus.ARCHIVED) if state.closed else (SaleStatus.PUBLISHED,)):
        yield "sale", f"status {EDITED}: it is {row.status}"
    if record.SALE in state.digests:
        yield from _judged("sale", "its texts", state.digests[record.SALE], row, partial(fingerprints.of_sale, row))


def _of_lots(rows: Iterable[LotRow], patents: Mapping[str, Sequence[PatentRow]], state: Sale) -> Iterator[Difference]:
    of_lot = {row.lot: row for row in rows}
    for lot in state.lots.values():
        row = of_lot.pop(lot.id, None)
        if row is None:
            yield f"lot {lot.id}", DELETED
            continue
        written = {**columns_of(row), "consignors": [each["id"] for each in row.consignors]}
        yield from _edited(f"lot {lot.id}", written, _terms(lot), terms_of(row) == lot.terms)
        said = state.digests.get(record.of_lot(lot.id))
        numbers = patents.get(lot.id, ())
        if said is not None:
            yield from _judged(
                f"lot {lot.id}", "its texts or patents", said, row, partial(fingerprints.of_lot, row, numbers)
            )
    yield from ((f"lot {lot}", ADDED) for lot in of_lot)


def _terms(lot: Lot) -> dict[str, object]:
    """The columns of a lot that stand in the record in clear."""
    names = ("format", "start_minor", "increment", "reserve_minor", "own")
    return {name: getattr(lot.terms, name) for name in names} | {"consignors": list(lot.terms.consignor_orgs)}


def erased_by_rule(connection: Connection, sale: str) -> Callable[[str | None], bool]:
    """Whether the name of an account's paddle went by rule: with all of the sale, or as the account asked."""
    of_sale = select(sale_keeping.c.erased_ms).where(sale_keeping.c.sale == sale)
    if connection.scalar(of_sale) is not None:
        return lambda _user: True
    gone = set(connection.scalars(select(erasures.c.user).where(erasures.c.done_ms.is_not(None))))
    return lambda user: user in gone


def _of_paddles(
    rows: Iterable[Applicant], state: Sale, is_erased: Callable[[str | None], bool]
) -> Iterator[Difference]:
    of_paddle = {row.paddle: row for row in rows}
    for bidder in state.bidders.values():
        name = f"paddle {bidder.paddle}"
        row = of_paddle.pop(bidder.paddle, None)
        if row is None:
            yield name, DELETED
            continue
        said: dict[str, object] = {"user": bidder.bidder, "limit_minor": bidder.limit_minor, "organization": bidder.org}
        said |= {
            "priority": dict(bidder.priority),  # a later hold is in the record alone
            "holds": sorted(bidder.holds),
        }
        yield from _edited(name, {**columns_of(row), "holds": sorted(row.all_holds)}, said)
        went = row.salt is None and not row.name and is_erased(row.user)
        if bidder.paddle in state.identities and not went:
            digest = state.identities[bidder.paddle]
            yield from _judged(name, "its holder", digest, row, partial(fingerprints.of_paddle, row))
    yield from ((f"paddle {paddle}", ADDED) for paddle in of_paddle)


def _of_staff(rows: Mapping[tuple[str, str], bool], state: Sale) -> Iterator[Difference]:
    """The accounts that work for the sale, or did. An older record does not say it, and vouches for no account."""
    for (account, role), works in state.work.items():
        if rows.get((account, role)) is not works:
            yield f"{role} {account}", EDITED if (account, role) in rows else DELETED
    added = [each for each in rows if state.work and each not in state.work]
    yield from ((f"{role} {account}", ADDED) for account, role in added)


def _of_answers(connection: Connection, sale: str, steps: Mapping[str, int]) -> Iterator[Difference]:
    """Each step was answered; each refusal that is kept as evidence was, and each that was answered is kept."""
    if steps:
        accepted = select(receipts.c.actor, func.count()).where(receipts.c.sale == sale, receipts.c.code.is_(None))
        told = {row[0]: row[1] for row in connection.execute(accepted.group_by(receipts.c.actor))}
        for actor, count in steps.items():
            if told.get(actor, 0) < count:
                yield f"receipts of {actor}", f"{count - told.get(actor, 0)} {DELETED}"
    refused, kept = (_refused(connection, each, sale) for each in (receipts, refusals))
    for (actor, seq, code), count in (kept - refused).items():
        yield f"receipts of {actor}", f"{count} at {seq} with {code} {DELETED}"
    for (actor, seq, code), count in (refused - kept).items():
        yield f"refusals of {actor}", f"{count} at {seq} with {code} {DELETED}"


def _refused(connection: Connection, table: Table, sale: str) -> Counter[tuple[str, int, str]]:
    """How often each refusal stands in a table. The database counts: of a long sale there are many receipts."""
    each = (table.c.actor, table.c.seq, table.c.code)
    counted = select(*each, func.count()).where(table.c.sale == sale, table.c.code.is_not(None)).group_by(*each)
    return Counter({(actor, seq, code): count for actor, seq, code, count in connection.execute(counted)})


def _edited(
    name: str, row: Mapping[str, object], said: Mapping[str, object], is_same: bool = False
) -> Iterator[Difference]:
    for column, value in said.items():
        if not is_same and _plain(row[column]) != _plain(value):
            yield name, f"{column} {EDITED}"


def _plain(value: object) -> object:
    """A value as JSON brings it back: a tuple is a list there."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


_TEXTS = ("name", "title_zh", "title_en")
Judged = SaleRow | LotRow | RegistrationRow
"""A row whose texts the record has a fingerprint of."""


def _judged(name: str, what: str, said: str, row: Judged, digest: Callable[[], str]) -> Iterator[Difference]:
    """A row whose text is gone together with its salt was deleted; any other that does not fit was edited."""
    if row.salt is None and not any(getattr(row, text, None) for text in _TEXTS):
        yield name, f"{what} {DELETED}"
    elif row.salt is None or digest() != said:
        yield name, f"{what} {EDITED}"
