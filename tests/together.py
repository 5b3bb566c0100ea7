"""Which tests stay together on one of the workers that `make test` runs them on, and which begin first.

What they share is started once and ended after the last of them: a fleet of processes over servers of its
own, the whole portal at work, a browser, a practice network. Every other test goes to whoever is free.

The marks of pytest-xdist 3.8 for this are lost under pytest 9.2, without a word: so it stands here, by place.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/faults/": "fleet",
    "tests/journeys/": "portal",
    "tests/browser/test_every_page.py": "portal",
    "tests/browser/test_main_job.py": "portal",
    "tests/browser/": "browser",
    "_in_browser.py": "browser",
    "_in_chromium.py": "browser",
    "tests/setup/test_whole_run.py": "whole run",
    "tests/platforms/test_linkedin_practice.py": "practice of LinkedIn",
    "tests/platforms/test_practice.py": "practice of X",
    "tests/platforms/test_twitter_media.py": "media of X",
    "tests/platforms/test_youtube_practice.py": "practice of YouTube",
    "tests/social/test_practice.py": "practice of signing in",
}

# What takes longest, by its group or its place. It begins first, lest one worker is still at it when the
# others have nothing left to do.
LONGEST = (
    "portal",
    "fleet",
    "browser",
    "whole run",
    "tests/test_migrations.py",
    "tests/api/test_fuzz.py",
    "tests/platforms/test_an_eighth_network.py",
    "tests/publishing/test_machine.py",
    "tests/security/",
    "tests/media/",
    "tests/setup/",
    "tests/test_config.py",
)


def group_of(nodeid: str) -> str | None:
    """The name of the group that a test belongs to, if any."""
    return next((group for place, group in TOGETHER.items() if place in nodeid), None)


def turn_of(nodeid: str) -> int:
    """When a test begins: the smaller, the earlier."""
    place = group_of(nodeid) or nodeid
    return next((turn for turn, long in enumerate(LONGEST) if place.startswith(long)), len(LONGEST))


class Scheduling(LoadScopeScheduling):
    """Group after group and test after test, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # by how many tests a group has

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid
