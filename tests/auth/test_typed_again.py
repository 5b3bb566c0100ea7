"""Any form of somebody who was signed in keeps what was typed when its page, or the session, was over."""

import io
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from portal.auth import passwords
from portal.extensions import db
from portal.models import BrowserSession, Doctor, User
from tests.auth.conftest import PASSWORD
from tests.page import Page
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("csrf_on")
OURS = {"Origin": "http://localhost"}
ENOUGH = "four calm words here 42"


def mark_of(page: Page) -> Element:
    return next(part for part in page.root.iter("input") if part.get("name") == "csrf_token")


def opened_long_ago(page: Page) -> Page:
    for part in page.root.iter("input"):
        if part.get("name") == "csrf_token":
            part.set("value", "old")
    return page


def test_a_profile_is_sent_again_whole(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    page = opened_long_ago(Page(client.get("/profile")))

    page = page.form("Save").fill({"Professional bio": "I like <b> calm"}).submit(client)

    assert page.status == 400 and "Nothing that you typed is lost" in page.text
    assert "I like <b> calm" in page.text and page.response.headers["Cache-Control"] == "no-store"
    page.form("Send it again").submit(client)
    db.session.expire_all()
    assert asha.professional_bio == "I like <b> calm"


def test_passwords_are_asked_anew_and_drawn_nowhere(client: FlaskClient, asha: Doctor) -> None:
    asha.user.password_digest = passwords.digest(PASSWORD)
    db.session.commit()
    sign_in(client, asha)
    said = {"current_password": PASSWORD, "new_password": ENOUGH, "csrf_token": "old"}

    page = Page(client.post("/settings/password", data=said, headers=OURS))

    html = page.response.get_data(as_text=True)
    assert page.status == 400 and PASSWORD not in html and ENOUGH not in html
    page.form("Send it again").fill({"Current password": PASSWORD, "New password": ENOUGH}).submit(client)
    db.session.expire_all()
    assert passwords.is_right(ENOUGH, asha.user.password_digest)


def test_the_backoffice_has_it_too(client: FlaskClient, carla: User, asha: Doctor) -> None:
    sign_in(client, carla)
    said = {"hold-reason": "A court asked.", "hold-csrf_token": "old"}

    page = Page(client.post(f"/admin/doctors/{asha.id}/archive/hold", data=said, headers=OURS))

    assert page.status == 400 and "A court asked." in page.text
    page = page.form("Send it again").submit(client)
    assert "kept until an administrator lets it go" in page.text


def test_an_ended_session_waits_for_the_sign_in(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    mark = mark_of(Page(client.get("/profile"))).get("value")
    db.session.query(BrowserSession).delete()
    db.session.commit()
    for token in (mark, "old"):
        said = {"professional_bio": "Two words", "csrf_token": token}
        page = Page(client.post("/profile", data=said, headers=OURS))
        assert page.status == 401 and "You are signed out" in page.text and "Two words" in page.text


def test_a_file_is_chosen_once_more(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    said = {"csrf_token": "old", "file": (io.BytesIO(b"x"), "archive.zip")}

    page = Page(client.post("/verify", data=said, headers=OURS))

    assert "Choose the file once more" in page.text


@pytest.mark.parametrize(
    "where", [{}, {"Origin": "https://elsewhere.example"}, {**OURS, "HX-Request": "true"}]
)
def test_what_another_site_sends_is_not_drawn(
    client: FlaskClient, asha: Doctor, where: dict[str, str]
) -> None:
    sign_in(client, asha)
    answer = client.post("/profile", data={"professional_bio": "Not mine at all"}, headers=where)
    assert answer.status_code == 400 and "Not mine" not in answer.text


def test_nobody_who_was_never_signed_in_gets_it(client: FlaskClient) -> None:
    answer = client.post("/profile", data={"professional_bio": "Not mine at all"}, headers=OURS)
    assert answer.status_code == 400 and "Not mine" not in answer.text
