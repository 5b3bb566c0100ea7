"""Consent pages: who somebody is, what an app may do, Allow and Deny."""

import re

import pytest


@pytest.mark.parametrize("network", ["linkedin", "x"])
def test_the_page_says_who_asks_for_what_and_offers_allow_and_deny(browser, asks, network):
    page = browser.open(getattr(asks, network)()).data.decode()
    assert "portal.example" in page
    assert re.search(r"<button[^>]*>Allow</button>", page)
    assert re.search(r"<button[^>]*>Deny</button>", page)
    assert "post " in page
    assert "practice" in page


def test_allow_on_linkedin_gives_a_code_and_the_state(browser, asks):
    assert browser.allow(asks.linkedin()).keys() == {"code", "state"}


def test_deny_on_linkedin_gives_its_documented_refusal(browser, asks):
    address = asks.linkedin()
    answer = browser.press(address, "deny")
    assert answer.headers["Location"] == (
        f"{asks.callback}?error=user_cancelled_authorize"
        "&error_description=The+user+cancelled+the+authorization&state=Zx81"
    )


def test_deny_on_x_gives_its_documented_refusal(browser, asks):
    answer = browser.press(asks.x(), "deny")
    assert answer.headers["Location"] == f"{asks.callback}?error=access_denied&state=STATE"


def test_a_query_of_the_callback_is_kept(browser, asks):
    answer = browser.press(asks.x(redirect_uri=f"{asks.callback}?a=1"), "allow")
    assert "?a=1&code=" in answer.headers["Location"]


def test_two_browsers_are_two_people(browser, other_browser, asks):
    browser.open(asks.linkedin())
    other_browser.open(asks.linkedin())
    assert browser.cookies["practice_person"] != other_browser.cookies["practice_person"]


def test_a_browser_that_comes_back_is_the_same_person_on_every_network(browser, asks):
    first = re.search(r"You are <strong>([^<]+)", browser.open(asks.linkedin()).data.decode())
    again = re.search(r"You are <strong>([^<]+)", browser.open(asks.x()).data.decode())
    assert first[1] == again[1]


def test_everybody_can_be_chosen_again_however_many_came_since(browser, net, asks):
    demo = net.connect("linkedin", handle="dr_meera_iyer", name="Dr. Meera Iyer")["identity"]["name"]
    met = []
    for _ in range(8):
        browser.press(asks.linkedin(), "switch", act_as="new")
        met.append(browser.cookies["practice_person"])

    page = browser.open(asks.linkedin()).data.decode()

    keys = re.findall(r'<option value="([^"]+)"', page)
    names = re.findall(r"<option[^>]*>([^<(]+)", page)
    assert names[:2] == ["Somebody new", f"{demo} "]
    assert [key for key in keys if key in met] == met[-2::-1]  # the newest first, without oneself


def test_somebody_new_can_be_chosen(browser, asks):
    browser.open(asks.linkedin())
    before = browser.cookies["practice_person"]
    answer = browser.press(asks.linkedin(), "switch", act_as="new")
    assert answer.status == 303
    assert browser.cookies["practice_person"] != before


def test_an_earlier_person_can_be_chosen_again(browser, other_browser, asks):
    other_browser.open(asks.linkedin())
    earlier = other_browser.cookies["practice_person"]
    browser.press(asks.linkedin(), "switch", act_as=earlier)
    assert browser.cookies["practice_person"] == earlier


def test_company_pages_are_shown_when_an_app_asks_for_them(browser, asks):
    page = browser.open(asks.linkedin("w_organization_social r_organization_social")).data.decode()
    assert "Your company pages" in page


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri", "state"])
@pytest.mark.parametrize("network", ["linkedin", "x"])
def test_an_app_that_leaves_something_out_sends_nobody_anywhere(browser, asks, network, missing):
    answer = browser.open(getattr(asks, network)(**{missing: ""}))
    assert answer.status == 400
    assert missing in answer.data.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"code_challenge_method": "S512"},
        {"response_type": "token"},
        {"scope": "tweet.read tweet.everything"},
        {"state": "s" * 501},
        {"redirect_uri": "/callback"},
    ],
)
def test_x_refuses_a_request_that_breaks_its_rules(browser, asks, wrong):
    assert browser.open(asks.x(**wrong)).status == 400


@pytest.mark.parametrize(
    "scope",
    ["openid profile w_member_social w_organization_social", "openid r_member_social", ""],
)
def test_linkedin_refuses_scopes_that_no_app_can_own(browser, asks, scope):
    answer = browser.open(asks.linkedin(scope))
    assert "error=unauthorized_scope_error" in answer.headers["Location"]
    assert "state=Zx81" in answer.headers["Location"]
