"""What is typed is kept by itself, beside the post or as a draft, and nobody's words are lost."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text as sql
from werkzeug.test import TestResponse

from portal import platforms
from portal.extensions import db
from portal.media import flows as media
from portal.models import AuditEvent, Doctor, MediaFile, Post, SocialAccount, WorkingCopy
from portal.posts import autosaving
from tests.conftest import Clock
from tests.factories import make_post
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def longer_texts(fake_networks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake networks take whole sentences here."""
    fake = type(platforms.PLATFORMS["twitter"])
    monkeypatch.setattr(fake, "problems", lambda self, content: [])


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


def hidden(page: Page, name: str) -> str:
    return next(i.get("value", "") for i in page.root.iter("input") if i.get("name") == name)


def opened(browser: FlaskClient, post: Post | None = None) -> dict[str, str]:
    """What a composer that was just opened tells of itself."""
    page = Page(browser.get(f"/posts/{post.id}/edit" if post else "/posts/new"))
    names = ("ticket", "version", "kept", *(("on", "at") if post else ()))
    return {name: hidden(page, name) for name in names}


def autosave(
    browser: FlaskClient, sheet: dict[str, Any], post_id: int | None = None, **said: Any
) -> TestResponse:
    address = f"/posts/autosave?post={post_id}" if post_id else "/posts/autosave"
    return browser.post(address, data={**sheet, **said})


def draft(browser: FlaskClient, text: str = "Wash.") -> tuple[dict[str, Any], Post]:
    """A composer that has saved by itself once, as its page stands then, and the draft that it made."""
    sheet = opened(browser)
    told = autosave(browser, sheet, content=text, turn=1).get_json()
    return sheet | {"version": told["version"], "kept": told["kept"]}, db.session.get_one(Post, told["post"])


def copies() -> list[WorkingCopy]:
    return db.session.query(WorkingCopy).all()


def test_a_new_post_becomes_a_draft_when_something_is_typed(browser: FlaskClient, clock: Clock) -> None:
    answer = autosave(browser, opened(browser), content="Wash your hands.")

    post = db.session.query(Post).one()
    assert (post.status, post.content) == ("draft", "Wash your hands.")
    assert answer.get_json()["edit"] == f"/posts/{post.id}/edit"
    assert answer.get_json()["at"].endswith(("am", "pm"))


def test_an_untouched_page_makes_no_draft(browser: FlaskClient, x: SocialAccount) -> None:
    answer = autosave(browser, opened(browser), content="  \n", chosen=x.id, on="2027-01-01", at="09:00")

    assert answer.status_code == 204
    assert db.session.query(Post).count() == 0 and not copies()


def test_one_page_makes_one_draft_also_when_it_never_heard_of_it(browser: FlaskClient) -> None:
    sheet = opened(browser)
    for turn, text in enumerate(["Wash", "Wash your", "Wash your hands."], 1):
        assert autosave(browser, sheet, content=text, turn=turn).status_code == 200

    assert db.session.query(Post).one().content == "Wash your hands."


def test_a_saving_that_comes_late_changes_nothing(browser: FlaskClient) -> None:
    sheet = opened(browser)
    autosave(browser, sheet, content="Newer", turn=2)
    autosave(browser, sheet, content="Older", turn=1)

    assert db.session.query(Post).one().content == "Newer"


def test_saving_by_hand_goes_on_with_the_draft_that_the_page_made(browser: FlaskClient) -> None:
    page = Page(browser.get("/posts/new"))
    autosave(browser, {"ticket": hidden(page, "ticket")}, content="Wash", turn=1)

    page.form("Keep as draft").fill({"Text": "Wash your hands."}).submit(browser)

    assert db.session.query(Post).one().content == "Wash your hands."
    assert not copies()


def test_what_comes_after_saving_by_hand_makes_no_second_post(browser: FlaskClient) -> None:
    page = Page(browser.get("/posts/new"))
    page.form("Keep as draft").fill({"Text": "Wash your hands."}).submit(browser)

    late = autosave(browser, {"ticket": hidden(page, "ticket")}, content="Wash", turn=1)

    assert late.status_code == 409
    assert db.session.query(Post).one().content == "Wash your hands."


