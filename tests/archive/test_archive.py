"""What was published is kept: whole, in a chain, for its time, and anybody can check the file of it."""

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from portal import files
from portal.archive import bundles, chain, keeping, shelf, writing
from portal.archive.__main__ import main
from portal.extensions import db
from portal.models import (
    ArchivedFile,
    ArchiveEntry,
    ArchiveTask,
    Attempt,
    AuditEvent,
    Doctor,
    MediaFile,
    Post,
    PostCheck,
    PostMedia,
    User,
)
from portal.publishing.news import add_to_story
from portal.settings import erasing
from tests.conftest import Clock
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.signing_in import sign_in

PICTURE = b"\xff\xd8 the very bytes"


@pytest.fixture
def post(asha: Doctor, clock: Clock) -> Post:
    """Published with a picture of a patient who agreed, after the doctor gave a reason."""
    post = make_post(asha, make_account(asha), content="Walk a little every day. दवा समय पर लें।")
    name = files.save(PICTURE, "image/jpeg")
    media = MediaFile(
        doctor_id=asha.id, purpose="post", name=name, mime_type="image/jpeg", bytes=len(PICTURE), digest="x"
    )
    post.media.append(PostMedia(file=media, position=0, shows="patient", consent="Signed on 3 May."))
    save(
        PostCheck(
            post=post,
            version=1,
            pack="IN",
            rules_version="7",
            digest="x",
            licence="verified",
            checks_run=34,
            findings=[{"id": "C02", "severity": "confirm", "where": "content", "start": 0, "end": 4}],
            reasons={"C02": "It is a quotation."},
            is_passed=True,
        )
    )
    return publish(post)


def publish(post: Post) -> Post:
    """As a publisher writes it."""
    row = post.publications[0]
    save(Attempt(publication_id=row.id, fence=1, version=1, outcome="accepted", sent={"text": post.content}))
    row.status, row.phase, row.owner = "publishing", "sending", 1
    db.session.commit()
    row.status, row.phase, row.owner = "published", None, None
    row.platform_post_id, row.permalink = "77", "https://x.com/i/status/77"
    row.published_at = post.scheduled_at
    db.session.commit()
    return post


def entries(doctor: Doctor) -> list[ArchiveEntry]:
    return list(
        db.session.scalars(
            select(ArchiveEntry).where(ArchiveEntry.doctor_id == doctor.id).order_by(ArchiveEntry.number)
        )
    )


def said(entry: ArchiveEntry) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(entry.body or "{}")
    return facts


def bundle(doctor: Doctor) -> io.BytesIO:
    return io.BytesIO(b"".join(bundles.whole(doctor)))


def lines_of(doctor: Doctor) -> list[bytes]:
    with zipfile.ZipFile(bundle(doctor)) as file:
        return file.read(bundles.CHAIN).splitlines()


def test_what_went_out_is_archived_with_all_that_shows_it_later(post: Post, asha: Doctor) -> None:
    assert writing.write_due() == 1

    (entry,) = entries(asha)
    facts = said(entry)
    assert (entry.kind, entry.number, entry.previous) == ("published", 1, chain.BEGINNING)
    assert facts["text"] == post.content and facts["attempts"][0]["sent"] == {"text": post.content}
    assert facts["account"]["id"] == post.publications[0].account.remote_id
    assert (facts["platform_post_id"], facts["permalink"]) == ("77", "https://x.com/i/status/77")
    assert facts["published_at"]["zone"] == "Asia/Kolkata" and facts["published_at"]["local"].endswith(
        "+05:30"
    )
    assert facts["checks"]["pack"] == "IN" and facts["checks"]["rules_version"] == "7"
    assert facts["checks"]["findings"][0]["id"] == "C02"
    assert facts["checks"]["reasons"] == {"C02": "It is a quotation."}
    assert facts["doctor"]["licence"] == "verified" and facts["doctor"]["name"] == asha.full_name
    (medium,) = facts["media"]
    assert medium["digest"] == sha256(PICTURE).hexdigest()
    assert (medium["shows"], medium["consent"]) == ("patient", "Signed on 3 May.")
    assert db.session.scalar(select(ArchiveTask)) is None


def test_nothing_secret_gets_in(post: Post, asha: Doctor) -> None:
    writing.write_due()
    body = entries(asha)[0].body or ""
    assert not any(word in body for word in ("access", "refresh", asha.user.email))


