"""Posting by hand, as a doctor without JavaScript meets it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import zones
from portal.extensions import db
from portal.models import Doctor, NetworkGate, Publication, SocialAccount
from portal.platforms.base import ByHand, Content
from tests.conftest import Clock
from tests.factories import make_post
from tests.page import Page
from tests.posts.conftest import FakePlatform
from tests.signing_in import bearer, sign_in


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


@pytest.fixture(autouse=True)
def words_of_x(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_hand(self: FakePlatform, content: Content) -> ByHand:
        texts = (content.text, *content.options.get("thread", ()))
        return ByHand("https://twitter.example/new?text=Wash", "Press “New”.", texts, ("It helps.",))

    monkeypatch.setattr(FakePlatform, "by_hand", by_hand)


@pytest.fixture
def task(asha: Doctor, x: SocialAccount, clock: Clock) -> Publication:
    """A post on X that became Asha's turn just now."""
    publication = make_post(asha, x, status="failed", scheduled_at=clock.at).publications[0]
    publication.hand_over(clock.at)
    db.session.commit()
    return publication


def show(browser: FlaskClient, publication: Publication) -> Page:
    return Page(browser.get(f"/posts/{publication.post_id}"))


def test_the_task_has_all_that_is_needed(browser: FlaskClient, task: Publication) -> None:
    page = show(browser, task)

    assert "Your turn" in page.text and "It helps." in page.text and "Press “New”." in page.text
    assert page.links["Open X"] == "http://127.0.0.1:9/twitter.example/new?text=Wash"
    assert {"Copy the text", "It is posted", "Skip it"} <= set(page.buttons)
    (copy,) = [b for b in page.root.iter("button") if b.get("data-behaviour") == "copy"]
    assert "".join(page.by_id(copy.get("data-copy", "")[1:]).itertext()) == "Wash your hands."


def test_each_part_of_a_thread_is_copied_by_itself(browser: FlaskClient, task: Publication) -> None:
    task.options = {"thread": ["Dry them.", "Done."]}
    db.session.commit()

    page = show(browser, task)

    assert {"Copy text 1", "Copy text 2", "Copy text 3"} <= set(page.buttons)
    assert "Dry them." in page.text


def test_the_overview_leads_to_the_task(browser: FlaskClient, task: Publication) -> None:
    page = Page(browser.get("/"))
    assert "Your turn on X." in page.text
    assert page.links["Open the task"] == f"/posts/{task.post_id}#task-{task.id}"


def test_its_address_makes_it_published(browser: FlaskClient, task: Publication) -> None:
    page = show(browser, task).form("It is posted")
    page = page.fill({"Address of the post": "https://twitter.example/posts/77"}).submit(browser)

    assert "Open the post on X" in page.links
    assert "You told us that it is out on X." in page.text
    assert (task.status, task.platform_post_id) == ("published", "77")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Enter the address of the post."),
        ("https://elsewhere.example/1", "This is not the address of a post on X."),
        ("javascript:alert(1)", "Enter a full web address"),
    ],
)
def test_a_wrong_address_is_refused_beside_the_field(
    browser: FlaskClient, task: Publication, address: str, words: str
) -> None:
    page = show(browser, task).form("It is posted").fill({"Address of the post": address}).submit(browser)

    assert page.status == 422
    assert (page.error_of("Address of the post") or "").startswith(words)
    assert task.status == "awaiting_doctor"


def test_not_today_asks_for_another_time(browser: FlaskClient, task: Publication, clock: Clock) -> None:
    day = (zones.wall(clock.at, "Asia/Kolkata").at + timedelta(days=2)).date()

    page = show(browser, task).follow(browser, "Not today")
    tomorrow = zones.wall(clock.at + timedelta(days=1), "Asia/Kolkata").at
    assert (page.value_of("Date"), page.value_of("Time")) == (
        tomorrow.date().isoformat(),
        f"{tomorrow:%H:%M}",
    )
    page = page.form("Choose this time").fill({"Date": day.isoformat(), "Time": "09:00"}).submit(browser)

    assert page.address == f"/posts/{task.post_id}"
    assert "You put it off to" in page.text and "It has its new time." in page.text
    assert task.status == "scheduled"
    assert (
        task.due_at
        == task.post.scheduled_at
        == zones.instant(
            zones.wall(clock.at, "Asia/Kolkata").at.replace(
                year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0
            ),
            "Asia/Kolkata",
        )
    )
    assert (task.remind_at, task.handed_at, task.tries) == (None, None, 0)


def test_a_time_that_is_over_is_refused(browser: FlaskClient, task: Publication) -> None:
    page = show(browser, task).follow(browser, "Not today").form("Choose this time")
    page = page.fill({"Date": "2020-01-01", "Time": "09:00"}).submit(browser)

    assert page.error_of("Time") == "Choose a time in the future."
    assert task.status == "awaiting_doctor"


