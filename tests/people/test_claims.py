"""Several accounts claim one address: which of them gives way to a newcomer."""

from sqlalchemy import insert

from auction.people.claims import CLAIMS
from models.people import sale_people

PASSWORD = "ganz-und-gar-eigen-{}"


def test_who_was_given_work_in_a_sale_does_not_give_way(parts):
    address = "same@test.invalid"
    for number in range(CLAIMS):
        parts.accounts.sign_up(address, "N", PASSWORD.format(number))
    guest = parts.accounts.identify(parts.accounts.sign_in(address, PASSWORD.format(0)))
    sale = parts.sales.create("s", title_zh="专场")
    with parts.store.write() as connection:
        row = {"sale": sale, "user": guest.user, "role": "observer", "since_ms": 1}
        connection.execute(insert(sale_people), row)

    parts.accounts.sign_up(address, "N", PASSWORD.format("new"))

    assert parts.accounts.sign_in(address, PASSWORD.format(0)), "the guest is still there"
    assert parts.accounts.sign_in(address, PASSWORD.format("new"))
    assert parts.accounts.sign_in(address, PASSWORD.format(1)) is None
