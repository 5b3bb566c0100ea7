"""Uploads by a doctor's own program."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from portal import files
from portal.extensions import db
from portal.media import flows
from portal.models import Doctor, MediaFile, SocialAccount
from tests.conftest import Clock
from tests.media import samples
from tests.posts.conftest import fake_networks, wanted, x
from tests.signing_in import bearer, sign_in

__all__ = ["fake_networks", "x"]


def upload(client: FlaskClient, doctor: Doctor, content: bytes, name: str = "photo.jpg", **said: Any) -> Any:
    parts = {"file": (io.BytesIO(content), name), **said}
    return client.post("/api/v1/media", data=parts, headers=bearer(doctor))


def pointers(response: Any) -> list[str]:
    return [error["pointer"] for error in response.get_json()["errors"]]


def test_a_picture_answers_with_its_public_address(client: FlaskClient, asha: Doctor) -> None:
    response = upload(client, asha, samples.picture(), alt_text="A green wall")
    made = response.get_json()
    assert response.status_code == 201
    assert set(made) == {
        "id",
        "url",
        "mime_type",
        "bytes",
        "width",
        "height",
        "duration",
        "alt_text",
        "file_name",
        "state",
    }
    assert (made["mime_type"], made["width"], made["height"]) == ("image/jpeg", 40, 30)
    assert (made["duration"], made["alt_text"]) == (None, "A green wall")
    served = client.get(made["url"].removeprefix("http://127.0.0.1:8000"))
    assert (served.status_code, len(served.data)) == (200, made["bytes"])
    assert "photo" not in made["url"]


def test_a_video_answers_with_its_length(client: FlaskClient, asha: Doctor, tmp_path: Path) -> None:
    made = upload(client, asha, samples.video(tmp_path), "IMG_1.MOV").get_json()
    assert (made["mime_type"], made["width"], made["height"]) == ("video/mp4", 64, 48)
    assert made["duration"] == pytest.approx(1.0, abs=0.05)


def test_what_was_said_in_the_file_is_remembered_by_kind_only(client: FlaskClient, asha: Doctor) -> None:
    upload(client, asha, samples.picture(exif=samples.exif()))
    row = db.session.scalars(select(MediaFile)).one()
    assert row.removed == ["place", "time", "device", "other"]
    assert (row.doctor_id, row.purpose) == (asha.id, "post")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (samples.DICOM, "scan.jpg"),
        (samples.SVG, "logo.svg"),
        (samples.archive(10_000_000), "letter.docx"),
        (samples.picture() + samples.archive(), "photo.jpg"),
        (samples.picture()[:300], "photo.jpg"),
        (samples.picture(), "photo.mp4"),
        (b"", "photo.jpg"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    client: FlaskClient, asha: Doctor, content: bytes, name: str
) -> None:
    before = stored()
    response = upload(client, asha, content, name)
    assert (response.status_code, pointers(response)) == (422, ["/file"])
    assert db.session.scalars(select(MediaFile)).all() == [] and stored() == before


def stored() -> set[str]:
    return {path.name for path in Path(files.path("x")).parent.iterdir()}


def test_a_name_with_a_path_in_it_writes_nowhere_else(client: FlaskClient, asha: Doctor) -> None:
    made = upload(client, asha, samples.picture(), "../../../../etc/evil.jpg").get_json()
    assert files.NAME.fullmatch(made["url"].rpartition("/")[2])
    assert made["file_name"] == "evil.jpg"


def test_the_name_that_a_file_came_with_is_kept(client: FlaskClient, asha: Doctor) -> None:
    made = upload(client, asha, samples.picture(), "Hände waschen.jpg").get_json()
    assert made["file_name"] == "Hände waschen.jpg"


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ({}, "/file"),
        ({"file": "just words"}, "/file"),
        ({"picture": (io.BytesIO(b"x"), "x.jpg")}, "/file"),
        ({"file": (io.BytesIO(samples.picture()), "x.jpg"), "colour": "red"}, "/colour"),
        ({"file": (io.BytesIO(samples.picture()), "x.jpg"), "alt_text": "a" * 1501}, "/alt_text"),
        ({"file": (io.BytesIO(samples.picture()), "x.jpg"), "alt_text": ["a", "b"]}, "/alt_text"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    client: FlaskClient, asha: Doctor, parts: Any, pointer: str
) -> None:
    response = client.post(
        "/api/v1/media", data=parts, headers=bearer(asha), content_type="multipart/form-data"
    )
    assert (response.status_code, pointers(response)) == (422, [pointer])


def test_a_body_that_is_no_form_is_refused(client: FlaskClient, asha: Doctor) -> None:
    assert client.post("/api/v1/media", json={}, headers=bearer(asha)).status_code == 415


def test_nobody_uploads_without_a_token(client: FlaskClient, asha: Doctor) -> None:
    response = client.post("/api/v1/media", data={"file": (io.BytesIO(samples.picture()), "x.jpg")})
    assert response.status_code == 401


class Slow(io.BytesIO):
    """A body that is long in coming: whoever waits for it must hold no connection to the database."""

    def readinto(self, buffer: Any) -> int:
        assert not db.session().in_transaction()
        return super().readinto(buffer)


@pytest.mark.parametrize("address", ["/api/v1/media", "/posts/upload"])
def test_no_connection_is_held_while_a_file_comes_in(client: FlaskClient, asha: Doctor, address: str) -> None:
    parts = {"file": (io.BytesIO(samples.picture()), "photo.jpg")}
    encoded = EnvironBuilder(method="POST", data=parts).get_environ()
    same = {name: encoded[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH")}
    slow = same | {"wsgi.input": Slow(encoded["wsgi.input"].read())}
    response = sign_in(client, asha).post(address, headers=bearer(asha), environ_overrides=slow)
    assert response.status_code == 201


class Endless(io.RawIOBase):
    """A body that must not be read."""

    def readinto(self, buffer: Any) -> int:
        raise AssertionError("the body was read")


def test_a_huge_body_is_refused_before_it_is_read(client: FlaskClient, asha: Doctor) -> None:
    huge = {"CONTENT_LENGTH": str(600 * 1024 * 1024), "wsgi.input": Endless()}
    kind = "multipart/form-data; boundary=x"
    response = client.post("/api/v1/media", headers=bearer(asha), environ_overrides=huge, content_type=kind)
    assert response.status_code == 413
    assert response.mimetype == "application/problem+json"


def test_a_picture_that_is_too_heavy_is_refused_by_its_number(
    client: FlaskClient, asha: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(flows.MOST_BYTES, "picture", 1024 * 1024)
    response = upload(client, asha, samples.picture() + b"\0" * (1024 * 1024))
    assert "must be 1 MB or smaller" in response.get_json()["detail"]


def test_a_doctor_has_only_so_much_room(
    client: FlaskClient, asha: Doctor, ben: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = upload(client, asha, samples.picture()).get_json()
    monkeypatch.setattr(flows, "QUOTA_BYTES", first["bytes"] + 10)
    before = stored()

    assert "room" in upload(client, asha, samples.picture()).get_json()["detail"]
    assert stored() == before
    assert upload(client, ben, samples.picture()).status_code == 201


def test_an_upload_goes_into_a_post(
    client: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    made = upload(client, asha, samples.picture(), alt_text="A green wall").get_json()
    body = wanted(x, media=[{"id": made["id"]}], status="draft")
    post = client.post("/api/v1/posts", json=body, headers=bearer(asha)).get_json()
    assert [(item["id"], item["alt_text"]) for item in post["media"]] == [(made["id"], "A green wall")]


def test_another_doctors_upload_cannot_be_used(
    client: FlaskClient, asha: Doctor, ben: Doctor, clock: Clock
) -> None:
    made = upload(client, asha, samples.picture()).get_json()
    body = {"content": "Look.", "media": [{"id": made["id"]}], "status": "draft"}
    response = client.post("/api/v1/posts", json=body, headers=bearer(ben))
    assert (response.status_code, pointers(response)) == (422, ["/media/0/id"])


def test_the_description_says_how_a_file_is_sent(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()["paths"]["/media"]["post"]
    schema = told["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["required"] == ["file"]
    assert set(schema["properties"]) == {"alt_text", "file"}
