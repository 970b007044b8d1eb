"""A seeded auction without a server: the pure rules, and a network that delays, cuts, drops and repeats.

All in virtual time: bidders bid, retry and lose their connections, an auctioneer calls, clocks run out, the server says
farewell. It leaves a `World`: a journal and what every client saw, to be written as files, or to be falsified first.
"""

import itertools
import json
from collections.abc import Callable
from random import Random
from typing import Any

from auction.audit.check.export import event_entry
from auction.rules import commands as cmd
from auction.rules.acts import OF_DESK
from auction.rules.lot import LIVE, Status, Terms
from auction.rules.money import Tier
from auction.rules.priority import asked, entitled

from .world import MS, Entry, House, Time, World

START, STEP = 10_000_000, 500_000
HIGHEST = START + 60 * STEP
GROUPED = {"window_ms": 500, "extend_ms": 500, "group": "g"}
ENDS = {"7": 2_000, "8": 2_400}
REFUSED_UNSEEN = ("RATE_LIMITED", "UNAVAILABLE")
OF_RIGHT = {"decline_priority": cmd.DeclinePriority, "exercise_priority": cmd.ExercisePriority}
LOTS = (
    Terms("1", "english", START, {"fixed_minor": STEP}),
    Terms("2", "english", START, {"ladder": "CN258_TIER"}, reserve_minor=START + 3 * STEP, consignor_orgs=("maker",)),
    Terms("3", "timed", START, {"percent": "5"}, own={"ends_ms": 3_000, "window_ms": 500, "extend_ms": 500}),
    Terms("4", "dutch", START, own={"floor_minor": STEP, "step_minor": STEP, "tick_ms": 150}),
    Terms("5", "sealed", START, own={"ends_ms": 2_500, "price": "second", "offers": "raise"}),
    Terms("6", "english", START, {"fixed_minor": STEP}, self_raise=True),
    *(
        Terms(lot, "timed", START, {"fixed_minor": STEP}, own={**GROUPED, "ends_ms": ends})
        for lot, ends in ENDS.items()
    ),
)
HOLDS = ("SUSPENDED", "DEFAULTER_BARRED", "DEPOSIT_MISSING", "CONFLICT")
MODES: tuple[Entry, ...] = ({}, {"priority_mode": "B"}, {"priority_mode": "C", "priority_days": 1})
COMMISSION = (Tier(0, 500), Tier(START, 300))


def call(at_ms: int, message: Entry, who: str) -> cmd.Command:
    """The command of a call."""
    lot, of_seq = message["lot"], message["of_seq"]
    if message["do"] == "hammer":
        return cmd.Hammer(at_ms, lot, even_held=bool(message["even_held"]), auctioneer=who)
    if message["do"] == "assign_paddle":
        return cmd.AssignPaddle(at_ms, lot, message["paddle"], of_seq, auctioneer=who)
    if message["do"] == "void_last":
        seen = None if message["seen"] is None else cmd.Lead(*message["seen"])
        return cmd.VoidLastBid(at_ms, lot, message["reason"], of_seq, seen, auctioneer=who)
    return OF_DESK[message["do"]].command_of(at_ms, message, auctioneer=who)


class Line:
    """One connection: both directions keep their order, and both are lost when it is cut."""

    def __init__(self, client: "Client", random: Random) -> None:
        self.client, self.random = client, random
        self.open = True
        self._slow = random.choice((1, 1, 1, 4, 20))
        self._next_ns = {"up": 0, "down": 0}

    def down(self, what: str, message: Entry) -> None:
        self._carry("down", self.client.hear, what, message)

    def up(self, do: Callable[..., None], *facts: Any) -> None:
        self._carry("up", do, *facts)

    def _carry(self, way: str, do: Callable[..., None], *facts: Any) -> None:
        time = self.client.time
        arrives = max(self._next_ns[way], time.ns + self._slow * self.random.randrange(MS, 12 * MS))
        self._next_ns[way] = arrives
        time.later(arrives - time.ns, self._arrive, way, do, facts)

    def _arrive(self, way: str, do: Callable[..., None], facts: tuple[Any, ...]) -> None:
        if self.open or (way == "up" and self.random.random() < 0.5):  # what was on its way may still have come
            do(*facts)


