"""A sale of which every paper can be made: a house, a licence, patents with their dates, deposits, and the facts of
papers. All names are invented."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from auction.engine.orders import Answer, Order
from auction.papers.cabinet import Cabinet
from auction.papers.facts import write_facts
from auction.parts import Parts
from auction.people.accounts import Role
from auction.rules import commands as cmd
from models.rows import PatentRow

from .serving import lot_row

FACTS = {
    "": {
        "house_address": "上海市嘉定区安亭镇博园路7575号",
        "house_contact": "周琳 021-0000 0000",
        "recorder": "陈书记",
        "payment_days": "5",
        "account": "示例拍卖有限公司，示例银行安亭支行，6222 0000 0000 0001",
        "preview_place": "上海汽车会展中心二号厅，9:00 至 17:00",
        "to_do": "于11月27日17时前交纳保证金并领取号牌",
        "disclaimer": "拍卖人不对专利的稳定性作出担保",
    },
    "paddle:101": {
        "address": "苏州市工业园区1号",
        "representative": "李想",
        "identity": "91330100799655058B",
        "contact": "0512-0000 0000",
    },
    "lot:1": {
        "address": "北京市海淀区中关村北一条",
        "representative": "王院长",
        "identity": "911101085923662400",
        "contact": "010-0000 0000",
        "account": "示例银行 6222 1",
        "costs": "5000",
        "hand_over": "证书原件，签约当日",
    },
    "patent:ZL201810000001.X": {"title": "一种高温合金", "inventors": "赵一；钱二"},
}
PATENT = {
    "as_written": "ZL201810000001.X",
    "number": "ZL201810000001.X",
    "kind": "发明",
    "filing_date": date(2018, 1, 5),
    "publication_date": None,
    "legal_status": "in_force",
    "status_checked_on": date(2018, 11, 20),
    "grant_date": date(2018, 10, 9),
    "annuity_paid_until": date(2019, 1, 5),
}
PATENTS = {
    "1": PATENT,
    "2": {**PATENT, "as_written": "CN110000002A", "number": "CN110000002A", "legal_status": "examination"},
    "3": {**PATENT, "as_written": "CN110000003B", "number": "CN110000003B"},
}
"""By lot; that of lot 2 is not granted yet."""
PATENTS["2"]["grant_date"] = None
COMMISSION = [[0, 500], [200_000_000, 300]]


@dataclass
class Papered:
    """The sale, and who gives orders in it."""

    parts: Parts
    clock: Any
    id: str
    users: dict[str, str]

    def do(self, command: type[cmd.Command], *facts: Any, by: str = "", **more: Any) -> Answer:
        """Give an order one second after the last."""
        self.clock.at_ms += 1_000
        order = Order(
            self.id, by or self.users["auctioneer"], command(self.clock.at_ms, *facts, **more), uuid.uuid4().hex
        )
        answer = self.parts.engine.ask(order)
        assert answer.ok, answer
        return answer

    def sell(self, lot: str, paddle: str, hammer_minor: int) -> None:
        """Open a lot, and sell it at a price."""
        self.do(cmd.OpenLot, lot)
        self.do(cmd.PlaceBid, lot, paddle, hammer_minor, by=paddle)
        self.do(cmd.GiveFairWarning, lot)
        self.do(cmd.Hammer, lot)

    @property
    def cabinet(self) -> Cabinet:
        return Cabinet(self.parts)

    @property
    def row(self) -> dict[str, Any]:
        return self.parts.sales.by_id(self.id)

    def make(self, kind: str, subject: str = "") -> Any:
        """A paper as it must be now."""
        return self.cabinet.make(self.cabinet.dossier(self.row), kind, subject)

    def say(self, about: str, **values: str) -> None:
        """Say facts of a subject, in the place of those that were."""
        with self.parts.store.write() as connection:
            write_facts(connection, self.id, about, values)


def publish(parts: Parts, clock: Any, slug: str = "spring", lots: int = 3, **more: Any) -> Papered:
    """The sale, published, with its gavel taken; bidders 1 and 2 have the paddles 101 and 102, and their deposit."""
    parts.engine.clock = clock
    house = parts.sales.organizations.id_of("示例拍卖有限公司")
    terms = {
        "title_zh": "2018年专利拍卖会上海专场",
        "title_en": "Patent auction 2018, Shanghai",
        "place": "上海汽车会展中心",
        "starts_at_ms": clock.at_ms,
        "house_org": house,
        "auctioneer_licence": "3101234",
        "notice_on": date(2018, 11, 20),
        "preview_from": date(2018, 11, 26),
        "preview_to": date(2018, 11, 27),
        "buyer_commission": COMMISSION,
        "seller_commission": COMMISSION,
        "deposit": {"fixed_minor": 2_000_000},
    }
    sale = parts.sales.create(slug, **(terms | more))
    for number in map(str, range(1, lots + 1)):
        texts = {"title_zh": f"高温合金{number}", "title_en": f"Alloy {number}", "field": "新材料"}
        terms = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}, "consignor": "示例金属研究所"}
        patents = [PatentRow(**PATENTS.get(number, PATENT))]
        parts.sales.add_lots(sale, [(lot_row(number, **texts, **terms), patents)])
    users = {"organizer": parts.accounts.create(f"o@{slug}.invalid", "Organizer", Role.ORGANIZER)}
    users["auctioneer"] = parts.accounts.create(f"a@{slug}.invalid", "吴拍卖", Role.AUCTIONEER)
    for name in ("organizer", "auctioneer"):
        parts.staff.assign(sale, users[name], None)
    for number, name in ((1, "李想"), (2, "孙二")):
        user = users[f"bidder{number}"] = parts.accounts.create(f"b{number}@{slug}.invalid", name, Role.BIDDER)
        row = parts.registration.apply(sale, user)
        parts.registration.deposit(row, users["organizer"], arrived=True)
        parts.registration.admit(row, users["organizer"])
    with parts.store.write() as connection:
        for about, values in FACTS.items():
            write_facts(connection, sale, about, values)
    assert parts.sales.publish(sale, users["organizer"]).ok
    made = Papered(parts, clock, sale, users)
    made.do(cmd.TakeGavel, auctioneer=users["auctioneer"])
    return made
