"""A network in memory, for the engine's tests: remembers what appeared, and goes wrong on request."""

import threading
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from portal.platforms.base import Author, Content, Lost, Platform, Problem, Published, Token
from portal.platforms.errors import PlatformError


class FakeNetwork(Platform):
    """What appeared is in `posts`: (client_ref, text). `script` holds what the next calls do instead."""

    key = "twitter"
    label = "Fake"
    connections = ()
    look_after_seconds = (0, 0)

    def __init__(self) -> None:
        self.posts: list[tuple[str, str]] = []
        self.calls = 0
        self.script: list[Callable[[Callable[[], Published]], Published]] = []
        self.find_says: PlatformError | None = None
        self.lock = threading.Lock()
        self.numbers = count(1)

    def problems(self, content: Content) -> list[Problem]:
        return []

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": content.text, "ref": content.client_ref}

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        with self.lock:
            self.calls += 1
            deed = self.script.pop(0) if self.script else None
        return deed(lambda: self.create(sent)) if deed else self.create(sent)

    def create(self, sent: Mapping[str, Any]) -> Published:
        with self.lock:
            self.posts.append((sent["ref"], sent["text"]))
            return Published(f"id-{len(self.posts)}", f"https://fake.example/{len(self.posts)}")

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        if self.find_says:
            raise self.find_says
        for number, (ref, _) in enumerate(self.posts, 1):
            if ref == lost.sent["ref"]:
                return Published(f"id-{number}", f"https://fake.example/{number}")
        return None


def raises(error: PlatformError) -> Callable[[Callable[[], Published]], Published]:
    """The call fails with this error and creates nothing."""

    def deed(create: Callable[[], Published]) -> Published:
        raise error

    return deed


def creates_and_raises(error: PlatformError) -> Callable[[Callable[[], Published]], Published]:
    """The post appears, and the answer is lost."""

    def deed(create: Callable[[], Published]) -> Published:
        create()
        raise error

    return deed
