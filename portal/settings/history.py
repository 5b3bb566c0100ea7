"""What happened in somebody's account, in plain words, from what was written down."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.auth import devices
from portal.extensions import db
from portal.models import AuditEvent, User

SHOWN = 20

# What an owner would want to know, by the action that was written down.
WORDS = {
    "signed in": "You signed in",
    "sign-in failed": "Somebody tried to sign in with a wrong password",
    "proof refused": "A wrong password or code was given where we asked again",
    "reset asked": "A new password was asked for by letter",
    "password reset": "A new password was chosen by letter",
    "password changed": "The password was changed",
    "password change refused": "The password was not changed: the current one was wrong",
    "password change undone": "The change of the password was undone",
    "other address asked": "Another email address was asked for",
    "address changed": "The email address was changed",
    "email change undone": "The change of the email address was undone",
    "authenticator set up": "An authenticator app was set up",
    "authenticator removed": "The authenticator app was removed",
    "app reported lost": "The authenticator app was reported lost",
    "lost app taken away": "The lost authenticator app was taken away",
    "new recovery codes": "New recovery codes were made",
    "recovery code used": "A recovery code was used",
    "passkey added": "A passkey was added",
    "passkey removed": "A passkey was removed",
    "signed out a browser": "A browser was signed out",
    "signed out everywhere else": "All other browsers were signed out",
    "copy taken": "A copy of everything was taken",
    "leaving": "You asked to leave the portal",
    "stayed": "You kept the account after all",
}
HOW = {
    "passkey": "with a passkey",
    "trusted browser": "in a trusted browser",
    "authenticator": "with your app",
}


@dataclass(frozen=True)
class Happening:
    words: str
    at: datetime
    address: str | None


def of(user: User) -> list[Happening]:
    """The newest things about this account, the newest first."""
    mine = AuditEvent.subject == "user", AuditEvent.subject_id == user.id
    newest = select(AuditEvent).where(*mine, AuditEvent.action.in_(WORDS)).order_by(AuditEvent.id.desc())
    rows = db.session.scalars(newest.limit(SHOWN))
    return [Happening(_sentence(row), row.created_at, row.address) for row in rows]


def _sentence(row: AuditEvent) -> str:
    """With the way and the browser of a sign-in, and the name of a passkey."""
    words = [WORDS[row.action], HOW.get(str(row.details.get("how")), "")]
    if row.action == "signed in" and row.details.get("device"):
        words.append(f"({devices.name_of(row.details['device'])})")
    if row.details.get("name"):
        words.append(f"(“{row.details['name']}”)")
    return " ".join(word for word in words if word)
