"""Personal data: consent, a person's own file, and what is erased by rule. The record and the trail hold afterwards."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from auction.audit.trail import verify_trail
from auction.audit.verify import verify_sale
from auction.base.clock import new_id
from auction.base.origin import CameFrom, ClientKind, coming_from
from auction.base.rejected import Rejected
from auction.engine.orders import Order
from auction.papers.own_data import own_data
from auction.people.accounts import Role
from auction.people.consents import NOTICE_VERSION
from auction.privacy.erasing import DueKind
from auction.privacy.keeping import Keeping, today_of, years_later
from auction.rules import commands as cmd

from ..sales.test_holding import START, Room

TOP = START + 500_000
DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def ended(parts, **kept):
    """A closed sale: `a` bought lot 1, `b` was outbid; its contracts ended long ago, or as is said."""
    room = Room(parts, lots=1)
    room.users = {name: room.comes(name) for name in "ab"}
    bids = [(room.users[name], cmd.PlaceBid, "1", *bid) for name, *bid in (("b", "102", START), ("a", "101", TOP))]
    for actor, kind, *said in (("desk", cmd.OpenLot, "1"), *bids, ("desk", cmd.Hammer, "1")):
        assert parts.engine.ask(Order(room.sale, actor, kind(parts.clock.now_ms(), *said), key=new_id())).ok
    assert parts.sales.close(room.sale, room.organizer).ok
    if kept:
        parts.keeping.set(room.sale, kept["until"], for_court=kept.get("for_court", False))
    return room


def everything(parts):
    """Every text in every table, as a reader of the database's file would search it."""
    with parts.store.read() as connection:
        tables = ("users", "registrations", "trail_values", "trail_entries", "consents", "events")
        return "\n".join(str(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}")))


def verified(parts, slug="s"):
    sale, trail = verify_sale(parts, slug), verify_trail(parts, slug)
    house = verify_trail(parts, None)
    assert (sale.ok, trail.ok, house.ok) == (True, True, True), (sale.text, trail.text, house.text)


def test_10_12_papers_are_kept_for_five_years_and_for_a_court_for_ten():
    """A54, J29: the last day of the five years they are kept still."""
    plain = Keeping(date(2020, 3, 1))
    assert plain.kept_until == date(2025, 3, 1)
    assert not plain.is_over(date(2025, 3, 1))
    assert plain.is_over(date(2025, 3, 2))
    assert Keeping(date(2020, 2, 29), for_court=True).kept_until == date(2030, 2, 28)
    assert not Keeping().is_over(date(2999, 1, 1)), "nothing is erased while the end is not known"


@DATABASES
def test_10_12_a_sale_kept_long_enough_loses_its_names_and_its_record_holds(parts):
    room = ended(parts, until=years_later(today_of(parts.clock), -5) - timedelta(days=1))
    with coming_from(CameFrom(ClientKind.PAGE, room.organizer, "192.0.2.77")):
        parts.holding.default(room.rows["a"], room.organizer, defaulted=True)
    assert "192.0.2.77" in everything(parts)
    verified(parts)
    due = parts.erasing.due()
    assert [(each.kind, each.of) for each in due] == [(DueKind.SALE, "s")]
    assert due[0].count > 5
    assert [each.kind for each in parts.erasing.erase_due()] == [DueKind.SALE]

    told = everything(parts)
    assert "192.0.2.77" not in told
    names = [row.name for row in parts.registration.of_sale(room.sale)]
    assert names == ["", ""]
    verified(parts)
    assert parts.erasing.due() == []
    assert parts.keeping.of(room.sale).erased_ms is not None
    assert [each.act for each in parts.trail.all(room.sale) if each.table == "trail_values"] == ["removed"]


@pytest.mark.parametrize("kept", [{}, {"for_court": True}, {"days": 1}], ids=["unknown", "court", "one day more"])
def test_10_12_what_the_law_asks_for_stays(parts, kept):
    day = years_later(today_of(parts.clock), -5) - timedelta(days=1) + timedelta(days=kept.get("days", 0))
    ended(parts, **({"until": day, "for_court": kept.get("for_court", False)} if kept else {}))
    assert parts.erasing.due() == []
    assert parts.erasing.erase_due() == []


@DATABASES
def test_10_12_an_account_in_no_sale_goes_at_once(parts):
    with coming_from(CameFrom(ClientKind.PAGE, "", "192.0.2.8")):
        parts.accounts.sign_up("leaves@x.invalid", "离开者", "a long pass phrase 1", language="zh")
    user = parts.accounts.search("leaves@x.invalid")[0].id
    assert [(each.version, each.language) for each in parts.consents.of(user)] == [(NOTICE_VERSION, "zh")]
    assert parts.accounts.sign_in("leaves@x.invalid", "a long pass phrase 1")
    assert parts.erasing.ask(user) is True

    told = everything(parts)
    assert not [word for word in ("离开者", "leaves@x.invalid", "192.0.2.8", "argon2") if word in told]
    assert parts.accounts.sign_in("leaves@x.invalid", "a long pass phrase 1") is None
    assert verify_trail(parts, None).ok


@DATABASES
def test_10_12_an_account_of_a_sale_is_shut_at_once_and_goes_when_the_law_allows(parts):
    room = ended(parts, until=years_later(today_of(parts.clock), -5))
    assert parts.erasing.ask(room.users["a"]) is False
    assert parts.accounts.find(room.users["a"]).suspended_ms is not None
    assert parts.accounts.find(room.users["a"]).name == "a", "papers of the sale name the buyer until their day"
    assert parts.erasing.wish(room.users["a"]).due_on == today_of(parts.clock)
    assert parts.erasing.due() == []

    parts.keeping.set(room.sale, years_later(today_of(parts.clock), -6), for_court=False)
    assert {each.kind for each in parts.erasing.erase_due()} == {DueKind.ACCOUNT, DueKind.SALE}
    gone = parts.accounts.find(room.users["a"])
    assert (gone.name, gone.email.endswith("@erased.invalid"), gone.has_password) == ("", True, False)
    assert parts.accounts.find(room.users["b"]).name == "b", "an account that did not ask stays"
    verified(parts)


def test_10_12_who_still_takes_part_or_is_the_last_administrator_cannot_go(parts):
    room = Room(parts, lots=1)
    user = room.comes("a")
    for each, code in ((user, "STILL_IN_SALE"), (room.organizer, None)):
        if code:
            with pytest.raises(Rejected, match=code):
                parts.erasing.ask(each)
    root = parts.accounts.create("root@x.invalid", "Root", Role.ADMINISTRATOR, "a long pass phrase 1")
    with pytest.raises(Rejected, match="LAST_ADMINISTRATOR"):
        parts.erasing.ask(root)
    assert parts.accounts.find(user).suspended_ms is None


def test_10_12_a_persons_file_holds_all_of_his_and_nothing_of_others(parts):
    room = ended(parts)
    parts.accounts.rename(room.users["b"], "乙某")
    mine = json.loads(own_data(parts, room.users["b"]))
    assert mine["account"]["name"] == "乙某"
    assert "password" not in mine["account"]
    assert [row["paddle"] for row in mine["applications"]] == ["102"]
    assert [(act["kind"], act["amount_minor"]) for act in mine["acts"]] == [("bid_placed", START)]
    assert [each["values"]["name"] for each in mine["trail"] if each["values"].get("name")][-1] == ["b", "乙某"]
    others = own_data(parts, room.users["a"]).decode()
    assert not [word for word in ("乙某", "b@a.invalid", room.users["b"], "salt") if word in others]
    assert json.loads(others)["acts"][0]["amount_minor"] == TOP
