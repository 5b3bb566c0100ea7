"""The archive as a page shows it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.extensions import db
from portal.models import ArchiveEntry, Doctor
from portal.platforms import PLATFORMS

PER_PAGE = 25
LAST_PAGE = 100_000

# By kind: words, tone of the badge, icon.
KINDS = {
    "published": ("Published", "good", "check-lg"),
    "not_published": ("Not published", "danger", "x-lg"),
    "unconfirmed": ("No answer came", "attention", "question-lg"),
    "removed": ("Deleted at the network", "quiet", "trash"),
    "noticed": ("The network said", "calm", "chat-left-text"),
    "withdrawn": ("Consent taken back", "attention", "person-x"),
    "held": ("Kept past its time", "attention", "lock"),
    "released": ("No longer kept past its time", "quiet", "unlock"),
}
# What says whose it is.
NAMED = ("published", "not_published", "unconfirmed")


@dataclass(frozen=True)
class Row:
    """One entry, as far as a list tells it."""

    number: int
    kind: tuple[str, str, str]
    at: datetime
    said: dict[str, Any]
    is_forgotten: bool
    digest: str

    @property
    def place(self) -> str:
        """On which network, as which account."""
        network = PLATFORMS.get(self.said.get("network") or "")
        account = (self.said.get("account") or {}).get("name", "")
        return f"{network.label}, {account}" if network else ""

    @property
    def words(self) -> str:
        said = self.said.get("text") or self.said.get("words") or self.said.get("reason") or ""
        return said if len(said) <= 140 else f"{said[:139].rstrip()}…"


def newest(doctor_id: int, page: int) -> tuple[list[Row], bool]:
    """The entries of this page, and whether older ones follow."""
    query = select(ArchiveEntry).where(ArchiveEntry.doctor_id == doctor_id)
    query = query.order_by(ArchiveEntry.number.desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE + 1)
    rows = [
        Row(
            number=entry.number,
            kind=KINDS[entry.kind],
            at=entry.at,
            said=json.loads(entry.body or "{}"),
            is_forgotten=entry.body is None,
            digest=entry.digest,
        )
        for entry in db.session.scalars(query)
    ]
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def number_of(doctor_id: int) -> int:
    query = select(func.count()).where(ArchiveEntry.doctor_id == doctor_id)
    return db.session.scalar(query) or 0


def name_of(doctor_id: int) -> str:
    """Whose archive it is, as the portal knows it; of somebody who left, as the newest entry says."""
    if name := db.session.scalar(select(Doctor.full_name).where(Doctor.id == doctor_id)):
        return name
    query = select(ArchiveEntry.body).where(ArchiveEntry.doctor_id == doctor_id, ArchiveEntry.kind.in_(NAMED))
    body = db.session.scalar(query.order_by(ArchiveEntry.number.desc()).limit(1))
    return str((json.loads(body or "{}").get("doctor") or {}).get("name", ""))
