"""Reddit: text, link and picture posts in one community each, through the Data API.

The API has no version. Signs of certainty: what Reddit itself does not state is named UNVERIFIED here.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from portal import clock, http
from portal.platforms import (
    reddit_by_hand,
    reddit_comments,
    reddit_content,
    reddit_pictures,
    reddit_places,
    subreddits,
)
from portal.platforms.base import (
    Asked,
    Author,
    ByHand,
    Connection,
    Content,
    Figures,
    Identity,
    Keep,
    Lost,
    Media,
    Platform,
    Preview,
    Problem,
    Published,
    Token,
    Told,
)
from portal.platforms.calls import read, unknown
from portal.platforms.errors import (
    CannotDo,
    CannotTell,
    OutcomeUnknown,
    StillPreparing,
    TemporaryFailure,
)
from portal.platforms.profiles import Profiles
from portal.platforms.reddit_calls import HEADERS, Calls
from portal.platforms.reddit_refusals import REFUSALS, errors_within, inside, refused

__all__ = ["REFUSALS", "Reddit"]

WWW = "https://www.reddit.com"

# "data.created_utc ≥ our start − 60 s."
CLOCKS_DIFFER = timedelta(seconds=60)
# "Media posts need up to 10 minutes." After these the doctor is asked: such a post is never sent twice.
PICTURE_TAKES_AT_MOST = timedelta(minutes=12)
# "Look every minute, up to 10 minutes", "at least 9 times".
LOOK_EVERY_SECONDS = 60.0
PAGES_OF_POSTS = 4

_FULL_NAME = re.compile(r"t3_[0-9a-z]{1,13}")
_POST_ADDRESS = re.compile(
    r"(?:^|[/.])(?:reddit\.com/(?:(?:r|user|u)/[\w-]+/)?comments|redd\.it)/([0-9a-z]{1,13})(?![\w-])"
)
_ACCOUNT_ID = re.compile(r"[0-9a-z]{1,13}")


class Reddit(Platform):
    key = "reddit"
    label = "Reddit"
    home = reddit_by_hand.HOME
    profiles = Profiles(
        "https://www.reddit.com/user/Your-Name",
        frozenset({"reddit.com", "old.reddit.com", "new.reddit.com"}),
        re.compile(r"/(?:user|u)/([A-Za-z0-9_-]{3,20})"),
    )
    options = {
        "subreddit": "the community to post in, without r/ (needed)",
        "title": "the title of the post (needed)",
        "flair_id": "the label that some communities ask for",
        "flair_text": "the words of that label, to be read",
    }
    asks = (
        Asked("subreddit", "Subreddit", hint="The name of the community, without r/.", is_needed=True),
        Asked("title", "Title", is_needed=True),
        Asked(
            "flair_id",
            "Flair",
            "told",
            hint="A label for the post. Some communities ask for one.",
            choices=(("", "No label"),),
            words_in="flair_text",
        ),
    )
    place = "subreddit"
    # "Look after 5 s and again after 60 s, then a repeat is allowed once."
    look_after_seconds = (5, 60)
    sends_before_asking = 2
    connections = (
        Connection(
            key="account",
            label="Reddit account",
            app="REDDIT",
            needs=(
                "A Reddit account that you may post with. New accounts and those without a confirmed email "
                "address are often held back there."
            ),
            authorize_url=f"{WWW}/api/v1/authorize",
            token_url=f"{WWW}/api/v1/access_token",
            revoke_url=f"{WWW}/api/v1/revoke_token",
            scopes=("identity", "submit", "read", "flair", "edit", "history", "mysubreddits"),
            must_have={
                "identity": "know that it is you",
                "submit": "post for you",
                "read": "see the rules of a community",
                "flair": "choose the label of a post",
                "history": "look whether a post has arrived",
            },
            client_auth="client_secret_basic",
            authorize_extra={"duration": "permanent"},
            can_refresh=True,
            headers=HEADERS,
        ),
    )

    def __init__(self) -> None:
        self._calls = Calls()

    # What a post may hold

    def limit(self, author: Author) -> int:
        return reddit_content.MOST_CHARACTERS

    def problems(self, content: Content) -> list[Problem]:
        found = self.unknown_options(content)
        text = reddit_content.text(content)
        if not text and not content.link and not content.media:
            found.append(Problem("content", "Enter a text for Reddit."))
        found += self.too_long("content", len(text), reddit_content.MOST_CHARACTERS)
        found += reddit_pictures.problems(content.media)
        found += reddit_content.subreddit_problems(content) + self._title_problems(content)
        return found + reddit_content.flair_problems(content)

    def _title_problems(self, content: Content) -> list[Problem]:
        title = content.options.get("title")
        if not isinstance(title, str) or not title.strip():
            return [Problem("options.title", "Enter a title. Reddit shows no post without one.")]
        most = reddit_content.MOST_TITLE_CHARACTERS
        return self.too_long("options.title", len(title.strip()), most, "This title")

    def preview(self, content: Content) -> Preview:
        text = reddit_content.text(content)
        shown = f"{text}\n{content.link}".strip() if reddit_content.kind(content) == "link" else text
        return Preview(
            author_name=content.author.display_name,
            author_handle=content.author.handle,
            visible=shown,
            rest="",
            length=len(text),
            limit=reddit_content.MOST_CHARACTERS,
            link=content.link if reddit_content.kind(content) == "link" else None,
            media=content.media,
            note=reddit_content.preview_note(content),
            title=reddit_content.title(content) or None,
        )

    def by_hand(self, content: Content) -> ByHand:
        return reddit_by_hand.by_hand(
            content.author.display_name,
            reddit_content.subreddit(content),
            reddit_content.title(content),
            reddit_content.text(content),
            content.link if reddit_content.kind(content) == "link" else None,
            has_media=bool(content.media),
            has_flair=bool(content.options.get("flair_id")),
        )

    # Publishing

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        sent: dict[str, Any] = {"form": reddit_content.form(content, staged)}
        if reddit_content.kind(content) == "gallery":
            sent["items"] = reddit_content.gallery(content, staged)
        return sent

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        if reddit_content.kind(content) == "gallery":
            return any(str(one.id) not in staged.get("assets", {}) for one in content.media)
        return bool(content.media) and not staged.get("url")

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        """Upload the pictures: for each a lease of a place, then its bytes to that place."""
        held = dict(staged)
        if reddit_content.kind(content) != "gallery":
            if self.needs_staging(content, held):
                held["url"] = self._upload(content.media[0], token)[0]
                keep(dict(held))
            return held
        for picture in content.media:
            assets = held.get("assets", {})
            if str(picture.id) not in assets:
                held["assets"] = {**assets, str(picture.id): self._upload(picture, token)[1]}
                keep(dict(held))
        return held

    def _upload(self, picture: Media, token: Token) -> tuple[str, str]:
        """Where the picture lies now, and by what a gallery names it."""
        lease = self._calls.post("/api/media/asset.json", reddit_pictures.lease_form(picture), token)
        asset_id = reddit_pictures.asset_id(lease)
        return reddit_pictures.upload(lease, picture, HEADERS), asset_id

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        if "items" in sent:
            answer = self._calls.submit_gallery(sent["form"], sent["items"], token)
        else:
            answer = self._calls.submit(sent["form"], token)
        if answer.status != 200 or errors_within(read(answer)):
            raise refused(answer)
        return self._made(answer, sent)

    def _made(self, answer: http.Answer, sent: Mapping[str, Any]) -> Published:
        """What an answer without errors says: the full name is the only proof."""
        made = inside(inside(read(answer), "json"), "data")
        # A gallery's answer has the full name as its id; any other's id is bare.
        name = made.get("name") or made.get("id")
        if isinstance(name, str) and _FULL_NAME.fullmatch(name):
            return Published(name, _address(made.get("url"), name))
        if sent["form"]["kind"] == "image" and made.get("websocket_url"):
            words = "Reddit has taken the picture and is making the post. We are looking for it."
            raise OutcomeUnknown(words, "accepted")
        raise unknown(self.label, "no_name")

    def comment_limit(self, author: Author) -> int | None:
        return reddit_comments.MOST_CHARACTERS

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        return reddit_comments.name_in(self._calls.comment(remote_id, words, token))

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        form = lost.sent["form"]
        since = lost.sent_at - CLOCKS_DIFFER
        matches = [
            post
            for post in self._submitted(author, token, since)
            if str(post.get("name")) not in lost.known_ids
            and _made_at(post) >= since
            and _is_what_was_sent(post, form)
        ]
        if matches:
            return _published(min(matches, key=_made_at))
        if form["kind"] not in ("image", "gallery"):
            return None
        if (lost.now or clock.now()) - lost.sent_at > PICTURE_TAKES_AT_MOST:
            raise CannotTell("Reddit has not shown the picture post yet. Please look there.")
        raise StillPreparing("Reddit is still making the picture post.", LOOK_EVERY_SECONDS, "not_yet")

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        self._calls.post("/api/del", {"id": remote_id}, token)
        # "200 {} always, even for foreign or unknown ids; check afterwards."
        for post in self._info([remote_id], token):
            if post.get("author") not in (None, "[deleted]"):
                raise CannotDo("Reddit did not take the post away. Delete it there yourself.", "not_deleted")

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        return {
            str(post["name"]): Figures(
                likes=_count(post.get("score")), comments=_count(post.get("num_comments"))
            )
            for post in self._info(remote_ids, token)
            if post.get("author") != "[deleted]"
        }

    def permalink(self, remote_id: str, author: Author) -> str:
        return f"{WWW}/comments/{remote_id.removeprefix('t3_')}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        found = _POST_ADDRESS.search(address)
        return f"t3_{found[1]}" if found else None

    # Connecting and composing

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        me = self._calls.get("/api/v1/me?raw_json=1", token)
        id, name = me.get("id"), me.get("name")
        if not isinstance(id, str) or not _ACCOUNT_ID.fullmatch(id) or not isinstance(name, str) or not name:
            raise TemporaryFailure("Reddit did not say who you are. Try again.", "no_id")
        wanted = ("has_verified_email", "is_suspended", "total_karma", "created_utc")
        picture = me.get("icon_img")
        return [
            Identity(
                remote_id=f"t2_{id}",
                kind="account",
                display_name=name,
                handle=name,
                picture_url=picture if isinstance(picture, str) and picture else None,
                facts={fact: me[fact] for fact in wanted if fact in me},
            )
        ]

    def place_of(self, options: Mapping[str, Any]) -> str | None:
        name = reddit_content.bare_name(str(options.get("subreddit") or ""))
        is_askable = not name or reddit_content.SUBREDDIT_NAME.fullmatch(name)
        return name.casefold() if is_askable else None

    def ask_about(self, place: str, author: Author, token: Token, seconds: float) -> Told:
        return reddit_places.tell(self._calls, place, token, seconds)

    def misfits(self, content: Content, told: Told) -> list[Problem]:
        return reddit_places.misfits(content, told)

    # Calls

    def _submitted(self, author: Author, token: Token, since: datetime) -> list[dict[str, Any]]:
        """What the account posted since then, newest first."""
        if not author.handle:
            raise CannotTell("We do not know the name of this Reddit account. Please look there.")
        query = {"sort": "new", "limit": "25", "raw_json": "1"}
        posts: list[dict[str, Any]] = []
        for _ in range(PAGES_OF_POSTS):
            page = self._calls.get(
                f"/user/{quote(author.handle, safe='')}/submitted?{urlencode(query)}", token
            )
            posts += subreddits.things(page)
            more = inside(page, "data").get("after")
            if not more or not posts or _made_at(posts[-1]) < since:
                return posts
            query["after"] = str(more)
        raise CannotTell(
            "So much was posted on this account that we cannot find the post. Please look there."
        )

    def _info(self, remote_ids: Sequence[str], token: Token) -> list[dict[str, Any]]:
        wanted = ",".join(id for id in remote_ids if _FULL_NAME.fullmatch(id))
        if not wanted:
            return []
        return subreddits.things(
            self._calls.get(f"/api/info?{urlencode({'id': wanted, 'raw_json': 1})}", token)
        )


def _address(url: Any, name: str) -> str:
    """The address that Reddit gave, where it is one; the short form otherwise."""
    if isinstance(url, str) and url.startswith(f"{WWW}/"):
        return url
    return f"{WWW}/comments/{name.removeprefix('t3_')}"


def _published(post: Mapping[str, Any]) -> Published:
    name = str(post["name"])
    path = post.get("permalink")
    url = f"{WWW}{path}" if isinstance(path, str) and path.startswith("/") else None
    note = None
    if post.get("removed_by_category"):
        note = "Reddit’s filters or the moderators have hidden this post. Only you can see it."
    return Published(name, _address(url, name), note)


def _is_what_was_sent(post: Mapping[str, Any], form: Mapping[str, str]) -> bool:
    same_place = str(post.get("subreddit", "")).casefold() == form["sr"].casefold()
    same_title = str(post.get("title", "")).strip() == form["title"]
    same_link = form["kind"] != "link" or post.get("url") == form["url"]
    is_named = _FULL_NAME.fullmatch(str(post.get("name"))) is not None
    return same_place and same_title and same_link and is_named


def _made_at(post: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromtimestamp(float(post.get("created_utc") or 0), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _count(number: Any) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) else None
