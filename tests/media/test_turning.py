"""Videos of kinds that no network takes: they wait, are turned by a worker, and then go like any other."""

import io
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import av
import pytest

from portal import clock, ending, files, jobs, stripping, turning, videos
from portal.errors import Invalid
from portal.extensions import db
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile
from portal.posts import flows as posts
from portal.posts.inputs import NewPost
from portal.publishing import flows as publishing
from tests.factories import make_account
from tests.media import samples


@pytest.fixture
def handed_in(asha: Doctor, held_jobs: list[Any], tmp_path: Path) -> Any:
    """An upload that waits for a worker."""

    def hand_in(name: str = "film.webm", **options: Any) -> MediaFile:
        content = samples.video(tmp_path, **{"kind": "webm", "codec": "libvpx", "sound": "libopus"} | options)
        with (tmp_path / "upload").open("w+b") as file:
            file.write(content)
            return flows.keep(asha, file, name, Upload(alt_text="A wave"))

    return hand_in


def test_a_video_of_another_kind_waits_and_is_turned(handed_in: Any, held_jobs: list[Any]) -> None:
    row = handed_in()
    assert (row.state, row.width) == ("waiting", None)
    assert files.open_stored(row.name) is None
    assert [job[0] for job in held_jobs] == ["turn_videos"]

    jobs.turn_videos()

    db.session.refresh(row)
    assert (row.state, row.progress, row.width, row.height) == ("ready", 100, 64, 48)
    assert row.duration == pytest.approx(1.0, abs=0.05)
    assert {"place", "time"} <= set(row.removed)
    assert not files.raw_path(row.name).exists()
    with av.open(files.path(row.name)) as film:
        assert [stream.codec_context.name for stream in film.streams] == ["h264", "aac"]
        assert len(list(film.decode(video=0))) == 25
    assert not any(secret in Path(files.path(row.name)).read_bytes() for secret in samples.SECRETS)


def test_what_was_filmed_on_its_side_stands_upright(handed_in: Any) -> None:
    row = handed_in("film.mov", kind="mov", codec="mpeg4", sound="pcm_s16le", turned=True)
    jobs.turn_videos()
    db.session.refresh(row)
    assert (row.state, row.width, row.height) == ("ready", 48, 64)


def test_a_large_one_becomes_as_small_as_networks_show(handed_in: Any) -> None:
    large = {"size": (2560, 1440), "seconds": 0.08, "coder": samples.HASTY["libvpx"]}
    row = handed_in(codec="libvpx", sound=None, **large)
    jobs.turn_videos()
    db.session.refresh(row)
    assert (row.width, row.height) == (1920, 1080)


def test_no_more_pictures_a_second_than_networks_show(tmp_path: Path) -> None:
    film = io.BytesIO(samples.video(tmp_path, kind="webm", codec="libvpx", sound=None, rate=240, seconds=0.5))
    turning.turn(film, str(tmp_path / "out.mp4"), "matroska")
    with av.open(str(tmp_path / "out.mp4")) as made:
        assert len(list(made.decode(video=0))) == pytest.approx(30, abs=2)


def test_one_that_takes_too_long_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(videos, "TURNING", slow)
    monkeypatch.setattr(videos, "TURNING_SECONDS", 0.1)
    (tmp_path / "film").write_bytes(b"anything")
    with pytest.raises(videos.NotAVideo, match="takes us too long"):
        videos.turn(tmp_path / "film", tmp_path / "out.mp4", lambda _: None)


def turned(tmp_path: Path, **options: Any) -> bytes:
    """What is made of such a film; it lies in "out.mp4"."""
    (tmp_path / "film").write_bytes(samples.video(tmp_path, **options))
    videos.turn(tmp_path / "film", tmp_path / "out.mp4", lambda _: None)
    return (tmp_path / "out.mp4").read_bytes()


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"rate": 12}, 24),  # each picture twice
        ({"rate": 62, "seconds": 2}, 120),
        ({"coder": {"flags": "+ildct+ilme"}}, 25),
        ({"sound_at": 0.5}, 25),
    ],
    ids=str,
)
def test_what_is_turned_has_nothing_that_a_network_refuses(tmp_path: Path, options: Any, count: int) -> None:
    content = turned(tmp_path, **options)
    again = stripping.strip(io.BytesIO(content), str(tmp_path / "again.mp4"))
    assert again["traits"] == [] and b"elst" not in content
    with av.open(str(tmp_path / "out.mp4")) as film:
        pictures = list(film.decode(video=0))
        assert len(pictures) == count and pictures[0].time == 0
        assert 23 <= (film.streams.video[0].average_rate or 0) <= 60
        assert film.streams.video[0].codec_context.profile == "High"
        voice = film.streams.audio[0]
        assert (voice.codec_context.profile, voice.sample_rate, voice.start_time) == ("LC", 48_000, 0)


