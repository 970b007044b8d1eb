"""The identity at every message: a session that is over is refused at once, and its sockets are closed soon."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from statistics import median

import pytest
from socketio.exceptions import SocketIOError
from sqlalchemy import update

from auction.cluster.limits import LONGEST_WAIT_S, RateLimits
from auction.people.accounts import Purpose, Role
from auction.web.application import create_app
from models.people import web_sessions
from tests.serving import Person, give_password, wait_for

from ..house import House, Stranger, a_house, cookie_of

PASSWORD = "correct horse battery"


def set_password(house: House, name: str) -> None:
    give_password(house.parts, house.cast.users[name], PASSWORD)


def last_heard(person: Person) -> float:
    """When the last message was sent that was not refused; returns once one is, or the socket is cut."""
    person.patience_s = 1  # an answer may be on its way when the socket is cut
    heard = time.monotonic()
    while True:
        sent = time.monotonic()
        try:
            if person.ask("clock").get("code") == "UNAUTHENTICATED":
                return heard
        except SocketIOError:
            return heard
        heard = sent
        time.sleep(0.05)  # who asks without end is cut for that


# --- every way a session ends, by another process over the same database ---


def expire(house: House, user: str) -> None:
    with house.parts.store.write() as connection:
        connection.execute(update(web_sessions).where(web_sessions.c.user == user), {"expires_ms": 1})


def go_idle(house: House, user: str) -> None:
    with house.parts.store.write() as connection:
        connection.execute(update(web_sessions).where(web_sessions.c.user == user), {"seen_ms": 1})


ENDINGS: dict[str, Callable[[House, str], None]] = {
    "suspension": lambda house, user: house.parts.accounts.suspend(user, suspended=True),
    "role change": lambda house, user: house.parts.accounts.set_role(user, Role.ORGANIZER),
    "password reset": lambda house, user: give_password(house.parts, user, PASSWORD),
    "expiry": expire,
    "idleness": go_idle,
}


@pytest.mark.clock
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_an_open_socket_is_refused_within_a_second_and_cut_within_five(house: House, transport):
    users = {ending: house.newcomer() for ending in ENDINGS}
    people = {ending: house.enter(user, "bidder", transports=[transport]) for ending, user in users.items()}

    def watch(ending: str) -> tuple[float, float]:
        ENDINGS[ending](house, users[ending])
        ended = time.monotonic()
        heard_s = last_heard(people[ending]) - ended
        wait_for(lambda: not people[ending].socket.connected)
        return heard_s, time.monotonic() - ended

    with ThreadPoolExecutor() as pool:
        measured = dict(zip(ENDINGS, pool.map(watch, ENDINGS), strict=True))
    assert {ending: times for ending, times in measured.items() if times[0] > 1.1 or times[1] > 5} == {}
    if transport == "websocket":
        wait_for(lambda: all(person.goodbyes == ["signed_out"] for person in people.values()), 1)


@pytest.mark.clock
def test_signing_out_refuses_and_cuts_at_once_on_every_socket(any_house: House):
    person = any_house.enter("bidder1", "bidder")
    other = any_house.enter("bidder2", "bidder")
    stranger = any_house.stranger(person).greet()
    stranger.ask("join", {"sale": any_house.cast.slug, "as": "bidder"})

    assert person.post("/sign-out", person.csrf("/")).status_code == 200
    wait_for(lambda: person.goodbyes == ["signed_out"], 1)
    assert stranger.is_cut(1)
    assert "now_ms" in other.ask("clock")


def test_a_socket_that_was_signed_out_gets_nothing_private_and_its_cookie_is_dead(house: House):
    person = house.enter("bidder1", "bidder")
    cookie = cookie_of(person)
    person.post("/sign-out", person.csrf("/"))
    copied = Stranger(house.server.url, cookie).greet()

    assert copied.ask("join", {"sale": house.cast.slug, "as": "bidder"})["code"] == "UNAUTHENTICATED"
    assert "document" not in copied.ask("join", {"sale": house.cast.slug})
    assert copied.ask("bid", {"lot": "1", "amount_minor": 1, "key": "k"})["code"] == "UNAUTHENTICATED"
    copied.leave()


def test_a_bid_of_another_session_is_judged_as_this_one_s(house: House):
    first, second = house.bidding()
    frame = {"lot": "1", "amount_minor": 10_000_000, "key": "recorded"}
    told = first.ask("bid", **frame)

    assert "seq" in told
    assert first.ask("bid", **frame) == told, "the same session: the first answer again"
    assert second.ask("bid", **frame)["code"] == "BELOW_MIN", "another session: its own bid, and too low"
    assert house.enter(None).ask("bid", **frame)["code"] == "UNAUTHENTICATED"


def test_a_bid_cannot_name_another_paddle(house: House):
    bidder = house.enter("bidder1", "bidder")

    for key in ("paddle", "bidder", "user", "auctioneer", "arrived_ms"):
        answer = bidder.ask("bid", lot="1", amount_minor=1, key="k", **{key: "102"})
        assert (answer["code"], answer["params"]) == ("MALFORMED", {"field": key})


def test_two_tabs_of_one_account_are_one_paddle(house: House):
    one, two = house.enter("bidder3", "bidder"), house.enter("bidder3", "bidder")

    assert one.ask("bid", lot="2", amount_minor=1, key="tab") == two.ask("bid", lot="2", amount_minor=1, key="tab")


# --- signing in ---


def sign_in(person: Person, email: str, password: str, **options: str):
    return person.http.post(
        f"{person.url}/sign-in",
        data={"csrf_token": person.csrf(), "email": email, "password": password},
        headers=options,
        timeout=30,
        allow_redirects=False,
    )


def token_of(house: House, person: Person) -> str | None:
    """The secret in a browser's cookie, as the server reads it."""
    app = create_app(house.parts)
    with app.test_request_context(headers={"Cookie": cookie_of(person)}):
        opened = app.session_interface.open_session(app, app.request_class({"HTTP_COOKIE": cookie_of(person)}))
        return (opened or {}).get("token")


