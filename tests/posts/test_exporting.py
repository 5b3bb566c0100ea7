"""All posts as a file: every account of every post, in formats that other programs read."""

import csv
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from portal.extensions import db
from portal.models import Doctor, PublicationFigures, SocialAccount
from portal.posts import exporting
from tests.conftest import Clock
from tests.factories import make_post
from tests.signing_in import sign_in


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


def lines(browser: FlaskClient) -> list[dict[str, str]]:
    answer = browser.get("/posts/export.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def published(doctor: Doctor, account: SocialAccount, clock: Clock, **changes: Any) -> Any:
    facts = {
        "platform_post_id": "1",
        "published_at": clock.at,
        "permalink": "https://twitter.example/posts/1",
    }
    return make_post(doctor, account, status="published", publication=facts, **changes)


def test_each_account_of_each_post_is_a_line_with_its_results(
    browser: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    post = published(asha, x, clock)
    figures = PublicationFigures(publication_id=post.publications[0].id, likes=3, read_at=clock.at)
    db.session.add(figures)
    make_post(asha, x, linkedin)
    make_post(asha, content="Only an idea")
    make_post(ben, content="Not Asha's")

    found = lines(browser)

    assert [each["network"] for each in found] == ["twitter", "twitter", "linkedin", ""]
    assert (found[0]["likes"], found[0]["views"]) == ("3", "")
    assert found[0]["address"] == "https://twitter.example/posts/1"
    assert found[3]["text"] == "Only an idea"


@pytest.mark.parametrize("words", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(browser: FlaskClient, asha: Doctor, words: str, clock: Clock) -> None:
    make_post(asha, content=words)
    assert lines(browser)[0]["text"] == f"'{words}"
    book = load_workbook(io.BytesIO(browser.get("/posts/export.xlsx").data))
    cell = next(cell for cell in book["Posts"][2] if cell.value == words)
    assert cell.data_type == "s"


def test_the_lines_for_programs_hold_whole_posts(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    published(asha, x, clock)
    [record] = [json.loads(line) for line in browser.get("/posts/export.jsonl").data.splitlines()]
    assert record["publications"][0]["permalink"] == "https://twitter.example/posts/1"
    assert record["publications"][0]["figures"] is None


def test_thousands_of_posts_come_a_few_at_a_time(
    asha: Doctor, x: SocialAccount, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 3)
    numbers = [make_post(asha, x).id for _ in range(10)]
    assert [post.id for post in exporting.posts(asha)] == numbers
