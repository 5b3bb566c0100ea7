"""Fresh proof: after a while the password is asked again before an account comes or goes."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, Doctor, OAuthAttempt, SocialAccount, User
from tests.auth.conftest import PASSWORD
from tests.auth.test_limits import limited
from tests.conftest import Clock
from tests.factories import make_account
from tests.page import Page
from tests.platforms.wire import Wire, wire
from tests.signing_in import sign_in

__all__ = ["limited", "wire"]


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    """Asha's browser, signed in just now."""
    return sign_in(client, asha)


@pytest.fixture
def stale(browser: FlaskClient, clock: Clock) -> FlaskClient:
    """The same, sixteen minutes later."""
    clock.advance(minutes=16)
    return browser


def connect(browser: FlaskClient) -> Any:
    form = Page(browser.get("/accounts")).form("Connect LinkedIn company page")
    return form.submit(browser, follow=False, check=False).response


def actions() -> list[str]:
    return [event.action for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


@pytest.mark.parametrize(("minutes", "is_asked"), [(0, False), (15, False), (16, True)])
def test_the_password_is_asked_after_a_quarter_of_an_hour(
    browser: FlaskClient, clock: Clock, minutes: int, is_asked: bool
) -> None:
    clock.advance(minutes=minutes)

    response = connect(browser)

    assert (response.status_code == 200) == is_asked
    assert (len(db.session.scalars(select(OAuthAttempt)).all()) == 0) == is_asked


def test_with_the_password_the_form_goes_on_as_it_was_sent(stale: FlaskClient) -> None:
    page = Page(connect(stale))
    assert page.heading == "Is it still you?"

    response = page.form("Go on").fill(Password=PASSWORD).submit(stale, follow=False, check=False).response

    assert response.status_code == 303
    assert response.headers["Location"].startswith("http://127.0.0.1:9/www.linkedin.com/oauth/v2/")
    (trip,) = db.session.scalars(select(OAuthAttempt)).all()
    assert trip.connection == "organization"
    assert actions() == ["proved again"]


def test_a_trip_after_the_proof_ends_in_this_browser(stale: FlaskClient) -> None:
    Page(connect(stale)).form("Go on").fill(Password=PASSWORD).submit(stale, follow=False, check=False)

    (trip,) = db.session.scalars(select(OAuthAttempt)).all()
    (row,) = db.session.scalars(select(BrowserSession)).all()
    assert trip.browser_digest == row.digest


def test_a_wrong_password_does_nothing_and_is_written_down(stale: FlaskClient) -> None:
    page = Page(connect(stale)).form("Go on").fill(Password="not my password").submit(stale)

    assert page.status == 422 and "This is not your password." in page.error_of("Password")
    assert page.value_of("Password") == ""
    assert db.session.scalars(select(OAuthAttempt)).all() == [] and actions() == ["proof refused"]
    page.form("Go on").fill(Password=PASSWORD).submit(stale, follow=False, check=False)
    assert len(db.session.scalars(select(OAuthAttempt)).all()) == 1


def test_an_empty_password_is_asked_for(stale: FlaskClient) -> None:
    page = Page(connect(stale)).form("Go on").submit(stale)

    assert page.error_of("Password") == "Enter your password." and actions() == []


def test_a_proof_is_good_for_a_while(stale: FlaskClient, clock: Clock) -> None:
    Page(connect(stale)).form("Go on").fill(Password=PASSWORD).submit(stale, follow=False, check=False)

    clock.advance(minutes=15)
    assert connect(stale).status_code == 303
    clock.advance(minutes=1)
    assert connect(stale).status_code == 200


def test_the_browser_goes_on_under_a_new_id(stale: FlaskClient) -> None:
    with stale.session_transaction() as session:
        before = session["browser"]
    Page(connect(stale)).form("Go on").fill(Password=PASSWORD).submit(stale, follow=False, check=False)

    with stale.session_transaction() as session:
        assert session["browser"] != before
        session["browser"] = before
    assert stale.get("/accounts").status_code == 303


def test_disconnecting_asks_too_and_then_goes_on(stale: FlaskClient, asha: Doctor, wire: Wire) -> None:
    account = make_account(asha)
    wire.answers(200).answers(200)

    page = Page(stale.get(f"/accounts/{account.id}/disconnect")).form("Disconnect").submit(stale)
    assert page.heading == "Is it still you?" and account.status == "connected"
    page = page.form("Go on").fill(Password=PASSWORD).submit(stale)

    db.session.expire_all()
    assert "is disconnected." in page.text
    assert db.session.get(SocialAccount, account.id).status == "disconnected"


def test_not_now_leads_back(stale: FlaskClient) -> None:
    assert Page(connect(stale)).links["Not now"] == "/accounts"


def test_what_was_sent_is_drawn_as_text(stale: FlaskClient) -> None:
    odd = {"connection": '"><script>x</script>', "proof": "", "csrf_token": "old"}
    page = Page(stale.post("/social/connect/twitter", data={"connection": odd["connection"]}))

    kept = {part.get("name"): part.get("value") for part in page.root.iter("input")}
    assert kept["connection"] == odd["connection"]


def test_the_form_still_needs_its_token(stale: FlaskClient, csrf_on: None) -> None:
    sent = {"connection": "organization", "proof": PASSWORD}

    assert stale.post("/social/connect/linkedin", data=sent).status_code == 400
    assert actions() == []


def test_with_its_token_it_goes_through(stale: FlaskClient, csrf_on: None) -> None:
    page = Page(connect(stale))

    response = page.form("Go on").fill(Password=PASSWORD).submit(stale, follow=False, check=False).response
    assert response.status_code == 303


def test_the_page_is_kept_nowhere(stale: FlaskClient) -> None:
    assert connect(stale).headers["Cache-Control"] == "no-store"


def test_guessing_is_slowed_down(limited: FlaskClient, asha: Doctor, clock: Clock) -> None:
    sign_in(limited, asha)
    clock.advance(minutes=16)

    sent = {"connection": "organization", "proof": "wrong wrong wrong"}
    codes = [limited.post("/social/connect/linkedin", data=sent).status_code for _ in range(11)]

    assert codes == [422] * 10 + [429]


def test_the_right_password_is_no_guess(limited: FlaskClient, asha: Doctor, clock: Clock) -> None:
    sign_in(limited, asha)
    sent = {"connection": "organization", "proof": PASSWORD}
    for _ in range(12):
        clock.advance(minutes=16)
        assert limited.post("/social/connect/linkedin", data=sent).status_code == 303


def test_connecting_by_address_asks_too_and_keeps_the_address(stale: FlaskClient) -> None:
    form = Page(stale.get("/accounts/profile/quora")).form("Connect")
    address = "https://www.quora.com/profile/Asha-Menon-1"
    page = form.fill({form.page.labels[0]: address}).submit(stale)
    assert page.heading == "Is it still you?"

    page = page.form("Go on").fill(Password=PASSWORD).submit(stale)

    assert "is connected." in page.text
    assert db.session.scalars(select(SocialAccount)).one().platform == "quora"


def test_signing_in_safety_asks_after_five_minutes(browser: FlaskClient, clock: Clock) -> None:
    """A browser that was left alone for a moment is not the way to somebody's factors."""
    clock.advance(minutes=5)
    assert browser.post("/settings/app").location == "/settings/app"
    clock.advance(minutes=1)
    assert Page(browser.post("/settings/app")).heading == "Is it still you?"


def test_a_file_with_much_in_it_asks_too_and_comes_after_the_proof(
    browser: FlaskClient, clock: Clock
) -> None:
    clock.advance(minutes=6)
    page = Page(browser.get("/settings/archive.zip"))
    assert "your download begins" in page.text and "Go back" in page.links
    assert page.heading == "Is it still you?" and "archive taken" not in actions()

    answer = browser.post("/settings/archive.zip", data={"proof": PASSWORD})

    assert answer.mimetype == "application/zip" and actions()[-1] == "archive taken"
    assert browser.get("/settings/archive.zip").mimetype == "application/zip"


def test_the_backoffice_asks_before_what_cannot_be_taken_back_alone(
    client: FlaskClient, carla: User, asha: Doctor, clock: Clock
) -> None:
    browser = sign_in(client, carla)
    clock.advance(minutes=6)
    asha_at_the_desk = f"/admin/doctors/{asha.id}"
    for address in ("/admin/administrators", f"{asha_at_the_desk}/revoke", "/admin/together/1/confirm"):
        assert Page(browser.post(address)).heading == "Is it still you?", address

    page = Page(browser.get("/admin/doctors.csv?state=all"))
    answer = page.form("Go on").fill(Password=PASSWORD).submit(browser, check=False).response

    assert asha.user.email in answer.text and actions()[-1] == "doctors exported"
