"""Makes everything that the portal needs inside the project's folder, and nothing when it is there already.

Runs on the machine's own Python, with its standard library alone: `make` calls it before every other command.
Stamps hold a digest of what a step was made from, so a step is repeated when its files, the Python or the
folder have changed, whatever the clock says.
"""

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / "bin"
WORK = ROOT / ".setup"
LOG = WORK / "log.txt"
OLDEST_NPM = 7  # the first to read our lock file
LAST_LINES = 25


class Failed(Exception):
    """A step went wrong; its text says what to do."""


def main() -> int:
    arguments = argparse.ArgumentParser(description="Set up the portal in this folder.")
    arguments.add_argument("--dev", action="store_true", help="also what tests, checks and measurements need")
    wants_dev = arguments.parse_args().dev
    WORK.mkdir(exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # make run and make test may start together in a fresh clone
        try:
            set_up(wants_dev)
        except Failed as failed:
            sys.stderr.write(f"\n{failed}\n")
            return 2
        except KeyboardInterrupt:
            return 130
    return 0


def set_up(wants_dev: bool) -> None:
    python = f"{sys.version} {ROOT}"
    step("Virtual environment", VENV / ".made", [python], make_venv)
    step("Python packages", VENV / ".packages", files("requirements.txt"), lambda: pip("requirements.txt"))
    if wants_dev:
        needed = files("requirements.txt", "requirements-dev.txt")
        step(
            "Packages for tests and checks",
            VENV / ".packages-dev",
            needed,
            lambda: pip("requirements-dev.txt"),
        )
    step(
        "Front-end libraries",
        ROOT / "static" / "vendor" / ".made",
        files("package.json", "package-lock.json", "portal/vendor.py"),
        front_end,
    )


def step(words: str, stamp: Path, made_from: list[str], work) -> None:
    """Do the work unless its stamp says that it was done from the same things; show it and its time."""
    digest = hashlib.sha256("\0".join(made_from).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    begun = time.monotonic()
    is_terminal = sys.stdout.isatty()
    say(f"  … {words}", end="" if is_terminal else "\n")
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)
    back = "\r\033[K" if is_terminal else ""
    say(f"{back}  ✓ {words:<44}{time.monotonic() - begun:5.1f} s")


def make_venv() -> None:
    """Make the virtual environment, unless a usable one of the same Python stands in this very place."""
    asked = "import pip, sys; print(sys.version, sys.prefix)"
    with suppress(OSError):
        found = subprocess.run(
            [str(PROGRAMS / "python"), "-c", asked], capture_output=True, text=True, check=False
        )
        if found.stdout.strip() == f"{sys.version} {VENV}":
            return
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(
        [sys.executable, "-c", "import ensurepip"], capture_output=True, check=False
    ).returncode:
        raise Failed(
            "This Python cannot make virtual environments. Install the package that adds it "
            "(on Debian and Ubuntu: apt install python3-venv), then try again."
        )
    run(command)


def pip(requirements: str) -> None:
    """Install what the file pins; pip's own cache makes a second time quick."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    run([str(PROGRAMS / "python"), "-m", "pip", "install", *quiet, "-r", requirements])


def front_end() -> None:
    run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    run([str(PROGRAMS / "python"), "-m", "portal.vendor"])


def npm() -> list[str]:
    """The machine's npm when it is new enough, else the one that comes as a Python package."""
    found = shutil.which("npm")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        major = re.match(r"\d+", version)
        if major and int(major.group()) >= OLDEST_NPM:
            return [found]
    if not (PROGRAMS / "npm").exists():
        pip("requirements-npm.txt")
    return [str(PROGRAMS / "npm")]


def run(command: list[str]) -> None:
    """Run a command in silence; when it fails, show the end of what it said."""
    environ = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    with LOG.open("w", errors="replace") as log:
        done = subprocess.run(
            command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        )
    if done.returncode:
        said = LOG.read_text(errors="replace").splitlines()[-LAST_LINES:]
        raise Failed(
            "\n".join([*said, "", f"Setting up failed at: {' '.join(command)}", f"All it said: {LOG}"])
        )


def files(*names: str) -> list[str]:
    return [(ROOT / name).read_text() for name in names]


def say(text: str, end: str = "\n") -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
