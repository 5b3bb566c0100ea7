"""How a post will look on each network, from the same functions that build the requests."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import regex

from portal.models import Post, PostMedia, Publication, SocialAccount
from portal.platforms.base import Preview
from portal.posts import link_cards, places

# A sign of several characters, such as a family or a letter with its vowel, is never longer in practice.
LONGEST_SIGN = 32
# An address may count as few characters; nobody measures a book to show where it is cut.
MOST_SIGNS_PER_COUNT = 20


@dataclass(frozen=True)
class Counted:
    """A first comment, or a further post of a thread, counted in the network's own way."""

    words: str
    length: int
    limit: int


@dataclass(frozen=True)
class Shown:
    """One account's preview and what its network would refuse."""

    account: SocialAccount
    preview: Preview
    problems: list[str]
    comment: Counted | None = None
    # Why there is none, where one is wanted.
    no_comment: str | None = None

    @property
    def can_split(self) -> bool:
        """Whether a text that is too long could go out as a thread."""
        return "thread" in self.account.network.options and self.preview.length > self.preview.limit

    @cached_property
    def texts(self) -> list[tuple[str, str]]:
        """What is seen at once and what stands behind "more", each as what fits and what is too long."""
        visible, rest = _at_whole_signs(self.preview.visible, self.preview.rest)
        if self.preview.length <= self.preview.limit:
            return [(visible, ""), (rest, "")]
        fits = self._fitting(visible + rest)
        behind = max(fits - len(visible), 0)
        return [(visible[:fits], visible[fits:]), (rest[:behind], rest[behind:])]

    @property
    def thread(self) -> list[Counted]:
        """The further posts of a thread."""
        network, limit = self.account.network, self.preview.limit
        return [Counted(words, network.length(words), limit) for words in self.preview.thread]

    @property
    def link(self) -> dict[str, Any] | None:
        """The card below the text, and who decides what stands on it."""
        if not self.preview.link:
            return None
        host, title = host_of(self.preview.link), self.preview.link_title
        label = self.account.network.label
        if not self.account.network.reads_linked_pages:
            by = f"On {label} you choose the card’s title and picture."
            return {"host": host, "title": title, "picture": self.preview.link_picture, "by": by}
        card = link_cards.remembered(self.preview.link) or link_cards.Card()
        by = f"{label} takes the card’s title and picture from the page."
        return {"host": host, "title": card.title or title, "picture": card.picture, "by": by}

    def _fitting(self, text: str) -> int:
        """How much of a text the network takes, counted in its own way."""
        network, limit = self.account.network, self.preview.limit
        ends = range(min(len(text), MOST_SIGNS_PER_COUNT * limit) + 1)
        over = bisect_right(ends, limit, key=lambda end: network.length(text[:end]))
        return len(_at_whole_signs(text[: over - 1], text[over - 1 :])[0])


def previews(
    accounts: Sequence[SocialAccount],
    wanted: Sequence[dict[str, Any]],
    content: str,
    link: str | None,
    media: Sequence[PostMedia] = (),
    footer: str | None = None,
    link_title: str | None = None,
    first_comment: str | None = None,
) -> list[Shown]:
    """One preview for each account, of `wanted` as the composer says it. Nothing is stored."""
    own = {one["social_account_id"]: one for one in wanted}
    post = Post(
        content=content,
        link=link,
        link_title=link_title,
        footer=footer,
        first_comment=first_comment,
        media=[place.copy() for place in media],
    )
    return [_one(account, own[account.id], post) for account in accounts if account.id in own]


def _one(account: SocialAccount, one: dict[str, Any], post: Post) -> Shown:
    said = Publication(
        account=account, content=one["content"], options=one["options"], client_ref="", post=post
    ).to_content()
    # Before anything is written, "too short" would only be a scolding.
    begun = bool(said.text.strip() or post.media)
    problems = (account.network.problems(said) or places.misfits(account, said)) if begun else []
    wants_comment = bool((post.first_comment or "").strip())
    why_none = account.why_no_comment(said) if wants_comment else None
    comment = None if why_none else _comment(account, post)
    if comment and begun:
        problems = [*problems, *account.network.comment_problems(comment.words, account.author)]
    words = [problem.words for problem in problems]
    return Shown(account, account.network.preview(said), words, comment, why_none)


def _comment(account: SocialAccount, post: Post) -> Counted | None:
    words = (post.first_comment or "").strip()
    limit = account.network.comment_limit(account.author)
    if not words or limit is None:
        return None
    return Counted(words, account.network.length(words), limit)


def _at_whole_signs(before: str, after: str) -> tuple[str, str]:
    """The same text, cut before the sign in whose middle it was cut."""
    tail = before[-LONGEST_SIGN:]
    at = 0
    for sign in regex.findall(r"\X", tail + after[:LONGEST_SIGN]):
        if at + len(sign) > len(tail):
            break
        at += len(sign)
    moved = len(tail) - at
    return (before, after) if not moved or not after else (before[:-moved], before[-moved:] + after)


def host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address
