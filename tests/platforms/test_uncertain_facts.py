"""What nobody could try on the real networks: marked UNVERIFIED in their files, listed for the operator."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "portal" / "platforms").glob("*.py"))
CHAPTER = "### What nobody could try on the real networks"

ASSIGNED = re.compile(r"\s*([A-Za-z_]\w*)(?:\s*:[^=]+)?\s*=[^=]")
FILE_NAME = re.compile(r"`([\w*]+\.py)`")
CONSTANT = re.compile(r"`(_?[A-Z][A-Z_]+)`")


@dataclass(frozen=True)
class Row:
    """One line of the operator's list."""

    files: tuple[str, ...]
    words: str

    def is_about(self, file: Path) -> bool:
        return any(fnmatch(file.name, pattern) for pattern in self.files)


def rows() -> list[Row]:
    chapter = (ROOT / "README.md").read_text().partition(CHAPTER)[2].partition("\n## ")[0]
    cells = [line.strip("| ").split(" | ", 1) for line in chapter.splitlines() if line.startswith("| ")]
    return [Row(tuple(FILE_NAME.findall(where)), what) for where, what in cells if FILE_NAME.search(where)]


def uncertain(file: Path) -> Iterator[str | None]:
    """The constant below each comment that says UNVERIFIED; None where it stands beside no constant."""
    lines = file.read_text().splitlines()
    for number, line in enumerate(lines):
        if "UNVERIFIED" not in line or not line.lstrip().startswith("#"):
            continue
        below = next((each for each in lines[number:] if not each.lstrip().startswith("#")), "")
        found = ASSIGNED.match(below)
        yield found[1] if found and found[1].isupper() else None


MARKED = [(file, name) for file in FILES for name in uncertain(file)]


@pytest.mark.parametrize(("file", "name"), MARKED, ids=lambda each: getattr(each, "name", str(each)))
def test_what_is_uncertain_is_listed_for_the_operator(file: Path, name: str | None) -> None:
    about = [row for row in rows() if row.is_about(file)]

    assert about, f"README names no {file.name}"
    assert name is None or any(f"`{name}`" in row.words for row in about), f"README: {file.name} has {name}"


@pytest.mark.parametrize("row", rows(), ids=lambda row: " ".join(row.files))
def test_what_is_listed_is_there(row: Row) -> None:
    files = [file for file in FILES if row.is_about(file)]
    patterns = [pattern for pattern in row.files if not any(fnmatch(file.name, pattern) for file in files)]
    source = "".join(file.read_text() for file in files)

    assert patterns == [], "README names files that are not there"
    assert [name for name in CONSTANT.findall(row.words) if not re.search(rf"\b{name}\b", source)] == []


def test_the_marks_are_found() -> None:
    assert len(MARKED) > 40 and len(rows()) >= 7
