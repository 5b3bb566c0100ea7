"""Rules of the house that a scanner can see. Bandit's own are ruff's rules S, in `make check`."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PORTAL = ROOT / "portal"

Node = TypeVar("Node", bound=ast.AST)

# Where a rule may be broken, each for its reason.
ALLOWED = {
    # An icon of our own sheet, filled by Markup's own format; a picture drawn from a key by segno.
    "markup": {"assets.py", "settings/app_views.py"},
    # The door itself, which looks at where a call leads; make run, which asks its own web server.
    "outside": {"http.py", "local/welcome.py"},
    # Names of tables and columns as the models give them.
    "sql": {"settings/erasing.py"},
}
WAYS_OUT = {"requests", "httpx", "urllib.request", "http.client", "urllib3", "aiohttp", "ftplib", "telnetlib"}

# What must not be handed to a logger, whatever it holds there.
PRIVATE = {
    *("password", "digits", "token", "secret", "cookie", "session", "email", "to", "address"),
    *("content", "text", "words", "body", "answer", "message", "caption", "title", "url", "headers", "sent"),
}
UNSAFE_IN_TEMPLATES = {
    "a filter that trusts": re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\("),
    "a script within the page": re.compile(
        r"<script(?![^>]*(?:\bsrc=|nonce=|type=\"application/json\"))", re.I
    ),
    "a deed in an attribute": re.compile(r"<[^>{}]*\son[a-z]+\s*=\s*[\"']", re.I),
    "an address that runs": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|vbscript):", re.I),
    "a page of somebody else without noopener": re.compile(
        r"<a\b(?=[^>]*target=\"_blank\")(?![^>]*rel=\"[^\"]*noopener)", re.I
    ),
}


@cache
def modules() -> dict[str, ast.Module]:
    """All of the portal but the practice network, by path."""
    paths = [path for path in sorted(PORTAL.rglob("*.py")) if "sandbox" not in path.parts]
    return {str(path.relative_to(PORTAL)): ast.parse(path.read_text()) for path in paths}


def found(kind: type[Node], rule: str) -> Iterator[tuple[str, Node]]:
    """The nodes of a kind where this rule holds, each with its place."""
    for name, tree in modules().items():
        if name not in ALLOWED.get(rule, ()):
            for node in ast.walk(tree):
                if isinstance(node, kind):
                    yield f"{name}:{getattr(node, 'lineno', 0)}", node


def called(node: ast.Call) -> str:
    """The last word of what is called: "info" of log.info()."""
    return ast.unparse(node.func).rpartition(".")[2]


@pytest.mark.parametrize("what", UNSAFE_IN_TEMPLATES)
def test_no_template_has(what: str) -> None:
    hits = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for hit in UNSAFE_IN_TEMPLATES[what].finditer(path.read_text())
    ]
    assert hits == []


def test_nothing_is_trusted_as_markup_and_no_template_is_made_of_words() -> None:
    trusted = {"Markup", "render_template_string", "from_string"}
    assert [where for where, node in found(ast.Call, "markup") if called(node) in trusted] == []


def test_all_calls_to_the_outside_go_through_one_door() -> None:
    hits = []
    for where, node in found(ast.Import, "outside"):
        hits += [where for alias in node.names if alias.name in WAYS_OUT]
    for where, origin in found(ast.ImportFrom, "outside"):
        whole = {f"{origin.module}.{alias.name}" for alias in origin.names} | {origin.module}
        hits += [where] if whole & WAYS_OUT else []
    assert hits == []


def test_sql_is_never_put_together_from_what_came_in() -> None:
    hits = [
        where
        for where, node in found(ast.Call, "sql")
        if called(node) in ("text", "exec_driver_sql") and node.args
        if any(is_made_of_parts(part) for part in ast.walk(node.args[0]))
    ]
    assert hits == []


def is_made_of_parts(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return not all(is_constant(part) for part in parts)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)


def is_constant(node: ast.AST) -> bool:
    """A name in capitals: laid down in the code."""
    return all(part.id.isupper() for part in ast.walk(node) if isinstance(part, ast.Name))


def test_no_log_line_is_handed_something_private() -> None:
    hits = []
    for where, node in found(ast.Call, "log"):
        if not re.fullmatch(r"(?:\w+\.)?(?:log|logger)\.\w+", ast.unparse(node.func)):
            continue
        if node.args and not is_fixed(node.args[0]):
            hits.append(f"{where}: an event must be one fixed word")
        hits += [f"{where}: {keyword.arg}" for keyword in node.keywords if is_private(keyword)]
    assert hits == []


def is_fixed(node: ast.AST) -> bool:
    """One word, or one of two."""
    if isinstance(node, ast.IfExp):
        return is_fixed(node.body) and is_fixed(node.orelse)
    return isinstance(node, ast.Constant)


def is_private(keyword: ast.keyword) -> bool:
    """By its name; by words put together; or because it is an error's own text."""
    is_text = isinstance(keyword.value, ast.Call) and called(keyword.value) in ("str", "repr")
    is_made = any(isinstance(part, ast.JoinedStr) for part in ast.walk(keyword))
    return keyword.arg in PRIVATE or is_text or is_made


def test_random_words_come_from_the_systems_own_source() -> None:
    plain = [where for where, node in found(ast.Import, "random") if "random" in {a.name for a in node.names}]
    parts = [where for where, node in found(ast.ImportFrom, "random") if node.module == "random"]
    # How long to wait until the next try is no secret.
    assert [where for where in plain + parts if not where.startswith("publishing/retries.py")] == []


def test_the_linter_has_the_scanners_rules(project_root: Path) -> None:
    """bandit's rules, for the portal itself, with no file left out of them."""
    settings = (project_root / "pyproject.toml").read_text()
    assert '"S"' in settings.partition("select = ")[2].partition("]")[0]
    left_out = settings.partition("per-file-ignores]")[2].partition("[tool.mypy]")[0]
    assert not re.search(r'"portal/[^"]*" = \[[^\]]*"S', left_out)
