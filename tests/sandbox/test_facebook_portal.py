"""The portal on the practice Facebook: connecting, posting, losing and finding, every fault."""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal import http
from portal.platforms import oauth
from portal.platforms.base import App, Author, Published, Token
from portal.platforms.errors import (
    Declined,
    Duplicate,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
)
from portal.platforms.facebook import Facebook
from tests.sandbox.client import CALLBACK, Browser, Net
from tests.sandbox.meta_portal import APP, FILM, Shelf, Voice, jpeg, now, serving, sign_in, voice_of
from tests.sandbox.understanding import APPEARS, every_fault

network = Facebook()


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with serving() as shelf:
        yield shelf


@pytest.fixture(autouse=True)
def practice(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_outside", http.Outside(net.url))


@pytest.fixture
def voice(net: Net) -> Voice:
    return voice_of(network, "page", net)


def test_signing_in_gives_pages_with_tokens_of_their_own(net: Net) -> None:
    token, pages = sign_in(network, "page", net)

    assert token.expires_at is not None and token.expires_at - now() > timedelta(days=59)
    assert 1 <= len(pages) <= 2
    for page in pages:
        assert page.token is not None and page.token.expires_at is None
        assert page.token.access != token.access and page.picture_url


def test_a_code_works_once(net: Net) -> None:
    connection = network.connection()
    address = oauth.authorization_address(connection, APP, CALLBACK, "STATE", None)
    code = Browser(net).allow(address)["code"]
    oauth.exchange(connection, APP, CALLBACK, code, None)

    with pytest.raises(Declined):
        oauth.exchange(connection, APP, CALLBACK, code, None)


def test_a_permission_is_asked_about_without_using_it(voice: Voice) -> None:
    page = network.connection("page")
    held = page.inspect(page, APP, voice.token)
    assert set(page.must_have) <= held.scopes and held.expires_at is None

    page.withdraw(page, APP, voice.token)
    assert "pages_manage_posts" not in page.inspect(page, APP, voice.token).scopes

    with pytest.raises(ReconnectNeeded):
        page.inspect(page, APP, Token("EAAP1Znobody"))


def test_withdrawing_ends_the_right_to_post(voice: Voice) -> None:
    oauth.revoke(network.connection(), APP, voice.token)

    with pytest.raises(ReconnectNeeded):
        voice.say("After all")


@pytest.mark.parametrize(
    "text",
    [
        "Wash your hands.",
        "Café, 日本語, مرحبا and 👨‍👩‍👧‍👦\nin two lines",
        "All of them: \\ | { } @ [ ] ( ) < > # * _ ~ & \" '",
    ],
)
def test_what_was_typed_is_what_arrives(voice: Voice, text: str) -> None:
    published = voice.say(text)

    (post,) = voice.posts()
    assert (post["text"], post["id"], post["permalink"]) == (
        text,
        published.remote_id,
        published.permalink,
    )
    assert published.remote_id.startswith(f"{voice.author.remote_id}_")
    assert voice.net.call("GET", str(published.permalink)).status == 200
    assert voice.net.call("GET", network.permalink(published.remote_id, voice.author)).status == 200


def test_a_link_arrives(voice: Voice) -> None:
    voice.say("Dates", link="https://example.com/flu")

    assert voice.posts()[0]["link"] == "https://example.com/flu"


def test_one_photo_is_uploaded_and_then_posted(voice: Voice, shelf: Shelf, tmp_path: Path) -> None:
    picture = shelf.put("image/jpeg", jpeg(), tmp_path, alt_text="The waiting room")
    voice.say("Our rooms", media=(picture,), link="https://example.com/rooms")

    (post,) = voice.posts()
    assert [one["alt_text"] for one in post["media"]] == ["The waiting room"]
    assert post["text"] == "Our rooms\n\nhttps://example.com/rooms"


def test_several_photos_keep_their_order_and_are_one_post(voice: Voice, shelf: Shelf, tmp_path: Path) -> None:
    first = shelf.put("image/jpeg", jpeg(), tmp_path, alt_text="one")
    second = shelf.put("image/png", jpeg(kind="PNG"), alt_text="two")
    voice.say("Our rooms", media=(first, second))

    (post,) = voice.posts()
    assert [one["alt_text"] for one in post["media"]] == ["one", "two"]


def test_photos_before_their_post_are_invisible(voice: Voice, shelf: Shelf) -> None:
    sent = voice.prepare(voice.content("Soon", media=(shelf.put("image/jpeg", jpeg()),)))

    assert "media_fbid" in sent["body"] and voice.posts() == []


def test_a_video_is_unknown_until_it_is_prepared_and_then_found(voice: Voice, shelf: Shelf) -> None:
    sent, sent_at = voice.prepare(voice.content("How to", media=(shelf.put("video/mp4", FILM),))), now()
    with pytest.raises(OutcomeUnknown) as raised:
        voice.publish(sent)
    assert raised.value.code == "preparing"

    found = _patiently(voice, sent, sent_at)

    (post,) = voice.posts()
    assert (found.remote_id, found.permalink) == (post["id"], post["permalink"])


def _patiently(voice: Voice, sent: dict[str, Any], sent_at: datetime) -> Published:
    for _ in range(60):
        try:
            found = voice.find(sent, sent_at)
            assert found is not None
            return found
        except PlatformError:
            threading.Event().wait(0.1)
    raise AssertionError("the video was never prepared")


@every_fault()
def test_every_fault_is_understood(voice: Voice, kind: str, error: type[PlatformError]) -> None:
    voice.net.fault("facebook", kind)

    with pytest.raises(error) as raised:
        voice.say(f"About {kind}")

    assert type(raised.value) is error
    assert len(voice.posts()) == (1 if kind in APPEARS else 0)


@pytest.mark.parametrize("kind", APPEARS)
@pytest.mark.parametrize("has_photo", [False, True])
def test_a_lost_post_is_found_and_is_there_once(
    voice: Voice, shelf: Shelf, kind: str, has_photo: bool
) -> None:
    media = (shelf.put("image/jpeg", jpeg()),) if has_photo else ()
    sent, sent_at = voice.prepare(voice.content("Lost & found\n", media=media)), now()
    voice.net.fault("facebook", kind)
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    found = voice.find(sent, sent_at)

    (post,) = voice.posts()
    assert found == Published(post["id"], post["permalink"])


@pytest.mark.parametrize("kind", ["server_error", "drop_before"])
def test_what_never_arrived_is_not_found(voice: Voice, kind: str) -> None:
    voice.say("Another one")
    sent, sent_at = voice.prepare(voice.content("Never arrived")), now()
    voice.net.fault("facebook", kind)
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    assert voice.find(sent, sent_at) is None


def test_a_slow_answer_is_an_answer(voice: Voice) -> None:
    voice.net.fault("facebook", "slow", seconds=0.2)

    assert voice.say("Slowly").remote_id == voice.posts()[0]["id"]


def test_the_wait_is_in_whole_minutes(voice: Voice) -> None:
    voice.net.fault("facebook", "rate_limit", retry_after=90)

    with pytest.raises(RateLimited) as raised:
        voice.say("Too much")

    assert raised.value.until is not None
    assert timedelta(seconds=110) < raised.value.until - now() <= timedelta(seconds=120)


def test_the_same_just_before_is_a_duplicate(voice: Voice) -> None:
    voice.say("Twice")

    with pytest.raises(Duplicate):
        voice.say("Twice")


def test_a_post_is_counted_and_taken_away(voice: Voice) -> None:
    published = voice.say("Gone soon")

    figures = network.figures([published.remote_id, "1_2"], voice.author, voice.token)
    network.delete(published.remote_id, voice.author, voice.token)
    network.delete(published.remote_id, voice.author, voice.token)

    assert figures[published.remote_id].likes == 0 and "1_2" not in figures
    assert voice.posts() == []


def test_every_call_shows_that_it_is_the_apps_own(net: Net) -> None:
    token, pages = sign_in(network, "page", net)
    kind = network.connection("page")

    assert token.proof == hmac.new(b"s3cr3t", token.access.encode(), hashlib.sha256).hexdigest()
    own = kind.proved(APP, pages[0].token or token)
    author = Author(pages[0].remote_id, "page", pages[0].display_name)
    published = Voice(network, author, own, net).say("Shown to be ours.")
    assert published.remote_id.startswith(author.remote_id)


def test_a_proof_made_with_another_secret_is_refused(net: Net) -> None:
    token, _ = sign_in(network, "page", net)
    wrong = network.connection("page").proved(App("990011", "guessed"), token)

    with pytest.raises(PlatformError):
        network.identities(network.connection("page"), wrong)
