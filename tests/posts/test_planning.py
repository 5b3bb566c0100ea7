"""Planning a post: what is kept, what is refused, what waits."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.errors import Invalid
from portal.extensions import db
from portal.models import Doctor, Post, PublicationEvent, SocialAccount
from portal.posts import flows
from portal.posts.inputs import NewPost
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_doctor
from tests.posts.conftest import wanted

pytestmark = pytest.mark.usefixtures("database", "held_jobs")


def plan(doctor: Doctor, *accounts: SocialAccount, clock: Clock, **changes: Any) -> Post:
    fields = {"scheduled_at": clock.at + timedelta(hours=1)} | changes
    return flows.create(doctor, NewPost(**wanted(*accounts, **fields)))


def refusals(doctor: Doctor, *accounts: SocialAccount, clock: Clock, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        plan(doctor, *accounts, clock=clock, **changes)
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0
    return refused.value.problems


def test_a_post_waits_for_its_hour_on_every_account(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    post = plan(asha, x, linkedin, clock=clock)
    assert post.status == "scheduled"
    assert [(p.platform, p.status, p.due_at) for p in post.publications] == [
        ("twitter", "scheduled", clock.at + timedelta(hours=1)),
        ("linkedin", "scheduled", clock.at + timedelta(hours=1)),
    ]
    assert held_jobs == []


def test_the_wall_time_is_kept_beside_the_instant(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    at = clock.at.replace(hour=3, minute=30, second=0) + timedelta(days=1)
    post = plan(asha, x, clock=clock, scheduled_at=at)
    assert post.wall_time == f"{at.date()}T09:00:00"
    assert (post.timezone, post.fold) == ("Asia/Kolkata", 0)
    assert post.zone_data


def test_a_time_within_the_last_minute_means_now(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    plan(asha, x, clock=clock, scheduled_at=clock.at - timedelta(seconds=59))
    assert held_jobs == [("publish_due",)]


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=-61), "Choose a time in the future."),
        (timedelta(days=-300), "Choose a time in the future."),
        (timedelta(days=800), "Choose a time within the next two years."),
    ],
)
def test_a_time_out_of_reach_is_refused(
    asha: Doctor, x: SocialAccount, clock: Clock, away: timedelta, words: str
) -> None:
    assert refusals(asha, x, clock=clock, scheduled_at=clock.at + away) == [("scheduled_at", words)]


def test_what_each_network_would_refuse_is_told_at_once(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    assert refusals(asha, x, linkedin, clock=clock, content="Wash your hands.") == [
        ("publications.0.content", "The text must be at most 10 characters for X."),
        ("publications.1.content", "The text must be at most 10 characters for LinkedIn."),
    ]


def test_an_account_may_have_a_text_of_its_own(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    targets = [{"social_account_id": x.id}, {"social_account_id": linkedin.id, "content": "Soap!"}]
    post = plan(asha, clock=clock, publications=targets)
    assert [p.text for p in post.publications] == ["Wash.", "Soap!"]


def test_an_account_of_another_doctor_is_not_found(
    asha: Doctor, ben: Doctor, x: SocialAccount, clock: Clock
) -> None:
    [(field, words)] = refusals(asha, x, make_account(ben), clock=clock)
    assert field == "publications.1.social_account_id"
    assert "no such account" in words


def test_a_disconnected_account_is_refused(asha: Doctor, clock: Clock) -> None:
    gone = make_account(asha, status="disconnected")
    [(field, words)] = refusals(asha, gone, clock=clock)
    assert field == "publications.0.social_account_id"
    assert "Connect it again" in words


def test_an_account_is_chosen_once(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    [(field, _)] = refusals(asha, x, x, clock=clock)
    assert field == "publications.1.social_account_id"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"publications": []}, "publications"),
        ({"scheduled_at": None}, "scheduled_at"),
        ({"content": ""}, "content"),
        ({"content": "  \n "}, "content"),
        ({"media_url": "https://example.org/a.jpg"}, "media_url"),
        ({"media": [{"id": 77}]}, "media.0.id"),
    ],
)
def test_a_plan_needs_all_its_parts(
    asha: Doctor, x: SocialAccount, clock: Clock, changes: dict[str, Any], field: str
) -> None:
    [(refused, _)] = refusals(asha, x, clock=clock, **changes)
    assert refused == field


def test_a_draft_may_leave_anything_out(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = plan(asha, x, clock=clock, status="draft", content="Much longer than ten", scheduled_at=None)
    empty = flows.create(asha, NewPost(status="draft"))
    assert (post.status, empty.status) == ("draft", "draft")
    assert post.publications[0].due_at is None


def test_posts_of_an_unverified_doctor_wait(clock: Clock, held_jobs: HeldJobs) -> None:
    doctor = make_doctor(verified=False)
    post = plan(doctor, make_account(doctor), clock=clock, scheduled_at=clock.at)
    [publication] = post.publications
    assert (publication.status, publication.held_for) == ("held", "verification")
    assert publication.due_at == clock.at
    assert held_jobs == []


def test_posts_for_an_account_that_must_be_reconnected_wait(asha: Doctor, clock: Clock) -> None:
    account = make_account(asha, status="reconnect")
    [publication] = plan(asha, account, clock=clock).publications
    assert (publication.status, publication.held_for) == ("held", "account")


def test_planning_is_the_first_line_of_the_history(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = plan(asha, x, clock=clock)
    events = db.session.scalars(
        select(PublicationEvent).where(PublicationEvent.publication_id == post.publications[0].id)
    ).all()
    assert [(event.from_status, event.to_status, event.who) for event in events] == [
        (None, "scheduled", "doctor")
    ]


def test_emoji_and_right_to_left_text_are_kept(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = plan(asha, x, clock=clock, content="صحة 👩🏽‍⚕️")
    assert db.session.get_one(Post, post.id).content == "صحة 👩🏽‍⚕️"
