"""Faults: each goes wrong as ordered, as often as ordered, on every network in its own words."""

import time

import pytest
import urllib3

PLATFORM = {True: "linkedin", False: "twitter"}


@pytest.fixture
def order(net, anyone):
    def _order(kind, **more):
        net.fault(_platform(anyone), kind, **more)

    return _order


@pytest.fixture
def received(net, anyone):
    return lambda: [post["text"] for post in net.posts(_platform(anyone))]


def _platform(member):
    return PLATFORM[member.account.startswith("urn:")]


def test_a_fault_is_used_up(order, anyone, received):
    order("server_error", times=2)
    assert [anyone.publish("hello").status for _ in range(3)] == [503, 503, 201]
    assert received() == ["hello"]


def test_a_server_error_may_hide_a_post(order, anyone, received):
    order("server_error_but_posted")
    assert anyone.publish("hello").status == 504
    assert received() == ["hello"]


def test_a_connection_is_cut_before_anything_is_created(order, anyone, received):
    order("drop_before")
    with pytest.raises(urllib3.exceptions.ProtocolError):
        anyone.publish("hello")
    assert received() == []


def test_a_connection_is_cut_after_the_post_was_created(order, anyone, received):
    order("drop_after")
    with pytest.raises(urllib3.exceptions.ProtocolError):
        anyone.publish("hello")
    assert received() == ["hello"]


def test_a_slow_answer_comes_after_the_post(order, anyone, received):
    order("slow", seconds=0.3)
    began = time.monotonic()
    assert anyone.publish("hello").status == 201
    assert time.monotonic() - began >= 0.3
    assert received() == ["hello"]


def test_a_hanging_call_is_never_answered(order, anyone, received):
    order("hang", seconds=0.2)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        anyone.publish("hello")
    assert received() == ["hello"]


def test_a_page_may_come_instead_of_json(order, anyone, received):
    order("html")
    answer = anyone.publish("hello")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert received() == []


def test_a_call_may_be_sent_elsewhere(order, anyone, received):
    order("redirect")
    answer = anyone.publish("hello")
    assert answer.status == 302
    assert answer.headers["Location"].startswith("https://")
    assert received() == []


def test_an_expired_token_stays_expired(order, anyone, received):
    order("token_expired")
    assert [anyone.publish("hello").status for _ in range(2)] == [401, 401]
    assert received() == []


def test_a_revoked_permission_stays_revoked(order, anyone, received):
    order("token_revoked")
    assert [anyone.publish("hello").status for _ in range(2)] == [401, 401]
    assert received() == []


def test_a_missing_permission_a_duplicate_and_bad_content_are_refusals(order, anyone, received):
    for kind in ("permission_missing", "duplicate", "bad_content"):
        order(kind)
    linkedin = _platform(anyone) == "linkedin"
    assert [anyone.publish("hello").status for _ in range(3)] == (
        [403, 422, 400] if linkedin else [403, 403, 400]
    )
    assert received() == []


def test_a_fault_may_concern_one_account_alone(order, anyone, received):
    order("server_error", account="somebody else")
    assert anyone.publish("hello").status == 201
    order("server_error", account=anyone.account)
    assert anyone.publish("again").status == 503


def test_clearing_leaves_no_fault(net, order, anyone):
    order("server_error", times=5)
    assert net.call("DELETE", "/_/faults").status == 204
    assert anyone.publish("hello").status == 201


def test_x_says_when_to_come_back_in_its_own_header(net, asha):
    net.fault("twitter", "rate_limit", retry_after=120)
    began = int(time.time())
    answer = asha.tweet("hello")
    assert answer.status == 429
    assert answer.json()["title"] == "Too Many Requests"
    assert "Retry-After" not in answer.headers
    assert answer.headers["x-rate-limit-remaining"] == "0"
    assert began + 120 <= int(answer.headers["x-rate-limit-reset"]) <= time.time() + 121


