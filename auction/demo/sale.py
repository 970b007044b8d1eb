"""The demo sale: invented, and saying so on every page. Robots bid in it and lead it, so that it is live.

A finished one is archived and a new one made, so that there always is one under the slug `demo`.
"""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select

from models.people import users
from models.rows import SaleRow, SaleStatus

from ..base.config import ROOT
from ..base.loop import Loop
from ..catalogue.importing import import_lots
from ..catalogue.reading import read_catalogue
from ..database.store import Unavailable
from ..papers.facts import OF_SALE as WHOLE_SALE
from ..papers.facts import write_facts
from ..parts import Parts
from ..people.links import Purpose
from ..people.roles import Role, SaleRole
from ..rules.lot import ENDED
from ..rules.money import COURT_TIERS, rows_of
from .bots import Company, Player

DEMO_SLUG = "demo"
FINISHED_SLUG = "demo-finished"
CATALOGUE = Path(__file__).parent / "data" / "demo_catalogue.csv"
Who = tuple[str, str, Role]
PEOPLE: tuple[Who, ...] = (
    ("organizer@demo.invalid", "Organizer", Role.ORGANIZER),
    ("auctioneer@demo.invalid", "Auctioneer", Role.AUCTIONEER),
    ("cashier@demo.invalid", "Cashier", Role.ORGANIZER),
    ("bidder1@demo.invalid", "Bidder 1", Role.BIDDER),
    ("bidder2@demo.invalid", "Bidder 2", Role.BIDDER),
    ("bidder3@demo.invalid", "Bidder 3", Role.BIDDER),
)
CASHIER = PEOPLE[2]
ROBOT_AUCTIONEER = ("robot.auctioneer@demo.invalid", "Robot auctioneer 机器人拍卖师", Role.AUCTIONEER)
ROBOTS: tuple[Who, ...] = tuple(
    (f"robot{number}@demo.invalid", f"Robot {number} 机器人", Role.BIDDER) for number in range(1, 6)
)
DEMO_HOUSE = "示例拍卖行（虚构） Example House (invented)"
PAPERS = {
    "recorder": "示例记录人 Example Recorder",
    "payment_days": "5",
    "account": "示例拍卖行，示例银行，0000 0000 0000 0000（虚构 invented）",
}
"""The texts in papers of the demo, so that each sold lot gets its confirmation."""
FLOOR = ("In the hall, seat 1", "In the hall, seat 2")


def make(parts: Parts) -> None:
    """Make the demo sale where it is not there yet, published and with its bidders admitted.

    What an earlier attempt that was cut off has left is finished.
    """
    row = parts.sales.find(DEMO_SLUG)
    if row is not None and row.status != SaleStatus.DRAFT:
        return
    sale = _create(parts) if row is None else row.id
    if not parts.sales.lots(sale):
        import_lots(parts.sales, sale, read_catalogue(CATALOGUE.read_bytes(), CATALOGUE.name, "CNY"))
    organizer = person(parts, PEOPLE[0])
    for each in (PEOPLE[0], PEOPLE[1], ROBOT_AUCTIONEER):
        parts.staff.assign(sale, person(parts, each), organizer)
    parts.staff.assign(sale, person(parts, CASHIER), organizer, SaleRole.CASHIER)
    for each in (*PEOPLE, *ROBOTS):
        if each[2] is Role.BIDDER:
            parts.registration.admit(parts.registration.apply(sale, person(parts, each)), organizer)
    for name in FLOOR[len(floor(parts, sale)) :]:
        parts.registration.floor_paddle(sale, name, organizer)
    parts.sales.publish(sale, organizer)


def _create(parts: Parts) -> str:
    sale = parts.sales.create(
        DEMO_SLUG,
        person(parts, PEOPLE[0]),
        title_zh="专利竞价（拍卖）会·演示专场",
        title_en="Patent auction, a demonstration",
        place="线上与现场 Online and in the hall",
        about="演示数据，全部虚构。 Invented for demonstration; no such patents, institutes or people exist.",
        starts_at_ms=parts.clock.now_ms(),
        invented=True,
        under_law=False,
        buyer_commission=rows_of(COURT_TIERS),
        house_org=parts.sales.organizations.id_of(DEMO_HOUSE),
    )
    with parts.store.write() as connection:
        write_facts(connection, sale, WHOLE_SALE, PAPERS)
    return sale


def finished(parts: Parts) -> SaleRow | None:
    """The demo sale's row if nothing comes in it any more. A real sale with the slug is left alone."""
    row = parts.sales.find(DEMO_SLUG)
    if row is None or row.status == SaleStatus.DRAFT or not row.invented:
        return None
    sale = parts.engine.book(row.id).sale
    return row if sale.closed or all(lot.status in ENDED for lot in sale.lots.values()) else None


