"""A scenario from a file: a sale, its lots and paddles, and the steps that are played (scenario contract).

`parse` looks at every key and every type, and says where a file is wrong. A bad value of an amount is for the rules.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..rules import commands as cmd
from ..rules import priority
from ..rules.acts import OF_BIDDERS, OF_DESK, Act, FieldKind, Presence
from ..rules.faults import BadIncrement, BadTerms
from ..rules.formats import FORMATS, check_terms
from ..rules.lot import MAX_AMOUNT, Terms
from ..rules.rights import HOLD_REASONS, STANDINGS
from ..rules.standing import ROOM
from ..words.of_terms import terms_sentence

_written = json.JSONEncoder(sort_keys=True).encode


class BadScenario(ValueError):
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


def _days(value: Any) -> str | None:
    good = value is None or (type(value) is int and 1 <= value <= priority.MOST_DAYS)
    return None if good else f"a whole number from 1 to {priority.MOST_DAYS}, or null"


def _one_of(words: Sequence[str]) -> Fault:
    return lambda value: None if value in words else f"one of {', '.join(words)}"


def _highest(value: Any) -> str | None:
    return None if value is None or _amount(value) is None else "a whole number from 1 to 2^53-1, or null"


def _list(value: Any) -> str | None:
    return None if isinstance(value, list) else "a list"


def _as_sent(_value: Any) -> None:
    """The rules refuse bad amounts of bidders."""


Keys = Mapping[str, Fault]


def _checked(value: Any, where: str, needed: Keys, optional: Keys, others: bool = False) -> dict[str, Any]:
    """The object with every needed key, no unknown one (unless `others` are looked at later), and right types."""
    if not isinstance(value, dict):
        raise BadScenario(f"{where}: an object")
    if not needed.keys() <= value.keys():
        raise BadScenario(f"{where}.{next(key for key in needed if key not in value)}: missing")
    for key, each in value.items():
        fault = needed.get(key) or optional.get(key)
        if fault is None:
            if not others:
                raise BadScenario(f"{where}.{key}: unknown key")
        elif (wrong := fault(each)) is not None:
            raise BadScenario(f"{where}.{key}: {wrong}")
    return value


@dataclass(frozen=True, slots=True)
class _Do:
    """How a step is written: its command, its keys; without a lot it may mean the whole sale."""

    command: type[cmd.Command]
    needed: Keys
    optional: Keys
    of_sale: type[cmd.Command] | None


_LOT: Keys = {"lot": _text}
_PADDLE: Keys = {"paddle": _text}
_OF_KIND: Mapping[FieldKind, Fault] = {
    FieldKind.NAME: _text,
    FieldKind.PADDLE_OR_ROOM: _text_or_null,
    FieldKind.AMOUNT: _as_sent,
    FieldKind.SEQ: _whole,
    FieldKind.FLAG: _true_or_false,
    FieldKind.REASON: _text,
}
_OF_SCREENS = ("seen_ask_minor", "sure", "seen")
"""Fields that a person's screen adds to an act. A scenario has no screens."""
_AS_WRITTEN = {"of_seq": "of_step", "maximum": "max_bid"}
"""Fields and acts that the scenario contract names otherwise."""
_TAKES = ("bid", "amount_minor")
"""In a falling auction a bid without an amount takes the ask; `_steps` looks that no other is without one."""
_OF_SALE = {"pause": OF_DESK["pause_sale"].command, "resume": OF_DESK["resume_sale"].command}
_NOT_PLAYED = ("take_gavel", "void_held", "channel", *(f"{name}_sale" for name in _OF_SALE))
"""Acts that the scenario contract does not have."""


def _do(
    command: type[cmd.Command], needed: Keys, optional: Keys | None = None, of_sale: type[cmd.Command] | None = None
) -> _Do:
    return _Do(command, {"at_ms": _whole, "do": _text, **needed}, {"key": _text, **(optional or {})}, of_sale)


def _played(act: Act, who: Keys) -> _Do:
    """A step as the table of acts has it; `who` is the key that says whose act it is."""
    needed, optional = dict(who), dict[str, Fault]()
    of_sale = _OF_SALE.get(act.name)
    for field in act.fields:
        if field.name in _OF_SCREENS:
            continue
        left_out = field.presence is Presence.OPTIONAL or of_sale is not None or (act.name, field.name) == _TAKES
        (optional if left_out else needed)[_AS_WRITTEN.get(field.name, field.name)] = _OF_KIND[field.kind]
    return _do(act.command, needed, optional, of_sale)


