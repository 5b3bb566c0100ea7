"""Uploads that no post uses, and files that nobody finished."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import files, jobs
from portal.extensions import db
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, PostMedia
from portal.posts import planning
from portal.posts.inputs import PlacedMedia
from tests.conftest import Clock
from tests.factories import make_post
from tests.media import samples


def make_upload(doctor: Doctor) -> MediaFile:
    return flows.keep(doctor, io.BytesIO(samples.picture()), "photo.jpg", Upload())


def test_what_no_post_uses_goes_away_after_ninety_days(asha: Doctor, clock: Clock) -> None:
    name = make_upload(asha).name
    jobs.clean_up()
    clock.advance(days=89, hours=23)
    jobs.clean_up()
    assert files.open_stored(name) is not None
    clock.advance(hours=2)
    jobs.clean_up()
    assert files.open_stored(name) is None
    assert db.session.query(MediaFile).count() == 0


def test_what_a_post_uses_stays(asha: Doctor, clock: Clock) -> None:
    used = make_upload(asha)
    jobs.clean_up()
    post = make_post(asha, media=[PostMedia(file=used, position=0)])
    clock.advance(days=400)
    jobs.clean_up()
    assert files.open_stored(used.name) is not None
    db.session.delete(post)
    db.session.commit()
    jobs.clean_up()  # the days are counted from here on
    assert files.open_stored(used.name) is not None


def test_a_photo_of_a_profile_stays(asha: Doctor, clock: Clock) -> None:
    photo = make_upload(asha)
    photo.purpose = "profile_photo"
    db.session.commit()
    jobs.clean_up()
    clock.advance(days=400)
    jobs.clean_up()
    assert files.open_stored(photo.name) is not None


def test_what_was_cleaned_away_is_refused_with_a_sentence(asha: Doctor, clock: Clock) -> None:
    number = make_upload(asha).id
    jobs.clean_up()
    clock.advance(days=91)
    jobs.clean_up()
    with pytest.raises(planning.Invalid, match="Upload the file first"):
        planning.place_media(asha, [PlacedMedia(id=number)])


def test_a_file_that_nobody_finished_goes_away_after_a_day(app: Flask, database: None) -> None:
    folder = Path(files.path("x")).parent
    fresh, stale = folder / ".fresh.mp4.part", folder / ".stale.mp4.part"
    for part in (fresh, stale):
        part.write_bytes(b"half a film")
    os.utime(stale, (0, 0))
    files.forget_parts(timedelta(days=1))
    assert fresh.exists() and not stale.exists()
    fresh.unlink()


def test_nothing_is_kept_when_the_row_cannot_be_written(
    asha: Doctor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(Path(files.path("x")).parent.iterdir())

    def fail(*_: object) -> None:
        raise RuntimeError("the database is away")

    checks = iter([lambda *_: None, fail])
    monkeypatch.setattr(flows, "_check_room", lambda *args: next(checks)(*args))
    with pytest.raises(RuntimeError):
        make_upload(asha)
    assert set(Path(files.path("x")).parent.iterdir()) == before
