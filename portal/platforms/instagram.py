"""Instagram's professional accounts, by either login: a container is prepared, then published."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from portal import clock
from portal.platforms import instagram_comments
from portal.platforms.base import (
    Asked,
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
    with_link,
)
from portal.platforms.errors import (
    CannotDo,
    CannotTell,
    ContentRejected,
    OutcomeUnknown,
    PlatformError,
    TemporaryFailure,
)
from portal.platforms.instagram_containers import OUT, Preparation, is_ready, publish_container
from portal.platforms.instagram_limits import (
    FORMATS,
    MOST_CHARACTERS,
    SHAPE,
    SHOWN_HASHTAGS,
    hashtags,
    media_problems,
    text_problems,
)
from portal.platforms.instagram_refusals import GONE, LABEL, OUT_ALREADY, REFUSALS, VOICE
from portal.platforms.instagram_sign_in import ACCOUNT, ACCOUNT_OF_PAGE, DELETING, OWN_GRAPH, WWW
from portal.platforms.meta import (
    CLOCKS_DIFFER,
    GRAPH,
    SUNSET,
    VERSION,
    checked_id,
    moment,
    to_json,
)
from portal.platforms.meta_sign_in import page_token, pages_of
from portal.platforms.profiles import Profiles

__all__ = ["REFUSALS", "Instagram"]

# UNVERIFIED, from no page of the vendor: how much of a caption stands before "more", for the preview alone.
VISIBLE_CHARACTERS = 125
MOST_LISTED = 10

_POST_ADDRESS = re.compile(r"(?:^|[/.])instagram\.com/(?:[\w.]+/)?(?:p|reel|tv)/([\w-]+)")
_MEDIA_ADDRESS = re.compile(r"(?:^|[/.])instagram\.com/[\w.]*/?#(\d+)$")


class Instagram(Platform):
    key = "instagram"
    label = LABEL
    usual_hashtags = SHOWN_HASHTAGS
    home = f"{WWW}/"
    version = VERSION
    sunset = SUNSET
    options = {"format": f"how it appears: {' or '.join(FORMATS)}"}
    asks = (
        Asked(
            "format",
            "How it appears",
            "choice",
            choices=(("", "As fits the file"), ("feed", "In the feed"), ("reel", "As a reel")),
        ),
    )
    shape = SHAPE
    # "Wait 60 s, read again; after the second FINISHED repeat with the same id."
    look_after_seconds = (15, 75, 180)
    sends_before_asking = 2
    profiles = Profiles(
        "https://www.instagram.com/your_name",
        frozenset({"instagram.com"}),
        re.compile(r"/([A-Za-z0-9._]{1,30})"),
    )
    connections = (ACCOUNT, ACCOUNT_OF_PAGE)

    def limit(self, author: Author) -> int:
        return MOST_CHARACTERS

    def problems(self, content: Content) -> list[Problem]:
        text = with_link(content)
        found = self.unknown_options(content)
        found += self.too_long("content", self.length(text), MOST_CHARACTERS)
        return found + text_problems(text) + media_problems(content)

    def preview(self, content: Content) -> Preview:
        text = with_link(content)
        cut = VISIBLE_CHARACTERS if len(text) > VISIBLE_CHARACTERS else len(text)
        return Preview(
            author_name=content.author.display_name,
            author_handle=content.author.handle,
            visible=text[:cut].rstrip(),
            rest=text[cut:],
            length=self.length(text),
            limit=MOST_CHARACTERS,
            media=content.media,
            note=_note(content, text),
        )

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        body = to_json({"creation_id": staged.get("container")})
        is_out = {"out_since": staged["out_since"]} if staged.get("out_since") else {}
        return {"body": body, "caption": with_link(content), **is_out}

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return not is_ready(staged)

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        author = content.author
        caption = with_link(content)
        preparation = Preparation(
            _account(author), _graph(author), content, caption, content.options, token, keep, dict(staged)
        )
        return preparation.run()

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published:
        if sent.get("out_since"):
            raise OutcomeUnknown(OUT_ALREADY, "out")
        id = publish_container(_account(author), _graph(author), str(sent["body"]), token)
        return Published(id, self._address(id, author, token))

    def _address(self, id: str, author: Author, token: Token) -> str:
        """The address that Instagram gives; not to be had is no failure of the post."""
        fields = "permalink,shortcode,media_product_type,timestamp"
        try:
            said = VOICE.get(f"{_graph(author)}/{id}", token, fields=fields)
        except PlatformError:
            return self.permalink(id, author)
        return str(said.get("permalink") or self.permalink(id, author))

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        container = json.loads(lost.sent["body"])["creation_id"]
        said = VOICE.get(f"{_graph(author)}/{container}", token, fields="status_code")
        state = said.get("status_code")
        if state == "IN_PROGRESS":
            raise TemporaryFailure("Instagram is still preparing the post.", "in_progress")
        matches = self._listed(lost, author, token)
        if len(matches) > 1:
            raise CannotTell("Several posts of your account say the same. Please look which one is this one.")
        if matches:
            id = matches[0]["id"]
            return Published(id, str(matches[0].get("permalink") or self.permalink(id, author)))
        if state == OUT:
            raise TemporaryFailure(
                "Instagram says that the post is out, but does not list it yet.", "not_listed"
            )
        return None

    def _listed(self, lost: Lost, author: Author, token: Token) -> list[dict[str, Any]]:
        """The posts of this account since then that say the same, and are no others that we know."""
        begun_at = lost.sent.get("out_since")
        since = (datetime.fromisoformat(begun_at) if begun_at else lost.sent_at) - CLOCKS_DIFFER
        said = VOICE.get(
            f"{_account(author)}/media",
            token,
            fields="id,caption,timestamp,permalink,media_type,media_product_type",
            since=str(int(since.timestamp())),
            limit=str(MOST_LISTED),
        )
        rows = [row for row in said.get("data") or [] if isinstance(row, dict) and checked_id(row)]
        wanted = _comparable(str(lost.sent.get("caption") or ""))
        return [
            row
            for row in rows
            if _comparable(str(row.get("caption") or "")) == wanted
            and _made_at(row) >= since
            and row["id"] not in lost.known_ids
        ]

    def comment_limit(self, author: Author) -> int | None:
        return instagram_comments.MOST_CHARACTERS

    def comment_problems(self, words: str, author: Author) -> list[Problem]:
        return super().comment_problems(words, author) + instagram_comments.problems(words)

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        return instagram_comments.write(f"{_graph(author)}/{remote_id}", words, token)

    def find_comment(
        self, remote_id: str, words: str, since: datetime, author: Author, token: Token
    ) -> str | None:
        return instagram_comments.find(f"{_graph(author)}/{remote_id}", words, since, author, token)

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        """Possible for accounts that came by a Page, with a permission of its own; else never."""
        words = "Instagram does not let the portal take this away. Delete it in the Instagram app yourself."
        if author.connection != "page" or DELETING not in token.scopes:
            raise CannotDo(words)
        try:
            VOICE.repeatable("DELETE", f"{GRAPH}/{remote_id}", token)
        except ContentRejected as error:
            raise CannotDo(words, error.code) from error
        except TemporaryFailure as error:
            if error.code != GONE:
                raise

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        counted = ((id, self._counted(id, author, token)) for id in remote_ids)
        return {id: figures for id, figures in counted if figures}

    def _counted(self, id: str, author: Author, token: Token) -> Figures | None:
        try:
            said = VOICE.get(f"{_graph(author)}/{id}", token, fields="like_count,comments_count")
        except TemporaryFailure as error:
            if error.code != GONE:
                raise
            return None
        # Likes are missing when their owner hides them.
        return Figures(likes=said.get("like_count"), comments=said.get("comments_count"))

    def permalink(self, remote_id: str, author: Author) -> str:
        """The profile, while the post's own address is not known; what follows # is for us alone."""
        return f"{WWW}/{quote(author.handle or '')}#{remote_id}"

    def remote_id_from_permalink(self, address: str) -> str | None:
        found = _POST_ADDRESS.search(address) or _MEDIA_ADDRESS.search(address)
        return found[1] if found else None

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        if connection.key == "page":
            return _by_pages(token)
        said = VOICE.get(
            f"{OWN_GRAPH}/me", token, fields="user_id,username,name,account_type,profile_picture_url"
        )
        rows = said.get("data")
        me = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else said
        # `id` is another number, good within this app alone.
        id = str(me.get("user_id") or "")
        if not re.fullmatch(r"\d{1,40}", id):
            raise TemporaryFailure("Instagram did not say who you are. Try again.", "no_id")
        return [_identity(id, me)]


