"""Accounts over HTTP: sign-up, one-time links, one's own account, the administrator's pages, applying to a sale."""

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auction.base.rejected import Rejected
from auction.people.accounts import Accounts, Purpose, Role
from auction.people.consents import NOTICE_VERSION
from tests.conftest import SetClock
from tests.serving import Cast, Person, Server, parts_for, stage, wait_for

PASSWORD = "correct horse battery"
NEWCOMER = {"name": "New", "organization": "", "password": PASSWORD, "agreed": NOTICE_VERSION}
HTML = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Cast]]:
    """A server for the whole module, with the cast of `stage`."""
    folder: Path = tmp_path_factory.mktemp("people")
    cast = stage(folder)
    environ = {"AUCTION_SIGN_INS_PER_MINUTE": "1000"}
    server = Server(folder, environ).start()
    yield server, cast
    server.stop()


@pytest.fixture
def come(site: tuple[Server, Cast]) -> Iterator[Callable[..., Person]]:
    """come("administrator"): a person of the cast by a new link; come(): a stranger."""
    server, cast = site
    parts = parts_for(server.instance)
    everybody: list[Person] = []

    def enter(name: str | None = None) -> Person:
        person = Person(server.url)
        if name is not None:
            person.enter(parts.accounts.make_link(Purpose.SIGN_IN, cast.users[name]))
        everybody.append(person)
        return person

    yield enter
    for person in everybody:
        person.leave()
    parts.store.close()


def address() -> str:
    return f"{uuid.uuid4().hex[:12]}@new.invalid"


def sign_up(person: Person, email: str, **values: str):
    return person.post(
        "/sign-up",
        **{**NEWCOMER, "email": email, **values},
    )


def sign_in(person: Person, email: str, password: str = PASSWORD):
    return person.post("/sign-in", email=email, password=password)


def link_in(page: str) -> str:
    found = re.search(r'readonly value="http://[^/]+(/[^"]+)"', page)
    assert found, page
    return found.group(1)


# --- signing up ---


def test_who_signs_up_can_sign_in_and_is_a_bidder(come):
    person, email = come(), address()

    assert sign_up(person, email, name="  Li\u200b  Hua ", organization="示例研究所").status_code == 200
    assert sign_in(person, email).status_code == 200
    page = person.get("/account").text
    assert "Li Hua" in page
    assert "示例研究所" in page
    assert person.get("/organizer").status_code == 403


def test_a_claimed_address_gets_the_same_answer_and_both_accounts_are_there(come):
    email = address()
    fresh = sign_up(come(), email)
    taken = sign_up(come(), email, password="another password")

    def plain(page: str) -> str:
        return re.sub(r'(value|content)="[^"]{60,}"', "", page)

    assert (fresh.status_code, plain(fresh.text)) == (taken.status_code, plain(taken.text))
    for password, status in (("another password", 200), (PASSWORD, 200), ("neither of the two", 422)):
        assert sign_in(come(), email, password).status_code == status


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "nobody"),
        ("email", "a b@c.invalid"),
        ("email", "two@at@signs.invalid"),
        ("email", "x" * 250 + "@long.invalid"),
        ("name", ""),
        ("name", "\u200b\u202e"),
        ("name", "n" * 101),
        ("organization", "o" * 201),
        ("password", "short"),
        ("password", "p" * 201),
        ("password", ""),
    ],
)
def test_a_bad_sign_up_says_so_by_the_field(come, field, value):
    answer = sign_up(come(), address() if field != "email" else value, **({} if field == "email" else {field: value}))

    assert answer.status_code == 422
    assert f'id="wrong-{field}"' in answer.text
    assert PASSWORD not in answer.text


def test_html_and_damaged_text_are_shown_as_text_or_refused(come):
    person = come()
    answer = sign_up(person, HTML, name=HTML, organization=HTML)
    assert answer.status_code == 422
    assert HTML not in answer.text
    assert "&lt;script&gt;" in answer.text

    assert sign_up(person, address(), name="\x00").status_code == 400

    raw = f"csrf_token={person.csrf()}&email=a%40b.invalid&name=%ED%A0%80&password=x".encode()
    answer = person.http.post(
        person.url + "/sign-up", data=raw, headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=10
    )
    assert answer.status_code == 422


