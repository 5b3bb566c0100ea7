"""The first page tells what waits for the doctor: one line for each cause."""

from datetime import timedelta

from flask.testing import FlaskClient

from portal import clock
from portal.models import Doctor, SocialAccount
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.signing_in import sign_in


def test_posts_of_one_broken_account_are_one_line(
    client: FlaskClient, asha: Doctor, linkedin: SocialAccount
) -> None:
    linkedin.status = "reconnect"
    save(linkedin)
    for days in (1, 2, 3, 20, 30):
        held(asha, linkedin, days, "account")

    page = Page(sign_in(client, asha).get("/"))

    assert "5 posts wait for your LinkedIn account: connect it again." in page.text
    assert "2 of them are planned for later than two weeks" in page.text
    assert "LinkedIn wants you to connect it again" not in page.text


def test_the_soonest_cause_comes_first_and_what_is_far_off_is_a_number(
    client: FlaskClient, asha: Doctor, linkedin: SocialAccount, x: SocialAccount
) -> None:
    held(asha, linkedin, 3, "account")
    held(asha, x, 1, "account")
    far = make_account(asha, platform="facebook")
    held(asha, far, 40, "account")
    held(asha, far, 41, "account")

    page = Page(sign_in(client, asha).get("/"))

    words = page.text
    assert words.index("for your X account") < words.index("for your LinkedIn account")
    assert "Facebook account" not in words and "and 2 more" in words


def test_one_post_is_named_and_several_are_counted(
    client: FlaskClient, asha: Doctor, linkedin: SocialAccount, x: SocialAccount
) -> None:
    make_post(asha, linkedin, status="failed", content="Wear a hat.")
    make_post(asha, x, status="failed")
    make_post(asha, x, status="failed")

    page = Page(sign_in(client, asha).get("/"))

    assert "Wear a hat." in page.text and "Not published on LinkedIn." in page.text
    assert "2 posts did not go out on X." in page.text


def test_a_post_that_failed_everywhere_is_told_once_and_names_the_networks(
    client: FlaskClient, asha: Doctor, linkedin: SocialAccount, x: SocialAccount
) -> None:
    page = make_account(asha, platform="facebook", display_name="Clinic")
    other = make_account(asha, platform="facebook", display_name="Ward")
    make_post(asha, linkedin, x, status="failed", content="Wear a hat.")
    make_post(asha, page, other, status="failed", content="Wear a scarf.")
    make_post(asha, x, status="failed", content="Wear gloves.")

    shown = Page(sign_in(client, asha).get("/"))

    assert "Not published on LinkedIn and X." in shown.text
    assert "Not published on Clinic (Facebook) and Ward (Facebook)." in shown.text
    assert all(shown.text.count(words) == 1 for words in ("Wear a hat.", "Wear a scarf.", "Wear gloves."))


def held(doctor: Doctor, account: SocialAccount, days: int, cause: str) -> None:
    at = clock.now() + timedelta(days=days)
    make_post(doctor, account, status="held", scheduled_at=at, publication={"held_for": cause})
