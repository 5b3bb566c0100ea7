"""Connecting Quora: no sign-in, only the address of the doctor's own profile."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.models import AuditEvent, Doctor, SocialAccount
from portal.social.health import accounts_of
from tests.factories import make_account, make_post
from tests.page import Page
from tests.signing_in import bearer, sign_in

PROFILE = "https://www.quora.com/profile/Asha-Menon-12"
API = "/api/v1/social/connect"


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def the_account() -> SocialAccount:
    return db.session.scalars(select(SocialAccount)).one()


def connect(browser: FlaskClient, address: str) -> Page:
    page = Page(browser.get("/accounts")).follow(browser, "Connect Quora profile")
    return page.form("Connect").fill({"Address of your profile": address}).submit(browser)


def test_a_profile_is_connected_by_its_address(browser: FlaskClient, asha: Doctor) -> None:
    page = connect(browser, f"{PROFILE}?ref=share")

    assert page.address == "/accounts"
    assert "Asha Menon is connected." in page.text
    assert "Quora profile. You post here yourself" in page.text
    account = the_account()
    assert (account.platform, account.connection, account.remote_id) == ("quora", "profile", "Asha-Menon-12")
    assert (account.status, account.sealed_token, account.display_name) == ("connected", None, "Asha Menon")
    assert [health.state for health in accounts_of(asha)] == ["well"]
    assert db.session.scalars(select(AuditEvent.action)).all() == ["account connected"]


def test_the_address_may_be_copied_from_the_practice_network(browser: FlaskClient) -> None:
    connect(browser, "http://127.0.0.1:9/www.quora.com/profile/Asha-Menon-12")

    assert the_account().remote_id == "Asha-Menon-12"


@pytest.mark.parametrize(
    "address", ["", "Asha Menon", "https://example.org/", "https://www.quora.com/Why-not"]
)
def test_what_is_no_profile_is_refused_beside_the_field(browser: FlaskClient, address: str) -> None:
    page = connect(browser, address)

    assert page.status == 422
    assert page.value_of("Address of your profile") == address
    words = "Enter the address of your Quora profile, such as https://www.quora.com/profile/Your-Name."
    assert page.error_of("Address of your profile") == words


def test_a_profile_of_another_doctor_is_refused(browser: FlaskClient, ben: Doctor) -> None:
    make_account(ben, "quora", connection="profile", remote_id="Asha-Menon-12")

    page = connect(browser, PROFILE)

    assert "connected to another doctor here" in (page.error_of("Address of your profile") or "")


def test_its_posts_go_on_when_it_is_connected_again(browser: FlaskClient, asha: Doctor) -> None:
    facts = {"connection": "profile", "remote_id": "Asha-Menon-12", "status": "disconnected"}
    account = make_account(asha, "quora", **facts)
    post = make_post(asha, account, status="held", publication={"held_for": "account"})

    connect(browser, PROFILE)

    assert the_account().id == account.id
    assert post.publications[0].status == "scheduled"


def test_a_disconnected_profile_gives_nothing_back_to_quora(browser: FlaskClient, asha: Doctor) -> None:
    connect(browser, PROFILE)

    page = Page(browser.get(f"/accounts/{the_account().id}/disconnect"))
    assert "permission" not in page.text
    page.form("Disconnect").submit(browser)

    assert the_account().status == "disconnected"


@pytest.mark.parametrize("platform", ["twitter", "nothing"])
def test_other_networks_have_no_such_page(browser: FlaskClient, platform: str) -> None:
    assert browser.get(f"/accounts/profile/{platform}").status_code == 404


def test_only_a_doctor_connects(client: FlaskClient, carla: object) -> None:
    assert client.get("/accounts/profile/quora").status_code in (302, 303)


def test_a_program_connects_a_profile(client: FlaskClient, asha: Doctor) -> None:
    answer = client.post(f"{API}/quora", json={"profile_url": PROFILE}, headers=bearer(asha))

    assert answer.status_code == 201
    account = answer.get_json()
    assert (account["platform"], account["page_id"], account["status"]) == (
        "quora",
        "Asha-Menon-12",
        "connected",
    )


@pytest.mark.parametrize(
    ("platform", "body"),
    [
        ("quora", {}),
        ("quora", {"profile_url": "https://example.org/"}),
        ("quora", {"profile_url": 5}),
        ("quora", {"profile_url": f"https://www.quora.com/profile/{'a' * 2000}"}),
        ("twitter", {"profile_url": PROFILE}),
    ],
)
def test_a_program_is_told_what_is_wrong(
    client: FlaskClient, asha: Doctor, platform: str, body: dict[str, object]
) -> None:
    answer = client.post(f"{API}/{platform}", json=body, headers=bearer(asha))

    assert answer.status_code == 422
    assert "profile_url" in str(answer.get_json()["errors"])
