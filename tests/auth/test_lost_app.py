"""Somebody who lost everything that signs in gets back in, and nobody else does in their name."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from portal.auth import arrivals, authenticators, lost_app
from portal.auth.asking import Asker
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, Doctor
from tests.auth.apps import set_up
from tests.auth.conftest import Mailbox
from tests.conftest import Clock
from tests.signing_in import sign_in

EMAIL = "asha@example.org"
Command = Callable[..., Result]


@pytest.fixture
def command(app: Flask, asha: Doctor, clock: Clock) -> Command:
    set_up(asha.user)
    return lambda *words: app.test_cli_runner().invoke(args=["lost-app", EMAIL, *words])


def test_the_owner_is_told_first_and_the_app_goes_three_days_later(
    command: Command, client: FlaskClient, asha: Doctor, mailbox: Mailbox, clock: Clock
) -> None:
    sign_in(client, asha)
    asked = command("--checked", "called back at the clinic")
    assert asked.exit_code == 0, asked.output
    assert "was reported lost" in mailbox.to(EMAIL)[-1].subject
    clock.advance(hours=71)
    assert "Not yet" in command("--take-away").output and authenticators.of(asha.user) is not None

    clock.advance(hours=2)
    assert command("--take-away").exit_code == 0

    assert authenticators.of(asha.user) is None and authenticators.codes_left(asha.user) == 0
    assert db.session.query(BrowserSession).count() == 0
    assert "was removed" in mailbox.to(EMAIL)[-1].subject
    actions = [row.action for row in db.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert actions.index(lost_app.ASKED) < actions.index(lost_app.DONE)


def test_whoever_signs_in_meanwhile_has_not_lost_it(command: Command, asha: Doctor, clock: Clock) -> None:
    command("--checked", "a letter with a good story")
    arrivals.note(asha.user, "authenticator", Asker("192.0.2.7"))
    db.session.commit()
    clock.advance(hours=80)
    assert "somebody has signed in" in command("--take-away").output
    assert authenticators.of(asha.user) is not None


def test_nothing_goes_without_a_word_on_how_the_owner_is_known(command: Command, asha: Doctor) -> None:
    assert command().exit_code == 2 and command("--checked", " ").exit_code == 2
    assert "Nobody reported" in command("--take-away").output


def test_asking_again_does_not_make_it_later(command: Command, asha: Doctor, clock: Clock) -> None:
    first = command("--checked", "called back").output
    clock.advance(hours=30)
    assert command("--checked", "called back again").output == first
