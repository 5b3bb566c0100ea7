"""The letter about a sign-in that looks like nobody's who was here before."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.auth import arrivals
from portal.auth.asking import Asker
from portal.models import Doctor, User
from portal.transaction import transaction
from tests.auth.apps import set_up
from tests.auth.conftest import Mailbox
from tests.conftest import Clock
from tests.page import Page
from tests.signing_in import sign_in

CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604"


def arrive(who: Doctor, address: str, device: str | None = CHROME, **more: Any) -> None:
    with transaction():
        arrivals.note(who.user, "login", Asker(address, device, **more))


def letters(mailbox: Mailbox) -> int:
    return len([x for x in mailbox.to("asha@example.org") if x.subject == "New sign-in to your account"])


def test_the_first_sign_in_is_no_news(mailbox: Mailbox, asha: Doctor) -> None:
    arrive(asha, "192.0.2.7")
    assert letters(mailbox) == 0


@pytest.mark.parametrize(
    ("address", "device", "is_news"),
    [
        ("192.0.2.7", CHROME, False),
        ("192.0.77.1", CHROME, False),  # the same provider
        ("198.51.100.1", CHROME, True),
        ("192.0.2.7", PHONE, True),
        ("2001:db8::1", CHROME, True),
    ],
)
def test_a_new_device_or_network_is_told(
    mailbox: Mailbox, asha: Doctor, address: str, device: str, is_news: bool
) -> None:
    arrive(asha, "192.0.2.7")
    arrive(asha, address, device)
    assert letters(mailbox) == is_news


def test_it_is_told_once(mailbox: Mailbox, asha: Doctor) -> None:
    arrive(asha, "192.0.2.7")
    for _ in range(3):
        arrive(asha, "198.51.100.1", PHONE)
    assert letters(mailbox) == 1
    assert "Safari on an iPhone, from 198.51.100.1" in mailbox.to("asha@example.org")[-1].body


def test_browsers_at_the_portals_own_machine_are_one_device(mailbox: Mailbox, asha: Doctor) -> None:
    arrive(asha, "127.0.0.1")
    arrive(asha, "127.0.0.1", PHONE)
    arrive(asha, "::1", "a program", by_browser=False)
    assert letters(mailbox) == 0


def test_a_program_is_named_as_one(mailbox: Mailbox, asha: Doctor) -> None:
    arrive(asha, "192.0.2.7")
    arrive(asha, "192.0.2.7", "curl/8", by_browser=False)
    assert "new to us: A program, from" in mailbox.to("asha@example.org")[-1].body


def test_half_a_year_later_a_device_is_new_again(mailbox: Mailbox, asha: Doctor, clock: Clock) -> None:
    arrive(asha, "192.0.2.7")
    clock.advance(days=100)
    arrive(asha, "198.51.100.1")
    assert letters(mailbox) == 1
    clock.advance(days=100)
    arrive(asha, "192.0.2.7")
    assert letters(mailbox) == 2


def test_an_administrator_is_asked_for_more_until_there_is_more(
    client: FlaskClient, carla: User, asha: Doctor, clock: Clock
) -> None:
    page = Page(sign_in(client, carla).get("/admin/"))
    assert "Please make your sign-in safer" in page.text
    assert page.links["Set it up"] == "/settings#second-step"
    set_up(carla)
    assert "make your sign-in safer" not in Page(client.get("/admin/")).text


def test_a_doctor_is_not_asked(client: FlaskClient, asha: Doctor) -> None:
    assert "make your sign-in safer" not in Page(sign_in(client, asha).get("/settings")).text
