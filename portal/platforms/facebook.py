"""Facebook Pages through the Graph API. Profiles and groups cannot be posted to by anybody."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from portal import clock, http
from portal.platforms.base import (
    App,
    Author,
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
)
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    Duplicate,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
)
from portal.platforms.media_limits import MB, PictureLimits, VideoLimits, is_video, media_problems
from portal.platforms.meta import (
    CLOCKS_DIFFER,
    COMMON,
    DIALOG,
    DOCS,
    ERROR_PAGE,
    GRAPH,
    GraphRefusal,
    Voice,
    checked_id,
    listed,
    moment,
    to_json,
)
from portal.platforms.meta_sign_in import long_lived, refused

LABEL = "Facebook"
WWW = "https://www.facebook.com"
POSTS_PAGE = "https://developers.facebook.com/documentation/pages-api/posts"
PHOTOS_PAGE = f"{DOCS}/graph-api/reference/page/photos"

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
# UNVERIFIED: "Lifetime of staged photos UNVERIFIED (treat as < 24 h)".
PHOTO_LIFE = timedelta(hours=20)
# UNVERIFIED edge of the lost videos' list: "edge used by public code; UNVERIFIED here".
VIDEOS_EDGE = "videos"
# UNVERIFIED "rest": one permission can be withdrawn alone. All of them at once would also end the Instagram
# accounts that came by the same sign-in.
WITHDRAWN = "pages_manage_posts"
TASK = "CREATE_CONTENT"
PAGES_OF_LISTS = 10

_REFUSED = "Facebook did not accept this post. Change it and try again."
_SAME = "Facebook says that you posted the same just before. Change some words and try again."
_OWNER = (
    "Facebook wants the owner of the page to do something first: {}. Open facebook.com, do that, then "
    "connect the page again."
)

# What each refusal means here; the first line that fits counts. Subcodes from 13xxxxx on: seen in one public
# client only.
REFUSALS = (
    GraphRefusal({506}, None, Duplicate, _SAME, ERROR_PAGE),
    GraphRefusal(None, {1366051}, Duplicate, "Facebook says that these photos were posted.", POSTS_PAGE),
    GraphRefusal(
        {1609005}, None, ContentRejected, "Facebook cannot open this link. Check its address.", POSTS_PAGE
    ),
    GraphRefusal(
        None,
        {1609005},
        ContentRejected,
        "Facebook cannot open this link. Check its address.",
        POSTS_PAGE,
    ),
    GraphRefusal(
        None,
        {1609008},
        ContentRejected,
        "Facebook takes no links to facebook.com. Take the link out.",
        POSTS_PAGE,
    ),
    GraphRefusal(
        None,
        {1366046},
        ContentRejected,
        "Facebook says that a picture is too large or of a wrong kind. Use JPEG or PNG up to 4 MB.",
        PHOTOS_PAGE,
    ),
    GraphRefusal(None, {2069019}, ContentRejected, "Facebook cannot read a file. Use another.", PHOTOS_PAGE),
    GraphRefusal(
        None,
        {1346003, 1404102},
        ContentRejected,
        "Facebook says that this breaks its rules. Change it and try again.",
        POSTS_PAGE,
    ),
    GraphRefusal(
        None, {1404078}, ReconnectNeeded, _OWNER.format("get the page allowed to publish"), POSTS_PAGE
    ),
    GraphRefusal(None, {4854002}, ReconnectNeeded, _OWNER.format("confirm who you are"), POSTS_PAGE),
    GraphRefusal(
        None, {1404112, 1404006}, ReconnectNeeded, _OWNER.format("lift a security check"), POSTS_PAGE
    ),
    GraphRefusal(
        None,
        {1363047, 1609010},
        OutcomeUnknown,
        "Facebook gave no clear answer. We are checking whether the post is there.",
        ERROR_PAGE,
    ),
    GraphRefusal({368}, {1390008}, RateLimited, "Facebook asks us to post more slowly.", ERROR_PAGE),
    GraphRefusal(
        {368}, None, RateLimited, "Facebook blocked posts for a while.", ERROR_PAGE, timedelta(hours=1)
    ),
    GraphRefusal({100}, {33}, ReconnectNeeded, _OWNER.format("give you a role on it"), ERROR_PAGE),
    GraphRefusal({100}, None, ContentRejected, _REFUSED, POSTS_PAGE),
    *COMMON,
)
VOICE = Voice(LABEL, REFUSALS)
GONE = "100/33"

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


def withdraw(connection: Connection, app: App, token: Token) -> None:
    """Take back the permission to post, with the person's own token, which stands where renewing ones do."""
    if token.refresh:
        VOICE.repeatable("DELETE", f"{GRAPH}/me/permissions/{WITHDRAWN}", Token(token.refresh))


