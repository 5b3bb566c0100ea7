"""Commands for the day on which a machine is lost: `flask --app wsgi backup`, `restore`, `restored`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from config import Config
from portal import backups, resealing, restoring
from portal.errors import Conflict

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
DONE = (
    "{marked} publications are looked for before they go; {due} of them are due. {in_the_air} were on "
    "their way and are looked for now. Everybody signs in again."
)


@click.command()
@FOLDER
@with_appcontext
def backup(folder: Path) -> None:
    """Write database and media into FOLDER, while the portal runs. Keep TOKEN_KEYS somewhere else."""
    config: Config = current_app.config["PORTAL"]
    with sentences():
        taken = backups.take(
            folder, config.database_url or "", Path(config.media_url), resealing.keys_in_use()
        )
    click.echo(f"Backup of {taken.at.isoformat()} with {taken.files} files.")


@click.command()
@FOLDER
@with_appcontext
def restore(folder: Path) -> None:
    """Fill an empty database from FOLDER, before any program runs, and mark what may be out already."""
    config: Config = current_app.config["PORTAL"]
    with sentences():
        _tell(backups.bring_back(folder, config.database_url or "", Path(config.media_url)))


@click.command()
@click.option("--since", required=True, type=datetime.fromisoformat, help="When the backup was taken.")
@with_appcontext
def restored(since: datetime) -> None:
    """Mark what may be out already, where the database was brought back by other means than `restore`."""
    if since.tzinfo is None:
        raise click.BadParameter(
            "must have an offset, such as 2026-11-22T10:00:00+00:00", param_hint="--since"
        )
    with sentences():
        _tell(restoring.mark(since))


@contextmanager
def sentences() -> Iterator[None]:
    """What cannot be done ends the command with a sentence."""
    try:
        yield
    except Conflict as refused:
        raise click.ClickException(refused.words) from None


def _tell(result: restoring.Restored) -> None:
    click.echo(DONE.format(marked=result.marked, due=result.due, in_the_air=result.in_the_air))


COMMANDS = (backup, restore, restored)
