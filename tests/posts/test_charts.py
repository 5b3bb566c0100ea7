"""What posts reached, week by week: drawn on the server, with a table and dashes for the missing."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from portal.extensions import db
from portal.models import Doctor, FiguresReading, Publication, PublicationFigures, SocialAccount
from portal.platforms.base import Figures
from portal.posts import charts, figures
from tests.conftest import Clock
from tests.factories import make_post
from tests.page import Page
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("database", "held_jobs")


def published(
    doctor: Doctor, account: SocialAccount, clock: Clock, days: int, told: dict[str, Any] | None = None
) -> Publication:
    at = clock.at - timedelta(days=days)
    facts = {"platform_post_id": "1", "published_at": at, "permalink": "https://twitter.example/posts/1"}
    post = make_post(doctor, account, status="published", scheduled_at=at, publication=facts)
    publication = post.publications[0]
    if told is not None:
        db.session.add(PublicationFigures(publication_id=publication.id, read_at=clock.at, **told))
        db.session.commit()
    return publication


def test_weeks_count_posts_and_add_up_what_is_known(
    asha: Doctor, ben: Doctor, x: SocialAccount, clock: Clock
) -> None:
    published(asha, x, clock, 0, {"likes": 3})
    published(asha, x, clock, 7, {"likes": 4, "views": 10})
    published(asha, x, clock, 200, {"likes": 50})

    found = charts.reach(asha, clock.at)

    assert len(found.weeks) == charts.WEEKS
    assert [week.posts for week in found.weeks[-2:]] == [1, 1]
    assert (found.weeks[-1].likes, found.weeks[-1].views) == (3, None)
    assert (found.posts, found.total("likes"), found.total("views")) == (2, 7, 10)
    assert found.total("comments") is None and found.read_at == clock.at
    assert charts.reach(ben, clock.at).posts == 0


def test_the_highest_bar_fills_the_drawing_and_nothing_has_no_height() -> None:
    first, second, third = charts.bars([0, 2, 4])
    assert (first.height, second.height, third.height) == (0, charts.HEIGHT / 2, charts.HEIGHT)
    assert first.x < second.x < third.x <= charts.WIDTH and third.y == 0
    assert charts.bars([]) == []


def test_the_overview_draws_bars_and_tells_missing_figures_by_a_dash(
    client: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    published(asha, x, clock, 0, {"likes": 1234})
    page = Page(sign_in(client, asha).get("/"))
    assert len(page.all("chart-bar")) == 1
    assert "Likes 1,234" in page.text and "Comments –" in page.text and "As of" in page.text


def test_a_doctor_without_posts_sees_no_empty_chart(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    assert not Page(sign_in(client, asha).get("/")).all("chart")


def test_each_reading_is_kept_and_shown_on_the_post(
    client: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    publication = published(asha, x, clock, 1, {})
    for likes in (1, 5):
        clock.advance(hours=2)
        figures._store(publication.id, Figures(likes=likes))

    page = Page(sign_in(client, asha).get(f"/posts/{publication.post_id}"))

    assert [row.likes for row in db.session.scalars(select(FiguresReading).order_by(FiguresReading.id))] == [
        1,
        5,
    ]
    assert "Earlier readings" in page.text and "Likes 5" in page.text


def test_the_chart_costs_one_statement_however_many_posts(
    asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    for days in range(20):
        published(asha, x, clock, days, {"likes": 1})
    zone = asha.timezone
    asked: list[str] = []
    engine = db.session.connection()
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    charts.reach(asha, clock.at)
    assert zone and len([words for words in asked if "publication_figures" in words]) == 1
