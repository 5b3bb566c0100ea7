"""The sentences that people read: out of the templates, and out of the code's own words."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment, nodes

# What stands in for a value that is known only when a page is drawn.
VALUE = "it"
BLOCK = re.compile(
    r"</?(?:p|li|ul|ol|h\d|div|section|table|tr|td|th|dt|dd|label|button|a|summary|legend|option|br)"
    r"\b[^>]*>|<span class[^>]*>"
)
# Attributes that are read aloud or shown; all others are none of a reader's business.
ATTRIBUTE = re.compile(r'(?:aria-label|alt|title|placeholder|content)="([^"]*)"')
TAG = re.compile(r"<[^>]*>", re.DOTALL)
END = re.compile(r"(?<=[.!?:;…])\s+|\n\s*\n|(?<=\S) {3,}(?=\S)|\x00")
ADDRESS = re.compile(r"\S+@\S+|\S+\.(?:com|example)\S*")
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")


def of_template(source: str) -> list[str]:
    """Each sentence of a template: its text, and the words that it hands to components."""
    tree = Environment(extensions=["jinja2.ext.do"]).parse(source)
    parts = [*_text(tree.body), *(f"\x00{words}\x00" for words in _handed_over(tree))]
    written = "".join(parts)
    shown = [*ATTRIBUTE.findall(written), TAG.sub(" ", BLOCK.sub("\x00", written))]
    return _sentences(shown)


def of_code(source: str) -> list[str]:
    """Each sentence that a module may say to somebody: strings that begin and end like one."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = [_said(node) for node in ast.walk(tree) if id(node) not in docstrings | inner]
    whole = [
        words for words in said if re.match(r"[A-Z“].*[.?!:]$", words, re.DOTALL) and "SELECT" not in words
    ]
    return _sentences(whole)


def words_of(sentence: str) -> list[str]:
    return WORD.findall(ADDRESS.sub(VALUE, sentence))


def _text(body: Iterable[nodes.Node]) -> Iterator[str]:
    """What a template writes, in its order; both sides of a choice, one after the other."""
    for node in body:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    yield part.data if isinstance(part, nodes.TemplateData) else VALUE
            case nodes.If():
                yield from _text(node.body)
                for other in [*node.elif_, node.else_]:
                    if other:
                        yield "\x00"
                        yield from _text([other] if isinstance(other, nodes.Node) else other)
            case nodes.Macro() | nodes.Block() | nodes.CallBlock() | nodes.For() | nodes.AssignBlock():
                yield "\x00"
                yield from _text(node.body)
                yield "\x00"
            case nodes.With() | nodes.Scope() | nodes.FilterBlock():
                yield from _text(node.body)


def _handed_over(tree: nodes.Template) -> Iterator[str]:
    """Strings with a blank in them: titles, hints, labels. Names of classes and fields have none."""
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and re.match(r"[A-Z“].* .*[^ ]$", const.value):
            yield const.value


def _said(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else VALUE for part in node.values)
    return ""


def _sentences(texts: Iterable[str]) -> list[str]:
    """Cut where a sentence ends, or a part of a page does."""
    found = (" ".join(piece.split()) for text in texts for piece in END.split(text.replace("&nbsp;", " ")))
    # Where a tag is begun in both sides of a choice, what is left of it is no sentence.
    return [piece for piece in found if piece and '="' not in piece]


def files(root: Path, kind: str, but: tuple[str, ...] = ()) -> list[Path]:
    """Every file of a kind below a folder, but for some parts of it."""
    return sorted(
        path
        for path in root.rglob(kind)
        if path.is_file() and not set(path.relative_to(root).parts) & set(but)
    )
