"""The mailbox and the cheap hashes of the sign-in tests, for programs."""

from tests.auth.conftest import cheap_hashes, mailbox

__all__ = ["cheap_hashes", "mailbox"]
