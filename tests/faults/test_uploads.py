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

CHUNKS = 30


def attach_video(publication: Publication) -> int:
    """A film of many parts; how many bytes it has."""
    film = b"\x00\x00\x00\x18ftypmp42" + os.urandom(64) + bytes(CHUNKS * CHUNK_BYTES)
    name = files.save(film, "video/mp4")
    facts: dict[str, Any] = {"name": name, "mime_type": "video/mp4", "bytes": len(film), "digest": name}
    file = MediaFile(doctor_id=publication.doctor_id, purpose="post", **facts)
    publication.post.media.append(PostMedia(file=file, position=0))
    db.session.commit()
    return len(film)


def chunks_up(publication: Publication) -> int:
    held: dict[str, Any] = next(iter(publication.staged.get("media", {}).values()), {})
    return int(held.get("chunks", 0))


def test_a_video_whose_worker_is_killed_half_way_is_out_once_and_short_texts_do_not_wait(
    fleet: Fleet,
) -> None:
    publication = fleet.post("How to use an inhaler.", seconds=120)
    size = attach_video(publication)
    fleet.until(lambda: chunks_up(publication) > 0, "a part of the video is up")
    fleet.standing["worker"].kill()
    fleet.until_dead(fleet.standing["worker"])
    db.session.expire_all()
    reached = chunks_up(publication)
    texts = [fleet.post(f"Short {number}.", fleet.connect()) for number in range(3)]
    fleet.until_published(*texts)
    assert reached <= CHUNKS and publication.status == "scheduled"

    fleet.stand()

    def goes_on() -> bool:
        fleet.hurry()
        return chunks_up(publication) > reached or reached == CHUNKS

    # It falls due while another worker is in the middle of it: its publisher takes the upload over.
    fleet.until(goes_on, "another worker goes on with the video")
    publication.due_at = db.session.execute(db.select(db.func.portal_now())).scalar_one()
    db.session.commit()

    fleet.until_published(publication)
    [shown] = next(post for post in fleet.shown() if post["text"] == publication.text)["media"]
    assert shown["bytes"] == size
    Path(files.path(publication.post.media[0].file.name)).unlink()


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
