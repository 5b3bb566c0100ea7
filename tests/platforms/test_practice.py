"""The real classes against the practice network: what goes out arrives, and every fault is understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from portal import http
from portal.platforms.base import Author, Content, Lost, Platform, Published, Token
from portal.platforms.errors import (
    Duplicate,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    UploadGone,
)
from portal.platforms.linkedin import LinkedIn
from portal.platforms.twitter import Twitter
from portal.sandbox.running import RunningSandbox, start_sandbox
from tests.sandbox.client import Net
from tests.sandbox.understanding import APPEARS, every_fault

numbers = count(1)


@dataclass
class Voice:
    """Somebody who can post on a network."""

    network: Platform
    author: Author
    token: Token
    net: Net

    def compose(self, text: str, **more: Any) -> dict[str, Any]:
        return self.network.compose(Content(text, self.author, **more), {})

    def publish(self, sent: dict[str, Any]) -> Published:
        published = self.network.publish(sent, self.author, self.token)
        assert isinstance(published, Published)
        return published

    def find(self, sent: dict[str, Any], sent_at: datetime) -> Published | None:
        return self.network.find(Lost(sent, sent_at), self.author, self.token)

    def posts(self) -> list[dict[str, Any]]:
        found = self.net.posts(self.network.key)
        return [post for post in found if post["account"] == self.author.remote_id]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def net(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Net:
    monkeypatch.setattr(http, "_outside", http.Outside(sandbox.url))
    net = Net(sandbox.url)
    net.call("DELETE", "/_/faults")
    return net


@pytest.fixture(params=["profile", "organization", "account"])
def voice(request: pytest.FixtureRequest, net: Net) -> Voice:
    """Asha on a LinkedIn profile, a LinkedIn page, X; a newcomer for each test."""
    network = LinkedIn() if request.param != "account" else Twitter()
    connection = network.connection(request.param)
    seeded = net.connect(network.key, f"dr_asha_{next(numbers)}", scopes=list(connection.scopes))
    token = Token(seeded["access_token"], seeded.get("refresh_token"))
    identity = network.identities(connection, token)[0]
    author = Author(
        identity.remote_id, connection.key, identity.display_name, identity.handle, identity.facts
    )
    return Voice(network, author, token, net)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Wash your hands.",
        "Flu season (2026) starts: get vaccinated! #health #AI_news",
        "All of them: \\ | { } @ [ ] ( ) < > # * _ ~ & \" '",
        "Café, 日本語, مرحبا and 👨‍👩‍👧‍👦\nin two lines",
        "See https://example.com/a_b~c?q=(1) and example.com.",
    ],
)
def test_what_was_typed_is_what_arrives(voice: Voice, text: str) -> None:
    published = voice.publish(voice.compose(text))

    (post,) = voice.posts()
    assert (post["id"], post["permalink"]) == (published.remote_id, published.permalink)
    shown = post["text"].replace("%7E", "~").replace("%281%29", "(1)")
    assert shown == text
    assert voice.net.call("GET", published.permalink).status == 200


def test_a_link_arrives(voice: Voice) -> None:
    voice.publish(voice.compose("Dates", link="https://example.com/flu", link_title="Flu vaccination"))

    assert voice.posts()[0]["link"] == "https://example.com/flu"


def test_the_longest_text_is_taken(voice: Voice) -> None:
    content = Content("a" * voice.network.limit(voice.author), voice.author)

    assert voice.network.problems(content) == []
    voice.publish(voice.network.compose(content, {}))


@every_fault(upload_gone=UploadGone)
def test_every_fault_is_understood(voice: Voice, kind: str, error: type[PlatformError]) -> None:
    voice.net.fault(voice.network.key, kind)
    sent = voice.compose(f"About {kind}")

    with pytest.raises(error) as raised:
        voice.publish(sent)

    assert type(raised.value) is error
    assert len(voice.posts()) == (1 if kind in APPEARS else 0)


@pytest.mark.parametrize("kind", APPEARS)
def test_a_lost_post_is_found_and_is_there_once(voice: Voice, kind: str) -> None:
    voice.net.fault(voice.network.key, kind)
    sent, sent_at = voice.compose("Lost & found (once) #here https://example.com/a_b"), now()
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    found = voice.find(sent, sent_at)

    (post,) = voice.posts()
    assert found == Published(post["id"], post["permalink"])


@pytest.mark.parametrize("kind", ["server_error", "drop_before"])
def test_what_never_arrived_is_not_found(voice: Voice, kind: str) -> None:
    voice.net.fault(voice.network.key, kind)
    sent, sent_at = voice.compose("Never arrived"), now()
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    found = voice.find(sent, sent_at)

    # On a LinkedIn profile looking is sending the same once more: now it is there, and once.
    is_profile = voice.author.connection == "profile"
    assert (found is not None) is is_profile and len(voice.posts()) == is_profile


def test_the_time_to_wait_is_the_networks(voice: Voice) -> None:
    voice.net.fault(voice.network.key, "rate_limit", retry_after=90)

    with pytest.raises(RateLimited) as raised:
        voice.publish(voice.compose("Too much"))

    assert raised.value.until is not None
    assert timedelta(seconds=80) < raised.value.until - now() < timedelta(seconds=95)


def test_saying_the_same_twice_is_a_duplicate(voice: Voice) -> None:
    first = voice.publish(voice.compose("Twice"))

    with pytest.raises(Duplicate) as raised:
        voice.publish(voice.compose("Twice"))

    is_x = voice.network.key == "twitter"
    assert raised.value.remote_id == (None if is_x else first.remote_id)


def test_a_slow_network_is_unknown_and_then_found(voice: Voice) -> None:
    voice.net.fault(voice.network.key, "hang", seconds=0.5)
    sent, sent_at = voice.compose("Slowly"), now()

    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)
    assert voice.find(sent, sent_at) is not None