def test_two_sign_ups_for_one_address_at_once_are_one_account_to_sign_in_to(parts):
    answers = []

    def one() -> None:
        answers.append(parts.accounts.sign_up("same@new.invalid", "Same", PASSWORD))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert answers == [None] * 4
    tokens = [parts.accounts.sign_in("same@new.invalid", PASSWORD) for _ in range(2)]
    assert len({parts.accounts.identify(token).user for token in tokens}) == 1


def test_sign_ups_from_one_address_are_limited(tmp_path):
    stage(tmp_path)
    server = Server(tmp_path).start()
    try:
        person = Person(server.url)
        token = person.csrf()
        codes = [person.post("/sign-up", token, **NEWCOMER | {"email": address()}) for _ in range(22)]
        assert {each.status_code for each in codes[:20]} == {200}
        assert codes[-1].status_code == 429
        assert codes[-1].headers["Retry-After"] == "60"
    finally:
        server.stop()


# --- signing out, and what ends a session ---


def test_signing_out_ends_the_sockets_at_once(come, site):
    _, cast = site
    person = come("bidder1")
    person.connect(cast.slug, "bidder")

    assert person.post("/sign-out", person.csrf("/account")).status_code == 200
    wait_for(lambda: person.goodbyes == ["signed_out"])
    wait_for(lambda: not person.socket.connected)
    assert "/sign-in" in person.get("/account").url


@pytest.mark.parametrize("what", ["suspend", "role", "password"])
def test_what_changes_an_account_ends_its_sockets_at_once(come, site, what):
    _, cast = site
    administrator, email = come("administrator"), address()
    person = come()
    sign_up(person, email)
    sign_in(person, email)
    person.connect(cast.slug, "bidder")
    user = re.search(r"/people/([0-9a-f]{32})", administrator.get(f"/people?q={email}").text).group(1)

    if what == "suspend":
        administrator.post(f"/people/{user}/suspend", suspended="1")
    elif what == "role":
        administrator.post(f"/people/{user}/role", role="auctioneer")
    else:
        link = link_in(administrator.post(f"/people/{user}/link").text)
        come().post(link, password="a new long password")
    wait_for(lambda: person.goodbyes == ["signed_out"])
    wait_for(lambda: not person.socket.connected)


# --- one-time links ---


def test_a_reset_link_works_once_and_ends_older_sessions(come, site):
    server, cast = site
    parts, old = parts_for(server.instance), come("bidder2")
    make = parts.accounts.make_link
    person = come("bidder2")
    assert person.post("/account/password", current="", password=PASSWORD).status_code == 200
    assert "/sign-in" in old.get("/account").url, "the password was set, and every other session ended"

    first, link = (f"/reset/{make(Purpose.RESET, cast.users['bidder2'])}" for _ in range(2))
    parts.store.close()
    assert come().get(first).status_code == 410, "a new link makes the older one void"
    stranger = come()
    assert stranger.post(link, password="short").status_code == 422
    assert stranger.post(link, password="the second password").status_code == 200
    assert stranger.get("/account").status_code == 200
    assert "/sign-in" in person.get("/account").url
    assert come().post(link, password="the third password").status_code == 410
    assert sign_in(come(), "b2@test.invalid", "the second password").status_code == 200


def test_links_of_another_purpose_and_wrong_ones_are_over(come, site):
    server, cast = site
    parts = parts_for(server.instance)
    sign_in_link = parts.accounts.make_link(Purpose.SIGN_IN, cast.users["bidder1"])
    over = parts.accounts.make_link(Purpose.RESET, cast.users["bidder1"], -1)
    parts.store.close()

    assert come().get("/reset/%00").status_code == 400
    for path in (f"/reset/{sign_in_link}", f"/reset/{over}", "/reset/%ED%A0%80", "/link/x"):
        assert come().get(path).status_code == 410, path
        assert come().post(path, password=PASSWORD).status_code == 410, path
    assert come().get(f"/first-administrator/{sign_in_link}").status_code == 410


