"""Where servers may put their sockets, and who may pass on the way to their files."""

import hashlib
import os
import pwd
import re
import stat
import tempfile
from pathlib import Path

from portal.embedded.failure import ServerFailed
from portal.tied import Account

# A comma ends an address for PostgreSQL's clients, and a space ends one in what Valkey tells of its clients.
PLAIN = re.compile(r"[A-Za-z0-9._/+-]+")
SOCKET_PATH_BYTES = 103  # sockaddr_un holds 104 bytes on macOS and 108 on Linux, with a closing zero


def unprivileged_account() -> Account | None:
    """Whose rights a server gets that refuses to run as root; None when this is not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def socket_folder(home: Path, socket_name: str) -> Path:
    """The server's own folder when a socket's address fits there, else a short and plain one of its own."""
    if PLAIN.fullmatch(str(home)) and len(os.fsencode(home / socket_name)) <= SOCKET_PATH_BYTES:
        return home
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    candidates = [Path(folder) / f"portal-{digest}" for folder in (tempfile.gettempdir(), "/tmp")]  # noqa: S108
    return next(c for c in candidates if len(os.fsencode(c / socket_name)) <= SOCKET_PATH_BYTES)


def make_private(folder: Path, account: Account | None) -> None:
    """Make the folder one that only this account enters; refuse one that someone else has put there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    owner = account.uid if account else os.geteuid()
    if stat.S_ISLNK(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise ServerFailed(f"{folder} belongs to another user. Set INSTANCE_DIR to another folder.")
    if account:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def let_pass(folder: Path) -> None:
    """Let other accounts pass through the folders above this one, without letting them look inside."""
    for above in folder.resolve().parents:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def let_read(folder: Path) -> None:
    """Let other accounts use a program and its files: an installation under a strict umask hides them."""
    let_pass(folder)
    if folder.stat().st_mode & stat.S_IROTH:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        may_enter = stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(stat.S_IMODE(mode) | stat.S_IROTH | may_enter)
