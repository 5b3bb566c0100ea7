"""Signing in with an authenticator app and with recovery codes."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import vault
from portal.auth import authenticators
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AuditEvent, Authenticator, BrowserSession, Doctor, OneTimeCode, RecoveryCode, User
from tests.auth.apps import ASKER, Phone, set_up
from tests.auth.conftest import PASSWORD, Mailbox, fill_code, fill_login
from tests.auth.test_login import is_signed_in
from tests.conftest import Clock
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def phone(asha: Doctor, clock: Clock) -> Phone:
    """Asha's, set up a minute ago."""
    phone, _ = set_up(asha.user)
    clock.advance(minutes=1)
    return phone


def ask(client: FlaskClient) -> Page:
    page = fill_login(client, "asha@example.org")
    assert page.heading == "Open your app"
    return page


def settings(client: FlaskClient) -> Page:
    return Page(client.get("/settings"))


def test_a_doctor_sets_up_an_app_and_gets_recovery_codes(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    page = settings(sign_in(client, asha)).form("Set up an authenticator app").submit(client)
    key = page.by_id("key")
    phone = Phone("".join("".join(key.itertext()).split()) if key is not None else "")

    page = page.form("Turn it on").fill(Code=phone.digits()).submit(client)

    assert page.heading == "Keep your recovery codes"
    assert len(page.all("recovery-codes")[0].findall("li")) == 10
    assert page.links["Download"].startswith("data:text/plain")
    assert page.response.headers["Cache-Control"] == "no-store"
    letter = mailbox.to("asha@example.org")[-1]
    assert letter.subject == "An authenticator app was set up"
    assert "ask for the code in your authenticator app" in settings(client).text


def test_the_key_is_a_picture_in_the_page_itself_and_text(client: FlaskClient, asha: Doctor) -> None:
    page = settings(sign_in(client, asha)).form("Set up an authenticator app").submit(client)

    picture = page.all("qr-code")[0]
    assert picture.tag.endswith("svg") and picture.get("viewBox"), "without it the page shows a corner only"
    assert "otpauth" not in page.response.text
    assert page.response.headers["Cache-Control"] == "no-store"


def test_only_the_sealed_key_and_digests_are_kept(asha: Doctor, clock: Clock) -> None:
    phone, codes = set_up(asha.user)

    row = db.session.scalars(select(Authenticator)).one()
    assert phone.key not in row.sealed_key
    kept = set(db.session.scalars(select(RecoveryCode.digest)))
    assert len(kept) == 10 and not kept & set(codes)


def test_a_wrong_first_code_turns_nothing_on(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    page = settings(sign_in(client, asha)).form("Set up an authenticator app").submit(client)

    page = page.form("Turn it on").fill(Code="000000").submit(client)

    assert "not the code" in (page.error_of("Code") or "")
    assert authenticators.of(asha.user) is None


def test_a_key_left_on_the_screen_is_no_longer_good(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    page = settings(sign_in(client, asha)).form("Set up an authenticator app").submit(client)
    clock.advance(minutes=16)

    page = page.form("Turn it on").fill(Code="123456").submit(client)

    assert "Please begin again." in page.text


def test_setting_up_asks_for_fresh_proof(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    page = settings(sign_in(client, asha))
    clock.advance(minutes=16)
    page = page.form("Set up an authenticator app").submit(client)
    assert page.heading == "Is it still you?"
    page = page.form("Go on").fill(Password=PASSWORD).submit(client)
    assert page.heading == "Set up an authenticator app"


def test_the_browser_goes_on_under_a_new_id(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    page = settings(sign_in(client, asha)).form("Set up an authenticator app").submit(client)
    before = db.session.scalars(select(BrowserSession.digest)).one()
    key = authenticators.pending(asha.user)
    page.form("Turn it on").fill(Code=Phone(key.key if key else "").digits()).submit(client)
    assert db.session.scalars(select(BrowserSession.digest)).one() != before


def test_signing_in_asks_for_the_app_and_sends_no_letter(
    client: FlaskClient, mailbox: Mailbox, phone: Phone
) -> None:
    mailbox.fetch()
    before = len(mailbox.letters)

    answer = fill_code(ask(client), client, phone.digits())

    assert answer.response.location == "/" and is_signed_in(client)
    assert len(mailbox.fetch()) == before


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_half_a_minute(
    client: FlaskClient, phone: Phone, clock: Clock, steps: int, is_taken: bool
) -> None:
    clock.advance(minutes=5)
    fill_code(ask(client), client, phone.digits(steps=steps))
    assert is_signed_in(client) == is_taken


def test_digits_are_taken_once(client: FlaskClient, phone: Phone) -> None:
    digits = phone.digits()
    fill_code(ask(client), client, digits)
    client.post("/logout")

    page = fill_code(ask(client), client, digits)

    assert "used before" in (page.error_of("Code") or "") and not is_signed_in(client)


def test_older_digits_are_not_taken_after_newer_ones(client: FlaskClient, phone: Phone) -> None:
    older = phone.digits(steps=-1)
    fill_code(ask(client), client, phone.digits())
    client.post("/logout")
    fill_code(ask(client), client, older)
    assert not is_signed_in(client)


def test_a_sixth_try_is_none(client: FlaskClient, phone: Phone) -> None:
    page = ask(client)
    for _ in range(5):
        page = fill_code(page, client, "000000")
    page = fill_code(page, client, phone.digits())
    assert "sign in again" in (page.error_of("Code") or "") and not is_signed_in(client)


def test_after_fifty_wrong_codes_the_account_rests_for_a_day(
    client: FlaskClient, phone: Phone, clock: Clock
) -> None:
    row = db.session.scalars(select(Authenticator)).one()
    row.wrong_tries, row.wrong_since = 50, clock.at
    db.session.commit()

    assert "try again tomorrow" in fill_login(client, "asha@example.org").text
    clock.advance(hours=24)
    fill_code(ask(client), client, phone.digits())
    assert is_signed_in(client)


def test_a_recovery_code_opens_the_account_once(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    _, codes = set_up(asha.user)
    typed = "-".join(codes[0][i : i + 4].lower() for i in range(0, 16, 4))

    fill_code(ask(client), client, typed)
    assert is_signed_in(client)
    assert "You have 9 left." in mailbox.to("asha@example.org")[-1].body
    client.post("/logout")
    fill_code(ask(client), client, typed)
    assert not is_signed_in(client)


def test_new_recovery_codes_replace_the_old(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    _, old = set_up(asha.user)
    page = settings(sign_in(client, asha)).form("Make new recovery codes").submit(client)
    assert page.heading == "Keep your recovery codes"
    assert not authenticators.accepts(asha.user, old[0], ASKER)


def test_without_the_app_a_letter_is_asked_again(client: FlaskClient, asha: Doctor, phone: Phone) -> None:
    page = settings(sign_in(client, asha)).form("Remove the app").submit(client)
    assert "The app is removed." in page.text
    client.post("/logout")
    assert fill_login(client, "asha@example.org").heading == "Check your mail"


def test_a_letters_code_asked_for_before_does_not_go_round_the_app(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    page = fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    set_up(asha.user)
    fill_code(page, client, digits)
    assert not is_signed_in(client)


def test_a_new_password_by_letter_does_not_skip_the_app(
    client: FlaskClient, mailbox: Mailbox, phone: Phone
) -> None:
    page = Page(client.get("/forgot-password")).form("Send the code").fill(Email="asha@example.org")
    reset = page.submit(client).form("Save the new password")
    reset.fill({"Code": mailbox.code_for("asha@example.org"), "Password": "seven slow green boats"}).submit(
        client
    )
    assert fill_login(client, "asha@example.org", "seven slow green boats").heading == "Open your app"


def test_setting_up_an_app_ends_the_trust_of_browsers(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    page = fill_login(client, "asha@example.org")
    fill_code(page, client, mailbox.code_for("asha@example.org"), **{"Trust this browser for 30 days": True})
    client.post("/logout")
    set_up(asha.user)
    ask(client)


def test_a_browser_trusted_with_the_app_is_not_asked_again(client: FlaskClient, phone: Phone) -> None:
    fill_code(ask(client), client, phone.digits(), **{"Trust this browser for 30 days": True})
    client.post("/logout")
    sent = {"email": "asha@example.org", "password": PASSWORD}
    assert client.post("/login", data=sent).location == "/"


def test_no_browser_spares_an_administrator_the_app(client: FlaskClient, carla: User, clock: Clock) -> None:
    phone, _ = set_up(carla)
    clock.advance(minutes=1)
    page = fill_login(client, "carla@example.org")
    assert "Trust this browser for 30 days" not in page.labels
    code = db.session.scalars(select(OneTimeCode).where(OneTimeCode.user_id == carla.id)).one()
    assert code.purpose == "authenticator"
    answer = client.post("/confirm", data={"code": phone.digits(), "trust": "y"})
    assert answer.location == "/admin/" and "trusted" not in str(answer.headers.getlist("Set-Cookie"))


def test_the_apps_code_is_fresh_proof(client: FlaskClient, asha: Doctor, phone: Phone, clock: Clock) -> None:
    page = settings(sign_in(client, asha))
    clock.advance(minutes=16)
    page = page.form("Make new recovery codes").submit(client)
    label = "Password, or the code in your app"
    assert page.form("Go on").fill({label: "000000"}).submit(client).status == 422
    page = page.form("Go on").fill({label: phone.digits()}).submit(client)
    assert page.heading == "Keep your recovery codes"


def test_what_was_done_is_written_down(client: FlaskClient, asha: Doctor, phone: Phone) -> None:
    fill_code(ask(client), client, "000000")
    fill_code(ask(client), client, phone.digits())
    found = [event.action for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert found == ["authenticator set up", "wrong code", "signed in"]


def test_a_second_app_is_refused(asha: Doctor, phone: Phone) -> None:
    with pytest.raises(Invalid, match="Remove it first"):
        authenticators.begin(asha.user)


def test_a_key_copied_into_another_row_opens_nothing(asha: Doctor, ben: Doctor, phone: Phone) -> None:
    row = db.session.scalars(select(Authenticator)).one()
    row.user_id = ben.user_id
    with pytest.raises(vault.CannotOpen):
        assert row.key
