"""What is made of a picture for a network stays as long as a post may send it."""

import io
import os
from pathlib import Path

import pytest

from portal import files
from portal.errors import Invalid
from portal.extensions import db
from portal.media import flows, renditions
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, PostMedia, Rendition
from portal.platforms import get
from portal.posts import planning
from portal.publishing import faults
from tests.conftest import Clock
from tests.factories import make_account, make_post
from tests.media import samples

BOTTOM = {"way": "crop", "x": 0.5, "y": 1.0}


@pytest.fixture
def tower(asha: Doctor) -> MediaFile:
    return flows.keep(asha, io.BytesIO(samples.tower()), "tower.jpg", Upload())


def show(file: MediaFile, fit: dict[str, object]) -> Rendition:
    """Make what the composer would show for this choice."""
    place = PostMedia(file=file, position=0, fits={"instagram": fit})
    renditions.make([place], [get("instagram")])
    found = file.made(place.recipe(get("instagram")))
    assert found is not None
    return found


def test_the_same_choice_is_made_once(tower: MediaFile) -> None:
    assert show(tower, BOTTOM).id == show(tower, BOTTOM).id


def test_what_was_tried_goes_and_what_a_post_sends_stays(
    asha: Doctor, tower: MediaFile, clock: Clock
) -> None:
    kept, tried = show(tower, BOTTOM).name, show(tower, BOTTOM | {"y": 0.2}).name
    place = PostMedia(file=tower, position=0, fits={"instagram": BOTTOM})
    make_post(asha, make_account(asha, "instagram"), media=[place])
    clock.advance(days=3)

    renditions.forget_unused()

    assert [one.name for one in db.session.query(Rendition)] == [kept]
    assert files.open_stored(tried) is None and files.open_stored(kept) is not None


def test_moving_a_crop_to_and_fro_does_not_fill_the_disk(
    tower: MediaFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renditions, "MOST_OF_ONE", 3)
    for step in range(6):
        show(tower, BOTTOM | {"y": step / 10})
    assert len(tower.renditions) <= 3


def test_a_file_that_no_row_names_goes_after_a_day(asha: Doctor, tower: MediaFile) -> None:
    stray = files.save(samples.picture(), "image/jpeg")
    for name in (stray, tower.name):
        os.utime(files.path(name), (0, 0))
    flows.forget_unused()
    assert files.open_stored(stray) is None and files.open_stored(tower.name) is not None


def test_without_room_for_it_the_post_is_not_planned_and_a_sentence_says_why(
    asha: Doctor, tower: MediaFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = PostMedia(file=tower, position=0, fits={"instagram": BOTTOM})
    post = make_post(asha, make_account(asha, "instagram"), media=[place])
    monkeypatch.setattr(faults, "folder", tmp_path)
    (tmp_path / "while_writing_media").write_text("disk_full")

    with pytest.raises(Invalid) as refused:
        planning.check_content(post)

    assert "no room" in str(refused.value) and not tower.renditions
    planning.check_content(post)  # there is room again
    assert len(tower.renditions) == 1
