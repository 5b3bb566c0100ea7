"""The embedded servers: one for each folder, whatever happened to the one before."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from config import ROOT, Config
from portal import embedded
from portal.embedded import Postgres, Server, ServerFailed, Valkey
from tests.setup.waiting import wait_for

START = """
import sys; from pathlib import Path; from portal import embedded
server = getattr(embedded, sys.argv[1])(Path(sys.argv[2]))
server.start()
print(server.pid, server.url)
"""


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Servers to end after the test, however it went."""
    started: list[Server] = []
    yield started
    for server in started:
        server.stop()


@pytest.fixture(params=["postgres", "valkey"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def make(kind: str, folder: Path, servers: list[Server]) -> Server:
    server = getattr(embedded, kind)(folder)
    servers.append(server)
    return server


def ask(server: Postgres, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.url.replace("+psycopg2", ""))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def kill_whole(server: Server) -> None:
    """As when the machine loses its power: every process of the server at once, without a word."""
    assert server.pid
    leader = psutil.Process(server.pid)
    for process in [leader, *leader.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # a helper of the server's that had just done its work
            process.kill()
    wait_for(lambda: not server.is_running(), "the end of the killed server")


def test_a_server_answers_once_started_and_is_gone_once_stopped(kind, folder, servers):
    server = make(kind, folder, servers)

    server.start()
    assert server.is_running()
    assert server.answers()

    server.stop()
    assert not server.is_running()
    assert not server.answers()


def test_the_database_keeps_its_rows_over_a_stop(folder, servers):
    server = make("postgres", folder, servers)
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")

    server.stop()
    server.start()

    assert ask(server, "SELECT number FROM kept") == [(7,)]


def test_the_database_keeps_what_was_committed_when_everything_is_killed(folder, servers):
    server = make("postgres", folder, servers)
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 5000) AS number")

    kill_whole(server)
    server.start()

    assert ask(server, "SELECT count(*) FROM kept") == [(5000,)]


def test_valkey_keeps_a_snapshot_over_a_stop(folder, servers):
    server = make("valkey", folder, servers)
    server.start()
    redis.Redis.from_url(server.url).set("kept", "7")

    server.stop()
    server.start()

    assert redis.Redis.from_url(server.url).get("kept") == b"7"


def test_a_server_starts_again_after_a_kill(kind, folder, servers):
    server = make(kind, folder, servers)
    server.start()
    first = server.pid

    kill_whole(server)
    server.start()

    assert server.answers()
    assert server.pid != first


def test_an_old_pid_that_now_belongs_to_another_program_does_not_stop_the_start(folder, servers):
    server = make("postgres", folder, servers)
    server.start()
    kill_whole(server)
    pid_file = server.home / "postmaster.pid"
    _, *rest = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *rest]))

    server.start()

    assert server.answers()


def test_a_half_made_data_folder_is_made_anew(folder, servers):
    half = folder / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = make("postgres", folder, servers)

    server.start()

    assert server.answers()
    assert not half.exists()


def test_a_second_start_shares_the_server_that_runs(kind, folder, servers):
    make(kind, folder, servers).start()
    second = make(kind, folder, servers)

    second.start()

    assert second.pid == servers[0].pid


def test_starts_at_the_same_moment_make_one_server(kind, folder, servers):
    server = make(kind, folder, servers)
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", START, kind, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]

    answers = {start.communicate(timeout=180)[0] for start in starts}

    assert answers == {f"{server.pid} {server.url}\n"}


def test_a_server_that_was_not_tied_outlives_the_command_that_started_it(kind, folder, servers):
    server = make(kind, folder, servers)

    subprocess.run([sys.executable, "-c", START, kind, str(folder)], cwd=ROOT, check=True, timeout=180)

    assert server.answers()


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a process of its parent's end"
)
def test_a_tied_server_ends_with_the_process_that_wanted_it(kind, folder, servers):
    server = make(kind, folder, servers)
    code = START.replace("server.start()", "server.start(tied=True)") + "import os; os.kill(os.getpid(), 9)"

    ended = subprocess.run(
        [sys.executable, "-c", code, kind, str(folder)], cwd=ROOT, check=False, timeout=180
    )

    assert ended.returncode == -signal.SIGKILL
    wait_for(lambda: not server.is_running(), "the end of the tied server")


