"""The trail: who changed which row, when, from where, before and after; its chain, and what it never holds."""

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from auction.base.origin import CameFrom, ClientKind, coming_from
from auction.people.accounts import Role
from auction.people.tokens import Scope
from auction.rules import commands as cmd
from auction.trail.keeping import HOUSE_CHAIN, erase
from auction.trail.trail import TrailWanted
from auction.trail.watched import TRAILED
from models import metadata

from ..sales.test_holding import START, Room
from ..serving import give_password, lot_row

DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
PAGE = CameFrom(ClientKind.PAGE, "7" * 32, "192.0.2.7")

NOT_TOLD = {
    "events": "it is the journal",
    "heads": "it is the journal",
    "receipts": "it is the journal",
    "refusals": "it is evidence of the journal",
    "ledger_entries": "it is the ledger, which stays by itself",
    "ledger_lines": "it is the ledger",
    "web_sessions": "secrets of sessions",
    "devices": "secrets of devices",
    "links": "secrets of links",
    "failed_sign_ins": "no one's act",
    "webhook_messages": "the outbox; the server makes it",
    "webhook_tries": "the server makes them",
    "paper_versions": "papers keep each version themselves",
    "paper_files": "files of a version",
    "files": "the rows that name them are told",
    "file_folders": "the server makes it",
    "followers": "a person's own list; only its length is told",
    "lot_views": "the server counts them",
    "start_agreements": "each stays, with who and when",
    "letters": "the outbox; the server makes it",
    "letter_cursors": "the server moves them",
    "notices": "a table of their own says who said what, and when",
    "room_acceptances": "a row that stays, with its moment",
    "room_openings": "a record of openings of its own",
    "trail_entries": "it is the trail",
    "trail_values": "it is the trail",
    "trail_heads": "it is the trail",
}
KEYS_AND_SECRETS = {"salt", "token_hash"}
"""Columns that no entry may tell of, whichever table they are in."""
LEFT_OUT = {
    "sales": {"id", "created_ms"},
    "lots": {"lot"},
    "patents": {"lot", "position"},
    "registrations": {"id", "applied_ms"},
    "sale_people": {"user", "role", "since_ms"},
    "case_steps": {"lot", "step", "set_by", "set_ms"},
    "later_offers": {"id", "made_by", "made_ms"},
    "papers": {"id", "running"},
    "paper_facts": {"subject", "name"},
    "webhooks": {"id", "created_ms", "created_by", "event_n", "entry_n"},
    "users": {"id", "created_ms", "language", "mail_outbid"},
    "bidder_files": {"registration"},
    "bidder_papers": {"registration", "sha256", "added_ms"},
    "organizations": {"id", "created_ms"},
    "resets": {"id"},
    "access_tokens": {"id", "created_ms", "used_ms"},
    "consents": {"user", "version"},
    "erasures": {"user"},
    "house_columns": {"house", "heading"},
    "lot_documents": {"id", "position", "added_by", "added_ms", "removed_by"},
    "room_terms": {"version", "made_ms", "made_by"},
}
"""By table: its key, and what an entry says anyhow: when a row was made, and by whom."""


def test_every_table_and_column_is_told_or_left_out_by_hand():
    """A new table or column fails here until a person decides about it."""
    told = {table.name: each for table, each in TRAILED.items()}
    assert set(told) | set(NOT_TOLD) == set(metadata.tables)
    assert set(told).isdisjoint(NOT_TOLD)
    for name, each in told.items():
        columns = {column.name for column in metadata.tables[name].c}
        assert (
            set(each.columns) | LEFT_OUT.get(name, set()) | KEYS_AND_SECRETS & columns | {"sale"} & columns == columns
        )
        assert not KEYS_AND_SECRETS & set(each.columns)
    assert told["users"].hidden == ("password",)


@DATABASES
def test_10_12_a_change_says_who_when_where_before_and_after(parts):
    with coming_from(CameFrom()):
        sale = parts.sales.create("s", title_en="Sale", under_law=True)
    with coming_from(PAGE):
        parts.sales.add_lots(sale, [(lot_row("1", start_minor=START, consignor="王某"), [])])
    with coming_from(PAGE):
        parts.sales.remove_lots(sale, ["1"])
    removed, added, made = parts.trail.find(sale, TrailWanted())
    assert (made.table, made.act, made.client, made.actor) == ("sales", "added", "server", "")
    assert made.values["title_en"] == [None, "Sale"]
    assert (added.table, added.row, added.act) == ("lots", "1", "added")
    assert (added.client, added.actor, added.address) == (PAGE.client, PAGE.actor, PAGE.address)
    assert added.values["start_minor"] == [None, START]
    assert (added.also, added.personal) == (["consignor"], {"consignor": [None, "王某"]})
    assert (removed.act, removed.values["start_minor"]) == ("removed", [START, None])
    assert abs(added.at_ms - parts.clock.now_ms()) < 60_000
    assert parts.trail.faults(sale) == (3, [])


@DATABASES
def test_10_12_rows_of_an_engines_order_come_from_who_gave_it(parts):
    """The engine's own thread writes them."""
    room = Room(parts, lots=1)
    room.comes("a")
    row = room.rows["a"]
    with coming_from(PAGE):
        assert parts.registration.admit(row, room.organizer, 5 * START).ok
    newest = parts.trail.find(room.sale, TrailWanted(table="registrations"))[0]
    assert newest.values["limit_minor"] == [None, 5 * START]
    assert (newest.client, newest.actor, newest.address) == (PAGE.client, PAGE.actor, PAGE.address)
    assert parts.trail.faults(room.sale)[1] == []


