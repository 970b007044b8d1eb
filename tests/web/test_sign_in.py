"""Signing in while others guess: passwords that are refused, delays that lock no owner out, accounts that claim one
address."""

import pytest

from auction.base.rejected import Rejected
from auction.cluster.limits import RateLimits
from auction.people.accounts import Role
from auction.people.consents import NOTICE_VERSION
from auction.people.passwords import fault
from tests.serving import give_password, parts_for

from ..house import House

PASSWORD = "seventeen green lanterns"
EMAIL = "owner@new.invalid"


@pytest.fixture
def parts(tmp_path):
    made = parts_for(tmp_path)
    yield made
    made.store.close()


# --- passwords ---


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "1234567890",
        "P@ssw0rd2024!",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "1qaz2wsx3edc",
        "woaini5201314",
        "Zhang19870512",
        "ｐａｓｓｗｏｒｄ１２３",
        "admin@123456",
    ],
)
def test_08_32_a_password_that_everybody_tries_first_is_refused(password):
    """Issue 8, number 32."""
    assert fault(password) == "PASSWORD_COMMON"


def test_08_32_ones_own_address_and_name_are_refused_and_good_ones_are_not():
    """Issue 8, number 32: one's own mail was taken."""
    for own in ("lihua@new.invalid", "Li.Hua@New.Invalid", "lihua-invalid"):
        assert fault(own, "lihua@new.invalid", "Li Hua") == "PASSWORD_OWN", own
    for good in (PASSWORD, "correct horse battery", "x9k2fv8qLm", "正确的马电池订书钉好", "my password has wheels"):
        assert fault(good, "lihua@new.invalid", "Li Hua") is None, good


FORMS = (("café au lait 12 ok", "cafe\u0301 au lait 12 ok"), ("seventeen lamps", "ｓｅｖｅｎｔｅｅｎ　ｌａｍｐｓ"))


@pytest.mark.parametrize(("one", "other"), [*FORMS, *(pair[::-1] for pair in FORMS)])
def test_08_32_another_unicode_form_of_a_password_is_the_same_password(parts, one, other):
    """Issue 8, number 32: a Mac and an input method in full-width mode type other code points."""
    parts.accounts.create(EMAIL, "Owner", Role.BIDDER, one)

    assert parts.accounts.sign_in(EMAIL, other) is not None
    assert parts.accounts.sign_in(EMAIL, other + "x") is None


# --- guessing ---


def test_08_32_guesses_from_many_addresses_are_refused_and_the_owner_still_comes_in(limits: RateLimits):
    """Issue 8, number 32: 480 guesses on one account from 40 addresses in a minute were all judged."""
    judged = 0
    for number in range(480):
        judged += limits.begin_sign_in(EMAIL, f"198.51.100.{number % 40}")
        limits.now.s += 63 / 480

    assert judged <= 50
    assert limits.begin_sign_in(EMAIL, "203.0.113.7"), "from an address that has not failed"
    assert limits.begin_sign_in(EMAIL, "198.51.100.1", "his own telephone"), "behind the guesser's own address"
    assert limits.begin_sign_in("another", "198.51.100.1"), "and every other account"


def test_08_32_the_delays_grow(limits: RateLimits):
    """Issue 8, number 32: one address and one account; so many in a minute, fewer each in an hour and in a day."""
    judged = []
    for wait_s in (0, 60, 3_540, 3_600, 7_200):
        limits.now.s += wait_s
        judged.append(sum(limits.begin_sign_in(EMAIL, "198.51.100.1", "device") for _ in range(100)))

    assert judged[0] == 10
    assert sum(judged) <= 46, "a day's share and what grew back meanwhile"


def test_08_32_the_owner_hears_of_failed_attempts_and_log_and_metric_tell_them(house: House):
    """Issue 8, number 32: no line, no metric, no notice."""
    user = house.cast.users["bidder2"]
    give_password(house.parts, user, PASSWORD)
    house.read = len(house.server.log)
    for _ in range(2):
        stranger = house.sign_in()
        assert stranger.post("/sign-in", email="b2@test.invalid", password="wrong guess here").status_code == 422
    owner = house.sign_in()
    page = owner.post("/sign-in", email="b2@test.invalid", password=PASSWORD, next="/account").text

    assert "since the last good one: 2" in page or "2 次登录失败" in page
    assert house.server.log.count("sign-in failed") >= 2
    assert user in house.server.log
    assert 'auction_sign_ins_total{outcome="failed"}' in owner.get("/metrics").text
    assert "device" in owner.http.cookies
    again = owner.post("/sign-in", email="b2@test.invalid", password=PASSWORD, next="/account").text
    assert "good one: " not in again


# --- accounts that claim an address ---


def test_08_33_a_squatter_keeps_the_owner_of_an_address_not_out(parts):
    """Issue 8, number 33: the first to sign up with an address locked its owner out."""
    accounts = parts.accounts
    accounts.sign_up(EMAIL, "Squatter", "a squatter has come here")
    accounts.sign_up(EMAIL, "Owner", PASSWORD)
    names = {}
    for password in ("a squatter has come here", PASSWORD):
        token = accounts.sign_in(EMAIL, password)
        names[password] = accounts.identify(token).name

    assert names == {"a squatter has come here": "Squatter", PASSWORD: "Owner"}
    assert accounts.sign_in(EMAIL, "neither of the two") is None


def test_08_33_claims_are_few_and_one_that_takes_part_does_not_give_way(parts):
    """Issue 8, number 33: a flood of claims pushes out none that has applied."""
    accounts = parts.accounts
    sale = parts.sales.create("s", title_zh="专场")
    accounts.sign_up(EMAIL, "Owner", PASSWORD)
    owner = accounts.identify(accounts.sign_in(EMAIL, PASSWORD)).user
    parts.registration.apply(sale, owner)
    for number in range(12):
        accounts.sign_up(EMAIL, f"Squatter {number}", f"a squatter has come {number} times")

    assert len(accounts.search(EMAIL)) == 8
    assert accounts.identify(accounts.sign_in(EMAIL, PASSWORD)).user == owner


def test_08_33_an_address_that_the_house_gave_is_claimed_by_none(parts):
    """Issue 8, number 33: staff and accounts made by the house have their address alone."""
    accounts = parts.accounts
    accounts.sign_up(EMAIL, "Squatter", "a squatter has come here")
    staff = accounts.create(EMAIL, "Staff", Role.ORGANIZER, PASSWORD)
    accounts.sign_up(EMAIL, "Late", "too late for this address")

    assert [each.name for each in accounts.search(EMAIL)].count("Late") == 0
    assert accounts.by_email(EMAIL).id == staff
    with pytest.raises(Rejected, match="EMAIL_TAKEN"):
        accounts.create(EMAIL, "Again", Role.BIDDER)


def test_08_33_what_a_newcomer_says_of_himself_appears_as_not_confirmed(house: House):
    """Issue 8, number 33: a self-declared organization appeared to the organizer as if known."""
    person, email = house.sign_in(), "says@new.invalid"
    said = {"email": email, "name": "Says", "organization": "清华大学", "password": PASSWORD, "agreed": NOTICE_VERSION}
    assert person.post("/sign-up", **said).status_code == 200
    assert person.post("/sign-in", email=email, password=PASSWORD).status_code == 200
    person.post("/sales/sale/apply", person.csrf("/account"))
    organizer = house.sign_in("organizer")
    page = organizer.get("/organizer/sales/sale/bidders", headers={"Accept-Language": "en"}).text

    assert "清华大学" in page
    assert "says so himself, not confirmed" in page
    assert "address not confirmed" in page
