"""The time of an answer does not tell whether an address is known: medians of many tries, taken in turns."""

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

import pytest
from flask.testing import FlaskClient

from portal.auth import passwords
from portal.extensions import db
from portal.models import Doctor

ROUNDS = 15
# Medians of tries in turns differ little even on a busy machine; a hash that is left out is most of the time.
MOST = 1.6


@pytest.fixture
def real_hashes(cheap_hashes: None, asha: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dear enough to be most of a request."""
    monkeypatch.setattr(passwords, "COST", 10)
    asha.user.password_digest = passwords.digest("four quiet words here")
    db.session.commit()


def seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def ratio(known: Callable[[int], object], unknown: Callable[[int], object]) -> float:
    """How many times longer the slower of the two takes."""
    pairs = [(seconds(partial(known, n)), seconds(partial(unknown, n))) for n in range(ROUNDS)]
    one, other = (median(times) for times in zip(*pairs, strict=True))
    return max(one, other) / min(one, other)


def test_a_sign_in_takes_as_long_for_nobody(client: FlaskClient, real_hashes: None) -> None:
    def knock(email: str) -> object:
        return client.post("/login", data={"email": email, "password": "not the password"})

    knock("warm@example.org")
    assert ratio(lambda _: knock("asha@example.org"), lambda n: knock(f"nobody{n}@example.org")) < MOST


def test_joining_takes_as_long_with_a_known_address(client: FlaskClient, real_hashes: None) -> None:
    def join(email: str) -> object:
        sent = {"full_name": "Dr. Asha Menon", "email": email, "password": "seven slow green boats"}
        return client.post("/register", data=sent)

    join("warm@example.org")
    assert ratio(lambda _: join("asha@example.org"), lambda n: join(f"new{n}@example.org")) < MOST
