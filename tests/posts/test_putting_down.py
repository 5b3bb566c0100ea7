"""A program's post is put down by one statement, and is the very same as one that a session writes."""

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.api.post_records import record
from portal.api.posts import AROUND
from portal.extensions import db
from portal.media import flows as media
from portal.media.inputs import Upload
from portal.models import Doctor, Post, SocialAccount, Webhook
from portal.models.webhook import KINDS
from portal.posts import flows, surroundings
from portal.posts.inputs import NewPost
from portal.publishing.checking import author_of
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_doctor, save
from tests.media import samples
from tests.posts.conftest import wanted

pytestmark = pytest.mark.usefixtures("database", "picture_network")

# Every table that a new post leaves rows in: how they are found.
ROWS = {
    "post": "it.id = :post",
    "publication": "it.post_id = :post",
    "post_media": "it.post_id = :post",
    "post_check": "it.post_id = :post",
    "publication_event": "it.publication_id IN (SELECT id FROM publication WHERE post_id = :post)",
    "webhook_message": "it.about ->> 'post_id' = CAST(:post AS text)",
}
REASONS = [{"id": "C02", "reason": "It is the title of the page."}]
# What no two posts have alike.
OWN = {"id", "post_id", "publication_id", "client_ref", "stream", "mark"}


@pytest.fixture
def picture_network(fake_networks: None) -> None:
    """The networks of all posts' tests, which take pictures as they are."""


def rows_of(post: Post) -> dict[str, list[Any]]:
    """All that the database holds of a post, but for what is only its own."""
    return {
        table: [
            without_own(row)
            for row in db.session.scalars(
                text(f"SELECT to_jsonb(it) FROM {table} it WHERE {found} ORDER BY it.id"),
                {"post": post.id},
            )
        ]
        for table, found in ROWS.items()
    }


def without_own(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_own(one) for name, one in value.items() if name not in OWN}
    return [without_own(one) for one in value] if isinstance(value, list) else value


def put_down(doctor: Doctor, said: NewPost) -> Post:
    """As the API does."""
    found = AROUND.here(doctor.id, ())
    numbers = {one.social_account_id for one in said.accounts or ()}
    return flows.put_down(*surroundings.read(found, numbers), said)


def test_what_is_put_down_is_what_a_session_writes(
    asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    save(Webhook(doctor_id=asha.id, url="https://hooks.example", kinds=list(KINDS), sealed_secret="x"))
    quora = make_account(asha, "quora", status="reconnect")
    waiting = make_doctor(verified=False)
    other = make_account(waiting, "twitter", ends_at=clock.at + timedelta(days=3))
    photo = media.keep(asha, io.BytesIO(samples.picture()), "photo.jpg", Upload(alt_text="A tap"))
    at = clock.at + timedelta(hours=1, microseconds=7)
    placed = [{"id": photo.id, "fits": {"twitter": {"way": "pad", "x": 0.25}}, "shows": "nobody"}]
    own = [{"social_account_id": linkedin.id, "content": "Own.\n“é” 🙂", "options": {"title": "A \\ b"}}]
    said: list[tuple[Doctor, dict[str, Any]]] = [
        (asha, {"status": "draft", "is_sponsored": True}),
        (asha, wanted(x, linkedin, status="draft", scheduled_at=at)),
        (asha, wanted(linkedin, x, scheduled_at=at, timezone="Europe/London", footer="A.")),
        (asha, wanted(x, scheduled_at=clock.at)),
        (asha, wanted(x, scheduled_at=at, publications=own, link="https://a.example", link_title="A")),
        (asha, wanted(x, quora, scheduled_at=at, first_comment="More.")),
        (asha, wanted(x, scheduled_at=at, media=placed)),
        (
            asha,
            wanted(
                x,
                scheduled_at=at,
                link="https://a.example",
                link_title="Best doctor in town",
                acknowledged=REASONS,
            ),
        ),
        (waiting, wanted(other, scheduled_at=at)),
    ]

    for doctor, fields in said:
        both = [make(doctor, NewPost(**fields)) for make in (flows.create, put_down)]
        db.session.flush()
        told = [without_own(record(post).model_dump(mode="json")) for post in both]
        of_session, of_statement = map(rows_of, both)

        assert of_statement == of_session, fields
        assert told[1] == told[0], fields
        assert (len(of_session["publication"]), len(of_session["post_check"])) == (
            len(fields.get("publications", ())),
            fields.get("status") != "draft",
        )
    assert held_jobs == [("publish_due",)] * 2


def test_a_doctor_read_with_the_call_is_the_same_to_the_checks(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    for handle, status in (
        ("zed", "connected"),
        ("Änne", "disconnected"),
        ("abe", "reconnect"),
        (None, "connected"),
    ):
        make_account(asha, "twitter", handle=handle, status=status)
    asha.clinic_name, asha.qualification, asha.phone_number = "Asha Clinic", "MBBS", "+91 98100 00000"
    db.session.commit()

    doctor, around = surroundings.read(AROUND.here(asha.id, ()), {x.id})

    assert around.author == author_of(asha)
    assert (doctor.checks_key, doctor.licence_state) == (asha.checks_key, asha.licence_state)
    assert around.now == surroundings.of(asha).now == clock.at
    for name in set(SocialAccount.__table__.columns.keys()) - {"sealed_token"}:
        assert getattr(around.accounts[x.id], name) == getattr(x, name), name
