"""The practice Reddit's own answers, word for word, and how strict it is about who calls."""

import json
from urllib.parse import urlencode

import pytest
from urllib3 import encode_multipart_formdata

from tests.sandbox.client import CALLBACK, Asks, sent_back

AGENT = "web:com.example.doctorportal:v1.0.0 (by /u/exampleoperator)"
API = "https://oauth.reddit.com"
TOKEN = "https://www.reddit.com/api/v1/access_token"
SUBMIT = {
    "api_type": "json",
    "kind": "self",
    "sr": "exampletest",
    "title": "Three signs of dehydration",
    "text": "Dr. Ana explains",
    "sendreplies": "true",
    "nsfw": "false",
    "spoiler": "false",
    "resubmit": "true",
    "validate_on_submit": "true",
}


@pytest.fixture
def seeded(net):
    return net.connect("reddit", handle="DrAnaExample")


@pytest.fixture
def call(net, seeded):
    def _call(method, path, form=None, agent=AGENT, token=None, **more):
        headers = {"Authorization": f"bearer {token or seeded['access_token']}", "User-Agent": agent}
        if form is not None:
            return net.form(API + path, form, headers)
        return net.call(method, API + path, headers=headers, **more)

    return _call


@pytest.fixture
def submit(call):
    return lambda **more: call("POST", "/api/submit?raw_json=1", SUBMIT | more)


def _authorize(**more):
    fields = {
        "client_id": "AbCdEf123456",
        "response_type": "code",
        "state": "STATE",
        "redirect_uri": CALLBACK,
        "duration": "permanent",
        "scope": "identity submit read flair edit history mysubreddits",
    }
    return f"https://www.reddit.com/api/v1/authorize?{urlencode(fields | more)}"


def _exchange(net, code, **more):
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **more}
    return net.form(TOKEN, fields, Asks.basic() | {"User-Agent": AGENT})


# Signing in


def test_a_code_becomes_tokens_once(net, browser):
    answer = browser.press(_authorize(client_id="xclient"), "allow")
    assert answer.headers["Location"].endswith("#_")
    code = sent_back(answer)["code"]

    told = _exchange(net, code).json()
    assert told["access_token"].startswith("eyJ") and told["refresh_token"]
    assert (told["token_type"], told["expires_in"]) == ("bearer", 86400)
    assert told["scope"] == "identity submit read flair edit history mysubreddits"
    again = _exchange(net, code)
    assert (again.status, again.json()) == (200, {"error": "invalid_grant"})


def test_a_passing_permission_has_no_refresh_token(net, browser):
    code = browser.allow(_authorize(client_id="xclient", duration="temporary"))["code"]
    assert "refresh_token" not in _exchange(net, code).json()


def test_a_code_belongs_to_its_app_and_address(net, browser):
    code = browser.allow(_authorize(client_id="another"))["code"]
    assert _exchange(net, code).json() == {"error": "invalid_grant"}
    code = browser.allow(_authorize(client_id="xclient"))["code"]
    assert _exchange(net, code, redirect_uri="https://portal.example/").json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"scope": "identity everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"duration": "forever"}, "invalid_request"),
    ],
)
def test_an_app_that_asks_wrongly_is_sent_back(browser, more, error):
    assert sent_back(browser.open(_authorize(**more))) == {"error": error, "state": "STATE"}


def test_saying_no_is_told(browser):
    assert sent_back(browser.press(_authorize(), "deny")) == {"error": "access_denied", "state": "STATE"}


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri", "state", "scope"])
def test_an_app_that_says_too_little_gets_a_page(browser, missing):
    assert browser.open(_authorize(**{missing: ""})).status == 400


def test_the_token_endpoint_says_no_in_reddits_odd_ways(net):
    headers = Asks.basic() | {"User-Agent": AGENT}
    assert net.form(TOKEN, {"grant_type": "password"}, headers).json() == {"error": "unsupported_grant_type"}
    assert net.form(TOKEN, {"grant_type": "authorization_code"}, headers).json() == {"error": "NO_TEXT"}
    refused = net.form(TOKEN, {"grant_type": "refresh_token", "refresh_token": "no"}, headers)
    assert (refused.status, refused.json()) == (400, {"message": "Bad Request", "error": 400})
    without = net.form(TOKEN, {"grant_type": "refresh_token"}, {"User-Agent": AGENT})
    assert (without.status, without.json()) == (401, {"message": "Unauthorized", "error": 401})


