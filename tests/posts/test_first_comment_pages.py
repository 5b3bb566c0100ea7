"""The first comment in the composer, in copies and tables, and on the post's page."""

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.extensions import db
from portal.models import Doctor, FollowUp, Post, Publication
from portal.platforms.base import Token
from portal.posts import exporting, import_tables
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.signing_in import sign_in

WORDS = "More on this below."


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def below(asha: Doctor, **facts: str) -> tuple[Publication, FollowUp]:
    """A post that is out, with a first comment."""
    account = make_account(asha, "facebook")
    out = {"platform_post_id": "1_2", "published_at": clock.now()}
    post = make_post(asha, account, status="published", publication=out, first_comment=WORDS)
    [publication] = post.publications
    row = FollowUp(publication_id=publication.id, words=WORDS, due_at=clock.now(), **facts)
    return publication, save(row)


def test_it_is_counted_previewed_and_checked(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha, "facebook")
    said = {"content": "Wash your hands.", "chosen": [account.id]}
    page = Page(browser.post("/posts/preview", data=said | {"first_comment": WORDS}))
    assert [" ".join(part.itertext()).split() for part in page.all("preview-comment")]
    assert "7,981 left" in page.text
    page = Page(browser.post("/posts/preview", data=said | {"first_comment": "Guaranteed cure for all."}))
    assert "Must be changed" in page.text
    page = Page(browser.post("/posts/preview", data=said | {"first_comment": "x" * 8_001}))
    assert "The first comment is 1 character too long for Facebook" in page.text


def test_a_network_without_comments_shows_and_checks_none(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha, "linkedin")
    said = {"content": "Hands.", "chosen": [account.id], "first_comment": "Guaranteed cure for all."}
    page = Page(browser.post("/posts/preview", data=said))
    assert not page.all("preview-comment")
    assert "No first comment here. LinkedIn lets us write none on this account." in page.text
    assert "Must be changed" not in page.text


@pytest.mark.parametrize(
    ("platform", "scopes", "options", "words"),
    [
        ("youtube", [], {"made_for_kids": "true"}, "YouTube turns comments off on videos for children."),
        ("youtube", [], {"made_for_kids": "false", "privacy": "private"}, "comment on a private video."),
        ("facebook", ["pages_manage_posts"], {}, "without allowing comments. Connect it again first."),
        ("quora", [], {}, "Write it on Quora yourself"),
    ],
)
def test_a_comment_that_cannot_be_written_is_told_before_the_post_is_planned(
    browser: FlaskClient, asha: Doctor, platform: str, scopes: list[str], options: dict[str, str], words: str
) -> None:
    account = make_account(asha, platform, connection="page")
    account.scopes = scopes
    db.session.commit()
    said = {f"opt_{account.id}_{name}": value for name, value in options.items()}
    said |= {"content": "Wash your hands.", "chosen": str(account.id), "first_comment": WORDS}

    page = Page(browser.post("/posts/preview", data=said))

    assert words in page.text and not page.all("preview-comment")


def test_one_that_is_too_long_is_refused_beside_its_field(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha, "facebook")
    said = {"content": "Hands.", "chosen": [account.id], "first_comment": "x" * 8_001, "do": "now"}
    page = Page(browser.post("/posts/new", data=said))
    assert "too long for Facebook" in (page.error_of("First comment") or "")


def test_it_is_kept_copied_and_carried_out(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha, "facebook")
    said = {"content": "Hands.", "chosen": [account.id], "first_comment": WORDS, "do": "draft"}
    browser.post("/posts/new", data=said)
    post = db.session.query(Post).one()
    assert Page(browser.get(f"/posts/{post.id}/edit")).value_of("First comment") == WORDS
    browser.post(f"/posts/{post.id}/copy")
    assert [one.first_comment for one in db.session.query(Post)] == [WORDS, WORDS]
    assert {row["first_comment"] for row in exporting.rows(asha)} == {WORDS}
    assert "first_comment" in import_tables.columns()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("out", "The first comment is below it."),
        ("waiting", "The first comment follows in a moment."),
        ("unconfirmed", "never write it twice"),
        ("failed", "The first comment is not there."),
        ("asked", "We do not know whether the first comment is there."),
    ],
)
def test_the_post_says_what_became_of_it(browser: FlaskClient, asha: Doctor, status: str, words: str) -> None:
    publication, _ = below(asha, status=status)
    page = Page(browser.get(f"/posts/{publication.post_id}"))
    assert words in page.text
    assert WORDS in page.text


def test_the_doctor_has_the_last_word(browser: FlaskClient, client: FlaskClient, asha: Doctor) -> None:
    publication, row = below(asha, status="failed", trouble="No.")
    address = f"/posts/{publication.post_id}/publications/{publication.id}/comment"
    assert browser.post(address, data={"answer": "again"}).status_code == 303
    assert row.status == "waiting"
    assert (
        "This has changed meanwhile"
        in Page(browser.post(address, data={"answer": "leave"}, follow_redirects=True)).text
    )
    assert browser.post(address, data={"answer": "nonsense"}).status_code == 404


def test_a_stranger_cannot_settle_it(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    publication, _ = below(asha, status="failed")
    stranger = sign_in(client, ben)
    address = f"/posts/{publication.post_id}/publications/{publication.id}/comment"
    assert stranger.post(address, data={"answer": "again"}).status_code == 404


def test_the_composer_says_beforehand_who_can_have_none(browser: FlaskClient, asha: Doctor) -> None:
    narrow = make_account(asha, "facebook", connection="page")
    page = Page(browser.get("/posts/new"))
    assert "without allowing comments" not in page.text

    earlier = frozenset(narrow.network.connection("page").must_have)
    narrow.token = Token("access", scopes=earlier)
    save(narrow)
    page = Page(browser.get("/posts/new"))
    assert "you connected this account without allowing comments. Connect it again" in page.text
    assert "no first comment can follow" in Page(browser.get("/accounts")).text

    narrow.token = Token("access", scopes=earlier | {"pages_manage_engagement"})
    save(narrow)
    assert "without allowing comments" not in Page(browser.get("/posts/new")).text


def test_the_composer_says_where_none_can_be_written(browser: FlaskClient, asha: Doctor) -> None:
    make_account(asha, "linkedin")
    page = Page(browser.get("/posts/new"))
    assert "LinkedIn lets us write no first comment on this account." in page.text
