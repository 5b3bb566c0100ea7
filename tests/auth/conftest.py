"""People with real passwords, and eyes for the letters they get."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.auth import passwords
from portal.models import Doctor, User
from tests import factories
from tests.conftest import HeldJobs
from tests.page import Page

PASSWORD = "four quiet words here"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bcrypt at its lowest cost: a test of forms need not wait for it."""
    monkeypatch.setattr(passwords, "COST", 4)


class Mailbox:
    """Lets the outbox out, and reads the newest letter to somebody."""

    def __init__(self, letters: list[Any], held_jobs: HeldJobs) -> None:
        self.letters = letters
        self.held_jobs = held_jobs

    def fetch(self) -> list[Any]:
        self.held_jobs.run()
        return self.letters

    def to(self, address: str) -> list[Any]:
        return [letter for letter in self.fetch() if letter.recipients == [address]]

    def code_for(self, address: str) -> str:
        """The digits in the newest letter to this address."""
        found = re.search(r"\b\d{6}\b", self.to(address)[-1].body)
        assert found, "no code in the newest letter"
        return found[0]


@pytest.fixture
def mailbox(outbox: list[Any], held_jobs: HeldJobs, database: None) -> Iterator[Mailbox]:
    yield Mailbox(outbox, held_jobs)


@pytest.fixture
def asha(database: None) -> Doctor:
    """A confirmed doctor who has a password."""
    doctor = factories.make_doctor(full_name="Dr. Asha Menon", email="asha@example.org")
    doctor.user.password_digest = passwords.digest(PASSWORD)
    return factories.save(doctor)


@pytest.fixture
def carla(database: None) -> User:
    """The administrator, who has a password."""
    user = factories.make_user(email="carla@example.org", role="administrator")
    user.password_digest = passwords.digest(PASSWORD)
    return factories.save(user)


def fill_login(client: FlaskClient, email: str, password: str = PASSWORD) -> Page:
    """Give address and password on the sign-in page; the page that follows."""
    form = Page(client.get("/login")).form("Sign in")
    return form.fill({"Email": email, "Password": password}).submit(client)


def fill_registration(client: FlaskClient, email: str, **changes: str) -> Page:
    """Fill in the page for joining; the page that follows."""
    values = {"Full name": "Dr. Asha Menon", "Email": email, "Password": PASSWORD, **changes}
    return Page(client.get("/register")).form("Create account").fill(values).submit(client)


def fill_code(page: Page, client: FlaskClient, code: str, **more: bool) -> Page:
    """Answer the code; what the page says, or where it leads: another topic's page, so nobody follows."""
    return page.form("Continue").fill({"Code": code, **more}).submit(client, follow=False)
