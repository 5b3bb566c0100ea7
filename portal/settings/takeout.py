"""A copy of everything that the portal holds about a doctor, as one ZIP file that is written as it is read.

Nothing of it is kept: there is no file to guard, and no link to lose. Secrets are no part of it: a password's
digest or a network's permission is of use to a thief alone.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask import render_template
from sqlalchemy import ColumnElement, Table, select
from zipstream import ZIP_DEFLATED, ZIP_STORED, ZipStream

from portal import clock, files
from portal.auth import telling
from portal.auth.asking import Asker
from portal.doctors import documents
from portal.extensions import db
from portal.models import AuditEvent, Doctor, LicenceDocument, MediaFile
from portal.orm import Base
from portal.posts import exporting
from portal.transaction import let_go, transaction

AT_ONCE = 500
PIECE = 256 * 1024

# By table: the file of the copy that its rows are in.
TABLES = {
    "user_account": "account/account",
    "audit_event": "account/log",
    "browser_session": "account/where you are signed in",
    "trusted_browser": "account/trusted browsers",
    "passkey": "account/passkeys",
    "doctor": "profile/profile",
    "licence": "profile/registration",
    "licence_decision": "profile/decisions about your registration",
    "licence_document": "profile/papers",
    "social_account": "accounts/accounts",
    "posting_slot": "accounts/weekly hours",
    "post": "posts/posts",
    "post_media": "posts/files of posts",
    "post_check": "posts/checks",
    "publication": "posts/where each post goes",
    "follow_up": "posts/first comments",
    "publication_event": "posts/history",
    "attempt": "posts/attempts",
    "publication_figures": "posts/figures",
    "figures_reading": "posts/figures over time",
    "notice": "posts/notices",
    "post_series": "posts/repeats",
    "series_post": "posts/posts of repeats",
    "post_import": "posts/tables that wait",
    "imported_row": "posts/rows of tables",
    "working_copy": "posts/unsaved work",
    "saved_text": "posts/saved texts",
    "media_file": "media/files",
    "own_day": "calendar/your own days",
    "calendar_setting": "calendar/settings",
    "archive_entry": "archive/entries",
    "archived_file": "archive/files",
    "api_key": "programs/keys",
    "webhook": "programs/addresses that are told",
    "webhook_message": "programs/what they were told",
    "outbox_letter": "letters/letters",
}

# What is not in the copy, and why.
LEFT_OUT = {
    "authenticator": "a secret",
    "recovery_code": "digests of secrets",
    "refresh_token": "digests of secrets",
    "one_time_code": "digests of secrets",
    "way_back": "digests of secrets",
    "oauth_attempt": "a way to a network that is over in minutes",
    "account_offer": "a choice that is over in minutes",
    "idempotency_key": "answers to programs, which posts/ holds",
    "publication_check": "the engine's own reckoning",
    "archive_task": "what the next minute archives",
    "rendition": "made of the files in media/, for one network each",
    "joint_decision": "what administrators ask one another",
    "daily_use": "of everybody together",
    "network_gate": "of everybody together",
    "office_setting": "of everybody together",
    "council": "of everybody together",
    "medical_speciality": "of everybody together",
    "medical_sub_speciality": "of everybody together",
}

# Columns that open doors, or that mean nothing outside of the portal.
SECRET = ("sealed", "digest", "public_key", "credential_id", "password")
ADMINISTRATORS_OWN = {"licence_decision": {"note", "decided_by_id"}, "doctor": {"verified_by_id"}}

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def copy(doctor: Doctor, asker: Asker) -> Iterator[bytes]:
    """The ZIP file, piece by piece; that it was taken is written down first."""
    with transaction():
        telling.tell(doctor.user, "copy taken", asker)
    return _pieces(doctor.id)


def _pieces(doctor_id: int) -> Iterator[bytes]:
    # The session of the request that asked has ended when the first piece is wanted.
    doctor = db.session.get_one(Doctor, doctor_id)
    archive = ZipStream(compress_type=ZIP_DEFLATED)
    archive.add(_read_me(doctor), "READ ME.txt")
    archive.add(_spooled(lambda: exporting.as_csv(doctor)), "posts.csv")
    for name, file in TABLES.items():
        archive.add(_lines(Base.metadata.tables[name], doctor), f"{file}.jsonl")
    for number, name, place in _media(doctor):
        archive.add(_content(name), f"media/{number} {place}", compress_type=ZIP_STORED)
    for paper in _papers(doctor):
        place = f"profile/papers/{paper.id} {paper.kind}.{ENDINGS.get(paper.mime_type, 'bin')}"
        archive.add(_paper(paper.id, doctor), place)
    let_go()
    yield from archive


def belongs(table: Table, doctor: Doctor) -> ColumnElement[bool]:
    """Which rows of a table are this doctor's: by themselves, or by the row that they are part of."""
    if table.name in ("doctor", "user_account"):
        return table.c.id == (doctor.id if table.name == "doctor" else doctor.user_id)
    if table.name == AuditEvent.__tablename__:
        return (table.c.user_id == doctor.user_id) | (
            (table.c.subject == "user") & (table.c.subject_id == doctor.user_id)
        )
    if "doctor_id" in table.c:
        return table.c.doctor_id == doctor.id
    if "user_id" in table.c:
        return table.c.user_id == doctor.user_id
    key = next(key for key in table.foreign_keys if key.column.table.name in TABLES)
    whole = key.column.table
    return key.parent.in_(select(whole.c.id).where(belongs(whole, doctor)))


