"""How a post will look on each network, from the same functions that build the requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from portal.models import Post, PostMedia, Publication, SocialAccount
from portal.platforms.base import Preview
from portal.posts import link_cards, places


@dataclass(frozen=True)
class Comment:
    """The first comment, counted in the network's own way."""

    words: str
    length: int
    limit: int


@dataclass(frozen=True)
class Shown:
    """One account's preview and what its network would refuse."""

    account: SocialAccount
    preview: Preview
    problems: list[str]
    comment: Comment | None = None
    # Why there is none, where one is wanted.
    no_comment: str | None = None

    @property
    def can_split(self) -> bool:
        """Whether a text that is too long could go out as a thread."""
        return "thread" in self.account.network.options and self.preview.length > self.preview.limit

    @property
    def link(self) -> dict[str, Any] | None:
        """The card below the text."""
        if not self.preview.link:
            return None
        host, title = host_of(self.preview.link), self.preview.link_title
        if not self.account.network.reads_linked_pages:
            return {"host": host, "title": title}
        card = link_cards.remembered(self.preview.link) or link_cards.Card()
        return {"host": host, "title": card.title or title, "picture": card.picture}


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


def _comment(account: SocialAccount, post: Post) -> Comment | None:
    words = (post.first_comment or "").strip()
    limit = account.network.comment_limit(account.author)
    if not words or limit is None:
        return None
    return Comment(words, account.network.length(words), limit)


def host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address
