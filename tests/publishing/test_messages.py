"""What a publication says is wrong belongs to the state that it is in, after every move there is."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.api import post_records
from portal.extensions import db
from portal.models import Doctor, Publication, states
from portal.platforms.errors import OutcomeUnknown, ReconnectNeeded
from tests import factories
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork, raises

OLD = "We are checking whether the post is there."
WHY = "Something else happened."
ALL_MOVES = [(start, end) for start, ends in states.MOVES.items() for end in sorted(ends)]
NOTHING_WRONG = {"draft", "scheduled", "publishing", "awaiting_doctor", "published", "cancelled"}


@pytest.mark.parametrize(("start", "end"), ALL_MOVES)
def test_no_move_leaves_the_words_of_an_earlier_state(asha: Doctor, start: str, end: str) -> None:
    publication = in_state(asha, start)

    go(publication, end)

    wanted: tuple[str | None, str | None] = (None, None if end in NOTHING_WRONG else WHY)
    if end == "held":
        wanted = ("decision", WHY)
    assert (publication.error_code, publication.error_message) == wanted


@pytest.mark.parametrize("end", ["failed", "retrying", "unconfirmed"])
def test_a_move_keeps_the_words_that_it_brings(asha: Doctor, end: str) -> None:
    publication = in_state(asha, "publishing")

    go(publication, end, error_code="187", error_message="You can try again.")

    assert (publication.error_code, publication.error_message) == ("187", "You can try again.")


def test_what_is_held_says_what_it_waits_for(engine: Engine, network: FakeNetwork) -> None:
    network.script = [raises(ReconnectNeeded("Connect X again."))]
    refused = engine.post()
    engine.run()
    assert told(engine, refused) == ("account", "Connect X again.")

    engine.account.status = "connected"
    late = engine.post(scheduled_at=database_now() - timedelta(days=365))
    engine.run()

    code, words = told(engine, late)
    assert code == "late" and words and words.startswith("It could not leave within")


def test_a_late_decision_does_not_say_that_we_are_looking(engine: Engine, network: FakeNetwork) -> None:
    network.script = [raises(OutcomeUnknown(OLD))]
    publication = engine.post()
    engine.run()
    for _ in network.look_after_seconds:
        late = {"id": publication.id, "due": database_now() - timedelta(days=365)}
        db.session.rollback()
        db.session.execute(
            text("UPDATE publication SET look_at = portal_now(), trying_since = :due WHERE id = :id"), late
        )
        db.session.commit()
        engine.look()
    engine.run()

    code, words = told(engine, publication)
    assert code == "late" and OLD not in (words or "")


def told(engine: Engine, publication: Publication) -> tuple[str | None, str | None]:
    row = engine.fresh(publication)
    out = post_records.record(row.post).publications[0]
    return out.error_code, out.error_message


def in_state(doctor: Doctor, status: str) -> Publication:
    """A publication in this state, with the words of some state before."""
    account = factories.make_account(doctor)
    facts: dict[str, object] = {"owner": 9, "phase": "claimed"} if status == "publishing" else {}
    facts |= {"held_for": "account"} if status == "held" else {}
    publication = factories.make_post(doctor, account, status=status, publication=facts).publications[0]
    db.session.commit()
    publication.error_code, publication.error_message = "timeout", OLD
    db.session.commit()
    return publication


def go(publication: Publication, status: str, **words: str) -> None:
    publication.due_at = publication.due_at or database_now()
    publication.phase, publication.owner = ("claimed", 9) if status == "publishing" else (None, None)
    publication.platform_post_id = "1"
    for name, value in words.items():
        setattr(publication, name, value)
    publication.move(status, by="portal", why=WHY, held_for="decision")
    db.session.commit()
    db.session.refresh(publication)
