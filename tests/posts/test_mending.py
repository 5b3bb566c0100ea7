"""A post that a network refused: one press opens it, and saving plans it again."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import Doctor, Post, SocialAccount
from portal.posts import remedies
from portal.posts.inputs import PostChanges
from tests.conftest import Clock
from tests.factories import make_post
from tests.page import Page
from tests.signing_in import sign_in

REFUSED = {"tries": 4, "attempts": 4, "error_code": "187", "error_message": "Change it and try again."}


def failed_post(doctor: Doctor, *accounts: SocialAccount, clock: Clock, **more: Any) -> Post:
    facts = {"content": "Wash.", "status": "failed", "publication": REFUSED}
    return make_post(doctor, *accounts, scheduled_at=clock.at - timedelta(hours=3), **facts | more)


def test_a_failed_post_is_changed_and_planned_again(
    client: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = failed_post(asha, x, clock=clock)
    sign_in(client, asha)
    page = Page(client.get(f"/posts/{post.id}"))

    composer = Page(client.get(page.links["Change"]))
    done = composer.form("Plan it").fill(Text="Rinse.").submit(client)

    assert "Your post is planned." in done.text
    db.session.expire_all()
    [publication] = post.publications
    assert (post.content, publication.status, publication.error_code) == ("Rinse.", "scheduled", None)
    assert (publication.attempts, publication.tries) == (4, 0)
    assert publication.due_at == post.scheduled_at
    assert post.scheduled_at is not None
    assert post.scheduled_at > clock.at


def test_a_failed_post_may_become_a_draft(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = remedies.mend(asha, failed_post(asha, x, clock=clock), PostChanges(status="draft"))
    assert (post.status, post.publications[0].due_at) == ("draft", None)


def test_a_failed_post_needs_an_hour_to_come(asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = failed_post(asha, x, clock=clock)
    with pytest.raises(Invalid, match="in the future"):
        remedies.mend(asha, post, PostChanges(content="Rinse."))
    db.session.expire_all()
    assert (post.status, post.content) == ("failed", "Wash.")


def test_what_a_network_would_refuse_leaves_the_post_as_it_was(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = failed_post(asha, x, clock=clock)
    soon = clock.at + timedelta(hours=1)
    with pytest.raises(Invalid):
        remedies.mend(asha, post, PostChanges(content="Much too long", scheduled_at=soon))
    db.session.expire_all()
    assert post.publications[0].error_code == "187"


@pytest.mark.parametrize("status", ["published", "unconfirmed", "publishing", "awaiting_doctor"])
def test_a_post_that_may_be_out_somewhere_is_not_changed(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock, status: str
) -> None:
    post = failed_post(asha, x, linkedin, clock=clock)
    with db.session.no_autoflush:
        post.publications[1].status = status
        assert not remedies.can_mend(post)
    db.session.rollback()
    done = make_post(asha, x, status="published", publication={"platform_post_id": "1"})
    with pytest.raises(Conflict):
        remedies.mend(asha, done, PostChanges(content="Rinse."))
