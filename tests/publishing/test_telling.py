"""Every end of a post is told once, in the portal and by letter on wish; a crowd shares a letter."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from portal import clock, mail
from portal.extensions import db
from portal.letters import flows as letters
from portal.models import Doctor, Notice, OutboxLetter, Publication
from portal.platforms.base import AwaitingDoctor, Token
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    OutcomeUnknown,
    ReconnectNeeded,
    TemporaryFailure,
)
from portal.posts import flows as posts
from portal.posts import remedies
from portal.posts.inputs import Confirmation
from portal.publishing import assisting, claiming, flows, telling, tidings
from tests import factories
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork, creates_and_raises, raises

Drive = Callable[[Engine, FakeNetwork], Publication]


def sent(engine: Engine, **changes: Any) -> Publication:
    publication = engine.post(**changes)
    engine.run()
    return publication


def published(engine: Engine, network: FakeNetwork) -> Publication:
    return sent(engine)


def refused(engine: Engine, network: FakeNetwork) -> Publication:
    network.script = [raises(ContentRejected("Too long."))]
    return sent(engine)


def tried_too_often(engine: Engine, network: FakeNetwork) -> Publication:
    network.script = [raises(TemporaryFailure("Away."))]
    return sent(engine, publication={"tries": 11, "trying_since": database_now()})


def broken(engine: Engine, network: FakeNetwork) -> Publication:
    def breaks(content: Any, staged: Any) -> dict[str, Any]:
        raise KeyError("bug")

    network.compose = breaks  # type: ignore[method-assign]
    return sent(engine)


def set_aside(engine: Engine, network: FakeNetwork) -> Publication:
    facts = {"owner": 999, "phase": "claimed", "fence": claiming.CLAIMS_UNTIL_ASIDE + 1}
    publication = engine.post(status="publishing", publication=facts)
    flows.sweep()
    return publication


def not_verified(engine: Engine, network: FakeNetwork) -> Publication:
    engine.doctor.verification = "pending"
    return sent(engine)


def to_reconnect(engine: Engine, network: FakeNetwork) -> Publication:
    network.script = [raises(ReconnectNeeded("Connect again."))]
    return sent(engine)


def token_over(engine: Engine, network: FakeNetwork) -> Publication:
    engine.account.token = Token("access", None, database_now() - timedelta(minutes=1))
    return sent(engine)


def too_late(engine: Engine, network: FakeNetwork) -> Publication:
    return sent(engine, scheduled_at=database_now() - timedelta(hours=3))


def found(engine: Engine, network: FakeNetwork) -> Publication:
    network.script = [creates_and_raises(OutcomeUnknown("Cut."))]
    publication = sent(engine)
    look(engine, publication)
    return publication


def absent_and_sent_again(engine: Engine, network: FakeNetwork) -> Publication:
    network.script = [raises(OutcomeUnknown("Cut."))]
    publication = sent(engine)
    look(engine, publication)
    look(engine, publication)
    engine.run()
    return publication


def asked(engine: Engine, network: FakeNetwork) -> Publication:
    network.script = [raises(OutcomeUnknown("Cut."))]
    network.find_says = CannotTell("No list.")
    publication = sent(engine)
    look(engine, publication)
    return publication


def asked_and_confirmed(engine: Engine, network: FakeNetwork) -> Publication:
    publication = engine.fresh(asked(engine, network))
    remedies.confirm(publication, Confirmation(absent=True))
    return publication


def asked_twice_with_a_death_between(engine: Engine, network: FakeNetwork) -> Publication:
    publication = asked_and_confirmed(engine, network)
    remedies.retry(engine.doctor, publication.post)
    dead = {"status": "publishing", "phase": "claimed", "owner": 999}
    write(publication, **dead)
    write(publication, phase="sending")
    flows.sweep()
    look(engine, publication)
    return publication


def task(engine: Engine, network: FakeNetwork) -> Publication:
    network.script = [lambda create: AwaitingDoctor("Post it.")]  # type: ignore[list-item, return-value]
    return sent(engine)


def missed(engine: Engine, network: FakeNetwork) -> Publication:
    publication = task(engine, network)
    noon = database_now().replace(hour=7)  # half past twelve at the doctor's
    for days in (5, 4):
        write(
            publication,
            handed_at=noon - timedelta(days=days),
            remind_at=noon - timedelta(days=1),
            reminders=2,
        )
        db.session.execute(text("SELECT set_config('portal.now', :at, false)"), {"at": noon.isoformat()})
        assisting.remind_due()
    return publication


def cancelled(engine: Engine, network: FakeNetwork) -> Publication:
    publication = engine.post()
    posts.cancel(engine.doctor, publication.post)
    return publication


def write(publication: Publication, **values: Any) -> None:
    db.session.rollback()
    for name, value in values.items():
        setattr(publication, name, value)
    db.session.commit()


def look(engine: Engine, publication: Publication) -> None:
    engine.fresh(publication)
    write(publication, look_at=database_now())
    engine.look()


# How it comes about, the state it ends in, and what the doctor is told on the way.
ENDS: tuple[tuple[Drive, str, list[str]], ...] = (
    (published, "published", ["published"]),
    (found, "published", ["published"]),
    (absent_and_sent_again, "published", ["published"]),
    (refused, "failed", ["failed"]),
    (tried_too_often, "failed", ["failed"]),
    (broken, "failed", ["failed"]),
    (set_aside, "failed", ["failed"]),
    (not_verified, "held", ["held"]),
    (to_reconnect, "held", ["held"]),
    (token_over, "held", ["held"]),
    (too_late, "held", ["held"]),
    (asked, "unconfirmed", ["asked"]),
    (task, "awaiting_doctor", ["awaiting_doctor"]),
    (missed, "failed", ["awaiting_doctor", "failed"]),
    # What doctors did themselves is no news to them.
    (asked_and_confirmed, "failed", ["asked"]),
    (asked_twice_with_a_death_between, "unconfirmed", ["asked", "asked"]),
    (cancelled, "cancelled", []),
)


@pytest.mark.parametrize(("drive", "status", "kinds"), ENDS, ids=[end[0].__name__ for end in ENDS])
def test_every_end_is_told_once_with_a_way_to_the_post(
    engine: Engine, network: FakeNetwork, drive: Drive, status: str, kinds: list[str]
) -> None:
    engine.doctor.letters_about_success = True
    db.session.commit()

    publication = engine.fresh(drive(engine, network))
    for _ in range(3):
        engine.run()
        flows.sweep()
        telling.tell()

    assert publication.status == status
    assert [notice.kind for notice in notices()] == kinds
    letters = db.session.scalars(select(OutboxLetter)).all()
    assert sum(len(letter.about.get("items", [1])) for letter in letters) == len(kinds)
    for letter in letters:
        drawn = mail.draw(letter.letter, letter.to, **letter.about)
        assert "/posts" in drawn.body and "Wash your hands" not in drawn.body
        assert letter.letter == tidings.SEVERAL or f"/posts/{publication.post_id}" in drawn.body


@pytest.mark.parametrize(
    ("wishes", "letters"),
    [((True, True), 3), ((True, False), 2), ((False, True), 1), ((False, False), 0)],
)
def test_letters_come_as_the_doctor_wishes_and_notices_always(
    engine: Engine, network: FakeNetwork, wishes: tuple[bool, bool], letters: int
) -> None:
    engine.doctor.letters_about_trouble, engine.doctor.letters_about_success = wishes
    db.session.commit()
    published(engine, network)
    refused(engine, network)
    task(engine, network)

    telling.tell()

    assert len(notices()) == 3
    assert len(db.session.scalars(select(OutboxLetter)).all()) == letters


def test_a_hundred_failures_of_one_outage_are_one_letter(engine: Engine, network: FakeNetwork) -> None:
    failing(engine, 60)
    telling.tell()
    failing(engine, 40)
    telling.tell()

    (letter,) = db.session.scalars(select(OutboxLetter)).all()
    drawn = mail.draw(letter.letter, letter.to, **letter.about)
    assert drawn.subject == "100 of your posts did not go out"
    assert "100 posts did not go out on Fake.\nFake was away." in drawn.body
    assert len(set(re.findall(r"/posts/\d+", drawn.body))) == tidings.LISTED
    assert "/posts?status=failed" in drawn.body
    assert len(notices()) == 100 and all(notice.told_at for notice in notices())


def test_one_alone_waits_a_moment_for_its_like(engine: Engine, network: FakeNetwork) -> None:
    (publication,) = failing(engine, 1)
    telling.tell()

    (letter,) = db.session.scalars(select(OutboxLetter)).all()
    assert (letter.letter, letter.about["post_id"]) == ("about_post", publication.post_id)
    assert letter.not_before - clock.now() <= telling.GATHER


def test_what_comes_after_a_letter_went_waits_for_the_next_one(engine: Engine, network: FakeNetwork) -> None:
    failing(engine, 1)
    telling.tell()
    (first,) = db.session.scalars(select(OutboxLetter)).all()
    first.tries, first.sent_at = 1, clock.now()
    db.session.commit()

    failing(engine, 3)
    telling.tell()
    failing(engine, 2)
    telling.tell()

    second = db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)).all()[-1]
    assert second.id != first.id and len(second.about["items"]) == 5
    assert second.not_before - clock.now() <= telling.GATHER


def test_an_outage_that_goes_on_is_told_soon_and_in_few_letters(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now()
    left: list[int] = []
    for seconds in range(0, 3600, 20):
        monkeypatch.setattr(clock, "now", lambda seconds=seconds: start + timedelta(seconds=seconds))
        failing(engine, 1)
        telling.tell()
        for letter in db.session.scalars(select(OutboxLetter).where(OutboxLetter.sent_at.is_(None))):
            if letter.not_before <= clock.now():
                letter.tries, letter.sent_at = 1, clock.now()
                left.append(seconds)
        db.session.commit()

    assert left == [20, 60, 120, 420, 1320, 2220, 3120]


def test_what_came_right_meanwhile_is_not_told(
    engine: Engine, network: FakeNetwork, taken: list[Any]
) -> None:
    right, wrong = failing(engine, 2)
    telling.tell()
    remedies.retry(engine.doctor, engine.fresh(right).post)
    network.script = []
    engine.run()

    deliver()

    (letter,) = taken
    assert letter.subject == "Your post did not go out on Fake"
    assert f"/posts/{wrong.post_id}" in letter.body and f"/posts/{right.post_id}" not in letter.body


def test_when_all_came_right_there_is_no_letter(
    engine: Engine, network: FakeNetwork, taken: list[Any]
) -> None:
    publication = to_reconnect(engine, network)
    telling.tell()
    engine.account.status = "connected"
    db.session.commit()
    assert engine.fresh(publication).status == "held"

    deliver()

    (letter,) = db.session.scalars(select(OutboxLetter)).all()
    assert taken == [] and letter.given_up_at and letter.last_trouble == "not true any more"


def test_a_letter_about_several_networks_of_one_post_leads_to_it(
    engine: Engine, network: FakeNetwork, taken: list[Any]
) -> None:
    second = factories.make_account(engine.doctor)
    network.script = [raises(ContentRejected("Too long.")), raises(ContentRejected("Too long."))]
    post = engine.post(engine.account, second).post
    engine.run()
    telling.tell()

    deliver()

    (letter,) = taken
    assert f"/posts/{post.id}" in letter.body and "?status=" not in letter.body


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The letters that the mail server was given."""
    letters: list[Any] = []
    monkeypatch.setattr(mail, "hand_over", lambda letter, message_id: letters.append(letter))
    return letters


