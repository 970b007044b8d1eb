"""The highest bid of a sale (issue 8, number 13), and withdrawals (number 8)."""

import pytest

from auction.audit.replay import replay
from auction.audit.scenario import BadScenario
from auction.rules import commands as cmd
from auction.rules import events as ev
from auction.rules.rights import Bidder
from tests.rules.table import play
from tests.rules.test_holds import ENGLISH, OPEN, SEALED, bid, lead, most, played, room

FAT_FINGER = 9_007_199_254_740_991
DUTCH = {
    "lot": "1",
    "format": "dutch",
    "start_minor": 100_000,
    "floor_minor": 50_000,
    "step_minor": 10,
    "tick_ms": 60_000,
}


def over(lot, *steps, highest, **bidder):
    told = replay(
        {
            "sale": {"highest_minor": highest},
            "bidders": [{"paddle": "A", **bidder}],
            "lots": [lot],
            "steps": [{"at_ms": 0, "lot": "1", **step} for step in steps],
        }
    )
    return [(each.get("code"), each.get("params", {}).get("available_minor")) for each in told["answers"][1:]]


@pytest.mark.parametrize("step", [bid("A", FAT_FINGER), most("A", FAT_FINGER), room(FAT_FINGER)])
def test_08_13_no_amount_and_no_maximum_is_above_the_highest_bid_of_the_sale(step):
    assert over(ENGLISH, OPEN, step, highest=1_000_000) == [("OVER_LIMIT", 1_000_000)]
    assert over(ENGLISH, OPEN, step, highest=None) == [(None, None)], "null in replay: no such term"


def test_08_13_offers_and_falling_asks_too():
    assert over(SEALED, OPEN, bid("A", 1_000_001), bid("A", 1_000_000), highest=1_000_000) == [
        ("OVER_LIMIT", 1_000_000),
        (None, None),
    ]
    assert over(DUTCH, OPEN, bid("A", FAT_FINGER), highest=1_000_000) == [("OVER_LIMIT", 1_000_000)]
    assert over(DUTCH, OPEN, {"do": "bid", "paddle": "A"}, highest=90_000) == [("OVER_LIMIT", 90_000)]


def test_08_13_it_comes_with_the_limit_and_neither_clips_the_ask_nor_ends_a_lot():
    assert over(ENGLISH, OPEN, bid("A", 300_000), highest=250_000, limit_minor=200_000) == [("OVER_LIMIT", 250_000)]
    assert over(ENGLISH, OPEN, bid("A", 220_000), highest=250_000, limit_minor=200_000) == [("OVER_LIMIT", 200_000)]
    lot, _ = played(ENGLISH, OPEN, bid("A", 105_000), highest_minor=105_000)
    assert (lot["status"], lead(lot), lot["ask_minor"]) == ("open", ("A", 105_000), 115_000)
    with pytest.raises(BadScenario, match=r"sale\.highest_minor"):
        over(ENGLISH, OPEN, highest=0)


def test_08_13_it_is_changed_by_an_event():
    table = play("0 desk open on 1 | ok")
    table.do(cmd.SetHighest(1000, 50_000))
    assert table.do(cmd.PlaceBid(2000, "1", "A", 50_001)).params == {"available_minor": 50_000}
    table.do(cmd.SetHighest(3000, None))
    assert isinstance(table.do(cmd.PlaceBid(4000, "1", "A", 50_001))[0], ev.BidPlaced)
    assert table.public.highest_minor is None
    assert Bidder("A").channel == "both"


@pytest.mark.parametrize("reason", ["TITLE_EVIDENCE", "AUTHORITY", "TECHNICAL", "OTHER"])
def test_08_08_a_lot_that_has_begun_is_withdrawn_for_a_reason_of_the_laws_paused_or_not(reason):
    away = {"do": "withdraw", "reason": reason}
    pause, whole = {"do": "pause"}, {"do": "pause", "lot": None}
    for before in ([], [pause], [whole]):
        steps = [{key: value for key, value in each.items() if value is not None} for each in before]
        lot, answers = with_pauses(steps, away)
        assert (lot["status"], answers[-1]) == ("withdrawn", "ok")


def with_pauses(before, last):
    steps = [{"at_ms": 0, "do": "open_lot", "lot": "1"}, {"at_ms": 1, **bid("A", 100_000), "lot": "1"}]
    steps += [
        {"at_ms": 2, **({"lot": "1"} if each == {"do": "pause"} and len(before) == 2 else {}), **each}
        for each in before
    ]
    told = replay(
        {
            "sale": {},
            "bidders": [{"paddle": "A"}],
            "lots": [ENGLISH],
            "steps": [*steps, {"at_ms": 3, "lot": "1", **last}],
        }
    )
    return told["lots"][0], ["ok" if each["ok"] else each["code"] for each in told["answers"]]


@pytest.mark.parametrize("reason", [None, "CONSIGNOR", "DISPUTE", ""])
def test_08_08_not_for_the_consignors_sake_once_it_has_begun(reason):
    said = {} if reason is None else {"reason": reason}
    _, answers = played(ENGLISH, OPEN, {"do": "withdraw", **said})
    assert answers[-1] == "NOT_ALLOWED_NOW"
    lot, _ = played(ENGLISH, {"do": "withdraw", **said})
    assert lot["status"] == "withdrawn", "a pending lot always"


def test_08_08_a_sealed_lot_until_its_offers_are_opened():
    away, opened = (12_000, {"do": "withdraw", "reason": "AUTHORITY"}), (11_000, {"do": "open_offers"})
    lot, _ = played(SEALED, OPEN, bid("A", 100_000), away)
    assert (lot["status"], lot["ended_at_ms"]) == ("withdrawn", 12_000)
    _, answers = played(SEALED, OPEN, bid("A", 100_000), opened, away)
    assert answers[-1] == "CLOSED"


def test_08_08_a_void_and_a_pass_on_a_paused_lot():
    void, pause = {"do": "void_last", "reason": "MISHEARD"}, {"do": "pause"}
    lot, answers = played(ENGLISH, OPEN, bid("A", 100_000), pause, void, void, {"do": "pass"})
    assert (answers[3:], lot["status"]) == (["ok", "NO_BID", "ok"], "passed")


def test_08_09_below_the_reserve_the_leader_is_refused_as_above_it_so_that_nothing_tells_him_which():
    steps = [OPEN, bid("A", 100_000), bid("A", 110_000), most("A", 500_000)]
    told = [played({**ENGLISH, "reserve_minor": reserve}, *steps)[1] for reserve in (None, 50_000, 400_000)]
    assert told == [["ok", "ok", "ALREADY_LEADING", "ok"]] * 3
