"""What is refused about one account points at what was sent, and a place is asked about as on the page."""

from datetime import timedelta
from typing import Any

import pytest

from portal.api import place_asking
from portal.models import Doctor, FollowUp, SocialAccount
from tests.api.test_posts import Api, api, body
from tests.conftest import Clock
from tests.factories import make_account, make_post, save
from tests.posts.conftest import fake_networks, linkedin, x
from tests.posts.test_places import Clubs, clubs

__all__ = ["api", "clubs", "fake_networks", "linkedin", "x"]


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["pointer"] for error in answer.get_json()["errors"]]


def short(clock: Clock, **named: Any) -> dict[str, Any]:
    sent = body(clock=clock) | named
    del sent["publications"]
    return sent


def test_accounts_named_in_short_are_pointed_at_in_short(
    api: Api, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    both = [x.id, linkedin.id]
    long = {"content": "Much too long for both"}
    assert pointers(api("POST", "/posts", short(clock, social_account_ids=both) | long)) == [
        "/social_account_ids/0",
        "/social_account_ids/1",
    ]
    assert pointers(api("POST", "/posts", short(clock, social_account_id=x.id) | long)) == [
        "/social_account_id"
    ]
    assert pointers(api("POST", "/posts", short(clock, social_account_ids=[x.id, 999_999]))) == [
        "/social_account_ids/1"
    ]
    assert pointers(api("POST", "/posts", short(clock, social_account_ids=[]))) == ["/social_account_ids"]


def test_a_change_points_at_what_was_sent_too(
    api: Api, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    post = make_post(asha, x, content="Wash.")
    sent = {"content": "Much too long for both", "social_account_ids": [linkedin.id, x.id]}
    assert pointers(api("PUT", f"/posts/{post.id}", sent)) == [
        "/social_account_ids/0",
        "/social_account_ids/1",
    ]


def test_a_finding_of_a_change_is_told_whole(api: Api, asha: Doctor) -> None:
    post = make_post(asha, make_account(asha, "facebook"))
    told = api("PUT", f"/posts/{post.id}", {"content": "A guaranteed cure for diabetes."})
    assert told.status_code == 422
    assert {"id", "severity", "start", "end", "reason"} <= set(told.get_json()["errors"][0])


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "monday"}])
def test_a_place_is_asked_before_a_post_is_planned(
    api: Api, asha: Doctor, clubs: Clubs, clock: Clock, key: dict[str, str]
) -> None:
    account = make_account(asha, "reddit")

    def send(**options: str) -> Any:
        target = {"social_account_id": account.id, "options": options}
        return api("POST", "/posts", body(clock=clock) | {"publications": [target]}, **key)

    assert pointers(send(club="gone")) == ["/publications/0/options/club"]
    assert pointers(send(club="health")) == ["/publications/0/options/flair"]
    assert send(club="health", flair="f1").status_code == 201
    assert clubs.asked == ["gone", "health"]


def test_what_was_answered_is_answered_again_whatever_a_place_says_now(
    api: Api, asha: Doctor, clubs: Clubs, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"club": "health", "flair": "f1"}
    target = {"social_account_id": make_account(asha, "reddit").id, "options": options}
    sent = body(clock=clock) | {"publications": [target]}
    first = api("POST", "/posts", sent, Idempotency_Key="monday")

    def asked_again(*_: Any) -> None:
        raise AssertionError("a place was asked again")

    monkeypatch.setattr(place_asking, "before_new", asked_again)

    assert api("POST", "/posts", sent, Idempotency_Key="monday").get_json() == first.get_json()


def test_a_place_that_does_not_answer_keeps_nobody_from_planning(
    api: Api, asha: Doctor, clubs: Clubs, clock: Clock
) -> None:
    clubs.is_down = True
    target = {"social_account_id": make_account(asha, "reddit").id, "options": {"club": "gone"}}
    assert api("POST", "/posts", body(clock=clock) | {"publications": [target]}).status_code == 201


def test_a_change_and_a_draft_that_is_planned_ask_too(
    api: Api, asha: Doctor, clubs: Clubs, clock: Clock
) -> None:
    account = make_account(asha, "reddit")
    target = {"social_account_id": account.id, "options": {"club": "gone"}}
    sent = body(clock=clock) | {"publications": [target], "status": "draft"}
    draft = api("POST", "/posts", sent).get_json()["id"]
    assert clubs.asked == []
    assert pointers(api("PUT", f"/posts/{draft}", {"status": "scheduled"})) == [
        "/publications/0/options/club"
    ]
    target["options"] = {"club": "health", "flair": "f1"}
    changed = api("PATCH", f"/posts/{draft}", {"status": "scheduled", "publications": [target]})
    assert changed.status_code == 200, changed.text


def test_the_post_tells_what_became_of_its_first_comment(api: Api, asha: Doctor, clock: Clock) -> None:
    out = {"platform_post_id": "1_2", "published_at": clock.at}
    post = make_post(
        asha,
        make_account(asha, "facebook"),
        status="published",
        publication=out,
        first_comment="More below.",
        scheduled_at=clock.at - timedelta(hours=1),
    )
    [publication] = post.publications
    listed = api("GET", "/posts").get_json()["posts"][0]["publications"][0]
    assert (listed["first_comment_status"], listed["first_comment_trouble"]) == (None, None)
    facts = {"status": "failed", "trouble": "Facebook does not let us comment."}
    row = save(FollowUp(publication_id=publication.id, words="More below.", due_at=clock.at, **facts))
    for answer in (api("GET", f"/posts/{post.id}").get_json(), api("GET", "/posts").get_json()["posts"][0]):
        [told] = answer["publications"]
        assert (told["first_comment_status"], told["first_comment_trouble"]) == tuple(facts.values())
    row.status, row.trouble = "out", None
    save(row)
    [told] = api("GET", "/posts").get_json()["posts"][0]["publications"]
    assert (told["first_comment_status"], told["first_comment_trouble"]) == ("out", None)
