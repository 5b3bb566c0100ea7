"""A test browser that holds every answer of the API against its description."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.api.blueprint import BASE
from portal.api.endpoint import ENDPOINTS
from portal.api.openapi import description

# The portal's own; a test may add others for a while.
REAL = tuple(ENDPOINTS)


class DescribedClient(FlaskClient):
    """Fails the test when the API answers what its description does not say."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        operation = operation_at(self.application, response.request.method, response.request.path)
        # A fault of ours (a test makes one happen) is nothing to describe.
        if operation is not None and response.status_code < 500:
            check(self.application, operation, response)
        return response


def operation_at(app: Flask, method: str, path: str) -> dict[str, Any] | None:
    """What the description says about a call; None for an address or a method that it does not name."""
    for template, operations in described(app)["paths"].items():
        if re.fullmatch(BASE + re.sub(r"{[^}]+}", "[^/]+", template), path) and method.lower() in operations:
            operation: dict[str, Any] = operations[method.lower()]
            return operation
    return None


def check(app: Flask, operation: dict[str, Any], response: TestResponse) -> None:
    about = f"{operation['operationId']} answered {response.status_code}"
    answer = operation["responses"].get(str(response.status_code))
    assert answer is not None, f"{about}, of which its description says nothing: {response.text[:500]}"
    if "$ref" in answer:
        answer = described(app)["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    assert response.status_code != 401 or "WWW-Authenticate" in response.headers, (
        f"{about} without a challenge"
    )
    content = answer.get("content", {})
    if not content:
        assert not response.data, f"{about} with a body"
        assert "Content-Type" not in response.headers, f"{about} with a kind for no body"
        return
    assert response.mimetype in content, f"{about} as {response.mimetype}"
    validator = validator_of(app, json.dumps(content[response.mimetype]["schema"], sort_keys=True))
    wrong = [
        f"{error.instance_path}: {error.message}" for error in validator.iter_errors(response.get_json())
    ]
    assert not wrong, f"{about}, not as described: {wrong[:5]}"


@cache
def described(app: Flask) -> dict[str, Any]:
    with app.app_context():
        return description(REAL)


@cache
def validator_of(app: Flask, schema: str) -> Any:
    whole = json.loads(schema) | {"components": described(app)["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
