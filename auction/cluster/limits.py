"""Rate limits: so many in a period, all of them at once if need be, then evenly.

Each process counts for itself, and one of many counts with all of them together too. A request that one of the two
counts refuses is refused. If no answer of the others comes, the process's own count holds.

A share is kept as one number: the moment until which it is spent (GCRA). A sign-in counts as failed until it has
succeeded. It is counted in three ways:

- For the account from that address, so that a password cannot be guessed. There are so many a minute, twice as many an
  hour, four times as many a day. So the delays grow.
- For the address, so that one machine cannot try many accounts. It has four times as many: a hall may be behind it.
- For the account from everywhere. This makes every attempt slower, by up to five seconds. If as many fail in an hour,
  an address that has failed in it waits an hour too. An address that has not may try once. So strangers cannot lock an
  owner out. He comes in from a new address, or from a device that he has used before. That has a share of its own.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ..base.config import Config
from ..base.runtime import native_lock
from .broker import Ask, ShareTold

TAKE, LOOK, SPEND, GIVE = "take", "look", "spend", "give"
LONGEST_WAIT_S = 5.0
ROUNDING_S = 1e-6
MINUTE_S, HOUR_S = 60, 3600
LONGEST_OWNER = 254
MOST_SHARES = 10_000
"""How many shares are kept before those that are whole again are thrown away."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in a period; `name` keeps equal limits for different things apart."""

    name: str
    count: int
    period_s: float
    shared: bool = True
    """Whether it is counted in all processes together; a socket's messages come to one only."""

    @property
    def cost_s(self) -> float:
        """The time that one takes from the period."""
        return self.period_s / self.count


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the `most` are left, and in how many seconds it is whole again."""

    most: int
    left: int
    whole_in_s: float


class OwnShare:
    """A share that one socket has for itself. Each packet is counted, so this takes one step and no lock."""

    __slots__ = ("_cost_s", "_most_s", "_spent_until_s")

    def __init__(self, limit: Limit) -> None:
        self._cost_s = limit.cost_s
        self._most_s = limit.period_s + ROUNDING_S
        self._spent_until_s = 0.0

    def takes_one(self) -> bool:
        """Count one more and say whether it was within the limit; one above it is not counted."""
        now_s = time.monotonic()
        spent_until_s = max(self._spent_until_s, now_s) + self._cost_s
        if spent_until_s - now_s > self._most_s:
            return False
        self._spent_until_s = spent_until_s
        return True


Shared = Callable[[Ask], ShareTold | None]
"""How a share stands in all processes together; None if no answer comes in time."""


class RateLimits:
    """How often what may happen. `now` gives seconds that never go back."""

    def __init__(
        self, config: Config, now: Callable[[], float] = time.monotonic, shared: Shared = lambda _ask: None
    ) -> None:
        self._now = now
        self._shared = shared
        self._turn = native_lock()
        self._spent_until: dict[tuple[str, ...], float] = {}
        self._keep = MOST_SHARES
        attempts = config.sign_ins_per_minute
        bids = config.bids_per_second * 2
        self.bid = Limit("bid", bids, 2)
        self.message = Limit("message", 40 + 2 * bids, 2, shared=False)
        self.packet = Limit("packet", 4 * self.message.count, 2, shared=False)
        self.notice = Limit("notice", 10, 30)
        self.page = Limit("page", config.pages_per_second * 2, 2, shared=False)
        self.program = Limit("program", config.api_per_second * 2, 2, shared=False)
        self.sign_in_account = (
            Limit("sign-in", attempts, MINUTE_S),
            Limit("sign-in-hour", attempts * 2, HOUR_S),
            Limit("sign-in-day", attempts * 4, 24 * HOUR_S),
        )
        self.sign_in_address = Limit("sign-in-from", attempts * 4, 60)
        self.sign_in_anywhere = Limit("sign-in-anywhere", attempts, MINUTE_S)
        self.sign_in_beset = Limit("sign-in-beset", attempts, HOUR_S)
        self.sign_in_once = Limit("sign-in-once", 1, HOUR_S)
        self.sign_up_address = Limit("sign-up-from", 20, 3600)
        self.letter_address = Limit("letter-from", 20, HOUR_S)

    def allows(self, limit: Limit, *who: str, times: int = 1) -> bool:
        """Count so many and say whether they were within the limit; what is above it is not counted."""
        if not self._count(limit, who, TAKE, times)[0]:
            return False
        told = self._ask(limit, who, TAKE, times)
        if told is None or told[0]:
            return True
        self._count(limit, who, GIVE, times)
        return False

    def is_spent(self, limit: Limit, *who: str) -> bool:
        """Whether one more would be above the limit, without counting."""
        if not self._count(limit, who, LOOK)[0]:
            return True
        told = self._ask(limit, who, LOOK)
        return told is not None and not told[0]

    def standing(self, limit: Limit, *who: str) -> "Share":
        """The share that is left, by this process's own count; nothing is counted by asking."""
        spent_s = self._count(limit, who, LOOK)[1]
        return Share(limit.count, max(0, int((limit.period_s - spent_s + ROUNDING_S) / limit.cost_s)), spent_s)

    # --- signing in ---

    def begin_sign_in(self, account: str, address: str, device: str | None = None) -> bool:
        """Count an attempt, as a failure until it is forgiven. False, and not counted, where too many have failed.

        `device`: the secret of one that the account has been signed in to from.
        """
        account = account[:LONGEST_OWNER]
        if device is not None:
            return self._all_allow(self.sign_in_account, account, device)
        beset = self.is_spent(self.sign_in_beset, account) and self.is_spent(self.sign_in_once, account, address)
        if beset or self.is_spent(self.sign_in_address, address):
            return False
        if not self._all_allow(self.sign_in_account, account, address):
            return False
        self.allows(self.sign_in_address, address)
        self.allows(self.sign_in_beset, account)
        self.allows(self.sign_in_once, account, address)
        if self.sign_in_wait_s(account) < LONGEST_WAIT_S:
            self._count(self.sign_in_anywhere, (account,), SPEND)
            self._ask(self.sign_in_anywhere, (account,), SPEND)
        return True

    def _all_allow(self, limits: Sequence[Limit], *who: str) -> bool:
        """Count one in each limit; none is counted where one of them is spent."""
        spent = any(self.is_spent(limit, *who) for limit in limits)
        return not spent and all(self.allows(limit, *who) for limit in limits)

    def sign_in_wait_s(self, account: str) -> float:
        """How long an attempt is held back, wherever it comes from."""
        limit, who = self.sign_in_anywhere, (account[:LONGEST_OWNER],)
        told = self._ask(limit, who, LOOK)
        over_s = max(self._count(limit, who, LOOK)[1], told[1] if told else 0.0) - limit.period_s
        return max(0.0, min(over_s, LONGEST_WAIT_S))

    def forgive_sign_in(self, account: str, address: str, device: str | None = None) -> None:
        """Take back what an attempt that succeeded was counted as."""
        account = account[:LONGEST_OWNER]
        spent: list[tuple[Limit, tuple[str, ...]]]
        spent = [(limit, (account, device or address)) for limit in self.sign_in_account]
        if device is None:
            spent += [(self.sign_in_address, (address,)), (self.sign_in_once, (account, address))]
            spent += [(limit, (account,)) for limit in (self.sign_in_anywhere, self.sign_in_beset)]
        for limit, who in spent:
            self._count(limit, who, GIVE)
            self._ask(limit, who, GIVE)

    # --- shares ---

    def _ask(self, limit: Limit, who: tuple[str, ...], how: str, times: int = 1) -> ShareTold | None:
        """The standing of a share in all processes together."""
        if not limit.shared:
            return None
        whose = sha256("\0".join((limit.name, *who)).encode(errors="replace")).hexdigest()
        cost_ms = round(limit.cost_s * 1000) * times
        given = (whose, -cost_ms, SPEND) if how == GIVE else (whose, cost_ms, how)
        return self._shared((given[0], given[1], round(limit.period_s * 1000), given[2]))

    def _count(self, limit: Limit, who: tuple[str, ...], how: str, times: int = 1) -> ShareTold:
        """The standing of a share by this process's own count."""
        key, cost_s = (limit.name, *who), limit.cost_s * times
        with self._turn:
            now = self._now()
            spent_s = max(self._spent_until.get(key, now) - now, 0.0)
            fits = spent_s + cost_s <= limit.period_s + ROUNDING_S
            if how == SPEND or (how == TAKE and fits):
                self._spend(key, now, spent_s + cost_s)
            elif how == GIVE and key in self._spent_until:
                self._spent_until[key] -= cost_s
            return fits, spent_s

    def _spend(self, key: tuple[str, ...], now: float, spent_s: float) -> None:
        self._spent_until[key] = now + spent_s
        if len(self._spent_until) > self._keep:
            self._spent_until = {each: until for each, until in self._spent_until.items() if until > now}
            self._keep = max(MOST_SHARES, 2 * len(self._spent_until))
