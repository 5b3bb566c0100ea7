"""Tell the doctor: each notice that the database wrote goes into a letter once, if the doctor wants letters.

News of one moment shares a letter: an outage that stops a hundred posts is one piece of news, not a hundred.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock, queue
from portal.extensions import db
from portal.models import Doctor, Notice, OutboxLetter, Post, Publication
from portal.publishing.faults import fault
from portal.transaction import transaction

AT_ONCE = 200

# A letter about yesterday's trouble still helps; one about last week's does not.
STALE_AFTER = timedelta(days=2)

# How long a piece of news waits for its like, and how far apart letters about the same sort of news are.
GATHER = timedelta(seconds=20)
APART = timedelta(minutes=15)

# The letter about one post, and about several.
ONE, SEVERAL = "about_post", "about_posts"


def tell() -> int:
    """Put untold notices into letters of the outbox; how many notices were dealt with."""
    with transaction():
        notices = _untold()
        for notice in notices:
            notice.told_at = clock.now()
        wanted = [notice for notice in notices if wants_letter(notice)]
        for notice in wanted:
            if notice.kind == "awaiting_doctor":
                _write_task(notice)
        _gather([notice for notice in wanted if notice.kind != "awaiting_doctor"])
        fault("in_tell")
    return len(notices)


def wants_letter(notice: Notice) -> bool:
    """Good news only on wish, trouble unless the doctor wants none."""
    doctor = notice.publication.post.doctor
    return doctor.letters_about_success if notice.kind == "published" else doctor.letters_about_trouble


def _untold() -> Sequence[Notice]:
    about = joinedload(Notice.publication, innerjoin=True)
    return db.session.scalars(
        select(Notice)
        .where(Notice.told_at.is_(None))
        .order_by(Notice.id)
        .limit(AT_ONCE)
        .options(
            about.joinedload(Publication.post, innerjoin=True)
            .joinedload(Post.doctor, innerjoin=True)
            .joinedload(Doctor.user, innerjoin=True),
            about.joinedload(Publication.account, innerjoin=True),
        )
        .with_for_update(of=Notice, skip_locked=True)
    ).all()


def _write_task(notice: Notice) -> None:
    """A task of the doctor's own has a letter of its own, at its hour: it says what to post."""
    doctor = notice.publication.post.doctor
    about = {"full_name": doctor.full_name, **_item(notice), "publication_id": notice.publication_id}
    OutboxLetter.post(
        "assist_due", doctor.user.email, about=about, doctor_id=doctor.id, stale_after=STALE_AFTER
    )


def _gather(notices: Iterable[Notice]) -> None:
    doctors: dict[int, Doctor] = {}
    found: dict[tuple[int, bool], list[Notice]] = {}
    for notice in notices:
        doctors[notice.doctor_id] = notice.publication.post.doctor
        found.setdefault((notice.doctor_id, notice.kind == "published"), []).append(notice)
    _hold(sorted(doctors))
    for (doctor_id, is_good), group in sorted(found.items()):
        _add(doctors[doctor_id], is_good, [_item(notice) for notice in group])


def _hold(doctor_ids: Sequence[int]) -> None:
    """Two workers that tell at once write one letter between them."""
    held = select(Doctor.id).where(Doctor.id.in_(doctor_ids)).order_by(Doctor.id)
    db.session.execute(held.with_for_update(key_share=True)).all()


def _add(doctor: Doctor, is_good: bool, items: list[dict[str, Any]]) -> None:
    """Put the news into the letter that still waits, or into a new one."""
    last = _last_letter(doctor, is_good)
    if last is not None and _waits(last):
        before = last.about["items"] if last.letter == SEVERAL else [last.about]
        last.letter, last.about = SEVERAL, _about(doctor, is_good, [*before, *items])
        return
    now = clock.now()
    letter = OutboxLetter.post(
        ONE if len(items) == 1 else SEVERAL,
        doctor.user.email,
        about=_about(doctor, is_good, items),
        doctor_id=doctor.id,
        stale_after=STALE_AFTER,
    )
    before_this = last.sent_at or last.created_at if last else None
    letter.not_before = max(now + GATHER, before_this + APART if before_this else now)
    queue.enqueue("drain_letters")


def _last_letter(doctor: Doctor, is_good: bool) -> OutboxLetter | None:
    """The newest letter about this sort of news, locked against whoever sends it."""
    mine = (OutboxLetter.doctor_id == doctor.id, OutboxLetter.letter.in_((ONE, SEVERAL)))
    return db.session.scalar(
        select(OutboxLetter)
        .where(*mine, OutboxLetter.about["is_good"].as_boolean() == is_good)
        .order_by(OutboxLetter.created_at.desc(), OutboxLetter.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _waits(letter: OutboxLetter) -> bool:
    return letter.tries == 0 and letter.sent_at is None and letter.given_up_at is None


def _item(notice: Notice) -> dict[str, Any]:
    publication = notice.publication
    return {
        "kind": notice.kind,
        "network": publication.account.network.label,
        "platform": publication.platform,
        "account": publication.account.display_name,
        # Our own sentence or the network's; never the post's text.
        "why": publication.error_message or publication.moved_why,
        "post_id": publication.post_id,
        "permalink": publication.permalink,
    }


def _about(doctor: Doctor, is_good: bool, items: list[dict[str, Any]]) -> dict[str, Any]:
    common = {"full_name": doctor.full_name, "is_good": is_good}
    return common | items[0] if len(items) == 1 else common | {"items": items, "groups": _groups(items)}


def _groups(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same news of the same network as one line, with the reason that came last."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for item in items:
        group = groups.setdefault((item["kind"], item["network"]), {"count": 0})
        group |= {name: item[name] for name in ("kind", "network", "platform", "why")}
        group["count"] += 1
    return list(groups.values())