def test_a_sign_in_makes_a_new_session_and_the_old_one_is_dead(house: House):
    set_password(house, "bidder1")
    person = house.sign_in("bidder1")
    old, old_cookie = token_of(house, person), cookie_of(person)
    old_csrf = person.csrf()

    assert sign_in(person, "b1@test.invalid", PASSWORD).status_code == 302
    assert token_of(house, person) not in (None, old)
    assert person.csrf() != old_csrf
    assert house.parts.accounts.identify(old) is None
    answer = house.sign_in().get("/sales/sale/live", headers={"Cookie": old_cookie}, allow_redirects=False)
    assert answer.status_code == 302, "to the sign-in"


def test_a_session_that_somebody_put_there_before_is_not_taken_over(house: House):
    attacker, victim = house.sign_in(), house.sign_in()
    attacker.csrf()
    victim.http.cookies.update(attacker.http.cookies)
    set_password(house, "bidder2")

    assert sign_in(victim, "b2@test.invalid", PASSWORD).status_code == 302
    assert token_of(house, attacker) is None
    assert attacker.get("/sales/sale/live", allow_redirects=False).status_code == 302


def test_a_wrong_name_and_a_wrong_password_look_the_same(house: House, monkeypatch):
    set_password(house, "bidder3")
    known, unknown = house.sign_in(), house.sign_in()
    answers = [
        sign_in(person, email, "wrong password here")
        for person, email in ((known, "b3@test.invalid"), (unknown, "no3@test.invalid"))
    ]
    bodies = [answer.text.replace("no3@", "b3@") for answer in answers]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert strip_tokens(bodies[0]) == strip_tokens(bodies[1])


def strip_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line]


@pytest.mark.long
def test_a_wrong_name_and_a_wrong_password_take_the_same_time(house: House):
    set_password(house, "bidder3")
    took: dict[str, list[float]] = {"b3@test.invalid": [], "nobody@test.invalid": []}
    for _ in range(60):
        for email, times in took.items():
            began = time.thread_time()  # of the processor: what others take of it meanwhile is no difference
            assert house.parts.accounts.sign_in(email, "wrong password here") is None
            times.append(time.thread_time() - began)
    known, unknown = (median(times) for times in took.values())

    assert abs(known - unknown) / unknown < 0.05


