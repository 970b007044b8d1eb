"""The page of one's access tokens: the password is asked, a token is shown once, seen with its last use, and ended."""

import re

import pytest

from auction.people.links import hash_token
from models.people import access_tokens
from tests.serving import give_password, session_of

PASSWORD = "ganz-und-gar-eigen-815"


@pytest.fixture
def browser(api, monkeypatch):
    """A person's browser, signed in; forms need no token here."""
    monkeypatch.setitem(api.app.config, "WTF_CSRF_ENABLED", False)

    def signed_in(who: str):
        client = api.client
        with client.session_transaction() as session:
            session["token"] = session_of(api.parts, api.cast.users[who])
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return signed_in


def test_a_token_is_made_shown_once_and_ended(api, browser):
    user = api.cast.users["bidder2"]
    give_password(api.parts, user, PASSWORD)
    page = browser("bidder2")
    said = {"name": "My robot", "scopes": ["read", "bid", "call"], "days": "30", "password": PASSWORD}

    wrong = page.post("/account/tokens", data={**said, "password": "x", "name": "Kept"})
    assert (wrong.status_code, 'value="Kept"' in wrong.text, "The current password is wrong" in wrong.text) == (
        422,
        True,
        True,
    )
    made = page.post("/account/tokens", data=said)
    secret = re.search(r"pat_[\w-]{20,}", made.text)[0]
    again = page.get("/account/tokens").text

    assert secret not in again
    assert "My robot" in again
    assert "never" in again
    program = {"Authorization": f"Bearer {secret}"}
    assert api.client.get("/api/v1/me", headers=program).json["scopes"] == ["bid", "read"], "no scope of another role"
    with api.parts.store.read() as connection:
        kept = [bytes(row.token_hash) for row in connection.execute(access_tokens.select())]
    assert hash_token(secret) in kept
    assert secret.encode() not in b"".join(kept)

    token = re.search(r"/account/tokens/(\w+)/end", again)[1]
    assert browser("bidder1").post(f"/account/tokens/{token}/end").status_code == 404, "another's token stays"
    assert api.client.get("/api/v1/me", headers=program).status_code == 200
    assert page.post(f"/account/tokens/{token}/end").status_code == 302
    assert api.client.get("/api/v1/me", headers=program).json["code"] == "TOKEN_OVER"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"scopes": []}, "Choose what the program may do"),
        ({"scopes": ["money"]}, "Choose what the program may do"),
        ({"days": "0"}, "from 1 to 366 days"),
        ({"days": "many"}, "not a whole number"),
        ({"name": " "}, "A name is needed"),
    ],
)
def test_a_token_that_cannot_be_is_told_why(api, browser, given, sentence):
    give_password(api.parts, api.cast.users["bidder3"], PASSWORD)
    said = {"name": "My robot", "scopes": ["read"], "days": "30", "password": PASSWORD, **given}
    answer = browser("bidder3").post("/account/tokens", data=said)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "pat_" not in answer.text
