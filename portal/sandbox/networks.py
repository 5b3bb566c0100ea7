"""The networks that can be practised on, in the order pages show them: one line each."""

from . import facebook, instagram, linkedin, quora, reddit, twitter, youtube
from .network import Network

NETWORKS: tuple[Network, ...] = (
    facebook.NETWORK,
    instagram.NETWORK,
    linkedin.NETWORK,
    twitter.NETWORK,
    youtube.NETWORK,
    reddit.NETWORK,
    quora.NETWORK,
)

BY_KEY = {network.key: network for network in NETWORKS}
