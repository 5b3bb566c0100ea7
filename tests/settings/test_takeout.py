"""The copy of everything: whole, the doctor's alone, without a secret."""

import io
import json
import zipfile

from flask.testing import FlaskClient
from sqlalchemy import select

from portal import files
from portal.extensions import db
from portal.models import AuditEvent, Doctor, LicenceDocument, MediaFile, OutboxLetter, User
from tests.factories import make_account, make_doctor, make_post, save
from tests.page import Page
from tests.signing_in import sign_in


def taken(browser: FlaskClient) -> zipfile.ZipFile:
    sent = Page(browser.get("/settings")).form("Take a copy")
    answer = browser.post("/settings/copy", data={})
    assert sent and answer.content_type == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]


def test_the_copy_holds_what_is_the_doctors_and_nothing_else(client: FlaskClient, asha: Doctor) -> None:
    other = make_doctor(full_name="Dr. Somebody Else")
    make_post(other, make_account(other), content="Not mine.")
    for number in range(3):
        make_post(asha, make_account(asha), content=f"Drink water, {number}.")
    with files.being_written("image/jpeg") as (name, part):
        part.write_bytes(b"a picture")
    facts = {"mime_type": "image/jpeg", "bytes": 9, "digest": "x", "file_name": "../my/clinic: door.HEIC"}
    photo = save(MediaFile(doctor_id=asha.id, purpose="post", name=name, **facts))
    paper = LicenceDocument(doctor_id=asha.id, kind="certificate", mime_type="application/pdf", bytes=4)
    paper.digest, paper.added_by_id, paper.content = "x", asha.user_id, b"%PDF"
    save(paper)

    archive = taken(sign_in(client, asha))

    assert [post["content"] for post in lines(archive, "posts/posts")] == [
        f"Drink water, {n}." for n in range(3)
    ]
    assert len(lines(archive, "posts/where each post goes")) == 3
    assert [one["to_status"] for one in lines(archive, "posts/history")] == ["scheduled"] * 3
    assert archive.read("posts.csv").decode().count("Drink water") == 3
    assert archive.read(f"media/{photo.id} ___my_clinic_ door.jpg") == b"a picture"
    assert archive.read(f"profile/papers/{paper.id} certificate.pdf") == b"%PDF"
    whole = b"".join(archive.read(each) for each in archive.namelist())
    assert b"Somebody Else" not in whole and b"Not mine." not in whole
    for word in (b"sealed", b"digest", b"public_key", asha.user.password_digest.encode() + b'"'):
        assert word not in whole


def test_whoever_takes_a_copy_is_told_of_it(client: FlaskClient, asha: Doctor) -> None:
    taken(sign_in(client, asha))
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.user_id == asha.user_id))
    assert "copy taken" in set(actions)
    assert db.session.scalars(select(OutboxLetter.letter)).all() == ["account_changed"]


def test_only_a_doctor_has_a_copy_to_take(client: FlaskClient, carla: User) -> None:
    assert client.post("/settings/copy").headers["Location"].startswith("/login")
    assert sign_in(client, carla).post("/settings/copy").status_code == 404
