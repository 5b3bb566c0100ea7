"""LinkedIn's tokens and identities."""

import pytest

TOKEN = "https://www.linkedin.com/oauth/v2/accessToken"
PAGES = "r_basicprofile w_member_social r_organization_social w_organization_social rw_organization_admin"
APP = {"client_id": "86li", "client_secret": "WPL"}


@pytest.fixture
def exchange(net, browser, asks):
    def _exchange(scope="openid profile w_member_social", **more):
        code = browser.allow(asks.linkedin(scope))["code"]
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asks.callback,
            **APP,
            **more,
        }
        return net.form(TOKEN, {name: value for name, value in fields.items() if value})

    return _exchange


def _userinfo(net, token):
    return net.call(
        "GET", "https://api.linkedin.com/v2/userinfo", headers={"Authorization": f"Bearer {token}"}
    )


def test_a_code_becomes_a_token_for_sixty_days(exchange):
    body = exchange().json()
    assert body["expires_in"] == 5_184_000
    assert body["scope"] == "openid,profile,w_member_social"
    assert body["token_type"] == "Bearer"
    assert body["id_token"].count(".") == 2
    assert "refresh_token" not in body
    assert len(body["access_token"]) > 300


def test_a_code_works_once(net, browser, asks):
    code = browser.allow(asks.linkedin())["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": asks.callback, **APP}
    assert net.form(TOKEN, fields).status == 200
    again = net.form(TOKEN, fields)
    assert again.status == 400
    assert again.json()["error"] == "invalid_redirect_uri"
    assert again.json()["error_description"].startswith("Unable to retrieve access token: appid/redirect uri")


@pytest.mark.parametrize(
    "wrong", [{"client_id": "other"}, {"redirect_uri": "https://portal.example/"}, {"code": "AQTno"}]
)
def test_a_code_works_only_for_the_app_and_address_that_asked(exchange, wrong):
    assert exchange(**wrong).json()["error"] == "invalid_redirect_uri"


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "redirect_uri"])
def test_what_is_missing_from_a_token_request_is_named(exchange, missing):
    answer = exchange(**{missing: ""})
    assert answer.status == 400
    assert answer.json() == {
        "error": "invalid_request",
        "error_description": f'A required parameter "{missing}" is missing',
    }


def test_the_company_page_app_gets_a_refresh_token_that_stays(net, exchange):
    first = exchange(PAGES).json()
    assert first["refresh_token_expires_in"] == pytest.approx(31_536_000, abs=5)
    fields = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **APP}
    second = net.form(TOKEN, fields).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert net.form(TOKEN, fields).status == 200


def test_asking_for_other_scopes_ends_the_earlier_tokens_of_the_member(net, exchange):
    first = exchange().json()["access_token"]
    same = exchange().json()["access_token"]
    assert _userinfo(net, first).status == 200
    other = exchange("openid profile email w_member_social").json()["access_token"]
    for ended in (first, same):
        assert _userinfo(net, ended).json()["code"] == "REVOKED_ACCESS_TOKEN"
    assert _userinfo(net, other).status == 200


def test_introspection_tells_a_live_token_from_a_revoked_one(net, exchange):
    token = exchange().json()["access_token"]
    told = net.form("https://www.linkedin.com/oauth/v2/introspectToken", {**APP, "token": token}).json()
    assert told["active"] is True
    assert (told["status"], told["scope"], told["auth_type"]) == (
        "active",
        "openid,profile,w_member_social",
        "3L",
    )
    assert net.form("https://www.linkedin.com/oauth/v2/revoke", {**APP, "token": token}).status == 200
    told = net.form("https://www.linkedin.com/oauth/v2/introspectToken", {**APP, "token": token}).json()
    assert (told["active"], told["status"]) == (False, "revoked")
    assert _userinfo(net, token).status == 401


def test_userinfo_says_who_somebody_is(net, exchange):
    told = _userinfo(net, exchange().json()["access_token"]).json()
    assert told["name"].startswith("Dr. ")
    assert told["given_name"] in told["name"] and told["family_name"] in told["name"]
    assert told["locale"] == {"country": "US", "language": "en"}
    assert net.call("GET", told["picture"]).headers["Content-Type"].startswith("image/svg+xml")


def test_without_a_token_linkedin_says_so(net):
    answer = net.call("GET", "https://api.linkedin.com/v2/userinfo")
    assert (answer.status, answer.json()["code"]) == (401, "EMPTY_ACCESS_TOKEN")
    assert _userinfo(net, "nonsense").json()["serviceErrorCode"] == 65600


def test_me_needs_the_basic_profile(member, manager):
    assert member.call("GET", "https://api.linkedin.com/v2/me").status == 403
    told = manager.call("GET", "https://api.linkedin.com/v2/me").json()
    assert told["localizedFirstName"] == "Asha"


def test_company_pages_are_listed_with_their_names(manager):
    listing = manager.call(
        "GET", "https://api.linkedin.com/rest/organizationAcls?q=roleAssignee&state=APPROVED&count=100"
    ).json()
    acl = listing["elements"][0]
    assert acl == {
        "organization": manager.page,
        "role": "ADMINISTRATOR",
        "roleAssignee": manager.account,
        "state": "APPROVED",
    }
    number = manager.page.rpartition(":")[2]
    page = manager.call("GET", f"https://api.linkedin.com/rest/organizations/{number}").json()
    assert page["id"] == int(number)
    assert page["localizedName"].startswith("Menon")


def test_a_member_cannot_list_company_pages(member):
    answer = member.call("GET", "https://api.linkedin.com/rest/organizationAcls?q=roleAssignee")
    assert (answer.status, answer.json()["serviceErrorCode"]) == (403, 100)
