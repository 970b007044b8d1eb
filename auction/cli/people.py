"""Accounts on the command line, for who operates the machine of the house."""

import sys

import click

from ..people.links import Purpose
from ..people.roles import MAY_HOLD, OF_A_SALE, Role, SaleRole
from .shared import open_parts, read_config, sale_named

SALE_ROLES = [role.value for role in SaleRole if role is not SaleRole.ADMINISTRATOR]


@click.command("create-user")
@click.argument("email")
@click.option("--name", required=True, help="As it is shown.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default="bidder")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else a one-time link is printed."
)
@click.option("--sale", "slug", metavar="SLUG", help="The sale that the account works for.")
@click.option("--as", "in_sale", type=click.Choice(SALE_ROLES), help="Its role in that sale; else its own.")
def create_user(password_stdin: bool, slug: str | None, in_sale: str | None, **account: str) -> None:
    """Make an account; print a one-time link to sign in."""
    config = read_config()
    parts = open_parts(config)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    sale = sale_named(parts, slug) if slug is not None else None
    own, wanted = Role(account["role"]), SaleRole(in_sale) if in_sale else None
    if wanted is not None and (sale is None or wanted not in MAY_HOLD[own]):
        raise click.UsageError("--as needs a --sale, and a role that an account of this kind can have.")
    if sale is not None and wanted is None and own not in OF_A_SALE:
        raise click.UsageError("Only an organizer or an auctioneer works for a --sale, unless --as says how.")
    user = parts.accounts.create(account["email"], account["name"], own, password)
    if sale is not None:
        parts.staff.assign(sale.id, user, None, wanted)
    if password is None:
        click.echo(f"{config.public_url}/link/{parts.accounts.make_link(Purpose.SIGN_IN, user)}")
