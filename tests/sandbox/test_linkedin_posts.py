"""LinkedIn's Posts API, as strict as its pages say."""

import re

import pytest

POSTS = "https://api.linkedin.com/rest/posts"


def _quoted(urn):
    return urn.replace(":", "%3A")


def _code(answer):
    body = answer.json()
    return body.get("code") or body["errorDetails"]["inputErrors"][0]["code"]


def test_a_post_answers_with_its_urn_and_nothing_else(net, member):
    answer = member.share("Flu season \\(2026\\) starts: get vaccinated! #health")
    assert (answer.status, answer.data) == (201, b"")
    urn = answer.headers["x-restli-id"]
    assert re.fullmatch(r"urn:li:share:\d{19}", urn)
    [post] = net.posts("linkedin")
    assert post.pop("at").endswith("Z")
    assert post == {
        "platform": "linkedin",
        "id": urn,
        "account": member.account,
        "text": "Flu season (2026) starts: get vaccinated! #health",
        "link": None,
        "media": [],
        "permalink": f"https://www.linkedin.com/feed/update/{urn}/",
    }


def test_the_permalink_opens_a_page_with_the_post(net, member):
    member.share("Read <this>".replace("<", "\\<").replace(">", "\\>"))
    page = net.call("GET", net.posts("linkedin")[0]["permalink"])
    assert page.status == 200
    assert "Read &lt;this&gt;" in page.data.decode()
    assert net.call("GET", "https://www.linkedin.com/feed/update/urn:li:share:1/").status == 404


def test_a_bare_reserved_character_silently_cuts_the_post(net, member):
    assert member.share("Open (today) from nine").status == 201
    assert net.posts("linkedin")[0]["text"] == "Open "


def test_an_article_card_keeps_its_link(net, member):
    article = {"source": "https://praxis.example/flu_(2026)", "title": "Flu", "description": "Dates"}
    assert member.share("New dates", content={"article": article}).status == 201
    assert net.posts("linkedin")[0]["link"] == "https://praxis.example/flu_(2026)"


def test_a_link_in_the_text_is_found_without_its_full_stop(net, member):
    member.share("See https://praxis.example/flu.")
    assert net.posts("linkedin")[0]["link"] == "https://praxis.example/flu"


def test_the_same_post_again_is_a_duplicate_that_names_the_first(net, member):
    urn = member.share("Hello").headers["x-restli-id"]
    answer = member.share("Hello")
    assert answer.status == 422
    assert answer.json()["message"].endswith(f"Content is a duplicate of {urn}")
    assert answer.json()["errorDetails"]["inputErrors"][0]["code"] == "DUPLICATE_POST"
    assert len(net.posts("linkedin")) == 1


