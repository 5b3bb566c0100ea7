"""What people and programs hear while the database is away."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from config import Config
from portal import create_app
from tests.page import Page


@pytest.fixture(scope="module")
def away(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Looks at a portal whose database does not answer."""
    folder: Path = tmp_path_factory.mktemp("away")
    nowhere = "postgresql://nobody@127.0.0.1:9/portal"
    app = create_app(Config.from_env(settings | {"DATABASE_URL": nowhere, "INSTANCE_DIR": str(folder)}))
    app.config.update(WTF_CSRF_ENABLED=False)
    return app.test_client()


def test_a_person_reads_that_it_passes_and_that_posts_are_safe(away: FlaskClient) -> None:
    answer = away.post("/forgot-password", data={"email": "asha@clinic.example"})
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "10")
    assert "Posts that you planned are safe" in Page(answer).text


def test_a_program_hears_when_to_come_again(away: FlaskClient) -> None:
    answer = away.get("/api/v1/master/specialities")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "10")
    assert answer.mimetype == "application/problem+json"
    assert (
        answer.get_json()["detail"] == "The portal cannot answer at the moment. Try again in a few seconds."
    )
