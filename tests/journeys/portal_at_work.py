"""The whole portal as `make run` starts it, in an empty folder: web, workers, scheduler, practice network."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from portal.sandbox.running import free_port

ROOT = Path(__file__).resolve().parents[2]
# Only what fails takes that long: beside other tests everything may take twenty times its usual time.
START_SECONDS = 180.0
LIMIT_SECONDS = 120.0

# Settings of whoever runs the tests must not reach the portal under test.
SETTINGS = re.compile(
    r"^(DATABASE_URL|REDIS_URL|SANDBOX_\w+|SESSION_SECRET|TOKEN_KEYS|DEBUG|PUBLIC_URL|PORT|INSTANCE_DIR|MAIL_\w+"
    r"|ADMIN_\w+|DEMO_DATA|RATE_LIMITS|MEDIA_URL|MAKELEVEL|\w+_CLIENT_(ID|SECRET))$"
)


@dataclass
class PortalAtWork:
    """A running portal. `sign_ins` holds the demo doctor and administrator."""

    folder: Path
    url: str = ""
    practice_url: str = ""
    sign_ins: dict[str, dict[str, str]] = field(default_factory=dict)
    http: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(retries=False, timeout=60.0)
    )
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until everything answers."""
        port, practice_port, smtp_port = free_port(), free_port(), free_port()
        self.url, self.practice_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{practice_port}"
        own = {
            "PORT": str(port),
            "SANDBOX_PORT": str(practice_port),
            "SANDBOX_SMTP_PORT": str(smtp_port),
            "INSTANCE_DIR": str(self.folder / "instance"),
        }
        environ = {name: value for name, value in os.environ.items() if not SETTINGS.match(name)} | own
        log = (self.folder / "portal.log").open("ab")
        command = [sys.executable, "-m", "portal.local", "run"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True
        )
        self.until(self._is_ready, "ready", START_SECONDS)
        self.sign_ins = json.loads((self.folder / "instance/demo.json").read_text())

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        process, self.process = self.process, None
        assert process is not None
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        return process.wait(LIMIT_SECONDS)

    def until(self, condition: Callable[[], Any], what: str, limit: float = LIMIT_SECONDS) -> Any:
        """Wait for a condition, or fail with the end of the log."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.1)  # between two looks at the condition
        raise AssertionError(f"not within {limit} s: {what}\n{self.log()[-4000:]}")

    def log(self) -> str:
        return (self.folder / "portal.log").read_text()

    def code_for(self, email: str, seen: int = 0) -> str:
        """The six digits of the newest letter, once more than `seen` letters have come."""

        def newest() -> str | None:
            letters = self.letters(email)
            found = re.search(r"\b(\d{6})\b", letters[0]["text"]) if len(letters) > seen else None
            return found[1] if found else None

        return str(self.until(newest, f"a code for {email}"))

    def letters(self, email: str) -> list[dict[str, Any]]:
        return self.practice(f"/_/mail?to={email}")

    def practice(self, path: str) -> list[dict[str, Any]]:
        """What the practice network says, newest first."""
        answer: list[dict[str, Any]] = self.http.request("GET", self.practice_url + path).json()
        return answer

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}\n{self.log()[-4000:]}")
        try:
            return self.http.request("GET", f"{self.url}/ready").status == 200
        except urllib3.exceptions.HTTPError:
            return False
