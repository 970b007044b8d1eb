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


def test_08_17_an_older_press_ends_no_other_lead_also_after_a_take_over(enter):
    desk, first, second = open_first(enter)
    other = enter("administrator", "desk")
    first.bid("1", 10_000_000)
    pressed = {"lot": "1", "seen": ["101", 10_000_000]}
    second.bid("1", 10_500_000)
    for late in ({"do": "pass"}, {"do": "void_last", "reason": "MISHEARD"}, {"do": "withdraw", "reason": "AUTHORITY"}):
        assert desk.call(**late, **pressed)["code"] == "LEAD_CHANGED", late
    assert desk.call("pass", lot="1", seen=[None, None])["code"] == "LEAD_CHANGED", "pressed before the first bid"

    assert "seq" in other.call("take_gavel")
    assert desk.call("pass", **pressed)["code"] == "FORBIDDEN"
    assert other.call("pass", **pressed)["code"] == "LEAD_CHANGED", "what the other showed is no lead any more"
    assert desk.call("take_gavel")["seq"]
    assert desk.call("void_last", reason="MISHEARD", **pressed)["code"] == "LEAD_CHANGED"
    assert "seq" in desk.call("void_last", lot="1", reason="MISHEARD", seen=["102", 10_500_000])
    assert "seq" in desk.call("pass", **pressed)
    for strange in ("101", ["101"], ["101", "1"], [101, 1], {"leader": "101"}):
        assert desk.call("pass", lot="1", seen=strange)["code"] == "MALFORMED", strange


def test_08_15_a_fraction_of_a_yuan_is_refused_by_the_server_too(enter):
    desk, first, _ = open_first(enter)
    assert first.bid("1", 10_000_050)["code"] == "NOT_WHOLE"
    assert first.ask("maximum", lot="1", max_minor=20_000_001, key="m")["code"] == "NOT_WHOLE"
    assert first.ask("leave_max", lot="2", max_minor=20_000_001, key="l")["code"] == "NOT_WHOLE"
    assert desk.call("floor_bid", lot="1", paddle=None, amount_minor=10_000_050, sure=True)["code"] == "NOT_WHOLE"
    assert desk.call("set_ask", lot="1", amount_minor=10_000_050, sure=True)["code"] == "NOT_WHOLE"
    assert "seq" in first.bid("1", 10_000_100)
