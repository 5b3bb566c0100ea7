"""Signing in at Facebook for the Pages that somebody looks after.

https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow
"""

from portal.platforms.base import App, Connection, Token
from portal.platforms.errors import ReconnectNeeded
from portal.platforms.facebook_refusals import LABEL, VOICE
from portal.platforms.meta import DIALOG, GRAPH, prove
from portal.platforms.meta_sign_in import LASTS_BY_PAGE, inspected, long_lived, refused

# UNVERIFIED "rest": one permission can be withdrawn alone. All of them at once would also end the Instagram
# accounts that came by the same sign-in.
WITHDRAWN = "pages_manage_posts"


def withdraw(connection: Connection, app: App, token: Token) -> None:
    """Take back the permission to post, with the person's own token, which stands where renewing ones do."""
    if token.refresh:
        VOICE.repeatable(
            "DELETE", f"{GRAPH}/me/permissions/{WITHDRAWN}", connection.proved(app, Token(token.refresh))
        )


def cannot_renew(connection: Connection, app: App, token: Token) -> Token:
    """A page's token has no end of its own; one that was refused comes back by signing in alone."""
    raise ReconnectNeeded(f"The permission for {connection.label} has ended. Connect it again.", "190")


COMMENTING = "pages_manage_engagement"

PAGE = Connection(
    key="page",
    label="Facebook Page",
    app="FACEBOOK",
    lasts=LASTS_BY_PAGE,
    needs="A Facebook Page on which you may create content. Profiles and groups cannot be posted to.",
    authorize_url=DIALOG,
    token_url=f"{GRAPH}/oauth/access_token",
    scopes=(
        "pages_show_list",
        "pages_read_engagement",
        "pages_manage_posts",
        # Without it pages of a Business portfolio may be missing from the list (reason UNVERIFIED).
        "business_management",
        # For the first comment alone; whoever does not allow it can post all the same.
        COMMENTING,
    ),
    comment_scope=COMMENTING,
    must_have={
        "pages_show_list": "see which pages you look after",
        "pages_read_engagement": "check that a post is there",
        "pages_manage_posts": "post on your pages",
    },
    scope_separator=",",
    after_exchange=long_lived,
    renew=cannot_renew,
    withdraw=withdraw,
    inspect=inspected,
    refusal=refused(LABEL),
    prove=prove,
)
