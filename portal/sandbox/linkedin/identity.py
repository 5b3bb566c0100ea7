"""Who somebody is on LinkedIn, and which company pages they look after."""

from typing import Any

from flask import Response, request

from ..avatars import avatar
from ..people import Organization, Person
from ..wire import answer
from ..world import this_world
from . import errors
from .gate import caller, need_scope, rest_caller
from .routes import API, KEY, PICTURES, routes


def member_urn(person: Person) -> str:
    return f"urn:li:person:{person.key}"


def organization_urn(page: Organization) -> str:
    return f"urn:li:organization:{page.number}"


def picture(person: Person) -> str:
    return f"https://{PICTURES.strip('/')}/dms/image/{person.key}/profile-displayphoto"


@routes.get(f"{API}/v2/userinfo")
def userinfo() -> Response:
    token, person = caller(this_world())
    need_scope(token, "userInfo.GET", "openid")
    body: dict[str, Any] = {"sub": person.key}
    if "profile" in token.grant.scopes:
        given, family = person.bare_names
        body |= {"name": person.name, "given_name": given, "family_name": family, "picture": picture(person)}
        body["locale"] = {"country": "US", "language": "en"}
    if "email" in token.grant.scopes:
        body |= {"email": f"{person.handle}@practice.example", "email_verified": True}
    return answer(body)


@routes.get(f"{API}/v2/me")
def me() -> Response:
    token, person = caller(this_world())
    need_scope(token, "me.GET", "r_basicprofile")
    given, family = person.bare_names
    return answer(
        {
            "id": person.key,
            "localizedFirstName": given,
            "localizedLastName": family,
            "vanityName": person.handle,
            "profilePicture": {"displayImage": f"urn:li:digitalmediaAsset:{person.key}"},
        }
    )


@routes.get(f"{API}/rest/organizationAcls")
def organization_acls() -> Response:
    token, person = rest_caller(this_world())
    need_scope(token, "organizationAcls.FINDER-roleAssignee", "rw_organization_admin", "r_organization_admin")
    if request.args.get("q") != "roleAssignee":
        return errors.refusal(400, "ILLEGAL_ARGUMENT", "The finder roleAssignee is needed")
    wanted = request.args.get("role", "ADMINISTRATOR"), request.args.get("state", "APPROVED")
    elements = [_acl(person, page) for page in person.organizations]
    return answer(paged(elements if wanted == ("ADMINISTRATOR", "APPROVED") else []))


@routes.get(f"{API}/rest/organizations/<int:number>")
def organization(number: int) -> Response:
    world = this_world()
    token, person = rest_caller(world)
    need_scope(
        token, "organizations.GET", "rw_organization_admin", "r_organization_admin", "r_organization_social"
    )
    page = person.organization(number) or world.people.organization(number)
    if page is None:
        return errors.not_found(f"Could not find organization with id {number}")
    return answer({"id": page.number, "localizedName": page.name, "vanityName": page.handle})


@routes.get(f"{PICTURES}/dms/image/<key>/profile-displayphoto")
def profile_picture(key: str) -> Response:
    return avatar(this_world().people.known(key), KEY)


def paged(elements: list[dict[str, Any]]) -> dict[str, Any]:
    """A slice of a list, as `start` and `count` ask for it."""
    start = max(0, request.args.get("start", 0, type=int))
    count = min(100, max(0, request.args.get("count", 10, type=int)))
    paging = {"start": start, "count": count, "links": []}
    return {"elements": elements[start : start + count], "paging": paging}


def _acl(person: Person, page: Organization) -> dict[str, str]:
    return {
        "organization": organization_urn(page),
        "role": "ADMINISTRATOR",
        "roleAssignee": member_urn(person),
        "state": "APPROVED",
    }
