"""Pictures and videos: uploaded ahead of time, gone on with after a death, and published once."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from portal import ending, files, platforms
from portal.extensions import db
from portal.models import Attempt, MediaFile, PostMedia, Publication
from portal.platforms.base import Content, Keep, Token
from portal.platforms.errors import ContentRejected, ReconnectNeeded, StillPreparing, TokenEnded
from portal.publishing import preparing
from tests import factories
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork

STEPS = 4


class Died(BaseException):
    """The process is gone: nothing in it may catch this."""


class Uploading(FakeNetwork):
    """Needs four steps before a post with media can go.

    `troubles` holds what goes wrong after one of them, `meanwhile` what others do then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.troubles: dict[int, BaseException] = {}
        self.meanwhile: dict[int, Callable[[], object]] = {}

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return bool(content.media) and staged.get("steps", 0) < STEPS

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        for done in range(staged.get("steps", 0) + 1, STEPS + 1):
            self.steps += 1
            keep({"steps": done})
            self.meanwhile.pop(done, lambda: None)()
            if trouble := self.troubles.pop(done, None):
                raise trouble
        return {"steps": STEPS}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Uploading:
    fake = Uploading()
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", fake)
    return fake


def attach(
    publication: Publication, mime_type: str = "image/jpeg", content: bytes = b"x", position: int = 0
) -> None:
    name = files.save(content, mime_type)
    size = len(content)
    facts: dict[str, Any] = {"name": name, "mime_type": mime_type, "bytes": size, "digest": name}
    file = MediaFile(doctor_id=publication.doctor_id, purpose="post", **facts)
    publication.post.media.append(PostMedia(file=file, position=position))
    db.session.commit()


def make_due(publication: Publication) -> None:
    publication.due_at = database_now()
    db.session.commit()


def test_a_post_is_prepared_ahead_dies_in_the_middle_goes_on_and_is_out_once(
    engine: Engine, network: Uploading
) -> None:
    publication = engine.post(scheduled_at=database_now() + timedelta(minutes=5))
    attach(publication)
    network.troubles[2] = Died()
    with pytest.raises(Died):
        preparing.prepare_due()
    engine.fresh(publication)
    assert (publication.status, publication.staged) == ("scheduled", {"steps": 2})
    assert preparing.prepare_due() == 0  # somebody has it in hand, as far as anybody knows

    make_due(publication)
    engine.run()

    assert engine.fresh(publication).status == "published"
    assert (network.steps, len(network.posts)) == (STEPS, 1)
    assert db.session.query(Attempt).count() == 1


def test_whoever_prepares_stops_when_the_post_is_due_and_its_publisher_goes_on(
    engine: Engine, network: Uploading
) -> None:
    publication = engine.post(scheduled_at=database_now() + timedelta(minutes=5))
    attach(publication)

    def fall_due() -> None:
        make_due(publication)
        engine.run()

    network.meanwhile[2] = fall_due
    preparing.prepare_due()

    # Two steps by the one, two by the other, and the third that the first one could not keep.
    assert engine.fresh(publication).status == "published" and network.steps == STEPS + 1
    assert publication.staged == {"steps": STEPS} and len(network.posts) == 1


def test_a_lease_is_renewed_with_each_step_and_who_lost_it_stops(engine: Engine, network: Uploading) -> None:
    publication = engine.post(scheduled_at=database_now() + timedelta(minutes=5))
    attach(publication)
    lease = db.session.query(Publication.prepare_at)

    def others_prepare() -> None:
        # As if the lease had ended: this program slept for long.
        first = lease.scalar()
        assert preparing.prepare_due() == 0 and first > database_now()
        publication.prepare_at = database_now() - timedelta(seconds=1)
        db.session.commit()
        assert preparing.prepare_due() == 1

    network.meanwhile[2] = others_prepare
    preparing.prepare_due()

    assert network.steps == STEPS + 1 and engine.fresh(publication).staged == {"steps": STEPS}
    assert lease.scalar() > database_now() + timedelta(minutes=50)


