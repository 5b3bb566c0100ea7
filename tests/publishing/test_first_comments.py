"""The first comment below a post: written once, after the post, and never the post's trouble."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, text

from portal.extensions import db
from portal.models import FollowUp, Notice, Publication
from portal.platforms.base import Author, Token
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    OutcomeUnknown,
    PlatformError,
    ReconnectNeeded,
    TemporaryFailure,
)
from portal.publishing import commenting, flows
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork

WORDS = "More on this: https://example.org/"


class Below:
    """Comments below posts of the fake network. `script` holds what the next calls raise, once written."""

    def __init__(self, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written: list[tuple[str, str]] = []
        self.script: list[PlatformError] = []
        self.is_lost = False
        self.find_says: PlatformError | None = None
        for name in ("comment", "find_comment"):
            monkeypatch.setattr(network, name, getattr(self, name), raising=False)
        monkeypatch.setattr(network, "comment_limit", lambda author: 100, raising=False)

    def comment(self, remote_id: str, words: str, author: Author, token: Token) -> str:
        error = self.script.pop(0) if self.script else None
        if error is None or self.is_lost:
            self.written.append((remote_id, words))
        if error is not None:
            raise error
        return f"comment-{len(self.written)}"

    def find_comment(
        self, remote_id: str, words: str, since: datetime, author: Author, token: Token
    ) -> str | None:
        if self.find_says:
            raise self.find_says
        return "found" if (remote_id, words) in self.written else None


@pytest.fixture
def below(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Below:
    return Below(network, monkeypatch)


@pytest.fixture
def out(engine: Engine, below: Below) -> Publication:
    publication = engine.post(first_comment=WORDS)
    engine.run()
    return engine.fresh(publication)


def run(times: int = 1) -> FollowUp:
    """Write or look so often, each time as if the waits were over; the row as it is then."""
    for _ in range(times):
        db.session.execute(text("UPDATE follow_up SET due_at = portal_now() - interval '1 second'"))
        db.session.commit()
        flows.write_comments()
    db.session.rollback()
    return db.session.scalars(select(FollowUp).execution_options(populate_existing=True)).one()


def notices() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == "changed")))


def test_it_is_written_once_when_the_post_is_out(engine: Engine, out: Publication, below: Below) -> None:
    assert out.status == "published"
    assert flows.ring_for_waiting().write_comments
    # What a living program has in hand stays its own.
    hand = "UPDATE follow_up SET status = :status, owner = :owner, sent_at = portal_now()"
    owner = engine.publisher.liveness.owner
    db.session.execute(text(hand), {"status": "sending", "owner": owner})
    db.session.commit()
    assert run(2).status == "sending"
    db.session.execute(text(hand), {"status": "waiting", "owner": None})
    db.session.commit()
    row = run(3)
    assert (row.status, row.remote_id) == ("out", "comment-1")
    assert below.written == [(out.platform_post_id, WORDS)]
    assert not notices()
    assert not flows.ring_for_waiting().write_comments


def test_where_there_is_none_or_no_place_for_one_nothing_is_written(engine: Engine) -> None:
    engine.post()
    engine.run()
    assert db.session.scalars(select(FollowUp)).first() is None
    engine.post(first_comment=WORDS)
    engine.run()
    assert run().status == "left"


def a_passing_fault_is_tried_again(out: Publication, below: Below) -> None:
    below.script = [TemporaryFailure("Busy."), TemporaryFailure("Busy.")]
    assert run(2).status == "waiting"
    assert run().status == "out"
    assert len(below.written) == 1


def a_refused_one_leaves_the_post_out_and_is_told_once(out: Publication, below: Below) -> None:
    below.script = [ContentRejected("Fake did not accept this post.")]
    row = run(3)
    assert (row.status, row.trouble) == ("failed", "Fake did not accept this comment.")
    assert row.publication.status == "published"
    assert len(notices()) == 1


def a_missing_permission_is_said_kindly_and_ends_nothing_else(out: Publication, below: Below) -> None:
    below.script = [ReconnectNeeded("No.")]
    row = run(3)
    assert "Connect it again and allow comments." in (row.trouble or "")
    assert row.publication.account.is_connected
    assert len(notices()) == 1


def what_stays_busy_ends_with_a_word_to_the_doctor(out: Publication, below: Below) -> None:
    below.script = [TemporaryFailure("Busy.")] * 20
    assert run(10).status == "failed"
    assert len(notices()) == 1


def a_lost_answer_is_looked_for_and_never_written_twice(out: Publication, below: Below) -> None:
    below.script, below.is_lost = [OutcomeUnknown("?")], True
    assert run().status == "unconfirmed"
    row = run()
    assert (row.status, row.remote_id) == ("out", "found")
    assert len(below.written) == 1


def one_that_is_surely_absent_is_written_once_more(out: Publication, below: Below) -> None:
    below.script = [OutcomeUnknown("?")]
    assert run(4).status == "out"
    assert len(below.written) == 1


def where_nobody_can_look_the_doctor_is_asked_once(out: Publication, below: Below) -> None:
    below.script, below.is_lost, below.find_says = [OutcomeUnknown("?")], True, CannotTell("No list.")
    assert run(4).status == "asked"
    assert len(notices()) == 1
    assert len(below.written) == 1


def what_a_dead_program_began_is_looked_for(out: Publication, below: Below) -> None:
    below.written.append((out.platform_post_id or "", WORDS))
    change = "UPDATE follow_up SET status = 'sending', owner = 999999, sent_at = portal_now()"
    db.session.execute(text(change))
    db.session.commit()
    assert run().status == "unconfirmed"
    assert run().status == "out"
    assert len(below.written) == 1


def the_doctor_settles_what_the_portal_cannot_see(out: Publication, below: Below) -> None:
    for answer, status, count in (("again", "out", 1), ("leave", "left", 1), ("there", "out", 1)):
        db.session.execute(text("UPDATE follow_up SET status = 'waiting'"))
        db.session.commit()
        below.script, below.find_says = [OutcomeUnknown("?")], CannotTell("No list.")
        row = run(2)
        assert row.status == "asked"
        commenting.settle_by_hand(row, answer)
        assert run().status == status
        assert len(below.written) == count


def an_account_that_is_not_connected_gets_a_word_and_no_call(out: Publication, below: Below) -> None:
    db.session.execute(text("UPDATE social_account SET status = 'reconnect'"))
    db.session.commit()
    assert run(8).status == "failed"
    assert not below.written
    db.session.execute(text("UPDATE social_account SET status = 'connected'"))
    db.session.commit()


def two_programs_write_one_comment(out: Publication, below: Below) -> None:
    original: Callable[..., str] = below.comment

    def comment(*call: object) -> str:
        flows.write_comments()
        return original(*call)

    below.comment = comment  # type: ignore[assignment,method-assign]
    assert run().status == "out"
    assert len(below.written) == 1


SCENARIOS = (
    a_passing_fault_is_tried_again,
    a_refused_one_leaves_the_post_out_and_is_told_once,
    a_missing_permission_is_said_kindly_and_ends_nothing_else,
    what_stays_busy_ends_with_a_word_to_the_doctor,
    a_lost_answer_is_looked_for_and_never_written_twice,
    one_that_is_surely_absent_is_written_once_more,
    where_nobody_can_look_the_doctor_is_asked_once,
    what_a_dead_program_began_is_looked_for,
    the_doctor_settles_what_the_portal_cannot_see,
    an_account_that_is_not_connected_gets_a_word_and_no_call,
    two_programs_write_one_comment,
)


def test_whatever_goes_wrong_none_is_written_twice_and_the_post_stays_out(
    engine: Engine, below: Below
) -> None:
    # One database for all of them: a copy for each would cost more than the scenario.
    for scenario in SCENARIOS:
        publication = engine.post(first_comment=WORDS)
        engine.run()
        scenario(engine.fresh(publication), below)
        assert engine.fresh(publication).status == "published", scenario.__name__
        db.session.execute(text("DELETE FROM follow_up"))
        db.session.execute(text("DELETE FROM notice"))
        db.session.commit()
        db.session.expire_all()
        below.written, below.script, below.is_lost, below.find_says = [], [], False, None
