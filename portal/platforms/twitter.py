"""X (Twitter): posts through API v2."""

from portal.platforms.base import Platform


class Twitter(Platform):
    key = "twitter"
    label = "Twitter"
    connections = ()
