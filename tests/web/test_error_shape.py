"""One error shape, {"code", "message", "params", "status"}, for every kind of error, over HTTP and over the socket."""

import re
import sqlite3
import uuid
from collections.abc import Iterator

import pytest
import requests
from flask.testing import FlaskClient

from auction.database.store import OutcomeUnknown, Unavailable
from auction.rules.refusals import Code
from auction.web import access
from auction.web.application import create_app
from auction.web.errors import Problem, shape
from auction.words.i18n import LOCALES, catalogue
from auction.words.sentences import SENTENCES, STATUS
from tests.serving import parts_for

from ..house import House

PROGRAM = {"Accept": "application/json"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def is_shape(error: dict) -> bool:
    return (
        set(error) == {"code", "message", "params", "status"}
        and re.fullmatch("[A-Z_]+", error["code"]) is not None
        and bool(error["message"])
        and "%(" not in error["message"]
        and isinstance(error["params"], dict)
        and 400 <= error["status"] < 600
    )


# --- every code, in every language ---

PARAMS = {"minimum": 10_500_000, "cap": 1, "available": 0}
WORDS = {"status": "in_force"}


def params_of(sentence: str) -> dict:
    """What a sentence's placeholders are filled from; an amount comes as an amount."""
    names = re.findall(r"%\((\w+)\)s", sentence)
    return {(f"{name}_minor" if name in PARAMS else name): PARAMS.get(name, WORDS.get(name, "x")) for name in names}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", sorted({*SENTENCES, *Code}))
def test_every_code_has_its_sentence_in_every_language(code, locale):
    assert code in SENTENCES, "every refusal of the rules can be said"
    error = shape(locale, code, params_of(SENTENCES[code]))

    assert is_shape(error)
    assert error["code"] == code
    assert locale == "en" or re.search("[\u4e00-\u9fff]", error["message"]), "not translated"


def test_every_status_belongs_to_a_code_that_there_is():
    assert set(STATUS) <= set(SENTENCES)


def test_an_amount_is_said_as_money():
    assert "¥105,000" in shape("en", "BELOW_MIN", {"minimum_minor": 10_500_000})["message"]


# --- every kind of error over HTTP ---


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The pages, and some that fail as pages can."""
    parts = parts_for(tmp_path_factory.mktemp("pages"))
    app = create_app(parts)
    failures = {
        "problem": Problem("OVER_LIMIT", available_minor=0),
        "unavailable": Unavailable("locked"),
        "unconfirmed": OutcomeUnknown("a secret detail"),
        "defect": RuntimeError("a secret detail"),
        "disk": sqlite3.OperationalError("a secret detail"),
        "recursion": RecursionError(),
    }

    def fail(name: str) -> str:
        raise failures[name]

    app.add_url_rule("/fail/<name>", "fail", fail)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(access.ROUTES, "fail", access.EVERYBODY)
        yield app.test_client()
    parts.store.close()


KINDS = (
    ("GET", "/nothing", 404, "NOT_FOUND"),
    ("GET", "/sales/nothing", 404, "UNKNOWN_SALE"),
    ("DELETE", "/", 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/sales/nothing/console", 401, "UNAUTHENTICATED"),
    ("POST", "/sign-in", 400, "BAD_TOKEN"),
    ("POST", "/sign-out", 401, "UNAUTHENTICATED"),
    ("GET", "/?a=%00", 400, "MALFORMED"),
    ("GET", "/fail/problem", 409, "OVER_LIMIT"),
    ("GET", "/fail/unavailable", 503, "UNAVAILABLE"),
    ("GET", "/fail/unconfirmed", 503, "UNCONFIRMED"),
    ("GET", "/fail/defect", 500, "BROKEN"),
    ("GET", "/fail/disk", 500, "BROKEN"),
    ("GET", "/fail/recursion", 500, "BROKEN"),
)


@pytest.mark.parametrize(("method", "path", "status", "code"), KINDS)
def test_a_program_gets_json(client, method, path, status, code):
    for accept in (PROGRAM, {"Accept": "*/*"}, {}):
        answer = client.open(path, method=method, headers=accept)
        assert is_shape(answer.json), answer.text
        assert (answer.status_code, answer.json["status"], answer.json["code"]) == (status, status, code)
        assert "secret detail" not in answer.text


@pytest.mark.parametrize(("method", "path", "status", "code"), KINDS)
def test_a_browser_gets_a_page(client, method, path, status, code):
    answer = client.open(path, method=method, headers=BROWSER)

    if path.endswith("console"):
        assert answer.location.startswith("/sign-in?next="), "a person is asked who he is"
        return
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert code in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_a_defect_is_a_number_for_the_caller_and_the_rest_for_the_log(client):
    answer = client.get("/fail/defect", headers={**PROGRAM, "Accept-Language": "en"}).json

    assert answer["params"]["incident"] in answer["message"]
    assert set(answer["params"]) == {"incident"}


@pytest.mark.parametrize("language", ["zh-CN,zh;q=0.9", "en-GB,en;q=0.9", "fr", ""])
def test_the_sentence_is_in_the_caller_s_language(client, language):
    message = client.get("/nothing", headers={**PROGRAM, "Accept-Language": language}).json["message"]

    english = SENTENCES["NOT_FOUND"]
    assert message == (english if language.startswith("en") else catalogue("zh")[english])


# --- the same over the socket ---

MESSAGES = (
    ("nothing", {}, "UNKNOWN_MESSAGE"),
    ("clock", {"x": 1}, "MALFORMED"),
    ("clock", {"rtt_ms": "x" * 5_000}, "TOO_LARGE"),
    ("join", {"sale": "nothing"}, "UNKNOWN_SALE"),
    ("since", {"seq": 1}, "NOT_JOINED"),
    ("bid", {"lot": "1", "amount_minor": 1, "key": "k"}, "UNAUTHENTICATED"),
)


@pytest.mark.parametrize(("name", "message", "code"), MESSAGES, ids=[each[2] for each in MESSAGES])
def test_the_socket_says_it_the_same_way(any_house: House, name, message, code):
    stranger = any_house.stranger().greet()
    answer = stranger.ask(name, message)

    assert is_shape(answer)
    assert (answer["code"], answer["status"]) == (code, STATUS.get(code, 409))
    stranger.leave()


def test_a_refused_handshake_says_it_the_same_way(house: House):
    for query, headers in (
        ("EIO=4&transport=polling", {"Origin": "http://evil.test"}),
        ("EIO=4&transport=websocket", {}),
        ("EIO=4&transport=polling&sid=nobody", {}),
    ):
        answer = requests.get(f"{house.server.url}/socket.io/?{query}", headers=headers, timeout=5)
        assert is_shape(answer.json())
        assert answer.json()["status"] == answer.status_code


def test_a_rule_s_refusal_says_what_would_have_been_accepted(house: House):
    first, _ = house.bidding()
    answer = first.bid("1", 1)

    assert is_shape(answer)
    assert (answer["code"], answer["params"]) == ("BELOW_START", {"minimum_minor": 10_000_000})


@pytest.mark.parametrize("locale", LOCALES)
def test_the_socket_speaks_the_session_s_language(house: House, locale):
    person = house.sign_in("bidder1")
    person.http.headers["Accept-Language"] = "en" if locale == "zh" else "zh"
    person.post(f"/language/{locale}", person.csrf("/"), next="/")
    person.connect(house.cast.slug, "bidder")
    message = person.bid("no-such", 1, uuid.uuid4().hex)["message"]

    english = SENTENCES["UNKNOWN_LOT"]
    assert message == (english if locale == "en" else catalogue("zh")[english])
