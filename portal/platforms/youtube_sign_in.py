"""Signing in at Google for a YouTube channel, as its guide for web servers says.

https://developers.google.com/identity/protocols/oauth2/web-server
"""

from collections.abc import Mapping
from typing import Any

from portal.platforms.base import Connection
from portal.platforms.errors import OperatorNeeded, PlatformError

SCOPE = "https://www.googleapis.com/auth/youtube"
# "operator errors, not the user's": the app was removed, or its way back is another one.
# "exact description texts UNVERIFIED": only the names are looked at.
OPERATORS_ERRORS = frozenset({"deleted_client", "redirect_uri_mismatch"})


def refused(status: int, said: Mapping[str, Any]) -> PlatformError | None:
    """What Google's token address says besides the standard's words; None for those."""
    error = said.get("error")
    if error not in OPERATORS_ERRORS:
        return None
    words = "The portal’s own access to YouTube is not set up right. Its operator has to mend this."
    return OperatorNeeded(words, str(error))


CHANNEL = Connection(
    key="channel",
    label="YouTube channel",
    app="YOUTUBE",
    needs="A Google account with a YouTube channel. Create the channel at youtube.com first. Confirm its "
    "phone number at youtube.com/verify for pictures of your own and videos over 15 minutes.",
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 (an address)
    revoke_url="https://oauth2.googleapis.com/revoke",
    scopes=(f"{SCOPE}.upload", f"{SCOPE}.readonly", f"{SCOPE}.force-ssl"),
    # The third one is for deleting and for the first comment: without it everything else works.
    comment_scope=f"{SCOPE}.force-ssl",
    must_have={
        f"{SCOPE}.upload": "upload videos for you",
        f"{SCOPE}.readonly": "see your channel and its videos",
    },
    # "Not in the web-server guide …; accepted for web clients. Send it."
    uses_pkce=True,
    # Without "consent" a returning person gets no renewing token.
    authorize_extra={"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"},
    can_refresh=True,
    lasts="1 hour, renewed at half of it; 7 days in all while the app is in testing at Google",
    refusal=refused,
)
