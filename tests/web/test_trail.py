"""The trail on pages, in the report and over the API: found by person, row and day; only by who may see it."""

import csv
import io
import json
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auction.parts import Parts
from auction.people.tokens import Scope
from tests.house import site_of
from tests.serving import Cast, parts_for, session_of, stage

Site = tuple[Flask, Parts, Cast]
EN = {"Accept-Language": "en", "Accept": "text/html"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A staged sale whose organizer renamed himself, set a limit on a page, and told a case by the API."""
    folder = tmp_path_factory.mktemp("trail")
    cast = stage(folder)
    parts = parts_for(folder, AUCTION_LOG="json")
    parts.engine.start()
    app = site_of(parts)
    app.config["WTF_CSRF_ENABLED"] = False
    made = app, parts, cast
    client = visit(made, "organizer")
    row = next(each for each in parts.registration.of_sale(cast.sale) if each.paddle == "102")
    path = f"/organizer/sales/sale/bidders/{row.id}/admit"
    assert client.post(path, data={"limit": "40万"}, environ_base={"REMOTE_ADDR": "192.0.2.9"}).status_code == 302
    assert client.post("/account/name", data={"name": "王组织"}).status_code == 302
    token = parts.tokens.make(cast.users["organizer"], "program", list(Scope), 1).secret
    decision = {"decision": "admit", "limit_minor": 50_000_000}
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.post(f"/api/v1/sales/sale/registrations/{row.id}", json=decision, headers=bearer).status_code == 200
    yield made
    parts.engine.stop()
    parts.store.close()


def visit(site: Site, who: str) -> FlaskClient:
    app, parts, cast = site
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"] = session_of(parts, cast.users[who])
    return client


def page(client: FlaskClient, query: str = "", lang: str = "en") -> str:
    answer = client.get(f"/organizer/sales/sale/trail{query}", headers={**EN, "Accept-Language": lang})
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def test_10_12_the_page_tells_who_when_where_before_and_after(site: Site):
    client = visit(site, "organizer")
    told = page(client)
    first, second = told.split('<tr id="entry-')[1:3]
    assert "王组织" in first
    assert "a program" in first
    assert "<del>400,000.00</del> → <ins>500,000.00</ins>" in first
    assert "a page · 192.0.2.9" in second
    assert "<del>–</del> → <ins>400,000.00</ins>" in second
    assert "bidder <strong>102</strong>" in second
    assert "竞买限额" in page(client, lang="zh")


def test_10_12_it_is_found_by_person_row_and_day(site: Site):
    client = visit(site, "organizer")
    count = lambda query: page(client, query).count('<tr id="entry-')  # noqa: E731
    assert count("?person=b2@test.invalid") == count("?table=registrations&row=102") > 3
    assert count("?person=o@test.invalid&table=registrations") == 2
    assert count("?table=lots&row=1") == 1
    assert count("?from=2001-01-01&to=2001-01-02") == count("?person=nobody") == 0
    assert "This is not a day" in page(client, "?from=soon")
    assert count("?before=3") == 2


def test_10_12_only_who_may_sees_it(site: Site):
    app, _parts, cast = site
    for who in ("cashier", "auctioneer", "bidder1"):
        client = visit(site, who)
        for path in ("/organizer/sales/sale/trail", "/people/trail", "/organizer/sales/sale/export/trail.csv"):
            answer = client.get(path, headers={"Accept": "application/json"})
            assert answer.status_code == 403, (who, path)
    cashiers = visit(site, "cashier").get("/organizer/sales/sale/export", headers=EN).get_data(as_text=True)
    assert "settlement.csv" in cashiers
    assert "trail.csv" not in cashiers
    assert visit(site, "organizer").get("/people/trail", headers={"Accept": "application/json"}).status_code == 403
    house = unescape(visit(site, "administrator").get("/people/trail", headers=EN).get_data(as_text=True))
    assert "<del>Organizer</del> → <ins>王组织</ins>" in house
    assert "40万" not in house
    assert "spending limit" not in house, "what belongs to a sale is not in the trail of the house"
    assert visit(site, "administrator").get(f"/people/trail?chain={cast.sale}", headers=EN).status_code == 404
    assert app.test_client().get("/people/trail", headers=EN).status_code == 302


def test_12_2_the_report_and_the_api_tell_the_same(site: Site):
    _app, parts, cast = site
    client = visit(site, "organizer")
    text = client.get("/organizer/sales/sale/export/trail.csv?lang=zh").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    last = rows[-1]
    assert (last["变更人"], last["方式"], last["变更项"]) == ("王组织", "程序接口", "竞买限额")
    assert (last["变更前"], last["变更后"]) == ("400,000.00", "500,000.00")
    codes = json.loads(client.get("/organizer/sales/sale/export/trail.json?lang=codes").get_data())
    items = codes if isinstance(codes, list) else codes["rows"]
    assert items[-1]["changed_column"] == "limit_minor"
    token = parts.tokens.make(cast.users["organizer"], "reader", [Scope.READ], 1).secret
    answer = client.get("/api/v1/sales/sale/trail?limit=200", headers={"Authorization": f"Bearer {token}"})
    told = answer.get_json()["items"]
    limit = {"column": "limit_minor", "before": 40_000_000, "after": 50_000_000, "is_kept": True}
    assert told[-1]["changes"][-1] == limit
    assert [each["n"] for each in told] == list(range(1, len(told) + 1))
