"""Who takes part in a sale, with several organizers at work at one moment: rows and journal always say the same."""

import threading

import pytest

from auction.base.rejected import Rejected
from auction.engine.orders import Stale
from auction.people.accounts import Role
from auction.sales.publication import By

from ..serving import lot_row

PLAIN = {"start_minor": 10_000_000, "increment": {"fixed_minor": 500_000}}


def test_an_organization_known_before_publishing_bars_too(parts):
    organizer = parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
    bidder = parts.accounts.create("b@a.invalid", "B", Role.BIDDER)
    house = parts.sales.organizations.id_of("House")
    sale = parts.sales.create("s", title_zh="专场", house_org=house)
    parts.sales.add_lots(sale, [(lot_row("1", **PLAIN), [])])
    parts.registration.set_organization(bidder, house, organizer)
    parts.registration.admit(parts.registration.apply(sale, bidder), organizer)
    assert parts.sales.publish(sale, organizer).ok
    assert parts.engine.book(sale).sale.bidders["101"].org == house


@pytest.mark.parametrize("published", [False, True])
def test_organizers_at_once_never_give_one_paddle_twice(parts, published):
    organizer = parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
    sale = parts.sales.create("s", title_zh="专场")
    parts.sales.add_lots(sale, [(lot_row("1", **PLAIN), [])])
    if published:
        parts.sales.publish(sale, organizer)
    bidders = [parts.accounts.create(f"b{n}@a.invalid", f"B{n}", Role.BIDDER) for n in range(8)]
    waiting = [parts.registration.apply(sale, user) for user in bidders]
    failed = []

    def admit(registration: str) -> None:
        try:
            for limit in (None, 1_000_000):
                parts.registration.admit(registration, organizer, limit)
            parts.registration.floor_paddle(sale, f"floor of {registration}", organizer)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=admit, args=(each,)) for each in (*waiting, *waiting)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if not published:
        assert parts.sales.publish(sale, organizer).ok

    assert failed == []
    rows = parts.registration.of_sale(sale)
    paddles = {row.paddle: row for row in rows}
    assert len(rows) == len(paddles) == 24
    for paddle, bidder in parts.engine.book(sale).sale.bidders.items():
        assert (bidder.bidder, bidder.limit_minor) == (paddles[paddle].user, paddles[paddle].limit_minor)


def test_a_hold_and_a_limit_at_once_both_stand(parts):
    organizer = parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
    sale = parts.sales.create("s", title_zh="专场")
    parts.sales.add_lots(sale, [(lot_row("1", **PLAIN), [])])
    parts.sales.publish(sale, organizer)
    row = parts.registration.apply(sale, parts.accounts.create("b@a.invalid", "B", Role.BIDDER))
    parts.registration.admit(row, organizer)
    for limit in range(1, 20):
        one = threading.Thread(target=parts.registration.admit, args=(row, organizer, limit * 100))
        other = threading.Thread(
            target=parts.registration.admit_with, args=(row, organizer, ["SUSPENDED"] * (limit % 2))
        )
        for each in (one, other):
            each.start()
        for each in (one, other):
            each.join()
        bidder = parts.engine.book(sale).sale.bidders["101"]
        assert (bidder.limit_minor, bidder.holds) == (limit * 100, ("SUSPENDED",) * (limit % 2))


def test_who_is_admitted_while_the_sale_is_published_is_in_the_journal(parts):
    """Whatever the order of the two, rows and journal say the same."""
    organizer = parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
    for number in range(12):
        sale = parts.sales.create(f"s{number}", title_zh="专场")
        parts.sales.add_lots(sale, [(lot_row("1", **PLAIN), [])])
        user = parts.accounts.create(f"b{number}@a.invalid", "B", Role.BIDDER)
        row = parts.registration.apply(sale, user)
        threads = [
            threading.Thread(target=parts.sales.publish, args=(sale, organizer)),
            threading.Thread(target=parts.registration.admit, args=(row, organizer, 100)),
        ]
        for each in threads[:: 1 if number % 2 else -1]:
            each.start()
        for each in threads:
            each.join()
        assert parts.engine.book(sale).sale.bidders["101"].bidder == user


def test_a_lot_edited_while_the_sale_is_published_is_edited_in_the_journal_too_or_not_at_all(parts):
    organizer = parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
    for number in range(12):
        sale = parts.sales.create(f"s{number}", title_zh="专场")
        parts.sales.add_lots(sale, [(lot_row("1", **PLAIN), [])])

        def edit(sale: str = sale) -> None:
            try:
                parts.sales.edit_lot(sale, "1", By(organizer, "CORRECTION"), start_minor=7_700)
            except (Stale, Rejected):
                return

        threads = [threading.Thread(target=parts.sales.publish, args=(sale, organizer)), threading.Thread(target=edit)]
        for each in threads[:: 1 if number % 2 else -1]:
            each.start()
        for each in threads:
            each.join()
        row = parts.sales.lot(sale, "1")
        assert parts.engine.book(sale).sale.lots["1"].terms.start_minor == row.start_minor


def test_two_changes_of_a_published_lot_at_once_leave_row_and_journal_the_same(parts):
    """Each changes another term; whichever is made from an old row is not written."""
    organizer = parts.accounts.create("o@a.invalid", "O", Role.ORGANIZER)
    sale = parts.sales.create("s", title_zh="专场")
    parts.sales.add_lots(sale, [(lot_row("1", **PLAIN), [])])
    assert parts.sales.publish(sale, organizer).ok

    def edit(gate: threading.Barrier, **values: int) -> None:
        gate.wait()
        try:
            parts.sales.edit_lot(sale, "1", By(organizer, "CORRECTION"), **values)
        except Stale:
            return

    for number in range(1, 25):
        gate = threading.Barrier(2)
        start, reserve = {"start_minor": number * 100}, {"reserve_minor": 10_000_000 + number * 100}
        threads = [threading.Thread(target=edit, args=(gate,), kwargs=values) for values in (start, reserve)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        row, terms = parts.sales.lot(sale, "1"), parts.engine.book(sale).sale.lots["1"].terms
        assert (terms.start_minor, terms.reserve_minor) == (row.start_minor, row.reserve_minor)
