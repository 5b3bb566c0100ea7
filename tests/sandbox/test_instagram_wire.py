"""Instagram's API on the practice network, as strict as its pages say."""

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from tests.sandbox.client import Net
from tests.sandbox.meta_portal import FILM, Shelf, jpeg, serving

GRAPH = "https://graph.instagram.com/v26.0"


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with serving() as shelf:
        yield shelf


class Account:
    """Asha by Instagram's own login."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.seeded = net.connect("instagram")
        self.id = self.seeded["identity"]["account"]

    def call(self, method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {self.seeded['access_token']}"}
        return self.net.call(method, f"{GRAPH}/{path}", headers=headers, **more)

    def make(self, **body: Any) -> urllib3.BaseHTTPResponse:
        return self.call("POST", f"{self.id}/media", json=body)

    def publish(self, container: str) -> urllib3.BaseHTTPResponse:
        return self.call("POST", f"{self.id}/media_publish", json={"creation_id": container})


@pytest.fixture
def account(net: Net) -> Account:
    return Account(net)


def code(answer: urllib3.BaseHTTPResponse) -> tuple[int, int | None]:
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


def test_a_container_is_invisible_and_not_ready_at_once(net: Net, account: Account, shelf: Shelf) -> None:
    made = account.make(image_url=shelf.put("image/jpeg", jpeg()).url, caption="Soon").json()["id"]

    state = account.call("GET", f"{made}?fields=status_code,status").json()
    early = account.publish(made)

    assert state == {
        "status_code": "IN_PROGRESS",
        "status": "In Progress: Media is still being processed.",
        "id": made,
    }
    assert code(early) == (9007, 2207027) and net.posts("instagram") == []


@pytest.mark.parametrize(
    ("mime_type", "content", "wanted"),
    [
        ("image/png", jpeg(kind="PNG"), (9004, 2207052)),
        ("image/jpeg", b"no picture", (9004, 2207052)),
        ("image/jpeg", jpeg(kind="PNG"), (36001, 2207005)),
        ("image/jpeg", jpeg(700, 1000), (36003, 2207009)),
        ("image/jpeg", jpeg(2000, 1000), (36003, 2207009)),
    ],
)
def test_a_picture_that_breaks_a_rule_is_refused(
    account: Account, shelf: Shelf, mime_type: str, content: bytes, wanted: Any
) -> None:
    assert code(account.make(image_url=shelf.put(mime_type, content).url)) == wanted


def test_what_makes_no_container_is_refused(account: Account, shelf: Shelf) -> None:
    picture, film = shelf.put("image/jpeg", jpeg()).url, shelf.put("video/mp4", FILM).url

    assert code(account.make(caption="Text alone")) == (100, None)
    assert code(account.make(image_url=picture, caption="a" * 2201)) == (36004, 2207010)
    assert code(account.make(image_url=picture, caption="@a " * 21)) == (100, 2207040)
    assert code(account.make(media_type="VIDEO", video_url=film)) == (100, 2207023)
    assert code(account.make(media_type="CAROUSEL", children="1")) == (100, 2207028)
    assert code(account.make(media_type="REELS", video_url=picture)) == (9004, 2207052)
    assert code(account.make(image_url="https://portal.example/a.jpg")) == (9004, 2207052)


def test_nobody_publishes_somebody_elses_container(net: Net, account: Account) -> None:
    assert code(account.publish("17900000000000001")) == (24, 2207008)
    assert code(account.call("POST", "17841400000000042/media", json={})) == (100, 33)


def test_the_code_exchange_speaks_in_its_own_way(net: Net) -> None:
    form = {"client_id": "5", "client_secret": "s", "grant_type": "authorization_code", "code": "AQBno"}
    answer = net.form("https://api.instagram.com/oauth/access_token", form)

    assert (answer.status, answer.json()) == (
        400,
        {
            "error_type": "OAuthException",
            "code": 400,
            "error_message": "Matching code was not found or was already used",
        },
    )


def test_who_somebody_is_has_two_numbers(account: Account) -> None:
    me = account.call("GET", "me?fields=user_id,username,account_type").json()

    assert (me["user_id"], me["username"], me["account_type"]) == (account.id, "dr_asha", "Business")
    assert me["id"] != me["user_id"] and "name" not in me


def test_posts_cannot_be_deleted_by_instagrams_own_login(account: Account) -> None:
    assert account.call("DELETE", "17900000000000001").status == 405
