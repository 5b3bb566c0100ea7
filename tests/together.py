"""Which tests stay together on one of the workers that `make test` runs them on.

What they share is started once and ended after the last of them: a fleet of processes over servers of its
own, the whole portal at work, a browser, a practice network. Every other test goes to whoever is free.

The marks of pytest-xdist 3.8 for this are lost under pytest 9.2, without a word: so it stands here, by place.
"""

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


def group_of(nodeid: str) -> str | None:
    """The name of the group that a test belongs to, if any."""
    return next((group for place, group in TOGETHER.items() if place in nodeid), None)


class Scheduling(LoadScopeScheduling):
    """Groups first, the largest before all others, and then test by test."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid
