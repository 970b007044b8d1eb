"""The English rules a second time, deliberately naive: dicts that change, plain code, written from the contract alone.

It shares nothing with `auction.rules` but the names of the codes, so that a mistake would have to be made twice. Every
method answers a pair: "OK" or the refusal's code, and the refusal's params.
"""

from decimal import ROUND_HALF_UP, Decimal

OK = ("OK", {})
ROOM = "room"
HOLDS = ("SUSPENDED", "DEFAULTER_BARRED", "DEPOSIT_MISSING")
LIVE = ("open", "fair_warning")
WITHDRAWN_FOR = ("TITLE_EVIDENCE", "AUTHORITY", "TECHNICAL", "OTHER")
NOBODY = 10**9
"""The rank of a paddle without a priority right."""


def no(code, **params):
    return code, params


def is_amount(amount):
    return type(amount) is int and 1 <= amount <= 2**53 - 1


# The mantissas of the Chinese ladders, in tenths.
CN258_FULL = [first * 10 + second for first in range(1, 10) for second in (0, 2, 5, 8)]
CN258_TIER = (
    list(range(10, 20))
    + [first * 10 + second for first in (2, 3, 4) for second in (0, 2, 5, 8)]
    + list(range(50, 100, 5))
)


def ladder_values(name):
    """Every value of a Chinese ladder from one yuan to ten billion, in fen."""
    mantissas = {"CN258_FULL": CN258_FULL, "CN258_TIER": CN258_TIER}[name]
    return [mantissa * 10**power for power in range(1, 12) for mantissa in mantissas]


VALUES = {name: ladder_values(name) for name in ("CN258_FULL", "CN258_TIER")}


def step_at(increment, price):
    """The step at a price, for the increments that have one."""
    if "fixed_minor" in increment:
        return increment["fixed_minor"]
    if "bands" in increment:
        step = None
        for from_minor, band_step in increment["bands"]:
            if price >= from_minor:
                step = band_step
        return step
    unit = increment.get("round_minor", 1)
    share = Decimal(price) * Decimal(increment["percent"]) / 100
    return max(1, int((share / unit).quantize(Decimal(1), ROUND_HALF_UP))) * unit


def next_amount(increment, price):
    if "ladder" in increment:
        return min(value for value in VALUES[increment["ladder"]] if value > price)
    return price + step_at(increment, price)


