"""Bidding over the wire: one order for everybody, and an answer to everything."""

from tests.serving import wait_for


def open_first(enter) -> tuple:
    desk = enter("auctioneer", "desk")
    assert "seq" in desk.call("take_gavel")
    assert "seq" in desk.call("open_lot", lot="1")
    return desk, enter("bidder1", "bidder"), enter("bidder2", "bidder")


def test_a_lot_goes_from_opening_to_hammer_on_every_screen(enter):
    desk, first, second = open_first(enter)
    hall = enter(None)

    assert "seq" in first.bid("1", 10_000_000)
    assert second.bid("1", 10_000_000)["code"] == "BELOW_MIN"
    assert second.bid("1", 10_000_000)["params"] == {"minimum_minor": 10_500_000}
    assert "seq" in second.bid("1", 10_500_000)
    assert "seq" in desk.call("fair_warning", lot="1")
    sold = desk.call("hammer", lot="1", paddle="102", amount_minor=10_500_000)

    for screen in (desk, first, second, hall):
        wait_for(lambda screen=screen: screen.events and screen.events[-1]["seq"] == sold["seq"])
    last = hall.events[-1]
    assert (last["kind"], last["paddle"], last["hammer_minor"]) == ("lot_sold", "102", 10_500_000)


def test_the_same_key_gets_the_first_answer_again(enter):
    _, first, second = open_first(enter)
    told = first.bid("1", 10_000_000, "k1")
    second.bid("1", 10_500_000)

    assert first.bid("1", 10_000_000, "k1") == told
    assert first.bid("1", 11_000_000, "k1")["code"] == "KEY_CONFLICT"
