"""Roles in a sale: what each must not do, written by hand; who plans is not who takes money; a house of one person."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from auction.base.rejected import Rejected
from auction.parts import Parts
from auction.people.roles import MAY_HOLD, Role, SaleRole
from auction.rules import record
from auction.web import access
from auction.web.rights import ROLES, WORDS, rights
from tests.house import site_of
from tests.serving import Cast, lot_row, parts_for, session_of, stage

MUST_NOT = """
organizer   ledger.money ledger.enter statement.upload statement.enter organizer_bidders.deposit
organizer   auctioneer.console auctioneer.gavel consignor.lots
clerk       organizer.edit organizer.publish organizer.close organizer.archive
clerk       organizer_whole.cancel organizer_whole.clone organizer_whole.relist organizer_whole.delete
clerk       organizer_bulk.withdraw organizer_people.assign organizer_people.end organizer_people.alone
clerk       organizer_bidders.admit organizer_bidders.turn_down organizer_bidders.hold organizer_bidders.release
clerk       organizer_bidders.highest organizer_bidders.reset_link organizer_bidders.deposit organizer_bidders.default
clerk       ledger.money ledger.enter statement.enter auctioneer.console organizer_papers.sign exports.download
auctioneer  ledger.money ledger.enter organizer.sale organizer.publish organizer_lots.lots organizer_bidders.bidders
auctioneer  organizer_bidders.deposit organizer_people.people organizer_people.assign exports.download
cashier     organizer.edit organizer.publish organizer.close organizer_lots.lots organizer_lots.edit organizer_lots.add
cashier     organizer_bulk.change organizer_bulk.withdraw organizer_import.confirm organizer_bidders.admit
cashier     organizer_bidders.hold organizer_bidders.default organizer_bidders.floor organizer_people.assign
cashier     organizer_people.alone auctioneer.console organizer_papers.make organizer_papers.sign organizer_gate.missing
recorder    ledger.money ledger.enter organizer_lots.lots organizer_lots.edit organizer.publish organizer.edit
recorder    organizer_bidders.deposit organizer_people.assign exports.download auctioneer.console organizer_bulk.change
observer    organizer_lots.lots organizer_lots.edit organizer.publish organizer.edit organizer_bidders.bidders
observer    ledger.money ledger.enter organizer_papers.make organizer_papers.sign organizer_people.assign
observer    exports.download auctioneer.console auctioneer.gavel organizer_bulk.withdraw consignor.lots
consignor   organizer.sale organizer_lots.lots organizer_lots.edit organizer_bidders.bidders ledger.money
consignor   organizer_papers.papers organizer_papers.file organizer_people.people exports.download auctioneer.console
clerk       organizer_documents.data_room data_room.file
organizer   data_room.room data_room.accept data_room.file
cashier     organizer_documents.documents organizer_documents.add organizer_documents.file organizer_documents.data_room
auctioneer  organizer_documents.add organizer_documents.remove organizer_documents.file organizer_documents.data_room
recorder    organizer_documents.documents organizer_documents.replace organizer_documents.file
observer    organizer_documents.documents organizer_documents.add organizer_documents.file organizer_documents.data_room
consignor   organizer_documents.documents organizer_documents.file organizer_documents.picture
consignor   organizer.publish organizer_people.rights statistics.house organizer_gate.missing
organizer   administrator_trail.trail
clerk       organizer_trail.trail administrator_trail.trail organizer_cases.set_keeping
auctioneer  organizer_trail.trail
cashier     organizer_trail.trail organizer_cases.set_keeping
recorder    organizer_trail.trail organizer_cases.set_keeping
observer    organizer_trail.trail organizer_cases.set_keeping
consignor   organizer_trail.trail
"""
"""By role, endpoints that it must never reach. Written without looking at the table."""

MAY = {
    "organizer": "/organizer/sales/sale/bidders",
    "clerk": "/organizer/sales/sale/lots",
    "auctioneer": "/sales/sale/console",
    "cashier": "/organizer/sales/sale/money",
    "recorder": "/organizer/sales/sale/papers",
    "observer": "/organizer/sales/sale",
    "consignor": "/sales/sale/my-lots",
}
KINDS = {"observer": Role.BIDDER, "consignor": Role.BIDDER, "auctioneer": Role.AUCTIONEER}
Site = tuple[Flask, Parts, Cast]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages over a staged sale, and an account for each role in it that has this role alone."""
    folder = tmp_path_factory.mktemp("rights")
    cast = stage(folder)
    parts = parts_for(folder)
    parts.engine.start()
    for role in ROLES:
        user = parts.accounts.create(f"{role}@role.invalid", role.title(), KINDS.get(role, Role.ORGANIZER))
        parts.staff.assign(cast.sale, user, cast.users["organizer"], role)
        cast.users[f"only {role}"] = user
    yield site_of(parts), parts, cast
    parts.engine.stop()
    parts.store.close()


def visit(site: Site, who: str) -> FlaskClient:
    app, parts, cast = site
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"] = session_of(parts, cast.users[who])
    return client


def forbidden() -> list[tuple[str, str]]:
    lines = [line.split() for line in MUST_NOT.strip().splitlines()]
    return [(role, endpoint) for role, *endpoints in lines for endpoint in endpoints]


def address(rule: Rule) -> str:
    known = {"slug": "sale", "lot": "1", "act": "start", "report": "lots", "form": "csv"}

    def value(found: re.Match[str]) -> str:
        kind, _, name = found.group(1).rpartition(":")
        return "1" if kind == "int" else known.get(name, "nothing")

    return re.sub(r"<([^>]+)>", value, rule.rule)


