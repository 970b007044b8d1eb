"""The command line: `python app.py` serves, every other command does one thing and ends."""

import sys
from pathlib import Path
from typing import Any

import click

from . import config as settings
from . import demo, logs
from .accounts import Purpose, Role
from .parts import Parts, build
from .rejected import Rejected
from .store import Unavailable
from .verify import verify_record, verify_sale
from .web.serving import serve_for_ever


@click.group(invoke_without_command=True)
@click.pass_context
def cli(context: click.Context) -> None:
    """A live auction of patents. Without a command: serve."""
    try:
        context.obj = settings.read()
    except settings.BadSetting as error:
        raise click.ClickException(str(error)) from error
    logs.configure(context.obj.log)
    if context.invoked_subcommand is None:
        context.invoke(serve)


def main() -> None:
    """Run the command line; a database that cannot be written is one line, not a traceback."""
    try:
        cli(prog_name="python app.py")
    except Unavailable as error:
        click.echo(f"The database is not available: {error}", err=True)
        sys.exit(1)


def _parts(config: Any) -> Parts:
    """The parts for a command that writes beside a server or without one."""
    parts = build(config, lambda _room, _name, _message: None)
    parts.store.migrate()
    parts.engine.start()
    return parts


@cli.command()
@click.option(
    "--demo", "with_demo", is_flag=True, help="Make the demo sale where there is none, and let bots bid in it."
)
@click.option("--pace", type=float, default=1.0, hidden=True, help="How much time the bots take; 1.0 as people would.")
@click.pass_obj
def serve(config: settings.Config, with_demo: bool, pace: float) -> None:
    """Serve pages and sockets."""

    def before(parts: Parts) -> None:
        if with_demo:
            demo.welcome(parts)
            demo.Keeper(parts, pace).start()
        elif not parts.accounts.has_administrator():
            token = parts.accounts.make_link(Purpose.FIRST_ADMIN, None)
            click.echo(
                f"There is no administrator yet. Become one, once: {config.public_url}/first-administrator/{token}"
            )
        click.echo(f"Serving on {config.public_url}")

    serve_for_ever(config, before)


@cli.command()
@click.pass_obj
def migrate(config: settings.Config) -> None:
    """Make the tables, or bring them to the newest version."""
    build(config, lambda _room, _name, _message: None).store.migrate()


@cli.command("settings")
@click.pass_obj
def show_settings(_config: settings.Config) -> None:
    """List every setting with its default and what it is for."""
    for each in settings.SETTINGS:
        click.echo(f"{settings.PREFIX}{each.name:<22} {each.default or '-':<12} {each.help}")


@cli.command("create-user")
@click.argument("email")
@click.option("--name", required=True, help="As it is shown.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), default="bidder")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input; else a one-time link is printed."
)
@click.pass_obj
def create_user(config: settings.Config, email: str, name: str, role: str, password_stdin: bool) -> None:
    """Make an account; without a password, print a one-time sign-in link."""
    parts = _parts(config)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    try:
        user = parts.accounts.create(email, name, Role(role), password)
    except Rejected as error:
        raise click.ClickException(error.code) from error
    if password is None:
        click.echo(f"{config.public_url}/link/{parts.accounts.make_link(Purpose.SIGN_IN, user)}")


@cli.command("demo")
@click.pass_obj
def make_demo(config: settings.Config) -> None:
    """Make the demo sale (slug: demo) where it is not there yet."""
    demo.make(_parts(config))


@cli.command()
@click.argument("slug", required=False)
@click.option(
    "--record", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A public record instead of a sale."
)
@click.pass_obj
def verify(config: settings.Config, slug: str | None, record: Path | None) -> None:
    """Recompute chains, states and results from the journal, or check a public record. Exit 1: the first bad number."""
    if (slug is None) == (record is None):
        raise click.UsageError("Name a sale, or a public record with --record.")
    report = verify_record(record) if record is not None else verify_sale(_parts(config), str(slug))
    click.echo(report.text)
    sys.exit(0 if report.ok else 1)
