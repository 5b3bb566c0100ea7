"""Posts on X, as strict as its OpenAPI file says."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.client import Member

TWEETS = "https://api.x.com/2/tweets"


def test_a_post_answers_with_its_id_and_text(net, asha):
    text = "Flu season is here. Ask your doctor about the vaccine."
    answer = asha.tweet(text)
    assert answer.status == 201
    told = answer.json()["data"]
    assert told == {"id": told["id"], "text": text, "edit_history_tweet_ids": [told["id"]]}
    assert len(told["id"]) == 19
    [post] = net.posts("twitter")
    assert (post["id"], post["account"], post["text"], post["link"]) == (told["id"], asha.account, text, None)
    assert post["permalink"] == f"https://x.com/dr_asha/status/{told['id']}"


def test_the_permalinks_open_a_page_with_the_post(net, asha):
    id = asha.tweet("Look here").json()["data"]["id"]
    for address in (f"https://x.com/dr_asha/status/{id}", f"https://x.com/i/web/status/{id}"):
        page = net.call("GET", address)
        assert page.status == 200
        assert "Look here" in page.data.decode()


def test_rate_limit_headers_count_down(net):
    # Somebody who has posted nothing yet, however many tests came before.
    dora, began = Member(net, net.connect("twitter", "dr_dora")), time.time()
    first, second = dora.tweet("one"), dora.tweet("two")
    if first.headers["x-rate-limit-reset"] != second.headers["x-rate-limit-reset"]:
        first, second = second, dora.tweet("three")  # a new quarter of an hour had begun between the two
    assert first.headers["x-rate-limit-limit"] == "100"
    remaining = [int(each.headers["x-rate-limit-remaining"]) for each in (first, second)]
    assert remaining[0] - remaining[1] == 1
    assert began < int(first.headers["x-rate-limit-reset"]) <= time.time() + 900


def test_addresses_come_back_shortened_with_their_entities(asha):
    id = asha.tweet("Our opening hours in December: https://clinic.example/hours & more").json()["data"]["id"]
    told = asha.call("GET", f"{TWEETS}/{id}?tweet.fields=entities,created_at").json()["data"]
    [url] = told["entities"]["urls"]
    assert told["text"] == f"Our opening hours in December: {url['url']} &amp; more"
    assert url["url"].startswith("https://t.co/") and len(url["url"]) == 23
    assert told["text"][url["start"] : url["end"]] == url["url"]
    assert url["expanded_url"] == "https://clinic.example/hours"
    assert url["display_url"] == "clinic.example/hours"
    assert told["created_at"].endswith("Z")


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({"text": "a" * 281}, 403, "You are not permitted to perform this action."),
        ({"text": "日" * 141}, 403, "You are not permitted to perform this action."),
        ({"text": "a\ufeffb"}, 403, "You are not permitted to perform this action."),
        ({"text": "fine", "quote_tweet_id": "1"}, 403, "You are not permitted to perform this action."),
        ({"text": "$ABC and $DEF"}, 403, "Posts are limited to a maximum of one cashtag."),
        ({"text": ""}, 400, "One or more parameters to your request was invalid."),
        ({"text": 5}, 400, "One or more parameters to your request was invalid."),
        ({"text": "fine", "colour": "red"}, 400, "One or more parameters to your request was invalid."),
        (
            {"text": "fine", "reply_settings": "everyone"},
            400,
            "One or more parameters to your request was invalid.",
        ),
        ({"text": "fine", "made_with_ai": "yes"}, 400, "One or more parameters to your request was invalid."),
        (
            {"text": "fine", "media": {"media_ids": [1]}},
            400,
            "One or more parameters to your request was invalid.",
        ),
        (
            {"text": "fine", "media": {"media_ids": ["abc"]}},
            400,
            "One or more parameters to your request was invalid.",
        ),
        (
            {"text": "fine", "media": {"media_ids": ["12"]}},
            400,
            "One or more parameters to your request was invalid.",
        ),
        (
            {"text": "fine", "reply": {"in_reply_to_tweet_id": 7}},
            400,
            "One or more parameters to your request was invalid.",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_and_not_kept(net, asha, body, status, detail):
    answer = asha.call("POST", TWEETS, json=body)
    assert (answer.status, answer.json()["detail"]) == (status, detail)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert net.posts("twitter") == []


@pytest.mark.parametrize("text", ["a" * 280, "日" * 140, "https://example.com/" + "a" * 400])
def test_what_counts_280_is_taken(asha, text):
    assert asha.tweet(text).status == 201


def test_premium_accounts_may_write_long_posts(net):
    seeded = net.connect("twitter", handle="dr_long", subscription="Premium")
    headers = {"Authorization": f"Bearer {seeded['access_token']}"}
    assert net.call("POST", TWEETS, json={"text": "a" * 5000}, headers=headers).status == 201


def test_only_json_is_taken(asha):
    answer = asha.call(
        "POST", TWEETS, body=b"text=hello", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status == 400
    assert answer.json()["errors"][0]["message"].startswith("Requests with bodies must have content-type")
    for body in (b"", b"{", b"[]"):
        assert (
            asha.call("POST", TWEETS, body=body, headers={"Content-Type": "application/json"}).status == 400
        )


def test_the_same_text_again_is_a_duplicate(net, asha, ben):
    asha.tweet("Hello")
    answer = asha.tweet("Hello")
    assert answer.status == 403
    assert answer.json()["detail"] == "You are not allowed to create a Tweet with duplicate content."
    assert ben.tweet("Hello").status == 201


def test_a_token_without_the_scope_is_forbidden(net):
    seeded = net.connect("twitter", scopes=["tweet.read", "users.read"])
    answer = net.call(
        "POST", TWEETS, json={"text": "x"}, headers={"Authorization": f"Bearer {seeded['access_token']}"}
    )
    assert (answer.status, answer.json()["detail"]) == (403, "Forbidden")


def test_a_thread_answers_its_own_posts_and_nobody_elses(net, asha, ben):
    first = asha.tweet("1/").json()["data"]["id"]
    second = asha.tweet("2/", reply={"in_reply_to_tweet_id": first})
    assert second.status == 201
    told = asha.call("GET", f"{TWEETS}/{second.json()['data']['id']}?tweet.fields=referenced_tweets").json()[
        "data"
    ]
    assert told["referenced_tweets"] == [{"type": "replied_to", "id": first}]
    refused = ben.tweet("me too", reply={"in_reply_to_tweet_id": first})
    assert refused.json()["detail"].startswith("Reply to this conversation is not allowed")
    assert ben.tweet("hm", reply={"in_reply_to_tweet_id": "1"}).status == 403


def test_an_accounts_own_list_is_newest_first(asha):
    ids = [asha.tweet(f"post {n}").json()["data"]["id"] for n in range(6)]
    listing = _list(asha, max_results=5)
    assert [each["id"] for each in listing["data"]] == ids[:0:-1]
    assert listing["meta"]["result_count"] == 5
    assert listing["meta"]["newest_id"] == ids[-1]
    older = _list(asha, max_results=5, pagination_token=listing["meta"]["next_token"])
    assert [each["id"] for each in older["data"]] == ids[:1]
    assert [each["id"] for each in _list(asha, since_id=ids[4])["data"]] == ids[5:]


def test_a_list_can_begin_at_a_time(asha):
    asha.tweet("now")
    now = datetime.now(UTC)
    before, after = (
        moment.isoformat().replace("+00:00", "Z") for moment in (now - timedelta(minutes=2), now)
    )
    assert _list(asha, start_time=before)["meta"]["result_count"] == 1
    assert _list(asha, start_time=after) == {"meta": {"result_count": 0}}


@pytest.mark.parametrize("query", ["max_results=4", "max_results=101", "start_time=yesterday", "since_id=x"])
def test_a_list_with_wrong_limits_is_refused(asha, query):
    asha.tweet("something to look at")
    assert asha.call("GET", f"https://api.x.com/2/users/{asha.account}/tweets?{query}").status == 400


def test_posts_by_id_name_what_is_missing(asha):
    id = asha.tweet("here").json()["data"]["id"]
    answer = asha.call("GET", f"{TWEETS}?ids={id},1990000000000000009&tweet.fields=public_metrics").json()
    assert answer["data"][0]["public_metrics"]["like_count"] > 0
    assert answer["errors"][0]["resource_id"] == "1990000000000000009"
    assert answer["errors"][0]["type"].endswith("/2/problems/resource-not-found")


def test_a_post_can_be_deleted_by_its_author_alone(net, asha, ben):
    id = asha.tweet("here").json()["data"]["id"]
    assert ben.call("DELETE", f"{TWEETS}/{id}").status == 403
    assert asha.call("DELETE", f"{TWEETS}/{id}").json() == {"data": {"deleted": True}}
    assert asha.call("DELETE", f"{TWEETS}/{id}").status == 404
    assert net.posts("twitter") == []


def _list(member, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return member.call("GET", f"https://api.x.com/2/users/{member.account}/tweets?{asked}").json()
