"""Every way a call can end, and where the publication is then."""

from datetime import timedelta

import pytest

from portal import clock
from portal.extensions import db
from portal.models import Attempt, NetworkGate, Notice
from portal.platforms.errors import (
    BeingPrepared,
    CannotTell,
    ContentRejected,
    Duplicate,
    OperatorNeeded,
    OutcomeUnknown,
    RateLimited,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
    TokenEnded,
)
from tests import factories
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork, creates_and_raises, raises


def test_a_due_post_goes_out_once_and_keeps_the_networks_id(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post()

    assert engine.run() == 1
    assert engine.run() == 0

    engine.fresh(publication)
    assert (publication.status, publication.platform_post_id) == ("published", "id-1")
    assert publication.permalink == "https://fake.example/1"
    assert publication.published_at and publication.owner is None and publication.phase is None
    assert network.posts == [(publication.client_ref, "Wash your hands.")]
    attempt = db.session.query(Attempt).one()
    assert (attempt.outcome, attempt.platform_post_id, attempt.sent["text"]) == (
        "accepted",
        "id-1",
        "Wash your hands.",
    )
    assert [event.to_status for event in publication.events] == ["scheduled", "publishing", "published"]


def test_a_post_of_the_future_stays(engine: Engine, network: FakeNetwork) -> None:
    engine.post(scheduled_at=database_now() + timedelta(seconds=30))

    assert engine.run() == 0
    assert network.calls == 0


@pytest.mark.parametrize(
    ("error", "status", "outcome"),
    [
        (ContentRejected("Too long."), "failed", "refused"),
        (TemporaryFailure("Down."), "retrying", "not_sent"),
        (RateLimited("Slow down."), "retrying", "slow_down"),
        (OperatorNeeded("No credit."), "retrying", "not_sent"),
        (OutcomeUnknown("No answer."), "unconfirmed", "unknown"),
        (Duplicate("It has this already."), "failed", "refused"),
    ],
)
def test_each_error_leads_to_its_state(
    engine: Engine, network: FakeNetwork, error: Exception, status: str, outcome: str
) -> None:
    network.script = [raises(error)]  # type: ignore[arg-type]
    publication = engine.post()

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.error_message) == (status, str(error))
    assert db.session.query(Attempt).one().outcome == outcome
    assert network.posts == []


def test_a_bug_of_ours_counts_as_unknown(engine: Engine, network: FakeNetwork) -> None:
    network.script = [raises(ZeroDivisionError("bug"))]  # type: ignore[arg-type]
    publication = engine.post()

    engine.run()

    assert engine.fresh(publication).status == "unconfirmed"


def test_a_refused_token_that_can_be_renewed_is_renewed_first(engine: Engine, network: FakeNetwork) -> None:
    engine.account.refresh_at = database_now() + timedelta(hours=1)
    db.session.commit()
    network.script = [raises(TokenEnded("No longer valid."))]
    publication = engine.post()

    engine.run()

    assert engine.fresh(publication).status == "retrying"
    db.session.refresh(engine.account)
    assert (engine.account.status, engine.account.trouble) == ("connected", "refused")
    assert engine.account.refresh_at <= database_now()


def test_a_refused_token_that_cannot_be_renewed_holds_all_posts_of_the_account(
    engine: Engine, network: FakeNetwork
) -> None:
    network.script = [raises(ReconnectNeeded("No longer valid."))]
    publication = engine.post()
    later = engine.post(scheduled_at=database_now() + timedelta(days=1))

    engine.run()

    assert engine.fresh(publication).status == engine.fresh(later).status == "held"
    assert publication.held_for == later.held_for == "account"
    db.session.refresh(engine.account)
    assert engine.account.status == "reconnect"


@pytest.mark.parametrize("is_guess", [True, False])
def test_a_wait_that_nobody_named_grows_with_each_try(
    engine: Engine, network: FakeNetwork, is_guess: bool
) -> None:
    until = clock.now() + timedelta(minutes=5)
    network.script = [raises(RateLimited("Slow down.", until, is_guess=is_guess))]
    publication = engine.post(publication={"tries": 4})

    engine.run()

    # The fifth one waits a quarter of an hour.
    due = engine.fresh(publication).due_at
    assert due and (due > until + timedelta(minutes=5)) is is_guess


def test_a_post_that_is_still_being_made_is_looked_for_as_often_as_its_network_says(
    engine: Engine, network: FakeNetwork
) -> None:
    network.script = [raises(OutcomeUnknown("No answer."))]
    network.find_says = StillPreparing("Still making the post.", 60)
    publication = engine.post()
    engine.run()

    for _ in range(12):
        engine.look()
        engine.fresh(publication).look_at = database_now()
        db.session.commit()

    assert engine.fresh(publication).status == "unconfirmed" and publication.asked_at is None


def test_a_lost_answer_is_found_and_never_sent_again(engine: Engine, network: FakeNetwork) -> None:
    network.script = [creates_and_raises(OutcomeUnknown("No answer."))]
    publication = engine.post()

    engine.run()
    assert engine.fresh(publication).status == "unconfirmed"
    assert engine.look() == 1

    engine.fresh(publication)
    assert (publication.status, publication.platform_post_id) == ("published", "id-1")
    assert network.calls == 1
    assert db.session.query(Attempt).one().outcome == "accepted"


