from portal.extensions import db
from portal.models import Publication, PublicationEvent
from tests.conftest import Clock
from tests.factories import make_account, make_post


def test_a_move_writes_its_history(asha, clock: Clock) -> None:
    post = make_post(asha, make_account(asha))
    publication = post.publications[0]

    publication.move("held", by="portal", why="Waits.", held_for="verification")
    db.session.commit()

    events = [(e.from_status, e.to_status, e.who, e.why, e.created_at) for e in publication.events]
    assert events == [
        (None, "scheduled", "doctor", None, clock.at),
        ("scheduled", "held", "portal", "Waits.", clock.at),
    ]


def test_two_tests_share_nothing(asha) -> None:
    assert db.session.query(PublicationEvent).count() == 0
    assert db.session.query(Publication).count() == 0
