"""What a network asks beyond the text: asked on the page, kept, refused beside its field, shown again."""

import pytest
from flask.testing import FlaskClient

from portal import platforms
from portal.extensions import db
from portal.models import Post
from portal.platforms.base import Asked
from portal.posts import options
from tests.days import ahead
from tests.factories import make_account
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def page(client: FlaskClient, asha, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Asha's composer, with one account on a network that asks for things."""
    network = platforms.get("twitter")
    asks = (
        Asked("title", "Title", is_needed=True),
        Asked("kids", "For children?", "yes_no", choices=(("", "Choose"), ("true", "Yes"), ("false", "No"))),
        Asked("tags", "Tags", "list"),
        Asked("thread", "More posts", "texts"),
    )
    monkeypatch.setattr(network, "asks", asks, raising=False)
    make_account(asha, "twitter", display_name="Asha on X", handle="asha")
    return Page(sign_in(client, asha).get("/posts/new"))


def test_what_was_answered_is_kept_and_shown_again(page: Page, client: FlaskClient) -> None:
    page.form("Keep as draft").fill(
        {
            "Text": "Hello",
            "Title": "A title",
            "For children?": "No",
            "Tags": "heart, sleep ,",
            "More posts": "Two\nlines\n\nand one",
        }
    ).submit(client)

    post = db.session.query(Post).one()
    kept = post.publications[0].options
    assert kept == {"title": "A title", "kids": False, "tags": ["heart", "sleep"], "thread": kept["thread"]}
    assert [part.split() for part in kept["thread"]] == [["Two", "lines"], ["and", "one"]]
    again = Page(client.get(f"/posts/{post.id}/edit"))
    assert (again.value_of("Title"), again.value_of("Tags")) == ("A title", "heart, sleep")
    assert again.value_of("For children?") == "false"


def test_a_refused_option_is_told_beside_its_field(page: Page, client: FlaskClient) -> None:
    page = page.form("Plan it").fill({"Text": "Hello", "Title": "wrong", "Date": ahead(42)}).submit(client)

    assert page.status == 422
    assert page.error_of("Title") == "The title must be right."
    assert page.value_of("Title") == "wrong"


def test_nothing_said_leaves_the_option_out(page: Page, client: FlaskClient) -> None:
    page.form("Keep as draft").fill({"Text": "Hello"}).submit(client)

    assert db.session.query(Post).one().publications[0].options == {}


@pytest.mark.parametrize("key", list(platforms.PLATFORMS))
def test_every_network_asks_for_options_that_it_has(key: str) -> None:
    network = platforms.get(key)

    assert {asked.name for asked in network.asks} <= set(network.options)
    assert all(options.shown(asked, None) == "" for asked in network.asks)
