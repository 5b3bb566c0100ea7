"""The portal's own Reddit against the practice one: what goes out arrives, and every fault is understood."""

import io
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from PIL import Image

from portal import http
from portal.platforms import oauth
from portal.platforms.base import App, Author, Content, Lost, Media, Published, Token
from portal.platforms.errors import (
    CannotDo,
    ContentRejected,
    Declined,
    Duplicate,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
    TokenEnded,
)
from portal.platforms.reddit import Reddit
from tests.sandbox.client import CALLBACK
from tests.sandbox.understanding import APPEARS, every_fault

APP = App("portal-app", "secret")
OPTIONS = {"subreddit": "exampletest", "title": "Three signs of dehydration"}
numbers = count(1)


class Voice:
    """Ana on Reddit: a newcomer for each test."""

    def __init__(self, net):
        self.net, self.network = net, Reddit()
        seeded = net.connect("reddit", handle=f"DrAna_{next(numbers)}")
        self.token = Token(seeded["access_token"], seeded["refresh_token"])
        (self.identity,) = self.network.identities(self.network.connection(), self.token)
        self.author = Author(
            self.identity.remote_id, "account", self.identity.display_name, self.identity.handle
        )

    def compose(self, text="Dr. Ana explains", link=None, staged=None, media=(), **options):
        said = Content(text, self.author, link=link, media=media, options={**OPTIONS, **options})
        assert self.network.problems(said) == []
        return self.network.compose(said, staged or {})

    def publish(self, sent) -> Published:
        return self.network.publish(sent, self.author, self.token)

    def say(self, *texts, **more) -> Published:
        return self.publish(self.compose(*texts, **more))

    def ask(self, place):
        return self.network.ask_about(place, self.author, self.token, 10)

    def find(self, sent, seconds_ago=0.0):
        lost = Lost(sent, datetime.now(UTC) - timedelta(seconds=seconds_ago))
        return self.network.find(lost, self.author, self.token)

    def posts(self):
        return [post for post in self.net.posts("reddit") if post["account"] == self.author.remote_id]


@pytest.fixture
def voice(net, sandbox, monkeypatch):
    monkeypatch.setattr(http, "_outside", http.Outside(sandbox.url))
    return Voice(net)


@pytest.mark.parametrize("text", ["Drink water.", "**Bold** & <b> 日本語 👩‍⚕️\n\n- one\n- two", "a" * 40_000])
def test_what_was_typed_is_what_arrives(voice, text):
    published = voice.say(text, title="Summer & <heat>")

    (post,) = voice.posts()
    assert (post["id"], post["permalink"]) == (published.remote_id, published.permalink)
    assert post["text"] == f"Summer & <heat>\n\n{text}"
    assert voice.net.call("GET", published.permalink).status == 200
    assert voice.net.call("GET", voice.network.permalink(published.remote_id, voice.author)).status == 200
    assert voice.network.remote_id_from_permalink(published.permalink) == published.remote_id


def test_a_link_arrives_and_the_same_again_is_a_duplicate(voice):
    link = f"https://clinic.example/{voice.author.handle}"
    voice.say(link=link)

    assert voice.posts()[0]["link"] == link
    with pytest.raises(Duplicate):
        voice.say(link=link)


@every_fault()
def test_every_fault_is_understood(voice, kind, error: type[PlatformError]):
    voice.net.fault("reddit", kind)

    with pytest.raises(error) as raised:
        voice.say(title=f"About {kind}")

    assert type(raised.value) is error
    assert len(voice.posts()) == (1 if kind in APPEARS else 0)


@pytest.mark.parametrize("kind", APPEARS)
@pytest.mark.parametrize("link", [None, "https://clinic.example/lost?a=1&b=2"])
def test_a_lost_post_is_found_and_is_there_once(voice, kind, link):
    voice.net.fault("reddit", kind)
    sent = voice.compose("Lost & found <once>", link=link, title="Lost & found <once>")
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    found = voice.find(sent)

    (post,) = voice.posts()
    assert found == Published(post["id"], post["permalink"])


@pytest.mark.parametrize("kind", ["server_error", "drop_before", "html"])
def test_what_never_arrived_is_not_found(voice, kind):
    voice.net.fault("reddit", kind)
    sent = voice.compose()
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    assert voice.find(sent) is None


def test_a_hanging_call_is_unknown_and_then_found(voice):
    voice.net.fault("reddit", "hang", seconds=0.4)
    sent = voice.compose()

    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)
    assert voice.find(sent) is not None


