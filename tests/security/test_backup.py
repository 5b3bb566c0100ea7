"""A restored portal publishes what was due and nothing twice, whatever left after the backup was taken."""

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from config import Config
from portal import create_app, embedded, files, restoring
from portal.errors import Conflict
from portal.extensions import db
from portal.models import BrowserSession, Post, Publication
from portal.publishing import flows
from portal.publishing.publisher import Publisher
from tests import factories
from tests.conftest import HeldJobs
from tests.publishing.conftest import Engine, database_now, engine, engine_app, network
from tests.publishing.fake_network import FakeNetwork

__all__ = ["engine", "engine_app", "network"]


def run(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=words)


def texts(network: FakeNetwork) -> list[str]:
    return sorted(said for _, said in network.posts)


def write(engine: Engine, content: str, due_in: timedelta = timedelta(), **changes: object) -> Publication:
    """On an account of its own: one account's posts wait for each other."""
    account = factories.make_account(engine.doctor)
    return engine.post(account, content=content, scheduled_at=database_now() + due_in, **changes)


def sending(publication: Publication) -> None:
    """As a publisher leaves it that is just calling the network."""
    db.session.execute(
        text(
            "UPDATE publication SET status = 'publishing', phase = 'claimed', owner = 4711, fence = 1 "
            "WHERE id = :id; UPDATE publication SET phase = 'sending', attempts = 1 WHERE id = :id; "
            "INSERT INTO attempt (publication_id, fence, version, sent) "
            "VALUES (:id, 1, 1, jsonb_build_object('ref', CAST(:ref AS text), 'text', 'in the air'))"
        ),
        {"id": publication.id, "ref": publication.client_ref},
    )
    db.session.commit()


def claimed(publication: Publication) -> None:
    db.session.execute(
        text("UPDATE publication SET status = 'publishing', phase = 'claimed', owner = 4712 WHERE id = :id"),
        {"id": publication.id},
    )
    db.session.commit()


@pytest.fixture
def restored_app(engine: Engine, settings: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """The portal on another machine: a PostgreSQL of its own that never saw the old one, no media."""
    with embedded.temporary_postgres() as server:
        fresh = {"DATABASE_URL": server.url, "MEDIA_URL": str(tmp_path / "media")}
        app = create_app(Config.from_env({**settings, **fresh}))
        yield app
        with app.app_context():
            db.engine.dispose()


def publish_all(app: Flask) -> None:
    """What the programs do once they run: publish what is due, look, publish what was not there."""
    with app.app_context():
        publisher = Publisher(db.engine, needs_verification=True, threads=4)
        for _ in range(3):
            publisher.run()
            flows.look_for_lost()
        publisher.run()
        publisher.stop.set()
        publisher.close()


def statuses(app: Flask) -> dict[str, str]:
    with app.app_context():
        found = {row.text: row.status for row in db.session.query(Publication).join(Post)}
        db.session.remove()
        return found


def test_a_restored_portal_publishes_what_was_due_and_nothing_twice(
    engine: Engine, network: FakeNetwork, restored_app: Flask, tmp_path: Path
) -> None:
    write(engine, "out before")
    engine.run()
    write(engine, "due, and out after the backup")
    write(engine, "due, and not out")
    lost = write(engine, "in the air", due_in=timedelta(minutes=-1))
    in_hand = write(engine, "claimed")
    moved = write(engine, "of tomorrow, and moved to today after the backup", due_in=timedelta(days=1))
    waiting = write(
        engine, "held, and let go after the backup", status="held", publication={"held_for": "late"}
    )
    sending(lost)
    claimed(in_hand)
    picture = files.save(b"picture", "image/png")
    factories.save(
        BrowserSession(
            user_id=engine.doctor.user_id, digest="x", last_seen_at=database_now(), proved_at=database_now()
        )
    )
    folder = tmp_path / "backup"

    assert run(engine.app, "backup", str(folder)).exit_code == 0
    # What the portal does until its machine is lost.
    for publication in (moved, waiting, in_hand):
        network.create({"ref": publication.client_ref, "text": publication.text})
    network.create({"ref": lost.client_ref, "text": "in the air"})
    due = db.session.query(Publication).join(Post).filter(Post.content.like("due, and out%")).one()
    network.create({"ref": due.client_ref, "text": due.text})
    out_by_then = texts(network)

    result = run(restored_app, "restore", str(folder))

    assert result.exit_code == 0, result.output
    assert (
        "5 publications are looked for before they go; 3 of them are due. 1 were on their way"
        in result.output
    )
    publish_all(restored_app)
    assert texts(network) == sorted([*out_by_then, "due, and not out"])
    now = statuses(restored_app)
    assert {words for words, status in now.items() if status == "published"} == {
        "out before",
        "due, and out after the backup",
        "due, and not out",
        "in the air",
        "claimed",
    }
    # The two that come later are looked for when they come.
    with restored_app.app_context():
        for row in db.session.query(Publication).filter(Publication.status != "published"):
            row.due_at = database_now()
            if row.status == "held":
                row.move("scheduled", by="doctor")
        db.session.commit()
    publish_all(restored_app)
    assert texts(network) == sorted([*out_by_then, "due, and not out"])
    assert set(statuses(restored_app).values()) == {"published"}
    with restored_app.app_context():
        assert db.session.query(BrowserSession).count() == 0
        assert files.open_stored(picture) is not None
        db.engine.dispose()


def test_a_backup_is_for_its_owner_alone_and_names_no_key(engine: Engine, tmp_path: Path) -> None:
    factories.make_account(engine.doctor)
    folder = tmp_path / "backup"
    run(engine.app, "backup", str(folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    kept = "".join(path.read_text() for path in folder.iterdir() if path.is_file())
    assert not any(key in kept for key in engine.app.config["PORTAL"].token_keys)
    assert datetime.fromisoformat(json.loads((folder / "backup.json").read_text())["taken_at"]).tzinfo


def test_a_database_that_is_not_empty_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    run(engine.app, "backup", str(folder))
    result = run(engine.app, "restore", str(folder))
    assert result.exit_code == 1 and "The database is not empty" in result.output
    assert "There is no whole backup" in run(engine.app, "restore", str(tmp_path / "nothing")).output


def test_while_a_publisher_works_nothing_is_marked(engine: Engine) -> None:
    publication = engine.post()
    with engine.publisher.liveness.session() as session:
        session.commit()
    db.session.execute(
        text(
            "UPDATE publication SET status = 'publishing', phase = 'claimed', owner = :owner WHERE id = :id"
        ),
        {"id": publication.id, "owner": engine.publisher.liveness.owner},
    )
    db.session.commit()
    with pytest.raises(Conflict):
        restoring.mark(datetime.now(UTC))
    assert "End them all" in run(engine.app, "restored", "--since", "2026-01-01T00:00:00+00:00").output


def test_a_moment_without_an_offset_is_refused(app: Flask, database: None, held_jobs: HeldJobs) -> None:
    assert "must have an offset" in run(app, "restored", "--since", "2026-01-01T00:00:00").output
