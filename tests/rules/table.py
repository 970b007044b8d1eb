"""An auction as a text table: the terms in the head, then one line a step, its expected answer in the last column.

    sale house=cas
    lot 1 english start=100 by=5 reserve=150
    lot 2 timed start=100 by=5 free=1000s limit=60s cap=200
    paddle A limit=500 priority=1:1,2:2 org=x holds=SUSPENDED
    paddle B,C
    ---
    0     desk   open              | ok
    10    A      bid 100           | A 100, ask 105
    12.5  B      max 90            | BELOW_START 105

Amounts are in yuan, times in seconds. A lot is `english` or any other format; a term that ends in `s` is a time
(`free_ms`), one of `MONEY` an amount (`cap_minor`), anything else as it stands. The increment is `by=5`, `ladder=EBAY`,
`bands=0:5/100:10` or `percent=10 round=1`, each with `on_step` if bids must keep to it.

Who: a paddle, `room` (a bid on the floor whose paddle comes later), or `desk` for the auctioneer. `A floor 100` is the
bid that the auctioneer takes from paddle A in the hall, `desk assign A` gives every bid in the room its paddle,
`desk hold A SUSPENDED keep` and `desk release A` hold and release a paddle. `desk away 600` ends an absence of the
house that began at 600 s; a deadline that came in it has not been met. A step is about the lot named after `on`, else
about the last lot that a line named. Deadlines that have come take effect before a step. After each step, folding all
events again gives the same state, and the public ones alone the public's view.

An answer is a refusal's code with its amount, or `ok`; then, with commas, what holds after the step: `A 100` (who
leads at what price), `nobody`, `sold A 100`, a status, `ask 105`, `ends 60` (or `ends never`), `ended 60`, `bids 2`,
`max 200` (the leader's), `free A 400` (what is left of a limit), `met`, `not met`, `silent` (the public saw nothing),
`asked A B` or `asked nobody` (who may take the price by a priority right), `until 60` (until when).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from auction.rules import commands as cmd
from auction.rules.decide import decide
from auction.rules.events import Event
from auction.rules.kinds import is_public
from auction.rules.lot import Terms
from auction.rules.priority import entitled
from auction.rules.refusals import Refused
from auction.rules.sale import Sale, apply
from auction.rules.standing import ROOM
from auction.rules.visibility import bidder_document, public_lot, public_sale

HEAD = """
    lot 1,2 english start=100 by=5
    paddle A,B
