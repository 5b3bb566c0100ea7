"""What is over is forgotten, and nothing else."""

from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.auth import cleaning, codes, sessions, trust
from portal.auth.asking import Asker
from portal.extensions import db
from portal.models import BrowserSession, Doctor, OneTimeCode, TrustedBrowser, User
from portal.transaction import transaction
from tests.conftest import Clock, HeldJobs


def count(kind: type) -> int:
    return db.session.scalar(select(func.count(kind.id))) or 0  # type: ignore[attr-defined]


def test_sessions_end_with_their_time(asha: Doctor, carla: User, clock: Clock) -> None:
    for user in (asha.user, carla):
        sessions.open_session(user, f"word of {user.id}")
    db.session.commit()
    clock.advance(minutes=59)
    cleaning.forget_what_is_over()
    assert count(BrowserSession) == 2
    clock.advance(minutes=2)
    cleaning.forget_what_is_over()
    assert db.session.scalars(select(BrowserSession)).one().user_id == asha.user_id
    clock.advance(days=14)
    cleaning.forget_what_is_over()
    assert count(BrowserSession) == 0


def test_trust_and_codes_end_too(asha: Doctor, clock: Clock, held_jobs: HeldJobs) -> None:
    trust.remember(asha.user, "word", None)
    with transaction():
        codes.ask("asha@example.org", "login", asha.user, Asker(None))
    clock.advance(hours=23)
    cleaning.forget_what_is_over()
    assert (count(TrustedBrowser), count(OneTimeCode)) == (1, 1)
    clock.advance(days=30)
    cleaning.forget_what_is_over()
    assert (count(TrustedBrowser), count(OneTimeCode)) == (0, 0)


def test_a_forgotten_code_leads_back_to_the_start(client: FlaskClient, asha: Doctor) -> None:
    with client.session_transaction() as session:
        session["code_id"] = 999_999
    assert client.get("/confirm").location == "/login"
