"""Commands for the operator: `flask --app wsgi COMMAND`."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from pydantic import TypeAdapter, ValidationError

from config import BadSetting, Config, stop_on_bad_settings
from portal import cli_backup, cli_keys, cli_sign_in, practice
from portal import demo as demo_data
from portal.admin.flows import ensure_administrator
from portal.auth.inputs import Email
from portal.auth.password_rules import check_length
from portal.doctors import specialities as fields_of_medicine
from portal.errors import Conflict
from portal.http import CallFailed


def init_app(app: Flask) -> None:
    """Register the commands."""
    own = (specialities, admin, demo)
    for command in (*own, *cli_keys.COMMANDS, *cli_backup.COMMANDS, *cli_sign_in.COMMANDS):
        app.cli.add_command(command)


@click.command()
@with_appcontext
def specialities() -> None:
    """Load the list of specialities; what is there stays."""
    loaded = fields_of_medicine.load(fields_of_medicine.catalogue())
    click.echo(f"Specialities: {loaded.added} added, {loaded.changed} changed.")


@click.command()
@with_appcontext
def admin() -> None:
    """Make the first administrator, as ADMIN_EMAIL and ADMIN_PASSWORD say."""
    config: Config = current_app.config["PORTAL"]
    if config.admin_email is not None:
        with stop_on_bad_settings():
            is_new = _administrator_of(config)
        practice.forget_sign_in("administrator")
        click.echo(f"Administrator {config.admin_email} is {'made' if is_new else 'there already'}.")
    elif config.is_practice:
        click.echo(f"Administrator {practice.administrator().email} is there.")
    else:
        click.echo("No administrator is asked for: set ADMIN_EMAIL and ADMIN_PASSWORD to make one.")


@click.command()
@with_appcontext
def demo() -> None:
    """Make the demo doctor of practice mode, with accounts and posts when the practice network answers."""
    config: Config = current_app.config["PORTAL"]
    if not config.demo_data:
        click.echo("Demo data are for practice mode with DEMO_DATA=1; nothing was done.")
        return
    doctor = practice.doctor()
    try:
        demo_data.fill(doctor)
    except CallFailed as away:
        click.echo(f"The practice network gave no accounts ({away}); the demo doctor has no posts yet.")
    click.echo(f"Demo doctor {doctor.user.email} is there.")


def _administrator_of(config: Config) -> bool:
    try:
        email = TypeAdapter(Email).validate_python(config.admin_email)
        return ensure_administrator(email, check_length(config.admin_password or ""))
    except ValidationError:
        raise BadSetting("ADMIN_EMAIL must be an e-mail address such as asha@clinic.example.") from None
    except ValueError:
        raise BadSetting("ADMIN_PASSWORD must be from 12 to 128 characters long.") from None
    except Conflict as taken:
        raise BadSetting(f"ADMIN_EMAIL cannot be used. {taken.words}") from None