@pytest.mark.parametrize("hint", ["refresh_token", "access_token"])
def test_withdrawing_one_token_or_all(net, seeded, call, hint):
    address = "https://www.reddit.com/api/v1/revoke_token"
    value = seeded[hint]
    answer = net.form(
        address, {"token": value, "token_type_hint": hint}, Asks.basic() | {"User-Agent": AGENT}
    )

    assert (answer.status, answer.data) == (200, b"")
    assert call("GET", "/api/v1/me").status == 401
    fields = {"grant_type": "refresh_token", "refresh_token": seeded["refresh_token"]}
    renewed = net.form(TOKEN, fields, Asks.basic() | {"User-Agent": AGENT})
    assert renewed.status == (400 if hint == "refresh_token" else 200)


# Who calls


@pytest.mark.parametrize(
    "agent", ["", "python-requests/2.32", "Mozilla/5.0 (X11; Linux x86_64)", "DoctorsPortal/1.0"]
)
def test_a_caller_that_does_not_say_who_it_is_gets_a_page(net, call, agent):
    answer = call("GET", "/api/v1/me", agent=agent)
    assert answer.status == 429 and b"whoa there, pardner" in answer.data
    token = net.form(TOKEN, {}, Asks.basic() | {"User-Agent": agent})
    assert token.status == 429 and token.headers["retry-after"]


def test_a_bad_token_and_a_missing_permission_say_so_in_a_header(net, call):
    bad = call("GET", "/api/v1/me", token="no")
    assert (bad.status, bad.json()) == (401, {"message": "Unauthorized", "error": 401})
    assert 'error="invalid_token"' in bad.headers["www-authenticate"]
    reader = net.connect("reddit", handle="reader", scopes=["identity", "read"])
    poor = call("POST", "/api/submit", SUBMIT, token=reader["access_token"])
    assert (poor.status, poor.json()) == (403, {"message": "Forbidden", "error": 403})
    assert 'error="insufficient_scope"' in poor.headers["www-authenticate"]


def test_the_budget_is_the_apps_and_counts_down(call):
    first, second = call("GET", "/api/v1/me"), call("GET", "/api/v1/me")
    left = [float(each.headers["x-ratelimit-remaining"]) for each in (first, second)]
    assert left[0] - left[1] == 1 and first.headers["x-ratelimit-remaining"].endswith(".0")
    assert int(second.headers["x-ratelimit-used"]) + left[1] == 1000
    assert 0 <= int(first.headers["x-ratelimit-reset"]) <= 600


def test_who_somebody_is(net, call):
    me = call("GET", "/api/v1/me?raw_json=1").json()
    assert me["name"] == "DrAnaExample" and me["has_verified_email"] is True
    assert net.call("GET", me["icon_img"]).headers["Content-Type"].startswith("image/svg")


# Posts


