"""The mailbox: the letters that came in over SMTP, read into what a person sees."""

import itertools
import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from typing import Any

from .journal import Journal
from .posts import moment_text

KEPT = 2000


@dataclass(frozen=True)
class Letter:
    """One letter in one person's mailbox."""

    id: int
    to: str
    subject: str
    text: str
    html: str | None
    at: float

    def as_json(self) -> dict[str, Any]:
        return {
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "at": moment_text(self.at),
        }


class Letters:
    """The last two thousand letters, kept over a restart."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._letters: deque[Letter] = deque(Letter(**record) for record in journal.load("letter"))
        self._ids = itertools.count(self._letters[-1].id + 1 if self._letters else 1)

    def receive(self, recipients: Iterable[str], raw: bytes) -> None:
        """Put a letter into the mailbox of everybody it is for; it is on disk when this returns."""
        subject, text, html = read_letter(raw)
        for recipient in recipients:
            with self._lock:
                letter = Letter(next(self._ids), recipient, subject, text, html, time.time())
                self._letters.append(letter)
                dropped = self._letters.popleft() if len(self._letters) > KEPT else None
            self._journal.keep("letter", _key(letter), asdict(letter))
            if dropped:
                self._journal.drop("letter", _key(dropped))
        self._journal.settle()

    def newest(self, to: str = "") -> list[Letter]:
        wanted = to.strip().casefold()
        with self._lock:
            letters = list(self._letters)
        return [each for each in reversed(letters) if not wanted or each.to.casefold() == wanted]

    def get(self, id: int) -> Letter | None:
        return next((letter for letter in self.newest() if letter.id == id), None)

    def forget_all(self) -> None:
        with self._lock:
            self._letters.clear()
        self._journal.drop_all("letter")
        self._journal.settle()

    def last_id(self) -> int:
        return self._letters[-1].id if self._letters else 0


def read_letter(raw: bytes) -> tuple[str, str, str | None]:
    """Subject, text and HTML of a letter; what cannot be read comes out as well as it can be."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return _header(message, "subject"), _words(plain) or "", _words(html)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except (MessageError, ValueError, IndexError):  # what email raises on a header that is no header
        return ""


def _words(part: Any) -> str | None:
    if part is None:
        return None
    try:
        content = part.get_content()
    except (LookupError, ValueError):  # a character set that nobody has heard of
        content = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return str(content).replace("\r\n", "\n")


def _key(letter: Letter) -> str:
    return f"{letter.id:012d}"
