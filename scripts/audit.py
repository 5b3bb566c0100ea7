"""Looks for known holes in the pinned packages, grave mistakes in the code, and what the house forbids:
`make audit`.

pip-audit asks a public service, so this is no part of `make check`, which needs no internet. What could not
be asked about counts as a failure here, lest silence passes for a clean answer.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES = Path("scripts", "semgrep")
SCANNERS = ROOT / "instance" / "scanners"
NEEDED = ("bandit==1.9.4", "pip-audit==2.10.1", "semgrep==1.182.0")
# What was looked at, and why it stays, stands beside each place as ruff's mark of the same number:
# B108 its S108, B608 its S608, B704 its S704.
LOOKED_AT = "B108,B608,B704"


def main() -> int:
    python = SCANNERS / "bin" / "python"
    if not python.exists():
        venv.create(SCANNERS, with_pip=True)
    if _run(python, "-m", "pip", "install", "--quiet", *NEEDED):
        sys.stdout.write("The scanners could not be installed: nothing was looked at.\n")
        return 2
    grave = _run(
        *(python, "-m", "bandit", "-q", "-r", "portal", "scripts", "-ll"),
        *("--skip", LOOKED_AT, "--exclude", f"./{RULES}"),
    )
    grave += _house_rules()
    holes = _run(
        python, "-m", "pip_audit", "--strict", "--disable-pip", "--no-deps", "-r", "requirements.txt"
    )
    if holes:
        sys.stdout.write("A package has a known hole, or the service could not be asked: see above.\n")
    return 1 if grave or holes else 0


def _house_rules() -> int:
    """What this portal forbids itself: the rules against their planted examples, then the code."""
    quiet = ("--metrics=off", "--disable-version-check")
    semgrep = SCANNERS / "bin" / "semgrep"
    blind = _run(semgrep, "scan", "--test", *quiet, RULES)
    return blind + _run(
        semgrep, "scan", "--error", "--quiet", *quiet, "--config", RULES / "house.yml", "portal"
    )


def _run(*command: str | Path) -> int:
    return subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
