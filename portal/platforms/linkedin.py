"""LinkedIn: member and organization posts through the Posts API."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from portal import clock
from portal.fitting import Shape
from portal.platforms import linkedin_comments, linkedin_figures, linkedin_media
from portal.platforms.base import (
    Asked,
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
from portal.platforms.calls import as_reading, ask, readable, send, unknown
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    Duplicate,
    OutcomeUnknown,
    TemporaryFailure,
)
from portal.platforms.linkedin_calls import API, REFUSALS, SUNSETS, VERSION, ask_for, headers, refused
from portal.platforms.little_text import escape, unescape
from portal.platforms.media_limits import is_video, media_problems
from portal.platforms.profiles import Profiles

__all__ = ["REFUSALS", "SUNSETS", "VERSION", "LinkedIn"]

OAUTH = "https://www.linkedin.com/oauth/v2"

# UNVERIFIED whether LinkedIn counts the escaped text or the visible one: the longer, escaped one counts here.
MOST_CHARACTERS = 3000
# UNVERIFIED, from no page of the vendor: how much of a post stands before "… more", for the preview alone.
VISIBLE_CHARACTERS = 210
# "commentary is required (may be empty with media … but 400 INVALID_VALUE_BLANK_FIELD is documented; test)":
# UNVERIFIED, so a text is asked for.
TAKES_EMPTY_TEXT_WITH_MEDIA = False
# UNVERIFIED which of these a video takes; the sample shows a title alone. Its description goes into both.
VIDEO_WORDS = ("title", "altText")
# The ugcPosts page gives the duplicate check ten minutes; people report much longer. UNVERIFIED for Posts.
SAME_POST_WITHIN = timedelta(minutes=10)
# How much earlier than our call LinkedIn's clock may say that a post was made.
CLOCKS_DIFFER = timedelta(minutes=2)
PAGES_OF_POSTS = 5
POSTS_A_PAGE = 10

VISIBILITIES = {"PUBLIC": "everybody", "LOGGED_IN": "members of LinkedIn", "CONNECTIONS": "your contacts"}
# CONTENT_ADMINISTRATOR is one client's spelling of the second; both are taken.
ROLES = frozenset(
    {"ADMINISTRATOR", "CONTENT_ADMIN", "CONTENT_ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"}
)

_URN = re.compile(r"urn:li:[A-Za-z]+:[A-Za-z0-9_-]+")
_POST_ADDRESS = re.compile(
    r"(?:^|[/.])linkedin\.com/(?:feed/update/(urn:li:[A-Za-z]+:\d+)|posts/[^/?#]*?-(share|ugcPost|activity)-(\d+))"
)


class LinkedIn(Platform):
    key = "linkedin"
    label = "LinkedIn"
    refuses_same_words = True
    usual_hashtags = 5
    reads_linked_pages = False
    home = "https://www.linkedin.com/"
    shape = Shape(film=linkedin_media.VIDEOS.film)
    version = VERSION
    sunset = SUNSETS.get(VERSION)
    options = {"visibility": f"who sees it: {', '.join(VISIBILITIES)}"}
    asks = (
        Asked(
            "visibility",
            "Who sees it",
            "choice",
            choices=(
                ("", "Everybody"),
                ("CONNECTIONS", "Your connections"),
                ("LOGGED_IN", "Members"),
            ),
        ),
    )
    look_after_seconds = (15, 60, 180)
    profiles = Profiles(
        "https://www.linkedin.com/in/your-name",
        frozenset({"linkedin.com"}),
        re.compile(r"/(?:in|company)/([\w%-]{2,100})"),
    )
    connections = (
        Connection(
            key="profile",
            label="LinkedIn profile",
            app="LINKEDIN",
            lasts="60 days, then the doctor connects again",
            needs="Your own LinkedIn profile. LinkedIn asks you to connect it again every 60 days.",
            authorize_url=f"{OAUTH}/authorization",
            token_url=f"{OAUTH}/accessToken",
            revoke_url=f"{OAUTH}/revoke",
            scopes=("openid", "profile", "w_member_social"),
            must_have={
                "openid": "know that it is you",
                "profile": "see your name",
                "w_member_social": "post on your profile",
            },
        ),
        Connection(
            key="organization",
            label="LinkedIn company page",
            app="LINKEDIN_ORG",
            lasts="60 days, renewed for up to a year where LinkedIn lets the app",
            needs="A LinkedIn page of your clinic. You must be one of the page’s administrators.",
            authorize_url=f"{OAUTH}/authorization",
            token_url=f"{OAUTH}/accessToken",
            revoke_url=f"{OAUTH}/revoke",
            scopes=("r_organization_social", "w_organization_social", "rw_organization_admin"),
            comment_scope=linkedin_comments.COMMENT_SCOPES[0],
            must_have={
                "rw_organization_admin": "see which pages you look after",
                "w_organization_social": "post on your pages",
                "r_organization_social": "check that a post is there",
            },
            # UNVERIFIED that these apps get renewing tokens; where none comes, the account is reconnected.
            can_refresh=True,
        ),
    )

    def limit(self, author: Author) -> int:
        return MOST_CHARACTERS

    def length(self, text: str) -> int:
        return len(escape(text))

    def problems(self, content: Content) -> list[Problem]:
        found = self.unknown_options(content)
        text = _text(content)
        if not text and not (content.media and TAKES_EMPTY_TEXT_WITH_MEDIA):
            found.append(Problem("content", "Enter a text for LinkedIn."))
        found += self._too_long(text)
        found += media_problems(self.label, content.media, linkedin_media.PICTURES, linkedin_media.VIDEOS)
        if _visibility(content) not in VISIBILITIES:
            words = f"Choose who sees it on LinkedIn: {', '.join(VISIBILITIES)}."
            found.append(Problem("options.visibility", words))
        return found

    def _too_long(self, text: str) -> list[Problem]:
        found = self.too_long("content", self.length(text), MOST_CHARACTERS)
        if found and self.length(text) > len(text):
            return [Problem("content", f"{found[0].words} Signs such as ( ) and _ count twice there.")]
        return found

    def preview(self, content: Content) -> Preview:
        shown = unescape(escape(_text(content)))
        cut = _cut(shown)
        return Preview(
            author_name=content.author.display_name,
            author_handle=content.author.handle,
            visible=shown[:cut].rstrip(),
            rest=shown[cut:],
            length=self.length(_text(content)),
            limit=MOST_CHARACTERS,
            link=content.link if _is_card(content) else None,
            link_title=content.link_title if _is_card(content) else None,
            media=() if _is_card(content) else content.media,
            link_picture=content.media[0].url if _is_card(content) and content.media else None,
        )

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "author": content.author.remote_id,
            "commentary": escape(_text(content)),
            "visibility": _visibility(content),
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        if shown := _shown(content, staged):
            body["content"] = shown
        # As text: a lost member post is asked for by sending the same body again, byte for byte.
        return {"body": json.dumps(body, ensure_ascii=False, separators=(",", ":"))}

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return not linkedin_media.is_ready(content, staged)

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        return linkedin_media.Upload(content, token, staged, keep).run()

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        answer = send(self.label, "POST", f"{API}/rest/posts", headers=headers(token), body=_body(sent))
        if 200 <= answer.status < 300:
            urn = answer.headers.get("x-restli-id", "")
            if not _URN.fullmatch(urn):
                raise unknown(self.label, "no_id")
            return Published(urn, self.permalink(urn, author))
        raise refused(answer)

    def look_creates(self, author: Author) -> bool:
        """Only members' posts cannot be listed."""
        return not author.remote_id.startswith("urn:li:organization:")

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        if self.look_creates(author):
            return self._send_again(lost, author, token)
        return self._find_listed(lost, author, token)

    def comment_limit(self, author: Author) -> int | None:
        return linkedin_comments.MOST_CHARACTERS if _is_page(author) else None

    def comment_problems(self, words: str, author: Author) -> list[Problem]:
        # As plain text, unlike a post: no character counts twice.
        limit = self.comment_limit(author)
        return self.too_long("first_comment", len(words), limit, "The first comment") if limit else []

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        return linkedin_comments.write(remote_id, words, author, token)

    def find_comment(
        self, remote_id: str, words: str, since: datetime, author: Author, token: Token
    ) -> str | None:
        return linkedin_comments.find(remote_id, words, since, author, token)

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        url = f"{API}/rest/posts/{quote(remote_id, safe='')}"
        answer = ask(self.label, "DELETE", url, headers={**headers(token), "X-RestLi-Method": "DELETE"})
        if answer.status not in (200, 204, 404):
            raise as_reading(self.label, refused(answer))

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        if not _is_page(author):
            # What members' own posts reached is closed to apps of this kind.
            return {}
        return linkedin_figures.read(remote_ids, author, token)

    def permalink(self, remote_id: str, author: Author) -> str:
        return f"https://www.linkedin.com/feed/update/{remote_id}/"

    def remote_id_from_permalink(self, address: str) -> str | None:
        found = _POST_ADDRESS.search(unquote(address))
        if found is None:
            return None
        return found[1] or f"urn:li:{found[2]}:{found[3]}"

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        if connection.key == "organization":
            return self._organizations(token)
        me = ask_for("GET", f"{API}/v2/userinfo", token)
        if not me.get("sub"):
            raise TemporaryFailure("LinkedIn did not say who you are. Try again.", "no_sub")
        # Observed, not promised: the person's URN is made from `sub`.
        urn = f"urn:li:person:{me['sub']}"
        name = str(me.get("name") or "LinkedIn member")
        return [Identity(urn, "profile", name, picture_url=me.get("picture"))]

    def _organizations(self, token: Token) -> list[Identity]:
        listed = ask_for(
            "GET", f"{API}/rest/organizationAcls?q=roleAssignee&state=APPROVED&count=100", token
        ).get("elements", [])
        urns = {
            str(one.get("organization") or one.get("organizationTarget"))
            for one in listed
            if one.get("role") in ROLES and one.get("state") == "APPROVED"
        }
        return [self._organization(urn, token) for urn in sorted(urns)]

    def _organization(self, urn: str, token: Token) -> Identity:
        about = ask_for("GET", f"{API}/rest/organizations/{quote(urn.rpartition(':')[2])}", token)
        name = str(about.get("localizedName") or "Company page")
        return Identity(urn, "company page", name, handle=about.get("vanityName"))

    def _find_listed(self, lost: Lost, author: Author, token: Token) -> Published | None:
        """The earliest post of the company page that says what was sent; its list may lag."""
        wanted = _comparable(json.loads(lost.sent["body"])["commentary"])
        since = lost.sent_at - CLOCKS_DIFFER
        matches = [
            post
            for post in self._listed(author, token, since)
            if _comparable(str(post.get("commentary", ""))) == wanted
            and post.get("lifecycleState", "PUBLISHED") == "PUBLISHED"
            and _made_at(post) >= since
            and post.get("id") not in lost.known_ids
        ]
        if not matches:
            return None
        urn = str(min(matches, key=_made_at)["id"])
        return Published(urn, self.permalink(urn, author))

    def _listed(self, author: Author, token: Token, since: datetime) -> list[dict[str, Any]]:
        posts: list[dict[str, Any]] = []
        for page in range(PAGES_OF_POSTS):
            url = (
                f"{API}/rest/posts?author={quote(author.remote_id, safe='')}&q=author"
                f"&count={POSTS_A_PAGE}&start={page * POSTS_A_PAGE}&sortBy=LAST_MODIFIED"
            )
            answer = ask(self.label, "GET", url, headers={**headers(token), "X-RestLi-Method": "FINDER"})
            if answer.status == 403:
                raise CannotTell("LinkedIn does not let us see the posts of this page. Please look there.")
            if answer.status != 200:
                raise as_reading(self.label, refused(answer))
            listed = readable(self.label, answer).get("elements", [])
            posts += listed
            if len(listed) < POSTS_A_PAGE or min(map(_made_at, listed)) < since:
                return posts
        raise CannotTell("So much was posted on this page that we cannot find the post. Please look there.")

    def _send_again(self, lost: Lost, author: Author, token: Token) -> Published:
        """Members' posts cannot be listed: the same body, sent once more within ten minutes, tells.

        LinkedIn then names the post that is there, or posts what was not; its duplicate check may fail, which
        is why it is asked only once.
        """
        age = (lost.now or clock.now()) - lost.sent_at
        if _shows_video(lost.sent):
            # Whether the duplicate check knows a video again is not known: it is not sent twice.
            raise CannotTell("LinkedIn does not say whether the video is there. Please look at your profile.")
        if lost.looks > 0 or not timedelta() <= age <= SAME_POST_WITHIN:
            raise CannotTell("LinkedIn does not say whether the post is there. Please look at your profile.")
        try:
            return replace(self.publish(lost.sent, author, token), was_created=True)
        except Duplicate as duplicate:
            return self._adopted(duplicate, lost, author)
        except OutcomeUnknown as again:
            words = "LinkedIn did not answer twice. Please look at your profile whether the post is there."
            raise CannotTell(words, again.code) from again

    def _adopted(self, duplicate: Duplicate, lost: Lost, author: Author) -> Published:
        urn = duplicate.remote_id
        if urn is None:
            words = "LinkedIn says that the post is there, but not where. Please look at your profile."
            raise CannotTell(words, duplicate.code)
        if urn in lost.known_ids:
            # Another post of ours said the same before: LinkedIn means that one, and took no second.
            raise ContentRejected(duplicate.words, duplicate.code) from duplicate
        return Published(urn, self.permalink(urn, author))


