"""The record of a sale names all its staff, also former, by id and in secret (issue 8, number 25)."""

import pytest

from auction.audit.verify import verify_sale
from auction.base.rejected import Rejected
from auction.people.roles import Role
from auction.record import journal
from auction.rules import events as ev
from auction.rules.kinds import is_public
from models.people import sale_people
from tests.serving import give_password

from ..played import publish


def told(parts, sale):
    """Everything that the record says of the staff, in order."""
    with parts.store.read() as connection:
        events = [each.event for each in journal.read(connection, sale)]
    said = [each for each in events if isinstance(each, ev.WorkStated)]
    assert not any(map(is_public, said))
    return [(each.account, each.role, each.works) for each in said]


@pytest.fixture
def sale(parts, clock):
    return publish(parts, clock)


@pytest.fixture
def auctioneer(parts):
    return parts.accounts.create("a@test.invalid", "Auctioneer", Role.AUCTIONEER)


def test_08_25_each_change_of_the_staff_is_an_event_with_its_row(parts, sale, auctioneer):
    (organizer, *_), *_ = told(parts, sale.id)
    assert told(parts, sale.id) == [(organizer, "organizer", True)], "at publishing"
    for _ in range(2):
        parts.staff.assign(sale.id, auctioneer, organizer)
    assert parts.people.roles(sale.id, auctioneer) == {"auctioneer"}
    parts.staff.end(sale.id, auctioneer, organizer)
    assert parts.people.roles(sale.id, auctioneer) == set()
    parts.staff.assign(sale.id, auctioneer, None)

    worked = [(auctioneer, "auctioneer", each) for each in (True, False, True)]
    assert told(parts, sale.id)[1:] == worked
    assert verify_sale(parts, sale.slug).ok


def test_08_25_a_changed_role_ends_the_work_in_every_record(parts, sale, auctioneer):
    parts.staff.assign(sale.id, auctioneer, None)
    draft = parts.sales.create("draft", title_zh="草稿", title_en="A draft")
    parts.staff.assign(draft, auctioneer, None)
    parts.staff.set_role(auctioneer, Role.BIDDER, None)

    assert told(parts, sale.id)[-1] == (auctioneer, "auctioneer", False)
    assert [parts.people.roles(each, auctioneer) for each in (sale.id, draft)] == [set(), set()]
    assert parts.people.has_served(draft, auctioneer)
    assert verify_sale(parts, sale.slug).ok


def test_08_25_who_was_an_administrator_worked_for_every_sale(parts, sale):
    first, second = (parts.accounts.create(f"{n}@test.invalid", "Root", Role.ADMINISTRATOR) for n in "12")
    give_password(parts, first, "seventeen green lanterns")
    draft = parts.sales.create("draft", title_zh="草稿", title_en="A draft")
    parts.staff.set_role(second, Role.BIDDER, first)
    assert told(parts, sale.id)[-1] == (second, "administrator", False)
    assert [parts.people.has_served(each, second) for each in (sale.id, draft)] == [True, True]
    before = told(parts, sale.id)
    with pytest.raises(Rejected, match="LAST_ADMINISTRATOR"):
        parts.staff.set_role(first, Role.BIDDER, first)
    assert told(parts, sale.id) == before, "nothing was done"
    assert verify_sale(parts, sale.slug).ok


def test_08_25_a_record_from_before_says_everybody_at_the_first_change(parts, clock, auctioneer, monkeypatch):
    monkeypatch.setattr("auction.sales.publication.work_of", lambda _connection, _sale: {})
    sale = publish(parts, clock)
    monkeypatch.undo()
    assert told(parts, sale.id) == []
    assert verify_sale(parts, sale.slug).ok, "it vouches for no account"
    parts.staff.assign(sale.id, auctioneer, None)
    assert [each[1:] for each in told(parts, sale.id)] == [("organizer", True), ("auctioneer", True)]
    with parts.store.write() as connection:
        connection.execute(sale_people.delete().where(sale_people.c.role == "organizer"))
    assert "organizer" in verify_sale(parts, sale.slug).text
