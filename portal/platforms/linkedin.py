"""LinkedIn: member and organization posts through the Posts API."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from portal import clock, http
from portal.platforms.base import (
    Author,
    Connection,
    Content,
    Identity,
    Lost,
    Platform,
    Preview,
    Problem,
    Published,
    Token,
)
from portal.platforms.calls import (
    Refusal,
    as_reading,
    ask,
    find_refusal,
    read,
    readable,
    retry_after,
    send,
    unknown,
)
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    Duplicate,
    OperatorNeeded,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
    TokenEnded,
)
from portal.platforms.little_text import escape, unescape

API = "https://api.linkedin.com"
OAUTH = "https://www.linkedin.com/oauth/v2"
DOCS = "https://learn.microsoft.com/en-us/linkedin"
ERROR_PAGE = f"{DOCS}/shared/api-guide/concepts/error-handling"
POSTS_PAGE = f"{DOCS}/marketing/community-management/shares/posts-api"
LIMITS_PAGE = f"{DOCS}/shared/api-guide/concepts/rate-limits"
VERSIONS_PAGE = f"{DOCS}/marketing/versioning"

# Every /rest/ call names a version, which lives about a year; a dead one answers 426 to every publish.
VERSION = "202609"
SUNSETS = {
    "202601": date(2027, 1, 15),
    "202602": date(2027, 2, 15),
    "202603": date(2027, 3, 16),
    "202604": date(2027, 4, 15),
    "202605": date(2027, 5, 15),
    "202606": date(2027, 6, 15),
    "202607": date(2027, 7, 15),
    "202608": date(2027, 8, 17),
    "202609": date(2027, 9, 15),
}

# UNVERIFIED whether LinkedIn counts the escaped text or the visible one: the longer, escaped one counts here.
MOST_CHARACTERS = 3000
# UNVERIFIED, from no page of the vendor: how much of a post stands before "… more", for the preview alone.
VISIBLE_CHARACTERS = 210
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

_LATER = "LinkedIn is not ready for this post yet. We try again."
_REFUSED = "LinkedIn did not accept this post. Change it and try again."
_TOO_MUCH = "LinkedIn asks us to wait before we post more."
_OURS = "The portal’s own access to LinkedIn is not set up right. Its operator has to mend this."
_ENDED = "LinkedIn ended the permission to post. Connect the account again."
_NOT_ALLOWED = (
    "LinkedIn does not let the portal post here. Connect the account again and allow all that is asked; "
    "for a company page you must be one of its administrators."
)

# What each refusal means here; the first line that fits counts.
REFUSALS = (
    Refusal(400, "VERSION_MISSING", OperatorNeeded, _OURS, VERSIONS_PAGE),
    Refusal(400, "MEDIA_ASSET_WAITING_UPLOAD", TemporaryFailure, _LATER, POSTS_PAGE),
    Refusal(
        400,
        "FIELD_LENGTH_TOO_LONG",
        ContentRejected,
        "LinkedIn says that this text is too long. Shorten it and try again.",
        POSTS_PAGE,
    ),
    Refusal(
        400, "BLANK_FIELD", ContentRejected, "LinkedIn does not take an empty text. Write some.", POSTS_PAGE
    ),
    Refusal(400, None, ContentRejected, _REFUSED, POSTS_PAGE),
    Refusal(401, None, TokenEnded, _ENDED, ERROR_PAGE, bare=True),
    Refusal(403, None, ReconnectNeeded, _NOT_ALLOWED, ERROR_PAGE),
    Refusal(404, None, ContentRejected, _REFUSED, ERROR_PAGE),
    Refusal(409, None, TemporaryFailure, _LATER, ERROR_PAGE),
    Refusal(413, None, ContentRejected, "LinkedIn says that this is too big.", ERROR_PAGE, bare=True),
    Refusal(415, None, ContentRejected, _REFUSED, ERROR_PAGE, bare=True),
    Refusal(
        422,
        "duplicate",
        Duplicate,
        "LinkedIn says that you posted the same a short while ago. Change some words and try again.",
        POSTS_PAGE,
    ),
    Refusal(422, None, ContentRejected, _REFUSED, POSTS_PAGE),
    Refusal(426, None, OperatorNeeded, _OURS, VERSIONS_PAGE, bare=True),
    Refusal(429, None, RateLimited, _TOO_MUCH, LIMITS_PAGE, bare=True),
)

_URN = re.compile(r"urn:li:[A-Za-z]+:[A-Za-z0-9_-]+")
_DUPLICATE_OF = re.compile(r"duplicate of (urn:li:[A-Za-z]+:[A-Za-z0-9_-]+)", re.IGNORECASE)
_POST_ADDRESS = re.compile(
    r"(?:^|[/.])linkedin\.com/(?:feed/update/(urn:li:[A-Za-z]+:\d+)|posts/[^/?#]*?-(share|ugcPost|activity)-(\d+))"
)


class LinkedIn(Platform):
    key = "linkedin"
    label = "LinkedIn"
    options = {"visibility": f"who sees it: {', '.join(VISIBILITIES)}"}
    look_after_seconds = (15, 60, 180)
    connections = (
        Connection(
            key="profile",
            label="LinkedIn profile",
            app="LINKEDIN",
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
            needs="A LinkedIn page of your clinic. You must be one of the page’s administrators.",
            authorize_url=f"{OAUTH}/authorization",
            token_url=f"{OAUTH}/accessToken",
            revoke_url=f"{OAUTH}/revoke",
            scopes=("r_organization_social", "w_organization_social", "rw_organization_admin"),
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
        if not text:
            found.append(Problem("content", "Enter a text for LinkedIn."))
        found += self._too_long(text)
        if content.media:
            words = "Pictures and videos cannot go to LinkedIn from here yet. Take them out."
            found.append(Problem("media", words))
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
            link=content.link if content.link_title else None,
            link_title=content.link_title,
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
        if content.link and content.link_title:
            # LinkedIn fetches nothing by itself: without a title a card would be bare.
            body["content"] = {"article": {"source": content.link, "title": content.link_title}}
        # As text: a lost member post is asked for by sending the same body again, byte for byte.
        return {"body": json.dumps(body, ensure_ascii=False, separators=(",", ":"))}

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        answer = send(self.label, "POST", f"{API}/rest/posts", headers=_headers(token), body=_body(sent))
        if 200 <= answer.status < 300:
            urn = answer.headers.get("x-restli-id", "")
            if not _URN.fullmatch(urn):
                raise unknown(self.label, "no_id")
            return Published(urn, self.permalink(urn, author))
        raise self._refused(answer)

    def look_creates(self, author: Author) -> bool:
        """Only members' posts cannot be listed."""
        return not author.remote_id.startswith("urn:li:organization:")

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        if self.look_creates(author):
            return self._send_again(lost, author, token)
        return self._find_listed(lost, author, token)

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
        me = self._get(f"{API}/v2/userinfo", token)
        if not me.get("sub"):
            raise TemporaryFailure("LinkedIn did not say who you are. Try again.", "no_sub")
        # Observed, not promised: the person's URN is made from `sub`.
        urn = f"urn:li:person:{me['sub']}"
        name = str(me.get("name") or "LinkedIn member")
        return [Identity(urn, "profile", name, picture_url=me.get("picture"))]

    def _organizations(self, token: Token) -> list[Identity]:
        listed = self._get(f"{API}/rest/organizationAcls?q=roleAssignee&state=APPROVED&count=100", token).get(
            "elements", []
        )
        urns = {
            str(one.get("organization") or one.get("organizationTarget"))
            for one in listed
            if one.get("role") in ROLES and one.get("state") == "APPROVED"
        }
        return [self._organization(urn, token) for urn in sorted(urns)]

    def _organization(self, urn: str, token: Token) -> Identity:
        about = self._get(f"{API}/rest/organizations/{quote(urn.rpartition(':')[2])}", token)
        name = str(about.get("localizedName") or "Company page")
        return Identity(urn, "company page", name, handle=about.get("vanityName"))

    def _get(self, url: str, token: Token) -> dict[str, Any]:
        answer = ask(self.label, "GET", url, headers=_headers(token))
        if answer.status != 200:
            raise as_reading(self.label, self._refused(answer))
        return readable(self.label, answer)

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
            answer = ask(self.label, "GET", url, headers={**_headers(token), "X-RestLi-Method": "FINDER"})
            if answer.status == 403:
                raise CannotTell("LinkedIn does not let us see the posts of this page. Please look there.")
            if answer.status != 200:
                raise as_reading(self.label, self._refused(answer))
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

    def _refused(self, answer: http.Answer) -> PlatformError:
        """What an answer that is no success means, by the table."""
        body = read(answer)
        code, message = _said(body) if body is not None else ("", "")
        said = None if body is None else f"{code} {message}"
        refusal = find_refusal(REFUSALS, answer.status, said)
        if refusal is None:
            return unknown(self.label, code or str(answer.status))
        code = code or str(answer.status)
        if refusal.error is RateLimited:
            until = retry_after(answer.headers) or _quota_ends(message)
            return RateLimited(refusal.words, until, code, whole_app="APPLICATION" in message)
        if refusal.error is Duplicate:
            named = _DUPLICATE_OF.search(message)
            return Duplicate(refusal.words, named[1] if named else None, code)
        return refusal.error(refusal.words, code=code)