def test_sound_that_comes_late_is_late_afterwards_too(tmp_path: Path) -> None:
    turned(tmp_path, sound_at=0.5)
    with av.open(str(tmp_path / "out.mp4")) as film:
        heard = film.streams.audio[0]
        assert float(heard.duration * heard.time_base) == pytest.approx(1.5, abs=0.05)


def test_colours_of_high_range_become_those_of_a_plain_screen(tmp_path: Path) -> None:
    wide = {"codec": "libx265", "size": (128, 128), "tones": "yuv420p10le", "seconds": 0.2, "sound": None}
    turned(tmp_path, **wide, wide=True)
    with av.open(str(tmp_path / "film")) as film, av.open(str(tmp_path / "out.mp4")) as plain:
        before, after = list(film.decode(video=0))[-1], list(plain.decode(video=0))[-1]
    assert (before.color_trc, before.color_primaries) == (18, 9)
    assert (after.color_trc, after.color_primaries, after.colorspace) == (1, 1, 1)
    # Shown by its numbers alone it would be paler.
    assert vivid(after) > vivid(before) + 0.05


def vivid(frame: Any) -> float:
    """How much of its colour is more than grey."""
    lights = frame.to_image().getpixel((64, 64))
    return 1 - min(lights) / max(lights)


def test_the_oldest_comes_first_and_each_job_turns_one(handed_in: Any) -> None:
    first, second = handed_in(), handed_in()
    jobs.turn_videos()
    db.session.refresh(first)
    db.session.refresh(second)
    assert (first.state, second.state) == ("ready", "waiting")


def test_one_that_cannot_be_read_says_so(handed_in: Any) -> None:
    row = handed_in()
    raw = files.raw_path(row.name)
    raw.write_bytes(raw.read_bytes()[:60])
    jobs.turn_videos()
    db.session.refresh(row)
    assert (row.state, row.trouble) == ("refused", videos.UNREADABLE)


def test_one_that_is_too_long_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning, "LONGEST_SECONDS", 0.5)
    source = io.BytesIO(samples.video(tmp_path, kind="webm", codec="libvpx", sound=None))
    with pytest.raises(turning.Refused, match="too_long_to_turn"):
        turning.turn(source, str(tmp_path / "out.mp4"), "matroska")
    assert "15 minutes or less" in videos.REFUSALS["too_long_to_turn"]


def test_how_far_it_is_can_be_heard(tmp_path: Path) -> None:
    source = tmp_path / "film"
    source.write_bytes(samples.video(tmp_path, kind="webm", codec="libvpx", sound=None))
    heard: list[int] = []
    videos.turn(source, tmp_path / "out.mp4", heard.append)
    assert heard and heard == sorted(heard) and heard[-1] > 90


def test_a_post_waits_for_its_video_and_a_draft_does_not(handed_in: Any, asha: Doctor) -> None:
    number = handed_in().id
    account = make_account(asha, "youtube")
    said = {"content": "A film.", "media": [{"id": number}], "social_account_id": account.id}
    posts.save_draft(asha, NewPost.model_validate(said))
    with pytest.raises(Invalid, match="still being made ready"):
        posts.schedule(asha, NewPost.model_validate(said | {"scheduled_at": clock.now() + timedelta(days=1)}))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no disk that is always full")
@pytest.mark.parametrize("make", ["strip", "turn"])
def test_a_full_disk_is_no_fault_of_the_film(make: str, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(samples.video(tmp_path))
    with (tmp_path / "film").open("rb") as film, pytest.raises(OSError, match="No space left"):
        if make == "strip":
            videos.strip(film, Path("/dev/full"))
        else:
            videos.turn(tmp_path / "film", Path("/dev/full"), lambda _: None)


def test_an_upload_waits_for_room_and_is_turned_then(
    handed_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, full = handed_in(), tmp_path / "full.py"
    full.write_text("""print('{"refused": "no_room"}')""")
    with monkeypatch.context() as here:
        here.setattr(videos, "TURNING", full)
        with pytest.raises(files.DiskFull):
            jobs.turn_videos()
    db.session.refresh(row)
    assert (row.state, row.trouble) == ("turning", None) and files.raw_path(row.name).exists()
    assert not publishing.ring_for_waiting().turn_videos

    row.worked_at = clock.now() - timedelta(minutes=12)
    db.session.commit()
    assert publishing.ring_for_waiting().turn_videos
    jobs.turn_videos()

    db.session.refresh(row)
    assert row.state == "ready"


def test_a_worker_that_is_told_to_end_hands_its_film_back(
    handed_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, slow = handed_in(), tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(videos, "TURNING", slow)
    monkeypatch.setattr(ending, "asked", Event())
    ending.asked.set()

    jobs.turn_videos()

    db.session.refresh(row)
    assert (row.state, row.progress) == ("waiting", 0) and files.raw_path(row.name).exists()
    assert publishing.ring_for_waiting().turn_videos
