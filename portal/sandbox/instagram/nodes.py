"""Reading and deleting one thing of Instagram's by its id, on either host; and who somebody is."""

from typing import Any

from flask import Response

from ..avatars import avatar
from ..meta import errors
from ..meta.calls import chosen
from ..wire import answer
from ..world import World, this_world
from . import accounts, posts
from .containers import Container, containers_of
from .gate import DELETE, account_caller
from .routes import GRAPHS, KEY, routes

SAYS = {
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "PUBLISHED": "Published: Media has been published.",
    "EXPIRED": "Expired: Media was not published within 24 hours.",
}


@routes.get(f"{GRAPHS[0]}/me")
def me(version: str) -> Response:
    account = account_caller(this_world(), version, "me").account
    # `id` is good within one app alone; `user_id` is the account's own.
    told = accounts.node(account) | {"id": account.id[-9:], "user_id": account.id, "account_type": "Business"}
    return chosen(told)


@routes.get(f"{GRAPHS[0]}/<id>")
def read(version: str, id: str) -> Response:
    return read_by_page(version, id)


@routes.get("/scontent.cdninstagram.com/<key>/picture")
def picture(key: str) -> Response:
    people = this_world().people
    page = people.organization(int(key)) if key.isdigit() else None
    return avatar(people.known(key) or page, KEY)


def read_by_page(version: str, id: str) -> Response:
    """A post, a container or an account, for those who may see it."""
    world = this_world()
    owner = _owner(world, id)
    if owner is None:
        account_caller(world, version, id)
        return errors.not_found(id)
    account = account_caller(world, version, owner).account
    return chosen(accounts.node(account) if owner == id else _node(world, id))


def delete_by_page(version: str, id: str) -> Response:
    """Take a post away; only those who come by a Page can."""
    world = this_world()
    post = world.posts.get(KEY, id)
    if post is None:
        return errors.not_found(id)
    account_caller(world, version, post.account, DELETE)
    post.gone = True
    world.posts.changed(post)
    return answer({"success": True, "deleted_id": id})


def _owner(world: World, id: str) -> str | None:
    """The account that something belongs to."""
    thing = world.posts.get(KEY, id) or containers_of(world).get(id)
    if thing is not None:
        return thing.account
    return id if accounts.known(world, id) else None


def _node(world: World, id: str) -> dict[str, Any]:
    post = world.posts.get(KEY, id)
    if post is not None:
        return posts.node(post)
    container = containers_of(world).get(id)
    assert container is not None  # it has an owner
    return _container_node(container)


def _container_node(container: Container) -> dict[str, Any]:
    state = container.state
    return {"status_code": state, "status": SAYS[state], "id": container.id}
