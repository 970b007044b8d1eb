"""The command that erases personal data which the law asks for no more."""

import click

from ..privacy.erasing import DueErasure, DueKind
from .shared import open_parts


@click.command("erase-personal-data")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
def erase_personal_data(*, dry_run: bool) -> None:
    """Erase personal data that the law asks for no more.

    These are accounts that asked for it, sales whose papers were kept long enough, and old addresses in the trail of
    the house. Records and ledgers stay. Let it run each day, by cron or a timer.
    """
    erasing = open_parts().erasing
    due = erasing.due() if dry_run else erasing.erase_due()
    for each in due:
        click.echo(("Would erase " if dry_run else "Erased ") + _named(each))
    if not due:
        click.echo("Nothing is due.")


def _named(due: DueErasure) -> str:
    if due.kind is DueKind.ACCOUNT:
        return f"the account {due.of}"
    if due.kind is DueKind.SALE:
        return f"the names in sale {due.of}, with {due.count} entries of its trail"
    return f"the values of {due.count} old entries in the trail of the house"
