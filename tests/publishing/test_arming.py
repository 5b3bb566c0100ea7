"""What may go and what steps back, decided in the moment before sending."""

from datetime import timedelta

import pytest

from portal.extensions import db
from portal.models import Attempt, Notice
from portal.platforms.base import Token
from portal.posts import by_hand, remedies
from portal.posts import flows as posts
from portal.posts.inputs import PostChanges
from portal.publishing import flows, telling
from tests import factories
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork


def test_a_doctor_who_is_not_verified_waits_and_goes_on_by_itself(
    engine: Engine, network: FakeNetwork
) -> None:
    engine.doctor.verification = "pending"
    publication = engine.post()

    engine.run()
    engine.fresh(publication)
    assert (publication.status, publication.held_for) == ("held", "verification")
    assert network.calls == 0 and db.session.query(Attempt).count() == 0

    engine.doctor.verification = "verified"
    db.session.commit()
    flows.sweep()
    engine.run()
    assert engine.fresh(publication).status == "published"


def test_an_account_that_was_disconnected_holds_its_posts(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post()
    engine.account.token = None
    engine.account.status = "disconnected"
    db.session.commit()

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.held_for) == ("held", "account")
    assert "connected again" in publication.moved_why


def test_a_token_that_ended_for_good_asks_to_reconnect(engine: Engine, network: FakeNetwork) -> None:
    engine.account.token = Token("access", None, database_now() - timedelta(minutes=1))
    publication = engine.post()

    engine.run()

    assert engine.fresh(publication).held_for == "account"
    db.session.refresh(engine.account)
    assert engine.account.status == "reconnect"


def test_a_token_that_ended_but_can_be_renewed_is_waited_for(engine: Engine, network: FakeNetwork) -> None:
    ended = database_now() - timedelta(minutes=1)
    engine.account.token = Token("access", "refresh", ended, refresh_at=ended)
    publication = engine.post()

    engine.run()

    engine.fresh(publication)
    assert publication.status == "retrying"
    assert publication.due_at > database_now()
    assert publication.tries == 0


@pytest.mark.parametrize(("minutes", "status"), [(59, "published"), (61, "held")])
def test_a_post_that_is_too_late_asks_before_it_goes_out(
    engine: Engine, network: FakeNetwork, minutes: int, status: str
) -> None:
    publication = engine.post(scheduled_at=database_now() - timedelta(minutes=minutes))

    engine.run()

    assert engine.fresh(publication).status == status
    assert len(network.posts) == (status == "published")


@pytest.mark.parametrize(("minutes", "status"), [(59, "published"), (61, "held")])
def test_a_retry_asks_too_when_the_first_try_lies_too_far_back(
    engine: Engine, network: FakeNetwork, minutes: int, status: str
) -> None:
    began = database_now() - timedelta(minutes=minutes)
    facts = {"tries": 3, "attempts": 3, "trying_since": began}
    publication = engine.post(status="retrying", publication=facts)

    engine.run()

    assert (engine.fresh(publication).status, len(network.posts)) == (status, status == "published")


def test_a_late_post_goes_out_at_once_when_the_doctor_says_so(engine: Engine, network: FakeNetwork) -> None:
    began = database_now() - timedelta(hours=3)
    facts = {"tries": 3, "attempts": 3, "trying_since": began}
    publication = engine.post(status="retrying", publication=facts)
    engine.run()
    assert engine.fresh(publication).held_for == "late"

    remedies.retry(engine.doctor, publication.post)
    engine.run()

    assert engine.fresh(publication).status == "published"


