"""Administrators are asked for more than a letter's code, on each page of theirs, until there is more.

They are asked and not locked out: the first administrator of a new portal has a password and a mailbox, and
has to get in with these to set up anything. A trusted browser spares them the letter's code like everybody
else, and no app's code.
"""

from flask_login import current_user

from portal.auth import authenticators, passkeys
from portal.extensions import db


def has_little_but_letters() -> bool:
    """Whether this is an administrator who has neither an app nor a passkey."""
    if not current_user.is_authenticated or not current_user.is_administrator:
        return False
    has_passkey = db.session.scalar(passkeys.of(current_user).limit(1)) is not None
    return not has_passkey and authenticators.of(current_user) is None
