"""LinkedIn's own ways: company pages, the version, and lost posts."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from portal.platforms import linkedin
from portal.platforms.base import Author, Content, Lost, Published, Token
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    ReconnectNeeded,
    TemporaryFailure,
)
from tests.platforms.wire import Wire

network = linkedin.LinkedIn()
TOKEN = Token("AQVmember")
MEMBER = Author("urn:li:person:AbC123xyz", "profile", "Mara Lindner")
PAGE = Author("urn:li:organization:5509", "organization", "Praxis Dr. Lindner", "praxis-lindner")
URN = "urn:li:share:7400000000000000001"
DUPLICATE = {
    "message": f"com.linkedin.content.BadRequestResponseException: Content is a duplicate of {URN}",
    "errorDetails": {
        "inputErrors": [{"description": "Duplicate post is detected", "code": "DUPLICATE_POST"}]
    },
    "status": 422,
}


def lost(author: Author, now: datetime, text: str = "Flu season (2026) starts #health", **facts: Any) -> Lost:
    sent = network.compose(Content(text, author), {})
    return Lost(sent, sent_at=facts.pop("sent_at", now - timedelta(seconds=15)), **facts)


def listed(now: datetime, **changes: Any) -> dict[str, Any]:
    made = int((now - timedelta(seconds=14)).timestamp() * 1000)
    return {
        "id": "urn:li:share:7400000000000000009",
        "author": PAGE.remote_id,
        "commentary": r"Flu season \(2026\) starts {hashtag|\#|health}",
        "createdAt": made,
        "publishedAt": made,
        "lifecycleState": "PUBLISHED",
        **changes,
    }


def test_a_profile_is_known_by_its_urn(wire: Wire) -> None:
    wire.answers(200, {"sub": "AbC123xyz", "name": "Mara Lindner", "picture": "https://media.example/p.jpg"})

    (identity,) = network.identities(network.connection("profile"), TOKEN)

    assert (identity.remote_id, identity.display_name) == (MEMBER.remote_id, "Mara Lindner")
    assert wire.calls[0].url == "https://api.linkedin.com/v2/userinfo"


def test_the_pages_that_a_member_may_post_on_are_offered(wire: Wire) -> None:
    def acl(number: int, role: str, state: str = "APPROVED") -> dict[str, str]:
        return {"organization": f"urn:li:organization:{number}", "role": role, "state": state}

    elements = [acl(5509, "ADMINISTRATOR"), acl(1, "ANALYST"), acl(2, "ADMINISTRATOR", "REQUESTED")]
    elements += [acl(5510, "CONTENT_ADMIN"), acl(5509, "CONTENT_ADMIN")]
    wire.answers(200, {"elements": elements, "paging": {"start": 0, "count": 100, "links": []}})
    wire.answers(200, {"id": 5509, "localizedName": "Praxis Dr. Lindner", "vanityName": "praxis-lindner"})
    wire.answers(200, {"id": 5510, "localizedName": "Second"})

    pages = network.identities(network.connection("organization"), TOKEN)

    assert [(page.remote_id, page.display_name, page.handle) for page in pages] == [
        ("urn:li:organization:5509", "Praxis Dr. Lindner", "praxis-lindner"),
        ("urn:li:organization:5510", "Second", None),
    ]
    asked = "https://api.linkedin.com/rest/organizationAcls?q=roleAssignee&state=APPROVED&count=100"
    assert wire.calls[0].url == asked
    assert wire.calls[0].headers["LinkedIn-Version"] == linkedin.VERSION


def test_the_version_is_one_that_still_lives() -> None:
    assert linkedin.SUNSETS[linkedin.VERSION] > date(2026, 11, 22) + timedelta(days=60)


def test_the_longer_escaped_text_is_the_one_that_counts() -> None:
    text = "(" * 1501
    (problem,) = network.problems(Content(text, MEMBER))

    assert network.problems(Content("(" * 1500, MEMBER)) == []
    assert problem.words.startswith("This text is 2 characters too long for LinkedIn (3,002 of 3,000).")
    assert "count twice" in problem.words


def test_a_long_text_is_cut_in_the_preview() -> None:
    preview = network.preview(Content("word " * 100, MEMBER))
    assert len(preview.visible) <= linkedin.VISIBLE_CHARACTERS and preview.rest

    assert network.preview(Content("a\nb\nc\nd", MEMBER)).visible == "a\nb\nc"


def test_a_card_needs_a_title() -> None:
    content = Content("Come", MEMBER, link="https://a.example/", link_title="Flu (vaccination)")
    body = json.loads(network.compose(content, {})["body"])

    assert body["content"] == {"article": {"source": "https://a.example/", "title": "Flu (vaccination)"}}
    assert network.preview(content).link_title == "Flu (vaccination)"


@pytest.mark.parametrize("visibility", ["nobody", "CONTAINER"])
def test_an_unknown_visibility_is_refused(visibility: str) -> None:
    (problem,) = network.problems(Content("Come", MEMBER, options={"visibility": visibility}))
    assert problem.field == "options.visibility"


# A company page's lost post: its list is read.


def test_a_lost_post_of_a_page_is_found_in_its_list(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"elements": [listed(now, id="urn:li:share:1", commentary="Else"), listed(now)]})

    found = network.find(lost(PAGE, now), PAGE, TOKEN)

    urn = "urn:li:share:7400000000000000009"
    assert found == Published(urn, f"https://www.linkedin.com/feed/update/{urn}/")
    call = wire.calls[0]
    assert call.url.startswith(
        "https://api.linkedin.com/rest/posts?author=urn%3Ali%3Aorganization%3A5509&q=author"
    )
    assert call.headers["X-RestLi-Method"] == "FINDER"


@pytest.mark.parametrize(
    "other",
    [
        {"commentary": "Something else"},
        {"lifecycleState": "DRAFT"},
        {"publishedAt": 1_700_000_000_000, "createdAt": 1_700_000_000_000},
        {"id": "urn:li:share:7"},
    ],
    ids=["another text", "a draft", "an older one", "one that is known"],
)
def test_another_post_of_the_page_is_not_taken_for_it(
    wire: Wire, now: datetime, other: dict[str, Any]
) -> None:
    wire.answers(200, {"elements": [listed(now, **other)]})

    assert network.find(lost(PAGE, now, known_ids=frozenset({"urn:li:share:7"})), PAGE, TOKEN) is None


def test_of_two_alike_the_first_is_taken(wire: Wire, now: datetime) -> None:
    later = listed(now, id="urn:li:share:2", publishedAt=int(now.timestamp() * 1000))
    wire.answers(200, {"elements": [later, listed(now)]})

    found = network.find(lost(PAGE, now), PAGE, TOKEN)
    assert found and found.remote_id == "urn:li:share:7400000000000000009"


def test_a_busy_page_is_read_page_by_page(wire: Wire, now: datetime) -> None:
    busy = [listed(now, id=f"urn:li:share:{n}", commentary="Else") for n in range(10)]
    wire.answers(200, {"elements": busy}).answers(200, {"elements": [listed(now)]})

    assert network.find(lost(PAGE, now), PAGE, TOKEN) is not None
    assert [call.query["start"] for call in wire.calls] == ["0", "10"]


def test_a_page_so_busy_that_nothing_is_certain_is_not_called_absent(wire: Wire, now: datetime) -> None:
    for _ in range(linkedin.PAGES_OF_POSTS):
        wire.answers(200, {"elements": [listed(now, commentary="Else")] * 10})

    with pytest.raises(CannotTell):
        network.find(lost(PAGE, now), PAGE, TOKEN)


def test_a_page_that_may_not_be_read_is_for_the_doctor_to_look_at(wire: Wire, now: datetime) -> None:
    wire.answers(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})

    with pytest.raises(CannotTell):
        network.find(lost(PAGE, now), PAGE, TOKEN)


def test_a_list_that_does_not_come_says_nothing(wire: Wire, now: datetime) -> None:
    wire.answers(503)

    with pytest.raises(TemporaryFailure):
        network.find(lost(PAGE, now), PAGE, TOKEN)


# A member's lost post: the identical body is sent once more.


def test_a_members_lost_post_is_asked_for_with_the_same_bytes(wire: Wire, now: datetime) -> None:
    wire.answers(422, DUPLICATE)
    gone = lost(MEMBER, now)

    assert network.find(gone, MEMBER, TOKEN) == Published(URN, network.permalink(URN, MEMBER))
    assert wire.calls[0].body == gone.sent["body"].encode()


def test_what_had_not_been_posted_is_posted_by_asking(wire: Wire, now: datetime) -> None:
    wire.answers(201, b"", {"x-restli-id": "urn:li:share:8"})

    found = network.find(lost(MEMBER, now), MEMBER, TOKEN)
    assert found and found.remote_id == "urn:li:share:8"


def test_a_post_of_ours_that_is_known_is_not_adopted(wire: Wire, now: datetime) -> None:
    wire.answers(422, DUPLICATE)

    with pytest.raises(ContentRejected):
        network.find(lost(MEMBER, now, known_ids=frozenset({URN})), MEMBER, TOKEN)


def test_a_duplicate_without_a_name_is_for_the_doctor_to_look_at(wire: Wire, now: datetime) -> None:
    wire.answers(422, {"errorDetails": {"inputErrors": [{"code": "DUPLICATE_POST"}]}})

    with pytest.raises(CannotTell):
        network.find(lost(MEMBER, now), MEMBER, TOKEN)


def test_no_answer_to_the_question_either_is_for_the_doctor_to_look_at(wire: Wire, now: datetime) -> None:
    wire.answers(504)

    with pytest.raises(CannotTell):
        network.find(lost(MEMBER, now), MEMBER, TOKEN)


@pytest.mark.parametrize(
    "facts",
    [{"sent_at": timedelta(minutes=10, seconds=1)}, {"sent_at": timedelta(seconds=-1)}, {"looks": 1}],
    ids=["after ten minutes", "before it was sent", "a second time"],
)
def test_a_members_post_is_never_sent_again(wire: Wire, now: datetime, facts: dict[str, Any]) -> None:
    if "sent_at" in facts:
        facts = {**facts, "sent_at": now - facts["sent_at"]}

    with pytest.raises(CannotTell):
        network.find(lost(MEMBER, now, **facts), MEMBER, TOKEN)
    assert wire.calls == []


def test_the_databases_clock_decides_how_old_a_lost_post_is(wire: Wire, now: datetime) -> None:
    late = replace(lost(MEMBER, now), now=now + timedelta(minutes=11))

    with pytest.raises(CannotTell):
        network.find(late, MEMBER, TOKEN)
    assert wire.calls == []


def test_a_dead_token_ends_the_look(wire: Wire, now: datetime) -> None:
    wire.answers(401, {"code": "REVOKED_ACCESS_TOKEN"})

    with pytest.raises(ReconnectNeeded):
        network.find(lost(MEMBER, now), MEMBER, TOKEN)


@pytest.mark.parametrize(
    ("address", "urn"),
    [
        ("https://www.linkedin.com/feed/update/urn:li:share:74/", "urn:li:share:74"),
        ("https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A74", "urn:li:ugcPost:74"),
        ("https://www.linkedin.com/posts/mara_flu-activity-7400000-AbCd?utm=1", "urn:li:activity:7400000"),
        ("http://127.0.0.1:8010/www.linkedin.com/feed/update/urn:li:share:74/", "urn:li:share:74"),
        ("https://notlinkedin.com/feed/update/urn:li:share:74/", None),
        ("https://www.linkedin.com/in/mara", None),
    ],
)
def test_a_pasted_address_gives_its_post(address: str, urn: str | None) -> None:
    assert network.remote_id_from_permalink(address) == urn
