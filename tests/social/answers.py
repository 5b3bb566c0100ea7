"""What networks answer to somebody who connects."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

from tests.platforms.wire import Wire

X_SCOPE = "tweet.read tweet.write users.read media.write offline.access"
ORG_SCOPE = "r_organization_social,w_organization_social,rw_organization_admin"


def x_token(number: int = 1, **changes: Any) -> dict[str, Any]:
    tokens = {"access_token": f"xat-SECRET-{number}", "refresh_token": f"xrt-SECRET-{number}"}
    return {"token_type": "bearer", "expires_in": 7200, "scope": X_SCOPE, **tokens, **changes}


def x_person(id: str = "1500", name: str = "Dr. Asha", handle: str = "dr_asha") -> dict[str, Any]:
    return {"data": {"id": id, "name": name, "username": handle}}


def x_says_yes(wire: Wire, number: int = 1, **person: str) -> None:
    """A code is taken, and this is who it was."""
    wire.answers(200, x_token(number)).answers(200, x_person(**person))


def linkedin_pages(wire: Wire, *names: str) -> None:
    """A sign-in that looks after these company pages, numbered from 1."""
    wire.answers(
        200,
        {
            "access_token": "AQV-SECRET",
            "expires_in": 5184000,
            "refresh_token": "AQX-SECRET",
            "scope": ORG_SCOPE,
        },
    )
    acls = [
        {"organization": f"urn:li:organization:{number}", "role": "ADMINISTRATOR", "state": "APPROVED"}
        for number in range(1, len(names) + 1)
    ]
    wire.answers(200, {"elements": acls})
    for number, name in enumerate(names, start=1):
        wire.answers(200, {"id": number, "localizedName": name, "vanityName": f"page-{number}"})


def begin(client: FlaskClient, platform: str = "twitter", connection: str = "") -> str:
    """Press Connect; the state that went along."""
    response = client.post(
        f"/social/connect/{platform}", data={"connection": connection} if connection else {}
    )
    assert response.status_code == 303
    return state_in(response.headers["Location"])


def state_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def come_back(
    client: FlaskClient, state: str | None, platform: str = "twitter", **changes: str | None
) -> Any:
    query = {"code": "CODE-SECRET", "state": state, **changes}
    given = {name: value for name, value in query.items() if value is not None}
    return client.get(f"/social/callback/{platform}", query_string=given)
