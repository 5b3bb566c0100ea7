"""What LinkedIn counts of a company page's posts."""

from typing import Any

from flask import Response, request

from ..popularity import popularity
from ..wire import answer
from ..world import World, this_world
from . import errors
from .gate import need_scope, rest_caller, version
from .identity import organization_urn
from .routes import API, KEY, routes

WHAT = "organizationalEntityShareStatistics.FINDER-organizationalEntity"
LISTS = {"shares": "share", "ugcPosts": "ugcPost"}


@routes.get(f"{API}/rest/organizationalEntityShareStatistics")
def share_statistics() -> Response:
    world = this_world()
    token, person = rest_caller(world)
    page = request.args.get("organizationalEntity", "")
    if request.args.get("q") != "organizationalEntity" or not page:
        return errors.refusal(400, "ILLEGAL_ARGUMENT", "The finder organizationalEntity is needed")
    need_scope(token, WHAT, "rw_organization_admin")
    if page not in map(organization_urn, person.organizations):
        return errors.access_denied(WHAT, version())
    elements = []
    for name, field in LISTS.items():
        for urn in _listed(request.args.get(name, "")):
            elements += _element(world, page, field, urn)
    return answer({"elements": elements, "paging": {"start": 0, "count": 10, "links": []}})


def _listed(text: str) -> list[str]:
    inside = text.removeprefix("List(").removesuffix(")") if text.startswith("List(") else ""
    return [urn for urn in inside.split(",") if urn]


def _element(world: World, page: str, field: str, urn: str) -> list[dict[str, Any]]:
    post = world.posts.get(KEY, urn)
    if post is None or post.account != page:
        return []
    counted = popularity(urn)
    counts = {
        "impressionCount": counted.views,
        "uniqueImpressionsCount": counted.views,
        "clickCount": counted.likes,
        "likeCount": counted.likes,
        "commentCount": counted.comments,
        "shareCount": counted.shares,
        "engagement": counted.likes / counted.views,
    }
    return [{"organizationalEntity": page, field: urn, "totalShareStatistics": counts}]
