"""Scans that show a registration: checked, sealed, shown to few, every look written down, removed in time."""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PurePath

from sqlalchemy import ColumnElement, Select, func, select

from portal import clock, pictures
from portal.doctors import verifying
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import AuditEvent, Doctor, LicenceDocument, User
from portal.transaction import transaction

MAX_BYTES = 8 * 1024 * 1024
# A page of A4 can still be read at this size.
SIDE = 2400
PDF = "application/pdf"
# What a paper needs none of, and what could do harm where it is opened.
ACTIVE_PARTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
# Three letters stand by chance in every few megabytes of a scan: they count outside of streams alone.
SHORT_PART = re.compile(rb"/JS[\s(<\[]")
STREAM_BEGINS = re.compile(rb">>\s*stream\r?\n")
STREAM_ENDS = b"endstream"
LETTER = re.compile(rb"#([0-9A-Fa-f]{2})")

WRONG_KIND = "Choose a PDF, JPEG or PNG file."
EMPTY = "This file is empty. Choose another one."
TOO_HEAVY = f"The file must be {MAX_BYTES // 1024 // 1024} MB or smaller."
UNREADABLE = "This file cannot be read. It may be damaged: save or scan it again."
# So long a scan is kept for a decision that nobody makes, and so long before its end the desk is reminded.
UNDECIDED = timedelta(days=180)
REMINDED = timedelta(days=14)

LOCKED = "This PDF is locked with a password. Save it without one."
ACTIVE = "This PDF holds programs or other files. Print it to a new PDF, or take a photo."


def add(doctor: Doctor, kind: str, content: bytes, filename: str, by: User) -> LicenceDocument:
    """Keep a scan, sealed; a newer certificate or photo ID of the doctor takes the place of the older one."""
    content, mime_type = _checked(content, filename, kind)
    with transaction():
        verifying.lock(doctor)
        if kind != "evidence":
            for older in db.session.scalars(kept(doctor).where(LicenceDocument.kind == kind)).all():
                _drop(older)
        document = LicenceDocument(
            doctor_id=doctor.id,
            kind=kind,
            mime_type=mime_type,
            bytes=len(content),
            digest=sha256(content).hexdigest(),
            added_by_id=by.id,
            # A decision sets another end.
            remove_after=clock.now() + UNDECIDED,
        )
        document.content = content
        db.session.add(document)
        db.session.flush()
        _record("document added", document, by)
        if by.id == doctor.user_id:
            verifying.papers_came(doctor)
    return document


def look(document: LicenceDocument, user: User) -> bytes:
    """The scan, for its owner or an administrator; that it was looked at is written down first."""
    content = document.content
    if content is None:
        raise Conflict("This document has been removed.")
    with transaction():
        _record("document seen", document, user)
    return content


def remove(document: LicenceDocument, user: User) -> None:
    """Take a scan away before its time, as its owner may."""
    with transaction():
        _drop(document)
        _record("document removed", document, user)


def remove_old() -> int:
    """Take away what has had its time; the fact that it was there stays. How many there were."""
    with transaction():
        over = select(LicenceDocument).where(LicenceDocument.removed_at.is_(None), _ends_by(clock.now()))
        rows = db.session.scalars(over.with_for_update(skip_locked=True)).all()
        for document in rows:
            _drop(document)
            _record("document removed", document, None)
    return len(rows)


def ending_undecided() -> list[Doctor]:
    """Who waits for a decision while the papers for it are about to be removed, the oldest papers first."""
    query = (
        select(Doctor)
        .join(LicenceDocument, LicenceDocument.doctor_id == Doctor.id)
        .where(
            Doctor.verification == "pending",
            LicenceDocument.removed_at.is_(None),
            _ends_by(clock.now() + REMINDED),
        )
        .group_by(Doctor.id)
        .order_by(func.min(LicenceDocument.created_at), Doctor.id)
        .limit(20)
    )
    return list(db.session.scalars(query))


def kept(doctor: Doctor) -> Select[LicenceDocument]:
    """The scans of a doctor that can still be looked at, the oldest first."""
    return (
        select(LicenceDocument)
        .where(LicenceDocument.doctor_id == doctor.id, LicenceDocument.removed_at.is_(None))
        .order_by(LicenceDocument.id)
    )


def listed(doctor: Doctor) -> list[LicenceDocument]:
    """All scans there ever were, without their content."""
    query = select(LicenceDocument).where(LicenceDocument.doctor_id == doctor.id)
    return list(db.session.scalars(query.order_by(LicenceDocument.id)))


def _ends_by(moment: datetime) -> ColumnElement[bool]:
    """Also of scans from before each had an end."""
    has_none = LicenceDocument.remove_after.is_(None) & (LicenceDocument.created_at <= moment - UNDECIDED)
    return (LicenceDocument.remove_after <= moment) | has_none


def _drop(document: LicenceDocument) -> None:
    document.sealed, document.removed_at = None, clock.now()


def _record(action: str, document: LicenceDocument, user: User | None) -> None:
    AuditEvent.write(
        action,
        user_id=user.id if user else None,
        subject="doctor",
        subject_id=document.doctor_id,
        document_id=document.id,
        kind=document.kind,
    )


def _checked(content: bytes, filename: str, field: str) -> tuple[bytes, str]:
    """What is kept, and its kind; a picture is drawn anew, so that nothing but pixels is left of it."""
    if not content:
        raise Invalid(field, EMPTY)
    if len(content) > MAX_BYTES:
        raise Invalid(field, TOO_HEAVY)
    ending = PurePath(filename).suffix.lower()
    if ending == ".pdf":
        _check_pdf(content, field)
        return content, PDF
    if ending not in (".jpg", ".jpeg", ".png"):
        raise Invalid(field, WRONG_KIND)
    try:
        picture = pictures.portrait(content, filename, SIDE)
    except pictures.NotAPicture as refused:
        is_other = refused.words == pictures.WRONG_KIND
        raise Invalid(field, WRONG_KIND if is_other else UNREADABLE) from None
    return picture.content, picture.mime_type


def _check_pdf(content: bytes, field: str) -> None:
    if not content.startswith(b"%PDF-"):
        raise Invalid(field, WRONG_KIND)
    if b"%%EOF" not in content[-2048:]:
        raise Invalid(field, UNREADABLE)
    if b"/Encrypt" in content:
        raise Invalid(field, LOCKED)
    # A name may be written letter by letter: /J#53 is /JS.
    spelled = LETTER.sub(lambda found: bytes.fromhex(found[1].decode()), content)
    is_active = any(part in spelled for part in ACTIVE_PARTS)
    if is_active or SHORT_PART.search(_without_streams(spelled)):
        raise Invalid(field, ACTIVE)


def _without_streams(content: bytes) -> bytes:
    """What stands around the streams; each byte is looked at once, whatever somebody hands in."""
    outside, place = [], 0
    while begins := STREAM_BEGINS.search(content, place):
        outside.append(content[place : begins.start()])
        ends = content.find(STREAM_ENDS, begins.end())
        if ends < 0:
            return b"".join((*outside, content[begins.start() :]))
        place = ends + len(STREAM_ENDS)
    return b"".join((*outside, content[place:]))
