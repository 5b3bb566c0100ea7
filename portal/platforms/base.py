"""What every network says about itself. Plain values in and out: no model, no request, no database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from portal.fitting import Shape
from portal.platforms.accounts import App, Author, Connection, Identity, Token, Trade
from portal.platforms.errors import CannotDo, CannotTell
from portal.platforms.posting import (
    Afterwards,
    Asked,
    AwaitingDoctor,
    ByHand,
    Content,
    Daily,
    Figures,
    Found,
    Keep,
    Lost,
    Media,
    Preview,
    Problem,
    Published,
    Told,
)
from portal.platforms.profiles import BY_HAND, Profiles

# All that a network's file needs is found here.
__all__ = [
    "Afterwards",
    "App",
    "Asked",
    "Author",
    "AwaitingDoctor",
    "ByHand",
    "Connection",
    "Content",
    "Daily",
    "Figures",
    "Found",
    "Identity",
    "Keep",
    "Lost",
    "Media",
    "Platform",
    "Preview",
    "Problem",
    "Published",
    "Token",
    "Told",
    "Trade",
    "with_link",
]

# How long before a version of a network's API ends its operator is told.
SUNSET_NOTICE = timedelta(days=60)


class Platform:
    """One social network. A network's file fills in the facts and overrides what it can do."""

    key: ClassVar[str]
    label: ClassVar[str]
    connections: ClassVar[Sequence[Connection]]
    #: The network's own front page: where a doctor posts by hand when nothing better is known.
    home: ClassVar[str] = ""
    #: Whether publishing acts for the account. Where it does not, the doctor posts everything by hand.
    needs_token: ClassVar[bool] = True
    #: Where people's profiles stand, so that a doctor can post by hand where the operator has no app.
    profiles: ClassVar[Profiles | None] = None
    #: What a publication's `options` may hold: name → what it is, in words.
    options: ClassVar[Mapping[str, str]] = {}
    #: What of them the composer asks, in this order.
    asks: ClassVar[Sequence[Asked]] = ()
    #: The option that names the place that a post goes to, where the network tells of places.
    place: ClassVar[str | None] = None
    #: Which version of its API the network's file speaks, and the day on which that ends, where it has one.
    version: ClassVar[str | None] = None
    sunset: ClassVar[date | None] = None
    #: What its pictures may be; those that are not are brought into this shape before they go there.
    shape: ClassVar[Shape] = Shape()
    #: How much of it all doctors together may begin in one day, where the network counts so.
    daily: ClassVar[Daily | None] = None
    #: Whether a post that says the same as an earlier one of the account may be refused.
    refuses_same_words: ClassVar[bool] = False
    #: Whether it reads a linked page itself and makes a card of what stands there.
    reads_linked_pages: ClassVar[bool] = True
    #: How many hashtags its readers are used to: a custom, not a limit. 0 where they mean nothing.
    usual_hashtags: ClassVar[int] = 0
    #: Seconds after publishing at which it is asked what became of a post; none where that tells nothing.
    second_looks: ClassVar[tuple[int, ...]] = ()
    #: Seconds after which a look-up may be believed, one entry a look; after the last "absent" counts.
    look_after_seconds: ClassVar[tuple[int, ...]] = (10, 30, 90)
    #: After so many calls whose outcome was unknown the doctor is asked instead of sending once more.
    sends_before_asking: ClassVar[int] = 3

    def connection(self, key: str | None = None) -> Connection:
        """The connection of that key, the first one for None; raises KeyError."""
        if key is None:
            return self.connections[0]
        if key == BY_HAND and self.profiles:
            return self.profiles.connection(self.label)
        return next((c for c in self.connections if c.key == key), None) or _no_connection(key)

    def is_by_hand(self, connection: str) -> bool:
        """Whether nothing acts for such an account: the doctor posts everything there by hand."""
        return not self.needs_token or connection == BY_HAND

    def notices(self, today: date) -> list[str]:
        """What the portal's operator should know of this network in time, in words."""
        if self.sunset is None or today < self.sunset - SUNSET_NOTICE:
            return []
        when = f"{self.sunset.day} {self.sunset:%B %Y}"
        ends = f"ends on {when}" if today < self.sunset else f"ended on {when}"
        return [
            f"Version {self.version} of {self.label}’s interface {ends}. "
            "Update the portal, or nothing can go out there."
        ]

    # What a post may hold

    def limit(self, author: Author) -> int:
        """The greatest length of a text, in this network's way of counting."""
        raise NotImplementedError

    def length(self, text: str) -> int:
        """How long this network takes a text to be."""
        return len(text)

    def problems(self, content: Content) -> list[Problem]:
        """Everything that this network would refuse, in plain words with the number that is wrong."""
        raise NotImplementedError

    def preview(self, content: Content) -> Preview:
        """How it would look, made from the same function that builds the request."""
        raise NotImplementedError

    def unknown_options(self, content: Content) -> list[Problem]:
        """The options that this network does not have."""
        known = ", ".join(self.options) or "none"
        return [
            Problem(
                f"options.{name}", f"{self.label} has no option of this name. Leave it out; known: {known}."
            )
            for name in content.options
            if name not in self.options
        ]

    def too_long(self, field: str, length: int, limit: int, what: str = "This text") -> list[Problem]:
        """One problem with the number that is wrong, or none."""
        if length <= limit:
            return []
        over = f"{length - limit:,} character{'s' if length - limit > 1 else ''}"
        return [Problem(field, f"{what} is {over} too long for {self.label} ({length:,} of {limit:,}).")]

    # Publishing

    def begins_anew(self, content: Content, staged: Mapping[str, Any]) -> bool:
        """Whether staging would draw on the day's number (`daily`), not only go on with what was begun."""
        return self.daily is not None

    def compose(self, content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        """Exactly what `publish` will send, as JSON can hold it and without any token. Pure."""
        raise NotImplementedError

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        """Whether uploads must come before `compose`: not for text, and not once `staged` is complete."""
        return False

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        """Prepare what nobody can see yet (uploads, containers) and give all that `compose` needs of it.

        Continues from `staged`, where an earlier try stopped; `keep` stores each id as soon as it is known.
        Repeatable. Raises StillPreparing when the network needs time, any other PlatformError as it is.
        """
        return dict(staged)

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published | AwaitingDoctor:
        """The one call that cannot be undone, made once and never repeated here. Raises PlatformError."""
        raise NotImplementedError

    def by_hand(self, content: Content) -> ByHand:
        """How the doctor posts it, where the portal cannot or could not. Pure."""
        how = (
            f"Sign in to {self.label} as {content.author.display_name}, begin a new post and paste the text."
        )
        return ByHand(self.home, how, (with_link(content),))

    def look_creates(self, author: Author) -> bool:
        """Whether `find` may itself create the post (LinkedIn profiles): it is then armed like a sending."""
        return False

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        """Look for a post whose outcome is unknown: the post, None for "not there", or raises CannotTell."""
        raise CannotTell("This network gives no way to look for a post.")

    def look_again(self, remote_id: str, sent: Mapping[str, Any], author: Author, token: Token) -> Afterwards:
        """What became of a post since it went out, compared with what was asked. Raises PlatformError."""
        return Afterwards(is_over=True)

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        """Take a post away; one that is gone already is no trouble. Raises CannotDo where there is no way."""
        raise CannotDo(f"{self.label} does not let the portal take posts away. Delete it there yourself.")

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        """Likes, comments and views of posts, by id; what the network does not give is missing or None.

        Raises PlatformError. At most 50 ids a call.
        """
        return {}

    def place_of(self, options: Mapping[str, Any]) -> str | None:
        """The place that the options name, in one spelling: "" for none yet, None for what can be no name."""
        return None

    def ask_about(self, place: str, author: Author, token: Token, seconds: float) -> Told:
        """What the network tells of a place, or of the author's own ones for "", within that time.

        Raises PlatformError.
        """
        raise CannotDo(f"{self.label} has nothing of this kind to look up.")

    def misfits(self, content: Content, told: Told) -> list[Problem]:
        """What the place that was asked about would refuse. Pure."""
        return []

    def permalink(self, remote_id: str, author: Author) -> str:
        """The address at which people read a post."""
        raise NotImplementedError

    def remote_id_from_permalink(self, address: str) -> str | None:
        """The id in an address that a doctor pasted, or None when it is not a post of this network."""
        raise NotImplementedError

    # The first comment

    def comment_limit(self, author: Author) -> int | None:
        """The greatest length of a comment below one's own post; None where none can be written."""
        return None

    def may_comment(self, author: Author, scopes: Collection[str]) -> bool:
        """Whether these permissions reach for a first comment; where none were told, they may."""
        needed, _ = self._comment_scope(author)
        return needed is None or not scopes or needed in scopes

    def may_ever_comment(self, author: Author, scopes: Collection[str]) -> bool:
        """Whether they do, or would if the account were connected again."""
        needed, is_asked = self._comment_scope(author)
        return needed is None or is_asked or needed in scopes

    def _comment_scope(self, author: Author) -> tuple[str | None, bool]:
        """The permission that a comment needs, if any; whether every app asks for it."""
        kind = next((each for each in self.connections if each.key == author.connection), None)
        needed = kind.comment_scope if kind else None
        return needed, kind is not None and needed in kind.scopes

    def shuts_comments(self, content: Content) -> str | None:
        """Why nobody can comment below such a post, in a sentence; None where people can."""
        return None

    def comment_problems(self, words: str, author: Author) -> list[Problem]:
        """What this network would refuse of a first comment."""
        limit = self.comment_limit(author)
        if limit is None or not words:
            return []
        return self.too_long("first_comment", self.length(words), limit, "The first comment")

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        """Write a comment below a post, once, and give its id. Never repeated here. Raises PlatformError."""
        raise CannotDo(f"{self.label} lets nobody comment from here.")

    def find_comment(
        self, remote_id: str, words: str, since: datetime, author: Author, token: Token
    ) -> str | None:
        """Look for a comment whose outcome is unknown: its id, None for "not there", or raises CannotTell."""
        raise CannotTell(f"{self.label} gives no way to look for a comment.")

    # Connecting

    def identity_at(self, address: str) -> Identity | None:
        """Whose profile an address is, by its form alone; None when it is no profile of this network."""
        return self.profiles.identity(address) if self.profiles else None

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        """Who this token can post as. Raises PlatformError."""
        raise NotImplementedError


def with_link(content: Content) -> str:
    """The text, followed by the link unless it stands there already."""
    text = content.text.strip()
    return text if not content.link or content.link in text else f"{text}\n\n{content.link}".strip()


def _no_connection(key: str) -> Connection:
    raise KeyError(key)
