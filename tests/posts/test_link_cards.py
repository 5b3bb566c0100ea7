"""The card of a link: what the page says, kept for a while, and a plain link whenever that fails."""

import io
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from portal import http
from portal.models import Doctor
from portal.posts import link_cards, link_pages
from tests.factories import make_account
from tests.page import Page
from tests.signing_in import sign_in

ADDRESS = "https://clinic.example/hands"
HEAD = (
    '<title>Other</title><meta property="og:title" content="Wash &amp; dry">'
    '<meta name="description" content="How  to\ndo it."><meta property="og:image" content="/hands.png">'
)
Pages = dict[str, http.Answer]


def html(head: str, status: int = 200, **headers: str) -> http.Answer:
    kinds: Mapping[str, str] = {"content-type": "text/html; charset=utf-8", **headers}
    return http.Answer(status, kinds, f"<html><head>{head}</head><body>x</body></html>".encode())


def png() -> bytes:
    sheet = io.BytesIO()
    Image.new("RGB", (900, 450), "teal").save(sheet, "PNG")
    return sheet.getvalue()


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> tuple[Pages, list[str]]:
    """Pages of the world by their addresses, and which of them were asked for."""
    pages: Pages = {}
    asked: list[str] = []

    def request(method: str, url: str, **call: object) -> http.Answer:
        asked.append(url)
        if url not in pages:
            raise http.NotSent("no such host")
        return pages[url]

    monkeypatch.setattr(http, "request", request)
    return pages, asked


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


@pytest.fixture(autouse=True)
def nothing_kept(app: Flask) -> None:
    for key in app.extensions["redis"].scan_iter("link-card:*"):
        app.extensions["redis"].delete(key)


def test_a_page_tells_title_description_and_picture(asha: Doctor, outside: tuple[Pages, list[str]]) -> None:
    pages, asked = outside
    pages[ADDRESS] = html(HEAD)
    pages["https://clinic.example/hands.png"] = http.Answer(200, {"content-type": "image/png"}, png())
    card = link_cards.look_up(ADDRESS)
    assert (card.title, card.words) == ("Wash & dry", "How to do it.")
    assert (card.picture or "").startswith("data:image/jpeg;base64,")
    assert link_cards.look_up(ADDRESS) == card
    assert len(asked) == 2  # kept: nobody was asked again


def test_a_plain_address_is_asked_by_https_and_redirects_are_followed_a_little(
    asha: Doctor, outside: tuple[Pages, list[str]]
) -> None:
    pages, asked = outside
    pages["https://a.example/"] = html("", 301, location="https://b.example/x")
    pages["https://b.example/x"] = html("<title>Here</title>")
    assert link_cards.look_up("http://a.example/").title == "Here"
    pages["https://loop.example/"] = html("", 302, location="/")
    assert link_cards.look_up("https://loop.example/") == link_cards.Card()
    assert asked.count("https://loop.example/") == link_cards.REDIRECTS + 1


@pytest.mark.parametrize(
    "answer",
    [
        html(HEAD, 500),
        http.Answer(200, {"content-type": "application/pdf"}, b"%PDF"),
        html("<body><title>Not in the head</title>"),
        html("", 302, location="ftp://clinic.example/x"),
        None,
    ],
)
def test_a_page_that_tells_nothing_leaves_a_plain_link(
    asha: Doctor, outside: tuple[Pages, list[str]], answer: http.Answer | None
) -> None:
    if answer:
        outside[0][ADDRESS] = answer
    assert link_cards.look_up(ADDRESS) == link_cards.Card()


def test_a_private_address_is_never_called(asha: Doctor) -> None:
    http.bind(None)
    for address in ("https://127.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/", "file:///x"):
        assert link_cards.look_up(address) == link_cards.Card()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Read https://example.org/a.", "https://example.org/a"),
        ("(see https://example.org/a)", "https://example.org/a"),
        ("No link here", None),
    ],
)
def test_the_first_link_of_a_text_is_found(text: str, address: str | None) -> None:
    assert link_pages.first_link(text) == address


def test_the_composer_says_what_the_page_says_and_draws_the_card(
    browser: FlaskClient, asha: Doctor, outside: tuple[Pages, list[str]]
) -> None:
    outside[0][ADDRESS] = html(HEAD)
    account = make_account(asha, "facebook")
    said = {"content": "Hands.", "link": ADDRESS, "chosen": [account.id]}
    answer = browser.post("/posts/link-card", data=said)
    assert answer.headers["HX-Trigger"] == "card-known"
    assert "Wash &amp; dry" in answer.text
    page = Page(browser.post("/posts/preview", data=said))
    assert "The page says: Wash & dry" in page.text
    assert [part.text for part in page.all("preview-link-title")] == ["Wash & dry"]
    page = Page(browser.post("/posts/preview", data=said | {"do": "link"}))
    assert page.value_of("Card title") == "Wash & dry"
    page = Page(browser.post("/posts/preview", data=said | {"do": "link", "link_title": "Mine"}))
    assert page.value_of("Card title") == "Mine"


def test_a_page_that_does_not_answer_is_no_error(
    browser: FlaskClient, asha: Doctor, outside: tuple[Pages, list[str]]
) -> None:
    answer = browser.post("/posts/link-card", data={"link": ADDRESS})
    assert "Your link goes out as it is." in answer.text
