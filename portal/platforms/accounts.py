"""Who connects and who posts, as plain values: the operator's app, a token, an account, a way to connect."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from portal.platforms.errors import PlatformError


@dataclass(frozen=True)
class App:
    """The operator's app at a network."""

    client_id: str
    client_secret: str = field(repr=False)
    # Permissions that this app owns beside the usual ones, as its operator says.
    more_scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """What lets us act for an account. `refresh_at`: half of its life is over, where it can be renewed."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    refresh_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    # What shows that a call with this token is the app's own, where the network asks for that; never stored.
    proof: str | None = field(default=None, repr=False)

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
        values: dict[str, Any] = {
            name: datetime.fromisoformat(record[name]) for name in times if record[name]
        }
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
    # What first comments need besides those; accounts that were connected without it post all the same.
    comment_scope: str | None = None
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
    # Asks whether a token still holds: the same one with what it may do by now, and with its end where it has
    # one. Raises ReconnectNeeded when it holds no more, and any other PlatformError when nothing was told.
    inspect: "Trade | None" = None
    refusal: Callable[[int, Mapping[str, Any]], PlatformError | None] | None = None
    # What goes along with each call to show that it is the app's own, made of its secret and a token.
    prove: "Callable[[App, str], str] | None" = None

    def proved(self, app: App | None, token: Token) -> Token:
        """The token with its proof, where this network takes one and the app's secret is known."""
        return replace(token, proof=self.prove(app, token.access)) if self.prove and app else token


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
