"""All that the house keeps about a person, as one JSON file for that person (个人信息保护法 45)."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

from models.applications import bidder_files, bidder_papers
from models.catalog import sales
from models.documents import room_openings
from models.interest import followers, start_agreements
from models.journal import events, refusals
from models.mail import letters
from models.money import ledger_entries, ledger_lines
from models.people import access_tokens, devices, registrations, sale_people, users, web_sessions
from models.privacy import consents, erasures
from models.trail import trail_entries, trail_values

from ..base.zones import utc_text
from ..parts import Parts
from .cabinet import Cabinet
from .kinds import is_for_paddle

_OWN_ACTS = ("bid_placed", "maximum_left", "maximum_set", "offer_placed", "channel_set", "priority_declined")
"""Events that tell of the act of one paddle, and of no other."""
_OWN_FACTS = ("lot", "paddle", "way", "amount_minor", "max_minor", "channel")
_OWN_TABLES = ("users", "consents", "erasures", "access_tokens", "registrations", "sale_people", "resets")


def own_data(parts: Parts, user: str) -> bytes:
    """The file of a person. Amounts are in the minor unit, moments in UTC."""
    with parts.store.snapshot() as connection:
        told: dict[str, Any] = {
            "account": _one(connection, users, user, without={"password"}),
            "consents": _all(connection, consents, consents.c.user == user),
            "wish_to_be_erased": _all(connection, erasures, erasures.c.user == user),
            "sessions": _all(connection, web_sessions, web_sessions.c.user == user, without={"token_hash"}),
            "devices": _all(connection, devices, devices.c.user == user, without={"token_hash"}),
            "access_tokens": _all(connection, access_tokens, access_tokens.c.user == user, without={"token_hash"}),
            "roles_in_sales": _all(connection, sale_people, sale_people.c.user == user),
            "letters": _all(connection, letters, letters.c.user == user),
            "followed_lots": _all(connection, followers, followers.c.user == user),
            "agreed_start_prices": _all(connection, start_agreements, start_agreements.c.user == user),
            "applications": _all(connection, registrations, registrations.c.user == user, without={"salt"}),
        }
        mine = told["applications"]
        names = {row.id: row.slug for row in connection.execute(select(sales.c.id, sales.c.slug))}
        ids = [row["id"] for row in mine]
        told["bidders_files"] = _all(connection, bidder_files, bidder_files.c.registration.in_(ids))
        told["uploaded"] = _all(connection, bidder_papers, bidder_papers.c.registration.in_(ids))
        told["opened_documents"] = _all(connection, room_openings, room_openings.c.user == user)
        told["acts"] = [act for row in mine for act in _acts(connection, row, user)]
        told["refused"] = _all(connection, refusals, refusals.c.actor == user)
        told["money"] = [entry for row in mine for entry in _money(connection, row)]
        told["trail"] = _trail(connection, user, ids)
        told["sales"] = {row["sale"]: names.get(row["sale"]) for row in (*mine, *told["roles_in_sales"])}
    told["papers"] = [paper for row in mine for paper in _papers(parts, row)]
    told["made_at"] = utc_text(parts.clock.now_ms())
    return orjson.dumps(told, option=orjson.OPT_INDENT_2, default=str)


def _one(connection: Connection, table: Any, of: str, without: set[str]) -> Mapping[str, Any] | None:
    found = _all(connection, table, table.c.id == of, without)
    return found[0] if found else None


def _all(connection: Connection, table: Any, which: Any, without: set[str] | None = None) -> list[Mapping[str, Any]]:
    columns = [column for column in table.c if column.name not in (without or ())]
    rows = connection.execute(select(*columns).where(which)).mappings()
    return [{str(name): value for name, value in row.items()} for row in rows]


def _acts(connection: Connection, row: Mapping[str, Any], user: str) -> list[Mapping[str, Any]]:
    """The person's acts in a sale, out of its record: events of the own paddle alone."""
    query = select(events.c.n, events.c.at_ms, events.c.kind, events.c.body).where(
        events.c.sale == row["sale"], events.c.actor == user, events.c.kind.in_(_OWN_ACTS)
    )
    acts: list[Mapping[str, Any]] = []
    for event in connection.execute(query.order_by(events.c.n)):
        body = orjson.loads(event.body)
        if body.get("paddle") == row["paddle"]:
            facts = {name: body[name] for name in _OWN_FACTS if body.get(name) is not None}
            acts.append({"sale": row["sale"], "n": event.n, "at_ms": event.at_ms, "kind": event.kind, **facts})
    return acts


def _money(connection: Connection, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The ledger's lines of one registration."""
    entry, line = ledger_entries.c, ledger_lines.c
    query = (
        select(entry.sale, entry.n, entry.kind, entry.at_ms, entry.reference, line.account, line.lot, line.amount_minor)
        .join(ledger_lines, (line.sale == entry.sale) & (line.n == entry.n))
        .where(line.sale == row["sale"], line.party == row["id"])
    )
    rows = connection.execute(query.order_by(entry.n, line.position)).mappings()
    return [{str(name): value for name, value in row.items()} for row in rows]


def _trail(connection: Connection, user: str, applications: list[str]) -> list[Mapping[str, Any]]:
    """The person's own acts without their values, and changes of the person's own rows with them."""
    entry = trail_entries.c
    about = entry.of_table.in_(_OWN_TABLES) & (entry.of_row.startswith(user) | entry.of_row.in_(applications))
    query = select(trail_entries, trail_values.c.personal).outerjoin_from(
        trail_entries, trail_values, (trail_values.c.sale == entry.sale) & (trail_values.c.n == entry.n)
    )
    told: list[Mapping[str, Any]] = []
    for row in connection.execute(query.where(about | (entry.actor == user)).order_by(entry.at_ms, entry.n)):
        body = orjson.loads(row.body)
        kept = orjson.loads(row.personal) if row.personal else {}
        is_mine = row.of_row.startswith(user) or row.of_row in applications
        said = {name: body[name] for name in ("sale", "n", "at_ms", "act", "table", "row", "client")}
        address = kept.get("address", "") if row.actor == user else ""
        values = {**body["values"], **kept.get("values", {})} if is_mine else {}
        told.append({**said, "by_me": row.actor == user, "address": address, "values": values})
    return told


def _papers(parts: Parts, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The papers that were made for the holder of a paddle; their files are on the page of papers."""
    if row["paddle"] is None:
        return []
    return [
        {"sale": row["sale"], "kind": each.kind, "number": each.number, "version": each.version, "facts": each.content}
        for each in Cabinet(parts).of_sale(row["sale"])
        if is_for_paddle(each.kind, each.subject, each.content, row["paddle"])
    ]
