"""Clocks that are wrong or jump: the database's is the law."""

import pytest
from sqlalchemy import text

from portal.extensions import db
from tests.faults.fleet import Fleet
from tests.faults.nursery import CLOCK

pytestmark = [pytest.mark.faults]

LATENESS = text("""
SELECT extract(epoch FROM a.created_at - p.due_at) FROM attempt a
JOIN publication p ON p.id = a.publication_id WHERE p.id = :id
""")


def test_workers_whose_clocks_are_wrong_and_jump_publish_nothing_early(fleet: Fleet) -> None:
    """Ten minutes fast, then ten minutes slow, while they work."""
    fleet.stop()
    file = fleet.folder / "clock"
    file.write_text("600")
    wrong = {CLOCK: str(file)}
    for words in (("portal.worker", "publish"), ("portal.worker", "look", "letters"), ("portal.scheduler",)):
        fleet.start(*words, **wrong)
    posts = [fleet.post("By a fast clock.", seconds=2)]
    fleet.until_published(posts[0])

    draft = fleet.folder / "clock.new"
    draft.write_text("-600")
    draft.rename(file)
    posts += [fleet.post("By a slow clock.", seconds=2)]

    fleet.until_published(*posts)
    for post in posts:
        assert db.session.execute(LATENESS, {"id": post.id}).scalar_one() >= 0
    fleet.stop()


def test_when_the_databases_clock_jumps_ahead_the_doctor_decides_about_what_is_late(fleet: Fleet) -> None:
    shift = "SELECT statement_timestamp() + interval '{} hours'"
    due, later = fleet.post("An hour ahead.", seconds=3600), fleet.post("A day ahead.", seconds=86400)
    soon = fleet.post("Missed by the jump.", fleet.connect(), seconds=1800)
    before = db.session.execute(text("SELECT pg_get_functiondef('portal_now'::regproc)")).scalar_one()
    law = "CREATE OR REPLACE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ {} $$"
    try:
        db.session.execute(text(law.format(shift.format("1.5"))))
        db.session.commit()

        fleet.until_published(due)
        fleet.until_status(soon, "held")
        assert soon.held_for == "late" and later.status == "scheduled"
    finally:
        db.session.rollback()
        db.session.execute(text(before.replace(":", "\\:")))
        db.session.commit()
    # Backwards: what is out stays out and is not sent a second time.
    fleet.until_published(fleet.post("After the jump back."))
    assert fleet.appeared(due.text) == 1
    later.move("cancelled", by="doctor")
    db.session.commit()
