"""Signing in at X: OAuth 2.0 with PKCE for a confidential client.

https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
"""

from portal.platforms.base import Connection
from portal.platforms.twitter_calls import API

ACCOUNT = Connection(
    key="account",
    label="X account",
    app="TWITTER",
    lasts="2 hours, renewed at half of it",
    needs="Any X account that you may post with. Sign in to the right one on X first.",
    authorize_url="https://x.com/i/oauth2/authorize",
    token_url=f"{API}/2/oauth2/token",
    revoke_url=f"{API}/2/oauth2/revoke",
    scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    must_have={
        "tweet.read": "see your posts",
        "tweet.write": "post for you",
        "users.read": "know that it is you",
        "offline.access": "stay connected",
    },
    uses_pkce=True,
    client_auth="client_secret_basic",
    can_refresh=True,
)
