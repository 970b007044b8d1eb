"""The leader of a lot, and the accepted steps that led there.

The standings of a lot are a chain. Each one holds the step that made it, and the standing below it. A void goes one
standing down. A hold with `void` leaves steps out and takes the others again (scenario contract, *Holds*). So does the
void of an overtaken bid in the room (*Room bids*).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

ROOM = "room"
"""The leader of a bid "in the room" whose paddle is not known yet."""

MAXIMUM, SILENT, CUT = "maximum", "silent", "cut"
"""Ways of a step besides `online` and `floor`. `silent`: the leader changed his own maximum, and the public did not see
it. `cut`: no bid, but the moment from which a held paddle goes no further than the price."""

Next = Callable[[int], int]
Rank = Callable[[str], float]


class Step(NamedTuple):
    """An accepted step: whose, how, and its amount or maximum in the minor unit.

    `seq` is the public number of its `bid_placed`, None for a step that the public did not see.
    """

    paddle: str
    way: str
    amount_minor: int
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The leader, his price and his maximum.

    `bids` counts the accepted steps up to here, `silent_bids` those that the public did not see. `rooms` are the bids
    in the room that have no paddle yet, each `(seq, amount_minor)`. `previous` is the standing that a void brings back.
    """

    leader: str
    price_minor: int
    maximum_minor: int
    bids: int
    silent_bids: int = 0
    step: Step | None = field(default=None, compare=False)
    rooms: tuple[tuple[int, int], ...] = ()
    previous: "Standing | None" = field(default=None, compare=False, repr=False)

    @property
    def silent(self) -> bool:
        """Whether the public did not see the step that led here."""
        return self.step is not None and self.step.way == SILENT


class Newcomer(NamedTuple):
    """A challenger of the leader: his amount or maximum, his priority rank and the leader's (1 is the best)."""

    paddle: str
    amount_minor: int
    by_maximum: bool
    rank: float
    leader_rank: float


def duel(standing: Standing, comer: Newcomer, least_minor: int, next_minor: Next) -> tuple[str, int]:
    """The leader and the price, once a newcomer's amount has met the leader's maximum (rulebook 4.2).

    A newcomer who wins with a maximum pays at least `least_minor`.
    """
    amount, maximum = comer.amount_minor, standing.maximum_minor
    better = comer.rank < comer.leader_rank
    if amount > maximum or (amount == maximum and better):
        beats = maximum if better else next_minor(maximum)
        return comer.paddle, max(least_minor, min(amount, beats)) if comer.by_maximum else amount
    answers = amount if comer.leader_rank < comer.rank else next_minor(amount)
    return standing.leader, min(maximum, answers)


def on_top(before: Standing | None, step: Step, leader: str, price_minor: int, maximum_minor: int) -> Standing:
    """The standing after one more accepted step."""
    bids, silent_bids, rooms = (before.bids, before.silent_bids, before.rooms) if before else (0, 0, ())
    if step.paddle == ROOM and step.seq is not None:
        rooms = (*rooms, (step.seq, step.amount_minor))
    silent_bids += step.way == SILENT
    return Standing(leader, price_minor, maximum_minor, bids + 1, silent_bids, step, rooms, before)


def cut(standing: Standing, paddle: str) -> Standing:
    """From here on the paddle goes no further than the price at which it leads. No void brings its maximum back."""
    maximum = standing.price_minor if standing.leader == paddle else standing.maximum_minor
    mark = Step(paddle, CUT, maximum)
    return replace(standing, maximum_minor=maximum, step=mark, previous=standing)


def chain(standing: Standing | None) -> Iterator[Standing]:
    """The standing, and every one below it."""
    while standing is not None:
        yield standing
        standing = standing.previous


def steps_of(standing: Standing | None) -> list[Step]:
    """Every step that still stands, the earliest first, with the marks of `cut` between them."""
    return [each.step for each in chain(standing) if each.step is not None][::-1]


def has_step(standing: Standing | None, paddle: str) -> bool:
    """Whether a step of the paddle still stands."""
    return any(each.step is not None and each.step.paddle == paddle for each in chain(standing))


def last_step(standing: Standing) -> Standing:
    """The standing that the last accepted step led to, whatever was cut since."""
    return next(each for each in chain(standing) if each.step is None or each.step.way != CUT)


def taken_back(standing: Standing) -> Standing | None:
    """The standing without its last accepted step; what was cut stays cut."""
    above: list[Standing] = []
    for each in chain(standing):
        if each.step is None or each.step.way != CUT:
            back = each.previous
            break
        above.append(each)
    for mark in reversed(above):
        assert mark.step is not None, "a mark says whose"
        back = back and cut(back, mark.step.paddle)
    return back


def assigned(standing: Standing, paddle: str, bids: Iterable[int]) -> Standing:
    """The standing once these bids in the room, by their numbers, belong to a paddle."""
    named, after, leads = frozenset(bids), None, False
    for each in [*chain(standing)][::-1]:
        step = each.step
        if step is not None and step.paddle == ROOM:
            leads = step.seq in named
            step = step._replace(paddle=paddle) if leads else step
        leader = paddle if each.leader == ROOM and leads else each.leader
        rooms = tuple(room for room in each.rooms if room[0] not in named)
        after = replace(each, leader=leader, step=step, rooms=rooms, previous=after)
    return after or standing


def taken_again(steps: Iterable[Step], start_minor: int, next_minor: Next, rank: Rank) -> Standing | None:
    """The standing that accepted steps lead to by themselves, without the checks that they have passed already.

    A plain bid keeps its amount; a maximum stands only as high as these steps bring it.
    """
    standing: Standing | None = None
    for step in steps:
        standing = _after(standing, step, start_minor, next_minor, rank)
    return standing


def _after(standing: Standing | None, step: Step, start_minor: int, next_minor: Next, rank: Rank) -> Standing | None:
    by_maximum = step.way in (MAXIMUM, SILENT)
    amount = step.amount_minor
    if step.way == CUT:
        return standing and cut(standing, step.paddle)
    if standing is not None and standing.leader == step.paddle and step.paddle != ROOM:
        price = standing.price_minor if by_maximum else max(standing.price_minor, amount)
        maximum = max(price, amount) if by_maximum else max(price, standing.maximum_minor)
        return on_top(standing, step, step.paddle, price, maximum)
    if step.way == SILENT:  # he does not lead any more, so the public sees his maximum
        step = step._replace(way=MAXIMUM)
    if standing is None:
        return on_top(None, step, step.paddle, min(amount, start_minor) if by_maximum else amount, amount)
    comer = Newcomer(step.paddle, amount, by_maximum, rank(step.paddle), rank(standing.leader))
    leader, price = duel(standing, comer, 0, next_minor)
    price = max(price, standing.price_minor)
    return on_top(standing, step, leader, price, amount if leader == step.paddle else standing.maximum_minor)
