"""What was uploaded is gone when the post is due: it is uploaded again, once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from portal import platforms
from portal.extensions import db
from portal.models import Attempt, Publication
from portal.platforms.base import Content, Keep, Published, Token
from portal.platforms.errors import GONE_AGAIN, OutcomeUnknown, ReconnectNeeded, StillPreparing, UploadGone
from portal.posts import remedies
from portal.publishing import preparing
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork, raises
from tests.publishing.test_staging import attach, make_due

GONE = UploadGone("It no longer has the picture. We send it again.", "gone")


class Storing(FakeNetwork):
    """Takes a picture under a new name each time; `troubles` are met while uploading, one a call."""

    def __init__(self) -> None:
        super().__init__()
        self.uploads = 0
        self.troubles: list[Exception] = []

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return bool(content.media) and "name" not in staged

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        self.uploads += 1
        keep({"half": self.uploads})
        if self.troubles:
            raise self.troubles.pop(0)
        return {"name": self.uploads}

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        return super().compose(content, staged) | {"name": staged["name"]}

    def create(self, sent: Mapping[str, Any]) -> Published:
        self.posted = sent["name"]
        return super().create(sent)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Storing:
    fake = Storing()
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", fake)
    return fake


@pytest.fixture
def publication(engine: Engine) -> Publication:
    publication = engine.post()
    attach(publication)
    return publication


def again(engine: Engine, publication: Publication) -> Publication:
    """The next try, as if its time had come."""
    make_due(publication)
    engine.run()
    return engine.fresh(publication)


def test_what_is_gone_when_it_is_posted_is_uploaded_again_and_posted_once(
    engine: Engine, network: Storing, publication: Publication
) -> None:
    network.script = [raises(GONE)]

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.error_message) == ("retrying", GONE.words)
    assert again(engine, publication).status == "published"
    assert (network.uploads, network.posted, len(network.posts)) == (2, 2, 1)
    attempts = db.session.query(Attempt).order_by(Attempt.id)
    assert [attempt.outcome for attempt in attempts] == ["refused", "accepted"]


def test_what_is_gone_twice_is_refused_and_a_person_may_try_all_of_it_again(
    engine: Engine, network: Storing, publication: Publication
) -> None:
    network.script = [raises(GONE), raises(GONE)]
    engine.run()

    assert again(engine, publication).status == "failed"
    assert (publication.error_message, network.uploads, network.posts) == (GONE_AGAIN, 2, [])

    remedies.retry(engine.doctor, publication.post)
    network.script = [raises(GONE)]
    assert again(engine, publication).status == "retrying"
    assert again(engine, publication).status == "published" and len(network.posts) == 1


def test_what_it_counts_as_the_second_time_is_the_networks_affair(
    engine: Engine, network: Storing, publication: Publication
) -> None:
    role = ReconnectNeeded("The page wants you to have a role.", "100/33")
    network.script = [raises(UploadGone("The photo is gone.", "100/33", role)) for _ in range(2)]
    engine.run()

    assert again(engine, publication).held_for == "account"


def test_after_a_call_without_an_answer_it_is_looked_for_before_it_is_uploaded_again(
    engine: Engine, network: Storing, publication: Publication
) -> None:
    network.script = [raises(OutcomeUnknown("No answer.")), raises(GONE)]
    engine.run()
    for _ in network.look_after_seconds:
        engine.look()
    assert engine.fresh(publication).status == "retrying"

    assert again(engine, publication).status == "unconfirmed"
    for _ in network.look_after_seconds:
        engine.look()

    assert again(engine, publication).status == "published"
    assert (network.uploads, len(network.posts)) == (2, 1)


def test_what_is_gone_in_the_middle_of_an_upload_is_begun_again_once(
    engine: Engine, network: Storing, publication: Publication
) -> None:
    network.troubles = [GONE, GONE]
    engine.run()
    assert engine.fresh(publication).status == "retrying" and "half" not in publication.staged

    assert again(engine, publication).status == "failed"
    assert publication.error_message == GONE_AGAIN and db.session.query(Attempt).count() == 0


def test_what_is_not_ready_when_it_is_posted_is_asked_for_before_it_is_posted_again(
    engine: Engine, network: Storing, publication: Publication
) -> None:
    network.script = [raises(StillPreparing("It still works on the picture.", 30))]
    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.staged) == ("retrying", {"name": 1, "is_unready": True})
    assert publication.due_at and publication.due_at > database_now() + timedelta(seconds=20)

    network.troubles = [StillPreparing("It still works on the picture.", 30)]
    assert again(engine, publication).status == "retrying" and publication.tries == 1
    assert again(engine, publication).status == "published" and publication.staged == {"name": 3}
    assert len(network.posts) == 1


def test_what_is_gone_while_it_is_prepared_is_begun_again_before_it_is_due(
    engine: Engine, network: Storing
) -> None:
    publication = engine.post(scheduled_at=database_now() + timedelta(minutes=5))
    attach(publication)
    network.troubles = [GONE]
    for _ in range(2):
        preparing.prepare_due()
        publication.prepare_at = None
        db.session.commit()

    # Once is once: what is gone when it is due was sent twice.
    network.script = [raises(GONE)]
    assert again(engine, publication).status == "failed" and network.uploads == 2