def test_a_server_works_in_a_folder_too_deep_for_a_socket(kind, folder, servers):
    deep = folder / "/".join(["a-folder-name-of-thirty-letters"] * 5) / "with a space, and a comma"
    server = make(kind, deep, servers)

    server.start()

    assert server.answers()
    if isinstance(server, Postgres):
        assert ask(server, "SELECT current_database()") == [("portal",)]
    else:
        assert redis.Redis.from_url(server.url).ping()


def test_a_server_works_in_a_folder_with_strange_letters(kind, folder, servers):
    server = make(kind, folder / 'Zoë\'s "50%" folder, & more: 1', servers)

    server.start()

    assert server.answers()
    if isinstance(server, Valkey):
        assert redis.Redis.from_url(server.url).client_info()["db"] == 0  # workers ask for this


def test_an_ordinary_user_can_start_a_server(kind, folder, ordinary_user):
    own = folder / "own"
    own.mkdir()
    own.chmod(0o777)

    def start_and_stop() -> None:
        server = getattr(embedded, kind)(own)
        server.start()
        assert server.answers()
        server.stop()
        assert not server.is_running()

    assert ordinary_user(start_and_stop) == "done"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account to give up")
def test_root_lets_the_database_run_without_roots_rights(folder, servers):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = make("postgres", closed / "instance", servers)

    server.start()

    assert server.pid
    assert psutil.Process(server.pid).uids().real != 0
    assert closed.stat().st_mode & 0o777 == 0o701  # to pass, not to look


def test_the_database_keeps_to_its_settings(folder, servers):
    server = make("postgres", folder, servers)
    server.start()

    found = dict(ask(server, "SELECT name, setting FROM pg_settings"))

    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "max_connections": "200",
        "idle_in_transaction_session_timeout": "30000",
        "jit": "off",
        "TimeZone": "UTC",
        "listen_addresses": "",
    }
    assert {name: found[name] for name in wanted} == wanted


def test_a_failed_start_says_why(folder):
    (folder / "postgres").mkdir()
    (folder / "postgres" / "letters.txt").write_text("mine")

    with pytest.raises(ServerFailed, match="holds something else"):
        embedded.postgres(folder).start()

    assert [path.name for path in (folder / "postgres").iterdir()] == ["letters.txt"]


def test_a_folder_of_another_version_is_left_alone(folder, servers):
    server = make("postgres", folder, servers)
    server.start()
    server.stop()
    (folder / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(ServerFailed, match="made by PostgreSQL 9"):
        server.start()


def test_ensure_fills_in_the_addresses_of_servers_that_answer(folder, servers):
    config = Config.from_env({"INSTANCE_DIR": str(folder), "SANDBOX_URL": "http://127.0.0.1:9"})
    database, queues = make("postgres", folder, servers), make("valkey", folder, servers)

    filled = embedded.ensure(config)

    assert (filled.database_url, filled.redis_url) == (database.url, queues.url)
    assert database.answers()
    assert queues.answers()


def test_ensure_starts_nothing_when_the_addresses_are_set(folder):
    addresses = {"DATABASE_URL": "postgresql://elsewhere/portal", "REDIS_URL": "redis://elsewhere:6379/0"}
    config = Config.from_env({"INSTANCE_DIR": str(folder), "SANDBOX_URL": "http://127.0.0.1:9", **addresses})

    assert embedded.ensure(config) == config
    assert not embedded.postgres(folder).is_running()
    assert not embedded.valkey(folder).is_running()
