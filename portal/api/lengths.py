"""Holds the texts of a request to the lengths that the description of the API names, as they were sent.

The inputs measure a text without the spaces around it, which is kind to people. A program reads `maxLength`
and counts what it sends (JSON Schema Validation 6.3.1), so here the spaces count.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from portal.inputs import Input, Problem


def too_long(kind: type[Input], sent: Any) -> list[Problem]:
    """Each text in what was sent that is longer than the input's schema allows; `sent` has its shape."""
    schema = _schema(kind)
    return list(_walk(schema, schema.get("$defs", {}), sent, ()))


@cache
def _schema(kind: type[Input]) -> dict[str, Any]:
    return kind.model_json_schema()


def _walk(
    schema: dict[str, Any], named: dict[str, Any], sent: Any, path: tuple[str, ...]
) -> Iterator[Problem]:
    if "$ref" in schema:
        schema = named[schema["$ref"].rpartition("/")[2]]
    # No input takes two kinds of text in one place: a choice is between a thing and nothing.
    for choice in schema.get("anyOf", ()):
        yield from _walk(choice, named, sent, path)
    if isinstance(sent, str):
        longest = schema.get("maxLength")
        if longest is not None and len(sent) > longest:
            words = f"This must be at most {longest:,} characters long, with the spaces around it."
            yield Problem(".".join(path), words)
    elif isinstance(sent, dict):
        others = schema.get("additionalProperties")
        for name, part in sent.items():
            inner = schema.get("properties", {}).get(name, others)
            if isinstance(inner, dict):
                yield from _walk(inner, named, part, (*path, name))
    elif isinstance(sent, list) and "items" in schema:
        for place, part in enumerate(sent):
            yield from _walk(schema["items"], named, part, (*path, str(place)))
