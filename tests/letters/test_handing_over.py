"""Handing a letter to a mail server, whatever the server does."""

import smtplib
import ssl
import time

import pytest
from flask import Flask

from portal import mail
from tests.letters.conftest import Aim
from tests.letters.mail_servers import Catcher, DyingCatcher, running, silent

# What the portal waits for a mail server when no test has shortened it.
PATIENT_SECONDS = mail.LIMIT_SECONDS


def hand_over() -> None:
    mail.send(
        "password_changed", "asha@example.org", message_id="<one@portal.example>", full_name="Dr. Asha Menon"
    )


def test_a_letter_arrives_as_it_was_drawn(aim: Aim) -> None:
    catcher = Catcher()
    with running(catcher) as port:
        aim(port)
        hand_over()
    [letter] = catcher.letters
    assert letter["Subject"] == "Your password was changed"
    assert letter["To"] == "asha@example.org"
    assert letter["Message-ID"] == "<one@portal.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text and html
    assert text.get_content().startswith("Your password was changed")
    assert "Dr. Asha Menon" in html.get_content()


def test_a_name_cannot_write_headers(aim: Aim) -> None:
    catcher = Catcher()
    with running(catcher) as port:
        aim(port)
        mail.send(
            "password_changed", "asha@example.org", full_name="Asha\r\nBcc: all@example.org <b>bold</b>"
        )
    [letter] = catcher.letters
    assert letter["Bcc"] is None
    html = letter.get_body(("html",))
    assert html and "<b>bold</b>" not in html.get_content()


def test_a_silent_server_is_given_up_in_time(aim: Aim, impatient: None) -> None:
    with silent() as port:
        aim(port)
        began = time.monotonic()
        with pytest.raises(mail.NotTaken) as trouble:
            hand_over()
    assert time.monotonic() - began < PATIENT_SECONDS
    assert not trouble.value.is_final


def test_a_server_that_is_away_is_trouble(aim: Aim) -> None:
    aim(1)
    with pytest.raises(mail.NotTaken) as trouble:
        hand_over()
    assert not trouble.value.is_final


def test_a_mailbox_that_does_not_exist_is_final(aim: Aim) -> None:
    with running(Catcher(to_recipient="550 no such mailbox asha@example.org")) as port:
        aim(port)
        with pytest.raises(mail.NotTaken) as trouble:
            hand_over()
    assert trouble.value.is_final
    assert trouble.value.words == "recipient refused (550)"


@pytest.mark.parametrize(
    ("catcher", "words"),
    [
        (Catcher(to_recipient="451 try later"), "recipient refused (451)"),
        (Catcher(to_data="451 try later"), "content refused (451)"),
    ],
)
def test_try_later_is_not_final(aim: Aim, catcher: Catcher, words: str) -> None:
    with running(catcher) as port:
        aim(port)
        with pytest.raises(mail.NotTaken) as trouble:
            hand_over()
    assert (trouble.value.words, trouble.value.is_final) == (words, False)


def test_a_server_that_dies_with_the_letter_has_not_taken_it_for_sure(aim: Aim) -> None:
    catcher = DyingCatcher()
    with running(catcher) as port:
        aim(port)
        with pytest.raises(mail.NotTaken) as trouble:
            hand_over()
    assert len(catcher.letters) == 1
    assert not trouble.value.is_final


def test_a_farewell_that_fails_does_not_undo_a_letter(aim: Aim, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: smtplib.SMTP) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", gone)
    catcher = Catcher()
    with running(catcher) as port:
        aim(port)
        hand_over()
    assert len(catcher.letters) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(
    app: Flask, aim: Aim, tmp_path_factory: pytest.TempPathFactory
) -> None:
    catcher = Catcher()
    context = self_signed(tmp_path_factory)
    with running(catcher, tls_context=context) as port:
        aim(port)
        app.extensions["mail"].use_tls = True
        with pytest.raises(mail.NotTaken) as trouble:
            hand_over()
    assert trouble.value.words == "SSLCertVerificationError"
    assert catcher.letters == []


def test_where_encryption_is_wanted_nothing_goes_in_the_clear(app: Flask, aim: Aim) -> None:
    catcher = Catcher()
    with running(catcher) as port:
        aim(port)
        app.extensions["mail"].use_tls = True
        with pytest.raises(mail.NotTaken):
            hand_over()
    assert catcher.letters == []


def test_no_letter_is_printed_in_debug_mode(aim: Aim, app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    app.extensions["mail"].debug = 1
    with running(Catcher()) as port:
        aim(port)
        hand_over()
    app.extensions["mail"].debug = 0
    assert "Dr. Asha Menon" not in "".join(capfd.readouterr())


def self_signed(places: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate of our own making, for this machine."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    ).sign(key, hashes.SHA256())
    path = places.mktemp("certificate") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
