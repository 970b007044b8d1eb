"""Two sales of different houses behind the API, without a server: `sale` with its cast, and `other` with its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auction.base.clock import new_id
from auction.engine.orders import Answer, Order
from auction.parts import Parts
from auction.rules import commands as cmd
from models.rows import PatentRow
from tests.house import site_of
from tests.serving import Cast, lot_row, parts_for, stage


@dataclass
class Site:
    """The site and its parts; `ask` is a command of the staged sale by a person of its cast."""

    app: Flask
    parts: Parts
    cast: Cast
    at_desks: list[tuple[str, str, str]] = field(default_factory=list)
    """What desks were told of bids: room, name, JSON."""

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def ask(self, who: str, command: cmd.Command) -> Answer:
        answer = self.parts.engine.ask(Order(self.cast.sale, self.cast.users[who], command, key=new_id()))
        assert answer.ok, answer
        return answer

    def sell(self, lot: str, paddle: str, amount_minor: int) -> None:
        """Open a lot, let a paddle bid, and let the hammer fall."""
        user, now = self.cast.users["auctioneer"], self.parts.clock.now_ms
        self.ask("auctioneer", cmd.TakeGavel(now(), auctioneer=user))
        self.ask("auctioneer", cmd.OpenLot(now(), lot, auctioneer=user))
        self.ask("bidder1", cmd.PlaceBid(now(), lot, paddle, amount_minor))
        self.ask("auctioneer", cmd.Hammer(now(), lot, auctioneer=user))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("api")
    terms = {"buyer_commission": [[0, 500]], "about": "一个测试"}
    cast = stage(folder, terms=terms)
    parts = parts_for(folder, AUCTION_WEBHOOK_NETWORKS="127.0.0.0/8")
    parts.engine.start()
    draft = parts.sales.create("draft", title_zh="草稿", title_en="Draft")
    number = PatentRow(as_written="ZL201510123456.8", number="CN201510123456")
    parts.sales.add_lots(draft, [(lot_row("7", start_minor=100, reserve_minor=777_123), [number])])
    other = parts.sales.create("other", title_zh="别处", title_en="Elsewhere")
    parts.sales.add_lots(other, [(lot_row("1", start_minor=100, increment={"fixed_minor": 5}), [number])])
    assert parts.sales.publish(other, cast.users["administrator"]).ok
    at_desks: list[tuple[str, str, str]] = []
    yield Site(site_of(parts, lambda *told: at_desks.append(told)), parts, cast, at_desks)
    parts.engine.stop()
    parts.store.close()
