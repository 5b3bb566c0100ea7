"""What happened to a post, told in sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from portal import platforms
from portal.checks import PACKS, RULES
from portal.extensions import db
from portal.models import Attempt, AuditEvent, Post, PostCheck, PublicationEvent
from portal.pages import local_time

# Moves of one act lie so close together.
ONE_ACT = timedelta(seconds=2)

# Why a task of the doctor's went back on the plan.
PUT_OFF = "You put it off"

# What doctors do to a post beside moving it.
CHANGES = ("post.changed", "post.removed")

LOOKS = {
    "draft": ("quiet", "pencil"),
    "scheduled": ("calm", "clock"),
    "held": ("attention", "pause-circle"),
    "publishing": ("busy", "send"),
    "retrying": ("busy", "arrow-repeat"),
    "unconfirmed": ("attention", "question-lg"),
    "awaiting_doctor": ("attention", "hand-index-thumb"),
    "published": ("good", "check-lg"),
    "failed": ("danger", "x-lg"),
    "cancelled": ("quiet", "slash-circle"),
}


@dataclass(frozen=True)
class Move:
    """One move of one or, when they moved together, several publications."""

    at: datetime
    from_status: str | None
    to_status: str
    who: str
    why: str | None
    due_at: datetime | None
    labels: tuple[str, ...]

    def goes_with(self, other: "Move") -> bool:
        same = ("from_status", "to_status", "who", "why", "due_at")
        alike = all(getattr(self, name) == getattr(other, name) for name in same)
        return alike and abs(other.at - self.at) <= ONE_ACT


def tell(post: Post, zone: str) -> list[dict[str, Any]]:
    """The post's life so far, the oldest first, as the timeline draws it."""
    told = [_line(move, zone) for move in together(_moves(post))]
    told += [_change_line(event, zone) for event in _changes(post)]
    told += [_check_line(check) for check in _checks(post)]
    if not told or told[0]["at"] > post.created_at + ONE_ACT:
        told.append({"at": post.created_at, "words": "You began this post.", "icon": "pencil"})
    return sorted(told, key=lambda line: line["at"])


def together(moves: Iterable[Move]) -> list[Move]:
    """Moves of one act as one."""
    told: list[Move] = []
    for move in moves:
        place = next((n for n, before in enumerate(told) if before.goes_with(move)), None)
        if place is None:
            told.append(move)
        else:
            told[place] = replace(told[place], labels=told[place].labels + move.labels)
    return told


def _moves(post: Post) -> list[Move]:
    labels = {publication.id: publication.account.network.label for publication in post.publications}
    rows = db.session.scalars(
        select(PublicationEvent)
        .where(PublicationEvent.publication_id.in_(labels))
        .where((PublicationEvent.to_status != "publishing") | _was_tried())
        .order_by(PublicationEvent.id)
    )
    return [
        Move(
            row.created_at,
            row.from_status,
            row.to_status,
            row.who,
            row.why,
            row.due_at,
            (labels[row.publication_id],),
        )
        for row in rows
    ]


def _was_tried() -> ColumnElement[bool]:
    """Whether the call was made ready before the next move: a claim that was given back began nothing."""
    following = aliased(PublicationEvent)
    ended_at = (
        select(func.min(following.created_at))
        .where(following.publication_id == PublicationEvent.publication_id)
        .where(following.id > PublicationEvent.id)
        .correlate(PublicationEvent)
        .scalar_subquery()
    )
    return (
        exists()
        .where(
            Attempt.publication_id == PublicationEvent.publication_id,
            Attempt.created_at >= PublicationEvent.created_at,
            ended_at.is_(None) | (Attempt.created_at <= ended_at),
        )
        .correlate(PublicationEvent)
    )


def _changes(post: Post) -> Sequence[AuditEvent]:
    about = (AuditEvent.subject == "post", AuditEvent.subject_id == post.id)
    return db.session.scalars(
        select(AuditEvent).where(*about, AuditEvent.action.in_(CHANGES)).order_by(AuditEvent.id)
    ).all()


def _checks(post: Post) -> Sequence[PostCheck]:
    return db.session.scalars(
        select(PostCheck).where(PostCheck.post_id == post.id).order_by(PostCheck.id)
    ).all()


