"""The naive `replay` with holds, room bids, left maxima, a highest bid and reopenings, from the contract alone.

Each lot keeps the list of its accepted bid steps. A hold with `void`, and the void of one room bid, play that list
again from the start without the steps that go. docs/rules/holds.md says what we chose where the contract is silent.
"""

from tests.rules.naive_english import is_amount, next_amount
from tests.rules.naive_formats import LIVE, NOBODY, OK, STEPS, Naive, Refusal

ROOM = "room"
BEGUN = (*LIVE, "paused")
REASONS = ("SUSPENDED", "DEFAULTER_BARRED", "DEPOSIT_MISSING", "CONFLICT")
WITHDRAWN_FOR = ("TITLE_EVIDENCE", "AUTHORITY", "TECHNICAL", "OTHER")
WHILE_PAUSED = ("void_last", "pass", "withdraw")
WHILE_ASKED = (*WHILE_PAUSED, "hammer")
LEAD = ("leader", "price", "maximum", "called", "bids", "led_by")


class Hall(Naive):
    """A sale with people in the hall, and people who are held."""

    def __init__(self, scenario):
        super().__init__(scenario)
        self.highest = scenario["sale"].get("highest_minor")
        self.held = {paddle: [] for paddle in self.bidders}
        self.back = []
        for lot in self.lots.values():
            lot.update(taken=[], led_by=None, asking=False, left=[])

    def play(self):
        answers = []
        for number, step in enumerate(self.steps):
            self.number = number
            answers.append(self.play_one(step))
        return answers

    def play_one(self, step):
        self.now = step["at_ms"]
        self.clock()
        prices = [lot["price"] for lot in self.lots.values()]
        try:
            self.do(step)
            self.end_together()
            answer = OK
        except Refusal as refusal:
            answer = refusal.answer
        for lot, price in zip(self.lots.values(), prices, strict=True):
            if price != lot["price"]:
                lot["declined"] = []
        return answer

    # --- one step ---

    def do(self, step):
        do = step["do"]
        if do == "tick":
            return
        if "lot" in step and step["lot"] not in self.lots:
            raise Refusal("UNKNOWN_LOT")
        if do in ("hold", "release"):
            self.hold_or_release(step)
            return
        if "lot" not in step:
            self.whole_sale(do)
            return
        lot = self.lots[step["lot"]]
        if do in ("bid", "max_bid", "floor_bid", "assign_paddle", "leave_max") and "paddle" in step:
            self.may_bid(lot, step["paddle"])
        if do in ("decline_priority", "exercise_priority"):
            getattr(self, do)(lot, step["paddle"])
        elif do in ("open_lot", "resume", "reopen"):
            getattr(self, do)(lot)
        elif do == "leave_max":
            self.leave_max(lot, step)
        else:
            self.of_a_begun_lot(lot, do, step)

    def of_a_begun_lot(self, lot, do, step):
        if do == "withdraw" and lot["status"] == "pending":
            self.withdraw(lot, step)
            return
        self.must_be_live(lot, do)
        form = lot["spec"]["format"]
        asked = lot["asking"] and do in ("hammer", "pass")
        if do not in ("pause", "withdraw") and do not in STEPS[form] | {"assign_paddle"} and not asked:
            raise Refusal("NOT_ALLOWED_NOW")
        if do == "assign_paddle" and form != "english":
            raise Refusal("NOT_ALLOWED_NOW")
        getattr(self, do)(lot, step)

    def must_be_live(self, lot, do):
        if lot["status"] == "paused" and do in (WHILE_ASKED if lot["asking"] else WHILE_PAUSED):
            return
        waits = lot["spec"]["format"] == "sealed" and lot["status"] in LIVE and do == "withdraw"
        if not waits:  # its time may be over: it can be withdrawn until its offers are opened
            super().must_be_live(lot, do)

    def may_bid(self, lot, paddle):
        if paddle not in self.bidders:
            raise Refusal("NO_PADDLE")
        reasons = [reason for reason, _, where in self.held[paddle] if where in (None, lot["spec"]["lot"])]
        for reason in sorted(reasons, key=REASONS.index):
            raise Refusal("CONFLICT_OF_INTEREST" if reason == "CONFLICT" else reason)
        super().may_bid(lot, paddle)

    # --- holds ---

    def is_held(self, paddle, lot, standing=("keep", "void")):
        holds = self.held.get(paddle, ())
        return any(how in standing and where in (None, lot["spec"]["lot"]) for _, how, where in holds)

    def asked(self, lot):
        return [paddle for paddle in super().asked(lot) if not self.is_held(paddle, lot)]

    def hold_or_release(self, step):
        paddle = step["paddle"]
        if paddle not in self.bidders:
            raise Refusal("NO_PADDLE")
        if step["do"] == "release":
            self.held[paddle] = []
            return
        standing = step.get("standing", "void")
        self.held[paddle].append((step["reason"], standing, step.get("lot")))
        for lot in self.lots.values():
            if step.get("lot") in (None, lot["spec"]["lot"]) and lot["status"] in ("pending", *BEGUN):
                self.cut(lot, paddle) if standing == "keep" else self.without(lot, [paddle])

    def without(self, lot, held):
        """The lot without anything that these paddles did."""
        lot["left"] = [each for each in lot["left"] if each[0] not in held]
        lot["offers"] = [each for each in lot["offers"] if each[0] not in held]
        if lot["spec"]["format"] == "sealed":
            lot["bids"] = len(lot["offers"])
            self.lead_of_offers(lot) if lot["asking"] else None
        elif any(each["paddle"] in held and each["kind"] != "keep" for each in lot["taken"]):
            self.anew(lot, [each for each in lot["taken"] if each["paddle"] not in held])

    def cut(self, lot, paddle):
        """Wherever this paddle leads, or would lead again, it leads with no more than the price."""
        lot["taken"].append({"kind": "keep", "paddle": paddle, "amount": 0})
        for lead in (lot, *lot["history"]):
            if lead["led_by"] is not None and lead["led_by"]["paddle"] == paddle:
                lead["maximum"] = lead["price"]

    def anew(self, lot, steps):
        """The lot as if only these steps had been made."""
        before = lot["leader"]
        while True:
            lot.update(leader=None, price=None, maximum=None, led_by=None, called=None, bids=0, history=[], taken=[])
            for step in steps:
                if step["kind"] == "keep":
                    self.cut(lot, step["paddle"])
                else:
                    self.duel(lot, step, self.minimum(lot, step["paddle"]))
            left = self.left_of_limit(lot, lot["leader"])
            if lot["leader"] == before or left is None or lot["maximum"] <= left:
                break
            steps = [each for each in steps if each["paddle"] != lot["leader"] or each["amount"] <= left]
        lot["declined"] = []
        lot["status"] = "paused" if lot["status"] == "paused" else "open"
        if lot["leader"] != before:
            self.give_time(lot)

    def give_time(self, lot):
        """Where a timed lot's leader changes there is at least one extension left, and its hard end moves with it."""
        if lot["spec"]["format"] != "timed":
            return
        now = self.now if lot["paused"] is None else lot["paused"]
        moved = max(0, now + self.period(lot) - lot["deadline"])
        lot["deadline"] += moved
        if lot["hard"] is not None:
            lot["hard"] += moved

    def period(self, lot):
        spec = lot["spec"]
        return spec.get("extend_ms") or spec.get("limit_ms") or 60_000

    def away(self, since):
        """No bid was possible since then: each running lot ends later by that time, with at least one extension."""
        gap = self.now - since
        for lot in self.lots.values():
            if lot["status"] not in LIVE or (lot["deadline"] or 0) <= since:
                continue
            moved = max(gap, self.now + self.period(lot) - lot["deadline"])
            lot["deadline"] += moved
            lot["opened"] += gap if lot["spec"]["format"] == "dutch" else moved
            if lot["hard"] is not None:
                lot["hard"] += moved
        self.end_together()

    # --- bids ---

    def limit(self, lot, paddle, amount):
        self.below_highest(amount)
        super().limit(lot, paddle, amount)

    def below_highest(self, amount):
        if self.highest is not None and amount > self.highest:
            raise Refusal("OVER_LIMIT", available_minor=self.highest)

    def bid_up(self, lot, step):
        paddle, amount = step.get("paddle", ROOM), step["amount_minor"]
        if not is_amount(amount):
            raise Refusal("MALFORMED_AMOUNT")
        if paddle != ROOM and lot["leader"] == paddle and not lot["spec"].get("self_raise"):
            raise Refusal("ALREADY_LEADING")
        least = self.enough(lot, paddle, amount)
        if not self.on_step(lot, paddle, amount):
            raise Refusal("NOT_ON_STEP", minimum_minor=least)
        self.cap_and_limit(lot, paddle, amount)
        self.accepted(lot, {"kind": "bid", "paddle": paddle, "amount": amount}, least)

    def max_bid(self, lot, step):
        paddle, maximum = step["paddle"], step["max_minor"]
        if not is_amount(maximum):
            raise Refusal("MALFORMED_AMOUNT")
        least = self.enough(lot, paddle, maximum)
        self.cap_and_limit(lot, paddle, maximum)
        self.accepted(lot, {"kind": "max_bid", "paddle": paddle, "amount": maximum}, least)

    def accepted(self, lot, step, least):
        silent = step["kind"] == "max_bid" and lot["leader"] == step["paddle"]
        self.duel(lot, {**step, "number": self.number}, least)
        if silent:
            return
        lot.update(called=None, status="open")
        if lot["spec"]["format"] == "timed":
            self.extend(lot)
            if lot["price"] == lot["spec"].get("cap_minor"):
                self.end(lot, self.now, "bid")

    def rank(self, lot, paddle):
        return NOBODY if paddle not in self.bidders else super().rank(lot, paddle)

    def right(self, lot, paddle):
        return NOBODY if paddle not in self.bidders else super().right(lot, paddle)

    def duel(self, lot, step, least):
        """Who leads after this step, and at what price; nothing is refused here."""
        lot["history"].append({name: lot[name] for name in LEAD})
        lot["bids"] += 1
        lot["taken"].append(step)
        paddle, most, leader = step["paddle"], step["amount"], lot["leader"]
        plain = step["kind"] == "bid"
        if leader == paddle and paddle != ROOM:
            if plain:
                lot.update(price=max(lot["price"], most), maximum=max(lot["maximum"], most), led_by=step)
            else:
                lot.update(maximum=max(lot["price"], most), led_by=step)
            return
        better = leader is not None and self.rank(lot, paddle) < self.rank(lot, leader)
        if leader is None:
            lot.update(leader=paddle, led_by=step, maximum=most, price=most if plain else min(most, least))
        elif most > lot["maximum"] or (most == lot["maximum"] and better):
            beats = lot["maximum"] if better else next_amount(lot["spec"]["increment"], lot["maximum"])
            price = most if plain else min(most, max(least, beats))
            lot.update(leader=paddle, led_by=step, maximum=most, price=price)
        else:
            better = self.rank(lot, leader) < self.rank(lot, paddle)
            beats = most if better else next_amount(lot["spec"]["increment"], most)
            lot["price"] = max(lot["price"], min(lot["maximum"], beats))

    # --- the room ---

    def open_room_bids(self, lot):
        return [each for each in lot["taken"] if each["paddle"] == ROOM]

    def named_room_bid(self, lot, step):
        named = [each for each in self.open_room_bids(lot) if each["number"] == step["of_step"]]
        if not named:
            raise Refusal("NOT_ALLOWED_NOW")
        return named[0]

    def assign_paddle(self, lot, step):
        bids = [self.named_room_bid(lot, step)] if "of_step" in step else self.open_room_bids(lot)
        if not bids:
            raise Refusal("NOT_ALLOWED_NOW")
        if lot["led_by"] in bids:
            self.limit(lot, step["paddle"], lot["maximum"])
        for each in bids:
            each["paddle"] = step["paddle"]
        lot["leader"] = lot["led_by"]["paddle"]

    def void_last(self, lot, step):
        if "of_step" in step:
            gone = self.named_room_bid(lot, step)
            self.anew(lot, [each for each in lot["taken"] if each is not gone])
            return
        bids = [each for each in lot["taken"] if each["kind"] != "keep"]
        if not bids:
            raise Refusal("NO_BID")
        lot["taken"] = [each for each in lot["taken"] if each is not bids[-1]]
        lot.update(lot["history"].pop())
        lot["leader"] = None if lot["led_by"] is None else lot["led_by"]["paddle"]
        lot.update(called=None, status="paused" if lot["status"] == "paused" else "open", declined=[])

    # --- the clock, and ends ---

    def open_lot(self, lot):
        super().open_lot(lot)
        self.back = []
        for paddle, most in lot["left"]:
            try:
                if lot["status"] in LIVE:
                    self.may_bid(lot, paddle)
                    self.max_bid(lot, {"paddle": paddle, "max_minor": most})
            except Refusal:
                pass  # the bidder is told, and the lot is open all the same

    def leave_max(self, lot, step):
        paddle, most = step["paddle"], step["max_minor"]
        if lot["status"] != "pending" or lot["spec"]["format"] not in ("english", "timed"):
            raise Refusal("NOT_ALLOWED_NOW")
        if most is not None:
            self.may_be_left(lot, most)
        if (paddle, most) not in lot["left"]:
            lot["left"] = [each for each in lot["left"] if each[0] != paddle]
            lot["left"] += [] if most is None else [(paddle, most)]

    def may_be_left(self, lot, most):
        if not is_amount(most):
            raise Refusal("MALFORMED_AMOUNT")
        if most < lot["spec"]["start_minor"]:
            raise Refusal("BELOW_START", minimum_minor=lot["spec"]["start_minor"])
        cap = lot["spec"].get("cap_minor")
        if cap is not None and most > cap:
            raise Refusal("ABOVE_CAP", cap_minor=cap)
        self.below_highest(most)

    def end(self, lot, at, by):
        sells = lot["leader"] is not None and lot["maximum"] >= (lot["spec"].get("reserve_minor") or 0)
        if by == "clock" and sells and self.is_held(lot["leader"], lot):
            lot.update(status="paused", paused=at, asking=True)
            return
        super().end(lot, at, by)
        lot["asking"] = False
        if lot["spec"]["format"] == "english":
            self.back.append(lot)

    def open_offers(self, lot, _step):
        if self.now < lot["deadline"]:
            raise Refusal("NOT_ALLOWED_NOW")
        self.lead_of_offers(lot)
        self.end(lot, self.now, "clock")

    def lead_of_offers(self, lot):
        """The best offer leads: the highest, then the best right, then the earliest."""
        spec = lot["spec"]
        ranked = sorted(lot["offers"], key=lambda each: (-each[1], self.rank(lot, each[0])))
        lot.update(leader=None, price=None, maximum=None)
        if ranked:
            price = ranked[0][1]
            if spec.get("price") == "second":
                price = max([spec["start_minor"], spec.get("reserve_minor") or 0, *(each[1] for each in ranked[1:2])])
                price = min(price, ranked[0][1])  # below the reserve nothing is sold
            lot.update(leader=ranked[0][0], price=price, maximum=ranked[0][1])

    def outcome(self, lot):
        said = super().outcome(lot)
        if lot["spec"]["format"] == "sealed" and lot["status"] in BEGUN:
            said |= {"price_minor": None, "leader": None, "ask_minor": None}
        return said

    def resume(self, lot):
        if not lot["asking"]:
            super().resume(lot)
            return
        if self.sale_paused is not None or lot["spec"]["format"] != "timed":
            raise Refusal("NOT_ALLOWED_NOW")
        old, length = lot["deadline"], self.now - lot["paused"]
        lot.update(status="open", paused=None, opened=lot["opened"] + length, asking=False)
        lot["deadline"] = self.now + self.period(lot)
        if lot["hard"] is not None:
            lot["hard"] += lot["deadline"] - old

    def hammer(self, lot, step):
        if self.mode == "B" and lot["spec"]["format"] == "english" and self.asked(lot):
            raise Refusal("NOT_ALLOWED_NOW")
        if lot["leader"] is None:
            raise Refusal("NO_BID")
        if self.open_room_bids(lot):
            raise Refusal("NO_PADDLE")
        if self.is_held(lot["leader"], lot) and not step.get("even_held"):
            raise Refusal("LEADER_HELD")
        if lot["maximum"] < (lot["spec"].get("reserve_minor") or 0):
            raise Refusal("RESERVE_NOT_MET")
        self.end(lot, self.now, "person")

    def _pass(self, lot, step):
        super()._pass(lot, step)
        lot.update(asking=False)
        if lot["spec"]["format"] == "english":
            self.back.append(lot)

    def withdraw(self, lot, step):
        if lot["status"] != "pending" and step.get("reason") not in WITHDRAWN_FOR:
            raise Refusal("NOT_ALLOWED_NOW")
        super().withdraw(lot, step)
        lot["asking"] = False

    def reopen(self, lot):
        if lot not in self.back or self.sale_paused is not None:
            raise Refusal("NOT_ALLOWED_NOW")
        self.back.remove(lot)
        called = lot["called"] if (lot["called"] or 0) > (lot["price"] or 0) else None
        lot.update(status="open", hammer=None, ended=None, by=None, paused=None, called=called)
        for paddle in self.bidders:
            if self.is_held(paddle, lot):
                self.cut(lot, paddle)
        self.without(lot, [paddle for paddle in self.bidders if self.is_held(paddle, lot, ("void",))])


setattr(Hall, "pass", Hall._pass)