def test_a_program_that_is_told_to_end_gives_its_uploads_to_another_one(
    engine: Engine, network: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = {"scheduled_at": database_now() + timedelta(minutes=5)}
    posts = [
        engine.post(account, **later) for account in (engine.account, factories.make_account(engine.doctor))
    ]
    for post in posts:
        attach(post, content=str(post.id).encode())
    monkeypatch.setattr(ending, "asked", Event())

    network.meanwhile[2] = ending.asked.set
    preparing.prepare_due()
    assert network.steps == 3  # the step that was under way is kept, and no other begins

    monkeypatch.setattr(ending, "asked", Event())
    assert preparing.prepare_due() == 2
    assert network.steps == 2 * STEPS
    assert [engine.fresh(post).staged for post in posts] == [{"steps": STEPS}] * 2


def taken_over(database: Database) -> Callable[[], None]:
    """What another publisher does that takes everything back after this one's lock was lost."""

    def take() -> None:
        with database.begin() as connection:
            connection.execute(text("UPDATE publication SET fence = fence + 1, owner = owner + 1"))

    return take


def test_who_uploads_for_a_publication_that_is_not_his_any_more_stops(
    engine: Engine, network: Uploading
) -> None:
    attach(engine.post())

    def wait_until_it_is_known() -> None:
        deadline = time.monotonic() + 60
        while not engine.publisher.hand.lost and time.monotonic() < deadline:
            time.sleep(0.01)  # between two looks at the condition

    network.meanwhile |= {1: taken_over(db.engine), 2: wait_until_it_is_known}
    engine.run()

    assert network.steps == 3 and network.posts == [] and engine.publisher.hand.lost == set()


def test_a_refusal_of_what_another_program_goes_on_with_is_no_news_of_the_account(
    engine: Engine, network: Uploading
) -> None:
    attach(engine.post())

    network.meanwhile[1] = taken_over(db.engine)
    network.troubles[1] = ReconnectNeeded("Its old token was refused.")
    engine.run()

    db.session.refresh(engine.account)
    assert engine.account.status == "connected"


def test_of_several_posts_none_is_begun_that_another_program_took_over_meanwhile(
    engine: Engine, network: Uploading
) -> None:
    later = {"scheduled_at": database_now() + timedelta(minutes=5)}
    posts = [
        engine.post(account, **later) for account in (engine.account, factories.make_account(engine.doctor))
    ]
    for post in posts:
        attach(post, content=str(post.id).encode())

    def others_prepare() -> None:
        # The first one's upload took so long that the lease on the second has ended.
        db.session.execute(
            text("UPDATE publication SET prepare_at = portal_now() - interval '1 s' WHERE staged = '{}'")
        )
        db.session.commit()
        assert preparing.prepare_due() == 1

    network.meanwhile[2] = others_prepare
    preparing.prepare_due()

    assert network.steps == 2 * STEPS
    assert [engine.fresh(post).staged for post in posts] == [{"steps": STEPS}] * 2


def test_what_was_prepared_leaves_at_its_time_without_another_upload(
    engine: Engine, network: Uploading
) -> None:
    publication = engine.post(scheduled_at=database_now() + timedelta(minutes=5))
    attach(publication)

    assert (preparing.prepare_due(), preparing.prepare_due()) == (1, 0)
    assert engine.fresh(publication).staged == {"steps": STEPS} and network.posts == []
    make_due(publication)
    engine.run()

    assert engine.fresh(publication).status == "published" and network.steps == STEPS


def test_a_network_that_needs_time_costs_no_try(engine: Engine, network: Uploading) -> None:
    publication = engine.post()
    attach(publication)
    network.troubles[STEPS] = StillPreparing("Still working.", seconds=30)

    engine.run()
    engine.fresh(publication)
    assert (publication.status, publication.tries, publication.attempts) == ("retrying", 0, 0)
    assert publication.staged == {"steps": STEPS}

    make_due(publication)
    engine.run()
    assert engine.fresh(publication).status == "published" and len(network.posts) == 1


def test_a_file_that_the_network_cannot_read_ends_it_with_a_sentence(
    engine: Engine, network: Uploading
) -> None:
    publication = engine.post()
    attach(publication)
    network.troubles[1] = ContentRejected("X could not read the video.")

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.error_message) == ("failed", "X could not read the video.")
    assert network.posts == [] and db.session.query(Attempt).count() == 0


def test_a_permission_that_is_missing_while_uploading_holds_the_account(
    engine: Engine, network: Uploading
) -> None:
    publication = engine.post()
    attach(publication)
    network.troubles[1] = ReconnectNeeded("X does not let the portal upload.")

    engine.run()

    engine.fresh(publication)
    db.session.refresh(engine.account)
    assert (publication.status, publication.held_for, publication.tries) == ("held", "account", 0)
    assert engine.account.status == "reconnect"


def test_a_token_that_ended_while_uploading_is_renewed_once(engine: Engine, network: Uploading) -> None:
    publication = engine.post()
    attach(publication)
    engine.account.refresh_at = database_now() + timedelta(hours=1)
    db.session.commit()
    network.troubles[1] = TokenEnded("X ended the permission.")

    engine.run()

    engine.fresh(publication)
    db.session.refresh(engine.account)
    assert (publication.status, engine.account.status) == ("retrying", "connected")
    assert engine.account.trouble == "refused" and engine.account.refresh_at <= database_now()
