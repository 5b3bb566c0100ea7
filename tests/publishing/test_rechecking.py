"""What became of a post after it went out: looked at a few times, each sentence told once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from portal.extensions import db
from portal.models import Notice, Publication, PublicationCheck
from portal.platforms.base import Afterwards
from portal.platforms.errors import TemporaryFailure
from portal.publishing import rechecking, telling
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork

LOCKED = "You asked for a video that is public, but Fake made it private."
READY = "Fake has prepared the video."


@pytest.fixture
def out(engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Publication:
    monkeypatch.setattr(network, "second_looks", (30, 60, 3600), raising=False)
    publication = engine.post()
    engine.run()
    return engine.fresh(publication)


class Says:
    """What the network answers, and what it was asked."""

    def __init__(self, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer: Afterwards | Exception = Afterwards()
        self.asked: list[tuple[str, str]] = []
        monkeypatch.setattr(network, "look_again", self.look_again, raising=False)

    def look_again(self, remote_id: str, sent: dict[str, str], *_: object) -> Afterwards:
        self.asked.append((remote_id, sent["text"]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def says(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Says:
    return Says(network, monkeypatch)


def after(out: Publication, seconds: int) -> int:
    """Look when the post has been out for so long."""
    age = timedelta(seconds=seconds)
    change = text("UPDATE publication SET published_at = portal_now() - :age WHERE id = :id")
    db.session.execute(change, {"age": age, "id": out.id})
    db.session.commit()
    return rechecking.recheck_due()


def notices(kind: str) -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.kind == kind)))


def test_it_is_asked_at_its_times_and_not_between(out: Publication, says: Says) -> None:
    assert [after(out, seconds) for seconds in (10, 31, 40, 61, 70, 3601, 4000)] == [0, 1, 0, 1, 0, 1, 0]
    assert says.asked == [("id-1", "Wash your hands.")] * 3


def test_looks_that_were_slept_through_are_not_made_up_for(out: Publication, says: Says) -> None:
    assert [after(out, 3601), after(out, 3602)] == [1, 0]


def test_trouble_is_told_once_with_a_letter(engine: Engine, out: Publication, says: Says) -> None:
    says.answer = Afterwards(trouble=LOCKED)
    for seconds in (31, 61, 3601):
        after(out, seconds)

    assert len(notices("changed")) == 1
    engine.fresh(out)
    assert (out.status, out.moved_why) == ("published", LOCKED)
    assert [event.why for event in out.events if event.why].count(LOCKED) == 1
    assert telling.tell() >= 1


def test_good_news_stands_in_the_story_and_writes_no_letter(out: Publication, says: Says) -> None:
    says.answer = Afterwards(news=READY)
    after(out, 31)
    after(out, 61)

    db.session.refresh(out)
    assert [event.why for event in out.events].count(READY) == 1
    assert notices("changed") == []


def test_what_was_told_when_it_went_out_is_not_told_again(out: Publication, says: Says) -> None:
    out.moved_why = f"It is out. {LOCKED}"
    db.session.commit()
    says.answer = Afterwards(trouble=LOCKED)

    after(out, 31)

    assert notices("changed") == []


def test_what_is_over_is_asked_no_more(out: Publication, says: Says) -> None:
    says.answer = Afterwards(trouble="Fake refused the video.", is_over=True)

    assert [after(out, 31), after(out, 61), after(out, 3601)] == [1, 0, 0]


def test_a_network_that_is_away_is_asked_again_later(out: Publication, says: Says) -> None:
    says.answer = TemporaryFailure("Down.")
    assert [after(out, 31), after(out, 32)] == [1, 0]

    db.session.query(PublicationCheck).update({"not_before": None})
    says.answer = Afterwards(news=READY)
    assert after(out, 33) == 1


def test_nobody_asks_about_a_post_that_was_taken_away(out: Publication, says: Says) -> None:
    out.removed_at = out.published_at
    db.session.commit()

    assert after(out, 31) == 0
