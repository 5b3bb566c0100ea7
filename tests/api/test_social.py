"""Accounts by JSON."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.models import Doctor
from tests.factories import make_account, make_post
from tests.platforms.wire import Wire, wire
from tests.signing_in import bearer, sign_in
from tests.social.answers import begin, come_back, linkedin_pages, state_in, x_says_yes

__all__ = ["wire"]

BASE = "/api/v1/social"


def test_accounts_are_listed_without_their_tokens(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    account = make_account(asha, remote_id="1500")
    make_account(asha, remote_id="gone", status="disconnected")
    make_account(ben)

    answer = client.get(f"{BASE}/accounts", headers=bearer(asha)).get_json()

    assert answer["next_cursor"] is None
    (listed,) = answer["accounts"]
    assert set(listed) == {
        "id", "doctor_id", "platform", "page_id", "display_name", "handle", "picture_url", "status",
        "token_expires_at", "created_at",
    }  # fmt: skip
    assert (listed["id"], listed["page_id"], listed["status"]) == (account.id, "1500", "connected")


def test_a_long_list_comes_in_pages(client: FlaskClient, asha: Doctor) -> None:
    ids = [make_account(asha, remote_id=str(n)).id for n in range(3)]

    first = client.get(f"{BASE}/accounts?limit=2", headers=bearer(asha)).get_json()
    after = f"{BASE}/accounts?limit=2&cursor={first['next_cursor']}"
    second = client.get(after, headers=bearer(asha)).get_json()

    assert [one["id"] for one in first["accounts"] + second["accounts"]] == ids
    assert second["next_cursor"] is None


@pytest.mark.parametrize("body", [None, {}, {"connection": "account"}])
def test_connecting_begins_with_an_address(client: FlaskClient, asha: Doctor, body: Any) -> None:
    response = client.post(f"{BASE}/connect/twitter", json=body, headers=bearer(asha))

    assert response.status_code == 200
    address = response.get_json()["authorization_url"]
    assert address.startswith("http://127.0.0.1:9/x.com/i/oauth2/authorize?")


def test_linkedin_pages_are_another_kind(client: FlaskClient, asha: Doctor) -> None:
    body = {"connection": "organization"}
    response = client.post(f"{BASE}/connect/linkedin", json=body, headers=bearer(asha))

    assert "w_organization_social" in response.get_json()["authorization_url"]


@pytest.mark.parametrize(
    ("platform", "body", "status"),
    [
        ("twitter", {"connection": "page"}, 422),
        ("twitter", {"connection": 5}, 422),
        ("twitter", {"colour": "red"}, 422),
        ("twitter", [], 400),
        ("myspace", {}, 404),
    ],
)
def test_what_cannot_be_connected_is_refused(
    client: FlaskClient, asha: Doctor, platform: str, body: Any, status: int
) -> None:
    response = client.post(f"{BASE}/connect/{platform}", json=body, headers=bearer(asha))

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


def test_it_ends_in_the_doctors_own_browser(client: FlaskClient, asha: Doctor, wire: Wire) -> None:
    begun = client.post(f"{BASE}/connect/twitter", headers=bearer(asha)).get_json()
    x_says_yes(wire)

    query = f"code=CODE&state={state_in(begun['authorization_url'])}"
    onward = client.get(f"{BASE}/callback/twitter?{query}")
    assert onward.status_code == 303
    assert onward.headers["Location"] == f"/social/callback/twitter?{query}"
    sign_in(client, asha)
    client.get(onward.headers["Location"])

    listed = client.get(f"{BASE}/accounts", headers=bearer(asha)).get_json()["accounts"]
    assert [one["page_id"] for one in listed] == ["1500"]


def test_it_does_not_end_in_another_doctors_browser(
    client: FlaskClient, asha: Doctor, ben: Doctor, wire: Wire
) -> None:
    begun = client.post(f"{BASE}/connect/twitter", headers=bearer(asha)).get_json()

    sign_in(client, ben)
    response = come_back(client, state_in(begun["authorization_url"]))

    assert response.status_code == 400 and wire.calls == []


def test_the_callback_sends_nobody_elsewhere(client: FlaskClient) -> None:
    response = client.get(f"{BASE}/callback/twitter?state=a%0d%0aX:y&next=https://evil.example")

    assert response.headers["Location"].startswith("/social/callback/twitter?")
    assert client.get(f"{BASE}/callback/myspace").status_code == 404


def offer(client: FlaskClient, asha: Doctor, wire: Wire) -> dict[str, Any]:
    sign_in(client, asha)
    linkedin_pages(wire, "Menon Clinic", "Menon Labs")
    come_back(client, begin(client, "linkedin", "organization"), "linkedin")
    (found,) = client.get(f"{BASE}/offers", headers=bearer(asha)).get_json()["offers"]
    return dict(found)


def test_an_offer_is_listed_and_chosen_from(client: FlaskClient, asha: Doctor, wire: Wire) -> None:
    found = offer(client, asha, wire)
    page = {"page_id": "urn:li:organization:2", "display_name": "Menon Labs", "kind": "company page"}
    assert found["platform"] == "linkedin" and page in found["choices"]

    body = {"page_ids": ["urn:li:organization:2", "urn:li:organization:2"]}
    response = client.post(f"{BASE}/offers/{found['id']}", json=body, headers=bearer(asha))

    assert response.status_code == 201
    assert [one["display_name"] for one in response.get_json()["accounts"]] == ["Menon Labs"]
    assert client.get(f"{BASE}/offers", headers=bearer(asha)).get_json() == {"offers": []}


@pytest.mark.parametrize(
    "body",
    [{}, {"page_ids": []}, {"page_ids": ["x"]}, {"page_ids": "urn:li:organization:1"}, {"page_ids": [1]}],
)
def test_a_choice_outside_the_offer_is_refused(
    client: FlaskClient, asha: Doctor, wire: Wire, body: Any
) -> None:
    found = offer(client, asha, wire)

    response = client.post(f"{BASE}/offers/{found['id']}", json=body, headers=bearer(asha))

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"].startswith("/page_ids")


def test_a_stranger_sees_neither_offers_nor_accounts(
    client: FlaskClient, asha: Doctor, ben: Doctor, wire: Wire
) -> None:
    found, account = offer(client, asha, wire), make_account(asha)

    assert client.get(f"{BASE}/offers", headers=bearer(ben)).get_json() == {"offers": []}
    body = {"page_ids": ["urn:li:organization:1"]}
    assert client.post(f"{BASE}/offers/{found['id']}", json=body, headers=bearer(ben)).status_code == 404
    assert client.delete(f"{BASE}/accounts/{account.id}", headers=bearer(ben)).status_code == 404
    assert account.status == "connected"


def test_an_account_is_disconnected(client: FlaskClient, asha: Doctor, wire: Wire) -> None:
    account = make_account(asha)
    post = make_post(asha, account)
    wire.answers(200).answers(200)

    response = client.delete(f"{BASE}/accounts/{account.id}", headers=bearer(asha))

    assert (response.status_code, response.data) == (204, b"")
    assert post.publications[0].status == "held"
    assert client.delete(f"{BASE}/accounts/{account.id}", headers=bearer(asha)).status_code == 404


@pytest.mark.parametrize("path", ["/accounts", "/offers"])
def test_nobody_in_particular_sees_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(BASE + path).status_code == 401
