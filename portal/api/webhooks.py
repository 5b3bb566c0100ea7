"""Webhooks by JSON: an address of a program's own is told what happens."""

from datetime import datetime
from typing import Any

from flask import abort
from pydantic import Field

from portal.api.callers import current_doctor, require_rights
from portal.api.endpoint import BY_ID, Listed, Output, delete, get, patch, post, put
from portal.extensions import db
from portal.models import Webhook, WebhookMessage
from portal.paging import PageQuery, page
from portal.webhooks import flows
from portal.webhooks.inputs import NewWebhook, WebhookChange

# What a key has to be allowed to read before it may be told of it.
RIGHT_OF_KIND = {"publication": "posts:read", "account": "accounts:read", "verification": "profile:read"}

MESSAGE_BY_ID = "<id:message_id>"


class WebhookOut(Output):
    """An address that is told what happens."""

    id: int
    url: str
    kinds: list[str]
    is_on: bool
    failing_since: datetime | None = Field(description="Since when nothing has arrived there.")
    disabled_why: str | None = Field(description="doctor, failing or gone; null while it is on.")
    created_at: datetime


class WebhookMade(WebhookOut):
    """The same with its secret, which is never shown again."""

    is_secret = True

    secret: str


class WebhookList(Listed):
    webhooks: list[WebhookOut]


class Secret(Output):
    """A new secret; the one before it signs beside it for a day."""

    is_secret = True

    secret: str


class MessageOut(Output):
    """Something that a webhook was told, or will be."""

    id: int
    webhook_id: int
    mark: str = Field(description="The header webhook-id, the same at every try.")
    kind: str
    about: dict[str, Any] = Field(description="The data of the body: ids and states.")
    state: str = Field(description="waiting, retrying, delivered or given_up.")
    tries: int
    tried_at: datetime | None
    not_before: datetime = Field(description="When the next try comes, while it waits.")
    delivered_at: datetime | None
    answer_status: int | None
    trouble: str | None
    created_at: datetime


class MessageList(Listed):
    messages: list[MessageOut]


@get("/webhooks", query=PageQuery, gives=WebhookList, summary="Your webhooks")
def list_webhooks(query: PageQuery) -> WebhookList:
    rows, cursor = page(Webhook.owned_by(current_doctor()), [Webhook.id], query)
    return WebhookList(webhooks=[WebhookOut.model_validate(row) for row in rows], next_cursor=cursor)


@post("/webhooks", takes=NewWebhook, gives=WebhookMade, status=201, once=True, summary="Make a webhook")
def create(body: NewWebhook) -> WebhookMade:
    """It is told what happens by POST, signed as the Standard Webhooks specification lays down: webhook-id,
    webhook-timestamp, webhook-signature. Answer 200 to 299 within ten seconds; anything else is tried again
    with growing waits. A key needs the right to read what the webhook is told of."""
    _check_rights(body.kinds)
    row, words = flows.make(current_doctor(), body)
    return WebhookMade(**WebhookOut.model_validate(row).model_dump(), secret=words)


@get(f"/webhooks/{BY_ID}", gives=WebhookOut, summary="One webhook")
def show(id: int) -> Webhook:
    return _own(id)


@put(
    f"/webhooks/{BY_ID}",
    takes=WebhookChange,
    gives=WebhookOut,
    finds=lambda id: _own(id),
    summary="Change a webhook",
)
def change(id: int, body: WebhookChange) -> Webhook:
    """The fields sent are changed; is_on switches it off and on again."""
    return _change(id, body)


@patch(
    f"/webhooks/{BY_ID}",
    takes=WebhookChange,
    gives=WebhookOut,
    finds=lambda id: _own(id),
    summary="Change some fields of a webhook",
)
def amend(id: int, body: WebhookChange) -> Webhook:
    """The same as PUT."""
    return _change(id, body)


@delete(f"/webhooks/{BY_ID}", summary="Remove a webhook")
def remove(id: int) -> None:
    """With all its messages."""
    flows.remove(current_doctor(), _own(id))


@post(
    f"/webhooks/{BY_ID}/secret",
    gives=Secret,
    status=201,
    once=True,
    finds=lambda id: _own(id),
    summary="Choose another secret",
)
def renew_secret(id: int) -> Secret:
    """Both sign for a day, so that a program can change over."""
    return Secret(secret=flows.renew_secret(current_doctor(), _own(id)))


@post(
    f"/webhooks/{BY_ID}/test",
    gives=MessageOut,
    status=202,
    finds=lambda id: _own(id),
    summary="Send a test",
)
def test(id: int) -> WebhookMessage:
    """A message of the kind test, whatever the webhook is told otherwise."""
    return flows.test(_own(id))


@get(
    f"/webhooks/{BY_ID}/messages",
    query=PageQuery,
    gives=MessageList,
    finds=lambda id: _own(id),
    summary="What a webhook was told",
)
def list_messages(id: int, query: PageQuery) -> MessageList:
    """The newest first, for thirty days."""
    rows, cursor = page(flows.messages_of(_own(id)), [WebhookMessage.id], query, descending=True)
    return MessageList(messages=[MessageOut.model_validate(row) for row in rows], next_cursor=cursor)


@post(
    f"/webhooks/{BY_ID}/messages/{MESSAGE_BY_ID}/resend",
    gives=MessageOut,
    status=202,
    finds=lambda id, message_id: _own_message(id, message_id),
    summary="Send a message again",
)
def resend(id: int, message_id: int) -> WebhookMessage:
    """Under the same webhook-id, before what waits behind it."""
    return flows.resend(_own(id), message_id) or abort(404)


def _change(id: int, body: WebhookChange) -> Webhook:
    row = _own(id)
    _check_rights(body.kinds or row.kinds)
    return flows.change(current_doctor(), row, body)


def _check_rights(kinds: list[str]) -> None:
    require_rights({RIGHT_OF_KIND[kind.partition(".")[0]] for kind in kinds})


def _own(id: int) -> Webhook:
    mine = Webhook.owned_by(current_doctor()).where(Webhook.id == id)
    return db.session.scalars(mine).one_or_none() or abort(404)


def _own_message(id: int, message_id: int) -> WebhookMessage:
    mine = flows.messages_of(_own(id)).where(WebhookMessage.id == message_id)
    return db.session.scalars(mine).one_or_none() or abort(404)