def test_the_first_start_prints_a_link_that_makes_one_administrator(tmp_path):
    server = Server(tmp_path).start()
    try:
        link = wait_for(lambda: re.search(r"/first-administrator/\S+", server.log)).group(0)
        person, late = Person(server.url), Person(server.url)
        assert person.get(link).status_code == 200
        assert person.post(link, email="x", name=HTML, password=PASSWORD).status_code == 422
        assert person.post(link, email="root@new.invalid", name="Root", password="short").status_code == 422
        made = person.post(link, email="root@new.invalid", name="Root", password=PASSWORD)
        assert made.url.endswith("/people"), made.url
        assert late.get(link).status_code == 410
        assert late.post(link, email="b@new.invalid", name="B", password=PASSWORD).status_code == 410
        parts = parts_for(tmp_path)
        spare = parts.accounts.make_link(Purpose.FIRST_ADMIN, None)
        assert parts.accounts.first_administrator(spare, "c@new.invalid", "C", PASSWORD) is None
        parts.store.close()
    finally:
        server.stop()


# --- one's own account ---


def test_changing_ones_name_and_password(come):
    person, email = come(), address()
    sign_up(person, email)
    sign_in(person, email)

    assert "Another" in person.post("/account/name", name="Another").text
    assert person.post("/account/name", name=" \u200b ").status_code == 422
    assert person.post("/account/password", current="wrong password", password=PASSWORD).status_code == 422
    assert person.post("/account/password", current=PASSWORD, password="short").status_code == 422
    other = come()
    sign_in(other, email)
    assert person.post("/account/password", current=PASSWORD, password="quite another one").status_code == 200
    assert person.get("/account").url.endswith("/account")
    assert "/sign-in" in other.get("/account").url
    assert sign_in(come(), email).status_code == 422


# --- the administrator ---


def test_an_administrator_makes_and_finds_accounts(come):
    administrator, email = come("administrator"), address()
    page = administrator.post("/people/new", email=email, name=HTML, role="auctioneer")
    assert page.status_code == 200
    assert HTML not in page.text
    link = link_in(page.text)
    person = come()
    person.post(link, person.csrf(link))
    assert person.get("/account").status_code == 200
    assert person.get("/sales/sale/console").status_code == 403, "no auctioneer of this sale yet"
    assert come().get(link).status_code == 410

    assert email in administrator.get(f"/people?q={email[:8]}").text
    assert HTML not in administrator.get(f"/people?q={HTML}").text
    assert email not in administrator.get("/people?q=%25").text, "a wildcard is only a character"
    assert administrator.post("/people/new", email=email, name="N", role="bidder").status_code == 422
    assert administrator.post("/people/new", email=address(), name="N", role="god").status_code == 422
    assert administrator.post("/people/nobody/role", role="bidder").status_code == 404


def test_the_last_administrator_cannot_lock_everybody_out(come, site):
    _, cast = site
    administrator, root = come("administrator"), cast.users["administrator"]
    for path, values in ((f"/people/{root}/role", {"role": "bidder"}), (f"/people/{root}/suspend", {"suspended": "1"})):
        answer = administrator.post(path, **values)
        assert answer.status_code == 422, path
    assert administrator.get("/people").status_code == 200


