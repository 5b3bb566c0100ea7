"""What a network asks while composing, as fields of the form, and the answers as options."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.models import SocialAccount
from portal.platforms.base import Asked, Told


def name_of(account: SocialAccount, asked: str) -> str:
    """The field for one account's option."""
    return f"opt_{account.id}_{asked}"


def fields(account: SocialAccount) -> dict[str, Any]:
    """The fields of everything that the account's network asks."""
    return {name_of(account, asked.name): _field(asked) for asked in account.asks}


def _field(asked: Asked) -> Any:
    if asked.kind in ("choice", "yes_no", "told"):
        return SelectField(
            asked.label, choices=[SelectChoice(*each) for each in asked.choices], validate_choice=False
        )
    if asked.kind == "texts":
        return TextAreaField(asked.label)
    return StringField(asked.label)


def offer(field: Field, asked: Asked, told: Told | None, had: Mapping[str, Any]) -> None:
    """Let a field offer what the network told of; while it told nothing, what was chosen before stays."""
    offered = [*asked.choices, *(told.choices.get(asked.name, ()) if told else ())]
    chosen = field.data or ""
    if told is None and chosen and chosen not in dict(offered):
        offered.append((chosen, str(had.get(asked.words_in or "") or chosen)))
    field.choices = [SelectChoice(*each) for each in offered]


def answers(form: Mapping[str, Field], account: SocialAccount, had: Mapping[str, Any]) -> dict[str, Any]:
    """The options that the form gives this account, over those that were set elsewhere."""
    given = dict(had)
    for asked in account.asks:
        field = form[name_of(account, asked.name)]
        value = _value(asked, (field.data or "").strip())
        given.pop(asked.name, None)
        if value not in (None, "", []):
            given[asked.name] = value
        if asked.words_in:
            _put_words(given, asked, _words(field.choices, value), had)
    return given


def _put_words(given: dict[str, Any], asked: Asked, words: str | None, had: Mapping[str, Any]) -> None:
    """What a chosen value reads as, kept beside it: those who read the post later know no ids."""
    name = str(asked.words_in)
    was = given.pop(name, None)
    if asked.name not in given:
        return
    kept = words if words != given[asked.name] else None
    kept = kept or (was if had.get(asked.name) == given[asked.name] else None)
    if kept:
        given[name] = kept


def _words(choices: Sequence[SelectChoice], value: Any) -> str | None:
    return next((str(choice.label) for choice in choices if choice.value == value), None)


def _value(asked: Asked, said: str) -> Any:
    if asked.kind == "yes_no":
        return {"true": True, "false": False}.get(said)
    if asked.kind == "list":
        return [word.strip() for word in said.split(",") if word.strip()]
    if asked.kind == "texts":
        return [part.strip() for part in re.split(r"\r?\n\s*\r?\n", said) if part.strip()]
    return said


def shown(asked: Asked, value: Any) -> str:
    """An option as its field shows it."""
    if value is None:
        return ""
    if asked.kind == "yes_no":
        return "true" if value else "false"
    if asked.kind in ("list", "texts") and isinstance(value, list):
        return (", " if asked.kind == "list" else "\n\n").join(str(part) for part in value)
    return str(value)
