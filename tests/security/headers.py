"""What every answer has to tell the browser, whatever it is an answer to."""

from werkzeug.test import TestResponse

from portal import headers
from tests.security.walking import Call

# Drawn in a frame of the backoffice's own, without any right: letters bring their style along, as in mail.
FRAMED = {"people.letter_html", "design_letter"}
# A browser runs nothing of these, and shows them in no page of another site.
REFERRER_POLICIES = {"strict-origin-when-cross-origin", "no-referrer"}


def check_headers(answer: TestResponse, call: Call) -> None:
    """Raises AssertionError that names the call."""
    got = answer.headers
    for name, value in headers.FIXED.items():
        if name == "Referrer-Policy":
            assert got[name] in REFERRER_POLICIES, f"{call}: {name} is {got[name]}"
        elif not (name == "X-Frame-Options" and call.endpoint in FRAMED):
            assert got.get(name) == value, f"{call}: {name} is {got.get(name)}"
    assert got.get("Strict-Transport-Security") == headers.HSTS, f"{call}: no HSTS"
    check_policy(got["Content-Security-Policy"], call, answer.mimetype)
    if answer.mimetype == "text/html" and answer.status_code < 300:
        assert "private" in got["Cache-Control"] or "no-store" in got["Cache-Control"], f"{call}: cached"
    for line in got.getlist("Set-Cookie"):
        check_cookie(line, call)


def check_policy(policy: str, call: Call, kind: str) -> None:
    rules = {
        name: rest.split() for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))
    }
    scripts = rules.get("script-src", rules.get("default-src", []))
    assert scripts, f"{call}: nothing says which scripts may run"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(scripts), f"{call}: {policy}"
    if kind == "text/html" and call.endpoint not in FRAMED:
        assert rules["frame-ancestors"] == ["'none'"] and rules["base-uri"] == ["'none'"], f"{call}: {policy}"
        assert "'unsafe-inline'" not in policy, f"{call}: {policy}"


def check_cookie(line: str, call: Call) -> None:
    name, *rest = line.split("; ")
    words = {word.partition("=")[0].lower() for word in rest}
    assert name.startswith("__Host-") and "Path=/" in rest, f"{call}: {name}"
    assert {"secure", "httponly", "samesite"} <= words and "domain" not in words, f"{call}: {line}"
