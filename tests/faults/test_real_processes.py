"""Real workers and schedulers against the practice network: many at once, doubled rings, bad answers."""

import signal
import threading

import pytest
from sqlalchemy import text

from portal import queue
from portal.extensions import db
from portal.models import Publication
from portal.social import leaving
from tests.faults.fleet import Fleet

pytestmark = [pytest.mark.faults]


def test_a_post_leaves_at_its_time_and_not_before(fleet: Fleet) -> None:
    publication = fleet.post("On time.", seconds=2)

    fleet.until_published(publication)

    lateness = text(
        "SELECT extract(epoch FROM a.created_at - p.due_at) FROM attempt a"
        " JOIN publication p ON p.id = a.publication_id WHERE p.id = :id"
    )
    # How punctual it is stands in `make bench`.
    assert db.session.execute(lateness, {"id": publication.id}).scalar_one() >= 0


def test_four_workers_and_two_schedulers_with_doubled_and_late_rings_send_each_post_once(
    fleet: Fleet,
) -> None:
    for _ in range(2):
        fleet.start("portal.worker", "publish", "look")
    fleet.start("portal.scheduler")
    accounts = [fleet.connect() for _ in range(12)]
    posts = [
        fleet.post(f"Crowd {number} {each}.", account, seconds=2)
        for number, account in enumerate(accounts)
        for each in range(5)
    ]
    ring_everywhere(fleet)

    fleet.until_published(*posts)

    # Late: nothing is due any more, and every job runs again, twice at once.
    before = db.session.execute(text("SELECT count(*) FROM attempt")).scalar_one()
    ring_everywhere(fleet)
    fleet.until(lambda: not fleet.jobs_waiting(), "rings answered")
    assert db.session.execute(text("SELECT count(*) FROM attempt")).scalar_one() == before
    for program in fleet.programs:
        if program not in fleet.standing.values():
            program.kill()


def ring_everywhere(fleet: Fleet) -> None:
    for job in ("publish_due", "look_for_lost", "prepare_due", "drain_letters", "refresh_tokens"):
        for _ in range(4):
            queue.ring(fleet.redis, job)


def test_a_dozen_bad_answers_end_with_one_post_each(fleet: Fleet) -> None:
    """Cut before, during and after the answer; errors, pages and silence after accepting; slow; refused."""
    posts = []
    for platform in ("twitter", "linkedin"):
        for number, (kind, facts) in enumerate(BAD_ANSWERS):
            account = fleet.connect(platform=platform)
            fleet.fail(kind, platform=platform, account=account.remote_id, **facts)
            posts.append(fleet.post(f"{number}: {kind} on {platform}.", account))

    fleet.until_published(*posts)


BAD_ANSWERS: list[tuple[str, dict[str, object]]] = [
    ("drop_before", {}),
    ("drop_during", {}),
    ("drop_after", {}),
    ("server_error", {}),
    ("server_error", {"status": 500}),
    ("server_error_but_posted", {"status": 500}),
    ("hang", {"seconds": 3}),
    ("slow", {"seconds": 2}),
    ("html", {}),
    ("redirect", {}),
    ("rate_limit", {"retry_after": 1}),
]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("bad_content", "failed"), ("duplicate", "failed"), ("permission_missing", "held")],
)
def test_a_refusal_ends_with_a_sentence_and_no_post(fleet: Fleet, kind: str, status: str) -> None:
    fleet.fail(kind, account=fleet.account.remote_id)
    publication = fleet.post(f"Refused as {kind}.")

    fleet.until_status(publication, status, hurry=False)

    assert publication.error_message and fleet.appeared(publication.text) == 0


def test_a_token_error_in_the_middle_of_a_batch_stops_that_account_alone(fleet: Fleet) -> None:
    accounts = [fleet.connect() for _ in range(6)]
    revoked, expired = accounts[2], accounts[4]
    fleet.fail("token_revoked", account=revoked.remote_id)
    fleet.fail("token_expired", account=expired.remote_id)
    posts = {
        (account.id, each): fleet.post(f"Batch {account.id} {each}.", account, seconds=1)
        for account in accounts
        for each in range(3)
    }

    fleet.until_published(*(post for (account, _), post in posts.items() if account != revoked.id))
    held = [post for (account, _), post in posts.items() if account == revoked.id]
    fleet.until(lambda: all(post.status == "held" for post in held), "held")

    fleet.connect_again(revoked)
    fleet.until_published(*held)


@pytest.mark.parametrize(
    ("platform", "retry_after", "least", "most"),
    [
        ("twitter", 120, 100, 122),
        ("twitter", 10**9, 3600, 86402),
        ("linkedin", 120, 100, 122),
        ("linkedin", "Fri, 31 Dec 2100 23:59:59 GMT", 3600, 86402),
    ],
)
def test_the_network_is_left_alone_for_as_long_as_it_asks(
    fleet: Fleet, platform: str, retry_after: object, least: int, most: int
) -> None:
    account = fleet.connect(platform=platform)
    fleet.fail("rate_limit", platform=platform, account=account.remote_id, retry_after=retry_after)
    first, second = fleet.post("Slow down.", account), fleet.post("In order.", account, seconds=0.2)

    fleet.until_status(first, "retrying", hurry=False)

    wait = text(
        "SELECT extract(epoch FROM p.due_at - a.ended_at) FROM attempt a"
        " JOIN publication p ON p.id = a.publication_id WHERE p.id = :id"
    )
    assert least < db.session.execute(wait, {"id": first.id}).scalar_one() <= most
    assert second.status == "scheduled"
    fleet.until_published(first, second)


