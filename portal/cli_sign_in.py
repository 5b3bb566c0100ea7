"""The command for somebody who cannot sign in any more: `flask --app wsgi lost-app`."""

import click
from flask.cli import with_appcontext

from portal.auth import lost_app
from portal.errors import Conflict


@click.command("lost-app")
@click.argument("email")
@click.option("--checked", help="How you know that it is the owner, such as: called back at the clinic.")
@click.option("--take-away", is_flag=True, help="The three days are over: take the app away.")
@with_appcontext
def lost_app_command(email: str, checked: str | None, take_away: bool) -> None:
    """Take a lost app off an account: say it with --checked, and three days later --take-away."""
    if not take_away and not (checked or "").strip():
        raise click.UsageError("Say with --checked how you know the owner, or take it away with --take-away.")
    try:
        if take_away:
            lost_app.take_away(email)
            click.echo("The app is gone. Signing in asks for a code by letter. The owner was told.")
        else:
            moment = lost_app.report(email, (checked or "").strip())
            click.echo(f"The owner was told. The app may go from {moment:%d %B %Y %H:%M} UTC on.")
    except Conflict as refused:
        raise click.ClickException(refused.words) from None


COMMANDS = (lost_app_command,)
