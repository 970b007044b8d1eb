"""Accounts on the command line, for who operates the machine of the house."""

import sys

import click

from ..people.links import Purpose
from ..people.roles import OF_A_SALE, Role
from .shared import open_parts, read_config, sale_named


@click.command("create-user")
@click.argument("email")
@click.option("--name", required=True, help="As it is shown.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default="bidder")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else a one-time link is printed."
)
@click.option("--sale", "slug", metavar="SLUG", help="The sale that an organizer or an auctioneer works for.")
def create_user(email: str, name: str, role: str, password_stdin: bool, slug: str | None) -> None:
    """Make an account; print a one-time link to sign in."""
    config = read_config()
    parts = open_parts(config)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    sale = sale_named(parts, slug) if slug is not None else None
    if sale is not None and role not in OF_A_SALE:
        raise click.UsageError("Only an organizer or an auctioneer works for a --sale.")
    user = parts.accounts.create(email, name, Role(role), password)
    if sale is not None:
        parts.staff.assign(sale.id, user, None)
    if password is None:
        click.echo(f"{config.public_url}/link/{parts.accounts.make_link(Purpose.SIGN_IN, user)}")