def test_10_8_the_list_written_by_hand_is_long_enough_and_names_every_role():
    rows = forbidden()
    assert len(rows) == len(set(rows)) >= 60
    assert {role for role, _ in rows} == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_10_8_no_role_reaches_what_it_must_not_do(site: Site, role: SaleRole):
    app, client = site[0], visit(site, f"only {role}")
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    let_in = []
    for _, endpoint in [each for each in forbidden() if each[0] == role]:
        method = "GET" if "GET" in (rules[endpoint].methods or ()) else "POST"
        answer = client.open(address(rules[endpoint]), method=method, headers={"Accept": "application/json"})
        if answer.status_code != 403:
            let_in.append((endpoint, answer.status_code))
    assert let_in == []
    assert client.get(MAY[role], headers={"Accept": "text/html"}).status_code == 200, "its own page it reaches"


@pytest.mark.parametrize("role", ROLES)
def test_10_8_every_route_lets_in_each_role_as_the_table_says(site: Site, role: SaleRole):
    app, _, _ = site
    client, account = visit(site, f"only {role}"), KINDS.get(role, Role.ORGANIZER)
    wrong = []
    for rule in app.url_map.iter_rules():
        if "slug" not in rule.arguments or rule.rule.startswith(access.API_PREFIX):
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            allowed = access.may(account, access.ROUTES, rule.endpoint, {role})
            answer = client.open(address(rule), method=method, headers={"Accept": "application/json"})
            if (answer.status_code not in {401, 403}) != allowed or answer.status_code >= 500:
                wrong.append((rule.endpoint, method, allowed, answer.status_code))
    assert wrong == []


def test_10_8_a_page_shows_the_whole_table_made_from_the_code(site: Site):
    of_sale = {name for name, who in access.ROUTES.items() if who & set(access.OF_THIS_SALE.values())}
    assert {name for name in of_sale if not name.startswith("api_")} == set(WORDS)
    page = unescape(visit(site, "only observer").get("/organizer/sales/sale/rights").get_data(as_text=True))
    assert page.count('<th scope="row">') == len(rights()) == len(WORDS) + 1
    enter = next(each for each in rights() if each.words == "enter money")
    assert [role for role, yes in zip(ROLES, enter.allowed, strict=True) if yes] == [SaleRole.CASHIER]


def test_10_8_who_plans_does_not_take_money_unless_he_runs_the_sale_alone(site: Site):
    _, parts, cast = site
    user = parts.accounts.create("alone@role.invalid", "Alone", Role.ORGANIZER)
    sale = parts.sales.create("alone", user, title_zh="一人")
    parts.sales.add_lots(sale, [(lot_row("1", start_minor=100, increment={"fixed_minor": 5}), [])])
    for wrong, role in (("MONEY_APART", SaleRole.CASHIER), ("ROLE_NOT_FOR_ACCOUNT", SaleRole.CONSIGNOR)):
        with pytest.raises(Rejected) as refused:
            parts.staff.assign(sale, user, user, role)
        assert refused.value.code == wrong
    with pytest.raises(Rejected, match="MONEY_APART"):
        parts.staff.assign(cast.sale, cast.users["cashier"], None, SaleRole.CLERK)
    cast.users["alone"] = user
    client = visit(site, "alone")
    assert client.get("/organizer/sales/alone/money").status_code == 403
    parts.staff.run_alone(sale, user)
    for path in ("/organizer/sales/alone/money", "/organizer/sales/alone/lots", "/organizer/sales/alone/papers"):
        assert client.get(path).status_code == 200, path
    assert parts.sales.publish(sale, user).ok
    assert client.get("/sales/alone/console").status_code == 200
    assert set(parts.engine.book(sale).sale.work) >= {(user, "cashier"), (user, "organizer")}, "the record says so"
    parts.staff.end(sale, user, user, SaleRole.CASHIER)
    assert client.get("/organizer/sales/alone/money").status_code == 403, "at once"
    with pytest.raises(Rejected, match="NOT_ALONE"):
        parts.staff.run_alone(cast.sale, cast.users["organizer"])


def test_10_8_a_role_of_a_sale_holds_in_that_sale_only_and_its_holder_never_bids_there(site: Site):
    _, parts, cast = site
    other = parts.sales.create("other-one", cast.users["administrator"], title_zh="别处")
    parts.sales.add_lots(other, [(lot_row("1", start_minor=100, increment={"fixed_minor": 5}), [])])
    assert parts.sales.publish(other, "x").ok
    for role in ROLES:
        path = f"{MAY[role]}/".replace("/sale/", "/other-one/").rstrip("/")
        assert visit(site, f"only {role}").get(path).status_code == 403, role
    with pytest.raises(Rejected, match="STAFF_OF_SALE"):
        parts.registration.apply(cast.sale, cast.users["only consignor"])


def test_10_8_a_consignor_sees_his_own_lots_and_no_other(site: Site):
    _, parts, cast = site
    sale = parts.sales.create("consigned", cast.users["organizer"], title_zh="委托")
    user = cast.users["only consignor"]
    mine = lot_row("1", title_zh="我的泵", consignors=[{"id": user, "name": "C", "sure": True}])
    parts.sales.add_lots(sale, [(mine, []), (lot_row("2", title_zh="别人的阀"), [])])
    parts.staff.assign(sale, user, cast.users["organizer"], SaleRole.CONSIGNOR)
    page = visit(site, "only consignor").get("/sales/consigned/my-lots").get_data(as_text=True)
    assert "我的泵" in page
    assert "别人的阀" not in page


def test_10_8_the_record_knows_every_role():
    assert set(record.WORKS) == set(SaleRole)
    assert SaleRole.ADMINISTRATOR not in {role for roles in MAY_HOLD.values() for role in roles}
