"""X (Twitter): posts and threads through API v2."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from portal.fitting import Shape
from portal.platforms import twitter_by_hand, twitter_media
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
    Platform,
    Preview,
    Problem,
    Published,
    Token,
)
from portal.platforms.calls import as_reading, ask, read, send, unknown
from portal.platforms.errors import (
    OutcomeUnknown,
    PlatformError,
    TemporaryFailure,
)
from portal.platforms.media_limits import media_problems
from portal.platforms.profiles import Profiles
from portal.platforms.twitter_calls import API, REFUSALS, ask_for, headers, refused
from portal.platforms.twitter_counting import weighted_length
from portal.platforms.twitter_looking import (
    CLOCKS_DIFFER,
    answers,
    comparable,
    figures_of,
    made_at,
    parts_found,
    says,
    timeline,
)
from portal.platforms.twitter_sign_in import ACCOUNT

__all__ = ["REFUSALS", "Twitter"]

MOST_CHARACTERS = 280
# "up to 25,000 characters" since 2024-08-20. UNVERIFIED which subscriptions qualify, and how such texts are
# counted.
MOST_CHARACTERS_LONG = 25_000
LONG_POSTS = frozenset({"Premium", "PremiumPlus"})
# UNVERIFIED whether replying to one's own post is exempt from the rule of 2026-02-23 for self-serve plans:
# "treat as may fail". A refused later part leaves the first one standing, with a note.
MOST_PARTS = 25
# A self-serve plan allows one $ABC in a post.
MOST_CASHTAGS = 1
# How often a thread whose end is missing is looked for before its rest is sent.
LOOKS_BEFORE_GOING_ON = 1

_CASHTAG = re.compile(r"(?<![^\s])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![A-Za-z0-9])")
_POST_ADDRESS = re.compile(r"(?:^|[/.])(?:x|twitter)\.com/(?:i/web|\w+)/status/(\d+)")
_ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)]")
_INVALID = re.compile("[\ufffe\ufeff\uffff]")
_ID = re.compile(r"\d{1,20}")


class Twitter(Platform):
    key = "twitter"
    label = "X"
    refuses_same_words = True
    usual_hashtags = 2
    home = twitter_by_hand.HOME
    shape = Shape(most_bytes=twitter_media.PICTURES.most_bytes, film=twitter_media.VIDEOS.film)
    options = {"thread": "further texts that follow the first as a thread"}
    asks = (
        Asked(
            "thread",
            "More posts in a thread",
            "texts",
            hint="They follow the first one. Leave an empty line between two posts.",
        ),
    )
    # The timeline may lag: "10–30 seconds before the first look, at least two looks".
    look_after_seconds = (15, 60)
    # "… rather than posting a third time."
    sends_before_asking = 2
    profiles = Profiles(
        "https://x.com/your_name", frozenset({"x.com", "twitter.com"}), re.compile(r"/([A-Za-z0-9_]{1,15})")
    )
    connections = (ACCOUNT,)

    def limit(self, author: Author) -> int:
        return (
            MOST_CHARACTERS_LONG if author.facts.get("subscription_type") in LONG_POSTS else MOST_CHARACTERS
        )

    def length(self, text: str) -> int:
        return weighted_length(text)

    def problems(self, content: Content) -> list[Problem]:
        found = self.unknown_options(content)
        found += media_problems(self.label, content.media, twitter_media.PICTURES, twitter_media.VIDEOS)
        # Pictures may stand alone.
        if _first(content) or not content.media:
            found += self._text_problems("content", "This text", _first(content), content.author)
        return found + self._thread_problems(content)

    def _text_problems(self, field: str, what: str, text: str, author: Author) -> list[Problem]:
        if not text:
            return [Problem(field, f"Enter a text for {self.label}.")]
        found = self.too_long(field, self.length(text), self.limit(author), what)
        if _INVALID.search(text):
            found.append(Problem(field, f"{what} has a sign that X does not take. Type it again by hand."))
        if len(_CASHTAG.findall(text)) > MOST_CASHTAGS:
            words = f"{what} names {len(_CASHTAG.findall(text))} words with a $ sign. X takes one a post."
            found.append(Problem(field, words))
        return found

    def _thread_problems(self, content: Content) -> list[Problem]:
        thread = content.options.get("thread") or []
        if not isinstance(thread, list) or not all(isinstance(part, str) for part in thread):
            return [Problem("options.thread", "A thread must be a list of texts.")]
        if len(thread) > MOST_PARTS - 1:
            words = f"This thread has {len(thread) + 1} posts. Keep it to {MOST_PARTS}."
            return [Problem("options.thread", words)]
        found: list[Problem] = []
        for number, text in enumerate(_thread(content), start=2):
            found += self._text_problems(
                "options.thread", f"Post {number} of the thread", text, content.author
            )
        texts = [_first(content), *_thread(content)]
        if len(set(texts)) < len(texts):
            words = "Two posts of the thread say the same. X takes each text once."
            found.append(Problem("options.thread", words))
        return found

    def preview(self, content: Content) -> Preview:
        text = _first(content)
        return Preview(
            author_name=content.author.display_name,
            author_handle=content.author.handle,
            visible=text,
            rest="",
            length=self.length(text),
            limit=self.limit(content.author),
            link=None if content.media else _linked(content),
            media=content.media,
            note=_preview_note(content, self.length(text), self.limit(content.author)),
            thread=tuple(_thread(content)),
        )

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"text": _first(content)}
        if content.media:
            body["media"] = {"media_ids": twitter_media.ids(content, staged)}
        return {"body": _json(body), "thread": _thread(content)}

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return not twitter_media.is_ready(content, staged)

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        return twitter_media.Upload(content, token, staged, keep).run()

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        """The first post, and then the others of its thread.

        A thread whose rest is refused is published with a note. One that a passing fault stopped counts as
        unknown: `find` sees how far it came and goes on from there.
        """
        first = self._create(str(sent["body"]), token)
        return self._go_on(first, first, 0, sent.get("thread", []), author, token)

    def by_hand(self, content: Content) -> ByHand:
        texts = (_first(content), *_thread(content))
        return twitter_by_hand.by_hand(content.author.display_name, texts, has_media=bool(content.media))

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        since = lost.sent_at - CLOCKS_DIFFER
        posts = [
            post
            for post in timeline(author, token, since)
            if str(post.get("id")) not in lost.known_ids and made_at(post) >= since
        ]
        wanted = comparable(json.loads(lost.sent["body"])["text"])
        matches = [post for post in posts if says(post) == wanted and answers(post) is None]
        if not matches:
            return None
        first = str(min(matches, key=made_at)["id"])
        thread = lost.sent.get("thread", [])
        reached, count = parts_found(posts, first, thread)
        if count < len(thread) and lost.looks < LOOKS_BEFORE_GOING_ON:
            # The list lags: what it does not show yet may be there all the same.
            raise TemporaryFailure("X shows the beginning of this thread. We look for its rest.", "thread")
        return self._go_on(first, reached, count, thread, author, token)

    def _go_on(
        self, first: str, reached: str, count: int, thread: Sequence[str], author: Author, token: Token
    ) -> Published:
        """Add the posts of a thread that are not out yet, each below the one before."""
        try:
            for text in thread[count:]:
                reply = {"in_reply_to_tweet_id": reached}
                reached = self._create(_json({"text": text, "reply": reply}), token)
                count += 1
        except (TemporaryFailure, OutcomeUnknown) as passing:
            words = (
                f"{count + 1} of {len(thread) + 1} posts of this thread are out. {passing.words} "
                "We look what is there and go on with the rest."
            )
            raise OutcomeUnknown(words, passing.code) from passing
        except PlatformError as stopped:
            note = _note_on_end(thread, count, stopped.words)
            return Published(first, self.permalink(first, author), note)
        return Published(first, self.permalink(first, author))

    def comment_limit(self, author: Author) -> int | None:
        return self.limit(author)

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        """A reply below the post. X may refuse it to apps on a self-serve plan, as it does with threads."""
        return self._create(_json({"text": words, "reply": {"in_reply_to_tweet_id": remote_id}}), token)

    def find_comment(
        self, remote_id: str, words: str, since: datetime, author: Author, token: Token
    ) -> str | None:
        posts = timeline(author, token, since - CLOCKS_DIFFER)
        reached, count = parts_found(posts, remote_id, [words])
        return reached if count else None

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        """Take a post away; the later posts of a thread are posts of their own and stay."""
        url = f"{API}/2/tweets/{quote(remote_id, safe='')}"
        answer = ask(self.label, "DELETE", url, headers=headers(token))
        if answer.status not in (200, 204, 404):
            raise as_reading(self.label, refused(answer))

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        """Each post that is read costs the operator money: ask rarely."""
        url = f"{API}/2/tweets?ids={','.join(remote_ids)}&tweet.fields=public_metrics"
        posts = ask_for("GET", url, token).get("data") or []
        return {str(post.get("id")): figures_of(post.get("public_metrics") or {}) for post in posts}

    def permalink(self, remote_id: str, author: Author) -> str:
        if author.handle:
            return f"https://x.com/{author.handle}/status/{remote_id}"
        return f"https://x.com/i/web/status/{remote_id}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        found = _POST_ADDRESS.search(address)
        return found[1] if found else None

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        fields = "id,name,username,profile_image_url,verified,verified_type,subscription_type,protected"
        body = ask_for("GET", f"{API}/2/users/me?user.fields={fields}", token)
        me = body.get("data")
        if not isinstance(me, dict) or not _ID.fullmatch(str(me.get("id"))):
            raise TemporaryFailure("X did not say who you are. Try again.", "no_id")
        picture = me.get("profile_image_url")
        return [
            Identity(
                remote_id=str(me["id"]),
                kind="account",
                display_name=str(me.get("name") or me.get("username") or "X account"),
                handle=me.get("username"),
                # The larger one of the same picture; "_normal" has 48 pixels.
                picture_url=picture.replace("_normal.", "_400x400.") if picture else None,
                facts={name: me[name] for name in ("subscription_type", "protected") if name in me},
            )
        ]

    def _create(self, body: str, token: Token) -> str:
        """Make one post, once; the id is the only proof."""
        heads = {**headers(token), "Content-Type": "application/json"}
        answer = send(self.label, "POST", f"{API}/2/tweets", headers=heads, body=body.encode())
        if 200 <= answer.status < 300:
            made = (read(answer) or {}).get("data")
            id = made.get("id") if isinstance(made, dict) else None
            if not isinstance(id, str) or not _ID.fullmatch(id):
                raise unknown(self.label, "no_id")
            return id
        raise refused(answer)


def _first(content: Content) -> str:
    """The first post: the text, with the link unless it stands there already."""
    text = content.text.strip()
    if content.link and content.link not in text:
        return f"{text}\n{content.link}".strip()
    return text


def _linked(content: Content) -> str | None:
    """What X makes a card of: the last address in the post."""
    found = _ADDRESS.findall(_first(content))
    return str(found[-1]) if found else None


def _thread(content: Content) -> list[str]:
    """The further posts; what is no list of texts is refused by `problems` and left out here."""
    thread = content.options.get("thread")
    parts = thread if isinstance(thread, list) else []
    return [part.strip() for part in parts if isinstance(part, str)]


def _preview_note(content: Content, length: int, limit: int) -> str | None:
    if _thread(content):
        parts = len(_thread(content)) + 1
        return f"A thread of {parts} posts. X may refuse those after the first; you are told if so."
    if MOST_CHARACTERS < length <= limit:
        return "A long post: X takes it from accounts that pay for it, and shows its beginning."
    return None


def _note_on_end(thread: Sequence[str], count: int, words: str) -> str:
    """What is said of a thread of which only `count` posts after the first are out."""
    return (
        f"Only {count + 1} of {len(thread) + 1} posts of this thread are surely out. {words} "
        "Open the post on X and add the rest by hand; we do not send it again."
    )


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
