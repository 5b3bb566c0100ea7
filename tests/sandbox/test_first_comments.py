"""The portal's own first comments on the practice networks: written, found again, refused in time."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from portal import http
from portal.platforms.base import Author, Content, Platform, Published, Token
from portal.platforms.errors import CannotTell, ContentRejected, OutcomeUnknown, ReconnectNeeded
from portal.platforms.facebook import Facebook
from portal.platforms.reddit import Reddit
from portal.platforms.twitter import Twitter
from tests.sandbox.client import Net
from tests.sandbox.meta_portal import voice_of

WORDS = "More on this: https://example.org/"
OPTIONS = {"reddit": {"subreddit": "exampletest", "title": "Three signs"}}
numbers = count(1)


@pytest.fixture(autouse=True)
def practice(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_outside", http.Outside(net.url))


def at_home(network: Platform, net: Net) -> tuple[Author, Token]:
    """Somebody who has connected an account."""
    if network.key == "facebook":
        voice = voice_of(network, "page", net)
        return voice.author, voice.token
    given = net.connect(network.key, handle=f"Commenter_{next(numbers)}")
    token = Token(given["access_token"], given["refresh_token"])
    (who,) = network.identities(network.connection(), token)
    return Author(who.remote_id, "account", who.display_name, who.handle, facts=who.facts), token


def put_out(network: Platform, author: Author, token: Token) -> Published:
    said = Content(f"Wash your hands {next(numbers)} times.", author, options=OPTIONS.get(network.key, {}))
    published = network.publish(network.compose(said, {}), author, token)
    assert isinstance(published, Published)
    return published


@pytest.mark.parametrize("make", [Facebook, Twitter])
def test_a_comment_is_written_below_the_post_and_found_there(make: Callable[[], Any], net: Net) -> None:
    network = make()
    author, token = at_home(network, net)
    post = put_out(network, author, token)
    since = datetime.now(UTC)
    assert network.find_comment(post.remote_id, WORDS, since, author, token) is None
    id = network.comment(post.remote_id, WORDS, author, token)
    assert network.find_comment(post.remote_id, WORDS, since, author, token) == id
    assert network.find_comment(post.remote_id, "Other words", since, author, token) is None


def test_reddit_writes_a_comment_and_cannot_be_asked_for_it(net: Net) -> None:
    network = Reddit()
    author, token = at_home(network, net)
    post = put_out(network, author, token)
    assert network.comment(post.remote_id, WORDS, author, token).startswith("t1_")
    with pytest.raises(CannotTell):
        network.find_comment(post.remote_id, WORDS, datetime.now(UTC), author, token)


@pytest.mark.parametrize("make", [Facebook, Twitter])
def test_a_comment_whose_answer_is_lost_is_found(make: Callable[[], Any], net: Net) -> None:
    network = make()
    author, token = at_home(network, net)
    post = put_out(network, author, token)
    net.fault(platform=network.key, kind="drop_after", account=author.remote_id)
    since = datetime.now(UTC)
    with pytest.raises(OutcomeUnknown):
        network.comment(post.remote_id, WORDS, author, token)
    assert network.find_comment(post.remote_id, WORDS, since, author, token)


def test_a_comment_that_may_not_be_is_refused(net: Net) -> None:
    network = Facebook()
    author, token = at_home(network, net)
    post = put_out(network, author, token)
    net.fault(platform="facebook", kind="permission_missing", account=author.remote_id)
    with pytest.raises(ReconnectNeeded):
        network.comment(post.remote_id, WORDS, author, token)
    with pytest.raises(ContentRejected):
        network.comment(post.remote_id, "x" * 8_001, author, token)
    assert [one.field for one in network.comment_problems("x" * 8_001, author)] == ["first_comment"]
    assert network.comment_problems("", author) == []
