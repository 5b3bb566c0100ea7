"""Static files that browsers may keep for ever."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.assets import asset, icon


def test_a_stamped_file_may_be_kept_for_ever(pages_app: Flask, client: FlaskClient) -> None:
    with pages_app.test_request_context():
        address = asset("css/tokens.css")
    assert client.get(address).headers["Cache-Control"] == "public, immutable, max-age=31536000"


def test_an_address_from_before_an_update_still_answers_but_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/static/v-000000000000/css/tokens.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_all_style_sheets_come_as_one(client: FlaskClient) -> None:
    text = client.get("/static/v-x/css/portal.css").text
    assert text.index("--paper:") < text.index("@font-face") < text.index(".calendar-entry")


def test_every_picture_that_a_style_sheet_names_is_there(client: FlaskClient) -> None:
    text = client.get("/static/v-x/css/portal.css").text
    for name in re.findall(r'url\("\.\./([^"]+)"\)', text):
        assert client.get(f"/static/v-x/{name}").status_code == 200, name


def test_every_icon_in_use_is_in_the_sheet(client: FlaskClient) -> None:
    from portal.icons import ICONS

    names = set(re.findall(r'\bid="([^"]+)"', client.get("/static/v-x/img/icons.svg").text))
    assert names == ICONS


def test_text_is_squeezed_for_browsers_that_take_it(client: FlaskClient) -> None:
    answer = client.get("/static/v-x/css/portal.css", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_nothing_outside_the_static_folder_is_served(client: FlaskClient) -> None:
    for path in ("../config.py", "%2e%2e/config.py", "css/../../config.py", "/etc/passwd", "css/%00.css"):
        assert client.get(f"/static/v-x/{path}").status_code == 404, path


def test_an_unknown_icon_says_where_to_add_it(pages_app: Flask) -> None:
    with pages_app.test_request_context(), pytest.raises(LookupError, match=r"portal/icons\.py"):
        icon("no-such-icon")
