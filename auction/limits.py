"""Rate limits, counted in this process."""

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from .config import Config


class RateLimits:
    """How often what may happen."""

    def __init__(self, config: Config) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self.bid = parse(f"{config.bids_per_second * 2}/2second")
        self.message = parse("60/2second")
        self.sign_in_account = parse(f"{config.sign_ins_per_minute}/minute")
        self.sign_in_address = parse(f"{config.sign_ins_per_minute * 4}/minute")
        self.sign_up_address = parse("20/hour")

    def allows(self, limit: RateLimitItem, *who: str) -> bool:
        """Count one and say whether it was within the limit."""
        return self._limiter.hit(limit, *who)

    def is_spent(self, limit: RateLimitItem, *who: str) -> bool:
        """Whether one more would be above the limit, without counting."""
        return not self._limiter.test(limit, *who)
