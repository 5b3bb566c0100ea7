"""X's tokens and identity."""

import pytest

TOKEN = "https://api.x.com/2/oauth2/token"
ME = "https://api.x.com/2/users/me"


@pytest.fixture
def exchange(net, browser, asks):
    def _exchange(headers=None, scope=None, **more):
        code = browser.allow(asks.x(*([scope] if scope else [])))["code"]
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asks.callback,
            "code_verifier": asks.verifier,
            **more,
        }
        return net.form(TOKEN, fields, asks.basic() if headers is None else headers)

    return _exchange


@pytest.fixture
def refresh(net, asks):
    def _refresh(value):
        return net.form(TOKEN, {"grant_type": "refresh_token", "refresh_token": value}, asks.basic())

    return _refresh


def _me(net, token):
    return net.call("GET", ME, headers={"Authorization": f"Bearer {token}"})


def test_a_code_becomes_a_token_for_two_hours(exchange):
    body = exchange().json()
    assert body.keys() == {"token_type", "expires_in", "access_token", "scope", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 7200)
    assert body["scope"] == "tweet.read tweet.write users.read media.write offline.access"


def test_without_offline_access_there_is_no_refresh_token(exchange):
    assert "refresh_token" not in exchange(scope="tweet.read users.read").json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "another-verifier-of-a-good-length-for-this"},
        {"redirect_uri": "https://portal.example/"},
        {"code": "no"},
    ],
)
def test_a_code_needs_its_verifier_and_its_address(exchange, wrong):
    answer = exchange(**wrong)
    assert answer.status == 400
    assert answer.json() == {
        "error": "invalid_request",
        "error_description": "Value passed for the authorization code was invalid.",
    }


def test_a_plain_challenge_is_taken_too(net, browser, asks):
    address = asks.x(code_challenge=asks.verifier, code_challenge_method="plain")
    code = browser.allow(address)["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": asks.callback}
    assert net.form(TOKEN, fields | {"code_verifier": asks.verifier}, asks.basic()).status == 200


def test_an_app_must_show_its_secret_in_a_basic_header(exchange):
    answer = exchange(headers={})
    assert answer.status == 401
    assert answer.json()["error"] == "unauthorized_client"


def test_a_code_belongs_to_the_app_that_asked(exchange, asks):
    assert exchange(headers=asks.basic("another")).status == 400


def test_a_refresh_turns_the_token_and_using_the_old_one_again_ends_everything(net, exchange, refresh):
    first = exchange().json()
    second = refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert _me(net, second["access_token"]).status == 200
    again = refresh(first["refresh_token"])
    assert again.status == 400
    assert again.json() == {
        "error": "invalid_request",
        "error_description": "Value passed for the token was invalid.",
    }
    assert _me(net, second["access_token"]).status == 401
    assert refresh(second["refresh_token"]).status == 400


def test_a_revoked_permission_is_over(net, exchange, refresh, asks):
    body = exchange().json()
    answer = net.form("https://api.x.com/2/oauth2/revoke", {"token": body["refresh_token"]}, asks.basic())
    assert (answer.status, answer.json()) == (200, {"revoked": True})
    assert _me(net, body["access_token"]).status == 401
    assert refresh(body["refresh_token"]).status == 400


def test_me_tells_the_fields_that_were_asked_for(net, asha):
    plain = asha.call("GET", ME)
    assert plain.json()["data"].keys() == {"id", "name", "username"}
    assert plain.headers["x-rate-limit-limit"] == "75"
    full = asha.call(
        "GET", f"{ME}?user.fields=profile_image_url,verified,verified_type,subscription_type,nonsense"
    )
    told = full.json()["data"]
    assert told["id"] == asha.account
    assert told["username"] == "dr_asha"
    assert (told["verified"], told["verified_type"], told["subscription_type"]) == (False, "none", "None")
    assert net.call("GET", told["profile_image_url"]).status == 200


def test_a_wrong_token_is_unauthorized(net):
    answer = _me(net, "nonsense")
    assert answer.status == 401
    assert answer.json() == {
        "title": "Unauthorized",
        "type": "about:blank",
        "status": 401,
        "detail": "Unauthorized",
    }