def _text(content: Content) -> str:
    """What is said, with the link when it gets no card of its own."""
    text = content.text.strip()
    if content.link and not _is_card(content) and content.link not in text:
        return f"{text}\n\n{content.link}".strip()
    return text


def _is_card(content: Content) -> bool:
    """Whether the link gets a card: LinkedIn fetches nothing, so a title is needed; one picture fits."""
    one_picture = len(content.media) == 1 and not is_video(content.media[0])
    return bool(content.link and content.link_title and (not content.media or one_picture))


def _shown(content: Content, staged: Mapping[str, Any]) -> dict[str, Any] | None:
    """What stands below the text: a card, a video, one picture or several."""
    files = [(one, linkedin_media.urn(one, staged)) for one in content.media]
    if _is_card(content):
        card = {"source": content.link, "title": content.link_title}
        return {"article": card | ({"thumbnail": files[0][1]} if files else {})}
    if not files:
        return None
    if len(files) == 1:
        return {"media": _file(*files[0])}
    return {"multiImage": {"images": [_file(*one) for one in files]}}


def _file(media: Media, urn: str) -> dict[str, str]:
    names = VIDEO_WORDS if is_video(media) else ("altText",)
    return {"id": urn} | (dict.fromkeys(names, media.alt_text) if media.alt_text else {})


def _shows_video(sent: Mapping[str, Any]) -> bool:
    shown = json.loads(sent["body"]).get("content", {}).get("media", {})
    return str(shown.get("id", "")).startswith("urn:li:video:")


def _is_page(author: Author) -> bool:
    return author.remote_id.startswith("urn:li:organization:")


def _visibility(content: Content) -> str:
    return str(content.options.get("visibility") or "PUBLIC").upper()


def _cut(shown: str) -> int:
    """Where "… more" would stand: after so many characters, or the third line."""
    lines = shown.split("\n")
    cut = min(len(shown), VISIBLE_CHARACTERS)
    return min(cut, len("\n".join(lines[:3]))) if len(lines) > 3 else cut


def _body(sent: Mapping[str, Any]) -> bytes:
    return str(sent["body"]).encode()


def _made_at(post: Mapping[str, Any]) -> datetime:
    milliseconds = post.get("publishedAt") or post.get("createdAt") or 0
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _comparable(commentary: str) -> str:
    return " ".join(unescape(commentary).split())
