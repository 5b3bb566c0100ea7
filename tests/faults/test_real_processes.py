"""Real workers and schedulers against the practice network: killed, frozen, doubled, without Redis."""

import signal

import pytest
from redis import Redis
from sqlalchemy import text

from portal.extensions import db
from portal.models import Publication
from tests.faults.fleet import Fleet

pytestmark = pytest.mark.faults


def test_a_post_leaves_at_its_time_and_not_before(fleet: Fleet) -> None:
    fleet.worker()
    fleet.scheduler()
    fleet.until_ready()
    publication = fleet.post("On time.", seconds=3)

    fleet.until_status(publication, "published")

    lateness = db.session.execute(
        text("SELECT extract(epoch FROM a.created_at - p.due_at) FROM attempt a JOIN publication p ON true")
    ).scalar_one()
    assert 0 <= lateness < 5  # how punctual it is stands in `make bench`


@pytest.mark.parametrize("point", ["after_claim", "after_arm", "before_send", "before_store", "after_store"])
def test_a_worker_killed_anywhere_loses_and_doubles_nothing(fleet: Fleet, point: str) -> None:
    victim = fleet.worker(fault=f"{point}=kill")
    fleet.scheduler()
    fleet.until_ready()
    publication = fleet.post(f"Killed {point}.", seconds=1)
    fleet.until_dead(victim)
    fleet.worker()

    fleet.until_status(publication, "published")

    assert fleet.appeared(publication.text) == 1


def test_a_publisher_frozen_longer_than_any_lease_is_not_overtaken(fleet: Fleet) -> None:
    frozen = fleet.worker("publish", fault="before_send=stop")
    fleet.scheduler()
    fleet.until_ready()
    publication = fleet.post("Frozen.", seconds=1)
    fleet.until_frozen(frozen)
    fleet.worker()
    other = fleet.post("Meanwhile.", fleet.connect("ben"))
    fleet.until_status(other, "published")
    assert publication.status == "publishing"
    # Long past its time to begin: the thread that wakes does not send.
    fleet.until(lambda: _seconds_since_armed(publication) > 6, "time to pass")

    frozen.send_signal(signal.SIGCONT)

    fleet.until_status(publication, "published")
    assert fleet.appeared("Frozen.") == 1


def _seconds_since_armed(publication: Publication) -> float:
    query = text(
        "SELECT extract(epoch FROM portal_now() - max(created_at)) FROM attempt WHERE publication_id = :id"
    )
    return float(db.session.execute(query, {"id": publication.id}).scalar_one())


def test_several_workers_and_schedulers_send_each_post_once(fleet: Fleet) -> None:
    for _ in range(3):
        fleet.worker("publish")
    fleet.scheduler()
    fleet.scheduler()
    posts = []
    for number in range(12):
        account = fleet.connect(f"doctor{number}")
        posts += [fleet.post(f"Crowd {number} {each}.", account, seconds=2) for each in range(5)]

    fleet.until(lambda: all(post.status == "published" for post in posts), "all published", limit=60)

    shown = [post["text"] for post in fleet.ask("GET", "/_/posts?limit=5000")]
    assert sorted(shown) == sorted(post.text for post in posts)


@pytest.mark.parametrize("platform", ["twitter", "linkedin"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "server_error", "server_error_but_posted"])
def test_an_answer_that_is_lost_or_wrong_ends_with_one_post(fleet: Fleet, platform: str, kind: str) -> None:
    account = fleet.account if platform == "twitter" else fleet.connect("asha", "linkedin")
    fleet.fail(kind, platform=platform)
    fleet.worker()
    fleet.scheduler()
    publication = fleet.post(f"Lost by {kind} on {platform}.", account)

    fleet.until_status(publication, "published")

    assert fleet.appeared(publication.text) == 1


@pytest.mark.parametrize(
    ("kind", "status"),
    [("bad_content", "failed"), ("duplicate", "failed"), ("permission_missing", "held")],
)
def test_a_refusal_ends_with_a_sentence_and_no_post(fleet: Fleet, kind: str, status: str) -> None:
    fleet.fail(kind)
    fleet.worker()
    fleet.scheduler()
    publication = fleet.post(f"Refused as {kind}.")

    fleet.until_status(publication, status, hurry=False)

    assert publication.error_message and fleet.appeared(publication.text) == 0


def test_the_network_is_left_alone_for_as_long_as_it_asks(fleet: Fleet) -> None:
    fleet.fail("rate_limit", retry_after=120)
    fleet.worker()
    fleet.scheduler()
    publication = fleet.post("Slow down.")

    fleet.until_status(publication, "retrying", hurry=False)

    wait = db.session.execute(
        text("SELECT extract(epoch FROM due_at - portal_now()) FROM publication")
    ).scalar_one()
    assert 100 < wait <= 121
    fleet.until_status(publication, "published")


def test_flushing_redis_loses_nothing(fleet: Fleet) -> None:
    fleet.worker()
    fleet.scheduler()
    first = fleet.post("Before.")
    fleet.until_status(first, "published")

    Redis.from_url(fleet.settings["REDIS_URL"]).flushall()

    second = fleet.post("After.")
    fleet.until_status(second, "published")


def test_without_redis_and_workers_the_scheduler_publishes_itself(fleet: Fleet) -> None:
    publication = fleet.post("Without a doorbell.")

    fleet.scheduler(REDIS_URL="redis://127.0.0.1:1/0")

    fleet.until_status(publication, "published")


def test_a_worker_that_is_told_to_stop_finishes_what_is_in_the_air(fleet: Fleet) -> None:
    fleet.fail("slow", seconds=2)
    worker = fleet.worker()
    fleet.scheduler()
    fleet.until_ready()
    publication = fleet.post("Still in the air.", seconds=1)
    fleet.until(lambda: publication.phase == "sending", "in the air")

    worker.send_signal(signal.SIGTERM)

    fleet.until_dead(worker)
    fleet.until_status(publication, "published", hurry=False)
    assert worker.returncode == 0
    assert len(publication.events) == 3  # scheduled, publishing, published: nobody had to look
