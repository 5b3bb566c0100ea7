"""A network that takes short texts, in the place of the real ones; and what is asked of the database."""

from typing import Any

import pytest

from portal import platforms
from portal.models import Doctor, SocialAccount
from portal.platforms.base import Author, Content, Platform, Preview, Problem
from tests.factories import make_account


class FakePlatform(Platform):
    """Takes up to ten characters; its posts live at https://KEY.example/posts/NUMBER."""

    connections = ()

    def __init__(self, key: str, label: str) -> None:
        self.key, self.label = key, label  # type: ignore[misc]

    def limit(self, author: Author) -> int:
        return 10

    def problems(self, content: Content) -> list[Problem]:
        found = []
        if len(content.text) > 10:
            found.append(Problem("content", f"The text must be at most 10 characters for {self.label}."))
        if content.options.get("title") == "wrong":
            found.append(Problem("options.title", "The title must be right."))
        return found

    def preview(self, content: Content) -> Preview:
        name, handle = content.author.display_name, content.author.handle
        text = content.text
        return Preview(name, handle, text[:5], text[5:], len(text), 10, link=content.link)

    def permalink(self, remote_id: str, author: Author) -> str:
        return f"https://{self.key}.example/posts/{remote_id}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        start = f"https://{self.key}.example/posts/"
        return address.removeprefix(start) if address.startswith(start) else None


@pytest.fixture(autouse=True)
def fake_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, label in (("twitter", "X"), ("linkedin", "LinkedIn")):
        monkeypatch.setitem(platforms.PLATFORMS, key, FakePlatform(key, label))


@pytest.fixture
def x(asha: Doctor) -> SocialAccount:
    return make_account(asha, "twitter", display_name="Asha on X")


@pytest.fixture
def linkedin(asha: Doctor) -> SocialAccount:
    return make_account(asha, "linkedin", display_name="Asha on LinkedIn")


def wanted(*accounts: SocialAccount, **changes: Any) -> dict[str, Any]:
    """The fields of a post for these accounts."""
    targets = [{"social_account_id": account.id} for account in accounts]
    return {"content": "Wash.", "publications": targets} | changes
