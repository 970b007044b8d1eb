"""The reports of a sale's money, over the invented sale that is settled: every figure, by hand."""

from decimal import Decimal

import pytest

from auction.base import config as settings
from auction.base.rejected import Rejected
from auction.demo.finished import make_finished
from auction.demo.sale import FINISHED_SLUG
from auction.papers.cabinet import Cabinet
from auction.papers.kinds import PAPER_KINDS
from auction.papers.reports import source
from auction.papers.settling import consignor_lot, statement
from auction.papers.tables import table
from tests.serving import parts_for


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The parts over the settled sale, and its row."""
    folder = tmp_path_factory.mktemp("settled")
    parts = parts_for(folder)
    make_finished(settings.read({"AUCTION_INSTANCE": str(folder)}), parts.clock)
    parts.engine.start()
    yield parts, parts.sales.find(FINISHED_SLUG)
    parts.engine.stop()
    parts.store.close()


@pytest.fixture(scope="module")
def rows(finished):
    """The rows of a report, by its name, each as a dict."""
    parts, sale = finished

    def read(report):
        told = table(source(parts, sale, report), report, "en")
        return [dict(zip(told.names, row, strict=True)) for row in told.rows]

    return read


@pytest.fixture(scope="module")
def facts(finished):
    """The facts of a paper of the sale, by its kind and subject; its files can be made."""
    parts, sale = finished
    cabinet = Cabinet(parts)

    def read(kind, subject):
        paper = cabinet.make(cabinet.dossier(sale), kind, subject)
        assert cabinet.file(paper, "both").startswith(b"%PDF")
        return paper.content["facts"]

    return read


def figures(amount):
    return None if amount is None else amount["figures"]


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


def test_12_1_papers_of_money_say_what_the_ledger_says(facts):
    paid = facts("payment", "101")
    assert [figures(paid[each]) for each in ("total", "set_off", "paid", "due")] == [
        *("¥73,500.00", "¥20,000.00", "¥53,500.00", "¥0.00"),
    ]
    in_parts = facts("payment", "104")
    assert [figures(in_parts[each]) for each in ("total", "set_off", "paid", "due")] == [
        *("¥525,000.00", "¥20,000.00", "¥262,500.00", "¥242,500.00"),
    ]
    with pytest.raises(Rejected, match="NOTHING_WON"):
        facts("payment", "102")  # he did not pay, so he owes no price any more
    deposits = {paddle: facts("deposit", paddle) for paddle in ("101", "102", "103", "104")}
    assert {paddle: each["standing"]["en"] for paddle, each in deposits.items()} == {
        "101": "set off against the price",
        "102": "kept after a default",
        "103": "released",
        "104": "set off against the price",
    }
    assert {figures(each["left"]) for each in deposits.values()} == {"¥0.00"}


def test_12_1_a_confirmation_keeps_the_sums_of_the_hammer(facts):
    money = facts("confirmation", "10")["money"]
    assert [figures(money[each]) for each in ("total", "set_off", "balance")] == [
        *("¥525,000.00", "¥20,000.00", "¥505,000.00"),
    ]


def test_12_1_a_consignor_reads_what_was_paid_and_who_did_not_pay(finished):
    parts, sale = finished
    of = Cabinet(parts).dossier(sale)
    by_lot = {lot: statement(of, consignor_lot(of, lot)).facts for lot in ("1", "2", "10")}
    lots = {each["number"]: each for told in by_lot.values() for each in told["lots"]}

    assert lots["2"]["outcome"]["zh"] == "买受人违约未付款"
    assert (lots["2"]["hammer"], figures(lots["2"]["net"])) == (None, "¥0.00")
    assert (figures(lots["1"]["net"]), len(lots["1"]["paid_on"])) == ("¥66,500.00", 10)
    assert figures(by_lot["1"]["paid"]) == "¥66,500.00"
    assert lots["10"]["paid_on"] == ""
    assert (by_lot["10"]["paid"], figures(by_lot["10"]["due"])) == (None, "¥475,000.00")


def test_12_6_every_paper_of_the_finished_sale_can_be_made(finished):
    parts, sale = finished
    of = Cabinet(parts).dossier(sale)
    due = [(kind, subject) for kind in PAPER_KINDS.values() for subject in kind.due(of)]
    assert {kind.name for kind, _ in due} == set(PAPER_KINDS) - {"application_contract"}
    assert {kind.name: kind.draft(of, subject).lacks for kind, subject in due if kind.draft(of, subject).lacks} == {}


def test_cases_say_how_far_each_lot_has_come(rows):
    told = {each["lot"]: each for each in rows("cases")}
    states = {lot: each["case_state"].code for lot, each in told.items()}
    assert (states["1"], states["2"]) == ("open", "defaulted")
    assert "passed" in states.values()
    assert (told["1"]["steps_done"], told["1"]["next_step"].code) == (1, "confirmed"), "it is paid"
    assert (told["10"]["steps_done"], told["10"]["later_offers"]) == (0, 0), "it is paid in part"
