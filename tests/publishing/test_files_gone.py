"""Pictures and videos that are gone, or not fit to be sent any more: nothing is, and the doctor hears why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from portal import files
from portal.extensions import db
from portal.models import Attempt, Publication
from portal.platforms.base import Content, Problem
from tests.publishing.conftest import Engine
from tests.publishing.test_staging import STEPS, Uploading, attach, make_due, network

__all__ = ["network"]


@pytest.fixture
def publication(engine: Engine) -> Publication:
    publication = engine.post()
    attach(publication, content=b"first")
    attach(publication, content=b"second", position=1)
    return publication


def place_of(publication: Publication, number: int) -> Path:
    return Path(files.path(publication.post.media[number].file.name))


def test_a_picture_that_is_gone_ends_the_post_with_a_sentence_before_anything_is_uploaded(
    engine: Engine, network: Uploading, publication: Publication
) -> None:
    place_of(publication, 1).unlink()

    engine.run()

    engine.fresh(publication)
    assert publication.status == "failed" and network.steps == 0
    assert (publication.error_message or "").startswith(
        "Picture 2 of 2 of this post is no longer in the portal"
    )
    assert db.session.query(Attempt).count() == 0


def test_what_the_network_holds_already_is_not_missed(
    engine: Engine, network: Uploading, publication: Publication
) -> None:
    publication.staged = {"steps": STEPS}
    make_due(publication)
    place_of(publication, 0).unlink()

    engine.run()

    assert engine.fresh(publication).status == "published"


def test_a_folder_that_is_away_is_waited_for(
    engine: Engine, network: Uploading, publication: Publication
) -> None:
    folder = place_of(publication, 0).parent
    folder.rename(aside := folder.with_name("aside"))
    try:
        engine.run()
    finally:
        aside.rename(folder)

    engine.fresh(publication)
    assert (publication.status, publication.error_code) == ("retrying", "store_away")


def test_a_film_that_is_not_within_the_limits_any_more_is_not_uploaded(
    engine: Engine, network: Uploading, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_long = [Problem("content", "Too long."), Problem("media", "The video lasts 190 seconds.")]
    monkeypatch.setattr(network, "problems", lambda content: too_long)

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.error_code, network.steps) == ("failed", "media", 0)
    assert (publication.error_message or "").startswith("The video lasts 190 seconds. Nothing was posted.")


def test_a_film_that_the_network_would_fetch_is_missed_before_the_call(
    engine: Engine, network: Uploading, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named(content: Content, staged: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": content.text, "ref": content.client_ref, "path": content.media[0].path}

    monkeypatch.setattr(network, "compose", named)
    publication.staged = {"steps": STEPS}
    make_due(publication)
    place_of(publication, 0).unlink()

    engine.run()

    engine.fresh(publication)
    assert (publication.status, publication.error_code, network.calls) == ("failed", "no_file", 0)