class Client:
    """A person with one history over all his connections."""

    def __init__(self, world: "Simulation", name: str, actor: str | None = None, paddle: str | None = None) -> None:
        self.house, self.time, self.random = world.house, world.time, world.random
        self.name, self.actor, self.paddle = name, actor, paddle
        self.entries: list[Entry] = [{"history": 1, "client": name, "paddle": paddle}]
        self.line: Line | None = None
        self.joined = self.asking = False
        self.mine: int | None = None
        self.stated = 0
        self.open: dict[str, tuple[str, Entry]] = {}

    def note(self, what: str, **more: Any) -> None:
        self.entries.append({"at_ns": self.time.ns, "what": what, **more})

    def connect(self) -> None:
        if self.line is not None:
            return
        self.line = Line(self, self.random)
        self.joined = self.asking = False
        self.note("connected")
        self._ask_since(None if self.random.random() < 0.2 else self.mine, join=True)

    def _ask_since(self, seq: int | None, *, join: bool) -> None:
        line, self.asking = self.line, True
        assert line is not None

        def answer() -> None:
            if join and line.open and line not in self.house.room:
                self.house.room.append(line)
            line.down("resync", {"from": seq, "answer": self.house.since(seq)})

        line.up(answer)

    def hear(self, what: str, message: Entry) -> None:
        if what == "resync":
            self.note("resync", **message)
            self._resynced(message["answer"])
        elif what == "frame":
            self.note("frame", frame=message)
            self._fold(message["events"], message["seq"])
        elif what == "bye":
            self.note("bye", reason="restart")
            self.lose(0)
        else:
            self.note("answer", **message)
            if message["answer"].get("code") not in REFUSED_UNSEEN:
                self.open.pop(message["key"], None)

    def _resynced(self, answer: Entry) -> None:
        first, self.asking = not self.joined, False
        self.joined = True
        self.mine = max(self.mine or 0, answer["seq"])
        if first:
            for name, message in list(self.open.values()):
                self.send(name, message)
        self._fold([], answer["seq"])

    def _fold(self, events: list[Entry], seq: int) -> None:
        if self.mine is None:
            return
        for event in events:
            if event["seq"] == self.mine + 1:
                self.mine += 1
        self.stated = max(self.stated, seq)
        if self.mine < self.stated and self.joined and not self.asking:
            self._ask_since(self.mine, join=False)

    def lose(self, noticed_ns: int) -> None:
        """The connection is gone; the client notices sooner or later, and comes back."""
        line, self.line, self.joined = self.line, None, False
        if line is None:
            return
        line.open = False
        if line in self.house.room:
            self.house.room.remove(line)

        def notice() -> None:
            self.note("disconnected")
            self.time.later(self.random.randrange(50, 1_500) * MS, self.connect)

        self.time.later(noticed_ns, notice)

    def send(self, name: str, message: Entry) -> None:
        """A bid, a maximum or a call; once more, with the same key, where no answer comes or for no reason at all."""
        line = self.line
        if line is None or not self.joined:
            return
        self.open[message["key"]] = (name, message)
        self.note("sent", name=name, message=message)

        def answer(told: Entry) -> None:
            line.down("answer", {"key": message["key"], "answer": told})

        line.up(lambda: self.house.order(self.actor or "", self._command(name, message), message["key"], answer))
        if self.random.random() < 0.04:
            self.time.later(self.random.randrange(1, 400) * MS, self.send, name, message)

    def _command(self, name: str, message: Entry) -> cmd.Command:
        now = self.time.ms
        if name == "bid":
            return cmd.PlaceBid(now, message["lot"], self.paddle or "", message["amount_minor"])
        if name == "maximum":
            return cmd.PlaceMaximum(now, message["lot"], self.paddle or "", message["max_minor"])
        if name == "leave_max":
            return cmd.LeaveMaximum(now, message["lot"], self.paddle or "", message["max_minor"])
        if name in OF_RIGHT:
            return OF_RIGHT[name](now, message["lot"], self.paddle or "")
        blank = dict.fromkeys(("lot", "paddle", "amount_minor", "reason", "of_seq", "even_held", "seen"))
        return call(now, {**blank, "sure": True, **message}, self.actor or "")


