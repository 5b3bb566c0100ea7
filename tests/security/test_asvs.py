"""The table in the README's chapter on security is true: each test that it names is there."""

import ast
import re
from pathlib import Path

NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_table_names_is_there(project_root: Path) -> None:
    chapter = (project_root / "README.md").read_text().partition("\n## Security\n")[2].partition("\n## ")[0]
    rows = [line for line in chapter.splitlines() if line.startswith("| V")]
    assert len(rows) > 20
    for row in rows:
        assert NAMED.search(row), f"No test proves this row: {row[:60]}"
    for file, name in NAMED.findall(chapter):
        path = project_root / "tests" / file
        assert path.is_file(), f"The README names tests/{file}, which is not there."
        names = {
            node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)
        }
        assert name in names, f"The README names {file}::{name}, which is not there."
