"""Pages of a list."""

from datetime import timedelta
from itertools import chain

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.errors import Invalid
from portal.models import MedicalSpeciality, User
from portal.paging import PageQuery, page
from tests import factories
from tests.conftest import Clock
from tests.factories import save

NAMES = ["alpha", "Beta", "beta 2", "Gamma", "delta", "Epsilon", "zeta"]


def read_all(app: Flask, limit: int, *, descending: bool = False) -> list[list[str]]:
    pages, cursor = [], None
    with app.test_request_context("/api/v1/master/specialities"):
        while True:
            keys = [func.lower(MedicalSpeciality.name), MedicalSpeciality.id]
            query = PageQuery(limit=limit, cursor=cursor)
            rows, cursor = page(select(MedicalSpeciality), keys, query, descending=descending)
            pages.append([row.name for row in rows])
            if cursor is None:
                return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 100])
def test_every_row_comes_once_and_in_order(app: Flask, database: None, limit: int) -> None:
    for name in NAMES:
        save(MedicalSpeciality(name=name))
    expected = sorted(NAMES, key=str.lower)
    assert list(chain(*read_all(app, limit))) == expected
    assert list(chain(*read_all(app, limit, descending=True))) == expected[::-1]
    assert all(len(part) == limit for part in read_all(app, limit)[:-1])


def test_an_empty_list_ends_at_once(app: Flask, database: None) -> None:
    assert read_all(app, 10) == [[]]


def test_instants_are_keys_too(app: Flask, database: None, clock: Clock) -> None:
    made = []
    for _ in range(5):
        made.append(factories.make_user().id)
        clock.advance(seconds=1.5)
    with app.test_request_context("/x"):
        keys = [User.created_at, User.id]
        first, cursor = page(select(User), keys, PageQuery(limit=2), descending=True)
        second, _ = page(select(User), keys, PageQuery(limit=3, cursor=cursor), descending=True)
    assert [user.id for user in first + second] == made[::-1]
    assert first[0].created_at - second[-1].created_at == timedelta(seconds=6)


def test_nobody_makes_a_cursor_of_their_own(app: Flask, database: None) -> None:
    for name in NAMES:
        save(MedicalSpeciality(name=name))
    keys = [MedicalSpeciality.id]
    with app.test_request_context("/one"):
        _, cursor = page(select(MedicalSpeciality), keys, PageQuery(limit=2))
    assert cursor
    with app.test_request_context("/another"), pytest.raises(Invalid):
        page(select(MedicalSpeciality), keys, PageQuery(limit=2, cursor=cursor))
    for forged in ("x", cursor[:-1], "é", cursor + "x", "W10.AAAA"):
        with app.test_request_context("/one"), pytest.raises(Invalid):
            page(select(MedicalSpeciality), keys, PageQuery(limit=2, cursor=forged))
