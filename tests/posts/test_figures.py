"""Figures of published posts: read rarely, kept with their time, shown with a dash where missing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import platforms
from portal.errors import Conflict
from portal.extensions import db
from portal.models import Doctor, Publication, SocialAccount
from portal.platforms.base import Author, Figures, Token
from portal.platforms.errors import CannotDo, PlatformError, RateLimited, TemporaryFailure
from portal.posts import figures
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post
from tests.page import Page
from tests.posts.conftest import FakePlatform
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("database", "held_jobs")


class Counting(FakePlatform):
    """Counts what it was asked, and tells what a test wants told."""

    def __init__(self) -> None:
        super().__init__("twitter", "X")
        self.asked: list[list[str]] = []
        self.deleted: list[str] = []
        self.tells: dict[str, Figures] = {}
        self.trouble: PlatformError | None = None

    def figures(self, remote_ids: Sequence[str], author: Author, token: Token) -> dict[str, Figures]:
        self.asked.append(list(remote_ids))
        if self.trouble:
            raise self.trouble
        return self.tells

    def delete(self, remote_id: str, author: Author, token: Token) -> None:
        if self.trouble:
            raise self.trouble
        self.deleted.append(remote_id)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    network = Counting()
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", network)
    return network


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


def published(doctor: Doctor, account: SocialAccount, clock: Clock, id: str = "1", **ago: Any) -> Publication:
    at = clock.at - timedelta(**ago)
    facts = {"platform_post_id": id, "published_at": at, "permalink": f"https://twitter.example/posts/{id}"}
    post = make_post(doctor, account, status="published", scheduled_at=at, publication=facts)
    return post.publications[0]


def renew(account: SocialAccount, clock: Clock) -> None:
    account.token = Token("access", "refresh", clock.at + timedelta(hours=2))
    db.session.commit()


def test_a_post_is_asked_for_after_a_day_and_after_a_week(
    asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting
) -> None:
    post = published(asha, x, clock, hours=1)
    counting.tells = {"1": Figures(likes=3, views=120)}
    asked = []
    for hours in (0, 23.5, 1, 100, 50, 24 * 20, 24 * 20):
        clock.advance(hours=hours)
        renew(x, clock)
        asked.append(figures.read_due())

    assert asked == [0, 1, 0, 0, 1, 0, 0]
    db.session.refresh(post)
    assert post.figures and (post.figures.likes, post.figures.comments, post.figures.views) == (3, None, 120)


def test_posts_of_one_account_are_asked_for_in_one_call(
    asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting
) -> None:
    for number in range(52):
        published(asha, x, clock, str(number), days=2)
    published(asha, x, clock, "old", days=31)

    assert figures.read_due() == 52
    assert [len(call) for call in counting.asked] == [50, 2]


@pytest.mark.parametrize("trouble", [TemporaryFailure("No."), CannotDo("No."), RateLimited("Slow.")])
def test_a_network_in_trouble_is_left_alone_for_an_hour(
    asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting, trouble: PlatformError
) -> None:
    published(asha, x, clock, days=2)
    counting.trouble = trouble
    assert (figures.read_due(), figures.read_due()) == (1, 0)

    clock.advance(hours=1, seconds=1)
    counting.trouble = None
    assert figures.read_due() == 1


def test_an_account_that_is_not_connected_is_not_asked(
    asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting
) -> None:
    published(asha, x, clock, days=2)
    x.status = "reconnect"
    db.session.commit()

    assert figures.read_due() == 0


def test_a_doctor_may_ask_once_an_hour_for_each_account(
    asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting, held_jobs: HeldJobs
) -> None:
    one, other = (published(asha, x, clock, id, minutes=5) for id in ("1", "2"))
    figures.want(one.post)
    assert held_jobs == [("read_figures",)]
    held_jobs.run()
    with pytest.raises(Conflict):
        figures.want(other.post)

    clock.advance(hours=1, seconds=1)
    figures.want(other.post)
    held_jobs.run()

    assert counting.asked == [["1"], ["2"]]


def test_the_page_shows_figures_with_their_time_and_a_dash(
    browser: FlaskClient,
    asha: Doctor,
    x: SocialAccount,
    clock: Clock,
    counting: Counting,
    held_jobs: HeldJobs,
) -> None:
    publication = published(asha, x, clock, minutes=5)
    counting.tells = {"1": Figures(likes=1234)}
    page = Page(browser.get(f"/posts/{publication.post_id}"))
    assert "As of" not in page.text

    page = page.form("Read the figures").submit(browser)
    assert "We are asking." in page.text
    held_jobs.run()
    page = Page(browser.get(f"/posts/{publication.post_id}"))

    told = {d[0].text: d[1].text for d in page.root.iter("div") if len(d) and d[0].tag == "dt"}
    assert told == {"Views": "–", "Likes": "1,234", "Comments": "–", "Shares": "–"}
    assert "As of" in page.text
    assert "less than an hour ago" in page.form("Read the figures").submit(browser).text


# Deleting at the network


def test_a_doctor_deletes_a_published_post_at_the_network(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting
) -> None:
    publication = published(asha, x, clock, minutes=5)
    page = Page(browser.get(f"/posts/{publication.post_id}"))

    question = Page(browser.get(page.links["Delete it on X"]))
    assert question.heading == "Delete this post on X?" and counting.deleted == []
    page = question.form("Delete it on X").submit(browser)

    assert counting.deleted == ["1"]
    assert "Your post is deleted on X." in page.text and "You deleted it on X." in page.text
    assert "Delete it on X" not in page.links and "Open the post on X" not in page.text
    db.session.refresh(publication)
    assert (publication.status, publication.platform_post_id) == ("published", "1")
    assert figures.read_due() == 0


def test_a_refusal_to_delete_is_told_and_nothing_changes(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting
) -> None:
    publication = published(asha, x, clock, minutes=5)
    counting.trouble = TemporaryFailure("X did not answer.")

    page = Page(
        browser.post(
            f"/posts/{publication.post_id}/publications/{publication.id}/delete", follow_redirects=True
        )
    )

    assert "The post could not be deleted on X. X did not answer." in page.text
    db.session.refresh(publication)
    assert publication.removed_at is None


def test_what_is_not_out_or_gone_already_cannot_be_deleted(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting
) -> None:
    planned = make_post(asha, x).publications[0]
    gone = published(asha, x, clock, minutes=5)
    gone.removed_at = clock.at
    db.session.commit()

    for publication in (planned, gone):
        address = f"/posts/{publication.post_id}/publications/{publication.id}/delete"
        browser.post(address)
    assert counting.deleted == []


def test_an_account_must_be_connected_to_delete(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock, counting: Counting
) -> None:
    publication = published(asha, x, clock, minutes=5)
    x.status = "reconnect"
    db.session.commit()

    address = f"/posts/{publication.post_id}/publications/{publication.id}/delete"
    page = Page(browser.post(address, follow_redirects=True))

    assert "Connect your X account again." in page.text and counting.deleted == []


def test_a_stranger_can_neither_read_nor_delete(
    browser: FlaskClient, ben: Doctor, clock: Clock, counting: Counting
) -> None:
    publication = published(ben, make_account(ben), clock, minutes=5)
    address = f"/posts/{publication.post_id}"
    statuses = [
        browser.post(f"{address}/figures").status_code,
        browser.get(f"{address}/publications/{publication.id}/delete").status_code,
        browser.post(f"{address}/publications/{publication.id}/delete").status_code,
    ]
    assert statuses == [404, 404, 404] and counting.deleted == []
