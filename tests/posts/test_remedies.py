"""Trying again, and saying what became of a post."""

from datetime import timedelta

import pytest

from portal.errors import Conflict, Invalid
from portal.models import Doctor, Post, SocialAccount
from portal.posts import remedies
from portal.posts.inputs import Confirmation
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_doctor, make_post

pytestmark = pytest.mark.usefixtures("database", "held_jobs")


def failed_post(doctor: Doctor, account: SocialAccount, clock: Clock) -> Post:
    facts = {"tries": 4, "attempts": 4, "error_code": "500", "error_message": "X had a bad day."}
    at = clock.at - timedelta(hours=3)
    return make_post(doctor, account, status="failed", scheduled_at=at, publication=facts)


def test_a_failed_post_goes_out_at_once_when_tried_again(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    post = remedies.retry(asha, failed_post(asha, x, clock))
    [publication] = post.publications
    assert (publication.status, publication.due_at, publication.tries) == ("scheduled", clock.at, 0)
    assert (publication.attempts, publication.error_code, publication.error_message) == (4, None, None)
    assert held_jobs == [("publish_due",)]


def test_a_late_post_on_hold_goes_out_when_the_doctor_says_so(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    at = clock.at - timedelta(hours=3)
    post = make_post(asha, x, status="held", scheduled_at=at, publication={"held_for": "late"})
    assert remedies.retry(asha, post).status == "scheduled"
    assert post.publications[0].due_at == clock.at


@pytest.mark.parametrize("status", ["scheduled", "published", "cancelled", "draft"])
def test_what_is_not_stuck_cannot_be_tried_again(
    asha: Doctor, x: SocialAccount, clock: Clock, status: str
) -> None:
    post = make_post(asha, x, status=status, publication={"platform_post_id": "1"})
    with pytest.raises(Conflict, match="Nothing of this post"):
        remedies.retry(asha, post)


def test_trying_again_needs_a_verified_doctor(clock: Clock) -> None:
    doctor = make_doctor(verified=False)
    held = {"held_for": "verification"}
    post = make_post(doctor, make_account(doctor), status="held", publication=held)
    with pytest.raises(Conflict, match="until we have verified you"):
        remedies.retry(doctor, post)


def test_trying_again_needs_a_connected_account(asha: Doctor, clock: Clock) -> None:
    account = make_account(asha, status="reconnect", display_name="Asha")
    post = make_post(asha, account, status="held", publication={"held_for": "account"})
    with pytest.raises(Conflict, match="Connect Asha on X again first"):
        remedies.retry(asha, post)


@pytest.mark.parametrize("status", ["awaiting_doctor", "unconfirmed"])
def test_the_doctor_gives_the_address_of_a_post_that_is_out(
    asha: Doctor, x: SocialAccount, clock: Clock, status: str
) -> None:
    [publication] = make_post(asha, x, status=status).publications
    remedies.confirm(publication, Confirmation(permalink="https://twitter.example/posts/77"))
    assert (publication.status, publication.platform_post_id) == ("published", "77")
    assert (publication.permalink, publication.published_at) == ("https://twitter.example/posts/77", clock.at)


@pytest.mark.parametrize("status", ["awaiting_doctor", "unconfirmed"])
def test_a_post_that_is_not_there_may_be_tried_again(
    asha: Doctor, x: SocialAccount, clock: Clock, status: str
) -> None:
    [publication] = make_post(asha, x, status=status).publications
    remedies.confirm(publication, Confirmation(absent=True))
    assert (publication.status, publication.error_code) == ("failed", "absent")
    assert remedies.retry(asha, publication.post).status == "scheduled"


@pytest.mark.parametrize("address", ["https://elsewhere.example/posts/77", "https://twitter.example/"])
def test_an_address_of_something_else_is_refused(
    asha: Doctor, x: SocialAccount, clock: Clock, address: str
) -> None:
    [publication] = make_post(asha, x, status="unconfirmed").publications
    with pytest.raises(Invalid, match="not the address of a post on X"):
        remedies.confirm(publication, Confirmation(permalink=address))
    assert publication.status == "unconfirmed"


def test_the_address_of_another_post_of_the_doctor_is_refused(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    make_post(asha, x, status="published", publication={"platform_post_id": "77"})
    [publication] = make_post(asha, x, status="unconfirmed").publications
    with pytest.raises(Invalid, match="another post of yours"):
        remedies.confirm(publication, Confirmation(permalink="https://twitter.example/posts/77"))


def test_while_the_portal_looks_the_doctor_is_asked_to_wait(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    looking = {"phase": "looking", "owner": 1}
    [publication] = make_post(asha, x, status="unconfirmed", publication=looking).publications
    with pytest.raises(Conflict, match="wait a moment"):
        remedies.confirm(publication, Confirmation(absent=True))


def test_a_published_post_needs_no_word(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    [publication] = make_post(asha, x, status="published", publication={"platform_post_id": "1"}).publications
    with pytest.raises(Conflict, match="already known"):
        remedies.confirm(publication, Confirmation(absent=True))
