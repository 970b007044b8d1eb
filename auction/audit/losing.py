"""Why a bidder did not get a lot, with the rows of the record that prove it.

It tells public events of the lot and the bidder's own refused bids. Of another's maximum it tells only how far that had
to answer, which is the price.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import orjson
from sqlalchemy import Connection, select

from models.journal import events as events_table
from models.journal import refusals as refusals_table

from ..engine.orders import LATE
from ..record.journal import event_from
from ..rules import events as ev
from ..rules.lot import ENDED, Lot, Status
from ..rules.standing import steps_of

BID_COMMANDS = ("PlaceBid", "PlaceMaximum")
MOST_REFUSED = 5
_TOLD = ("bid_placed", "lot_sold", "lot_passed", "lot_withdrawn", "priority_exercised")


class Loss(StrEnum):
    """Why a bid, or a bidder, did not get the lot."""

    OUTBID = "outbid"
    BEATEN = "beaten"
    """An earlier bid of another answered at once, up to at least the price."""
    EQUAL = "equal"
    """An earlier bid of another went as far."""
    OFFER_LOWER = "offer_lower"
    OFFER_LATER = "offer_later"
    """Another's sealed offer was as high, and came first or had the better right."""
    RIGHT = "right"
    RESERVE = "reserve"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    LATE = "late"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A row of the public record, or an offer or a refused bid (`seq` None). `at_ms`: when it arrived or was done.

    `amount_minor` is None where it is secret or there is none; `leader` and `price_minor` are those after it.
    """

    seq: int | None
    at_ms: int
    paddle: str | None
    amount_minor: int | None
    leader: str | None = None
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class LostFor:
    """One reason. `code` and `late_ms`: of a bid that was refused, its refusal and how long after the end it came."""

    why: Loss
    rows: tuple[ProofRow, ...] = ()
    code: str | None = None
    late_ms: int | None = None


ToldOfLot = Sequence[tuple[int, ev.Event]]
"""Public events of a lot, each with its number, in order."""


def losses(lot: Lot, paddle: str, told: ToldOfLot, refused: Iterable[LostFor] = ()) -> list[LostFor]:
    """Why the holder of a paddle did not get an ended lot; nothing if he got it or never bid."""
    if lot.status not in ENDED or (lot.status is Status.SOLD and lot.leader == paddle):
        return []
    own = [*_of_offers(lot, paddle), *_of_bids(lot, paddle, told)]
    return [
        *own,
        *(_of_end(lot, paddle, told) if own or paddle in (lot.leader, lot.taken_from) else ()),
        *refused,
    ]


def _of_offers(lot: Lot, paddle: str) -> Iterator[LostFor]:
    mine = lot.offers.get(paddle) if lot.offers_opened else None
    if mine is None or lot.leader in (None, paddle):
        return
    best = lot.offers[lot.leader or ""]
    rows = tuple(
        ProofRow(None, each.arrived_ms, who, each.amount_minor) for who, each in ((paddle, mine), (lot.leader, best))
    )
    yield LostFor(Loss.OFFER_LATER if mine.amount_minor == best.amount_minor else Loss.OFFER_LOWER, rows)


def _of_bids(lot: Lot, paddle: str, told: ToldOfLot) -> Iterator[LostFor]:
    """Of his last bid: what beat it."""
    stands = {step.seq: step.paddle for step in steps_of(lot.standing)}
    placed = [(seq, each) for seq, each in told if isinstance(each, ev.BidPlaced)]
    mine = [(seq, each) for seq, each in placed if stands.get(seq, each.paddle) == paddle]
    if not mine:
        return
    seq, last = mine[-1]
    if seq not in stands:
        yield LostFor(Loss.VOIDED, (_row(seq, last),))
    elif last.leader != paddle:
        why = Loss.EQUAL if last.amount_minor == last.price_minor else Loss.BEATEN
        yield LostFor(why, (_row(seq, last),))
    else:
        over = next(((n, each) for n, each in placed if n > seq and n in stands and each.leader != paddle), None)
        if over is not None:
            why = Loss.RIGHT if over[1].price_minor <= last.price_minor else Loss.OUTBID
            yield LostFor(why, (_row(seq, last), _row(*over)))


def _of_end(lot: Lot, paddle: str, told: ToldOfLot) -> Iterator[LostFor]:
    """Of how the lot ended, where that was against him."""
    ends = [(seq, each) for seq, each in told if isinstance(each, (ev.LotSold, ev.LotPassed, ev.LotWithdrawn))]
    rows = tuple(_row(seq, each) for seq, each in ends[-1:])
    if lot.taken_from == paddle:
        taken = [(seq, each) for seq, each in told if isinstance(each, ev.PriorityExercised)]
        yield LostFor(Loss.RIGHT, rows + tuple(_row(seq, each) for seq, each in taken[-1:]))
    elif lot.status is Status.WITHDRAWN:
        yield LostFor(Loss.WITHDRAWN, rows)
    elif lot.status is Status.PASSED:
        yield LostFor(Loss.PASSED if lot.reserve_met or not lot.has_reserve else Loss.RESERVE, rows)


def _row(seq: int, event: ev.Event) -> ProofRow:
    match event:
        case ev.BidPlaced():
            return ProofRow(seq, event.arrived_ms, event.paddle, event.amount_minor, event.leader, event.price_minor)
        case ev.LotSold():
            return ProofRow(seq, event.at_ms, event.paddle, event.hammer_minor)
        case ev.PriorityExercised():
            return ProofRow(seq, event.at_ms, event.paddle, None)
    return ProofRow(seq, event.at_ms, None, None)


def read_losses(connection: Connection, sale: str, lot: Lot, paddle: str, actor: str) -> list[LostFor]:
    """The same out of the journal; `actor` is the account whose refused bids are told."""
    query = select(events_table.c.seq, events_table.c.body).where(
        events_table.c.sale == sale, events_table.c.lot == lot.id, events_table.c.kind.in_(_TOLD)
    )
    rows = connection.execute(query.order_by(events_table.c.n))
    told = [(row.seq, event_from(orjson.loads(row.body))) for row in rows]
    return losses(lot, paddle, told, _refused(connection, sale, lot, paddle, actor))


def _refused(connection: Connection, sale: str, lot: Lot, paddle: str, actor: str) -> Iterator[LostFor]:
    table = refusals_table.c
    query = select(table.arrived_ms, table.command, table.details, table.code).where(
        table.sale == sale, table.lot == lot.id, table.actor == actor, table.command.in_(BID_COMMANDS)
    )
    for row in connection.execute(query.order_by(table.at_ms.desc()).limit(MOST_REFUSED)):
        late_ms = lot.late_ms(row.arrived_ms) if row.code in LATE else None
        said = ProofRow(None, row.arrived_ms, paddle, _amount(row.command, row.details))
        yield LostFor(Loss.REFUSED if late_ms is None else Loss.LATE, (said,), row.code, late_ms)


def _amount(command: str, details: str) -> int | None:
    """The amount that a refused bid named; None where that was none, or is sealed."""
    try:
        said: Mapping[str, object] = json.loads(details.removeprefix(command))
    except ValueError:
        return None
    amount = said.get("amount_minor", said.get("max_minor")) if isinstance(said, dict) else None
    return amount if type(amount) is int else None
