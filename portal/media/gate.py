"""Who may fetch an uploaded file: anybody while a network may still need it, afterwards its owner alone."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from portal.extensions import db
from portal.models import User

# "Signed, expiring URLs … keep them valid for at least 24 h": Meta goes on fetching after it said yes.
# https://developers.facebook.com/documentation/instagram-platform/content-publishing
STAY = timedelta(hours=24)

# A file is over for strangers when all that it was planned for is settled, for as long as that. What no post
# has yet, and drafts, may still be planned.
STANDING = text("""
SELECT m.purpose, d.user_id,
       EXISTS (SELECT FROM post_media u WHERE u.media_file_id = m.id)
       AND NOT EXISTS (
           SELECT FROM post_media u LEFT JOIN publication p ON p.post_id = u.post_id
           WHERE u.media_file_id = m.id
             AND (p.id IS NULL OR p.status NOT IN ('published', 'failed', 'cancelled')
                  OR CASE p.status WHEN 'published' THEN p.published_at ELSE p.updated_at END
                     > portal_now() - :stay)) AS is_over
FROM media_file m JOIN doctor d ON d.id = m.doctor_id
WHERE m.name = :name
   OR m.id = (SELECT r.media_file_id FROM rendition r WHERE r.name = :name)
""")


@dataclass(frozen=True)
class Standing:
    """Of one file. `lasts`: for how long its address may be remembered."""

    is_open: bool
    lasts: timedelta | None


def standing(name: str, visitor: User | None) -> Standing:
    """Whether this visitor may have the file of that name; nobody is None."""
    row = db.session.execute(STANDING, {"name": name, "stay": STAY}).first()
    if row is None or row.purpose == "profile_photo":
        # What a name stands for never changes.
        return Standing(is_open=True, lasts=timedelta(days=365))
    if not row.is_over:
        return Standing(is_open=True, lasts=STAY)
    is_own = visitor is not None and (visitor.id == row.user_id or visitor.is_administrator)
    return Standing(is_open=is_own, lasts=None)
