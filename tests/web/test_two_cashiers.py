"""Two cashiers at once over HTTP: a deposit is never paid back twice, also across a restart of the server."""

import threading
from pathlib import Path

from auction.money.ledger import Account
from auction.people.accounts import Purpose
from tests.serving import Person, Server, parts_for, stage

PAGE = "/organizer/sales/sale/money"
DEPOSIT = 1_000_000
PRESSES = 6


def at_once(people: list[Person], act: str, **said: str) -> list[int]:
    """The statuses of one act that every cashier enters at the same moment, each with a key of its own."""
    ready, statuses = threading.Barrier(len(people)), []

    def press(number: int, person: Person) -> None:
        token = person.csrf(PAGE)
        ready.wait()
        statuses.append(person.post(f"{PAGE}/{act}", token, key=f"{act}-{number}", **said).status_code)

    threads = [threading.Thread(target=press, args=each) for each in enumerate(people)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(statuses)


def test_10_two_cashiers_at_once_pay_no_deposit_twice(tmp_path: Path):
    cast = stage(tmp_path, bidders=1, terms={"deposit": {"fixed_minor": DEPOSIT}})
    parts = parts_for(tmp_path)
    parts.engine.start()
    row = parts.registration.of_user(cast.sale, cast.users["bidder1"])
    parts.cover.settle(cast.sale, row.id, cast.users["cashier"], arrived=True)
    assert parts.sales.close(cast.sale, cast.users["organizer"]).ok
    server = Server(tmp_path).start()

    def cashiers() -> list[Person]:
        return [
            Person(server.url).enter(parts.accounts.make_link(Purpose.SIGN_IN, cast.users["cashier"]))
            for _ in range(PRESSES)
        ]

    def stands(account: Account) -> int:
        found = parts.books.follow(cast.sale).balances.items()
        return sum(amount for place, amount in found if place.account is account)

    try:
        before = stands(Account.BANK)
        assert before == DEPOSIT
        assert at_once(cashiers(), "release", party=row.id, amount="10000") == [200] + [422] * (PRESSES - 1)
        server.stop()
        server.start()
        assert at_once(cashiers(), "refund", party=row.id, amount="10000") == [200] + [422] * (PRESSES - 1)
        assert stands(Account.BANK) == before - DEPOSIT
        told = parts.books.follow(cast.sale)
        assert sum(told.balances.values()) == 0, "every entry is in balance"
    finally:
        server.stop()
        parts.engine.stop()
        parts.store.close()
