"""The steps before a start, in one process: loading the portal for each would take longer than the steps.

`python -m portal.local.release STEP …` runs each `flask --app wsgi STEP` in turn and says when one is done.
"""

import shlex
import sys

from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError

DONE = "\x1edone"  # a line that no step prints by itself
PREFIX = "flask --app wsgi "


def main(steps: list[str]) -> int:
    from wsgi import app

    commands = FlaskGroup(create_app=lambda: app)
    for step in steps:
        try:
            commands.main(shlex.split(step), prog_name="flask", standalone_mode=False)
        except OperationalError as error:
            if error.statement is not None:  # the database answered
                raise
            reason = str(error.orig).strip().splitlines()[0]
            sys.stderr.write(f"DATABASE_URL must be the address of a database that answers: {reason}.\n")
            return 2
        sys.stdout.write(f"{DONE}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
