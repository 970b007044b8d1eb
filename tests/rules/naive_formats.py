"""A second `replay`, deliberately naive: one dict a lot, plain code, written from the scenario contract alone.

It shares nothing with `auction` but the names; increments come from the other naive file. It plays every step but
`reopen` and `key`, and answers pairs: "ok" or a code, and the refusal's params.
"""

from copy import deepcopy
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.rules.naive_english import is_amount, next_amount, step_at

OK = ("ok", {})
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOBODY = 10**9
STEPS = {
    "english": {"bid", "max_bid", "floor_bid", "set_ask", "fair_warning", "hammer", "pass", "void_last"},
    "timed": {"bid", "max_bid", "void_last"},
    "dutch": {"bid"},
    "sealed": {"bid", "open_offers"},
}
LIVE = ("open", "fair_warning")
WITHDRAWN_FOR = ("TITLE_EVIDENCE", "AUTHORITY", "TECHNICAL", "OTHER")
LEAD = ("leader", "price", "maximum", "called", "bids")


class Refusal(Exception):
    def __init__(self, code, **params):
        super().__init__(code)
        self.answer = (code, params)


class Naive:
    def __init__(self, scenario):
        self.house = scenario["sale"].get("house_org")
        self.mode = scenario["sale"].get("priority_mode", "A")
        self.days = scenario["sale"].get("priority_days")
        self.bidders = {each["paddle"]: each for each in scenario["bidders"]}
        self.lots = {
            each["lot"]: {"spec": each, "status": "pending", "bids": 0, "offers": [], "history": []}
            for each in scenario["lots"]
        }
        for lot in self.lots.values():
            for name in (
                "leader",
                "price",
                "maximum",
                "called",
                "opened",
                "deadline",
                "paused",
                "ended",
                "by",
                "hammer",
            ):
                lot[name] = None
            lot.update(hard=None, extensions=0, declined=[], until=None)
        self.steps = scenario["steps"]
        self.sale_paused = None
        self.now = 0

    def play(self):
        answers = []
        for step in self.steps:
            self.now = step["at_ms"]
            self.clock()
            prices = [lot["price"] for lot in self.lots.values()]
            try:
                self.do(step)
                self.end_together()
                answers.append(OK)
            except Refusal as refusal:
                answers.append(refusal.answer)
            for lot, price in zip(self.lots.values(), prices, strict=True):
                if price != lot["price"]:  # a holder who declined it is not asked again because another took it
                    lot["declined"] = []
        return answers

    # --- groups ---

    def end_together(self):
        """Every lot that runs ends as late as the last of its group, or at its hard end."""
        for name in {lot["spec"].get("group") for lot in self.lots.values()} - {None}:
            run = [lot for lot in self.lots.values() if lot["spec"].get("group") == name and lot["status"] in LIVE]
            latest = max((lot["deadline"] for lot in run), default=None)
            for lot in run:
                end = latest if lot["hard"] is None else min(latest, lot["hard"])
                lot["deadline"] = max(lot["deadline"], end)

    # --- priority rights ---

    def asked(self, lot):
        """The holders of a better right than the leader's who have not declined."""
        who = []
        for paddle in self.bidders:
            org = self.bidders[paddle].get("org")
            barred = org is not None and org in (self.house, lot["spec"].get("consignor_org"))
            better = lot["leader"] is not None and self.right(lot, paddle) < self.right(lot, lot["leader"])
            if better and not barred and paddle not in lot["declined"]:
                who.append(paddle)
        return who

    def right(self, lot, paddle):
        return (self.bidders[paddle].get("priority") or {}).get(lot["spec"]["lot"], NOBODY)

    def answer_of_right(self, lot, paddle):
        """Who exercises or declines must be asked, and in time."""
        self.may_bid(lot, paddle)
        if lot["until"] is None:
            self.must_be_live(lot, "")
        elif self.now >= lot["until"]:
            raise Refusal("CLOSED")
        if self.mode == "A" or (self.mode == "C" and lot["until"] is None) or paddle not in self.asked(lot):
            raise Refusal("NOT_ALLOWED_NOW")

    def decline_priority(self, lot, paddle):
        self.answer_of_right(lot, paddle)
        lot["declined"].append(paddle)

    def exercise_priority(self, lot, paddle):
        self.answer_of_right(lot, paddle)
        if lot["hammer"] is None:
            raise Refusal("NOT_ALLOWED_NOW")
        self.limit(lot, paddle, lot["hammer"])
        lot["leader"] = paddle

    def sold(self, lot):
        """In mode C a holder of a better right gets some working days, counted on a calendar in Shanghai."""
        lot["declined"] = []
        if self.mode != "C" or not self.asked(lot):
            return
        day = datetime.fromtimestamp(lot["ended"] / 1000, SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        days = 0
        while days < self.days:
            day += timedelta(days=1)
            days += day.isoweekday() <= 5
        lot["until"] = round((day + timedelta(days=1)).timestamp() * 1000)

    # --- the clock ---

    def clock(self):
        due = [
            (lot["deadline"], place, lot)
            for place, lot in enumerate(self.lots.values())
            if lot["status"] in LIVE and lot["deadline"] is not None and lot["deadline"] <= self.now
        ]
        for deadline, _, lot in sorted(due, key=lambda each: each[:2]):
            if lot["spec"]["format"] != "sealed":
                self.end(lot, deadline, "clock")

    def end(self, lot, at, by):
        """Ended by the rules: sold to the leader, lifted to the reserve, or passed."""
        reserve = lot["spec"].get("reserve_minor") or 0
        if lot["leader"] is None or lot["maximum"] < reserve:
            lot.update(status="passed", ended=at, by=by)
        else:
            lot["price"] = max(lot["price"], reserve)
            lot.update(status="sold", ended=at, by=by, hammer=lot["price"])
            self.sold(lot)

    def sell(self, lot, by):
        self.end(lot, self.now, by)

    # --- one step ---

    def do(self, step):
        do = step["do"]
        if do == "tick":
            return
        if "lot" not in step:
            self.whole_sale(do)
            return
        if step["lot"] not in self.lots:
            raise Refusal("UNKNOWN_LOT")
        lot = self.lots[step["lot"]]
        if do in ("bid", "max_bid", "floor_bid"):
            self.may_bid(lot, step["paddle"])
        if do in ("decline_priority", "exercise_priority"):
            getattr(self, do)(lot, step["paddle"])
            return
        if do in ("open_lot", "resume"):
            getattr(self, do)(lot)
            return
        if not (do == "withdraw" and lot["status"] == "pending"):
            self.must_be_live(lot, do)
        if do in ("pause", "withdraw"):
            getattr(self, do)(lot, step)
            return
        if do not in STEPS[lot["spec"]["format"]]:
            raise Refusal("NOT_ALLOWED_NOW")
        getattr(self, do)(lot, step)

    def may_bid(self, lot, paddle):
        if paddle not in self.bidders:
            raise Refusal("NO_PADDLE")
        org = self.bidders[paddle].get("org")
        if org is not None and org in (self.house, lot["spec"].get("consignor_org")):
            raise Refusal("CONFLICT_OF_INTEREST")

    def must_be_live(self, lot, do):
        if lot["status"] == "paused" and do in ("pass", "void_last", "withdraw"):
            return
        if lot["status"] in LIVE and lot["spec"]["format"] == "sealed" and do == "withdraw":
            return
        late = lot["deadline"] is not None and self.now >= lot["deadline"]
        if lot["by"] == "clock":
            raise Refusal("CLOSED")
        if lot["status"] not in LIVE:
            raise Refusal("NOT_LIVE")
        if lot["spec"]["format"] == "sealed" and late and do != "open_offers":
            raise Refusal("CLOSED")

    def whole_sale(self, do):
        if do == "pause":
            if self.sale_paused is not None:
                raise Refusal("NOT_LIVE")
            self.sale_paused = [
                lot for lot in self.lots.values() if lot["status"] in LIVE and not self.offers_over(lot)
            ]
            for lot in self.sale_paused:
                self.pause(lot, {})
            return
        if self.sale_paused is None:
            raise Refusal("NOT_ALLOWED_NOW")
        stopped, self.sale_paused = self.sale_paused, None
        for lot in stopped:
            if lot["status"] == "paused":
                self.resume(lot)

    def offers_over(self, lot):
        return lot["spec"]["format"] == "sealed" and self.now >= lot["deadline"]

    def open_lot(self, lot):
        begun = (*LIVE, "paused")
        english = lot["spec"]["format"] == "english"
        another = any(each["status"] in begun and each["spec"]["format"] == "english" for each in self.lots.values())
        if lot["status"] != "pending" or (english and another) or self.sale_paused is not None:
            raise Refusal("NOT_ALLOWED_NOW")
        lot.update(status="open", opened=self.now)
        lot["deadline"] = self.first_deadline(lot["spec"])
        if lot["spec"].get("hard_end_ms") is not None:
            lot["hard"] = self.now + lot["spec"]["hard_end_ms"]

    def first_deadline(self, spec):
        if spec["format"] == "sealed":
            return self.now + spec["ends_ms"]
        if spec["format"] == "dutch":
            ask, ticks = spec["start_minor"], 0
            while ask > spec["floor_minor"]:
                ask, ticks = ask - spec["step_minor"], ticks + 1
            return self.now + (ticks + 1) * spec["tick_ms"]
        if spec["format"] == "english":
            return None
        if "ends_ms" in spec:
            length = spec["ends_ms"]
        else:
            length = spec["free_ms"]
            if spec.get("no_bid_in_free", "fail") == "continue":
                length += spec["limit_ms"]
        return self.now + (length if spec.get("hard_end_ms") is None else min(length, spec["hard_end_ms"]))

    def pause(self, lot, _step):
        lot.update(status="paused", paused=self.now)

    def resume(self, lot):
        if lot["status"] != "paused" or self.sale_paused is not None:
            raise Refusal("NOT_ALLOWED_NOW")
        length = self.now - lot["paused"]
        lot.update(status="open", paused=None, opened=lot["opened"] + length)
        for name in ("deadline", "hard"):
            if lot[name] is not None:
                lot[name] += length

    def withdraw(self, lot, step):
        if lot["status"] != "pending" and step.get("reason") not in WITHDRAWN_FOR:
            raise Refusal("NOT_ALLOWED_NOW")
        lot.update(status="withdrawn", ended=self.now, by="person")

    # --- the auctioneer ---

    def set_ask(self, lot, step):
        amount = step["amount_minor"]
        least = max(lot["spec"]["start_minor"], (lot["price"] or 0) + 1)
        if not is_amount(amount):
            raise Refusal("MALFORMED_AMOUNT")
        if amount < lot["spec"]["start_minor"]:
            raise Refusal("BELOW_START", minimum_minor=least)
        if amount < least:
            raise Refusal("BELOW_MIN", minimum_minor=least)
        lot["called"] = amount

    def fair_warning(self, lot, _step):
        lot["status"] = "fair_warning"

    def hammer(self, lot, _step):
        if self.mode == "B" and self.asked(lot):
            raise Refusal("NOT_ALLOWED_NOW")
        if lot["leader"] is None:
            raise Refusal("NO_BID")
        if lot["maximum"] < (lot["spec"].get("reserve_minor") or 0):
            raise Refusal("RESERVE_NOT_MET")
        self.sell(lot, "person")

    def _pass(self, lot, _step):
        lot.update(status="passed", ended=self.now, by="person")

    def void_last(self, lot, _step):
        if not lot["history"]:
            raise Refusal("NO_BID")
        lot.update(zip(LEAD, lot["history"].pop(), strict=True))
        lot.update(called=None, status="paused" if lot["status"] == "paused" else "open")

    def remember(self, lot):
        lot["history"].append(deepcopy([lot[name] for name in LEAD]))
        lot["bids"] += 1

    # --- bids ---

    def bid(self, lot, step):
        getattr(self, "bid_" + {"dutch": "dutch", "sealed": "sealed"}.get(lot["spec"]["format"], "up"))(lot, step)

    def floor_bid(self, lot, step):
        self.bid_up(lot, step)

    def rank(self, lot, paddle):
        """What a right is worth while the lot is under way."""
        return NOBODY if self.mode == "C" else self.right(lot, paddle)

    def ask(self, lot):
        spec = lot["spec"]
        if spec["format"] == "sealed":
            return None
        if spec["format"] == "dutch":
            moment = self.now if lot["paused"] is None else lot["paused"]
            return max(
                spec["floor_minor"],
                spec["start_minor"] - (moment - lot["opened"]) // spec["tick_ms"] * spec["step_minor"],
            )
        if lot["called"] is not None:
            return lot["called"]
        ask = spec["start_minor"] if lot["price"] is None else next_amount(spec["increment"], lot["price"])
        return ask if spec.get("cap_minor") is None else min(ask, spec["cap_minor"])

    def minimum(self, lot, paddle):
        if lot["leader"] is not None and self.rank(lot, paddle) < self.rank(lot, lot["leader"]):
            return lot["price"]
        return self.ask(lot)

    def limit(self, lot, paddle, amount):
        left = self.left_of_limit(lot, paddle)
        if left is not None and amount > left:
            raise Refusal("OVER_LIMIT", available_minor=max(0, left))

    def left_of_limit(self, lot, paddle):
        """What the other lots leave of a paddle's limit, None without a limit."""
        left = self.bidders.get(paddle, {}).get("limit_minor")
        if left is None:
            return None
        return left - sum(self.stake(other, paddle) for other in self.lots.values() if other is not lot)

    def stake(self, lot, paddle):
        if lot["status"] == "sold":
            return lot["hammer"] if lot["leader"] == paddle else 0
        if lot["status"] not in (*LIVE, "paused"):
            return 0
        if lot["spec"]["format"] == "sealed" and lot["leader"] is None:
            return sum(offer for who, offer, _ in lot["offers"] if who == paddle)
        return lot["maximum"] if lot["leader"] == paddle else 0

    def bid_dutch(self, lot, step):
        ask, amount = self.ask(lot), step.get("amount_minor")
        if amount is not None and not is_amount(amount):
            raise Refusal("MALFORMED_AMOUNT")
        if amount is not None and amount < ask:
            raise Refusal("BELOW_MIN", minimum_minor=ask)
        self.limit(lot, step["paddle"], ask)
        lot.update(leader=step["paddle"], price=ask, maximum=ask, bids=1)
        self.end(lot, self.now, "bid")

    def bid_sealed(self, lot, step):
        paddle, amount, start = step["paddle"], step["amount_minor"], lot["spec"]["start_minor"]
        mine = [offer for who, offer, _ in lot["offers"] if who == paddle]
        if not is_amount(amount):
            raise Refusal("MALFORMED_AMOUNT")
        if mine and lot["spec"].get("offers", "one") == "one":
            raise Refusal("ALREADY_OFFERED")
        least = mine[0] + 1 if mine else start
        if amount < start:
            raise Refusal("BELOW_START", minimum_minor=least)
        if amount < least:
            raise Refusal("BELOW_MIN", minimum_minor=least)
        self.limit(lot, paddle, amount)
        lot["offers"] = [each for each in lot["offers"] if each[0] != paddle] + [(paddle, amount, len(lot["offers"]))]
        lot["bids"] = len(lot["offers"])

    def open_offers(self, lot, _step):
        if self.now < lot["deadline"]:
            raise Refusal("NOT_ALLOWED_NOW")
        offers, spec = list(lot["offers"]), lot["spec"]
        best = None
        for offer in offers:  # who comes later must be better to win
            better = best is None or offer[1] > best[1]
            equal = best is not None and offer[1] == best[1]
            if better or (equal and self.rank(lot, offer[0]) < self.rank(lot, best[0])):
                best = offer
        reserve = spec.get("reserve_minor") or 0
        if best is None or best[1] < reserve:
            lot.update(status="passed", ended=self.now, by="clock")
            return
        price = best[1]
        if spec.get("price") == "second":
            price = max([spec["start_minor"], reserve] + [offer[1] for offer in offers if offer is not best])
        lot.update(
            status="sold", ended=self.now, by="clock", leader=best[0], price=price, hammer=price, maximum=best[1]
        )
        self.sold(lot)

    def bid_up(self, lot, step):
        paddle, amount = step["paddle"], step["amount_minor"]
        if not is_amount(amount):
            raise Refusal("MALFORMED_AMOUNT")
        if lot["leader"] == paddle and not lot["spec"].get("self_raise"):
            raise Refusal("ALREADY_LEADING")
        least = self.enough(lot, paddle, amount)
        if not self.on_step(lot, paddle, amount):
            raise Refusal("NOT_ON_STEP", minimum_minor=least)
        self.cap_and_limit(lot, paddle, amount)
        own_raise = lot["leader"] == paddle
        self.accept(lot, paddle, max(lot["maximum"], amount) if own_raise else amount, amount)

    def max_bid(self, lot, step):
        paddle, maximum = step["paddle"], step["max_minor"]
        if not is_amount(maximum):
            raise Refusal("MALFORMED_AMOUNT")
        least = self.enough(lot, paddle, maximum)
        self.cap_and_limit(lot, paddle, maximum)
        if lot["leader"] == paddle:
            self.remember(lot)
            lot["maximum"] = maximum
            return
        price = least
        if lot["leader"] is not None:
            better = self.rank(lot, paddle) < self.rank(lot, lot["leader"])
            beats = lot["maximum"] if better else next_amount(lot["spec"]["increment"], lot["maximum"])
            price = max(least, min(maximum, beats))
        self.accept(lot, paddle, maximum, price)

    def enough(self, lot, paddle, amount):
        least = self.minimum(lot, paddle)
        if amount < lot["spec"]["start_minor"]:
            raise Refusal("BELOW_START", minimum_minor=least)
        if amount < least:
            raise Refusal("BELOW_MIN", minimum_minor=least)
        return least

    def on_step(self, lot, paddle, amount):
        spec = lot["spec"]
        if not spec["increment"].get("on_step") or lot["price"] is None:
            return True
        if amount in (self.ask(lot), spec["start_minor"], spec.get("cap_minor"), self.minimum(lot, paddle)):
            return True
        return (amount - lot["price"]) % step_at(spec["increment"], lot["price"]) == 0

    def cap_and_limit(self, lot, paddle, amount):
        cap = lot["spec"].get("cap_minor")
        if cap is not None and amount > cap:
            raise Refusal("ABOVE_CAP", cap_minor=cap)
        self.limit(lot, paddle, amount)

    def accept(self, lot, paddle, maximum, price):
        """The duel: the newcomer's maximum, and the price if he wins it."""
        spec, leader = lot["spec"], lot["leader"]
        self.remember(lot)
        wins = leader in (None, paddle) or maximum > lot["maximum"]
        if not wins and maximum == lot["maximum"]:
            wins = self.rank(lot, paddle) < self.rank(lot, leader)
        if wins:
            lot.update(leader=paddle, price=price, maximum=maximum)
        else:
            better = self.rank(lot, leader) < self.rank(lot, paddle)
            lot["price"] = min(lot["maximum"], maximum if better else next_amount(spec["increment"], maximum))
        lot.update(called=None, status="open")
        if spec["format"] == "timed":
            self.extend(lot)
            if lot["price"] == spec.get("cap_minor"):
                self.end(lot, self.now, "bid")

    def extend(self, lot):
        spec, old, now = lot["spec"], lot["deadline"], self.now
        if "ends_ms" in spec:
            if old - now > spec["window_ms"] or lot["extensions"] == spec.get("max_extensions"):
                return
            new = old + spec["extend_ms"] if spec.get("extend") == "add" else now + spec["extend_ms"]
        elif now < lot["opened"] + spec["free_ms"]:
            new = lot["opened"] + spec["free_ms"] + spec["limit_ms"]
        else:
            new = old + spec["limit_ms"] if spec.get("extend") == "add" else now + spec["limit_ms"]
        if lot["hard"] is not None:
            new = min(new, lot["hard"])
        if new > old:
            lot["deadline"] = new
            lot["extensions"] += 1

    # --- the outcome ---

    def outcomes(self):
        return [self.outcome(lot) for lot in self.lots.values()]

    def outcome(self, lot):
        sold, begun = lot["status"] == "sold", lot["status"] in (*LIVE, "paused")
        reserve = lot["spec"].get("reserve_minor") or 0
        reached = lot["maximum"] if begun else lot["price"]
        said = {
            "lot": lot["spec"]["lot"],
            "status": lot["status"],
            "paddle": lot["leader"] if sold else None,
            "hammer_minor": lot["hammer"],
            "reserve_met": lot["leader"] is not None and reached >= reserve,
            "ended_at_ms": lot["ended"],
            "bids": lot["bids"],
        }
        if begun:
            said |= {"price_minor": lot["price"], "leader": lot["leader"], "ask_minor": self.ask(lot)}
            said["deadline_ms"] = lot["deadline"]
        if lot["until"] is not None:
            said["match_until_ms"] = lot["until"]
        return said


setattr(Naive, "pass", Naive._pass)
