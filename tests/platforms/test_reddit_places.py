"""What a community on Reddit wants: told in sentences, offered as choices, judged before planning."""

import json
from typing import Any

import pytest

from portal import http
from portal.platforms.base import Author, Content, Found, Media, Token, Told
from portal.platforms.errors import PlatformError, TemporaryFailure
from portal.platforms.reddit import Reddit
from tests.platforms.wire import Wire

TOKEN = Token("eyJexample2")
ANA = Author("t2_abc12", "account", "DrAnaExample", "DrAnaExample")
ABOUT = {"subreddit_type": "public", "submission_type": "any", "link_flair_enabled": True}
WANTS = {
    "title_text_min_length": 10,
    "title_text_max_length": 120,
    "title_required_strings": [],
    "title_blacklisted_strings": ["miracle"],
    "title_regexes": [],
    "body_text_min_length": None,
    "body_restriction_policy": "none",
    "domain_blacklist": ["spam.example"],
    "link_restriction_policy": "none",
    "link_repost_age": None,
    "is_flair_required": True,
    "guidelines_text": None,
}
RULES = {
    "rules": [
        {"short_name": "Be kind", "description": "Always.", "kind": "all"},
        {"short_name": "Comments", "description": "", "kind": "comment"},
    ]
}
FLAIRS = [{"id": "1111", "text": "Education"}, {"id": "2", "text": "Mods", "mod_only": True}, None, {}]


@pytest.fixture
def network() -> Reddit:
    return Reddit()


def ask(network: Reddit, place: str = "exampletest") -> Told:
    return network.ask_about(place, ANA, TOKEN, 5)


def answers(wire: Wire, about: Any = ABOUT, wants: Any = WANTS, flairs: Any = FLAIRS) -> Wire:
    return (
        wire.answers(200, {"kind": "t5", "data": about})
        .answers(200, wants)
        .answers(200, RULES)
        .answers(200, flairs)
    )


def content(text: str = "Dr. Ana explains", link: str | None = None, **options: Any) -> Content:
    said = {"subreddit": "exampletest", "title": "Three signs of dehydration", "flair_id": "1111"}
    return Content(text, ANA, link=link, options={**said, **options})


def told(**demands: Any) -> Told:
    return Told(
        demands={"kinds": ["self", "link", "image", "gallery"], **demands},
        choices={"flair_id": (("1111", "Education"),)},
    )


def test_rules_are_told_in_sentences(network: Reddit, wire: Wire) -> None:
    answers(wire, ABOUT | {"submission_type": "self", "allow_images": False, "allow_galleries": False})

    assert ask(network).rules == (
        Found("", "Takes texts."),
        Found("", "Only texts are taken."),
        Found("", "Pictures are not taken."),
        Found("", "The title must have at least 10 characters."),
        Found("", "The title must have at most 120 characters."),
        Found("", "The title must not hold: “miracle”."),
        Found("", "A label must be chosen."),
        Found("", "Be kind", "Always."),
    )


def test_labels_are_offered_without_those_of_the_moderators(network: Reddit, wire: Wire) -> None:
    answers(wire)

    assert ask(network).choices == {"flair_id": (("1111", "Education"),)}


def test_where_nobody_may_choose_a_label_none_is_offered(network: Reddit, wire: Wire) -> None:
    wire.answers(200, {"data": ABOUT}).answers(200, WANTS).answers(200, RULES)
    wire.answers(403, {"message": "Forbidden", "error": 403})

    assert ask(network).choices == {"flair_id": ()}


def test_what_was_told_can_be_kept_as_json(network: Reddit, wire: Wire) -> None:
    answers(wire)
    first = ask(network)

    assert Told.from_record(json.loads(json.dumps(first.to_record()))).to_record() == first.to_record()


@pytest.mark.parametrize(
    ("status", "body", "words", "is_personal"),
    [
        (404, {"message": "Not Found", "error": 404}, "Reddit has no community called r/exampletest.", False),
        (404, {"message": "Not Found", "error": 404, "reason": "banned"}, "Reddit has no community", False),
        (302, "", "Reddit has no community", False),
        (
            403,
            {"message": "Forbidden", "error": 403, "reason": "private"},
            "r/exampletest is closed to you",
            True,
        ),
        (403, {"message": "Forbidden", "error": 403}, "r/exampletest is closed to you", True),
    ],
)
def test_a_community_that_is_not_there_or_closed_is_said_to_be(
    network: Reddit, wire: Wire, status: int, body: Any, words: str, is_personal: bool
) -> None:
    wire.answers(status, body, {"location": "https://www.reddit.com/subreddits/search?q=x"})
    wire.answers(200, {"data": {"children": [{"data": {"display_name": "exampletests"}}]}})

    found = ask(network)

    assert found.trouble and found.trouble.startswith(words)
    assert found.is_personal is is_personal
    assert found.others == (() if is_personal else ("exampletests",))
    (problem,) = network.misfits(content(), found)
    assert problem.field == "options.subreddit"


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"user_is_banned": True}, "You are banned from r/exampletest."),
        ({"subreddit_type": "restricted"}, "Only people whom its moderators let in"),
    ],
)
def test_who_may_not_post_there_is_told(
    network: Reddit, wire: Wire, about: dict[str, Any], words: str
) -> None:
    answers(wire, ABOUT | about)

    found = ask(network)
    assert found.trouble and found.trouble.startswith(words) and found.is_personal


