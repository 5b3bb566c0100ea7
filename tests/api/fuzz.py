"""`make fuzz`: schemathesis sends the whole API, over a portal of its own, what its description allows and
what it does not, and holds every answer against the description."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from werkzeug.serving import make_server

from config import ROOT, Config
from portal import create_app, embedded
from portal.api.endpoint import ENDPOINTS
from portal.extensions import db
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post, make_user
from tests.serving import Quiet, answering
from tests.signing_in import bearer

CASES = 20_000
SECRETS = {
    "SESSION_SECRET": "fuzz-session-secret-0123456789abcdef",
    "TOKEN_KEYS": "fuzz-token-key-0123456789abcdef-0123",
}
SETTINGS = Path(__file__).with_name("schemathesis.toml")


def main() -> int:
    with ExitStack() as stack:
        database_url = Databases(stack.enter_context(embedded.temporary_postgres())).copy()
        redis_url = stack.enter_context(embedded.temporary_valkey()).url
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-fuzz-")))
        around = environ(database_url, redis_url, folder)
        address, headers = stack.enter_context(portal_with_posts(around))
        each = -(-CASES // len(ENDPOINTS))
        return run(address, headers, f"--max-examples={each}", said=None).returncode


def environ(database_url: str, redis_url: str, folder: Path) -> dict[str, str]:
    """The settings of the portal that is sent so much."""
    return {
        **SECRETS,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "INSTANCE_DIR": str(folder),
        "SANDBOX_URL": "http://127.0.0.1:9",
        "RATE_LIMITS": "0",
        "PUBLIC_URL": "https://portal.example",  # whoever signs a token names it
    }


@contextmanager
def portal_with_posts(around: Mapping[str, str]) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """A portal with a doctor's accounts and posts: its address, and the headers of a doctor and an
    administrator."""
    app = create_app(Config.from_env(around))
    with app.app_context():
        doctor = make_doctor()
        accounts = [make_account(doctor, key) for key in ("twitter", "linkedin", "reddit")]
        for status in ("draft", "scheduled", "scheduled", "failed", "awaiting_doctor"):
            make_post(doctor, accounts[0], accounts[1], status=status)
        headers = {"doctor": bearer(doctor), "administrator": bearer(make_user(role="administrator"))}
        db.session.remove()
        db.engine.dispose()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    with answering(server, app):
        yield f"http://127.0.0.1:{server.server_port}", headers


def run(
    address: str,
    headers: Mapping[str, Mapping[str, str]],
    *arguments: str,
    said: int | None = subprocess.PIPE,
) -> "subprocess.CompletedProcess[str]":
    """All checks of schemathesis; the token of a doctor, and for the administrators' calls theirs."""
    tokens = {f"FUZZ_{who.upper()}": header["Authorization"] for who, header in headers.items()}
    program = Path(sys.executable).with_name("schemathesis")
    command = [program, f"--config-file={SETTINGS}", "run", f"{address}/api/v1/openapi.json", *arguments]
    return subprocess.run(
        [*command, f"--url={address}/api/v1", "--no-color"],
        cwd=tempfile.gettempdir(),
        env=os.environ | tokens | {"PYTHONPATH": str(ROOT)},
        text=True,
        stdout=said,
        stderr=subprocess.STDOUT,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
