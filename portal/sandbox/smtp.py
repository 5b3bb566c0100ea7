"""The mail catcher: takes every letter that is sent to it and delivers none."""

import asyncio
import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .letters import Letters

LARGEST_BYTES = 25 * 1024 * 1024


class _Catcher:
    """What the SMTP server asks for each letter."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.content or b""
        content = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogateescape")
        # Reading and writing happen beside the loop, so that a big letter holds up nobody else's.
        await asyncio.to_thread(self._letters.receive, list(envelope.rcpt_tos), content)
        return "250 Message accepted for the practice mailbox"


def start_catcher(letters: Letters, port: int) -> Controller:
    """Listen for letters on the loopback address; stop() on what is returned ends it."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    catcher = Controller(
        _Catcher(letters),
        hostname="127.0.0.1",
        port=port,
        data_size_limit=LARGEST_BYTES,
        enable_SMTPUTF8=True,
        ident="portal practice mailbox",
    )
    catcher.start()
    return catcher
