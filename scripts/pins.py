"""Writes requirements*.txt from the direct requirements in requirements*.in: `make pins`.

Every package is pinned, also those that only others ask for, so that each machine gets the same set.
"""

import json
import subprocess
import sys
from pathlib import Path

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Made by make pins from {source}; change that file instead.\n"
OLDEST_PYTHON = "3.11.0"  # some packages leave its early patch releases behind, which Debian still has


def resolve(*arguments: str) -> dict[str, str]:
    """Name → version of all that pip would install on an empty machine."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    report = subprocess.run(
        [*command, "--report", "-", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    found = [entry["metadata"] for entry in json.loads(report.stdout)["install"]]
    for package in found:
        needs = package.get("requires_python", "")
        if OLDEST_PYTHON not in SpecifierSet(needs):
            sys.exit(
                f"{package['name']} {package['version']} needs Python {needs}: hold it back in a .in file."
            )
    return {package["name"].lower().replace("_", "-"): package["version"] for package in found}


def write(name: str, source: str, first_lines: str, pins: dict[str, str]) -> None:
    lines = (f"{package}=={version}\n" for package, version in sorted(pins.items()))
    (ROOT / name).write_text(HEADER.format(source=source) + first_lines + "".join(lines))


def main() -> None:
    portal = resolve("-r", "requirements.in")
    write("requirements.txt", "requirements.in", "", portal)
    write("requirements-npm.txt", "requirements-npm.in", "", resolve("-r", "requirements-npm.in"))
    everything = resolve("-r", "requirements.txt", "-r", "requirements-dev.in")
    extra = {package: version for package, version in everything.items() if package not in portal}
    write("requirements-dev.txt", "requirements-dev.in", "-r requirements.txt\n", extra)


if __name__ == "__main__":
    main()
