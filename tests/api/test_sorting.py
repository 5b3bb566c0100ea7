"""The list of posts in each of its orders, read page by page while posts come, change and go."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.api.posts import ORDERS
from portal.extensions import db
from portal.models import Doctor, Post
from tests.conftest import Clock
from tests.factories import make_account, make_post
from tests.signing_in import bearer

LAST = datetime.max.isoformat()


class Reader:
    """A program that reads the list of one order."""

    def __init__(self, client: FlaskClient, doctor: Doctor, sort: str | None, **filters: Any) -> None:
        self.client, self.headers = client, bearer(doctor)
        self.asked = filters | ({"sort": sort} if sort else {})
        self.seen: list[dict[str, Any]] = []
        self.cursor: str | None = None

    def read(self, limit: int) -> bool:
        """Take one page; whether another follows."""
        more = {"cursor": self.cursor} if self.cursor else {}
        asked = self.asked | more | {"limit": limit}
        told = self.client.get("/api/v1/posts", headers=self.headers, query_string=asked)
        assert told.status_code == 200, told.text
        self.seen += told.get_json()["posts"]
        self.cursor = told.get_json()["next_cursor"]
        return self.cursor is not None


def place(post: dict[str, Any], sort: str | None) -> tuple[Any, ...]:
    if sort is None:
        return (post["id"],)
    return post[sort.removeprefix("-")] or LAST, post["id"]


class Desk:
    """Somebody who adds, changes and takes away posts while they are read."""

    def __init__(self, doctor: Doctor, clock: Clock, chance: random.Random) -> None:
        self.doctor, self.clock, self.chance = doctor, clock, chance
        self.accounts = [make_account(doctor, "twitter"), make_account(doctor, "linkedin")]
        self.posts: dict[int, Post] = {}
        self.touched: set[int] = set()

    def add(self) -> None:
        at = self._instant()
        self.clock.advance(seconds=self.chance.choice((0, 0, 1)))
        status = "scheduled" if at and self.chance.random() < 0.4 else "draft"
        post = make_post(self.doctor, self.chance.choice(self.accounts), status=status, scheduled_at=at)
        self.posts[post.id] = post

    def disturb(self) -> None:
        """Move a draft to another time, or take one away."""
        drafts = [one for number, one in self.posts.items() if number not in self.touched and one.is_draft]
        if not drafts:
            return
        post = self.chance.choice(drafts)
        self.touched.add(post.id)
        if self.chance.random() < 0.5:
            db.session.delete(post)
        else:
            post.scheduled_at, post.content = self._instant(), "Other words."
        db.session.commit()

    def _instant(self) -> datetime | None:
        # Few instants, so that many posts share theirs; some have none.
        return None if self.chance.random() < 0.2 else BEGIN + timedelta(hours=self.chance.randrange(4))


BEGIN = datetime(2034, 5, 1, tzinfo=UTC)
FILTERS: list[dict[str, str]] = [
    {},
    {"status": "draft"},
    {"platform": "twitter"},
    {"from": (BEGIN + timedelta(hours=1)).isoformat(), "to": (BEGIN + timedelta(hours=3)).isoformat()},
    {"platform": "linkedin", "status": "scheduled", "from": BEGIN.isoformat()},
]


def fits(post: Post, status: str = "", platform: str = "", **between: str) -> bool:
    at, end = post.scheduled_at, between.get("to", LAST)
    return (
        (not status or post.status == status)
        and (not platform or post.publications[0].platform == platform)
        and (not between or (at is not None and between["from"] <= at.isoformat() < end))
    )


@pytest.mark.parametrize("sort", [None, *ORDERS])
@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: "-".join(filters) or "all")
def test_nothing_is_skipped_or_doubled_while_posts_come_change_and_go(
    client: FlaskClient, asha: Doctor, clock: Clock, sort: str | None, filters: dict[str, str]
) -> None:
    chance = random.Random(str((sort, *filters)))
    desk = Desk(asha, clock, chance)
    for _ in range(14):
        desk.add()
    before = set(desk.posts)
    reader = Reader(client, asha, sort, **filters)
    while reader.read(chance.randrange(1, 4)):
        chance.choice((desk.add, desk.disturb))()

    seen = [post["id"] for post in reader.seen]
    stayed = before - desk.touched
    expected = [number for number in stayed if fits(desk.posts[number], **filters)]
    assert sorted(number for number in seen if number in stayed) == sorted(expected)
    # What was moved to another place may be met there again; nothing else, and in no other order.
    doubled = {number for number in seen if seen.count(number) > 1}
    assert doubled <= (desk.touched if sort and "scheduled_at" in sort else set())
    places = [place(post, sort) for post in reader.seen]
    assert places == sorted(places, reverse=sort is None or sort.startswith("-"))


def test_a_sorted_list_may_be_filtered(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    late, soon = (make_post(asha, scheduled_at=clock.at + timedelta(hours=h)).id for h in (9, 2))
    make_post(asha, scheduled_at=clock.at + timedelta(hours=30))
    to = (clock.at + timedelta(hours=10)).isoformat()
    reader = Reader(client, asha, "scheduled_at", to=to, status="draft")
    while reader.read(1):
        pass
    assert [post["id"] for post in reader.seen] == [soon, late]


def test_an_order_that_nobody_knows_is_named(client: FlaskClient, asha: Doctor) -> None:
    for sort in ("content", "--created_at", "", "created_at,id"):
        told = client.get("/api/v1/posts", headers=bearer(asha), query_string={"sort": sort})
        assert told.status_code == 422
        assert [error["pointer"] for error in told.get_json()["errors"]] == ["/sort"]


def test_a_cursor_holds_for_its_own_order_alone(client: FlaskClient, asha: Doctor) -> None:
    for _ in range(3):
        make_post(asha)
    cursors = {}
    for sort in (None, *ORDERS):
        reader = Reader(client, asha, sort)
        assert reader.read(1)
        cursors[sort] = reader.cursor
    for sort in cursors:
        for other, cursor in cursors.items():
            asked = {"cursor": cursor} | ({"sort": sort} if sort else {})
            told = client.get("/api/v1/posts", headers=bearer(asha), query_string=asked)
            assert told.status_code == (200 if other == sort else 422)
            if other != sort:
                assert told.get_json()["errors"][0]["pointer"] == "/cursor"


def test_the_orders_are_described(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()["paths"]["/posts"]["get"]["parameters"]
    (sort,) = [one for one in told if one["name"] == "sort"]
    for order in ("created_at", "-created_at", "scheduled_at", "-scheduled_at"):
        assert f'"{order}"' in str(sort).replace("'", '"')
