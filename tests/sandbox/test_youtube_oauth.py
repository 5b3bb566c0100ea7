"""Google's sign-in as the practice network does it."""

import base64
import hashlib
from urllib.parse import urlencode

import pytest

from tests.sandbox.client import CALLBACK, VERIFIER, Browser, Net

AUTH = "https://accounts.google.com/o/oauth2/v2/auth"
TOKEN = "https://oauth2.googleapis.com/token"
REVOKE = "https://oauth2.googleapis.com/revoke"
CHANNELS = "https://www.googleapis.com/youtube/v3/channels?part=id,snippet&mine=true"
SCOPE = "https://www.googleapis.com/auth/youtube"
APP = {"client_id": "123-abc.apps.googleusercontent.com", "client_secret": "GOCSPX-example"}


def address(**more: str) -> str:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    fields = {
        "response_type": "code",
        "client_id": APP["client_id"],
        "redirect_uri": CALLBACK,
        "scope": f"{SCOPE}.upload {SCOPE}.readonly",
        "state": "STATE",
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{AUTH}?{urlencode({name: value for name, value in (fields | more).items() if value})}"


def exchange(net: Net, code: str, **more: str):
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    return net.form(TOKEN, APP | fields | more)


def refresh(net: Net, value: str):
    return net.form(TOKEN, APP | {"grant_type": "refresh_token", "refresh_token": value})


def status(net: Net, access: str) -> int:
    return net.call("GET", CHANNELS, headers={"Authorization": f"Bearer {access}"}).status


def test_a_code_becomes_a_token_for_an_hour(net: Net, browser: Browser) -> None:
    body = exchange(net, browser.allow(address())["code"]).json()

    assert body.keys() == {"access_token", "expires_in", "scope", "token_type", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3599)
    assert body["scope"] == f"{SCOPE}.upload {SCOPE}.readonly"
    assert status(net, body["access_token"]) == 200


def test_no_renewing_token_without_offline_access_or_for_who_came_before(net: Net, browser: Browser) -> None:
    asked = [{"access_type": "online"}, {"prompt": ""}, {}]
    bodies = [exchange(net, browser.allow(address(**one))["code"]).json() for one in asked]

    assert ["refresh_token" in body for body in bodies] == [False, False, True]


def test_what_was_allowed_before_is_part_of_the_new_token(net: Net, browser: Browser) -> None:
    exchange(net, browser.allow(address())["code"])
    again = address(scope=f"{SCOPE}.force-ssl", include_granted_scopes="true")
    body = exchange(net, browser.allow(again)["code"]).json()

    assert set(body["scope"].split()) == {f"{SCOPE}.{one}" for one in ("force-ssl", "upload", "readonly")}


def test_a_refresh_gives_no_new_renewing_token(net: Net, browser: Browser) -> None:
    first = exchange(net, browser.allow(address())["code"]).json()

    for _ in range(2):
        answer = refresh(net, first["refresh_token"])
        assert answer.json().keys() == {"access_token", "expires_in", "scope", "token_type"}
    assert status(net, answer.json()["access_token"]) == 200


@pytest.mark.parametrize("shown", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_everything(net: Net, browser: Browser, shown: str) -> None:
    body = exchange(net, browser.allow(address())["code"]).json()

    assert net.form(REVOKE, {"token": body[shown]}).status == 200
    assert status(net, body["access_token"]) == 401
    gone = refresh(net, body["refresh_token"])
    assert (gone.status, gone.json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    assert net.form(REVOKE, {"token": body[shown]}).status == 400


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "another-verifier-that-is-long-enough-for-this-one"}, "invalid_grant"),
        ({"redirect_uri": "https://portal.example/"}, "redirect_uri_mismatch"),
        ({"client_secret": ""}, "invalid_client"),
        ({"client_id": "another"}, "invalid_grant"),
    ],
)
def test_a_code_belongs_to_who_asked(net: Net, browser: Browser, wrong: dict[str, str], error: str) -> None:
    answer = exchange(net, browser.allow(address())["code"], **wrong)

    assert answer.status in (400, 401) and answer.json()["error"] == error


def test_a_code_is_good_once(net: Net, browser: Browser) -> None:
    code = browser.allow(address())["code"]

    assert [exchange(net, code).status for _ in range(2)] == [200, 400]


def test_no_is_said_on_the_way_back(browser: Browser) -> None:
    answer = browser.press(address(), "deny")

    assert answer.status == 302 and "error=access_denied" in answer.headers["Location"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://portal.example/back"},
        {"redirect_uri": "https://203.0.113.5/back"},
        {"redirect_uri": "https://portal.example/back#here"},
        {"redirect_uri": "https://portal.example/a/../back"},
        {"scope": "https://www.googleapis.com/auth/everything"},
        {"response_type": "token"},
        {"code_challenge": "short"},
        {"client_id": ""},
    ],
)
def test_what_google_would_not_take_leads_nowhere(browser: Browser, wrong: dict[str, str]) -> None:
    assert browser.open(address(**wrong)).status == 400


def test_this_machine_itself_may_be_the_way_back(browser: Browser) -> None:
    assert browser.open(address(redirect_uri="http://127.0.0.1:5000/social/callback/youtube")).status == 200