def test_deleting_it_and_what_the_network_did_to_it_are_entries_of_their_own(
    post: Post, asha: Doctor, clock: Clock
) -> None:
    writing.write_due()
    row = post.publications[0]
    add_to_story(db.session(), row, "The network took the link out.")
    db.session.commit()
    clock.advance(hours=1)
    row.removed_at = clock.at
    db.session.commit()
    writing.write_due()

    first, second, third = entries(asha)
    assert (second.kind, said(second)["words"]) == ("noticed", "The network took the link out.")
    assert (third.kind, third.at) == ("removed", clock.at)
    assert second.previous == first.digest and third.previous == second.digest


def test_the_picture_stays_when_the_upload_is_gone(post: Post, asha: Doctor) -> None:
    writing.write_due()
    files.remove(post.media[0].file.name)

    with zipfile.ZipFile(bundle(asha)) as file:
        assert file.read(f"media/{sha256(PICTURE).hexdigest()}.jpg") == PICTURE


@pytest.mark.parametrize(
    "statement",
    [
        update(ArchiveEntry).values(body="{}"),
        update(ArchiveEntry).values(digest="x"),
        update(ArchiveEntry).values(kind="removed"),
        delete(ArchiveEntry),
        text("TRUNCATE archive_entry CASCADE"),
    ],
    ids=str,
)
def test_the_database_lets_nobody_change_or_delete_an_entry(post: Post, statement: Any) -> None:
    writing.write_due()
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(statement)


def test_an_archive_as_it_was_made_is_sound(post: Post, asha: Doctor) -> None:
    writing.write_due()
    checked = bundles.check(bundle(asha))

    assert checked.is_sound and (checked.entries, checked.doctor) == (1, asha.full_name)
    assert checked.head == entries(asha)[0].digest
    assert chain.check(lines_of(asha)).is_sound


def _say_another_thing(lines: list[bytes]) -> None:
    lines[1] = lines[1].replace(b"Walk", b"Talk")


def _say_another_thing_well(lines: list[bytes]) -> None:
    """With the digest of the body put right, as somebody would who has read how it works."""
    record = json.loads(lines[1])
    record["body"] = record["body"].replace("Walk", "Talk")
    record["body_digest"] = chain.body_digest(record["body"])
    lines[1] = json.dumps(record).encode()


def _leave_one_out(lines: list[bytes]) -> None:
    del lines[1]


def _leave_the_last_out(lines: list[bytes]) -> None:
    del lines[-1]


def _change_the_order(lines: list[bytes]) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def _put_the_time_back(lines: list[bytes]) -> None:
    record = json.loads(lines[2])
    record["at"] = "2020-01-01T00:00:00.000000+00:00"
    lines[2] = json.dumps(record).encode()


def _say_it_is_another_doctors(lines: list[bytes]) -> None:
    first = json.loads(lines[0])
    first["doctor"]["id"] += 1
    lines[0] = json.dumps(first).encode()


def _damage(lines: list[bytes]) -> None:
    lines[1] = lines[1][:40]


TAMPERINGS = [
    _say_another_thing,
    _say_another_thing_well,
    _leave_one_out,
    _leave_the_last_out,
    _change_the_order,
    _put_the_time_back,
    _say_it_is_another_doctors,
    _damage,
]


def test_tampering_is_found(post: Post, asha: Doctor) -> None:
    publish(make_post(asha, make_account(asha), content="Second."))
    writing.write_due()
    whole = lines_of(asha)
    assert len(whole) == 3 and chain.check(whole).is_sound

    for tamper in TAMPERINGS:
        lines = list(whole)
        tamper(lines)
        assert not chain.check(lines).is_sound, tamper.__name__


def test_a_changed_picture_is_found(post: Post, asha: Doctor) -> None:
    writing.write_due()
    made, changed = bundle(asha), io.BytesIO()
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(changed, "w") as after:
        for part in before.infolist():
            content = before.read(part)
            after.writestr(part.filename, b"another" if part.filename.startswith("media/") else content)

    assert not bundles.check(changed).is_sound


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 no zip", b"[1]\n", b'{"format": "x"}\n'])
def test_what_is_no_archive_is_said_to_be_none(content: bytes) -> None:
    assert bundles.check(io.BytesIO(content)).problem


