"""Every form of the portal, sent as nobody would fill it in: no failure, and nothing that was typed is lost.

A quick run each time; FORM_FUZZ=5000 in the environment tries so many.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.extensions import db
from portal.models import Doctor, User
from tests.auth.conftest import cheap_hashes
from tests.security.hers import everything_of
from tests.security.walking import Call, Walk

__all__ = ["cheap_hashes"]

EXAMPLES = int(os.environ.get("FORM_FUZZ", "40"))
# Says to a browser's store of passwords whose password this is; nobody types there.
TELLS_THE_BROWSER = {"username"}

Pair = tuple[str, bytes]


@dataclass(frozen=True)
class Found:
    """A form on a page: where it goes, and each field with its kind and what stood in it."""

    who: str
    action: str
    fields: tuple[tuple[str, str, str], ...]
    is_multipart: bool

    def __repr__(self) -> str:
        return f"{self.who} POST {self.action}"


def forms_of(page: Tag, who: str, address: str) -> Iterator[Found]:
    for form in page.find_all("form"):
        if str(form.get("method", "get")).lower() == "post":
            fields = [
                (str(field["name"]), kind_of(field), str(field.get("value", "")))
                for field in form.find_all(["input", "select", "textarea", "button"])
                if field.get("name")
            ]
            action = str(form.get("action") or address)
            is_multipart = form.get("enctype") == "multipart/form-data"
            yield Found(who, action, tuple(dict.fromkeys(fields)), is_multipart)


def kind_of(field: Tag) -> str:
    return str(field.get("type", "text")) if field.name == "input" else field.name


def looker(call: Call) -> str | None:
    """Who looks at a page for its forms: the one it is for."""
    if call.endpoint.startswith(("design", "static", "asset")):
        return None
    if call.rule.nobody == "in":
        return "nobody"
    return "administrator" if call.rule.owner == 404 else "doctor"


class Fuzz:
    """The forms of all pages, and a browser for each kind of person."""

    def __init__(self, app: Flask, walk: Walk, users: dict[str, int | None]) -> None:
        self.walk, self.users = walk, users
        found: dict[tuple[str, str, tuple[str, ...]], Found] = {}
        for call in walk.calls:
            who = looker(call)
            if call.method != "GET" or call.is_api or who is None:
                continue
            with walk.undone():
                answer = walk.make(call, users[who])
                if answer.mimetype == "text/html" and answer.status_code == 200:
                    page = BeautifulSoup(answer.get_data(), "html.parser")
                    for form in forms_of(page, who, call.address):
                        found.setdefault((form.action, who, tuple(f[0] for f in form.fields)), form)
                answer.close()
        self.forms = sorted(found.values(), key=repr)

    def send(self, form: Found, pairs: list[Pair]) -> tuple[int, str]:
        """The status and the page that came of it; whatever it did is undone."""
        with self.walk.undone():
            client = self.walk.browser(self.users[form.who])
            answer = client.post(form.action, **body(form, pairs))
            told = answer.status_code, answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            answer.close()
        return told


def body(form: Found, pairs: list[Pair]) -> dict[str, object]:
    if not form.is_multipart:
        sent = "&".join(
            f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs
        )
        return {"data": sent, "content_type": "application/x-www-form-urlencoded"}
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), v) for n, v in pairs
    ]
    return {"data": b"".join([*parts, b"--x--\r\n"]), "content_type": "multipart/form-data; boundary=x"}


NOT_THERE = ["id", "doctor_id", "is_verified", "role", "a[b]", "\n"]
ODD = st.one_of(
    st.text(max_size=40).map(lambda words: words.encode("utf-8", "surrogatepass")),
    st.binary(max_size=40),
    st.integers(-(2**70), 2**70).map(lambda number: str(number).encode()),
    st.sampled_from(
        [
            b"",
            b"\x00",
            b"\xff\xfe",
            "नमस्ते 👩\u200d⚕️ \u202e".encode(),
            b"x" * 300_000,
            b"9999-99-99",
            b"2026-02-30",
            b"25:61",
            b"NaN",
            b"1e999",
            b"on",
            b"../../etc/passwd",
            b"<script>alert(1)</script>",
            b"' OR 1=1 --",
            b"javascript:alert(1)",
            b"null",
            b"[]",
            b"{}",
        ]
    ),
)


@st.composite
def filled(draw: st.DrawFn, forms: list[Found]) -> tuple[Found, list[Pair]]:
    """A form with fields as they stood, odd, missing, twice, and some that it does not have."""
    form = draw(st.sampled_from(forms))
    pairs: list[Pair] = []
    for name, _, stood in form.fields:
        how = draw(st.sampled_from(["stood", "odd", "odd", "missing", "twice"]))
        values = {"stood": [stood.encode()], "missing": []}.get(how)
        if values is None:
            values = [draw(ODD) for _ in range(2 if how == "twice" else 1)]
        pairs += [(name, value) for value in values]
    if draw(st.booleans()):
        pairs.append(
            (draw(st.sampled_from(["id", "doctor_id", "is_verified", "role", "a[b]", "\n"])), draw(ODD))
        )
    return form, pairs


@pytest.fixture
def fuzz(app: Flask, client: FlaskClient, asha: Doctor, carla: User, cheap_hashes: None) -> Fuzz:
    walk = Walk(app, everything_of(asha, carla))
    return Fuzz(app, walk, {"nobody": None, "doctor": asha.user_id, "administrator": carla.id})


def test_no_form_fails_and_nothing_typed_is_lost(fuzz: Fuzz) -> None:
    """In one go, because finding the forms is most of the work."""
    assert len(fuzz.forms) > 60, "the forms are not found any more"
    send_oddly(fuzz)
    send_broken(fuzz)
    assert lost_words(fuzz) == []


def send_oddly(fuzz: Fuzz) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 1000,
        suppress_health_check=list(HealthCheck),
    )
    @given(filled(fuzz.forms))
    def send(sent: tuple[Found, list[Pair]]) -> None:
        form, pairs = sent
        status, _ = fuzz.send(form, pairs)
        assert status < 500 or status == 503, f"{form}: {status}"

    send()


def lost_words(fuzz: Fuzz) -> list[str]:
    """Each form once, with plain words in its fields of text, and refused for whatever else is wrong."""
    lost = []
    for form in fuzz.forms:
        texts = {name for name, kind, _ in form.fields if kind in ("textarea", "text")} - TELLS_THE_BROWSER
        words = {name: f"Quiet words {number} & <more>" for number, name in enumerate(sorted(texts), 1)}
        kept = {"hidden", "submit", "button"}
        rest = [(name, stood.encode()) for name, kind, stood in form.fields if kind in kept - {name}]
        status, page = fuzz.send(form, [*rest, *((name, said.encode()) for name, said in words.items())])
        assert status < 500, f"{form}: {status}"
        if status == 422:
            drawn = BeautifulSoup(page, "html.parser")
            there = {str(field.get("value", "")) for field in drawn.find_all("input")}
            there |= {area.get_text() for area in drawn.find_all("textarea")}
            lost += [
                f"{form}: {name}" for name, said in words.items() if not any(said in one for one in there)
            ]
    return lost


BROKEN = [
    (b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    (b"{}", "application/json"),
    (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    (b"--x", "multipart/form-data"),
    (b"a=%zz&&&=&%00", "application/x-www-form-urlencoded; charset=utf-7"),
    (b"&".join(b"a%d=1" % number for number in range(3000)), "application/x-www-form-urlencoded"),
]


def send_broken(fuzz: Fuzz) -> None:
    """Too large, of another kind, cut in the middle: refused, never with a failure."""
    for number, form in enumerate(fuzz.forms[:: max(1, len(fuzz.forms) // 18)]):
        content, kind = BROKEN[number % len(BROKEN)]
        with fuzz.walk.undone():
            browser = fuzz.walk.browser(fuzz.users[form.who])
            answer = browser.post(form.action, data=content, content_type=kind)
            assert answer.status_code < 500, f"{form}: {answer.status_code} {kind}"
    db.session.rollback()