def test_a_task_that_was_done_meanwhile_has_no_other_time(browser: FlaskClient, task: Publication) -> None:
    page = show(browser, task).follow(browser, "Not today")
    task.platform_post_id = "1"
    task.move("published", by="doctor")
    db.session.commit()

    page = page.form("Choose this time").submit(browser)

    assert "This post is already out on X." in page.text
    assert task.status == "published"


def test_a_post_that_goes_elsewhere_too_keeps_its_own_time(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, linkedin, status="failed", scheduled_at=clock.at)
    task = post.publications[0]
    task.hand_over(clock.at)
    db.session.commit()

    show(browser, task).follow(browser, "Not today").form("Choose this time").submit(browser)

    assert task.status == "scheduled" and task.due_at and task.due_at > clock.at
    assert post.scheduled_at == clock.at


def test_a_task_is_skipped(browser: FlaskClient, task: Publication) -> None:
    page = show(browser, task).form("Skip it").submit(browser)

    assert task.status == "cancelled"
    assert "You cancelled it for X." in page.text


def test_a_missed_task_is_planned_again(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    missed = {"error_code": "missed", "error_message": "You did not tell us in time."}
    task = make_post(asha, x, status="failed", publication=missed).publications[0]

    page = show(browser, task)
    assert "You did not tell us in time." in page.text
    page.follow(browser, "Choose another time").form("Choose this time").submit(browser)

    assert (task.status, task.error_code, task.error_message) == ("scheduled", None, None)


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        ("failed", {"error_message": "X had a bad day."}),
        ("held", {"held_for": "account"}),
        ("held", {"held_for": "late"}),
        ("retrying", {"error_code": "usage-capped"}),
    ],
)
def test_the_doctor_takes_over_what_the_portal_could_not_send(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, status: str, facts: dict[str, str]
) -> None:
    publication = make_post(asha, x, status=status, publication=facts).publications[0]

    page = show(browser, publication).form("Post it yourself").submit(browser)

    assert "It is your turn now." in page.text and "Copy the text" in page.buttons
    assert "You chose to post it on X yourself." in page.text
    assert (publication.status, publication.held_for, publication.error_message) == (
        "awaiting_doctor",
        None,
        None,
    )
    assert publication.handed_at == publication.remind_at == clock.at


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        ("scheduled", {}),
        ("publishing", {"phase": "sending", "owner": 1}),
        ("unconfirmed", {}),
        ("published", {"platform_post_id": "1"}),
        ("held", {"held_for": "verification"}),
    ],
)
def test_nothing_else_is_taken_over(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, status: str, facts: dict[str, str]
) -> None:
    publication = make_post(asha, x, status=status, publication=facts).publications[0]

    assert "Post it yourself" not in show(browser, publication).buttons
    address = f"/posts/{publication.post_id}/publications/{publication.id}/take-over"
    browser.post(address)

    assert publication.status == status


@pytest.mark.parametrize(
    ("reason", "minutes", "is_offered"),
    [("operator", 60, True), ("operator", -1, False), ("down", 60, False)],
)
def test_a_planned_post_is_taken_over_while_the_network_refuses_the_operators_app(
    browser: FlaskClient,
    asha: Doctor,
    x: SocialAccount,
    clock: Clock,
    reason: str,
    minutes: int,
    is_offered: bool,
) -> None:
    publication = make_post(asha, x, scheduled_at=clock.at).publications[0]
    until = clock.at + timedelta(minutes=minutes)
    db.session.add(NetworkGate(platform=x.platform, connection=x.connection, until=until, reason=reason))
    db.session.commit()

    assert ("Post it yourself" in show(browser, publication).buttons) == is_offered
    browser.post(f"/posts/{publication.post_id}/publications/{publication.id}/take-over")

    assert publication.status == ("awaiting_doctor" if is_offered else "scheduled")


@pytest.mark.parametrize("path", ["take-over", "put-off", "confirm", "stop"])
def test_a_task_of_somebody_else_does_not_exist(
    client: FlaskClient, ben: Doctor, task: Publication, path: str
) -> None:
    address = f"/posts/{task.post_id}/publications/{task.id}/{path}"
    assert sign_in(client, ben).post(address).status_code == 404


def test_what_is_posted_by_hand_says_so_beforehand(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakePlatform, "needs_token", False)
    publication = make_post(asha, x).publications[0]

    assert "You post this one yourself." in show(browser, publication).text


def test_a_program_confirms_a_task(client: FlaskClient, asha: Doctor, task: Publication) -> None:
    address = f"/api/v1/posts/{task.post_id}/publications/{task.id}/confirm"
    headers = bearer(asha)

    refused = client.post(address, json={"permalink": "https://elsewhere.example/1"}, headers=headers)
    told = client.post(address, json={"permalink": "https://twitter.example/posts/77"}, headers=headers)
    again = client.post(address, json={"absent": True}, headers=headers)

    assert (refused.status_code, told.status_code, again.status_code) == (422, 200, 409)
    (publication,) = told.get_json()["publications"]
    assert (publication["status"], publication["permalink"]) == (
        "published",
        "https://twitter.example/posts/77",
    )