def deliver() -> None:
    """Every letter is due, and leaves."""
    for letter in db.session.scalars(select(OutboxLetter)):
        letter.not_before = clock.now() - timedelta(minutes=1)
    db.session.commit()
    letters.drain()


def test_doctors_and_good_news_have_letters_of_their_own(engine: Engine, network: FakeNetwork) -> None:
    engine.doctor.letters_about_success = True
    other = factories.make_doctor()
    failing(engine, 2)
    failing(engine, 2, factories.make_account(other))
    published(engine, network)

    telling.tell()

    letters = db.session.scalars(select(OutboxLetter)).all()
    assert sorted((letter.doctor_id == other.id, letter.letter) for letter in letters) == [
        (False, "about_post"),
        (False, "about_posts"),
        (True, "about_posts"),
    ]


def failing(engine: Engine, number: int, account: Any = None) -> list[Publication]:
    """Posts that the portal gives up."""
    account = account or engine.account
    doctor = db.session.get_one(Doctor, account.doctor_id)
    rows = [
        factories.make_post(
            doctor, account, status="publishing", publication={"owner": 999, "phase": "claimed"}
        )
        for _ in range(number)
    ]
    for row in rows:
        publication = row.publications[0]
        publication.phase = publication.owner = None
        publication.error_message = "Fake was away."
        publication.move("failed", by="portal", why="Fake was away.")
    db.session.commit()
    return [row.publications[0] for row in rows]


def notices() -> list[Notice]:
    db.session.expire_all()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))