def test_a_text_post_is_answered_as_in_the_recordings(net, submit):
    answer = submit()
    data = answer.json()["json"]["data"]
    path = f"https://www.reddit.com/r/exampletest/comments/{data['id']}/three_signs_of_dehydration/"
    assert answer.json() == {
        "json": {
            "errors": [],
            "data": {"url": path, "drafts_count": 0, "id": data["id"], "name": f"t3_{data['id']}"},
        }
    }
    for address in (
        path,
        f"https://www.reddit.com/comments/{data['id']}",
        f"https://redd.it/{data['id']}",
    ):
        page = net.call("GET", address)
        assert page.status == 200 and b"Dr. Ana explains" in page.data
    assert net.call("GET", "https://www.reddit.com/comments/nothere").status == 404


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"kind": "poll"}, "INVALID_OPTION"),
        ({"sr": ""}, "SUBREDDIT_REQUIRED"),
        ({"sr": "a b"}, "SUBREDDIT_NOEXIST"),
        ({"title": ""}, "NO_TEXT"),
        ({"title": "a" * 301}, "TOO_LONG"),
        ({"text": "a" * 40_001}, "TOO_LONG"),
        ({"kind": "link"}, "NO_URL"),
        ({"kind": "link", "url": "clinic.example"}, "BAD_URL"),
        ({"kind": "link", "url": "https://a.example", "sr": "textonly"}, "NO_LINKS"),
        ({"kind": "image", "url": "https://a.example/a.png"}, "BAD_URL"),
        ({"kind": "image", "url": "https://a.example/a.png", "sr": "nopictures"}, "NO_IMAGES"),
        ({"flair_id": "1"}, "BAD_FLAIR_TEMPLATE_ID"),
    ],
)
def test_what_is_wrong_is_said_inside_an_answer_of_200(net, submit, more, error):
    answer = submit(**more)
    assert answer.status == 200
    ((code, words, field),) = answer.json()["json"]["errors"]
    assert code == error and words and field and "data" not in answer.json()["json"]
    assert net.posts("reddit") == []


def test_requirements_are_checked_only_when_asked_for(submit):
    refused = submit(sr="healthtips")
    assert refused.status == 400
    assert refused.json() == {
        "fields": ["flair"],
        "explanation": "Your post must contain post flair.",
        "message": "Bad Request",
        "reason": "SUBMIT_VALIDATION_FLAIR_REQUIRED",
        "error_type": "SUBMIT_VALIDATION_ERROR",
    }
    assert submit(sr="healthtips", validate_on_submit="false").json()["json"]["errors"] == []


def test_the_same_text_twice_is_two_posts_and_the_same_link_one_when_asked(net, submit):
    assert submit().json() != submit().json()
    link = {"kind": "link", "url": "https://clinic.example/dehydration"}
    submit(**link)
    again = submit(**link, resubmit="false").json()
    assert again == {"json": {"errors": [["ALREADY_SUB", "that link has already been submitted", "url"]]}}
    assert submit(**link, resubmit="false", sr="textonly2").json()["json"]["errors"] == []
    assert len(net.posts("reddit")) == 4


def test_without_api_type_the_answer_is_of_the_old_kind(submit):
    assert submit(api_type="").json() == {"jquery": [], "success": True}


def test_texts_are_escaped_unless_raw_ones_are_asked_for(call, submit):
    submit(title="Salt & <sugar>")
    escaped = call("GET", "/user/DrAnaExample/submitted?limit=1").json()
    raw = call("GET", "/user/DrAnaExample/submitted?limit=1&raw_json=1").json()
    assert escaped["data"]["children"][0]["data"]["title"] == "Salt &amp; &lt;sugar&gt;"
    assert raw["data"]["children"][0]["data"]["title"] == "Salt & <sugar>"


def test_an_accounts_own_list_is_newest_first_and_comes_in_pages(call, submit):
    names = [submit(title=f"Number {n}").json()["json"]["data"]["name"] for n in range(3)]
    page = call("GET", "/user/DrAnaExample/submitted?sort=new&limit=2&raw_json=1").json()["data"]
    assert [child["data"]["name"] for child in page["children"]] == names[:0:-1]
    more = call("GET", f"/user/DrAnaExample/submitted?limit=2&after={page['after']}").json()["data"]
    assert [child["data"]["name"] for child in more["children"]] == names[:1] and more["after"] is None
    assert call("GET", "/user/nobody_at_all/submitted").status == 404


def test_posts_by_name_leave_out_what_is_not_there(call, submit):
    name = submit().json()["json"]["data"]["name"]
    told = call("GET", f"/api/info?id={name},t3_nothere").json()
    assert told["kind"] == "Listing" and told["data"]["dist"] == 1
    assert told["data"]["children"][0]["data"]["view_count"] is None