class Simulation:
    """A whole sale with its people."""

    def __init__(self, seed: int, bidders: int = 5, watchers: int = 2) -> None:
        self.random, self.time = Random(seed), Time()
        self.house = House(self.time, self.random, f"sale{seed:08}")
        self._keys = itertools.count()
        self._seed = seed
        self.desk = Client(self, "desk", "auctioneer")
        self.bidders = [Client(self, f"bidder{i}", f"b{i}", str(100 + i)) for i in range(1, bidders + 1)]
        self.everybody = [self.desk, *self.bidders, *(Client(self, f"watcher{i}") for i in range(1, watchers + 1))]
        self._held: list[str] = []

    def key(self) -> str:
        return f"{self._seed}-{next(self._keys)}"

    def run(self, seconds: int = 22) -> World:
        """Play it, let everything come that is on its way, and say what is left."""
        admitted = tuple(self._admission(i, each) for i, each in enumerate(self.bidders))
        more = {**MODES[self._seed % 3], **({"buyer_commission": COMMISSION} if self._seed % 2 else {})}
        more |= {"highest_minor": HIGHEST} if self._seed % 4 else {}
        command = cmd.PublishSale(self.time.ms, "CNY", "house", LOTS, admitted, seller_commission=COMMISSION, **more)
        self.house.order("organizer", command, "publishing", lambda _told: None)
        for each in self.everybody:
            self.time.later(self.random.randrange(10, 300) * MS, each.connect)
        for each in self.bidders:
            self.time.later(self.random.randrange(400, 900) * MS, self._bid, each)
        self.time.later(400 * MS, self._call)
        self.time.later(700 * MS, self._fail)
        self.time.later(self.random.randrange(2_000, 6_000) * MS, self._hold)
        if self._seed % 3 == 0:
            self.time.later(self.random.randrange(1_000, 9_000) * MS, self._be_away)
        self.house.tick()
        self.house.beat()
        self.time.run(seconds * 1_000 * MS)
        self.house.calm = True
        self.time.run((seconds + 8) * 1_000 * MS)
        for call in range(3):
            self.time.later(call * 300 * MS, self._say, "take_gavel")
        self.time.run((seconds + 13) * 1_000 * MS)
        for each in self.everybody:
            each.note("end")
        return self._world()

    def _admission(self, place: int, bidder: Client) -> cmd.AdmitBidder:
        more: Entry = {}
        if place == 0:
            more = {"limit_minor": START + 12 * STEP}
        elif place == 1:
            more = {"priority": {"1": 1, "3": 1}}
        elif place == 3:
            more = {"priority": {"1": 2, "7": 1}}
        elif place == 2:
            more = {"org": "maker"}
        return cmd.AdmitBidder(self.time.ms, bidder.paddle or "", bidder.actor, **more)

    # --- what bidders do ---

    def _bid(self, bidder: Client) -> None:
        if self.house.calm:
            return
        lots = [lot for lot in self.house.sale.begun if lot.status in LIVE]
        if lots and self.random.random() < 0.9:
            bidder.send(*self._offer(self.random.choice(lots), bidder))
        elif self.random.random() < 0.3:
            lot = self.random.choice(LOTS).lot
            bidder.send("bid", {"lot": lot, "amount_minor": START, "key": self.key()})
        self._leave(bidder)
        self._by_right(bidder)
        self.time.later(self.random.randrange(60, 700) * MS, self._bid, bidder)

    def _leave(self, bidder: Client) -> None:
        """Now and then a bidder leaves a maximum for a lot to come, or takes it back."""
        coming = [lot.id for lot in self.house.sale.lots.values() if lot.status is Status.PENDING]
        if coming and self.random.random() < 0.1:
            most = self.random.choice((None, *(START + self.random.randrange(-1, 12) * STEP for _ in range(4))))
            bidder.send("leave_max", {"lot": self.random.choice(coming), "max_minor": most, "key": self.key()})

    def _by_right(self, bidder: Client) -> None:
        """A holder who is asked whether he takes a lot answers sooner or later. Now and then another answers too."""
        sale = self.house.sale
        mine = [lot.id for lot in sale.lots.values() if bidder.paddle in entitled(sale, lot)]
        mine = mine if sale.priority_mode != "A" and self.random.random() < 0.2 else []
        if self.random.random() < 0.01:
            mine = ["1"]
        for lot in mine:
            bidder.send(self.random.choice(list(OF_RIGHT)), {"lot": lot, "key": self.key()})

    def _offer(self, lot: Any, bidder: Client) -> tuple[str, Entry]:
        random, form = self.random, lot.terms.format
        if form == "dutch":
            amount = random.choice((None, START)) if random.random() < 0.25 else STEP // 2
            return "bid", {"lot": lot.id, "amount_minor": amount, "key": self.key()}
        if form == "sealed":
            amount = START + random.randrange(-2, 30) * STEP // 2
            return "bid", {"lot": lot.id, "amount_minor": amount, "key": self.key()}
        price = lot.price_minor or START - STEP
        if random.random() < 0.15:
            most = price + random.randrange(1, 8) * STEP
            return "maximum", {"lot": lot.id, "max_minor": most, "key": self.key()}
        next_minor = lot.ladder.next_minor(price) if lot.price_minor else START
        choices = (next_minor, next_minor + STEP, price, "12", 2**53)
        amount = random.choices(choices, (10, 2, 2, 1, 1))[0]
        return "bid", {"lot": lot.id, "amount_minor": amount, "key": self.key()}

    # --- what the organizer does ---

    def _hold(self) -> None:
        """Hold a paddle, mostly the leader's, or release it. Now and then a paddle bids by another way from now on."""
        random, sale, now = self.random, self.house.sale, self.time.ms
        if self.house.calm:
            return
        leaders = [lot.leader for lot in sale.begun if lot.leader in sale.paddles]
        paddle = random.choice(leaders) if leaders and random.random() < 0.7 else random.choice(self.bidders).paddle
        if self._held and random.random() < 0.7:
            self._organize(cmd.ReleasePaddle(now, self._held.pop()))
        elif random.random() < 0.15:
            self._organize(cmd.SetChannel(now, "105", random.choice(("online", "both"))))
        elif sale.gavel is not None:
            self._held.append(paddle)
            reason, standing = random.choice(HOLDS), random.choice(("void", "keep"))
            lots = [lot.id for lot in sale.begun if lot.leader == paddle]
            where = random.choice(lots) if reason == "CONFLICT" and lots else None
            self._organize(cmd.HoldPaddle(now, paddle, reason, standing, where))
        self.time.later(random.randrange(800, 5_000) * MS, self._hold)

    def _organize(self, command: cmd.Command) -> None:
        self.house.order("organizer", command, None, lambda _told: None)

    # --- what the auctioneer does ---

    def _say(self, do: str, **more: Any) -> None:
        """A call; what ends a lot or takes a bid back names the lead as it is now, which may change on the way."""
        lot = self.house.sale.lots.get(more.get("lot", ""))
        if lot is not None and do in ("pass", "void_last", "withdraw") and "of_seq" not in more:
            more["seen"] = [lot.leader, lot.price_minor]
        self.desk.send("call", {"do": do, "key": self.key(), **more})

    def _call(self) -> None:
        if self.house.calm:
            return
        if self.desk.joined:
            self._next_call()
        self.time.later(self.random.randrange(250, 700) * MS, self._call)

    def _next_call(self) -> None:
        sale, random = self.house.sale, self.random
        if sale.gavel is None:
            self._say("take_gavel")
            return
        if sale.halted is not None:
            self._say("resume_sale")
            return
        paused = [lot for lot in sale.begun if lot.status is Status.PAUSED]
        if paused:
            self._go_on(paused[0])
            return
        english = [lot for lot in sale.begun if lot.terms.format == "english"]
        sealed = [lot for lot in sale.begun if lot.offers_closed]
        if sealed:
            self._say("open_offers", lot=sealed[0].id)
        elif english:
            self._lead(english[0])
        elif sale.reopenable and random.random() < 0.15:
            self._say("reopen", lot=min(sale.reopenable), reason="DISPUTE")
        else:
            self._open_next()
        if english and random.random() < 0.6:
            self._open_next("timed", "dutch", "sealed")

    def _go_on(self, lot: Any) -> None:
        """A lot stands still: it goes on, or the auctioneer says what becomes of it."""
        do = self.random.choice(("hammer", "hammer", "pass", "void_last", "resume") if lot.in_question else ("resume",))
        if self.random.random() < 0.05:
            do = self.random.choice(("void_last", "pass", "withdraw"))
        reason = {"void_last": "MISHEARD", "withdraw": "TITLE_EVIDENCE"}.get(do)
        self._say(do, lot=lot.id, **({"reason": reason} if reason else {}), **self._even_held(do))

    def _even_held(self, do: str) -> Entry:
        return {"even_held": True} if do == "hammer" and self.random.random() < 0.8 else {}

    def _open_next(self, *formats: str) -> None:
        coming = [lot for lot in self.house.sale.lots.values() if lot.status is Status.PENDING]
        coming = [lot for lot in coming if not formats or lot.terms.format in formats]
        if coming:
            self._say("open_lot", lot=coming[0].id)

    def _lead(self, lot: Any) -> None:
        """One step on the English lot: mostly nothing, now and then something rare, an end when it has had enough."""
        random = self.random
        rare = {
            "void_last": {"reason": "MISHEARD"},
            "pause": {"reason": "TECHNICAL"},
            "floor_bid": {"amount_minor": (lot.price_minor or START) + STEP, "paddle": None},
            "set_ask": {"amount_minor": (lot.price_minor or START) + 2 * STEP},
            "withdraw": {"reason": "AUTHORITY"} if random.random() < 0.1 else {},
        }
        rooms = self.house.in_the_room(lot.id)
        if rooms and random.random() < 0.6:
            self._sort_out(lot, rooms)
        elif lot.status is Status.FAIR_WARNING:
            self._end(lot)
        elif lot.bids >= 6 or random.random() < 0.05:
            self._say("fair_warning", lot=lot.id)
        elif random.random() < 0.25:
            do = random.choice((*rare, "floor_bid", "floor_bid", "floor_bid"))
            self._say(do, lot=lot.id, **rare[do])
        elif random.random() < 0.03:
            self._say("pause_sale", reason="BREAK")

    def _sort_out(self, lot: Any, rooms: list[int]) -> None:
        """Bids in the room get a paddle, one or all of them, or are taken back."""
        draw, one = self.random.random(), {"of_seq": self.random.choice(rooms)}
        if draw < 0.3:
            self._say("void_last", lot=lot.id, reason="MISHEARD", **one)
        else:
            paddle = self.random.choice(("104", "105"))
            self._say("assign_paddle", lot=lot.id, paddle=paddle, **(one if draw < 0.6 else {}))

    def _end(self, lot: Any) -> None:
        """Who holds a better right, and says nothing, declines by the auctioneer's word."""
        silent = asked(self.house.sale, lot)
        if silent and self.random.random() < 0.95:
            self._say("decline_priority", lot=lot.id, paddle=silent[0])
        else:
            do = "hammer" if lot.reserve_met else "pass"
            self._say(do, lot=lot.id, **self._even_held(do))

    # --- what breaks ---

    def _fail(self) -> None:
        if self.house.calm:
            return
        random = self.random
        if random.random() < 0.12:
            for each in self.everybody:
                if each.line is not None:
                    each.line.down("bye", {})
        else:
            random.choice(self.everybody).lose(random.randrange(3_000) * MS)
        self.time.later(random.randrange(100, 900) * MS, self._fail)

    def _be_away(self) -> None:
        """The house finds that it could not commit for a while, and says so before anything else."""
        house, now = self.house, self.time.ms
        if house.sale.next_deadline_ms is not None and now - house.head.at_ms > 50 and not house.calm:
            command = cmd.MoveDeadlines(now, house.head.at_ms + self.random.randrange(50))
            house.order("clock", command, None, lambda _told: None)
        self.time.later(self.random.randrange(1_000, 9_000) * MS, self._be_away)

    # --- what is left ---

    def _world(self) -> World:
        house, head = self.house, self.house.head
        opened = {lot.id for lot in house.sale.lots.values() if lot.offers_opened}
        rows = [event_entry(each, opened) for each in house.records]
        receipts = [
            {"actor": actor, "key": key, "seq": seq, "code": told.get("code")}
            for (actor, key), (_, told, seq) in house.told.items()
        ]
        end = {"n": head.n, "seq": head.seq, "hash": head.hash.hex(), "public_hash": head.public_hash.hex()}
        clients = {each.name: each.entries for each in self.everybody}
        frames = {id(entry["frame"]): entry["frame"] for each in clients.values() for entry in each if "frame" in entry}
        texts = {place: json.dumps(frame) for place, frame in frames.items()}
        return World(house.sale.id, rows, receipts, list(house.refusals), end, clients, texts)


def simulate(seed: int, **how: int) -> World:
    """A world by its seed: the same seed, the same world but for what is random by its nature, salts and ciphers."""
    return Simulation(seed, **how).run()
