"""`python -m portal.archive FILE` checks an archive that was handed over; it needs no portal that runs."""

import sys
from pathlib import Path

import click

from portal.archive import bundles


def main() -> int:
    """0 for a sound archive, 1 for another one, 2 when there is none to check."""
    if len(sys.argv) != 2:
        click.echo("Usage: python -m portal.archive FILE")
        return 2
    try:
        with Path(sys.argv[1]).open("rb") as file:
            checked = bundles.check(file)
    except OSError as trouble:
        click.echo(f"{sys.argv[1]} cannot be read: {trouble.strerror}.")
        return 2
    if checked.problem:
        click.echo(f"Not sound: {checked.problem} (line {checked.line})")
        return 1
    click.echo(
        f"Sound: {checked.entries} entries of {checked.doctor}, {checked.forgotten} of them forgotten."
    )
    click.echo(f"Last digest: {checked.head}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