def test_a_deleted_post_is_still_remembered_as_said(member):
    urn = member.share("Gone soon").headers["x-restli-id"]
    assert member.call("DELETE", f"{POSTS}/{_quoted(urn)}").status == 204
    assert member.share("Gone soon").status == 422


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"commentary": "a" * 3001}, 400, "FIELD_LENGTH_TOO_LONG"),
        ({"commentary": "  "}, 400, "INVALID_VALUE_BLANK_FIELD"),
        ({"commentary": 7}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"visibility": "EVERYBODY"}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"lifecycleState": "DRAFT"}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"distribution": {}}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"author": "urn:li:member:1"}, 400, "INVALID_URN_TYPE"),
        ({"author": "urn:li:person:"}, 400, "INVALID_URN_ID"),
        ({"author": "urn:li:person:SomebodyElse"}, 403, "ACCESS_DENIED"),
        ({"author": "urn:li:organization:1"}, 403, "ACCESS_DENIED"),
        ({"content": {"article": {"title": "no source"}}}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"content": {"media": {"id": "urn:li:image:none"}}}, 400, "INVALID_IMAGE_ID"),
        ({"content": {"media": {"id": "urn:li:video:none"}}}, 400, "INVALID_VIDEO_ID"),
        ({"content": {"multiImage": {"images": [{"id": "urn:li:image:x"}]}}}, 400, "INVALID_VALUE_FOR_FIELD"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_not_kept(net, member, change, status, code):
    answer = member.share(**{"commentary": "fine"} | change)
    assert (answer.status, _code(answer)) == (status, code)
    assert net.posts("linkedin") == []


def test_a_field_that_linkedin_does_not_know_is_refused(member):
    answer = member.share("fine", scheduledAt=1)
    assert answer.status == 422
    assert "/scheduledAt :: unrecognized field" in answer.json()["message"]


def test_a_missing_field_is_named(member):
    body = {"author": member.account, "commentary": "x"}
    answer = member.call("POST", POSTS, json=body)
    assert (answer.status, _code(answer)) == (400, "MISSING_FIELD")
    assert "visibility" in answer.json()["message"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"LinkedIn-Version": ""}, 400, "VERSION_MISSING"),
        ({"LinkedIn-Version": "202511"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn-Version": "209901"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn-Version": "latest"}, 426, "NONEXISTENT_VERSION"),
        ({"X-Restli-Protocol-Version": "1.0.0"}, 400, "ILLEGAL_ARGUMENT"),
        ({"Content-Type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_headers_must_be_right(member, headers, status, code):
    answer = member.call("POST", POSTS, body=b"{}", headers={"Content-Type": "application/json"} | headers)
    assert (answer.status, _code(answer)) == (status, code)


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"null", b'"text"', b'{"commentary": "\\ud800"}'])
def test_a_body_that_is_no_object_is_refused(member, body):
    answer = member.call("POST", POSTS, body=body, headers={"Content-Type": "application/json"})
    assert (answer.status, _code(answer)) == (400, "INVALID_JSON")


def test_a_company_page_can_be_posted_to_and_listed(net, manager):
    urn = manager.share("Open \\(2026\\) #health", author=manager.page).headers["x-restli-id"]
    listing = manager.call(
        "GET",
        f"{POSTS}?author={_quoted(manager.page)}&q=author&count=10&sortBy=LAST_MODIFIED",
        headers={"X-RestLi-Method": "FINDER"},
    ).json()
    [element] = listing["elements"]
    assert element["id"] == urn
    assert element["commentary"] == "Open \\(2026\\) {hashtag|\\#|health}"
    assert element["createdAt"] > 1_700_000_000_000
    assert listing["paging"] == {"start": 0, "count": 10, "links": []}
    assert manager.call("GET", f"{POSTS}/{_quoted(urn)}").json()["author"] == manager.page


def test_a_members_posts_cannot_be_listed_or_read(member):
    urn = member.share("Mine").headers["x-restli-id"]
    listing = member.call("GET", f"{POSTS}?author={_quoted(member.account)}&q=author")
    assert listing.json() == {
        "status": 403,
        "serviceErrorCode": 100,
        "code": "ACCESS_DENIED",
        "message": "Not enough permissions to access: partnerApiPostsExternal.FINDER-author.20260901",
    }
    assert member.call("GET", f"{POSTS}/{_quoted(urn)}").json()["message"].endswith("External.GET.20260901")


def test_raw_colons_in_an_address_are_refused(member, manager):
    urn = member.share("Mine").headers["x-restli-id"]
    assert member.call("DELETE", f"{POSTS}/{urn}").status == 400
    assert manager.call("GET", f"{POSTS}?author={manager.page}&q=author").status == 400


def test_a_post_can_be_edited(net, member):
    urn = member.share("Frist").headers["x-restli-id"]
    body = {"patch": {"$set": {"commentary": "First"}}}
    wrong = member.call("POST", f"{POSTS}/{_quoted(urn)}", json=body)
    right = member.call(
        "POST", f"{POSTS}/{_quoted(urn)}", json=body, headers={"X-RestLi-Method": "PARTIAL_UPDATE"}
    )
    assert (wrong.status, right.status) == (400, 204)
    assert net.posts("linkedin")[0]["text"] == "First"


def test_deleting_twice_is_as_good_as_once(net, member):
    urn = member.share("Gone").headers["x-restli-id"]
    assert [member.call("DELETE", f"{POSTS}/{_quoted(urn)}").status for _ in range(2)] == [204, 204]
    assert net.posts("linkedin") == []
