"""What every network says about itself. Plain values in and out: no model, no request, no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from portal.platforms.errors import CannotDo, CannotTell, PlatformError

# How long before a version of a network's API ends its operator is told.
SUNSET_NOTICE = timedelta(days=60)


@dataclass(frozen=True)
class App:
    """The operator's app at a network."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Token:
    """What lets us act for an account. `refresh_at`: half of its life is over, where it can be renewed."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    refresh_at: datetime | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def ends_at(self) -> datetime | None:
        """When only the person can prolong it: the end of what renews it, or its own where nothing does."""
        return self.refresh_expires_at if self.refresh_at else self.expires_at

    def to_record(self) -> dict[str, Any]:
        """As JSON can hold it; to be sealed at once."""
        times = ("expires_at", "refresh_expires_at", "refresh_at")
        record = {name: getattr(self, name) for name in ("access", "refresh", *times)}
        record |= {name: record[name].isoformat() for name in times if record[name]}
        return record | {"scopes": sorted(self.scopes)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        times = ("expires_at", "refresh_expires_at", "refresh_at")
        values = {name: datetime.fromisoformat(record[name]) for name in times if record[name]}
        return cls(record["access"], record["refresh"], scopes=frozenset(record["scopes"]), **values)


@dataclass(frozen=True)
class Connection:
    """One kind of account of a network that a doctor can connect, each with its own app and permissions.

    `by_address`: there is no sign-in to come back from; the doctor gives the address of the profile, which
    looks like this example.
    """

    key: str  # "profile", "organization", "account"
    label: str  # on the button: "LinkedIn profile"
    app: str  # which of the operator's apps: the settings' prefix, "LINKEDIN_ORG"
    needs: str  # said before it starts: which kind of account is needed
    authorize_url: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()
    revoke_url: str | None = None
    # What each permission that we cannot do without is for, in words: {"w_member_social": "post for you"}.
    must_have: Mapping[str, str] = field(default_factory=dict)
    uses_pkce: bool = False
    client_auth: str = "client_secret_post"  # or "client_secret_basic"
    authorize_extra: Mapping[str, str] = field(default_factory=dict)
    can_refresh: bool = False
    # Sent with every call of the sign-in: Reddit wants its own User-Agent everywhere.
    headers: Mapping[str, str] = field(default_factory=dict)
    lasts: str = ""  # for the operator, in words: "60 days"
    by_address: str | None = None
    scope_separator: str = " "
    # Where a network leaves the standard: a token traded for a longer one, renewed or withdrawn in its way
    # (each is given this connection), and what a refusal of its token address means.
    after_exchange: "Trade | None" = None
    renew: "Trade | None" = None
    withdraw: "Callable[[Connection, App, Token], None] | None" = None
    refusal: Callable[[int, Mapping[str, Any]], PlatformError | None] | None = None


#: A token for a token. Raises PlatformError.
Trade = Callable[[Connection, App, Token], Token]


@dataclass(frozen=True)
class Identity:
    """An account, page or channel that a sign-in gave. `token` only where it has one of its own."""

    remote_id: str
    kind: str  # in words: "profile", "company page"
    display_name: str
    handle: str | None = None
    picture_url: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    token: Token | None = None

    def to_record(self) -> dict[str, Any]:
        """Without its token."""
        return {name: value for name, value in asdict(self).items() if name != "token"}


@dataclass(frozen=True)
class Author:
    """The account that posts."""

    remote_id: str
    connection: str
    display_name: str
    handle: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


#: Stores what a network holds by now, while an upload goes on: called with all of `staged`, after each step.
Keep = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Media:
    """One picture or video: its public address, what it is, and where its bytes lie on this machine."""

    id: int
    url: str
    mime_type: str
    bytes: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    alt_text: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class Content:
    """What one publication would say, on one account."""

    text: str
    author: Author
    link: str | None = None
    link_title: str | None = None
    media: tuple[Media, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    client_ref: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a network would refuse it. `field`: "content", "link", "media", "options.title"."""

    field: str
    words: str


