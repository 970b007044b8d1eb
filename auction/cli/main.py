"""The command line: `python app.py` serves, every other command does one thing and ends.

The result is on standard output, an error is one line on standard error. Exit status 0: good. 1: problems found or
nothing done. 2: the command (or the scenario of `replay`) was written wrongly.
"""

import os
import sys
from functools import partial

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..base import config as settings
from ..base import keys
from ..base.clock import SteadyClock
from ..base.rejected import Rejected
from ..database.store import OtherVersion, OutcomeUnknown, Unavailable
from ..demo import sale as demo
from ..demo.finished import make_finished
from ..parts import Parts, build
from ..people.links import Purpose
from ..server.process import serve_for_ever
from ..server.workers import Workers, command_of_a_worker, is_orphan
from ..words.sentences import sentence
from .backups import backup, check_files, restore
from .catalogues import import_catalogue
from .checks import COMMANDS
from .exports import export
from .papers import paper
from .people import create_user
from .privacy import erase_personal_data
from .sales import clone_sale, create_sale
from .shared import fail, open_parts, read_config


@click.group(invoke_without_command=True, context_settings={"max_content_width": 120})
@click.pass_context
def cli(context: click.Context) -> None:
    """A live auction of patents. Without a command: serve."""
    if context.invoked_subcommand is None:
        context.invoke(serve)


def main() -> None:
    """Run the command line; whatever goes wrong outside of it is one line, not a traceback."""
    try:
        status = cli.main(prog_name="python app.py", standalone_mode=False)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx is not None else "python app.py"
        fail(f"{error.format_message()} See {where} --help.", 2)
    except click.ClickException as error:
        fail(error.format_message(), error.exit_code)
    except click.Abort:
        fail("Stopped.", 130)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (settings.BadSetting, OtherVersion) as error:
        fail(str(error))
    except Rejected as error:
        fail(sentence("en", error.code, error.params))
    except (Unavailable, OutcomeUnknown, TimeoutError) as error:
        fail(f"The database is not available: {error}")
    except DBAPIError as error:
        fail(f"The database cannot be used: {error.orig}")
    except SQLAlchemyError as error:
        fail(f"The database cannot be used: {error}")
    except OSError as error:
        fail(f"{error.filename or 'A file'}: {error.strerror or error}")
    sys.exit(status or 0)


# --- serving and setting up -----------------------------------------------------------------------------------------


@cli.command()
@click.option(
    "--demo", "with_demo", is_flag=True, help="Make the demo sale where there is none, and let bots bid in it."
)
@click.option("--workers", type=click.IntRange(1, 64), help="So many processes on PORT, PORT+1, …; on PostgreSQL only.")
@click.option("--pace", type=float, default=1.0, hidden=True, help="How much time the bots take; 1.0 as people would.")
@click.option("--child-of", type=int, hidden=True, help="End when this process has ended.")
def serve(with_demo: bool, workers: int | None, pace: float, child_of: int | None) -> None:
    """Serve pages and sockets."""
    config = read_config()
    if workers is not None:
        if with_demo:
            raise click.UsageError("The demo runs in one process: leave out --workers.")
        sys.exit(_serve_in_many(config, workers))

    def before(parts: Parts) -> None:
        if with_demo:
            demo.welcome(parts)
            demo.Keeper(parts, pace).start()
        elif child_of is None:
            _invite(parts)
        click.echo(f"Serving on {config.public_url}")

    serve_for_ever(config, before, partial(is_orphan, child_of))


def _invite(parts: Parts) -> None:
    """Say how to become the first administrator, where there is none."""
    if not parts.accounts.has_administrator():
        token = parts.accounts.make_link(Purpose.FIRST_ADMIN, None)
        click.echo(
            f"There is no administrator yet. Become one, once: {parts.config.public_url}/first-administrator/{token}"
        )


def _serve_in_many(config: settings.Config, count: int) -> int:
    """Make everything ready once, then serve in as many processes."""
    parts = build(config, lambda _room, _name, _message: None)
    if parts.store.is_sqlite:
        raise click.UsageError(
            "Many processes need PostgreSQL: set AUCTION_DATABASE_URL to postgresql+psycopg://…. "
            "On SQLite one process serves."
        )
    parts.store.migrate()
    _invite(parts)
    parts.store.close()
    ports = range(config.port, config.port + count)
    return Workers(command_of_a_worker(sys.argv[0]), config.host, ports).run()


@cli.command()
def migrate() -> None:
    """Make the tables, or bring them up to date."""
    build(read_config(), lambda _room, _name, _message: None).store.migrate()


@cli.command("rotate-key")
@click.argument("which", type=click.Choice(["cookies", "offers"]))
def rotate_key(which: str) -> None:
    """Make a new key of cookies or of sealed offers.

    A new key of cookies signs everybody out. Offers sealed with an older key still open. It holds from the next start.
    """
    config = read_config()
    given = {"cookies": "SECRET_KEY", "offers": "OFFER_KEYS"}[which]
    if os.environ.get(f"{settings.ENV_PREFIX}{given}"):
        fail(f"The key is given in {settings.ENV_PREFIX}{given}: change it there. docs/deploy.md says how.")
    if which == "cookies":
        keys.rotate_cookies(config.instance)
        click.echo("A new key of cookies is made. After the next start everybody signs in again.")
    else:
        version = keys.rotate_offers(config.instance)
        click.echo(
            f"Version {version} of the offers' key is made; it seals after the next start. Keep a copy of the file."
        )


@cli.command("settings")
def show_settings() -> None:
    """List every setting with its default and its meaning."""
    for each in settings.SETTINGS:
        click.echo(f"{settings.ENV_PREFIX}{each.name:<22} {each.default or '-':<12} {each.help}")


for setting_up in (create_user, create_sale, clone_sale):
    cli.add_command(setting_up)


@cli.command("demo")
@click.option("--finished", "is_finished", is_flag=True, help="Make one that is over instead, with its money settled.")
def make_demo(is_finished: bool) -> None:
    """Make the demo sale where it is not there yet."""
    if is_finished:
        open_parts().store.close()  # which made the tables
        make_finished(read_config(), SteadyClock())
        click.echo(f"{read_config().public_url}/sales/{demo.FINISHED_SLUG}")
    else:
        demo.make(open_parts())


for command in (import_catalogue, backup, restore, check_files, export, paper, erase_personal_data, *COMMANDS):
    cli.add_command(command)
