"""An invented sale that is over, so that results, papers and money can be seen at once.

It was held twelve days ago, by a clock of its own. It has lots sold, passed and withdrawn, a package, and a buyer who
did not pay. It has a priority right exercised afterwards, and deposits in every state.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ..base.clock import Clock, new_id
from ..base.config import Config
from ..base.rejected import Rejected
from ..catalogue.importing import import_lots
from ..catalogue.reading import read_catalogue
from ..engine.orders import Order
from ..money import acts
from ..money.books import Press
from ..papers.facts import OF_SALE, subject, write_facts
from ..parts import Parts, build
from ..people.roles import Role, SaleRole
from ..rules import commands as cmd
from ..rules.formats import ask_minor
from ..rules.lot import Lot
from ..rules.money import COURT_TIERS, rows_of
from ..rules.sale import AFTERWARDS
from .sale import CASHIER, CATALOGUE, DEMO_HOUSE, FINISHED_SLUG, PAPERS, PEOPLE, person

SOLD, PACKAGE, UNPAID, TAKEN, PASSED, WITHDRAWN = "1", "10", "2", "5", "3", "7"
"""Lots of the demo's catalogue, by what becomes of them here; `TAKEN` changes hands by a priority right."""
NAMES = ("Buyer 买受人", "Defaulter 违约者", "Holder of a right 优先权人", "Underbidder 竞买人", "Latecomer 迟到者")
DEPOSIT_MINOR = 2_000_000
AGO_MS, SECOND_MS, TERM_MS = 12 * 86_400_000, 1_000, 8 * 86_400_000


class PastClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now_ms: int) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """The moment, in UTC milliseconds."""
        return self._now_ms

    def pass_by(self, ms: int) -> None:
        """Let time pass."""
        self._now_ms += ms


def make_finished(config: Config, clock: Clock) -> None:
    """Hold and settle the finished demo sale, where it is not there yet. `clock` says what day it is today."""
    past = PastClock(clock.now_ms() - AGO_MS)
    parts = build(config, lambda _room, _name, _message: None, past)
    parts.engine.start()
    try:
        if parts.sales.find(FINISHED_SLUG) is None:
            _Play(parts, past).run()
    finally:
        parts.engine.stop()
        parts.store.close()


