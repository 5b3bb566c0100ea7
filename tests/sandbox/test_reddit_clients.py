"""Reddit's own client library against the practice network: it takes the one for the other.

PRAW repeats calls by itself, so it proves the practice network here and has no place in the product.
"""

import io

import praw
import prawcore
import pytest
import requests
from PIL import Image
from praw.exceptions import RedditAPIException
from praw.models.media import PostMedia
from requests.adapters import HTTPAdapter

USER_AGENT = "web:test:v0 (by /u/doctorportal)"


class ToPractice(HTTPAdapter):
    """Sends every call to its place on the practice network."""

    def __init__(self, practice_url):
        super().__init__()
        self.practice_url = practice_url

    def send(self, request, **more):
        request.url = request.url.replace("https://", f"{self.practice_url}/", 1)
        return super().send(request, **more)


@pytest.fixture
def session(net):
    session = requests.Session()
    session.mount("https://", ToPractice(net.url))
    return session


@pytest.fixture
def seeded(net):
    return net.connect("reddit", handle="dr_praw")


@pytest.fixture
def reddit(session, seeded):
    return praw.Reddit(
        client_id="id",
        client_secret="secret",
        refresh_token=seeded["refresh_token"],
        user_agent=USER_AGENT,
        requestor_kwargs={"session": session},
        check_for_updates=False,
    )


@pytest.fixture
def place(reddit):
    return reddit.subreddit("exampletest")


def _picture(color="teal"):
    stream = io.BytesIO()
    Image.new("RGB", (8, 6), color).save(stream, "PNG")
    return PostMedia(stream.getvalue(), name="chart.png")


def test_it_signs_in_with_a_code_and_withdraws(session, net, browser):
    reddit = praw.Reddit(
        client_id="id",
        client_secret="secret",
        redirect_uri="https://portal.example/social/callback/network",
        user_agent=USER_AGENT,
        requestor_kwargs={"session": session},
        check_for_updates=False,
    )
    address = reddit.auth.url(duration="permanent", scopes=["identity", "submit"], state="STATE")
    code = browser.allow(address)["code"]

    refresh = reddit.auth.authorize(code)

    assert refresh and reddit.user.me().name
    assert reddit.auth.scopes() == {"identity", "submit"}


def test_it_knows_who_it_is(reddit):
    me = reddit.user.me()
    assert (me.name, me.has_verified_email, me.total_karma) == ("dr_praw", True, 460)


def test_it_posts_a_text_and_finds_it_again(net, reddit, place):
    made = place.submit("Three signs of dehydration", selftext="Dr. Ana explains & <more>")

    (post,) = net.posts("reddit")
    assert post["id"] == f"t3_{made.id}"
    (listed,) = reddit.redditor("dr_praw").submissions.new(limit=25)
    assert (listed.id, listed.title) == (made.id, "Three signs of dehydration")
    assert listed.selftext == "Dr. Ana explains & <more>"


def test_it_posts_a_link_and_is_told_that_it_is_there_already(place):
    place.submit("Dehydration", url="https://clinic.example/dehydration", resubmit=False)

    with pytest.raises(RedditAPIException) as raised:
        place.submit("Dehydration", url="https://clinic.example/dehydration", resubmit=False)

    assert raised.value.items[0].error_type == "ALREADY_SUB"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nosuchplace", "SUBREDDIT_NOEXIST"),
        ("approvedonly", "SUBREDDIT_NOTALLOWED"),
        ("linksonly", "NO_SELFS"),
        ("u_somebody_else", "SUBREDDIT_NOTALLOWED"),
    ],
)
def test_it_reads_what_is_said_inside_an_answer(reddit, name, code):
    with pytest.raises(RedditAPIException) as raised:
        reddit.subreddit(name).submit("A title of some length", selftext="text")
    assert raised.value.items[0].error_type == code


def test_it_reads_a_rule_that_was_broken(reddit):
    with pytest.raises((RedditAPIException, prawcore.BadRequest)):
        reddit.subreddit("healthtips").submit("A miracle for your skin", selftext="text")


def test_it_is_asked_to_wait(net, reddit, place):
    reddit.config.ratelimit_seconds = 0
    net.fault("reddit", "rate_limit")

    with pytest.raises(RedditAPIException) as raised:
        place.submit("Too much", selftext="text")
    assert raised.value.items[0].error_type == "RATELIMIT"


def test_it_reads_rules_requirements_and_labels(reddit):
    place = reddit.subreddit("healthtips")

    assert place.post_requirements()["title_blacklisted_strings"] == ["miracle"]
    assert next(iter(place.rules)).short_name == "Be kind"
    labels = list(place.flair.link_templates.user_selectable())
    assert [label["flair_text"] for label in labels] == ["Education"]
    assert place.submission_type == "any"


def test_it_posts_with_a_label(net, reddit):
    place = reddit.subreddit("healthtips")
    (label,) = place.flair.link_templates.user_selectable()

    place.submit("Why we vaccinate in autumn", selftext="text", flair_id=label["flair_template_id"])

    assert len(net.posts("reddit")) == 1


def test_it_uploads_a_picture(net, place):
    place.submit("A chart", image=_picture(), without_websockets=True)

    (post,) = net.posts("reddit")
    assert post["media"][0]["mime_type"] == "image/png"


def test_it_uploads_a_gallery(net, place):
    pictures = [_picture(), _picture("coral")]
    made = place.submit("Two charts", gallery=[{"media": one, "caption": "Chart"} for one in pictures])

    (post,) = net.posts("reddit")
    assert len(post["media"]) == 2 and made.id == post["id"].removeprefix("t3_")


def test_it_comments_changes_and_deletes(net, place):
    made = place.submit("Three signs", selftext="Old text")

    assert made.reply("Sources below").id
    assert made.edit("New text").selftext == "New text"
    assert "New text" in net.posts("reddit")[0]["text"]
    made.delete()
    assert net.posts("reddit") == []


def test_the_budget_is_told(reddit):
    reddit.user.me()
    limits = reddit.auth.limits
    assert limits["remaining"] + limits["used"] == 1000


def test_a_withdrawn_permission_cannot_be_renewed(net, reddit, seeded, place):
    net.fault("reddit", "token_revoked")

    with pytest.raises((prawcore.InvalidToken, prawcore.ResponseException)):
        place.submit("Three signs", selftext="text")
    assert net.posts("reddit") == []
