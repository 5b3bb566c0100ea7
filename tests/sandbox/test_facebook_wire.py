"""Facebook's Graph API on the practice network, as strict as its pages say."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from tests.sandbox.client import Net
from tests.sandbox.meta_portal import Shelf, jpeg, serving

GRAPH = "https://graph.facebook.com/v26.0"


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with serving() as shelf:
        yield shelf


class Page:
    """Asha's first page, with its own token."""

    def __init__(self, net: Net, **more: Any) -> None:
        self.net = net
        self.person = net.connect("facebook", **more)
        about = self.person["identity"]["organizations"][0]
        self.id, self.token = about["id"], about["access_token"]

    def call(self, method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.net.call(method, f"{GRAPH}/{path}", headers=headers, **more)

    def feed(self, **body: Any) -> urllib3.BaseHTTPResponse:
        return self.call("POST", f"{self.id}/feed", json=body)


@pytest.fixture
def page(net: Net) -> Page:
    return Page(net)


def code(answer: urllib3.BaseHTTPResponse) -> tuple[int, int | None]:
    error = answer.json()["error"]
    assert error["type"] == "OAuthException" and error["fbtrace_id"]
    return error["code"], error.get("error_subcode")


def test_a_post_answers_with_the_pages_number_and_its_own(net: Net, page: Page) -> None:
    answer = page.feed(message="Closed on Monday")

    assert answer.status == 200 and list(answer.json()) == ["id"]
    assert answer.json()["id"].startswith(f"{page.id}_")
    usage = json.loads(answer.headers["X-Business-Use-Case-Usage"])[page.id][0]
    assert (usage["type"], usage["estimated_time_to_regain_access"]) == ("pages", 0)


def test_a_form_does_as_well_as_json(net: Net, page: Page, shelf: Shelf) -> None:
    photo = page.call(
        "POST",
        f"{page.id}/photos",
        fields={"published": "false", "source": ("a.jpg", jpeg(), "image/jpeg")},
    ).json()["id"]
    form = {"message": "Hello", "attached_media[0]": json.dumps({"media_fbid": photo})}

    answer = net.form(f"{GRAPH}/{page.id}/feed", {**form, "access_token": page.token})

    assert answer.status == 200 and net.posts("facebook")[0]["media"][0]["id"] == photo


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, (100, None)),
        ({"message": "a" * 63_207}, (100, None)),
        ({"message": 7}, (100, None)),
        ({"message": "x", "link": "no address"}, (1609005, None)),
        ({"message": "x", "link": "https://www.facebook.com/a"}, (100, 1609008)),
        ({"message": "x", "attached_media": [{"media_fbid": "5"}]}, (100, 33)),
        ({"message": "x", "attached_media": "no list"}, (100, None)),
    ],
)
def test_what_breaks_a_rule_is_refused_and_not_kept(net: Net, page: Page, body: Any, wanted: Any) -> None:
    assert code(page.feed(**body)) == wanted
    assert net.posts("facebook") == []


def test_only_the_page_itself_with_all_its_permissions_may_post(net: Net, page: Page) -> None:
    other = Page(net, handle="dr_other")
    assert code(page.call("POST", f"{other.id}/feed", json={"message": "x"})) == (100, 33)

    reader = Page(net, handle="dr_reader", scopes=["pages_show_list", "pages_read_engagement"])
    answer = reader.feed(message="x")
    assert (answer.status, code(answer)) == (403, (200, None))


def test_a_version_that_never_was_is_no_path(net: Net) -> None:
    unknown = net.call("GET", "https://graph.facebook.com/v27.0/me").json()["error"]
    known = net.call("GET", "https://graph.facebook.com/v25.0/me").json()["error"]

    assert unknown["message"].startswith("Unknown path components")
    assert known["code"] == 2500 and "active access token" in known["message"]


def test_a_photo_must_be_a_picture_of_four_megabytes_at_most(page: Page, shelf: Shelf) -> None:
    text = shelf.put("image/jpeg", b"no picture")
    body = {"published": False}

    assert code(page.call("POST", f"{page.id}/photos", json={**body, "url": text.url})) == (100, 1366046)
    assert code(page.call("POST", f"{page.id}/photos", json={**body, "url": f"{shelf.url}/no"})) == (
        100,
        2069019,
    )
    assert code(page.call("POST", f"{page.id}/photos", json=body)) == (324, None)


def test_nothing_is_fetched_from_outside_this_machine(page: Page) -> None:
    body = {"published": False, "url": "https://portal.example/a.jpg"}

    assert code(page.call("POST", f"{page.id}/photos", json=body)) == (100, 2069019)


def test_a_published_photo_is_a_post(net: Net, page: Page, shelf: Shelf) -> None:
    picture = shelf.put("image/jpeg", jpeg())
    answer = page.call("POST", f"{page.id}/photos", json={"url": picture.url, "message": "Rooms"}).json()

    (post,) = net.posts("facebook")
    assert (post["id"], post["text"]) == (answer["post_id"], "Rooms")
    assert post["media"][0]["id"] == answer["id"]


def test_pages_come_a_page_at_a_time(net: Net, page: Page) -> None:
    headers = {"Authorization": f"Bearer {page.person['access_token']}"}
    seen, address = [], f"{GRAPH}/me/accounts?fields=id,name&limit=1"
    while address:
        listing = net.call("GET", address, headers=headers).json()
        seen += [row["id"] for row in listing["data"]]
        address = listing["paging"].get("next")

    assert seen == [one["id"] for one in page.person["identity"]["organizations"]]


def test_a_person_sees_their_permissions_and_a_page_does_not(net: Net, page: Page) -> None:
    headers = {"Authorization": f"Bearer {page.person['access_token']}"}
    rows = net.call("GET", f"{GRAPH}/me/permissions", headers=headers).json()["data"]

    assert {"permission": "pages_manage_posts", "status": "granted"} in rows
    assert code(page.call("GET", "me/permissions"))[0] == 190


def test_a_past_post_can_be_put_there(net: Net, page: Page) -> None:
    body = {"platform": "facebook", "account": page.id, "text": "Last year", "at": "2025-11-22T09:00:00Z"}
    made = net.call("POST", "/_/posts", json=body).json()

    row = page.call("GET", f"{page.id}/published_posts?fields=id,created_time").json()["data"][-1]
    assert (row["id"], row["created_time"]) == (made["id"], "2025-11-22T09:00:00+0000")
