"""X's official client library, and the one that most people use, against the practice network."""

import base64
import io
import time

import pytest
import requests
import tweepy
import xdk
from PIL import Image
from requests.adapters import HTTPAdapter
from xdk.media.models import AppendUploadRequest, InitializeUploadRequest, UploadRequest
from xdk.posts.models import CreateRequest

from tests.sandbox.client import CALLBACK

SCOPES = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"]


@pytest.fixture
def seeded(net):
    return net.connect("twitter", handle="dr_asha")


# The official one


@pytest.fixture
def sdk(net, seeded):
    return xdk.Client(base_url=f"{net.url}/api.x.com", access_token=seeded["access_token"])


def _picture():
    stream = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(stream, "PNG")
    return stream.getvalue()


def test_the_sdk_signs_in_and_renews_its_token(net, browser, monkeypatch):
    # Its OAuth library wants https, which the practice network on this machine has not.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = xdk.Client(
        base_url=f"{net.url}/api.x.com",
        client_id="xclient",
        client_secret="secret",
        redirect_uri=CALLBACK,
        scope=SCOPES,
    )
    sent_back = browser.allow(client.get_authorization_url(state="STATE"))

    token = client.exchange_code(sent_back["code"])
    assert sent_back["state"] == "STATE" and token["expires_in"] == 7200
    assert client.users.get_me().data.username
    renewed = client.refresh_token()
    assert renewed["access_token"] != token["access_token"]
    assert renewed["refresh_token"] != token["refresh_token"]


def test_the_sdk_knows_who_it_is(sdk, seeded):
    me = sdk.users.get_me(user_fields=["profile_image_url", "subscription_type"]).data
    assert (me.id, me.username) == (seeded["identity"]["account"], "dr_asha")


def test_the_sdk_posts_a_thread_and_deletes_its_end(net, sdk):
    first = sdk.posts.create(CreateRequest(text="1/ Wash your hands")).data
    body = {"text": "2/ And dry them", "reply": {"in_reply_to_tweet_id": first.id}}
    second = sdk.posts.create(body).data

    assert [post["id"] for post in net.posts("twitter")] == [second.id, first.id]
    assert sdk.posts.delete(second.id).data.deleted is True
    assert [post["text"] for post in net.posts("twitter")] == ["1/ Wash your hands"]


def test_the_sdk_lists_what_was_posted_page_by_page(sdk, seeded):
    ids = [sdk.posts.create(CreateRequest(text=f"post {n}")).data.id for n in range(6)]

    pages = list(sdk.users.get_posts(seeded["identity"]["account"], max_results=5))

    assert [post.id for page in pages for post in page.data or []] == ids[::-1]


def test_the_sdk_looks_posts_up(sdk):
    made = sdk.posts.create(CreateRequest(text="here")).data
    found = sdk.posts.get_by_ids([made.id], post_fields=["created_at", "entities"])
    assert [post.id for post in found.data] == [made.id]


def test_the_sdk_reads_what_a_post_reached_and_what_is_gone(sdk):
    made = sdk.posts.create(CreateRequest(text="here")).data
    found = sdk.posts.get_by_ids([made.id, "1"], post_fields=["public_metrics"])

    metrics = found.data[0].public_metrics
    assert metrics.repost_count >= 0 and metrics.like_count >= 0
    assert [problem.type.rpartition("/")[2] for problem in found.errors] == ["resource-not-found"]


def test_the_sdk_uploads_a_picture_with_its_alt_text(net, sdk):
    upload = UploadRequest(
        media=base64.b64encode(_picture()).decode(), media_category="tweet_image", media_type="image/png"
    )
    id = sdk.media.upload(upload).data.id
    sdk.media.create_metadata({"id": id, "metadata": {"alt_text": {"text": "A nurse"}}})
    sdk.posts.create({"text": "New equipment", "media": {"media_ids": [id]}})

    (shown,) = net.posts("twitter")[0]["media"]
    assert (shown["id"], shown["alt_text"]) == (id, "A nurse")


