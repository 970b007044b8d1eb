"""Why a sale that should run cannot."""

from auction.parts import Parts
from tests.serving import lot_row


def test_10_11_a_sale_that_cannot_work_says_why(parts: Parts):
    sale = parts.sales.create("alone", title_zh="专场", title_en="A sale", under_law=False)
    lots = [(lot_row("1", start_minor=100, increment={"fixed_minor": 5}), []), (lot_row("2", start_minor=None), [])]
    parts.sales.add_lots(sale, lots)
    organizer = parts.accounts.create("o@test.invalid", "O", "organizer")
    assert parts.sales.publish(sale, organizer).ok
    row = parts.sales.find("alone")
    assert row is not None
    alarms = {each.code: each.count for each in parts.live_desk.alarms(row, parts.engine.book(sale).sale)}

    assert alarms == {"DESK_NO_BIDDER": 0, "DESK_NO_AUCTIONEER": 0, "DESK_NO_START": 1}