def test_without_a_name_the_own_communities_are_told(network: Reddit, wire: Wire) -> None:
    wire.answers(200, {"data": {"children": [{"kind": "t5", "data": {"display_name": "exampletest"}}]}})

    assert ask(network, "").others == ("exampletest",)
    assert wire.calls[0].path == "/subreddits/mine/subscriber"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda wire: wire.fails(http.Unanswered("cut")),
        lambda wire: wire.answers(500, "<html>"),
        lambda wire: wire.answers(200, "<html>"),
        lambda wire: wire.answers(429, "slow", {"retry-after": "5"}),
        lambda wire: wire.answers(200, {"data": ABOUT}).answers(503),
        lambda wire: wire.answers(401, {"message": "Unauthorized", "error": 401}),
    ],
)
def test_trouble_while_asking_is_told_as_such(network: Reddit, wire: Wire, spoil: Any) -> None:
    spoil(wire)

    with pytest.raises(PlatformError):
        ask(network)


def test_no_call_begins_when_the_time_is_over(network: Reddit, wire: Wire) -> None:
    with pytest.raises(TemporaryFailure):
        network.ask_about("exampletest", ANA, TOKEN, 0)
    assert wire.calls == []


@pytest.mark.parametrize(
    ("said", "demands", "field", "words"),
    [
        (
            content(flair_id=""),
            {"is_flair_required": True},
            "options.flair_id",
            "wants a label on each post. Choose one.",
        ),
        (content(flair_id="9"), {}, "options.flair_id", "does not offer this label. Choose another one."),
        (
            content(),
            {"kinds": ["link", "image"]},
            "options.subreddit",
            "does not take texts. It takes links and pictures.",
        ),
        (
            content(title="Hey"),
            {"title_text_min_length": 10},
            "options.title",
            "wants a title of at least 10 characters. This one has 3.",
        ),
        (
            content(),
            {"title_text_max_length": 10},
            "options.title",
            "wants a title of at most 10 characters. This one has 26.",
        ),
        (
            content(title="A Miracle  cure"),
            {"title_blacklisted_strings": ["miracle cure"]},
            "options.title",
            "does not take a title with “miracle cure” in it.",
        ),
        (
            content(),
            {"title_required_strings": ["[Q]"]},
            "options.title",
            "wants the title to hold one of: “[Q]”.",
        ),
        (
            content("Hi"),
            {"body_text_min_length": 3},
            "content",
            "wants a text of at least 3 characters. This one has 2.",
        ),
        (
            content("", link="https://a.example/"),
            {"body_restriction_policy": "required"},
            "content",
            "wants a text with each post. Enter one.",
        ),
        (
            content(),
            {"body_restriction_policy": "notAllowed"},
            "content",
            "takes a title alone, without a text. Leave the text out.",
        ),
        (
            content(link="https://www.Spam.example/a"),
            {"link_restriction_policy": "blacklist", "domain_blacklist": ["spam.example"]},
            "link",
            "does not take links to www.spam.example. Take the link out.",
        ),
        (
            content(link="https://other.example/a"),
            {"link_restriction_policy": "whitelist", "domain_whitelist": ["who.int"]},
            "link",
            "does not take links to other.example. Take the link out.",
        ),
    ],
)
def test_what_a_community_would_refuse_is_told_beside_its_field(
    network: Reddit, said: Content, demands: dict[str, Any], field: str, words: str
) -> None:
    (problem,) = network.misfits(said, told(**demands))

    assert (problem.field, problem.words) == (field, f"r/exampletest {words}")


def test_what_fits_is_not_complained_of(network: Reddit) -> None:
    demands = {
        "title_text_min_length": 26,
        "title_text_max_length": 26,
        "title_required_strings": ["Three"],
        "link_restriction_policy": "whitelist",
        "domain_whitelist": ["who.int"],
    }
    assert network.misfits(content(link="https://www.who.int/a"), told(**demands)) == []
    assert network.misfits(content(flair_id=""), told()) == []


def test_pictures_are_judged_too(network: Reddit) -> None:
    picture = Media(1, "https://portal.example/a", "image/png", 9)
    said = Content("x", ANA, media=(picture,), options=content().options)

    (problem,) = network.misfits(said, told(kinds=["self"]))
    assert problem.words == "r/exampletest does not take pictures. It takes texts."