def test_the_time_to_wait_is_reddits_and_for_the_whole_app_when_it_says_so(voice):
    voice.net.fault("reddit", "rate_limit", retry_after=90)
    voice.net.fault("reddit", "rate_limit")

    with pytest.raises(RateLimited) as app:
        voice.say()
    with pytest.raises(RateLimited) as account:
        voice.say()

    now = datetime.now(UTC)
    assert app.value.whole_app and timedelta(seconds=80) < app.value.until - now < timedelta(seconds=95)
    assert not account.value.whole_app and account.value.code == "RATELIMIT"
    assert timedelta(minutes=8) < account.value.until - now < timedelta(minutes=10)
    assert voice.say().remote_id


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"subreddit": "nosuchplace"}, "SUBREDDIT_NOEXIST"),
        ({"subreddit": "bannedplace"}, "banned"),
        ({"subreddit": "privateplace"}, "private"),
        ({"subreddit": "approvedonly"}, "SUBREDDIT_NOTALLOWED"),
        ({"subreddit": "u_somebody_else"}, "SUBREDDIT_NOTALLOWED"),
        ({"subreddit": "linksonly"}, "NO_SELFS"),
        ({"subreddit": "healthtips"}, "SUBMIT_VALIDATION_FLAIR_REQUIRED"),
        ({"subreddit": "healthtips", "title": "Short"}, "SUBMIT_VALIDATION_TITLE_MIN_LENGTH"),
        (
            {"subreddit": "healthtips", "title": "A miracle for your skin"},
            "SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING",
        ),
        ({"flair_id": "no-such-flair"}, "BAD_FLAIR_TEMPLATE_ID"),
    ],
)
def test_what_a_community_does_not_want_is_refused_and_not_kept(voice, options, code):
    with pytest.raises(ContentRejected) as raised:
        voice.say(**options)

    assert raised.value.code == code and voice.posts() == []


def test_a_label_that_a_community_does_not_know_is_said_to_be_unknown(voice):
    with pytest.raises(ContentRejected) as raised:
        voice.say(flair_id="no-such-flair")

    assert raised.value.words == "This community does not know this label. Choose one of its labels."


def test_a_domain_that_a_community_bans_is_named(voice):
    ((label, _),) = voice.ask("healthtips").choices["flair_id"]
    with pytest.raises(ContentRejected) as raised:
        voice.say(link="https://spam.example/a", subreddit="healthtips", flair_id=label)
    assert raised.value.code == "DOMAIN_BANNED"


def test_a_label_makes_the_post_fit(voice):
    ((label, words),) = voice.ask("healthtips").choices["flair_id"]

    assert voice.say(subreddit="healthtips", flair_id=label).remote_id
    assert words == "Education"


def test_the_own_profile_is_a_community_too(voice):
    assert voice.say(subreddit=f"u_{voice.author.handle}").remote_id


def test_rules_and_communities_can_be_looked_up(voice):
    told = voice.ask("healthtips")

    assert "A label must be chosen." in [one.label for one in told.rules]
    assert [one.label for one in told.rules][-2:] == ["Be kind", "No advertisements"]
    assert told.rules[0].label == "Takes texts, links, pictures and several pictures."
    assert voice.ask("").others == ("exampletest", "healthtips")
    assert voice.ask("exampletest").choices == {"flair_id": ()}
    assert voice.ask("nosuchplace").trouble.startswith("Reddit has no community called r/nosuchplace.")
    assert voice.ask("bannedplace").trouble.startswith("Reddit has no community")
    closed = voice.ask("privateplace")
    assert closed.trouble.startswith("r/privateplace is closed to you") and closed.is_personal
    assert voice.ask("approvedonly").trouble.startswith("Only people whom its moderators let in")


@pytest.fixture
def chart(tmp_path):
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(stream, "PNG")
    path = tmp_path / "chart.png"
    path.write_bytes(stream.getvalue())
    return Media(1, "https://portal.example/media/a", "image/png", len(stream.getvalue()), path=str(path))


def test_a_picture_is_uploaded_accepted_and_found_some_time_later(voice, chart):
    said = Content("A chart", voice.author, media=(chart,), options=OPTIONS)
    staged = voice.network.stage(said, voice.token, {}, lambda _: None)
    sent = voice.network.compose(said, staged)
    with pytest.raises(OutcomeUnknown) as raised:
        voice.publish(sent)
    assert raised.value.code == "accepted"
    with pytest.raises(TemporaryFailure):
        voice.find(sent)

    found, deadline = None, time.monotonic() + 60
    while found is None and time.monotonic() < deadline:
        try:
            found = voice.find(sent)
        except TemporaryFailure:
            time.sleep(0.1)

    (post,) = voice.posts()
    assert found == Published(post["id"], post["permalink"])
    assert post["media"][0]["bytes"] == chart.bytes


@pytest.fixture
def two_charts(chart):
    return (chart, replace(chart, id=chart.id + 1, alt_text="After a glass of water"))


