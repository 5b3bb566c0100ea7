"""Changing, moving and cancelling a post that has not begun to go out."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from portal.posts import flows
from portal.posts.inputs import PostChanges
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post

pytestmark = pytest.mark.usefixtures("database", "held_jobs")


def change(doctor: Doctor, post: Post, **changes: Any) -> Post:
    return flows.change(doctor, post, PostChanges(**changes))


def test_only_what_was_sent_changes(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = make_post(asha, x, content="Old", link="https://example.org/")
    change(asha, post, content="New")
    assert (post.content, post.link, post.version) == ("New", "https://example.org/", 2)
    change(asha, post, link=None)
    assert (post.content, post.link, post.version) == ("New", None, 3)


def test_a_change_is_sent_as_it_is_and_not_as_it_was_prepared(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, content="Old", publication={"staged": {"upload": "1"}})
    change(asha, post, content="New")
    assert (post.publications[0].version, post.publications[0].staged) == (2, {})


def test_a_refused_change_changes_nothing(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, content="Old")
    accounts = [{"social_account_id": x.id}, {"social_account_id": linkedin.id, "content": "far too long"}]
    with pytest.raises(Invalid) as refused:
        change(asha, post, content="New", publications=accounts)
    assert refused.value.field == "publications.1.content"
    assert (post.content, post.version, len(post.publications)) == ("Old", 1, 1)


def test_a_post_that_is_tried_again_waits_anew_after_a_change(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, status="retrying", content="Old", publication={"tries": 3, "attempts": 3})
    change(asha, post, content="New")
    [publication] = post.publications
    assert (publication.status, publication.tries, publication.attempts) == ("scheduled", 0, 3)


def test_a_moved_post_falls_due_at_its_new_hour(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    post = make_post(asha, x, content="Wash.")
    later = clock.at + timedelta(days=3)
    change(asha, post, scheduled_at=later, timezone="Europe/Berlin")
    assert (post.scheduled_at, post.timezone, post.publications[0].due_at) == (later, "Europe/Berlin", later)
    change(asha, post, scheduled_at=clock.at)
    assert held_jobs == [("publish_due",)]


def test_a_post_is_not_moved_into_the_past(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = make_post(asha, x, content="Wash.")
    with pytest.raises(Invalid, match="Choose a time in the future"):
        change(asha, post, scheduled_at=clock.at - timedelta(hours=1))


def test_a_late_post_on_hold_can_be_reworded_without_going_out(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    long_ago = clock.at - timedelta(hours=5)
    held = {"held_for": "late"}
    post = make_post(asha, x, status="held", content="Old", scheduled_at=long_ago, publication=held)
    change(asha, post, content="New", scheduled_at=long_ago)
    assert post.status == "held"
    change(asha, post, scheduled_at=clock.at + timedelta(hours=1))
    assert post.status == "scheduled"


def test_accounts_come_and_go(asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock) -> None:
    post = make_post(asha, x, content="Wash.")
    change(asha, post, social_account_ids=[linkedin.id])
    assert [(p.platform, p.status) for p in post.publications] == [("linkedin", "scheduled")]


def test_an_account_that_was_tried_keeps_its_history(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, linkedin, status="retrying", content="Wash.", publication={"attempts": 1})
    change(asha, post, social_account_ids=[linkedin.id])
    assert [(p.platform, p.status) for p in post.publications] == [
        ("twitter", "cancelled"),
        ("linkedin", "scheduled"),
    ]
    with pytest.raises(Invalid, match="Copy the post"):
        change(asha, post, social_account_ids=[x.id, linkedin.id])


def test_a_draft_is_planned_only_when_told(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = make_post(asha, x, status="draft", content="Wash.", publication={"due_at": None})
    at = clock.at + timedelta(days=1)
    change(asha, post, scheduled_at=at)
    assert post.status == "draft"
    change(asha, post, status="scheduled")
    assert (post.status, post.publications[0].due_at) == ("scheduled", at)


@pytest.mark.parametrize("status", ["scheduled", "held", "retrying"])
def test_a_plan_becomes_a_draft_again(asha: Doctor, x: SocialAccount, clock: Clock, status: str) -> None:
    held = {"held_for": "late"} if status == "held" else {}
    post = make_post(asha, x, status=status, publication=held)
    change(asha, post, status="draft")
    assert (post.status, post.publications[0].due_at) == ("draft", None)


BEGUN = {
    "publishing": {"phase": "claimed", "owner": 1},
    "unconfirmed": {},
    "published": {"platform_post_id": "1"},
    "failed": {},
    "cancelled": {},
}


@pytest.mark.parametrize("status", BEGUN)
def test_what_has_begun_is_neither_changed_nor_cancelled(
    asha: Doctor, x: SocialAccount, clock: Clock, status: str
) -> None:
    post = make_post(asha, x, status=status, content="Old", publication=BEGUN[status])
    with pytest.raises(Conflict):
        change(asha, post, content="New")
    with pytest.raises(Conflict):
        flows.cancel(asha, post)
    assert (post.content, post.status) == ("Old", status)


def test_an_older_version_does_not_overwrite_a_newer_one(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, content="Old")
    change(asha, post, content="Mine", version=1)
    with pytest.raises(Conflict, match="in another window"):
        change(asha, post, content="Yours", version=1)
    assert post.content == "Mine"


def test_a_planned_post_is_cancelled_and_stays_to_be_seen(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, linkedin)
    flows.cancel(asha, post)
    assert {p.status for p in post.publications} == {"cancelled"}


def test_a_draft_is_deleted(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    flows.cancel(asha, make_post(asha, x, status="draft"))
    flows.cancel(asha, make_post(asha))
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0


def test_one_account_is_stopped_while_another_is_out(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    out = {"platform_post_id": "1"}
    post = make_post(asha, x, status="published", publication=out)
    waiting = Publication(
        account=linkedin, doctor_id=asha.id, platform="linkedin", status="retrying", due_at=clock.at
    )
    post.publications.append(waiting)
    db.session.commit()
    flows.stop(asha, waiting)
    assert post.status == "partly_published"
    assert [p.status for p in post.publications] == ["published", "cancelled"]
    with pytest.raises(Conflict):
        flows.stop(asha, post.publications[0])


def test_a_copy_says_the_same_and_goes_nowhere(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    gone = make_account(asha, status="disconnected")
    post = make_post(asha, x, linkedin, gone, status="failed", content="Wash.", link="https://example.org/")
    post.footer, post.first_comment, post.link_title, post.is_sponsored = "Reg. 1", "More.", "Health", True
    post.publications[0].content, post.publications[0].options = "Own.", {"thread": ["Two."]}
    db.session.commit()
    copy = flows.duplicate(asha, post)
    for name in ("footer", "first_comment", "link_title", "is_sponsored"):
        assert getattr(copy, name) == getattr(post, name), name
    assert (copy.publications[0].content, copy.publications[0].options) == ("Own.", {"thread": ["Two."]})
    assert (copy.content, copy.link, copy.status, copy.scheduled_at) == (
        "Wash.", "https://example.org/", "draft", None,
    )  # fmt: skip
    assert [p.platform for p in copy.publications] == ["twitter", "linkedin"]
    refs = {p.client_ref for p in db.session.scalars(select(Publication))}
    assert len(refs) == 5
