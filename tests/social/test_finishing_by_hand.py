"""What the portal cannot send, the doctor finishes by hand: on every network, for every reason."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock, platforms
from portal.extensions import db
from portal.models import Doctor, NetworkGate, Publication, SocialAccount
from tests.factories import make_account, make_post
from tests.page import Page
from tests.signing_in import sign_in

OPTIONS = {
    "reddit": {"subreddit": "AskDocs", "title": "A title"},
    "youtube": {"title": "A title", "made_for_kids": False},
}
KEYS = [key for key, network in platforms.PLATFORMS.items() if network.needs_token]


def stuck(doctor: Doctor, key: str, status: str, **facts: str) -> Publication:
    account = make_account(doctor, key, connection=platforms.get(key).connections[0].key)
    facts_of_it = {"options": OPTIONS.get(key, {}), **facts}
    return make_post(doctor, account, status=status, publication=facts_of_it).publications[0]


def lose(account: SocialAccount) -> None:
    account.status, account.token = "reconnect", None


def shut(account: SocialAccount) -> None:
    """The operator's app is refused, or out of credit."""
    gate = {"until": clock.now() + timedelta(days=365), "reason": "operator"}
    db.session.add(NetworkGate(platform=account.platform, connection=account.connection, **gate))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("status", "facts", "trouble"),
    [
        ("held", {"held_for": "account"}, lose),
        ("retrying", {"error_message": "The portal’s app is out of credit."}, shut),
        ("failed", {"error_message": "The network refused it."}, None),
    ],
    ids=["account", "app", "refused"],
)
def test_it_is_finished_by_hand(
    client: FlaskClient, asha: Doctor, key: str, status: str, facts: dict[str, str], trouble: object
) -> None:
    publication = stuck(asha, key, status, **facts)
    if callable(trouble):
        trouble(publication.account)
    db.session.commit()
    browser = sign_in(client, asha)

    page = Page(browser.get(f"/posts/{publication.post_id}")).form("Post it yourself").submit(browser)

    network = platforms.get(key)
    assert publication.status == "awaiting_doctor"
    assert f"Open {network.label}" in page.links and "It is posted" in page.buttons
    assert "Wash your hands." in page.text
