"""Many at the same moment, on a real database."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Config
from portal import create_app, queue
from portal.auth import authenticators, codes, flows, passwords
from portal.auth.asking import Asker
from portal.auth.inputs import Answer, Registration
from portal.errors import Invalid, TooSoon
from portal.extensions import db
from portal.models import Authenticator, OneTimeCode, User
from portal.transaction import transaction
from tests import factories
from tests.auth.apps import set_up
from tests.databases import Databases

AT_ONCE = 10
ASKER = Asker(None)


@pytest.fixture
def busy(settings: dict[str, str], databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An app over a database of its own, where commits are real."""
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    app = create_app(Config.from_env({**settings, "DATABASE_URL": databases.copy("busy")}))
    yield app
    with app.app_context():
        db.engine.dispose()


def together(app: Flask, act: Callable[[int], Any], times: int) -> Counter[str]:
    """How often each thing came of `times` acts, `AT_ONCE` of them at the very same moment."""
    line = Barrier(AT_ONCE)

    def one(number: int) -> str:
        with app.app_context():
            line.wait(120)
            try:
                act(number)
            except (Invalid, TooSoon) as refused:
                return type(refused).__name__
            return "taken"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(one, range(times)))


def open_code(app: Flask) -> tuple[int, str]:
    with app.app_context(), transaction():
        code = codes.ask("asha@example.org", "login", factories.make_user(email="asha@example.org"), ASKER)
        return code.id, code.mint()


def tries_of(app: Flask, code_id: int) -> int:
    with app.app_context():
        return db.session.get_one(OneTimeCode, code_id).tries


def test_fifty_guesses_side_by_side_are_five_tries(busy: Flask) -> None:
    code_id, digits = open_code(busy)
    wrong = [f"{(int(digits) + step) % 10**6:06d}" for step in range(1, 51)]
    came = together(busy, lambda n: flows.confirm(code_id, Answer(code=wrong[n]), ASKER), 50)
    assert came == {"Invalid": 50}
    assert tries_of(busy, code_id) == 5
    assert together(busy, lambda n: flows.confirm(code_id, Answer(code=digits), ASKER), 10) == {"Invalid": 10}


def test_the_right_code_ten_times_at_once_works_once(busy: Flask) -> None:
    code_id, digits = open_code(busy)
    came = together(busy, lambda n: flows.confirm(code_id, Answer(code=digits), ASKER), 10)
    assert came == {"taken": 1, "Invalid": 9}


def test_ten_letters_asked_for_at_once_are_five(busy: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", 4)
    person = Registration(full_name="Dr. Asha", email="asha@example.org", password="four quiet words")
    came = together(busy, lambda n: flows.register(person, ASKER), 10)
    assert came == {"taken": 5, "TooSoon": 5}
    with busy.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 1
        still_open = select(func.count(OneTimeCode.id)).where(OneTimeCode.replaced_at.is_(None))
        assert db.session.scalar(still_open) == 1


def test_a_code_of_the_app_ten_times_at_once_works_once(busy: Flask) -> None:
    with busy.app_context():
        user = factories.make_user(email="asha@example.org")
        phone, recovery_codes = set_up(user)
        # As if the app had been set up long ago.
        db.session.scalars(select(Authenticator)).one().last_step = None
        db.session.commit()
        user_id, digits = user.id, phone.digits()

    def use(typed: str) -> None:
        with transaction():
            if authenticators.accepts(db.session.get_one(User, user_id), typed, ASKER):
                return
        raise Invalid("code", "")

    assert together(busy, lambda n: use(digits), 10) == {"taken": 1, "Invalid": 9}
    assert together(busy, lambda n: use(recovery_codes[0]), 10) == {"taken": 1, "Invalid": 9}
    with busy.app_context():
        assert db.session.scalars(select(Authenticator.wrong_tries)).one() == 18
