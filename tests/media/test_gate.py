"""A file's address answers strangers while a network may need it, and then its owner alone."""

import io

import pytest
from flask.testing import FlaskClient

from portal import clock as portal_clock
from portal import files
from portal.extensions import db
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, Post, PostMedia, Rendition
from tests.conftest import Clock
from tests.factories import make_account, make_post
from tests.media import samples
from tests.signing_in import sign_in


@pytest.fixture
def file(asha: Doctor) -> MediaFile:
    return flows.keep(asha, io.BytesIO(samples.picture()), "photo.jpg", Upload())


@pytest.fixture
def post(asha: Doctor, file: MediaFile) -> Post:
    return make_post(asha, make_account(asha), media=[PostMedia(file=file, position=0)])


def settle(post: Post, status: str = "published") -> None:
    publication = post.publications[0]
    publication.move("publishing", by="portal")
    publication.phase, publication.owner = "claimed", 1
    db.session.flush()
    publication.move(status, by="network")
    publication.phase = publication.owner = None
    publication.platform_post_id = "1"
    publication.published_at = publication.updated_at = portal_clock.now()
    db.session.commit()


def status_of(client: FlaskClient, name: str) -> int:
    return client.get(f"/media/{name}").status_code


def test_what_is_planned_can_be_fetched_by_anybody(client: FlaskClient, post: Post, file: MediaFile) -> None:
    answer = client.get(f"/media/{file.name}")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, immutable, max-age=86400"


def test_an_upload_that_no_post_has_yet_can_be_fetched(client: FlaskClient, file: MediaFile) -> None:
    assert status_of(client, file.name) == 200


@pytest.mark.parametrize("status", ["published", "failed"])
def test_a_day_after_all_is_settled_the_address_answers_no_stranger(
    client: FlaskClient, clock: Clock, post: Post, file: MediaFile, status: str
) -> None:
    settle(post, status)
    clock.advance(hours=23, minutes=59)
    assert status_of(client, file.name) == 200

    clock.advance(minutes=2)
    assert status_of(client, file.name) == 404
    assert files.open_stored(file.name) is not None


def test_what_was_made_of_it_ends_with_it(
    client: FlaskClient, clock: Clock, post: Post, file: MediaFile
) -> None:
    name = files.save(samples.picture(), "image/jpeg")
    facts = {"mime_type": "image/jpeg", "bytes": 1, "width": 1, "height": 1}
    db.session.add(Rendition(media_file_id=file.id, recipe="x", name=name, **facts))
    settle(post)

    assert status_of(client, name) == 200
    clock.advance(days=2)
    assert status_of(client, name) == 404


def test_another_post_that_still_waits_keeps_it_open(
    client: FlaskClient, asha: Doctor, clock: Clock, post: Post, file: MediaFile
) -> None:
    make_post(asha, make_account(asha), media=[PostMedia(file=file, position=0)])
    settle(post)
    clock.advance(days=2)

    assert status_of(client, file.name) == 200


def test_a_post_that_is_tried_again_opens_it_again(
    client: FlaskClient, clock: Clock, post: Post, file: MediaFile
) -> None:
    settle(post, "failed")
    clock.advance(days=2)
    assert status_of(client, file.name) == 404

    post.publications[0].move("scheduled", by="doctor")
    db.session.commit()
    assert status_of(client, file.name) == 200


def test_its_owner_still_sees_it_and_nobody_else(
    client: FlaskClient, clock: Clock, post: Post, file: MediaFile, asha: Doctor, ben: Doctor
) -> None:
    settle(post)
    clock.advance(days=2)

    own = sign_in(client, asha).get(f"/media/{file.name}")
    assert own.status_code == 200 and own.headers["Cache-Control"].startswith("private")
    assert status_of(sign_in(client, ben), file.name) == 404
