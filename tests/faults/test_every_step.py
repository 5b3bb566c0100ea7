"""A process is killed, or frozen long past any limit, at every numbered step of the protocol."""

import re
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import text

from portal import files
from portal.extensions import db
from portal.models import MediaFile, Post, Publication
from portal.publishing.faults import POINTS
from tests.faults.fleet import Fleet
from tests.faults.processes import ROOT

pytestmark = [pytest.mark.faults]


def plain(fleet: Fleet, words: str) -> Publication:
    return fleet.post(words)


def pictured(fleet: Fleet, words: str) -> Publication:
    return fleet.post_picture(words)


def lost(fleet: Fleet, words: str) -> Publication:
    """A post whose answer gets lost, so that it has to be looked for."""
    fleet.fail("drop_after", account=fleet.account.remote_id)
    return fleet.post(words)


def commented(fleet: Fleet, words: str) -> Publication:
    """A post with a first comment."""
    return fleet.post(words, first_comment=f"More on {words}")


# Which kind of post comes to a point; the points that are left out are those of other tests below.
WAYS: dict[str, Callable[[Fleet, str], Publication]] = {
    "holding_tick_lock": plain,
    "before_job": plain,
    "while_staging": pictured,
    "after_staging": pictured,
    "before_claim": plain,
    "after_claim": plain,
    "in_arm": plain,
    "after_arm": plain,
    "before_send": plain,
    "before_store": plain,
    "in_store": plain,
    "after_store": plain,
    "after_claim_look": lost,
    "after_arm_look": lost,
    "before_store_look": lost,
    "after_arm_comment": commented,
    "before_store_comment": commented,
    "in_tell": plain,
    "before_letter": plain,
    "after_letter": plain,
}
SAVING = ("before_commit", "after_commit", "while_writing_media")
RENEWING = ("before_keep_token",)
# Frozen here a process holds up the doctor's other news until the server ends its transaction.
HOLDING_NEWS = ("in_tell",)


def test_every_point_is_in_the_code_and_in_a_test() -> None:
    called = {
        point
        for file in (ROOT / "portal").rglob("*.py")
        for point in re.findall(r'\bfault\("(\w+)"\)', file.read_text())
    }
    assert called == set(POINTS) == {*WAYS, *SAVING, *RENEWING}


@pytest.mark.parametrize("point", WAYS)
def test_a_process_killed_at_any_step_loses_and_doubles_nothing(fleet: Fleet, point: str) -> None:
    fleet.lay(point, "kill")
    publication = WAYS[point](fleet, f"Killed {point}.")
    fleet.until_somebody_died(point)

    fleet.stand()

    fleet.until_published(publication)


def test_processes_frozen_at_every_step_are_not_overtaken(fleet: Fleet) -> None:
    frozen, posts = [], []
    for point, way in WAYS.items():
        fleet.account = fleet.connect()
        fleet.lay(point, "stop")
        posts.append(way(fleet, f"Frozen {point}."))
        frozen.append(fleet.until_somebody_froze(point))
        if point in HOLDING_NEWS:
            fleet.until(lambda: fleet.end_idle_transactions("outbox_letter"), "its transaction ended")
        fleet.stand()
    other = fleet.post("Meanwhile.", fleet.connect())
    fleet.until_published(other)
    # The longest limit of our own is that on the time between arming and sending.
    fleet.until(lambda: seconds_since_armed() > 6, "time to pass")
    fleet.end_idle_transactions()

    for program in frozen:
        program.send_signal(signal.SIGCONT)

    fleet.until_published(*posts)
    for program in frozen:
        program.send_signal(signal.SIGTERM)
    for program in frozen:
        fleet.until_dead(program)
        assert program.returncode == 0


def seconds_since_armed() -> float:
    """Since the last of the calls that are still in a process's hand."""
    in_hand = "FROM attempt WHERE ended_at IS NULL"
    query = text(f"SELECT extract(epoch FROM portal_now() - max(created_at)) {in_hand}")
    return float(db.session.execute(query).scalar_one())


@pytest.mark.parametrize(("point", "is_out"), [("before_commit", False), ("after_commit", True)])
def test_a_save_that_dies_is_whole_or_never_was(fleet: Fleet, point: str, is_out: bool) -> None:
    own = fleet.folder / f"faults-{point}"
    own.mkdir()
    (own / point).write_text("kill")
    words = f"Saved {point}."
    saving = fleet.start("tests.faults.saving", "post", str(fleet.account.id), words, PORTAL_FAULTS=str(own))

    fleet.until_dead(saving)

    assert saving.returncode == -signal.SIGKILL
    fleet.until_settled()
    assert fleet.appeared(words) == is_out


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_a_call_that_dies_is_done_once_when_it_is_sent_again(fleet: Fleet, point: str) -> None:
    own = fleet.folder / f"faults-call-{point}"
    own.mkdir()
    (own / point).write_text("kill")
    words = f"Called {point}."
    calls = []
    for _ in range(3):  # the first one dies
        call = fleet.start("tests.faults.saving", "call", str(fleet.doctor.id), words, PORTAL_FAULTS=str(own))
        fleet.until_dead(call)
        calls.append(call.returncode)

    assert calls == [-signal.SIGKILL, 0, 0]
    assert db.session.query(Post).filter_by(content=words).count() == 1


def test_an_upload_that_dies_leaves_nothing_that_is_served(fleet: Fleet) -> None:
    own = fleet.folder / "faults-upload"
    own.mkdir()
    (own / "while_writing_media").write_text("kill")

    saving = fleet.start("tests.faults.saving", "upload", str(fleet.doctor.id), PORTAL_FAULTS=str(own))
    fleet.until_dead(saving)

    assert saving.returncode == -signal.SIGKILL
    assert db.session.query(MediaFile).filter_by(doctor_id=fleet.doctor.id).count() == 0
    left = [path.name for path in Path(current_app.config["PORTAL"].media_url).iterdir()]
    assert [name for name in left if name.endswith(".part")]
    files.forget_parts(timedelta(0))
    assert not list(Path(current_app.config["PORTAL"].media_url).glob(".*.part"))


def test_a_token_that_was_traded_and_never_noted_asks_to_reconnect(fleet: Fleet) -> None:
    account = fleet.connect(refresh_in=timedelta(hours=-1))
    fleet.lay("before_keep_token", "kill")
    publication = fleet.post("Waits for its account.", account, seconds=600)
    fleet.until_somebody_died("before_keep_token")

    fleet.stand()

    # X takes a renewing token once; the second time it ends the permission.
    fleet.until_status(publication, "held")
    assert publication.held_for == "account" and account.status == "reconnect"
    fleet.connect_again(account)
    fleet.until_published(publication)
