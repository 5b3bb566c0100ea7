"""News that the database does not write by itself: a post waits for another day, or changed when out."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Notice, Publication, PublicationEvent


def tell_of_move(session: Session, row: Publication, kind: str) -> None:
    """Give the doctor notice of the row's last move."""
    session.flush()
    latest = (
        select(PublicationEvent.id)
        .where(PublicationEvent.publication_id == row.id)
        .order_by(PublicationEvent.id.desc())
        .limit(1)
    )
    event_id = session.scalars(latest).one()
    session.add(Notice(doctor_id=row.doctor_id, publication_id=row.id, event_id=event_id, kind=kind))


def add_to_story(session: Session, row: Publication, words: str, *, who: str = "network") -> None:
    """Write what a network, or the doctor, said of a post into its story, without a move."""
    row.moved_by, row.moved_why = who, words
    session.add(
        PublicationEvent(
            publication_id=row.id,
            from_status=row.status,
            to_status=row.status,
            who=who,
            why=words,
            version=row.version,
            due_at=row.due_at,
        )
    )
