"""The parts of the system, joined once. Pages, messages and the command line are all handed the same."""

from dataclasses import dataclass
from functools import partial

from .base import keys
from .base.clock import Clock, SteadyClock
from .base.config import Config
from .cases.cases import Cases
from .cluster.broker import Broker
from .cluster.limits import RateLimits
from .database.store import Store
from .engine.engine import Engine, Limits
from .engine.feed import Feed, Send
from .engine.health import Health
from .engine.timekeeper import Timekeeper
from .engine.wakeups import Wakeups
from .files.store import FileStore
from .mail.postman import Postman
from .money.books import Books
from .money.cover import Cover
from .money.earlier import EarlierRecords
from .outbox.letters import Letters
from .people.accounts import Accounts
from .people.addresses import Addresses
from .people.consents import Consents
from .people.devices import Devices
from .people.links import HOUR_MS
from .people.roles import SalePeople
from .people.sessions import MINUTE_MS, SessionTerms
from .people.tokens import AccessTokens
from .privacy.erasing import Erasing
from .privacy.keeping import SaleKeeping
from .record.sealing import Sealer, signature
from .sales.agreements import StartAgreements
from .sales.bidder_files import BidderFiles
from .sales.bidders import Registration
from .sales.copies import Copies
from .sales.data_room import DataRoom
from .sales.documents import LotDocuments
from .sales.holding import Holding
from .sales.interest import Interest
from .sales.live_desk import LiveDesk
from .sales.resets import Resets
from .sales.sales import Sales
from .sales.spoken import Notices
from .sales.staff import Staff
from .sales.views import Views
from .trail.keeping import keep
from .trail.trail import Trail
from .trail.watched import WATCHED
from .webhooks.courier import Courier
from .webhooks.registry import Webhooks


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a page, a message or a command may use."""

    config: Config
    clock: Clock
    store: Store
    sealer: Sealer
    accounts: Accounts
    addresses: Addresses
    engine: Engine
    feed: Feed
    timekeeper: Timekeeper
    sales: Sales
    copies: Copies
    people: SalePeople
    staff: Staff
    devices: Devices
    tokens: AccessTokens
    registration: Registration
    bidder_files: BidderFiles
    holding: Holding
    notices: Notices
    live_desk: LiveDesk
    resets: Resets
    books: Books
    trail: Trail
    consents: Consents
    keeping: SaleKeeping
    erasing: Erasing
    cover: Cover
    earlier: EarlierRecords
    cases: Cases
    files: FileStore
    interest: Interest
    views: Views
    agreements: StartAgreements
    documents: LotDocuments
    data_room: DataRoom
    limits: RateLimits
    broker: Broker
    webhooks: Webhooks
    courier: Courier
    postman: Postman
    wakeups: Wakeups
    health: Health

    def start(self) -> None:
        """Recover what was open, then decide, send, keep time and look for what others write."""
        self.broker.start()
        self.wakeups.start()
        self.engine.start()
        self.feed.start()
        self.timekeeper.start()

    def stop(self) -> None:
        """Answer what was taken, send what is left, and let the database go."""
        self.stop_deciding()
        self.broker.stop()
        self.store.close()

    def stop_deciding(self) -> None:
        """Answer what was taken, and send what is left."""
        self.timekeeper.stop()
        self.wakeups.stop()
        self.engine.stop()
        self.feed.stop()


def _of_privacy(
    config: Config, store: Store, clock: Clock, accounts: Accounts
) -> tuple[Trail, Consents, SaleKeeping, Erasing]:
    erasing = Erasing(store, clock, accounts, FileStore(store, clock, config), config)
    return Trail(store), Consents(store, clock), SaleKeeping(store), erasing


def build(config: Config, send: Send, clock: Clock | None = None) -> Parts:
    """The parts over one database. `send(room, name, message)` reaches the screens."""
    store = Store(config.database_url, commit=config.commit)
    steady = SteadyClock() if store.is_sqlite else SteadyClock(store.now_ms)
    clock = clock or steady
    terms = SessionTerms(config.session_hours * HOUR_MS, config.session_idle_minutes * MINUTE_MS)
    feed = Feed(clock, send, config.tick_ms)
    reread = partial(keys.reread, config.instance) if config.keeps_offer_keys else None
    sealer = Sealer(config.offer_keys, reread)
    engine = Engine(store, clock, feed.publish, sealer, Limits(config.batch_max, config.inbox_max))
    broker = Broker(config.redis_url, partial(signature, config.secret_key), clock.now_ms)
    store.watch(WATCHED, partial(keep, clock.now_ms))
    timekeeper, wakeups = Timekeeper(engine, config.settle_ms), Wakeups(engine, steady.measure)
    steady.may_follow, timekeeper.agree = timekeeper.may_follow, steady.agree
    broker.on_heads, broker.on_return = wakeups.hear, wakeups.look_now
    engine.on_commit = lambda head: broker.tell_head(head.sale, head.n)
    people, letters = SalePeople(store, clock), Letters(clock, are_sent=bool(config.smtp_host))
    accounts, registration = Accounts(store, clock, terms, letters), Registration(store, clock, engine, letters)
    holding, files = Holding(store, clock, engine, registration), FileStore(store, clock, config)
    the_sales, books = Sales(store, clock, engine, letters), Books(store, clock, engine)
    return Parts(
        config,
        clock,
        store,
        sealer,
        accounts,
        Addresses(store, clock, letters),
        engine,
        feed,
        timekeeper,
        the_sales,
        Copies(store, clock, engine),
        people,
        Staff(store, clock, engine, people, accounts),
        Devices(store, clock),
        AccessTokens(store, clock),
        registration,
        BidderFiles(store, clock, letters),
        holding,
        Notices(store, clock),
        LiveDesk(store, clock, people),
        Resets(store, clock, accounts, holding),
        books,
        *_of_privacy(config, store, clock, accounts),
        Cover(books, the_sales, registration, holding),
        EarlierRecords(store, books),
        Cases(store, clock, engine, books),
        files,
        *_interest(store, clock, engine),
        LotDocuments(store, clock, engine, files),
        DataRoom(store, clock, engine),
        RateLimits(config, shared=broker.ask),
        broker,
        Webhooks(store, clock, config),
        Courier(store, clock, config),
        Postman(store, clock, config, engine, letters),
        wakeups,
        Health(engine),
    )


def _interest(store: Store, clock: Clock, engine: Engine) -> tuple[Interest, Views, StartAgreements]:
    """The interest in lots before they are sold, and the prices that their consignors agree to."""
    return Interest(store, clock, engine), Views(store, clock), StartAgreements(store, clock)
