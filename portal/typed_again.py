"""A form that is sent when the session, or the page's own mark, has ended: what was typed is not lost.

The page that says so carries all of it and sends it once more. Only for a form that came from a page of ours:
another site must not be able to put words there. Passwords and codes are never drawn: they are asked anew.
"""

import re
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request

# Passwords and codes, by the names that fields have: never drawn again.
SECRET = re.compile(r"passw|proof$|(?:^|-)(?:code|digits)$")
LABELS = {"proof": "Password, or the code in your app", "digits": "Code"}
# A browser's answer for a passkey is good for one question: such a form has to begin anew.
ONCE = re.compile(r"passkey$|credential$")


def is_from_here() -> bool:
    """Whether the browser says that one of our own pages sent the form."""
    said = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(said).netloc == request.host


def can_keep() -> bool:
    """Whether this request is a whole page's form that can be sent once more as it is."""
    # A script that asks in the background reads the status, and says what happened where the person types.
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    is_page = request.method == "POST" and mode == "navigate" and "HX-Request" not in request.headers
    return is_page and is_from_here() and not any(ONCE.search(name) for name in request.form)


def words() -> list[str]:
    """What somebody wrote, as far as a form tells it from its own marks: whatever is more than one word."""
    return [said for name, said in _fields() if name == "content" or " " in said.strip()]


def page(is_out: bool) -> Response:
    """The page with all that was typed; `is_out`: the person has to sign in first."""
    answer = make_response(
        render_template(
            "errors/typed_again.html",
            is_out=is_out,
            fields=_fields(),
            words=words(),
            secrets=[(name, _label(name)) for name in request.form if SECRET.search(name)],
            files=[
                (name, len(request.files.getlist(name)) > 1)
                for name in request.files
                if any(file.filename for file in request.files.getlist(name))
            ],
        ),
        401 if is_out else 400,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _fields() -> list[tuple[str, str]]:
    """What the form says again; a form with a prefix has it before its mark, too."""
    return [
        (name, said)
        for name, said in request.form.items(multi=True)
        if not name.endswith("csrf_token") and not SECRET.search(name)
    ]


def _label(name: str) -> str:
    bare = name.rpartition("-")[2]
    return LABELS.get(bare, bare.replace("_", " ").capitalize())
