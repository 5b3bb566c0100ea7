"""A post whose picture lies at an address on the web."""

import pytest
from flask.testing import FlaskClient

from portal import http
from portal.models import Doctor, SocialAccount
from tests.api.test_media import upload
from tests.api.test_posts import Api, api, body
from tests.conftest import Clock
from tests.factories import make_doctor, make_post
from tests.media.samples import picture
from tests.posts.conftest import fake_networks, x

__all__ = ["api", "fake_networks", "x"]

ADDRESS = "https://pictures.example/hands.jpg"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, http.Answer]:
    """What lies where; nothing else can be reached."""
    pages: dict[str, http.Answer] = {}

    def request(method: str, url: str, **_: object) -> http.Answer:
        if url not in pages:
            raise http.NotSent("no such host")
        return pages[url]

    monkeypatch.setattr(http, "request", request)
    return pages


def test_the_picture_at_an_address_becomes_an_upload(
    api: Api, x: SocialAccount, clock: Clock, web: dict[str, http.Answer]
) -> None:
    web[ADDRESS] = http.Answer(200, {}, picture())

    made = api("POST", "/posts", body(x, clock=clock, media_url=ADDRESS))

    assert made.status_code == 201, made.text
    [media] = made.get_json()["media"]
    assert media["mime_type"] == "image/jpeg" and media["url"] != ADDRESS


def test_a_change_takes_a_picture_from_an_address_too(
    api: Api, asha: Doctor, x: SocialAccount, web: dict[str, http.Answer]
) -> None:
    web[ADDRESS] = http.Answer(200, {}, picture())
    post = make_post(asha, x, content="Wash.")

    changed = api("PUT", f"/posts/{post.id}", {"media_url": ADDRESS})

    assert changed.status_code == 200, changed.text
    assert len(changed.get_json()["media"]) == 1


def test_the_address_of_an_own_upload_is_that_upload(
    api: Api, client: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, web: dict[str, http.Answer]
) -> None:
    own = upload(client, asha, picture()).get_json()
    others = upload(client, make_doctor(), picture()).get_json()

    made = api("POST", "/posts", body(x, clock=clock, media_url=own["url"])).get_json()
    refused = api("POST", "/posts", body(x, clock=clock, media_url=others["url"]))

    assert [media["id"] for media in made["media"]] == [own["id"]]
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "answer",
    [None, http.Answer(302, {"location": "http://127.0.0.1/"}, b""), http.Answer(200, {}, b"<html></html>")],
    ids=["nowhere", "led elsewhere", "no picture"],
)
def test_what_cannot_be_taken_points_at_the_address(
    api: Api, x: SocialAccount, clock: Clock, web: dict[str, http.Answer], answer: http.Answer | None
) -> None:
    if answer:
        web[ADDRESS] = answer

    refused = api("POST", "/posts", body(x, clock=clock, media_url=ADDRESS))

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.get_json()["errors"]] == ["/media_url"]
