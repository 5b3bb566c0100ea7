"""What the database puts together is the very record that is made from rows."""

from typing import Any

from flask.testing import FlaskClient

from portal.api.post_records import record
from portal.extensions import db
from portal.models import Doctor, MediaFile, Post, PostMedia, PublicationFigures
from tests.conftest import Clock
from tests.factories import make_account, make_post, save
from tests.signing_in import bearer


def test_a_record_that_is_read_is_the_one_that_a_change_answers(
    client: FlaskClient, asha: Doctor, clock: Clock
) -> None:
    x, page = make_account(asha), make_account(asha, "facebook")
    post = make_post(asha, x, page, link="https://example.org/a?b=1", content='Naïve "quotes" \\ and 🩺')
    told = {"content": "Its own", "options": {"thread": ["one", "two"], "n": 1.5}, "error_code": "187"}
    make_post(asha, page, status="failed", publication=told | {"error_message": "It was said before."})
    make_post(asha, x, status="held", publication={"held_for": "late", "error_code": "late"})
    _show(asha, post, alt_text="", of_file="A green wall", place=2)
    _show(asha, post, alt_text="A hand", of_file=None, place=1, shows="patient", consent="Said yes")
    save(PublicationFigures(publication_id=post.publications[0].id, likes=3, read_at=clock.at))
    save(PublicationFigures(publication_id=post.publications[1].id, wanted_at=clock.at))
    make_post(asha, scheduled_at=None)
    db.session.expire_all()
    rows = db.session.scalars(Post.owned_by(asha).order_by(Post.id.desc())).all()

    listed = client.get("/api/v1/posts", headers=bearer(asha)).json["posts"]

    assert listed == [record(row).model_dump(mode="json") for row in rows]
    shown = [client.get(f"/api/v1/posts/{row.id}", headers=bearer(asha)).text for row in rows]
    assert shown == [record(row).model_dump_json() for row in rows]


def _show(asha: Doctor, post: Post, *, alt_text: str, of_file: str | None, place: int, **facts: Any) -> None:
    known = {"mime_type": "image/png", "bytes": 10, "digest": f"digest {place}", "alt_text": of_file}
    file = save(MediaFile(doctor_id=asha.id, purpose="post", name=f"wall-{place}.png", **known))
    save(PostMedia(post_id=post.id, media_file_id=file.id, position=place, alt_text=alt_text, **facts))
