"""Posts that were planned by other rules, or before the doctor's facts changed, with the real engine."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.checks import RULES_VERSION
from portal.doctors import flows as doctors
from portal.doctors.inputs import ProfileChange
from portal.errors import Conflict, Refused
from portal.extensions import db
from portal.models import Attempt, Notice, PostCheck, Publication
from portal.posts import explaining, remedies
from portal.posts import flows as posts
from portal.posts.inputs import Acknowledged, PostChanges
from portal.publishing import checking, second_look
from tests import factories
from tests.conftest import HeldJobs
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork

BOAST = "The best clinic in Pune."
PROMISE = "We offer 100% cure for piles."


def planned_long_ago(engine: Engine, text: str) -> Publication:
    """A post that passed the rules of another time, or met none."""
    return engine.post(content=text, checks_key="2020.01.1 other")


def newest_check(publication: Publication) -> PostCheck:
    return db.session.scalars(PostCheck.newest_of(publication.post_id)).one()


def test_a_post_that_the_rules_still_let_pass_goes_out(engine: Engine, network: FakeNetwork) -> None:
    publication = planned_long_ago(engine, "Wash your hands.")

    engine.run()

    assert engine.fresh(publication).status == "published"
    check = newest_check(publication)
    assert (check.is_passed, check.rules_version) == (True, RULES_VERSION)
    assert publication.post.checks_key == engine.doctor.checks_key


def test_a_post_that_was_checked_by_todays_rules_is_not_checked_again(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object) -> None:
        raise AssertionError("looked again")

    publication = engine.post()
    monkeypatch.setattr(second_look, "look_again", never)

    engine.run()

    assert engine.fresh(publication).status == "published"


@pytest.mark.parametrize("text", [BOAST, PROMISE])
def test_a_post_that_newer_rules_stop_is_held_and_told(
    engine: Engine, network: FakeNetwork, text: str
) -> None:
    publication = planned_long_ago(engine, text)

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.held_for) == ("held", "checks")
    assert publication.moved_why.startswith("The checks looked again and found: ")
    assert text not in publication.moved_why
    assert network.calls == 0 and db.session.query(Attempt).count() == 0
    assert newest_check(publication).is_passed is False
    assert [notice.kind for notice in db.session.scalars(select(Notice))] == ["held"]


def test_what_newer_rules_stop_holds_up_nobody_else(engine: Engine, network: FakeNetwork) -> None:
    held = planned_long_ago(engine, PROMISE)
    engine.run()
    other = engine.post()

    engine.run()

    assert engine.fresh(held).status == "held"
    assert engine.fresh(other).status == "published"


def test_another_try_does_not_get_past_the_checks(engine: Engine, network: FakeNetwork) -> None:
    publication = planned_long_ago(engine, BOAST)
    engine.run()
    engine.fresh(publication)

    with pytest.raises(Conflict, match="say why it is right"):
        remedies.retry(engine.doctor, publication.post)

    engine.run()
    assert engine.fresh(publication).held_for == "checks"
    assert network.calls == 0


def test_a_reason_lets_the_held_post_go_on(engine: Engine, network: FakeNetwork) -> None:
    publication = planned_long_ago(engine, BOAST)
    engine.run()
    engine.fresh(publication)

    reason = Acknowledged(id="C02", reason="A prize of the city.")
    explaining.explain(engine.doctor, publication.post, explaining.Reasons(acknowledged=[reason]))
    engine.run()

    assert engine.fresh(publication).status == "published"
    assert newest_check(publication).reasons == {"C02": "A prize of the city."}
    kept = select(PostCheck.is_passed).where(PostCheck.post_id == publication.post_id).order_by(PostCheck.id)
    assert db.session.scalars(kept).all() == [False, True]


def test_no_reason_lets_a_promise_go_on(engine: Engine, network: FakeNetwork) -> None:
    publication = planned_long_ago(engine, PROMISE)
    engine.run()
    engine.fresh(publication)

    said = explaining.Reasons(acknowledged=[Acknowledged(id="C01", reason="I am sure.")])
    with pytest.raises(Refused):
        explaining.explain(engine.doctor, publication.post, said)

    engine.run()
    assert engine.fresh(publication).status == "held"


def test_changing_the_held_post_lets_it_go_on(engine: Engine, network: FakeNetwork) -> None:
    publication = planned_long_ago(engine, PROMISE)
    engine.run()
    engine.fresh(publication)

    posts.change(engine.doctor, publication.post, PostChanges(content="Ask your doctor."))
    engine.run()

    assert engine.fresh(publication).status == "published"
    assert network.calls == 1


def test_a_program_gives_the_reason_with_a_change(engine: Engine, network: FakeNetwork) -> None:
    publication = planned_long_ago(engine, BOAST)
    engine.run()
    engine.fresh(publication)

    reason = Acknowledged(id="C02", reason="A prize of the city.")
    posts.change(engine.doctor, publication.post, PostChanges(acknowledged=[reason]))
    engine.run()

    assert engine.fresh(publication).status == "published"


def test_a_post_for_two_networks_is_held_on_both(engine: Engine, network: FakeNetwork) -> None:
    other = factories.make_account(engine.doctor)
    publication = engine.post(engine.account, other, content=PROMISE, checks_key=None)

    engine.run()

    engine.fresh(publication)
    assert [row.held_for for row in publication.post.publications] == ["checks", "checks"]
    assert db.session.query(PostCheck).count() == 1
    assert network.calls == 0


def test_an_earlier_reason_for_the_same_words_still_holds(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post(content=BOAST)
    looked = checking.look(publication.post, engine.doctor)
    why = {"C02": "A prize of the city."}
    db.session.add(checking.result(publication.post, engine.doctor, looked, why, is_passed=True))
    publication.post.checks_key = "2020.01.1 other"
    db.session.commit()

    engine.run()

    assert engine.fresh(publication).status == "published"
    assert newest_check(publication).reasons == why


def test_a_doctor_who_chooses_other_rules_has_planned_posts_looked_at_at_once(
    engine: Engine, network: FakeNetwork, held_jobs: HeldJobs
) -> None:
    engine.doctor.check_pack = "GB"
    db.session.commit()
    in_a_year = database_now() + timedelta(days=365)
    publication = engine.post(content="Leave us a review!", scheduled_at=in_a_year)
    reasons = {"C05": "Asked by the college."}
    looked = checking.look(publication.post, engine.doctor)
    db.session.add(checking.result(publication.post, engine.doctor, looked, reasons, is_passed=True))
    db.session.commit()

    doctors.change_profile(engine.doctor, ProfileChange(check_pack="IN-strict"))
    assert ("look_again", engine.doctor.id) in held_jobs
    assert second_look.look_again_due(engine.doctor.id) == 1

    engine.fresh(publication)
    assert (publication.status, publication.held_for) == ("held", "checks")
    assert newest_check(publication).pack == "IN-strict"
    assert second_look.look_again_due(engine.doctor.id) == 0


def test_a_profile_that_changes_nothing_the_checks_know_rings_nobody(
    engine: Engine, held_jobs: HeldJobs
) -> None:
    doctors.change_profile(engine.doctor, ProfileChange(awards="A prize"))

    assert [ring for ring in held_jobs if ring[0] == "look_again"] == []


def test_a_post_of_the_next_day_is_looked_at_ahead_of_its_hour(engine: Engine) -> None:
    soon = planned_long_ago(engine, PROMISE)
    soon.due_at = database_now() + timedelta(hours=20)
    far = planned_long_ago(engine, PROMISE)
    far.due_at = database_now() + timedelta(days=9)
    db.session.commit()

    assert second_look.look_again_due() == 1

    assert engine.fresh(soon).held_for == "checks"
    assert engine.fresh(far).status == "scheduled"


def test_a_rule_that_breaks_holds_its_post_alone(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = planned_long_ago(engine, "Wash your hands.")

    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(checking.checks, "look", broken)
    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.held_for) == ("held", "checks")
    assert publication.moved_why == second_look.BROKE
    assert network.calls == 0