@dataclass(frozen=True)
class Preview:
    """A post about as its readers would see it. `visible` stands before "… more", `rest` after it."""

    author_name: str
    author_handle: str | None
    visible: str
    rest: str
    length: int
    limit: int
    link: str | None = None
    link_title: str | None = None
    media: tuple[Media, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Published:
    """It is out: the id by which the network's API knows it, and the address at which people read it.

    `note` says what the doctor should know all the same: that the end of a thread is missing.
    """

    remote_id: str
    permalink: str | None
    note: str | None = None
    # Of a look that may create: whether the post was not there and this look brought it out.
    was_created: bool = False


@dataclass(frozen=True)
class AwaitingDoctor:
    """The network has no publishing API for us: the doctor posts it by hand; `how` says what to do."""

    how: str


@dataclass(frozen=True)
class ByHand:
    """How a doctor posts it without us: where to paste it, what to do there, what to copy, what to look at.

    `texts` are copied one after the other; several stand for the parts of a thread.
    """

    address: str
    how: str
    texts: tuple[str, ...]
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lost:
    """A call whose outcome is unknown: what was sent and when, how often it was looked for before, and which
    ids are known to be other posts of this account (published by us, or deleted by us).

    `now` is the database's clock, where its age matters: this machine's may be wrong.
    """

    sent: Mapping[str, Any]
    sent_at: datetime
    looks: int = 0
    known_ids: frozenset[str] = frozenset()
    now: datetime | None = None


@dataclass(frozen=True)
class Found:
    """What a network tells while a post is written: `value` goes into an option, the rest is to be read."""

    value: str
    label: str
    words: str = ""


@dataclass(frozen=True)
class Figures:
    """What a network counts of one post; None where it gives no such figure."""

    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True)
class Asked:
    """One thing that the composer asks when this network is chosen; its answer is the option `name`.

    `kind`: "line", "list" (words with commas between them), "texts" (with an empty line between them),
    "choice" or "yes_no". `choices` are (value, words); an empty value leaves the option out.
    """

    name: str
    label: str
    kind: str = "line"
    hint: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    is_needed: bool = False


class Platform:
    """One social network. A network's file fills in the facts and overrides what it can do."""

    key: ClassVar[str]
    label: ClassVar[str]
    connections: ClassVar[Sequence[Connection]]
    #: The network's own front page: where a doctor posts by hand when nothing better is known.
    home: ClassVar[str] = ""
    #: Whether publishing acts for the account. Where it does not, the doctor posts everything by hand.
    needs_token: ClassVar[bool] = True
    #: What a publication's `options` may hold: name → what it is, in words.
    options: ClassVar[Mapping[str, str]] = {}
    #: What of them the composer asks, in this order.
    asks: ClassVar[Sequence[Asked]] = ()
    #: What can be looked up while composing: kind → what it gives, in words.
    lookups: ClassVar[Mapping[str, str]] = {}
    #: Which version of its API the network's file speaks, and the day on which that ends, where it has one.
    version: ClassVar[str | None] = None
    sunset: ClassVar[date | None] = None
    #: Seconds after which a look-up may be believed, one entry a look; after the last "absent" counts.
    look_after_seconds: ClassVar[tuple[int, ...]] = (10, 30, 90)
    #: After so many calls whose outcome was unknown the doctor is asked instead of sending once more.
    sends_before_asking: ClassVar[int] = 3

    def connection(self, key: str | None = None) -> Connection:
        """The connection of that key, the first one for None; raises KeyError."""
        if key is None:
            return self.connections[0]
        return next((c for c in self.connections if c.key == key), None) or _no_connection(key)

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

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        """Take a post away; one that is gone already is no trouble. Raises CannotDo where there is no way."""
        raise CannotDo(f"{self.label} does not let the portal take posts away. Delete it there yourself.")

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        """Likes, comments and views of posts, by id; what the network does not give is missing or None.

        Raises PlatformError. At most 50 ids a call.
        """
        return {}

    def lookup(self, kind: str, query: str, author: Author, token: Token) -> list[Found]:
        """What the network offers or demands, one of `lookups`; `query` narrows it. Raises PlatformError."""
        raise CannotDo(f"{self.label} has nothing of this kind to look up.")

    def permalink(self, remote_id: str, author: Author) -> str:
        """The address at which people read a post."""
        raise NotImplementedError

    def remote_id_from_permalink(self, address: str) -> str | None:
        """The id in an address that a doctor pasted, or None when it is not a post of this network."""
        raise NotImplementedError

    # Connecting

    def identity_at(self, address: str) -> Identity | None:
        """Whose profile an address is, by its form alone; None when it is no profile of this network."""
        return None

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        """Who this token can post as. Raises PlatformError."""
        raise NotImplementedError


def with_link(content: Content) -> str:
    """The text, followed by the link unless it stands there already."""
    text = content.text.strip()
    return text if not content.link or content.link in text else f"{text}\n\n{content.link}".strip()


def _no_connection(key: str) -> Connection:
    raise KeyError(key)
