"""The tests' own eyes: what Page finds wrong with a page, and how it fills in a form."""

from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.page import Page

GOOD = """<!doctype html><html lang="en"><head><title>Hello – Portal</title></head>
<body><h1>Hello</h1>{}</body></html>"""
FORM = """<form method="post"><input type="hidden" name="csrf_token" value="x">
<label for="name">Full name</label><input id="name" name="name" value="Asha">
<label for="zone">Zone</label>
<select id="zone" name="zone"><option value="1">One</option><option value="2">Two</option></select>
<fieldset><legend>Accounts</legend>
<input type="checkbox" name="a" id="a1" value="1"><label for="a1">LinkedIn</label>
<input type="checkbox" name="a" id="a2" value="2"><label for="a2">X</label></fieldset>
<input type="checkbox" name="ok" id="ok" value="y" checked><label for="ok">Agree</label>
<button name="way" value="later">Save</button></form>"""


@pytest.fixture
def tiny() -> FlaskClient:
    app = Flask("tiny")
    app.add_url_rule("/good", "good", lambda: GOOD.format(request.args.get("more", "")))
    app.add_url_rule("/form", "form", lambda: GOOD.format(FORM))
    app.add_url_rule(
        "/form", "sent", lambda: GOOD.format(f"<p>{request.form.to_dict(flat=False)}</p>"), methods=["POST"]
    )
    return app.test_client()


def test_a_good_page_passes(tiny: FlaskClient) -> None:
    page = Page(tiny.get("/good?more=<p>Some <b>bold</b>ly said</p>"))
    assert page.text == "Hello Some boldly said"


@pytest.mark.parametrize(
    "flaw",
    [
        "<h1>Again</h1>",
        "<input name=a>",
        "<p id=a></p><p id=a></p>",
        "<script>alert(1)</script>",
        "<p style='color:red'>x</p>",
        "<button onclick='x()'>x</button>",
        "<p>Written by None</p>",
        "<a href='/posts/None'>x</a>",
        "<p><div>x</div></p></span>",
        "<form method=post><button>x</button></form>",
        "<label for=nothing>x</label>",
        "<button></button>",
    ],
)
def test_a_flaw_is_found(tiny: FlaskClient, flaw: str) -> None:
    with pytest.raises(AssertionError):
        Page(tiny.get("/good", query_string={"more": flaw}))


def test_a_form_is_sent_as_a_browser_sends_it(tiny: FlaskClient) -> None:
    form = Page(tiny.get("/form")).form("Save")
    values: dict[str, Any] = {"Full name": "Ben", "Zone": "Two", "Accounts": ["X"], "Agree": False}
    page = form.fill(values).submit(tiny)
    assert (
        page.text
        == "Hello {'csrf_token': ['x'], 'name': ['Ben'], 'zone': ['2'], 'a': ['2'], 'way': ['later']}"
    )