def renew(parts: Parts) -> None:
    """Archive a demo sale that is over; `make` makes the next one."""
    row = finished(parts)
    if row is None:
        return
    if not parts.engine.book(row.id).sale.closed:
        parts.sales.close(row.id, "system")
    ended = datetime.fromtimestamp(parts.clock.now_ms() / 1000, UTC)
    parts.sales.archive(row.id, f"{DEMO_SLUG}-{ended:%Y%m%d-%H%M%S}")


def person(parts: Parts, who: Who) -> str:
    """The id of one of the demo's people, made where there is none; none of them has a password."""
    email, name, role = who
    with parts.store.read() as connection:
        known = connection.scalar(select(users.c.id).where(users.c.email == email))
    return known or parts.accounts.create(email, name, role)


def floor(parts: Parts, sale: str) -> tuple[str, ...]:
    """The paddles of a sale that need no account."""
    return tuple(row.paddle for row in parts.registration.of_sale(sale) if row.user is None and row.paddle)


def welcome(parts: Parts) -> None:
    """Make the demo sale, and print one one-time sign-in link for each role and the hall's address."""
    renew(parts)
    make(parts)
    url = parts.config.public_url
    pages = {Role.ORGANIZER: f"/sales/{DEMO_SLUG}", Role.AUCTIONEER: f"/sales/{DEMO_SLUG}/console"}
    click.echo("")
    for who in PEOPLE:
        link = parts.accounts.make_link(Purpose.SIGN_IN, person(parts, who))
        page = pages.get(who[2], f"/sales/{DEMO_SLUG}/live")
        page = f"/organizer/sales/{DEMO_SLUG}/money" if who == CASHIER else page
        click.echo(f"  {who[1]:<12} {url}/link/{link}?next={page}")
    click.echo(f"  {'Hall':<12} {url}/sales/{DEMO_SLUG}/hall")
    if parts.sales.find(FINISHED_SLUG) is not None:
        click.echo(f"  {'Finished':<12} {url}/sales/{FINISHED_SLUG}")
    click.echo("")


class Keeper:
    """While the server runs: keeps the robots' process alive, and makes a new demo sale once one is over.

    `pace`: how much time the robots take, 1.0 as people would.
    """

    BEAT_S = 2.0
    SHOWN_S = 20.0
    """How long a finished sale stays before the next one takes its place. The last hammer may be taken back in it."""

    def __init__(self, parts: Parts, pace: float) -> None:
        self._parts = parts
        self._pace = pace
        self._robots: subprocess.Popen[bytes] | None = None
        self._over_at: float | None = None
        beat_s = self.BEAT_S * min(1.0, pace)  # the first beat is not before the server serves
        self._loop = Loop("demo", self.look, beat_s, first_after_s=beat_s, expected=Unavailable)

    def start(self) -> None:
        """Begin to look after it."""
        self._loop.start()

    def look(self) -> None:
        """Start what has ended: the robots, and the sale once it has been shown long enough."""
        if self._parts.config.bots and (self._robots is None or self._robots.poll() is not None):
            self._start_robots()
        if finished(self._parts) is None:
            self._over_at = None
        elif self._over_at is None:
            self._over_at = time.monotonic()
        elif time.monotonic() - self._over_at > self.SHOWN_S * self._pace:
            renew(self._parts)
            make(self._parts)

    def _start_robots(self) -> None:
        """Start the robots. The pipe has their links, and they end when it does, however this process ends."""
        options = ["--pace", str(self._pace), "--log", self._parts.config.log]
        self._robots = subprocess.Popen(
            [sys.executable, "-m", "auction.demo.bots", *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # else Ctrl-C would reach them before the server
        )
        assert self._robots.stdin is not None, "it was asked for"
        self._robots.stdin.write(self._company().as_json().encode() + b"\n")
        self._robots.stdin.flush()

    def _company(self) -> Company:
        config, row = self._parts.config, self._parts.sales.find(DEMO_SLUG)
        assert row is not None, "the demo sale is made before the robots are"
        host = "127.0.0.1" if config.host in ("0.0.0.0", "::") else config.host  # noqa: S104 - nothing listens here
        return Company(
            f"http://{host}:{config.port}",
            config.public_url,
            DEMO_SLUG,
            self._player(ROBOT_AUCTIONEER),
            tuple(self._player(each) for each in ROBOTS),
            floor(self._parts, row.id),
        )

    def _player(self, who: Who) -> Player:
        user = person(self._parts, who)
        return Player(user, self._parts.accounts.make_link(Purpose.SIGN_IN, user))