def cannot_renew(connection: Connection, app: App, token: Token) -> Token:
    """A page's token has no end of its own; one that was refused comes back by signing in alone."""
    raise ReconnectNeeded(f"The permission for {connection.label} has ended. Connect it again.", "190")


class Facebook(Platform):
    key = "facebook"
    label = LABEL
    home = WWW
    # "Look after 15 s, 60 s and 5 min before declaring 'not there'."
    look_after_seconds = (15, 60, 300)
    # "For doctors' accounts prefer the human when in doubt."
    sends_before_asking = 2
    connections = (
        Connection(
            key="page",
            label="Facebook Page",
            app="FACEBOOK",
            needs="A Facebook Page on which you may create content. Profiles and groups cannot be posted to.",
            authorize_url=DIALOG,
            token_url=f"{GRAPH}/oauth/access_token",
            scopes=(
                "pages_show_list",
                "pages_read_engagement",
                "pages_manage_posts",
                # Without it pages of a Business portfolio may be missing from the list (reason UNVERIFIED).
                "business_management",
            ),
            must_have={
                "pages_show_list": "see which pages you look after",
                "pages_read_engagement": "check that a post is there",
                "pages_manage_posts": "post on your pages",
            },
            scope_separator=",",
            after_exchange=long_lived,
            renew=cannot_renew,
            withdraw=withdraw,
            refusal=refused(LABEL),
        ),
    )

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
            return {
                "edge": "videos",
                "body": to_json({"file_url": content.media[0].url, "description": text}),
            }
        body: dict[str, Any] = {"message": text} if text else {}
        if card := _card(content):
            body["link"] = card
        ids = [_photo_id(staged, one) for one in content.media]
        if ids:
            body["attached_media"] = [{"media_fbid": id} for id in ids if id]
        return {"edge": "feed", "body": to_json(body)}

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return any(_photo_id(staged, one) is None for one in _pictures(content))

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        """Upload each picture unpublished: it stays invisible until a post names it."""
        photos = dict(staged.get("photos", {}))
        for one in _pictures(content):
            if _photo_id({"photos": photos}, one) is None:
                id = _upload(one, content.author, token)
                photos[str(one.id)] = {"id": id, "at": clock.now().isoformat()}
                keep({"photos": dict(photos)})
        return {"photos": photos}

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        id = VOICE.create(f"{GRAPH}/{author.remote_id}/{sent['edge']}", token, str(sent["body"]))
        if sent["edge"] == "videos":
            return self._published_video(id, author, token)
        return Published(id, self._address(id, author, token))

    def _published_video(self, id: str, author: Author, token: Token) -> Published:
        """The post around a video has an id of its own, which is told when the video is prepared."""
        try:
            found = self._post_of(
                VOICE.get(f"{GRAPH}/{id}", token, fields="status,post_id,permalink_url"), author
            )
        except PlatformError:
            # The video was taken: what goes wrong from here on is no refusal.
            found = None
        if found is None:
            words = "Facebook has the video and is still preparing it. We are checking until it is there."
            raise OutcomeUnknown(words, "preparing")
        return found

    def _post_of(self, video: Mapping[str, Any], author: Author) -> Published | None:
        id = checked_id(video, "post_id")
        if id is None:
            return None
        id = id if "_" in id else f"{author.remote_id}_{id}"
        return Published(id, _absolute(video.get("permalink_url")) or self.permalink(id, author))

    def _address(self, id: str, author: Author, token: Token) -> str:
        """The address that Facebook gives; a failure here must never mark a post that is out as failed."""
        try:
            said = VOICE.get(f"{GRAPH}/{id}", token, fields="id,permalink_url")
        except PlatformError:
            return self.permalink(id, author)
        return _absolute(said.get("permalink_url")) or self.permalink(id, author)

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        body = json.loads(lost.sent["body"])
        if lost.sent["edge"] == "videos":
            return self._find_video(lost, body, author, token)
        wanted = {one["media_fbid"] for one in body.get("attached_media", [])}
        fields = "id,message,created_time,permalink_url,attachments{target{id},subattachments{target{id}}}"
        matches = []
        for post in self._listed("published_posts", fields, lost, author, token):
            targets = _targets(post)
            # Photos tell exactly; where the list does not name them, the words have to do.
            is_it = (
                bool(wanted & targets) if wanted and targets else _says(post, "message", body.get("message"))
            )
            if is_it and checked_id(post) and post["id"] not in lost.known_ids:
                matches.append(post)
        if not matches:
            return None
        first = min(matches, key=_made_at)
        return Published(
            first["id"], _absolute(first.get("permalink_url")) or self.permalink(first["id"], author)
        )

    def _find_video(
        self, lost: Lost, body: Mapping[str, Any], author: Author, token: Token
    ) -> Published | None:
        fields = "id,description,created_time,post_id,permalink_url,status"
        for video in self._listed(VIDEOS_EDGE, fields, lost, author, token):
            post = self._post_of(video, author)
            if not _says(video, "description", body.get("description")) or (
                post and post.remote_id in lost.known_ids
            ):
                continue
            if post is None:
                raise TemporaryFailure("Facebook is still preparing the video.", "preparing")
            return post
        return None

    def _listed(
        self, edge: str, fields: str, lost: Lost, author: Author, token: Token
    ) -> list[dict[str, Any]]:
        since = lost.sent_at - CLOCKS_DIFFER
        query = urlencode({"fields": fields, "since": int(since.timestamp()), "limit": 25})
        try:
            rows = listed(VOICE, f"{GRAPH}/{author.remote_id}/{edge}?{query}", token, PAGES_OF_LISTS)
        except ContentRejected as refused_list:
            raise CannotTell(
                "Facebook does not list the posts of this page. Please look there."
            ) from refused_list
        if rows is None:
            raise CannotTell(
                "So much was posted on this page that we cannot find the post. Please look there."
            )
        return [row for row in rows if _made_at(row) >= since]

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
        return f"{WWW}/{remote_id}"

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


