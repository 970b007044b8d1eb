"""Personal data on pages: notice, consent at sign-up, a person's file, erasure, and until when a sale is kept."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auction.parts import Parts
from auction.people.consents import NOTICE_VERSION
from tests.house import site_of
from tests.serving import Cast, parts_for, session_of, stage

EN = {"Accept-Language": "en", "Accept": "text/html"}
NEW = {"email": "new@x.invalid", "name": "New", "password": "correct horse battery", "organization": ""}
Site = tuple[Flask, Parts, Cast]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("privacy")
    cast = stage(folder)
    parts = parts_for(folder, AUCTION_PRIVACY_CONTACT="dpo@house.invalid")
    parts.engine.start()
    app = site_of(parts)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app, parts, cast
    parts.engine.stop()
    parts.store.close()


def visit(made: Site, user: str | None = None) -> FlaskClient:
    app, parts, _cast = made
    client = app.test_client()
    if user is not None:
        with client.session_transaction() as session:
            session["token"] = session_of(parts, user)
    return client


def test_10_12_signing_up_asks_for_consent_to_the_notice_of_today(made: Site):
    _app, parts, _cast = made
    stranger = visit(made)
    notice = stranger.get("/privacy", headers=EN).get_data(as_text=True)
    assert f"Version {NOTICE_VERSION}" in notice
    assert "dpo@house.invalid" in notice
    assert "5 years after" in notice
    assert "个人信息告知书" in stranger.get("/privacy", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    for agreed in ({}, {"agreed": "2001-01-01"}):
        answer = stranger.post("/sign-up", data={**NEW, **agreed}, headers=EN)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "agree to it" in page
        assert 'value="new@x.invalid"' in page, "what was typed is kept"
    assert parts.accounts.search("new@x.invalid") == []
    assert stranger.post("/sign-up", data={**NEW, "agreed": NOTICE_VERSION}, headers=EN).status_code == 200
    [account] = parts.accounts.search("new@x.invalid")
    assert [(each.version, each.language) for each in parts.consents.of(account.id)] == [(NOTICE_VERSION, "en")]


def test_10_12_a_person_reads_takes_and_erases_what_the_house_keeps(made: Site):
    _app, parts, cast = made
    user = parts.accounts.create("gone@x.invalid", "Gone", "bidder", "correct horse battery")
    client = visit(made, user)
    page = client.get("/account/data", headers=EN).get_data(as_text=True)
    assert "I have read it and agree" in page
    assert "You have taken part in no sale" in page
    assert client.post("/account/data/agree", data={"agreed": NOTICE_VERSION}).status_code == 302
    assert "I have read it and agree" not in client.get("/account/data", headers=EN).get_data(as_text=True)
    file = client.get("/account/data.json")
    assert (file.status_code, file.headers["Cache-Control"]) == (200, "no-store")
    assert file.get_json()["account"]["email"] == "gone@x.invalid"
    assert client.post("/account/data/erase", data={"sure": "yes"}, headers=EN).status_code == 422
    done = client.post("/account/data/erase", data={"sure": "erase"}, headers=EN)
    assert "have been erased" in done.get_data(as_text=True)
    assert client.get("/account/data", headers=EN).status_code == 302, "it signs no one in"
    assert parts.accounts.search("gone@x.invalid") == []
    bidder = visit(made, cast.users["bidder1"])
    refused = bidder.post("/account/data/erase", data={"sure": "ERASE"}, headers=EN)
    assert refused.status_code == 422
    assert "You still take part in a sale" in refused.get_data(as_text=True)
    assert bidder.get("/account/data.json").get_json()["applications"][0]["paddle"] == "101"
    assert visit(made).get("/account/data.json").status_code == 401


def test_10_12_the_organizer_says_until_when_papers_are_kept(made: Site):
    _app, parts, cast = made
    client, path = visit(made, cast.users["organizer"]), "/organizer/sales/sale/cases"
    assert "Nothing is erased before" in client.get(path, headers=EN).get_data(as_text=True)
    assert client.post(f"{path}/keeping", data={"contracts_end_on": "soon"}, headers=EN).status_code == 422
    said = {"contracts_end_on": "2027-03-31", "for_court": "1"}
    assert client.post(f"{path}/keeping", data=said).status_code == 302
    assert "Until 2037-03-31" in client.get(path, headers=EN).get_data(as_text=True)
    assert visit(made, cast.users["cashier"]).post(f"{path}/keeping", data=said).status_code == 403
    assert parts.keeping.of(cast.sale).for_court
