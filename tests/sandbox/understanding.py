"""What each fault of the practice network means to the portal, the same for every network.

Where a network says it otherwise, its own tests name that: `every_fault(duplicate=ContentRejected)`.
"""

import pytest

from portal.platforms.errors import (
    ContentRejected,
    Duplicate,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TokenEnded,
)

MEANING: dict[str, type[PlatformError]] = {
    "rate_limit": RateLimited,
    "server_error": OutcomeUnknown,
    "server_error_but_posted": OutcomeUnknown,
    "drop_before": OutcomeUnknown,
    "drop_after": OutcomeUnknown,
    "html": OutcomeUnknown,
    "redirect": OutcomeUnknown,
    "token_expired": TokenEnded,
    "token_revoked": TokenEnded,
    "permission_missing": ReconnectNeeded,
    "duplicate": Duplicate,
    "bad_content": ContentRejected,
}

# After these the post stands on the network all the same.
APPEARS = ("server_error_but_posted", "drop_after")


def every_fault(**otherwise: type[PlatformError]) -> pytest.MarkDecorator:
    """Run the test once for each fault, as `kind` and the `error` that it becomes."""
    return pytest.mark.parametrize(("kind", "error"), list((MEANING | otherwise).items()))
