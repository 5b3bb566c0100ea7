"""Signs test browsers and programs in without the pages: what is tested is somewhere else."""

import secrets

from flask.testing import FlaskClient

from portal.api import tokens
from portal.auth import sessions
from portal.extensions import db
from portal.models import Doctor, User


def sign_in(client: FlaskClient, who: Doctor | User) -> FlaskClient:
    """Make this browser one that `who` is signed in with."""
    user = who.user if isinstance(who, Doctor) else who
    word = secrets.token_urlsafe(32)
    sessions.open_session(user, word)
    db.session.commit()
    with client.session_transaction() as session:
        session[sessions.COOKIE_PART] = word
    return client


def bearer(who: Doctor | User) -> dict[str, str]:
    """The header by which a program acts for `who`: client.get("/api/v1/…", headers=bearer(asha))."""
    user = who.user if isinstance(who, Doctor) else who
    return {"Authorization": f"Bearer {tokens.issue(user)}"}
