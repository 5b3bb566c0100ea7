"""The mail catcher, over real SMTP."""

import smtplib
from email.message import EmailMessage

import pytest

from portal.sandbox.letters import read_letter


@pytest.fixture
def send(sandbox):
    def _send(raw, *recipients):
        with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=60) as smtp:
            smtp.sendmail("portal@portal.example", recipients, raw)

    return _send


@pytest.fixture
def mail(net):
    net.call("DELETE", "/_/mail")
    return lambda to: net.call("GET", f"/_/mail?to={to}").json()


def _letter(subject, text, html=None):
    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = "somebody@portal.example"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_a_letter_arrives_with_its_text_and_html(send, mail):
    send(
        _letter("Ihr Code – für Sie", "Der Code: 123456 🙂", "<p>Der Code: <b>123456</b></p>"),
        "asha@portal.example",
    )
    [letter] = mail("asha@portal.example")
    assert letter["at"].endswith("Z")
    assert (letter["to"], letter["subject"]) == ("asha@portal.example", "Ihr Code – für Sie")
    assert letter["text"].strip() == "Der Code: 123456 🙂"
    assert letter["html"].strip() == "<p>Der Code: <b>123456</b></p>"


def test_everybody_gets_their_own(send, mail):
    send(_letter("Hello", "to all"), "asha@portal.example", "ben@portal.example")
    assert [len(mail(f"{who}@portal.example")) for who in ("asha", "ben", "carla")] == [1, 1, 0]


def test_letters_come_newest_first_whatever_the_case_of_the_address(send, mail):
    for subject in ("one", "two"):
        send(_letter(subject, "x"), "Asha@portal.example")
    assert [letter["subject"] for letter in mail("asha@PORTAL.example")] == ["two", "one"]


def test_a_plus_sign_in_an_address_can_be_asked_for(send, mail):
    send(_letter("plus", "x"), "asha+1@portal.example")
    assert len(mail("asha%2B1@portal.example")) == 1


def test_a_letter_without_html_has_none(send, mail):
    send(_letter("plain", "x"), "asha@portal.example")
    assert mail("asha@portal.example")[0]["html"] is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no headers at all",
        b"Subject: =?utf-8?q?=ff?=\r\n\r\nbody",
        b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe body",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nbroken",
        b"Subject: \xff\xfe\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
    ],
)
def test_a_broken_letter_is_read_as_well_as_it_can_be(raw):
    subject, text, _ = read_letter(raw)
    assert isinstance(subject, str) and isinstance(text, str)
    (subject + text).encode("utf-8", "surrogatepass")


def test_a_broken_letter_still_arrives(net, send, mail):
    send(b"Subject: \xff\xfe broken\r\n\r\n\xff\xfe", "asha@portal.example")
    assert len(mail("asha@portal.example")) == 1
    assert net.call("GET", "/").status == 200