def test_a_planned_post_stays_as_it_is(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, content="Old")

    assert autosave(browser, opened(browser, post), post.id, content="New", chosen=x.id).status_code == 200

    assert (post.content, post.version, post.status) == ("Old", 1, "scheduled")
    [copy] = copies()
    assert ["content", "New"] in copy.fields
    assert not db.session.query(AuditEvent).filter_by(action="post.changed").count()


def test_a_post_that_is_partly_out_stays_as_it_is(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x, content="Old")
    sheet = opened(browser, post)
    claim = "UPDATE publication SET status = 'publishing', phase = 'claimed', owner = 1, moved_by = 'portal'"
    db.session.execute(sql(claim))
    db.session.commit()

    assert autosave(browser, sheet, post.id, content="New").status_code == 200
    assert post.content == "Old" and copies()


def test_unsaved_changes_are_offered_and_gone_on_with(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    post = make_post(asha, x, linkedin, content="Old")
    own = {f"own_{linkedin.id}": "For colleagues"}
    autosave(
        browser,
        opened(browser, post),
        post.id,
        content="New",
        chosen=[x.id, linkedin.id],
        link="not yet",
        **own,
    )

    page = Page(browser.get(f"/posts/{post.id}/edit"))
    assert "You have unsaved changes from" in page.text and page.value_of("Text") == "Old"

    page = page.follow(browser, "Go on with them")
    assert (page.value_of("Text"), page.value_of("Link")) == ("New", "not yet")
    assert page.value_of("Text for Asha on LinkedIn") == "For colleagues"

    page.form("Save changes").fill({"Link": ""}).submit(browser)
    assert (post.content, post.publications[1].content) == ("New", "For colleagues")
    assert not copies()


def test_unsaved_changes_are_thrown_away(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, content="Old")
    autosave(browser, opened(browser, post), post.id, content="New")

    page = Page(browser.get(f"/posts/{post.id}/edit")).form("Throw them away").submit(browser)

    assert page.value_of("Text") == "Old" and not copies()


def test_a_draft_opens_as_it_was_left(browser: FlaskClient, x: SocialAccount) -> None:
    _, post = draft(browser)
    sheet = opened(browser, post)
    told = autosave(browser, sheet, post.id, content="Wash your hands.", link="exam", on="2027-01-05", turn=1)
    assert told.status_code == 200

    page = Page(browser.get(f"/posts/{post.id}/edit"))

    # What no draft can hold yet lies beside it: nothing is asked, and nothing is lost.
    assert (page.value_of("Text"), page.value_of("Link")) == ("Wash your hands.", "exam")
    assert page.value_of("Date") == "2027-01-05" and "Go on with them" not in page.links


def test_another_window_does_not_write_over_the_first(browser: FlaskClient) -> None:
    _, post = draft(browser)
    one, other = opened(browser, post), opened(browser, post)
    autosave(browser, one, post.id, content="First", turn=1)

    answer = autosave(browser, other, post.id, content="Second", turn=1)

    assert answer.status_code == 409 and "another window" in answer.get_json()["words"]
    assert post.content == "First"


def test_two_windows_on_a_planned_post_do_not_share_a_working_copy(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x, content="Old")
    one, other = opened(browser, post), opened(browser, post)
    autosave(browser, one, post.id, content="First", turn=1)

    assert autosave(browser, other, post.id, content="Second", turn=1).status_code == 409
    assert ["content", "First"] in copies()[0].fields


@pytest.mark.parametrize(
    ("choice", "text"), [("Keep mine", "Wash both hands."), ("Keep the other", "Wash your feet.")]
)
def test_saving_by_hand_shows_both_texts_and_lets_the_doctor_choose(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, choice: str, text: str
) -> None:
    post = make_post(asha, x, content="Wash.")
    one, other = (Page(browser.get(f"/posts/{post.id}/edit")) for _ in range(2))
    one.form("Save changes").fill({"Text": "Wash your feet."}).submit(browser)

    both = other.form("Save changes").fill({"Text": "Wash both hands."}).submit(browser)

    assert both.status == 409 and both.value_of("Text") == "Wash both hands."
    assert "".join(mark.text or "" for mark in both.root.iter("del")) == "yourfeet"
    assert "".join(mark.text or "" for mark in both.root.iter("ins")) == "bothhands"
    assert post.content == "Wash your feet."

    both.form(choice).submit(browser)
    assert post.content == text


def test_both_texts_can_be_edited_into_one(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, content="Wash.")
    one, other = (Page(browser.get(f"/posts/{post.id}/edit")) for _ in range(2))
    one.form("Save changes").fill({"Text": "Feet."}).submit(browser)
    both = other.form("Save changes").fill({"Text": "Hands."}).submit(browser)

    both.form("Save changes").fill({"Text": "Feet, hands."}).submit(browser)

    assert post.content == "Feet, hands." and post.version == 3


def test_a_calm_bar_leads_to_both_texts(browser: FlaskClient) -> None:
    _, post = draft(browser, "Wash.")
    one, other = opened(browser, post), opened(browser, post)
    autosave(browser, one, post.id, content="Feet.", turn=1)
    said = {**other, "content": "Hands.", "do": "compare"}

    both = Page(browser.post(f"/posts/unsaved?post={post.id}", data=said))

    assert both.status == 409 and {"Keep mine", "Keep the other"} <= set(both.buttons)
    page = both.form("Keep mine").submit(browser)
    assert page.value_of("Text") == "Hands." and post.content == "Hands."


def test_the_browsers_own_copy_is_taken_up_again(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x, content="Old")
    said = {**opened(browser, post), "content": "New", "do": "resume"}

    page = Page(browser.post(f"/posts/unsaved?post={post.id}", data=said, follow_redirects=True))

    assert page.value_of("Text") == "New" and post.content == "Old"


def test_a_page_that_was_open_for_long_gets_a_new_mark(browser: FlaskClient, asha: Doctor) -> None:
    sheet, _ = draft(browser)
    answer = browser.get(f"/posts/autosave?page={sheet['ticket']}").get_json()

    assert answer["doctor"] == asha.id and answer["csrf_token"] and answer["is_saved"]
    assert not browser.get("/posts/autosave?page=never").get_json()["is_saved"]


def test_nobody_else_reads_or_writes_them(
    browser: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x, content="Old")
    sheet = opened(browser, post)
    autosave(browser, sheet, post.id, content="New")
    stranger = sign_in(browser.application.test_client(), ben)

    assert autosave(stranger, sheet, post.id, content="Mine").status_code == 404
    assert stranger.post(f"/posts/unsaved?post={post.id}", data={"do": "forget"}).status_code == 404
    assert stranger.get(f"/posts/{post.id}/edit?unsaved=go").status_code == 404
    assert len(copies()) == 1


def test_they_go_with_the_post_and_after_their_time(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    _, kept = draft(browser)
    _, deleted = draft(browser, "Other")
    browser.post(f"/posts/{deleted.id}/cancel")
    assert [copy.post_id for copy in copies()] == [kept.id]

    clock.advance(days=29)
    autosaving.forget_old()
    assert copies()
    clock.set(clock.at + timedelta(days=2))
    autosaving.forget_old()
    assert not copies() and db.session.get(Post, kept.id)


def test_files_that_only_a_working_copy_names_are_kept(
    browser: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount, clock: Clock
) -> None:
    facts = {"purpose": "post", "mime_type": "image/jpeg", "bytes": 10, "digest": "d"}
    own = MediaFile(doctor_id=asha.id, name="a.jpg", width=800, height=600, **facts)
    other = MediaFile(doctor_id=ben.id, name="b.jpg", **facts)
    db.session.add_all([own, other])
    db.session.commit()
    post = make_post(asha, x, content="Old")

    autosave(browser, opened(browser, post), post.id, content="New", media=[own.id, other.id])

    assert copies()[0].media_ids == [own.id]
    own.hidden_at = other.hidden_at = clock.at
    db.session.commit()
    media.forget_unused()
    assert [file.id for file in db.session.query(MediaFile)] == [own.id]
