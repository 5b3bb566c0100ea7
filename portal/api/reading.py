"""Reads what a program sends, strictly: nothing is guessed, and what is not understood is refused by name."""

import json
from typing import Any, NoReturn, TypeVar

from flask import g, request
from pydantic import ValidationError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from portal.api import lengths
from portal.errors import Invalid
from portal.inputs import Input
from portal.transaction import let_go

Taken = TypeVar("Taken", bound=Input)

LONGEST_BODY_BYTES = 1_000_000
# The largest file that anything here takes, and room for the parts around it.
LONGEST_FORM_BYTES = 514 * 1024 * 1024
DEEPEST = 20
# JSON knows no other; text that is all ASCII is UTF-8 too.
UTF_8 = ("utf-8", "utf8", "us-ascii")


class Nothing(Input):
    """What a call takes that takes nothing there: whatever comes is refused by its name."""


def body(kind: type[Taken], *, may_be_empty: bool = False) -> Taken:
    """The request's JSON as an input.

    Raises 413, 415, 400 for what is not JSON at all, and ValidationError for an input that is refused.
    """
    request.max_content_length = LONGEST_BODY_BYTES
    raw = request.get_data()
    if not raw and may_be_empty:
        raw = b"{}"
    else:
        _check_kind()
    text = _text(raw)
    _check_depth(text)
    sent = _check_json(text)
    try:
        # Strict, in pydantic's JSON mode: "5" is no number, but a time is still written as text.
        taken = kind.model_validate_json(text, strict=True)
    except ValidationError as refused:
        if any(error["type"] == "json_invalid" for error in refused.errors(include_context=False)):
            raise BadRequest("The body is not valid JSON.") from None
        raise
    _check_lengths(kind, sent)
    return taken


def form_with_file(kind: type[Taken]) -> tuple[Taken, FileStorage]:
    """A multipart body's part named `file`, which lies on the disk, and its other parts as an input.

    Raises 413, 415, 400 for what is no such body, Invalid without a file, and ValidationError.
    """
    request.max_content_length = LONGEST_FORM_BYTES
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the body as multipart/form-data with a part named file.")
    let_go()  # a video comes in for minutes
    said = request.form.to_dict(flat=False)
    files = request.files.getlist("file")
    if len(files) != 1 or not files[0].filename or set(request.files) != {"file"}:
        raise Invalid("file", "Choose a file, and send it as the part named file, with its name.")
    for name, values in said.items():
        if len(values) > 1:
            raise Invalid(name, "Give this only once.")
    sent = {name: values[0] for name, values in said.items()}
    taken = kind.model_validate(sent)
    _check_lengths(kind, sent)
    return taken, files[0]


def query(kind: type[Taken]) -> Taken:
    """The address's parameters as an input; each may be given once. Read once in a request."""
    if "api_query" not in g:
        g.api_query = _query(kind)
    taken: Taken = g.api_query
    return taken


def _query(kind: type[Taken]) -> Taken:
    given = request.args.to_dict(flat=False)
    for name, values in given.items():
        if len(values) > 1:
            raise Invalid(name, "Give this only once.")
        if "\x00" in values[0]:
            raise Invalid(name, "This must not contain the NUL character.")
    sent = {name: values[0] for name, values in given.items()}
    taken = kind.model_validate_strings(sent)
    _check_lengths(kind, sent)
    return taken


def _check_lengths(kind: type[Input], sent: dict[str, Any]) -> None:
    if long := lengths.too_long(kind, sent):
        first, *others = [(problem.field, problem.words) for problem in long]
        raise Invalid(*first, more=others)


def _check_kind() -> None:
    """What the headers say of the body has to be what it is read as."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in UTF_8:
        raise UnsupportedMediaType("Send the body in UTF-8.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body as it is, not packed: without Content-Encoding.")


def _text(raw: bytes) -> str:
    if not raw.strip():
        raise BadRequest("The body is empty. Send a JSON object.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("The body is not valid UTF-8.") from None


def _check_depth(text: str) -> None:
    """Refuse what is nested so deep that readers of JSON give up or fall over."""
    depth, inside, escaped = 0, False, False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise BadRequest(f"The body is nested deeper than {DEEPEST} levels.")
        elif character in "]}":
            depth -= 1


def _check_json(text: str) -> dict[str, Any]:
    """The object as it was sent. What two readers may read differently is refused: a name twice, and NaN."""
    try:
        read = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except ValueError as wrong:
        raise BadRequest(f"The body is not valid JSON: {_plain(wrong)}.") from None
    if not isinstance(read, dict):
        raise BadRequest("The body must be a JSON object.")
    return read


class _Double(ValueError):
    pass


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise _Double(f"the name {double[:50]!r} is given twice in one object")
    return found


def _no_constant(word: str) -> NoReturn:
    raise _Double(f"{word} is not a number in JSON")


def _plain(wrong: ValueError) -> str:
    if isinstance(wrong, json.JSONDecodeError):
        return f"line {wrong.lineno}, column {wrong.colno}"
    return str(wrong) if isinstance(wrong, _Double) else "a number is too long"
