"""The headers around every answer, no matter which part makes it: pages, errors, static files, polling."""

import json
import re
import sqlite3

import pytest
import requests

from auction.people.accounts import Role
from auction.web import access
from auction.web.security import POLICY

from ..house import House
from .test_access import SAFE, address, cells, site, visit  # noqa: F401 - the walk through every route

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ADDRESSES = (
    "/",
    "/sign-in",
    "/sales/sale",
    "/sales/sale/hall",
    "/sales/sale/console",
    "/sales/nothing",
    "/nothing",
    "/static/css/base.css",
    "/static/nothing.css",
    "/sales/sale/results.csv",
    "/sales/sale/record.jsonl",
    "/sales/sale/texts.json",
    "/healthz",
    "/metrics",
    "/socket.io/?EIO=4&transport=polling",
    "/socket.io/?EIO=3&transport=polling",
    "/socket.io/?EIO=4&transport=websocket",
    "/socket.io/?EIO=4&transport=polling&sid=nobody",
    "/socket.io/",
    "/socket.io",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X")


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_has_the_headers(any_house: House, path):
    for method in METHODS:
        answer = requests.request(method, any_house.server.url + path, timeout=10, allow_redirects=False)
        given = {name: answer.headers.get(name) for name in EVERYWHERE}
        assert given == EVERYWHERE, (method, answer.status_code)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Cache-Control" in answer.headers
        assert answer.status_code < 500 or path == "/healthz", (method, answer.status_code)


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_answer_says_what_it_was_made_with(any_house: House, path):
    answer = requests.get(any_house.server.url + path, timeout=10, allow_redirects=False)

    said = f"{answer.headers}{answer.text[:2_000] if 'static' not in path and 'metrics' not in path else ''}"
    assert not re.search(r"werkzeug|python|eventlet|gevent|flask|engineio", said, re.IGNORECASE)
    assert "X-Powered-By" not in answer.headers


def test_the_policy_lets_no_inline_script_and_no_other_place_in(house: House):
    policy = dict(
        part.split(" ", 1) for part in house.sign_in().get("/").headers["Content-Security-Policy"].split("; ")
    )

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["connect-src"].split()[:2] == ["'self'", f"ws://127.0.0.1:{house.server.port}"]
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


@pytest.mark.parametrize("host", ["evil.test", "a; script-src *", "127.0.0.1:1"])
def test_the_policy_is_not_written_by_who_asks(house: House, host):
    mine = house.sign_in().get("/").headers["Content-Security-Policy"]

    answer = requests.get(house.server.url, headers={"Host": host, "X-Forwarded-Host": host}, timeout=5)
    assert answer.headers["Content-Security-Policy"] == mine


def test_no_page_has_a_script_or_a_style_in_itself(house: House):
    for path in ADDRESSES[:5]:
        page = house.sign_in("auctioneer").get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>", page), path
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", page), path


def test_a_page_of_somebody_s_is_kept_by_nobody(house: House):
    for path in ("/", "/sales/sale/live"):
        assert house.sign_in("bidder1").get(path).headers["Cache-Control"] == "no-store"


# --- forms ---


def unsafe(app) -> list[tuple]:
    free = access.WITHOUT_TOKEN
    return [(rule, method) for rule, method in cells(app) if method not in SAFE and rule.endpoint not in free]


def test_every_unsafe_route_asks_for_a_token_of_this_session(site):  # noqa: F811
    app, _, cast = site
    assert unsafe(app), "there are some"
    for rule, method in unsafe(app):
        allowed = [role for role in (None, *Role) if access.may(role, access.ROUTES, rule.endpoint)]
        mine, other = visit(site, allowed[-1]), visit(site, allowed[-1])
        foreign = re.search(r'name="csrf-token" content="([^"]+)"', other.get("/sign-in").text).group(1)
        mine.get("/sign-in")
        path, program = address(rule, cast.slug), {"Accept": "application/json"}
        attempts = {
            "no token": {"data": {"email": "x"}},
            "an empty token": {"data": {"csrf_token": ""}},
            "a foreign token": {"data": {"csrf_token": foreign}},
            "a foreign token in the header": {"headers": {**program, "X-CSRFToken": foreign}},
            "JSON": {"json": {"csrf_token": foreign}},
            "JSON as text": {"data": json.dumps({"a": 1}), "content_type": "text/plain"},
            "no body": {},
        }
        for name, attempt in attempts.items():
            answer = mine.open(path, method=method, **{"headers": program, **attempt})
            # A session's cookie is nothing to the API: a page of another site can make a browser do nothing there.
            is_api = rule.rule.startswith(access.API_PREFIX)
            expected = (401, "UNAUTHENTICATED") if is_api else (400, "BAD_TOKEN")
            assert (answer.status_code, answer.json["code"]) == expected, (rule.rule, method, name)


def test_no_safe_route_changes_anything(site):  # noqa: F811
    """Any user may follow a link that another site shows: a GET signs no user out and writes nothing."""
    app, parts, cast = site
    client = visit(site, Role.ADMINISTRATOR)
    outside = sqlite3.connect(parts.store.url.database)
    before = version(outside)
    for rule, method in cells(app):
        if method in SAFE and rule.endpoint != "health.healthz":  # which writes to see whether it can
            client.open(address(rule, cast.slug), method=method)
    assert version(outside) == before
    outside.close()
    assert client.get("/sales/sale/console").status_code == 200, "still signed in"


def version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has written."""
    return connection.execute("PRAGMA data_version").fetchone()[0]