def _sound(doctor: str = "X", body: str = "{}", kind: str = "published") -> bytes:
    """A chain of one entry, right in itself whatever it says."""
    letters = ("surrogatepass",)
    of_body = sha256(body.encode("utf-8", *letters)).hexdigest()
    lines = (chain.FORMAT, "1", "1", kind, "now", of_body, chain.BEGINNING)
    digest = sha256("".join(f"{line}\n" for line in lines).encode("utf-8", *letters)).hexdigest()
    first = {"format": chain.FORMAT, "doctor": {"id": 1, "name": doctor}, "entries": 1, "head": digest}
    entry = {"number": 1, "kind": kind, "at": "now", "body": body, "digest": digest}
    entry |= {"body_digest": of_body, "previous": chain.BEGINNING}
    return f"{json.dumps(first)}\n{json.dumps(entry)}\n".encode()


def _zipped(content: bytes, packed: int = zipfile.ZIP_DEFLATED, name: str = bundles.CHAIN) -> bytearray:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as bundle:
        bundle.writestr(name, content)
    return bytearray(file.getvalue())


def _broken_inside() -> bytes:
    content = _zipped(_sound() * 50)
    content[60:90] = b"\xff" * 30
    return bytes(content)


def test_half_letters_and_damaged_files_are_said_to_be_no_archive() -> None:
    """Whatever stands in the file: the page has an answer."""
    assert chain.check(io.BytesIO(_sound())).is_sound
    half = [_sound(doctor="\ud800"), _sound(body='"\ud800"'), _sound(kind="\udfff")]
    other_ways = [_zipped(_sound(), zipfile.ZIP_LZMA), _zipped(_sound(), zipfile.ZIP_BZIP2)]
    for content in [*half, *other_ways, _broken_inside()]:
        assert bundles.check(io.BytesIO(content)).problem