def _text(content: Content) -> str:
    """What is said, with the link when it gets no card of its own."""
    text = content.text.strip()
    if content.link and not content.link_title and content.link not in text:
        return f"{text}\n\n{content.link}".strip()
    return text


def _visibility(content: Content) -> str:
    return str(content.options.get("visibility") or "PUBLIC").upper()


def _cut(shown: str) -> int:
    """Where "… more" would stand: after so many characters, or the third line."""
    lines = shown.split("\n")
    cut = min(len(shown), VISIBLE_CHARACTERS)
    return min(cut, len("\n".join(lines[:3]))) if len(lines) > 3 else cut


def _headers(token: Token) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token.access}",
        "LinkedIn-Version": VERSION,
        "X-Restli-Protocol-Version": "2.0.0",
        "Content-Type": "application/json",
    }


def _body(sent: Mapping[str, Any]) -> bytes:
    return str(sent["body"]).encode()


def _said(body: Mapping[str, Any]) -> tuple[str, str]:
    """The code and the words of an error, wherever they stand."""
    details = body.get("errorDetails")
    problems = (details.get("inputErrors") if isinstance(details, dict) else None) or []
    codes = [body.get("code"), *(one.get("code") for one in problems if isinstance(one, dict))]
    code = next((str(one) for one in codes if one), "")
    return code or str(body.get("serviceErrorCode") or ""), str(body.get("message") or "")


def _quota_ends(message: str) -> datetime:
    """LinkedIn names no time: a day's quota ends at midnight UTC, any other in minutes."""
    now = clock.now()
    if "DAY" not in message:
        return now + timedelta(minutes=5)
    midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)
    # A little later, and not for everybody in the same second.
    return midnight + timedelta(seconds=30 + now.microsecond % 270)


def _made_at(post: Mapping[str, Any]) -> datetime:
    milliseconds = post.get("publishedAt") or post.get("createdAt") or 0
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _comparable(commentary: str) -> str:
    return " ".join(unescape(commentary).split())
