"""Profiles by their address: whose they are, on every network on which a doctor can post by hand."""

import pytest

from portal import platforms
from portal.platforms.profiles import BY_HAND

WITH_PROFILES = [network for network in platforms.PLATFORMS.values() if network.profiles]


@pytest.mark.parametrize(
    ("key", "address", "name"),
    [
        ("reddit", "https://www.reddit.com/user/DrAna_1/", "DrAna_1"),
        ("reddit", "http://old.reddit.com/u/DrAna_1?utm=1#top", "DrAna_1"),
        ("twitter", "https://x.com/drana", "drana"),
        ("twitter", "https://twitter.com/drana", "drana"),
        ("linkedin", "https://www.linkedin.com/in/ana-example-12/", "ana-example-12"),
        ("linkedin", "https://www.linkedin.com/company/ana-clinic", "ana-clinic"),
        ("facebook", "https://www.facebook.com/ana.clinic", "ana.clinic"),
        ("instagram", "https://www.instagram.com/ana.clinic/", "ana.clinic"),
        ("youtube", "https://www.youtube.com/@AnaClinic", "@AnaClinic"),
        (
            "youtube",
            "https://www.youtube.com/channel/UC0123456789012345678901",
            "channel/UC0123456789012345678901",
        ),
    ],
)
def test_a_profile_is_known_by_its_address(key: str, address: str, name: str) -> None:
    identity = platforms.get(key).identity_at(address)

    assert identity and identity.display_name == name
    assert identity.remote_id == f"by-hand:{name.casefold()}"


@pytest.mark.parametrize("network", WITH_PROFILES, ids=lambda network: network.key)
@pytest.mark.parametrize(
    "address",
    [
        "",
        "Ana",
        "https://",
        "https://example.org/user/ana",
        "{}/extra/part",
        "javascript:alert(1)",
        "https://[::1",
        "ftp://x.com/a",
    ],
)
def test_what_is_no_profile_is_none(network: platforms.Platform, address: str) -> None:
    assert network.profiles
    assert network.identity_at(address.format(network.profiles.example)) is None


@pytest.mark.parametrize("network", WITH_PROFILES, ids=lambda network: network.key)
def test_the_example_is_a_profile_and_a_lookalike_is_none(network: platforms.Platform) -> None:
    assert network.profiles
    example = network.profiles.example
    host = example.split("/")[2]

    assert network.identity_at(example)
    assert network.identity_at(example.replace(host, f"{host}.evil.example")) is None
    assert network.identity_at(example.replace(host, f"{host}@evil.example")) is None
    assert network.identity_at(example.replace(host, f"evil{host.removeprefix('www.')}")) is None


@pytest.mark.parametrize("network", WITH_PROFILES, ids=lambda network: network.key)
def test_nothing_acts_for_an_account_that_is_posted_on_by_hand(network: platforms.Platform) -> None:
    way = network.connection(BY_HAND)

    assert network.is_by_hand(BY_HAND) and way.by_address and not way.scopes and not way.authorize_url
    assert network.label in way.needs
    assert not network.is_by_hand(network.connections[0].key)
