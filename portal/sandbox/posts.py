"""What the networks have received. Memory answers what is asked; the journal keeps what arrives."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .journal import Journal

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
# A full stop or bracket after an address belongs to the sentence.
TRAILING = ".,;:!?)]}'\"…"


@dataclass(slots=True)
class Post:
    """One thing that somebody published; `wire` is what only its network's own protocol tells."""

    platform: str
    id: str
    account: str
    author: str
    text: str
    link: str | None
    media: list[dict[str, Any]]
    permalink: str
    at: float
    wire: dict[str, Any] = field(default_factory=dict)
    visible_at: float = 0.0
    gone: bool = False

    @property
    def sameness(self) -> tuple[str, ...]:
        """What two posts have in common when a network calls the second one a duplicate."""
        return (self.platform, self.account, self.text, self.link or "", *(each["id"] for each in self.media))

    def as_json(self) -> dict[str, Any]:
        return {
            "platform": self.platform,
            "id": self.id,
            "account": self.account,
            "text": self.text,
            "link": self.link,
            "media": self.media,
            "permalink": self.permalink,
            "at": moment_text(self.at),
        }

    def as_record(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class Posts:
    """Every post of every network, newest last, with what a network asks about them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._forget()
        for record in sorted(journal.load("post"), key=lambda each: each["at"]):
            self._learn(Post(**record))

    def add(self, post: Post, same_within_seconds: float = 0.0) -> Post | None:
        """Keep a post, unless the account said the very same lately: then that earlier post is given back."""
        with self._lock:
            earlier = self._same.get(post.sameness)
            if earlier and same_within_seconds and post.at - earlier.at < same_within_seconds:
                return earlier
            self._learn(post)
        self._journal.keep("post", _key(post), post.as_record())
        return None

    def get(self, platform: str, id: str) -> Post | None:
        post = self._by_id.get((platform, id))
        return None if post is None or post.gone else post

    def same(self, sameness: tuple[str, ...]) -> Post | None:
        return self._same.get(sameness)

    def newest(self, platform: str | None = None) -> Iterator[Post]:
        """What is there to see, newest first."""
        with self._lock:
            posts = [p for p in self._all if not p.gone and platform in (None, p.platform)]
        # Posts arrive in order but for seeded ones, and sorting what is nearly sorted costs little.
        posts.sort(key=lambda post: post.at)
        return reversed(posts)

    def listed(self, platform: str, account: str) -> list[Post]:
        """An account's posts, newest first, as the network's own list shows them: late ones not yet."""
        now = time.time()
        with self._lock:
            posts = [p for p in self._by_account[platform, account] if not p.gone and p.visible_at <= now]
        return sorted(posts, key=lambda post: post.at, reverse=True)

    def count(self) -> int:
        return len(self._all)

    def changed(self, post: Post) -> None:
        """A post was edited or taken down; the memory of what it said stays, as on the networks."""
        self._journal.keep("post", _key(post), post.as_record())

    def forget_all(self) -> None:
        with self._lock:
            self._forget()
        self._journal.drop_all("post")
        self._journal.settle()

    def _forget(self) -> None:
        self._all: list[Post] = []
        self._by_id: dict[tuple[str, str], Post] = {}
        self._by_account: defaultdict[tuple[str, str], list[Post]] = defaultdict(list)
        self._same: dict[tuple[str, ...], Post] = {}

    def _learn(self, post: Post) -> None:
        self._all.append(post)
        self._by_id[post.platform, post.id] = post
        self._by_account[post.platform, post.account].append(post)
        latest = self._same.get(post.sameness)
        if latest is None or latest.at <= post.at:
            self._same[post.sameness] = post


def first_address(text: str) -> str | None:
    """The first web address in a text, without the full stop that follows it."""
    found = WEB_ADDRESS.search(text) if "://" in text else None
    return found.group().rstrip(TRAILING) if found else None


def moment_text(moment: float) -> str:
    """RFC 3339 with microseconds, in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _key(post: Post) -> str:
    return f"{post.platform}:{post.id}"
