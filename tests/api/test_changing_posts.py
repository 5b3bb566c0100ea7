"""Changing a post by JSON: some fields or the whole record, and never over what somebody else changed."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.extensions import db
from portal.models import Doctor, Post, PublicationFigures, SocialAccount
from tests.api.test_posts import Api, api, body, caller, set_status
from tests.conftest import Clock
from tests.factories import make_account, make_post, save
from tests.posts.conftest import fake_networks, linkedin, x
from tests.signing_in import bearer

__all__ = ["api", "fake_networks", "linkedin", "x"]

CHANGING = [("PUT", {"content": "New"}), ("PATCH", {"content": "New"}), ("DELETE", None)]


def read(api: Api, post: Post) -> dict[str, Any]:
    told: dict[str, Any] = api("GET", f"/posts/{post.id}").get_json()
    return told


def test_a_whole_record_may_be_sent_back(
    api: Api, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    post = make_post(asha, x, linkedin, content="Old", link="https://example.org/")
    was = read(api, post)

    changed = api("PUT", f"/posts/{post.id}", was)

    assert changed.status_code == 200
    moving = ("version", "updated_at")
    assert {**changed.get_json(), **{name: was[name] for name in moving}} == was


def test_a_whole_record_changes_what_differs_in_it(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, content="Old", link="https://example.org/")
    was = read(api, post)

    now = api("PUT", f"/posts/{post.id}", was | {"content": "New"}).get_json()

    assert (now["content"], now["link"], now["scheduled_at"]) == ("New", was["link"], was["scheduled_at"])
    assert now["publications"] == was["publications"]


@pytest.mark.parametrize("status", ["draft", "held", "retrying", "scheduled"])
def test_a_record_comes_back_in_any_state_that_may_change(
    api: Api, asha: Doctor, x: SocialAccount, status: str
) -> None:
    post = make_post(asha, x, status="draft" if status == "draft" else "scheduled", content="Wash.")
    set_status(post.publications[0].id, status)
    assert api("PUT", f"/posts/{post.id}", read(api, post)).status_code == 200


def test_a_part_that_was_taken_off_comes_back_as_it_is(
    api: Api, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    post = make_post(asha, x, linkedin)
    post.content = "Wash."
    set_status(post.publications[0].id, "cancelled")
    was = read(api, post)

    now = api("PUT", f"/posts/{post.id}", was).get_json()
    assert [part["status"] for part in now["publications"]] == ["cancelled", "scheduled"]

    was = read(api, post)
    was["publications"][1]["content"] = "Much too long for this network"
    refused = api("PUT", f"/posts/{post.id}", was)
    assert refused.get_json()["errors"][0]["pointer"] == "/publications/1/content"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id": 999}, "/id"),
        ({"doctor_id": None}, "/doctor_id"),
        ({"created_at": "2026-01-01T00:00:00Z"}, "/created_at"),
        ({"updated_at": "2026-01-01T00:00:00Z"}, "/updated_at"),
        ({"status": "published"}, "/status"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_only_the_portal_writes_stays(
    api: Api, asha: Doctor, x: SocialAccount, change: dict[str, Any], pointer: str
) -> None:
    post = make_post(asha, x, content="Old")
    refused = api("PUT", f"/posts/{post.id}", read(api, post) | {"content": "New"} | change)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.get_json()["errors"]] == [pointer]
    assert read(api, post)["content"] == "Old"


@pytest.mark.parametrize("name", ["id", "status", "permalink", "attempts", "error_code", "figures", "colour"])
def test_what_only_the_portal_writes_of_a_part_stays(
    api: Api, asha: Doctor, x: SocialAccount, name: str
) -> None:
    post = make_post(asha, x)
    was = read(api, post)
    was["publications"][0][name] = "other"
    refused = api("PUT", f"/posts/{post.id}", was).get_json()
    assert [error["pointer"] for error in refused["errors"]] == [f"/publications/0/{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("content", "New"), ("link", None), ("link", "https://example.org/new"), ("timezone", "Europe/London")],
)
def test_a_partial_change_changes_nothing_else(
    api: Api, asha: Doctor, x: SocialAccount, name: str, value: Any
) -> None:
    post = make_post(asha, x, content="Old", link="https://example.org/")
    was = read(api, post)

    now = api("PATCH", f"/posts/{post.id}", {name: value}).get_json()

    expected = was | {name: value, "version": 2, "updated_at": now["updated_at"]}
    assert now == expected


def test_a_change_of_another_version_is_told_in_words_for_a_program(
    api: Api, asha: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x)
    was = read(api, post)

    refused = api("PUT", f"/posts/{post.id}", {"version": was["version"] + 1, "content": "New"})

    assert refused.status_code == 409 and read(api, post) == was
    assert "version" in refused.get_json()["detail"] and "window" not in refused.text


def test_an_etag_changes_with_the_post_alone(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post, other = make_post(asha, x), make_post(asha, x)
    tag = api("GET", f"/posts/{post.id}").headers["ETag"]
    api("PATCH", f"/posts/{other.id}", {"content": "New"})
    assert api("GET", f"/posts/{post.id}", If_None_Match=tag).status_code == 304

    changed = api("PATCH", f"/posts/{post.id}", {"content": "New"})

    assert changed.headers["ETag"] != tag
    assert api("GET", f"/posts/{post.id}", If_None_Match=tag).headers["ETag"] == changed.headers["ETag"]


def test_a_new_post_tells_its_etag(api: Api, x: SocialAccount, clock: Clock) -> None:
    made = api("POST", "/posts", body(x, clock=clock))
    tag = made.headers["ETag"]
    path = f"/posts/{made.get_json()['id']}"
    assert api("PATCH", path, {"content": "New"}, If_Match=tag).status_code == 200
    assert api("PATCH", path, {"content": "Newer"}, If_Match=tag).status_code == 412


@pytest.mark.parametrize(("method", "sent"), CHANGING)
@pytest.mark.parametrize("tag", ['"other"', "", "W/{tag}", "other"])
def test_a_change_from_another_state_does_nothing(
    api: Api, asha: Doctor, x: SocialAccount, method: str, sent: Any, tag: str
) -> None:
    post = make_post(asha, x)
    was = read(api, post)
    known = api("GET", f"/posts/{post.id}").headers["ETag"]

    refused = api(method, f"/posts/{post.id}", sent, If_Match=tag.format(tag=known))

    assert (refused.status_code, refused.mimetype) == (412, "application/problem+json")
    assert read(api, post) == was


@pytest.mark.parametrize(("method", "sent"), CHANGING)
@pytest.mark.parametrize("tag", ["*", "{tag}", '"other", {tag}'])
def test_a_change_from_this_state_is_taken(
    api: Api, asha: Doctor, x: SocialAccount, method: str, sent: Any, tag: str
) -> None:
    post = make_post(asha, x)
    known = api("GET", f"/posts/{post.id}").headers["ETag"]
    answer = api(method, f"/posts/{post.id}", sent, If_Match=tag.format(tag=known))
    assert answer.status_code in (200, 204)


@pytest.mark.parametrize("tag", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
@pytest.mark.parametrize("path", ["/posts/{id}", "/master/specialities", "/master/sub-specialities"])
def test_what_a_program_has_already_is_not_sent_again(
    client: FlaskClient, asha: Doctor, x: SocialAccount, path: str, tag: str
) -> None:
    address, heads = "/api/v1" + path.format(id=make_post(asha, x).id), bearer(asha)
    whole = client.get(address, headers=heads)
    known = {"If-None-Match": tag.format(tag=whole.headers["ETag"])}
    for method in ("GET", "HEAD"):
        same = client.open(address, method=method, headers=heads | known)
        assert (same.status_code, same.data) == (304, b"")
        for name in ("ETag", "Cache-Control"):
            assert same.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    "known",
    [
        {"If-None-Match": '"other"'},
        {"If-None-Match": "no tag"},
        {"If-None-Match": '"'},
        {"If-Match": '"other"'},
        {"If-Modified-Since": "Sun, 01 Jan 2034 00:00:00 GMT"},
        {"If-Unmodified-Since": "Sun, 01 Jan 2006 00:00:00 GMT"},
        {"Range": "bytes=0-3"},
    ],
)
def test_reading_gives_the_whole_whatever_else_is_asked(
    client: FlaskClient, asha: Doctor, x: SocialAccount, known: dict[str, str]
) -> None:
    post, heads = make_post(asha, x), bearer(asha)
    for path in (f"/posts/{post.id}", "/posts", "/doctor/profile", "/master/specialities", "/openapi.json"):
        whole = client.get(f"/api/v1{path}", headers=heads)
        again = client.get(f"/api/v1{path}", headers=heads | known)
        assert (again.status_code, again.data) == (200, whole.data)


def test_a_state_that_moved_by_itself_is_another_state(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x)
    known = api("GET", f"/posts/{post.id}").headers["ETag"]
    set_status(post.publications[0].id, "held")
    assert api("DELETE", f"/posts/{post.id}", If_Match=known).status_code == 412


def test_a_stranger_learns_nothing_by_if_match(
    client: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x)
    as_ben = caller(client, ben)
    assert as_ben("PUT", f"/posts/{post.id}", {"content": "New"}, If_Match='"x"').status_code == 404


def test_a_published_post_tells_what_it_reached(
    api: Api, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, status="published", publication={"platform_post_id": "1"})
    [part] = post.publications
    assert read(api, post)["publications"][0]["figures"] is None
    save(PublicationFigures(publication_id=part.id, likes=3, comments=0, views=120, read_at=clock.at))
    db.session.expire_all()
    told = read(api, post)["publications"][0]["figures"]
    assert (told["likes"], told["comments"], told["shares"], told["views"]) == (3, 0, None, 120)


@pytest.mark.parametrize(
    ("code", "told"), [("missed", "missed"), ("187", "twitter:187"), (None, None), ("absent", "absent")]
)
def test_an_error_code_says_whose_word_it_is(
    api: Api, asha: Doctor, x: SocialAccount, code: str | None, told: str | None
) -> None:
    post = make_post(asha, x, status="failed", publication={"error_code": code})
    assert read(api, post)["publications"][0]["error_code"] == told


@pytest.mark.parametrize("at", ["{}T09:00:00z", "{}t09:00:00Z", "{}t09:00:00.5+05:30", "{}T09:00:00-00:00"])
def test_every_spelling_of_a_time_is_read(api: Api, x: SocialAccount, clock: Clock, at: str) -> None:
    day = (clock.at + timedelta(days=2)).date().isoformat()
    assert api("POST", "/posts", body(x, clock=clock, scheduled_at=at.format(day))).status_code == 201


@pytest.mark.parametrize("path", ["/posts/{id}", "/master/specialities", "/posts"])
def test_what_has_no_body_has_no_kind(client: FlaskClient, asha: Doctor, path: str) -> None:
    post = make_post(asha, make_account(asha))
    address = f"/api/v1{path.format(id=post.id)}"
    assert "Content-Type" not in client.options(address, headers=bearer(asha)).headers
    gone = client.delete(f"/api/v1/posts/{post.id}", headers=bearer(asha))
    assert (gone.status_code, "Content-Type" in gone.headers) == (204, False)
