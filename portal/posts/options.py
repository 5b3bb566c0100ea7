"""What a network asks while composing, as fields of the form, and the answers as options."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.models import SocialAccount
from portal.platforms.base import Asked


def name_of(account: SocialAccount, asked: str) -> str:
    """The field for one account's option."""
    return f"opt_{account.id}_{asked}"


def fields(account: SocialAccount) -> dict[str, Any]:
    """The fields of everything that the account's network asks."""
    return {name_of(account, asked.name): _field(asked) for asked in account.network.asks}


def _field(asked: Asked) -> Any:
    if asked.kind in ("choice", "yes_no"):
        return SelectField(
            asked.label, choices=[SelectChoice(*each) for each in asked.choices], validate_choice=False
        )
    if asked.kind == "texts":
        return TextAreaField(asked.label)
    return StringField(asked.label)


def answers(form: Mapping[str, Field], account: SocialAccount, had: Mapping[str, Any]) -> dict[str, Any]:
    """The options that the form gives this account, over those that were set elsewhere."""
    given = dict(had)
    for asked in account.network.asks:
        value = _value(asked, (form[name_of(account, asked.name)].data or "").strip())
        given.pop(asked.name, None)
        if value not in (None, "", []):
            given[asked.name] = value
    return given


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
