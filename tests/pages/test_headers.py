"""What browsers are told they may do."""

import re

from flask.testing import FlaskClient

from tests.pages.conftest import make_app


def policy_of(answer: object) -> dict[str, str]:
    text = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return {rule.split()[0]: rule for rule in text.split("; ")}


def test_scripts_run_only_from_our_own_files(client: FlaskClient) -> None:
    rule = policy_of(client.get("/landing"))["script-src"]
    assert "'unsafe-inline'" not in rule
    assert re.search(r"'nonce-[\w-]{20,}'", rule)


def test_each_answer_has_its_own_nonce(client: FlaskClient) -> None:
    rules = {policy_of(client.get("/landing"))["script-src"] for _ in range(3)}
    assert len(rules) == 3


def test_nobody_may_frame_us_or_move_our_base(client: FlaskClient) -> None:
    policy = policy_of(client.get("/landing"))
    assert policy["frame-ancestors"] == "frame-ancestors 'none'"
    assert policy["base-uri"] == "base-uri 'none'"
    assert policy["object-src"] == "object-src 'none'"


def test_in_practice_a_form_may_lead_to_the_practice_network_and_nowhere_else(client: FlaskClient) -> None:
    assert policy_of(client.get("/landing"))["form-action"] == "form-action 'self' http://127.0.0.1:9"


def test_outside_practice_a_form_may_lead_to_consent_pages() -> None:
    client = make_app(is_practice=False, sandbox_url=None).test_client()
    assert policy_of(client.get("/landing"))["form-action"] == "form-action 'self' https:"


def test_only_https_promises_to_stay_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/landing").headers
    secure = make_app(is_https=True).test_client().get("/landing")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_view_may_set_a_policy_of_its_own(client: FlaskClient) -> None:
    assert "default-src 'none'" in client.get("/design/letter").headers["Content-Security-Policy"]


def test_error_pages_are_protected_too(client: FlaskClient) -> None:
    answer = client.get("/wrong/404")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in answer.headers
