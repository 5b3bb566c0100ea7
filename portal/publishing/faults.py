"""Named points at which a test may kill, freeze or break this process; inert everywhere else."""

import errno
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

# Every point, in the order of the protocol's steps (README: "How a post goes out"). A test compares this
# table with the calls in the code.
POINTS: dict[str, str] = {
    "before_commit": "0 save: written, not committed",
    "after_commit": "0 save: committed, not rung for",
    "holding_tick_lock": "1 wake: rq-scheduler's lock is held",
    "before_job": "2 ring: the job was taken off its queue",
    "while_staging": "3 prepare: the network holds an upload that we have not noted",
    "after_staging": "3 prepare: everything is uploaded, the last of it not noted",
    "before_keep_token": "3 prepare: the network gave a new token, the old one is stored",
    "before_claim": "4 claim: nothing is claimed yet",
    "after_claim": "4 claim: committed",
    "in_arm": "5 arm: attempts are written, not committed",
    "after_arm": "5 arm: committed, nothing sent",
    "before_send": "6 send: in the thread that is about to call",
    "before_store": "6 send: answered, and the answer is in this thread alone",
    "in_store": "7 write: the outcome is written, not committed",
    "after_store": "7 write: committed",
    "after_claim_look": "7 write: an unknown outcome is claimed for a look",
    "after_arm_look": "7 write: the look's own attempts are committed, nothing asked",
    "after_arm_comment": "9 comment: noted as begun, nothing sent",
    "before_store_comment": "9 comment: answered, and what was answered is not stored",
    "before_store_look": "7 write: looked, and what was seen is not stored",
    "in_tell": "8 tell: letters are in the outbox, not committed",
    "before_letter": "8 tell: a letter is claimed, not handed over",
    "after_letter": "8 tell: handed over, not noted",
    "while_writing_media": "media: a file is half-written",
}

# "PORTAL_FAULTS=/a/folder": at a point, when a file of its name lies there, remove it and do the deed that is
# written in it. Read at import, and with a practice network alone: a running portal cannot be talked into it,
# and one that posts to real networks cannot be told to at all.
FOLDER = "PORTAL_FAULTS"


def folder_of(environ: Mapping[str, str]) -> Path | None:
    """Where a test lays down what should happen; None everywhere else."""
    asked = environ.get(FOLDER)
    return Path(asked) if asked and environ.get("SANDBOX_URL") else None


folder = folder_of(os.environ)


def fault(point: str) -> None:
    """Do here what a test asked for: `kill` or `stop` (freeze) this process, `raise`, `disk_full`."""
    if folder is None:
        return
    flag = folder / point
    try:
        deed = flag.read_text()
        # Removing the flag decides which of several processes does it: exactly one succeeds.
        flag.unlink()
    except FileNotFoundError:
        return
    _do(deed.strip())


def _do(deed: str) -> None:
    if deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif deed == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif deed == "raise":
        raise RuntimeError("a fault that a test asked for")
    elif deed == "disk_full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    elif deed.startswith("sleep"):
        time.sleep(float(deed.removeprefix("sleep")))
