"""Videos for posts: read by a program apart, copied without what they tell."""

import io
from pathlib import Path
from typing import Any

import av
import pytest

from portal import stripping, turning, videos
from tests.media import samples


@pytest.fixture
def strip(tmp_path: Path) -> Any:
    """Strips these bytes and gives what it is and where it lies."""

    def run(content: bytes) -> tuple[videos.Video, Path]:
        source, out = tmp_path / "source", tmp_path / "out.mp4"
        source.write_bytes(content)
        with source.open("rb") as file:
            return videos.strip(file, out), out

    return run


def why_not(strip: Any, content: bytes) -> str:
    with pytest.raises(videos.NotAVideo) as refused:
        strip(content)
    return refused.value.words


@pytest.mark.parametrize("kind", ["mov", "mp4"])
def test_picture_and_sound_are_copied_and_nothing_else(strip: Any, tmp_path: Path, kind: str) -> None:
    video, out = strip(samples.video(tmp_path, kind=kind))

    assert (video.width, video.height, video.mime_type) == (64, 48, "video/mp4")
    assert video.duration == pytest.approx(1.0, abs=0.05)
    assert {"place", "time", "device"} & set(video.removed) >= {"place", "time"}
    content = out.read_bytes()
    assert not any(secret in content for secret in samples.SECRETS)
    with av.open(str(out)) as film:
        assert set(film.metadata) <= stripping.OF_THE_CONTAINER
        assert all(set(stream.metadata) <= stripping.OF_THE_CONTAINER for stream in film.streams)
        assert [stream.codec_context.name for stream in film.streams] == ["h264", "aac"]
        assert len(list(film.decode(video=0))) == 25


def test_its_index_comes_first_and_no_edits_are_left_to_be_made(strip: Any, tmp_path: Path) -> None:
    video, out = strip(samples.video(tmp_path))
    content = out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert video.traits == () and b"elst" not in content
    with av.open(str(out)) as film:
        assert [film.streams.video[0].start_time, film.streams.audio[0].start_time] == [0, 0]


@pytest.mark.parametrize(
    ("options", "trait"),
    [
        ({"codec": "libx265", "size": (128, 128), "sound": None}, "hevc"),
        ({"coder": {"flags": "+ildct+ilme"}, "sound": None}, "interlaced"),
        ({"coder": {"x264-params": "open-gop=1:keyint=10:min-keyint=5:scenecut=0"}, "sound": None}, "open"),
        ({"rate": 12, "sound": None}, "slow"),
        ({"sound_at": 0.5}, "edited"),
    ],
    ids=str,
)
def test_what_some_network_refuses_of_it_is_known(
    strip: Any, tmp_path: Path, options: Any, trait: str
) -> None:
    video, out = strip(samples.video(tmp_path, **options))
    assert video.traits == (trait,)
    assert (b"elst" in out.read_bytes()) == (trait == "edited")


def test_a_video_that_lies_on_its_side_is_measured_as_it_is_shown(strip: Any, tmp_path: Path) -> None:
    video, out = strip(samples.video(tmp_path, turned=True))
    assert (video.width, video.height) == (48, 64)
    with av.open(str(out)) as film:
        assert next(film.decode(video=0)).rotation % 180 == 90


def test_a_video_without_sound_is_fine(strip: Any, tmp_path: Path) -> None:
    assert strip(samples.video(tmp_path, sound=None))[0].duration > 0.9


def test_hevc_gets_the_name_that_every_player_knows(strip: Any, tmp_path: Path) -> None:
    _, out = strip(samples.video(tmp_path, codec="libx265", size=(128, 128)))
    assert b"hvc1" in out.read_bytes()


def test_notes_between_the_pictures_go_and_are_told(strip: Any, tmp_path: Path) -> None:
    film = samples.with_note(samples.video(tmp_path, kind="mp4", sound=None))
    assert b"Asha Menon " in film
    video, out = strip(film)
    assert "other" in video.removed
    assert not any(word in out.read_bytes() for word in (b"Asha", b"x264", bytes(range(65, 81))))
    with av.open(str(out)) as copy:
        assert len(list(copy.decode(video=0))) == 25


