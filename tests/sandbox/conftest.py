"""A practice network in a process of its own, and people who use it."""

from collections.abc import Iterator

import pytest

from portal.sandbox.running import RunningSandbox, start_sandbox
from tests.sandbox.client import Asks, Browser, Member, Net


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def net(sandbox: RunningSandbox) -> Net:
    net = Net(sandbox.url)
    net.call("DELETE", "/_/posts")
    net.call("DELETE", "/_/faults")
    return net


@pytest.fixture
def browser(net: Net) -> Browser:
    return Browser(net)


@pytest.fixture
def other_browser(net: Net) -> Browser:
    return Browser(net)


@pytest.fixture
def asks() -> type[Asks]:
    return Asks


@pytest.fixture
def member(net: Net) -> Member:
    """Asha on LinkedIn, with her own profile alone."""
    return Member(net, net.connect("linkedin"))


@pytest.fixture
def manager(net: Net) -> Member:
    """Asha on LinkedIn with her company pages."""
    scopes = (
        "r_basicprofile w_member_social r_organization_social w_organization_social rw_organization_admin"
    )
    return Member(net, net.connect("linkedin", scopes=scopes.split()))


@pytest.fixture
def asha(net: Net) -> Member:
    """Asha on X."""
    return Member(net, net.connect("twitter"))


@pytest.fixture
def ben(net: Net) -> Member:
    """Ben on X."""
    return Member(net, net.connect("twitter", handle="dr_ben"))


@pytest.fixture(params=["linkedin", "twitter"])
def anyone(request: pytest.FixtureRequest, net: Net) -> Member:
    """Asha on one network after the other."""
    return Member(net, net.connect(request.param))
