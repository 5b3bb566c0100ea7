"""Videos that take long beside texts that do not, and a disk that is full where media are kept."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from flask import current_app

from portal import files
from portal.errors import Invalid
from portal.extensions import db
from portal.media import flows as media
from portal.media.inputs import Upload
from portal.models import MediaFile, PostMedia, Publication
from portal.platforms.twitter_media import CHUNK_BYTES
from portal.publishing import faults
from tests.faults.fleet import Fleet
from tests.media.samples import picture

pytestmark = [pytest.mark.faults]

CHUNKS = 20


def attach_video(publication: Publication) -> int:
    """A film of many parts; how many bytes it has."""
    film = b"\x00\x00\x00\x18ftypmp42" + os.urandom(64) + bytes(CHUNKS * CHUNK_BYTES)
    name = files.save(film, "video/mp4")
    facts: dict[str, Any] = {"name": name, "mime_type": "video/mp4", "bytes": len(film), "digest": name}
    file = MediaFile(doctor_id=publication.doctor_id, purpose="post", **facts)
    publication.post.media.append(PostMedia(file=file, position=0))
    db.session.commit()
    return len(film)


def parts_up(publication: Publication) -> int:
    """How much of its film the network holds: X counts chunks, YouTube bytes."""
    held: dict[str, Any] = next(iter(publication.staged.get("media", {}).values()), {})
    return int(held.get("chunks", 0)) or int(publication.staged.get("offset", 0))


def film_for_youtube(fleet: Fleet) -> Publication:
    channel = fleet.connect(platform="youtube")
    channel.connection = "channel"
    facts = {"options": {"title": "Inhalers", "made_for_kids": False}}
    return fleet.post("Three ways to use an inhaler.", channel, seconds=400, publication=facts)


def test_videos_whose_worker_is_killed_half_way_are_out_once_and_short_texts_do_not_wait(
    fleet: Fleet,
) -> None:
    film, other = film_for_youtube(fleet), fleet.post("How to use an inhaler.", seconds=405)
    sizes = {each.text: attach_video(each) for each in (film, other)}
    fleet.until(lambda: parts_up(film) > 0, "a part of the first video is up")
    fleet.standing["worker"].kill()
    fleet.until_dead(fleet.standing["worker"])
    db.session.expire_all()
    session = film.staged["session"]
    texts = [fleet.post(f"Short {number}.", fleet.connect()) for number in range(3)]
    fleet.until_published(*texts)
    assert film.status == other.status == "scheduled"

    fleet.stand()

    def goes_on() -> bool:
        fleet.hurry()
        return parts_up(other) > 0

    # They fall due while another worker is in the middle of the second one: publishers take the uploads over.
    fleet.until(goes_on, "another worker goes on with the videos")
    for each in (film, other):
        each.due_at = db.session.execute(db.select(db.func.portal_now())).scalar_one()
    db.session.commit()

    fleet.until_published(film, other)
    shown = {post["text"]: post["media"][0]["bytes"] for post in fleet.shown() if post["media"]}
    assert shown == sizes and film.staged["session"] == session
    for each in (film, other):
        Path(files.path(each.post.media[0].file.name)).unlink()


def test_an_upload_to_a_full_disk_is_refused_with_a_sentence_and_leaves_nothing(
    fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "folder", tmp_path)
    (tmp_path / "while_writing_media").write_text("disk_full")
    folder = Path(current_app.config["PORTAL"].media_url)
    before = set(folder.iterdir())

    with pytest.raises(Invalid) as refused:
        media.keep(fleet.doctor, io.BytesIO(picture()), "photo.jpg", Upload())

    assert "no room" in str(refused.value) and set(folder.iterdir()) == before
    # Room was made: the same upload is taken, and its post goes out.
    fleet.until_published(fleet.post_picture("There is room again."))