def pages_of(voice: Voice, fields: str, token: Token) -> list[dict[str, Any]]:
    """The pages of a person, each with a token of its own; without one they have no role there."""
    query = urlencode({"fields": fields, "limit": 100})
    rows = listed(voice, f"{GRAPH}/me/accounts?{query}", token, PAGES_OF_LISTS) or []
    return [row for row in rows if checked_id(row) and isinstance(row.get("access_token"), str)]


def page_token(page: Mapping[str, Any], token: Token) -> Token:
    """A page's token, which has no end. The person's own is kept with it, for withdrawing."""
    return Token(str(page["access_token"]), refresh=token.access, scopes=token.scopes)


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


def _pictures(content: Content) -> list[Media]:
    return [one for one in content.media if not is_video(one)]


def _photo_id(staged: Mapping[str, Any], one: Media) -> str | None:
    """The id of a picture that was uploaded lately; staged ones do not live for ever."""
    kept = staged.get("photos", {}).get(str(one.id))
    if kept is None or clock.now() - datetime.fromisoformat(kept["at"]) > PHOTO_LIFE:
        return None
    return str(kept["id"])


def _upload(one: Media, author: Author, token: Token) -> str:
    url = f"{GRAPH}/{author.remote_id}/photos"
    if one.path is None:
        body = {"url": one.url, "published": False}
        said = VOICE.repeatable("POST", url, token, body | _alt_text(one))
    else:
        # As bytes: Facebook then needs no public address of ours.
        file = (Path(one.path).name, Path(one.path).read_bytes(), one.mime_type)
        fields: list[http.Part] = [("published", "false"), *_alt_text(one).items(), ("source", file)]
        said = VOICE.repeatable("POST", url, token, fields=fields)
    id = checked_id(said)
    if id is None:
        raise TemporaryFailure("Facebook did not say where the picture is. We try again.", "no_id")
    return id


def _alt_text(one: Media) -> dict[str, str]:
    return {"alt_text_custom": one.alt_text} if one.alt_text else {}


def _absolute(address: Any) -> str | None:
    """An address as people open it: those of videos and reels come without their host."""
    if not isinstance(address, str) or not address:
        return None
    return f"{WWW}{address}" if address.startswith("/") else address


def _targets(post: Mapping[str, Any]) -> set[str]:
    """The ids of the photos that a post shows."""
    found: set[str] = set()
    left = list((post.get("attachments") or {}).get("data") or [])
    while left:
        attachment = left.pop()
        found.add(str((attachment.get("target") or {}).get("id")))
        left += (attachment.get("subattachments") or {}).get("data") or []
    return found - {"None"}


def _says(post: Mapping[str, Any], field: str, wanted: str | None) -> bool:
    return _comparable(str(post.get(field) or "")) == _comparable(wanted or "")


def _comparable(text: str) -> str:
    """Without what Facebook may change: line ends and trailing spaces."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _made_at(row: Mapping[str, Any]) -> datetime:
    return moment(row.get("created_time")) or datetime.min.replace(tzinfo=clock.now().tzinfo)


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
