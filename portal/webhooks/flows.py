"""A doctor's webhooks: made, changed, tried, resent, taken away."""

import secrets
from collections.abc import Sequence

from sqlalchemy import Select, select, update

from portal import clock, queue
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import AuditEvent, Doctor, Webhook, WebhookMessage
from portal.models.webhook import TEST
from portal.transaction import transaction
from portal.webhooks.inputs import NewWebhook, WebhookChange

MOST_WEBHOOKS = 10
IS_OFF = "This webhook is switched off. Switch it on first."


def webhooks_of(doctor: Doctor) -> Sequence[Webhook]:
    return db.session.scalars(Webhook.owned_by(doctor).order_by(Webhook.id)).all()


def messages_of(webhook: Webhook) -> Select[WebhookMessage]:
    """What it was told or will be."""
    return select(WebhookMessage).where(WebhookMessage.webhook_id == webhook.id)


def make(doctor: Doctor, wanted: NewWebhook) -> tuple[Webhook, str]:
    """A webhook and its secret, which nobody can show again. Raises Invalid."""
    with transaction():
        db.session.refresh(doctor, with_for_update=True)  # two at once are counted one after the other
        if len(webhooks_of(doctor)) >= MOST_WEBHOOKS:
            raise Invalid("", f"You have {MOST_WEBHOOKS} webhooks. Remove one that you no longer need.")
        kinds = list(dict.fromkeys(wanted.kinds))
        row = Webhook(doctor_id=doctor.id, url=wanted.url, kinds=kinds, sealed_secret="")
        db.session.add(row)
        db.session.flush()
        words = row.choose_secret()
        _note("webhook made", row, doctor)
    return row, words


def change(doctor: Doctor, row: Webhook, wanted: WebhookChange) -> Webhook:
    """The fields sent are changed. What waits goes to the new address, and goes on when it is switched on."""
    with transaction():
        if wanted.url is not None:
            row.url = wanted.url
        if wanted.kinds is not None:
            row.kinds = list(dict.fromkeys(wanted.kinds))
        if wanted.is_on is not None and wanted.is_on != row.is_on:
            _switch(row, wanted.is_on)
        _note("webhook changed", row, doctor)
    return row


def remove(doctor: Doctor, row: Webhook) -> None:
    """Gone with all its messages."""
    with transaction():
        _note("webhook removed", row, doctor)
        db.session.delete(row)


def renew_secret(doctor: Doctor, row: Webhook) -> str:
    """Another secret, shown now alone; the one before it signs beside it for a day."""
    with transaction():
        words = row.choose_secret()
        _note("webhook secret renewed", row, doctor)
    return words


def test(row: Webhook) -> WebhookMessage:
    """Write a message that tells nothing, to see whether it arrives. Raises Conflict while it is off."""
    if not row.is_on:
        raise Conflict(IS_OFF)
    with transaction():
        message = WebhookMessage(webhook_id=row.id, kind=TEST, stream=f"{TEST}:{secrets.token_hex(8)}")
        db.session.add(message)
        db.session.flush()
        db.session.refresh(message)
        queue.enqueue("deliver_webhooks")
    return message


def resend(row: Webhook, message_id: int) -> WebhookMessage | None:
    """Send a message once more under its old name; None when this webhook has no such message."""
    if not row.is_on:
        raise Conflict(IS_OFF)
    with transaction():
        mine = messages_of(row).where(WebhookMessage.id == message_id)
        message = db.session.scalar(mine.with_for_update())
        if message is not None:
            message.delivered_at = message.given_up_at = None
            message.tries, message.not_before = 0, clock.now()
            queue.enqueue("deliver_webhooks")
    return message


def _switch(row: Webhook, is_on: bool) -> None:
    row.failing_since = None
    row.disabled_at, row.disabled_why = (None, None) if is_on else (clock.now(), "doctor")
    if is_on:
        waits = WebhookMessage.delivered_at.is_(None) & WebhookMessage.given_up_at.is_(None)
        mine = WebhookMessage.webhook_id == row.id
        db.session.execute(update(WebhookMessage).where(mine, waits).values(not_before=clock.now(), tries=0))
        queue.enqueue("deliver_webhooks")


def _note(action: str, row: Webhook, doctor: Doctor) -> None:
    AuditEvent.write(action, user_id=doctor.user_id, subject="webhook", subject_id=row.id)
