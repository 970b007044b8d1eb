"""Who may do what: one table for routes, messages, places and calls, and a walk through all of it."""

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from auction.parts import Parts
from auction.people.accounts import Role
from auction.people.tokens import Scope
from auction.sockets import acting, messages, schemas
from auction.web import access
from auction.web.auth import cookie_of, safe_next
from tests.serving import Cast, lot_row, parts_for, session_of, stage

from ..house import House, Switchboard, site_of

SAFE = {"GET", "HEAD", "OPTIONS"}
CALLERS = (None, *Role)
WHO = {
    Role.ADMINISTRATOR: "administrator",
    Role.ORGANIZER: "organizer",
    Role.AUCTIONEER: "auctioneer",
    Role.BIDDER: "bidder1",
}
REFUSED = {401, 403}
ELSEWHERE = "elsewhere"
"""A sale without staff; to the staged one the organizer and the auctioneer are assigned."""
SALES = pytest.mark.parametrize("slug", ["sale", ELSEWHERE])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Parts, Cast]]:
    """The pages over a staged sale, without a server."""
    folder = tmp_path_factory.mktemp("site")
    cast = stage(folder)
    parts = parts_for(folder)
    parts.engine.start()
    other = parts.sales.create(ELSEWHERE, title_zh="别处", title_en="Elsewhere")
    parts.sales.add_lots(other, [(lot_row("1", start_minor=100, increment={"fixed_minor": 5}), [])])
    assert parts.sales.publish(other, cast.users["administrator"]).ok
    app = site_of(parts)

    @app.get("/not-in-the-table")
    def forgotten() -> str:
        return "forgotten"

    yield app, parts, cast
    parts.engine.stop()
    parts.store.close()


def visit(site: tuple[Flask, Parts, Cast], role: Role | None) -> FlaskClient:
    """A program with a person's session."""
    app, parts, cast = site
    client = app.test_client()
    if role is not None:
        with client.session_transaction() as session:
            session["token"] = session_of(parts, cast.users[WHO[role]])
    return client


def bearer(site: tuple[Flask, Parts, Cast], role: Role | None) -> dict[str, str]:
    """A program of a person. Its token has all scopes."""
    _, parts, cast = site
    token = None if role is None else parts.tokens.make(cast.users[WHO[role]], "all", list(Scope), 1)
    return {} if token is None else {"Authorization": f"Bearer {token.secret}"}


def roles_in(slug: str, role: Role | None) -> set[Role | None]:
    """What a caller is in a sale besides his role."""
    return {role} if slug != ELSEWHERE else set()


def address(rule: Rule, slug: str) -> str:
    """An address of a route: a sale and its first lot, and for the rest what does not exist."""
    known = {"slug": slug, "lot": "1", "locale": "en"}

    def value(found: re.Match[str]) -> str:
        kind, _, name = found.group(1).rpartition(":")
        return "1" if kind == "int" else known.get(name, "nothing")

    return re.sub(r"<([^>]+)>", value, rule.rule)