def _lines(table: Table, doctor: Doctor) -> Iterator[bytes]:
    """A row a line, some at a time; no transaction stays open while they travel."""
    hidden = ADMINISTRATORS_OWN.get(table.name, set())
    columns = [column for column in table.c if column.name not in hidden and not _is_secret(column.name)]
    mine, after = belongs(table, doctor), 0
    while True:
        some = select(*columns).where(mine, table.c.id > after).order_by(table.c.id).limit(AT_ONCE)
        rows = db.session.execute(some).mappings().all()
        let_go()
        for row in rows:
            yield json.dumps(dict(row), ensure_ascii=False, default=_words).encode() + b"\n"
        if len(rows) < AT_ONCE:
            return
        after = rows[-1]["id"]


def _is_secret(column: str) -> bool:
    return any(word in column for word in SECRET)


def _words(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _media(doctor: Doctor) -> list[tuple[int, str, str]]:
    """Each file: its number, its name with us, and a name that its owner knows."""
    query = select(MediaFile.id, MediaFile.name, MediaFile.file_name).where(MediaFile.doctor_id == doctor.id)
    rows = db.session.execute(query.where(MediaFile.state == "ready").order_by(MediaFile.id)).all()
    return [(row.id, row.name, _place(row.file_name, row.name)) for row in rows]


def _place(file_name: str, name: str) -> str:
    """The doctor's own name for it without what a folder's name cannot hold, with the ending that is true."""
    ending = name.rpartition(".")[2]
    plain = "".join(
        sign if sign.isalnum() or sign in " -_()" else "_" for sign in file_name.rpartition(".")[0]
    )
    return f"{plain.strip()[:80] or 'file'}.{ending}"


def _content(name: str) -> Iterator[bytes]:
    stored = files.open_stored(name)
    if stored is None:
        return
    with stored:
        while piece := stored.read(PIECE):
            yield piece


def _papers(doctor: Doctor) -> list[LicenceDocument]:
    """What the doctor gave; what an administrator found is the administrator's note."""
    mine = documents.kept(doctor).where(LicenceDocument.added_by_id == doctor.user_id)
    return list(db.session.scalars(mine))


def _paper(number: int, doctor: Doctor) -> Iterator[bytes]:
    document = db.session.get(LicenceDocument, number)
    if document is None or document.removed_at is not None:
        return
    content = documents.look(document, doctor.user)
    let_go()
    yield content


def _spooled(write: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    """What is read from the database in one go: its connection is not held while the reader is slow."""
    with tempfile.TemporaryFile() as file:
        file.writelines(write())
        let_go()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _read_me(doctor: Doctor) -> bytes:
    return render_template("settings/takeout.txt", doctor=doctor, at=clock.now()).encode()
