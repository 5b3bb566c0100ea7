"""What the tests of set-up share: folders that another account may enter, and waiting with a limit."""

import multiprocessing
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that every account may pass; pytest's own lie deep and are closed to others."""
    made = Path(tempfile.mkdtemp(prefix="portal-setup-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def ordinary_user() -> Callable[[Callable[[], None]], str]:
    """Runs a function in a process of an ordinary user, and gives "done" or what went wrong.

    A fork, because the Python of a machine where only root works may be closed to all others.
    """

    def run(act: Callable[[], None]) -> str:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=_act_as_ordinary_user, args=(act, sender))
        child.start()
        said = receiver.recv() if receiver.poll(timeout=180) else "nothing came"
        child.join(timeout=60)
        return str(said)

    return run


def _act_as_ordinary_user(act: Callable[[], None], sender: Connection) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        act()
        sender.send("done")
    except BaseException:  # whatever it was, the test shows it
        sender.send(traceback.format_exc())
