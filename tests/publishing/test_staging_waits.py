"""How long an upload steps back when the network names a time, or only the operator can mend it."""

from datetime import timedelta

import pytest

from portal import clock
from portal.extensions import db
from portal.platforms.errors import (
    ContentRejected,
    OperatorNeeded,
    RateLimited,
    StillPreparing,
    TemporaryFailure,
)
from portal.publishing import preparing, retries
from tests.publishing.conftest import Engine, database_now
from tests.publishing.test_staging import STEPS, Uploading, attach, network

__all__ = ["network"]


@pytest.mark.parametrize("hours", [1, 9])
def test_a_days_quota_that_ends_an_upload_is_waited_for(
    engine: Engine, network: Uploading, hours: int
) -> None:
    publication = engine.post()
    attach(publication)
    network.troubles[1] = RateLimited("Nothing more today.", clock.now() + timedelta(hours=hours), "quota")

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.error_message) == ("retrying", "Nothing more today.")
    wait = publication.due_at - database_now() if publication.due_at else timedelta()
    assert abs(wait - timedelta(hours=hours)) < timedelta(minutes=1)


def test_what_only_the_operator_can_mend_costs_no_try(engine: Engine, network: Uploading) -> None:
    publication = engine.post()
    attach(publication)
    network.troubles[1] = OperatorNeeded("Its operator has to mend this.", "accessNotConfigured")

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.tries) == ("retrying", 0)


def test_hours_of_other_trouble_do_not_end_an_upload_that_the_network_still_works_on(
    engine: Engine, network: Uploading
) -> None:
    publication = engine.post()
    attach(publication)
    engine.doctor.late_after_minutes = 600
    publication.tries, publication.trying_since = 3, database_now() - timedelta(hours=2)
    db.session.commit()
    network.troubles[STEPS] = StillPreparing("Still working.", seconds=30)

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.tries) == ("retrying", 4)


def test_what_is_refused_while_it_is_prepared_is_not_sent_again_before_it_is_due(
    engine: Engine, network: Uploading
) -> None:
    publication = engine.post(scheduled_at=database_now() + timedelta(minutes=5))
    attach(publication)
    network.troubles[1] = ContentRejected("YouTube did not accept the title.")

    preparing.prepare_due()

    asked_again = engine.fresh(publication).prepare_at
    assert publication.status == "scheduled" and asked_again and asked_again > publication.due_at


def test_an_upload_that_is_given_up_says_so(engine: Engine, network: Uploading) -> None:
    publication = engine.post()
    attach(publication)
    publication.tries, publication.trying_since = retries.MOST_TRIES - 1, database_now()
    db.session.commit()
    network.troubles[1] = TemporaryFailure("X did not answer. We try again.")

    engine.run()

    engine.fresh(publication)
    assert publication.status == "failed" and "stopped. Nothing was posted." in publication.error_message
