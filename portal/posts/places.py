"""What a network tells of the place that a post would go to: asked while it is written, kept for a while.

All doctors share what was told, for all of them share the calls that the network allows. What was told to one
account alone is kept for that account. A network that does not answer keeps nobody from writing.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import structlog
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select

from portal import clock
from portal.extensions import db
from portal.models import NetworkGate, SocialAccount
from portal.platforms.base import Content, Problem, Told
from portal.platforms.errors import PlatformError
from portal.publishing.arming import token_of
from portal.transaction import let_go

log = structlog.get_logger()

# How long somebody waits for a page because of this, whatever has to be asked.
PATIENCE_SECONDS = 5.0
# Moderators change their rules seldom, and the network itself judges once more when the post goes out.
KEEP_SECONDS = 600

NO_ANSWER = "{label} does not answer just now. Write on: it looks at the post when it goes out."
NO_NAME = "This cannot be the name of a community. Check how it is spelled."
NO_ENTRY = "We cannot ask {label} until you connect this account again."


def remembered(account: SocialAccount, options: Mapping[str, Any]) -> Told | None:
    """What was told of the place lately; nobody is asked."""
    place = account.network.place_of(options) if account.place else None
    if place is None:
        return None
    try:
        kept = _redis().mget(_key(account, place, is_personal=True), _key(account, place))
    except RedisError as away:
        log.warning("told_not_read", reason=type(away).__name__)
        return None
    record = next((one for one in kept if one), None)
    return Told.from_record(json.loads(record)) if record else None


def look_up(account: SocialAccount, options: Mapping[str, Any]) -> Told | str | None:
    """What the network tells of the place; a sentence when it cannot be asked; None where no place is named.

    Call it with no transaction open: none is held while the network thinks.
    """
    place = account.network.place_of(options) if account.place else None
    if place is None:
        return None
    told = remembered(account, options)
    return told if told is not None else _ask(account, place)


def misfits(account: SocialAccount, content: Content) -> list[Problem]:
    """What the place would refuse, as far as it was told lately."""
    told = remembered(account, content.options) if account.place else None
    return account.network.misfits(content, told) if told else []


def _ask(account: SocialAccount, place: str) -> Told | str:
    network, author, words = account.network, account.author, NO_ANSWER.format(label=account.network.label)
    token = token_of(account, db.session.scalars(select(clock.database_now())).one())
    key, personal = _key(account, place), _key(account, place, is_personal=True)
    is_shut = _is_shut(account)
    let_go()
    if token is None:
        return NO_ENTRY.format(label=network.label)
    if is_shut:
        return words
    try:
        told = network.ask_about(place, author, token, PATIENCE_SECONDS)
    except PlatformError as trouble:
        log.info("place_not_told", platform=network.key, kind=type(trouble).__name__, code=trouble.code)
        return words
    try:
        _redis().set(personal if told.is_personal else key, json.dumps(told.to_record()), ex=KEEP_SECONDS)
    except RedisError as away:
        log.warning("told_not_kept", reason=type(away).__name__)
    return told


def _is_shut(account: SocialAccount) -> bool:
    """Whether nothing goes to this network just now: then it is not asked either."""
    same = (NetworkGate.platform == account.platform, NetworkGate.connection == account.connection)
    shut = select(func.count()).where(*same, NetworkGate.until > clock.database_now())
    return bool(db.session.scalar(shut))


def _key(account: SocialAccount, place: str, *, is_personal: bool = False) -> str:
    owner = f"{account.id}:" if is_personal else ""
    return f"told:{account.platform}:{owner}{quote(place, safe='')}"


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
