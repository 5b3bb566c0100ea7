"""Videos that are larger than a network takes: made smaller by a worker, shown with progress, never cut."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from flask.testing import FlaskClient

from portal import clock, files, fitting, jobs, turning, videos
from portal.errors import Invalid
from portal.extensions import db
from portal.fitting import Film, film_recipe
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, Rendition
from portal.platforms import PLATFORMS
from portal.posts import flows as posts
from portal.posts.inputs import NewPost, PostChanges
from tests.factories import make_account, make_post
from tests.media import samples
from tests.signing_in import sign_in


@pytest.fixture
def film(asha: Doctor, tmp_path: Path) -> MediaFile:
    """Upright, and higher than X takes."""
    content = samples.video(tmp_path, size=(720, 1280), seconds=1.2, coder=samples.HASTY["libx264"])
    with (tmp_path / "upload").open("w+b") as upload:
        upload.write(content)
        return flows.keep(asha, upload, "film.mov", Upload())


def test_a_video_is_made_smaller_for_the_network_that_needs_it_and_progress_is_shown(
    client: FlaskClient, asha: Doctor, film: MediaFile, held_jobs: Any
) -> None:
    x, page = make_account(asha), make_account(asha, "facebook")
    sign_in(client, asha)
    said = {"media": str(film.id), "chosen": [str(x.id), str(page.id)]}
    before = client.post("/posts/shapes", data=said).text
    assert "We make the video ready for X. 0 % is done." in before
    assert f'<progress class="progress-bar-line" id="smaller-{film.id}-twitter"' in before
    assert "Facebook gets it as it is." in before
    assert ("turn_videos",) in held_jobs

    jobs.turn_videos()

    after = client.post("/posts/shapes", data=said).text
    assert "X gets it smaller, in 576 × 1,024 pixels" in after
    [made] = db.session.query(Rendition).all()
    assert (made.state, made.progress, made.bytes) == (
        "ready",
        100,
        Path(files.path(made.name)).stat().st_size,
    )
    with av.open(files.path(made.name)) as shown:
        stream = shown.streams.video[0]
        assert (stream.width, stream.height) == (576, 1024)
        assert len(list(shown.decode(video=0))) == 30  # nothing is cut off


def test_a_post_waits_until_it_is_made_and_then_sends_the_smaller_one(
    asha: Doctor, film: MediaFile, held_jobs: Any
) -> None:
    account = make_account(asha)
    wanted = NewPost.model_validate(
        {
            "content": "A film.",
            "media": [{"id": film.id, "shows": "nobody"}],
            "social_account_id": account.id,
            "scheduled_at": clock.now() + timedelta(days=1),
        }
    )
    with pytest.raises(Invalid, match="being made ready for X"):
        posts.schedule(asha, wanted)
    # Asked for by a program, which never saw the page: it was begun all the same.
    assert db.session.query(Rendition).count() == 1
    jobs.turn_videos()
    post = posts.schedule(asha, wanted)
    [sent] = post.publications[0].to_content().media
    assert (sent.width, sent.height) == (576, 1024) and sent.path != files.path(film.name)


def test_a_film_of_a_kind_that_one_network_does_not_take_is_turned_for_that_one_alone(
    client: FlaskClient, asha: Doctor, tmp_path: Path, held_jobs: Any
) -> None:
    content = samples.video(tmp_path, codec="libx265", size=(128, 128), sound=None)
    with (tmp_path / "upload").open("w+b") as upload:
        upload.write(content)
        film = flows.keep(asha, upload, "film.mov", Upload())
    x, page = make_account(asha), make_account(asha, "facebook")
    sign_in(client, asha)
    said = {"media": str(film.id), "chosen": [str(x.id), str(page.id)]}
    before = client.post("/posts/shapes", data=said).text
    assert "We make the video ready for X. 0 % is done." in before
    assert "Facebook gets it as it is." in before

    jobs.turn_videos()

    assert "X gets it made anew (H.264), in 128 × 128 pixels" in client.post("/posts/shapes", data=said).text
    [made] = db.session.query(Rendition).all()
    with av.open(files.path(made.name)) as shown:
        assert shown.streams.video[0].codec_context.name == "h264"


def test_a_planned_post_that_gets_a_larger_video_begins_it_too(
    asha: Doctor, film: MediaFile, held_jobs: Any
) -> None:
    post = make_post(asha, make_account(asha))
    with pytest.raises(Invalid, match="being made ready for X"):
        posts.change(asha, post, PostChanges.model_validate({"media": [{"id": film.id, "shows": "nobody"}]}))
    assert db.session.query(Rendition).count() == 1


def test_a_video_that_must_be_cut_is_refused_with_its_length_and_not_made_smaller(
    asha: Doctor, film: MediaFile, held_jobs: Any
) -> None:
    film.duration = 200.0
    wanted = {"content": "A film.", "media": [{"id": film.id}], "social_account_id": make_account(asha).id}
    with pytest.raises(Invalid, match="lasts 3 minutes 20 seconds"):
        posts.schedule(
            asha, NewPost.model_validate(wanted | {"scheduled_at": clock.now() + timedelta(days=1)})
        )
    assert db.session.query(Rendition).count() == 0


def test_a_file_stays_under_the_bytes_that_it_may_have(tmp_path: Path) -> None:
    source, out = tmp_path / "film", tmp_path / "out.mp4"
    source.write_bytes(samples.video(tmp_path, size=(640, 480), seconds=4, coder=samples.HASTY["libx264"]))
    most = 120_000
    videos.turn(source, out, lambda _: None, (640, 480, most))
    assert out.stat().st_size <= most


@pytest.mark.parametrize(
    ("size", "seconds", "count", "made"),
    [
        ((1280, 1024), 60, 1000, None),
        ((1920, 1080), 60, 1000, (1280, 720)),
        ((1080, 1920), 60, 1000, (576, 1024)),
        ((640, 480), 60, 5001, (640, 480)),
        ((1920, 1080), 141, 1000, None),
    ],
)
def test_what_is_made_of_a_video(
    size: tuple[int, int], seconds: float, count: int, made: tuple[int, int] | None
) -> None:
    recipe = film_recipe(size, seconds, count, Film(5000, 140, (1280, 1024)))
    assert (recipe.size if recipe else None) == made


@pytest.mark.parametrize(("network", "trait"), [("twitter", "hevc"), ("instagram", "slow")])
def test_one_with_a_trait_that_a_network_refuses_is_made_anew_in_its_size(network: str, trait: str) -> None:
    limits = PLATFORMS[network].shape.film
    made = film_recipe((640, 480), 60, 1000, limits, [trait])
    assert made and made.size == (640, 480)
    assert film_recipe((640, 480), 60, 1000, limits, []) is None


def test_a_second_of_more_bits_than_a_network_takes_is_made_lighter() -> None:
    made = film_recipe((1920, 1080), 10, 40_000_000, PLATFORMS["instagram"].shape.film)
    assert made and (made.size, made.most_bytes) == ((1920, 1080), 31_250_000)


def test_longer_ones_than_a_worker_turns_go_as_they_are() -> None:
    assert film_recipe((64, 48), turning.LONGEST_SECONDS + 1, 99, Film(5, 10_000)) is None
    assert fitting.film_recipe((64, 48), 1, 99, None) is None


def test_every_network_that_limits_videos_names_how_far_they_can_be_brought() -> None:
    with_films = {key for key, network in PLATFORMS.items() if network.shape.film}
    assert with_films == {"facebook", "instagram", "linkedin", "twitter"}  # YouTube takes all that we take


def test_one_that_cannot_be_made_smaller_says_so(
    client: FlaskClient, asha: Doctor, film: MediaFile, held_jobs: Any
) -> None:
    x = make_account(asha)
    sign_in(client, asha)
    said = {"media": str(film.id), "chosen": str(x.id)}
    client.post("/posts/shapes", data=said)
    Path(files.path(film.name)).write_bytes(io.BytesIO(b"no film").read())
    jobs.turn_videos()
    assert videos.UNREADABLE in client.post("/posts/shapes", data=said).text