def test_of_two_administrators_who_demote_each_other_one_stays(parts):
    first, second = (parts.accounts.create(f"{n}@a.invalid", n, Role.ADMINISTRATOR, PASSWORD) for n in "ab")
    rejected = []

    def demote(user: str) -> None:
        try:
            parts.accounts.set_role(user, Role.BIDDER)
        except Rejected as error:
            rejected.append(error.code)

    threads = [threading.Thread(target=demote, args=(user,)) for user in (first, second)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert rejected == ["LAST_ADMINISTRATOR"]


def test_a_paddle_of_somebody_who_becomes_staff_is_suspended(come, site):
    server, cast = site
    administrator = come("administrator")
    administrator.post(f"/people/{cast.users['bidder3']}/role", role="auctioneer")
    parts = parts_for(server.instance)
    held = parts.engine.book(cast.sale).sale.bidders["103"].held
    assert [(each.reason, each.standing) for each in held] == [("CONFLICT", "void")]
    parts.store.close()
    administrator.post(f"/people/{cast.users['bidder3']}/role", role="bidder")


def test_an_organizer_gives_no_role_and_makes_no_link_alone(come, site):
    server, cast = site
    organizer = come("organizer")
    for path in ("/people", "/people/new", f"/people/{cast.users['bidder1']}"):
        assert organizer.get(path).status_code == 403
    token = organizer.csrf("/account")
    assert organizer.post(f"/people/{cast.users['bidder1']}/role", token, role="organizer").status_code == 403
    assert organizer.post(f"/people/{cast.users['bidder1']}/link", token).status_code == 403

    parts = parts_for(server.instance)
    rows = {row.user: row.id for row in parts.registration.of_sale(cast.sale)}
    parts.store.close()
    path = f"/organizer/sales/sale/bidders/{rows[cast.users['bidder1']]}/reset-link"
    assert organizer.post(path, token).status_code == 400
    for act, status in (("ask", 200), ("grant", 422), ("take", 422)):
        answer = organizer.post(path, token, act=act)
        assert (answer.status_code, "/reset/" in answer.text) == (status, False), act


def test_a_session_that_was_looked_up_before_a_change_is_not_believed_after_it(parts):
    """A lookup that read the old row and comes back after the change must not bring the old identity back."""
    user = parts.accounts.create("x@a.invalid", "X", Role.BIDDER, PASSWORD)
    token = parts.accounts.sign_in("x@a.invalid", PASSWORD)
    accounts: Accounts = parts.accounts
    read = accounts._store.read

    class Slow:
        def __enter__(self):
            self.context = read()
            return self.context.__enter__()

        def __exit__(self, *error):
            done = self.context.__exit__(*error)
            accounts._store.read = read
            accounts.suspend(user, suspended=True)
            return done

    accounts._store.read = Slow
    accounts.identify(token)
    assert accounts.identify(token) is None


def test_an_idle_session_ends(tmp_path):
    clock = SetClock()
    parts = parts_for(tmp_path)
    accounts = Accounts(parts.store, clock)
    accounts.create("x@a.invalid", "X", Role.BIDDER, PASSWORD)
    token = accounts.sign_in("x@a.invalid", PASSWORD)
    clock.at_ms += 119 * 60_000
    assert accounts.identify(token) is not None
    clock.at_ms += 121 * 60_000
    assert accounts.identify(token) is None
    parts.store.close()


# --- applying to a sale ---


def test_a_bidder_applies_is_turned_down_applies_again_and_is_admitted(come, site):
    _, cast = site
    person, organizer, email = come(), come("organizer"), address()
    sign_up(person, email, name=HTML)
    sign_in(person, email)
    assert "Apply for a paddle" in person.get("/sales/sale", headers={"Accept-Language": "en"}).text

    english = {"Accept-Language": "en"}
    applied = person.post("/sales/sale/apply", person.csrf("/sales/sale"), next="/sales/sale/live")
    assert applied.url.endswith("/sales/sale/live")
    person.post("/sales/sale/apply", person.csrf("/sales/sale"))
    assert "You have applied;" in person.get("/sales/sale", headers=english).text
    page = organizer.get("/organizer/sales/sale/bidders").text
    assert page.count(email) == 1
    assert HTML not in page

    row = re.search(r"/bidders/([0-9a-f]{32})/turn-down", page).group(1)
    base = f"/organizer/sales/sale/bidders/{row}"
    token = organizer.csrf("/account")
    assert organizer.post(f"{base}/turn-down", token, reason=" ").status_code == 422
    assert organizer.post(f"{base}/turn-down", token, reason="<b>papers</b> missing").status_code == 200
    page = person.get("/sales/sale", headers=english).text
    assert "&lt;b&gt;papers&lt;/b&gt; missing" in page
    assert "Apply again" in page

    person.connect(cast.slug, "bidder")
    person.post("/sales/sale/apply", person.csrf("/sales/sale"))
    assert organizer.post(f"{base}/admit", token, limit="12万").status_code == 200
    document = wait_for(lambda: next((d for d in person.documents if d["of"] == "bidder"), None))
    assert document["limit_minor"] == 12_000_000
    assert document["paddle"] in person.get("/sales/sale", headers=english).text


def test_staff_cannot_apply_and_nobody_applies_to_what_is_not_there(come):
    for name in ("organizer", "auctioneer", "administrator"):
        person = come(name)
        assert person.post("/sales/sale/apply", person.csrf("/account")).status_code == 403
    bidder = come("bidder1")
    assert bidder.post("/sales/none/apply", bidder.csrf("/account")).status_code == 404
    assert come().post("/sales/sale/apply").status_code == 401
