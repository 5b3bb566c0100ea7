"""A post's life in sentences."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.extensions import db
from portal.models import Attempt, Doctor, SocialAccount, states
from portal.posts import history
from tests.conftest import Clock
from tests.factories import make_post

AT = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)


def move(to_status: str, **changes: Any) -> history.Move:
    facts: dict[str, Any] = {"from_status": None, "who": "portal", "why": None, "due_at": AT, "at": AT}
    return history.Move(to_status=to_status, labels=changes.pop("labels", ("X",)), **facts | changes)


def told(*args: Any, **changes: Any) -> str:
    return history.sentence(move(*args, **changes), "Asia/Kolkata")


def test_what_happened_at_once_is_told_once() -> None:
    moves = [
        move("scheduled", who="doctor"),
        move("scheduled", who="doctor", labels=("LinkedIn",), at=AT + timedelta(milliseconds=3)),
        move("published", who="network", at=AT + timedelta(minutes=1)),
        move("published", who="network", labels=("LinkedIn",), at=AT + timedelta(minutes=9)),
    ]
    lines = [history.sentence(line, "Asia/Kolkata") for line in history.together(moves)]
    assert lines == [
        "You planned it for Monday 23 November 2026, 9:00 am on X and LinkedIn.",
        "It is out on X.",
        "It is out on LinkedIn.",
    ]


@pytest.mark.parametrize("to_status", states.STATUSES)
@pytest.mark.parametrize("who", ["doctor", "portal", "network", "administrator"])
@pytest.mark.parametrize("from_status", [None, *states.STATUSES])
def test_every_move_can_be_told(from_status: str | None, to_status: str, who: str) -> None:
    words = told(to_status, from_status=from_status, who=who)
    assert words[0].isupper()
    assert words.endswith(".")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"from_status": "failed", "who": "doctor"}, "You sent it on its way again to X."),
        ({"from_status": "publishing"}, "Sending to X stopped before it began."),
        ({"from_status": "held"}, "It waits for its hour on X."),
    ],
)
def test_why_it_waits_depends_on_where_it_was(facts: dict[str, Any], words: str) -> None:
    assert told("scheduled", **facts) == words


@pytest.mark.parametrize("is_armed", [True, False])
def test_a_claim_that_sent_nothing_is_no_beginning(
    asha: Doctor, x: SocialAccount, clock: Clock, is_armed: bool
) -> None:
    post = make_post(asha, x)
    (publication,) = post.publications
    publication.owner, publication.phase = 9, "claimed"
    publication.move("publishing", by="portal")
    db.session.commit()
    clock.advance(seconds=1)
    if is_armed:
        db.session.add(Attempt(publication_id=publication.id, fence=1, version=1))
        db.session.commit()
    publication.owner = publication.phase = None
    publication.move("held", by="portal", why="It is late.", held_for="late")
    db.session.commit()

    words = [line["words"] for line in history.tell(post, "Asia/Kolkata")]

    assert ("It began to go out to X." in words) == is_armed
    assert words[-1] == "It is on hold for X."


def test_when_nobody_can_tell_the_doctor_is_asked() -> None:
    assert "Please have a look" in told("unconfirmed", from_status="unconfirmed")


@pytest.mark.parametrize(
    ("words", "said"),
    [(["X"], "X"), (["X", "X"], "X"), (["X", "LinkedIn"], "X and LinkedIn"), (["A", "B", "C"], "A, B and C")],
)
def test_networks_are_named_as_people_do(words: list[str], said: str) -> None:
    assert history.and_list(words) == said
