"""What every network says about itself. Plain values in and out: no model, no request, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self

from portal.platforms.errors import CannotTell


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
    """One kind of account of a network that a doctor can connect, each with its own app and permissions."""

    key: str  # "profile", "organization", "account"
    label: str  # on the button: "LinkedIn profile"
    app: str  # which of the operator's apps: the settings' prefix, "LINKEDIN_ORG"
    needs: str  # said before it starts: which kind of account is needed
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    revoke_url: str | None = None
    # What each permission that we cannot do without is for, in words: {"w_member_social": "post for you"}.
    must_have: Mapping[str, str] = field(default_factory=dict)
    uses_pkce: bool = False
    client_auth: str = "client_secret_post"  # or "client_secret_basic"
    authorize_extra: Mapping[str, str] = field(default_factory=dict)
    can_refresh: bool = False


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


@dataclass(frozen=True)
class Media:
    """One picture or video: its public address, what it is, and a way to its bytes."""

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


class Platform:
    """One social network. A network's file fills in the facts and overrides what it can do."""

    key: ClassVar[str]
    label: ClassVar[str]
    connections: ClassVar[Sequence[Connection]]
    #: What a publication's `options` may hold: name → what it is, in words.
    options: ClassVar[Mapping[str, str]] = {}
    #: Seconds after which a look-up may be believed, one entry a look; after the last "absent" counts.
    look_after_seconds: ClassVar[tuple[int, ...]] = (10, 30, 90)
    #: After so many calls whose outcome was unknown the doctor is asked instead of sending once more.
    sends_before_asking: ClassVar[int] = 3

    def connection(self, key: str | None = None) -> Connection:
        """The connection of that key, the first one for None; raises KeyError."""
        if key is None:
            return self.connections[0]
        return next((c for c in self.connections if c.key == key), None) or _no_connection(key)

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

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any]) -> dict[str, Any]:
        """Prepare what nobody can see yet (uploads); continues from `staged`; repeatable. Text needs none."""
        return dict(staged)

    def publish(self, sent: Mapping[str, Any], author: Author, token: Token) -> Published | AwaitingDoctor:
        """The one call that cannot be undone, made once and never repeated here. Raises PlatformError."""
        raise NotImplementedError

    def look_creates(self, author: Author) -> bool:
        """Whether `find` may itself create the post (LinkedIn profiles): it is then armed like a sending."""
        return False

    def find(self, lost: Lost, author: Author, token: Token) -> Published | None:
        """Look for a post whose outcome is unknown: the post, None for "not there", or raises CannotTell."""
        raise CannotTell("This network gives no way to look for a post.")

    def permalink(self, remote_id: str, author: Author) -> str:
        """The address at which people read a post."""
        raise NotImplementedError

    def remote_id_from_permalink(self, address: str) -> str | None:
        """The id in an address that a doctor pasted, or None when it is not a post of this network."""
        raise NotImplementedError

    # Connecting

    def identities(self, connection: Connection, token: Token) -> list[Identity]:
        """Who this token can post as. Raises PlatformError."""
        raise NotImplementedError


def _no_connection(key: str) -> Connection:
    raise KeyError(key)
