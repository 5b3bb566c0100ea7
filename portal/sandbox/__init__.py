"""The practice network: every social network the portal speaks to, and a mailbox, on this machine.

It shares no code with the rest of the portal and talks to it over HTTP alone. An address of a
network, https://HOST/PATH, is found here under /HOST/PATH. People look at `/`; tests and demo data
use `/_/…` (see doors.py). `python -m portal.sandbox` runs it together with its mail catcher.
"""

from .app import create_sandbox
from .settings import SandboxSettings

__all__ = ["SandboxSettings", "create_sandbox"]
