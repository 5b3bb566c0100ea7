"""The portal's own first comments on the practice networks: written, found again, refused in time."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from portal import http
from portal.platforms import youtube_calls
from portal.platforms.base import Author, Content, Platform, Published, Token
from portal.platforms.errors import CannotTell, ContentRejected, OutcomeUnknown, ReconnectNeeded
from portal.platforms.facebook import Facebook
from portal.platforms.instagram import Instagram
from portal.platforms.linkedin import LinkedIn
from portal.platforms.linkedin_comments import COMMENT_SCOPES
from portal.platforms.reddit import Reddit
from portal.platforms.twitter import Twitter
from portal.platforms.youtube import YouTube
from tests.sandbox.client import Net
from tests.sandbox.meta_portal import voice_of

WORDS = "More on this: https://example.org/"
OPTIONS = {"reddit": {"subreddit": "exampletest", "title": "Three signs"}}
READING = [f"https://www.googleapis.com/auth/youtube.{name}" for name in ("upload", "readonly")]
numbers = count(1)


@pytest.fixture(autouse=True)
def practice(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_outside", http.Outside(net.url))


def at_home(network: Platform, net: Net) -> tuple[Author, Token]:
    """Somebody who has connected an account."""
    if network.key == "facebook":
        voice = voice_of(network, "page", net)
        return voice.author, voice.token
    if network.key == "linkedin":
        connection = network.connection("organization")
        scopes = [*connection.scopes, *COMMENT_SCOPES]
        given = net.connect("linkedin", f"commenter_{next(numbers)}", scopes=scopes)
        token = Token(given["access_token"], scopes=frozenset(scopes))
        who = network.identities(connection, token)[0]
        return Author(who.remote_id, "organization", who.display_name), token
    given = net.connect(network.key, handle=f"Commenter_{next(numbers)}")
    token = Token(given["access_token"], given["refresh_token"])
    (who,) = network.identities(network.connection(), token)
    return Author(who.remote_id, "account", who.display_name, who.handle, facts=who.facts), token


def put_out(network: Platform, author: Author, token: Token) -> Published:
    said = Content(f"Wash your hands {next(numbers)} times.", author, options=OPTIONS.get(network.key, {}))
    published = network.publish(network.compose(said, {}), author, token)
    assert isinstance(published, Published)
    return published


def is_there(author: Author, network: Platform, net: Net) -> Published:
    """A post with pictures or a video, as if it had gone out before."""
    at = datetime.now(UTC).isoformat()
    body = {"platform": network.key, "account": author.remote_id, "text": "Hands.", "at": at}
    answer = net.call("POST", "/_/posts", json=body)
    assert answer.status == 201, answer.data
    return Published(answer.json()["id"], answer.json()["permalink"])


@pytest.mark.parametrize("make", [Facebook, LinkedIn, Twitter])
def test_a_comment_is_written_below_the_post_and_found_there(make: Callable[[], Any], net: Net) -> None:
    network = make()
    author, token = at_home(network, net)
    post = put_out(network, author, token)
    since = datetime.now(UTC)
    assert network.find_comment(post.remote_id, WORDS, since, author, token) is None
    id = network.comment(post.remote_id, WORDS, author, token)
    assert network.find_comment(post.remote_id, WORDS, since, author, token) == id
    assert network.find_comment(post.remote_id, "Other words", since, author, token) is None


@pytest.mark.parametrize("key", ["account", "page"])
def test_instagram_takes_a_comment_by_either_login(net: Net, key: str) -> None:
    network = Instagram()
    voice = voice_of(network, key, net)
    author, token = voice.author, voice.token
    post, since = is_there(author, network, net), datetime.now(UTC)
    assert network.may_comment(author, token.scopes)
    assert network.find_comment(post.remote_id, WORDS, since, author, token) is None
    net.fault(platform="instagram", kind="drop_after", account=author.remote_id)
    with pytest.raises(OutcomeUnknown):
        network.comment(post.remote_id, WORDS, author, token)
    assert network.find_comment(post.remote_id, WORDS, since, author, token)
    for wrong in ("x" * 301, "#a #b #c #d #e", "https://a.example https://b.example", "WASH YOUR HANDS"):
        assert len(network.comment_problems(wrong, author)) == 1
        with pytest.raises(ContentRejected):
            network.comment(post.remote_id, wrong, author, token)


def test_youtube_takes_a_comment_and_cannot_be_asked_for_it(net: Net) -> None:
    network = YouTube()
    given = net.connect("youtube", handle=f"commenter_{next(numbers)}")
    author = Author(given["identity"]["account"], "channel", "Dr. Asha")
    token = Token(given["access_token"])
    post = is_there(author, network, net)
    assert network.comment(post.remote_id, WORDS, author, token).startswith("Ug")
    with pytest.raises(CannotTell):
        network.find_comment(post.remote_id, WORDS, datetime.now(UTC), author, token)
    net.fault(platform="youtube", kind="drop_after", account=author.remote_id)
    with pytest.raises(OutcomeUnknown):
        network.comment(post.remote_id, WORDS, author, token)
    narrow = net.connect("youtube", handle=given["identity"]["handle"], scopes=list(READING))
    with pytest.raises(ReconnectNeeded):
        network.comment(post.remote_id, WORDS, author, Token(narrow["access_token"]))


def test_a_private_video_takes_no_comment() -> None:
    error = youtube_calls.refused(
        http.Answer(403, {}, b'{"error":{"errors":[{"reason":"commentsDisabled"}]}}')
    )
    assert isinstance(error, ContentRejected) and "takes no comments" in error.words


def test_only_company_pages_comment_on_linkedin(net: Net) -> None:
    network = LinkedIn()
    assert network.comment_limit(Author("urn:li:person:a", "profile", "Asha")) is None
    author, token = at_home(network, net)
    post = put_out(network, author, token)
    earlier = ("r_organization_social", "w_organization_social", "rw_organization_admin")
    assert network.may_comment(author, token.scopes) and not network.may_comment(author, earlier)
    assert [one.field for one in network.comment_problems("x" * 1_251, author)] == ["first_comment"]
    assert network.comment_problems("(" * 1_250, author) == []
    net.fault(platform="linkedin", kind="permission_missing", account=author.remote_id)
    with pytest.raises(ReconnectNeeded):
        network.comment(post.remote_id, WORDS, author, token)


def test_reddit_writes_a_comment_and_cannot_be_asked_for_it(net: Net) -> None:
    network = Reddit()
    author, token = at_home(network, net)
    post = put_out(network, author, token)
    assert network.comment(post.remote_id, WORDS, author, token).startswith("t1_")
    with pytest.raises(CannotTell):
        network.find_comment(post.remote_id, WORDS, datetime.now(UTC), author, token)


@pytest.mark.parametrize("make", [Facebook, LinkedIn, Twitter])
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
