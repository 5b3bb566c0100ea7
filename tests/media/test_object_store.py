"""Files in an object store: a real server that speaks S3, what is at hand of it, and what happens when it is
away."""

import io
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import BadSetting, Config
from portal import files, jobs, object_store
from portal.errors import Invalid
from portal.extensions import db
from portal.media import flows
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, PostMedia
from portal.object_store import ObjectStore, StoreAway
from portal.platforms.base import Token
from portal.publishing.arming import ToStage
from portal.publishing.staging import stage
from tests.conftest import Clock
from tests.factories import make_account, make_post
from tests.media import samples
from tests.media.stores import RealStore, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStore]:
    with running(tmp_path_factory.mktemp("s3")) as store:
        yield store


@pytest.fixture
def store(app: Flask, server: RealStore, monkeypatch: pytest.MonkeyPatch) -> RealStore:
    """The portal keeps its files there."""
    monkeypatch.setitem(files.STORES, app.config["PORTAL"].media_folder, ObjectStore(server.settings))
    return server


@pytest.fixture
def away(app: Flask, store: RealStore, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it, and nobody answers any more; call what it gives, and somebody does."""

    def leave() -> Any:
        known = files.STORES[app.config["PORTAL"].media_folder]
        gone = replace(store.settings, endpoint="http://127.0.0.1:9")
        monkeypatch.setitem(files.STORES, app.config["PORTAL"].media_folder, ObjectStore(gone))
        return lambda: monkeypatch.setitem(files.STORES, app.config["PORTAL"].media_folder, known)

    return leave


def kept(doctor: Doctor) -> MediaFile:
    return flows.keep(doctor, io.BytesIO(samples.picture()), "photo.jpg", Upload())


def take_from_shelf(name: str) -> bytes:
    place = Path(files.path(name))
    content = place.read_bytes()
    place.unlink()
    return content


def test_what_is_uploaded_lies_in_the_store_and_is_served_from_there(
    client: FlaskClient, asha: Doctor, store: RealStore
) -> None:
    name = kept(asha).name
    assert name in store.kept()
    content = take_from_shelf(name)  # another machine, or nobody asked for it in a week
    part = client.get(f"/media/{name}", headers={"Range": "bytes=2-9"})
    assert (part.status_code, part.data) == (206, content[2:10])
    assert part.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Path(files.path(name)).read_bytes() == content


def test_a_video_goes_there_in_parts_and_comes_back_whole(store: RealStore, tmp_path: Path) -> None:
    film, back = tmp_path / "film", tmp_path / "back"
    film.write_bytes(os.urandom(20 * 1024 * 1024 + 7))
    real = ObjectStore(store.settings)
    real.put("a film.mp4", film)
    real.fetch("a film.mp4", back)
    assert back.read_bytes() == film.read_bytes()
    real.delete("a film.mp4")
    real.delete("a film.mp4")
    with pytest.raises(FileNotFoundError):
        real.fetch("a film.mp4", back)


def test_a_removed_file_is_gone_from_the_store(asha: Doctor, store: RealStore, clock: Clock) -> None:
    name = kept(asha).name
    jobs.clean_up()
    clock.advance(days=91)
    jobs.clean_up()
    assert name not in store.kept() and not Path(files.path(name)).exists()


def test_a_store_that_is_away_refuses_uploads_with_a_sentence_and_loses_nothing(
    client: FlaskClient, asha: Doctor, store: RealStore, away: Any
) -> None:
    name = kept(asha).name
    content, come_back = take_from_shelf(name), away()
    before = set(files.folder().iterdir())
    with pytest.raises(Invalid) as refused:
        kept(asha)
    assert refused.value.words == StoreAway.words
    assert set(files.folder().iterdir()) == before and db.session.query(MediaFile).count() == 1
    missed = client.get(f"/media/{name}")
    assert (missed.status_code, missed.headers["Retry-After"]) == (503, "60")
    come_back()
    assert client.get(f"/media/{name}").data == content


def test_a_post_whose_file_cannot_be_fetched_waits_and_goes_later(
    asha: Doctor, store: RealStore, away: Any
) -> None:
    file, account = kept(asha), make_account(asha)
    content = make_post(asha, account, media=[PostMedia(file=file, position=0)]).publications[0].to_content()
    take_from_shelf(file.name)

    class Reads:
        def stage(self, content: Any, *_: Any) -> dict[str, Any]:
            return {"bytes": Path(content.media[0].path).stat().st_size}

    work: Any = ToStage(1, 1, Reads(), content, {}, Token("a"))  # type: ignore[arg-type]
    come_back = away()
    assert stage(work, lambda _: None).error.code == "store_away"  # type: ignore[union-attr]
    come_back()
    assert stage(work, lambda _: None).staged == {"bytes": file.bytes}


def test_what_could_not_be_removed_is_cleaned_away_later(
    asha: Doctor, store: RealStore, away: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kept(asha).name
    come_back = away()
    files.remove(name)
    assert name in store.kept()
    flows.forget_unused()  # asks nobody, and ends well
    db.session.query(MediaFile).delete()
    come_back()
    monkeypatch.setattr(flows, "PARTS_STAY", timedelta(0))
    flows.forget_unused()
    assert name not in store.kept()


def test_a_video_is_turned_by_a_worker_on_another_machine(
    asha: Doctor, store: RealStore, tmp_path: Path, held_jobs: list[Any]
) -> None:
    content = samples.video(tmp_path, kind="webm", codec="libvpx", sound=None)
    with (tmp_path / "upload").open("w+b") as upload:
        upload.write(content)
        row = flows.keep(asha, upload, "film.webm", Upload())
    raw = files.raw_path(row.name)
    raw.unlink()
    jobs.turn_videos()
    db.session.refresh(row)
    assert row.state == "ready" and row.name in store.kept() and raw.name not in store.kept()


def test_what_nobody_reads_leaves_the_shelf_and_not_the_store(asha: Doctor, store: RealStore) -> None:
    stale, fresh = kept(asha).name, kept(asha).name
    os.utime(files.path(stale), (0, 0))
    files.forget_parts(flows.PARTS_STAY)
    assert not Path(files.path(stale)).exists() and Path(files.path(fresh)).exists()
    assert files.open_stored(stale) is not None


def test_a_wrong_key_and_a_silent_store_are_given_up(
    store: RealStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_store, "ASKING", "1s")
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(StoreAway):
        ObjectStore(replace(store.settings, secret="wrong")).put("x", tmp_path / "x")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StoreAway):
            ObjectStore(replace(store.settings, endpoint=endpoint)).fetch("x", tmp_path / "y")


def test_a_folder_is_moved_into_the_store_and_moving_again_copies_nothing(
    app: Flask, asha: Doctor, server: RealStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kept(asha).name
    run = app.test_cli_runner().invoke
    refused = run(args=["move-media", str(files.folder())])
    assert refused.exit_code == 1 and "must name an object store" in refused.output
    monkeypatch.setitem(files.STORES, files.folder(), ObjectStore(server.settings))
    assert run(args=["move-media", str(files.folder())]).output.startswith("1 copied, 0 there already")
    assert run(args=["move-media", str(files.folder())]).output.startswith("0 copied, 1 there already")
    assert name in server.kept() and Path(files.path(name)).exists()


def test_the_address_and_the_keys_are_read_once(settings: dict[str, str], server: RealStore) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "practice-key", "AWS_SECRET_ACCESS_KEY": "practice-secret"}
    config = Config.from_env({**settings, **keys, "MEDIA_URL": server.url})
    assert config.object_store == server.settings
    assert config.media_folder == config.instance_dir / "media-at-hand"
    assert "practice-secret" not in repr(config)
    with pytest.raises(BadSetting, match="AWS_SECRET_ACCESS_KEY must be set as well"):
        Config.from_env({**settings, "AWS_ACCESS_KEY_ID": "x", "MEDIA_URL": "s3://bucket"})


@pytest.mark.parametrize("tail", ["bucket?endpoint=ftp://x", "bucket?colour=red", "", "bucket#x"])
def test_a_wrong_address_stops_the_start(settings: dict[str, str], tail: str) -> None:
    with pytest.raises(BadSetting, match="MEDIA_URL must be a folder or an address such as"):
        Config.from_env({**settings, "MEDIA_URL": f"s3://{tail}"})
