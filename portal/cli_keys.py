"""Commands about the keys of TOKEN_KEYS: `flask --app wsgi reseal`, `flask --app wsgi keys`."""

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from config import stop_on_bad_settings
from portal import resealing, vault
from portal.auth import passwords
from portal.extensions import db
from portal.models import User
from portal.models.sealed import sealed_columns

DONE = "Everything is sealed with the newest key."
UNREADABLE = "{count} values could not be opened by any key, and were left as they are."


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what the newest key has sealed already.")
@with_appcontext
def reseal(everything: bool) -> None:
    """Seal everything with the newest of TOKEN_KEYS, while the portal runs; may be ended and begun again."""
    unreadable = 0
    for column in sealed_columns():
        result = resealing.reseal(column, everything)
        unreadable += result.unreadable
        click.echo(f"{column.name}: {result.done} sealed anew, {result.unreadable} could not be opened.")
    _tell_of_passwords()
    click.echo(UNREADABLE.format(count=unreadable) if unreadable else DONE)
    if unreadable:
        raise SystemExit(1)


@click.command()
@with_appcontext
def keys() -> None:
    """Say how much each key has sealed; fails when one of them is not among TOKEN_KEYS."""
    counts = resealing.keys_in_use()
    for place, key_id in enumerate(vault.key_ids()):
        click.echo(f"{key_id}{' (newest)' if place == 0 else ''}: {counts[key_id]} values.")
    _tell_of_passwords()
    with stop_on_bad_settings():
        resealing.refuse_lost_keys()


def _tell_of_passwords() -> None:
    """They cannot be hashed again without being typed: each is when its owner signs in."""
    newest = passwords.key_ids()[0]
    key_id = func.split_part(User.password_digest, ":", 2)
    older = select(func.count()).where(User.password_digest.contains(":"), key_id != newest)
    click.echo(
        f"Passwords under older keys: {db.session.scalar(older)}; each is renewed when its owner signs in."
    )


COMMANDS = (reseal, keys)