class _Play:
    """The course of the finished sale."""

    def __init__(self, parts: Parts, clock: PastClock) -> None:
        self._parts = parts
        self._clock = clock
        self._organizer, self._auctioneer = person(parts, PEOPLE[0]), person(parts, PEOPLE[1])
        self._sale = ""
        self._rows: list[str] = []

    def run(self) -> None:
        """Announce it, admit bidders, sell, and settle."""
        self._announce()
        self._admit()
        self._sell()
        self._settle()

    def _announce(self) -> None:
        sales = self._parts.sales
        begins_ms = self._clock.now_ms()
        day = datetime.fromtimestamp(begins_ms / 1000, UTC).date()
        terms = {**_TERMS, "house_org": sales.organizations.id_of(DEMO_HOUSE), "starts_at_ms": begins_ms}
        terms |= {"notice_on": day - 14 * _DAY, "preview_from": day - 3 * _DAY, "preview_to": day - _DAY}
        self._sale = sales.create(FINISHED_SLUG, self._organizer, **terms)
        self._parts.staff.assign(self._sale, self._auctioneer, self._organizer)
        self._parts.staff.assign(self._sale, person(self._parts, CASHIER), self._organizer, SaleRole.CASHIER)
        catalogue = read_catalogue(CATALOGUE.read_bytes(), CATALOGUE.name, "CNY")
        shown = {SOLD, PACKAGE, UNPAID, TAKEN, PASSED, WITHDRAWN}
        lots = tuple(each for each in catalogue.lots if each.lot in shown)
        import_lots(sales, self._sale, replace(catalogue, lots=lots))
        self._state_facts()

    def _state_facts(self) -> None:
        """Say all that papers of the sale need, so that each of them can be printed."""
        facts = {OF_SALE: {**PAPERS, **_HOUSE}}
        for lot in self._parts.sales.lots(self._sale):
            facts[subject("lot", lot.lot)] = {**_PARTY, "account": _ACCOUNT, "hand_over": _HAND_OVER}
        for patent in self._parts.sales.patents(self._sale):
            facts[subject("patent", patent.number or "")] = {"title": _TITLE, "inventors": _INVENTORS}
        for paddle in _PADDLES:
            facts[subject("paddle", paddle)] = _PARTY
        with self._parts.store.write() as connection:
            for about, values in facts.items():
                write_facts(connection, self._sale, about, values)

    def _admit(self) -> None:
        """Four bidders lay their deposit down; the fifth has applied and not paid."""
        registration = self._parts.registration
        for number, name in enumerate(NAMES, 1):
            user = person(self._parts, (f"past{number}@demo.invalid", name, Role.BIDDER))
            self._rows.append(registration.apply(self._sale, user))
        for row in self._rows[:4]:
            self._parts.cover.settle(self._sale, row, self._organizer, arrived=True)
            registration.admit(row, self._organizer)
        self._parts.cover.follow(self._sale, self._parts.books.follow(self._sale), self._organizer)
        registration.set_priority(self._rows[2], self._organizer, {TAKEN: 1})
        self._parts.sales.publish(self._sale, self._organizer)

    # --- the sale ---

    def _sell(self) -> None:
        self._do(cmd.TakeGavel, auctioneer=self._auctioneer)
        self._auction(SOLD, "101", "104", "101", "104", "101")
        self._auction(UNPAID, "101", "102")
        self._auction(PASSED)
        self._auction(TAKEN, "104", "101")
        self._do(cmd.WithdrawLot, WITHDRAWN, "CONSIGNOR")
        self._auction(PACKAGE, "102", "104", "101", "104")
        self._do(cmd.ExercisePriority, TAKEN, "103")
        self._parts.sales.close(self._sale, self._organizer)
        self._clock.pass_by(TERM_MS)

    def _auction(self, lot: str, *paddles: str) -> None:
        """Open a lot, and let these paddles bid the next amount in turn, the last up to the reserve. Then end it."""
        self._do(cmd.OpenLot, lot)
        for paddle in paddles:
            self._do(cmd.PlaceBid, lot, paddle, ask_minor(self._lot(lot), self._clock.now_ms()))
        if paddles and not self._lot(lot).reserve_met:
            self._do(cmd.PlaceMaximum, lot, paddles[-1], self._lot(lot).terms.reserve_minor)
        if paddles:
            self._do(cmd.GiveFairWarning, lot)
        self._do(cmd.Hammer if paddles else cmd.PassLot, lot)

    def _lot(self, lot: str) -> Lot:
        return self._parts.engine.book(self._sale).sale.lots[lot]

    def _do(self, command: type[cmd.Command], *said: Any, **more: Any) -> None:
        """Give one command, four seconds after the last one."""
        self._clock.pass_by(4 * SECOND_MS)
        order = Order(self._sale, self._auctioneer, command(self._clock.now_ms(), *said, **more), key=new_id())
        answer = self._parts.engine.ask(order)
        if not answer.ok:
            raise Rejected(answer.code or "NOT_ALLOWED_NOW")

    # --- the money ---

    def _settle(self) -> None:
        """One buyer pays in parts, one does not pay at all, the losers have their deposits back."""
        buyer, defaulter, holder, loser = self._rows[:4]
        books, cover_minor = self._parts.books, DEPOSIT_MINOR
        owed = books.follow(self._sale).owed
        bought = books.follow(self._sale).sold
        self._enter(acts.DepositApplied(buyer, cover_minor))
        self._enter(acts.PaymentArrived(buyer, owed(buyer)[SOLD] - cover_minor), "DEMO-0001")
        self._enter(acts.ConsignorPaid(SOLD, bought[SOLD].net_minor), "DEMO-0002")
        self._enter(acts.Defaulted(UNPAID))
        self._parts.holding.default(defaulter, self._organizer, defaulted=True)
        self._enter(acts.DepositForfeited(defaulter))
        self._enter(acts.PaymentArrived(loser, owed(loser)[PACKAGE] // 2), "DEMO-0003")
        self._enter(acts.PaymentArrived(holder, owed(holder)[TAKEN]), "DEMO-0004")
        self._enter(acts.DepositReleased(holder, cover_minor))
        self._enter(acts.RefundPaid(holder, cover_minor), "DEMO-0005")

    def _enter(self, act: acts.LedgerAct, reference: str = "") -> None:
        self._clock.pass_by(60 * SECOND_MS)
        self._parts.books.act(self._sale, Press(self._organizer, new_id(), reference), act)


_DAY = timedelta(days=1)
_PADDLES = ("101", "102", "103", "104")
_ACCOUNT = "示例银行，0000 0000 0000 0002（虚构 invented）"
_HAND_OVER = "专利证书与登记簿副本，签约之日（虚构 invented）"
_TITLE = "虚构的专利名称 An invented title"
_INVENTORS = "甲某某、乙某某（虚构 invented）"
_HOUSE = {
    "house_address": "示例市示例路 1 号（虚构 invented）",
    "house_contact": "示例联系人 000-0000-0000（虚构 invented）",
    "preview_place": "线上与现场，每日 9:00–17:00（虚构 invented）",
    "to_do": "注册账户、缴纳保证金并领取号牌。 Open an account, pay the deposit, get a paddle.",
}
_PARTY = {
    "address": "示例市示例路 2 号（虚构 invented）",
    "representative": "示例代表人（虚构 invented）",
    "identity": "示例证件号（虚构 invented）",
    "contact": "000-0000-0001（虚构 invented）",
}
_TERMS: Mapping[str, Any] = {
    "title_zh": "专利竞价（拍卖）会·已结束的演示专场",
    "title_en": "Patent auction, a finished demonstration",
    "place": "线上与现场 Online and in the hall",
    "about": "演示数据，全部虚构。 Invented for demonstration; no such patents, institutes or people exist.",
    "invented": True,
    "under_law": False,
    "priority_mode": AFTERWARDS,
    "priority_days": 3,
    "deposit": {"fixed_minor": DEPOSIT_MINOR},
    "buyer_commission": rows_of(COURT_TIERS),
    "seller_commission": rows_of(COURT_TIERS),
}