def cells(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with every method that it has."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield rule, method


def test_every_route_is_in_the_table_and_every_line_of_the_table_is_a_route(site):
    app, _, _ = site

    assert set(app.view_functions) - {"forgotten"} == set(access.ROUTES)


@SALES
@pytest.mark.parametrize("role", CALLERS, ids=str)
def test_every_route_lets_in_whom_the_table_names_and_nobody_else(site, role, slug):
    app, _, _ = site
    client, program = visit(site, role), bearer(site, role)
    wrong = []
    for rule, method in cells(app):
        is_api = rule.rule.startswith(access.API_PREFIX)
        allowed = access.may(role, access.ROUTES, rule.endpoint, roles_in(slug, role))
        free = {method} if rule.endpoint in access.WITHOUT_TOKEN or is_api else set()
        headers = {"Accept": "application/json", **(program if is_api else {})}
        answer = client.open(address(rule, slug), method=method, headers=headers)
        # An unsafe method has no token here: who may is told so, who may not is turned away before.
        expected = (answer.status_code not in REFUSED) if method in SAFE | free else answer.status_code == 400
        if expected != allowed or answer.status_code >= 500:
            wrong.append((rule.rule, method, allowed, answer.status_code))
    assert wrong == []


def test_08_03_a_sale_in_the_address_asks_for_the_staff_of_that_sale(site):
    """Issue 8, number 3: no route with a sale in it is open to an organizer or an auctioneer of another sale."""
    app, _, _ = site
    of_staff = {rule.endpoint for rule in app.url_map.iter_rules() if "slug" in rule.arguments}
    of_staff = {name for name in of_staff if not access.ROUTES[name] >= access.BIDDERS}

    assert len(of_staff) > 20
    assert {name for name in of_staff if access.ROUTES[name] & {Role.ORGANIZER, Role.AUCTIONEER}} == set()
    assert access.PLACES["desk"] == access.DESK_OF_SALE
    assert set(access.CALLS.values()) == {access.DESK_OF_SALE}


@pytest.mark.parametrize("role", CALLERS, ids=str)
def test_what_is_not_in_the_table_nobody_may(site, role):
    answer = visit(site, role).get("/not-in-the-table", headers={"Accept": "application/json"})

    assert answer.status_code == (401 if role is None else 403)
    assert answer.json["code"] == ("UNAUTHENTICATED" if role is None else "FORBIDDEN")


def test_a_browser_that_must_sign_in_is_led_there_and_back(site):
    answer = visit(site, None).get("/sales/sale/console?x=1", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/sales/sale/console?x%3D1")


@pytest.mark.parametrize(
    "target", ["//evil.test", "/\\evil.test", "https://evil.test", "evil", "/\t/evil.test", "/\n/evil.test", ""]
)
def test_signing_in_leads_to_this_site_only(target):
    assert safe_next(target) == "/"


# --- messages, places, calls ---

SAMPLES = {
    "join": {"sale": "sale"},
    "since": {"seq": 1},
    "clock": {},
    "bid": {"lot": "1", "amount_minor": 1, "key": "k"},
    "maximum": {"lot": "1", "max_minor": 1, "key": "k"},
    "decline_priority": {"lot": "1", "key": "k"},
    "exercise_priority": {"lot": "1", "key": "k"},
    "channel": {"channel": "both", "key": "k"},
    "leave_max": {"lot": "1", "max_minor": 1, "key": "k"},
    "call": {"do": "pause_sale", "reason": "BREAK", "key": "k"},
    "notify": {"to": "all", "note": "SOON", "key": "k"},
}


@pytest.fixture
def desk(site) -> Switchboard:
    """The messages of a process, without a wire."""
    _, parts, _ = site
    return Switchboard(parts)


def connect(desk, site, role: Role | None) -> str:
    """The id of a new socket that came with a person's session."""
    sid = uuid.uuid4().hex
    client = visit(site, role)
    client.get("/")
    cookie = client.get_cookie("session")
    environ = {"HTTP_COOKIE": f"session={cookie.value}"} if cookie else {}
    assert desk.connect(sid, cookie_of(site[0], {"REQUEST_METHOD": "GET", **environ}).get("token"))
    return sid


def test_every_message_place_and_call_is_in_its_table(desk):
    assert set(desk.sockets.handlers) == set(access.MESSAGES)
    assert set(SAMPLES) == set(access.MESSAGES)
    assert set(schemas.Join().fields["as_"].validate.choices) == set(access.PLACES)
    assert set(schemas.of_calls().fields["do"].validate.choices) == set(access.CALLS)


@pytest.mark.parametrize("role", CALLERS, ids=str)
def test_every_message_is_heard_from_whom_the_table_names_and_nobody_else(desk, site, role):
    sid = connect(desk, site, role)
    answers = {name: desk.ask(sid, name, SAMPLES[name]) for name in access.MESSAGES}

    known = roles_in("sale", role)
    expected = {name for name in access.MESSAGES if access.may(role, access.MESSAGES, name)}
    if not access.may(role, access.CALLS, SAMPLES["call"]["do"], known):
        expected.discard("call")  # its own table speaks after that of messages
    assert heard(answers, role) == expected


@SALES
@pytest.mark.parametrize("role", CALLERS, ids=str)
def test_every_place_is_taken_by_whom_the_table_names_and_nobody_else(desk, site, role, slug):
    sid = connect(desk, site, role)
    answers = {place: desk.ask(sid, "join", {"sale": slug, "as": place}) for place in access.PLACES}
    known = roles_in(slug, role)

    assert heard(answers, role) == {place for place in access.PLACES if access.may(role, access.PLACES, place, known)}


@SALES
@pytest.mark.parametrize("role", CALLERS, ids=str)
def test_every_call_is_heard_from_whom_the_table_names_and_nobody_else(desk, site, role, slug):
    sid = connect(desk, site, role)
    desk.ask(sid, "join", {"sale": slug})
    said = {"lot": "no-such-lot", "reason": "OTHER", "paddle": "101"}
    answers = {call: desk.ask(sid, "call", {"do": call, **said, "key": uuid.uuid4().hex}) for call in access.CALLS}

    known = roles_in(slug, role)
    assert heard(answers, role) == {call for call in access.CALLS if access.may(role, access.CALLS, call, known)}


def heard(answers: dict[str, dict], role: Role | None) -> set[str]:
    """What was not turned away for who the caller is."""
    turned_away = "UNAUTHENTICATED" if role is None else "FORBIDDEN"
    return {name for name, answer in answers.items() if answer.get("code") != turned_away}


def test_a_message_and_a_call_that_are_in_no_table_nobody_may_send(desk, site, monkeypatch):
    sid = connect(desk, site, Role.ADMINISTRATOR)
    desk.ask(sid, "join", {"sale": "sale"})
    monkeypatch.setattr(messages, "MESSAGES", {"call": access.DESK})
    monkeypatch.setattr(acting, "CALLS", {})

    assert desk.ask(sid, "clock", {})["code"] == "FORBIDDEN"
    assert desk.ask(sid, "call", SAMPLES["call"])["code"] == "FORBIDDEN"


def test_once_somebody_holds_the_gavel_nobody_else_is_heard_until_he_takes_it(house: House):
    auctioneer, administrator = house.enter("auctioneer", "desk"), house.enter("administrator", "desk")
    assert "seq" in auctioneer.call("take_gavel")

    for call in sorted(set(access.CALLS) - {"take_gavel"}):
        said = {"lot": "1", "paddle": "101", "amount_minor": 10_000_000, "reason": "OTHER"}
        assert administrator.call(call, **said)["code"] == "FORBIDDEN", call
    assert "seq" in administrator.call("take_gavel")
    assert auctioneer.call("open_lot", lot="1")["code"] == "FORBIDDEN"
    assert "seq" in administrator.call("open_lot", lot="1")


def test_a_lot_of_another_sale_and_another_sale_s_desk_are_out_of_reach(house: House):
    bidder = house.enter("bidder1", "bidder")

    assert bidder.bid("no-such-lot", 10_000_000)["code"] == "UNKNOWN_LOT"
    assert bidder.ask("join", sale="no-such-sale")["code"] == "UNKNOWN_SALE"
    assert bidder.ask("join", sale="../sale")["code"] == "UNKNOWN_SALE"


def test_a_draft_is_there_for_nobody_who_watches(house: House):
    house.parts.sales.create("draft", title_zh="草稿", title_en="A draft")
    nobody = house.enter(None)

    assert nobody.ask("join", sale="draft")["code"] == "UNKNOWN_SALE"
    for path in ("", "/lots/1", "/live", "/hall", "/texts.json", "/record.jsonl", "/results.csv"):
        status = house.sign_in("bidder1").get(f"/sales/draft{path}").status_code
        assert status == 404, path