def test_deleting_always_says_yes(net, call, submit):
    name = submit().json()["json"]["data"]["name"]
    other = net.connect("reddit", handle="other")["access_token"]
    for form, token in (({"id": name}, other), ({"id": "t3_nothere"}, None)):
        answer = call("POST", "/api/del", form, token=token)
        assert (answer.status, answer.json()) == (200, {}) and len(net.posts("reddit")) == 1
    call("POST", "/api/del", {"id": name})
    assert net.posts("reddit") == []


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/r/privateplace/about", 403, "private"),
        ("/r/bannedplace/about/rules", 404, "banned"),
        ("/api/v1/nosuchplace/post_requirements", 302, None),
    ],
)
def test_a_community_that_is_not_to_be_seen(call, path, status, reason):
    answer = call("GET", path)
    assert answer.status == status
    if reason:
        assert answer.json()["reason"] == reason
    else:
        assert "/subreddits/search" in answer.headers["Location"]


# The store of pictures


@pytest.fixture
def lease(call):
    form = {"api_type": "json", "filepath": "chart.png", "mimetype": "image/png"}
    return call("POST", "/api/media/asset.json", form).json()


def _upload(net, lease, *, headers=None, content=b"bytes", order=1, **changes):
    fields = {each["name"]: each["value"] for each in lease["args"]["fields"]} | changes
    parts = [*fields.items(), ("file", ("chart.png", content, "image/png"))][::order]
    body, kind = encode_multipart_formdata(parts)
    address = f"https:{lease['args']['action']}"
    return net.call("POST", address, body=body, headers={"Content-Type": kind, **(headers or {})})


def test_a_lease_has_no_scheme_and_twelve_fields(lease):
    assert lease["args"]["action"].startswith("//") and len(lease["args"]["fields"]) == 12
    assert lease["asset"]["processing_state"] == "incomplete"


def test_the_store_answers_in_xml(net, lease):
    answer = _upload(net, lease)
    assert answer.status == 201
    key = lease["args"]["fields"][1]["value"]
    assert f"<Key>{key}</Key>".encode() in answer.data


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"headers": {"Authorization": "bearer x"}}, 400, b"InvalidArgument"),
        ({"order": -1}, 400, b"InvalidArgument"),
        ({"key": "rte_images/another"}, 403, b"SignatureDoesNotMatch"),
        ({"content": b"a" * (20 * 1024 * 1024 + 1)}, 400, b"<MaxSizeAllowed>20971520</MaxSizeAllowed>"),
    ],
    ids=["with a token", "file not last", "somebody else's place", "too large"],
)
def test_the_store_takes_only_what_was_leased(net, lease, more, status, code):
    answer = _upload(net, lease, **more)
    assert answer.status == status and code in answer.data


def test_a_picture_post_is_accepted_without_an_id(net, submit, lease):
    _upload(net, lease)
    url = f"https:{lease['args']['action']}/{lease['args']['fields'][1]['value']}"
    data = submit(kind="image", title="A chart", url=url).json()["json"]["data"]
    assert data["user_submitted_page"] == "https://www.reddit.com/user/DrAnaExample/submitted/"
    assert data["websocket_url"].startswith("wss://") and "id" not in data and "name" not in data


@pytest.mark.parametrize("kind", ["text/plain", "", "video/mp4"])
def test_a_lease_is_for_pictures_alone(call, kind):
    form = {"api_type": "json", "filepath": "a", "mimetype": kind}
    assert call("POST", "/api/media/asset.json", form).status == 400


def test_a_past_post_can_be_seeded(net, seeded, call):
    body = {
        "platform": "reddit",
        "account": seeded["identity"]["account"],
        "text": "A title\nand a text",
        "at": "2026-01-05T09:00:00+00:00",
    }
    post = net.call("POST", "/_/posts", body=json.dumps(body)).json()
    assert post["id"].startswith("t3_")
    (child,) = call("GET", "/user/DrAnaExample/submitted").json()["data"]["children"]
    assert (child["data"]["title"], child["data"]["selftext"]) == ("A title", "and a text")
    assert net.call("POST", "/_/posts", body=json.dumps(body | {"account": "t2_??"})).status == 400