def test_what_no_look_can_settle_is_asked_once_and_never_sent_again(fleet: Fleet) -> None:
    """A LinkedIn profile cannot be listed: it is asked once more in the one way that it allows, and is silent
    again. The other account is disconnected before anybody can look."""
    silent, gone = fleet.connect(platform="linkedin"), fleet.connect()
    for account in (silent, gone):
        fleet.fail("hang", platform=account.platform, account=account.remote_id, times=30, seconds=0)
    posts = [fleet.post("Nobody can tell.", silent), fleet.post("Nobody can look.", gone)]
    fleet.until(lambda: posts[1].status == "unconfirmed", "in doubt")
    leaving.disconnect(fleet.doctor, gone.id)
    fleet.until(lambda: fleet.hurry() or all(post.asked_at for post in posts), "asked")

    # Ticks, sweeps, looks and letters for others go by, and a ring for every job.
    ring_everywhere(fleet)
    fleet.until_published(fleet.post("Meanwhile.", fleet.connect(), seconds=2))
    fleet.until_settled()

    left = {fault["account"]: fault["times"] for fault in fleet.ask("GET", "/_/faults")}
    assert (30 - left[silent.remote_id], 30 - left[gone.remote_id]) == (2, 1), "calls"
    for publication in posts:
        assert publication.status == "unconfirmed" and fleet.appeared(publication.text) == 1
        assert fleet.letters_about(publication) == 1
        assert "tell us" in publication.error_message


def test_a_worker_that_is_told_to_stop_finishes_what_is_in_the_air(fleet: Fleet) -> None:
    fleet.stop()
    worker = fleet.start("portal.worker", "publish")
    fleet.fail("slow", account=fleet.account.remote_id, seconds=2)
    publication = fleet.post("Still in the air.")
    waiting = fleet.post("The next of its account.", seconds=0.1)
    queue.ring(fleet.redis, "publish_due")
    fleet.until(lambda: publication.phase == "sending", "in the air")

    worker.send_signal(signal.SIGTERM)

    fleet.until_dead(worker)
    assert worker.returncode == 0
    db.session.expire_all()
    assert publication.status == "published" and waiting.status in ("scheduled", "published")
    assert len(publication.events) == 3  # scheduled, publishing, published: nobody had to look


def test_a_doctor_who_cancels_or_edits_races_with_going_out_and_one_wins(fleet: Fleet) -> None:
    accounts = [fleet.connect() for _ in range(20)]
    posts = [fleet.post(f"Raced {account.id}.", account, seconds=1.5) for account in accounts]
    numbers = [post.post_id for post in posts]
    wins = race(fleet, numbers)
    fleet.until_settled()
    shown = {post["text"] for post in fleet.shown()}
    for publication in posts:
        db.session.refresh(publication)
        was_cancelled = publication.post_id in wins["cancel"]
        assert (publication.status == "cancelled") == was_cancelled
        if publication.post_id in wins["edit"]:
            assert publication.text.endswith("Edited.")
        assert (publication.text in shown) == (not was_cancelled)


def race(fleet: Fleet, numbers: list[int]) -> dict[str, set[int]]:
    """Cancel or edit each post while it goes out; which of that was accepted."""
    from flask import current_app

    from portal.errors import Conflict
    from portal.models import Doctor, Post
    from portal.posts import flows
    from portal.posts.inputs import PostChanges

    app, doctor_id = current_app._get_current_object(), fleet.doctor.id  # type: ignore[attr-defined]
    wins: dict[str, set[int]] = {"cancel": set(), "edit": set()}
    due = threading.Event()

    def act(what: str, mine: list[int]) -> None:
        with app.app_context():
            doctor = db.session.get_one(Doctor, doctor_id)
            due.wait(60)
            for number in mine:
                post = db.session.get_one(Post, number)
                try:
                    if what == "cancel":
                        flows.cancel(doctor, post)
                    else:
                        flows.change(doctor, post, PostChanges(content=f"{post.content} Edited."))
                    wins[what].add(number)
                except Conflict:
                    pass  # it was gone already, and the doctor is told so

    threads = [
        threading.Thread(target=act, args=(what, numbers[start::2]))
        for start, what in enumerate(("cancel", "edit"))
    ]
    for thread in threads:
        thread.start()
    first = db.session.query(Publication).filter(Publication.post_id.in_(numbers))
    fleet.until(lambda: first.filter(Publication.due_at <= db.func.portal_now()).count(), "due")
    due.set()
    for thread in threads:
        thread.join()
    return wins
