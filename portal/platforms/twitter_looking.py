"""Finding posts on X again: the account's own list, and what a post said before X changed its dress."""

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from portal.platforms.base import Author, Figures, Token
from portal.platforms.errors import CannotTell
from portal.platforms.twitter_calls import API, ask_for

CLOCKS_DIFFER = timedelta(minutes=2)
PAGES_OF_POSTS = 4
# Each post that is read costs money, and the lost one is nearly always among the newest few. Where many went
# out at one instant it lies deeper.
FIRST_PAGE, FURTHER_PAGES = 5, 100


def timeline(author: Author, token: Token, since: datetime) -> list[dict[str, Any]]:
    """What the account posted since then, newest first. Each post that comes back costs money."""
    query = {
        "max_results": str(FIRST_PAGE),
        "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tweet.fields": "created_at,entities,referenced_tweets",
        "exclude": "retweets",
    }
    posts: list[dict[str, Any]] = []
    for _ in range(PAGES_OF_POSTS):
        url = f"{API}/2/users/{quote(author.remote_id, safe='')}/tweets?{urlencode(query)}"
        page = ask_for("GET", url, token)
        posts += page.get("data") or []
        more = (page.get("meta") or {}).get("next_token")
        if not more:
            return posts
        query |= {"pagination_token": str(more), "max_results": str(FURTHER_PAGES)}
    raise CannotTell("So much was posted on this account that we cannot find the post. Please look there.")


def made_at(post: Mapping[str, Any]) -> datetime:
    """When it was posted; what names no time is as old as can be."""
    try:
        return datetime.fromisoformat(str(post.get("created_at"))).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def answers(post: Mapping[str, Any]) -> str | None:
    """The id of the post that this one answers."""
    # The newest specification renames the field; both spellings occur.
    others = post.get("referenced_tweets") or post.get("referenced_posts") or []
    return next((str(other.get("id")) for other in others if other.get("type") == "replied_to"), None)


def says(post: Mapping[str, Any]) -> str:
    """The text as it was sent: shortened links opened, signs unescaped."""
    text = html.unescape(str(post.get("text", "")))
    for url in (post.get("entities") or {}).get("urls") or []:
        opened = str(url.get("expanded_url") or "")
        # X adds a link to each attached picture, which nobody typed.
        is_media = re.search(r"/status/\d+/(photo|video)/\d+$", opened)
        text = text.replace(str(url.get("url")), "" if is_media else opened)
    return comparable(text)


def comparable(text: str) -> str:
    """Without what X may change: the form of accents, white space, and the dress of a link."""
    plain = re.sub(r"https?://", "", unicodedata.normalize("NFC", text))
    return " ".join(word.rstrip("/") for word in plain.split())


def parts_found(posts: Sequence[Mapping[str, Any]], first: str, thread: Sequence[str]) -> tuple[str, int]:
    """The last post of a thread that stands below its first one, and how many do, in order."""
    reached, count = first, 0
    for text in thread:
        wanted = comparable(text)
        found = next((post for post in posts if answers(post) == reached and says(post) == wanted), None)
        if found is None:
            break
        reached, count = str(found["id"]), count + 1
    return reached, count


def figures_of(counts: Mapping[str, Any]) -> Figures:
    """What X counts of a post, in either of its spellings."""
    # The newest specification says "repost" where the guides say "retweet".
    shares = [counts.get("retweet_count", counts.get("repost_count")), counts.get("quote_count")]
    known = [number for number in shares if number is not None]
    return Figures(
        likes=counts.get("like_count"),
        comments=counts.get("reply_count"),
        shares=sum(known) if known else None,
        views=counts.get("impression_count"),
    )
