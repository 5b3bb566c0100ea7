"""The list of posts in each of its orders, read page by page while posts are added."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.api.posts import ORDERS
from portal.models import Doctor
from tests.conftest import Clock
from tests.factories import make_post
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


@pytest.mark.parametrize("sort", [None, *ORDERS])
@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_skipped_or_doubled_while_posts_are_added(
    client: FlaskClient, asha: Doctor, clock: Clock, sort: str | None, seed: int
) -> None:
    chance = random.Random(seed)

    def add() -> int:
        # Few instants, so that many posts share theirs; some have none.
        at = None if chance.random() < 0.2 else clock.at + timedelta(hours=chance.randrange(4))
        clock.advance(seconds=chance.choice((0, 0, 1)))
        return make_post(asha, status="draft", scheduled_at=at).id

    before = {add() for _ in range(chance.randrange(1, 12))}
    reader = Reader(client, asha, sort)
    while reader.read(chance.randrange(1, 5)):
        for _ in range(chance.randrange(2)):
            add()
    seen = [post["id"] for post in reader.seen]
    assert len(seen) == len(set(seen)) and before <= set(seen)
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
