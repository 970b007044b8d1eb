"""Sales on the command line: a new draft, and a copy of a sale."""

import click

from ..base.rejected import Rejected
from ..base.zones import find_zone
from ..parts import Parts
from ..people.claims import fold_email
from .shared import open_parts, sale_named

organizer = click.option("--organizer", "email", metavar="EMAIL", help="The account of the organizer who works for it.")


@click.command("create-sale")
@click.argument("slug")
@click.option("--title-zh", default="", help="The Chinese title.")
@click.option("--title-en", default="", help="The English title.")
@click.option("--place", default="", help="Where it is held.")
@click.option("--currency", default="CNY", show_default=True)
@click.option("--time-zone", default="Asia/Shanghai", show_default=True, help="The name of a zone, or a city.")
@click.option("--no-law", is_flag=True, help="The sale is not under the Auction Law.")
@organizer
def create_sale(slug: str, time_zone: str, no_law: bool, email: str | None, **texts: str) -> None:
    """Make a draft sale, and print the address of its page."""
    parts, zone = open_parts(), find_zone(time_zone)
    by = _account(parts, email)
    if zone is None:
        raise Rejected("BAD_TIME_ZONE", "time_zone")
    parts.sales.create(slug, by, time_zone=zone, under_law=not no_law, **texts)
    click.echo(f"{parts.config.public_url}/organizer/sales/{slug}")


@click.command("clone-sale")
@click.argument("old")
@click.argument("new")
@organizer
def clone_sale(old: str, new: str, email: str | None) -> None:
    """Make a draft with texts, terms and lots of a sale.

    Prints the address of its page.
    """
    parts = open_parts()
    by = _account(parts, email)
    parts.copies.clone(sale_named(parts, old), new, by)
    click.echo(f"{parts.config.public_url}/organizer/sales/{new}")


def _account(parts: Parts, email: str | None) -> str | None:
    """The id of the account with an address. Raises ClickException."""
    if email is None:
        return None
    found = parts.accounts.by_email(fold_email(email))
    if found is None:
        raise click.ClickException(f"There is no account {email}.")
    return found.id
