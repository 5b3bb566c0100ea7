"""The settings page, as a doctor without JavaScript uses it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.auth import devices, passwords, sessions
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, Doctor, OutboxLetter, TrustedBrowser, User
from tests.conftest import Clock
from tests.factories import save
from tests.page import Page
from tests.signing_in import sign_in

OLD, NEW = "lantern maple river 42", "quiet harbour at dawn 7"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    asha.user.password_digest = passwords.digest(OLD)
    db.session.commit()
    return sign_in(client, asha)


def settings(browser: FlaskClient) -> Page:
    return Page(browser.get("/settings"))


def change(browser: FlaskClient, current: str = OLD, new: str = NEW) -> Page:
    form = settings(browser).form("Change password")
    return form.fill({"Current password": current, "New password": new}).submit(browser)


def elsewhere(who: Doctor, device: str | None = CHROME) -> BrowserSession:
    row = sessions.open_session(who.user, f"word {device}", address="192.0.2.7", device=device)
    db.session.commit()
    return row


def trusted(who: Doctor, clock: Clock) -> TrustedBrowser:
    return save(TrustedBrowser(user_id=who.user_id, digest="x", expires_at=clock.at, device=None))


@pytest.mark.parametrize("place", ["", "/password", "/preferences"])
def test_somebody_signed_out_is_asked_to_sign_in(client: FlaskClient, place: str) -> None:
    assert client.get(f"/settings{place}").headers["Location"].startswith("/login?next=")
    assert client.post(f"/settings{place or '/password'}").headers["Location"].startswith("/login")


def test_nothing_happens_when_an_address_of_a_form_is_opened(browser: FlaskClient) -> None:
    for place in ("password", "preferences"):
        assert browser.get(f"/settings/{place}").headers["Location"] == "/settings"


def test_an_administrator_has_only_what_concerns_signing_in(client: FlaskClient, carla: User) -> None:
    page = settings(sign_in(client, carla))
    assert page.labels == ["Current password", "New password"]
    assert client.post("/settings/preferences").status_code == 404


def test_letters_and_lateness_are_kept(browser: FlaskClient, asha: Doctor) -> None:
    form = settings(browser).form("Save")
    page = form.fill(
        {
            "Write to me when a post needs me or did not go out": False,
            "Write to me when a post went out": True,
            "How late may a post go out?": "90",
        }
    ).submit(browser)

    assert "Your settings are saved." in page.text
    kept = (asha.letters_about_trouble, asha.letters_about_success, asha.late_after_minutes)
    assert kept == (False, True, 90)
    assert page.value_of("How late may a post go out?") == "90"


@pytest.mark.parametrize("minutes", ["", "4", "10081", "-5", "soon", "1.5", "9" * 5000, "🫀", "\x00"])
def test_a_lateness_that_is_none_is_refused(browser: FlaskClient, asha: Doctor, minutes: str) -> None:
    form = settings(browser).form("Save").fill({"How late may a post go out?": minutes})
    page = form.submit(browser)
    assert page.status == 422
    assert page.error_of("How late may a post go out?") is not None
    assert asha.late_after_minutes == 60


def test_the_password_is_changed_and_every_other_browser_signed_out(
    browser: FlaskClient, asha: Doctor, clock: Clock
) -> None:
    elsewhere(asha)
    trusted(asha, clock)

    page = change(browser)

    assert "Your password is changed" in page.text
    assert passwords.is_right(NEW, asha.user.password_digest)
    assert asha.user.password_changed_at == clock.at
    assert db.session.query(BrowserSession).count() == 1
    assert db.session.query(TrustedBrowser).count() == 0
    assert db.session.query(OutboxLetter).one().letter == "password_changed"
    assert settings(browser).status == 200


def test_this_browser_gets_a_new_session_with_the_new_password(browser: FlaskClient) -> None:
    before = db.session.query(BrowserSession.digest).scalar()
    change(browser)
    assert db.session.query(BrowserSession.digest).scalar() != before


@pytest.mark.parametrize(
    ("current", "new", "label", "words"),
    [
        ("", NEW, "Current password", "Enter your password."),
        ("wrong password 1", NEW, "Current password", "This is not your password."),
        (OLD, "", "New password", "Enter a password of at least 12 characters."),
        (OLD, "short", "New password", "Enter a password of at least 12 characters."),
        (OLD, "🫀" * 129, "New password", "Enter a password of at most 128 characters."),
        (OLD, "password1234", "New password", "Choose another password: this one is easy to guess."),
        (OLD, "asha@example.org", "New password", "Choose another password: this one is made of your"),
        (OLD, OLD, "New password", "The new password must be another one than now."),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained(
    browser: FlaskClient, asha: Doctor, current: str, new: str, label: str, words: str
) -> None:
    page = change(browser, current, new)
    assert page.status == 422
    assert (page.error_of(label) or "").startswith(words)
    assert passwords.is_right(OLD, asha.user.password_digest)
    assert current not in page.response.text or not current


def test_a_wrong_password_is_written_down(browser: FlaskClient, asha: Doctor) -> None:
    change(browser, "wrong password 1")
    assert db.session.query(AuditEvent).filter_by(action="password change refused").count() == 1


def test_browsers_are_listed_in_words(browser: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    elsewhere(asha)
    elsewhere(ben, "iPhone Safari/1")

    text = settings(browser).text

    assert "Chrome on Windows" in text and "from 192.0.2.7" in text and "This browser" in text
    assert "iPhone" not in text


def test_one_browser_can_be_signed_out(browser: FlaskClient, asha: Doctor) -> None:
    elsewhere(asha)
    page = settings(browser).form("Sign out Chrome on Windows").submit(browser)
    assert "That browser is signed out." in page.text
    assert "Chrome on Windows" not in page.text


def test_a_browser_of_somebody_else_is_not_found(browser: FlaskClient, ben: Doctor, asha: Doctor) -> None:
    theirs = elsewhere(ben)
    for number in (theirs.id, 999_999_999, 2**63):
        assert browser.post(f"/settings/sessions/{number}/end").status_code == 404
    assert db.session.query(BrowserSession).count() == 2


def test_everywhere_else_can_be_signed_out_at_once(
    browser: FlaskClient, asha: Doctor, ben: Doctor, clock: Clock
) -> None:
    elsewhere(asha)
    elsewhere(asha, "a phone")
    theirs = elsewhere(ben, "his")
    trusted(asha, clock)

    page = settings(browser).form("Sign out everywhere else").submit(browser)

    assert "Every other browser is signed out." in page.text
    left = {row.user_id for row in db.session.query(BrowserSession)}
    assert left == {asha.user_id, ben.user_id} and db.session.get(BrowserSession, theirs.id)
    assert db.session.query(TrustedBrowser).count() == 0
    assert "Sign out everywhere else" not in page.buttons


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604", "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("<script>alert(1)</script>", "A browser"),
        ("curl on Linux", "A browser on Linux"),
        ("", "A browser"),
        (None, "A browser"),
    ],
)
def test_a_browser_is_named_so_that_its_owner_knows_it(device: Any, words: str) -> None:
    assert devices.name_of(device) == words