class NaiveSale:
    def __init__(self, house_org=None):
        self.house_org = house_org
        self.bidders = {}
        self.lots = {}
        self.reopenable = set()
        self.halted = None  # the lots that the pause of the whole sale stopped

    # What is there before the first step.

    def add_bidder(self, paddle, limit=None, priority=None, org=None, holds=()):
        self.bidders[paddle] = {"limit": limit, "priority": priority or {}, "org": org, "holds": holds}

    def admit_again(self, paddle, **facts):
        """Later facts; but who has bids is not held by the way: what becomes of them has to be said."""
        under_way = (lot for lot in self.lots.values() if lot["status"] in (*LIVE, "paused"))
        if set(facts["holds"]) - set(self.bidders[paddle]["holds"]) and any(paddle in lot["by"] for lot in under_way):
            return no("NOT_ALLOWED_NOW")
        self.add_bidder(paddle, **facts)
        return OK

    def add_lot(self, lot, start, increment, *, reserve=None, consignor_org=None, self_raise=False):
        self.lots[lot] = {
            "start": start,
            "increment": increment,
            "reserve": reserve,
            "consignor_org": consignor_org,
            "self_raise": self_raise,
            "status": "pending",
            "leader": None,
            "price": None,
            "maximum": None,
            "called_ask": None,
            "before": [],  # the lead as it was before each accepted bid step, the last at the end
            "by": [],  # whose each of them was
            "hammer": None,
            "ended_at": None,
        }

    # What can be asked of a lot.

    def ask(self, lot):
        it = self.lots[lot]
        if it["called_ask"] is not None:
            return it["called_ask"]
        return it["start"] if it["price"] is None else next_amount(it["increment"], it["price"])

    def reserve_met(self, lot):
        it = self.lots[lot]
        if it["leader"] is None:
            return False
        reached = it["maximum"] if it["status"] in (*LIVE, "paused") else it["price"]
        return it["reserve"] is None or reached >= it["reserve"]

    def held(self, lot, paddle):
        """What one lot holds of a paddle's limit."""
        it = self.lots[lot]
        if it["leader"] != paddle:
            return 0
        if it["status"] == "sold":
            return it["hammer"]
        return it["maximum"] if it["status"] in (*LIVE, "paused") else 0

    def exposure(self, paddle):
        return sum(self.held(lot, paddle) for lot in self.lots)

    def rank(self, paddle, lot):
        return self.bidders[paddle]["priority"].get(lot, NOBODY) if paddle in self.bidders else NOBODY

    def outranks(self, paddle, lot):
        """Whether a paddle holds a better rank than the lot's leader."""
        leader = self.lots[lot]["leader"]
        return leader is not None and self.rank(paddle, lot) < self.rank(leader, lot)

    def minimum(self, lot, paddle):
        return self.lots[lot]["price"] if self.outranks(paddle, lot) else self.ask(lot)

    # Who may bid.

    def refuse_paddle(self, lot, paddle):
        if lot not in self.lots:
            return no("UNKNOWN_LOT")
        if paddle is None:
            return None
        if paddle not in self.bidders:
            return no("NO_PADDLE")
        for hold in HOLDS:
            if hold in self.bidders[paddle]["holds"]:
                return no(hold)
        org = self.bidders[paddle]["org"]
        if org is not None and (org == self.house_org or org == self.lots[lot]["consignor_org"]):
            return no("CONFLICT_OF_INTEREST")
        return None

    def refuse_state(self, lot):
        return None if self.lots[lot]["status"] in LIVE else no("NOT_LIVE")

    def refuse_limit(self, lot, paddle, amount):
        limit = self.bidders[paddle]["limit"] if paddle in self.bidders else None
        if limit is None:
            return None
        available = limit - sum(self.held(other, paddle) for other in self.lots if other != lot)
        return no("OVER_LIMIT", available_minor=max(0, available)) if amount > available else None

    def refuse_amount(self, lot, paddle, amount):
        it = self.lots[lot]
        minimum = self.minimum(lot, paddle)
        if amount < it["start"]:
            return no("BELOW_START", minimum_minor=minimum)
        return no("BELOW_MIN", minimum_minor=minimum) if amount < minimum else None

    def is_on_step(self, lot, paddle, amount):
        it = self.lots[lot]
        increment, price = it["increment"], it["price"]
        if not increment.get("on_step") or amount in (self.ask(lot), it["start"]):
            return True
        if amount == price and self.outranks(paddle, lot):
            return True
        if "ladder" in increment:
            return amount in VALUES[increment["ladder"]]
        return price is None or (amount - price) % step_at(increment, price) == 0

    # Bids.

    def bid(self, lot, paddle, amount):
        """A bidder's own bid, or the auctioneer's for a person on the floor (None: in the room)."""
        refused = self.refuse_paddle(lot, paddle) or self.refuse_state(lot)
        if refused:
            return refused
        it = self.lots[lot]
        if not is_amount(amount):
            return no("MALFORMED_AMOUNT")
        if paddle is not None and paddle == it["leader"] and not it["self_raise"]:
            return no("ALREADY_LEADING")
        refused = self.refuse_amount(lot, paddle, amount)
        if refused:
            return refused
        if not self.is_on_step(lot, paddle, amount):
            return no("NOT_ON_STEP", minimum_minor=self.minimum(lot, paddle))
        refused = self.refuse_limit(lot, paddle, amount)
        if refused:
            return refused
        self.accept(lot, paddle or ROOM, amount, own_price=amount)
        return OK

    def max_bid(self, lot, paddle, maximum):
        refused = self.refuse_paddle(lot, paddle) or self.refuse_state(lot)
        if refused:
            return refused
        if not is_amount(maximum):
            return no("MALFORMED_AMOUNT")
        refused = self.refuse_amount(lot, paddle, maximum) or self.refuse_limit(lot, paddle, maximum)
        if refused:
            return refused
        it = self.lots[lot]
        if it["leader"] == paddle:
            self.remember(lot, paddle)
            it["maximum"] = maximum
        else:
            self.accept(lot, paddle, maximum, own_price=None)
        return OK

    def remember(self, lot, paddle):
        it = self.lots[lot]
        it["by"].append(paddle)
        it["before"].append((it["leader"], it["price"], it["maximum"]))

    def accept(self, lot, paddle, maximum, own_price):
        """The duel: `own_price` is the amount of a bid, None for a maximum."""
        it = self.lots[lot]
        minimum = self.minimum(lot, paddle)
        leader, beaten = it["leader"], it["maximum"]
        self.remember(lot, paddle)
        if leader is None:
            self.lead(lot, paddle, own_price or minimum, maximum)
        elif leader == paddle and paddle != ROOM:
            self.lead(lot, paddle, own_price, max(beaten, maximum))
        elif maximum > beaten or (maximum == beaten and self.outranks(paddle, lot)):
            needed = beaten if self.outranks(paddle, lot) else next_amount(it["increment"], beaten)
            self.lead(lot, paddle, own_price or max(minimum, min(maximum, needed)), maximum)
        else:
            better = self.rank(leader, lot) < self.rank(paddle, lot)
            needed = maximum if better else next_amount(it["increment"], maximum)
            self.lead(lot, leader, min(beaten, needed), beaten)

    def lead(self, lot, leader, price, maximum):
        self.lots[lot].update(leader=leader, price=price, maximum=maximum, called_ask=None, status="open")

    def assign_paddle(self, lot, paddle):
        """Say whose the leading bid in the room is."""
        refused = self.refuse_paddle(lot, paddle) or self.refuse_state(lot)
        if refused:
            return refused
        it = self.lots[lot]
        if not self.waits_for_a_paddle(lot):
            return no("NOT_ALLOWED_NOW")
        refused = self.refuse_limit(lot, paddle, it["maximum"]) if it["leader"] == ROOM else None
        if refused:
            return refused
        it["before"] = [(paddle if leader == ROOM else leader, *rest) for leader, *rest in it["before"]]
        it["leader"] = paddle if it["leader"] == ROOM else it["leader"]
        it["by"] = [paddle if each == ROOM else each for each in it["by"]]
        return OK

    def waits_for_a_paddle(self, lot):
        """Whether a bid in the room, overtaken or not, has none yet."""
        return ROOM in self.lots[lot]["by"]

    # The auctioneer.

    def refuse_step(self, lot):
        return no("UNKNOWN_LOT") if lot not in self.lots else self.refuse_state(lot)

    def refuse_unless_begun(self, lot):
        if lot in self.lots and self.lots[lot]["status"] == "paused":
            return None
        return self.refuse_step(lot)

    def open_lot(self, lot):
        if lot not in self.lots:
            return no("UNKNOWN_LOT")
        if self.lots[lot]["status"] != "pending":
            return no("NOT_ALLOWED_NOW")
        if self.halted is not None or any(it["status"] in (*LIVE, "paused") for it in self.lots.values()):
            return no("NOT_ALLOWED_NOW")
        self.lots[lot]["status"] = "open"
        self.reopenable = set()
        return OK

    def set_ask(self, lot, amount):
        refused = self.refuse_step(lot)
        if refused:
            return refused
        it = self.lots[lot]
        if not is_amount(amount):
            return no("MALFORMED_AMOUNT")
        lowest = it["start"] if it["price"] is None else it["price"] + 1
        if amount < it["start"]:
            return no("BELOW_START", minimum_minor=lowest)
        if amount < lowest:
            return no("BELOW_MIN", minimum_minor=lowest)
        it["called_ask"] = amount
        return OK

    def fair_warning(self, lot):
        refused = self.refuse_step(lot)
        if refused:
            return refused
        self.lots[lot]["status"] = "fair_warning"
        return OK

    def hammer(self, lot, at_ms, paddle=None, amount=None):
        refused = self.refuse_step(lot)
        if refused:
            return refused
        it = self.lots[lot]
        if paddle is not None and paddle != it["leader"]:
            return no("NOT_ALLOWED_NOW")
        if amount is not None and amount != it["price"]:
            return no("NOT_ALLOWED_NOW")
        if it["leader"] is None:
            return no("NO_BID")
        if self.waits_for_a_paddle(lot):
            return no("NO_PADDLE")
        if not self.reserve_met(lot):
            return no("RESERVE_NOT_MET")
        it["price"] = max(it["price"], it["reserve"] or 0)
        it["hammer"] = it["price"]
        self.end(lot, "sold", at_ms)
        return OK

    def end(self, lot, status, at_ms):
        self.lots[lot].update(status=status, ended_at=at_ms)
        if status != "withdrawn":
            self.reopenable.add(lot)

    def pass_lot(self, lot, at_ms):
        refused = self.refuse_unless_begun(lot)
        if refused:
            return refused
        self.end(lot, "passed", at_ms)
        return OK

    def void_last(self, lot):
        refused = self.refuse_unless_begun(lot)
        if refused:
            return refused
        it = self.lots[lot]
        if not it["before"]:
            return no("NO_BID")
        it["leader"], it["price"], it["maximum"] = it["before"].pop()
        it["by"].pop()
        it.update(called_ask=None, status="paused" if it["status"] == "paused" else "open")
        return OK

    def withdraw(self, lot, at_ms, reason=None):
        if lot not in self.lots:
            return no("UNKNOWN_LOT")
        if self.lots[lot]["status"] not in ("pending", "paused", *LIVE):
            return no("NOT_LIVE")
        if self.lots[lot]["status"] != "pending" and reason not in WITHDRAWN_FOR:
            return no("NOT_ALLOWED_NOW")
        self.end(lot, "withdrawn", at_ms)
        return OK

    def reopen(self, lot):
        if lot not in self.lots:
            return no("UNKNOWN_LOT")
        if lot not in self.reopenable or self.halted is not None:
            return no("NOT_ALLOWED_NOW")
        it = self.lots[lot]
        it.update(status="open", hammer=None, ended_at=None)
        if it["called_ask"] is not None and it["price"] is not None and it["called_ask"] <= it["price"]:
            it["called_ask"] = None  # the lift has passed it: an ask is above the price
        self.reopenable.discard(lot)
        return OK

    def pause(self, lot):
        refused = self.refuse_step(lot)
        if refused:
            return refused
        self.lots[lot]["status"] = "paused"
        return OK

    def resume(self, lot):
        if lot not in self.lots:
            return no("UNKNOWN_LOT")
        if self.lots[lot]["status"] != "paused" or self.halted is not None:
            return no("NOT_ALLOWED_NOW")
        self.lots[lot]["status"] = "open"
        return OK

    def pause_sale(self):
        if self.halted is not None:
            return no("NOT_LIVE")
        self.halted = [lot for lot in self.lots if self.lots[lot]["status"] in LIVE]
        for lot in self.halted:
            self.lots[lot]["status"] = "paused"
        return OK

    def resume_sale(self):
        if self.halted is None:
            return no("NOT_ALLOWED_NOW")
        for lot in self.halted:
            if self.lots[lot]["status"] == "paused":
                self.lots[lot]["status"] = "open"
        self.halted = None
        return OK

    # What a replay would say of it.

    def document(self, lot):
        it = self.lots[lot]
        begun = it["status"] in (*LIVE, "paused")
        return {
            "status": it["status"],
            "paddle": it["leader"] if it["status"] == "sold" else None,
            "hammer_minor": it["hammer"],
            "reserve_met": self.reserve_met(lot),
            "ended_at_ms": it["ended_at"],
            "bids": len(it["before"]),
            "price_minor": it["price"] if begun else None,
            "leader": it["leader"] if begun else None,
            "ask_minor": self.ask(lot) if begun else None,
            "maximum_minor": it["maximum"] if begun else None,
        }