def test_failed_sign_ins_are_refused_for_the_account_from_that_address_only(tmp_path: Path):
    with a_house(tmp_path, AUCTION_TRUSTED_PROXIES="1", AUCTION_SIGN_INS_PER_MINUTE="2") as house:
        set_password(house, "bidder1")
        person = house.sign_in()

        def try_from(address: str, password: str = "wrong", email: str = "b1@test.invalid") -> int:
            return sign_in(person, email, password, **{"X-Forwarded-For": address}).status_code

        assert [try_from("203.0.113.1") for _ in range(3)] == [422, 422, 429]
        assert try_from("203.0.113.1", PASSWORD) == 429, "the right password too: or it could be guessed on"
        assert try_from("203.0.113.1", "wrong", "b2@test.invalid") == 422, "another account from there"
        assert try_from("203.0.113.2", PASSWORD) == 302, "the owner from elsewhere"
        spread = (try_from("203.0.113.3", "wrong", f"n{number}@test.invalid") for number in range(60))
        assert 8 <= sum(1 for _ in takewhile(lambda code: code == 422, spread)) < 60, "one address, many accounts"
        house.clean()


def test_who_fails_in_an_owner_s_name_from_everywhere_slows_him_but_never_locks_him_out(limits: RateLimits):
    for number in range(1_000):
        assert limits.begin_sign_in("owner", f"198.51.100.{number}")

    assert limits.begin_sign_in("owner", "203.0.113.7")
    assert limits.sign_in_wait_s("owner") == LONGEST_WAIT_S
    assert limits.sign_in_wait_s("another") == 0
    limits.now.s += 3
    assert 0 < limits.sign_in_wait_s("owner") < LONGEST_WAIT_S
    limits.now.s += 60
    assert limits.sign_in_wait_s("owner") == 0


def test_a_sign_in_that_succeeds_counts_as_nothing(limits: RateLimits):
    for _ in range(500):
        assert limits.begin_sign_in("owner", "203.0.113.7")
        limits.forgive_sign_in("owner", "203.0.113.7")


def test_a_one_time_link_is_good_once_and_for_its_purpose(house: House):
    user = house.cast.users["bidder1"]
    token = house.parts.accounts.make_link(Purpose.SIGN_IN, user)
    reset = house.parts.accounts.make_link(Purpose.RESET, user)
    over = house.parts.accounts.make_link(Purpose.SIGN_IN, user, lasts_ms=-1)
    assert house.sign_in().post(f"/link/{token}").status_code == 200

    for spent in (token, reset, over, "nothing", "x" * 5_000):
        assert house.sign_in().post(f"/link/{spent}").status_code in (404, 410), spent


# --- the cookie ---


@dataclass
class Answer:
    cookie: str

    def says(self, *attributes: str) -> bool:
        given = {part.strip() for part in self.cookie.split(";")}
        return set(attributes) <= given


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(house: House):
    answer = Answer(house.sign_in().get("/sign-in").headers["Set-Cookie"])

    assert answer.says("HttpOnly", "SameSite=Lax", "Path=/")
    assert answer.cookie.startswith("session=")


def test_behind_tls_the_cookie_never_goes_without_it(tmp_path: Path):
    options = {"AUCTION_PUBLIC_URL": "https://auction.example", "AUCTION_TRUSTED_PROXIES": "1"}
    with a_house(tmp_path, **options) as house:
        through = {
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "auction.example",
            "X-Forwarded-For": "203.0.113.9",
        }
        person = house.sign_in()
        page = person.get("/sign-in", headers=through)
        answer = Answer(page.headers["Set-Cookie"])

        assert answer.says("HttpOnly", "SameSite=Lax", "Path=/", "Secure")
        assert answer.cookie.startswith("__Host-session=")
        assert "Domain" not in answer.cookie
        assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "wss://auction.example" in page.headers["Content-Security-Policy"]
        cookie = answer.cookie.split(";")[0]
        stranger = Stranger(house.server.url, cookie, origin="https://auction.example", header=list_of(through))
        assert "now_ms" in stranger.greet().ask("clock", {})
        stranger.leave()
        house.clean()


def list_of(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]
