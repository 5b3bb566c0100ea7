"""What the networks are; one file each. A new network is one file and one line here."""

from portal.platforms.base import Platform
from portal.platforms.facebook import Facebook
from portal.platforms.instagram import Instagram
from portal.platforms.linkedin import LinkedIn
from portal.platforms.quora import Quora
from portal.platforms.reddit import Reddit
from portal.platforms.twitter import Twitter
from portal.platforms.youtube import YouTube

#: In the order in which pages show them.
PLATFORMS: dict[str, Platform] = {
    platform.key: platform
    for platform in (Facebook(), Instagram(), LinkedIn(), Twitter(), YouTube(), Reddit(), Quora())
}


def get(key: str) -> Platform:
    """The network of that name; raises KeyError."""
    return PLATFORMS[key]
