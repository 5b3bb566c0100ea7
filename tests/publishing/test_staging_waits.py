"""How long an upload steps back when the network names a time, or only the operator can mend it."""

from datetime import timedelta

import pytest

from portal import clock
from portal.platforms.errors import OperatorNeeded, RateLimited
from tests.publishing.conftest import Engine, database_now
from tests.publishing.test_staging import Uploading, attach, network

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