def test_what_is_certainly_absent_is_sent_again(engine: Engine, network: FakeNetwork) -> None:
    network.script = [raises(OutcomeUnknown("No answer."))]
    publication = engine.post()

    engine.run()
    engine.look()
    assert engine.fresh(publication).status == "unconfirmed"  # one look is not believed
    engine.look()
    assert engine.fresh(publication).status == "retrying"
    engine.run()

    assert engine.fresh(publication).status == "published"
    assert len(network.posts) == 1


def test_where_looking_cannot_settle_it_the_doctor_is_asked_once(
    engine: Engine, network: FakeNetwork
) -> None:
    network.script = [creates_and_raises(OutcomeUnknown("No answer."))]
    network.find_says = CannotTell("No list.")
    publication = engine.post()

    engine.run()
    engine.look()
    engine.look()

    engine.fresh(publication)
    assert publication.status == "unconfirmed" and publication.asked_at and publication.can_confirm
    assert [notice.kind for notice in db.session.query(Notice)] == ["asked"]
    assert engine.run() == 0 and network.calls == 1


def test_a_duplicate_after_a_doubt_is_looked_up(engine: Engine, network: FakeNetwork) -> None:
    lagging = network.find
    network.script = [
        creates_and_raises(OutcomeUnknown("No answer.")),
        raises(Duplicate("It has this already.")),
    ]
    network.find = lambda *args: None  # type: ignore[method-assign]
    publication = engine.post()

    engine.run()
    engine.look()
    engine.look()
    engine.run()  # sent again in good faith, and the network says that it has it
    network.find = lagging  # type: ignore[method-assign]
    engine.look()

    assert engine.fresh(publication).status == "published"
    assert len(network.posts) == 1


def test_the_portal_stops_sending_after_too_many_doubts(engine: Engine, network: FakeNetwork) -> None:
    network.script = [raises(OutcomeUnknown("No answer."))] * 10
    publication = engine.post()

    for _ in range(10):
        engine.run()
        engine.look()
        engine.look()

    assert engine.fresh(publication).asked_at is not None
    assert network.calls == network.sends_before_asking


def test_a_network_that_asks_to_slow_down_is_left_alone_until_then(
    engine: Engine, network: FakeNetwork
) -> None:
    soon = database_now() + timedelta(hours=2)
    network.script = [raises(RateLimited("Slow down.", until=soon))]
    publication, other = engine.post(), engine.post()

    engine.run()

    engine.fresh(publication)
    assert abs((publication.due_at - soon).total_seconds()) < 5
    assert engine.fresh(other).status == "scheduled"  # the account is gated for all its posts
    assert network.calls == 1


def test_an_absurd_waiting_time_is_not_believed(engine: Engine, network: FakeNetwork) -> None:
    network.script = [raises(RateLimited("Slow down.", until=database_now() + timedelta(days=4000)))]
    publication = engine.post()

    engine.run()

    assert engine.fresh(publication).due_at < database_now() + timedelta(days=1, minutes=1)


def test_an_app_without_credit_stops_the_network_and_no_other_doctor_is_tried(
    engine: Engine, network: FakeNetwork
) -> None:
    other = factories.make_account(factories.make_doctor())
    network.script = [raises(OperatorNeeded("No credit."))]
    engine.post()
    engine.run()

    waiting = factories.make_post(other.doctor, other, scheduled_at=database_now()).publications[0]

    assert engine.run() == 0
    assert engine.fresh(waiting).status == "scheduled"


def test_a_network_that_is_down_is_tried_gently_and_recovers(engine: Engine, network: FakeNetwork) -> None:
    accounts = [factories.make_account(engine.doctor) for _ in range(8)]
    network.script = [raises(TemporaryFailure("Down."))] * 8
    for account in accounts:
        engine.post(account)

    engine.run()
    calls = network.calls
    late = engine.post(factories.make_account(engine.doctor))
    assert engine.run() == 0 and engine.fresh(late).status == "scheduled"

    db.session.execute(db.text("UPDATE network_gate SET until = portal_now() - interval '1 second'"))
    db.session.execute(db.text("UPDATE publication SET due_at = portal_now() WHERE status = 'retrying'"))
    db.session.commit()
    engine.run()  # one post goes first; it succeeds, and the others follow

    assert network.calls == calls + 9
    assert len(network.posts) == 9


def test_a_post_that_the_network_is_still_making_is_no_sign_of_trouble(
    engine: Engine, network: FakeNetwork
) -> None:
    for _ in range(6):
        network.script = [raises(BeingPrepared("It is still being prepared."))]
        publication = engine.post()
        engine.run()
        assert engine.fresh(publication).status == "unconfirmed"

    assert db.session.query(NetworkGate).filter(NetworkGate.failures > 0).count() == 0


def test_uploads_that_the_operators_app_may_not_make_stop_the_whole_network(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stage(*_: object) -> None:
        raise OperatorNeeded("The portal has used up its credit.", "credits-depleted")

    monkeypatch.setattr(network, "needs_staging", lambda content, staged: True)
    monkeypatch.setattr(network, "stage", stage)
    first, second = engine.post(), engine.post(factories.make_account(engine.doctor))
    engine.publisher.threads = 1
    engine.run()

    gate = db.session.query(NetworkGate).one()
    assert (gate.reason, network.calls) == ("operator", 0)
    assert {engine.fresh(first).status, engine.fresh(second).status} <= {"retrying", "scheduled"}
    assert "credit" in (first.error_message or "")