def test_the_sdk_uploads_in_chunks(net, sdk):
    content = _picture()
    begin = {"media_type": "image/png", "total_bytes": len(content), "media_category": "tweet_image"}
    id = sdk.media.initialize_upload(InitializeUploadRequest(**begin)).data.id
    for number, chunk in enumerate((content[:40], content[40:])):
        part = AppendUploadRequest(media=base64.b64encode(chunk).decode(), segment_index=number)
        sdk.media.append_upload(id, part)
    assert sdk.media.finalize_upload(id).data.id == id
    sdk.posts.create({"text": "New equipment", "media": {"media_ids": [id]}})

    (shown,) = net.posts("twitter")[0]["media"]
    assert shown["bytes"] == len(content)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("rate_limit", 429),
        ("server_error", 503),
        ("token_expired", 401),
        ("permission_missing", 403),
        ("duplicate", 403),
        ("bad_content", 400),
    ],
)
def test_the_sdk_reads_refusals(net, sdk, kind, status):
    net.fault("twitter", kind)
    with pytest.raises(requests.HTTPError) as raised:
        sdk.posts.create(CreateRequest(text="hello"))
    assert raised.value.response.status_code == status and net.posts("twitter") == []


# tweepy


class ToPractice(HTTPAdapter):
    """Sends every call to its place on the practice network; tweepy still calls X by its old name."""

    def __init__(self, practice_url):
        super().__init__()
        self.practice_url = practice_url

    def send(self, request, **more):
        address = request.url.replace("https://api.twitter.com/", "https://api.x.com/", 1)
        request.url = address.replace("https://", f"{self.practice_url}/", 1)
        return super().send(request, **more)


@pytest.fixture
def tweeter(net, seeded):
    client = tweepy.Client(seeded["access_token"])
    client.session.mount("https://", ToPractice(net.url))
    return client


def test_tweepy_signs_in(net, browser):
    handler = tweepy.OAuth2UserHandler(
        client_id="xclient", redirect_uri=CALLBACK, scope=SCOPES, client_secret="secret"
    )
    handler.mount("https://", ToPractice(net.url))
    address = handler.get_authorization_url().replace("https://twitter.com/", "https://x.com/", 1)
    location = browser.press(address, "allow").headers["Location"]

    token = handler.fetch_token(location)

    assert token["refresh_token"] and token["scope"] == SCOPES


def test_tweepy_posts_lists_and_deletes(net, tweeter, seeded):
    me = tweeter.get_me(user_auth=False).data
    first = tweeter.create_tweet(text="Wash your hands & dry them", user_auth=False).data
    reply = tweeter.create_tweet(text="2/", in_reply_to_tweet_id=first["id"], user_auth=False).data

    listed = tweeter.get_users_tweets(me.id, tweet_fields=["created_at", "public_metrics"]).data
    assert str(me.id) == seeded["identity"]["account"]
    assert [str(post.id) for post in listed] == [reply["id"], first["id"]]
    assert listed[1].text == "Wash your hands &amp; dry them"
    assert listed[1].public_metrics["like_count"] >= 0
    assert tweeter.delete_tweet(reply["id"], user_auth=False).data["deleted"] is True
    assert len(net.posts("twitter")) == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("server_error", tweepy.TwitterServerError),
        ("token_expired", tweepy.Unauthorized),
        ("duplicate", tweepy.Forbidden),
        ("bad_content", tweepy.BadRequest),
    ],
)
def test_tweepy_reads_refusals(net, tweeter, kind, error):
    net.fault("twitter", kind)
    with pytest.raises(error):
        tweeter.create_tweet(text="hello", user_auth=False)
    assert net.posts("twitter") == []


def test_tweepy_is_told_when_to_come_back(net, tweeter):
    net.fault("twitter", "rate_limit", retry_after=120)
    began = int(time.time())
    with pytest.raises(tweepy.TooManyRequests) as raised:
        tweeter.create_tweet(text="hello", user_auth=False)
    assert began + 120 <= raised.value.reset_time <= time.time() + 121