def _by_pages(token: Token) -> list[Identity]:
    fields = "id,name,access_token,tasks,instagram_business_account{id,username,name,profile_picture_url}"
    found = []
    for page in pages_of(VOICE, fields, token):
        account = page.get("instagram_business_account")
        id = checked_id(account) if isinstance(account, dict) else None
        if isinstance(account, dict) and id is not None:
            found.append(_identity(id, account, page_token(page, token)))
    return found


def _identity(id: str, about: Mapping[str, Any], token: Token | None = None) -> Identity:
    return Identity(
        remote_id=id,
        kind="account",
        display_name=str(about.get("name") or about.get("username") or "Instagram account"),
        handle=about.get("username"),
        picture_url=about.get("profile_picture_url"),
        token=token,
    )


def _graph(author: Author) -> str:
    return GRAPH if author.connection == "page" else OWN_GRAPH


def _account(author: Author) -> str:
    return f"{_graph(author)}/{author.remote_id}"


def _note(content: Content, text: str) -> str | None:
    if content.link:
        return "Links in an Instagram text cannot be tapped. Readers have to type them."
    if hashtags(text) > SHOWN_HASHTAGS:
        return f"Instagram may show {SHOWN_HASHTAGS} hashtags alone; this text has {hashtags(text)}."
    return None


def _made_at(row: Mapping[str, Any]) -> datetime:
    return moment(row.get("timestamp")) or datetime.min.replace(tzinfo=clock.now().tzinfo)


def _comparable(text: str) -> str:
    """Without what Instagram may change: white space, and the sign @ that it drops for some tokens."""
    return " ".join(text.replace("@", "").split())
