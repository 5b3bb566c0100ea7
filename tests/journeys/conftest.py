from collections.abc import Iterator

import pytest

from tests.journeys.portal_at_work import PortalAtWork


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalAtWork]:
    """One portal for all journeys of this test process."""
    running = PortalAtWork(tmp_path_factory.mktemp("portal"))
    try:
        running.start()
        yield running
    finally:
        if running.process is not None:
            running.stop()
