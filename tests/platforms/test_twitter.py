"""X's own ways: its counting, threads, and lost posts."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import http
from portal.platforms.base import Author, Content, Figures, Lost, Token
from portal.platforms.errors import CannotTell, OutcomeUnknown, TemporaryFailure, TokenEnded
from portal.platforms.twitter import MOST_CHARACTERS_LONG, Twitter
from portal.platforms.twitter_looking import PAGES_OF_POSTS
from tests.platforms.wire import Wire

network = Twitter()
TOKEN = Token("xat-0002", "xrt-0002")
ADA = Author("1500000000000000042", "account", "Dr. Ada Example", "dr_ada")
PREMIUM = Author("1", "account", "Dr. P", "p", {"subscription_type": "Premium"})


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("hello", 5),
        ("see https://example.com/a/very/long/path?x=1 ok", 30),
        ("https://a.co http://b.org", 47),
        ("example.com", 23),
        ("a.b", 3),
        ("me@example.com", 14),
        ("👨‍👩‍👧‍👦", 2),
        ("🇬🇧", 2),
        ("👍🏽", 2),
        ("1️⃣", 2),
        ("日本語", 6),
        ("cafe\u0301", 4),
        ("“hi” – it’s … •", 17),
        ("€", 2),
        ("™", 2),
        ("©", 2),
        ("مرحبا", 5),
        ("שלום", 4),
        ("Ωμέγα", 5),
        ("", 0),
    ],
)
def test_text_is_counted_as_x_counts_it(text: str, counted: int) -> None:
    assert network.length(text) == counted


@given(st.text(st.characters(max_codepoint=0x2FF, categories=["L", "Zs"])), st.text("日本語漢字"))
def test_plain_letters_count_one_and_han_signs_two(plain: str, han: str) -> None:
    import unicodedata

    assert network.length(plain) == len(unicodedata.normalize("NFC", plain))
    assert network.length(han) == 2 * len(han)


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("字" * 140, True),
        ("字" * 140 + "a", False),
        ("👨‍👩‍👧‍👦" * 140, True),
        ("👨‍👩‍👧‍👦" * 141, False),
        ("a" * 256 + " https://example.com/" + "x" * 500, True),
        ("a" * 257 + " https://example.com/" + "x" * 500, False),
        ("e\u0301" * 280, True),
        ("e\u0301" * 281, False),
    ],
)
def test_each_way_of_counting_has_its_edge(text: str, is_fine: bool) -> None:
    assert (network.problems(Content(text, ADA)) == []) is is_fine


def test_too_long_is_said_with_the_numbers() -> None:
    (problem,) = network.problems(Content("a" * 292, ADA))
    assert problem.words == "This text is 12 characters too long for X (292 of 280)."


def test_a_link_of_its_own_is_counted_with_the_text() -> None:
    content = Content("a" * 257, ADA, link="https://example.com/hours")

    assert [problem.field for problem in network.problems(content)] == ["content"]
    assert network.preview(content).length == 281


def test_who_pays_may_write_more() -> None:
    assert network.problems(Content("a" * 1000, PREMIUM)) == []
    assert network.preview(Content("a" * 1000, PREMIUM)).note
    assert network.problems(Content("a" * (MOST_CHARACTERS_LONG + 1), PREMIUM))


@pytest.mark.parametrize("text", ["buy $AAA and $BBB", "a\ufeffb", "\uffff"])
def test_what_x_would_refuse_is_said_before(text: str) -> None:
    assert [problem.field for problem in network.problems(Content(text, ADA))] == ["content"]


def test_one_cashtag_and_prices_are_fine() -> None:
    assert network.problems(Content("$ABC costs $5 and US$20", ADA)) == []


def test_who_the_token_is_for(wire: Wire) -> None:
    me = {
        "id": "1500000000000000042",
        "name": "Dr. Ada Example",
        "username": "dr_ada",
        "profile_image_url": "https://pbs.twimg.com/profile_images/1/abc_normal.jpg",
        "subscription_type": "None",
    }
    wire.answers(200, {"data": me})

    (identity,) = network.identities(network.connection(), TOKEN)

    assert (identity.remote_id, identity.handle) == ("1500000000000000042", "dr_ada")
    assert identity.picture_url == "https://pbs.twimg.com/profile_images/1/abc_400x400.jpg"
    assert identity.facts == {"subscription_type": "None"}
    assert wire.calls[0].path == "/2/users/me"


# Threads


def thread(*texts: str) -> Content:
    return Content(texts[0], ADA, options={"thread": list(texts[1:])})


def made(number: int) -> dict[str, Any]:
    return {"data": {"id": f"199000000000000000{number}", "text": "…"}}


def publish(content: Content) -> Any:
    return network.publish(network.compose(content, {}), ADA, TOKEN)


def test_each_post_of_a_thread_answers_the_one_before(wire: Wire) -> None:
    for number in (1, 2, 3):
        wire.answers(201, made(number))

    published = publish(thread("one", "two", "three"))

    assert (published.remote_id, published.note) == ("1990000000000000001", None)
    assert [call.json for call in wire.calls] == [
        {"text": "one"},
        {"text": "two", "reply": {"in_reply_to_tweet_id": "1990000000000000001"}},
        {"text": "three", "reply": {"in_reply_to_tweet_id": "1990000000000000002"}},
    ]


@pytest.mark.parametrize(
    "end",
    [
        http.Answer(403, {}, b'{"detail":"Reply to this conversation is not allowed because"}'),
        http.Answer(401, {}, b"{}"),
        http.Answer(402, {}, b"{}"),
    ],
    ids=repr,
)
def test_a_thread_whose_rest_is_refused_is_out_with_a_note(wire: Wire, end: Any) -> None:
    wire.answers(201, made(1)).answers(201, made(2))
    wire.script.append(end)

    published = publish(thread("one", "two", "three"))

    assert published.remote_id == "1990000000000000001"
    assert published.note.startswith("Only 2 of 3 posts of this thread are surely out.")
    assert len(wire.calls) == 3


@pytest.mark.parametrize(
    "end",
    [
        http.Answer(429, {}, b"{}"),
        http.Answer(503, {}, b"<html>"),
        http.Unanswered("cut"),
        http.NotSent("no connection"),
    ],
    ids=repr,
)
def test_a_thread_that_a_passing_fault_stopped_is_looked_for(wire: Wire, end: Any) -> None:
    wire.answers(201, made(1)).answers(201, made(2))
    wire.script.append(end)

    with pytest.raises(OutcomeUnknown) as raised:
        publish(thread("one", "two", "three"))

    assert raised.value.words.startswith("2 of 3 posts of this thread are out.")
    assert len(wire.calls) == 3


def test_a_thread_whose_beginning_is_unknown_says_nothing_more(wire: Wire) -> None:
    wire.fails(http.Unanswered("cut"))

    with pytest.raises(OutcomeUnknown):
        publish(thread("one", "two"))
    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"thread": "not a list"},
        {"thread": [1]},
        {"thread": ["a" * 281]},
        {"thread": [""]},
        {"thread": ["one"]},
        {"thread": [str(n) for n in range(25)]},
    ],
)
def test_what_is_wrong_with_a_thread_is_said(options: dict[str, Any]) -> None:
    problems = network.problems(Content("one", ADA, options=options))
    assert {problem.field for problem in problems} == {"options.thread"}


# Lost posts


def lost(now: datetime, content: Content | None = None, **facts: Any) -> Lost:
    content = content or Content("Our hours & more: https://clinic.example/hours", ADA)
    return Lost(network.compose(content, {}), now - timedelta(seconds=15), **facts)


def shown(now: datetime, **changes: Any) -> dict[str, Any]:
    url = {"url": "https://t.co/AbCdEf1234", "expanded_url": "https://clinic.example/hours"}
    return {
        "id": "1990000000000000002",
        "text": "Our hours &amp; more: https://t.co/AbCdEf1234",
        "created_at": (now - timedelta(seconds=14)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "entities": {"urls": [url]},
        **changes,
    }


def test_a_lost_post_is_found_on_the_timeline(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"data": [shown(now)], "meta": {"result_count": 1}})

    found = network.find(lost(now), ADA, TOKEN)

    assert found and found.remote_id == "1990000000000000002"
    assert found.permalink == "https://x.com/dr_ada/status/1990000000000000002"
    call = wire.calls[0]
    assert call.path == "/2/users/1500000000000000042/tweets"
    assert call.query == {
        "max_results": "5",
        "start_time": "2026-11-22T09:57:45Z",
        "tweet.fields": "created_at,entities,referenced_tweets",
        "exclude": "retweets",
    }


def test_nothing_found_is_no_key_at_all(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"meta": {"result_count": 0}})

    assert network.find(lost(now), ADA, TOKEN) is None


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Something else"},
        {"created_at": "2026-11-22T09:00:00.000Z"},
        {"created_at": "yesterday"},
        {"id": "7"},
        {"referenced_tweets": [{"type": "replied_to", "id": "1"}]},
    ],
    ids=["another text", "an older one", "one without a time", "one that is known", "an answer"],
)
def test_another_post_is_not_taken_for_it(wire: Wire, now: datetime, other: dict[str, Any]) -> None:
    wire.answers(200, {"data": [shown(now, **other)]})

    assert network.find(lost(now, known_ids=frozenset({"7"})), ADA, TOKEN) is None


def test_what_x_changes_in_a_text_does_not_hide_it(wire: Wire, now: datetime) -> None:
    urls = [
        {"url": "https://t.co/1", "expanded_url": "http://example.com"},
        {"url": "https://t.co/2", "expanded_url": "https://x.com/dr_ada/status/1/photo/1"},
    ]
    post = shown(now, text="caf\u00e9 at https://t.co/1 &lt;3 https://t.co/2", entities={"urls": urls})
    wire.answers(200, {"data": [post]})

    content = Content("cafe\u0301  at\nexample.com <3", ADA)
    assert network.find(lost(now, content), ADA, TOKEN) is not None


def test_a_busy_account_is_read_page_by_page(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"data": [shown(now, text="Else")], "meta": {"next_token": "n1"}})
    wire.answers(200, {"data": [shown(now)], "meta": {}})

    assert network.find(lost(now), ADA, TOKEN) is not None
    assert wire.calls[1].query["pagination_token"] == "n1"
    assert [call.query["max_results"] for call in wire.calls] == ["5", "100"]


def test_an_account_so_busy_that_nothing_is_certain_is_not_called_absent(wire: Wire, now: datetime) -> None:
    for _ in range(PAGES_OF_POSTS):
        wire.answers(200, {"data": [shown(now, text="Else")], "meta": {"next_token": "n"}})

    with pytest.raises(CannotTell):
        network.find(lost(now), ADA, TOKEN)


@pytest.mark.parametrize("answer", [(503, b""), (200, b"<html>"), (302, b"")])
def test_a_timeline_that_does_not_come_says_nothing(wire: Wire, now: datetime, answer: Any) -> None:
    wire.answers(*answer)

    with pytest.raises(TemporaryFailure):
        network.find(lost(now), ADA, TOKEN)


def answered(now: datetime, id: str, text: str, to: str) -> dict[str, Any]:
    return shown(now, id=id, text=text, entities={}, referenced_tweets=[{"type": "replied_to", "id": to}])


def test_a_lost_thread_goes_on_from_what_is_there(wire: Wire, now: datetime) -> None:
    first = shown(now, id="1", text="one", entities={})
    wire.answers(200, {"data": [answered(now, "2", "two", "1"), first]}).answers(201, made(3))

    found = network.find(lost(now, thread("one", "two", "three"), looks=1), ADA, TOKEN)

    assert found and (found.remote_id, found.note) == ("1", None)
    assert wire.calls[-1].json == {"text": "three", "reply": {"in_reply_to_tweet_id": "2"}}


def test_the_rest_of_a_lost_thread_is_looked_for_again_before_it_is_sent(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"data": [shown(now, id="1", text="one", entities={})]})

    with pytest.raises(TemporaryFailure):
        network.find(lost(now, thread("one", "two")), ADA, TOKEN)
    assert len(wire.calls) == 1


def test_a_lost_thread_that_is_whole_needs_no_note(wire: Wire, now: datetime) -> None:
    first = shown(now, id="1", text="one", entities={})
    second = shown(now, id="2", text="two", entities={}, referenced_posts=[{"type": "replied_to", "id": "1"}])
    wire.answers(200, {"data": [second, first]})

    found = network.find(lost(now, thread("one", "two")), ADA, TOKEN)
    assert found and found.note is None


@pytest.mark.parametrize(
    ("address", "id"),
    [
        ("https://x.com/dr_ada/status/199", "199"),
        ("https://twitter.com/dr_ada/status/199?s=20", "199"),
        ("https://mobile.x.com/i/web/status/199", "199"),
        ("http://127.0.0.1:8010/x.com/dr_ada/status/199", "199"),
        ("https://notx.com/dr_ada/status/199", None),
        ("https://x.com/dr_ada", None),
    ],
)
def test_a_pasted_address_gives_its_post(address: str, id: str | None) -> None:
    assert network.remote_id_from_permalink(address) == id


def test_what_is_composed_can_be_read_back() -> None:
    sent = network.compose(thread("one", "two"), {})
    assert json.loads(sent["body"]) == {"text": "one"} and sent["thread"] == ["two"]


# Deleting, and figures


def test_a_post_is_taken_away_and_one_that_is_gone_is_no_trouble(wire: Wire) -> None:
    wire.answers(200, {"data": {"deleted": True}}).answers(404, {"title": "Not Found Error"})

    network.delete("199", ADA, TOKEN)
    network.delete("199", ADA, TOKEN)

    assert (wire.calls[0].method, wire.calls[0].url) == ("DELETE", "https://api.x.com/2/tweets/199")


def test_a_refusal_to_delete_is_said(wire: Wire) -> None:
    wire.answers(503).answers(401, {"title": "Unauthorized"})

    with pytest.raises(TemporaryFailure):
        network.delete("199", ADA, TOKEN)
    with pytest.raises(TokenEnded):
        network.delete("199", ADA, TOKEN)


def test_figures_of_many_posts_come_in_one_call(wire: Wire) -> None:
    counts = {"retweet_count": 2, "reply_count": 1, "like_count": 14, "quote_count": 1}
    posts = [{"id": "1", "public_metrics": counts | {"impression_count": 812}}]
    posts += [{"id": "2", "public_metrics": {"repost_count": 5}}]
    wire.answers(200, {"data": posts, "errors": [{"resource_id": "3"}]})

    found = network.figures(["1", "2", "3"], ADA, TOKEN)

    assert found == {"1": Figures(likes=14, comments=1, shares=3, views=812), "2": Figures(shares=5)}
    assert wire.calls[0].query == {"ids": "1,2,3", "tweet.fields": "public_metrics"}


def test_a_post_by_hand_begins_with_its_text_filled_in() -> None:
    content = Content("100% “sure” & #well", ADA, options={"thread": ["Second."]})

    task = network.by_hand(content)

    assert task.address == ("https://x.com/intent/tweet?text=100%25%20%E2%80%9Csure%E2%80%9D%20%26%20%23well")
    assert task.texts == ("100% “sure” & #well", "Second.")
    assert "as a reply" in task.how


def test_a_text_too_long_for_an_address_is_pasted() -> None:
    task = network.by_hand(Content("ठंड " * 2000, ADA))

    assert task.address == "https://x.com/"
    assert "paste the text" in task.how
