"""Access tokens beside the account that they belong to."""

import pytest

from auction.base.rejected import Rejected
from auction.people.claims import CLAIMS
from auction.people.tokens import DAY_MS, MOST_TOKEN_DAYS, MOST_TOKENS, AccessTokens, Scope
from tests.conftest import SetClock

PASSWORD = "ganz-und-gar-eigen-{}"


def test_an_account_that_gives_way_to_a_newcomer_takes_its_tokens_along(parts):
    address = "same@test.invalid"
    for number in range(CLAIMS):
        parts.accounts.sign_up(address, "N", PASSWORD.format(number))
    first = parts.accounts.identify(parts.accounts.sign_in(address, PASSWORD.format(0)))
    token = parts.tokens.make(first.user, "a program", [Scope.READ], 1).secret

    parts.accounts.sign_up(address, "N", PASSWORD.format("new"))

    assert parts.accounts.sign_in(address, PASSWORD.format("new"))
    assert parts.tokens.identify(token) is None


def test_a_token_ends_on_its_day_says_its_last_use_and_there_is_a_most_of_them(parts):
    clock = SetClock(parts.clock.now_ms())
    tokens = AccessTokens(parts.store, clock)
    user = parts.accounts.create("p@test.invalid", "Person", "bidder")
    secret = tokens.make(user, "a program", [Scope.READ], 1).secret

    assert tokens.of_user(user)[0].used_ms is None
    assert tokens.identify(secret).scopes == {"read"}
    assert tokens.of_user(user)[0].used_ms == clock.at_ms
    clock.at_ms += DAY_MS - 1
    assert tokens.identify(secret)
    clock.at_ms += 1
    assert tokens.identify(secret) is None

    for days in (0, MOST_TOKEN_DAYS + 1):
        with pytest.raises(Rejected, match="BAD_DAYS"):
            tokens.make(user, "a program", [Scope.READ], days)
    for _ in range(MOST_TOKENS):
        tokens.make(user, "a program", [Scope.READ], 1)
    with pytest.raises(Rejected, match="TOO_MANY_TOKENS"):
        tokens.make(user, "a program", [Scope.READ], 1)
