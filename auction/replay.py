"""One sale from a file through the rules: no server, no database, no clock but the one in the file.

`replay(scenario)` gives the outcome, `explain(scenario, translate)` its story in words. The scenario and the outcome
are those of the scenario contract; `docs/rules` has examples.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from .journal import canonical, facts
from .rules import commands as cmd
from .rules import events as ev
from .rules import priority
from .rules.decide import FORMATS, ask_minor, check_terms, decide
from .rules.format import BadTerms
from .rules.ladder import BadIncrement
from .rules.lot import BEGUN, MAX_AMOUNT, ROOM, Lot, Status, Terms
from .rules.refusals import Code, Refused
from .rules.sale import Sale, apply
from .runtime import nothing_circular
from .story import Story, Translate

_written = json.JSONEncoder(sort_keys=True).encode


class Malformed(ValueError):
    """The file is no scenario; the message is one line that says where."""


# --- the file -------------------------------------------------------------------------------------------------------


Fault = Callable[[Any], str | None]
_HALF_PAIR = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can hold it, UTF-8 cannot."""


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and (value.isascii() or not _HALF_PAIR.search(value)) else "a text"


def _text_or_null(value: Any) -> str | None:
    return None if value is None or _text(value) is None else "a text, or null"


def _whole(value: Any) -> str | None:
    return None if type(value) is int else "a whole number"


def _amount(value: Any) -> str | None:
    return None if type(value) is int and 1 <= value <= MAX_AMOUNT else "a whole number from 1 to 2^53-1"


def _limit(value: Any) -> str | None:
    good = value is None or (type(value) is int and value >= 0)
    return None if good else "a whole number from 0 up, or null"


