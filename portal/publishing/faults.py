"""Named points at which a test may kill, freeze or break this process; inert everywhere else."""

import os
import signal
import time
from pathlib import Path

# "after_arm=kill:/path/of/a/flag": at that point, once the flag file exists, remove it and do the deed.
# Read at import, so that a running portal cannot be talked into it.
PLAN = dict(entry.split("=", 1) for entry in os.environ.get("PORTAL_FAULTS", "").split(",") if "=" in entry)


def fault(point: str) -> None:
    """Do here what a test asked for: `kill` or `stop` (freeze) this process, `raise`, or `sleep` a while."""
    if point not in PLAN:
        return
    deed, _, flag = PLAN[point].partition(":")
    try:
        # Removing the flag decides which of several processes does it: exactly one succeeds.
        Path(flag).unlink()
    except FileNotFoundError:
        return
    _do(deed)


def _do(deed: str) -> None:
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif deed == "raise":
        raise RuntimeError("a fault that a test asked for")
    elif deed.startswith("sleep"):
        time.sleep(float(deed.removeprefix("sleep")))
