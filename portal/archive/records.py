"""What an entry says: all that is needed to show later what was published, by whom and on what grounds."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import zones
from portal.archive.chain import time_words
from portal.extensions import db
from portal.models import Attempt, AuditEvent, Doctor, PostCheck, Publication
from portal.models.archive import ArchivedFile
from portal.platforms.base import Media


def written(facts: dict[str, Any]) -> str:
    """As it is kept, letter by letter. The salt keeps a forgotten text from being guessed by its digest."""
    salted = {"salt": secrets.token_hex(16), **facts}
    return json.dumps(salted, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def of_publication(row: Publication, media: Sequence[tuple[Media, ArchivedFile | None]]) -> dict[str, Any]:
    """Everything about one post on one account, as it went out or was to go out."""
    post, doctor = row.post, row.post.doctor
    return {
        **place_of(row),
        "doctor": _doctor(doctor),
        "text": row.text,
        "options": row.options,
        "link": post.link,
        "link_title": post.link_title,
        "is_sponsored": post.is_sponsored,
        "version": row.version,
        "written_at": time_words(post.created_at),
        "planned_for": _moments(post.scheduled_at, post.timezone),
        "published_at": _moments(row.published_at, post.timezone),
        "status": row.status,
        "why": row.error_message,
        "media": [_medium(post, place, one, kept) for place, (one, kept) in enumerate(media)],
        "checks": _checks(row),
        "attempts": [_attempt(one) for one in _attempts(row)],
        "changes": [_change(one) for one in _changes(row)],
    }


def place_of(row: Publication) -> dict[str, Any]:
    """Where it stands."""
    account = row.account
    return {
        "post_id": row.post_id,
        "publication_id": row.id,
        "network": row.platform,
        "account": {
            "name": account.display_name,
            "handle": account.handle,
            "id": account.remote_id,
            "kind": account.connection,
        },
        "platform_post_id": row.platform_post_id,
        "permalink": row.permalink,
    }


def _doctor(doctor: Doctor) -> dict[str, Any]:
    """Author and, as nobody else approves posts, the one who answers for it; with the licence just now."""
    sub = doctor.sub_speciality
    return {
        "id": doctor.id,
        "name": doctor.full_name,
        "qualification": doctor.qualification,
        "medical_council": doctor.medical_council,
        "registration_number": doctor.medical_council_regd_no,
        "speciality": doctor.speciality.name if doctor.speciality else None,
        "sub_speciality": sub.name if sub else None,
        "licence": doctor.licence_state,
        "verified_at": _time(doctor.verified_at),
        "verified_until": _time(doctor.verified_until),
    }


def _medium(post: Any, place: int, media: Media, kept: ArchivedFile | None) -> dict[str, Any]:
    """The bytes as the network got them, and what the doctor said of who can be seen."""
    said = post.media[place]
    return {
        "digest": kept.digest if kept else None,
        "bytes": kept.bytes if kept else None,
        "mime_type": media.mime_type,
        "uploaded_digest": said.file.digest,
        "alt_text": media.alt_text,
        "shows": said.shows,
        "consent": said.consent,
        "removed": list(said.file.removed or ()),
    }


def _checks(row: Publication) -> dict[str, Any] | None:
    """The last look: by whose rules, of which version, what was found, and why the doctor kept it."""
    look = db.session.scalar(PostCheck.newest_of(row.post_id))
    if look is None:
        return None
    return {
        "at": time_words(look.created_at),
        "pack": look.pack,
        "rules_version": look.rules_version,
        "checks_run": look.checks_run,
        "post_version": look.version,
        "read_digest": look.digest,
        "licence": look.licence,
        "findings": look.findings,
        "reasons": look.reasons,
        "is_passed": look.is_passed,
    }


def _attempts(row: Publication) -> Sequence[Attempt]:
    query = select(Attempt).where(Attempt.publication_id == row.id).order_by(Attempt.id)
    return db.session.scalars(query).all()


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "at": time_words(one.created_at),
        "ended_at": _time(one.ended_at),
        "version": one.version,
        "outcome": one.outcome,
        "code": one.error_code,
        "words": one.error_message,
        "platform_post_id": one.platform_post_id,
        "sent": one.sent,
    }


def _changes(row: Publication) -> Sequence[AuditEvent]:
    about = (AuditEvent.subject == "post", AuditEvent.subject_id == row.post_id)
    query = select(AuditEvent).where(*about, AuditEvent.action == "post.changed").order_by(AuditEvent.id)
    return db.session.scalars(query).all()


def _change(event: AuditEvent) -> dict[str, Any]:
    return {"at": time_words(event.created_at), "by_user": event.user_id, "what": event.details}


def _moments(at: datetime | None, zone: str) -> dict[str, str] | None:
    """An instant in UTC, and as the doctor's clock showed it."""
    if at is None:
        return None
    local = at.astimezone(zones.zone_of(zone))
    return {"utc": time_words(at), "local": local.isoformat(timespec="seconds"), "zone": zone}


def _time(at: datetime | None) -> str | None:
    return None if at is None else time_words(at)
