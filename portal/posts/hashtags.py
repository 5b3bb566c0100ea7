"""Hashtags that fit a post: those used before, the doctor's field, health days, and the words of the text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import select

from portal import checks
from portal.checks import Draft, Piece
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from portal.posts import health_days, own_days
from portal.publishing import checking

TAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
WORD = re.compile(r"[^\W\d_]{4,}")
# Words in the names of health days that say nothing about health.
EMPTY_WORDS = frozenset(
    {"action", "against", "awareness", "care", "elimination", "from", "global", "international", "month"}
    | {"national", "older", "people", "persons", "prevention", "safety", "week", "with", "without", "world"}
    | {"year", "years", "zero"}
)
# So many earlier posts are read, the newest first; a tag of so many days ago counts half as much as today's.
POSTS_READ = 200
HALF_LIFE_DAYS = 60.0
DAYS_AROUND = 5
MOST_OFFERED = 8


@dataclass(frozen=True)
class Custom:
    """How many hashtags readers of a network are used to, and how many the text has there by now."""

    label: str
    usual: int
    count: int

    @property
    def is_over(self) -> bool:
        return self.count > self.usual


def in_text(text: str) -> list[str]:
    """The tags of a text without their sign, as they are written, each once."""
    found = {tag.casefold(): tag for tag in reversed(TAG.findall(text))}
    return list(reversed(found.values()))


def suggestions(doctor: Doctor, text: str, on: date | None, accounts: Sequence[SocialAccount]) -> list[str]:
    """Tags that are not there yet, the best first; none where all chosen networks do without them.

    None is offered that the checks would stop.
    """
    if accounts and not any(account.network.usual_hashtags for account in accounts):
        return []
    there = {tag.casefold() for tag in in_text(text)}
    scores: Counter[str] = Counter()
    written: dict[str, str] = {}
    for tag, weight in (*_of_text(text), *_of_days(doctor, on), *_of_field(doctor), *_of_history(doctor)):
        written.setdefault(tag.casefold(), tag)
        scores[tag.casefold()] += weight  # type: ignore[assignment]
    best = [written[low] for low, _ in scores.most_common() if low not in there]
    return _let_pass(doctor, best[:MOST_OFFERED])


def customs(text: str, accounts: Sequence[SocialAccount], own: dict[int, str]) -> list[Custom]:
    """What each chosen network is used to, once there are hashtags; `own` are the accounts' own texts."""
    found = {}
    for account in accounts:
        count = len(in_text(own.get(account.id) or text))
        if count:
            found[account.platform] = Custom(account.network.label, account.network.usual_hashtags, count)
    return list(found.values())


def as_tag(name: str) -> str:
    """A name as one word: "World Heart Day" becomes WorldHeartDay."""
    words = re.findall(r"[^\W_]+", name.replace("’", "").replace("'", ""))
    return "".join(word if word.isupper() else word[:1].upper() + word[1:] for word in words)


def _of_text(text: str) -> Iterable[tuple[str, float]]:
    known = _health_words()
    for word in {word.casefold() for word in WORD.findall(TAG.sub(" ", text))}:
        if word in known:
            yield known[word], 3.0


def _of_days(doctor: Doctor, on: date | None) -> Iterable[tuple[str, float]]:
    """The health days around the day of the post, the nearest first."""
    if on is None or not 2000 < on.year < 2100:
        return
    around = timedelta(days=DAYS_AROUND)
    for one in health_days.fitting(own_days.fields_of(doctor)):
        first, last = one.within(on.year)
        if first - around <= on <= last + around:
            yield as_tag(one.name), 2.5 if first <= on <= last else 1.5


def _of_field(doctor: Doctor) -> Iterable[tuple[str, float]]:
    for field in (doctor.sub_speciality, doctor.speciality):
        if field is not None and len(as_tag(field.name)) <= 30:
            yield as_tag(field.name), 1.0


def _of_history(doctor: Doctor) -> Iterable[tuple[str, float]]:
    """What the doctor wrote before: often and lately counts more."""
    shared = db.session.execute(
        select(Post.content, Post.created_at)
        .where(Post.doctor_id == doctor.id, Post.content.contains("#"))
        .order_by(Post.id.desc())
        .limit(POSTS_READ)
    ).all()
    own = db.session.execute(
        select(Publication.content, Post.created_at)
        .join(Post)
        .where(Publication.doctor_id == doctor.id, Publication.content.contains("#"))
        .order_by(Publication.id.desc())
        .limit(POSTS_READ)
    ).all()
    rows = [*shared, *own]
    newest = max((at for _, at in rows), default=None)
    for content, at in rows:
        for tag in in_text(content or ""):
            yield tag, _fading(at, newest)


def _fading(at: datetime, newest: datetime | None) -> float:
    days = (newest - at) / timedelta(days=1) if newest else 0.0
    return float(0.5 ** (days / HALF_LIFE_DAYS))


def _let_pass(doctor: Doctor, tags: list[str]) -> list[str]:
    """Without those that the checks would block or ask about."""
    if not _trouble(doctor, tags):
        return tags
    return [tag for tag in tags if not _trouble(doctor, [tag])]


def _trouble(doctor: Doctor, tags: list[str]) -> bool:
    """Whether any of them, read as words and as a tag, is one that the checks stop."""
    text = " ".join(f"{_as_words(tag)} #{tag}." for tag in tags)
    draft = Draft((Piece(text, "content", "text", None),), (), False)
    report = checks.look(draft, checking.author_of(doctor), checking.pack_of(doctor))
    return any(one.severity in ("block", "confirm") for one in report.findings)


def _as_words(tag: str) -> str:
    return re.sub(r"(?<=[^\W_A-Z])(?=[A-Z])", " ", tag).replace("_", " ")


@lru_cache(maxsize=1)
def _health_words() -> dict[str, str]:
    """What health days are about, by the word in small letters."""
    words = {word for one in health_days.every() for word in WORD.findall(one.name)}
    return {word.casefold(): as_tag(word) for word in words if word.casefold() not in EMPTY_WORDS}
