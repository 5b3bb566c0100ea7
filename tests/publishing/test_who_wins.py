"""A doctor acts while the engine is at a step: exactly one wins, and the doctor gets a true answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal.errors import Conflict
from portal.extensions import db
from portal.models import Attempt, Doctor, Post
from portal.platforms.errors import OutcomeUnknown, TemporaryFailure
from portal.platforms.twitter import Twitter
from portal.posts import flows
from portal.posts.inputs import PostChanges
from portal.publishing import publisher as engine_of
from portal.social import keeping, leaving
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork, raises

Act = Callable[[Doctor, Post], object]

# What would be tried within the hour is due; what was moved further away is not.
SOON_IS_NOW = "UPDATE publication SET due_at = portal_now() WHERE due_at < portal_now() + interval '1 hour'"


@pytest.fixture(autouse=True)
def real_ways_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account can be disconnected here; telling its network is tested elsewhere."""
    monkeypatch.setattr(FakeNetwork, "connections", Twitter.connections)
    monkeypatch.setattr(leaving, "_revoke", lambda *_: None)


def edit(doctor: Doctor, post: Post) -> object:
    return flows.change(doctor, post, PostChanges(content="New"))


def move(doctor: Doctor, post: Post) -> object:
    later = database_now() + timedelta(hours=2)
    return flows.change(doctor, post, PostChanges(scheduled_at=later))


def cancel(doctor: Doctor, post: Post) -> object:
    return flows.cancel(doctor, post)


def leave_out(doctor: Doctor, post: Post) -> object:
    return flows.stop(doctor, post.publications[0])


def disconnect(doctor: Doctor, post: Post) -> object:
    return leaving.disconnect(doctor, post.publications[0].social_account_id)


# What each act leaves behind when it wins: the status, and the text that is out.
WINS: dict[Act, tuple[str, list[str]]] = {
    edit: ("published", ["New"]),
    move: ("scheduled", []),
    cancel: ("cancelled", []),
    leave_out: ("cancelled", []),
    disconnect: ("held", []),
}
# The engine's steps while the publication is not yet claimed, claimed, at the network, and settled.
UNCLAIMED, CLAIMED = ("before_claim",), ("after_claim",)
AT_NETWORK, SETTLED = ("after_arm", "before_send", "before_store"), ("after_store",)
STEPS = (*UNCLAIMED, *CLAIMED, *AT_NETWORK, *SETTLED)


class Meanwhile:
    """At a step of the engine, in a session of its own, a doctor does something once."""

    def __init__(self, engine: Engine, step: str, act: Act, post: Post) -> None:
        self.engine, self.step, self.act = engine, step, act
        self.ids = (engine.doctor.id, post.id)
        self.answer: object = "did not come to it"

    def __call__(self, point: str) -> None:
        if point == self.step and self.answer == "did not come to it":
            self.answer = "began"
            self.answer = self.do()

    def do(self) -> object:
        with self.engine.app.app_context():
            doctor, post = db.session.get_one(Doctor, self.ids[0]), db.session.get_one(Post, self.ids[1])
            try:
                self.act(doctor, post)
                return "won"
            except Conflict as lost:
                return lost.words


def texts(network: FakeNetwork) -> list[str]:
    return [words for _, words in network.posts]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("act", WINS, ids=[act.__name__ for act in WINS])
def test_exactly_one_wins_at_every_step(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch, step: str, act: Act
) -> None:
    publication = engine.post(content="Old")
    meanwhile = Meanwhile(engine, step, act, publication.post)
    monkeypatch.setattr(engine_of, "fault", meanwhile)

    engine.run()
    engine.run()

    engine.fresh(publication)
    has_won = step in UNCLAIMED or (act is disconnect and step in CLAIMED)
    status, out = WINS[act] if has_won else ("published", ["Old"])
    assert (publication.status, texts(network)) == (status, out)
    if has_won or act is disconnect:
        assert meanwhile.answer == "won"
    else:
        expected = "already out" if step in SETTLED else "going out right now"
        expected = "no longer waiting" if act is leave_out else expected
        assert expected in str(meanwhile.answer)
    accepted = db.session.scalars(select(Attempt.outcome).where(Attempt.outcome == "accepted")).all()
    assert len(accepted) == len(out)


@pytest.mark.parametrize("act", WINS, ids=[act.__name__ for act in WINS])
def test_what_is_tried_again_later_can_still_be_changed(
    engine: Engine, network: FakeNetwork, act: Act
) -> None:
    network.script = [raises(TemporaryFailure("Away."))]
    publication = engine.post(content="Old")
    engine.run()
    assert engine.fresh(publication).status == "retrying"

    assert Meanwhile(engine, "", act, publication.post).do() == "won"
    db.session.execute(text(SOON_IS_NOW))
    db.session.commit()
    engine.run()

    assert (engine.fresh(publication).status, texts(network)) == WINS[act]


@pytest.mark.parametrize("phase", [None, "looking"])
@pytest.mark.parametrize("act", [edit, move, cancel, leave_out], ids=lambda act: act.__name__)
def test_what_may_be_out_can_no_longer_be_changed(
    engine: Engine, network: FakeNetwork, act: Act, phase: str | None
) -> None:
    network.script = [raises(OutcomeUnknown("Cut."))]
    publication = engine.post(content="Old")
    engine.run()
    engine.fresh(publication).phase = phase
    publication.owner = 7 if phase else None
    db.session.commit()

    assert Meanwhile(engine, "", act, publication.post).do() != "won"
    assert engine.fresh(publication).status == "unconfirmed" and publication.post.content == "Old"


def test_after_a_disconnection_it_is_told_what_was_already_on_its_way(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    def disconnect_and_count(doctor: Doctor, post: Post) -> None:
        account = leaving.disconnect(doctor, post.publications[0].social_account_id)
        assert account
        told.append(keeping.going_out(account))

    publication = engine.post()
    meanwhile = Meanwhile(engine, "before_send", disconnect_and_count, publication.post)
    monkeypatch.setattr(engine_of, "fault", meanwhile)
    engine.run()

    assert told == [1] and engine.fresh(publication).status == "published"


def test_nothing_is_armed_once_a_disconnection_was_answered(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = engine.post()
    meanwhile = Meanwhile(engine, "after_claim", disconnect, publication.post)
    monkeypatch.setattr(engine_of, "fault", meanwhile)

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.held_for, publication.owner) == ("held", "account", None)
    assert db.session.scalars(select(Attempt)).all() == [] and network.calls == 0