def test_a_late_post_that_is_left_out_never_goes(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post(scheduled_at=database_now() - timedelta(hours=3))
    engine.run()

    posts.stop(engine.doctor, engine.fresh(publication))
    flows.sweep()
    engine.run()

    assert (engine.fresh(publication).status, network.posts) == ("cancelled", [])


def test_a_late_post_goes_at_the_other_time_that_the_doctor_chose(
    engine: Engine, network: FakeNetwork
) -> None:
    publication = engine.post(scheduled_at=database_now() - timedelta(hours=3))
    engine.run()
    later = database_now() + timedelta(hours=2)

    by_hand.put_off(engine.doctor, engine.fresh(publication), PostChanges(scheduled_at=later))
    engine.run()
    assert (engine.fresh(publication).status, publication.due_at, network.posts) == ("scheduled", later, [])

    db.session.execute(db.text("UPDATE publication SET due_at = portal_now()"))
    db.session.commit()
    engine.run()
    assert engine.fresh(publication).status == "published"


def test_each_doctor_has_a_limit_of_their_own(engine: Engine, network: FakeNetwork) -> None:
    engine.doctor.late_after_minutes = 5
    publication = engine.post(scheduled_at=database_now() - timedelta(minutes=6))

    engine.run()

    assert "within 5 minutes" in (engine.fresh(publication).moved_why or "")


def test_each_end_is_told_once_in_the_portal_and_by_letter_when_wanted(
    engine: Engine, network: FakeNetwork
) -> None:
    late = engine.post(scheduled_at=database_now() - timedelta(hours=3))
    engine.run()
    engine.post()
    engine.run()

    assert telling.tell() == 2
    assert telling.tell() == 0
    kinds = [notice.kind for notice in db.session.query(Notice).order_by(Notice.id)]
    letters = db.session.execute(db.text("SELECT letter, about FROM outbox_letter")).all()

    assert kinds == ["held", "published"]
    assert [(letter, about["kind"]) for letter, about in letters] == [("about_post", "held")]
    assert "Wash your hands" not in str(letters)
    assert engine.fresh(late).held_for == "late"


def test_a_post_that_cannot_be_put_together_fails_alone(engine: Engine, network: FakeNetwork) -> None:
    compose = network.compose

    def breaks_on_one(content, staged):
        if content.text == "Breaks.":
            raise KeyError("bug")
        return compose(content, staged)

    network.compose = breaks_on_one  # type: ignore[method-assign]
    broken = engine.post(content="Breaks.")
    fine = engine.post(factories.make_account(engine.doctor), content="Fine.")

    engine.run()

    assert engine.fresh(broken).status == "failed" and "Nothing was sent" in broken.error_message
    assert engine.fresh(fine).status == "published"


def test_only_what_was_claimed_under_this_fence_is_armed(engine: Engine, network: FakeNetwork) -> None:
    from portal.publishing import arming, claiming

    engine.post()
    with engine.publisher.liveness.session() as session:
        claimed = claiming.claim(session, engine.publisher.liveness.owner)
        stale = [claiming.Claimed(row.id, row.fence - 1) for row in claimed]
        wave = arming.arm(session, engine.publisher.liveness.owner, stale, needs_verification=True)

    assert wave.armed == []
    assert db.session.query(Attempt).count() == 0


def test_one_doctors_crowd_does_not_stand_before_anothers_single_post(
    engine: Engine, network: FakeNetwork
) -> None:
    from portal.publishing import claiming

    for _ in range(6):
        account = factories.make_account(engine.doctor)
        engine.post(account, scheduled_at=database_now() - timedelta(minutes=10))
    other = factories.make_account(factories.make_doctor())
    single = factories.make_post(other.doctor, other, scheduled_at=database_now()).publications[0]

    with engine.publisher.liveness.session() as session:
        claimed = claiming.claim(session, engine.publisher.liveness.owner, most=2)

    assert single.id in [row.id for row in claimed]


def test_an_account_has_one_post_in_the_air_and_keeps_their_order(
    engine: Engine, network: FakeNetwork
) -> None:
    now = database_now()
    posts = [engine.post(content=f"Post {n}", scheduled_at=now - timedelta(seconds=10 - n)) for n in range(4)]

    engine.run()

    assert [text for _, text in network.posts] == [f"Post {n}" for n in range(4)]
    assert {engine.fresh(post).status for post in posts} == {"published"}