def _check_line(check: PostCheck) -> dict[str, Any]:
    """What the checks said, by whose rules, and the doctor's own reasons."""
    pack = next(words for name, words in PACKS.items() if name == check.pack)
    found = list(dict.fromkeys(_title(one["id"]) for one in check.findings if one["severity"] != "info"))
    what = f"found: {', '.join(found)}" if found else "found no pattern"
    why = [f"{_title(rule)}: “{words}”" for rule, words in check.reasons.items()]
    said = f" Your reason for {'; '.join(why)}" if why else ""
    return {
        "at": check.created_at,
        "words": f"{check.checks_run} checks {what}.",
        "detail": f"{pack}. Rules of version {check.rules_version}.{said}",
        "icon": "list-check",
        "tone": "quiet" if check.is_passed else "attention",
    }


def _title(rule: str) -> str:
    return RULES[rule].title if rule in RULES else rule


def _change_line(event: AuditEvent, zone: str) -> dict[str, Any]:
    if event.action == "post.removed":
        label = platforms.get(event.details["platform"]).label
        return {"at": event.created_at, "words": f"You deleted it on {label}.", "icon": "trash"}
    moved_to = event.details.get("moved_to")
    words = "You changed it."
    if moved_to:
        words = f"You moved it to {local_time(datetime.fromisoformat(moved_to), zone)}."
    return {"at": event.created_at, "words": words, "icon": "pencil"}


def _line(move: Move, zone: str) -> dict[str, Any]:
    tone, icon = LOOKS[move.to_status]
    words = sentence(move, zone)
    detail = move.why if move.why and move.why not in words else None
    if move.to_status == "retrying" and move.due_at:
        detail = f"{detail or ''} We try again on {local_time(move.due_at, zone, 'short')}.".strip()
    return {"at": move.at, "words": words, "detail": detail, "tone": tone, "icon": icon}


def sentence(move: Move, zone: str) -> str:
    """One move in plain words."""
    where = and_list(move.labels)
    if move.who == "doctor" and (said := _own_act(move, where, zone)):
        return said
    if move.from_status == move.to_status == "unconfirmed":
        return f"We could not find out whether it is on {where}. Please have a look."
    if move.from_status == move.to_status == "published":
        return f"{where} told us more of it."
    if move.from_status == "publishing" and move.to_status == "scheduled":
        return f"Sending to {where} stopped before it began."
    return {
        "draft": "It became a draft.",
        "scheduled": f"It waits for its hour on {where}.",
        "held": f"It is on hold for {where}.",
        "publishing": f"It began to go out to {where}.",
        "retrying": f"{where} did not take it yet.",
        "unconfirmed": f"{where} gave no clear answer. We are looking whether it is there.",
        "awaiting_doctor": f"It is your turn to post it on {where}.",
        "published": f"It is out on {where}.",
        "failed": f"It did not go out on {where}.",
        "cancelled": f"It was cancelled for {where}.",
    }[move.to_status]


def _own_act(move: Move, where: str, zone: str) -> str | None:
    if move.from_status == move.to_status == "published":
        return move.why
    if move.to_status == "scheduled" and move.from_status in (None, "draft"):
        return f"You planned it for {local_time(move.due_at, zone)} on {where}."
    if move.to_status == "scheduled" and move.why == PUT_OFF:
        return f"{PUT_OFF} to {local_time(move.due_at, zone)} on {where}."
    if move.to_status == "held" and move.from_status in (None, "draft"):
        return f"You planned it for {local_time(move.due_at, zone)} on {where}, but it has to wait."
    return {
        "draft": "You kept it as a draft." if move.from_status is None else "You made it a draft again.",
        "scheduled": f"You sent it on its way again to {where}.",
        "awaiting_doctor": f"You chose to post it on {where} yourself.",
        "published": f"You told us that it is out on {where}.",
        "failed": f"You told us that it is not on {where}.",
        "cancelled": f"You cancelled it for {where}.",
    }.get(move.to_status)


def and_list(words: Sequence[str]) -> str:
    """LinkedIn, X and Facebook."""
    once = list(dict.fromkeys(words))
    return once[0] if len(once) == 1 else f"{', '.join(once[:-1])} and {once[-1]}"
