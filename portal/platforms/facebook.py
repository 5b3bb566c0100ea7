"""Facebook Pages through the Graph API. Profiles and groups cannot be posted to by anybody."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from portal import clock
from portal.fitting import Shape
from portal.platforms import facebook_comments
from portal.platforms.base import (
    Author,
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
from portal.platforms.errors import BeingPrepared, PlatformError, ReconnectNeeded, UploadGone
from portal.platforms.facebook_looking import WWW, absolute, address_of, find_post, find_video, post_of
from portal.platforms.facebook_photos import photo_id, pictures, upload
from portal.platforms.facebook_refusals import GONE, LABEL, PHOTOS_GONE, REFUSALS, VOICE
from portal.platforms.facebook_sign_in import PAGE
from portal.platforms.media_limits import MB, PictureLimits, VideoLimits, is_video, media_problems
from portal.platforms.meta import GRAPH, SUNSET, VERSION, to_json
from portal.platforms.meta_sign_in import page_token, pages_of
from portal.platforms.profiles import Profiles

__all__ = ["REFUSALS", "Facebook"]

# UNVERIFIED in its counting unit: "count Unicode code points and keep a margin". No official page names it.
MOST_CHARACTERS = 63_206
# "Warn from 5,000": one public client stops there.
LONG_CHARACTERS = 5_000
# UNVERIFIED, from no page of the vendor: how much of a post stands before "See more", for the preview alone.
VISIBLE_CHARACTERS = 480
# UNVERIFIED: "10 used as cap by two public clients (not documented)". 4 MB: the documents disagree, and say
# 10 MB elsewhere.
PICTURES = PictureLimits(
    kinds={
        "image/jpeg": "JPEG",
        "image/png": "PNG",
        "image/gif": "GIF",
        "image/bmp": "BMP",
        "image/tiff": "TIFF",
    },
    most=10,
    alt_text=1000,
    most_bytes=4 * MB,
)
# UNVERIFIED: "10 GB / 4 h resumable, 1 GB / 20 min single request"; ours is a single request.
VIDEOS = VideoLimits(
    kinds={"video/mp4": "MP4", "video/quicktime": "MOV"},
    most_bytes=1024 * MB,
    seconds=(1, 20 * 60),
    alt_text=1000,
)
TASK = "CREATE_CONTENT"

_POST_ADDRESSES = tuple(
    re.compile(rf"(?:^|[/.])facebook\.com/{path}")
    for path in (
        r"(?P<page>\d+)_(?P<post>\d+)(?:[/?#]|$)",
        r"(?P<page>\d+)/(?:posts|photos|videos)/(?:[^/?#]+/)*(?P<post>\d+)(?:[/?#]|$)",
        r"[^/?#]+/(?:posts|photos|videos)/(?:[^/?#]+/)*(?P<post>pfbid\w+|\d+)(?:[/?#]|$)",
        r"reel/(?P<post>\d+)(?:[/?#]|$)",
        r"watch/?\?(?:[^#]*&)?v=(?P<post>\d+)",
        r"(?:permalink|story)\.php\?(?:[^#]*&)?story_fbid=(?P<post>pfbid\w+|\d+)",
    )
)


class Facebook(Platform):
    key = "facebook"
    label = LABEL
    refuses_same_words = True
    usual_hashtags = 3
    home = f"{WWW}/"
    shape = Shape(most_bytes=PICTURES.most_bytes, film=VIDEOS.film)
    version = VERSION
    sunset = SUNSET
    # "Look after 15 s, 60 s and 5 min before declaring 'not there'."
    look_after_seconds = (15, 60, 300)
    # "For doctors' accounts prefer the human when in doubt."
    sends_before_asking = 2
    profiles = Profiles(
        "https://www.facebook.com/YourPage",
        frozenset({"facebook.com", "m.facebook.com"}),
        re.compile(r"/([A-Za-z0-9.-]{3,80})"),
    )
    connections = (PAGE,)

    def limit(self, author: Author) -> int:
        return MOST_CHARACTERS

    def problems(self, content: Content) -> list[Problem]:
        found = self.unknown_options(content)
        text = _message(content)
        if not content.text.strip() and not content.media:
            found.append(Problem("content", "Enter a text for Facebook."))
        found += self.too_long("content", self.length(text), MOST_CHARACTERS)
        if content.link and _is_facebook(content.link) and not content.media:
            found.append(Problem("link", "Facebook takes no links to facebook.com. Take the link out."))
        return found + media_problems(self.label, content.media, PICTURES, VIDEOS)

    def preview(self, content: Content) -> Preview:
        text = _message(content)
        cut = VISIBLE_CHARACTERS if len(text) > VISIBLE_CHARACTERS else len(text)
        length = self.length(text)
        return Preview(
            author_name=content.author.display_name,
            author_handle=content.author.handle,
            visible=text[:cut].rstrip(),
            rest=text[cut:],
            length=length,
            limit=MOST_CHARACTERS,
            link=_card(content),
            link_title=content.link_title if _card(content) else None,
            media=content.media,
            note="A very long post for Facebook. Few people read this far."
            if length > LONG_CHARACTERS
            else None,
        )

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        text = _message(content)
        if content.media and is_video(content.media[0]):
            film = content.media[0]
            body = to_json({"file_url": film.url, "description": text})
            # Facebook fetches it: where it lies is noted, so that nothing is sent once it is gone.
            return {"edge": "videos", "body": body, "path": film.path}
        said: dict[str, Any] = {"message": text} if text else {}
        if card := _card(content):
            said["link"] = card
        ids = [photo_id(staged, one) for one in content.media]
        if ids:
            said["attached_media"] = [{"media_fbid": id} for id in ids if id]
        return {"edge": "feed", "body": to_json(said)}

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return any(photo_id(staged, one) is None for one in pictures(content))

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        """Upload each picture unpublished: it stays invisible until a post names it."""
        photos = dict(staged.get("photos", {}))
        for one in pictures(content):
            if photo_id({"photos": photos}, one) is None:
                id = upload(one, content.author, token)
                photos[str(one.id)] = {"id": id, "at": clock.now().isoformat()}
                keep({"photos": dict(photos)})
        return {"photos": photos}

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        try:
            id = VOICE.create(f"{GRAPH}/{author.remote_id}/{sent['edge']}", token, str(sent["body"]))
        except ReconnectNeeded as error:
            if error.code == GONE and "attached_media" in json.loads(sent["body"]):
                # Its photos, which live for a day at most, or the Page: what is missing is not said.
                raise UploadGone(PHOTOS_GONE, error.code, error) from error
            raise
        if sent["edge"] == "videos":
            return self._published_video(id, author, token)
        return Published(id, self._address(id, author, token))

    def _published_video(self, id: str, author: Author, token: Token) -> Published:
        """The post around a video has an id of its own, which is told when the video is prepared."""
        try:
            video = VOICE.get(f"{GRAPH}/{id}", token, fields="status,post_id,permalink_url")
            found = post_of(video, author)
        except PlatformError:
            # The video was taken: what goes wrong from here on is no refusal.
            found = None
        if found is None:
            words = "Facebook has the video and is still preparing it. We are checking until it is there."
            raise BeingPrepared(words, "preparing")
        return found

    def _address(self, id: str, author: Author, token: Token) -> str:
        """The address that Facebook gives; a failure here must never mark a post that is out as failed."""
        try:
            said = VOICE.get(f"{GRAPH}/{id}", token, fields="id,permalink_url")
        except PlatformError:
            return address_of(id)
        return absolute(said.get("permalink_url")) or address_of(id)

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        return (
            find_video(lost, author, token)
            if lost.sent["edge"] == "videos"
            else find_post(lost, author, token)
        )

    def comment_limit(self, author: Author) -> int | None:
        return facebook_comments.MOST_CHARACTERS

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        return facebook_comments.write(remote_id, words, token)

    def find_comment(
        self, remote_id: str, words: str, since: datetime, author: Author, token: Token
    ) -> str | None:
        return facebook_comments.find(remote_id, words, since, author, token)

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        try:
            VOICE.repeatable("DELETE", f"{GRAPH}/{remote_id}", token)
        except ReconnectNeeded as error:
            if error.code != GONE:
                raise

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        counted = (_counted(id, token) for id in remote_ids)
        return {id: figures for id, figures in zip(remote_ids, counted, strict=True) if figures}

    def permalink(self, remote_id: str, author: Author) -> str:
        return address_of(remote_id)

    def remote_id_from_permalink(self, address: str) -> str | None:
        for pattern in _POST_ADDRESSES:
            if found := pattern.search(address):
                page = found.groupdict().get("page")
                return f"{page}_{found['post']}" if page else found["post"]
        return None

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        fields = "id,name,username,category,access_token,tasks,picture{url}"
        return [
            _identity(page, token)
            for page in pages_of(VOICE, fields, token)
            if TASK in (page.get("tasks") or [])
        ]


def _identity(page: Mapping[str, Any], token: Token) -> Identity:
    picture = page.get("picture")
    about = picture.get("data") if isinstance(picture, dict) else None
    return Identity(
        remote_id=str(page["id"]),
        kind="page",
        display_name=str(page.get("name") or "Facebook Page"),
        handle=page.get("username"),
        picture_url=about.get("url") if isinstance(about, dict) else None,
        token=page_token(page, token),
    )


def _message(content: Content) -> str:
    """The text; with media it carries the link too, for a card and pictures do not go together."""
    text = content.text.strip()
    if content.link and content.media and content.link not in text:
        return f"{text}\n\n{content.link}".strip()
    return text


def _card(content: Content) -> str | None:
    return content.link if content.link and not content.media else None


def _is_facebook(link: str) -> bool:
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return False
    return host == "facebook.com" or host.endswith(".facebook.com")


def _counted(id: str, token: Token) -> Figures | None:
    fields = "shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)"
    try:
        said = VOICE.get(f"{GRAPH}/{id}", token, fields=fields)
    except ReconnectNeeded as error:
        if error.code != GONE:
            raise
        return None
    return Figures(
        likes=_total(said, "reactions"),
        comments=_total(said, "comments"),
        # A post that nobody shared has no such field.
        shares=_count((said.get("shares") or {}).get("count", 0)),
    )


def _total(said: Mapping[str, Any], name: str) -> int | None:
    return _count(((said.get(name) or {}).get("summary") or {}).get("total_count"))


def _count(number: Any) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) else None
