"""The figures as Prometheus reads them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from config import BadSetting, Config
from portal.models import Attempt, Doctor, NetworkGate
from tests.conftest import TEST_SETTINGS, Clock
from tests.factories import make_account, make_post, save

Sample = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scrape(client: FlaskClient) -> Sample:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_real_parser_reads_the_figures(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    at = clock.at - timedelta(seconds=90)
    late = make_post(asha, make_account(asha), scheduled_at=at).publications[0]
    save(Attempt(publication_id=late.id, fence=1, version=1, due_at=clock.at - timedelta(seconds=2)))
    save(NetworkGate(platform="twitter", connection="account", until=clock.at + timedelta(60), failures=6))

    found = scrape(client)

    on_x = ("platform", "twitter")
    assert found["portal_publications", (("kind", "late"), on_x)] == 1
    assert found["portal_publications", (("kind", "failed"), on_x)] == 0
    assert found["portal_oldest_due_seconds", ()] == 90
    assert found["portal_lateness_seconds", (on_x, ("quantile", "0.99"))] == 2
    assert found["portal_publications_left", (on_x,)] == 1
    assert found["portal_network_closed", (("connection", "account"), on_x)] == 1
    assert found["portal_network_failures", (("connection", "account"), on_x)] == 6
    assert found["portal_workers", (("queue", "publish"),)] == 0
    assert found["portal_schedulers", ()] == 0
    assert found["portal_letters_waiting", ()] == 0


def test_the_form_is_the_one_that_is_asked_for(client: FlaskClient) -> None:
    plain = client.get("/metrics")
    assert plain.headers["Content-Type"].startswith("text/plain; version=0.0.4")

    newer = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert newer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert list(openmetrics.text_string_to_metric_families(newer.text))


@pytest.mark.parametrize(
    "asked",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        {"headers": {"Forwarded": "for=192.0.2.7"}},
    ],
)
def test_without_a_token_only_this_machine_reads_them(client: FlaskClient, asked: dict) -> None:
    assert client.get("/metrics", **asked).status_code == 404
    assert client.get("/metrics").status_code == 200


def test_with_a_token_only_its_bearer_reads_them(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], metrics_token="x" * 20))
    far = {"REMOTE_ADDR": "192.0.2.7"}

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer y"}).status_code == 404
    right = {"Authorization": f"Bearer {'x' * 20}"}
    assert client.get("/metrics", headers=right, environ_base=far).status_code == 200


def test_a_token_that_can_be_guessed_stops_the_start(tmp_path) -> None:
    with pytest.raises(BadSetting, match="METRICS_TOKEN must be"):
        Config.from_env({**TEST_SETTINGS, "INSTANCE_DIR": str(tmp_path), "METRICS_TOKEN": "short"})