def test_a_small_file_that_stands_for_a_huge_one_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LONGEST_CHAIN", 100_000)
    large = io.BytesIO(_zipped(b"\n" * 100_001))
    media = io.BytesIO()
    with zipfile.ZipFile(media, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(bundles.CHAIN, _sound())
        bundle.writestr("media/x.jpg", b"0" * 1_000_000)

    assert bundles.check(large).problem == bundles.check(media).problem == bundles.DAMAGED
    assert chain.check(_endless_lines()).problem


def _endless_lines() -> Iterator[bytes]:
    """Only read to its end by whoever does not stop."""
    for _ in range(1000):
        yield b"\n"
    raise AssertionError("read on")


def test_when_its_time_is_over_the_words_go_and_the_chain_stays(
    post: Post, asha: Doctor, clock: Clock
) -> None:
    writing.write_due()
    (kept,) = db.session.scalars(select(ArchivedFile))
    name = kept.name
    clock.advance(days=8 * 366)
    publish(make_post(asha, make_account(asha), content="Years later."))
    writing.write_due()

    assert keeping.forget_old() == 1
    first, second = entries(asha)
    assert first.body is None and first.forgotten_at and second.body
    assert not shelf.path(name).exists() and not db.session.scalars(select(ArchivedFile)).all()
    checked = chain.check(lines_of(asha))
    assert checked.is_sound and (checked.entries, checked.forgotten) == (2, 1)


def test_what_is_held_outlives_its_time_until_it_is_let_go(
    post: Post, asha: Doctor, carla: User, clock: Clock
) -> None:
    writing.write_due()
    keeping.hold(asha, carla, "A court asked for it.")
    clock.advance(days=8 * 366)
    assert keeping.forget_old() == 0

    keeping.release(asha, carla)
    assert keeping.forget_old() == 2
    assert [entry.kind for entry in entries(asha)] == ["published", "held", "released"]


def test_the_archive_outlives_the_account(post: Post, asha: Doctor) -> None:
    """Nothing in it points at what would take it along."""
    writing.write_due()
    tables = "SELECT confrelid::regclass::text FROM pg_constraint WHERE conrelid = 'archive_entry'::regclass"
    assert not db.session.scalars(text(f"{tables} AND contype = 'f'")).all()


def test_who_leaves_is_erased_once_it_is_archived_and_the_archive_stays_sound(
    post: Post, asha: Doctor, clock: Clock
) -> None:
    number, upload = asha.id, post.media[0].file.name
    asha.user.leaves_at = clock.at - timedelta(minutes=1)
    db.session.commit()
    assert erasing.erase_due() == 0 and db.session.get(Doctor, number) is not None

    assert writing.write_due() == 1
    head = entries(asha)[0].digest
    assert erasing.erase_due() == 1

    db.session.expire_all()
    assert db.session.get(Doctor, number) is None and files.open_stored(upload) is None
    # The doctor's row is gone; the chain needs no more of it than its number.
    left = Doctor(id=number, full_name="Dr. Asha Menon")
    (entry,) = entries(left)
    assert said(entry)["text"].startswith("Walk a little")
    assert shelf.path(entry.files[0].name).read_bytes() == PICTURE
    checked = bundles.check(bundle(left))
    assert checked.is_sound and (checked.entries, checked.head) == (1, head)


def test_a_doctor_takes_the_own_archive_and_anybody_checks_it(
    client: FlaskClient, post: Post, asha: Doctor, ben: Doctor
) -> None:
    sign_in(client, asha)
    taken = client.get("/settings/archive.zip")
    assert taken.status_code == 200 and taken.headers["Cache-Control"] == "no-store"
    page = Page(client.get("/settings/archive"))
    assert "Published" in page.text and "Walk a little" in page.text
    assert "Walk a little" not in Page(sign_in(client, ben).get("/settings/archive")).text
    assert db.session.scalar(select(AuditEvent.user_id).where(AuditEvent.action == "archive taken"))

    client.get("/logout")
    stranger = client.application.test_client()
    assert "Whole and unchanged" in _checked(stranger, taken.data)
    assert "was changed" in _checked(stranger, b"\n".join(_tampered(taken.data)))
    assert "does not know it" in _checked(stranger, _written_anew(asha))
    renamed = b"\n".join(lines_of(asha)).replace(asha.full_name.encode(), b"Dr. Somebody Else", 1)
    said = _checked(stranger, renamed)
    assert "Whole and unchanged" in said and asha.full_name in said and "Somebody Else" not in said
    assert "Choose the file" in Page(stranger.post("/verify", data={})).text


def _checked(browser: FlaskClient, content: bytes) -> str:
    answer = browser.post("/verify", data={"file": (io.BytesIO(content), "archive")})
    return Page(answer).text


def _tampered(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        lines = file.read(bundles.CHAIN).splitlines()
    _say_another_thing(lines)
    return lines


def _written_anew(doctor: Doctor) -> bytes:
    """A whole chain with other words, right in itself."""
    body, at = '{"text":"Another life."}', "2026-01-01T00:00:00.000000+00:00"
    digest = chain.digest(doctor.id, 1, "published", at, chain.body_digest(body), chain.BEGINNING)
    first = {"format": chain.FORMAT, "doctor": {"id": doctor.id, "name": "X"}, "entries": 1, "head": digest}
    entry = {"number": 1, "kind": "published", "at": at, "body": body, "digest": digest}
    entry |= {"body_digest": chain.body_digest(body), "previous": chain.BEGINNING}
    return f"{json.dumps(first)}\n{json.dumps(entry)}\n".encode()


def test_an_administrator_takes_it_only_while_it_is_held_for_a_reason_the_doctor_reads(
    client: FlaskClient, post: Post, asha: Doctor, carla: User
) -> None:
    place = f"/admin/doctors/{asha.id}/archive"
    sign_in(client, carla)
    assert client.get(f"{place}.zip").status_code == 404
    page = Page(client.get(place))
    assert "Walk a little" not in page.text
    page.form("Keep it").fill({"Reason": ""}).submit(client)
    Page(client.get(place)).form("Keep it").fill({"Reason": "A court asked for it."}).submit(client)

    assert client.get(f"{place}.zip").status_code == 200
    assert "A court asked for it." in Page(sign_in(client, asha).get("/settings/archive")).text
    assert client.get(place).status_code == 404
    sign_in(client, carla)
    Page(client.get(place)).form("Let it go again").submit(client)
    assert client.get(f"{place}.zip").status_code == 404


def test_the_command_checks_a_file_without_a_portal(
    post: Post, asha: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.write_due()
    good, bad = tmp_path / "good.zip", tmp_path / "bad.jsonl"
    good.write_bytes(bundle(asha).getvalue())
    bad.write_bytes(b"\n".join(_tampered(good.read_bytes())))

    for file, code in ((good, 0), (bad, 1), (tmp_path / "none", 2)):
        monkeypatch.setattr(sys, "argv", ["archive", str(file)])
        assert main() == code
