"""The operator's page of publishing, as Carla uses it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import RedisError
from sqlalchemy import event, select

from portal.admin import publishing
from portal.extensions import db
from portal.models import Attempt, AuditEvent, Doctor, NetworkGate, Notice, Publication, User
from portal.publishing import watching
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.signing_in import sign_in

WORDS = "A patient told me about the rash."


@pytest.fixture
def browser(client: FlaskClient, carla: User, clock: Clock) -> FlaskClient:
    return sign_in(client, carla)


def stuck(doctor: Doctor, clock: Clock, status: str, minutes: int = 5, **facts: Any) -> Publication:
    """A post whose time was so many minutes ago."""
    at = clock.at - timedelta(minutes=minutes)
    account = make_account(doctor, facts.pop("platform", "twitter"))
    post = make_post(doctor, account, status=status, scheduled_at=at, content=WORDS, publication=facts)
    return post.publications[0]


# What the factories have to be told for each figure.
ROWS: dict[str, dict[str, Any]] = {
    "due": {"status": "scheduled"},
    "late": {"status": "scheduled"},
    "in_hand": {"status": "publishing", "phase": "sending", "owner": 7},
    "retrying": {"status": "retrying"},
    "unconfirmed": {"status": "unconfirmed"},
    "asked": {"status": "unconfirmed", "asked_at": True},
    "held": {"status": "held", "held_for": "late"},
    "awaiting_doctor": {"status": "awaiting_doctor"},
    "failed": {"status": "failed", "error_message": "The network said no."},
}


@pytest.mark.parametrize("kind", ROWS)
def test_each_figure_is_counted_and_leads_to_its_posts(
    browser: FlaskClient, asha: Doctor, clock: Clock, kind: str
) -> None:
    facts = dict(ROWS[kind])
    if facts.pop("asked_at", False):
        facts["asked_at"] = clock.at
    row = stuck(asha, clock, **facts)

    assert watching.standing().count(kind) == 1
    page = Page(browser.get(f"/admin/publishing/{kind}"))
    assert str(row.id) in page.text and asha.full_name in page.text
    assert WORDS not in page.response.text


def test_every_figure_is_on_the_page_with_its_list(browser: FlaskClient) -> None:
    page = Page(browser.get("/admin/publishing"))

    for kind in watching.kinds().values():
        assert page.links[kind.label] == f"/admin/publishing/{kind.key}"
        assert "Nothing here" in Page(browser.get(f"/admin/publishing/{kind.key}")).text


def test_figures_stand_beside_their_network(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    stuck(asha, clock, "scheduled")
    stuck(asha, clock, "retrying", platform="linkedin")

    standing = watching.standing()

    assert standing.count("due", "twitter") == 1 and standing.count("due", "linkedin") == 1
    assert (standing.count("retrying", "twitter"), standing.count("retrying", "linkedin")) == (0, 1)
    assert standing.oldest() == pytest.approx(300)
    rows = Page(browser.get("/admin/publishing/due?platform=linkedin"))
    assert "LinkedIn" in rows.response.text and str(len(standing.platforms)) == "2"


def test_lateness_is_what_the_attempts_of_the_last_hour_say(asha: Doctor, clock: Clock) -> None:
    row = stuck(asha, clock, "published", platform_post_id="1")
    for seconds in range(1, 101):
        due = clock.at - timedelta(seconds=seconds / 100)
        save(Attempt(publication_id=row.id, fence=1, version=1, due_at=due))
    long_ago = clock.at - timedelta(hours=2)
    save(Attempt(publication_id=row.id, fence=1, version=1, due_at=long_ago, created_at=long_ago))
    save(Attempt(publication_id=row.id, fence=1, version=1, due_at=None))

    late = watching.standing().late()

    assert late.left == 100
    assert late.of(0.5) == pytest.approx(0.505)
    assert late.of(0.99) == pytest.approx(0.9901)
    assert late.worst == pytest.approx(1.0)
    assert watching.standing().late("twitter") == late


def test_the_figures_cost_few_statements(asha: Doctor, clock: Clock) -> None:
    stuck(asha, clock, "scheduled")
    statements: list[str] = []
    engine = db.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    watching.standing()
    assert len(statements) <= 6


def test_a_page_holds_so_many_and_the_next_the_rest(
    browser: FlaskClient, asha: Doctor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PER_PAGE", 2)
    rows = [stuck(asha, clock, "retrying", minutes=9 - n) for n in range(3)]

    first = Page(browser.get("/admin/publishing/retrying"))
    second = Page(browser.get(first.links["Next"]))

    assert f"Try again: post {rows[2].id}" not in first.response.text
    assert (
        f"Try again: post {rows[2].id}" in second.response.text
        and f"post {rows[0].id}" not in second.response.text
    )


def press(browser: FlaskClient, row: Publication, deed: str) -> Page:
    response = browser.post(
        f"/admin/publishing/posts/{row.id}/{deed}",
        data={"kind": "retrying"},
        headers={"X-Request-ID": "click-1"},
        follow_redirects=True,
    )
    db.session.refresh(row)
    return Page(response)


def test_trying_again_lets_a_post_go_now(
    browser: FlaskClient, asha: Doctor, clock: Clock, held_jobs: HeldJobs
) -> None:
    row = stuck(asha, clock, "retrying", minutes=-30)

    page = press(browser, row, "try-again")

    assert (row.status, row.due_at) == ("retrying", clock.at)
    assert ("publish_due",) in held_jobs and "tried again now" in page.text


def test_a_failed_post_keeps_its_hour_so_that_a_late_one_asks_its_doctor(
    browser: FlaskClient, asha: Doctor, clock: Clock
) -> None:
    row = stuck(asha, clock, "failed", minutes=50, tries=12, error_code="set_aside", error_message="Stopped.")
    due = row.due_at

    press(browser, row, "try-again")

    assert (row.status, row.due_at, row.tries, row.error_message) == ("scheduled", due, 0, None)
    assert row.moved_by == "administrator"


def test_looking_again_looks_from_the_beginning(
    browser: FlaskClient, asha: Doctor, clock: Clock, held_jobs: HeldJobs
) -> None:
    row = stuck(asha, clock, "unconfirmed", asked_at=clock.at, looks=9, error_code="asked")

    press(browser, row, "look-again")

    assert (row.status, row.asked_at, row.looks, row.look_at) == ("unconfirmed", None, 0, clock.at)
    assert ("look_for_lost",) in held_jobs


@pytest.mark.parametrize(
    ("status", "becomes", "kind"),
    [("retrying", "held", "held"), ("scheduled", "held", "held"), ("unconfirmed", "unconfirmed", "asked")],
)
def test_giving_a_post_to_its_doctor_asks_once(
    browser: FlaskClient, asha: Doctor, clock: Clock, status: str, becomes: str, kind: str
) -> None:
    row = stuck(asha, clock, status)

    press(browser, row, "give-to-doctor")
    again = press(browser, row, "give-to-doctor")

    assert row.status == becomes
    assert "moved on meanwhile" in again.text
    notices = db.session.scalars(select(Notice)).all()
    assert [(notice.kind, notice.doctor_id) for notice in notices] == [(kind, asha.id)]


def test_each_deed_is_written_down_with_its_request_and_without_private_words(
    browser: FlaskClient, asha: Doctor, carla: User, clock: Clock
) -> None:
    row = stuck(asha, clock, "retrying")

    press(browser, row, "give-to-doctor")

    (written,) = db.session.scalars(select(AuditEvent)).all()
    assert (written.action, written.user_id) == ("publication: give to the doctor", carla.id)
    assert (written.subject, written.subject_id, written.request_id) == ("publication", row.id, "click-1")
    assert written.details == {"doctor_id": asha.id, "platform": "twitter", "was": "retrying"}


@pytest.mark.parametrize(
    ("status", "facts", "deeds"),
    [
        ("scheduled", {}, ["give-to-doctor"]),
        ("retrying", {}, ["try-again", "give-to-doctor"]),
        ("unconfirmed", {}, ["look-again", "give-to-doctor"]),
        ("unconfirmed", {"asked_at": True}, ["look-again"]),
        ("unconfirmed", {"phase": "looking", "owner": 3}, []),
        ("publishing", {"phase": "sending", "owner": 3}, []),
        ("failed", {}, ["try-again"]),
        ("failed", {"error_code": "absent"}, []),
        ("failed", {"error_code": "missed"}, []),
        ("held", {"held_for": "late"}, []),
        ("awaiting_doctor", {}, []),
        ("published", {"platform_post_id": "1"}, []),
        ("cancelled", {}, []),
    ],
)
def test_only_the_buttons_that_make_sense_are_there(
    asha: Doctor, clock: Clock, status: str, facts: dict[str, Any], deeds: list[str]
) -> None:
    if facts.get("asked_at"):
        facts = facts | {"asked_at": clock.at}
    assert [key for key, _ in publishing.deeds_for(stuck(asha, clock, status, **facts))] == deeds


def test_where_looking_may_create_the_post_only_its_doctor_settles_it(asha: Doctor, clock: Clock) -> None:
    row = stuck(asha, clock, "unconfirmed", platform="linkedin", asked_at=clock.at)
    assert publishing.deeds_for(row) == []


def test_a_network_that_is_closed_is_tried_now(browser: FlaskClient, carla: User, clock: Clock) -> None:
    until = clock.at + timedelta(minutes=5)
    gate = save(NetworkGate(platform="twitter", connection="account", until=until, reason="down", failures=6))
    page = Page(browser.get("/admin/publishing"))
    assert "Failures in a row: 6." in page.text

    said = page.form("Try now: X").submit(browser)

    db.session.refresh(gate)
    assert (gate.until, gate.failures) == (None, 0) and "tried again now" in said.text


def test_who_is_alive_is_counted(browser: FlaskClient, app: Flask) -> None:
    redis = app.extensions["redis"]
    redis.set("portal:worker:publish:here:1", "alive", ex=5)
    redis.set("portal:scheduler:here:2", "alive", ex=5)
    try:
        standing = watching.standing()
        page = Page(browser.get("/admin/publishing")).text
    finally:
        redis.delete("portal:worker:publish:here:1", "portal:scheduler:here:2")

    assert {queue.name: queue.workers for queue in standing.queues}["publish"] == 1
    assert standing.schedulers == 1 and "Schedulers: 1." in page
    assert "Nobody works on letters" in page


def test_the_page_says_that_redis_is_away(
    browser: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise RedisError

    monkeypatch.setattr(app.extensions["redis"], "llen", away)
    monkeypatch.setattr(app.extensions["redis"], "scan_iter", away)
    assert "Redis does not answer" in Page(browser.get("/admin/publishing")).text


def test_htmx_gets_the_figures_alone_and_asks_again(browser: FlaskClient) -> None:
    html = browser.get("/admin/publishing", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in html and 'hx-trigger="every 15s"' in html


@pytest.mark.parametrize("path", ["nothing", "due?platform=myspace"])
def test_what_there_is_not_is_not_found(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/admin/publishing/{path}").status_code == 404


def test_nobody_else_finds_the_page_or_its_buttons(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    row = stuck(asha, clock, "retrying")
    for who in (None, asha):
        if who:
            sign_in(client, who)
        assert client.get("/admin/publishing").status_code == 404
        assert client.get("/admin/publishing/due").status_code == 404
        assert client.post(f"/admin/publishing/posts/{row.id}/give-to-doctor").status_code == 404
        assert client.post("/admin/publishing/networks/twitter/account/try-now").status_code == 404
    assert row.status == "retrying"
