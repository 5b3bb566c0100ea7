"""The portal's own publishing of a video, from upload to permalink, against the practice YouTube."""

from typing import Any

import pytest

from portal import http
from portal.extensions import db
from portal.models import Attempt, Publication, SocialAccount
from portal.platforms import youtube_upload
from portal.platforms.base import Token
from portal.sandbox.running import RunningSandbox
from tests import factories
from tests.publishing.conftest import Engine, engine, engine_app, network
from tests.publishing.test_staging import attach, make_due
from tests.sandbox.client import Net

__all__ = ["engine", "engine_app", "network"]

BLOCK = 262_144
FILM = bytes(range(256)) * (3 * BLOCK // 256) + b"the end"
OPTIONS = {"title": "Three signs of dehydration", "made_for_kids": False, "privacy": "public"}


@pytest.fixture
def channel(
    engine: Engine, net: Net, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> SocialAccount:
    monkeypatch.setattr(http, "_outside", http.Outside(sandbox.url))
    monkeypatch.setattr(youtube_upload, "CHUNK", BLOCK)
    seeded = net.connect("youtube", handle="dr_asha_on_youtube")
    identity = seeded["identity"]
    account = factories.make_account(
        engine.doctor,
        "youtube",
        connection="channel",
        remote_id=identity["account"],
        facts={"uploads": identity["uploads"], "long_uploads": "allowed"},
    )
    account.token = Token(seeded["access_token"], seeded["refresh_token"])
    db.session.commit()
    return account


@pytest.fixture
def publication(engine: Engine, channel: SocialAccount) -> Publication:
    facts: dict[str, Any] = {"publication": {"options": OPTIONS}, "content": "Drink enough."}
    publication = engine.post(channel, **facts)
    attach(publication, "video/mp4", FILM)
    return publication


def test_a_video_goes_out_whole_and_once(engine: Engine, net: Net, publication: Publication) -> None:
    engine.run()

    engine.fresh(publication)
    (post,) = net.posts("youtube")
    assert (publication.status, publication.error_message) == ("published", None)
    assert (publication.platform_post_id, publication.permalink) == (post["id"], post["permalink"])
    assert net.call("GET", post["media"][0]["url"]).data == FILM
    assert publication.staged["offset"] == 3 * BLOCK


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_lost_answer_is_asked_of_the_session_and_the_video_is_there_once(
    engine: Engine, net: Net, publication: Publication, kind: str
) -> None:
    net.fault("youtube", kind)
    engine.run()
    assert engine.fresh(publication).status == "unconfirmed"

    for _ in range(3):
        if engine.fresh(publication).status == "unconfirmed":
            publication.look_at = publication.updated_at
            db.session.commit()
            engine.look()
    if engine.fresh(publication).status == "retrying":
        make_due(publication)
        engine.run()

    engine.fresh(publication)
    (post,) = net.posts("youtube")
    assert (publication.status, publication.platform_post_id) == ("published", post["id"])
    assert net.call("GET", post["media"][0]["url"]).data == FILM
    assert db.session.query(Attempt).count() == (1 if kind == "drop_after" else 2)
