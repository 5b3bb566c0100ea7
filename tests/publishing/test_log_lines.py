"""What the engine logs: always which publication, never what it says or what opens an account."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from config import Config
from portal import logs
from portal.extensions import db
from portal.models import PublicationEvent
from portal.platforms.base import Token
from portal.platforms.errors import ContentRejected, OutcomeUnknown, RateLimited, TokenEnded
from portal.posts import flows as posts
from portal.posts.inputs import PostChanges
from tests.conftest import TEST_SETTINGS
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork, raises

WORDS, TOKEN, REFRESH = "planted-words-4711", "planted-token-4712", "planted-refresh-4713"


@pytest.fixture
def lines(engine: Engine, tmp_path: Any) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What is logged from now on, as in production."""
    before, written = structlog.get_config(), io.StringIO()
    logs.set_up(Config.from_env({**TEST_SETTINGS, "INSTANCE_DIR": str(tmp_path)}))
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=written))
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.configure(**before)


def breaks(create: Callable[[], Any]) -> Any:
    raise RuntimeError(f"{WORDS} {TOKEN}")


@pytest.mark.parametrize(
    "deed",
    [
        lambda create: create(),
        breaks,
        raises(ContentRejected("No.")),
        raises(OutcomeUnknown("Cut.")),
        raises(TokenEnded("Over.")),
        raises(RateLimited("Slowly.", None)),
    ],
)
def test_each_ended_call_is_a_line_that_names_the_publication_and_nothing_private(
    engine: Engine, network: FakeNetwork, lines: Any, deed: Any
) -> None:
    engine.account.token = Token(TOKEN, REFRESH, None)
    publication = engine.post(content=WORDS)
    network.script = [deed]

    with logs.job("publish_due", "job-7"):
        engine.run()

    written = lines()
    assert written and all(line["publication_id"] == publication.id for line in written)
    (settled,) = [line for line in written if line["event"] == "publication_settled"]
    assert settled["status"] == engine.fresh(publication).status
    assert (settled["job"], settled["job_id"]) == ("publish_due", "job-7")
    for planted in (WORDS, TOKEN, REFRESH):
        assert planted not in json.dumps(written)


def test_a_click_leads_to_everything_that_became_of_the_post(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post(status="draft")
    with structlog.contextvars.bound_contextvars(request_id="click-9"):
        wanted = PostChanges(status="scheduled", scheduled_at=database_now())
        posts.change(engine.doctor, publication.post, wanted)

    engine.run()

    moves = db.session.scalars(select(PublicationEvent).order_by(PublicationEvent.id)).all()
    assert [(move.to_status, move.request_id) for move in moves] == [
        ("draft", None),
        ("scheduled", "click-9"),
        ("publishing", "click-9"),
        ("published", "click-9"),
    ]