def test_linkedin_names_the_level_and_a_time_only_when_one_was_ordered(net, member):
    net.fault("linkedin", "rate_limit")
    net.fault("linkedin", "rate_limit", retry_after=30)
    day, soon = member.share("hello"), member.share("hello")
    assert (day.status, day.json()["serviceErrorCode"]) == (429, 101)
    assert "DAY limit" in day.json()["message"] and "Retry-After" not in day.headers
    assert "DAY" not in soon.json()["message"] and soon.headers["Retry-After"] == "30"


def test_linkedins_words_for_dead_tokens(net, member, manager):
    net.fault("linkedin", "token_expired")
    assert member.share("hello").json()["serviceErrorCode"] == 65602
    net.fault("linkedin", "token_revoked")
    assert manager.share("hello").json()["code"] == "REVOKED_ACCESS_TOKEN"


def test_a_permission_that_was_withdrawn_cannot_be_refreshed(net, asha, asks):
    net.fault("twitter", "token_revoked")
    asha.tweet("hello")
    fields = {"grant_type": "refresh_token", "refresh_token": asha.seeded["refresh_token"]}
    assert net.form("https://api.x.com/2/oauth2/token", fields, asks.basic()).status == 400


def test_an_expired_token_can_be_refreshed(net, asha, asks):
    net.fault("twitter", "token_expired")
    asha.tweet("hello")
    fields = {"grant_type": "refresh_token", "refresh_token": asha.seeded["refresh_token"]}
    asha.seeded |= net.form("https://api.x.com/2/oauth2/token", fields, asks.basic()).json()
    assert asha.tweet("hello").status == 201


def test_a_duplicate_names_the_post_that_is_there(net, member):
    urn = member.share("hello").headers["x-restli-id"]
    net.fault("linkedin", "duplicate")
    assert urn in member.share("hello").json()["message"]


def test_a_list_may_lag_behind_a_lost_answer(net, asha):
    address = f"https://api.x.com/2/users/{asha.account}/tweets"

    def listed() -> int:
        return asha.call("GET", address).json()["meta"]["result_count"]

    for words, seconds in (("for long", 600), ("for a moment", 0.2)):
        net.fault("twitter", "drop_after")
        net.fault("twitter", "lag", seconds=seconds)
        with pytest.raises(urllib3.exceptions.ProtocolError):
            asha.tweet(words)
        assert seconds < 600 or listed() == 0
    deadline = time.monotonic() + 60
    while listed() == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [each["text"] for each in asha.call("GET", address).json()["data"]] == ["for a moment"]


def test_a_call_without_a_good_token_uses_no_fault_up(net, asha):
    net.fault("twitter", "server_error")
    bad = net.call(
        "POST", "https://api.x.com/2/tweets", json={"text": "x"}, headers={"Authorization": "Bearer no"}
    )
    assert (bad.status, asha.tweet("hello").status) == (401, 503)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"no json",
        b'{"platform": "myspace", "kind": "slow"}',
        b'{"platform": "twitter", "kind": "earthquake"}',
        b'{"platform": "twitter", "kind": ["slow"]}',
        b'{"platform": "twitter", "kind": "slow", "times": 0}',
        b'{"platform": "twitter", "kind": "slow", "times": "2"}',
        b'{"platform": "twitter", "kind": "slow", "times": true}',
        b'{"platform": "twitter", "kind": "slow", "seconds": -1}',
        b'{"platform": "twitter", "kind": "slow", "seconds": NaN}',
        b'{"platform": "twitter", "kind": "rate_limit", "retry_after": []}',
        b'{"platform": "twitter", "kind": "rate_limit", "retry_after": "a\\nb"}',
        b'{"platform": "twitter", "kind": "server_error", "status": 200}',
        b'{"platform": "twitter", "kind": "slow", "account": 5}',
    ],
)
def test_an_order_that_makes_no_sense_is_refused_with_a_sentence(net, body):
    answer = net.call("POST", "/_/faults", body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert answer.json()["error"].endswith(".")
