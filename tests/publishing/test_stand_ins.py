"""Arming reads plain values; that they say what the models say."""

from datetime import timedelta

import pytest

from portal.extensions import db
from portal.models import Publication
from portal.platforms.base import Token
from portal.publishing import arming, claiming, reading
from tests import factories
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork


def read(engine: Engine) -> list[tuple[Publication, Publication]]:
    """Each due row as arming reads it, and as its model."""
    session = engine.publisher.liveness.session()
    claimed = claiming.claim(session, engine.publisher.liveness.owner)
    rows = [row for row, _ in reading.lock(session, engine.publisher.liveness.owner, [c.id for c in claimed])]
    return [(row, session.get_one(Publication, row.id)) for row in rows]


def test_what_would_be_sent_is_what_the_model_says(engine: Engine, network: FakeNetwork) -> None:
    other = factories.make_account(engine.doctor, facts={"subscription_type": "Premium"}, handle=None)
    engine.post(content="Plain.")
    engine.post(other, link="https://example.org/a", link_title="A page", publication={"content": "Its own."})

    read_rows = read(engine)

    assert len(read_rows) == 2
    for row, model in read_rows:
        assert not isinstance(row, Publication)
        assert row.to_content() == model.to_content()
        assert (row.fence, row.version, row.looks) == (model.fence, model.version, model.looks)
        assert row.post.is_checked == model.post.is_checked


@pytest.mark.parametrize(
    ("doctor", "account", "publication"),
    [
        ({}, {}, {}),
        ({"verification": "pending"}, {}, {}),
        ({"verified_until": timedelta(days=-1)}, {}, {}),
        ({"late_after_minutes": 5}, {}, {}),
        ({}, {"status": "reconnect"}, {}),
        ({}, {"trouble": "refused", "refresh_at": timedelta(0)}, {}),
        ({}, {"sealed_token": "v1.00000000.AAAA"}, {}),
        ({}, {}, {"tries": 2, "attempts": 2, "trying_since": timedelta(hours=-2)}),
    ],
)
def test_whether_it_may_go_is_what_the_model_says(
    engine: Engine,
    network: FakeNetwork,
    doctor: dict[str, object],
    account: dict[str, object],
    publication: dict[str, object],
) -> None:
    now = database_now()
    row = engine.post(scheduled_at=now - timedelta(minutes=7))
    for thing, changes in ((engine.doctor, doctor), (engine.account, account), (row, publication)):
        for name, value in changes.items():
            setattr(thing, name, now + value if isinstance(value, timedelta) else value)
    db.session.commit()

    [(plain, model)] = read(engine)

    assert arming._may_go(plain, True, now) == arming._may_go(model, True, now)
    assert arming._may_go(plain, False, now) == arming._may_go(model, False, now)
    assert arming.token_of(plain.account, now) == arming.token_of(model.account, now)


def test_a_token_is_opened_for_its_own_account_alone(engine: Engine, network: FakeNetwork) -> None:
    other = factories.make_account(engine.doctor)
    other.token = Token("of the other")
    engine.account.sealed_token = other.sealed_token
    engine.post()

    [(row, _)] = read(engine)

    assert arming.token_of(row.account, database_now()) is None


def test_a_stand_in_knows_nothing_that_was_not_read(engine: Engine, network: FakeNetwork) -> None:
    engine.post()

    [(row, _)] = read(engine)

    with pytest.raises(AttributeError):
        row.permalink  # noqa: B018 - an error rather than an empty answer
