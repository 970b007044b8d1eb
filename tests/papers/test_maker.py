"""Confirmations make themselves: after the hammer, after what was missing is there, after a term, after an outage."""

import pytest

from auction.database.store import Unavailable
from auction.papers.maker import Maker
from auction.rules import commands as cmd

from ..papered import FACTS, publish
from ..serving import wait_for

PRICE = 10_000_000


@pytest.fixture
def sale(parts, clock):
    return publish(parts, clock)


@pytest.fixture
def maker(parts):
    made = Maker(parts).start()
    yield made
    made.stop()


def confirmation(sale, lot="1"):
    return sale.cabinet.last(sale.id, "confirmation", lot)


def test_12_1_each_sold_lot_gets_its_confirmation(sale, maker):
    for lot in ("1", "2", "3"):
        sale.sell(lot, "101", PRICE)
    papers = [wait_for(lambda lot=lot: confirmation(sale, lot)) for lot in ("1", "2", "3")]

    assert [each.version for each in papers] == [1, 1, 1]
    assert wait_for(lambda: sale.cabinet.digest(papers[2], "zh"))


def test_12_1_another_hammer_makes_another_version(sale, maker):
    sale.sell("1", "101", PRICE)
    wait_for(lambda: confirmation(sale))
    sale.do(cmd.ReopenLot, "1", "DISPUTE")
    sale.do(cmd.PlaceBid, "1", "102", PRICE + 500_000, by="102")
    sale.do(cmd.Hammer, "1")

    again = wait_for(lambda: (paper := confirmation(sale)).version == 2 and paper)
    assert again.content["facts"]["buyer"]["paddle"] == "102"


def test_12_1_one_that_lacks_something_comes_once_it_is_there(sale, maker):
    sale.say("", **{**FACTS[""], "recorder": ""})
    sale.sell("1", "101", PRICE)
    wait_for(lambda: maker._lacking)
    assert confirmation(sale) is None

    sale.say("", **FACTS[""])
    assert wait_for(lambda: confirmation(sale))


def test_12_1_after_the_term_of_a_priority_right_it_is_made(parts, clock):
    sale = publish(parts, clock, priority_mode="C", priority_days=1)
    holder = parts.registration.of_user(sale.id, sale.users["bidder2"]).id
    assert parts.registration.set_priority(holder, sale.users["organizer"], {"1": 1}).ok
    sale.sell("1", "101", PRICE)
    maker = Maker(parts)
    maker.look()
    assert confirmation(sale) is None

    clock.at_ms = parts.engine.book(sale.id).sale.lots["1"].match_until_ms
    maker.look()
    assert confirmation(sale) is not None


def test_12_1_an_outage_of_the_database_delays_it_only(sale, maker, monkeypatch):
    make, tries = maker._cabinet.make, []

    def away_once(*asked):
        tries.append(asked)
        if len(tries) == 1:
            raise Unavailable("away")
        return make(*asked)

    monkeypatch.setattr(maker._cabinet, "make", away_once)
    sale.sell("1", "101", PRICE)

    assert wait_for(lambda: confirmation(sale))
    assert len(tries) == 2
