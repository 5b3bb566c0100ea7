"""A net that is a script, and the two networks' answers to somebody who connects."""

from tests.platforms.wire import wire

__all__ = ["wire"]
