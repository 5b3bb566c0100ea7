"""Draws a letter and hands it to the mail server, within time limits and over verified TLS."""

import smtplib
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Any

from flask import current_app, render_template
from flask_mail import Connection, Message

# For connecting and for each answer; Flask-Mail itself would wait for ever.
LIMIT_SECONDS = 10


class NotTaken(Exception):
    """The mail server did not take the letter; its text names no address and no word of the letter."""

    def __init__(self, words: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.words = words
        # Whether trying again is of no use: there is no such mailbox, or it wants nothing from us.
        self.is_final = is_final


def send(letter: str, to: str, *, message_id: str | None = None, **context: Any) -> None:
    """Draw `letters/<letter>/` for one reader and hand it over; raises NotTaken."""
    hand_over(draw(letter, to, **context), message_id)


def hand_over(message: Message, message_id: str | None = None) -> None:
    """Give a drawn letter to the mail server; raises NotTaken."""
    if message_id:
        message.msgId = message_id
    try:
        with LimitedConnection(current_app.extensions["mail"]) as connection:
            connection.send(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        raise NotTaken(f"recipient refused ({codes[0]})", is_final=min(codes) >= 500) from None
    except smtplib.SMTPDataError as refused:
        raise NotTaken(f"content refused ({refused.smtp_code})", is_final=refused.smtp_code >= 500) from None
    except (smtplib.SMTPException, OSError) as trouble:
        raise NotTaken(_name(trouble)) from None


def draw(letter: str, to: str, **context: Any) -> Message:
    """The letter as its reader gets it."""
    config = current_app.config["PORTAL"]
    context |= {"public_url": config.public_url, "to": to}
    subject, text, html = (
        render_template(f"letters/{letter}/{part}", **context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Message(
        # A name may hold a line break, a subject may not.
        " ".join(subject.split()),
        recipients=[to],
        body=_with_plain_breaks(text),
        html=html,
        # Holiday greetings need not answer a machine (RFC 3834).
        extra_headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )


class LimitedConnection(Connection):
    """Flask-Mail's connection with time limits and a certificate that is checked."""

    def configure_host(self) -> smtplib.SMTP:
        """Connected, encrypted where settings say so, signed in. Debug output stays off: it shows letters."""
        host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=LIMIT_SECONDS)
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # The letter is taken, or not, before this; a farewell that fails changes nothing about it.
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.quit()
            self.host.close()


def _with_plain_breaks(text: str) -> str:
    """At most one empty line in a row; templates leave more behind."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"


def _name(trouble: Exception) -> str:
    code = getattr(trouble, "smtp_code", None)
    return f"{type(trouble).__name__} ({code})" if code else type(trouble).__name__
