"""A backup of database and media in one folder, and its way back into an empty database.

PostgreSQL's own programs do the work: those of the wheel, or of this machine. The folder holds everything
about everybody, so only its owner may enter; what is sealed in it opens with TOKEN_KEYS alone.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from portal import clock, restoring, vault
from portal.embedded.failure import ServerFailed
from portal.embedded.postgres import installation
from portal.errors import Conflict
from portal.extensions import db
from portal.transaction import let_go

DUMP, FACTS, MEDIA = "database.sql", "backup.json", "media"

NOT_EMPTY = "The database is not empty. Restore into a new one, and set DATABASE_URL to it."
NO_BACKUP = "There is no whole backup in this folder: backup.json and database.sql are needed."
LOST_KEYS = "TOKEN_KEYS must hold the key {keys}: something in this backup is sealed with it."
FAILED = "{program} did not succeed: {said}"

TABLES = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


@dataclass(frozen=True)
class Taken:
    """A backup: when it was taken by the database's clock, and how many files are in it."""

    at: datetime
    files: int


def take(folder: Path, url: str, media: Path, keys: Mapping[str, int]) -> Taken:
    """Write database and media into the folder, while the portal runs; what was there of media stays there.

    First the database, then the files that it knows by then: a file's name never means another content.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    at = db.session.scalars(select(clock.database_now())).one()
    let_go()
    part = folder / f"{DUMP}.part"
    run("pg_dump", url, "--no-owner", "--no-privileges", "--file", str(part))
    part.chmod(0o600)
    files = copy_files(media, folder / MEDIA)
    part.replace(folder / DUMP)
    facts = {"taken_at": at.isoformat(), "files": files, "keys": dict(keys)}
    (folder / FACTS).write_text(json.dumps(facts, indent=1))
    return Taken(at, files)


def bring_back(folder: Path, url: str, media: Path) -> restoring.Restored:
    """Fill an empty database and the media folder, and mark what may have changed since. Raises Conflict."""
    try:
        facts = json.loads((folder / FACTS).read_text())
    except OSError:
        raise Conflict(NO_BACKUP) from None
    if not (folder / DUMP).exists():
        raise Conflict(NO_BACKUP)
    if lost := facts["keys"].keys() - set(vault.key_ids()):
        raise Conflict(LOST_KEYS.format(keys=" and ".join(sorted(lost))))
    if db.session.scalars(TABLES).one():
        raise Conflict(NOT_EMPTY)
    let_go()
    # Whole or not at all: half a database would be taken for a whole one.
    run("psql", url, "--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1",
        "--output", os.devnull, "--file", str(folder / DUMP))  # fmt: skip
    copy_files(folder / MEDIA, media)
    return restoring.mark(datetime.fromisoformat(facts["taken_at"]))


def copy_files(source: Path, target: Path) -> int:
    """Copy the files that are not there yet, each whole or not at all; how many there are then."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [path.name for path in source.iterdir() if path.is_file() and not path.name.startswith(".")]
    for name in names:
        if not (target / name).exists():
            part = target / f".{name}.part"
            try:
                shutil.copy2(source / name, part)
            except FileNotFoundError:
                continue  # its owner removed it just now
            part.replace(target / name)
    return len(names)


def run(program: str, url: str, *words: str) -> None:
    """Run one of PostgreSQL's programs on a database. Raises Conflict with what it said."""
    ended = subprocess.run(
        [program_of(program), *words], env={**os.environ, **connection(url)}, capture_output=True, text=True
    )
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or ["no reason"])[0]
        raise Conflict(FAILED.format(program=program, said=said))


def program_of(name: str) -> str:
    """The wheel's, else this machine's."""
    try:
        own = installation() / "bin" / name
    except ServerFailed:
        own = None
    return str(own) if own and own.exists() else name


def connection(url: str) -> dict[str, str]:
    """Where to connect, as PostgreSQL's programs read it: everybody could see a password among arguments."""
    parts = make_url(url)
    known = {
        "PGHOST": parts.host or parts.query.get("host"),
        "PGPORT": parts.port or parts.query.get("port"),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
        "PGSSLMODE": parts.query.get("sslmode"),
    }
    return {name: str(value) for name, value in known.items() if value}
