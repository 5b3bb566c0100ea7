"""The portal on the practice Instagram, by either login: containers, publishing, losing and finding."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from portal import clock, http
from portal.platforms import oauth
from portal.platforms.base import Media, Published
from portal.platforms.errors import (
    CannotDo,
    ContentRejected,
    Declined,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
    UploadGone,
)
from portal.platforms.instagram import Instagram
from tests.sandbox.client import CALLBACK, Browser, Net
from tests.sandbox.meta_portal import APP, FILM, Shelf, Voice, jpeg, now, serving, sign_in, voice_of
from tests.sandbox.understanding import APPEARS, every_fault

network = Instagram()


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with serving() as shelf:
        yield shelf


@pytest.fixture(autouse=True)
def practice(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_outside", http.Outside(net.url))


@pytest.fixture(params=["account", "page"])
def voice(request: pytest.FixtureRequest, net: Net) -> Voice:
    return voice_of(network, request.param, net)


@pytest.fixture
def own(net: Net) -> Voice:
    return voice_of(network, "account", net)


@pytest.fixture
def picture(shelf: Shelf) -> Media:
    return shelf.put("image/jpeg", jpeg(), alt_text="A sign")


def test_instagrams_login_gives_one_account_for_sixty_days(net: Net) -> None:
    token, (account,) = sign_in(network, "account", net)

    assert token.expires_at is not None and token.refresh_at is not None
    assert timedelta(days=59) < token.expires_at - now() <= timedelta(days=60)
    assert timedelta(days=29) < token.refresh_at - now() <= timedelta(days=30)
    assert account.remote_id.startswith("178414") and account.handle


def test_facebooks_login_gives_the_accounts_of_the_pages(net: Net) -> None:
    _, accounts = sign_in(network, "page", net)

    assert 1 <= len(accounts) <= 2
    for account in accounts:
        assert account.token is not None and account.token.expires_at is None


def test_a_code_works_once(net: Net) -> None:
    connection = network.connection("account")
    address = oauth.authorization_address(connection, APP, CALLBACK, "STATE", None)
    code = Browser(net).allow(address)["code"]
    oauth.exchange(connection, APP, CALLBACK, code, None)

    with pytest.raises(Declined):
        oauth.exchange(connection, APP, CALLBACK, code, None)


def test_a_token_younger_than_a_day_is_not_renewed(own: Voice) -> None:
    with pytest.raises(PlatformError):
        oauth.refresh(network.connection("account"), APP, own.token)


def test_withdrawing_ends_the_right_to_post(voice: Voice, picture: Media) -> None:
    oauth.revoke(network.connection(voice.author.connection), APP, voice.token)

    with pytest.raises(ReconnectNeeded):
        voice.say("After all", media=(picture,))


def test_one_picture_arrives_as_it_was_meant(voice: Voice, picture: Media) -> None:
    published = voice.say("New hours @clinic #praxis 🩺", media=(picture,))

    (post,) = voice.posts()
    assert (post["text"], post["id"], post["permalink"]) == (
        "New hours @clinic #praxis 🩺",
        published.remote_id,
        published.permalink,
    )
    assert [one["alt_text"] for one in post["media"]] == ["A sign"]
    assert voice.net.call("GET", str(published.permalink)).status == 200
    assert network.remote_id_from_permalink(str(published.permalink)) is not None


def test_a_carousel_keeps_its_order(voice: Voice, shelf: Shelf) -> None:
    items = tuple(shelf.put("image/jpeg", jpeg(), alt_text=name) for name in "ab")
    voice.say("Our team", media=(*items, shelf.put("video/mp4", FILM)))

    (post,) = voice.posts()
    assert [one["alt_text"] for one in post["media"]] == ["a", "b", ""]


def test_a_reel_is_published_once_it_is_prepared(voice: Voice, shelf: Shelf) -> None:
    content = voice.content("How to", media=(shelf.put("video/mp4", FILM),), options={"format": "reel"})
    staged: dict[str, Any] = {}

    with pytest.raises(StillPreparing) as raised:
        network.stage(content, voice.token, {}, staged.update)

    assert raised.value.seconds >= 1 and staged["container"] and voice.posts() == []
    published = voice.publish(voice.prepare(content))
    assert "/reel/" in str(published.permalink)


def test_a_container_that_died_is_made_anew(
    own: Voice, picture: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = own.content("Later", media=(picture,))
    staged: dict[str, Any] = {}
    with pytest.raises(StillPreparing):
        network.stage(content, own.token, {}, staged.update)
    first = staged["container"]
    tomorrow = now() + timedelta(hours=23, minutes=30)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    assert network.needs_staging(content, staged)
    with pytest.raises(StillPreparing):
        network.stage(content, own.token, staged, staged.update)
    assert staged["container"] not in (None, first)


def test_a_prepared_container_is_kept(own: Voice, picture: Media) -> None:
    content = own.content("Soon", media=(picture,))
    first, second = own.prepare(content), own.prepare(content)

    assert first["body"] != second["body"] and own.posts() == []


@pytest.mark.parametrize(
    ("size", "kind", "error"),
    [
        ((300, 600), "JPEG", ContentRejected),
        ((600, 300), "JPEG", ContentRejected),
        ((600, 600), "PNG", ContentRejected),
    ],
)
def test_instagram_refuses_what_the_portal_would(
    own: Voice, shelf: Shelf, size: tuple[int, int], kind: str, error: type[PlatformError]
) -> None:
    bad = shelf.put("image/jpeg", jpeg(*size, kind=kind), width=size[0], height=size[1])

    with pytest.raises(error):
        own.prepare(own.content("Bad", media=(bad,)))


def test_an_address_that_cannot_be_fetched_is_tried_three_times(own: Voice) -> None:
    gone = Media(99, "http://127.0.0.1:9/none.jpg", "image/jpeg", 1000)
    content, staged = own.content("Gone", media=(gone,)), dict[str, Any]()

    for _ in range(2):
        with pytest.raises(TemporaryFailure):
            network.stage(content, own.token, staged, staged.update)
    with pytest.raises(ContentRejected):
        network.stage(content, own.token, staged, staged.update)


# Instagram has no word for a duplicate.
@every_fault(duplicate=OutcomeUnknown, upload_gone=UploadGone, not_ready=StillPreparing)
def test_every_fault_is_understood(own: Voice, picture: Media, kind: str, error: type[PlatformError]) -> None:
    sent = own.prepare(own.content(f"About {kind}", media=(picture,)))
    own.net.fault("instagram", kind)

    with pytest.raises(error) as raised:
        own.publish(sent)

    assert type(raised.value) is error
    assert len(own.posts()) == (1 if kind in APPEARS else 0)


@pytest.mark.parametrize("kind", APPEARS)
def test_a_lost_post_is_found_and_is_there_once(voice: Voice, picture: Media, kind: str) -> None:
    sent, sent_at = voice.prepare(voice.content("Lost @ found", media=(picture,))), now()
    voice.net.fault("instagram", kind)
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    found = voice.find(sent, sent_at)

    (post,) = voice.posts()
    assert found == Published(post["id"], post["permalink"])


def test_a_post_that_is_out_but_not_listed_is_looked_for_again(own: Voice, picture: Media) -> None:
    sent, sent_at = own.prepare(own.content("Lagging", media=(picture,))), now()
    own.net.fault("instagram", "lag", seconds=60)
    own.net.fault("instagram", "drop_after")
    with pytest.raises(OutcomeUnknown):
        own.publish(sent)

    with pytest.raises(TemporaryFailure):
        own.find(sent, sent_at)


@pytest.mark.parametrize("kind", ["server_error", "drop_before", "duplicate"])
def test_what_never_arrived_is_not_found_and_goes_out_of_the_same_container(
    own: Voice, picture: Media, kind: str
) -> None:
    sent, sent_at = own.prepare(own.content("Never arrived", media=(picture,))), now()
    own.net.fault("instagram", kind)
    with pytest.raises(OutcomeUnknown):
        own.publish(sent)

    assert own.find(sent, sent_at) is None
    first, second = own.publish(sent), own.publish(sent)
    assert first.remote_id == second.remote_id and len(own.posts()) == 1


def test_a_container_that_was_not_ready_is_asked_for_and_one_that_is_out_is_not_published_again(
    own: Voice, picture: Media
) -> None:
    content = own.content("Not ready @ first", media=(picture,))
    container = json.loads(own.prepare(content)["body"])["creation_id"]
    staged = {"container": container, "made_at": now().isoformat(), "is_unready": True}

    def next_try() -> Published:
        return own.publish(network.compose(content, network.stage(content, own.token, staged, staged.update)))

    first = next_try()
    with pytest.raises(OutcomeUnknown):
        next_try()

    # Long after the call that made it, as the container tells.
    found = own.find(network.compose(content, staged), now() + timedelta(minutes=10))
    assert found == first and len(own.posts()) == 1


def test_the_days_posts_are_read_live(own: Voice, picture: Media) -> None:
    for number in range(50):
        body = {
            "platform": "instagram",
            "account": own.author.remote_id,
            "text": f"{number}",
            "at": now().isoformat(),
        }
        assert own.net.call("POST", "/_/posts", json=body).status == 201

    with pytest.raises(RateLimited) as raised:
        own.prepare(own.content("One more", media=(picture,)))

    assert raised.value.until is not None and raised.value.until > now() + timedelta(minutes=50)


def test_taking_away_is_possible_for_accounts_of_pages_alone(voice: Voice, picture: Media) -> None:
    published = voice.say("Gone soon", media=(picture,))
    figures = network.figures([published.remote_id, "5"], voice.author, voice.token)
    assert figures[published.remote_id].likes == 0 and "5" not in figures

    if voice.author.connection == "page":
        network.delete(published.remote_id, voice.author, voice.token)
        assert voice.posts() == []
    else:
        with pytest.raises(CannotDo):
            network.delete(published.remote_id, voice.author, voice.token)
