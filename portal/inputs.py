"""What people and programs send in, as typed records: shape is checked here, the world in the flows."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input: the field's dotted path (may be empty) and what to do."""

    field: str
    words: str


class Input(BaseModel):
    """A record that refuses unknown fields by name and strips the spaces around texts."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


def _without_nul(text: str) -> str:
    # PostgreSQL cannot store U+0000, and no person types it.
    if "\x00" in text:
        raise ValueError("must not contain the NUL character")
    return text


# Marks that turn the reading direction around could make one name look like another.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _on_one_line(text: Any) -> Any:
    """Names go into letters and lists: no line breaks, no marks that nobody sees."""
    return without_controls(_TURNING.sub("", " ".join(text.split()))) if isinstance(text, str) else text


def without_controls(text: str) -> str:
    """The text, unless it holds characters that no screen shows and PostgreSQL may refuse."""
    _without_nul(text)
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text if letter not in "\n\t"):
        raise ValueError("must not contain characters that cannot be shown")
    return text


def _with_a_letter(text: str) -> str:
    if not any(letter.isalpha() for letter in text):
        raise ValueError("must have at least one letter")
    return text


def _none_when_blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _none_when_blank_in_form(value: Any, about: ValidationInfo) -> Any:
    return value if about.mode == "json" else _none_when_blank(value)


Text = Annotated[str, AfterValidator(_without_nul)]

# Put after a limit of length, for text that stands on one line.
ONE_LINE = BeforeValidator(_on_one_line)

# What a person or a thing is called.
Name = Annotated[str, Field(min_length=1, max_length=120), ONE_LINE, AfterValidator(_with_a_letter)]

# Put before an optional type: an empty form field means "nothing", `Annotated[int | None, Blank]`.
Blank = BeforeValidator(_none_when_blank)

# The same before a number: a form has only text, and a program says null.
BlankInForm = BeforeValidator(_none_when_blank_in_form)


def problems(refused: ValidationError) -> list[Problem]:
    """The refusal in the house's words, one entry per field."""
    seen: dict[str, str] = {}
    for error in refused.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in error["loc"])
        seen.setdefault(field, _words(error))
    return [Problem(field, words) for field, words in seen.items()]


def _words(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    said = {
        "missing": "Fill in this field.",
        "string_type": "This must be text.",
        "int_type": "This must be a whole number.",
        "int_parsing": "Enter a whole number.",
        "int_from_float": "Enter a whole number.",
        "bool_type": "This must be true or false.",
        "list_type": "This must be a list.",
        "dict_type": "This must be an object.",
        "model_type": "This must be an object.",
        "model_attributes_type": "This must be an object.",
        "extra_forbidden": "This field is not known here. Leave it out.",
        "timezone_aware": "The time must have an offset, such as Z or +05:30.",
        "datetime_parsing": "Enter a date and time.",
        "datetime_from_date_parsing": "Enter a date and time.",
        "datetime_type": "Enter a date and time.",
        "url_parsing": "Enter a full web address that begins with https://.",
        "url_scheme": "Enter a full web address that begins with https://.",
    }.get(kind)
    return said or _words_with_numbers(kind, context) or _plain(error["msg"])


def _words_with_numbers(kind: str, context: dict[str, Any]) -> str | None:
    # Text that is looked at before it is measured is called a "Value"; what has entries is called what it is.
    is_text = kind.startswith("string_") or context.get("field_type") == "Value"
    if kind in ("string_too_short", "too_short"):
        least = context["min_length"]
        said = f"This must be at least {least:,} characters long."
        return "Fill in this field." if least == 1 else said if is_text else f"Choose at least {least:,}."
    if kind in ("string_too_long", "too_long"):
        most = f"{context['max_length']:,}"
        return f"This must be at most {most} characters long." if is_text else f"Choose at most {most}."
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = "at least" if kind == "greater_than_equal" else "at most"
        return f"This must be {bound} {context.get('ge', context.get('le'))}."
    if kind in ("literal_error", "enum"):
        return f"Choose one of: {context['expected']}."
    return None


def _plain(message: str) -> str:
    """A validator's own sentence, without pydantic's preface."""
    words = message.removeprefix("Value error, ")
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")
