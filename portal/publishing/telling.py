"""Tell the doctor: each notice that the database wrote becomes a letter once, if the doctor wants letters."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.extensions import db
from portal.models import Doctor, Notice, OutboxLetter, Post, Publication
from portal.publishing.faults import fault
from portal.transaction import transaction

AT_ONCE = 200

# A letter about yesterday's trouble still helps; one about last week's does not.
STALE_AFTER = timedelta(days=2)


def tell() -> int:
    """Turn untold notices into letters of the outbox; how many notices were dealt with."""
    with transaction():
        notices = db.session.scalars(
            select(Notice)
            .where(Notice.told_at.is_(None))
            .order_by(Notice.id)
            .limit(AT_ONCE)
            .options(
                joinedload(Notice.publication, innerjoin=True)
                .joinedload(Publication.post, innerjoin=True)
                .joinedload(Post.doctor, innerjoin=True)
                .joinedload(Doctor.user, innerjoin=True),
                joinedload(Notice.publication, innerjoin=True).joinedload(
                    Publication.account, innerjoin=True
                ),
            )
            .with_for_update(of=Notice, skip_locked=True)
        ).all()
        for notice in notices:
            notice.told_at = clock.now()
            if wants_letter(notice):
                _write(notice)
        if notices:
            fault("in_tell")
    return len(notices)


def wants_letter(notice: Notice) -> bool:
    """Good news only on wish, trouble unless the doctor wants none."""
    doctor = notice.publication.post.doctor
    return doctor.letters_about_success if notice.kind == "published" else doctor.letters_about_trouble


def _write(notice: Notice) -> None:
    publication = notice.publication
    doctor = publication.post.doctor
    about = {
        "kind": notice.kind,
        "full_name": doctor.full_name,
        "network": publication.account.network.label,
        "account": publication.account.display_name,
        # Our own sentence or the network's; never the post's text.
        "why": publication.error_message or publication.moved_why,
        "post_id": publication.post_id,
        "publication_id": publication.id,
        "permalink": publication.permalink,
    }
    letter = "assist_due" if notice.kind == "awaiting_doctor" else "about_post"
    OutboxLetter.post(letter, doctor.user.email, about=about, doctor_id=doctor.id, stale_after=STALE_AFTER)
