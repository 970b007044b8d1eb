"""The demo sale: invented, and saying so on every page. A finished one is archived and a new one made."""

from datetime import datetime, timezone
from pathlib import Path

import click
from sqlalchemy import select

from models.people import users

from .accounts import Purpose, Role
from .catalog import read_catalogue
from .importing import import_lots
from .parts import Parts
from .rules.lot import ENDED

SLUG = "demo"
CATALOGUE = Path(__file__).parent / "data" / "demo_catalogue.csv"
PEOPLE = (
    ("organizer@demo.invalid", "Organizer", Role.ORGANIZER),
    ("auctioneer@demo.invalid", "Auctioneer", Role.AUCTIONEER),
    ("bidder1@demo.invalid", "Bidder 1", Role.BIDDER),
    ("bidder2@demo.invalid", "Bidder 2", Role.BIDDER),
    ("bidder3@demo.invalid", "Bidder 3", Role.BIDDER),
)
FLOOR = ("In the hall, seat 1", "In the hall, seat 2")


def make(parts: Parts) -> None:
    """Make the demo sale, published and with its bidders admitted, where it is not there yet."""
    if parts.sales.find(SLUG) is not None:
        return
    catalogue = read_catalogue(CATALOGUE.read_bytes(), CATALOGUE.name)
    sale = parts.sales.create(
        SLUG,
        title_zh="专利竞价（拍卖）会·演示专场",
        title_en="Patent auction, a demonstration",
        place="线上与现场 Online and in the hall",
        about="演示数据，全部虚构。 Invented for demonstration; no such patents, institutes or people exist.",
        starts_at_ms=parts.clock.now_ms(),
        invented=True,
    )
    import_lots(parts.sales, sale, catalogue)
    organizer = person(parts, PEOPLE[0])
    for each in PEOPLE[1:]:
        user = person(parts, each)
        if each[2] is Role.BIDDER:
            parts.registration.admit(parts.registration.apply(sale, user), organizer)
    for name in FLOOR:
        parts.registration.floor_paddle(sale, name, organizer)
    parts.sales.publish(sale, organizer)


def renew(parts: Parts) -> None:
    """Archive a demo sale that is over, so that a new one is made."""
    row = parts.sales.find(SLUG)
    if row is None or row["status"] == "draft":
        return
    state = parts.engine.book(row["id"]).sale
    if all(lot.status in ENDED for lot in state.lots.values()):
        if not state.closed:
            parts.sales.close(row["id"], "system")
        ended = datetime.fromtimestamp(parts.clock.now_ms() / 1000, timezone.utc)
        parts.sales.archive(row["id"], f"{SLUG}-{ended:%Y%m%d-%H%M%S}")


def person(parts: Parts, who: tuple[str, str, Role]) -> str:
    """The id of one of the demo's people, made where there is none; none of them has a password."""
    email, name, role = who
    with parts.store.read() as connection:
        known = connection.scalar(select(users.c.id).where(users.c.email == email))
    return known or parts.accounts.create(email, name, role)


def welcome(parts: Parts) -> None:
    """Make the demo sale, and print one one-time sign-in link for each role and the hall's address."""
    renew(parts)
    make(parts)
    url = parts.config.public_url
    pages = {Role.ORGANIZER: f"/sales/{SLUG}", Role.AUCTIONEER: f"/sales/{SLUG}/console"}
    click.echo("")
    for who in PEOPLE:
        token = parts.accounts.make_link(Purpose.SIGN_IN, person(parts, who))
        click.echo(f"  {who[1]:<12} {url}/link/{token}?next={pages.get(who[2], f'/sales/{SLUG}/live')}")
    click.echo(f"  {'Hall':<12} {url}/sales/{SLUG}/hall")
    click.echo("")
