"""What a browser that is not signed in remembers: the code it was asked for, and that it is trusted."""

import secrets

from flask import current_app, request, session
from werkzeug.wrappers import Response

from portal.auth import trust
from portal.auth.asking import Asker
from portal.extensions import db
from portal.models import OneTimeCode, User

CODE = "code_id"
NEXT = "next"
CHALLENGE = "passkey"
# Browsers keep no cookie of more than 4 KB, and the session has more to hold.
LONGEST_NEXT = 2000
DEVICE_CHARACTERS = 200


def asker() -> Asker:
    """Who sits before this browser, for the flows."""
    return Asker(request.remote_addr, request.user_agent.string[:DEVICE_CHARACTERS] or None)


def remember_code(code: OneTimeCode) -> None:
    """This browser, and no other, answers the code. The cookie is signed, so nobody picks another's."""
    session[CODE] = code.id


def remembered_code(*purposes: str) -> OneTimeCode | None:
    """The code that this browser is to answer, for one of these purposes."""
    code_id = session.get(CODE)
    code = db.session.get(OneTimeCode, code_id) if isinstance(code_id, int) else None
    return code if code and code.purpose in purposes and code.is_browser_bound else None


def forget_code() -> None:
    session.pop(CODE, None)


def remember_challenge(challenge: str) -> None:
    """What this browser's devices are asked to sign; a signature that another browser asked for is none."""
    session[CHALLENGE] = challenge


def take_challenge() -> str | None:
    """The challenge that this browser was given last; it is given once."""
    challenge = session.pop(CHALLENGE, None)
    return challenge if isinstance(challenge, str) else None


def lead_back_to(path: str) -> bool:
    """Have signing in end on this page of ours; false when its address is too long for a cookie.

    Kept in the cookie and not in the sign-in page's address, for what must not stand in a log.
    """
    if len(path) <= LONGEST_NEXT:
        session[NEXT] = path
    return len(path) <= LONGEST_NEXT


def trusted_word() -> str | None:
    """The word that a trusted browser keeps."""
    return request.cookies.get(_cookie())


def trust_this_browser(user: User, response: Response) -> None:
    """Leave the code out from now on, for this account in this browser."""
    word = trusted_word() or secrets.token_urlsafe(32)
    trust.remember(user, word, asker().device)
    response.set_cookie(
        _cookie(),
        word,
        max_age=trust.LIFE,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _cookie() -> str:
    # The prefix makes browsers refuse the cookie from anybody but this very host.
    return "__Host-trusted" if current_app.config["SESSION_COOKIE_SECURE"] else "trusted"
