"""Rate limits, counted in this process: so many in a period, all of them at once if need be, then evenly.

Kept as one number for each who: the moment until which his share is spent (GCRA). A sign-in counts as failed until it
has succeeded, in three ways of which only two refuse:

- for the account from that address, so that a password cannot be guessed;
- for the address, so that one machine cannot try many accounts (four times as many: a hall may be behind it);
- for the account from everywhere it only makes every attempt slower, by up to five seconds. It never refuses: else
  anybody could lock an owner out by failing in his name.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .config import Config

LONGEST_WAIT_S = 5.0
LONGEST_NAME = 254
KEPT = 10_000
"""How many shares are kept before those that are whole again are thrown away."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in a period; `name` keeps equal limits for different things apart."""

    name: str
    count: int
    period_s: float

    @property
    def cost_s(self) -> float:
        """What one takes from the period."""
        return self.period_s / self.count


class RateLimits:
    """How often what may happen. `now` gives seconds that never go back."""

    def __init__(self, config: Config, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._turn = threading.Lock()
        self._spent_until: dict[tuple[str, ...], float] = {}
        self._keep = KEPT
        attempts = config.sign_ins_per_minute
        bids = config.bids_per_second * 2
        self.bid = Limit("bid", bids, 2)
        self.message = Limit("message", 40 + 2 * bids, 2)
        self.packet = Limit("packet", 4 * self.message.count, 2)
        self.sign_in_account = Limit("sign-in", attempts, 60)
        self.sign_in_address = Limit("sign-in-from", attempts * 4, 60)
        self.sign_in_anywhere = Limit("sign-in-anywhere", attempts, 60)
        self.sign_up_address = Limit("sign-up-from", 20, 3600)

    def allows(self, limit: Limit, *who: str) -> bool:
        """Count one and say whether it was within the limit; what is above it is not counted."""
        with self._turn:
            if self.is_spent(limit, *who):
                return False
            self._spend(limit, who)
            return True

    def is_spent(self, limit: Limit, *who: str) -> bool:
        """Whether one more would be above the limit, without counting."""
        return self._share_s(limit, who) + limit.cost_s > limit.period_s + 1e-6

    # --- signing in ---

    def begin_sign_in(self, account: str, address: str) -> bool:
        """Count an attempt, as a failure until it is forgiven. False, and not counted, where too many have failed."""
        account = account[:LONGEST_NAME]
        if self.is_spent(self.sign_in_address, address) or not self.allows(self.sign_in_account, account, address):
            return False
        self.allows(self.sign_in_address, address)
        if self.sign_in_wait_s(account) < LONGEST_WAIT_S:
            self._spend(self.sign_in_anywhere, (account,))
        return True

    def sign_in_wait_s(self, account: str) -> float:
        """How long an attempt is held back, wherever it comes from."""
        over_s = self._share_s(self.sign_in_anywhere, (account[:LONGEST_NAME],)) - self.sign_in_anywhere.period_s
        return max(0.0, min(over_s, LONGEST_WAIT_S))

    def forgive_sign_in(self, account: str, address: str) -> None:
        """Take back what an attempt that succeeded was counted as."""
        account = account[:LONGEST_NAME]
        self._give_back(self.sign_in_account, (account, address))
        self._give_back(self.sign_in_address, (address,))
        self._give_back(self.sign_in_anywhere, (account,))

    # --- shares ---

    def _share_s(self, limit: Limit, who: tuple[str, ...]) -> float:
        """How much of the period is spent."""
        now = self._now()
        return max(self._spent_until.get((limit.name, *who), now) - now, 0.0)

    def _spend(self, limit: Limit, who: tuple[str, ...]) -> None:
        now = self._now()
        self._spent_until[(limit.name, *who)] = now + self._share_s(limit, who) + limit.cost_s
        if len(self._spent_until) > self._keep:
            self._spent_until = {each: until for each, until in self._spent_until.items() if until > now}
            self._keep = max(KEPT, 2 * len(self._spent_until))

    def _give_back(self, limit: Limit, who: tuple[str, ...]) -> None:
        if (limit.name, *who) in self._spent_until:
            self._spent_until[(limit.name, *who)] -= limit.cost_s