def test_what_a_phone_cut_off_by_hiding_it_is_not_kept(strip: Any, tmp_path: Path) -> None:
    film = samples.half_hidden(samples.video(tmp_path, kind="mp4", sound=None))
    with pytest.raises(videos.NeedsTurning):
        strip(film)
    (tmp_path / "cut.mp4").write_bytes(film)
    video = videos.turn(tmp_path / "cut.mp4", tmp_path / "turned.mp4", lambda _: None)
    assert video.duration == pytest.approx(0.5, abs=0.05)


def test_its_time_is_counted_and_not_believed(strip: Any, tmp_path: Path) -> None:
    film = samples.says_shorter(samples.video(tmp_path, kind="mp4", seconds=3, sound=None), times=10)
    assert strip(film)[0].duration == pytest.approx(3, abs=0.05)


def test_one_of_more_pixels_than_8k_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = samples.video(tmp_path, kind="mp4", size=(64, 48), seconds=0.2, sound=None)
    monkeypatch.setattr(turning, "MOST_PIXELS", 64 * 48 - 1)
    with pytest.raises(turning.Refused, match="wrong_size"):
        turning.turn(io.BytesIO(film), str(tmp_path / "out.mp4"), "mov")
    assert stripping.MOST_PIXELS == 36_000_000 and stripping.LONGEST_TO_TURN == turning.LONGEST_SECONDS


@pytest.mark.parametrize(
    "options",
    [
        {"codec": "mpeg4"},
        {"sound": "pcm_s16le"},
        {"sound": "aac", "layout": "5.1"},
        {"sound": None, "rate": 240},
        {"sound": None, "tones": "yuv422p"},
    ],
    ids=str,
)
def test_what_networks_do_not_take_has_to_be_turned(strip: Any, tmp_path: Path, options: Any) -> None:
    with pytest.raises(videos.NeedsTurning):
        strip(samples.video(tmp_path, **options, seconds=0.2))


def test_a_moment_is_too_short(strip: Any, tmp_path: Path) -> None:
    assert "too short" in why_not(strip, samples.video(tmp_path, seconds=0.04, sound=None))


def test_a_video_whose_end_is_missing_is_refused(strip: Any, tmp_path: Path) -> None:
    whole = samples.video(tmp_path, seconds=8, first=True)
    assert "end of this video is missing" in why_not(strip, whole[: len(whole) * 6 // 10])


def test_a_video_cut_before_its_index_is_refused(strip: Any, tmp_path: Path) -> None:
    whole = samples.video(tmp_path)
    assert "cannot be read" in why_not(strip, whole[: len(whole) * 6 // 10])


@pytest.mark.parametrize(
    "content", [b"\0\0\0\x18ftypmp42" + b"\0" * 4000, b"#EXTM3U\nfile:///etc/passwd\n", b""]
)
def test_what_is_no_video_inside_is_refused(strip: Any, content: bytes) -> None:
    assert "cannot be read" in why_not(strip, content)


def test_a_reader_that_hangs_is_stopped(strip: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(videos, "PROGRAM", slow)
    monkeypatch.setattr(videos, "PATIENCE_SECONDS", 0.2)
    assert "cannot be read" in why_not(strip, b"anything")


def test_the_reader_is_told_no_secret(strip: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nosy, seen = tmp_path / "nosy.py", tmp_path / "seen"
    nosy.write_text(f"import os, pathlib\npathlib.Path({str(seen)!r}).write_text(repr(dict(os.environ)))\n")
    monkeypatch.setattr(videos, "PROGRAM", nosy)
    monkeypatch.setenv("SESSION_SECRET", "a-secret-of-the-portal")
    why_not(strip, b"anything")
    assert "a-secret-of-the-portal" not in seen.read_text()
