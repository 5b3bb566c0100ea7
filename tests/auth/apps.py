"""An authenticator app as a person's phone holds it."""

import pyotp

from portal import clock
from portal.auth import authenticators
from portal.auth.asking import Asker
from portal.auth.inputs import AppAnswer
from portal.models import User

ASKER = Asker("192.0.2.1", "a browser")


class Phone:
    """Shows the six digits of a key at the portal's time."""

    def __init__(self, key: str) -> None:
        self.key = key

    def digits(self, *, steps: int = 0) -> str:
        return pyotp.TOTP(self.key).at(clock.now(), counter_offset=steps)


def set_up(user: User) -> tuple[Phone, list[str]]:
    """An app for this account, and its recovery codes; the digits of this half minute are used up."""
    phone = Phone(authenticators.begin(user).key)
    return phone, authenticators.finish(user, AppAnswer(code=phone.digits()), ASKER)
