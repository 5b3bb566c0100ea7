"""The place that a post goes to: asked about on the page, judged before planning, never in the way."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock, platforms, queue
from portal.extensions import db
from portal.models import Doctor, NetworkGate, Post, SocialAccount
from portal.platforms.base import Asked, Author, Content, Found, Problem, Token, Told
from portal.platforms.errors import TemporaryFailure
from tests.days import ahead
from tests.factories import make_account, make_post
from tests.page import Page
from tests.posts.conftest import FakePlatform
from tests.signing_in import sign_in

HEALTH = Told(
    rules=(Found("", "Takes texts."), Found("", "Be kind", "Always.")),
    choices={"flair": (("f1", "Education"), ("f2", "News"))},
    demands={"is_flair_required": True},
)
GONE = Told(trouble="There is no club called gone.", others=("gonefishing",))


class Clubs(FakePlatform):
    """A network of clubs; one of them, health, wants a label. `asked` counts its answers."""

    place = "club"
    asks = (
        Asked("club", "Club", is_needed=True),
        Asked("flair", "Flair", "told", choices=(("", "No label"),), words_in="flair_words"),
    )

    def __init__(self) -> None:
        super().__init__("reddit", "Clubs")
        self.asked: list[str] = []
        self.is_down = False

    def place_of(self, options: Any) -> str | None:
        name = str(options.get("club") or "").strip().casefold()
        return None if " " in name else name

    def ask_about(self, place: str, author: Author, token: Token, seconds: float) -> Told:
        self.asked.append(place)
        if self.is_down:
            raise TemporaryFailure("Clubs did not answer.")
        own = Told(trouble="Closed to you.", is_personal=True)
        return {"health": HEALTH, "gone": GONE, "closed": own}.get(place, Told(others=("health",)))

    def misfits(self, content: Content, told: Told) -> list[Problem]:
        if told.trouble:
            return [Problem("options.club", told.trouble)]
        if told.demands.get("is_flair_required") and not content.options.get("flair"):
            return [Problem("options.flair", "Choose a label.")]
        return []


@pytest.fixture
def clubs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clubs:
    clubs = Clubs()
    monkeypatch.setitem(platforms.PLATFORMS, "reddit", clubs)
    redis = app.extensions["redis"]
    for key in redis.scan_iter("told:*"):
        redis.delete(key)
    return clubs


@pytest.fixture
def account(asha: Doctor, clubs: Clubs) -> SocialAccount:
    return make_account(asha, "reddit", display_name="Asha in clubs")


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, account: SocialAccount) -> FlaskClient:
    return sign_in(client, asha)


def filled(page: Page, button: str, club: str = "health", **more: str) -> Any:
    return page.form(button).fill({"Text": "Hello", "Club": club} | more)


def look_up(browser: FlaskClient, club: str = "health") -> Page:
    return filled(Page(browser.get("/posts/new")), "Look it up", club).submit(browser)


def test_without_javascript_the_page_comes_back_with_the_rules_and_all_that_was_typed(
    browser: FlaskClient,
) -> None:
    page = look_up(browser)

    assert page.status == 200
    assert "Takes texts." in page.text and "Be kind Always." in page.text
    assert (page.value_of("Text"), page.value_of("Club")) == ("Hello", "health")
    assert [option.text for option in page.control("Flair").iter("option")] == [
        "No label",
        "Education",
        "News",
    ]


def test_a_chosen_label_is_kept_with_its_words_and_shown_again(browser: FlaskClient, clubs: Clubs) -> None:
    filled(look_up(browser), "Plan it", Flair="Education", Date=ahead(42)).submit(browser)

    (post,) = db.session.query(Post).all()
    assert post.publications[0].options == {"club": "health", "flair": "f1", "flair_words": "Education"}
    again = Page(browser.get(f"/posts/{post.id}/edit"))
    assert again.value_of("Flair") == "f1"
    assert clubs.asked == ["health"]


def test_words_of_a_label_stay_while_nobody_can_be_asked(
    browser: FlaskClient, asha: Doctor, account: SocialAccount, clubs: Clubs
) -> None:
    options = {"club": "health", "flair": "f9", "flair_words": "Old label"}
    post = make_post(asha, account, status="draft", publication={"options": options})
    clubs.is_down = True

    page = Page(browser.get(f"/posts/{post.id}/edit"))
    page.form("Keep as draft").submit(browser)

    assert post.publications[0].options == options


def test_planning_asks_by_itself_and_tells_what_is_missing_beside_the_field(
    browser: FlaskClient, clubs: Clubs
) -> None:
    page = filled(Page(browser.get("/posts/new")), "Plan it", Date=ahead(42)).submit(browser)

    assert page.status == 422
    assert page.error_of("Flair") == "Choose a label."
    assert clubs.asked == ["health"]
    assert db.session.query(Post).count() == 0


def test_a_place_that_is_not_there_is_told_with_those_that_may_be_meant(browser: FlaskClient) -> None:
    page = look_up(browser, "gone")

    assert "There is no club called gone. Did you mean gonefishing?" in page.text


def test_a_draft_asks_nobody(browser: FlaskClient, clubs: Clubs) -> None:
    filled(Page(browser.get("/posts/new")), "Keep as draft", "gone").submit(browser)

    assert clubs.asked == [] and db.session.query(Post).count() == 1


def test_a_network_that_does_not_answer_keeps_nobody_from_planning(
    browser: FlaskClient, clubs: Clubs
) -> None:
    clubs.is_down = True

    assert "does not answer just now. Write on" in look_up(browser).text
    filled(Page(browser.get("/posts/new")), "Plan it", Date=ahead(42)).submit(browser)

    assert db.session.query(Post).one().status == "scheduled"


def test_redis_away_keeps_nobody_from_planning(
    app: Flask, browser: FlaskClient, clubs: Clubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "redis", queue.connect("redis://127.0.0.1:9/0"))

    assert "Takes texts." in look_up(browser).text


def test_what_was_told_is_shared_by_all_doctors(
    browser: FlaskClient, client: FlaskClient, ben: Doctor, clubs: Clubs
) -> None:
    look_up(browser)
    make_account(ben, "reddit")

    assert "Takes texts." in look_up(sign_in(client, ben), "Health").text
    assert clubs.asked == ["health"]


def test_what_was_told_to_one_account_is_not_told_to_another(
    browser: FlaskClient, client: FlaskClient, ben: Doctor, clubs: Clubs
) -> None:
    look_up(browser, "closed")
    look_up(browser, "closed")
    assert clubs.asked == ["closed"]

    make_account(ben, "reddit")
    look_up(sign_in(client, ben), "closed")
    assert clubs.asked == ["closed", "closed"]


def test_without_a_name_the_own_places_are_offered(browser: FlaskClient) -> None:
    assert "Communities you have joined: health." in look_up(browser, "").text


def test_what_can_be_no_name_is_not_asked_about(browser: FlaskClient, clubs: Clubs) -> None:
    assert "This cannot be the name of a community." in look_up(browser, "two words").text
    assert clubs.asked == []


def test_nobody_is_asked_while_the_network_is_shut(
    browser: FlaskClient, account: SocialAccount, clubs: Clubs
) -> None:
    until = clock.now() + timedelta(days=365)
    db.session.add(NetworkGate(platform="reddit", connection=account.connection, until=until))
    db.session.commit()

    assert "does not answer just now" in look_up(browser).text
    assert clubs.asked == []


def test_an_account_that_must_be_connected_again_is_told_of(
    browser: FlaskClient, account: SocialAccount, clubs: Clubs
) -> None:
    account.status = "reconnect"
    db.session.commit()

    assert "until you connect this account again" in look_up(browser).text
    assert clubs.asked == []


def test_with_htmx_only_that_part_comes_back(browser: FlaskClient, account: SocialAccount) -> None:
    answer = browser.post(
        f"/posts/look-up?of={account.id}",
        data={f"opt_{account.id}_club": "health"},
        headers={"HX-Request": "true"},
    )

    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Education" in text and "<h1" not in text


def test_nothing_is_looked_up_for_somebody_elses_account(
    browser: FlaskClient, ben: Doctor, clubs: Clubs
) -> None:
    other = make_account(ben, "reddit")

    answer = browser.post(f"/posts/look-up?of={other.id}", data={f"opt_{other.id}_club": "health"})

    assert answer.status_code == 200 and clubs.asked == []
