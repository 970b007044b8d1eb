"""The parts of the system, joined once. Pages, messages and the command line are all handed the same."""

from dataclasses import dataclass

from .accounts import HOUR_MS, MINUTE_MS, Accounts, SessionTerms
from .clock import Clock, SystemClock
from .config import Config
from .engine import Engine, Limits
from .feed import Feed, Send
from .limits import RateLimits
from .registration import Registration
from .sales import Sales
from .sealing import Sealer
from .store import Store
from .timekeeper import Timekeeper


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a page, a message or a command may use."""

    config: Config
    clock: Clock
    store: Store
    sealer: Sealer
    accounts: Accounts
    engine: Engine
    feed: Feed
    timekeeper: Timekeeper
    sales: Sales
    registration: Registration
    limits: RateLimits

    def start(self) -> None:
        """Recover what was open, then decide, send and keep time."""
        self.engine.start()
        self.feed.start()
        self.timekeeper.start()

    def stop(self) -> None:
        """Answer what was taken, send what is left, and let the database go."""
        self.timekeeper.stop()
        self.engine.stop()
        self.feed.stop()
        self.store.close()


def build(config: Config, send: Send, clock: Clock | None = None) -> Parts:
    """The parts over one database. `send(room, name, message)` reaches the screens."""
    clock = clock or SystemClock()
    store = Store(config.database_url, commit=config.commit)
    terms = SessionTerms(config.session_hours * HOUR_MS, config.session_idle_minutes * MINUTE_MS)
    feed = Feed(clock, send, config.tick_ms)
    sealer = Sealer(config.secret_key)
    engine = Engine(store, clock, feed.publish, sealer, Limits(config.batch_max, config.inbox_max))
    return Parts(
        config,
        clock,
        store,
        sealer,
        Accounts(store, clock, terms),
        engine,
        feed,
        Timekeeper(engine, config.settle_ms),
        Sales(store, clock, engine),
        Registration(store, clock, engine),
        RateLimits(config),
    )
