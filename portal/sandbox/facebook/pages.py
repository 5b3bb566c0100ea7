"""Who somebody is on Facebook, and which Pages they look after."""

from typing import Any

from flask import Response, request

from ..avatars import avatar
from ..grants import Token
from ..instagram import accounts
from ..meta import errors
from ..meta.calls import caller, check_version, chosen, pages
from ..people import Organization, Person
from ..wire import answer
from ..world import World, this_world
from .gate import page_caller, page_token, person_caller
from .routes import GRAPH, KEY, PICTURES, routes

PORTFOLIOS = "business_management"
TASKS = ["ANALYZE", "CREATE_CONTENT", "MANAGE", "MODERATE"]


@routes.get(f"{GRAPH}/me")
def me(version: str) -> Response:
    check_version(version)
    token, person = caller(this_world(), KEY, "access", "page")
    if token.purpose == "page":
        return chosen(page_node(page_caller(this_world(), version, "me")[1]))
    return chosen({"id": str(person.number), "name": person.name, "picture": _picture(person.key)})


@routes.get(f"{GRAPH}/me/accounts")
def my_accounts(version: str) -> Response:
    world = this_world()
    token, person = person_caller(world, version)
    if "pages_show_list" not in token.grant.scopes:
        return answer({"data": []})
    rows = [_row(world, token, person, page) for page in person.organizations]
    world.grants.settle()
    return pages(rows, f"graph.facebook.com/{version}/me/accounts")


@routes.get(f"{GRAPH}/me/businesses")
def my_businesses(version: str) -> Response:
    """One portfolio for everybody who looks after pages."""
    token, person = person_caller(this_world(), version)
    if PORTFOLIOS not in token.grant.scopes:
        return errors.not_permitted("Requires business_management permission to manage the object.")
    rows = [{"id": str(person.number), "name": f"{person.name} Portfolio"}] if person.organizations else []
    return pages(rows, f"graph.facebook.com/{version}/me/businesses")


@routes.get(f"{GRAPH}/<id>/owned_pages")
@routes.get(f"{GRAPH}/<id>/client_pages", endpoint="client_pages")
def pages_of_business(version: str, id: str) -> Response:
    """The pages of a portfolio: all are its own, and it looks after nobody else's."""
    world = this_world()
    token, person = person_caller(world, version)
    if id != str(person.number) or PORTFOLIOS not in token.grant.scopes:
        return errors.not_found(id)
    edge = request.path.rpartition("/")[2]
    own = person.organizations if edge == "owned_pages" else ()
    rows = [_row(world, token, person, page) for page in own]
    world.grants.settle()
    return pages(rows, f"graph.facebook.com/{version}/{id}/{edge}")


@routes.get(f"{PICTURES}/<key>/picture")
def picture(key: str) -> Response:
    return avatar(this_world().people.known(key), KEY)


def page_node(page: Organization) -> dict[str, Any]:
    return {
        "id": str(page.number),
        "name": page.name,
        "username": page.handle,
        "link": f"https://www.facebook.com/{page.number}",
        "followers_count": 12,
        "fan_count": 12,
    }


def _row(world: World, token: Token, person: Person, page: Organization) -> dict[str, Any]:
    wanted = request.args.get("fields", "id,name,category,access_token,tasks")
    row = page_node(page) | {"category": "Doctor", "tasks": TASKS, "picture": _picture(person.key)}
    if "access_token" in wanted:
        row["access_token"] = page_token(world, token, page)
    if "instagram_business_account" in wanted and "instagram_basic" in token.grant.scopes:
        row["instagram_business_account"] = accounts.node(accounts.of_page(page))
    return {name: value for name, value in row.items() if name == "id" or name in wanted}


def _picture(key: str) -> dict[str, Any]:
    return {"data": {"url": f"https://scontent.fbcdn.net/{key}/picture", "is_silhouette": False}}