def test_10_12_it_is_found_by_person_row_and_day(parts):
    room = Room(parts, lots=12)
    user = room.comes("a")
    row = room.rows["a"]
    acting = CameFrom(ClientKind.API, room.organizer)
    with coming_from(acting):
        assert parts.registration.admit(row, room.organizer, START).ok
    find = lambda **wanted: parts.trail.find(room.sale, TrailWanted(**wanted))  # noqa: E731
    assert {each.client for each in find(people=[room.organizer]) if each.actor} == {"api"}
    assert {each.row for each in find(people=[user])} == {row}, "also what was done to his row"
    assert [each.row for each in find(table="lots", row="1")] == ["1"], "not lots 10 to 12"
    now = parts.clock.now_ms()
    assert find(from_ms=now + 60_000) == find(to_ms=now - 600_000) == find(people=[]) == []
    newest = find()[0].n
    assert find(before_n=newest)[0].n == newest - 1


@DATABASES
def test_10_12_an_entry_is_never_changed_and_a_changed_one_is_found(parts, database):
    sale = parts.sales.create("s", title_en="Sale", under_law=True)
    parts.sales.add_lots(sale, [(lot_row(str(n + 1), consignor="甲"), []) for n in range(5)])
    for change in (
        "UPDATE trail_entries SET actor = 'x'",
        "DELETE FROM trail_entries",
        "UPDATE trail_values SET salt = 'x'",
    ):
        with pytest.raises(DBAPIError, match="never changed"), parts.store.write() as connection:
            connection.execute(text(change))
    with parts.store.write() as connection:
        on = "" if parts.store.is_sqlite else " ON {}"
        for table, what in (("trail_entries", "update"), ("trail_values", "update"), ("trail_entries", "delete")):
            connection.execute(text(f"DROP TRIGGER {table}_no_{what}{on.format(table)}"))
        connection.execute(text("DELETE FROM trail_values WHERE n IN (2, 6)"))
        connection.execute(text("UPDATE trail_values SET personal = '{}' WHERE n = 3"))
        connection.execute(text("UPDATE trail_entries SET actor = 'other' WHERE n = 4"))
        connection.execute(text("DELETE FROM trail_entries WHERE n = 6"))
    count, faults = parts.trail.faults(sale)
    assert count == 5
    assert faults == [
        "entry 3: its personal values were edited",
        "entry 4: the column of its actor was edited",
        "entry 2: its personal values are gone, and no entry says so",
        "the chain ends at entry 5, and its head says 6",
    ]


@DATABASES
def test_10_12_personal_values_go_and_the_chain_holds(parts):
    sale = parts.sales.create("s", title_en="Sale", under_law=True)
    with coming_from(PAGE):
        parts.sales.add_lots(sale, [(lot_row(str(n + 1), consignor="王某"), []) for n in range(5)])
    with parts.store.write() as connection:
        assert erase(connection, sale, [2, 3, 5], parts.clock.now_ms()) == 3
        assert erase(connection, sale, [2, 3], parts.clock.now_ms()) == 0
    entries = {each.n: each for each in parts.trail.all(sale)}
    assert [n for n, each in entries.items() if each.personal is None] == [2, 3, 5]
    assert (entries[3].address, entries[3].values["format"], entries[3].also) == ("", [None, "english"], ["consignor"])
    assert entries[4].personal == {"consignor": [None, "王某"]}
    assert entries[7].values == {"n": [None, [[2, 3], [5, 5]]]}
    assert parts.trail.faults(sale) == (7, [])
    with parts.store.read() as connection:
        kept = connection.scalars(text("SELECT personal FROM trail_values")).all()
    assert sum("王某" in each for each in kept) == 2


def test_10_12_no_secret_is_in_an_entry(parts):
    with coming_from(PAGE):
        user = parts.accounts.create("a@test.invalid", "甲", Role.BIDDER, "a long pass phrase 1")
        token = parts.tokens.make(user, "program", [Scope.READ], 1).secret
        give_password(parts, user, "another pass phrase 2")
    changed = parts.trail.find(HOUSE_CHAIN, TrailWanted(table="users"))[0]
    assert (changed.act, changed.also, changed.values, changed.personal) == ("changed", ["password"], {}, {})
    with parts.store.read() as connection:
        told = repr(connection.execute(text("SELECT body FROM trail_entries")).all())
        told += repr(connection.execute(text("SELECT personal FROM trail_values")).all())
    assert "甲" in told
    assert not [word for word in ("argon2", "pass phrase", token) if word in told]


def test_10_12_a_bid_writes_nothing_more(parts):
    """The statements of a bid are the same with the trail and without it."""
    room = Room(parts, lots=1)
    for name in "ab":
        room.comes(name)
    assert room.do(cmd.OpenLot, "1").ok
    seen: list[str] = []
    event.listen(parts.store._writer, "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))
    runs = []
    for number in range(4):
        seen.clear()
        if number == 2:
            parts.store._watch = None
        assert room.do(cmd.PlaceBid, "1", ("101", "102")[number % 2], START * (number + 1)).ok
        runs.append(list(seen))
    assert runs[0] == runs[2]
    assert runs[1] == runs[3]
    assert len(runs[0]) > 3
    assert not [statement for statement in runs[1] if "trail" in statement]