def test_several_pictures_make_a_gallery_and_an_upload_goes_on_where_it_stopped(voice, two_charts):
    said = Content("Two charts", voice.author, media=two_charts, options=OPTIONS)
    kept = []
    staged = voice.network.stage(said, voice.token, {}, kept.append)
    assert [len(each["assets"]) for each in kept] == [1, 2]
    assert not voice.network.needs_staging(said, staged) and voice.network.needs_staging(said, kept[0])
    again = voice.network.stage(said, voice.token, kept[0], lambda _: None)
    assert again["assets"][str(two_charts[0].id)] == kept[0]["assets"][str(two_charts[0].id)]

    published = voice.publish(voice.network.compose(said, again))

    (post,) = voice.posts()
    assert (published.remote_id, published.permalink) == (post["id"], post["permalink"])
    assert [each["alt_text"] for each in post["media"]] == ["", "After a glass of water"]


def test_a_gallery_where_none_is_wanted_is_refused(voice, two_charts):
    options = {**OPTIONS, "subreddit": "nopictures"}
    said = Content("Two charts", voice.author, media=two_charts, options=options)
    staged = voice.network.stage(said, voice.token, {}, lambda _: None)
    with pytest.raises(ContentRejected) as raised:
        voice.publish(voice.network.compose(said, staged))
    assert raised.value.code == "GALLERIES_DISABLED"


def test_a_gallery_whose_answer_was_lost_is_found(voice, net, two_charts):
    said = Content("Two charts", voice.author, media=two_charts, options=OPTIONS)
    sent = voice.network.compose(said, voice.network.stage(said, voice.token, {}, lambda _: None))
    net.fault("reddit", kind="drop_after", times=1)
    with pytest.raises(OutcomeUnknown):
        voice.publish(sent)

    found, deadline = None, time.monotonic() + 60
    while found is None and time.monotonic() < deadline:
        try:
            found = voice.find(sent)
        except TemporaryFailure:
            time.sleep(0.1)
    assert found and found.remote_id == voice.posts()[0]["id"]


def test_a_picture_where_none_is_wanted_is_refused(voice, chart):
    said = Content("A chart", voice.author, media=(chart,), options={**OPTIONS, "subreddit": "nopictures"})
    staged = voice.network.stage(said, voice.token, {}, lambda _: None)
    with pytest.raises(ContentRejected) as raised:
        voice.publish(voice.network.compose(said, staged))
    assert raised.value.code == "NO_IMAGES"


def test_a_post_is_counted_and_deleted(voice):
    published = voice.say()

    figures = voice.network.figures([published.remote_id, "t3_unknown"], voice.author, voice.token)
    assert (figures[published.remote_id].likes, figures[published.remote_id].comments) == (1, 0)
    voice.network.delete(published.remote_id, voice.author, voice.token)
    assert voice.posts() == []
    voice.network.delete(published.remote_id, voice.author, voice.token)


def test_somebody_elses_post_is_not_deleted_and_that_is_noticed(voice, net):
    other = Voice(net)
    published = other.say()

    with pytest.raises(CannotDo):
        voice.network.delete(published.remote_id, voice.author, voice.token)
    assert len(other.posts()) == 1


# Signing in


def test_the_whole_dance_from_consent_to_withdrawal(voice, browser):
    connection = voice.network.connection()
    address = oauth.authorization_address(connection, APP, CALLBACK, "STATE", None)
    code = browser.allow(address)["code"]

    token = oauth.exchange(connection, APP, CALLBACK, code, None)
    assert oauth.missing_permissions(connection, token) == []
    renewed = oauth.refresh(connection, APP, token)
    assert renewed.refresh == token.refresh and renewed.access != token.access
    assert voice.network.identities(connection, renewed)[0].remote_id.startswith("t2_")
    with pytest.raises(Declined):
        oauth.exchange(connection, APP, CALLBACK, code, None)
    oauth.revoke(connection, APP, renewed)
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(connection, APP, renewed)
    with pytest.raises(TokenEnded):
        voice.network.identities(connection, renewed)


def test_a_permission_that_was_withdrawn_cannot_be_renewed(voice):
    voice.net.fault("reddit", "token_revoked")
    with pytest.raises(TokenEnded):
        voice.say()

    with pytest.raises(ReconnectNeeded):
        oauth.refresh(voice.network.connection(), APP, voice.token)


def test_an_expired_token_can_be_renewed(voice):
    voice.net.fault("reddit", "token_expired")
    with pytest.raises(TokenEnded):
        voice.say()

    voice.token = oauth.refresh(voice.network.connection(), APP, voice.token)
    assert voice.say().remote_id
