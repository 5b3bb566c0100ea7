"""The last net under the log: what looks like a secret is not written, whoever handed it to a logger.

Nothing secret is meant to come here. Libraries do not know that, and people err.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "[hidden]"

# Names whose value is never written. A code by which errors are told apart is a word, or has fewer digits.
NAMES = re.compile(
    r"passw|secret|token|cookie|authori[sz]ation|digits|otp|csrf|verifier|e-?mail|content|caption|body|patient",
    re.IGNORECASE,
)
# What of these only counts, or names a thing by its number.
HARMLESS = re.compile(r"_(?:id|ids|count|at|kind|bytes)$")

LOOKS = (
    # Passwords and the like as programs write them: name=value, "name": "value".
    re.compile(
        r"(?i)\b((?:pass(?:word|wd)?|secret|[a-z_]*token|cookie|authorization|code|otp_code|code_verifier"
        r"|client_secret|csrf_token)[\"']?\s*[=:]\s*[\"']?)(?:bearer\s+)?([^\s\"'&,;}]+)"
    ),
    re.compile(r"(?i)(\bbearer\s+)(\S+)"),
    # Keys and secrets of ours, by the words that they begin with; tokens signed by anybody; what is sealed.
    re.compile(r"()(\b(?:dp_live_|whsec_)[A-Za-z0-9+/=_-]+)"),
    re.compile(r"()(\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?)"),
    re.compile(r"()(\b[vb]1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]{16,})"),
    # Nothing that long and mixed is a word: 32 random bytes, and more.
    re.compile(
        r"()(\b(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{40,}\b)"
    ),
    # People's addresses; a password in a server's.
    re.compile(r"()(\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"),
    re.compile(r"(://[^\s:/@]*:)([^\s/@]+)(?=@)"),
    # A code of six digits that stands alone.
    re.compile(r"()(?<![\w.:/-])(\d{6})(?![\w.:/-]|\.\d)"),
)


def clean(text: str) -> str:
    """The same text with a mark in the place of whatever looks like a secret."""
    for look in LOOKS:
        text = look.sub(rf"\1{HIDDEN}", text)
    return text


def hide(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor that cleans a line."""
    return {name: _hidden(name, value) for name, value in event.items()}


def _hidden(name: str, value: Any) -> Any:
    if NAMES.search(name) and not HARMLESS.search(name) and value is not None:
        return HIDDEN
    if name == "exc_info":
        return value  # no words yet: what draws it writes its class and its way alone
    if isinstance(value, str):
        return value if name in ("timestamp", "exception") else clean(value)
    if isinstance(value, Mapping):
        return {key: _hidden(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_hidden("", inner) for inner in value]
    return value if isinstance(value, int | float | bool) or value is None else clean(str(value))
