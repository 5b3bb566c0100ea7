"""Two composers side by side: what differs between them, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from difflib import SequenceMatcher
from typing import Any

from wtforms import Field, SelectField, SelectMultipleField

from portal.posts.attachments import WHO, Attachment
from portal.posts.forms import PostForm

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
# More pieces than this take long to compare: then whole lines are compared.
MOST_PIECES = 4000
UNSAID = ("HiddenField", "CSRFTokenField", "MultipleFileField", "FileField")

# A text in parts, each with whether it stands on this side alone.
Parts = list[tuple[str, bool]]


@dataclass(frozen=True)
class Difference:
    """One field that says two things."""

    label: str
    there: Parts
    typed: Parts


def differences(there: PostForm, typed: PostForm) -> list[Difference]:
    """The fields in which two composers of the same post differ, in the order of the form."""
    one, other = dict(_told(there)), dict(_told(typed))
    labels = dict.fromkeys([*one, *other])
    pairs = [(label, one.get(label, ""), other.get(label, "")) for label in labels]
    return [Difference(label, *_compared(a, b)) for label, a, b in pairs if a != b]


def _told(form: PostForm) -> Iterator[tuple[str, str]]:
    """What the form says, field by field, as it can be read."""
    named = {
        name: f" ({account.network.label})" for account in form.accounts for name in _names(form, account.id)
    }
    for field in form:
        if field.type in UNSAID:
            continue
        yield f"{field.label.text}{named.get(field.name, '')}", _words(field)
    for place, item in enumerate(form.attachments, 1):
        if item.file is not None:
            yield f"{'Video' if item.file.is_video else 'Picture'} {place}", _of_file(item)


def _names(form: PostForm, account_id: int) -> list[str]:
    return [field.name for field in form if field.name.startswith(f"opt_{account_id}_")]


def _words(field: Field) -> str:
    value = field.data
    if isinstance(field, SelectMultipleField):
        return ", ".join(str(each.label) for each in field.choices or () if each.value in (value or []))
    if isinstance(field, SelectField):
        chosen = [str(each.label) for each in field.choices or () if each.value == (value or "")]
        return chosen[0] if chosen and value else str(value or "")
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value or "").replace("\r\n", "\n").strip()


def _of_file(item: Attachment) -> str:
    name = getattr(item.file, "file_name", "") or f"number {item.id}"
    said: Sequence[Any] = (name, item.alt_text, WHO.get(item.shows), item.consent)
    return "\n".join(str(words) for words in said if words)


def _compared(there: str, typed: str) -> tuple[Parts, Parts]:
    one, other = _pieces(there, typed)
    left: Parts = []
    right: Parts = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if a < b:
            left.append(("".join(one[a:b]), kind != "equal"))
        if c < d:
            right.append(("".join(other[c:d]), kind != "equal"))
    return left, right


def _pieces(there: str, typed: str) -> tuple[list[str], list[str]]:
    one, other = WORDS.findall(there), WORDS.findall(typed)
    if len(one) + len(other) > MOST_PIECES:
        return LINES.findall(there), LINES.findall(typed)
    return one, other