"""

MONEY = ("cap", "floor", "step")
"""Terms of formats that are amounts."""


def minor(yuan: str) -> int:
    amount = Decimal(yuan) * 100
    assert amount == int(amount), f"{yuan}: no such amount in fen"
    return int(amount)


def yuan(minor_amount: int | None) -> str:
    return "none" if minor_amount is None else f"{Decimal(minor_amount) / 100:f}"


def ms(seconds: str) -> int:
    return int(Decimal(seconds) * 1000)


def seconds(at_ms: int | None) -> str:
    return "never" if at_ms is None else f"{Decimal(at_ms) / 1000:f}"


# --- the head -------------------------------------------------------------------------------------------------------


def _pairs(words: list[str]) -> dict[str, str]:
    return {key: value for key, _, value in (word.partition("=") for word in words)}


def _increment(pairs: dict[str, str]) -> dict[str, Any] | None:
    spec: dict[str, Any] = {}
    if "by" in pairs:
        spec["fixed_minor"] = minor(pairs.pop("by"))
    if "ladder" in pairs:
        spec["ladder"] = pairs.pop("ladder")
    if "bands" in pairs:
        rows = (row.split(":") for row in pairs.pop("bands").split("/"))
        spec["bands"] = [[minor(edge), minor(step)] for edge, step in rows]
    if "percent" in pairs:
        spec |= {"percent": pairs.pop("percent"), "round_minor": minor(pairs.pop("round", "0.01"))}
    if "on_step" in pairs:
        pairs.pop("on_step")
        spec["on_step"] = True
    return spec or None


def _own(name: str, value: str) -> tuple[str, Any]:
    if value.endswith("s") and value[:-1].replace(".", "").isdigit():
        return f"{name}_ms", ms(value[:-1])
    if name in MONEY:
        return f"{name}_minor", minor(value)
    if value == "none":
        return name, None
    return name, int(value) if value.isdigit() else value


def _terms(lot: str, form: str, words: list[str]) -> Terms:
    pairs = _pairs(words)
    increment = _increment(pairs)
    start, reserve = pairs.pop("start", None), pairs.pop("reserve", None)
    return Terms(
        lot,
        form,
        minor(start) if start else None,
        increment,
        minor(reserve) if reserve else None,
        tuple(filter(None, pairs.pop("consignor", "").split("+"))),
        pairs.pop("self_raise", None) is not None,
        dict(_own(name, value) for name, value in pairs.items()),
    )


def _admission(paddle: str, words: list[str]) -> cmd.AdmitBidder:
    pairs = _pairs(words)
    ranks = (rank.split(":") for rank in pairs.get("priority", "").split(",") if rank)
    return cmd.AdmitBidder(
        0,
        paddle,
        limit_minor=minor(pairs["limit"]) if "limit" in pairs else None,
        org=pairs.get("org"),
        also=tuple(filter(None, pairs.get("also", "").split("+"))),
        priority={lot: int(rank) for lot, rank in ranks},
        holds=tuple(pairs["holds"].split(",")) if "holds" in pairs else (),
    )


def _head_commands(line: str) -> list[cmd.Command]:
    what, *words = line.split()
    if what == "sale":
        pairs = _pairs(words)
        mode, days = pairs.get("mode", "A"), int(pairs["days"]) if "days" in pairs else None
        currency, house = pairs.get("currency", "CNY"), pairs.get("house")
        return [cmd.PublishSale(0, currency, house, priority_mode=mode, priority_days=days)]
    names = words[0].split(",")
    if what == "lot":
        return [cmd.ListLot(0, _terms(lot, words[1], words[2:])) for lot in names]
    assert what == "paddle", f"sale, lot or paddle expected: {line}"
    return [_admission(paddle, words[1:]) for paddle in names]


# --- the steps ------------------------------------------------------------------------------------------------------

DESK = {
    "open": "OpenLot",
    "warn": "GiveFairWarning",
    "pass": "PassLot",
    "pause": "PauseLot",
    "resume": "ResumeLot",
    "open_offers": "OpenOffers",
    "ask": "SetAsk",
    "hammer": "Hammer",
    "void": "VoidLastBid",
    "withdraw": "WithdrawLot",
    "reopen": "ReopenLot",
    "assign": "AssignPaddle",
}
RIGHTS = {"decline": cmd.DeclinePriority, "exercise": cmd.ExercisePriority}
SALE = {"pause_sale": "PauseSale", "resume_sale": "ResumeSale", "close_sale": "CloseSale", "tick": "Tick"}
SALE |= {"hold": "HoldPaddle", "release": "ReleasePaddle", "channel": "SetChannel"}


def _desk_facts(step: str, words: list[str]) -> dict[str, Any]:
    if step == "ask":
        return {"amount_minor": minor(words[0])}
    if step == "assign":
        return {"paddle": words[0]}
    if step == "hammer" and words:
        return {"paddle": words[0], "amount_minor": minor(words[1]) if words[1:] else None}
    if step in ("void", "reopen"):
        return {"reason": words[0] if words else "MISHEARD"}
    return {"reason": words[0]} if words else {}


def _bid(at_ms: int, lot: str, who: str, words: list[str]) -> cmd.Command:
    step, *rest = words
    if step in RIGHTS:
        return RIGHTS[step](at_ms, lot, who)
    amount = minor(rest[0]) if rest else None
    if who == ROOM:
        return cmd.PlaceFloorBid(at_ms, lot, None, amount)
    if step == "floor":
        return cmd.PlaceFloorBid(at_ms, lot, who, amount)
    assert step in ("bid", "max"), f"not a step of a bidder's: {step}"
    return cmd.PlaceBid(at_ms, lot, who, amount) if step == "bid" else cmd.PlaceMaximum(at_ms, lot, who, amount)


# --- playing it -----------------------------------------------------------------------------------------------------


@dataclass
class Table:
    """A sale being played, with everything that happened in it."""

    sale: Sale = field(default_factory=lambda: Sale("table"))
    public: Sale = field(default_factory=lambda: Sale("table"))
    events: list[Event] = field(default_factory=list)
    lot: str = ""

    def do(self, command: cmd.Command) -> tuple[Event, ...] | Refused:
        """Decide and apply one command; deadlines that have come take effect before it."""
        at_ms = command.arrived_ms
        if not isinstance(command, cmd.Tick | cmd.MoveDeadlines):
            self.do(cmd.Tick(at_ms))
        decision = decide(self.sale, command, at_ms)
        if not isinstance(decision, Refused):
            for event in decision:
                self.sale = apply(self.sale, event)
                self.public = apply(self.public, event) if is_public(event) else self.public
                self.events.append(event)
        return decision

    def check(self, line: str) -> None:
        """What holds after every step: the events are the whole truth, the public ones all that the public sees."""
        again = Sale("table")
        for event in self.events:
            again = apply(again, event)
        assert again == self.sale, f"{line}: the events folded again give another state"
        assert public_sale(self.public) == public_sale(self.sale), f"{line}: the public sees something else"

    def _command(self, line: str) -> cmd.Command:
        time, who, *words = line.split()
        if "on" in words:
            where = words.index("on")
            self.lot = words[where + 1]
            words = words[:where]
        at_ms = ms(time)
        if who != "desk":
            return _bid(at_ms, self.lot, who, words)
        step, *rest = words
        if step == "away":
            return cmd.MoveDeadlines(at_ms, ms(rest[0]))
        if step in SALE:
            return getattr(cmd, SALE[step])(at_ms, *rest)
        return getattr(cmd, DESK[step])(at_ms, self.lot, **_desk_facts(step, rest))

    def _holds(self, expected: str, decision: tuple[Event, ...] | Refused) -> str:
        """What there is in the place of one expected answer, in the same words."""
        word, *rest = expected.split()
        if word.isupper() and len(word) > 2:
            if not isinstance(decision, Refused):
                return "ok"
            return " ".join([decision.code, *(yuan(int(value)) for value in decision.params.values())])
        if word == "free":
            return f"free {rest[0]} {yuan(bidder_document(self.sale, rest[0])['available_minor'])}"
        if word == "silent":
            shown = isinstance(decision, Refused) or any(is_public(event) for event in decision)
            return "not silent" if shown else "silent"
        return self._lot_holds(word)

    def _lot_holds(self, word: str) -> str:
        lot = self.sale.lots[self.lot]
        seen = public_lot(lot)
        answers = {
            "ask": lambda: f"ask {yuan(seen['ask_minor'])}",
            "ends": lambda: f"ends {seconds(seen['deadline_ms'])}",
            "ended": lambda: f"ended {seconds(lot.ended_at_ms)}",
            "bids": lambda: f"bids {lot.bids}",
            "asked": lambda: " ".join(["asked", *(entitled(self.sale, lot) or ["nobody"])]),
            "until": lambda: f"until {seconds(lot.match_until_ms)}",
            "max": lambda: f"max {yuan(lot.standing.maximum_minor if lot.standing else None)}",
            "met": lambda: "met" if lot.reserve_met else "not met",
            "not": lambda: "met" if lot.reserve_met else "not met",
        }
        if word in answers:
            return answers[word]()
        if word == "sold" or (word in ("open", "fair_warning", "paused", "pending", "passed", "withdrawn")):
            return f"sold {lot.leader} {yuan(lot.hammer_minor)}" if lot.status == "sold" else lot.status.value
        return "nobody" if lot.leader is None else f"{lot.leader} {yuan(lot.price_minor)}"

    def answer(self, line: str, expected: str) -> str:
        """Play one line; what there is, in the words of what is expected."""
        decision = self.do(self._command(line))
        tokens = [token.strip() for token in expected.split(",")]
        first = tokens[0].split()[0]
        if isinstance(decision, Refused) and not (first.isupper() and len(first) > 2):
            tokens[0] = "REFUSED"  # nothing but the refusal itself is worth saying
        if not isinstance(decision, Refused) and first == "ok":
            tokens = tokens[1:]
            return ", ".join(["ok", *(self._holds(token, decision) for token in tokens)])
        return ", ".join(self._holds(token, decision) for token in tokens)


def _lines(text: str) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def begin(head: str) -> Table:
    """A table with its head played: the sale, the lots, the paddles."""
    table = Table()
    for command in [command for line in _lines(head) for command in _head_commands(line)]:
        refused = table.do(command)
        assert not isinstance(refused, Refused), f"{command}: {refused}"
        if isinstance(command, cmd.ListLot) and not table.lot:
            table.lot = command.terms.lot
    return table


def go_on(table: Table, steps: str) -> Table:
    """Play more lines, each against its expected answer."""
    for line in _lines(steps):
        step, _, expected = line.partition("|")
        expected = " ".join(expected.split())
        found = table.answer(step, expected)
        assert found == expected, f"{' '.join(step.split())} | expected: {expected} | found: {found}"
        table.check(line)
    return table


def play(text: str) -> Table:
    """Play a whole table: head, `---`, steps; without a head, English lots that everybody may bid on."""
    head, _, steps = text.rpartition("---")
    return go_on(begin(head or HEAD), steps)
