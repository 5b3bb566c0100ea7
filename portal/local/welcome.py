"""Tells when the portal can be used, where it is, and how to sign in."""

import http.client
import json
import time
from contextlib import suppress
from dataclasses import dataclass

from portal.local.console import Console
from portal.local.settings import Local

PAUSE = 0.3
LIMIT = 60.0
SIGN_INS = (("Doctor", "doctor"), ("Administrator", "administrator"))


@dataclass
class Welcome:
    """Asks the portal whether it is ready until it is, then greets; after a minute greets all the same."""

    console: Console
    local: Local
    begun_at: float
    is_said: bool = False
    next_look_at: float = 0.0

    def look(self) -> None:
        now = time.monotonic()
        if self.is_said or now < self.next_look_at:
            return
        missing = self._missing()
        self.next_look_at = time.monotonic() + PAUSE
        if missing is None:
            self._greet(f"Ready after {now - self.begun_at:.1f} s.")
        elif now - self.begun_at > LIMIT:
            self._greet(f"Not everything answers after {LIMIT:.0f} s: {missing}")

    def _missing(self) -> str | None:
        """What the portal says is missing; None when nothing is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.local.config.port, timeout=2)
        try:
            connection.request("GET", "/ready")
            answer = connection.getresponse()
            text = answer.read(2000).decode(errors="replace").strip()
            return None if answer.status == 200 else text or f"/ready says {answer.status}"
        except (OSError, http.client.HTTPException):
            return "the web server"
        finally:
            connection.close()

    def _greet(self, state: str) -> None:
        config = self.local.config
        rows = [("Portal", config.public_url), ("Practice network", config.sandbox_url or "")]
        sign_ins = _sign_ins(self.local)
        if sign_ins:
            rows += [("", ""), *sign_ins]
        rows += [("", ""), ("Ctrl-C", "ends everything")]
        self.console.say(f"\n  {state}\n")
        self.console.box(rows)
        self.console.say()
        self.is_said = True


def _sign_ins(local: Local) -> list[tuple[str, str]]:
    """The demo sign-ins, as the step that made them wrote them down."""
    found = {}
    with suppress(FileNotFoundError, ValueError):
        found = json.loads((local.config.instance_dir / "demo.json").read_text())
    return [
        (title, f"{found[key]['email']}  {found[key]['password']}")
        for title, key in SIGN_INS
        if found.get(key)
    ]
