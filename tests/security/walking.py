"""Calls every route of the portal as somebody, and says in the table's words what came of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.models import User
from tests.security.access import RULES, Outcome, Rule, form_with
from tests.security.hers import PLANTED
from tests.signing_in import bearer, sign_in

NO_ENTRY = (
    "{endpoint} ({address}) has no entry. Add it to RULES in tests/security/access.py: who may call it, "
    "and which of its parts name something of a doctor's."
)


@dataclass(frozen=True)
class Call:
    """One method of one route, at an address that names the doctor's things."""

    endpoint: str
    method: str
    address: str
    rule: Rule

    @property
    def is_api(self) -> bool:
        return self.endpoint.startswith("api.")

    def __str__(self) -> str:
        return f"{self.method} {self.address} ({self.endpoint})"


class Walk:
    """All calls there are, with the ids of `hers`."""

    def __init__(self, app: Flask, hers: Mapping[str, Any], base_url: str = "http://localhost") -> None:
        self.app, self.hers, self.base_url = app, hers, base_url

    @property
    def routes(self) -> list[Route]:
        return sorted(self.app.url_map.iter_rules(), key=lambda route: route.endpoint)

    def methods(self, route: Route) -> list[str]:
        return sorted((route.methods or set()) - {"HEAD", "OPTIONS"})

    @cached_property
    def calls(self) -> list[Call]:
        return [self.call(route, method) for route in self.routes for method in self.methods(route)]

    def call(self, route: Route, method: str, **other: Any) -> Call:
        rule = RULES.get(name_of(route))
        assert rule is not None, NO_ENTRY.format(endpoint=route.endpoint, address=route.rule)
        parts = {name: self.hers[thing] for name, thing in rule.parts.items()} | rule.fixed | other
        parts |= route.defaults or {}
        assert set(parts) == route.arguments, f"The parts of {route.endpoint} are {sorted(route.arguments)}."
        address = self.app.url_map.bind("localhost").build(route.endpoint, parts)
        return Call(route.endpoint, method, address, rule)

    def make(self, call: Call, user_id: int | None = None, key: str | None = None) -> TestResponse:
        """As nobody, as this user, or with this key; a form names her things wherever one can be named."""
        client, sent = self.app.test_client(), dict[str, Any]()
        if key is not None:
            sent["headers"] = {"Authorization": f"Bearer {key}"}
        elif user_id is not None:
            self._sign_in(call, client, user_id, sent)
        if call.method != "GET" and not call.is_api:
            sent["data"] = form_with(self.hers)
        return client.open(call.address, method=call.method, base_url=self.base_url, **sent)

    def surprises(self, call: Call, answer: TestResponse, who: str) -> list[str]:
        """What the table did not expect for `who`, as sentences; the answer is done with."""
        came, meant = outcome(call, answer), getattr(call.rule, who)
        wrong = [] if came == meant else [f"{call}: {came} instead of {meant}"]
        if who not in call.rule.tells | {"owner"} and PLANTED.encode() in answer.get_data():
            wrong.append(f"{call}: tells what she wrote")
        answer.close()
        return wrong

    def browser(self, user_id: int | None) -> FlaskClient:
        """A browser in which this user is signed in; nobody for None."""
        client = self.app.test_client()
        return client if user_id is None else sign_in(client, db.session.get_one(User, user_id))

    def _sign_in(self, call: Call, client: FlaskClient, user_id: int, sent: dict[str, Any]) -> None:
        user = db.session.get_one(User, user_id)
        if call.is_api:
            sent["headers"] = bearer(user)
        else:
            sign_in(client, user)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever a call does inside is taken back."""
        db.session.remove()
        with db._app_engines[self.app][None].begin_nested() as savepoint:
            yield
            db.session.remove()
            savepoint.rollback()


def name_of(route: Route) -> str:
    """The endpoint; where it has several addresses, with what tells them apart: "specialities.show:sub"."""
    return ":".join([route.endpoint, *map(str, (route.defaults or {}).values())])


def outcome(call: Call, answer: TestResponse) -> Outcome:
    """In the words of the table."""
    if answer.status_code in (401, 403, 404):
        return answer.status_code
    assert answer.status_code != 500, f"{call} failed"
    # The pages of signing in lead to each other, whoever asks.
    is_entrance = call.endpoint.startswith(("auth.", "passkeys."))
    is_sent_away = answer.status_code == 303 and answer.location.partition("?")[0] == "/login"
    return "sign in" if is_sent_away and not is_entrance else "in"
