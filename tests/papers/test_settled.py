"""The reports of a sale's money, over the invented sale that is settled: every figure, by hand."""

from decimal import Decimal

import pytest

from auction.base import config as settings
from auction.demo.finished import make_finished
from auction.demo.sale import FINISHED_SLUG
from auction.papers.reports import source
from auction.papers.tables import table
from tests.serving import parts_for


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The rows of a report, by its name, each as a dict."""
    folder = tmp_path_factory.mktemp("settled")
    parts = parts_for(folder)
    make_finished(settings.read({"AUCTION_INSTANCE": str(folder)}), parts.clock)
    parts.engine.start()
    sale = parts.sales.find(FINISHED_SLUG)

    def read(report):
        told = table(source(parts, sale, report), report, "en")
        return [dict(zip(told.names, row, strict=True)) for row in told.rows]

    yield read
    parts.engine.stop()
    parts.store.close()


def test_deposits_say_what_became_of_each(rows):
    kinds = ("paid", "frozen", "applied", "released", "forfeited")
    told = {each["paddle"]: tuple(each[f"deposit_{kind}"] for kind in kinds) for each in rows("deposits")}
    laid_down, none = Decimal("20000.00"), Decimal("0.00")
    assert told == {
        "101": (laid_down, none, laid_down, none, none),
        "102": (laid_down, none, none, none, laid_down),
        "103": (laid_down, none, none, laid_down, none),
        "104": (laid_down, laid_down, none, none, none),
    }
    assert {each["deposit_due"] for each in rows("deposits")} == {laid_down}


def test_the_settlement_says_who_paid_and_what_the_consignors_are_due(rows):
    told = {each["lot"]: each for each in rows("settlement")}
    assert set(told) == {"1", "2", "5", "10"}
    figures = ("hammer", "all_in", "paid", "owed", "net", "consignors_paid", "consignors_due")
    assert [tuple(map(int, (told["1"][each] for each in figures)))] == [(70_000, 73_500, 73_500, 0, 66_500, 66_500, 0)]
    assert [tuple(map(int, (told["10"][each] for each in figures)))] == [
        (500_000, 525_000, 262_500, 262_500, 475_000, 0, 475_000)
    ]
    assert (told["2"]["defaulted"], told["2"]["owed"], told["2"]["net"]) == (True, Decimal("4000.00"), None)
    assert told["5"]["paddle"] == "103", "the lot is settled with the holder of the right, who took it"