def _true_or_false(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _ranks(value: Any) -> str | None:
    good = isinstance(value, dict) and all(type(rank) is int and rank >= 1 for rank in value.values())
    return None if good else "ranks from 1 up, by lot"


def _object(value: Any) -> str | None:
    return None if isinstance(value, dict) else "an object"


def _object_or_null(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict) else "an object, or null"


def _mode(value: Any) -> str | None:
    return None if value in priority.MODES else f"one of {', '.join(priority.MODES)}"


def _days(value: Any) -> str | None:
    good = value is None or (type(value) is int and 1 <= value <= priority.MOST_DAYS)
    return None if good else f"a whole number from 1 to {priority.MOST_DAYS}, or null"


def _list(value: Any) -> str | None:
    return None if isinstance(value, list) else "a list"


def _as_sent(_value: Any) -> None:
    """What bidders send as an amount is for the rules to refuse."""


Keys = Mapping[str, Fault]


def _checked(value: Any, where: str, needed: Keys, optional: Keys, others: bool = False) -> dict[str, Any]:
    """The object with every needed key, no unknown one (unless `others` are looked at later), and right types."""
    if not isinstance(value, dict):
        raise Malformed(f"{where}: an object")
    if not needed.keys() <= value.keys():
        raise Malformed(f"{where}.{next(key for key in needed if key not in value)}: missing")
    for key, each in value.items():
        fault = needed.get(key) or optional.get(key)
        if fault is None:
            if not others:
                raise Malformed(f"{where}.{key}: unknown key")
        elif (wrong := fault(each)) is not None:
            raise Malformed(f"{where}.{key}: {wrong}")
    return value


@dataclass(frozen=True, slots=True)
class _Do:
    """How a step is written: its command, its keys; without a lot it may mean the whole sale."""

    command: type[cmd.Command]
    needed: Keys
    optional: Keys
    of_sale: type[cmd.Command] | None


_LOT: Keys = {"lot": _text}
_WHY: Keys = {"reason": _text}
_BY: Keys = {**_LOT, "paddle": _text}


def _do(
    command: type[cmd.Command], needed: Keys, optional: Keys | None = None, of_sale: type[cmd.Command] | None = None
) -> _Do:
    return _Do(command, {"at_ms": _whole, "do": _text, **needed}, {"key": _text, **(optional or {})}, of_sale)


STEPS: Mapping[str, _Do] = {
    "open_lot": _do(cmd.OpenLot, _LOT),
    "bid": _do(cmd.PlaceBid, _BY, {"amount_minor": _as_sent}),
    "max_bid": _do(cmd.PlaceMaximum, {**_BY, "max_minor": _as_sent}),
    "floor_bid": _do(cmd.PlaceFloorBid, {**_BY, "amount_minor": _as_sent}),
    "set_ask": _do(cmd.SetAsk, {**_LOT, "amount_minor": _as_sent}),
    "fair_warning": _do(cmd.GiveFairWarning, _LOT),
    "hammer": _do(cmd.Hammer, _LOT, {"paddle": _text, "amount_minor": _as_sent}),
    "pass": _do(cmd.PassLot, _LOT),
    "void_last": _do(cmd.VoidLastBid, {**_LOT, **_WHY}),
    "withdraw": _do(cmd.WithdrawLot, _LOT, _WHY),
    "reopen": _do(cmd.ReopenLot, {**_LOT, **_WHY}),
    "pause": _do(cmd.PauseLot, {}, {**_LOT, **_WHY}, cmd.PauseSale),
    "resume": _do(cmd.ResumeLot, {}, _LOT, cmd.ResumeSale),
    "tick": _do(cmd.Tick, {}),
    "open_offers": _do(cmd.OpenOffers, _LOT),
    "decline_priority": _do(cmd.DeclinePriority, _BY),
    "exercise_priority": _do(cmd.ExercisePriority, _BY),
}
"""Every step of a scenario."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the scenario. `said` is all that it says but the time."""

    at_ms: int
    command: cmd.Command
    key: str | None = None
    paddle: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A sale, and what is done in it."""

    sale: cmd.PublishSale
    steps: tuple[Step, ...]


def parse(scenario: Any) -> Scenario:
    """The scenario of a file's JSON. Raises Malformed, with the place that is wrong."""
    top = _checked(scenario, "scenario", {"sale": _object, "bidders": _list, "lots": _list, "steps": _list}, {})
    sale = _sale(top["sale"])
    lots = tuple(_terms(each, f"lots[{place}]") for place, each in enumerate(top["lots"]))
    bidders = tuple(_bidder(each, f"bidders[{place}]") for place, each in enumerate(top["bidders"]))
    _once("lots", "lot", [each.lot for each in lots])
    _once("bidders", "paddle", [each.paddle for each in bidders])
    publish = replace(sale, lots=lots, bidders=bidders)
    return Scenario(publish, tuple(_steps(top["steps"], {each.lot: each.format for each in lots})))


def _sale(value: Any) -> cmd.PublishSale:
    """The sale; beyond the contract it may say how priority rights are exercised (docs/rules/priority.md)."""
    beyond: Keys = {"priority_mode": _mode, "priority_days": _days}
    sale = _checked(value, "sale", {}, {"currency": _text, "house_org": _text_or_null, **beyond})
    mode, days = sale.get("priority_mode", priority.AT_EQUAL_PRICE), sale.get("priority_days")
    if not priority.is_mode(mode, days):
        raise Malformed(f"sale.priority_days: {'missing' if days is None else 'only for priority_mode C'}")
    currency, house = sale.get("currency", "CNY"), sale.get("house_org")
    return cmd.PublishSale(0, currency, house, priority_mode=mode, priority_days=days)


def _once(where: str, key: str, names: list[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            raise Malformed(f"{where}[{place}].{key}: {name!r} is there twice")
        seen.add(name)


def _bidder(value: Any, where: str) -> cmd.AdmitBidder:
    optional: Keys = {"limit_minor": _limit, "priority": _ranks, "org": _text_or_null}
    each = _checked(value, where, {"paddle": _text}, optional)
    if each["paddle"] == ROOM:
        raise Malformed(f"{where}.paddle: {ROOM!r} is nobody's paddle")
    return cmd.AdmitBidder(0, each["paddle"], None, each.get("limit_minor"), each.get("org"), each.get("priority", {}))


_EVERY_LOT: Keys = {"lot": _text, "format": _text, "start_minor": _amount}
_ANY_LOT: Keys = {
    "increment": _object_or_null,
    "reserve_minor": _limit,
    "consignor_org": _text_or_null,
    "self_raise": _true_or_false,
}


def _terms(value: Any, where: str) -> Terms:
    lot = _checked(value, where, _EVERY_LOT, _ANY_LOT, others=True)
    own = {key: each for key, each in lot.items() if key not in _EVERY_LOT and key not in _ANY_LOT}
    increment = lot.get("increment")
    consignor = lot.get("consignor_org")
    secret = (lot.get("reserve_minor"), () if consignor is None else (consignor,))
    terms = Terms(lot["lot"], lot["format"], lot["start_minor"], increment, *secret, lot.get("self_raise", False), own)
    try:
        check_terms(terms)
    except BadTerms as error:
        raise Malformed(f"{where}.{error}") from error
    except BadIncrement as error:
        raise Malformed(f"{where}.increment: {error}") from error
    if increment is None and FORMATS[terms.format].needs_increment:
        raise Malformed(f"{where}.increment: missing")
    return terms


def _steps(steps: list[Any], formats: Mapping[str, str]) -> Iterator[Step]:
    before: int | None = None
    for place, value in enumerate(steps):
        where = f"steps[{place}]"
        step = _step(value, where)
        if before is not None and step.at_ms < before:
            raise Malformed(f"{where}.at_ms: {step.at_ms} comes after {before}")
        left_out = type(step.command) is cmd.PlaceBid and "amount_minor" not in value
        if left_out and formats.get(value["lot"]) != "dutch":
            raise Malformed(f"{where}.amount_minor: missing")
        before = step.at_ms
        yield step


def _step(value: Any, where: str) -> Step:
    name = value.get("do") if isinstance(value, dict) else None
    do = STEPS.get(name) if isinstance(name, str) else None
    if do is None:
        _checked(value, where, {"do": _text}, {}, others=True)
        raise Malformed(f"{where}.do: {name!r} is none of {', '.join(STEPS)}")
    _checked(value, where, do.needed, do.optional)
    asked = dict(value)
    at_ms, _do, key = asked.pop("at_ms"), asked.pop("do"), asked.pop("key", None)
    kind = do.of_sale if do.of_sale and "lot" not in asked else do.command
    command = kind(at_ms, **asked)
    if key is None:
        return Step(at_ms, command)
    said = _written({key: each for key, each in value.items() if key != "at_ms"})
    return Step(at_ms, command, key, asked.get("paddle"), said)


# --- playing it -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Play:
    """A scenario being played: the sale so far, and the chain of everything that happened in it."""

    sale: Sale = field(default_factory=lambda: Sale("replay"))
    seq: int = 0
    head: bytes = bytes(32)
    answers: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[tuple[str | None, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def take(self, command: cmd.Command, at_ms: int) -> tuple[ev.Event, ...] | Refused:
        """Decide a command; what happens is applied and chained."""
        decision = decide(self.sale, command, at_ms)
        if not isinstance(decision, Refused):
            for event in decision:
                self.sale = apply(self.sale, event)
                self.head = sha256(self.head + canonical(facts(event))).digest()
                self.seq += 1
        return decision

    def clock(self, at_ms: int) -> tuple[ev.Event, ...]:
        """Let every deadline up to a moment take effect."""
        deadline = self.sale.next_deadline_ms
        if deadline is None or deadline > at_ms:
            return ()
        happened = self.take(cmd.Tick(at_ms), at_ms)
        return () if isinstance(happened, Refused) else happened

    def step(self, step: Step) -> tuple[ev.Event, ...] | Refused:
        """Play one step; its answer is the last of the answers."""
        number = len(self.answers)
        known = self.keys.get((step.paddle, step.key)) if step.key is not None else None
        if known is not None:
            said, first = known
            again = said == step.said
            conflict = Refused(Code.KEY_CONFLICT)
            self.answers.append({**first, "step": number} if again else _answer(number, conflict, self.seq))
            return () if again else conflict
        decision = self.take(step.command, step.at_ms)
        answer = _answer(number, decision, self.seq)
        self.answers.append(answer)
        if step.key is not None:
            self.keys[(step.paddle, step.key)] = (step.said, answer)
        return decision


def _answer(number: int, decision: tuple[ev.Event, ...] | Refused, seq: int) -> dict[str, Any]:
    if isinstance(decision, Refused):
        return {"step": number, "ok": False, "code": decision.code.value, "params": dict(decision.params)}
    return {"step": number, "ok": True, "seq": seq}


@nothing_circular()
def replay(scenario: Any) -> dict[str, Any]:
    """The outcome of a scenario: an answer to every step, and where every lot stands. Raises Malformed."""
    plan = parse(scenario)
    play = Play()
    play.take(plan.sale, 0)
    now = 0
    for step in plan.steps:
        now = step.at_ms
        play.clock(now)
        play.step(step)
    lots = [outcome(lot, now) for lot in play.sale.lots.values()]
    return {"answers": play.answers, "lots": lots, "seq": play.seq, "head": play.head.hex()}


def outcome(lot: Lot, now_ms: int) -> dict[str, Any]:
    """Where a lot stands."""
    sold = lot.status is Status.SOLD
    answer = {
        "lot": lot.id,
        "status": lot.status.value,
        "paddle": lot.leader if sold else None,
        "hammer_minor": lot.hammer_minor,
        "reserve_met": lot.reserve_met,
        "ended_at_ms": lot.ended_at_ms,
        "bids": lot.bids,
    }
    if lot.match_until_ms is not None:
        answer["match_until_ms"] = lot.match_until_ms
    if lot.status in BEGUN:
        answer["price_minor"] = lot.price_minor
        answer["leader"] = lot.leader
        answer["ask_minor"] = ask_minor(lot, now_ms)
        answer["deadline_ms"] = lot.deadline_ms
    return answer


def explain(scenario: Any, translate: Translate) -> list[str]:
    """The story of every lot in words: who led when, and why each refused step was refused. Raises Malformed."""
    plan = parse(scenario)
    play = Play()
    story = Story(translate, plan.sale.currency)
    play.take(plan.sale, 0)
    for step in plan.steps:
        story.happened(play.clock(step.at_ms), play.sale, step.at_ms)
        before = play.sale
        decision = play.step(step)
        if isinstance(decision, Refused):
            story.refused(step.command, decision, before)
        else:
            story.happened(decision, before, step.at_ms)
    return story.of(play.sale)
