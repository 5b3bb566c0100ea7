"""A composer that is sent after the session or the page's mark has ended keeps all that was typed."""

import pytest
from flask.testing import FlaskClient

from portal.extensions import db
from portal.models import BrowserSession, Doctor, Post, SocialAccount
from tests.factories import make_post
from tests.page import Page
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("csrf_on")
OURS = {"Origin": "http://localhost"}


def mark_of(page: Page) -> str:
    return next(i.get("value", "") for i in page.root.iter("input") if i.get("name") == "csrf_token")


def again(client: FlaskClient, page: Page) -> Page:
    """Press "Send it again"."""
    form = next(form for form in page.root.iter("form") if form.get("action") != "/logout")
    said = [(i.get("name", ""), i.get("value", "")) for i in form.iter("input")]
    data: dict[str, list[str]] = {}
    for name, value in said:
        data.setdefault(name, []).append(value)
    answer = client.post(form.get("action", ""), data=data, headers=OURS, follow_redirects=True)
    return Page(answer)


def test_an_old_mark_keeps_what_was_typed(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    sign_in(client, asha)
    post = make_post(asha, x, status="draft", content="Old")
    said = {
        "csrf_token": "old",
        "content": "Wash <b>",
        "chosen": x.id,
        "do": "draft",
        "link": "https://example.org/",
    }

    page = Page(client.post(f"/posts/{post.id}/edit", data=said, headers=OURS))

    assert page.status == 400 and "Nothing that you typed is lost" in page.text and "Wash <b>" in page.text
    assert "Your draft is kept." in again(client, page).text
    assert (post.content, post.link) == ("Wash <b>", "https://example.org/")


def test_an_ended_session_keeps_what_was_typed(client: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    sign_in(client, asha)
    mark = mark_of(Page(client.get("/posts/new")))
    db.session.query(BrowserSession).delete()
    db.session.commit()
    said = {"csrf_token": mark, "content": "Wash.", "chosen": [x.id], "do": "draft"}

    page = Page(client.post("/posts/new", data=said, headers=OURS))
    assert page.status == 401 and "You are signed out" in page.text and "Wash." in page.text
    assert db.session.query(Post).count() == 0

    sign_in(client, asha)
    page = again(client, page)
    if page.status == 400:  # signing in gave this window's page an old mark
        page = again(client, page)
    assert "Your draft is kept." in page.text and db.session.query(Post).one().content == "Wash."


@pytest.mark.parametrize("where", [{"Origin": "https://elsewhere.example"}, {}])
def test_another_site_puts_no_words_there(client: FlaskClient, asha: Doctor, where: dict[str, str]) -> None:
    sign_in(client, asha)

    answer = client.post("/posts/new", data={"content": "Not mine", "do": "now"}, headers=where)

    assert answer.status_code == 400 and "Not mine" not in answer.get_data(as_text=True)
