"""Starts a program that does not outlive the process that wanted it, as another account if need be.

This file is run by its path (see `wrap`), so it asks for nothing but the standard library. Linux tells a
process when its parent is gone; elsewhere the program simply starts.
"""

import ctypes
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """Whose rights a program gets: the numbers of a user and of a group."""

    uid: int
    gid: int


def wrap(command: Sequence[str], end_with: int, account: Account | None = None) -> list[str]:
    """The command that runs `command` and sends it the signal `end_with` when this process is gone."""
    account = account or Account(os.geteuid(), os.getegid())
    rights = [str(account.uid), str(account.gid)]
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(end_with)), *rights, *command]


def follow_parent(end_with: int, parent: int) -> None:
    """Have the kernel send this process a signal when `parent` ends."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, end_with, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before the kernel knew that we care
        os.kill(os.getpid(), end_with)


def main(parent: int, end_with: int, account: Account, command: list[str]) -> None:
    if os.geteuid() == 0 and account.uid != 0:
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)  # before the next line: a change of rights makes the kernel forget it
    follow_parent(end_with, parent)
    os.execvp(command[0], command)  # noqa: S606 - the programs are our own


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Account(int(sys.argv[3]), int(sys.argv[4])), sys.argv[5:])
