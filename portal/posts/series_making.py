"""Makes the posts of a series some weeks ahead: each goes through all that a new post goes through."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal import zones
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Post, PostSeries, SeriesPost
from portal.posts import checking, flows, planning, series_days
from portal.posts.inputs import Acknowledged
from portal.posts.series_days import rule_of
from portal.publishing.news import tell_of_move
from portal.transaction import transaction

# So far ahead that a doctor sees what comes, and not so far that a change means much work.
AHEAD = timedelta(days=28)


def make_due(series_id: int | None = None) -> int:
    """Make what comes within the next weeks, of one series or of all; how many posts were made."""
    live = select(PostSeries.id).where(
        PostSeries.ended_at.is_(None), PostSeries.is_paused.is_(False), PostSeries.pattern_id.is_not(None)
    )
    if series_id is not None:
        live = live.where(PostSeries.id == series_id)
    return sum(_make_of(number) for number in db.session.scalars(live).all())


def _make_of(series_id: int) -> int:
    row = db.session.get_one(PostSeries, series_id)
    now = planning.database_now()
    today = zones.wall(now, row.timezone).at.date()
    had = set(db.session.scalars(select(SeriesPost.day_on).where(SeriesPost.series_id == series_id)))
    wanted = [
        day for day in series_days.days(rule_of(row)) if today <= day <= today + AHEAD and day not in had
    ]
    return sum(_make(series_id, day) for day in wanted)


def _make(series_id: int, day: date) -> bool:
    """The post of one day: planned, or a draft with the sentence that says why not. Whoever is first makes
    it; the other finds its day taken."""
    with transaction():
        # Whoever pauses or ends the series meanwhile is waited for.
        row = db.session.get_one(
            PostSeries, series_id, populate_existing=True, with_for_update={"read": True}
        )
        at, note = series_days.instant(day, row.at, row.timezone)
        if row.ended_at or row.is_paused or row.pattern is None or at <= planning.database_now():
            return False
        taken = insert(SeriesPost).values(series_id=series_id, day_on=day, note=note)
        number = db.session.scalar(taken.on_conflict_do_nothing().returning(SeriesPost.id))
        if number is None:
            return False
        kept = db.session.get_one(SeriesPost, number)
        saved = db.session.begin_nested()
        try:
            kept.post_id = _planned(row, day).id
            saved.commit()
        except Invalid as refused:
            saved.rollback()
            kept.trouble = refused.words
            kept.post_id = _refused(row, day, refused.words).id
        return True


def _planned(row: PostSeries, day: date) -> Post:
    post = _copied(row, day)
    due_at = planning.check_time(post.scheduled_at)
    planning.check_content(post)
    before = checking.newest(row.pattern)
    # A reason that was given for these words holds for them on another day; what is new is asked anew.
    reasons = [Acknowledged(id=name, reason=why) for name, why in (before.reasons if before else {}).items()]
    check = checking.gate(post, row.doctor, reasons)
    for publication in post.publications:
        publication.due_at = due_at
        planning.set_waiting(publication, row.doctor)
    db.session.add(check)
    db.session.flush()
    return post


def _refused(row: PostSeries, day: date, words: str) -> Post:
    """The post as a draft, with a notice to its doctor: one, however many accounts it goes to."""
    post = _copied(row, day)
    for publication in post.publications:
        publication.moved_by, publication.moved_why = "portal", words
    db.session.flush()
    if post.publications:
        tell_of_move(db.session(), post.publications[0], "repeat")
    return post


def _copied(row: PostSeries, day: date) -> Post:
    """A draft that says what the pattern says, with its date where networks refuse the same words twice."""
    pattern = row.pattern
    if pattern is None:
        raise ValueError("a series without a pattern makes nothing")
    post = flows.duplicate(row.doctor, pattern)
    post.plan(series_days.instant(day, row.at, row.timezone)[0], row.timezone)
    live = {publication.social_account_id for publication in planning.live_publications(pattern)}
    for publication in list(post.publications):
        if publication.account.id not in live:
            post.publications.remove(publication)
        elif row.adds_date and publication.account.network.refuses_same_words:
            said = post.content if publication.content is None else publication.content
            publication.content = dated(said, day)
    return post


def dated(words: str, day: date) -> str:
    """The words with the day below them."""
    return f"{words}\n\n{day.day} {day:%B %Y}".strip()
