"""Signing in for a professional Instagram account: by Instagram's own login, or by the Page it is linked to.

https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login
"""

from dataclasses import replace
from urllib.parse import urlencode

from portal import clock
from portal.platforms.base import App, Connection, Token
from portal.platforms.errors import ReconnectNeeded
from portal.platforms.instagram_refusals import LABEL, VOICE
from portal.platforms.meta import DIALOG, GRAPH, VERSION, prove
from portal.platforms.meta_sign_in import LASTS_BY_PAGE, inspected, long_lived, refused, traded

HOST = "https://graph.instagram.com"
OWN_GRAPH = f"{HOST}/{VERSION}"
WWW = "https://www.instagram.com"
# UNVERIFIED: "one public client calls it; not found in the docs".
WITHDRAWN_AT = f"{OWN_GRAPH}/me/permissions"
# UNVERIFIED "rest": one permission of Facebook's can be withdrawn alone; the pages stay connected.
WITHDRAWN = "instagram_content_publish"
# A permission of its own, for taking posts away.
DELETING = "instagram_manage_contents"
# For the first comment alone; whoever does not allow it can post all the same.
COMMENTING = "instagram_business_manage_comments"
COMMENTING_BY_PAGE = "instagram_manage_comments"


def live_long(connection: Connection, app: App, token: Token) -> Token:
    """Instagram's token for an hour traded for one of sixty days."""
    query = {
        "grant_type": "ig_exchange_token",
        "client_secret": app.client_secret,
        "access_token": token.access,
    }
    return _renewable(traded(connection, f"{HOST}/access_token?{urlencode(query)}", token))


def renew(connection: Connection, app: App, token: Token) -> Token:
    """Sixty days more for a token that is a day old and still alive; the token renews itself."""
    query = {"grant_type": "ig_refresh_token", "access_token": token.access}
    return _renewable(traded(connection, f"{HOST}/refresh_access_token?{urlencode(query)}", token))


def probe(connection: Connection, app: App, token: Token) -> Token:
    """The same token, when Instagram still says whose it is: there is no page that tells more of it."""
    VOICE.get(f"{OWN_GRAPH}/me", token, fields="user_id,username")
    return token


def withdraw(connection: Connection, app: App, token: Token) -> None:
    """Take back the permission at Instagram."""
    VOICE.repeatable("DELETE", WITHDRAWN_AT, token)


def withdraw_by_page(connection: Connection, app: App, token: Token) -> None:
    """Take back the permission to post, with the person's own token, which stands where renewing ones do."""
    if token.refresh:
        VOICE.repeatable(
            "DELETE", f"{GRAPH}/me/permissions/{WITHDRAWN}", connection.proved(app, Token(token.refresh))
        )


def cannot_renew(connection: Connection, app: App, token: Token) -> Token:
    """A page's token has no end of its own; one that was refused comes back by signing in alone."""
    words = f"The permission for {connection.label} has ended. Connect it again."
    raise ReconnectNeeded(words, "190")


def _renewable(token: Token) -> Token:
    now = clock.now()
    half = now + (token.expires_at - now) / 2 if token.expires_at else None
    return replace(token, refresh_at=half)


ACCOUNT = Connection(
    key="account",
    label="Instagram account",
    app="INSTAGRAM",
    lasts="60 days, renewed by the portal at half of it",
    needs="An Instagram account for work (Business or Creator), not a personal one.",
    authorize_url=f"{WWW}/oauth/authorize",
    token_url="https://api.instagram.com/oauth/access_token",  # noqa: S106 (an address)
    scopes=("instagram_business_basic", "instagram_business_content_publish", COMMENTING),
    comment_scope=COMMENTING,
    must_have={
        "instagram_business_basic": "see your account",
        "instagram_business_content_publish": "post for you",
    },
    can_refresh=True,
    scope_separator=",",
    after_exchange=live_long,
    renew=renew,
    withdraw=withdraw,
    inspect=probe,
    refusal=refused(LABEL),
)

ACCOUNT_OF_PAGE = Connection(
    key="page",
    label="Instagram account of a Facebook Page",
    app="FACEBOOK",
    lasts=LASTS_BY_PAGE,
    needs="A professional Instagram account that is linked to a Facebook Page you look after.",
    authorize_url=DIALOG,
    token_url=f"{GRAPH}/oauth/access_token",
    scopes=(
        "instagram_basic",
        "instagram_content_publish",
        "pages_show_list",
        "pages_read_engagement",
        "business_management",
        DELETING,
        COMMENTING_BY_PAGE,
    ),
    comment_scope=COMMENTING_BY_PAGE,
    must_have={
        "instagram_basic": "see your account",
        "instagram_content_publish": "post for you",
        "pages_show_list": "see which pages you look after",
        "pages_read_engagement": "see what belongs to your pages",
    },
    scope_separator=",",
    after_exchange=long_lived,
    renew=cannot_renew,
    withdraw=withdraw_by_page,
    inspect=inspected,
    refusal=refused(LABEL),
    prove=prove,
)