STEPS: Mapping[str, _Do] = {
    **{
        _AS_WRITTEN.get(act.name, act.name): _played(act, who)
        for acts, who in ((OF_BIDDERS, _PADDLE), (OF_DESK, {}))
        for act in acts.values()
        if act.name not in _NOT_PLAYED
    },
    "hold": _do(cmd.HoldPaddle, {**_PADDLE, "reason": _one_of(HOLD_REASONS)}, {"standing": _one_of(STANDINGS), **_LOT}),
    "release": _do(cmd.ReleasePaddle, _PADDLE),
    "tick": _do(cmd.Tick, {}),
}
"""Every step of a scenario."""


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """A step of the scenario. `said` is all that it says but the time; `of_step` the place of the bid that it names."""

    at_ms: int
    command: cmd.Command
    of_step: int | None = None
    key: str | None = None
    paddle: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A sale, and what is done in it."""

    sale: cmd.PublishSale
    steps: tuple[ScenarioStep, ...]


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
    beyond: Keys = {"priority_mode": _one_of(priority.MODES), "priority_days": _days}
    known: Keys = {"currency": _text, "house_org": _text_or_null, "highest_minor": _highest}
    sale = _checked(value, "sale", {}, {**known, **beyond})
    mode, days = sale.get("priority_mode", priority.AT_EQUAL_PRICE), sale.get("priority_days")
    if not priority.is_mode(mode, days):
        raise BadScenario(f"sale.priority_days: {'missing' if days is None else 'only for priority_mode C'}")
    currency, house = sale.get("currency", "CNY"), sale.get("house_org")
    terms = {"priority_mode": mode, "priority_days": days, "highest_minor": sale.get("highest_minor")}
    return cmd.PublishSale(0, currency, house, **terms)


def _once(where: str, key: str, names: list[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            raise BadScenario(f"{where}[{place}].{key}: {name!r} is there twice")
        seen.add(name)


def _bidder(value: Any, where: str) -> cmd.AdmitBidder:
    optional: Keys = {"limit_minor": _limit, "priority": _ranks, "org": _text_or_null}
    each = _checked(value, where, {"paddle": _text}, optional)
    if each["paddle"] == ROOM:
        raise BadScenario(f"{where}.paddle: {ROOM!r} is not the paddle of a bidder")
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
        place = f"{where}.increment: " if isinstance(error, BadIncrement) else f"{where}."
        raise BadScenario(place + terms_sentence("en", error)) from error
    if increment is None and FORMATS[terms.format].needs_increment:
        raise BadScenario(f"{where}.increment: missing")
    return terms


def _steps(steps: list[Any], formats: Mapping[str, str]) -> Iterator[ScenarioStep]:
    before: int | None = None
    for place, value in enumerate(steps):
        where = f"steps[{place}]"
        step = _step(value, where)
        if before is not None and step.at_ms < before:
            raise BadScenario(f"{where}.at_ms: {step.at_ms} comes after {before}")
        left_out = type(step.command) is cmd.PlaceBid and "amount_minor" not in value
        if left_out and formats.get(value["lot"]) != "dutch":
            raise BadScenario(f"{where}.amount_minor: missing")
        before = step.at_ms
        yield step


def _step(value: Any, where: str) -> ScenarioStep:
    name = value.get("do") if isinstance(value, dict) else None
    do = STEPS.get(name) if isinstance(name, str) else None
    if do is None:
        _checked(value, where, {"do": _text}, {}, others=True)
        raise BadScenario(f"{where}.do: {name!r} is none of {', '.join(STEPS)}")
    _checked(value, where, do.needed, do.optional)
    asked = dict(value)
    at_ms, _do, key = asked.pop("at_ms"), asked.pop("do"), asked.pop("key", None)
    of_step = asked.pop("of_step", None)
    kind = do.of_sale if do.of_sale and "lot" not in asked else do.command
    if kind is cmd.PlaceFloorBid:
        asked.setdefault("paddle", None)  # a person in the room
    command = kind(at_ms, **asked)
    if key is None:
        return ScenarioStep(at_ms, command, of_step)
    said = _written({key: each for key, each in value.items() if key != "at_ms"})
    return ScenarioStep(at_ms, command, of_step, key, asked.get("paddle"), said)
