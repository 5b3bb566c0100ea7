"""A publisher was frozen with a call in the air: what it brings when it wakes is told of the past alone."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from portal.extensions import db
from portal.models import NetworkGate, SocialAccount
from portal.platforms.base import Published, Token
from portal.platforms.errors import OperatorNeeded, PlatformError, RateLimited, ReconnectNeeded, TokenEnded
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork
from tests.publishing.test_staging import Uploading, attach, make_due, taken_over
from tests.publishing.test_staging import network as uploading

__all__ = ["uploading"]

REFUSALS = [ReconnectNeeded("You have no role."), TokenEnded("The permission ended.")]


def connect_again(engine: Engine) -> None:
    """The doctor does it in another process, while the call is in the air."""
    with engine.app.app_context():
        account = db.session.get_one(SocialAccount, engine.account.id)
        account.token = Token("another")
        account.refresh_at = None
        db.session.commit()


def meanwhile(
    act: Callable[[], None], error: PlatformError
) -> Callable[[Callable[[], Published]], Published]:
    def deed(create: Callable[[], Published]) -> Published:
        act()
        raise error

    return deed


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_an_account_that_was_connected_again_meanwhile_stays_connected_and_its_post_goes_on(
    engine: Engine, network: FakeNetwork, error: PlatformError
) -> None:
    publication = engine.post()
    network.script = [meanwhile(lambda: connect_again(engine), error)]

    engine.run()

    engine.fresh(publication)
    db.session.refresh(engine.account)
    assert (engine.account.status, engine.account.trouble) == ("connected", None)
    assert publication.status == "retrying"
    make_due(publication)
    engine.run()
    assert engine.fresh(publication).status == "published"


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_so_does_one_that_was_refused_while_its_picture_was_uploaded(
    engine: Engine, uploading: Uploading, error: PlatformError
) -> None:
    publication = engine.post()
    attach(publication)
    uploading.meanwhile[1] = lambda: connect_again(engine)
    uploading.troubles[1] = error

    engine.run()

    engine.fresh(publication)
    db.session.refresh(engine.account)
    assert (publication.status, engine.account.status, engine.account.trouble) == (
        "retrying",
        "connected",
        None,
    )


def mend(database: Database) -> Callable[[], None]:
    """Another publisher took the post over, and met no limit."""

    def act() -> None:
        taken_over(database)()
        with database.begin() as connection:
            connection.execute(text("UPDATE social_account SET gated_until = NULL"))

    return act


@pytest.mark.parametrize(
    "error", [RateLimited("Slower."), RateLimited("Slower.", whole_app=True), OperatorNeeded("No credit.")]
)
def test_limits_that_somebody_else_has_to_do_with_by_now_close_no_gate(
    engine: Engine, network: FakeNetwork, error: PlatformError
) -> None:
    engine.post()
    network.script = [meanwhile(mend(db.engine), error)]

    engine.run()

    db.session.refresh(engine.account)
    assert engine.account.gated_until is None
    assert db.session.query(NetworkGate).filter(NetworkGate.until.is_not(None)).count() == 0
