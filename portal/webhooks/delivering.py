"""Carries messages to webhooks, signed as the Standard Webhooks specification lays down
(https://www.standardwebhooks.com/).

At least once: a worker that dies between sending and noting leaves the message to be sent again, under the
same name, by which a receiver knows a double. Messages of one stream go one after the other, and each waits
for the one before it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import aliased, joinedload

from portal import clock, http, queue
from portal.extensions import db
from portal.models import AuditEvent, OutboxLetter, Webhook, WebhookMessage
from portal.models.webhook import SECRET_PREFIX
from portal.transaction import transaction

log = structlog.get_logger()

AT_ONCE = 32
THREADS = 16
CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 10.0
# How long after each failed try the next one comes; when the list is over, the message is given up.
WAITS = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600)) + 7 * (
    timedelta(hours=12),
)
# A webhook at which nothing has arrived for so long is switched off, and its doctor told.
PATIENCE = timedelta(days=3)
# Longer than a call can take: then whoever claimed it has died, and another worker may try.
CLAIM = timedelta(minutes=2)
KEPT = timedelta(days=30)
GONE = 410


@dataclass(frozen=True)
class Parcel:
    """One message ready to go; its words stay out of every log."""

    message_id: int
    url: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What came of one: an answer's status, or why none came."""

    status: int | None
    trouble: str | None

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver() -> int:
    """Send what is due, so many at once, and ring again when there may be more; how many were sent."""
    parcels = claim()
    if not parcels:
        return 0
    with ThreadPoolExecutor(THREADS, "webhook") as threads:
        outcomes = list(threads.map(call, parcels))
    for parcel, outcome in zip(parcels, outcomes, strict=True):
        note(parcel.message_id, outcome)
    queue.enqueue("deliver_webhooks")
    return len(parcels)


def claim() -> list[Parcel]:
    """Take messages for this worker alone, signed as of now, and count the try.

    The claim is a time after which they are anybody's again; nothing is held while receivers are called.
    """
    with transaction():
        messages = _due()
        for message in messages:
            message.not_before = clock.now() + CLAIM
            message.tried_at = clock.now()
            message.tries += 1
        return [_pack(message) for message in messages]


def call(parcel: Parcel) -> Outcome:
    """Put it to its receiver, once; runs in a bare thread."""
    try:
        answer = http.request(
            "POST",
            parcel.url,
            headers=parcel.headers,
            body=parcel.body,
            connect_seconds=CONNECT_SECONDS,
            total_seconds=TOTAL_SECONDS,
        )
    except http.NotSent:
        return Outcome(None, "We could not reach this address, or it is not on the open internet.")
    except http.CallFailed:
        return Outcome(None, f"No answer came within {TOTAL_SECONDS:g} seconds, or it was cut off.")
    outcome = Outcome(answer.status, None)
    if outcome.is_delivered:
        return outcome
    return Outcome(answer.status, f"The answer was {answer.status}. Only 200 to 299 means that it arrived.")


def note(message_id: int, outcome: Outcome) -> None:
    """Write down what came of a message; one that its doctor has removed meanwhile is nobody's concern."""
    with transaction():
        held = select(WebhookMessage).where(WebhookMessage.id == message_id).with_for_update()
        message = db.session.scalar(held.execution_options(populate_existing=True))
        if message is None:
            return
        webhook = db.session.get_one(Webhook, message.webhook_id, with_for_update=True)
        message.answer_status, message.trouble = outcome.status, outcome.trouble
        if outcome.is_delivered:
            message.delivered_at, webhook.failing_since = clock.now(), None
        else:
            _note_failure(webhook, message, outcome)


def forget_old() -> None:
    """Delete old messages: a log is no archive."""
    with transaction():
        db.session.execute(delete(WebhookMessage).where(WebhookMessage.created_at < clock.now() - KEPT))


def sign(secrets: Sequence[str], mark: str, at: int, body: bytes) -> str:
    """The header webhook-signature: one signature for each secret that holds now."""
    signed = f"{mark}.{at}.".encode() + body
    keys = [base64.b64decode(words.removeprefix(SECRET_PREFIX)) for words in secrets]
    digests = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def _due() -> Sequence[WebhookMessage]:
    """The first that waits of each stream, if its time has come."""
    earlier = aliased(WebhookMessage)
    is_behind = (
        select(earlier.id)
        .where(
            earlier.webhook_id == WebhookMessage.webhook_id,
            earlier.stream == WebhookMessage.stream,
            earlier.id < WebhookMessage.id,
            earlier.delivered_at.is_(None),
            earlier.given_up_at.is_(None),
        )
        .exists()
    )
    return db.session.scalars(
        select(WebhookMessage)
        .join(WebhookMessage.webhook)
        .where(
            Webhook.disabled_at.is_(None),
            WebhookMessage.delivered_at.is_(None),
            WebhookMessage.given_up_at.is_(None),
            WebhookMessage.not_before <= clock.database_now(),
            ~is_behind,
        )
        .order_by(WebhookMessage.not_before, WebhookMessage.id)
        .limit(AT_ONCE)
        .options(joinedload(WebhookMessage.webhook, innerjoin=True))
        .with_for_update(of=WebhookMessage, skip_locked=True)
    ).all()


def _pack(message: WebhookMessage) -> Parcel:
    told: dict[str, Any] = {
        "type": message.kind,
        "timestamp": message.created_at.isoformat(),
        "data": message.about,
    }
    body = json.dumps(told, separators=(",", ":")).encode()
    at = int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.mark,
        "webhook-timestamp": str(at),
        "webhook-signature": sign(message.webhook.secrets, message.mark, at, body),
    }
    return Parcel(message.id, message.webhook.url, headers, body)


def _note_failure(webhook: Webhook, message: WebhookMessage, outcome: Outcome) -> None:
    now = clock.now()
    webhook.failing_since = webhook.failing_since or now
    is_last = message.tries > len(WAITS)
    if outcome.status == GONE or now - webhook.failing_since >= PATIENCE:
        _switch_off(webhook, "gone" if outcome.status == GONE else "failing")
    if is_last:
        message.given_up_at = now
    elif message.tries:
        message.not_before = now + WAITS[message.tries - 1]
    # Else its doctor asked for it once more while this try was under way, and it is due already.
    facts = {"webhook_id": webhook.id, "message_id": message.id, "status": outcome.status}
    log.warning("webhook_given_up" if is_last else "webhook_not_taken", **facts)


def _switch_off(webhook: Webhook, why: str) -> None:
    if not webhook.is_on:
        return
    webhook.disabled_at, webhook.disabled_why = clock.now(), why
    doctor = webhook.doctor
    AuditEvent.write("webhook switched off", subject="webhook", subject_id=webhook.id, why=why)
    about = {"full_name": doctor.full_name, "url": webhook.url, "webhook_id": webhook.id, "why": why}
    OutboxLetter.post("webhook_off", doctor.user.email, about=about, doctor_id=doctor.id)
